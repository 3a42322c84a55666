import { queueClaimStarted } from '../actions'
import { sendOf } from '../middleware/due'
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
  context: StoreContext,
  isGranted: (turnId: string, conversationId: string) => Promise<boolean>,
): void {
  context.startListening({
    actionCreator: queueClaimStarted,
    effect: async ({ payload }) => {
      if (!(await isGranted(payload.turnId, payload.conversationId))) return
      const { create, took } = sendOf(context, payload, payload.retryAt, true)
      context.claim(create(), took)
    },
  })
}
