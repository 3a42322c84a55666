import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import type { KeeperState, Ports } from 'redux-turnkeeper'

type Status = Record<string, { running: string | null; last: { run: string; failed: boolean } | null }>

const ports: Ports<string> = {
  async fetchStatus(ids, { signal }) {
    const response = await fetch(`/api/status?ids=${ids.map(encodeURIComponent).join(',')}`, { signal })
    const threads = Object.entries((await response.json()) as Status)
    return Object.fromEntries(
      threads.map(([id, { running, last }]) => [
        id,
        {
          status: running ? ('running' as const) : ('idle' as const),
          runId: running,
          last: last && {
            runId: last.run,
            outcome: last.failed ? ('error' as const) : ('complete' as const),
          },
        },
      ]),
    )
  },
}

// One keeper serves the stores of all requests: what is a store's own is made in its middleware.
export const keeper = createTurnkeeper({ ports })

export const makeStore = (preloadedState?: { turnkeeper: KeeperState }) =>
  configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (getDefault) => getDefault().prepend(keeper.middleware),
    preloadedState,
  })
