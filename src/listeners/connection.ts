import { keeperAttached, stateRestored } from '../actions'
import type { RegisterListener } from '../middleware/types'
import { isAsking } from '../state/conversations'
import { entriesOf, turnsIn } from '../state/turns'
import type { Turn } from '../types'

/** Lets the connection of the option `connection` begin to listen, and tells it of turns that came back. */
export const registerConnection: RegisterListener = (context) => {
  const { options, portContext, signal, reportError, read, startListening } = context
  const { connection } = options
  const call = (use: () => void): void => {
    try {
      use()
    } catch (error) {
      reportError(error, 'connection')
    }
  }
  call(() => connection?.open?.(portContext(signal)))

  if (!connection?.turnsRestored) return
  const restored = (): void => {
    const { turns, conversations } = read()
    const cameBack = ({ turnId, conversationId, isUnverified }: Turn): boolean =>
      isUnverified && !isAsking(conversations, conversationId, turnId)
    const lost = entriesOf(turns).flatMap(turnsIn).filter(cameBack)
    if (lost.length > 0) call(() => connection.turnsRestored?.(lost, portContext(signal)))
  }
  startListening({ actionCreator: stateRestored, effect: restored })
  startListening({
    actionCreator: keeperAttached,
    effect: ({ payload }) => (payload.own ? undefined : restored()),
  })
}
