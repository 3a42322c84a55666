/**
 * Dispatches what is due, in its time: what follows from the state of a conversation, of the stream, and of features. It is
 * looked at after each change; what is due later is left to the scheduler.
 */
import * as actions from '../actions'
import { isOverdue, questionsOf } from '../state/conversations'
import { entryOf, turnsIn } from '../state/turns'
import { nextCheckOf } from '../turns'
import type { ConversationTurns, Question } from '../types'
import { dueIn, mayBeDue } from './due'
import type { OpenRequests } from './requests'
import type { Scheduler } from './scheduler'
import type { DueAction, KeeperAndFeatureState, StoreContext } from './types'

/** A pause before a question is looked at again, of which it could not be shown that its time is over, ms. */
const BLOCKED_PAUSE = 10_000

const questionsIn = (state: KeeperAndFeatureState | undefined, key: string): readonly Question[] =>
  state ? questionsOf(state.conversations, key) : []

export interface Attendance {
  /** Does what is due in a conversation, and sets its next deadline. */
  attend(conversationId: string): void
  /** Nothing goes on in it any more. */
  leave(conversationId: string): void
  /** Sees to it that the questions of a conversation are not offered for longer than they can be answered. */
  attendQuestions(conversationId: string): void
  attendStream(): void
  attendFeatures(): void
}

export function createAttendance(
  context: StoreContext,
  scheduler: Scheduler,
  requests: OpenRequests,
  readIfMounted: () => KeeperAndFeatureState | undefined,
): Attendance {
  const { rules, features } = context.options
  const conversationDeadlines = scheduler.createLane()
  const questionDeadlines = scheduler.createLane()
  const featureDeadlines = scheduler.createLane()

  /** Dispatches what is due now. Returns when the next is due; `null` where one took: the state is looked at anew. */
  function dispatchDue(due: readonly DueAction[], now: number): number | null {
    let nextAt = Infinity
    for (const { at, create, took } of due) {
      if (at > now) nextAt = Math.min(nextAt, at)
      else if (context.claim(create(), took)) return null
    }
    return nextAt
  }

  /** Does what is due in a conversation, and sets its next deadline. */
  function attend(key: string): void {
    const state = readIfMounted()
    const entry = state && entryOf(state.turns, key)
    if (!entry) return conversationDeadlines.clear(key)
    startShown(entry)
    const now = context.now()
    const checkAt = rules.hasStatusChecks ? (nextCheckOf(entry) ?? Infinity) : Infinity
    const isCheckDue = checkAt <= now
    const due = mayBeDue(entry, rules.hasStatusChecks) ? dueIn(context, state, entry, now) : []
    const dueAt = dispatchDue(due, now)
    if (dueAt === null) return
    // A check that is due and may not leave (one is in flight, the page is hidden) is looked at when that is over.
    const nextAt = isCheckDue ? dueAt : Math.min(dueAt, checkAt)
    if (nextAt === Infinity) conversationDeadlines.clear(key)
    else conversationDeadlines.set(key, nextAt, () => attend(key))
    // In the next round of the event loop: a frame that follows at once may settle it.
    if (isCheckDue) scheduler.set('status check', now, context.statusChecks.startDue)
  }

  /** A request that was claimed while the view was frozen, and shows now, starts. */
  function startShown(entry: ConversationTurns): void {
    const { conversationId } = entry
    for (const { turnId, sendNonce, stop } of turnsIn(entry)) {
      if (sendNonce !== null && requests.isPending(sendNonce))
        context.dispatch(actions.claimShown({ kind: 'send', turnId, conversationId, nonce: sendNonce }))
      if (stop?.nonce != null && requests.isPending(stop.nonce))
        context.dispatch(actions.claimShown({ kind: 'stop', turnId, conversationId, nonce: stop.nonce }))
    }
    for (const { runId, stop } of entry.backgroundRuns)
      if (stop?.nonce != null && requests.isPending(stop.nonce)) {
        const claim = { turnId: null, conversationId, runId, nonce: stop.nonce }
        context.dispatch(actions.claimShown({ kind: 'stopBackgroundRun', ...claim }))
      }
    for (const { turnId, nonce } of entry.stopsInFlight)
      if (turnId === null && requests.isPending(nonce))
        context.dispatch(actions.claimShown({ kind: 'stopSession', turnId, conversationId, nonce }))
  }

  function attendQuestions(key: string): void {
    const state = readIfMounted()
    const now = context.now()
    const until = Math.min(
      ...questionsIn(state, key).map((question) =>
        isOverdue(question, Infinity) ? question.expiresAt! : Infinity,
      ),
    )
    if (until === Infinity) return questionDeadlines.clear(key)
    const expire = (): boolean =>
      context.claim(
        actions.inputsExpired({ conversationId: key }),
        (after) => !questionsIn(after, key).some((question) => isOverdue(question, now)),
      )
    // Where it does not show, it is tried again when the view may have moved.
    if (until > now) questionDeadlines.set(key, until, () => attendQuestions(key))
    else if (!expire()) questionDeadlines.set(key, now + BLOCKED_PAUSE, () => attendQuestions(key))
  }

  function attendStream(): void {
    const openAt = readIfMounted()?.turns.stream.openAt ?? null
    if (openAt === null) return scheduler.clear('stream')
    const open = (): void => {
      const nonce = requests.issue()
      context.claim(actions.streamOpenClaimed({ nonce }), ({ turns }) => turns.stream.nonce === nonce)
    }
    if (openAt <= context.now()) open()
    else scheduler.set('stream', openAt, open)
  }

  function attendFeature(name: string, due: (typeof features)[number]['due']): void {
    const state = readIfMounted()
    if (!state || !due) return
    const nextAt = dispatchDue(due(state, context), context.now())
    if (nextAt === null) return
    if (nextAt === Infinity) featureDeadlines.clear(name)
    else featureDeadlines.set(name, nextAt, attendFeatures)
  }

  function attendFeatures(): void {
    for (const { name, due } of features) attendFeature(name, due)
    attendFeature('', context.coordinator.due)
  }

  return {
    attend,
    attendQuestions,
    leave: (key) => conversationDeadlines.clear(key),
    attendStream,
    attendFeatures,
  }
}
