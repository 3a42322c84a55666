/** What conversations have to say moves along when their keys change (law 15). */
import { REMEMBERED } from '../state/config'
import { conversationOf, keyOf, questionsOf, rootOf } from '../state/conversations'
import { getRow, putRow, removeRow } from '../state/table'
import { NONE } from '../state/lists'
import { conversationOfTurn } from '../state/turnIndex'
import { changedEntries, findAsker, findTurn } from '../state/turns'
import type { ConversationsState, PendingText, Question, TurnsState } from '../types'
import { editConversation, emptyConversation, LOG_SIZE } from './conversation'
import { isSame } from './questions'
import { giveBackUnread, withoutText, withText } from './texts'
import { renameUnseen } from './unseen'

/** Texts go along with their turns, and with those that they were merged into; steers are given back with the end of theirs. */
export function followTurnsWithTexts(
  state: ConversationsState,
  before: TurnsState,
  after: TurnsState,
  at: number,
): ConversationsState {
  if (before.byConversation === after.byConversation) return state
  let next = state
  for (const { conversationId } of changedEntries(before, after).before) {
    const key = keyOf(next, conversationId)
    if (conversationOf(next, key)?.texts.some(({ isUnread }) => isUnread))
      next = editConversation(next, key, (conversation) => giveBackUnread(conversation, after, at))
    for (const text of conversationOf(next, key)?.texts ?? NONE) {
      const home = conversationOfTurn(after.byConversation, text.turnId)
      if (home !== undefined && home !== key) next = moveText(next, key, home, text)
    }
  }
  return next
}

const moveText = (
  state: ConversationsState,
  from: string,
  to: string,
  text: PendingText,
): ConversationsState =>
  editConversation(
    editConversation(state, from, (conversation) => withoutText(conversation, text.turnId)),
    to,
    (conversation) => withText(conversation, text),
  )

function moveRow(byId: ConversationsState['byId'], was: string, key: string): ConversationsState['byId'] {
  const moved = getRow(byId, was)
  if (!moved) return byId
  const there = getRow(byId, key) ?? emptyConversation(key)
  return putRow(removeRow(byId, was), {
    conversationId: key,
    session: there.session ?? moved.session,
    texts: [...moved.texts, ...there.texts],
    drafts: [...moved.drafts, ...there.drafts],
    questions: joinQuestions(moved.questions, there.questions),
    lastError: there.lastError ?? moved.lastError,
    log: [...moved.log, ...there.log].slice(-LOG_SIZE),
    queueHold: moved.queueHold ?? there.queueHold,
  })
}

/** The questions under both keys, each once: the same turn may have asked under either. */
const joinQuestions = (moved: readonly Question[], there: readonly Question[]): readonly Question[] => [
  ...moved,
  ...there.filter((question) => !moved.some((other) => isSame(other, question))),
]

/** What its turn asks is shown where the turn is, which may have turned out to be another one that is there. */
function moveQuestions(
  state: ConversationsState,
  was: string,
  key: string,
  turnId: string,
  heir: string,
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
    questions: joinQuestions(
      conversation.questions,
      asked.map((question) => ({ ...question, askerId: heir })),
    ),
  }))
}

/** The conversation has a new key. With `turnId` only that turn's questions move, from wherever it was; its text goes along with it. */
export function rekeyConversation(
  state: ConversationsState,
  { from, to, turnId }: { readonly from: string; readonly to: string; readonly turnId?: string | undefined },
  { before, after }: { readonly before: TurnsState; readonly after: TurnsState },
): ConversationsState {
  const was = keyOf(state, from)
  const known = keyOf(state, to)
  const key = known === was && turnId === undefined ? to : known
  if (was === key) return state
  if (turnId !== undefined) {
    const turn = findTurn(before, turnId, was)
    if (!turn || turn.conversationId === key) return state
    const heir = [turnId, ...turn.runs]
      .map((name) => findAsker(after, key, name))
      .find((id) => id !== undefined)
    return moveQuestions(state, turn.conversationId, key, turnId, heir ?? turnId)
  }
  const aliases = [
    ...state.aliases
      .filter((alias) => alias.from !== key)
      .map((alias) => (alias.to === was ? { ...alias, to: key } : alias)),
    { from: was, to: key },
  ].slice(-REMEMBERED)
  const viewedId = state.viewedId === was ? key : state.viewedId
  const unseen = renameUnseen(state, was, key)
  return { ...state, aliases, viewedId, unseen, byId: moveRow(state.byId, was, key) }
}
