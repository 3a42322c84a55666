/** A store that goes on from the state of a lab, for tests of what one more action changes. */
import { configureStore } from '@reduxjs/toolkit'
import type { UnknownAction } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import type { KeeperState, Ports, Problem } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment } from 'redux-turnkeeper/testing'
import type { Lab } from './lab'

/** By now background runs have expired, and the hard limit has passed. */
export const LATER = 1_000_000 + 700_000

/** A store with a keeper that goes on from a lab's state as its own, without RTK's checks: they complain of such input. */
export function open(lab: Lab, state: KeeperState | object = lab.state()) {
  const problems: Problem[] = []
  const ports = Object.keys(lab.resolved.ports ?? {}).map((port) => [
    port,
    () => new Promise(() => undefined),
  ])
  const keeper = createTurnkeeper({
    ...lab.resolved,
    ports: Object.fromEntries(ports) as Ports,
    clock: createManualClock(LATER),
    // Without a page nothing that is due is done: the state stays as the lab left it.
    environment: createManualEnvironment({ page: false }),
    createId: () => lab.turns().keeperId ?? 'k1',
    onProblem: (problem) => void problems.push(problem),
  })
  const store = configureStore({
    reducer: { turnkeeper: keeper.reducer, app: (count: number = 0) => count },
    middleware: (gDM) => gDM({ serializableCheck: false, immutableCheck: false }).prepend(keeper.middleware),
    devTools: false,
    ...('turns' in state && { preloadedState: { turnkeeper: state } }),
  })
  store.dispatch({ type: 'app/typed' })
  return {
    problems,
    /** What came of it: `threw`, or the slices that changed. */
    tries(action: UnknownAction): string {
      const before = store.getState().turnkeeper
      try {
        store.dispatch(action)
      } catch (error) {
        return `threw ${String(error)}`
      }
      const after = store.getState().turnkeeper
      if (after === before) return 'nothing'
      const changed = (['turns', 'conversations'] as const).filter((slice) => after[slice] !== before[slice])
      return `changed ${changed.join(', ')}`
    },
  }
}
