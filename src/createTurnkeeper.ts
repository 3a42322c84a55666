import { createCommands } from './commands'
import { coreListeners } from './listeners'
import { createKeeperMiddleware, keeperDisposed, unmounted } from './middleware'
import type { KeeperFeature } from './middleware/types'
import { resolveOptions } from './options'
import type { ResolvedOptions, TurnkeeperOptions } from './options'
import { createKeeperReducer } from './reducer'
import * as selectors from './selectors'
import type { BoundSelectors, FeatureStates, Turnkeeper } from './turnkeeper'
import type { KeeperState } from './types'

/**
 * Makes a keeper: mount its reducer, prepend its middleware.
 *
 * @example
 * const keeper = createTurnkeeper({ ports: { sendTurn, stopTurn, fetchStatus } })
 * const store = configureStore({
 *   reducer: { [keeper.reducerPath]: keeper.reducer },
 *   middleware: (getDefault) => getDefault().prepend(keeper.middleware),
 * })
 * @throws TypeError for an option that is out of its range, naming the option and what it takes.
 */
export function createTurnkeeper<
  Input = unknown,
  const Path extends string = 'turnkeeper',
  const Features extends readonly KeeperFeature[] = readonly [],
>(
  options: TurnkeeperOptions<Input, Path, Features> = {},
): Turnkeeper<Input, Path, KeeperState & FeatureStates<Features>> {
  const resolved = resolveOptions(options as never)
  const { middleware, dispose } = createKeeperMiddleware(resolved, coreListeners)
  const keeper: Turnkeeper = {
    reducerPath: resolved.reducerPath as 'turnkeeper',
    reducer: createKeeperReducer(resolved.rules, resolved.features),
    middleware,
    selectors: bindSelectors(resolved),
    clock: resolved.clock,
    ...createCommands(resolved),
    dispose,
    disposed: () => keeperDisposed(),
  }
  // The app's input type, the path and the states of features are a matter of types alone.
  return keeper as unknown as Turnkeeper<Input, Path, KeeperState & FeatureStates<Features>>
}

/** The selectors, reading the keeper's state wherever it is mounted. */
function bindSelectors(options: ResolvedOptions): BoundSelectors {
  const bind =
    (select: (state: KeeperState, ...rest: never[]) => unknown) =>
    (root: unknown, ...rest: never[]) => {
      const state = options.stateIn(root)
      if (!state) throw new Error(`redux-turnkeeper: ${unmounted(options)}`)
      return select(state, ...rest)
    }
  const all = selectors as unknown as Readonly<Record<string, Parameters<typeof bind>[0]>>
  return Object.fromEntries(
    Object.entries(all).map(([name, select]) => [name, bind(select)]),
  ) as unknown as BoundSelectors
}
