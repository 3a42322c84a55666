/**
 * The entry `redux-turnkeeper/tabs`: one stored queue for all tabs. What waits in one shows in the others, and one of them
 * sends it.
 */
import { queueClaimStarted } from '../actions'
import { registerQueue } from '../listeners/queue'
import type { KeeperFeature } from '../middleware/types'
import { hasMethods } from '../options/optionChecks'
import { findTurn } from '../state/turns'
import type { SharedQueuePort } from '../types'

/** A place in the queue that was asked for and not granted is asked for again after this time, ms. */
const CLAIM_PAUSE = 10_000

const METHODS: Readonly<Record<keyof SharedQueuePort, 1>> = {
  publish: 1,
  withdraw: 1,
  claim: 1,
  subscribe: 1,
}

/**
 * The feature that shares the queue with other tabs: `createTurnkeeper({ features: [sharedQueue(port)] })`.
 *
 * It has no state of its own: what waits stands in the turns.
 *
 * @param port The stored queue.
 * @throws TypeError for a port without its methods, naming them.
 */
export function sharedQueue(port: SharedQueuePort): KeeperFeature<'tabs', null> {
  const methods = Object.keys(METHODS)
  if (!hasMethods(port, methods))
    throw new TypeError(`sharedQueue: it takes an object with ${methods.join(', ')}.`)
  return {
    name: 'tabs',
    reducer: () => null,
    listeners: [registerQueue(port)],
    // One that was refused as busy has its place.
    beforeSend: ({ turnId, conversationId, refusals }, at) => {
      if (refusals > 0) return undefined
      const retryAt = at + CLAIM_PAUSE
      return {
        at,
        create: () => queueClaimStarted({ turnId, conversationId, retryAt }),
        took: ({ turns }) => findTurn(turns, turnId, conversationId)?.notBefore === retryAt,
      }
    },
  }
}

export type { SharedMessage, SharedQueueEvent, SharedQueuePort } from '../types'
