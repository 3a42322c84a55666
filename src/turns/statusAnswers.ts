/** What a status check tells of a conversation. It is as old as its departure (law 5). */
import { keyOf, questionsOf } from '../state/conversations'
import { NONE } from '../state/lists'
import {
  activeOf,
  entryOf,
  findBackground,
  findEnded,
  findNamedTurn,
  lastEnded,
  patchEntry,
  patchTurns,
} from '../state/turns'
import type { StatusAnswer, StatusCheck, TurnsState } from '../types'
import type { RuleContext } from './context'
import { checkConversation, concludedEnd, correct, endOf, settle, unconfirmed } from './ends'
import type { End } from './ends'
import {
  demoteUnplacedRun,
  endBackgroundRun,
  endUnplacedRun,
  listedRuns,
  newestEvidenceOf,
  seeAsker,
} from './runs'
import { scheduledByAnswer } from './scheduled'
import { unconfirm } from './sendAnswers'
import { postpone, running } from './statusRunning'
import { amendTurn, changeTurn, isIdleBelieved, isSending, isSendOverdue } from './turn'

export interface AnswerPayload {
  readonly nonce: string
  readonly conversationId: string
  readonly answer: StatusAnswer
}

/** Whether an answer says anything. */
export const isTelling = ({ status }: StatusAnswer): boolean =>
  status !== 'no_status' && status !== 'unreachable'

/** The check in flight that an answer belongs to. */
export const checkOfAnswer = (
  turns: TurnsState,
  { conversations }: Pick<RuleContext, 'conversations'>,
  { nonce, conversationId }: Pick<AnswerPayload, 'nonce' | 'conversationId'>,
): StatusCheck | undefined => {
  const check = turns.statusChecks.find((other) => other.nonce === nonce)
  const key = keyOf(conversations, conversationId)
  return check?.conversationIds.some((id) => keyOf(conversations, id) === key) ? check : undefined
}

export function answerCheck(ctx: RuleContext, turns: TurnsState, payload: AnswerPayload): TurnsState {
  const { conversations } = ctx
  const { answer } = payload
  const check = checkOfAnswer(turns, ctx, payload)
  if (!check) return turns
  const key = keyOf(conversations, payload.conversationId)
  // What runs is not said. That a turn is over may be.
  if (!isTelling(answer)) return answer.last ? settleNamed(ctx, turns, key, answer.last, check) : turns
  const told = patchTurns(turns, {
    statusChecks: turns.statusChecks.map((other) =>
      other === check
        ? {
            ...check,
            conversationIds: check.conversationIds.filter((id) => keyOf(conversations, id) !== key),
          }
        : other,
    ),
  })
  // An answer may say that one turn runs and another is over: both count.
  const settled = answer.last ? settleNamed(ctx, told, key, answer.last, check) : told
  const judged =
    answer.status === 'idle' || answer.status === 'absent'
      ? idle(ctx, settled, key, check)
      : running(ctx, settled, key, answer, check)
  const listed = listedRuns(ctx, judged, key, answer, check)
  const asked = listedAskers(ctx, listed, key, answer, check)
  return settleReason(scheduledByAnswer(ctx, asked, key, answer, check), key, check)
}

/** Those who ask, as far as the answer tells of a question that is not known here. */
const listedAskers = (
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  { questions = NONE }: StatusAnswer,
  check: StatusCheck,
): TurnsState =>
  questions.reduce((next, { requestId, asker }) => {
    const isKnown = questionsOf(ctx.conversations, key).some((other) => other.requestId === requestId)
    return asker == null || isKnown || isOverSince(next, key, asker, check)
      ? next
      : seeAsker(ctx, next, key, asker)
  }, turns)

/** Whether the turn that asks has ended, in its server's own word or after the check had left: what it asked is over too. */
function isOverSince(turns: TurnsState, key: string, asker: string, { seq }: StatusCheck): boolean {
  const record = findEnded(turns, asker) ?? findEnded(turns, null, asker, key)
  return record !== undefined && (record.grade === 'witnessed' || record.seq > seq)
}

