/** One timer for all turns: a turn's deadline is moved when it surfaces, by what was noted on the turn meanwhile. */
import { STALL_AFTER } from '../trace/constants.mjs'

export function createDeadlines(onStall) {
  /** In order of deadline, since every turn has the same time. */
  const queue = new Set()
  let timer = null

  const fire = () => {
    timer = null
    const now = Date.now()
    let first = null
    for (const turn of queue) {
      const left = turn.seenAt + STALL_AFTER - now
      if (left <= 0) {
        queue.delete(turn)
        onStall(turn)
      } else if (first === null || left < first) first = left
    }
    if (first !== null) timer = setTimeout(fire, first)
  }
  const dispose = () => {
    clearTimeout(timer)
    timer = null
    queue.clear()
  }
  return {
    add(turn) {
      queue.add(turn)
      timer ??= setTimeout(fire, STALL_AFTER)
    },
    remove(turn) {
      queue.delete(turn)
      if (queue.size === 0) dispose()
    },
    dispose,
  }
}
