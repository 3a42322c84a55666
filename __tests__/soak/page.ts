/** One page: a store with a keeper, and what must hold after each of its actions. */
import { combineSlices, configureStore } from '@reduxjs/toolkit'
import type { Middleware, StoreEnhancer, UnknownAction } from '@reduxjs/toolkit'
import type { InstrumentExt } from '@redux-devtools/instrument'
import { persistReducer, persistStore } from 'redux-persist'
import { createTurnkeeper } from 'redux-turnkeeper'
import type { KeeperFeature, KeeperState, Ports, TurnkeeperOptions } from 'redux-turnkeeper'
import { assistant } from 'redux-turnkeeper/assistant'
import type { AssistantPortFunctions, AssistantState } from 'redux-turnkeeper/assistant'
import { sharedAssistant } from 'redux-turnkeeper/sharedAssistant'
import { tabs } from 'redux-turnkeeper/tabs'
import { createManualEnvironment } from 'redux-turnkeeper/testing'
import type { ManualClock, MemoryTab } from 'redux-turnkeeper/testing'
import { ActionCreators, instrument } from '../devtools/instrument'
import { createHeldClock } from '../heldClock'
import { createContract } from '../laws/contract'
import { doubledFacts, strayTexts, wrongPointers } from '../scenarios/facts'
import { unattended } from './assistantTruth'

/** What a page has beside turns and conversations. */
export interface Features {
  readonly devTools?: boolean
  readonly tabs?: boolean
  readonly assistant?: boolean | 'shared'
}
export type SoakState = KeeperState & { readonly assistant?: AssistantState }

export interface PageOptions {
  readonly name: string
  readonly clock: ManualClock
  readonly features: Features
  readonly ports: Ports
  readonly assistantPorts: AssistantPortFunctions
  readonly tab: MemoryTab | null
  /** The state that it begins with. */
  readonly preloaded?: SoakState | undefined
  /** The state that redux-persist finds in its storage. */
  readonly stored?: SoakState | undefined
  readonly broken: string[]
  readonly errors: unknown[]
  readonly onAction?: OnAction | undefined
}

/** Told of each action that has reached the reducer of a page. */
export type OnAction = (page: string, action: UnknownAction, before: SoakState, after: SoakState) => void

type Lifted = InstrumentExt<{ readonly turnkeeper: SoakState }, UnknownAction, null>['liftedStore']

/** A storage of redux-persist that holds a state, and keeps nothing. */
const storageOf = (state: SoakState) => ({
  getItem: () =>
    Promise.resolve(
      JSON.stringify({
        turnkeeper: JSON.stringify(state),
        _persist: JSON.stringify({ version: -1, rehydrated: true }),
      }),
    ),
  setItem: () => Promise.resolve(),
  removeItem: () => Promise.resolve(),
})

export function openPage(options: PageOptions) {
  const { name, clock, features, tab, preloaded, stored, broken } = options
  const environment = createManualEnvironment()
  const timers = createHeldClock(clock)
  let ids = 0
  const given: Omit<TurnkeeperOptions, 'features'> = {
    ports: options.ports,
    clock: timers.own,
    environment,
    random: () => 0.5,
    createId: () => `${name}-${++ids}`,
    onError: (error) => void options.errors.push(error),
    onProblem: () => undefined,
  }
  const createAssistant = features.assistant === 'shared' ? sharedAssistant : assistant
  const keeper = createTurnkeeper({
    ...given,
    features: [
      ...(tab ? [tabs(tab.connect)] : []),
      ...(features.assistant ? [createAssistant({ ports: options.assistantPorts })] : []),
    ] as unknown as readonly KeeperFeature<'assistant', AssistantState>[],
  })
  const contract = createContract(given)
  const checks: Middleware = (api) => (next) => (action) => {
    const read = () => (api.getState() as { turnkeeper: SoakState }).turnkeeper
    const before = read()
    const result = next(action)
    const after = read()
    options.onAction?.(name, action as UnknownAction, before, after)
    if (after !== before)
      for (const what of [
        ...doubledFacts(after),
        ...wrongPointers(after),
        ...strayTexts(after),
        ...contract(after, clock.now()),
        ...unattended(after.assistant),
      ])
        broken.push(`${name}, after ${(action as { type: string }).type}: ${what}`)
    return result
  }
  const reducer = combineSlices(keeper)
  const store = configureStore({
    reducer: (stored
      ? persistReducer({ key: 'soak', storage: storageOf(stored), timeout: 0 }, reducer as never)
      : reducer) as typeof reducer,
    middleware: (gDM) =>
      gDM({ serializableCheck: false, immutableCheck: false }).prepend(keeper.middleware).concat(checks),
    devTools: false,
    enhancers: (gDE) => {
      const all = gDE({ autoBatch: false })
      return (features.devTools ? all.concat(instrument() as StoreEnhancer) : all) as typeof all
    },
    ...(preloaded && { preloadedState: { turnkeeper: preloaded as never } }),
  })
  const persistor = stored ? persistStore(store) : null
  const lifted = features.devTools ? (store as unknown as { liftedStore: Lifted }).liftedStore : null
  const viewed = (): SoakState => store.getState().turnkeeper
  let isHung = false
  let awaited = 0

  return {
    name,
    keeper,
    environment,
    /** Frames of its stream that are on their way. */
    frames: [] as UnknownAction[],
    /** What the app has to tell it once it goes on. */
    missed: [] as UnknownAction[],
    dispatch(action: unknown): unknown {
      const result: unknown = store.dispatch(action as never)
      if (result instanceof Promise) {
        awaited += 1
        void result.finally(() => (awaited -= 1))
      }
      return result
    },
    /** How many promises of commands are open. */
    get awaited() {
      return awaited
    },
    viewed,
    /** The newest state that there is, whichever the DevTools show. */
    state: (): SoakState => lifted?.getState().computedStates.at(-1)!.state.turnkeeper ?? viewed(),
    get isHung() {
      return isHung
    },
    /** Whether the DevTools show a state that is not the newest, or take no action. */
    get isFrozen() {
      if (!lifted) return false
      const { currentStateIndex, stagedActionIds, isLocked } = lifted.getState()
      return isLocked || currentStateIndex < stagedActionIds.length - 1
    },
    /** The lock goes: under it a wake would be lost. */
    unlock() {
      if (lifted?.getState().isLocked) lifted.dispatch(ActionCreators.lockChanges(false))
    },
    lookBack(steps: number) {
      if (!lifted) return
      const { stagedActionIds } = lifted.getState()
      lifted.dispatch(ActionCreators.jumpToState(Math.max(stagedActionIds.length - 1 - steps, 0)))
    },
    lock: () => void lifted?.dispatch(ActionCreators.lockChanges(true)),
    goLive() {
      if (!lifted) return
      lifted.dispatch(ActionCreators.lockChanges(false))
      lifted.dispatch(ActionCreators.jumpToState(lifted.getState().stagedActionIds.length - 1))
    },
    persisted: () => keeper.selectors.selectPersisted(store.getState()),
    /** Stops what redux-persist writes: what is stored is given by the history. */
    stopWriting: () => persistor?.pause(),
    hang() {
      isHung = true
      timers.hold()
      tab?.hang()
    },
    goOn() {
      if (!isHung) return
      isHung = false
      timers.goOn()
      tab?.goOn()
    },
    crash() {
      tab?.crash()
      keeper.dispose()
    },
  }
}

export type Page = ReturnType<typeof openPage>
