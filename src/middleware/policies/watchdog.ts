import { checkDue, swept } from '../../actions'
import { findTurn } from '../../rules'
import type { LiveTurn } from '../../types'
import type { Policy } from '../types'

/**
 * The deadlines that no look-up serves: the hard limit, and, in an app without a look-up, the silence that shows as
 * `stalled`. Also forgets side runs that were silent for too long.
 */
export const watchdogPolicy: Policy = (context) => {
  const { scheduler, options } = context
  const { looks } = options.rules
  const limits = scheduler.createLane()

  const run = (turnId: string) => (): void => {
    context.flush()
    const turn = findTurn(context.read().turns.ledger, turnId)
    const now = context.now()
    if (!turn || (dueAt(turn) ?? Infinity) > now) return
    context.claim(
      checkDue({ turnId, life: turn.life }),
      (state) => findTurn(state.turns.ledger, turnId) !== turn,
    )
  }
  const dueAt = (turn: LiveTurn): number | null => {
    const { limitAt } = turn
    const checkAt = looks || turn.phase === 'queued' ? null : turn.checkAt
    return limitAt === null ? checkAt : Math.min(limitAt, checkAt ?? Infinity)
  }

  return {
    settle({ turns }, { changed, removed }) {
      for (const turn of removed) limits.clear(turn.turnId)
      for (const turn of changed) {
        const at = dueAt(turn)
        if (at === null) limits.clear(turn.turnId)
        else limits.set(turn.turnId, at, run(turn.turnId))
      }
      const { sides } = turns.ledger
      if (sides.length === 0) return scheduler.clear('sweep')
      const first = Math.min(...sides.map((side) => side.expiresAt))
      scheduler.set('sweep', first, () => void context.dispatch(swept({})))
    },
  }
}
