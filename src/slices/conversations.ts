import { createSlice } from '@reduxjs/toolkit'
import type { Reducer, UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../actions'
import {
  askerOf,
  emptyLedger,
  endedSince,
  findTurn,
  holderOf,
  keyOf,
  malformed,
  ownerOf,
  questionKey,
  sessionOf,
} from '../rules'
import type { Fold } from '../rules'
import type { Draft, EndedTurn, InputRequest, Ledger, PendingText, TurnError } from '../types'
import { frozen } from './freeze'

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

export interface ConversationsState {
  readonly ledger: Ledger
  readonly entries: readonly ConversationEntry[]
}

export const initialConversations: ConversationsState = { ledger: emptyLedger, entries: [] }

const LOG_SIZE = 50

type Entries = readonly ConversationEntry[]
type Edit = (entry: ConversationEntry) => ConversationEntry

const emptyEntry = (conversationId: string): ConversationEntry => ({
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

const log = (entry: ConversationEntry, line: LogEntry): ConversationEntry => ({
  ...entry,
  log: [...entry.log, line].slice(-LOG_SIZE),
})

const fail = (entry: ConversationEntry, error: TurnError, turnId: string | null): ConversationEntry => ({
  ...entry,
  lastError: { ...error, turnId },
})

// ---------------------------------------------------------------- what ends and beginnings leave behind

/** The text of an ended turn goes back to the user where it is not certain that the server has it. */
/** `passed`: a newer turn owns the conversation already, and an old error is no news. */
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

function followLedger(entries: Entries, before: Ledger, after: Ledger): Entries {
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

// ---------------------------------------------------------------- the actions that only this slice answers

type Answer<P> = (entries: Entries, payload: P, ledger: Ledger, at: number, before: Ledger) => Entries

const answers = new Map<string, Answer<never>>()
const on = <P>(creator: { type: string; (payload: P): unknown }, answer: Answer<P>): void => {
  answers.set(creator.type, answer as Answer<never>)
}

/** Remembers a text with its turn, until it is certain that the server has it. */
const keepText =
  (text: PendingText): Edit =>
  (entry) => ({ ...entry, texts: [...entry.texts, text] })

on(actions.turnSubmitted, (entries, payload, ledger, _at, before) => {
  const { turnId, input, hidden = false, retryOf } = payload
  const turn = findTurn(ledger, turnId)
  if (!turn || turn.born <= before.seq) return entries
  return edit(entries, keyOf(ledger, payload.conversationId), (entry) => ({
    ...keepText({ turnId, input, hidden, ...(retryOf !== undefined && { retryOf }) })(entry),
    drafts: retryOf === undefined ? entry.drafts : entry.drafts.filter((draft) => draft.turnId !== retryOf),
    lastError: null,
  }))
})
on(actions.turnSteered, (entries, { conversationId, steerId, input }, ledger) =>
  edit(entries, keyOf(ledger, conversationId), (entry) =>
    entry.texts.some((text) => text.turnId === steerId)
      ? entry
      : { ...keepText({ turnId: steerId, input, hidden: false })(entry), lastError: null },
  ),
)
on(actions.sendAccepted, (entries, { turnId }, ledger) => {
  // A steer makes no turn: its text is safe once it is accepted.
  const holder = entries.find((entry) => entry.texts.some((text) => text.turnId === turnId))
  return !holder || findTurn(ledger, turnId) || ledger.live.some((turn) => turn.merged.includes(turnId))
    ? entries
    : edit(entries, holder.conversationId, (entry) => ({
        ...entry,
        texts: entry.texts.filter((text) => text.turnId !== turnId),
      }))
})
on(actions.queuedRemoved, (entries, { turnId, elsewhere }, _ledger, _at, before) => {
  const turn = elsewhere ? findTurn(before, turnId) : undefined
  return turn
    ? edit(entries, turn.conversationId, (entry) => ({
        ...entry,
        texts: entry.texts.filter((text) => text.turnId !== turnId),
      }))
    : entries
})
on(actions.steerRefused, (entries, { conversationId, steerId, input, error }, ledger, at) =>
  edit(entries, keyOf(ledger, conversationId), (entry) => ({
    ...fail(entry, error, null),
    texts: entry.texts.filter((text) => text.turnId !== steerId),
    drafts: [...entry.drafts, { turnId: steerId, input, at }],
  })),
)
on(actions.stateRestored, (entries, kept, ledger, at, before) => {
  let next = entries
  for (const entry of [...(kept.live ?? []), ...(kept.queued ?? [])]) {
    const { turnId, input } = entry
    const turn = findTurn(ledger, turnId)
    if (input === undefined || !turn || turn.born <= before.seq) continue
    const hidden = 'hidden' in entry && entry.hidden
    next = edit(next, keyOf(ledger, entry.conversationId), keepText({ turnId, input, hidden }))
  }
  for (const draft of kept.drafts ?? []) {
    const { turnId, input } = draft
    next = edit(next, keyOf(ledger, draft.conversationId), (entry) =>
      entry.drafts.some((known) => known.turnId === turnId)
        ? entry
        : { ...entry, drafts: [...entry.drafts, { turnId, input, at }] },
    )
  }
  return next
})
on(actions.draftTaken, (entries, { conversationId, turnId }, ledger) =>
  edit(entries, keyOf(ledger, conversationId), (entry) =>
    entry.drafts.some((draft) => draft.turnId === turnId)
      ? { ...entry, drafts: entry.drafts.filter((draft) => draft.turnId !== turnId) }
      : entry,
  ),
)
on(actions.errorDismissed, (entries, { conversationId }, ledger) =>
  edit(entries, keyOf(ledger, conversationId), (entry) =>
    entry.lastError === null ? entry : { ...entry, lastError: null },
  ),
)

// Stops that failed: the turn runs on, and a person is told
on(actions.stopRefused, (entries, { turnId, nonce, reason, error }, _ledger, at, before) => {
  const turn = findTurn(before, turnId)
  const quiet = reason !== 'unreachable' && turn?.begun === false
  const other = nonce !== undefined && nonce !== turn?.stop?.nonce
  if (!turn || turn.stop?.state !== 'in_flight' || quiet || other) return entries
  const message =
    error?.message ??
    (reason === 'unreachable' ? 'the agent could not be reached' : 'it found no running turn')
  return edit(entries, turn.conversationId, (entry) =>
    log(fail(entry, { ...error, message: `Stop failed: ${message}.` }, turnId), {
      at,
      kind: 'stop',
      message,
      turnId,
    }),
  )
})

// Questions
on(actions.inputRequested, (entries, payload, ledger, at) => {
  const { requestId, kind = 'question', prompt = null } = payload
  const asker = askerOf(ledger, payload)
  const known = asker?.questions.includes(requestId)
  if (!asker || !known) return entries
  return edit(entries, asker.conversationId, (entry) =>
    entry.requests.some((request) => request.requestId === requestId)
      ? entry
      : {
          ...entry,
          requests: [
            ...entry.requests,
            {
              requestId,
              asker: 'turnId' in asker ? asker.turnId : asker.runId,
              prompt,
              kind,
              state: 'open',
              nonce: null,
              at,
            },
          ],
        },
  )
})
const editRequest = (
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
on(actions.answerClaimed, (entries, { conversationId, requestId, nonce }, ledger) =>
  editRequest(entries, keyOf(ledger, conversationId), requestId, (request) =>
    request.state === 'open' ? { ...request, state: 'answering', nonce } : request,
  ),
)
const reopen = (request: InputRequest): InputRequest => ({ ...request, state: 'open', nonce: null })
/** The question that an answer was given to, unless that answer is not the one that is waited for. */
const answered = (
  entries: Entries,
  key: string,
  { requestId, nonce }: { readonly requestId: string; readonly nonce?: string },
): InputRequest | undefined =>
  entries
    .find((entry) => entry.conversationId === key)
    ?.requests.find(
      (request) => request.requestId === requestId && (nonce === undefined || request.nonce === nonce),
    )
on(actions.answerRefused, (entries, payload, ledger, _at, before) => {
  const { conversationId, requestId, reason, error } = payload
  const key = keyOf(ledger, conversationId)
  const known = reason === 'gone' ? holderOf(before, payload) : answered(entries, key, payload)
  if (reason === 'already_resolved' || !known) return entries
  const message =
    reason === 'gone'
      ? 'The question is gone: its asker is no longer there.'
      : (error?.message ?? 'The answer was refused.')
  const opened = editRequest(entries, key, requestId, reopen)
  return edit(opened, key, (entry) => fail(entry, { ...error, message }, null))
})
on(actions.answerLost, (entries, payload, ledger) => {
  const { conversationId, requestId, error } = payload
  const key = keyOf(ledger, conversationId)
  if (!answered(entries, key, payload)) return entries
  const message = error?.message ?? 'It is not known whether the answer arrived.'
  return edit(editRequest(entries, key, requestId, reopen), key, (entry) =>
    fail(entry, { ...error, message }, null),
  )
})

// Look-ups that name a question nobody announced
on(actions.lookUpAnswered, (entries, { conversationId, answer }, ledger, at) => {
  const key = keyOf(ledger, conversationId)
  const owner = ownerOf(ledger, key)
  const requestId = answer.status === 'awaiting_input' ? answer.inputId : null
  if (requestId != null && owner?.questions.includes(requestId)) {
    return edit(entries, key, (entry) =>
      entry.requests.some((request) => request.requestId === requestId)
        ? entry
        : {
            ...entry,
            requests: [
              ...entry.requests,
              {
                requestId,
                asker: owner.turnId,
                prompt: null,
                kind: 'question',
                state: 'open',
                nonce: null,
                at,
              },
            ],
          },
    )
  }
  return entries
})

// Sessions: what went wrong, where no turn's record says it
on(actions.sessionStatusChanged, (entries, { conversationId, status, error }, ledger, at, before) =>
  status !== 'error' || !error || ledger === before || ledger.settled !== before.settled
    ? entries
    : edit(entries, keyOf(ledger, conversationId), (entry) =>
        log(fail(entry, error, null), { at, kind: 'session', message: error.message, turnId: null }),
      ),
)
on(actions.sessionStopRefused, (entries, { conversationId, nonce, error }, _ledger, at, before) => {
  const session = sessionOf(before, keyOf(before, conversationId))
  if (session?.stop?.nonce !== nonce) return entries
  const { message } = error
  const { turnId } = session.stop
  return edit(entries, session.conversationId, (entry) =>
    log(fail(entry, { ...error, message: `Stop failed: ${message}.` }, turnId), {
      at,
      kind: 'stop',
      message,
      turnId,
    }),
  )
})

on(actions.conversationRekeyed, (entries, { from, to, turnId }, ledger, _at, before) => {
  if (ledger === before) return entries
  const was = keyOf(before, from)
  const key = keyOf(ledger, to)
  const moved = entries.find((entry) => entry.conversationId === was)
  if (!moved) return entries
  if (turnId !== undefined) {
    const texts = moved.texts.filter((text) => text.turnId === turnId)
    const left = edit(entries, was, (entry) => ({
      ...entry,
      texts: entry.texts.filter((text) => text.turnId !== turnId),
    }))
    return edit(left, key, (entry) => ({ ...entry, texts: [...entry.texts, ...texts] }))
  }
  const rest = entries.filter((entry) => entry !== moved)
  return edit(rest, key, (entry) => ({
    conversationId: key,
    texts: [...moved.texts, ...entry.texts],
    drafts: [...moved.drafts, ...entry.drafts],
    requests: [...moved.requests, ...entry.requests],
    lastError: entry.lastError ?? moved.lastError,
    log: [...moved.log, ...entry.log].slice(-LOG_SIZE),
  }))
})
on(actions.conversationClosed, (entries, { conversationId }, ledger) =>
  edit(entries, keyOf(ledger, conversationId), (entry) => ({
    ...emptyEntry(entry.conversationId),
    drafts: entry.drafts,
  })),
)

/** The reducer of what conversations have to say: the shared ledger, and what follows from it for people. */
export function conversationsReducer(fold: Fold): Reducer<ConversationsState> {
  return (state = initialConversations, action: UnknownAction) => {
    const ledger = fold(state.ledger, action)
    const answer = answers.get(action.type)
    if (ledger === state.ledger && (!answer || malformed(action) !== null)) return state
    const { payload, meta } = action as unknown as { payload: never; meta?: { at?: number } }
    const followed =
      ledger === state.ledger ? state.entries : followLedger(state.entries, state.ledger, ledger)
    const entries = answer ? answer(followed, payload, ledger, meta?.at ?? 0, state.ledger) : followed
    return ledger === state.ledger && entries === state.entries ? state : frozen({ ledger, entries })
  }
}

/** The `conversations` slice: only conversations with something to say. */
export function createConversationsSlice<Path extends string = 'conversations'>(
  fold: Fold,
  reducerPath: Path = 'conversations' as Path,
) {
  const slice = createSlice({
    name: 'conversations',
    reducerPath,
    initialState: initialConversations,
    reducers: {},
  })
  return { ...slice, reducerPath, reducer: conversationsReducer(fold) }
}
