/**
 * The middleware of a keeper. Effects are RTK listeners, on one listener middleware for each store; what is due at a time is
 * found in the state after each change, and dispatched by one scheduler.
 */
import type { Middleware } from '@reduxjs/toolkit'
import type { ResolvedOptions } from '../options'
import { createStoreMiddleware } from './storeMiddleware'
import type { RegisterListener } from './types'

export { contextRequested, keeperDisposed } from './control'
export { unmounted } from './reports'
export type { CommandContext } from './storeMiddleware'

/** Makes the middleware of a keeper. */
export function createKeeperMiddleware(
  options: ResolvedOptions,
  listeners: readonly RegisterListener[],
): { readonly middleware: Middleware; dispose(): void } {
  const disposers = new Set<{ deref(): (() => void) | undefined }>()

  const middleware: Middleware = (api) => {
    const store = createStoreMiddleware(api, options, listeners)
    const { dispose: end } = store
    // The Hermes of older React Natives has no WeakRef.
    disposers.add(typeof WeakRef === 'undefined' ? { deref: () => end } : new WeakRef(end))
    return store.handle as ReturnType<Middleware>
  }
  const dispose = (): void => {
    for (const ref of disposers) ref.deref()?.()
    disposers.clear()
  }
  return { middleware, dispose }
}
