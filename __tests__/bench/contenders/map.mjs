/** The floor: a Map and one timer. No store, no subscribers, no record of what happened. */
import { createDeadlines } from './deadlines.mjs'

export default function create() {
  const live = new Map()
  const outcomes = new Map()
  const deadlines = createDeadlines((turn) => (turn.stalled = true))

  return {
    start(conversationId, turnId) {
      const turn = { conversationId, turnId, phase: 'thinking', seenAt: Date.now(), stalled: false }
      live.set(conversationId, turn)
      deadlines.add(turn)
    },
    progress(conversationId, turnId) {
      const turn = live.get(conversationId)
      if (turn?.turnId !== turnId) return
      turn.seenAt = Date.now()
      turn.phase = 'streaming'
      if (turn.stalled) {
        turn.stalled = false
        deadlines.add(turn)
      }
    },
    end(conversationId, turnId, outcome) {
      const turn = live.get(conversationId)
      if (turn?.turnId !== turnId) return
      live.delete(conversationId)
      outcomes.set(conversationId, outcome)
      deadlines.remove(turn)
    },
    isBusy: (conversationId) => live.has(conversationId),
    liveTurnId: (conversationId) => live.get(conversationId)?.turnId ?? null,
    lastOutcome: (conversationId) => outcomes.get(conversationId) ?? null,
    isStalled: (conversationId) => live.get(conversationId)?.stalled ?? false,
    busyIds: () => [...live.keys()],
    dispose: deadlines.dispose,
  }
}
