/**
 * Questions: several at once, with unknown ids, of turns and helpers at any depth, shown where a person sees the
 * conversation (law 14). A question closes by a word that names it, with its asker, or by a status check that lists all open
 * ones and left after it was asked; never by silence.
 */
import { QUESTIONS_PER_CONVERSATION } from '../state/config'
import { replaceItem } from '../state/lists'
import { mapRows } from '../state/table'
import {
  isClosedQuestion,
  isOffered,
  isOverdue,
  keyOf,
  questionsOf,
  rememberClosed,
  rootOf,
} from '../state/conversations'
import {
  activeOf,
  changedEntries,
  entryOf,
  findAsker,
  findBackground,
  findHelper,
  findTurn,
  findTurnByRun,
  findUnplaced,
  turnsIn,
} from '../state/turns'
import type {
  ConversationsState,
  ConversationTurns,
  Question,
  StatusAnswer,
  Turn,
  TurnsState,
} from '../types'
import { editConversation } from './conversation'

export interface AskedQuestion {
  readonly requestId: string | null
  readonly askerId: string
  readonly kind?: string | undefined
  readonly prompt?: unknown
  /** Until when it can be answered. */
  readonly expiresAt?: number | null | undefined
  /** A status check lists it as open. */
  readonly isListed?: boolean | undefined
}

interface ToldExpiry {
  readonly expiresInMs?: number | undefined
  readonly expiresAt?: number | undefined
}
/** Until when a question can be answered. A time that is past when it is told is that of another clock, and not used. */
export function expiryOf({ expiresInMs, expiresAt }: ToldExpiry, at: number): number | null {
  const until = expiresInMs === undefined ? (expiresAt ?? at) : at + expiresInMs
  return until > at ? until : null
}

export const isSame = (question: Question, asked: Pick<Question, 'requestId' | 'askerId'>): boolean =>
  question.requestId === asked.requestId && question.askerId === asked.askerId

/** Shows a question, once. Told again, it is newer evidence; one with an id takes the place of one whose id was not known. */
export function openQuestion(
  state: ConversationsState,
  key: string,
  asked: AskedQuestion,
  at: number,
  seq: number,
): ConversationsState {
  const { requestId, askerId, kind, prompt = null, expiresAt = null } = asked
  if (isClosedQuestion(state, askerId, requestId)) return state
  return editConversation(state, key, (conversation) => {
    const { questions } = conversation
    const known = questions.find((question) => isSame(question, asked))
    if (known) {
      const told = toldAgain(known, asked, at, seq)
      return told === known
        ? conversation
        : { ...conversation, questions: questions.map((other) => (other === known ? told : other)) }
    }
    const others = questions.filter((other) => other.askerId !== askerId || other.requestId !== null)
    // Somebody is waited for already, and it is known for what.
    if (requestId === null && others.some((other) => other.askerId === askerId && isOffered(other)))
      return conversation
    if (others.length >= QUESTIONS_PER_CONVERSATION) return conversation
    const question: Question = {
      requestId,
      askerId,
      prompt,
      kind: kind ?? 'question',
      state: 'open',
      nonce: null,
      at,
      expiresAt,
      seq,
    }
    return { ...conversation, questions: [...others, question] }
  })
}

type Told = Pick<AskedQuestion, 'prompt' | 'expiresAt' | 'isListed'>
/** A question that is known is told of once more. One whose time was over waits again where a later word says so. */
function toldAgain(known: Question, asked: Told, at: number, seq: number): Question {
  const expiresAt = asked.expiresAt ?? null
  const waitsAgain =
    known.state === 'expired' && (expiresAt !== null || (asked.isListed === true && known.seq <= seq))
  const told: Question = {
    ...known,
    prompt: known.prompt ?? asked.prompt ?? null,
    seq: Math.max(known.seq, seq),
    expiresAt: waitsAgain ? expiresAt : (expiresAt ?? known.expiresAt),
    ...(waitsAgain && { state: 'open', at }),
  }
  const isNews =
    waitsAgain || told.prompt !== known.prompt || told.seq !== known.seq || told.expiresAt !== known.expiresAt
  return isNews ? told : known
}

/** The question waits again. */
export const reopened = (question: Question): Question => ({ ...question, state: 'open', nonce: null })

/** The time of questions is over, as the wire had announced it. They are not offered any more, and may be asked again. */
export const expireQuestions = (
  state: ConversationsState,
  key: string,
  at: number,
  seq: number,
): ConversationsState =>
  editConversation(state, key, (conversation) =>
    conversation.questions.some((question) => isOverdue(question, at))
      ? {
          ...conversation,
          questions: conversation.questions.map((question) =>
            isOverdue(question, at) ? { ...question, state: 'expired', seq } : question,
          ),
        }
      : conversation,
  )

