/** Status answers that are promises: each counts when it is there, and none waits for another. */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper, signals } from 'redux-turnkeeper'
import type { PortContext, StatusAnswer } from 'redux-turnkeeper'
import { devChecks } from '../docs/runner'
import { createManualClock, createManualEnvironment, flushMicrotasks } from 'redux-turnkeeper/testing'

function open() {
  const clock = createManualClock(1_000)
  const answers = new Map<string, { resolve(answer: StatusAnswer): void; reject(error: Error): void }>()
  const contexts: PortContext[] = []
  const keeper = createTurnkeeper({
    clock,
    environment: createManualEnvironment(),
    random: () => 0.5,
    ports: {
      fetchStatus: async (ids, context) => {
        contexts.push(context)
        return new Map(
          ids.map((id) => [
            id,
            new Promise<StatusAnswer>((resolve, reject) => answers.set(id, { resolve, reject })),
          ]),
        )
      },
    },
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (getDefault) => getDefault(devChecks).prepend(keeper.middleware),
  })
  for (const id of ['c1', 'c2']) {
    store.dispatch(signals.turnStarted({ conversationId: id, turnId: `turn of ${id}` }))
  }
  return {
    clock,
    contexts,
    keeper,
    answer: async (id: string, answer: StatusAnswer) => {
      answers.get(id)!.resolve(answer)
      await flushMicrotasks()
    },
    fail: async (id: string) => {
      answers.get(id)!.reject(new Error('no'))
      await flushMicrotasks()
    },
    check: async () => {
      store.dispatch(keeper.checkStatus(['c1', 'c2']))
      await flushMicrotasks()
    },
    busy: () => keeper.selectors.selectBusyConversationIds(store.getState()),
    checksInFlight: () => store.getState().turnkeeper.turns.statusChecks.length,
  }
}

test('the first answer counts while the second is awaited', async () => {
  const world = open()
  await world.check()
  await world.answer('c2', { status: 'idle' })
  expect(world.busy()).toEqual(['c1'])
  expect(world.checksInFlight()).toBe(1)
  await world.answer('c1', { status: 'idle' })
  expect([world.busy(), world.checksInFlight()]).toEqual([[], 0])
})

test('one that is rejected was not reached, and keeps no other back', async () => {
  const world = open()
  await world.check()
  await world.fail('c1')
  await world.answer('c2', { status: 'idle' })
  expect([world.busy(), world.checksInFlight()]).toEqual([['c1'], 0])
})

test('one that comes after the time limit is as late as a whole answer would be', async () => {
  const world = open()
  await world.clock.advanceAsync(10_000)
  await world.answer('c2', { status: 'idle' })
  expect(world.contexts[0]!.signal.aborted).toBe(false)
  await world.clock.advanceAsync(15_000)
  expect(world.contexts[0]!.signal.aborted).toBe(true)
  await world.answer('c1', { status: 'idle' })
  expect(world.busy()).toEqual(['c1'])
})

test('after dispose none counts', async () => {
  const world = open()
  await world.check()
  world.keeper.dispose()
  await world.answer('c1', { status: 'idle' })
  expect(world.busy()).toEqual(['c1', 'c2'])
})
