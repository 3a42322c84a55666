/** The server's clock for the tests: real time, or slower than that, and time that is skipped. */
import type { Clock } from '../../examples/chat/server/clock'

interface Pending {
  readonly at: number
  readonly run: () => void
  handle?: ReturnType<typeof setTimeout>
}

export interface SkippingClock extends Clock {
  /** Lets so many ms pass at once; what falls due on the way runs in its order, each at its own time. */
  skip(ms: number): void
}

/** `pace`: how many of its milliseconds pass in one of real time. */
export function createSkippingClock(pace = 1): SkippingClock {
  const began = Date.now()
  let skipped = 0
  const pending = new Set<Pending>()
  const now = (): number => Math.round(began + (Date.now() - began) * pace) + skipped

  const fire = (entry: Pending): void => {
    clearTimeout(entry.handle)
    if (pending.delete(entry)) entry.run()
  }
  const arm = (entry: Pending): void => {
    clearTimeout(entry.handle)
    const delay = Math.min(Math.max((entry.at - now()) / pace, 0), 2 ** 31 - 1)
    entry.handle = setTimeout(() => fire(entry), delay)
  }
  const earliest = (): Pending | undefined =>
    [...pending].reduce<Pending | undefined>(
      (first, entry) => (first && first.at <= entry.at ? first : entry),
      undefined,
    )

  return {
    now,
    setTimeout(run, ms) {
      const entry: Pending = { at: now() + ms, run }
      pending.add(entry)
      arm(entry)
      return entry
    },
    clearTimeout(handle) {
      const entry = handle as Pending | undefined
      if (entry === undefined || !pending.delete(entry)) return
      clearTimeout(entry.handle)
    },
    skip(ms) {
      const until = now() + ms
      for (let next = earliest(); next && next.at <= until; next = earliest()) {
        skipped += Math.max(next.at - now(), 0)
        fire(next)
      }
      skipped += Math.max(until - now(), 0)
      for (const entry of pending) arm(entry)
    },
  }
}
