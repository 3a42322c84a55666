import { freeze } from '@reduxjs/toolkit'

/**
 * Freezes what a plain reducer returns, outside production: what Immer does for other slices, and what lets the
 * immutability check stop at the first frozen object instead of walking everything.
 */
export function frozen<T>(state: T): T {
  return process.env.NODE_ENV === 'production' ? state : freeze(state, true)
}
