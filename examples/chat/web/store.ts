import { combineSlices, configureStore, createListenerMiddleware } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import type { EndedTurn } from 'redux-turnkeeper'
import { devtoolsOptions } from 'redux-turnkeeper/devtools'
import { assistantPorts, ports } from './api'
import { panel } from './panel'
import { connection } from './slices/connection'
import { threads, turnSettled } from './slices/threads'
import { timeline } from './slices/timeline'
import { transcripts } from './slices/transcripts'

export const keeper = createTurnkeeper({
  ports: { ...ports, ...assistantPorts },
  // The agent is on this machine: it answers at once or not at all. Over a real network the defaults are better.
  ackTimeout: 6_000,
  lookUpAfter: 8_000,
  recheckAfter: 3_000,
  registrationWindow: 6_000,
  initTimeout: 10_000,
  assistantPollInterval: 1_000,
  onTurnEnded: tellTheUser,
})

/** Told once for each turn; while the page is in the background nothing is seen. */
function tellTheUser(ended: EndedTurn, { correction }: { readonly correction: boolean }): void {
  if (correction) return
  const seen = !document.hidden && ended.conversationId === store.getState().threads.selected
  store.dispatch(turnSettled({ ended, seen }))
}

/** The app's own effects, see `app.ts`. */
export const effects = createListenerMiddleware()

const reducer = combineSlices(...keeper.slices, threads, transcripts, connection, timeline)

export const store = configureStore({
  reducer,
  middleware: (getDefault) => getDefault().prepend(keeper.middleware, effects.middleware),
  devTools: panel === null && devtoolsOptions(),
  // Last: the middleware is not to see the panel's own state.
  enhancers: (getDefault) => getDefault().concat(panel ? [panel.enhancer] : []),
})

export type AppState = ReturnType<typeof reducer>
export type AppDispatch = typeof store.dispatch
