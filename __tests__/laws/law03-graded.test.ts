/** Law 3: a witnessed end is final; an inferred one is taken back by witnessed life of that same turn. */
import {
  inputRequested,
  stateRestored,
  turnEnded,
  turnProgressed,
  turnRetrying,
  turnStarted,
} from 'redux-turnkeeper'
import { createLab } from './lab'

const address = { conversationId: 'c1', runId: 'r-t1' }
const LIFE = [
  ['output', turnProgressed({ ...address, kind: 'output' })],
  ['a start', turnStarted(address)],
  ['a start under its own id', turnStarted({ conversationId: 'c1', turnId: 't1' })],
  ['a retry', turnRetrying(address)],
  ['a question', inputRequested({ ...address, requestId: 'q' })],
] as const

describe('law 3: an inferred end is revoked', () => {
  test.each(LIFE)('by %s of that turn', async (_what, life) => {
    const lab = createLab()
    await lab.start()
    await lab.end({ turnId: 't1', reason: 'rescued' })
    await lab.dispatch(life)
    expect(lab.live()).toMatchObject({ turnId: 't1', runs: ['r-t1'], doubts: 1 })
    expect(lab.history()).toEqual([])
  })

  test('by a look-up that left after the end and finds it running', async () => {
    const lab = createLab()
    await lab.start()
    await lab.end({ turnId: 't1', reason: 'rescued' })
    await lab.dispatch(lab.keeper.lookUp('c1'))
    expect(lab.live()?.turnId).toBe('t1')
  })

  test('and what it had left behind goes with it: the error, and the text it gave back', async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.lose('send')
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(60_000)
    expect([lab.drafts(), lab.error() === null]).toEqual([['text of t1'], false])
    await lab.dispatch(turnStarted({ conversationId: 'c1', turnId: 't1' }))
    expect([lab.busy(), lab.drafts(), lab.error()]).toEqual([true, [], null])
  })

  test('as often as it proves wrong; each proof makes the next “idle” harder to believe', async () => {
    const lab = createLab()
    lab.backend.world('c1', { status: 'idle' })
    await lab.start()
    lab.backend.world('c1', { status: 'idle' })
    const lived: number[] = []
    for (let i = 0; i < 2; i++) {
      const from = lab.clock.now()
      while (lab.busy()) await lab.advance(1_000)
      lived.push(lab.clock.now() - from)
      await lab.progress()
      expect(lab.busy()).toBe(true)
    }
    expect(lived[1]).toBeGreaterThan(lived[0]!)
  })

  test('mirror: not while a newer turn owns the conversation', async () => {
    const lab = createLab()
    await lab.start()
    await lab.end({ turnId: 't1', reason: 'rescued' })
    await lab.start('t2')
    const t2 = lab.live()
    for (const [, life] of LIFE) expect(lab.leaves(life)).toBe(true)
    expect(lab.live()).toBe(t2)
    expect(lab.ends()).toEqual(['t1 rescued unknown inferred'])
  })

  test('mirror: not by the life of another turn, and not by history', async () => {
    const lab = createLab()
    await lab.start()
    await lab.end({ turnId: 't1', reason: 'rescued' })
    expect(lab.leaves(turnProgressed({ ...address, kind: 'output', replayed: true }))).toBe(true)
    expect(lab.leaves(turnStarted({ ...address, replayed: true }))).toBe(true)
    await lab.start('u1', 'c2')
    expect(lab.ends()).toEqual(['t1 rescued unknown inferred'])
    expect(lab.busy()).toBe(false)
  })

  test('mirror: not by a look-up that left before the end', async () => {
    const lab = createLab()
    await lab.start()
    await lab.lookUp('c1')
    await lab.end({ turnId: 't1', reason: 'rescued' })
    await lab.answer({ c1: { status: 'running', runId: 'r-t1' } })
    expect(lab.busy()).toBe(false)
  })
})

describe('law 3: a witnessed end is final', () => {
  test.each(['complete', 'cancelled', 'error', 'interrupted'] as const)(
    '%s: no life brings the turn back',
    async (reason) => {
      const lab = createLab()
      await lab.start()
      await lab.frameEnd({ ...address, reason })
      for (const [, life] of LIFE) expect(lab.leaves(life)).toBe(true)
      expect(lab.busy()).toBe(false)
    },
  )

  test('nor does another end change its record, whoever says it', async () => {
    const lab = createLab()
    await lab.start()
    await lab.frameEnd({ ...address, reason: 'complete' })
    for (const reason of ['error', 'cancelled', 'rescued', 'interrupted'] as const) {
      expect(lab.leaves(turnEnded({ ...address, reason }))).toBe(true)
    }
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('nor a look-up that still says “running”', async () => {
    const lab = createLab()
    await lab.start()
    await lab.frameEnd({ ...address, reason: 'complete' })
    await lab.dispatch(lab.keeper.lookUp('c1'))
    await lab.advance(60_000)
    expect(lab.busy()).toBe(false)
  })

  test('nor what survived a reload', async () => {
    const lab = createLab()
    await lab.start()
    await lab.frameEnd({ ...address, reason: 'complete' })
    expect(
      lab.leaves(stateRestored({ live: [{ conversationId: 'c1', turnId: 't1', runs: ['r-t1'] }] })),
    ).toBe(true)
  })
})

describe('law 3: a witnessed word about an end that was only inferred', () => {
  test('sets its record right, once, and does not open the turn', async () => {
    const lab = createLab()
    await lab.start()
    await lab.end({ turnId: 't1', reason: 'rescued' })
    await lab.frameEnd({ ...address, reason: 'error', error: { message: 'no credit' } })
    expect(lab.ends()).toEqual(['t1 error error witnessed'])
    expect(lab.last()).toMatchObject({ corrected: true, error: { message: 'no credit' } })
    expect(lab.busy()).toBe(false)
    expect(lab.told.map(({ outcome }) => outcome)).toEqual(['unknown', 'error'])
    expect(lab.leaves(turnEnded({ ...address, reason: 'complete' }))).toBe(true)
  })

  test('also while a newer turn lives, which it leaves as it is', async () => {
    const lab = createLab()
    await lab.start()
    await lab.end({ turnId: 't1', reason: 'rescued' })
    await lab.start('t2')
    const t2 = lab.live()
    await lab.frameEnd({ ...address, reason: 'complete' })
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
    expect(lab.live()).toBe(t2)
  })
})
