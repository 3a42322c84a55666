/** How turns end: one rule for all of them, `settle`, and the two that set an inferred end right. */
import type { EndPayload } from '../actions'
import { isAsking, sessionOf } from '../state/conversations'
import { FOREIGN_CONVERSATIONS } from '../state/config'
import { NONE, without } from '../state/lists'
import { needsOwnCheck } from '../state/sessions'
import { foreignConversations } from '../state/turnIndex'
import { activeOf, entryOf, findHelper, findTurnByRun, hasLeft, patchEntry, patchTurns } from '../state/turns'
import type {
  Address,
  EndedTurn,
  EndReason,
  Grade,
  Outcome,
  Turn,
  TurnError,
  TurnsState,
  UnconfirmedEnd,
  Usage,
} from '../types'
import type { RuleContext } from './context'
import { leaveOtherKeys } from './otherKeys'
import {
  amendTurn,
  canBeRunOf,
  checkBy,
  hasStarted,
  isDelivered,
  isUnbound,
  limitFrom,
  newTurn,
  watchedTurn,
} from './turn'

export interface End {
  readonly reason: EndReason
  readonly outcome: Outcome
  readonly grade: Grade
  readonly error: TurnError | null
  readonly finishReason: string | null
  readonly usage: Usage | null
  readonly limitedUntil: number | null
}

/** The end as it is kept where it is not believed as it stands. `runId`: the run that it named. */
export const unconfirmed = (end: End, runId: string | null): UnconfirmedEnd => {
  const { grade: _grade, ...told } = end
  return { ...told, runId }
}

