/**
 * The `turns` slice: turns from their submission to their end, the runs beside them, and the status checks in flight.
 *
 * A plain reducer: Immer would cost more than the rules. It returns the same state, to the reference, for whatever changes
 * nothing (law 23), and decides everything on the state that it is given (law 21).
 */
import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../actions'
import { signals } from '../actions'
import { resolveAddress } from '../state/address'
import type { RulesConfig } from '../state/config'
import { isClosedQuestion, isOverdue, keyOf, parentOf, questionsOf, rootOf } from '../state/conversations'
import { askerOf } from '../state/address'
import { activeOf, findTurn, hasLeft, initialTurns, patchTurns } from '../state/turns'
import type { Address, ConversationsState, TurnError, TurnsState } from '../types'
import * as backends from './backends'
import { backgroundStopAnswered, claimBackgroundStop } from './backgroundStops'
import * as checks from './checks'
import type { RuleContext } from './context'
import * as ends from './ends'
import { endByApp, endBySignal } from './endSignals'
import * as evidence from './evidence'
import { rekeyTurns } from './keys'
import { followRetry, followWork, isAboutWork } from './work'
import * as queue from './queue'
import * as restoring from './restore'
import { expireBackgroundRuns, seeBackgroundRun } from './runs'
import { expireScheduled, workScheduled } from './scheduled'
import * as answers from './sendAnswers'
import * as sends from './sends'
import * as sessions from './sessionEnds'
import { answerCheck } from './statusAnswers'
import * as stops from './stops'
import { turnOverdue, wake } from './time'

type Case<Payload> = (ctx: RuleContext, turns: TurnsState, payload: Payload) => TurnsState

const cases = new Map<string, Case<never>>()
const on = <Payload>(creator: { type: string; (payload: Payload): unknown }, rule: Case<Payload>): void => {
  cases.set(creator.type, rule as Case<never>)
}

// ---------------------------------------------------------------- ends

on(actions.endTurn, endByApp)
on(signals.turnEnded, endBySignal)

// ---------------------------------------------------------------- signals: evidence, questions, reasons to check

on(signals.turnStarted, (ctx, turns, payload) => evidence.showsRunning(ctx, turns, payload, 'thinking', true))
on(signals.turnProgressed, (ctx, turns, payload) => {
  const next = evidence.showsRunning(ctx, turns, payload, evidence.activityOf(payload.kind))
  return isAboutWork(payload) ? followWork(ctx, next, payload) : next
})
on(signals.turnRetrying, (ctx, turns, payload) =>
  followRetry(ctx, evidence.showsRunning(ctx, turns, payload, null), payload),
)
on(signals.runPaused, (ctx, turns, payload) =>
  evidence.showsRunning(ctx, turns, { ...payload, isPaused: true }, null),
)
on(signals.workScheduled, workScheduled)
on(signals.inputRequested, (ctx, turns, payload) => {
  const { conversations } = ctx
  const { requestId = null } = payload
  const target = resolveAddress(turns, conversations, payload)
  if (target.kind === 'ended' && target.ended.grade === 'witnessed') return turns
  const asker = askerOf(turns, conversations, payload)
  if (asker && isClosedQuestion(conversations, asker.askerId, requestId)) return turns
  const next = evidence.showsRunning(ctx, turns, payload, null)
  // A question that is new is newer than any status check that has left.
  const known =
    asker && questionsOf(conversations, asker.key).some((question) => question.requestId === requestId)
  return next === turns && asker && !known ? patchTurns(turns, {}) : next
})
on(signals.inputResolved, (ctx, turns, payload) => answered(ctx, turns, payload))
on(signals.errorReported, (ctx, turns, payload) =>
  reasonToCheck(ctx, turns, payload, {
    error: payload.error ?? { message: 'The agent reported an error.', code: 'agent_reported_error' },
    isHint: true,
  }),
)
on(signals.requestEnded, (ctx, turns, payload) => {
  const { config, conversations } = ctx
  const target = resolveAddress(turns, conversations, payload)
  const isActive =
    target.kind === 'turn' && activeOf(turns, target.turn.conversationId)?.turnId === target.turn.turnId
  // Nothing follows on a request that has ended.
  if (config.hasStatusChecks || !isActive) return reasonToCheck(ctx, turns, payload, { isHint: false })
  // Without a status check this is the last that will ever be heard of the turn.
  const { turn } = target
  const { how, error } = payload
  if (turn.stop) return ends.settle(ctx, turns, turn, ends.inferredEnd('cancelled'))
  if (turn.started === 'no' && how !== 'cancelled' && turn.sendState !== 'accepted')
    return ends.settle(ctx, turns, turn, ends.undelivered())
  const outcome = how === 'fulfilled' ? 'unknown' : 'interrupted'
  return ends.settle(ctx, turns, turn, {
    ...ends.endOf({ reason: 'interrupted', outcome, ...(error && { error }) }),
    grade: 'inferred',
  })
})
on(signals.sessionReported, sessions.sessionReported)
on(signals.childOpened, (ctx, turns, { child, parent, role = 'child' }) => {
  const { conversations } = ctx
  const key = rootOf(conversations, parent)
  if (child === parent || key === keyOf(conversations, child) || parentOf(conversations, child)) return turns
  return seeBackgroundRun(ctx, turns, key, { runId: child, role, parent })
})
on(signals.historyLoaded, (ctx, turns, { conversationId, last }) => {
  const { config, conversations } = ctx
  const key = keyOf(conversations, conversationId)
  if (!last || !config.hasStatusChecks) return turns
  const { turnId, state } = last
  if (activeOf(turns, key))
    return state === 'complete' && turnId !== null ? checks.requestCheck(ctx, turns, key) : turns
  const target = turnId === null ? null : resolveAddress(turns, conversations, { conversationId, turnId })
  const isSettled = target?.kind === 'ended' && target.ended.grade === 'witnessed'
  return state === 'complete' || isSettled ? turns : ends.checkConversation(ctx, turns, key)
})
on(signals.streamDropped, (ctx, turns, { conversationIds }) =>
  backends.streamDown(ctx, turns, conversationIds),
)
on(signals.streamOpened, backends.streamUp)
on(signals.backendRestarted, backends.backendRestarted)

