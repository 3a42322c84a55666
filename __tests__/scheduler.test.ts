/** The keeper's one timer: armed for what is due first, never longer than a timer can be, and not fooled by sleep. */
import { endTurn, signals } from 'redux-turnkeeper'
import type { Clock } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment } from 'redux-turnkeeper/testing'
import { createLab } from './laws/lab'
import type { LabOptions } from './laws/lab'

const LONGEST = 2 ** 31 - 1
const START = 1_000_000
const WAKE_GAP = 5_000
const HIDDEN_WAKE_GAP = 75_000

/** A lab whose timers are watched: when each was armed to run. */
function createWatched(options: LabOptions = {}) {
  const manual = createManualClock(START)
  const armed: { readonly at: number; readonly ms: number }[] = []
  const clock = Object.assign(Object.create(manual) as typeof manual, {
    setTimeout(...[callback, ms]: Parameters<Clock['setTimeout']>) {
      armed.push({ at: manual.now() + ms, ms })
      return manual.setTimeout(callback, ms)
    },
  })
  const lab = createLab({ clock, ...options }, { clock })
  return { lab, clock, armed, next: () => armed.at(-1)!.at - START }
}

const start = signals.turnStarted({ conversationId: 'c1', turnId: 't1' })

describe('one timer', () => {
  test('is armed for the earliest deadline, and armed anew only where that changes', async () => {
    const { lab, clock, armed, next } = createWatched()
    await lab.start('t1', 'c1')
    expect(next()).toBe(10_000)
    await lab.advance(3_000)
    const before = armed.length
    await lab.start('t2', 'c2')
    await lab.progress('t2', 'c2')
    expect(armed).toHaveLength(before)
    expect([next(), clock.pending]).toEqual([10_000, 1])
    await lab.progress('t1', 'c1', 'tool_open')
    expect([next(), clock.pending]).toEqual([13_000, 1])
  })

  test('goes with the last deadline', async () => {
    const { lab, clock } = createWatched({ ports: {} })
    await lab.dispatch(start)
    expect(clock.pending).toBe(1)
    await lab.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }))
    expect(clock.pending).toBe(0)
  })

  test('a deadline that is moved on does not fire at its old time', async () => {
    const { lab } = createWatched()
    await lab.start()
    await lab.advance(9_000)
    await lab.progress('t1', 'c1', 'tool_open')
    await lab.advance(9_999)
    expect(lab.backend.of('status')).toEqual([])
    await lab.advance(1)
    expect(lab.backend.of('status')).toHaveLength(1)
  })

  test('deadlines that fall due together run in one go, and the next is armed after them', async () => {
    const { lab, clock } = createWatched({ hardLimit: 30_000, ports: {} })
    for (let i = 0; i < 20; i++)
      await lab.dispatch(signals.turnStarted({ conversationId: `c${i}`, turnId: `t${i}` }))
    await lab.advance(29_999)
    expect([lab.history().length, clock.pending]).toEqual([0, 1])
    await lab.advance(1)
    expect([lab.history().length, clock.pending]).toEqual([20, 0])
  })

  test('one deadline that throws is reported, and takes no other with it', async () => {
    const raised: string[] = []
    const { lab } = createWatched({
      hardLimit: 10_000,
      environment: {
        ...createManualEnvironment(),
        hidden: () => {
          throw new Error('no page')
        },
      },
      onError: (_error, { raisedBy }) => void raised.push(raisedBy),
    })
    await lab.start()
    await lab.advance(10_000)
    expect(raised[0]).toBe('scheduler')
    expect(lab.last()).toMatchObject({ turnId: 't1', reason: 'timeout' })
  })
})

describe('a deadline further off than a timer can be', () => {
  test('is reached in steps, and nothing is done at the steps', async () => {
    const { lab, clock, armed } = createWatched({ ports: {}, stallTimeout: 3 * LONGEST })
    await lab.dispatch(start)
    expect(armed.at(-1)!.ms).toBe(LONGEST)
    const actions = lab.recorder.actions.length
    clock.advance(3 * LONGEST - 1)
    expect([lab.live()?.isStalled, lab.recorder.actions.length]).toEqual([false, actions])
    expect(Math.max(...armed.map(({ ms }) => ms))).toBe(LONGEST)
    clock.advance(1)
    expect(lab.live()?.isStalled).toBe(true)
  })
})

