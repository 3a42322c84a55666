import { queueHoldOf } from '../state/conversations'
import type { TableDiff } from '../state/table'
import { entriesOf } from '../state/turns'
import type { Conversation, KeeperState, TurnsState } from '../types'

/**
 * The conversations whose queue may go on, or may not any more, although nothing has changed in their turns: the queue was held
 * or resumed, or sending is allowed again. Everything else that lets a message leave changes the turns of its conversation.
 *
 * @param rows What conversations had to say before, and have since.
 */
export function releasedQueues(
  before: TurnsState,
  { turns, conversations }: KeeperState,
  rows: TableDiff<Conversation>,
): readonly string[] {
  const released = rows.before
    .filter((row) => row.queueHold !== queueHoldOf(conversations, row.conversationId))
    .map((row) => row.conversationId)
  if (before.isSendingAllowed || !turns.isSendingAllowed) return released
  const waiting = entriesOf(turns).filter((entry) => entry.queue.length > 0)
  return [...released, ...waiting.map((entry) => entry.conversationId)]
}
