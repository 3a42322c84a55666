/** @xstate/store: a record of what is live, with the watchdog's timers in effects. */
import { createStore } from '@xstate/store'
import { createTimers } from './timers.mjs'

export default function create() {
  const timers = createTimers((conversationId, turnId) => store.trigger.stalled({ conversationId, turnId }))
  const edit = (context, id, turn) => ({ ...context, live: { ...context.live, [id]: turn } })
  const store = createStore({
    context: { live: {}, outcomes: {} },
    on: {
      started: (context, { conversationId: id, turnId }, enqueue) => {
        enqueue.effect(() => timers.arm(id, turnId))
        return edit(context, id, { turnId, phase: 'thinking', stalled: false })
      },
      progressed: (context, { conversationId: id, turnId }, enqueue) => {
        const turn = context.live[id]
        if (turn?.turnId !== turnId) return context
        enqueue.effect(() => timers.arm(id, turnId))
        return turn.phase === 'streaming' && !turn.stalled
          ? context
          : edit(context, id, { ...turn, phase: 'streaming', stalled: false })
      },
      stalled: (context, { conversationId: id, turnId }) =>
        context.live[id]?.turnId === turnId
          ? edit(context, id, { ...context.live[id], stalled: true })
          : context,
      ended: (context, { conversationId: id, turnId, outcome }, enqueue) => {
        const { [id]: turn, ...live } = context.live
        if (turn?.turnId !== turnId) return context
        enqueue.effect(() => timers.clear(turnId))
        return { live, outcomes: { ...context.outcomes, [id]: outcome } }
      },
    },
  })
  const context = () => store.getSnapshot().context
  return {
    start: (conversationId, turnId) => store.trigger.started({ conversationId, turnId }),
    progress: (conversationId, turnId) => store.trigger.progressed({ conversationId, turnId }),
    end: (conversationId, turnId, outcome) => store.trigger.ended({ conversationId, turnId, outcome }),
    isBusy: (id) => id in context().live,
    liveTurnId: (id) => context().live[id]?.turnId ?? null,
    lastOutcome: (id) => context().outcomes[id] ?? null,
    isStalled: (id) => context().live[id]?.stalled ?? false,
    busyIds: () => Object.keys(context().live),
    dispose: timers.dispose,
  }
}
