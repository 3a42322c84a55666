/** RTK's createSlice over a record of all conversations, with a timer a turn. */
import { configureStore, createSlice } from '@reduxjs/toolkit'
import { createTimers } from './timers.mjs'

const slice = createSlice({
  name: 'conversations',
  initialState: {},
  reducers: {
    started(state, { payload: { id, turnId } }) {
      Object.assign(state[id], { turnId, phase: 'thinking', stalled: false })
    },
    progressed(state, { payload: { id, turnId } }) {
      const entry = state[id]
      if (entry.turnId === turnId) Object.assign(entry, { phase: 'streaming', stalled: false })
    },
    stalled(state, { payload: { id, turnId } }) {
      if (state[id].turnId === turnId) state[id].stalled = true
    },
    ended(state, { payload: { id, turnId, outcome } }) {
      if (state[id].turnId !== turnId) return
      Object.assign(state[id], { turnId: null, phase: 'idle', stalled: false, lastOutcome: outcome })
    },
  },
})
const { started, progressed, stalled, ended } = slice.actions

export default function create(conversationIds) {
  const idle = { turnId: null, phase: 'idle', stalled: false, lastOutcome: null }
  const store = configureStore({
    reducer: slice.reducer,
    preloadedState: Object.fromEntries(conversationIds.map((id) => [id, idle])),
  })
  const timers = createTimers((id, turnId) => store.dispatch(stalled({ id, turnId })))
  return {
    start(id, turnId) {
      store.dispatch(started({ id, turnId }))
      timers.arm(id, turnId)
    },
    progress(id, turnId) {
      store.dispatch(progressed({ id, turnId }))
      if (store.getState()[id].turnId === turnId) timers.arm(id, turnId)
    },
    end(id, turnId, outcome) {
      store.dispatch(ended({ id, turnId, outcome }))
      timers.clear(turnId)
    },
    isBusy: (id) => store.getState()[id].turnId !== null,
    liveTurnId: (id) => store.getState()[id].turnId,
    lastOutcome: (id) => store.getState()[id].lastOutcome,
    isStalled: (id) => store.getState()[id].stalled,
    busyIds: () =>
      Object.entries(store.getState()).flatMap(([id, entry]) => (entry.turnId === null ? [] : [id])),
    dispose: timers.dispose,
  }
}
