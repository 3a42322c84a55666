import { combineSlices, configureStore, createListenerMiddleware } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import { assistant } from 'redux-turnkeeper/assistant'
import { devtoolsOptions } from 'redux-turnkeeper/devtools'
import { browserEngine, tabs } from 'redux-turnkeeper/tabs'
import { assistantPorts } from './api'
import { backend } from './backend'
import { panel } from './panel'
import { connection } from './slices/connection'
import { threads } from './slices/threads'
import { timeline } from './slices/timeline'
import { transcripts } from './slices/transcripts'

export const keeper = createTurnkeeper({
  ...backend,
  features: [
    // Turns wait until the assistant is up.
    assistant({ ports: assistantPorts, initTimeout: 10_000, pollInterval: 1_000 }),
    // Several tabs act as one.
    tabs(browserEngine({ name: 'chat' })),
  ],
})

/** The app's own effects, see `app.ts`. */
export const effects = createListenerMiddleware()

const reducer = combineSlices(keeper, threads, transcripts, connection, timeline)

export const store = configureStore({
  reducer,
  middleware: (getDefault) => getDefault().prepend(keeper.middleware, effects.middleware),
  devTools: panel === null && devtoolsOptions(),
  // Last: the middleware is not to see the panel's own state.
  enhancers: (getDefault) => getDefault().concat(panel ? [panel.enhancer] : []),
})

export type AppStore = typeof store
export type AppState = ReturnType<typeof reducer>
export type AppDispatch = typeof store.dispatch
