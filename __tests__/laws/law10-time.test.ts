/** Law 10: time counts while it is observed. */
import { signals, stateRestored, workStarted } from 'redux-turnkeeper'
import { createManualClock } from 'redux-turnkeeper/testing'
import { woke } from '../../src/actions'
import { createLab } from './lab'
import type { LabOptions } from './lab'

const HOUR = 3_600_000

describe('law 10: a gap between timer runs is a wake', () => {
  test('no deadline fires for the time that was slept: a status check goes first', async () => {
    const lab = createLab({ hardLimit: 60_000 })
    await lab.start()
    await lab.advance(5_000)
    lab.backend.auto.delete('status')
    lab.clock.jump(HOUR)
    lab.clock.runDue()
    await lab.dispatch()
    expect([lab.busy(), lab.history()]).toEqual([true, []])
    expect(lab.recorder.types('turnkeeper/internal/turnOverdue')).toEqual([])
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

  test('a request that left before the sleep does not hold the status check back', async () => {
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
    expect(lab.recorder.types('turnkeeper/internal/woke')).toEqual([])
  })

  test('mirror: a timer that is a little late is no sleep', async () => {
    const lab = createLab()
    await lab.start()
    lab.clock.jump(12_000)
    lab.clock.runDue()
    await lab.dispatch()
    expect(lab.recorder.types('turnkeeper/internal/woke')).toEqual([])
  })
})

describe('law 10: a clock that is set back', () => {
  /** Timers run on all the same: it is only said to be earlier. */
  const createLateLab = (options: LabOptions = {}) =>
    createLab(options, { clock: createManualClock(1_700_000_000_000) })

  test.each([HOUR, 30 * 24 * HOUR])('by %d ms holds no check back', async (ms) => {
    const lab = createLateLab()
    await lab.start()
    await lab.advance(5_000)
    lab.clock.shift(-ms)
    await lab.advance(15_000)
    const asked = lab.backend.of('status').length
    expect(asked).toBeGreaterThan(0)
    await lab.advance(60_000)
    expect(lab.backend.of('status').length).toBeGreaterThan(asked + 3)
  })

  test('nor one that has a reason, in a hidden page', async () => {
    const lab = createLateLab()
    await lab.start()
    lab.environment.emit('hidden')
    const idle = signals.sessionReported({ conversationId: 'c1', status: 'idle' })
    await lab.dispatch(idle)
    await lab.advance(1_000)
    const asked = lab.backend.of('status').length
    lab.clock.shift(-HOUR)
    await lab.advance(60_000)
    await lab.dispatch(idle)
    await lab.advance(120_000)
    expect(lab.backend.of('status').length).toBeGreaterThan(asked)
  })

  test('nor the hard limit: what was left of it is left', async () => {
    const lab = createLateLab({ hardLimit: 60_000 })
    await lab.start()
    await lab.advance(20_000)
    lab.clock.shift(-HOUR)
    await lab.advance(30_000)
    expect(lab.busy()).toBe(true)
    await lab.advance(30_000)
    expect(lab.ends()).toEqual(['t1 timeout unknown inferred'])
  })

  test('nor a message that waits for its next attempt', async () => {
    const lab = createLateLab()
    lab.backend.world('c1', { status: 'idle' })
    await lab.submit()
    lab.backend.refuse('send', { reason: 'busy' })
    await lab.dispatch()
    lab.clock.shift(-HOUR)
    await lab.advance(30_000)
    expect(lab.sent()).toEqual(['t1', 't1'])
  })

  test('nor is the run that a prompt starts taken for an older one', async () => {
    const lab = createLateLab()
    await lab.accept('t1', 'c1', null)
    lab.clock.shift(-HOUR)
    lab.store.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r1' }))
    expect(lab.live()).toMatchObject({ turnId: 't1', runs: ['r1'] })
    await lab.signalEnd({ conversationId: 'c1', runId: 'r1', reason: 'complete' })
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('nor one that waits for a stop in flight', async () => {
    const lab = createLateLab({ stopScope: 'conversation' })
    await lab.start()
    await lab.submit('t2')
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    await lab.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    lab.clock.shift(-HOUR)
    await lab.advance(30_000)
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('nor the stream that is to be opened again', async () => {
    const lab = createLateLab()
    await lab.start()
    lab.backend.auto.delete('open')
    await lab.dispatch(signals.streamDropped({}))
    await lab.dispatch(signals.streamDropped({}))
    const opened = lab.backend.of('open').length
    lab.clock.shift(-HOUR)
    await lab.advance(60_000)
    expect(lab.backend.of('open').length).toBeGreaterThan(opened)
  })

  test('nor progress that a person is to see', async () => {
    const lab = createLateLab()
    await lab.start()
    await lab.progress()
    await lab.progress()
    lab.clock.shift(-HOUR)
    await lab.advance(1_000)
    const passed = lab.recorder.types(signals.turnProgressed.type).length
    for (let i = 0; i < 10; i++) {
      await lab.advance(1_000)
      await lab.progress()
    }
    expect(lab.recorder.types(signals.turnProgressed.type).length).toBeGreaterThan(passed + 5)
  })

  test('nor what runs beside: it expires in its own time', async () => {
    const lab = createLateLab({ backgroundRunExpiry: 60_000 })
    await lab.start()
    await lab.dispatch(signals.childOpened({ child: 'kid', parent: 'c1' }))
    lab.clock.shift(-HOUR)
    await lab.advance(90_000)
    expect(lab.entry()?.backgroundRuns).toEqual([])
  })

  test('mirror: a step of a second is none', async () => {
    const lab = createLateLab()
    await lab.start()
    await lab.advance(5_000)
    lab.clock.shift(-900)
    await lab.advance(10_000)
    expect(lab.recorder.types('turnkeeper/internal/woke')).toEqual([])
    expect(lab.backend.of('status').length).toBeGreaterThan(0)
  })
})

describe('law 10: clocks of others order nothing', () => {
  test.each([Number.MAX_SAFE_INTEGER, -HOUR, 0])(
    'a signal that claims to be of %d is stamped when it comes',
    async (at) => {
      const lab = createLab()
      await lab.start()
      await lab.advance(3_000)
      await lab.dispatch(
        signals.turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'tool_open' }, { at }),
      )
      expect(lab.live()).toMatchObject({ lastEvidenceAt: 1_003_000, checkAt: 1_013_000 })
    },
  )

  test('how long a run has been running is a length of time, shown and no more', async () => {
    const lab = createLab()
    await lab.dispatch(workStarted({ conversationId: 'c1', turnId: 't1', startedMsAgo: 90_000 }))
    expect(lab.live()).toMatchObject({
      startedAt: 1_000_000 - 90_000,
      lastEvidenceAt: 1_000_000,
      checkAt: 1_010_000,
    })
  })

  test.each([-HOUR, Number.NaN, Number.POSITIVE_INFINITY])(
    'and one that is none (%d) is not taken for one',
    async (startedMsAgo) => {
      const lab = createLab()
      await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r1', startedMsAgo }))
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
    await lab.checkStatus()
    lab.store.dispatch(signals.turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'tool_open' }))
    await lab.answer({ c1: { status: 'idle' } })
    expect(lab.clock.now()).toBe(1_000_000)
    expect(lab.busy()).toBe(true)
  })
})

describe('law 10: where the clock was set back by a minute, what was written down is as long ago as it was', () => {
  const MINUTE = 60_000

  test('of a turn: its start, its send, its evidence, its stop', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    const { startedAt, sentAt, acceptedAt, lastEvidenceAt, stop } = lab.turn()!
    await lab.dispatch(woke({ shiftMs: -MINUTE }))
    expect(lab.turn()).toMatchObject({
      startedAt: startedAt - MINUTE,
      sentAt: sentAt === null ? null : sentAt - MINUTE,
      acceptedAt: acceptedAt! - MINUTE,
      lastEvidenceAt: lastEvidenceAt - MINUTE,
      stop: { at: stop!.at - MINUTE },
    })
  })

  test('of a run that nobody has placed', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'other' }))
    const [run] = lab.entry()!.unplacedRuns
    await lab.dispatch(woke({ shiftMs: -MINUTE }))
    expect(lab.entry()!.unplacedRuns).toMatchObject([
      { startedAt: run!.startedAt - MINUTE, lastEvidenceAt: run!.lastEvidenceAt - MINUTE },
    ])
  })
})
