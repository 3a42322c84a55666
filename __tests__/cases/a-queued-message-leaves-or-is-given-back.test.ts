/** A message of a shared queue leaves, or its text is given back: whoever held its place, and whatever became of them. */
import { queuedMoved, signals, stateRestored } from 'redux-turnkeeper'
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

/** So often a place is asked for before the message is given back. */
const CLAIMS = 3

test.each([
  [
    'rejects once',
    'sent',
    (nth: number) => (nth === 1 ? Promise.reject(new Error('lock')) : Promise.resolve(true)),
  ],
  ['never settles', 'asked again', () => new Promise<boolean>(() => undefined)],
  ['is granted at last', 'sent', (nth: number) => Promise.resolve(nth === CLAIMS)],
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
  if (becomes === 'given back') expect(queue.asked).toHaveLength(CLAIMS)
})

describe('what a tab tells of its queue, and hears of it', () => {
  /** A tab in which a turn from elsewhere runs, and the other end of its queue. */
  async function tab(claim: () => Promise<boolean> = () => Promise.resolve(true)) {
    const said: string[] = []
    let hear: Parameters<SharedQueuePort['subscribe']>[0] = () => undefined
    const port: SharedQueuePort = {
      publish: ({ turnId, input }) => void said.push(`${turnId}: ${String(input)}`),
      withdraw: (turnId) => void said.push(`${turnId} is gone`),
      subscribe(listener) {
        hear = listener
        return () => undefined
      },
      claim,
    }
    const lab = createLab({}, { features: [sharedQueue(port)] })
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r0' }))
    const over = () => lab.dispatch(signals.turnEnded({ ...c1, runId: 'r0', reason: 'complete' }))
    return { lab, said, over, hear: (event: Parameters<typeof hear>[0]) => hear(event) }
  }
  const message = (turnId: string) => ({ ...c1, turnId, input: `text of ${turnId}`, hidden: false })

  test('each message is published once, with its own text', async () => {
    const { lab, said } = await tab()
    for (const id of ['t1', 't2']) await lab.submit(id)
    await lab.dispatch(queuedMoved({ turnId: 't2', before: 't1' }))
    expect(said).toEqual(['t1: text of t1', 't2: text of t2'])
  })

  test('one that was refused as busy is not published again', async () => {
    const { lab, said, over } = await tab()
    await lab.submit('t1')
    await over()
    await lab.advance(1)
    lab.backend.refuse('send', { reason: 'busy' }, 't1')
    await lab.dispatch()
    expect([lab.queue(), said]).toEqual([['t1'], ['t1: text of t1', 't1 is gone']])
  })

  test('one that is here already is not submitted again', async () => {
    const { lab, hear } = await tab()
    hear({ type: 'published', message: message('t1') })
    const before = lab.recorder.actions.length
    hear({ type: 'published', message: message('t1') })
    expect([lab.queue(), lab.recorder.actions.length]).toEqual([['t1'], before])
  })

  test('one that another tab has sent is out, and one that was withdrawn there is gone without a record', async () => {
    const { lab, hear } = await tab()
    for (const id of ['t1', 't2']) hear({ type: 'published', message: message(id) })
    hear({ type: 'withdrawn', turnId: 't1', taken: true })
    hear({ type: 'withdrawn', turnId: 't2', taken: false })
    expect(lab.turn('t1')).toMatchObject({ sendState: 'accepted', sendNonce: null })
    expect([lab.turn('t2'), lab.record('t2'), lab.drafts()]).toEqual([undefined, undefined, []])
    await lab.dispatch()
  })

  test('a queue that fails again and again is reported by its name', async () => {
    const { lab, over } = await tab(() => Promise.reject(new Error('lock')))
    await lab.submit('t1')
    lab.backend.world('c1', { status: 'idle' })
    await over()
    await lab.advance(60_000)
    expect(lab.problems.map(({ kind }) => kind)).toEqual(['failing sharedQueue'])
  })
})
