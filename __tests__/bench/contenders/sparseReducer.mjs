/** The hand-written reducer that the effect libraries are given: a record of what is live, and the last outcomes. */
const initial = { live: {}, outcomes: new Map() }

export const started = (conversationId, turnId) => ({ type: 'started', conversationId, turnId })
export const progressed = (conversationId, turnId) => ({ type: 'progressed', conversationId, turnId })
export const ended = (conversationId, turnId, outcome) => ({ type: 'ended', conversationId, turnId, outcome })
export const stalled = (conversationId, turnId) => ({ type: 'stalled', conversationId, turnId })

export function reducer(state = initial, action) {
  const { conversationId: id, turnId } = action
  const turn = state.live[id]
  switch (action.type) {
    case 'started':
      return turn
        ? state
        : { ...state, live: { ...state.live, [id]: { turnId, phase: 'thinking', stalled: false } } }
    case 'progressed':
      if (turn?.turnId !== turnId || (turn.phase === 'streaming' && !turn.stalled)) return state
      return { ...state, live: { ...state.live, [id]: { ...turn, phase: 'streaming', stalled: false } } }
    case 'stalled':
      if (turn?.turnId !== turnId) return state
      return { ...state, live: { ...state.live, [id]: { ...turn, stalled: true } } }
    case 'ended': {
      if (turn?.turnId !== turnId) return state
      const { [id]: _gone, ...live } = state.live
      return { live, outcomes: remember(state.outcomes, id, action.outcome) }
    }
    default:
      return state
  }
}

/** The last hundred, so that the copy stays small. */
function remember(outcomes, id, outcome) {
  const next = new Map(outcomes)
  next.delete(id)
  next.set(id, outcome)
  if (next.size > 100) next.delete(next.keys().next().value)
  return next
}

/** The reads over a store with this reducer. */
export const readsOf = (getState) => ({
  isBusy: (id) => id in getState().live,
  liveTurnId: (id) => getState().live[id]?.turnId ?? null,
  lastOutcome: (id) => getState().outcomes.get(id) ?? null,
  isStalled: (id) => getState().live[id]?.stalled ?? false,
  busyIds: () => Object.keys(getState().live),
})
