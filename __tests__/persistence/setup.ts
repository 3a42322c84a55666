import { combineSlices } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import type { TurnkeeperOptions } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment, createScriptedBackend } from 'redux-turnkeeper/testing'

/** One page load: a keeper of its own, over storage that outlives it. */
export function pageLoad(keeperId: string, options: Omit<TurnkeeperOptions, 'features'> = {}) {
  const clock = createManualClock(1_000_000)
  const backend = createScriptedBackend()
  let ids = 0
  const keeper = createTurnkeeper({
    ports: backend.ports,
    clock,
    environment: createManualEnvironment(),
    random: () => 0.5,
    createId: () => `${keeperId}${++ids}`,
    ...options,
  })
  return { clock, backend, keeper, reducer: combineSlices(keeper) }
}

/** Web storage as a persistence package sees it. */
export function createStorage() {
  const items = new Map<string, string>()
  return {
    items,
    getItem: (key: string) => Promise.resolve(items.get(key) ?? null),
    setItem: (key: string, value: string) => Promise.resolve(void items.set(key, value)),
    removeItem: (key: string) => Promise.resolve(void items.delete(key)),
  }
}

/** The checks of RTK's, without their complaint that they were slow: that is a matter of the machine. */
export const devChecks = {
  serializableCheck: { warnAfter: Infinity },
  immutableCheck: { warnAfter: Infinity },
} as const
