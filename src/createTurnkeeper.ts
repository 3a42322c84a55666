import type { Middleware, UnknownAction } from '@reduxjs/toolkit'
import * as actions from './actions'
import * as assistant from './assistant'
import * as assistantSelectors from './assistant/selectors'
import { createCommands } from './commands'
import { contextRequested, createKeeperMiddleware, keeperDisposed } from './middleware'
import { assistantPolicy } from './middleware/policies/assistant'
import { lookUpPolicy } from './middleware/policies/lookUp'
import { notifyPolicy } from './middleware/policies/notify'
import { sendPolicy } from './middleware/policies/send'
import { sessionsPolicy } from './middleware/policies/sessions'
import { sharedQueuePolicy } from './middleware/policies/sharedQueue'
import { stopPolicy } from './middleware/policies/stop'
import { streamPolicy } from './middleware/policies/stream'
import { watchdogPolicy } from './middleware/policies/watchdog'
import type { TurnkeeperOptions } from './options'
import { resolveOptions, slicesAt } from './resolveOptions'
import type { ResolvedOptions } from './resolveOptions'
import { createFold } from './rules'
import * as unbound from './selectors'
import { createAssistantSlice } from './slices/assistant'
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
  assistantPolicy,
]

const OWN_TYPES: ReadonlySet<string> = new Set(
  [...Object.values(actions), ...Object.values(assistant), keeperDisposed, contextRequested].flatMap(
    (creator) => (typeof creator === 'function' && 'type' in creator ? [creator.type] : []),
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

function slicesOf({ rules, paths, assistant: assistantConfig }: ResolvedOptions) {
  const fold = createFold(rules)
  return [
    createTurnsSlice(fold, paths.turns as 'turns'),
    createConversationsSlice(fold, paths.conversations as 'conversations'),
    createAssistantSlice(assistantConfig, paths.assistant as 'assistant'),
  ] as const
}

export type Turnkeeper = ReturnType<typeof createTurnkeeper>

type Unbound = Omit<typeof unbound, 'phaseOf'> & typeof assistantSelectors
type Bound = {
  [K in keyof Unbound]: Unbound[K] extends (state: never, ...rest: infer Rest) => infer Result
    ? (root: object, ...rest: Rest) => Result
    : never
}

function bindSelectors(paths: ResolvedOptions['paths']): Bound {
  const { phaseOf: _phaseOf, ...turnSelectors } = unbound
  const selectors = { ...turnSelectors, ...assistantSelectors }
  // Where the slices have their usual names, the root is what the selectors read.
  if (Object.entries(paths).every(([slice, path]) => slice === path)) return selectors as unknown as Bound
  return Object.fromEntries(
    Object.entries(selectors).map(([name, select]) => [
      name,
      (root: object, ...rest: never[]) =>
        (select as (state: object, ...rest: never[]) => unknown)(slicesAt(paths, root), ...rest),
    ]),
  ) as Bound
}
