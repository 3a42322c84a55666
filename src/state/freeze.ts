import { freeze } from '@reduxjs/toolkit'
import { isDevelopment } from '../isDevelopment'

/**
 * Freezes what a plain reducer returns, outside production: what Immer does for other slices, and what lets the
 * immutability check stop at the first frozen object instead of walking everything.
 */
export const frozen = <Value>(value: Value): Value => (isDevelopment() ? freeze(value, true) : value)