/** Closes the questions that are `over`: they are not opened again by a late copy. */
export function closeQuestions(
  state: ConversationsState,
  key: string,
  isOver: (question: Question) => boolean,
): ConversationsState {
  const over = questionsOf(state, key).filter(isOver)
  if (over.length === 0) return state
  const closedQuestions = over.reduce(
    (closed, { askerId, requestId }) => rememberClosed(closed, askerId, requestId),
    state.closedQuestions,
  )
  return editConversation({ ...state, closedQuestions }, key, (conversation) => ({
    ...conversation,
    questions: conversation.questions.filter((question) => !over.includes(question)),
  }))
}

export function editQuestion(
  state: ConversationsState,
  key: string,
  isMeant: (question: Question) => boolean,
  change: (question: Question) => Question,
): ConversationsState {
  const question = questionsOf(state, key).find(isMeant)
  const changed = question && change(question)
  if (!changed || changed === question) return state
  return editConversation(state, key, (conversation) => ({
    ...conversation,
    questions: conversation.questions.map((other) => (other === question ? changed : other)),
  }))
}

/** The clock was set back: a question waits for as long as it was to wait. */
export const shiftQuestions = (state: ConversationsState, shiftMs: number): ConversationsState => {
  const shifted = mapRows(state.byId, (row) =>
    row.questions.length === 0
      ? row
      : {
          ...row,
          questions: row.questions.map((question) => ({
            ...question,
            at: question.at + shiftMs,
            expiresAt: question.expiresAt === null ? null : question.expiresAt + shiftMs,
          })),
        },
  )
  return shifted === state.byId ? state : { ...state, byId: shifted }
}

// ---------------------------------------------------------------- askers

const askersIn = (entry: ConversationTurns | undefined): ReadonlySet<string> =>
  new Set(
    entry
      ? [
          ...turnsIn(entry).map(({ turnId }) => turnId),
          ...entry.unplacedRuns.map(({ runId }) => runId),
          ...entry.backgroundRuns.map(({ runId }) => runId),
        ]
      : [],
  )

/**
 * Questions belong to their asker, and close with it. Where the asker goes on under another name (a run of unknown origin
 * that became the turn, a run that was wrongly taken for the turn's), its questions go along. Where its end was only inferred
 * they are taken away, and may be asked again.
 */
export function followAskers(
  state: ConversationsState,
  before: TurnsState,
  after: TurnsState,
): ConversationsState {
  if (before.byConversation === after.byConversation) return state
  let next = state
  for (const was of changedEntries(before, after).before) {
    // Its questions may stand under a new key by now, and those of a helper's conversation stand at the root.
    const own = keyOf(next, was.conversationId)
    const root = rootOf(next, was.conversationId)
    next = followAskersOf(next, after, was, own, own)
    if (root !== own) next = followAskersOf(next, after, was, own, root)
  }
  return next
}

/** The questions at `key` that were asked in `was`, which is called `own` now. */
function followAskersOf(
  state: ConversationsState,
  after: TurnsState,
  was: ConversationTurns,
  own: string,
  key: string,
): ConversationsState {
  const questions = questionsOf(state, key)
  if (questions.length === 0) return state
  const known = askersIn(was)
  const remaining = askersIn(entryOf(after, own))
  let next = state
  for (const question of questions) {
    const { askerId } = question
    if (askerId === null || !known.has(askerId)) continue
    const asker = turnsIn(was).find(({ turnId }) => turnId === askerId)
    const guess = asker ? guessOf(asker) : null
    const stays = remaining.has(askerId)
    if (stays && guess === null) continue
    const heir = heirOf(after, own, guess === null ? (asker?.runs ?? [askerId]) : [guess])
    if (stays && heir === askerId) continue
    const moved = stays ? undefined : findTurn(after, askerId)
    if (heir !== undefined && heir !== askerId) next = renameAsker(next, key, question, heir)
    else if (moved) next = moveQuestion(next, key, rootOf(next, moved.conversationId), question)
    else next = takeAway(next, key, question, isInferred(after, askerId))
  }
  return next
}

