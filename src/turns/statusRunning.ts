/** A status check says that something runs (law 5): the turn that it names, another one, or it does not say which. */
import { sessionOf } from '../state/conversations'
import { isActiveSession } from '../state/sessions'
import {
  activeOf,
  currentTurn,
  entryOf,
  findEnded,
  findHelper,
  findHost,
  findNamedTurn,
  findTurn,
  findUnplaced,
  isQueued,
  lastEnded,
  patchEntry,
  putTurn,
} from '../state/turns'
import type { BackgroundRun, EndedTurn, StatusAnswer, StatusCheck, Turn, TurnsState } from '../types'
import type { RuleContext } from './context'
import {
  checkConversation,
  inferredEnd,
  isWaitingForPerson,
  revoke,
  settle,
  stepBack,
  supersede,
} from './ends'
import { bindRun } from './bindings'
import { adoptTurn, bindStarted, confirmRunning } from './evidence'
import { newestEvidenceOf, seeBackgroundRun } from './runs'
import { unconfirm } from './sendAnswers'
import {
  canBeRunOf,
  changeTurn,
  hasStarted,
  isIdleBelieved,
  isSending,
  isSendOverdue,
  isUnanswered,
  isUnbound,
  nextCheckAt,
  stopAfterEvidence,
  watchedTurn,
} from './turn'

const signalOf = (key: string, answer: StatusAnswer) => ({
  conversationId: key,
  turnId: answer.turnId ?? null,
  runId: answer.runId ?? null,
  startedMsAgo: answer.startedMsAgo,
})

/** When what the answer names began, as far as it says; or earlier, where it was seen running before. */
function startedAtOf(turns: TurnsState, key: string, answer: StatusAnswer, { at }: StatusCheck): number {
  const { runId = null, turnId = null, startedMsAgo = 0 } = answer
  const told = at - Math.max(startedMsAgo, 0)
  return Math.min(told, findUnplaced(turns, key, runId, turnId)?.startedAt ?? told)
}

export function running(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  answer: StatusAnswer,
  check: StatusCheck,
): TurnsState {
  const turnId = answer.turnId ?? null
  const runId = answer.runId ?? null
  const placed = placeOthers(ctx, turns, key, answer, check)
  // A prompt that was merged into a turn runs as that one.
  const host = turnId === null ? undefined : findHost(placed, turnId)
  const named = findNamedTurn(placed, turnId, runId, key) ?? host
  if (named) return verify(ctx, placed, named, answer, check)
  const helper = turnId === null ? findHelper(placed, key, runId) : undefined
  if (helper) return helperRuns(ctx, placed, key, helper, check)
  const active = activeOf(placed, key)
  const ended = findEnded(placed, turnId, runId, key)
  const isNamed = turnId !== null || runId !== null
  if (active) {
    if (!isNamed) return verifyUnnamed(ctx, placed, active, answer, check)
    return ended ? postpone(ctx, placed, active) : runsAnother(ctx, placed, active, answer, check)
  }
  if (ended) return reopen(ctx, placed, ended, answer, check)
  if (isSessionOver(ctx, key, check)) return checkConversation(ctx, placed, key)
  if (!isNamed) return runsUnnamed(ctx, placed, key, answer, check)
  return adoptTurn(ctx, placed, key, signalOf(key, answer), null)
}

/** The session was said to be inactive after this check had left: it opens nothing in it. */
const isSessionOver = ({ conversations }: RuleContext, key: string, check: StatusCheck): boolean => {
  const session = sessionOf(conversations, key)
  return session !== null && !isActiveSession(session.status) && session.seq > check.seq
}

/** The answer names a helper: it is evidence of the helper, and of no turn. */
function helperRuns(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  helper: BackgroundRun,
  check: StatusCheck,
): TurnsState {
  const seen =
    newestEvidenceOf(ctx, key, helper) <= check.seq
      ? seeBackgroundRun(ctx, turns, key, { ...helper, isPaused: false })
      : turns
  const active = activeOf(seen, key)
  return active ? postpone(ctx, seen, active) : seen
}

