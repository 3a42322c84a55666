import type { Environment } from '../types'

/** What may happen to a page. */
export type EnvironmentEvent = Parameters<Parameters<Environment['subscribe']>[0]>[0]

/** A page that is hidden, shown, and loses its network when the test says so. */
export interface ManualEnvironment extends Environment {
  /** What happens to the page: `hidden` and `visible` also change what `hidden()` says. */
  emit(event: EnvironmentEvent): void
}

/**
 * Makes an environment for `createTurnkeeper({ environment })`. It starts out visible.
 *
 * @param options `page: false` makes it that of a server: no timer runs and nothing is asked, unless the keeper has
 *   `runWithoutPage`.
 */
export function createManualEnvironment({ page = true } = {}): ManualEnvironment {
  let hidden = false
  const listeners = new Set<(event: EnvironmentEvent) => void>()
  return {
    page,
    hidden: () => hidden,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** What happens to the page: `hidden` and `visible` also change what `hidden()` says. */
    emit(event) {
      if (event === 'hidden' || event === 'visible') hidden = event === 'hidden'
      for (const listener of [...listeners]) listener(event)
    },
  }
}
