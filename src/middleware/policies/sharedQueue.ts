import { queuedRemoved, sendClaimed, turnSubmitted } from '../../actions'
import { findTurn, hasLeft } from '../../rules'
import type { Policy } from '../types'

/** One stored queue for all tabs: what waits here is published, what waits there is shown, and one of them sends it. */
export const sharedQueuePolicy: Policy = (context) => {
  const { sharedQueue } = context.options.ports
  if (!sharedQueue) return
  const published = new Set<string>()

  const unsubscribe = sharedQueue.subscribe((event) => {
    const { ledger } = context.read().turns
    if (event.type === 'published') {
      const { message } = event
      if (findTurn(ledger, message.turnId)) return
      published.add(message.turnId)
      context.dispatch(turnSubmitted({ ...message, mode: 'queue', shared: true }))
      return
    }
    published.delete(event.turnId)
    const turn = findTurn(ledger, event.turnId)
    if (!turn || hasLeft(turn)) return
    const { turnId } = turn
    context.dispatch(
      event.taken
        ? sendClaimed({ turnId, nonce: '', elsewhere: true })
        : queuedRemoved({ turnId, elsewhere: true }),
    )
  })

  return {
    settle(state, { changed, removed }) {
      for (const turn of changed) {
        const { turnId, conversationId } = turn
        if (turn.phase === 'queued' && !hasLeft(turn) && turn.refusals === 0 && !published.has(turnId)) {
          const text = state.conversations.entries
            .find((entry) => entry.conversationId === conversationId)
            ?.texts.find((entry) => entry.turnId === turnId)
          published.add(turnId)
          if (text) sharedQueue.publish({ conversationId, turnId, input: text.input, hidden: text.hidden })
        }
        if (hasLeft(turn) && published.delete(turnId)) sharedQueue.withdraw(turnId)
      }
      for (const { turnId } of removed) if (published.delete(turnId)) sharedQueue.withdraw(turnId)
    },
    dispose: unsubscribe,
  }
}