// ---------------------------------------------------------------- the app's own words

on(actions.workStarted, (ctx, turns, payload) => {
  const key = keyOf(ctx.conversations, payload.conversationId)
  const isKnown = resolveAddress(turns, ctx.conversations, payload).kind !== 'unknown'
  return isKnown || activeOf(turns, key) ? turns : evidence.adoptTurn(ctx, turns, key, payload, null)
})
on(actions.sessionStatusChanged, sessions.sessionStated)
const sessionIsUp: Case<Omit<actions.SessionStatement, 'status'>> = (ctx, turns, payload) => {
  const status = sessions.startedStatus(turns, keyOf(ctx.conversations, payload.conversationId))
  return sessions.sessionStated(ctx, turns, { ...payload, status })
}
on(actions.sessionStarted, sessionIsUp)
on(actions.threadStarted, sessionIsUp)
on(actions.conversationRekeyed, rekeyTurns)
on(actions.conversationClosed, (ctx, turns, { conversationId }) =>
  sessions.closeConversation(ctx, turns, keyOf(ctx.conversations, conversationId)),
)
on(actions.sendingGated, (_ctx, turns, { open }) =>
  open === turns.isSendingAllowed ? turns : patchTurns(turns, { isSendingAllowed: open }),
)
on(actions.userChanged, (_ctx, turns, { userId }) => restoring.changeUser(turns, userId))
on(actions.stateRestored, restoring.restore)

// ---------------------------------------------------------------- commands, claims and answers

