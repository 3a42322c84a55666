import type { Middleware, UnknownAction } from '@reduxjs/toolkit'
import * as actions from './actions'
import { createCommands } from './commands'
import { createKeeperMiddleware, keeperDisposed, contextRequested } from './middleware'
import { lookUpPolicy } from './middleware/policies/lookUp'
import { notifyPolicy } from './middleware/policies/notify'
import { sendPolicy } from './middleware/policies/send'
import { sessionsPolicy } from './middleware/policies/sessions'
import { sharedQueuePolicy } from './middleware/policies/sharedQueue'
import { stopPolicy } from './middleware/policies/stop'
import { streamPolicy } from './middleware/policies/stream'
import { watchdogPolicy } from './middleware/policies/watchdog'
import type { TurnkeeperOptions } from './options'
import { resolveOptions } from './resolveOptions'
import type { ResolvedOptions } from './resolveOptions'
import { createFold } from './rules'
import * as unbound from './selectors'
import { createConversationsSlice } from './slices/conversations'
import { createTurnsSlice } from './slices/turns'

/** The order is that of the effects after one action: what is told first, then what leaves, then what is watched. */
const POLICIES = [
  notifyPolicy,
  sharedQueuePolicy,
  stopPolicy,
  sessionsPolicy,
  sendPolicy,
  lookUpPolicy,
  watchdogPolicy,
  streamPolicy,
]

const OWN_TYPES: ReadonlySet<string> = new Set(
  [...Object.values(actions), keeperDisposed, contextRequested].flatMap((creator) =>
    'type' in creator ? [creator.type] : [],
  ),
)

/**
 * Makes a keeper: slices to mount, a middleware to prepend, thunks to dispatch, selectors bound to the root state.
 *
 * One keeper may serve several stores, as an RTK Query api does: what is a store's own is made in its middleware.
 *
 * @throws TypeError for an option that is out of its range, naming the option and what it takes.
 */
export function createTurnkeeper(options: TurnkeeperOptions = {}) {
  const resolved = resolveOptions(options)
  const { paths } = resolved
  const { middleware, dispose } = createKeeperMiddleware(resolved, POLICIES, OWN_TYPES)

  return {
    slices: slicesOf(resolved),
    middleware: middleware as Middleware,
    selectors: bindSelectors(paths),
    clock: resolved.clock,
    ...createCommands(resolved),
    /** Ends the effects of every store that this keeper serves: no timer, listener or request is left. */
    dispose,
    /** The same for one store: dispatch it there. */
    disposed: (): UnknownAction => keeperDisposed(),
  }
}

/**
 * The slices alone, for an app that carries out its sends and look-ups itself: every rule holds, nothing is ever looked up,
 * and an ending that names no turn ends a turn that has shown life (inferred).
 *
 * @throws TypeError for an option that is out of its range.
 */
export const createTurnSlices = (options: Omit<TurnkeeperOptions, 'ports'> = {}) =>
  slicesOf(resolveOptions(options))

function slicesOf({ rules, paths }: ResolvedOptions) {
  const fold = createFold(rules)
  return [
    createTurnsSlice(fold, paths.turns as 'turns'),
    createConversationsSlice(fold, paths.conversations as 'conversations'),
  ] as const
}

export type Turnkeeper = ReturnType<typeof createTurnkeeper>

type Unbound = Omit<typeof unbound, 'phaseOf'>
type Bound = {
  [K in keyof Unbound]: Unbound[K] extends (state: unbound.SelectorState, ...rest: infer Rest) => infer Result
    ? (root: object, ...rest: Rest) => Result
    : never
}

function bindSelectors(paths: { readonly turns: string; readonly conversations: string }): Bound {
  const own = (root: object): unbound.SelectorState => {
    const state = root as Record<string, unknown>
    const slices = { turns: state[paths.turns], conversations: state[paths.conversations] }
    return slices as unbound.SelectorState
  }
  const { phaseOf: _phaseOf, ...selectors } = unbound
  return Object.fromEntries(
    Object.entries(selectors).map(([name, select]) => [
      name,
      (root: object, ...rest: never[]) =>
        (select as (state: unbound.SelectorState, ...rest: never[]) => unknown)(own(root), ...rest),
    ]),
  ) as Bound
}
