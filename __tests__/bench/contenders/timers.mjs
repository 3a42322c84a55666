/** A timer a turn, armed anew at each sign of life: how a watchdog is written by hand. */
import { STALL_AFTER } from '../trace/constants.mjs'

export function createTimers(onStall) {
  const timers = new Map()
  const clear = (turnId) => {
    clearTimeout(timers.get(turnId))
    timers.delete(turnId)
  }
  return {
    arm(conversationId, turnId) {
      clearTimeout(timers.get(turnId))
      const fire = () => {
        timers.delete(turnId)
        onStall(conversationId, turnId)
      }
      timers.set(turnId, setTimeout(fire, STALL_AFTER))
    },
    clear,
    dispose: () => [...timers.keys()].forEach(clear),
  }
}
