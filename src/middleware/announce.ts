import { turnSettled } from '../actions'
import { forgetOldest } from '../bounded'
import type { ResolvedOptions } from '../options'
import { diffEnded } from '../state/turns'
import type { EndedTurn, TurnsState } from '../types'
import type { Coordinator, KeeperDispatch } from './types'

export interface Announcer {
  /** Announces the ends between two states. `isForeign`: they are another keeper's, which has announced them. */
  follow(before: TurnsState, after: TurnsState, isForeign: boolean): void
  /** The store that acts for all has announced this end. */
  heard(turn: EndedTurn): void
  /** This store acts for all from now on: ends that still stand, and that nobody has announced, are announced. */
  release(now: TurnsState): void
}

/**
 * Announces each end, once: neither a jump nor a recomputation announces it again, and what another keeper has announced is
 * not announced at all. An inferred end is announced anew where the turn came back and ended again, or was set right. Of
 * several stores the one that acts for all announces; the others wait for its word. Not a listener: ends come from many
 * actions, and a firing effect costs more than most of them.
 */
export function createAnnouncer(
  { onTurnEnded, rules }: Pick<ResolvedOptions, 'onTurnEnded' | 'rules'>,
  dispatch: KeeperDispatch,
  coordinator: Pick<Coordinator, 'leads'>,
  reportError: (error: unknown, raisedBy: string) => void,
): Announcer {
  const limit = 2 * rules.historySize
  const told = new Map<string, EndedTurn>()
  const waiting = new Map<string, EndedTurn>()

  function tell(turn: EndedTurn): void {
    const { corrected: correction } = turn
    dispatch(turnSettled({ turn, correction }))
    try {
      onTurnEnded?.(turn, { correction })
    } catch (error) {
      reportError(error, 'onTurnEnded')
    }
  }

  const isNews = (turn: EndedTurn): boolean => {
    const known = told.get(turn.turnId)
    return known
      ? turn.revocations > known.revocations || (turn.corrected && turn.outcome !== known.outcome)
      : !mayBeForgotten(turn)
  }

  /** It ended before all that are remembered: it was announced, and is shown again by a jump. */
  function mayBeForgotten({ seq, endedAt }: EndedTurn): boolean {
    const [oldest] = told.values()
    return told.size === limit && seq <= oldest!.seq && endedAt <= oldest!.endedAt
  }

  function note(turns: Map<string, EndedTurn>, turn: EndedTurn): void {
    turns.delete(turn.turnId)
    turns.set(turn.turnId, turn)
    forgetOldest(turns, limit)
  }

  return {
    follow(before, after, isForeign) {
      if (before.ended === after.ended) return
      // A state that has not gone on from the one before (a jump, a recomputation) may hold anything.
      const ended = after.seq > before.seq ? diffEnded(before, after).added : after.ended
      for (const turn of ended) {
        if (!isNews(turn)) continue
        if (!isForeign && !coordinator.leads()) {
          note(waiting, turn)
          continue
        }
        note(told, turn)
        if (!isForeign) tell(turn)
      }
    },
    heard(turn) {
      note(told, turn)
      const mine = waiting.get(turn.turnId)
      if (mine && !isNews(mine)) waiting.delete(turn.turnId)
    },
    release({ ended }) {
      const turns = [...waiting.values()].filter((turn) => isNews(turn) && ended.includes(turn))
      waiting.clear()
      for (const turn of turns) {
        note(told, turn)
        tell(turn)
      }
    },
  }
}
