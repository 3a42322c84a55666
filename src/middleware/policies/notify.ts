import type { EndedTurn } from '../../types'
import type { Policy } from '../types'

/**
 * Tells the app of each end, once: neither a jump nor a recomputation tells it again, and what another keeper has told of
 * is not told at all. An inferred end is told anew where the turn came back and ended again, or was set right.
 */
export const notifyPolicy: Policy = (context) => {
  const { onTurnEnded, rules } = context.options
  if (!onTurnEnded) return
  const told = new Map<string, EndedTurn>()

  const tell = (record: EndedTurn): void => {
    try {
      onTurnEnded(record, { correction: record.corrected })
    } catch (error) {
      context.raise(error, 'onTurnEnded')
    }
  }

  return {
    settle(_state, { ended, foreign }) {
      for (const record of ended) {
        const known = told.get(record.turnId)
        const news =
          !known || record.doubts > known.doubts || (record.corrected && record.outcome !== known.outcome)
        if (!news) continue
        told.set(record.turnId, record)
        if (!foreign) tell(record)
      }
      while (told.size > 2 * rules.historySize) {
        for (const oldest of told.keys()) {
          told.delete(oldest)
          break
        }
      }
    },
  }
}