on(actions.turnSubmitted, queue.submitPrompt)
on(actions.queuedRemoved, (ctx, turns, { turnId, elsewhere = false }) => {
  const turn = findTurn(turns, turnId)
  if (!turn) return turns
  if (!hasLeft(turn)) return sends.withdraw(ctx, turns, turn, elsewhere)
  // The server holds it: withdrawing it is to stop it there.
  const isActive = activeOf(turns, turn.conversationId)?.turnId === turnId
  return elsewhere || isActive ? turns : stops.requestStop(ctx, turns, { turnId })
})
on(actions.queuedMoved, (_ctx, turns, payload) => queue.moveQueued(turns, payload))
on(actions.queuedSentNow, (ctx, turns, { turnId }) => queue.sendQueuedNow(ctx, turns, turnId))
on(actions.queueCleared, (ctx, turns, { conversationId }) => queue.clearQueue(ctx, turns, conversationId))
on(actions.turnSteered, (ctx, turns, { steerId }) => {
  // A message that waited is sent into the running turn: it makes no turn of its own any more.
  const turn = findTurn(turns, steerId)
  return turn && !hasLeft(turn) ? sends.withdraw(ctx, turns, turn, true) : turns
})
on(actions.sendClaimed, sends.claimSend)
on(actions.queueClaimStarted, (_ctx, turns, payload) => sends.startQueueClaim(turns, payload))
on(actions.queueClaimFailed, sends.failQueueClaim)
on(actions.sendAccepted, answers.accept)
on(actions.sendRefused, answers.refuse)
on(actions.sendLost, answers.lose)
on(actions.stopRequested, stops.requestStop)
on(actions.stopClaimed, stops.claimStop)
const keyOfTurn = (turns: TurnsState, turnId: string): string | undefined =>
  findTurn(turns, turnId)?.conversationId ??
  turns.ended.findLast((record) => record.turnId === turnId)?.conversationId
on(actions.stopAcknowledged, (ctx, turns, payload) =>
  stops.stopAnswered(ctx, turns, payload, { status: 'acknowledged' }, keyOfTurn(turns, payload.turnId)),
)
on(actions.stopRefused, (ctx, turns, payload) =>
  stops.stopAnswered(
    ctx,
    turns,
    payload,
    { status: 'refused', reason: payload.reason },
    keyOfTurn(turns, payload.turnId),
  ),
)
on(actions.stopLost, (ctx, turns, payload) =>
  stops.stopAnswered(ctx, turns, payload, null, keyOfTurn(turns, payload.turnId)),
)
on(actions.backgroundStopClaimed, claimBackgroundStop)
on(actions.backgroundStopAnswered, backgroundStopAnswered)
on(actions.sessionStopRequested, sessions.requestSessionStop)
on(actions.sessionStopped, (ctx, turns, payload) => sessions.sessionStopAnswered(ctx, turns, payload, true))
on(actions.sessionStopRefused, (ctx, turns, payload) =>
  sessions.sessionStopAnswered(ctx, turns, payload, false),
)
on(actions.sessionsRequested, (_ctx, turns) => patchTurns(turns, {}))
on(actions.sessionsListed, sessions.sessionsListed)
on(actions.answerAccepted, answered)
on(actions.answerRefused, (ctx, turns, payload) =>
  payload.reason === 'error' || !isAnswering(ctx, payload)
    ? turns
    : checkWhereAsked(ctx, answered(ctx, turns, payload), payload),
)
on(actions.answerLost, (ctx, turns, payload) =>
  isAnswering(ctx, payload) ? checkWhereAsked(ctx, turns, payload) : turns,
)
on(actions.inputsExpired, (ctx, turns, { conversationId }) => {
  const { conversations, config, at } = ctx
  const key = rootOf(conversations, conversationId)
  const over = questionsOf(conversations, key).filter((question) => isOverdue(question, at))
  return over.reduce((next, { askerId }) => {
    const turn = askerId === null ? undefined : findTurn(next, askerId, key)
    // Silence about it counts from here, and what it does without the answer is asked now.
    return turn
      ? checks.requestCheck(ctx, evidence.keepWatching(config, next, turn, at), turn.conversationId)
      : ends.checkConversation(ctx, patchTurns(next, {}), key)
  }, turns)
})
on(actions.inputCancelled, (ctx, turns, { conversationId, requestId }) => {
  const key = rootOf(ctx.conversations, conversationId)
  const question = questionsOf(ctx.conversations, key).find((other) => other.requestId === requestId)
  const turn = question?.askerId == null ? undefined : findTurn(turns, question.askerId, key)
  return turn ? ends.settle(ctx, turns, turn, ends.endOf({ reason: 'cancelled' })) : turns
})

// ---------------------------------------------------------------- status checks and time