/** The answer settles the reason to check, unless a newer one has come since. */
function settleReason(turns: TurnsState, key: string, check: StatusCheck): TurnsState {
  const entry = entryOf(turns, key)
  return entry && entry.checkAt !== null && entry.checkReasonSeq <= check.seq
    ? patchEntry(turns, key, { checkAt: null })
    : turns
}

// ---------------------------------------------------------------- idle

function idle(ctx: RuleContext, turns: TurnsState, key: string, check: StatusCheck): TurnsState {
  const placed = demoteOthers(ctx, turns, key, check)
  const active = activeOf(placed, key)
  if (!active) return placed
  if (isIdleBelieved(ctx.config, active, check)) return settle(ctx, placed, active, concludedEnd(active))
  // The server knows nothing of it, and its request has been open for long: it is not waited for any more (law 11).
  if (isSendOverdue(ctx.config, active, check)) return unconfirm(ctx, placed, active)
  const postponed = postpone(ctx, placed, active)
  const entry = entryOf(postponed, key)
  // Not believed yet: where there was a reason to check, there still is. One that is newer than this check stays due.
  if (entry?.checkAt == null || entry.checkReasonSeq > check.seq) return postponed
  const settled = patchEntry(postponed, key, { checkAt: null })
  return checkConversation(ctx, settled, key, ctx.at + ctx.config.recheckInterval)
}

/** Nothing runs, says the server: an unplaced run that was seen before the check left is no turn. */
function demoteOthers(ctx: RuleContext, turns: TurnsState, key: string, check: StatusCheck): TurnsState {
  let next = turns
  for (const run of entryOf(turns, key)?.unplacedRuns ?? [])
    if (newestEvidenceOf(ctx, key, run) <= check.seq) next = demoteUnplacedRun(ctx, next, key, run)
  return next
}

/** The server names the turn that is over, and what became of it: that is its word about this very turn. */
function settleNamed(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  last: NonNullable<StatusAnswer['last']>,
  check: StatusCheck,
): TurnsState {
  const turnId = last.turnId ?? null
  const runId = last.runId ?? null
  const end: End = endOf({ ...last, reason: 'rescued', grade: 'witnessed' })
  const turn = findNamedTurn(turns, turnId, runId, key)
  if (turn) {
    if (turn.evidenceSeq > check.seq) return turns
    const isGuess = turnId === null && turn.guessedRun === runId
    // It failed, and the server has no words for it: those that were reported before are used.
    const told =
      end.outcome === 'error' && !last.error && turn.reportedError
        ? { ...end, error: turn.reportedError }
        : end
    if (!isGuess) return settle(ctx, turns, amendTurn(turn, { started: 'named' }), told)
    return isSending(turn)
      ? changeTurn(turns, turn, { unconfirmedEnd: unconfirmed(end, runId) })
      : settle(ctx, turns, turn, { ...end, grade: 'inferred' })
  }
  const ended = findEnded(turns, turnId, runId, key)
  if (ended) return correct(turns, ended, end)
  const run = entryOf(turns, key)?.unplacedRuns.find(
    (other) => (runId !== null && other.runId === runId) || (turnId !== null && other.turnId === turnId),
  )
  const beside = runId === null ? undefined : findBackground(turns, key, runId)
  const other = run ?? beside
  if (!other || newestEvidenceOf(ctx, key, other) > check.seq) return turns
  return run ? endUnplacedRun(turns, key, run) : endBackgroundRun(turns, beside!)
}

/** How a turn ended that a check found over, where nobody said how and its session says that it did not end by itself. */
export function nameConcludedEnd(before: TurnsState, after: TurnsState, key: string): TurnsState {
  const last = lastEnded(after, key)
  const isUnnamed = last && last.seq > before.seq && last.grade === 'inferred' && last.outcome === 'unknown'
  if (!isUnnamed) return after
  const { reason, outcome } = endOf({ reason: 'interrupted' })
  return patchTurns(after, {
    ended: after.ended.map((record) => (record === last ? { ...last, reason, outcome } : record)),
  })
}
