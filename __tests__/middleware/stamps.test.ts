/** When something was said is written into its action: by the clock of the keeper, where that is not the system's. */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper, signals } from 'redux-turnkeeper'
import type { TurnkeeperOptions } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment, createRecorder } from 'redux-turnkeeper/testing'

const said = signals.turnStarted({ conversationId: 'c1', turnId: 't1' })

/** What a signal has become when it reaches the reducers. */
function passed(options: TurnkeeperOptions) {
  const keeper = createTurnkeeper({ ports: {}, environment: createManualEnvironment(), ...options })
  const recorder = createRecorder()
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (gDM) => gDM().prepend(keeper.middleware).concat(recorder.middleware),
  })
  store.dispatch(said)
  keeper.dispose()
  return recorder.actions.find(({ type }) => type === said.type)
}

test('by the system clock an action goes on as it is', () => {
  expect(passed({})).toBe(said)
})

test('by another clock it gets the time of that', () => {
  const clock = createManualClock(7_000)
  expect(passed({ clock })).toEqual({ ...said, meta: { ...said.meta, at: 7_000 } })
})
