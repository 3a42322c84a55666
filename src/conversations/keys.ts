/** What conversations have to say moves along when their keys change (law 15). */
import { REMEMBERED } from '../state/config'
import { conversationOf, keyOf } from '../state/conversations'
import { getRow, putRow, removeRow } from '../state/table'
import type { ConversationsState } from '../types'
import { editConversation, emptyConversation, LOG_SIZE } from './conversation'
import { withoutText, withText } from './texts'

function moveText(state: ConversationsState, was: string, key: string, turnId: string): ConversationsState {
  const text = conversationOf(state, was)?.texts.find((other) => other.turnId === turnId)
  if (!text) return state
  const left = editConversation(state, was, (conversation) => withoutText(conversation, turnId))
  return editConversation(left, key, (conversation) => withText(conversation, text))
}

function moveRow(byId: ConversationsState['byId'], was: string, key: string): ConversationsState['byId'] {
  const moved = getRow(byId, was)
  if (!moved) return byId
  const there = getRow(byId, key) ?? emptyConversation(key)
  return putRow(removeRow(byId, was), {
    conversationId: key,
    session: there.session ?? moved.session,
    texts: [...moved.texts, ...there.texts],
    drafts: [...moved.drafts, ...there.drafts],
    questions: [...moved.questions, ...there.questions],
    lastError: there.lastError ?? moved.lastError,
    log: [...moved.log, ...there.log].slice(-LOG_SIZE),
    isQueuePaused: moved.isQueuePaused || there.isQueuePaused,
  })
}

/** The conversation has a new key. With `turnId` only that turn's text moves. */
export function rekeyConversation(
  state: ConversationsState,
  { from, to, turnId }: { readonly from: string; readonly to: string; readonly turnId?: string | undefined },
): ConversationsState {
  const was = keyOf(state, from)
  const key = keyOf(state, to) === was ? to : keyOf(state, to)
  if (was === key) return state
  if (turnId !== undefined) return moveText(state, was, key, turnId)
  const aliases = [
    ...state.aliases
      .filter((alias) => alias.from !== key)
      .map((alias) => (alias.to === was ? { ...alias, to: key } : alias)),
    { from: was, to: key },
  ].slice(-REMEMBERED)
  const viewedId = state.viewedId === was ? key : state.viewedId
  return { ...state, aliases, viewedId, byId: moveRow(state.byId, was, key) }
}
