/** What ends leave behind, whatever action ended the turns. Whether an end counts, the turns reducer has judged. */
import type { RulesConfig } from '../state/config'
import { conversationOf } from '../state/conversations'
import { activeOf, diffEnded, findTurn, headOf } from '../state/turns'
import type { ConversationsState, EndedTurn, QueueHold, TurnsState } from '../types'
import { editConversation, withHold } from './conversation'
import { reviveTexts, settleTexts } from './texts'
import { forgetEnd, noteEnd } from './unseen'

/** Texts given back, errors shown, the queue held, what nobody saw noted; and the reverse where an end is taken back. */
export function followEnds(
  state: ConversationsState,
  before: TurnsState,
  after: TurnsState,
  config: RulesConfig,
): ConversationsState {
  const { added, revoked } = diffEnded(before, after)
  let next = state
  for (const ended of added) next = followEnd(noteEnd(next, ended), ended, before, after, config)
  for (const ended of revoked)
    next = editConversation(forgetEnd(next, ended), ended.conversationId, (conversation) =>
      reviveTexts(conversation, ended),
    )
  return next
}

const LIMIT = /(rate|usage)[ _-]?limit|quota/i

/** How a turn ended, as far as the queue behind it is concerned; `null` where that goes on in any case. */
function badEndOf(ended: EndedTurn, before: TurnsState): 'stop' | 'error' | 'limit' | null {
  const { outcome, reason, finishReason, error, limitedUntil } = ended
  if (outcome === 'cancelled') {
    const stop = findTurn(before, ended.turnId, ended.conversationId)?.stop
    return stop && !stop.sendsNext ? 'stop' : null
  }
  if (limitedUntil !== null || LIMIT.test(finishReason ?? '') || LIMIT.test(error?.code ?? '')) return 'limit'
  const isBad = outcome === 'error' || outcome === 'undelivered' || outcome === 'interrupted'
  return isBad && reason !== 'superseded' ? 'error' : null
}

const POLICY_OF = { stop: 'onStop', error: 'onError', limit: 'onLimit' } as const

/** Why the queue behind a turn that ended is held, and until when. A limit of which the wire knows the end is waited for. */
function holdAfter(ended: EndedTurn, before: TurnsState, { queuePolicy }: RulesConfig): QueueHold | null {
  const why = badEndOf(ended, before)
  if (why === null) return null
  if (queuePolicy[POLICY_OF[why]] === 'hold') return { why, until: null }
  return why === 'limit' && ended.limitedUntil !== null ? { why, until: ended.limitedUntil } : null
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
  const hold = headOf(after, key) && holdAfter(ended, before, config)
  return editConversation(state, key, (conversation) => {
    const settled = settleTexts(conversation, ended, isPassed)
    return hold ? withHold(settled, hold) : settled
  })
}
