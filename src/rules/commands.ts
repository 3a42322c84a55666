import type { Persisted, SubmitPayload } from '../actions'
import type { Ledger, LiveTurn, SendResult, StopResult, TurnError } from '../types'
import type { RulesConfig } from './config'
import { endOf, revoke, settle } from './ends'
import { adopt, alive } from './life'
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
  replaceTurn,
  without,
} from './ledger'
import { hasLeft, lookBy, newTurn, nextCheck } from './turn'
import { addTurn, removeTurn } from './turnList'

// ---------------------------------------------------------------- send

/** A prompt: it leaves at once where its conversation is free, waits where it is not, and keeps its place. */
export function submit(config: RulesConfig, ledger: Ledger, payload: SubmitPayload, at: number): Ledger {
  const { turnId } = payload
  if (findTurn(ledger, turnId) || findEnded(ledger, turnId)) return ledger
  const key = keyOf(ledger, payload.conversationId)
  const owner = ownerOf(ledger, key)
  const beside = owner && (payload.mode ?? (config.sendWhileBusy === 'send' ? 'now' : 'queue')) === 'now'
  const waits = owner !== undefined || headOf(ledger, key) !== undefined || !ledger.open || payload.shared === true
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
    live: addTurn(ledger.live, waits ? turn : { ...turn, checkAt: nextCheck(config, turn, at) }),
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
  const taken: LiveTurn = {
    ...turn,
    phase: turn.phase === 'queued' && ownerOf(ledger, turn.conversationId) ? 'queued' : 'submitted',
    send: payload.elsewhere ? 'accepted' : 'in_flight',
    sendNonce: payload.elsewhere ? null : payload.nonce,
    sendAt: at,
    acceptedAt: payload.elsewhere ? at : null,
    startedAt: turn.phase === 'queued' ? at : turn.startedAt,
    lifeAt: at,
    limitAt: config.hardLimit === null ? null : at + config.hardLimit,
  }
  return replaceTurn(ledger, turn, { ...taken, checkAt: nextCheck(config, taken, at) })
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
  if (runId !== null && !turn.runs.includes(runId)) return acceptRun(config, ledger, turn, runId, payload.as, at)
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
  const taken: LiveTurn = {
    ...turn,
    send: as === 'queued' || turn.phase === 'queued' ? 'held' : 'accepted',
    acceptedAt: turn.acceptedAt ?? at,
    lifeAt: Math.max(turn.lifeAt, at),
    tentative: false,
    parked: null,
    runs: doubtful ? [] : turn.runs,
  }
  const checkAt = taken.phase === 'queued' ? null : doubtful ? at : nextCheck(config, taken, at)
  const next = replaceTurn(ledger, turn, { ...taken, checkAt })
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
  const seen = other !== undefined || freed.sides.some((side) => side.runId === runId && side.conversationId === key)
  const cleared = patch(freed, { sides: without(freed.sides, (side) => side.runId === runId && side.conversationId === key) })
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
export const busyBackoff = (refusals: number): number => Math.min(1_000 * 2 ** (refusals - 1), 8_000)

export function refuse(
  config: RulesConfig,
  ledger: Ledger,
  payload: { readonly turnId: string; readonly reason: 'busy' | 'gone' | 'error'; readonly error?: TurnError },
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
    return config.looks && !ownerOf(next, turn.conversationId) ? check(next, turn.conversationId, notBefore) : next
  }
  const message = payload.error?.message ?? (payload.reason === 'gone' ? 'the session is gone' : 'the request failed')
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
  return turn.begun && !turn.parked && free ? adopt(config, next, turn.conversationId, { runId }, null, at) : next
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

// ---------------------------------------------------------------- stop

export function stop(
  config: RulesConfig,
  ledger: Ledger,
  payload: { readonly conversationId?: string | null; readonly turnId?: string | null; readonly nonce?: string },
  at: number,
): Ledger {
  const where = payload.conversationId ?? (payload.turnId == null ? ledger.foreground : null)
  const turn =
    payload.turnId == null
      ? where === null
        ? undefined
        : ownerOf(ledger, keyOf(ledger, where))
      : findTurn(ledger, payload.turnId)
  if (!turn) return ledger
  if (!hasLeft(turn)) return settle(config, ledger, turn, endOf({ reason: 'cancelled' }), at)
  // Pressed again while a stop stands: no-op, unless that one was taken and the turn still goes on.
  const stale = turn.stop?.state === 'acknowledged' && at - turn.stop.at >= config.recheckAfter
  if (turn.stop && turn.stop.state !== 'unknown' && !stale) return ledger
  const wanted = replaceTurn(ledger, turn, {
    stop: { state: 'wanted', nonce: null, at, sawLife: turn.begun },
    checkAt: turn.phase === 'queued' ? null : lookBy(turn, at + config.recheckAfter),
  })
  return payload.nonce === undefined ? wanted : claimStop(wanted, { turnId: turn.turnId, nonce: payload.nonce }, at)
}

export function claimStop(
  ledger: Ledger,
  payload: { readonly turnId: string; readonly nonce: string },
  at: number,
): Ledger {
  const turn = findTurn(ledger, payload.turnId)
  if (turn?.stop?.state !== 'wanted') return ledger
  const { nonce } = payload
  const next = replaceTurn(ledger, turn, {
    stop: { ...turn.stop, state: 'in_flight', nonce, sawLife: turn.begun },
  })
  const { turnId, conversationId } = turn
  return patch(next, { stops: [...ledger.stops, { conversationId, turnId, nonce, at }] })
}

/** The answer to a stop, which is not the end of the turn: acknowledged is not stopped (law 12). */
export function stopAnswered(
  config: RulesConfig,
  ledger: Ledger,
  payload: { readonly turnId: string; readonly nonce?: string },
  answer: StopResult | null,
  at: number,
): Ledger {
  const done = (entry: Ledger['stops'][number]) =>
    entry.turnId === payload.turnId && (payload.nonce === undefined || entry.nonce === payload.nonce)
  const stops = without(ledger.stops, done)
  const next = stops === ledger.stops ? ledger : patch(ledger, { stops })
  const turn = findTurn(next, payload.turnId)
  if (turn?.stop?.state !== 'in_flight' || (payload.nonce !== undefined && turn.stop.nonce !== payload.nonce)) return next
  const late = turn.begun && !turn.stop.sawLife
  const soon = lookBy(turn, at + config.recheckAfter)
  const state = (value: 'wanted' | 'acknowledged' | 'unknown' | 'deferred') => ({
    stop: { ...turn.stop!, state: value, nonce: null },
  })
  if (answer === null) {
    return replaceTurn(next, turn, { ...state(late ? 'wanted' : 'unknown'), checkAt: lookBy(turn, at), hinted: next.seq + 1 })
  }
  if (answer.status === 'acknowledged') {
    return replaceTurn(next, turn, { ...state(late ? 'wanted' : 'acknowledged'), checkAt: soon })
  }
  if (answer.reason === 'unreachable') return replaceTurn(next, turn, { stop: null })
  // Nothing to stop: over, not begun, or looked for in the wrong place. Only a look-up or life tells which.
  if (late) return replaceTurn(next, turn, state('wanted'))
  const intent = turn.begun ? { stop: null } : state('deferred')
  return replaceTurn(next, turn, { ...intent, checkAt: lookBy(turn, at), hinted: next.seq + 1 })
}

// ---------------------------------------------------------------- keys, reloads

/** The conversation is known by another key: everything of it moves, and later signals under the old key find it. */
export function rekey(
  ledger: Ledger,
  payload: { readonly from: string; readonly to: string; readonly turnId?: string },
): Ledger {
  const from = keyOf(ledger, payload.from)
  // Back to a name that it went by before: the old name is the new one.
  const to = keyOf(ledger, payload.to) === from ? payload.to : keyOf(ledger, payload.to)
  if (from === to) return ledger
  if (payload.turnId !== undefined) {
    const turn = findTurn(ledger, payload.turnId)
    return turn ? replaceTurn(ledger, turn, { conversationId: to, keys: [...turn.keys, turn.conversationId] }) : ledger
  }
  const move = <T extends { readonly conversationId: string }>(list: readonly T[]): readonly T[] =>
    list.some((entry) => entry.conversationId === from)
      ? list.map((entry) => (entry.conversationId === from ? { ...entry, conversationId: to } : entry))
      : list
  return patch(ledger, {
    aliases: [
      ...ledger.aliases
        .filter((alias) => alias.from !== to)
        .map((alias) => (alias.to === from ? { ...alias, to } : alias)),
      { from, to },
    ].slice(-256),
    live: move(ledger.live),
    settled: move(ledger.settled),
    sides: move(ledger.sides),
    checks: move(ledger.checks),
    stops: move(ledger.stops),
    owed: move(ledger.owed),
    held: ledger.held.map((id) => (id === from ? to : id)),
    foreground: ledger.foreground === from ? to : ledger.foreground,
  })
}

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
      stop: entry.stopping ? { state: 'unknown', nonce: null, at, sawLife: entry.begun !== false } : null,
      limitAt: config.hardLimit === null ? null : at + config.hardLimit,
    })
    next = patch(next, { live: addTurn(next.live, turn) })
  }
  for (const message of kept.queued ?? []) {
    const waiting = submit(config, next, { ...message, shared: true }, at)
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
        ? {
            ...turn,
            unverified: true,
            checkAt: turn.phase === 'queued' ? null : at,
            send: turn.send === 'in_flight' ? 'unknown' : turn.send,
            stop: turn.stop?.state === 'in_flight' ? { ...turn.stop, state: 'unknown', nonce: null } : turn.stop,
          }
        : turn,
    ),
  })
  if (!config.looks) return next
  for (const turn of next.live) {
    if (turn.phase === 'queued' && !ownerOf(next, turn.conversationId)) next = check(next, turn.conversationId, at)
  }
  return next
}
