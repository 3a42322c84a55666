/** A keeper that was disposed of, as by an effect under StrictMode, takes no prompt, and says so: nothing is busy for ever. */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import type { Problem } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment, createScriptedBackend } from 'redux-turnkeeper/testing'

const setUp = () => {
  const clock = createManualClock(1_000_000)
  const backend = createScriptedBackend()
  const problems: Problem[] = []
  const keeper = createTurnkeeper({
    ports: backend.ports,
    clock,
    environment: createManualEnvironment(),
    onProblem: (problem) => void problems.push(problem),
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (gDM) => gDM().prepend(keeper.middleware),
  })
  const submit = () => store.dispatch(keeper.submitTurn({ conversationId: 'c1', input: 'x' }))
  return { clock, backend, problems, keeper, store, submit }
}

test('before its first action', async () => {
  const { clock, backend, problems, keeper, store, submit } = setUp()
  keeper.dispose()
  expect(submit()).toMatchObject({ taken: false })
  expect(submit()).toMatchObject({ taken: false })
  await clock.advanceAsync(60_000, 1_000)
  const { selectIsBusy, selectPhase } = keeper.selectors
  expect([selectIsBusy(store.getState(), 'c1'), selectPhase(store.getState(), 'c1')]).toEqual([false, 'idle'])
  expect([backend.requests, clock.pending]).toEqual([[], 0])
  expect(problems.map(({ kind }) => kind)).toEqual(['disposed'])
  expect(problems[0]?.message).toMatch(/disposed of.*Make a new keeper and a new store/)
})

test('in the middle of its work', async () => {
  const { clock, backend, keeper, store, submit } = setUp()
  expect(submit()).toMatchObject({ taken: true })
  backend.accept('send', { runId: 'r1' })
  await clock.advanceAsync(0)
  keeper.dispose()
  expect(store.dispatch(keeper.submitTurn({ conversationId: 'c2', input: 'x' }))).toMatchObject({
    taken: false,
  })
  expect(keeper.selectors.selectIsBusy(store.getState(), 'c2')).toBe(false)
  expect(clock.pending).toBe(0)
})

test('mirror: another keeper with a store of its own takes it', async () => {
  const { keeper } = setUp()
  keeper.dispose()
  expect(setUp().submit()).toMatchObject({ taken: true })
})
