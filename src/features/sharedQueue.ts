/** The entry `redux-turnkeeper/sharedQueue`: several tabs share what waits, through a stored queue of the app's own. */
import { claimFirst } from '../listeners/claimPlaces'
import { registerQueue } from '../listeners/queue'
import type { KeeperFeature } from '../middleware/types'
import { hasMethods } from '../options/optionChecks'
import type { SharedQueuePort } from '../types'

const METHODS: Readonly<Record<keyof SharedQueuePort, 1>> = {
  publish: 1,
  withdraw: 1,
  claim: 1,
  subscribe: 1,
}

/**
 * The feature that shares the queue alone, through a queue of the app's own: `createTurnkeeper({ features: [sharedQueue(port)] })`.
 * Each tab checks status and tells of ends for itself. Where there are Web Locks, `tabs` of `redux-turnkeeper/tabs` does more.
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
    coordinate: () => ({
      beforeSend: (turn, at) => (turn.refusals > 0 ? undefined : claimFirst(turn, at)),
    }),
  }
}

export type { SharedMessage, SharedQueueEvent, SharedQueuePort } from '../types'