on(actions.statusCheckStarted, checks.startCheck)
on(actions.statusAnswered, (ctx, turns, payload) =>
  sessions.sessionChecked(ctx, turns, answerCheck(ctx, turns, payload), payload),
)
on(actions.statusCheckEnded, checks.endCheck)
on(actions.streamOpenClaimed, (ctx, turns, { nonce }) => backends.claimStream(ctx, turns, nonce))
on(actions.streamOpenEnded, backends.streamOpenEnded)
on(actions.turnOverdue, turnOverdue)
on(actions.backgroundRunsExpired, (ctx, turns, { conversationId }) =>
  expireScheduled(ctx, expireBackgroundRuns(ctx, turns, conversationId), conversationId),
)
on(actions.woke, (ctx, turns, { shiftMs }) => backends.wantStream(ctx, wake(ctx, turns, shiftMs), 'wake'))
on(actions.keeperAttached, (ctx, turns, payload) =>
  payload.own || turns.keeperId === payload.keeperId
    ? restoring.attach(ctx, turns, payload)
    : sessions.checkSessions(ctx, restoring.attach(ctx, sessions.abandonSessionStops(ctx, turns), payload)),
)

// ---------------------------------------------------------------- shared

/** A person has answered: the turn that had asked goes on, and silence about it counts from here. */
function answered(
  ctx: RuleContext,
  turns: TurnsState,
  payload: Address & { readonly requestId?: string | null | undefined },
): TurnsState {
  const { conversations, config, at } = ctx
  const key = payload.conversationId == null ? null : rootOf(conversations, payload.conversationId)
  const asker = askerOf(turns, conversations, payload)
  const where = asker?.key ?? key
  if (where === null) return turns
  const question = questionsOf(conversations, where).find(
    (other) => payload.requestId == null || other.requestId === payload.requestId,
  )
  const turn = question?.askerId == null ? undefined : findTurn(turns, question.askerId, where)
  return turn ? evidence.keepWatching(config, turns, turn, at) : turns
}

interface AnswerReply {
  readonly conversationId: string
  readonly requestId: string
  readonly nonce?: string | undefined
}
/** Whether this is the answer that is waited for. */
const isAnswering = (
  { conversations }: RuleContext,
  { conversationId, requestId, nonce }: AnswerReply,
): boolean =>
  questionsOf(conversations, rootOf(conversations, conversationId)).some(
    (question) => question.requestId === requestId && (nonce === undefined || question.nonce === nonce),
  )

/** What became of the question is not known: the conversation where it shows is checked. */
const checkWhereAsked = (ctx: RuleContext, turns: TurnsState, { conversationId }: AnswerReply): TurnsState =>
  checks.requestCheck(ctx, turns, rootOf(ctx.conversations, conversationId))

/** Something may have happened to what the signal names. `isHint`: its named end may follow at once. */
function reasonToCheck(
  ctx: RuleContext,
  turns: TurnsState,
  payload: Address,
  { error, isHint }: { readonly error?: TurnError | undefined; readonly isHint: boolean },
): TurnsState {
  if (payload.replayed) return turns
  const check = isHint ? checks.hintCheck : checks.requestCheck
  const target = resolveAddress(turns, ctx.conversations, payload)
  switch (target.kind) {
    case 'turn':
      return check(ctx, turns, target.turn.conversationId, { error })
    case 'conversation':
      return check(ctx, turns, target.key, { error })
    case 'unplaced':
      return check(ctx, turns, target.key)
    case 'unknown':
      return target.key === null ? turns : check(ctx, turns, target.key)
    case 'unaddressed':
      return checks.hintCheckOfAll(ctx, turns)
    case 'ended':
    case 'background':
      return turns
  }
}

/**
 * The reducer of the `turns` slice.
 *
 * @param turns What goes on.
 * @param action Any action; one that is not the keeper's costs one look at a table.
 * @param conversations The state of the other slice, as it was before this action.
 * @param config The options that the rules know.
 */
export function turnsReducer(
  turns: TurnsState = initialTurns,
  action: UnknownAction,
  conversations: ConversationsState,
  config: RulesConfig,
): TurnsState {
  const rule = cases.get(action.type)
  if (!rule) return turns
  const { payload, meta } = action as unknown as { payload: never; meta?: { at?: number } }
  return rule({ config, conversations, at: meta?.at ?? 0 }, turns, payload)
}
