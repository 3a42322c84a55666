/** Law 10: time counts while it is observed. */
import { stateRestored, turnProgressed, turnStarted, workStarted } from 'redux-turnkeeper'
import { createLab } from './lab'

const HOUR = 3_600_000

describe('law 10: a gap between timer runs is a wake', () => {
  test('no deadline fires for the time that was slept: a look-up goes first', async () => {
    const lab = createLab({ hardLimit: 60_000 })
    await lab.start()
    await lab.advance(5_000)
    lab.backend.auto.delete('status')
    lab.clock.jump(HOUR)
    lab.clock.runDue()
    await lab.dispatch()
    expect([lab.busy(), lab.history()]).toEqual([true, []])
    expect(lab.recorder.types('turns/checkDue')).toEqual([])
    expect(lab.backend.of('status', 'pending')).toHaveLength(1)
  })

  test('what was left of the hard limit is left after it', async () => {
    const lab = createLab({ hardLimit: 60_000 })
    await lab.start()
    await lab.advance(20_000)
    lab.clock.jump(HOUR)
    await lab.advance(0)
    await lab.advance(25_000)
    expect(lab.busy()).toBe(true)
    await lab.advance(15_000)
    expect(lab.ends()).toEqual(['t1 timeout unknown inferred'])
  })

  test('a request that left before the sleep does not hold the look-up back', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.auto.delete('status')
    await lab.advance(10_000)
    lab.clock.jump(HOUR)
    lab.clock.runDue()
    await lab.dispatch()
    expect(lab.backend.of('status').map(({ state }) => state)).toEqual(['aborted', 'pending'])
  })

  test('the stream is opened anew', async () => {
    const lab = createLab()
    await lab.start()
    lab.clock.jump(HOUR)
    lab.clock.runDue()
    await lab.dispatch()
    expect(lab.backend.of('open').map(({ key }) => key)).toEqual(['wake'])
  })

  test('mirror: the same hour, observed, is an hour', async () => {
    const lab = createLab({ hardLimit: 60_000 })
    await lab.start()
    await lab.advance(60_000)
    expect(lab.ends()).toEqual(['t1 timeout unknown inferred'])
    expect(lab.recorder.types('keeper/woke')).toEqual([])
  })

  test('mirror: a timer that is a little late is no sleep', async () => {
    const lab = createLab()
    await lab.start()
    lab.clock.jump(12_000)
    lab.clock.runDue()
    await lab.dispatch()
    expect(lab.recorder.types('keeper/woke')).toEqual([])
  })
})

describe('law 10: clocks of others order nothing', () => {
  test.each([Number.MAX_SAFE_INTEGER, -HOUR, 0])(
    'a frame that claims to be of %d is stamped when it comes',
    async (at) => {
      const lab = createLab()
      await lab.start()
      await lab.advance(3_000)
      await lab.dispatch(turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'tool_open' }, { at }))
      expect(lab.live()).toMatchObject({ lifeAt: 1_003_000, checkAt: 1_013_000 })
    },
  )

  test('how long a run has been running is a length of time, shown and no more', async () => {
    const lab = createLab()
    await lab.dispatch(workStarted({ conversationId: 'c1', turnId: 't1', startedMsAgo: 90_000 }))
    expect(lab.live()).toMatchObject({ startedAt: 1_000_000 - 90_000, lifeAt: 1_000_000, checkAt: 1_010_000 })
  })

  test.each([-HOUR, Number.NaN, Number.POSITIVE_INFINITY])(
    'and one that is none (%d) is not taken for one',
    async (startedMsAgo) => {
      const lab = createLab()
      await lab.dispatch(turnStarted({ conversationId: 'c1', runId: 'r1', startedMsAgo }))
      const startedAt = lab.live()?.startedAt ?? 1_000_000
      expect(startedAt).toBe(1_000_000)
    },
  )

  test('nor does what was kept over a reload put a beginning in the future', async () => {
    const lab = createLab()
    await lab.dispatch(
      stateRestored({ live: [{ conversationId: 'c1', turnId: 't1', startedAt: 9_000_000 }] }),
    )
    expect(lab.live()?.startedAt).toBeLessThanOrEqual(lab.clock.now())
  })

  test('of two events in one millisecond the later is the later', async () => {
    const lab = createLab()
    await lab.start()
    await lab.lookUp()
    lab.store.dispatch(turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'tool_open' }))
    await lab.answer({ c1: { status: 'idle' } })
    expect(lab.clock.now()).toBe(1_000_000)
    expect(lab.busy()).toBe(true)
  })
})
