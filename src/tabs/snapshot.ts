/** What a store that comes late is told. */
import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../actions'
import type { Persisted } from '../actions'
import { selectPersisted } from '../selectors'
import { isOffered, questionsOf } from '../state/conversations'
import { entriesOf } from '../state/turns'
import type { KeeperState, StatusAnswer } from '../types'

/** What is stored. `claimed`: messages that wait, and are about to leave; whoever reads this does not send them. */
export function storedOf(state: KeeperState, claimed: ReadonlyMap<string, unknown>): Persisted {
  const { live = [], queued = [], ...rest } = selectPersisted(state)
  const isClaimed = ({ turnId }: { readonly turnId: string }): boolean => claimed.has(turnId)
  return {
    ...rest,
    live: [...live, ...queued.filter(isClaimed).map((message) => ({ ...message, begun: false }))],
    queued: queued.filter((message) => !isClaimed(message)),
  }
}

/**
 * The same as actions, for a store that has just come. What the leading store knows for certain it tells as a status check
 * would, so that nothing needs to be checked again.
 */
export function welcomeOf(state: KeeperState): readonly UnknownAction[] {
  // That of a status check that was never made.
  const nonce = 'welcome'
  const { turns, conversations } = state
  const answers = entriesOf(turns).flatMap((entry) => {
    const { conversationId, active, queue, checkAt } = entry
    const says = (answer: StatusAnswer) => [actions.statusAnswered({ nonce, conversationId, answer })]
    if (checkAt !== null || active?.isUnverified) return []
    if (!active) return queue.length > 0 ? says({ status: 'idle' }) : []
    if (active.started !== 'named') return []
    const { turnId, runs } = active
    const status = questionsOf(conversations, conversationId).some(isOffered) ? 'awaiting_input' : 'running'
    return says({ status, turnId, runId: runs.at(-1) ?? null })
  })
  const conversationIds = answers.map(({ payload }) => payload.conversationId)
  return [
    actions.stateRestored(selectPersisted(state)),
    actions.statusCheckStarted({ nonce, conversationIds, explicit: true }),
    ...answers,
    actions.statusCheckEnded({ nonce, failed: false }),
  ]
}
