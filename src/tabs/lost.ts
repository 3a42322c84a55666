/** What a store that is gone had asked for, and nobody will hear the answer to. */
import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../actions'
import { rowsOf } from '../state/table'
import { entriesOf, turnsIn } from '../state/turns'
import type { KeeperState } from '../types'

/** The keeper that has issued a nonce. */
const keeperOf = (nonce: string): string => nonce.slice(0, nonce.lastIndexOf(':'))

export const LOST = { message: 'The tab that had asked is gone.', code: 'request_failed' } as const

/** One answer that was lost for each request that is open: what became of it is checked, and nothing is sent again. */
function openRequests({ turns, conversations }: KeeperState, at: number) {
  const open: (readonly [nonce: string, lost: UnknownAction])[] = []
  for (const { nonce } of turns.statusChecks)
    open.push([nonce, actions.statusCheckEnded({ nonce, failed: true, nextAt: at })])
  for (const entry of entriesOf(turns)) {
    const { conversationId } = entry
    for (const { turnId, sendNonce } of turnsIn(entry))
      if (sendNonce !== null)
        open.push([sendNonce, actions.sendLost({ turnId, conversationId, nonce: sendNonce })])
    for (const { turnId, nonce } of entry.stopsInFlight)
      if (turnId !== null) open.push([nonce, actions.stopLost({ turnId, nonce })])
  }
  for (const { conversationId, questions, texts, session } of rowsOf(conversations.byId)) {
    for (const { requestId, nonce } of questions)
      if (requestId !== null && nonce !== null)
        open.push([nonce, actions.answerLost({ conversationId, requestId, nonce })])
    // The question may be gone, and what was typed as its answer not.
    for (const { answers: requestId, nonce } of texts)
      if (requestId !== undefined && nonce !== undefined)
        open.push([nonce, actions.answerLost({ conversationId, requestId, nonce })])
    const nonce = session?.stop?.nonce
    if (nonce != null) open.push([nonce, actions.sessionStopRefused({ conversationId, nonce, error: LOST })])
  }
  return open
}

/** The keepers that have requests open. */
export const askingKeepers = (state: KeeperState): ReadonlySet<string> =>
  new Set(openRequests(state, 0).map(([nonce]) => keeperOf(nonce)))

/** What a keeper that is gone would have said of its requests: that their answers were lost. */
export const lostAnswers = (state: KeeperState, keeperId: string, at: number): readonly UnknownAction[] =>
  openRequests(state, at).flatMap(([nonce, lost]) => (keeperOf(nonce) === keeperId ? [lost] : []))
