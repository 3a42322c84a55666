/** zustand with a record of all conversations, as its documentation writes it. */
import { createStore } from 'zustand/vanilla'
import { createTimers } from './timers.mjs'

export default function create(conversationIds) {
  const idle = { turnId: null, phase: 'idle', stalled: false, lastOutcome: null }
  const store = createStore((set) => {
    const edit = (id, turnId, change) =>
      set((state) =>
        state.conversations[id].turnId === turnId
          ? { conversations: { ...state.conversations, [id]: { ...state.conversations[id], ...change } } }
          : state,
      )
    return {
      conversations: Object.fromEntries(conversationIds.map((id) => [id, idle])),
      started: (id, turnId) => edit(id, null, { turnId, phase: 'thinking', stalled: false }),
      progressed: (id, turnId) =>
        edit(id, turnId, { phase: 'streaming', lastSeen: Date.now(), stalled: false }),
      stalled: (id, turnId) => edit(id, turnId, { stalled: true }),
      ended: (id, turnId, lastOutcome) =>
        edit(id, turnId, { turnId: null, phase: 'idle', stalled: false, lastOutcome }),
    }
  })
  const of = (id) => store.getState().conversations[id]
  const timers = createTimers((id, turnId) => store.getState().stalled(id, turnId))

  return {
    start(id, turnId) {
      store.getState().started(id, turnId)
      timers.arm(id, turnId)
    },
    progress(id, turnId) {
      store.getState().progressed(id, turnId)
      if (of(id).turnId === turnId) timers.arm(id, turnId)
    },
    end(id, turnId, outcome) {
      store.getState().ended(id, turnId, outcome)
      timers.clear(turnId)
    },
    isBusy: (id) => of(id).turnId !== null,
    liveTurnId: (id) => of(id).turnId,
    lastOutcome: (id) => of(id).lastOutcome,
    isStalled: (id) => of(id).stalled,
    busyIds: () =>
      Object.entries(store.getState().conversations).flatMap(([id, entry]) =>
        entry.turnId === null ? [] : [id],
      ),
    dispose: timers.dispose,
  }
}
