/** Law 3: a witnessed end is final; an inferred one is taken back by evidence that this same turn runs. */
import { signals, stateRestored } from 'redux-turnkeeper'
import { createLab } from './lab'

const address = { conversationId: 'c1', runId: 'r-t1' }
const RUNNING = [
  ['output', signals.turnProgressed({ ...address, kind: 'output' })],
  ['a start', signals.turnStarted(address)],
  ['a start under its own id', signals.turnStarted({ conversationId: 'c1', turnId: 't1' })],
  ['a retry', signals.turnRetrying(address)],
  ['a question', signals.inputRequested({ ...address, requestId: 'q' })],
] as const

describe('law 3: an inferred end is revoked', () => {
  test.each(RUNNING)('by %s of that turn', async (_what, evidence) => {
    const lab = createLab()
    await lab.start()
    await lab.end({ turnId: 't1', reason: 'rescued' })
    await lab.dispatch(evidence)
    expect(lab.live()).toMatchObject({ turnId: 't1', runs: ['r-t1'], revocations: 1 })
    expect(lab.history()).toEqual([])
  })

  test('by a status check that left after the end and finds it running', async () => {
    const lab = createLab()
    await lab.start()
    await lab.end({ turnId: 't1', reason: 'rescued' })
    await lab.dispatch(lab.keeper.checkStatus('c1'))
    expect(lab.live()?.turnId).toBe('t1')
  })

  test('and what it had left behind goes with it: the error, and the text it gave back', async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.lose('send')
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(60_000)
    expect([lab.drafts(), lab.error() === null]).toEqual([['text of t1'], false])
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
    expect([lab.busy(), lab.drafts(), lab.error()]).toEqual([true, [], null])
  })

  test('as often as it proves wrong; each proof makes the next “idle” harder to believe', async () => {
    const lab = createLab()
    lab.backend.world('c1', { status: 'idle' })
    await lab.start()
    lab.backend.world('c1', { status: 'idle' })
    const waited: number[] = []
    for (let i = 0; i < 2; i++) {
      const from = lab.clock.now()
      while (lab.busy()) await lab.advance(1_000)
      waited.push(lab.clock.now() - from)
      await lab.progress()
      expect(lab.busy()).toBe(true)
    }
    expect(waited[1]).toBeGreaterThan(waited[0]!)
  })

  test('mirror: not while a newer turn is active in the conversation', async () => {
    const lab = createLab()
    await lab.start()
    await lab.end({ turnId: 't1', reason: 'rescued' })
    await lab.start('t2')
    const t2 = lab.live()
    for (const [, evidence] of RUNNING) expect(lab.leaves(evidence)).toBe(true)
    expect(lab.live()).toBe(t2)
    expect(lab.ends()).toEqual(['t1 rescued unknown inferred'])
  })

  test('mirror: not by evidence of another turn, and not by history', async () => {
    const lab = createLab()
    await lab.start()
    await lab.end({ turnId: 't1', reason: 'rescued' })
    expect(lab.leaves(signals.turnProgressed({ ...address, kind: 'output', replayed: true }))).toBe(true)
    expect(lab.leaves(signals.turnStarted({ ...address, replayed: true }))).toBe(true)
    await lab.start('u1', 'c2')
    expect(lab.ends()).toEqual(['t1 rescued unknown inferred'])
    expect(lab.busy()).toBe(false)
  })

  test('mirror: not by a status check that left before the end', async () => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus('c1')
    await lab.end({ turnId: 't1', reason: 'rescued' })
    await lab.answer({ c1: { status: 'running', runId: 'r-t1' } })
    expect(lab.busy()).toBe(false)
  })
})

describe('law 3: a witnessed end is final', () => {
  test.each(['complete', 'cancelled', 'error', 'interrupted'] as const)(
    '%s: no evidence brings the turn back',
    async (reason) => {
      const lab = createLab()
      await lab.start()
      await lab.signalEnd({ ...address, reason })
      for (const [, evidence] of RUNNING) expect(lab.leaves(evidence)).toBe(true)
      expect(lab.busy()).toBe(false)
    },
  )

  test('nor does another end change its record, whoever says it', async () => {
    const lab = createLab()
    await lab.start()
    await lab.signalEnd({ ...address, reason: 'complete' })
    for (const reason of ['error', 'cancelled', 'rescued', 'interrupted'] as const) {
      expect(lab.leaves(signals.turnEnded({ ...address, reason }))).toBe(true)
    }
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('nor a status check that still says “running”', async () => {
    const lab = createLab()
    await lab.start()
    await lab.signalEnd({ ...address, reason: 'complete' })
    await lab.dispatch(lab.keeper.checkStatus('c1'))
    await lab.advance(60_000)
    expect(lab.busy()).toBe(false)
  })

  test('nor what survived a reload', async () => {
    const lab = createLab()
    await lab.start()
    await lab.signalEnd({ ...address, reason: 'complete' })
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
    await lab.signalEnd({ ...address, reason: 'error', error: { message: 'no credit' } })
    expect(lab.ends()).toEqual(['t1 error error witnessed'])
    expect(lab.last()).toMatchObject({ corrected: true, error: { message: 'no credit' } })
    expect(lab.busy()).toBe(false)
    expect(lab.told.map(({ outcome }) => outcome)).toEqual(['unknown', 'error'])
    expect(lab.leaves(signals.turnEnded({ ...address, reason: 'complete' }))).toBe(true)
  })

  test('also while a newer turn is active, which it leaves as it is', async () => {
    const lab = createLab()
    await lab.start()
    await lab.end({ turnId: 't1', reason: 'rescued' })
    await lab.start('t2')
    const t2 = lab.live()
    await lab.signalEnd({ ...address, reason: 'complete' })
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
    expect(lab.live()).toBe(t2)
  })
})