/** Unplaced runs that the answer does not name: the server runs something else. They are checked again, in their own time. */
function placeOthers(
  { config, at }: RuleContext,
  turns: TurnsState,
  key: string,
  { runId, turnId }: StatusAnswer,
  check: StatusCheck,
): TurnsState {
  const entry = entryOf(turns, key)
  if (!entry || entry.unplacedRuns.length === 0) return turns
  return patchEntry(turns, key, {
    unplacedRuns: entry.unplacedRuns.map((run) =>
      run.createdSeq > check.seq || run.runId === runId || (run.turnId !== null && run.turnId === turnId)
        ? run
        : { ...run, checkAt: at + config.recheckInterval },
    ),
  })
}

/** The turn is checked again, in its own time. */
export const postpone = (ctx: RuleContext, turns: TurnsState, turn: Turn): TurnsState =>
  changeTurn(turns, turn, { checkAt: nextCheckAt(ctx.config, turn, ctx.at) })

/** A stop that was acknowledged before this check left, of a turn that waits for a person, has ended the wait (law 12). */
const hasStoppedWaiting = (ctx: RuleContext, turn: Turn, answer: StatusAnswer, check: StatusCheck): boolean =>
  (answer.status === 'awaiting_input' || isWaitingForPerson(ctx, turn)) &&
  turn.stop?.state === 'acknowledged' &&
  turn.stop.turnHadStarted &&
  check.at - turn.stop.at >= ctx.config.recheckInterval

/** What an answer verifies: not what a restart, or another reason to check, has made doubtful after the check had left. */
function verification(turns: TurnsState, turn: Turn, check: StatusCheck) {
  const isOld = (entryOf(turns, turn.conversationId)?.checkReasonSeq ?? 0) > check.seq
  return {
    isUnverified: isOld && turn.isUnverified,
    backendRestarted: isOld && turn.backendRestarted,
  }
}

/** The server says that this very turn runs. A stop whose answer was lost, or that came too early, leaves again. */
function verify(
  ctx: RuleContext,
  turns: TurnsState,
  turn: Turn,
  answer: StatusAnswer,
  check: StatusCheck,
): TurnsState {
  const { config, at } = ctx
  const runId = answer.runId ?? null
  if (isQueued(turns, turn)) return confirmRunning(ctx, turns, turn, null, 'named')
  const isGuess = answer.turnId == null && turn.guessedRun === runId && isSending(turn)
  const namesBoth = answer.turnId != null && runId !== null && !turn.runs.includes(runId)
  const binds = namesBoth || (runId !== null && turn.guessedRun === runId && !isGuess)
  const bound = binds ? bindRun(turns, turn, runId) : turns
  const now = currentTurn(bound, turn)
  if (!isGuess && hasStoppedWaiting(ctx, now, answer, check))
    return settle(ctx, bound, now, inferredEnd('cancelled'))
  const change: Partial<Turn> = {
    ...verification(turns, now, check),
    started: isGuess ? (hasStarted(now) ? now.started : 'unnamed') : 'named',
    sendState: isGuess ? now.sendState : 'accepted',
    acceptedAt: now.acceptedAt ?? at,
    firstEvidenceAt: now.firstEvidenceAt ?? check.at,
    evidenceSeq: Math.max(now.evidenceSeq, check.seq),
    stop: stopAfterEvidence(config, now, Math.min(check.at, at), true),
  }
  return putTurn(bound, now, watchedTurn(config, now, change, at))
}

/** "Running", and nobody named: it holds for the turn that we know of, but is no proof that this one has started. */
function verifyUnnamed(
  ctx: RuleContext,
  turns: TurnsState,
  turn: Turn,
  answer: StatusAnswer,
  check: StatusCheck,
): TurnsState {
  const { config, at } = ctx
  if (!isUnanswered(turn) && hasStoppedWaiting(ctx, turn, answer, check))
    return settle(ctx, turns, turn, inferredEnd('cancelled'))
  const { stop } = turn
  // That somebody runs does not say that this turn has started.
  const isStopOpen = stop?.state === 'unconfirmed' || (stop?.state === 'deferred' && stop.turnHadStarted)
  const change: Partial<Turn> = {
    ...verification(turns, turn, check),
    stop: isStopOpen ? stopAfterEvidence(config, turn, at, true) : stop,
  }
  return putTurn(turns, turn, watchedTurn(config, turn, change, at))
}

