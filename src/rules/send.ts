import type { SubmitPayload } from '../actions'
import type { Ledger, LiveTurn, SendResult, TurnError } from '../types'
import type { RulesConfig } from './config'
import { endOf, revoke, settle } from './ends'
import {
  check,
  checkOf,
  findByRun,
  findEnded,
  findTurn,
  headOf,
  keyOf,
  ownerOf,
  patch,
  putTurn,
  replaceTurn,
  without,
} from './ledger'
import { adopt, alive } from './life'
import { amend, hasLeft, lookBy, newTurn, nextCheck, watched } from './turn'
import { addTurn, removeTurn } from './turnList'

/** A prompt: it leaves at once where its conversation is free, waits where it is not, and keeps its place. */
export function submit(config: RulesConfig, ledger: Ledger, payload: SubmitPayload, at: number): Ledger {
  const { turnId } = payload
  if (findTurn(ledger, turnId) || findEnded(ledger, turnId)) return ledger
  const key = keyOf(ledger, payload.conversationId)
  const owner = ownerOf(ledger, key)
  const beside = owner && (payload.mode ?? (config.sendWhileBusy === 'send' ? 'now' : 'queue')) === 'now'
  const waits =
    owner !== undefined || headOf(ledger, key) !== undefined || !ledger.open || payload.shared === true
  const heldBack = stopHolds(config, ledger, key, at)
  const leaves = (!waits || beside === true) && !heldBack
  const turn = newTurn({
    turnId,
    conversationId: key,
    origin: 'local',
    phase: waits ? 'queued' : 'submitted',
    send: leaves ? 'in_flight' : 'unsent',
    sendNonce: leaves ? (payload.nonce ?? null) : null,
    sendAt: leaves ? at : null,
    startedAt: at,
    born: ledger.seq + 1,
    limitAt: leaves && config.hardLimit !== null ? at + config.hardLimit : null,
  })
  return patch(ledger, {
    live: addTurn(ledger.live, waits ? turn : watched(config, turn, {}, at)),
    held: without(ledger.held, (id) => id === key),
  })
}

/** Whether the send of a turn may leave now (law 13: from a verified idle, one message a turn, in order). */
export function maySend(config: RulesConfig, ledger: Ledger, turn: LiveTurn, at: number): boolean {
  const key = turn.conversationId
  if (hasLeft(turn) || turn.notBefore > at || !ledger.open || turn.stop) return false
  if (stopHolds(config, ledger, key, at)) return false
  if (turn.phase !== 'queued') return true
  return (
    !ownerOf(ledger, key) &&
    headOf(ledger, key) === turn &&
    !ledger.held.includes(key) &&
    // A refusal is the server's own word that it decides: its next answer verifies as well as a look-up would.
    (turn.refusals > 0 || !config.looks || !checkOf(ledger, key))
  )
}

const stopHolds = (config: RulesConfig, ledger: Ledger, key: string, at: number): boolean =>
  ledger.stops.some(
    (stop) =>
      stop.conversationId === key && isWide(config, stop) && at - stop.at < config.holdSendWhileStopping,
  )

/** It stops whatever runs in the conversation: the session, or a turn that the wire cannot name. */
const isWide = (config: RulesConfig, stop: Ledger['stops'][number]): boolean =>
  config.stopScope === 'conversation' || stop.turnId === null

/** Compare-and-set: a keeper takes the send. `elsewhere`: another tab took it. */
export function claimSend(
  config: RulesConfig,
  ledger: Ledger,
  payload: { readonly turnId: string; readonly nonce: string; readonly elsewhere?: boolean },
  at: number,
): Ledger {
  const turn = findTurn(ledger, payload.turnId)
  if (!turn || hasLeft(turn) || (!payload.elsewhere && !maySend(config, ledger, turn, at))) return ledger
  const taken: Partial<LiveTurn> = {
    phase: turn.phase === 'queued' && ownerOf(ledger, turn.conversationId) ? 'queued' : 'submitted',
    send: payload.elsewhere ? 'accepted' : 'in_flight',
    sendNonce: payload.elsewhere ? null : payload.nonce,
    sendAt: at,
    acceptedAt: payload.elsewhere ? at : null,
    startedAt: turn.phase === 'queued' ? at : turn.startedAt,
    lifeAt: at,
    limitAt: config.hardLimit === null ? null : at + config.hardLimit,
  }
  return putTurn(ledger, turn, watched(config, turn, taken, at))
}

