import { flushMicrotasks } from '../testing'
import type { Clock } from '../types'

/** The timers of one tab, or of the network, over the shared time. */
export interface Timers extends Clock {
  readonly pending: number
  /** While set, timers run only at these marks: how a hidden tab is throttled. */
  throttle: { readonly since: number; readonly every: number } | null
  /** While set, no timer runs: the tab is asleep while others are not. */
  frozen: boolean
}

export interface Time {
  /** What the clock says: it may be set on or back. */
  now(): number
  /** How long the run has taken, ms: no setting of the clock changes it. */
  elapsed(): number
  timers(): Timers
  /** Lets time pass in steps of at most 500 ms, running each timer that falls due at its own time. */
  advance(ms: number, afterEach?: () => boolean | void): Promise<void>
  /** Moves time without running any timer. */
  jump(ms: number): void
  /** Sets the clock on or (below zero) back. Timers run after as long as they would have. */
  shift(ms: number): void
}

const STEP = 500
const LOOP_LIMIT = 10_000

interface Timer {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** Lets all promise callbacks run that can, however long their chain; no timer is touched. */
export async function settle(): Promise<void> {
  await flushMicrotasks()
  await flushMicrotasks()
}

/** One time for all tabs of a run. */
export function createTime(start: number): Time {
  /** The time that timers know. */
  let now = start
  /** How far the clock was set on or back. */
  let shifted = 0
  let order = 0
  const sources = new Set<{ readonly timers: Timers; readonly set: Map<number, Timer> }>()

  const dueAt = ({ throttle }: Timers, { at }: Timer): number => {
    if (!throttle) return at
    const { since, every } = throttle
    return since + Math.max(1, Math.ceil((at - since) / every)) * every
  }

  const earliest = () => {
    let found: { readonly due: number; readonly timer: Timer; readonly take: () => void } | undefined
    for (const { timers, set } of sources) {
      if (timers.frozen) continue
      for (const [handle, timer] of set) {
        const due = dueAt(timers, timer)
        if (!found || due < found.due || (due === found.due && timer.order < found.timer.order)) {
          found = { due, timer, take: () => set.delete(handle) }
        }
      }
    }
    return found
  }

  return {
    now: () => now + shifted,
    elapsed: () => now - start,
    timers() {
      const set = new Map<number, Timer>()
      const timers: Timers = {
        now: () => now + shifted,
        setTimeout(callback, ms) {
          order += 1
          set.set(order, { at: now + Math.max(0, ms), order, run: callback })
          return order
        },
        clearTimeout: (handle) => void set.delete(handle as number),
        get pending() {
          return set.size
        },
        throttle: null,
        frozen: false,
      }
      sources.add({ timers, set })
      return timers
    },
    async advance(ms, afterEach) {
      const until = now + ms
      let inPlace = 0
      await settle()
      for (;;) {
        const next = earliest()
        const stop = Math.min(until, now + STEP)
        if (next && next.due <= stop) {
          inPlace = next.due > now ? 0 : inPlace + 1
          if (inPlace > LOOP_LIMIT) throw new Error(`${LOOP_LIMIT} timers ran without time moving on`)
          now = Math.max(now, next.due)
          next.take()
          next.timer.run()
        } else {
          if (now === until) return
          now = stop
        }
        await settle()
        if (afterEach?.() === true) return
      }
    },
    jump(ms) {
      now += ms
    },
    shift(ms) {
      shifted += ms
    },
  }
}
