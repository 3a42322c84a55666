import type { Policy } from '../types'

/** Tells the app of each end, once: by its sequence number, so that neither a jump nor a replay tells it again. */
export const notifyPolicy: Policy = (context) => {
  const { onTurnEnded } = context.options
  if (!onTurnEnded) return
  let told = -1
  return {
    settle({ turns }, { ended }) {
      if (told < 0) told = 0
      for (const record of ended) {
        if (record.seq <= told) continue
        try {
          onTurnEnded(record, { correction: record.corrected })
        } catch (error) {
          context.raise(error, 'onTurnEnded')
        }
      }
      told = Math.max(told, turns.ledger.seq)
    },
  }
}
