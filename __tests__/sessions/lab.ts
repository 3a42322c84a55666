import { combineSlices, configureStore } from '@reduxjs/toolkit'
import type { StoreEnhancer } from '@reduxjs/toolkit'
import { createTurnkeeper, sessionStatusChanged, signals } from 'redux-turnkeeper'
import type { Problem, SessionStatement, TurnkeeperOptions } from 'redux-turnkeeper'
import {
  createManualClock,
  createManualEnvironment,
  createRecorder,
  createScriptedBackend,
} from 'redux-turnkeeper/testing'
import { doubledFacts } from '../scenarios/facts'

/** A store with a keeper, whose server and clock are the test's. After each action no fact stands in two places. */
export function createLab(
  { ports, ...options }: TurnkeeperOptions = {},
  preloadedState?: object,
  ids = 'k',
  enhancer?: StoreEnhancer,
) {
  const clock = createManualClock(1_000_000)
  const backend = createScriptedBackend()
  const recorder = createRecorder()
  const problems: Problem[] = []
  let minted = 0
  const keeper = createTurnkeeper({
    ports: ports ?? backend.ports,
    clock,
    environment: createManualEnvironment(),
    random: () => 0.5,
    createId: () => `${ids}${++minted}`,
    onProblem: (problem) => void problems.push(problem),
    ...options,
  })
  const reducer = combineSlices(keeper)
  const store = configureStore({
    reducer,
    middleware: (gDM) =>
      gDM({ serializableCheck: { warnAfter: Infinity }, immutableCheck: { warnAfter: Infinity } })
        .prepend(keeper.middleware)
        .concat(recorder.middleware),
    devTools: false,
    enhancers: (gDE) => (enhancer ? gDE({ autoBatch: false }).concat(enhancer) : gDE()),
    ...(preloadedState && { preloadedState: preloadedState as ReturnType<typeof reducer> }),
  })
  store.subscribe(() => expect(doubledFacts(store.getState().turnkeeper)).toEqual([]))
  const { selectors } = keeper
  const at = <R>(select: (state: object, id: string) => R, id: string) => select(store.getState(), id)

  const lab = {
    clock,
    backend,
    recorder,
    problems,
    keeper,
    store,
    async dispatch(...actions: readonly unknown[]) {
      for (const action of actions) store.dispatch(action as never)
      await clock.advanceAsync(0)
    },
    session: (id = 'c1') => at(selectors.selectSession, id),
    status: (id = 'c1') => at(selectors.selectSession, id)?.status ?? null,
    busy: (id = 'c1') => at(selectors.selectIsBusy, id),
    phase: (id = 'c1') => at(selectors.selectPhase, id),
    live: (id = 'c1') => at(selectors.selectActiveTurn, id),
    last: (id = 'c1') => at(selectors.selectLastEndedTurn, id),
    error: (id = 'c1') => at(selectors.selectLastError, id)?.message ?? null,
    errorCode: (id = 'c1') => at(selectors.selectLastError, id)?.code ?? null,
    log: (id = 'c1') => at(selectors.selectActivityLog, id),
    history: () => selectors.selectHistory(store.getState()),
    /** The app's statement about the session of `c1`. */
    state: (status: SessionStatement['status'], more: Partial<SessionStatement> = {}) =>
      lab.dispatch(sessionStatusChanged({ conversationId: 'c1', status, ...more })),
    /** The click. */
    submit: (turnId = 't1', conversationId = 'c1') =>
      lab.dispatch(keeper.submitTurn({ conversationId, turnId, input: `text of ${turnId}` })),
    /** A turn at work in a session that runs. */
    async start(turnId = 't1', conversationId = 'c1') {
      await lab.dispatch(sessionStatusChanged({ conversationId, status: 'ready' }))
      await lab.submit(turnId, conversationId)
      backend.accept('send', { runId: `r-${turnId}` }, turnId)
      await lab.dispatch(signals.turnStarted({ conversationId, runId: `r-${turnId}` }))
    },
    /** Calls `listener` after each dispatch that changed the keeper's state; the announcement of an end does not. */
    onChange(listener: () => void): () => void {
      let seen = store.getState().turnkeeper
      return store.subscribe(() => {
        const { turnkeeper } = store.getState()
        if (turnkeeper === seen) return
        seen = turnkeeper
        listener()
      })
    },
    /** Dispatches, and tells whether anything at all has changed. */
    changes(action: unknown): boolean {
      const before = store.getState()
      store.dispatch(action as never)
      return store.getState() !== before
    },
  }
  return lab
}

export type Lab = ReturnType<typeof createLab>
