import type { Persisted } from '../actions'
import type { Ledger } from '../types'
import type { RulesConfig } from './config'
import { check, findEnded, findTurn, keyOf, ownerOf, patch } from './ledger'
import { submit } from './send'
import { amend, hasLeft, newTurn } from './turn'
import { addTurn } from './turnList'

/** Puts back what survived a reload. What was live is unverified; a queue waits for a look (laws 9 and 13). */
export function restore(config: RulesConfig, ledger: Ledger, kept: Persisted, at: number): Ledger {
  let next = ledger
  for (const entry of kept.live ?? []) {
    const key = keyOf(next, entry.conversationId)
    if (findTurn(next, entry.turnId) || findEnded(next, entry.turnId) || ownerOf(next, key)) continue
    const turn = newTurn({
      turnId: entry.turnId,
      conversationId: key,
      origin: entry.input === undefined ? 'remote' : 'local',
      runs: entry.runs ?? [],
      phase: entry.begun === false ? 'submitted' : 'thinking',
      send: entry.begun === false ? 'unknown' : 'accepted',
      acceptedAt: at,
      startedAt: Math.min(entry.startedAt ?? at, at),
      born: next.seq + 1,
      lifeAt: at,
      begun: entry.begun !== false,
      unverified: true,
      checkAt: at,
      stop: entry.stopping
        ? { state: 'unknown', nonce: null, at, sawLife: entry.begun !== false, lost: 0 }
        : null,
      limitAt: config.hardLimit === null ? null : at + config.hardLimit,
    })
    next = patch(next, { live: addTurn(next.live, turn) })
  }
  for (const message of kept.queued ?? []) {
    const waiting = submit(config, next, { ...message, mode: 'queue', shared: true }, at)
    if (waiting === next) continue
    const key = keyOf(waiting, message.conversationId)
    next = config.looks && !ownerOf(waiting, key) ? check(waiting, key, at) : waiting
  }
  return next
}

/** This keeper answers for what is live now. What another one had begun is unverified, and its requests are lost (law 22). */
export function attach(
  config: RulesConfig,
  ledger: Ledger,
  payload: { readonly owner: string; readonly own?: boolean },
  at: number,
): Ledger {
  const { owner } = payload
  if (ledger.owner === owner) return ledger
  if (payload.own) return patch(ledger, { owner })
  let next = patch(ledger, {
    owner,
    asks: [],
    stops: [],
    live: ledger.live.map((turn) =>
      hasLeft(turn)
        ? amend(turn, {
            unverified: true,
            checkAt: turn.phase === 'queued' ? null : at,
            send: turn.send === 'in_flight' ? 'unknown' : turn.send,
            stop:
              turn.stop?.state === 'in_flight' ? { ...turn.stop, state: 'unknown', nonce: null } : turn.stop,
          })
        : turn,
    ),
  })
  if (!config.looks) return next
  for (const turn of next.live) {
    if (turn.phase === 'queued' && !ownerOf(next, turn.conversationId))
      next = check(next, turn.conversationId, at)
  }
  return next
}
