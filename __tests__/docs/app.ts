/** A keeper in a store on the test's platform, for pages whose code hands in ports, and what is asked of it. */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import type { Ports, Turnkeeper, TurnkeeperOptions } from 'redux-turnkeeper'
import { flushMicrotasks } from 'redux-turnkeeper/testing'
import type { Platform } from './platform'
import { devChecks } from './runner'

export const conversationId = 'c1'

export interface Made {
  readonly keeper: Turnkeeper
  readonly store: {
    dispatch(action: unknown): unknown
    getState(): unknown
  }
}

/** What a page's own store and keeper are asked. */
export function watch({ keeper, store }: Made) {
  const { selectors } = keeper
  return {
    keeper,
    store,
    selectors,
    /** Dispatches, and lets the promises run that follow from it. */
    async dispatch(action: unknown): Promise<void> {
      store.dispatch(action)
      await flushMicrotasks()
    },
    isBusy: () => selectors.selectIsBusy(store.getState(), conversationId),
    phase: () => selectors.selectPhase(store.getState(), conversationId),
    ends: () =>
      selectors
        .selectHistory(store.getState())
        .map(({ turnId, reason, outcome, grade }) => `${turnId} ${reason} ${outcome} ${grade}`),
    questions: () =>
      selectors.selectPendingInputs(store.getState(), conversationId).map(({ requestId }) => requestId),
  }
}
export type App = ReturnType<typeof watch>

/** A store with these ports. */
export function createApp(platform: Platform, ports: Ports, options: TurnkeeperOptions = {}): App {
  const keeper = createTurnkeeper({
    ports,
    clock: platform.clock,
    environment: platform.environment,
    random: () => 0.5,
    onProblem: (problem) => void platform.problems.push(problem),
    ...options,
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (getDefault) => getDefault(devChecks).prepend(keeper.middleware),
  })
  return watch({ keeper, store: store as Made['store'] })
}

/** The user sends a prompt. */
export const submit = (app: App, turnId: string): Promise<void> =>
  app.dispatch(app.keeper.submitTurn({ conversationId, turnId, input: 'hello' }))
/** The user presses Stop. */
export const stop = (app: App): Promise<void> => app.dispatch(app.keeper.stopTurn({ conversationId }))
