/** What conversations have to say moves along when their keys change (law 15). */
import { REMEMBERED } from '../state/config'
import { conversationOf, keyOf, questionsOf, rootOf } from '../state/conversations'
import { getRow, putRow, removeRow } from '../state/table'
import { findTurn } from '../state/turns'
import type { ConversationsState, TurnsState } from '../types'
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

/** What its turn asks is shown where the turn is. */
function moveQuestions(
  state: ConversationsState,
  was: string,
  key: string,
  turnId: string,
): ConversationsState {
  const [left, entered] = [rootOf(state, was), rootOf(state, key)]
  const asked = questionsOf(state, left).filter(({ askerId }) => askerId === turnId)
  if (asked.length === 0 || left === entered) return state
  const without = editConversation(state, left, (conversation) => ({
    ...conversation,
    questions: conversation.questions.filter((question) => !asked.includes(question)),
  }))
  return editConversation(without, entered, (conversation) => ({
    ...conversation,
    questions: [...conversation.questions, ...asked],
  }))
}

/** The conversation has a new key. With `turnId` only that turn's text and questions move, from wherever it was. */
export function rekeyConversation(
  state: ConversationsState,
  { from, to, turnId }: { readonly from: string; readonly to: string; readonly turnId?: string | undefined },
  { before }: { readonly before: TurnsState },
): ConversationsState {
  const was = keyOf(state, from)
  const known = keyOf(state, to)
  const key = known === was && turnId === undefined ? to : known
  if (was === key) return state
  if (turnId !== undefined) {
    const left = findTurn(before, turnId, was)?.conversationId
    return left === undefined || left === key
      ? state
      : moveQuestions(moveText(state, left, key, turnId), left, key, turnId)
  }
  const aliases = [
    ...state.aliases
      .filter((alias) => alias.from !== key)
      .map((alias) => (alias.to === was ? { ...alias, to: key } : alias)),
    { from: was, to: key },
  ].slice(-REMEMBERED)
  const viewedId = state.viewedId === was ? key : state.viewedId
  return { ...state, aliases, viewedId, byId: moveRow(state.byId, was, key) }
}