export function accept(
  config: RulesConfig,
  ledger: Ledger,
  payload: { readonly turnId: string; readonly runId?: string | null } & Pick<
    Extract<SendResult, { status: 'accepted' }>,
    'as'
  >,
  at: number,
): Ledger {
  const turn = findTurn(ledger, payload.turnId)
  if (!turn) {
    // The server has it after all: an end that was only inferred is taken back.
    const ended = findEnded(ledger, payload.turnId)
    const revived = ended ? revoke(ledger, ended, at) : ledger
    return revived === ledger ? ledger : accept(config, revived, payload, at)
  }
  const runId = payload.runId ?? null
  if (runId !== null && !turn.runs.includes(runId))
    return acceptRun(config, ledger, turn, runId, payload.as, at)
  return accepted(config, ledger, turn, payload.as, at, runId !== null)
}

function accepted(
  config: RulesConfig,
  ledger: Ledger,
  turn: LiveTurn,
  as: 'started' | 'queued' | undefined,
  at: number,
  named: boolean,
): Ledger {
  // An end that came without a start, of a run that the answer does not name, may be anybody's.
  const parked = named || turn.begun ? turn.parked : null
  const doubtful = turn.parked !== null && parked === null
  const taken = amend(turn, {
    send: as === 'queued' || turn.phase === 'queued' ? 'held' : 'accepted',
    acceptedAt: turn.acceptedAt ?? at,
    lifeAt: Math.max(turn.lifeAt, at),
    tentative: false,
    parked: null,
    runs: doubtful ? [] : turn.runs,
  })
  const checkAt = taken.phase === 'queued' ? null : doubtful ? at : nextCheck(config, taken, at)
  const next = putTurn(ledger, turn, amend(taken, { checkAt }))
  const now = findTurn(next, turn.turnId)
  return parked && now ? settle(config, next, now, { ...parked, grade: 'witnessed' }, at) : next
}

/** The answer to a send names a run: nobody's yet, one that came in before the answer, or the live turn's (a steer). */
function acceptRun(
  config: RulesConfig,
  ledger: Ledger,
  turn: LiveTurn,
  runId: string,
  as: 'started' | 'queued' | undefined,
  at: number,
): Ledger {
  const key = turn.conversationId
  const other = findByRun(ledger, runId, key)
  if (other && !other.tentative) return merge(ledger, turn, other)
  // A run that was only believed to be another's, or stood beside as unknown, is this turn's after all.
  const freed = other ? replaceTurn(ledger, other, { runs: [], tentative: false, parked: null }) : ledger
  const seen =
    other !== undefined || freed.sides.some((side) => side.runId === runId && side.conversationId === key)
  const cleared = patch(freed, {
    sides: without(freed.sides, (side) => side.runId === runId && side.conversationId === key),
  })
  const now = findTurn(cleared, turn.turnId) ?? turn
  const runs = now.tentative ? [runId] : [...now.runs, runId]
  const parked = other?.parked ?? null
  const bound = replaceTurn(cleared, now, { runs, tentative: false, parked })
  const mine = findTurn(bound, turn.turnId) ?? now
  const next = accepted(config, bound, mine, as, at, true)
  const after = findTurn(next, turn.turnId)
  if (after && seen && after.phase !== 'queued') return alive(config, next, after, null, at)

  const ended = findEnded(cleared, null, runId, key)
  if (!after || !ended || ended.origin !== 'remote' || seen) return next
  // The whole run came and went before the answer, and was taken for somebody else's.
  const whole = patch(next, { settled: without(next.settled, (record) => record === ended) })
  return settle(config, whole, after, ended, at)
}

