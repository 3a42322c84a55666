import type { Clock } from './types'

/** The longest delay that `setTimeout` takes; a longer one fires at once. */
export const MAX_DELAY = 2 ** 31 - 1

/** The default clock. The globals are read late, so that fake timers installed after import are used. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
}

/** The default source of chance: a number from 0 up to 1. */
export const systemRandom = (): number => Math.random()
