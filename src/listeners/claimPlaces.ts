import { queueClaimStarted, sendClaimed } from '../actions'
import type { DueAction, StoreContext } from '../middleware/types'
import { findTurn } from '../state/turns'
import type { Turn } from '../types'

/** A place in the queue that was asked for and not granted is asked for again after this time, ms. */
const PAUSE = 10_000

/** What is due in place of a send: its place in the queue is asked for first. */
export const claimFirst = ({ turnId, conversationId }: Turn, at: number): DueAction => {
  const retryAt = at + PAUSE
  return {
    at,
    create: () => queueClaimStarted({ turnId, conversationId, retryAt }),
    took: ({ turns }) => findTurn(turns, turnId, conversationId)?.notBefore === retryAt,
  }
}

/** Asks for the place of the message that is next, and sends it where that is granted. */
export function claimPlaces(
  { startListening, requests, claim }: StoreContext,
  isGranted: (turnId: string, conversationId: string) => Promise<boolean>,
): void {
  startListening({
    actionCreator: queueClaimStarted,
    effect: async ({ payload: { turnId, conversationId } }) => {
      if (!(await isGranted(turnId, conversationId))) return
      const nonce = requests.issue()
      claim(
        sendClaimed({ turnId, conversationId, nonce, granted: true }),
        ({ turns }) => findTurn(turns, turnId, conversationId)?.sendNonce === nonce,
      )
    },
  })
}
