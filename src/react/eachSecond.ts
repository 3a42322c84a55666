import type { Clock } from '../types'

export const SECOND = 1_000

type Subscribe = (since: number, tick: () => void) => () => void

// By clock, since a clock keeps nothing of a store: all components that show time pass share one timer.
const byClock = new WeakMap<Clock, Subscribe>()

/** Calls `tick` at each whole second after `since`. One timer serves all that wait; without them there is none. */
export const eachSecond = (clock: Clock, since: number, tick: () => void): (() => void) =>
  (byClock.get(clock) ?? createSeconds(clock))(since, tick)

function createSeconds(clock: Clock): Subscribe {
  const waiting = new Map<() => void, number>()
  let timer: unknown

  // In step with the one that has waited longest, so that its seconds neither drift nor lag.
  const arm = (): void => {
    clock.clearTimeout(timer)
    const [since] = waiting.values()
    if (since !== undefined) timer = clock.setTimeout(run, SECOND - ((clock.now() - since) % SECOND))
  }
  const run = (): void => {
    waiting.forEach((_, tick) => tick())
    arm()
  }

  const subscribe: Subscribe = (since, tick) => {
    waiting.set(tick, since)
    arm()
    return () => {
      waiting.delete(tick)
      arm()
    }
  }
  byClock.set(clock, subscribe)
  return subscribe
}
