/** A queue that several tabs share leaves from a verified idle, also in a tab that hears nothing of the turn in front. */
import { signals } from 'redux-turnkeeper'
import type { StatusAnswer } from 'redux-turnkeeper'
import { sharedQueue } from 'redux-turnkeeper/sharedQueue'
import { createManualClock, createMemoryQueue } from 'redux-turnkeeper/testing'
import { createLab } from '../laws/lab'
import type { Lab } from '../laws/lab'

/** They share a clock: the timer of one would be taken for that of the other. */
const close = (...tabs: readonly Lab[]) => tabs.forEach(({ keeper }) => keeper.dispose())

async function twoTabs() {
  const queue = createMemoryQueue()
  const clock = createManualClock(1_000_000)
  const world: Record<string, StatusAnswer> = {}
  const open = (ids: string) =>
    createLab(
      { clock },
      {
        ids,
        clock,
        ports: (ports) => ({ ...ports, fetchStatus: async () => ({ ...world }) }),
        features: [sharedQueue(queue.port())],
      },
    )
  const [a, b] = [open('a'), open('b')]
  await a.submit('t1')
  a.backend.accept('send', { runId: 'r1' })
  world['c1'] = { status: 'running', runId: 'r1' }
  // Heard in one of the tabs alone.
  await a.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r1' }))
  await clock.advanceAsync(1_000)
  await a.submit('t2')
  await clock.advanceAsync(10)
  return { a, b, clock, world }
}

test('while a turn runs the message waits in both tabs', async () => {
  const { a, b, clock } = await twoTabs()
  expect([a.queue(), b.queue()]).toEqual([['t2'], ['t2']])
  await clock.advanceAsync(120_000, 1_000)
  expect([a.sent(), b.sent()]).toEqual([['t1'], []])
  close(a, b)
})

test('when it is over, one of them sends it, once', async () => {
  const { a, b, clock, world } = await twoTabs()
  world['c1'] = { status: 'idle', last: { runId: 'r1', outcome: 'complete' } }
  await clock.advanceAsync(60_000, 1_000)
  expect([...a.sent(), ...b.sent()]).toEqual(['t1', 't2'])
  close(a, b)
})

test('also where the tab that sent the first is gone by then', async () => {
  const { a, b, clock, world } = await twoTabs()
  a.keeper.dispose()
  world['c1'] = { status: 'idle', last: { runId: 'r1', outcome: 'complete' } }
  await clock.advanceAsync(60_000, 1_000)
  expect(b.sent()).toEqual(['t2'])
  close(a, b)
})
