import { assistantInitOverdue, assistantOf, assistantRecoveryStarted } from '../assistant'
import type { RegisterListener } from '../middleware/types'

/**
 * The init watchdog: an assistant has been initializing for too long. The reducer has decided what follows: a recovery, which
 * is announced here, or the time-out error where the budget is used up.
 */
export const registerInitWatchdog: RegisterListener = ({ startListening, options, read }) => {
  startListening({
    actionCreator: assistantInitOverdue,
    effect: (_action, { dispatch, getOriginalState }) => {
      const before = options.stateIn(getOriginalState())
      const { recoveries, assistantId } = assistantOf(read())
      if (!before || recoveries <= assistantOf(before).recoveries) return
      dispatch(assistantRecoveryStarted({ recovery: recoveries, assistantId }))
    },
  })
}
