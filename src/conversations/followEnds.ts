/** What ends leave behind, whatever action ended the turns. Whether an end counts, the turns reducer has judged. */
import type { RulesConfig } from '../state/config'
import { conversationOf } from '../state/conversations'
import { activeOf, diffEnded, findTurn, headOf } from '../state/turns'
import type { ConversationsState, EndedTurn, TurnsState } from '../types'
import { editConversation } from './conversation'
import { reviveTexts, settleTexts } from './texts'

/** Texts given back, errors shown, the queue paused; and the reverse where an end is taken back. */
export function followEnds(
  state: ConversationsState,
  before: TurnsState,
  after: TurnsState,
  config: RulesConfig,
): ConversationsState {
  const { added, revoked } = diffEnded(before, after)
  let next = state
  for (const ended of added) next = followEnd(next, ended, before, after, config)
  for (const ended of revoked)
    next = editConversation(next, ended.conversationId, (conversation) => reviveTexts(conversation, ended))
  return next
}

function followEnd(
  state: ConversationsState,
  ended: EndedTurn,
  before: TurnsState,
  after: TurnsState,
  config: RulesConfig,
): ConversationsState {
  const key = ended.conversationId
  // Most turns leave nothing behind: a conversation that has nothing to say gets no entry for an end without an error.
  if (!ended.error && !conversationOf(state, key)) return state
  const isPassed = ended.corrected && activeOf(after, key) !== null
  const settled = editConversation(state, key, (conversation) => settleTexts(conversation, ended, isPassed))
  const pauses =
    config.onUserStop === 'hold' &&
    ended.outcome === 'cancelled' &&
    headOf(after, key) !== null &&
    findTurn(before, ended.turnId, key)?.stop != null
  return pauses
    ? editConversation(settled, key, (conversation) => ({ ...conversation, isQueuePaused: true }))
    : settled
}
