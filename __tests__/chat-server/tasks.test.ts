/** What the agent does beside its turns: tasks that outlive them, wake-ups, a model that has to be asked again. */
import { createHarness } from './client'
import type { Harness } from './client'

const NOTES = 'Read the notes of last year'
const PRICES = 'Compare the prices'

let chat: Harness
beforeEach(async () => {
  chat = await createHarness()
})
afterEach(() => chat.close())

const tasks = () => chat.truth('lisbon').tasks!.map(({ name, state }) => `${name}: ${state}`)
async function research() {
  await chat.run('lisbon', 't1', 'research this')
  chat.clock.advance(5_000)
  expect(chat.truth('lisbon').status).toBe('idle')
}

test('tasks outlive their turn, rest, and end; each is told of by its id and its name', async () => {
  const stream = await chat.listen()
  await research()
  expect(tasks()).toEqual([`${NOTES}: running`, `${PRICES}: running`])
  chat.clock.advance(4_000)
  expect(tasks()).toEqual([`${NOTES}: running`, `${PRICES}: paused`])
  chat.clock.advance(60_000)
  expect(tasks()).toEqual([])
  let ended = 0
  const frames = await stream.until(
    ({ name, value }) =>
      name === 'task' && (value as { state: string }).state === 'completed' && ++ended === 2,
  )
  const told = frames.flatMap(({ name, value, metadata }) =>
    name === 'task' ? [{ ...(value as object), ...metadata }] : [],
  )
  const of = (id: string, name: string, state: string) => ({ id, name, state, threadId: 'lisbon' })
  expect(told).toEqual([
    of('task-1', NOTES, 'running'),
    of('task-2', PRICES, 'running'),
    of('task-2', PRICES, 'paused'),
    of('task-2', PRICES, 'running'),
    of('task-1', NOTES, 'completed'),
    of('task-2', PRICES, 'completed'),
  ])
})

test('a task is stopped by its id, after a moment; one that is not there is refused', async () => {
  await research()
  expect((await chat.post('/tasks/stop', { id: 'task-1' })).body).toEqual({ status: 'acknowledged' })
  expect(tasks()).toHaveLength(2)
  chat.clock.advance(1_000)
  expect(tasks()).toEqual([`${PRICES}: running`])
  expect((await chat.post('/tasks/stop', { id: 'task-1' })).body).toEqual({
    status: 'refused',
    reason: 'not_running',
  })
})

test('a wake-up begins a turn by itself; where one runs, after it', async () => {
  await chat.run('lisbon', 't1', 'do it later')
  chat.clock.advance(10_000)
  expect(chat.truth('lisbon')).toMatchObject({ status: 'idle', scheduled: { name: 'look at the build' } })
  await chat.run('lisbon', 't2', 'a long one')
  chat.clock.advance(15_000)
  expect(chat.truth('lisbon')).toMatchObject({ turnId: 't2', scheduled: { name: 'look at the build' } })
  chat.clock.advance(30_000)
  expect(chat.truth('lisbon').scheduled).toBeNull()
  expect(chat.server.agent.transcript('lisbon').messages.map(({ text }) => text)).toContain(
    'Wake-up: look at the build',
  )
})

test('tasks and wake-ups are lost with their process', async () => {
  await research()
  await chat.run('flaky', 't2', 'do it later')
  chat.clock.advance(5_000)
  await chat.fault('restart')
  expect(tasks()).toEqual([])
  expect(chat.truth('flaky').scheduled).toBeNull()
})

test('a rate limit says which attempt comes, and when', async () => {
  const stream = await chat.listen()
  await chat.fault('limit')
  await chat.run('lisbon', 't1')
  chat.clock.advance(60_000)
  const frames = await stream.until(({ type }) => type === 'RUN_FINISHED')
  const told = frames.flatMap(({ name, value }) => (name === 'retrying' ? [value] : []))
  const message = 'The model is overloaded.'
  expect(told).toEqual([
    { attempt: 2, limit: 5, inMs: 9_000, message },
    { attempt: 3, limit: 5, inMs: 9_000, message },
  ])
})