/** What became of a turn that ended for this reason, where nobody said more. Never `complete` by default (law 6). */
const OUTCOME_OF: Readonly<Record<EndReason, Outcome>> = {
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

const INFERRED: ReadonlySet<EndReason> = new Set(['rescued', 'timeout', 'superseded'])

/** The end that a payload speaks of, with what it leaves out filled in. */
export function endOf(payload: Omit<EndPayload, keyof Address>): End {
  const { reason } = payload
  const outcome = payload.outcome ?? OUTCOME_OF[reason]
  const failed: TurnError | null =
    outcome === 'error' ? { message: 'The turn failed.', code: 'turn_failed' } : null
  return {
    reason,
    outcome,
    grade: payload.grade ?? (INFERRED.has(reason) ? 'inferred' : 'witnessed'),
    error: payload.error ?? failed,
    finishReason: payload.finishReason ?? null,
    usage: payload.usage ?? null,
    limitedUntil: payload.limitedUntil ?? null,
  }
}

/** An end for this reason that nobody has witnessed. */
export const inferredEnd = (reason: EndReason, error: TurnError | null = null): End => {
  const end = endOf({ reason })
  return { ...end, grade: 'inferred', error: error ?? end.error }
}

export const undelivered = (): End =>
  inferredEnd('undelivered', {
    message: 'The message was not delivered. Its text is kept as a draft.',
    code: 'turn_undelivered',
  })

/** Ends a turn: one record, what was merged into it ended with it, the next one promoted. */
export function settle(ctx: RuleContext, turns: TurnsState, turn: Turn, end: End): TurnsState {
  const seq = turns.seq + 1
  const record = (turnId: string, outcome: Outcome, isMerged: boolean): EndedTurn => ({
    turnId,
    conversationId: turn.conversationId,
    runs: isMerged ? NONE : turn.runs,
    origin: turn.origin,
    reason: end.reason,
    outcome,
    grade: end.grade,
    startedAt: turn.startedAt,
    endedAt: ctx.at,
    error: end.error,
    seq,
    sendState: turn.sendState,
    started: turn.started,
    revocations: turn.revocations,
    corrected: false,
    finishReason: isMerged ? null : end.finishReason,
    usage: isMerged ? null : end.usage,
    limitedUntil: isMerged ? null : end.limitedUntil,
    firstEvidenceAt: isMerged ? null : turn.firstEvidenceAt,
    firstOutputAt: isMerged ? null : turn.firstOutputAt,
  })
  const entry = entryOf(turns, turn.conversationId)
  if (!entry) return turns
  const wasActive = entry.active?.turnId === turn.turnId
  const ended = turns.ended.slice()
  ended.push(record(turn.turnId, end.outcome, false))
  for (const id of turn.mergedTurnIds) ended.push(record(id, 'merged', true))
  const surplus = ended.length - ctx.config.historySize
  if (surplus > 0) ended.splice(0, surplus)

  // A certain end answers what there was to check about this turn. What goes on beside it keeps its reason.
  const isChecked = end.grade === 'witnessed' && entry.unplacedRuns.length + entry.backgroundRuns.length === 0
  const rest = wasActive
    ? patchEntry(turns, turn.conversationId, {
        active: null,
        checkAt: isChecked ? null : entry.checkAt,
        sessionCheckAt: null,
        expectedIdles: entry.expectedIdles && {
          count: entry.expectedIdles.count + (entry.expectedIdles.open ? 1 : 0),
          open: false,
        },
      })
    : patchEntry(turns, turn.conversationId, {
        queue: without(entry.queue, (other) => other.turnId === turn.turnId),
      })
  const recorded = patchTurns(rest, { ended })
  const followed = wasActive ? letNextGoOn(ctx, recorded, turn.conversationId, end) : recorded
  return leaveOtherKeys(followed, turn, (next, key) =>
    keepCheckingSession(ctx, letNextGoOn(ctx, next, key, end), key),
  )
}

/**
 * A turn that the server holds is active next; a local queue waits for a verified idle (law 13). A run of unknown origin
 * goes on as what it is: a check tells what that is.
 */
function letNextGoOn(ctx: RuleContext, turns: TurnsState, key: string, end: End): TurnsState {
  const promoted = promoteNext(ctx, turns, key)
  const { active = null, queue = NONE, unplacedRuns = NONE } = entryOf(promoted, key) ?? {}
  const isVerified = end.grade === 'witnessed' || end.reason === 'rescued'
  const queueWaits = !active && queue.length > 0 && !isVerified
  return queueWaits || unplacedRuns.length > 0 ? checkConversation(ctx, promoted, key) : promoted
}

/** Makes the first turn that has left the active one, where there is none. Each change of a queue ends with this. */
export function promoteNext(ctx: RuleContext, turns: TurnsState, key: string): TurnsState {
  const entry = entryOf(turns, key)
  if (!entry || entry.active || activeOf(turns, key)) return turns
  const next = entry.queue.find(hasLeft)
  if (!next) return turns
  // A run that began after this prompt had left, while another was in front, is most likely its own.
  const run = isUnbound(next)
    ? entry.unplacedRuns.find(
        ({ createdSeq, startedAt, turnId }) =>
          turnId === null && createdSeq > next.createdSeq && canBeRunOf(next, startedAt),
      )
    : undefined
  const active = watchedTurn(
    ctx.config,
    next,
    {
      acceptedAt: next.sendState === 'sending' ? next.acceptedAt : ctx.at,
      lastEvidenceAt: ctx.at,
      ...(run && { guessedRun: run.runId, started: 'unnamed', firstEvidenceAt: run.startedAt }),
    },
    ctx.at,
  )
  return patchEntry(turns, key, {
    active,
    queue: without(entry.queue, (turn) => turn === next),
    unplacedRuns: without(entry.unplacedRuns, (other) => other === run),
  })
}

/** A status check of a conversation falls due at `at`, or earlier where one is due already: there is a reason to check. */
export function checkConversation(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  at: number = ctx.at,
): TurnsState {
  const entry = entryOf(turns, key)
  if (!ctx.config.hasStatusChecks || (!entry && !mayFollowForeign(turns))) return turns
  return patchEntry(turns, key, {
    checkAt: entry ? checkBy(entry, at) : at,
    checkReasonSeq: turns.seq + 1,
  })
}

/** The active turn loses its place: with `change`, it waits at the head of the queue, and nothing is checked of it there. */
export function stepBack(
  ctx: RuleContext,
  turns: TurnsState,
  active: Turn,
  change: Partial<Turn> = {},
): TurnsState {
  const key = active.conversationId
  const queue = entryOf(turns, key)?.queue ?? NONE
  const behind = patchEntry(turns, key, {
    active: null,
    queue: [amendTurn(active, { ...change, checkAt: null }), ...queue],
  })
  return promoteElsewhere(ctx, behind, active)
}

/** The turn is not in front any more: not under its other keys either. */
export const promoteElsewhere = (ctx: RuleContext, turns: TurnsState, { otherKeys }: Turn): TurnsState =>
  otherKeys.reduce((next, key) => goOnWithout(ctx, next, key), turns)

/** A turn has left this key: what waits there goes on, and so does its session. */
export const goOnWithout = (ctx: RuleContext, turns: TurnsState, key: string): TurnsState =>
  keepCheckingSession(ctx, promoteNext(ctx, turns, key), key)

/** A session that goes on without a turn has a next check (law 7). */
const keepCheckingSession = (ctx: RuleContext, turns: TurnsState, key: string): TurnsState =>
  needsOwnCheck(turns, sessionOf(ctx.conversations, key), key) && entryOf(turns, key)?.checkAt == null
    ? checkConversation(ctx, turns, key)
    : turns

/** A newer turn takes the conversation: the older one is over, unfinished as far as anybody here knows (law 6). */
export const supersede = (ctx: RuleContext, turns: TurnsState, turn: Turn): TurnsState =>
  settle(ctx, turns, turn, endOf({ reason: 'superseded' }))

/** Takes an inferred end back: the turn has shown that it runs, and no newer one is active in the conversation (law 3). */
export function revoke(ctx: RuleContext, turns: TurnsState, ended: EndedTurn): TurnsState {
  const { config, at } = ctx
  const key = ended.conversationId
  if (ended.grade !== 'inferred' || ended.outcome === 'merged' || activeOf(turns, key)) return turns
  // A name that a helper, or another turn, goes by meanwhile is its.
  const runs = ended.runs.filter((run) => !findHelper(turns, key, run) && !findTurnByRun(turns, run, key))
  const wasDelivered = ended.started === 'named' || isDelivered(ended)
  const turn = newTurn({
    turnId: ended.turnId,
    conversationId: key,
    origin: ended.origin,
    runs,
    sendState: wasDelivered ? 'accepted' : 'unconfirmed',
    acceptedAt: at,
    startedAt: ended.startedAt,
    createdSeq: ended.seq,
    started: ended.started,
    revocations: ended.revocations + 1,
    firstEvidenceAt: ended.firstEvidenceAt,
    firstOutputAt: ended.firstOutputAt,
    lastEvidenceAt: at,
    checkAt: at,
    limitAt: limitFrom(config, at),
  })
  const back = patchTurns(turns, { ended: without(turns.ended, (record) => record === ended) })
  const { unplacedRuns = NONE, backgroundRuns = NONE } = entryOf(back, key) ?? {}
  return patchEntry(back, key, {
    active: turn,
    checkAt: null,
    unplacedRuns: without(unplacedRuns, ({ runId }) => runs.includes(runId)),
    backgroundRuns: without(backgroundRuns, ({ runId }) => runs.includes(runId)),
  })
}

/**
 * A witnessed word about a turn whose end was only inferred: the record is set right, and stays one.
 *
 * @param started `named` where it was the server that named the turn: then the prompt has arrived.
 */
export function correct(
  turns: TurnsState,
  ended: EndedTurn,
  end: End,
  started: EndedTurn['started'] = 'named',
): TurnsState {
  if (ended.grade !== 'inferred' || end.grade !== 'witnessed') return turns
  const seq = turns.seq + 1
  const finishReason = end.finishReason ?? ended.finishReason
  const usage = end.usage ?? ended.usage
  const limitedUntil = end.limitedUntil ?? ended.limitedUntil
  const right = { ...ended, ...end, finishReason, usage, limitedUntil, started, seq, corrected: true }
  return patchTurns(turns, { ended: turns.ended.map((record) => (record === ended ? right : record)) })
}

/**
 * Over, and nobody said how: concluded from what is known of the turn. Accepted and then over without a word is `unknown`,
 * with the last error that was reported; `undelivered` is said only of what the server never confirmed, or held and never began.
 */
export function concludedEnd(turn: Turn): End {
  const { unconfirmedEnd, reportedError } = turn
  const wasDelivered = turn.sendState === 'accepted'
  if (unconfirmedEnd?.runId != null) return { ...unconfirmedEnd, grade: 'inferred' }
  if (!hasStarted(turn) && turn.origin === 'local' && !wasDelivered) return undelivered()
  if (turn.stop && turn.stop.state !== 'deferred') return inferredEnd('cancelled')
  if (unconfirmedEnd) return { ...unconfirmedEnd, reason: 'rescued', grade: 'inferred' }
  if (reportedError) return { ...inferredEnd('rescued', reportedError), outcome: 'error' }
  if (turn.backendRestarted)
    return inferredEnd('interrupted', {
      message: 'The agent was restarted and the turn was interrupted.',
      code: 'backend_restarted',
    })
  return inferredEnd('rescued')
}

/** Whether the turn waits for a person. */
export const isWaitingForPerson = ({ conversations }: RuleContext, turn: Turn): boolean =>
  isAsking(conversations, turn.conversationId, turn.turnId)

// ---------------------------------------------------------------- what strangers can make us remember

/** Whether one more conversation that nobody here has prompted may be followed (law 24). */
export const mayFollowForeign = (turns: TurnsState): boolean =>
  turns.byConversation.size < FOREIGN_CONVERSATIONS ||
  foreignConversations(turns.byConversation) < FOREIGN_CONVERSATIONS