/** Its asker goes by another name. What that one had asked already is the same question, told again. */
const renameAsker = (
  state: ConversationsState,
  key: string,
  question: Question,
  askerId: string,
): ConversationsState =>
  editConversation(state, key, ({ questions, ...conversation }) => {
    const others = questions.filter((other) => other !== question)
    const renamed = { ...question, askerId }
    const known = others.find((other) => isSame(other, renamed))
    return {
      ...conversation,
      questions: known
        ? replaceItem(others, known, toldAgain(renamed, known, known.at, known.seq))
        : [...others, renamed],
    }
  })

/** Its asker has moved to another conversation. */
function moveQuestion(
  state: ConversationsState,
  from: string,
  to: string,
  question: Question,
): ConversationsState {
  const left = editConversation(state, from, (conversation) => ({
    ...conversation,
    questions: conversation.questions.filter((other) => other !== question),
  }))
  return editConversation(left, to, (conversation) =>
    conversation.questions.some((other) => isSame(other, { ...question, askerId: question.askerId ?? '' }))
      ? conversation
      : { ...conversation, questions: [...conversation.questions, question] },
  )
}

/** The run by which a turn has asked, where it is only guessed to be the turn's. */
const guessOf = ({ guessedRun, started }: Turn): string | null => (started === 'unnamed' ? guessedRun : null)

/** What an asker goes on as, by its runs: the turn that one of them belongs to now, or a run of its own. */
function heirOf(after: TurnsState, key: string, runs: readonly string[]): string | undefined {
  for (const run of runs) {
    const heir =
      findTurnByRun(after, run, key)?.turnId ??
      (findUnplaced(after, key, run, null) ?? findBackground(after, key, run))?.runId
    if (heir !== undefined) return heir
  }
  return undefined
}

const isInferred = ({ ended }: TurnsState, turnId: string): boolean =>
  ended.findLast((record) => record.turnId === turnId)?.grade === 'inferred'

function takeAway(
  state: ConversationsState,
  key: string,
  question: Question,
  mayReturn: boolean,
): ConversationsState {
  if (!mayReturn) return closeQuestions(state, key, (other) => other === question)
  return editConversation(state, key, (conversation) => ({
    ...conversation,
    questions: conversation.questions.filter((other) => other !== question),
  }))
}

// ---------------------------------------------------------------- status checks

/** The turn or helper that an answer says runs: the one that it names, else the active turn. */
function askerOfAnswer(turns: TurnsState, key: string, { turnId, runId }: StatusAnswer): string | undefined {
  if (turnId != null) return findTurn(turns, turnId, key)?.turnId
  if (runId == null) return activeOf(turns, key)?.turnId
  return findTurnByRun(turns, runId, key)?.turnId ?? findHelper(turns, key, runId)?.runId
}

/** Where a question stands: a turn that is known under this key may have moved to another. */
export const placeOf = (turns: TurnsState, key: string, askerId: string): string =>
  findTurn(turns, askerId, key)?.conversationId ?? key

/** What a status check says about questions. It is as old as its departure (law 5). */
export function questionsOfAnswer(
  state: ConversationsState,
  turns: TurnsState,
  key: string,
  answer: StatusAnswer,
  check: { readonly seq: number },
  at: number,
): ConversationsState {
  const runs = answer.status === 'running' || answer.status === 'awaiting_input'
  const asker = runs ? (askerOfAnswer(turns, key, answer) ?? null) : null
  let next = state
  const { questions } = answer
  if (questions) {
    const isListed = (question: Question) =>
      questions.some((told) => told.requestId == null || told.requestId === question.requestId)
    next = closeQuestions(next, key, (question) => question.seq <= check.seq && !isListed(question))
    for (const { requestId = null, kind, prompt, asker: named, ...told } of questions) {
      const known = questionsOf(next, key).find(
        (other) => other.requestId === requestId && requestId !== null,
      )
      const askerId = known?.askerId ?? (named == null ? asker : findAsker(turns, key, named))
      if (askerId != null)
        next = openQuestion(
          next,
          placeOf(turns, key, askerId),
          { requestId, askerId, kind, prompt, expiresAt: expiryOf(told, at), isListed: true },
          at,
          check.seq,
        )
    }
    return next
  }
  if (asker === null) return next
  const place = placeOf(turns, key, asker)
  if (answer.status === 'awaiting_input')
    return openQuestion(
      next,
      place,
      { requestId: answer.inputId ?? null, askerId: asker, isListed: true },
      at,
      check.seq,
    )
  // It runs, and waits for nobody: what it was waiting for without a name is over.
  return closeQuestions(
    next,
    place,
    (question) => question.requestId === null && question.askerId === asker && question.seq <= check.seq,
  )
}
