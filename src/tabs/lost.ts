/** What a store that is gone had asked for, and nobody will hear the answer to. */
import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../actions'
import { rowsOf } from '../state/table'
import { entriesOf, turnsIn } from '../state/turns'
import type { KeeperState } from '../types'

export interface OpenRequest {
  /** The keeper that asked. */
  readonly asker: string
  /** That its answer was lost: what became of it is checked, and nothing is sent again. */
  readonly lost: UnknownAction
}

const error = { message: 'The tab that had asked is gone.', code: 'request_failed' } as const

/** The requests that are open, whoever has made them. */
export function openRequests({ turns, conversations }: KeeperState): readonly OpenRequest[] {
  const open: OpenRequest[] = []
  const add = (nonce: string | null | undefined, create: (nonce: string) => UnknownAction): void => {
    // The id of the keeper that has issued it comes first.
    if (nonce != null) open.push({ asker: nonce.slice(0, nonce.lastIndexOf(':')), lost: create(nonce) })
  }
  for (const check of turns.statusChecks)
    add(check.nonce, (nonce) => actions.statusCheckEnded({ nonce, failed: true, nextAt: 0 }))
  for (const entry of entriesOf(turns)) {
    for (const { turnId, conversationId, sendNonce } of turnsIn(entry))
      add(sendNonce, (nonce) => actions.sendLost({ turnId, conversationId, nonce }))
    for (const { turnId, nonce: stopNonce } of entry.stopsInFlight)
      if (turnId !== null) add(stopNonce, (nonce) => actions.stopLost({ turnId, nonce }))
  }
  for (const { conversationId, questions, session, texts } of rowsOf(conversations.byId)) {
    for (const { requestId, nonce: answerNonce } of questions)
      if (requestId !== null)
        add(answerNonce, (nonce) => actions.answerLost({ conversationId, requestId, nonce }))
    // What was typed as the answer to a question that may be gone, or added to a running turn.
    for (const { turnId: steerId, answers: requestId, nonce: textNonce } of texts)
      add(textNonce, (nonce) =>
        requestId === undefined
          ? actions.steerRefused({ conversationId, steerId, error, lost: true })
          : actions.answerLost({ conversationId, requestId, nonce }),
      )
    add(session?.stop?.nonce, (nonce) => actions.sessionStopRefused({ conversationId, nonce, error }))
  }
  return open
}
