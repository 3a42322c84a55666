/** The app around the keeper: a slice of its own, and stores with and without this package. */
import {
  combineSlices,
  configureStore,
  createAction,
  createListenerMiddleware,
  createSlice,
} from '@reduxjs/toolkit'
import { createTurnkeeper, endTurn, signals } from 'redux-turnkeeper'

/** An action of the app's, with as much in it as a progress signal has. */
export const tick = createAction('app/tick')
const nobody = createAction('app/nobody')

const sidebar = (idle) =>
  createSlice({
    name: 'sidebar',
    initialState: {
      entries: Object.fromEntries(Array.from({ length: idle }, (_, i) => [`idle-${i}`, { title: `${i}` }])),
    },
    reducers: { renamed: (state, { payload: { id, title } }) => void (state.entries[id].title = title) },
  })

const listening = () => {
  const listener = createListenerMiddleware()
  listener.startListening({ actionCreator: nobody, effect: () => undefined })
  return listener.middleware
}

const subscribed = (store, subscribers = 0) => {
  let heard = 0
  for (let i = 0; i < subscribers; i++) store.subscribe(() => heard++)
  return store
}

const idleSlice = (_, i) =>
  createSlice({ name: `idle${i}`, initialState: {}, reducers: { asked: () => undefined } })

/** What a Redux app has without this package; `slices`: of its own that do nothing, beside the one. */
export const bareStore = ({ idle = 0, slices = 0, subscribers = 0, listener = false } = {}) =>
  subscribed(
    configureStore({
      reducer: combineSlices(sidebar(idle), ...Array.from({ length: slices }, idleSlice)),
      middleware: (getDefault) => (listener ? getDefault().prepend(listening()) : getDefault()),
    }),
    subscribers,
  )

/** The same with the keeper, and `inFlight` turns. */
export function keeperStore({ idle = 0, subscribers = 0, listener = false, inFlight = 0, ...options } = {}) {
  const keeper = createTurnkeeper({
    ports: { fetchStatus: async () => ({}) },
    runWithoutPage: true,
    ...options,
  })
  const store = subscribed(
    configureStore({
      reducer: combineSlices(keeper, sidebar(idle)),
      middleware: (getDefault) => getDefault().prepend(...(listener ? [listening()] : []), keeper.middleware),
    }),
    subscribers,
  )
  const turns = Array.from({ length: inFlight }, (_, i) => ({
    conversationId: `conversation-${i}`,
    turnId: `turn-${i}`,
  }))
  let minted = inFlight
  let oldest = 0
  const { dispatch } = store
  const progress = (i) => {
    const { conversationId, turnId } = turns[i % turns.length]
    dispatch(signals.turnProgressed({ conversationId, turnId, kind: 'output' }))
  }
  const start = (turn) =>
    dispatch(signals.turnStarted({ conversationId: turn.conversationId, turnId: turn.turnId }))
  const end = ({ conversationId, turnId }) =>
    dispatch(endTurn({ conversationId, turnId, reason: 'complete' }))
  for (const turn of turns) start(turn)

  return {
    keeper,
    store,
    turns,
    start,
    end,
    progress,
    /** The oldest turn ends, and the next of its conversation starts. */
    startAndEnd() {
      const turn = turns[oldest]
      end(turn)
      turn.turnId = `turn-${minted++}`
      start(turn)
      oldest = (oldest + 1) % turns.length
    },
    dispose: keeper.dispose,
  }
}
