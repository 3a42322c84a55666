import { turnSettled } from '../actions'
import type { ResolvedOptions } from '../options'
import { diffEnded } from '../state/turns'
import type { EndedTurn, TurnsState } from '../types'
import type { KeeperDispatch } from './types'

/**
 * Announces each end, once: neither a jump nor a recomputation announces it again, and what another keeper has announced is
 * not announced at all. An inferred end is announced anew where the turn came back and ended again, or was set right. Not a
 * listener: ends come from many actions, and a firing effect costs more than most of them.
 */
export function createAnnouncer(
  { onTurnEnded, rules }: Pick<ResolvedOptions, 'onTurnEnded' | 'rules'>,
  dispatch: KeeperDispatch,
  reportError: (error: unknown, raisedBy: string) => void,
) {
  const told = new Map<string, EndedTurn>()

  function tell(turn: EndedTurn): void {
    const { corrected: correction } = turn
    dispatch(turnSettled({ turn, correction }))
    try {
      onTurnEnded?.(turn, { correction })
    } catch (error) {
      reportError(error, 'onTurnEnded')
    }
  }

  return (before: TurnsState, after: TurnsState, isForeign: boolean): void => {
    if (before.ended === after.ended) return
    // A state that has not gone on from the one before (a jump, a recomputation) may hold anything.
    const ended = after.seq > before.seq ? diffEnded(before, after).added : after.ended
    for (const turn of ended) {
      const known = told.get(turn.turnId)
      const isNews =
        !known || turn.revocations > known.revocations || (turn.corrected && turn.outcome !== known.outcome)
      if (!isNews) continue
      told.set(turn.turnId, turn)
      if (!isForeign) tell(turn)
    }
    while (told.size > 2 * rules.historySize) {
      const [oldest] = told.keys()
      told.delete(oldest!)
    }
  }
}
