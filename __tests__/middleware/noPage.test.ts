/** Where there is no page, as on a server: the state is kept, and nothing follows from it. */
import { combineSlices, configureStore } from '@reduxjs/toolkit'
import type { UnknownAction } from '@reduxjs/toolkit'
import { createTurnkeeper, signals } from 'redux-turnkeeper'
import type { KeeperFeature } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment, createRecorder } from 'redux-turnkeeper/testing'

const started = signals.turnStarted({ conversationId: 'c1', turnId: 't1' })

/** A feature of which something is due at all times. */
const due: KeeperFeature = {
  name: 'due',
  reducer: (state = 0) => state,
  due: (_state, context) => [
    { at: context.now(), create: () => ({ type: 'app/due' }), took: () => true },
    { at: context.now() + 1_000, create: () => ({ type: 'app/due' }), took: () => true },
  ],
}

function createServer(preloadedState?: object) {
  const clock = createManualClock(1_000_000)
  const keeper = createTurnkeeper({
    ports: { fetchStatus: async () => ({}) },
    features: [due],
    clock,
    environment: { ...createManualEnvironment(), page: false },
  })
  const recorder = createRecorder()
  const reducer = combineSlices(keeper)
  const store = configureStore({
    // As a persistence package does it.
    reducer: (state: ReturnType<typeof reducer> | undefined, action: UnknownAction) =>
      action.type === 'app/rehydrated'
        ? (action as unknown as { readonly payload: ReturnType<typeof reducer> }).payload
        : reducer(state, action),
    middleware: (gDM) => gDM().prepend(keeper.middleware).concat(recorder.middleware),
    ...(preloadedState && { preloadedState: preloadedState as never }),
  })
  const busy = () => keeper.selectors.selectIsBusy(store.getState(), 'c1')
  return { clock, keeper, recorder, store, busy }
}

/** The state of a page where a turn goes on. */
const left = () => {
  const { store } = createServer()
  store.dispatch(started)
  return store.getState()
}

test('an action of the package', () => {
  const { clock, store, recorder, busy } = createServer()
  store.dispatch(started)
  expect([busy(), recorder.types(), clock.pending]).toEqual([
    true,
    [started.type, 'turnkeeper/internal/keeperAttached'],
    0,
  ])
})

test('one on a state that was there', () => {
  const { clock, store, recorder, busy } = createServer(left())
  store.dispatch(signals.turnProgressed({ conversationId: 'c1', turnId: 't1', kind: 'output' }))
  store.dispatch({ type: 'app/typed' })
  expect([busy(), recorder.types(), clock.pending]).toEqual([
    true,
    [signals.turnProgressed.type, 'app/typed'],
    0,
  ])
})

test('a state that is put in place meanwhile', () => {
  const { clock, store, recorder, busy } = createServer()
  store.dispatch({ type: 'app/rehydrated', payload: left() })
  expect([busy(), recorder.types(), clock.pending]).toEqual([true, ['app/rehydrated'], 0])
})

test('another action, and none', async () => {
  const { clock, store, recorder, busy } = createServer(left())
  await Promise.resolve()
  expect(clock.pending).toBe(0)
  store.dispatch({ type: 'app/typed' })
  expect([busy(), recorder.types(), clock.pending]).toEqual([true, ['app/typed'], 0])
})
