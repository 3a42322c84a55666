/** Deadlines that throw, and by how much the clock has to move to be told: the thresholds of the one timer. */
import { createScheduler } from '../../src/middleware/scheduler'
import { createManualClock } from '../../src/testing'

const START = 1_000_000

function createWatched(onRun: (shiftMs: number) => void = () => undefined, isHidden = false) {
  const manual = createManualClock(START)
  let reads = 0
  const clock = Object.assign(Object.create(manual) as typeof manual, {
    now() {
      reads += 1
      return manual.now()
    },
  })
  const errors: unknown[] = []
  const scheduler = createScheduler(
    clock,
    () => isHidden,
    onRun,
    (error) => void errors.push(error),
  )
  const ran: string[] = []
  const runs = (name: string) => () => void ran.push(name)
  const throws = (message: string) => () => {
    throw new Error(message)
  }
  return { clock, errors, scheduler, ran, runs, throws, reads: () => reads }
}

test('a deadline that throws', () => {
  const { clock, errors, scheduler, ran, runs, throws } = createWatched()
  scheduler.set('one', START + 1_000, throws('one'))
  scheduler.set('two', START + 1_000, runs('two'))
  scheduler.set('three', START + 2_000, runs('three'))
  clock.advance(2_000)
  expect([errors, ran]).toEqual([[new Error('one')], ['two', 'three']])
})

test('what follows from a clock that has moved, and throws', () => {
  const told: number[] = []
  const { clock, errors, scheduler, ran, runs } = createWatched((shiftMs) => {
    if (shiftMs === 0) return
    told.push(shiftMs)
    throw new Error('moved')
  })
  scheduler.set('one', START + 10_000, runs('one'))
  clock.shift(-60_000)
  scheduler.observe(clock.now())
  expect([told, errors]).toEqual([[-60_000], [new Error('moved')]])
  clock.advance(70_000)
  expect([ran, clock.pending]).toEqual([['one'], 0])
})

const WAKE_GAP = 5_000
const BACK_GAP = 1_000

/** A move of the clock, and what is told of it. */
const SET_BACK: readonly [ms: number, told: readonly number[]][] = [
  [-BACK_GAP + 1, []],
  [-BACK_GAP, [-BACK_GAP]],
]
/** How late a deadline 10 s ahead is looked at, and what is told of that. */
const LATE: readonly [ms: number, told: readonly number[]][] = [
  [WAKE_GAP - 1, []],
  [WAKE_GAP, [10_000 + WAKE_GAP]],
]

/** By how much the clock was told to have moved. */
const moves = () => {
  const told: number[] = []
  return { told, ...createWatched((shiftMs) => void (shiftMs !== 0 && told.push(shiftMs))) }
}

test.each(LATE)('a timer that is taken back %i ms after its time', (late, expected) => {
  const { clock, scheduler, told, runs } = moves()
  scheduler.set('one', START + 10_000, runs('one'))
  clock.jump(10_000 + late)
  scheduler.set('earlier', START + 1, runs('earlier'))
  clock.runDue()
  expect(told).toEqual(expected)
})

test.each(SET_BACK)('a clock that was moved by %i ms while nothing was due', (ms, expected) => {
  const { clock, scheduler, told, runs } = moves()
  scheduler.set('one', START + 10_000, runs('one'))
  scheduler.clear('one')
  clock.shift(ms)
  scheduler.set('two', START + 20_000, runs('two'))
  clock.advance(30_000)
  expect(told).toEqual(expected)
})

test.each(SET_BACK)('a clock that was moved by %i ms before the timer ran', (ms, expected) => {
  const { clock, scheduler, told, runs } = moves()
  scheduler.set('one', START + 10_000, runs('one'))
  clock.shift(ms)
  clock.advance(30_000)
  expect(told).toEqual(expected)
})

test.each([
  [BACK_GAP - 1, [10_000 + WAKE_GAP]],
  [BACK_GAP, []],
])(
  'time that nobody was told of is of no concern %i ms after the last deadline went',
  (idleFor, expected) => {
    const { clock, scheduler, told, runs } = moves()
    scheduler.set('one', START + 10_000, runs('one'))
    clock.jump(10_000 + WAKE_GAP)
    scheduler.clear('one')
    clock.jump(idleFor)
    scheduler.set('two', START + 40_000, runs('two'))
    clock.advance(40_000)
    expect(told).toEqual(expected)
  },
)

test.each(LATE)('what is said %i ms after the next deadline', (late, expected) => {
  const { clock, scheduler, told, runs } = moves()
  scheduler.set('one', START + 10_000, runs('one'))
  clock.jump(10_000 + late)
  scheduler.observe(clock.now())
  expect(told).toEqual(expected)
})

test('where what is said shows no move of the clock, the clock is not read', () => {
  const { clock, scheduler, told, runs, reads } = moves()
  scheduler.set('one', START + 10_000, runs('one'))
  clock.jump(20_000)
  const before = reads()
  scheduler.observe(START)
  expect([reads() - before, told]).toEqual([0, []])
})

test('in a hidden page timers run late: what is said then tells of no move', () => {
  let runs = 0
  const { clock, scheduler } = createWatched(() => void (runs += 1), true)
  scheduler.set('one', START + 10_000, () => undefined)
  clock.jump(10_000 + WAKE_GAP)
  scheduler.observe(clock.now())
  expect(runs).toBe(0)
})
