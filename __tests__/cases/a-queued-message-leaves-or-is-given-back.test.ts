/** A message of a shared queue leaves, or its text is given back: whoever held its place, and whatever became of them. */
import { signals, stateRestored } from 'redux-turnkeeper'
import { sharedQueue } from 'redux-turnkeeper/sharedQueue'
import type { SharedQueuePort } from 'redux-turnkeeper/sharedQueue'
import { createManualClock, createMemoryQueue } from 'redux-turnkeeper/testing'
import { createLab } from '../laws/lab'
import type { Lab } from '../laws/lab'

const HOURS = 24 * 3_600_000
const c1 = { conversationId: 'c1' }

/** A message waits behind a turn from elsewhere, which then ends. */
async function waits(lab: Lab) {
  await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r0' }))
  await lab.submit('t1')
  await lab.dispatch(signals.turnEnded({ ...c1, runId: 'r0', reason: 'complete' }))
}

test('the tab that held its place was refused as busy, and reloads', async () => {
  const queue = createMemoryQueue()
  const clock = createManualClock(1_000_000)
  const open = (ids: string) => createLab({ clock }, { ids, clock, features: [sharedQueue(queue.port())] })
  const before = open('a')
  await waits(before)
  before.backend.refuse('send', { reason: 'busy' })
  await clock.advanceAsync(1)
  const kept = JSON.parse(JSON.stringify(before.keeper.selectors.selectPersisted(before.store.getState())))
  before.keeper.dispose()
  const lab = open('again')
  await lab.dispatch(stateRestored(kept))
  lab.backend.world('c1', { status: 'idle' })
  await clock.advanceAsync(HOURS, 600_000)
  expect([lab.sent(), lab.drafts()]).toEqual([[], ['text of t1']])
  expect(lab.errorCode()).toBe('queue_claim_failed')
})

/** A queue whose places are granted as `claim` says, and that tells nothing. */
const silent = (claim: (nth: number) => Promise<boolean>) => {
  const asked: number[] = []
  const port = (now: () => number): SharedQueuePort => ({
    publish: () => undefined,
    withdraw: () => undefined,
    subscribe: () => () => undefined,
    claim() {
      asked.push(now())
      return claim(asked.length)
    },
  })
  return { asked, port }
}

test.each([
  [
    'rejects once',
    'sent',
    (nth: number) => (nth === 1 ? Promise.reject(new Error('lock')) : Promise.resolve(true)),
  ],
  ['never settles', 'asked again', () => new Promise<boolean>(() => undefined)],
  ['answers false, and no word follows', 'given back', () => Promise.resolve(false)],
] as const)('a claim that %s: it is %s', async (_how, becomes, claim) => {
  const clock = createManualClock(1_000_000)
  const queue = silent(claim)
  const lab = createLab({ clock }, { clock, features: [sharedQueue(queue.port(() => clock.now()))] })
  lab.backend.auto.add('send')
  await waits(lab)
  lab.backend.world('c1', { status: 'idle' })
  expect(clock.pending).toBe(1)
  await clock.advanceAsync(600_000, 1_000)
  expect([lab.sent(), lab.drafts()]).toEqual([
    becomes === 'sent' ? ['t1'] : [],
    becomes === 'given back' ? ['text of t1'] : [],
  ])
  // It never waits without a next time, and never asks in a loop.
  expect(clock.pending).toBe(becomes === 'asked again' ? 1 : 0)
  expect(queue.asked.length).toBeLessThan(100)
  expect(queue.asked.length).toBeGreaterThan(becomes === 'asked again' ? 30 : 0)
})
