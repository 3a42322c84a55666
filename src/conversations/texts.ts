/**
 * Where a text stands. At each moment every text is with its turn (delivered, live or queued), a draft, or withdrawn by a
 * person (law 11): an end drops the text of what the server surely has, and gives any other back.
 */
import type {
  Conversation,
  ConversationsState,
  Draft,
  EndedTurn,
  PendingText,
  SendState,
  TurnsState,
} from '../types'
import { isTurnless, kindOf } from '../state/conversations'
import { without } from '../state/lists'
import { rowsOf } from '../state/table'
import { findHost, findTurn } from '../state/turns'
import { codeOf, withLog } from './conversation'
import { reopened } from './questions'

type Texts = readonly { readonly turnId: string }[]

/** Those whose text does not stand among others yet, each once. */
function newAmong<Item extends Texts[number]>(items: readonly Item[], others: Texts): readonly Item[] {
  const known = new Set(others.map(({ turnId }) => turnId))
  return items.filter(({ turnId }) => !known.has(turnId) && known.add(turnId))
}

/** A text stands once: one that is with its turn is no draft. */
export function withTexts(conversation: Conversation, texts: readonly PendingText[]): Conversation {
  if (texts.length === 0) return conversation
  const taken = new Set(texts.map(({ turnId }) => turnId))
  return {
    ...conversation,
    texts: [...conversation.texts, ...newAmong(texts, conversation.texts)],
    drafts: without(conversation.drafts, ({ turnId }) => taken.has(turnId)),
  }
}

/** Those of a kept state whose text stands nowhere: who has kept them may know a newer key of their conversation. */
export const missingAmong = <Kept extends Texts[number]>(
  { byId }: ConversationsState,
  kept: readonly Kept[],
): readonly Kept[] =>
  kept.length === 0
    ? kept
    : newAmong(
        kept,
        rowsOf(byId).flatMap(({ texts, drafts }) => [...texts, ...drafts]),
      )

/** Puts drafts back that stand nowhere. */
export const withDrafts = (conversation: Conversation, drafts: readonly Draft[]): Conversation => ({
  ...conversation,
  drafts: [...conversation.drafts, ...drafts],
})

export const withText = (conversation: Conversation, text: PendingText): Conversation =>
  conversation.texts.some(({ turnId }) => turnId === text.turnId)
    ? conversation
    : { ...conversation, texts: [...conversation.texts, text] }

export const withoutText = (conversation: Conversation, turnId: string): Conversation =>
  conversation.texts.some((text) => text.turnId === turnId)
    ? { ...conversation, texts: conversation.texts.filter((text) => text.turnId !== turnId) }
    : conversation

export const withoutDraft = (conversation: Conversation, turnId: string): Conversation =>
  conversation.drafts.some((draft) => draft.turnId === turnId)
    ? { ...conversation, drafts: conversation.drafts.filter((draft) => draft.turnId !== turnId) }
    : conversation

export const withDraft = (conversation: Conversation, draft: Draft): Conversation =>
  newAmong([draft], [...conversation.texts, ...conversation.drafts]).length === 0
    ? conversation
    : withDrafts(conversation, [draft])

/** Whether the text of an ended turn reached the server. `yes`: its own word, or what the turn has shown, says so. */
const ARRIVAL_OF: Readonly<Record<SendState, 'yes' | Draft['arrived']>> = {
  unsent: 'no',
  refused: 'no',
  sending: 'unknown',
  unconfirmed: 'unknown',
  accepted: 'yes',
  // The server had it, and held it back: it is over without having begun.
  server_queued: 'unknown',
}
function arrivalOf({ started, sendState, outcome, grade }: EndedTurn): 'yes' | Draft['arrived'] {
  const arrived = started === 'named' ? 'yes' : ARRIVAL_OF[sendState]
  // Whatever was known before: the server says that it never had it.
  if (outcome === 'undelivered') return arrived === 'yes' ? 'unknown' : arrived
  return outcome === 'complete' && grade === 'witnessed' ? 'yes' : arrived
}

