import { MAX_DELAY } from '../clock'
import type { Clock } from '../types'
import { flushMicrotasks } from './flush'

/** A clock that stands still until the test moves it. */
export interface ManualClock extends Clock {
  /** How many timers are armed. */
  readonly pending: number
  /** Lets `ms` pass: runs the timers that fall due, in their order, each at its own time. */
  advance(ms: number): void
  /** The same in steps of `step` ms (default: one step), with all promise callbacks run before, between and after. */
  advanceAsync(ms: number, step?: number): Promise<void>
  /** Moves time on without running a timer, as sleep does. What is overdue then runs with `runDue` or `advance`. */
  jump(ms: number): void
  /** Runs what is due now. */
  runDue(): void
}

interface Timer {
  readonly at: number
  readonly run: () => void
}

const LOOP_LIMIT = 10_000

/**
 * Makes a clock for `createTurnkeeper({ clock })` that a test moves by hand.
 *
 * As with the real `setTimeout`, a delay above 2^31-1 ms fires at once, and a timer that throws is spent.
 * Timers that arm each other without time moving on are reported after 10 000 of them.
 *
 * @param start What `now()` says first, ms since the epoch. Default 0.
 */
export function createManualClock(start = 0): ManualClock {
  let time = start
  let handles = 0
  const timers = new Map<number, Timer>()

  const earliest = (until: number): number | undefined => {
    let found: number | undefined
    for (const [handle, { at }] of timers) {
      if (at <= until && (found === undefined || at < timers.get(found)!.at)) found = handle
    }
    return found
  }

  const runUntil = (until: number): void => {
    let inPlace = 0
    for (let handle = earliest(until); handle !== undefined; handle = earliest(until)) {
      const timer = timers.get(handle)!
      timers.delete(handle)
      inPlace = timer.at > time ? 0 : inPlace + 1
      if (inPlace > LOOP_LIMIT)
        throw new Error(`Manual clock: ${LOOP_LIMIT} timers ran at ${time} without time moving on`)
      time = Math.max(time, timer.at)
      timer.run()
    }
    time = Math.max(time, until)
  }

  return {
    now: () => time,
    setTimeout(callback, ms) {
      const delay = ms > 0 && ms <= MAX_DELAY ? ms : 0
      timers.set(++handles, { at: time + delay, run: callback })
      return handles
    },
    clearTimeout(handle) {
      timers.delete(handle as number)
    },
    get pending() {
      return timers.size
    },
    advance: (ms) => runUntil(time + ms),
    async advanceAsync(ms, step = ms) {
      const until = time + ms
      await flushMicrotasks()
      do {
        runUntil(Math.min(until, time + Math.max(step, 1)))
        await flushMicrotasks()
      } while (time < until)
    },
    jump(ms) {
      time += ms
    },
    runDue: () => runUntil(time),
  }
}
