/** XState: an actor a turn, whose delayed transition is its watchdog. */
import { createActor, setup } from 'xstate'
import { STALL_AFTER } from '../trace/constants.mjs'

const machine = setup({ delays: { stall: STALL_AFTER } }).createMachine({
  id: 'turn',
  initial: 'working',
  context: ({ input }) => ({ turnId: input.turnId, phase: 'thinking' }),
  on: { ended: '.over' },
  states: {
    working: {
      after: { stall: 'stalled' },
      on: { progressed: { target: 'working', reenter: true } },
    },
    stalled: { on: { progressed: 'working' } },
    over: { type: 'final' },
  },
})

export default function create() {
  const live = new Map()
  const outcomes = new Map()
  return {
    start(id, turnId) {
      const actor = createActor(machine, { input: { turnId } })
      live.set(id, { turnId, actor })
      actor.start()
    },
    progress(id, turnId) {
      const turn = live.get(id)
      if (turn?.turnId === turnId) turn.actor.send({ type: 'progressed' })
    },
    end(id, turnId, outcome) {
      const turn = live.get(id)
      if (turn?.turnId !== turnId) return
      turn.actor.send({ type: 'ended' })
      live.delete(id)
      outcomes.set(id, outcome)
    },
    isBusy: (id) => live.has(id),
    liveTurnId: (id) => live.get(id)?.turnId ?? null,
    lastOutcome: (id) => outcomes.get(id) ?? null,
    isStalled: (id) => live.get(id)?.actor.getSnapshot().value === 'stalled',
    busyIds: () => [...live.keys()],
    dispose: () => live.forEach(({ actor }) => actor.stop()),
  }
}
