import { configureStore } from '@reduxjs/toolkit'
import { act } from '@testing-library/react'
import { createTurnkeeper } from 'redux-turnkeeper'
import type { Turnkeeper, TurnkeeperOptions } from 'redux-turnkeeper'
import { TurnkeeperProvider } from 'redux-turnkeeper/react'
import {
  createManualClock,
  createManualEnvironment,
  createRecorder,
  createScriptedBackend,
} from 'redux-turnkeeper/testing'
import { Profiler } from 'react'
import type { ReactNode } from 'react'
import { Provider } from 'react-redux'

/** A store with a keeper on a manual clock, in front of a scripted backend; and the providers around what is rendered. */
export function createApp(options: TurnkeeperOptions = {}, shared?: Turnkeeper) {
  const clock = createManualClock(1_000_000)
  const backend = createScriptedBackend()
  const recorder = createRecorder()
  let ids = 0
  const keeper =
    shared ??
    createTurnkeeper({
      ports: backend.ports,
      clock,
      environment: createManualEnvironment(),
      random: () => 0.5,
      createId: () => `id${++ids}`,
      ...options,
    })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (gDM) =>
      gDM({ serializableCheck: { warnAfter: 10_000 }, immutableCheck: { warnAfter: 10_000 } })
        .prepend(keeper.middleware)
        .concat(recorder.middleware),
  })
  const Providers = ({ children }: { children?: ReactNode }) => (
    <Provider store={store} stabilityCheck="always">
      <TurnkeeperProvider keeper={keeper}>{children}</TurnkeeperProvider>
    </Provider>
  )
  return { clock, backend, recorder, keeper, store, Providers }
}

export type App = ReturnType<typeof createApp>

/** Dispatches inside `act`, with what promises make of it. */
export const dispatch = (app: App, ...actions: readonly unknown[]): Promise<void> =>
  act(async () => {
    for (const action of actions) app.store.dispatch(action as never)
  })

/** Lets time pass inside `act`. */
export const advance = (app: App, ms: number): Promise<void> => act(async () => app.clock.advance(ms))

/** Submits a prompt that the backend accepts as run `r-<conversation>`. */
export async function startTurn(
  app: App,
  conversationId: string,
  turnId = `t-${conversationId}`,
): Promise<void> {
  await dispatch(app, app.keeper.submitTurn({ conversationId, turnId, input: `hello ${conversationId}` }))
  await act(async () => app.backend.accept('send', { runId: `r-${conversationId}` }, turnId))
}

/** Counts the commits in which something below the profiler of this id rendered. */
export function createRenderCount() {
  const counts = new Map<string, number>()
  return {
    Counted: ({ id, children }: { id: string; children: ReactNode }) => (
      <Profiler id={id} onRender={(profiled) => counts.set(profiled, (counts.get(profiled) ?? 0) + 1)}>
        {children}
      </Profiler>
    ),
    /** What was rendered since the last call. */
    take: (): Record<string, number> => {
      const taken = Object.fromEntries(counts)
      counts.clear()
      return taken
    },
  }
}
