/** The obvious version with RTK: an entity adapter, and an effect a turn that waits with `condition()`. */
import { configureStore, createEntityAdapter, createListenerMiddleware, createSlice } from '@reduxjs/toolkit'
import { STALL_AFTER } from '../trace/constants.mjs'

const adapter = createEntityAdapter()
const slice = createSlice({
  name: 'conversations',
  initialState: adapter.getInitialState(),
  reducers: {
    started(state, { payload: { id, turnId } }) {
      adapter.updateOne(state, { id, changes: { turnId, phase: 'thinking', stalled: false } })
    },
    progressed(state, { payload: { id, turnId } }) {
      if (state.entities[id].turnId !== turnId) return
      adapter.updateOne(state, { id, changes: { phase: 'streaming', stalled: false } })
    },
    stalled(state, { payload: { id, turnId } }) {
      if (state.entities[id].turnId === turnId) adapter.updateOne(state, { id, changes: { stalled: true } })
    },
    ended(state, { payload: { id, turnId, outcome } }) {
      if (state.entities[id].turnId !== turnId) return
      adapter.updateOne(state, {
        id,
        changes: { turnId: null, phase: 'idle', stalled: false, lastOutcome: outcome },
      })
    },
  },
})
const { started, progressed, stalled, ended } = slice.actions
const { selectById, selectAll } = adapter.getSelectors()

export default function create(conversationIds) {
  const listener = createListenerMiddleware()
  listener.startListening({
    actionCreator: started,
    effect: async ({ payload: { id, turnId } }, { condition, dispatch, getState }) => {
      const isLive = () => selectById(getState(), id).turnId === turnId
      const about = (action) =>
        (progressed.match(action) || ended.match(action)) && action.payload.turnId === turnId
      while (isLive()) {
        if ((await condition(about, STALL_AFTER)) || !isLive()) continue
        dispatch(stalled({ id, turnId }))
        await condition(about)
      }
    },
  })
  const idle = (id) => ({ id, turnId: null, phase: 'idle', stalled: false, lastOutcome: null })
  const store = configureStore({
    reducer: slice.reducer,
    preloadedState: adapter.setAll(adapter.getInitialState(), conversationIds.map(idle)),
    middleware: (getDefault) => getDefault().prepend(listener.middleware),
  })
  const of = (id) => selectById(store.getState(), id)
  return {
    start: (id, turnId) => store.dispatch(started({ id, turnId })),
    progress: (id, turnId) => store.dispatch(progressed({ id, turnId })),
    end: (id, turnId, outcome) => store.dispatch(ended({ id, turnId, outcome })),
    isBusy: (id) => of(id).turnId !== null,
    liveTurnId: (id) => of(id).turnId,
    lastOutcome: (id) => of(id).lastOutcome,
    isStalled: (id) => of(id).stalled,
    busyIds: () => selectAll(store.getState()).flatMap((entry) => (entry.turnId === null ? [] : [entry.id])),
    dispose: listener.clearListeners,
  }
}
