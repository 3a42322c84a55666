/** What throws as a deadline falls is reported, and keeps nothing else from its time. */
import { createScheduler } from '../../src/middleware/scheduler'
import { createManualClock } from '../../src/testing'

const START = 1_000_000

function createWatched(onRun: (shiftMs: number) => void = () => undefined) {
  const clock = createManualClock(START)
  const errors: unknown[] = []
  const scheduler = createScheduler(
    clock,
    () => false,
    onRun,
    (error) => void errors.push(error),
  )
  const ran: string[] = []
  const runs = (name: string) => () => void ran.push(name)
  const throws = (message: string) => () => {
    throw new Error(message)
  }
  return { clock, errors, scheduler, ran, runs, throws }
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
