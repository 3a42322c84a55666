import { inputClosed, inputOpened } from '../actions'
import type { QuestionPayload } from '../actions'
import type { ResolvedOptions } from '../options'
import { isOffered } from '../state/conversations'
import { rowsOf } from '../state/table'
import type { TableDiff } from '../state/table'
import type { Conversation, ConversationsState, OnQuestion } from '../types'
import type { Coordinator, KeeperDispatch } from './types'

/** What follows from a change of state: it is announced (`news`), another store or page has done so (`told`), or nothing is said. */
export type Novelty = 'news' | 'told' | 'travel'

export interface QuestionAnnouncer {
  /** Announces the questions that wait since a change, and those that do not any more. */
  follow(rows: TableDiff<Conversation>, novelty: Novelty): void
  /** The store that acts for all has announced it. */
  heard(payload: QuestionPayload, isOpen: boolean): void
  /** This store acts for all from now on: what still is so, and nobody has announced, is announced. */
  release(now: ConversationsState): void
}

/** How many questions are remembered to have been announced. */
const REMEMBERED_QUESTIONS = 500

interface Told extends QuestionPayload {
  readonly isOpen: boolean
}
type Questions = ReadonlyMap<string, QuestionPayload>

/** The questions that wait in these conversations, by name. */
const waitingIn = (rows: readonly Conversation[]): Questions =>
  new Map(
    rows.flatMap(({ conversationId, questions }) =>
      questions.filter(isOffered).map((question) => {
        const { askerId, requestId } = question
        return [JSON.stringify([conversationId, askerId, requestId]), { conversationId, question }]
      }),
    ),
  )

/** The same question, shown elsewhere or under another asker: as where its run became the turn, or its conversation got a new key. */
const isMoved = (one: QuestionPayload, other: QuestionPayload): boolean =>
  one.question.requestId === other.question.requestId && one.question.at === other.question.at

/**
 * Announces each question once when it opens, and once when it closes; as ends are, see `createAnnouncer`. One that is asked
 * anew is a new one.
 */
export function createQuestionAnnouncer(
  { onInputOpened, onInputClosed }: Pick<ResolvedOptions, 'onInputOpened' | 'onInputClosed'>,
  dispatch: KeeperDispatch,
  coordinator: Pick<Coordinator, 'leads'>,
  reportError: (error: unknown, raisedBy: string) => void,
): QuestionAnnouncer {
  const known = new Map<string, Told>()
  /** Opened here, while another store acts for all. */
  const untold = new Map<string, QuestionPayload>()

  function note(name: string, payload: QuestionPayload, isOpen: boolean): void {
    known.delete(name)
    known.set(name, { ...payload, isOpen })
    untold.delete(name)
    if (known.size <= REMEMBERED_QUESTIONS) return
    // One that is open will close.
    for (const [oldest, told] of known) if (!told.isOpen) return void known.delete(oldest)
  }

  function tell(name: string, payload: QuestionPayload, isOpen: boolean): void {
    note(name, payload, isOpen)
    const { conversationId, question } = payload
    dispatch(isOpen ? inputOpened(payload) : inputClosed(payload))
    const [callback, raisedBy]: readonly [OnQuestion | undefined, string] = isOpen
      ? [onInputOpened, 'onInputOpened']
      : [onInputClosed, 'onInputClosed']
    try {
      callback?.(question, { conversationId })
    } catch (error) {
      reportError(error, raisedBy)
    }
  }

  function opens(name: string, payload: QuestionPayload, novelty: Novelty): void {
    const told = known.get(name)
    if (told && (told.isOpen || payload.question.at === told.question.at)) return
    if (novelty === 'told') note(name, payload, true)
    else if (coordinator.leads()) tell(name, payload, true)
    else untold.set(name, payload)
  }

  function closes(name: string, payload: QuestionPayload, novelty: Novelty): void {
    untold.delete(name)
    if (!known.get(name)?.isOpen) return
    if (novelty === 'told') note(name, payload, false)
    else if (coordinator.leads()) tell(name, payload, false)
  }

  return {
    follow(rows, novelty) {
      if (novelty === 'travel' || !hasQuestions(rows.before, rows.after)) return
      const was = waitingIn(rows.before)
      const is = waitingIn(rows.after)
      const opened = [...is].filter(([name]) => !was.has(name))
      for (const [name, payload] of was) {
        if (is.has(name)) continue
        const [moved, now] = opened.find(([, other]) => isMoved(payload, other)) ?? []
        if (moved === undefined || !now) closes(name, payload, novelty)
        else if (known.get(name)?.isOpen) note(moved, now, true)
      }
      for (const [name, payload] of opened) opens(name, payload, novelty)
    },
    heard(payload, isOpen) {
      const { conversationId, question } = payload
      note(JSON.stringify([conversationId, question.askerId, question.requestId]), payload, isOpen)
    },
    release({ byId }) {
      const waiting = waitingIn(rowsOf(byId))
      for (const [name] of [...untold])
        if (waiting.has(name)) tell(name, waiting.get(name)!, true)
        else untold.delete(name)
      for (const [name, { isOpen, ...payload }] of [...known])
        if (isOpen && !waiting.has(name)) tell(name, payload, false)
    },
  }
}

const hasQuestions = (...rows: readonly (readonly Conversation[])[]): boolean =>
  rows.some((those) => those.some(({ questions }) => questions.length > 0))
