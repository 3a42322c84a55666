/** zustand with this package's layout: only what is live, in order; a bounded history; progress kept out of the state. */
import { createStore } from 'zustand/vanilla'
import { createDeadlines } from './deadlines.mjs'

const HISTORY = 100
const INTERVAL = 1_000

export default function create() {
  const store = createStore(() => ({ live: [], settled: [] }))
  /** What is noted of live turns between two changes of the state, and where their conversation stands. */
  const notes = new Map()
  const outcomes = new Map()
  const replace = (note, change) => {
    const { live, settled } = store.getState()
    const turn = { ...note.turn, ...change }
    const next = live.slice()
    next[live.lastIndexOf(note.turn)] = turn
    note.turn = turn
    store.setState({ live: next, settled }, true)
  }
  const deadlines = createDeadlines((note) => replace(note, { stalled: true }))
  let of = null
  let ids = []

  return {
    start(conversationId, turnId) {
      const now = Date.now()
      const turn = { conversationId, turnId, phase: 'thinking', startedAt: now, lifeAt: now, stalled: false }
      const note = { turn, seenAt: now }
      notes.set(conversationId, note)
      const { live, settled } = store.getState()
      store.setState({ live: live.concat(turn), settled }, true)
      deadlines.add(note)
    },
    progress(conversationId, turnId) {
      const note = notes.get(conversationId)
      if (note?.turn.turnId !== turnId) return
      const now = Date.now()
      note.seenAt = now
      const { phase, stalled, lifeAt } = note.turn
      if (phase === 'streaming' && !stalled && now - lifeAt < INTERVAL) return
      replace(note, { phase: 'streaming', lifeAt: now, stalled: false })
      if (stalled) deadlines.add(note)
    },
    end(conversationId, turnId, outcome) {
      const note = notes.get(conversationId)
      if (note?.turn.turnId !== turnId) return
      notes.delete(conversationId)
      const { live, settled } = store.getState()
      const rest = live.slice()
      rest.splice(live.lastIndexOf(note.turn), 1)
      const record = { conversationId, turnId, outcome, startedAt: note.turn.startedAt, endedAt: Date.now() }
      outcomes.set(conversationId, record)
      store.setState({ live: rest, settled: settled.slice(-(HISTORY - 1)).concat(record) }, true)
      deadlines.remove(note)
    },
    isBusy: (conversationId) => notes.has(conversationId),
    liveTurnId: (conversationId) => notes.get(conversationId)?.turn.turnId ?? null,
    lastOutcome: (conversationId) => outcomes.get(conversationId)?.outcome ?? null,
    isStalled: (conversationId) => notes.get(conversationId)?.turn.stalled ?? false,
    busyIds() {
      const { live } = store.getState()
      if (live !== of) ids = (of = live).map((turn) => turn.conversationId)
      return ids
    },
    dispose: deadlines.dispose,
  }
}
