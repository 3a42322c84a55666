/** One conversation's entry: made where it is missing, dropped where it has nothing left to say. */
import { NONE } from '../state/lists'
import { getRow, putRow, removeRow } from '../state/table'
import type { Conversation, ConversationsState, LogEntry, QueueHold, TurnError } from '../types'

/** How many lines an activity log keeps. */
export const LOG_SIZE = 50

export type Change = (conversation: Conversation) => Conversation

export const emptyConversation = (conversationId: string): Conversation => ({
  conversationId,
  session: null,
  texts: NONE,
  drafts: NONE,
  questions: NONE,
  lastError: null,
  log: NONE,
  queueHold: null,
})

const isSilent = (conversation: Conversation): boolean =>
  conversation.session === null &&
  conversation.texts.length === 0 &&
  conversation.drafts.length === 0 &&
  conversation.questions.length === 0 &&
  conversation.lastError === null &&
  conversation.log.length === 0 &&
  conversation.queueHold === null

/** The state with another table of conversations. Field by field: a spread takes ten times as long. */
const withRows = (state: ConversationsState, byId: ConversationsState['byId']): ConversationsState => ({
  byId,
  aliases: state.aliases,
  children: state.children,
  closedQuestions: state.closedQuestions,
  viewedId: state.viewedId,
  unseen: state.unseen,
  sessionListing: state.sessionListing,
})

/** Changes one conversation. What changes nothing returns the same state. */
export function editConversation(state: ConversationsState, key: string, change: Change): ConversationsState {
  const known = getRow(state.byId, key)
  const before = known ?? emptyConversation(key)
  const after = change(before)
  if (after === before) return state
  if (isSilent(after)) return known ? withRows(state, removeRow(state.byId, key)) : state
  return withRows(state, putRow(state.byId, after))
}

export const withLog = (conversation: Conversation, line: LogEntry): Conversation => ({
  ...conversation,
  log: [...conversation.log, line].slice(-LOG_SIZE),
})

export const withError = (
  conversation: Conversation,
  error: TurnError,
  turnId: string | null,
): Conversation => ({ ...conversation, lastError: { ...error, turnId } })

export const withoutError = (conversation: Conversation): Conversation =>
  conversation.lastError === null ? conversation : { ...conversation, lastError: null }

/** Holds the queue, or (`null`) lets it go on. */
export const withHold = (conversation: Conversation, queueHold: QueueHold | null): Conversation =>
  conversation.queueHold === queueHold ? conversation : { ...conversation, queueHold }

export const codeOf = ({ code }: TurnError): { readonly code?: string } =>
  code === undefined ? {} : { code }
