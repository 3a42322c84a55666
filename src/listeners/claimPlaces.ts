import { queueClaimStarted } from '../actions'
import { sendOf } from '../middleware/due'
import type { DueAction, StoreContext } from '../middleware/types'
import { findTurn } from '../state/turns'
import type { KeeperState, Turn } from '../types'

/** A place in the queue that was asked for and not granted is asked for again after this time, ms. */
const PAUSE = 10_000

type QueueClaim = ReturnType<typeof queueClaimStarted>['payload']

/** Whether the state shows that the place is asked for. */
const shows = ({ turns }: KeeperState, { turnId, conversationId, retryAt }: QueueClaim): boolean =>
  findTurn(turns, turnId, conversationId)?.notBefore === retryAt

/** What is due in place of a send: its place in the queue is asked for first. */
export const claimFirst = ({ turnId, conversationId }: Turn, at: number): DueAction => {
  const claim = { turnId, conversationId, retryAt: at + PAUSE }
  return { at, create: () => queueClaimStarted(claim), took: (state) => shows(state, claim) }
}

/** Asks for the place of the message that is next, where the claim shows (law 21), and sends it where that is granted. */
export function claimPlaces(
  context: StoreContext,
  isGranted: (turnId: string, conversationId: string) => Promise<boolean>,
): void {
  context.startListening({
    actionCreator: queueClaimStarted,
    effect: async ({ payload }) => {
      if (!shows(context.read(), payload)) return
      if (!(await isGranted(payload.turnId, payload.conversationId))) return
      const { create, took } = sendOf(context, payload, payload.retryAt, true)
      context.claim(create(), took)
    },
  })
}
