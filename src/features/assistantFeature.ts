/** What `assistant` and `sharedAssistant` are put together from. */
import type { Reducer } from '@reduxjs/toolkit'
import * as actions from '../assistant'
import { ASSISTANT, assistantOf, malformed, resolveAssistantOptions, tokenOf } from '../assistant'
import type { AssistantConfig, AssistantOptions, AssistantPorts, AssistantState } from '../assistant'
import { registerAssistantAborts } from '../listeners/assistantAborts'
import { registerAssistantCheckOutcome } from '../listeners/assistantCheckOutcome'
import { registerAssistantChecks } from '../listeners/assistantChecks'
import { registerAssistantNetwork } from '../listeners/assistantNetwork'
import { registerAssistantProbes } from '../listeners/assistantProbes'
import { registerAssistantStarts } from '../listeners/assistantStarts'
import { registerConnectionTokens } from '../listeners/connectionTokens'
import { registerInitWatchdog } from '../listeners/initWatchdog'
import { registerRecovery } from '../listeners/recovery'
import type { KeeperFeature, RegisterListener, StoreContext } from '../middleware/types'

/** Options of `assistant`: those of its rules, and its ports. */
export interface AssistantFeatureOptions extends AssistantOptions {
  /** How the assistant's host is reached. Each port is optional. */
  readonly ports?: AssistantPorts | undefined
}

/** What names a store: the store itself, or what a port is called with. */
export interface StoreHandle {
  /** Reads the root state. */
  readonly getState: () => unknown
}

/** The feature as `createTurnkeeper` takes it, and the tokens of its connections. */
export interface AssistantFeature extends KeeperFeature<'assistant', AssistantState> {
  /**
   * The token of the connection to the assistant that is up; `null` without one. It is in no state, action or log. After a
   * reload it is known again once the app has told it, or a status check has.
   *
   * @param store The store, or the context that a port is called with.
   */
  getConnectionToken(store: StoreHandle): string | null
}

/** @internal */
export const ASSISTANT_TYPES: ReadonlySet<string> = new Set(
  Object.values(actions).flatMap((creator) =>
    typeof creator === 'function' && 'type' in creator && typeof creator.type === 'string'
      ? [creator.type]
      : [],
  ),
)

/** @internal Puts the feature together. `reducerOf` and `dueOf` make its reducer, and what follows from its state. */
export function createAssistantFeature(
  { ports = {}, ...options }: AssistantFeatureOptions,
  reducerOf: (config: AssistantConfig) => Reducer<AssistantState>,
  dueOf: (config: AssistantConfig) => NonNullable<KeeperFeature['due']>,
): AssistantFeature & { readonly listeners: readonly RegisterListener[] } {
  const config = resolveAssistantOptions(options, ports)
  /** Finds the keeper's state in a root state: known once the keeper serves a store. */
  const places = new Set<StoreContext['options']['stateIn']>()
  const registerPlace: RegisterListener = (context) => void places.add(context.options.stateIn)

  return {
    name: ASSISTANT,
    reducer: reducerOf(config),
    actionTypes: ASSISTANT_TYPES,
    malformed,
    due: dueOf(config),
    listeners: [
      registerPlace,
      registerConnectionTokens,
      registerAssistantAborts,
      registerAssistantChecks(ports),
      registerAssistantStarts(ports),
      registerInitWatchdog,
      registerRecovery(ports),
      registerAssistantProbes(ports),
      registerAssistantCheckOutcome,
      ...(config.canCheck || config.canProbe ? [registerAssistantNetwork] : []),
    ],
    getConnectionToken(store) {
      for (const stateIn of places) {
        const keeper = stateIn(store.getState())
        if (keeper) return tokenOf(assistantOf(keeper).connection)
      }
      return null
    },
  }
}
