/** Reads the state of the `conversations` slice. Both reducers, the listeners and the selectors use these. */
import type {
  Conversation,
  ConversationsState,
  DraftKind,
  PendingText,
  Question,
  QueueHold,
  Session,
  UnseenEnd,
} from '../types'
import { REMEMBERED } from './config'
import { NONE, remember } from './lists'
import { emptyTable, getRow } from './table'

export const initialConversations: ConversationsState = {
  byId: emptyTable(),
  aliases: NONE,
  children: NONE,
  closedQuestions: NONE,
  viewedId: null,
  unseen: NONE,
  sessionListing: null,
}

/** The key that a conversation goes by now. */
export function keyOf({ aliases }: ConversationsState, conversationId: string): string {
  for (const alias of aliases) if (alias.from === conversationId) return alias.to
  return conversationId
}

/** Several things by the keys of their conversations. */
export function byConversation<Item extends { readonly conversationId: string }>(
  state: ConversationsState,
  items: readonly Item[],
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const key = keyOf(state, item.conversationId)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

/** The conversation that this one was announced to be a helper of. */
export const parentOf = (state: ConversationsState, conversationId: string) =>
  state.children.length === 0 ? undefined : state.children.find(({ child }) => child === conversationId)

/**
 * The conversation where a person sees what goes on in this one: itself, or the root of the helpers that it belongs to,
 * through any depth of nesting.
 */
export function rootOf(state: ConversationsState, conversationId: string): string {
  let key = conversationId
  for (let depth = 0; depth < REMEMBERED; depth++) {
    const entry = parentOf(state, key)
    if (!entry) return keyOf(state, key)
    key = entry.parent
  }
  return keyOf(state, conversationId)
}

export const conversationOf = (state: ConversationsState, key: string): Conversation | undefined =>
  getRow(state.byId, key)

export const sessionOf = (state: ConversationsState, key: string): Session | null =>
  conversationOf(state, key)?.session ?? null

export const queueHoldOf = (state: ConversationsState, key: string): QueueHold | null =>
  conversationOf(state, key)?.queueHold ?? null

/** The queue waits for a person. */
export const isQueuePaused = (state: ConversationsState, key: string): boolean =>
  queueHoldOf(state, key)?.until === null

/** The queue waits, for a person or a time. */
export function isQueueHeld(state: ConversationsState, key: string, at: number): boolean {
  const hold = queueHoldOf(state, key)
  return hold !== null && (hold.until === null || hold.until > at)
}

/** By conversation: a list of rows asks for each of them. */
const indexes = new WeakMap<readonly UnseenEnd[], ReadonlyMap<string, UnseenEnd>>()
/** The end of a conversation that nobody has seen. For selectors: the rules, of which each makes a new list, look through it. */
export function unseenEndOf({ unseen }: ConversationsState, key: string): UnseenEnd | undefined {
  let index = indexes.get(unseen)
  if (!index) indexes.set(unseen, (index = new Map(unseen.map((end) => [end.conversationId, end]))))
  return index.get(key)
}

export const questionsOf = (state: ConversationsState, key: string): readonly Question[] =>
  conversationOf(state, key)?.questions ?? NONE

/** Whether a text makes no turn of its own: a steer, or an answer. */
export const isTurnless = ({ isSteer, answers }: PendingText): boolean =>
  isSteer === true || answers !== undefined

/** What the text that makes no turn was to be. */
export const kindOf = ({ isSteer }: PendingText): DraftKind => (isSteer ? 'steer' : 'answer')

/** Whether somebody is waited for: one whose time is over is not offered any more. */
export const isOffered = ({ state }: Question): boolean => state !== 'expired'

/** Whether this turn or run waits for a person. */
export const isAsking = (state: ConversationsState, key: string, askerId: string): boolean => {
  const questions = questionsOf(state, key)
  return (
    questions.length > 0 && questions.some((question) => question.askerId === askerId && isOffered(question))
  )
}

/** Whether the time to answer a question is over. One whose answer is on its way waits for what becomes of that. */
export const isOverdue = ({ state, expiresAt }: Question, at: number): boolean =>
  state === 'open' && expiresAt != null && expiresAt <= at

/** A question by its asker: every process may number its own from one. */
export const questionKey = (askerId: string | null, requestId: string): string =>
  askerId === null ? `-:${requestId}` : `${askerId.length}:${askerId}${requestId}`

export const isClosedQuestion = (
  { closedQuestions }: ConversationsState,
  askerId: string | null,
  requestId: string | null,
): boolean => requestId !== null && closedQuestions.includes(questionKey(askerId, requestId))

export const rememberClosed = (
  closed: readonly string[],
  askerId: string | null,
  requestId: string | null,
): readonly string[] => (requestId === null ? closed : remember(closed, questionKey(askerId, requestId)))
