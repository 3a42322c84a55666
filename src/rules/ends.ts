import type { EndPayload } from '../actions'
import type { EndedTurn, EndReason, Grade, Ledger, LiveTurn, Outcome, TurnError } from '../types'
import { addressee } from './address'
import type { RulesConfig } from './config'
import { hint, hintAll } from './hints'
import {
  check,
  closeAll,
  headOf,
  keyOf,
  ownerOf,
  patch,
  putTurn,
  questionKey,
  remember,
  replaceTurn,
  without,
} from './ledger'
import { closeSide } from './sides'
import { hasLeft, newTurn, watched } from './turn'
import { addEnded, removeTurn } from './turnList'

export interface End {
  readonly reason: EndReason
  readonly outcome: Outcome
  readonly grade: Grade
  readonly error?: TurnError | null
}

/** What became of a turn that ended for this reason, where nobody said more. Never `complete` by default (law 6). */
const OUTCOME_OF: Record<EndReason, Outcome> = {
  complete: 'complete',
  cancelled: 'cancelled',
  error: 'error',
  session_error: 'error',
  timeout: 'unknown',
  rescued: 'unknown',
  interrupted: 'interrupted',
  superseded: 'interrupted',
  undelivered: 'undelivered',
}

/** All that there are. */
export const END_REASONS = Object.keys(OUTCOME_OF)

const INFERRED: ReadonlySet<EndReason> = new Set(['rescued', 'timeout', 'superseded'])

/** The end that a payload speaks of, with what it leaves out filled in. */
export function endOf(payload: EndPayload): End {
  const { reason } = payload
  const outcome = payload.outcome ?? OUTCOME_OF[reason]
  return {
    reason,
    outcome,
    grade: payload.grade ?? (INFERRED.has(reason) ? 'inferred' : 'witnessed'),
    error: payload.error ?? (outcome === 'error' ? { message: 'The turn failed.' } : null),
  }
}

/** Settles a live turn: one record, its questions closed, what was merged into it ended with it, the next one let on. */
export function settle(config: RulesConfig, ledger: Ledger, turn: LiveTurn, end: End, at: number): Ledger {
  const seq = ledger.seq + 1
  const record = (turnId: string, outcome: Outcome): EndedTurn => ({
    turnId,
    conversationId: turn.conversationId,
    runs: turnId === turn.turnId ? turn.runs : [],
    origin: turn.origin,
    reason: end.reason,
    outcome,
    grade: end.grade,
    startedAt: turn.startedAt,
    endedAt: at,
    error: end.error ?? null,
    seq,
    sent: hasLeft(turn),
    begun: turn.begun,
    doubts: turn.doubts,
    corrected: false,
  })
  const records = [record(turn.turnId, end.outcome), ...turn.merged.map((id) => record(id, 'merged'))]
  const holds = config.onUserStop === 'hold' && turn.stop !== null && end.outcome === 'cancelled'
  const next = patch(ledger, {
    live: removeTurn(ledger.live, turn),
    settled: addEnded(ledger.settled, records, config.historySize),
    closed: closeAll(ledger.closed, turn.turnId, turn.questions),
    owed: owe(ledger, turn),
    held:
      holds && headOf(ledger, turn.conversationId) ? remember(ledger.held, turn.conversationId) : ledger.held,
  })
  if (turn.phase === 'queued') return next
  const settled = letOn(config, next, turn.conversationId, end, at)
  return turn.keys.reduce((ledger, key) => letOn(config, ledger, key, end, at), settled)
}

/** An idle that the wire still owes to a settled turn must not be spent on the next one (law 4, without a look-up). */
function owe(ledger: Ledger, turn: LiveTurn): Ledger['owed'] {
  if (!ledger.owed.some((entry) => entry.conversationId === turn.conversationId && entry.open))
    return ledger.owed
  return ledger.owed.map((entry) =>
    entry.conversationId === turn.conversationId && entry.open
      ? { ...entry, open: false, count: entry.count + 1 }
      : entry,
  )
}

/** A turn that the server holds owns the conversation next; a local queue waits for a verified idle (law 13). */
function letOn(config: RulesConfig, ledger: Ledger, key: string, end: End, at: number): Ledger {
  const head = headOf(ledger, key)
  if (!head || ownerOf(ledger, key)) return ledger
  if (hasLeft(head)) {
    const promoted = { phase: 'submitted', acceptedAt: at, lifeAt: at } as const
    return putTurn(ledger, head, watched(config, head, promoted, at))
  }
  const verified = end.grade === 'witnessed' || end.reason === 'rescued'
  return config.looks && !verified ? check(ledger, key, at) : ledger
}