/** A send that the server added to the running turn merges into it, and ends with it (law 11). */
const merge = (ledger: Ledger, turn: LiveTurn, into: LiveTurn): Ledger =>
  patch(ledger, {
    live: ledger.live
      .filter((other) => other !== turn)
      .map((other) => (other === into ? { ...into, merged: [...into.merged, turn.turnId] } : other)),
  })

/** Pause before a send that was refused as busy is tried again, ms: 1 s, doubled each time, at most 8 s. */
const busyBackoff = (refusals: number): number => Math.min(1_000 * 2 ** (refusals - 1), 8_000)

export function refuse(
  config: RulesConfig,
  ledger: Ledger,
  payload: {
    readonly turnId: string
    readonly reason: 'busy' | 'gone' | 'error'
    readonly error?: TurnError
  },
  at: number,
): Ledger {
  const turn = findTurn(ledger, payload.turnId)
  if (turn?.tentative) return disown(config, ledger, turn, (freed) => refuse(config, freed, payload, at), at)
  if (!turn || turn.begun) return ledger
  if (payload.reason === 'busy') {
    if (turn.stop) return settle(config, ledger, turn, endOf({ reason: 'cancelled' }), at)
    const refusals = turn.refusals + 1
    const notBefore = at + busyBackoff(refusals)
    const next = replaceTurn(ledger, turn, {
      phase: 'queued',
      send: 'unsent',
      sendNonce: null,
      refusals,
      notBefore,
      checkAt: null,
    })
    return config.looks && !ownerOf(next, turn.conversationId)
      ? check(next, turn.conversationId, notBefore)
      : next
  }
  const message =
    payload.error?.message ?? (payload.reason === 'gone' ? 'the session is gone' : 'the request failed')
  const error: TurnError = { ...payload.error, message: `Provider turn start failed: ${message}` }
  const reason = payload.reason === 'gone' ? 'undelivered' : 'error'
  return settle(config, ledger, turn, endOf({ reason, error }), at)
}

/** The run that was believed to be this turn's is another's: it lives on as a turn that came in from elsewhere. */
function disown(
  config: RulesConfig,
  ledger: Ledger,
  turn: LiveTurn,
  then: (ledger: Ledger) => Ledger,
  at: number,
): Ledger {
  const [runId = null] = turn.runs
  const next = then(
    replaceTurn(ledger, turn, { runs: [], tentative: false, parked: null, begun: false, phase: 'submitted' }),
  )
  const free = !ownerOf(next, turn.conversationId)
  return turn.begun && !turn.parked && free
    ? adopt(config, next, turn.conversationId, { runId }, null, at)
    : next
}

/** The connection died before an answer: it may or may not have arrived. The key is kept, and nothing is sent again. */
export function lose(config: RulesConfig, ledger: Ledger, turnId: string, at: number): Ledger {
  const turn = findTurn(ledger, turnId)
  if (turn?.tentative) return accepted(config, ledger, turn, undefined, at, false)
  if (!turn || turn.send !== 'in_flight') return ledger
  return replaceTurn(ledger, turn, {
    send: 'unknown',
    acceptedAt: at,
    checkAt: turn.phase === 'queued' ? null : lookBy(turn, at + config.recheckAfter),
  })
}

/** Takes a message that has not left out of the queue. Withdrawn in another tab, it leaves no record here. */
export function withdraw(
  config: RulesConfig,
  ledger: Ledger,
  payload: { readonly turnId: string; readonly elsewhere?: boolean },
  at: number,
): Ledger {
  const turn = findTurn(ledger, payload.turnId)
  if (!turn || hasLeft(turn)) return ledger
  if (payload.elsewhere) return patch(ledger, { live: removeTurn(ledger.live, turn) })
  return settle(config, ledger, turn, endOf({ reason: 'cancelled' }), at)
}
