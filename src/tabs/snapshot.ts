/** What a store that comes late is told. */
import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../actions'
import type { Persisted } from '../actions'
import { selectPersisted } from '../selectors'
import { isOffered, questionsOf } from '../state/conversations'
import { entriesOf, isKnownTurn } from '../state/turns'
import type { KeeperState, StatusAnswer } from '../types'

/** What is stored. `claimed`: of what waits, what is about to leave. It is live as well, so that whoever reads this does not send it. */
export function storedOf(state: KeeperState, claimed: ReadonlyMap<string, unknown>): Persisted {
  const { live = [], queued = [], ...rest } = selectPersisted(state)
  const leaving = queued.filter(({ turnId }) => claimed.has(turnId))
  return { ...rest, live: [...live, ...leaving.map((message) => ({ ...message, begun: false }))], queued }
}

/**
 * The same as actions, for a store that has just come. What the leading store knows for certain it tells as a status check
 * would, so that nothing needs to be checked again.
 */
export function welcomeOf(state: KeeperState): readonly UnknownAction[] {
  // That of a status check that was never made.
  const nonce = 'welcome'
  const { turns, conversations } = state
  const answers = entriesOf(turns).flatMap(({ conversationId, active, queue, checkAt }) => {
    if (checkAt !== null || active?.isUnverified) return []
    if (active ? active.started !== 'named' : queue.length === 0) return []
    const isAsking = questionsOf(conversations, conversationId).some(isOffered)
    const status = isAsking ? 'awaiting_input' : 'running'
    const answer: StatusAnswer = active
      ? { status, turnId: active.turnId, runId: active.runs.at(-1) ?? null }
      : { status: 'idle' }
    return [actions.statusAnswered({ nonce, conversationId, answer })]
  })
  return [
    actions.stateRestored(selectPersisted(state)),
    actions.statusCheckStarted({
      nonce,
      conversationIds: answers.map(({ payload }) => payload.conversationId),
      explicit: true,
    }),
    ...answers,
    actions.statusCheckEnded({ nonce, failed: false }),
  ]
}

/**
 * What may be new here of the state of another store, which may have been held up: of a turn that is known here, its sending
 * is no news, and may have been refused since.
 */
export const newsOf = (
  told: readonly UnknownAction[],
  { turns }: KeeperState,
): readonly ReturnType<typeof actions.stateRestored>[] =>
  told.filter(actions.stateRestored.match).map(({ payload, ...action }) => ({
    ...action,
    payload: { ...payload, live: payload.live?.filter(({ turnId }) => !isKnownTurn(turns, turnId)) },
  }))
