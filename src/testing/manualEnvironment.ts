import type { Environment } from '../types'

type EnvironmentEvent = Parameters<Parameters<Environment['subscribe']>[0]>[0]

/** A page that is hidden, shown, and loses its network when the test says so. */
export interface ManualEnvironment extends Environment {
  emit(event: EnvironmentEvent): void
}

/** Makes an environment for `createTurnkeeper({ environment })`. It starts out visible; without a `page` it is a server's. */
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
    emit(event) {
      if (event === 'hidden' || event === 'visible') hidden = event === 'hidden'
      for (const listener of [...listeners]) listener(event)
    },
  }
}
