import { queueHoldOf } from '../state/conversations'
import { diffTables } from '../state/table'
import { entriesOf } from '../state/turns'
import type { ConversationsState, KeeperState, TurnsState } from '../types'

/**
 * Finds the conversations whose queue may go on, or may not any more, although nothing has changed in their turns: the queue
 * was held or resumed, or sending is allowed again. Everything else that lets a message leave changes the turns of its conversation.
 */
export function createReleasedQueues() {
  let seen: ConversationsState | undefined

  return (before: TurnsState, { turns, conversations }: KeeperState): readonly string[] => {
    const earlier = seen ?? conversations
    seen = conversations
    const released = diffTables(earlier.byId, conversations.byId)
      .before.filter((row) => row.queueHold !== queueHoldOf(conversations, row.conversationId))
      .map((row) => row.conversationId)
    if (before.isSendingAllowed || !turns.isSendingAllowed) return released
    const waiting = entriesOf(turns).filter((entry) => entry.queue.length > 0)
    return [...released, ...waiting.map((entry) => entry.conversationId)]
  }
}
