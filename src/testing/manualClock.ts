import { MAX_DELAY } from '../clock'
import type { Clock } from '../types'
import { flushMicrotasks } from './flush'

/** A clock that stands still until the test moves it. */
export interface ManualClock extends Clock {
  /** How many timers are armed. */
  readonly pending: number
  /** Lets `ms` pass: runs the timers that fall due, in their order, each at its own time. No promise callback runs in between. */
  advance(ms: number): void
  /**
   * The same, with all promise callbacks run before, after each timer (at its time) and at the end, as
   * `jest.advanceTimersByTimeAsync` does. Timers that these callbacks arm run too, where they fall due by then.
   *
   * @param step Stop every `step` ms as well, and run promise callbacks there. Default: only where a timer ran.
   */
  advanceAsync(ms: number, step?: number): Promise<void>
  /** Moves time on without running a timer, as sleep does. What is overdue then runs with `runDue` or `advance`. */
  jump(ms: number): void
  /** Sets the clock on or (below zero) back: `now()` changes by `ms`, and timers run after as long as they would have. */
  shift(ms: number): void
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
  /** How far the clock was set on or back. */
  let shift = 0
  let handles = 0
  const timers = new Map<number, Timer>()

  const earliest = (until: number): number | undefined => {
    let found: number | undefined
    for (const [handle, { at }] of timers) {
      if (at <= until && (found === undefined || at < timers.get(found)!.at)) found = handle
    }
    return found
  }

  let ranInPlace = 0
  /** Runs the first timer that is due at `until`, at its own time. */
  const runNext = (until: number): boolean => {
    const handle = earliest(until)
    if (handle === undefined) return false
    const timer = timers.get(handle)!
    timers.delete(handle)
    ranInPlace = timer.at > time ? 0 : ranInPlace + 1
    if (ranInPlace > LOOP_LIMIT)
      throw new Error(`Manual clock: ${LOOP_LIMIT} timers ran at ${time} without time moving on`)
    time = Math.max(time, timer.at)
    timer.run()
    return true
  }

  const runUntil = (until: number): void => {
    ranInPlace = 0
    while (runNext(until));
    time = Math.max(time, until)
  }

  const runUntilAsync = async (until: number): Promise<void> => {
    ranInPlace = 0
    do {
      while (runNext(until)) await flushMicrotasks()
      time = Math.max(time, until)
      await flushMicrotasks()
    } while (earliest(until) !== undefined)
  }

  return {
    now: () => time + shift,
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
      do await runUntilAsync(Math.min(until, time + Math.max(step, 1)))
      while (time < until)
    },
    jump(ms) {
      time += ms
    },
    shift(ms) {
      shift += ms
    },
    runDue: () => runUntil(time),
  }
}