/** What an end leaves behind. `isPassed`: a newer turn is active already, and an old error is no news. */
export function settleTexts(conversation: Conversation, ended: EndedTurn, isPassed: boolean): Conversation {
  const text = conversation.texts.find(({ turnId }) => turnId === ended.turnId)
  const arrived = text ? arrivalOf(ended) : 'yes'
  const { turnId, endedAt: at, error } = ended
  const isOldError =
    conversation.lastError?.turnId === turnId &&
    (ended.outcome === 'complete' || ended.outcome === 'cancelled')
  const settled: Conversation = {
    ...conversation,
    texts: text ? conversation.texts.filter((other) => other !== text) : conversation.texts,
    drafts:
      text && arrived !== 'yes' && !text.hidden
        ? [...conversation.drafts, { turnId, input: text.input, at, arrived }]
        : // It turned out to have arrived: nothing is to be sent again.
          ended.corrected && arrived === 'yes' && arrivalOf(ended) === 'yes'
          ? conversation.drafts.filter((draft) => draft.turnId !== turnId)
          : conversation.drafts,
    lastError: error && !isPassed ? { ...error, turnId } : isOldError ? null : conversation.lastError,
  }
  return error
    ? withLog(settled, { at, kind: ended.reason, message: error.message, ...codeOf(error), turnId })
    : settled
}

/** An inferred end was taken back: so are the error that it left and the draft that it gave back. */
export function reviveTexts(conversation: Conversation, { turnId }: EndedTurn): Conversation {
  const returned = conversation.drafts.filter((draft) => draft.turnId === turnId)
  return {
    ...conversation,
    texts: [
      ...conversation.texts,
      ...returned.map(({ input }): PendingText => ({ turnId, input, hidden: false })),
    ],
    drafts: conversation.drafts.filter((draft) => draft.turnId !== turnId),
    lastError: conversation.lastError?.turnId === turnId ? null : conversation.lastError,
  }
}

/** Nobody hears any more what becomes of texts that make no turn: they may have arrived. */
export const abandonSent = (
  { texts, drafts }: Conversation,
  at: number,
  isAbandoned: (text: PendingText) => boolean = isTurnless,
): Pick<Conversation, 'texts' | 'drafts'> => ({
  texts: texts.filter((text) => !isAbandoned(text)),
  drafts: [
    ...drafts,
    ...texts.filter(isAbandoned).map((text): Draft => {
      const { turnId, input } = text
      return { turnId, input, at, arrived: 'unknown', kind: kindOf(text) }
    }),
  ],
})

/** The server has a steer. Read at once, or (`queued`) by and by: while its turn goes on it is kept until then. */
export function acceptSteer(
  conversation: Conversation,
  text: PendingText,
  isQueued: boolean,
  turns: TurnsState,
  at: number,
): Conversation {
  if (!isQueued) return withoutText(conversation, text.turnId)
  if (text.into === undefined || !goesOn(turns, text.into))
    return { ...conversation, ...abandonSent(conversation, at, (other) => other === text) }
  const { nonce: _answered, ...kept } = text
  return {
    ...conversation,
    texts: conversation.texts.map((other) => (other === text ? { ...kept, isUnread: true } : other)),
  }
}

const goesOn = (turns: TurnsState, turnId: string): boolean =>
  (findTurn(turns, turnId) ?? findHost(turns, turnId)) !== undefined

/** The turns of steers that nobody was seen to read are over: the steers may have arrived. */
export function giveBackUnread(conversation: Conversation, turns: TurnsState, at: number): Conversation {
  const isOver = ({ isUnread, into = '' }: PendingText): boolean => isUnread === true && !goesOn(turns, into)
  return conversation.texts.some(isOver)
    ? { ...conversation, ...abandonSent(conversation, at, isOver) }
    : conversation
}

/** The requests of another keeper will never be answered here: questions wait again, and what was sent may have arrived. */
export function abandonRequests(conversation: Conversation, at: number): Conversation {
  const isAnswering = conversation.questions.some((question) => question.state === 'answering')
  // One that the server has is read, or not, without us.
  const isLost = (text: PendingText): boolean => isTurnless(text) && !text.isUnread
  if (!isAnswering && !conversation.texts.some(isLost)) return conversation
  return {
    ...conversation,
    ...abandonSent(conversation, at, isLost),
    questions: conversation.questions.map((question) =>
      question.state === 'answering' ? reopened(question) : question,
    ),
  }
}
