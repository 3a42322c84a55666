/** Keepers with unusual options, which write down all that they do. */
import { configureStore } from '@reduxjs/toolkit'
import type { Middleware, UnknownAction } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import type { KeeperFeature, KeeperState, Ports, TurnkeeperOptions } from 'redux-turnkeeper'
import { sharedQueue } from 'redux-turnkeeper/sharedQueue'
import type { SharedQueueEvent } from 'redux-turnkeeper/sharedQueue'
import { createManualClock, createManualEnvironment, createScriptedBackend } from 'redux-turnkeeper/testing'
import type { ScriptedBackend } from 'redux-turnkeeper/testing'
import { changeOf } from './types'

export interface Kind {
  readonly ports?: (ports: ScriptedBackend['ports']) => Ports
  readonly options?: Omit<TurnkeeperOptions, 'features' | 'ports'>
  readonly page?: boolean
  readonly queue?: boolean
  /** What the app's own functions throw. */
  readonly throws?: boolean
}

export const KINDS: Readonly<Record<string, Kind>> = {
  'all ports': {},
  'without a status check': { ports: ({ fetchStatus: _, ...ports }) => ports },
  'without stops': { ports: ({ stopTurn: _, stopSession: _also, ...ports }) => ports },
  'without a stream': { ports: ({ openStream: _, ...ports }) => ports },
  'without ports': { ports: () => ({}) },
  'hooks that throw': { throws: true },
  'without a page': { page: false },
  'at work without a page': { page: false, options: { runWithoutPage: true } },
  'a shared queue': { queue: true },
  'each progress counts': { options: { progressInterval: 0 } },
  'progress seldom counts': { options: { progressInterval: 5_000, historySize: 2 } },
  'sends beside what runs': {
    options: {
      sendWhileBusy: 'send',
      hardLimit: 60_000,
      onTextWhileAsking: 'answer',
      stopScope: 'conversation',
    },
  },
}

/** The keeper's state is put in place from outside, as by DevTools or a persistence package. */
const PUT = 'app/stateWasPut'

interface Store {
  readonly turnkeeper: KeeperState
}

/** A store whose keeper writes down all that it does. */
export function openKeeper(kind: Kind, random: () => number) {
  const clock = createManualClock(1_000_000)
  const state = (): KeeperState => store.getState().turnkeeper
  const chance = (share: number): boolean => random() < share
  const environment = createManualEnvironment({ page: kind.page ?? true })
  const backend = createScriptedBackend()
  if (chance(0.5)) backend.auto.clear()
  let seen: unknown[] = []
  let minted = 0
  const told = (what: string, value: unknown): void => {
    seen.push({ what, value })
    if (kind.throws) throw new Error(`${what} throws`)
  }
  const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))
  const queueListeners: ((event: SharedQueueEvent) => void)[] = []
  const queue = {
    publish: (message: unknown) => void seen.push({ what: 'published', message }),
    withdraw: (turnId: string) => void seen.push({ what: 'withdrawn', turnId }),
    claim: (turnId: string) => {
      seen.push({ what: 'claimed', turnId })
      return Promise.resolve(chance(0.5))
    },
    subscribe: (listener: (event: SharedQueueEvent) => void) => {
      queueListeners.push(listener)
      return () => void seen.push({ what: 'unsubscribed' })
    },
  }
  const keeper = createTurnkeeper({
    clock,
    environment,
    random,
    createId: () => `k${++minted}`,
    onTurnEnded: (ended, context) => told('ended', { ended, context }),
    onInputOpened: (question, context) => told('opened', { question, context }),
    onInputClosed: (question, context) => told('closed', { question, context }),
    onProblem: ({ kind: name, message }) => told('problem', { name, message }),
    onError: (error, { raisedBy }) => void seen.push({ what: 'error', error: words(error), raisedBy }),
    ...kind.options,
    connection: {
      ports: {},
      open: () => told('connection opens', null),
      turnsRestored: (turns) =>
        told(
          'restored',
          turns.map(({ turnId }) => turnId),
        ),
    },
    ports: kind.ports?.(backend.ports) ?? backend.ports,
    features: (kind.queue ? [sharedQueue(queue)] : []) as readonly KeeperFeature[],
  })
  const reducer = (state: Store | undefined, action: UnknownAction): Store => {
    if (action.type === PUT) return { turnkeeper: action['state'] as KeeperState }
    const turnkeeper = keeper.reducer(state?.turnkeeper, action)
    return turnkeeper === state?.turnkeeper ? state : { turnkeeper }
  }
  const watch: Middleware<object, Store> = (api) => (next) => (action) => {
    const before = api.getState().turnkeeper
    const result = next(action)
    const { type, ...rest } = action as UnknownAction
    if (type !== PUT) seen.push({ type, ...rest, change: changeOf(before, api.getState().turnkeeper) })
    return result
  }
  const store = configureStore({
    reducer,
    middleware: (gDM) =>
      gDM({ serializableCheck: false, immutableCheck: false, actionCreatorCheck: false }).concat(
        keeper.middleware,
        watch,
      ) as never,
    devTools: false,
    enhancers: (gDE) => gDE({ autoBatch: false }),
  })
  const dispatch = (action: unknown): unknown => (store.dispatch as (given: unknown) => unknown)(action)

  return {
    clock,
    environment,
    backend,
    keeper,
    queueListeners,
    state,
    dispatch,
    note: (what: unknown) => void seen.push(what),
    /** Puts a state in place that no action of the keeper's has made. */
    put: (given: KeeperState) => dispatch({ type: PUT, state: given }),
    /** What was written down since it was last asked for. */
    taken(): readonly unknown[] {
      const all = seen
      seen = []
      return all
    },
  }
}