/** The server runs something else than the turn that we hold active. */
function runsAnother(
  ctx: RuleContext,
  turns: TurnsState,
  active: Turn,
  answer: StatusAnswer,
  check: StatusCheck,
): TurnsState {
  const key = active.conversationId
  const runId = answer.runId ?? null
  const startedAt = startedAtOf(turns, key, answer, check)
  const carriesOn = answer.continues != null && active.runs.includes(answer.continues)
  if (runId !== null && answer.turnId == null && active.createdSeq <= check.seq) {
    const isFirst = isUnbound(active) && active.guessedRun === null && canBeRunOf(active, startedAt)
    if (carriesOn || isFirst) return bindStarted(ctx, turns, active, runId, null, carriesOn)
  }
  if (active.createdSeq <= check.seq && isOlder(active, startedAt))
    return runsBefore(ctx, turns, active, answer)
  const isNewer = active.evidenceSeq > check.seq || active.createdSeq > check.seq
  const mayBeUnregistered = !hasStarted(active) && !isIdleBelieved(ctx.config, active, check)
  if (isSendOverdue(ctx.config, active, check)) return unconfirm(ctx, turns, active)
  // Nothing inferred ends a turn whose request is open (law 11).
  if (isNewer || mayBeUnregistered || isSending(active)) return postpone(ctx, turns, active)
  const gone = supersede(ctx, turns, active)
  // What the server holds behind it was promoted: the run is most likely its own.
  const next = activeOf(gone, key)
  const isNexts = next && runId !== null && answer.turnId == null && isUnbound(next)
  if (isNexts && canBeRunOf(next, startedAt))
    return bindStarted(ctx, gone, next, runId, null, next.guessedRun === runId)
  return next ? gone : adoptTurn(ctx, gone, key, signalOf(key, answer), null)
}

/** Whether the server runs something that began before this prompt had left: the prompt can only wait behind it. */
const isOlder = (active: Turn, startedAt: number): boolean =>
  !hasStarted(active) && !canBeRunOf(active, startedAt)

/** An older run is in front; our prompt waits behind it, wherever the server keeps it. */
function runsBefore(ctx: RuleContext, turns: TurnsState, active: Turn, answer: StatusAnswer): TurnsState {
  const key = active.conversationId
  const behind = stepBack(ctx, turns, active, {
    sendState: active.sendState === 'accepted' ? 'server_queued' : active.sendState,
    isStalled: false,
  })
  return adoptTurn(ctx, behind, key, signalOf(key, answer), null)
}

/** It names a turn that we hold to be over: a witnessed end outweighs it, an inferred one is taken back. */
function reopen(
  ctx: RuleContext,
  turns: TurnsState,
  ended: EndedTurn,
  answer: StatusAnswer,
  check: StatusCheck,
): TurnsState {
  const revoked = check.seq > ended.seq ? revoke(ctx, turns, ended) : turns
  const turn = revoked === turns ? undefined : findTurn(revoked, ended.turnId, ended.conversationId)
  return turn ? verify(ctx, revoked, turn, answer, check) : turns
}

/** Nothing is shown to run here, and the server says "running" without a name. */
function runsUnnamed(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  answer: StatusAnswer,
  check: StatusCheck,
): TurnsState {
  const { config, at } = ctx
  const last = lastEnded(turns, key)
  if (last && check.seq <= last.seq) return turns
  if (last?.grade === 'inferred') return revoke(ctx, turns, last)
  const [run] = entryOf(turns, key)?.unplacedRuns ?? []
  if (run) {
    // The one run that is known to be at work there.
    return adoptTurn(
      ctx,
      turns,
      key,
      { ...signalOf(key, answer), runId: run.runId, turnId: run.turnId },
      null,
    )
  }
  // A server that lags behind a witnessed end: asked again, and believed after the registration window.
  if (last && at - last.endedAt < config.registrationWindow)
    return checkConversation(ctx, patchEntry(turns, key, { checkAt: null }), key, at + config.recheckInterval)
  return adoptTurn(ctx, turns, key, signalOf(key, answer), null)
}
