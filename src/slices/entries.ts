/**
 * What conversations have to say, as edits of their entries: texts, drafts, questions, errors. And what follows from the
 * ledger alone: the text of an ended turn goes back to the user, its questions close.
 */
import { endedSince, findTurn, ownerOf, questionKey } from '../rules'
import type { Draft, EndedTurn, InputRequest, Ledger, PendingText, TurnError } from '../types'

/** An entry of a conversation's activity log: what went wrong, for people. */
export interface LogEntry {
  readonly at: number
  readonly kind: string
  readonly message: string
  readonly turnId: string | null
}

/** What a conversation has to say. One that has nothing to say has no entry. */
export interface ConversationEntry {
  readonly conversationId: string
  readonly texts: readonly PendingText[]
  readonly drafts: readonly Draft[]
  readonly requests: readonly InputRequest[]
  readonly lastError: (TurnError & { readonly turnId: string | null }) | null
  readonly log: readonly LogEntry[]
}

export const LOG_SIZE = 50

export type Entries = readonly ConversationEntry[]
export type Edit = (entry: ConversationEntry) => ConversationEntry

export const emptyEntry = (conversationId: string): ConversationEntry => ({
  conversationId,
  texts: [],
  drafts: [],
  requests: [],
  lastError: null,
  log: [],
})

const saysNothing = (entry: ConversationEntry): boolean =>
  entry.texts.length === 0 &&
  entry.drafts.length === 0 &&
  entry.requests.length === 0 &&
  entry.lastError === null &&
  entry.log.length === 0

/** Edits one entry: made where it is missing, dropped where it has nothing left to say. */
export function edit(entries: Entries, conversationId: string, change: Edit): Entries {
  const known = entries.find((entry) => entry.conversationId === conversationId)
  const before = known ?? emptyEntry(conversationId)
  const after = change(before)
  if (after === before) return entries
  if (saysNothing(after)) return known ? entries.filter((entry) => entry !== known) : entries
  return known ? entries.map((entry) => (entry === known ? after : entry)) : [...entries, after]
}

export const log = (entry: ConversationEntry, line: LogEntry): ConversationEntry => ({
  ...entry,
  log: [...entry.log, line].slice(-LOG_SIZE),
})

export const fail = (
  entry: ConversationEntry,
  error: TurnError,
  turnId: string | null,
): ConversationEntry => ({
  ...entry,
  lastError: { ...error, turnId },
})

// ---------------------------------------------------------------- what ends and beginnings leave behind

/**
 * The text of an ended turn goes back to the user where it is not certain that the server has it. `passed`: a newer turn
 * owns the conversation already, and an old error is no news.
 */
function settleEntry(entry: ConversationEntry, ended: EndedTurn, passed: boolean): ConversationEntry {
  const text = entry.texts.find((pending) => pending.turnId === ended.turnId)
  const lost = !ended.sent || ended.outcome === 'undelivered' || (ended.outcome === 'error' && !ended.begun)
  const requests = entry.requests.filter((request) => request.asker !== ended.turnId)
  const drafts =
    text && lost && !text.hidden
      ? [...entry.drafts, { turnId: text.turnId, input: text.input, at: ended.endedAt }]
      : entry.drafts
  const stale = entry.lastError?.turnId === ended.turnId && ended.outcome === 'complete'
  const settled: ConversationEntry = {
    ...entry,
    texts: text ? entry.texts.filter((pending) => pending !== text) : entry.texts,
    requests: requests.length === entry.requests.length ? entry.requests : requests,
    drafts,
    lastError:
      ended.error && !passed ? { ...ended.error, turnId: ended.turnId } : stale ? null : entry.lastError,
  }
  if (!ended.error) return settled
  const { endedAt: at, turnId } = ended
  return log(settled, { at, kind: ended.reason, message: ended.error.message, turnId })
}

/** An inferred end was taken back: so are the error that it left and the draft that it gave back. */
const reviveEntry = (entry: ConversationEntry, ended: EndedTurn): ConversationEntry => ({
  ...entry,
  texts: [
    ...entry.texts,
    ...entry.drafts
      .filter((draft) => draft.turnId === ended.turnId)
      .map(({ turnId, input }) => ({ turnId, input, hidden: false })),
  ],
  drafts: entry.drafts.filter((draft) => draft.turnId !== ended.turnId),
  lastError: entry.lastError?.turnId === ended.turnId ? null : entry.lastError,
})

export function followLedger(entries: Entries, before: Ledger, after: Ledger): Entries {
  let next = entries
  for (const ended of endedSince(after, before)) {
    // Most turns leave nothing behind: a conversation without an entry gets none for an end without an error.
    if (!ended.error && !next.some((entry) => entry.conversationId === ended.conversationId)) continue
    next = edit(next, ended.conversationId, (entry) =>
      settleEntry(entry, ended, ended.corrected && ownerOf(after, ended.conversationId) !== undefined),
    )
  }
  // Records only ever become fewer where an inferred end is taken back.
  if (after.settled.length < before.settled.length) {
    for (const ended of before.settled) {
      if (after.settled.includes(ended) || !findTurn(after, ended.turnId)) continue
      next = edit(next, ended.conversationId, (entry) => reviveEntry(entry, ended))
    }
  }
  if (before.closed !== after.closed) {
    const isOpen = ({ asker, requestId }: InputRequest) =>
      asker === null || !after.closed.includes(questionKey(asker, requestId))
    for (const entry of next) {
      if (entry.requests.every(isOpen)) continue
      next = edit(next, entry.conversationId, (known) => ({
        ...known,
        requests: known.requests.filter(isOpen),
      }))
    }
  }
  return next
}

// ---------------------------------------------------------------- texts and questions

/** Remembers a text with its turn, until it is certain that the server has it. */
export const keepText =
  (text: PendingText): Edit =>
  (entry) => ({ ...entry, texts: [...entry.texts, text] })

/** Shows a question, once. */
export const keepRequest =
  (request: Omit<InputRequest, 'state' | 'nonce'>): Edit =>
  (entry) =>
    entry.requests.some((known) => known.requestId === request.requestId)
      ? entry
      : { ...entry, requests: [...entry.requests, { ...request, state: 'open', nonce: null }] }

export const editRequest = (
  entries: Entries,
  key: string,
  requestId: string,
  change: (request: InputRequest) => InputRequest,
): Entries =>
  edit(entries, key, (entry) => {
    const known = entry.requests.find((request) => request.requestId === requestId)
    const changed = known && change(known)
    return changed === known || !changed
      ? entry
      : { ...entry, requests: entry.requests.map((request) => (request === known ? changed : request)) }
  })
export const reopen = (request: InputRequest): InputRequest => ({ ...request, state: 'open', nonce: null })
/** The question that an answer was given to, unless that answer is not the one that is waited for. */
export const answered = (
  entries: Entries,
  key: string,
  { requestId, nonce }: { readonly requestId: string; readonly nonce?: string },
): InputRequest | undefined =>
  entries
    .find((entry) => entry.conversationId === key)
    ?.requests.find(
      (request) => request.requestId === requestId && (nonce === undefined || request.nonce === nonce),
    )