/** Takes an inferred end back: the turn has shown life, and no newer turn owns the conversation (law 3). */
export function revoke(ledger: Ledger, ended: EndedTurn, at: number): Ledger {
  if (ended.grade !== 'inferred' || ended.outcome === 'merged' || ownerOf(ledger, ended.conversationId))
    return ledger
  const turn = newTurn({
    turnId: ended.turnId,
    conversationId: ended.conversationId,
    origin: ended.origin,
    runs: ended.runs,
    phase: ended.begun ? 'thinking' : 'submitted',
    send: 'accepted',
    acceptedAt: at,
    startedAt: ended.startedAt,
    born: ended.seq,
    begun: ended.begun,
    doubts: ended.doubts + 1,
    lifeAt: at,
    checkAt: at,
  })
  return patch(ledger, {
    live: [turn, ...ledger.live],
    settled: without(ledger.settled, (record) => record === ended),
    checks: without(ledger.checks, (entry) => entry.conversationId === ended.conversationId),
    closed: without(ledger.closed, (question) => question.startsWith(questionKey(ended.turnId, ''))),
  })
}

/** A witnessed word about a turn whose end was only inferred: the record is set right, and stays one. */
export function correct(ledger: Ledger, ended: EndedTurn, end: End): Ledger {
  if (ended.grade !== 'inferred' || end.grade !== 'witnessed') return ledger
  const { reason, outcome, grade, error = null } = end
  const seq = ledger.seq + 1
  return patch(ledger, {
    settled: ledger.settled.map((record) =>
      record === ended ? { ...record, reason, outcome, grade, error, seq, corrected: true } : record,
    ),
  })
}

/** Whatever ends a turn by its address: a statement is obeyed, a frame that names no turn is a hint (laws 1, 2 and 4). */
export function end(config: RulesConfig, ledger: Ledger, payload: EndPayload, at: number): Ledger {
  const verdict = endOf(payload)
  const to = addressee(ledger, payload)
  switch (to.kind) {
    case 'turn':
      return to.turn.tentative && payload.frame && payload.turnId == null
        ? replaceTurn(ledger, to.turn, {
            parked: { ...verdict, error: verdict.error ?? null, runId: payload.runId ?? '' },
          })
        : settle(config, ledger, to.turn, verdict, at)
    case 'ended':
      return payload.frame ? correct(ledger, to.ended, verdict) : ledger
    case 'side':
      return closeSide(ledger, to.side)
    case 'unknown':
      return payload.frame && to.key !== null
        ? endOfStranger(config, ledger, to.key, payload.runId, verdict, at)
        : ledger
    case 'conversation':
      return payload.frame
        ? unnamedEnd(config, ledger, to.key, verdict, at)
        : endOwner(config, ledger, to.key, verdict, at)
    case 'nobody': {
      if (payload.frame) return hintAll(config, ledger, at)
      return ledger.foreground === null
        ? ledger
        : endOwner(config, ledger, keyOf(ledger, ledger.foreground), verdict, at)
    }
  }
}

/** The end of a run that nobody knows: parked where it may be that of a send whose answer is still out, else a hint. */
function endOfStranger(
  config: RulesConfig,
  ledger: Ledger,
  key: string,
  runId: string | null | undefined,
  verdict: End,
  at: number,
): Ledger {
  const owner = ownerOf(ledger, key)
  if (owner?.send !== 'in_flight' || owner.runs.length > 0 || runId == null)
    return hint(config, ledger, key, at)
  return replaceTurn(ledger, owner, {
    runs: [runId],
    tentative: true,
    parked: { ...verdict, error: verdict.error ?? null, runId },
  })
}

function endOwner(config: RulesConfig, ledger: Ledger, key: string, verdict: End, at: number): Ledger {
  const owner = ownerOf(ledger, key)
  return owner ? settle(config, ledger, owner, verdict, at) : ledger
}

/**
 * An ending that names no turn. With a look-up: a reason to look now, no more. Without one it ends a turn that has shown
 * life, once the endings that are owed to settled turns are counted off, and only ever as an inference.
 */
export function unnamedEnd(
  config: RulesConfig,
  ledger: Ledger,
  key: string,
  verdict: End,
  at: number,
): Ledger {
  if (config.looks) {
    const { outcome, error = null } = verdict
    return hint(config, ledger, key, at, outcome === 'unknown' ? null : { outcome, error })
  }
  const debt = ledger.owed.find((entry) => entry.conversationId === key)
  const paid = debt
    ? patch(ledger, {
        owed:
          debt.count > 0
            ? ledger.owed.map((entry) => (entry === debt ? { ...entry, count: entry.count - 1 } : entry))
            : without(ledger.owed, (entry) => entry === debt),
      })
    : ledger
  if (debt && debt.count > 0) return paid
  const owner = ownerOf(paid, key)
  return owner?.begun ? settle(config, paid, owner, { ...verdict, grade: 'inferred' }, at) : paid
}

export const undelivered = (): End => ({
  reason: 'undelivered',
  outcome: 'undelivered',
  grade: 'inferred',
  error: { message: 'The message was not delivered. Its text is kept as a draft.' },
})

/** A newer turn owns the conversation: the older one is over, unfinished as far as anybody here knows (law 6). */
export const supersede = (config: RulesConfig, ledger: Ledger, turn: LiveTurn, at: number): Ledger =>
  settle(config, ledger, turn, endOf({ reason: 'superseded' }), at)