describe('sleep', () => {
  test('a gap is a wake: status checks first, and no deadline fires for the time slept', async () => {
    const { lab, clock } = createWatched({ hardLimit: 60_000 })
    await lab.start()
    clock.jump(3_600_000)
    const from = lab.recorder.actions.length
    clock.runDue()
    await lab.dispatch()
    expect(lab.recorder.types().slice(from, from + 3)).toEqual([
      'turnkeeper/internal/woke',
      'turnkeeper/internal/streamOpenClaimed',
      'turnkeeper/internal/statusCheckStarted',
    ])
    expect(lab.history()).toEqual([])
    expect(lab.backend.of('open').map(({ key }) => key)).toEqual(['wake'])
    expect(lab.live()).toMatchObject({ turnId: 't1', limitAt: START + 60_000 + 3_600_000 })
  })

  test.each([
    [WAKE_GAP - 1, []],
    [WAKE_GAP, ['turnkeeper/internal/woke']],
  ])('a timer that runs %d ms late: %p', async (late, woke) => {
    const { lab, clock } = createWatched()
    await lab.start()
    clock.jump(10_000 + late)
    clock.runDue()
    await lab.dispatch()
    expect(lab.recorder.types('turnkeeper/internal/woke')).toEqual(woke)
  })

  test('what is known to have been slept is the time since the timer was armed', async () => {
    const { lab, clock } = createWatched()
    await lab.start()
    await lab.advance(4_000)
    clock.jump(100_000)
    clock.runDue()
    await lab.dispatch()
    const [woke] = lab.recorder.actions.filter(({ type }) => type === 'turnkeeper/internal/woke')
    expect(woke?.payload).toEqual({ shiftMs: 104_000 })
  })

  test('a clock that is set back is a wake: deadlines move with it, and nothing waits for as long', async () => {
    const { lab, clock } = createWatched({ hardLimit: 60_000 })
    await lab.start()
    clock.shift(-600_000)
    await lab.advance(10_000)
    const [woke] = lab.recorder.actions.filter(({ type }) => type === 'turnkeeper/internal/woke')
    expect(woke?.payload).toEqual({ shiftMs: -600_000 })
    expect(lab.backend.of('status')).toHaveLength(1)
    expect(lab.live()).toMatchObject({ turnId: 't1', limitAt: START + 60_000 - 600_000 })
    await lab.advance(49_999)
    expect(lab.history()).toEqual([])
    await lab.advance(1)
    expect(lab.last()).toMatchObject({ turnId: 't1', reason: 'timeout' })
  })

  test('mirror: time that passes with its timers is none', async () => {
    const { lab } = createWatched()
    await lab.start()
    await lab.advance(600_000, 1_000)
    expect(lab.recorder.types('turnkeeper/internal/woke')).toEqual([])
  })
})

describe('a hidden tab', () => {
  test('whose timers run a second late is not awoken, and checks nothing until it is shown', async () => {
    const { lab, clock } = createWatched()
    await lab.start()
    lab.environment.emit('hidden')
    for (let second = 0; second < 60; second++) {
      clock.jump(1_000)
      clock.runDue()
      await lab.dispatch()
    }
    expect([lab.backend.of('status'), lab.recorder.types('turnkeeper/internal/woke')]).toEqual([[], []])
    expect(lab.busy()).toBe(true)
    lab.environment.emit('visible')
    await lab.dispatch()
    expect(lab.backend.of('status').map(({ key }) => key)).toEqual(['c1'])
  })

  test('whose timers run once a minute is not awoken, and checks nothing until it is shown', async () => {
    const { lab, clock } = createWatched()
    await lab.start()
    lab.environment.emit('hidden')
    for (let minute = 0; minute < 10; minute++) {
      clock.jump(60_000)
      clock.runDue()
      await lab.dispatch()
    }
    expect([lab.backend.of('status'), lab.recorder.types('turnkeeper/internal/woke')]).toEqual([[], []])
    expect([lab.phase(), lab.live()?.isUnverified]).toEqual(['thinking', false])
    lab.environment.emit('visible')
    await lab.dispatch()
    expect([lab.backend.of('status').length, lab.live()?.isUnverified]).toEqual([1, false])
  })

  test.each([
    [HIDDEN_WAKE_GAP - 1, []],
    [HIDDEN_WAKE_GAP, ['turnkeeper/internal/woke']],
  ])('whose timer runs %d ms late: %p', async (late, woke) => {
    const { lab, clock } = createWatched()
    await lab.start()
    lab.environment.emit('hidden')
    clock.jump(10_000 + late)
    clock.runDue()
    await lab.dispatch()
    expect(lab.recorder.types('turnkeeper/internal/woke')).toEqual(woke)
  })

  test('that slept is unverified: a reason to check, also while it is hidden, and at most once a minute', async () => {
    const { lab, clock } = createWatched()
    await lab.start()
    lab.backend.auto.delete('status')
    lab.environment.emit('hidden')
    clock.jump(3_600_000)
    clock.runDue()
    await lab.dispatch()
    expect([lab.live()?.isUnverified, lab.backend.of('status').length]).toEqual([true, 1])
    lab.backend.refuse('status')
    await lab.advance(59_000)
    expect([lab.live()?.isUnverified, lab.backend.of('status').length]).toEqual([true, 1])
    await lab.advance(2_000)
    expect(lab.backend.of('status').length).toBe(2)
    await lab.answer({ c1: { status: 'running', runId: 'r-t1' } })
    expect(lab.live()?.isUnverified).toBe(false)
  })

  test('mirror: a turn that lives on while hidden needs no check when it is shown, but gets one', async () => {
    const { lab } = createWatched()
    await lab.start()
    lab.environment.emit('hidden')
    await lab.progress()
    lab.environment.emit('visible')
    await lab.dispatch()
    expect(lab.backend.of('status')).toHaveLength(1)
    expect(lab.live()?.isUnverified).toBe(false)
  })
})

describe('disposing', () => {
  test('leaves no timer, and none is armed after it', async () => {
    const { lab, clock, armed } = createWatched()
    await lab.start()
    await lab.checkStatus()
    expect(clock.pending).toBe(1)
    lab.keeper.dispose()
    expect(clock.pending).toBe(0)
    const before = armed.length
    await lab.dispatch(
      signals.turnStarted({ conversationId: 'c2', turnId: 't2' }),
      signals.turnProgressed({ conversationId: 'c2', turnId: 't2', kind: 'output' }),
    )
    lab.environment.emit('visible')
    await lab.advance(60_000)
    expect([armed.length, lab.busy('c2')]).toEqual([before, true])
  })
})
