/** What a store that is gone had asked for, and nobody will hear the answer to. */
import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../actions'
import { toError } from '../middleware/errors'
import { rowsOf } from '../state/table'
import { entriesOf, turnsIn } from '../state/turns'
import type { KeeperState } from '../types'

const error = toError(null)

/**
 * The requests that are open, whoever has made them. `visit` gets the keeper that asked, and that its answer was lost: what
 * became of it is checked then, and nothing is sent again.
 */
export function visitRequests(
  { turns, conversations }: KeeperState,
  visit: (asker: string, lost: UnknownAction) => void,
): void {
  const add = <Payload>(
    nonce: string | null | undefined,
    lost: (payload: Payload & { readonly nonce: string }) => UnknownAction,
    payload: Payload,
  ): void => {
    // The id of the keeper that has issued it comes first.
    if (nonce != null) visit(nonce.slice(0, nonce.lastIndexOf(':')), lost({ ...payload, nonce }))
  }
  for (const { nonce } of turns.statusChecks)
    add(nonce, actions.statusCheckEnded, { failed: true, nextAt: 0 })
  for (const entry of entriesOf(turns)) {
    for (const { conversationId, runId, stop } of entry.backgroundRuns)
      add(stop?.nonce, actions.backgroundStopAnswered, { conversationId, runId, status: 'lost' as const })
    for (const { turnId, conversationId, sendNonce } of turnsIn(entry))
      add(sendNonce, actions.sendLost, { turnId, conversationId })
    for (const { turnId, nonce } of entry.stopsInFlight)
      if (turnId !== null) add(nonce, actions.stopLost, { turnId })
  }
  for (const { conversationId, questions, session, texts } of rowsOf(conversations.byId)) {
    for (const { requestId, nonce } of questions)
      if (requestId !== null) add(nonce, actions.answerLost, { conversationId, requestId })
    // What was typed as the answer to a question that may be gone, or added to a running turn.
    for (const { turnId: steerId, answers: requestId, nonce } of texts)
      if (requestId === undefined)
        add(nonce, actions.steerRefused, { conversationId, steerId, error, lost: true })
      else add(nonce, actions.answerLost, { conversationId, requestId })
    add(session?.stop?.nonce, actions.sessionStopRefused, { conversationId, error })
  }
}
