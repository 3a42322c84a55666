import { createSlice } from '@reduxjs/toolkit'
import type { Reducer, UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../actions'
import { askerOf, emptyLedger, findTurn, holderOf, keyOf, malformed, ownerOf, sessionOf } from '../rules'
import type { Fold } from '../rules'
import type { Ledger } from '../types'
import {
  answered,
  edit,
  editRequest,
  emptyEntry,
  fail,
  followLedger,
  keepRequest,
  keepText,
  log,
  LOG_SIZE,
  reopen,
} from './entries'
import type { ConversationEntry, Entries } from './entries'
import { frozen } from './freeze'

export type { ConversationEntry, LogEntry } from './entries'

export interface ConversationsState {
  readonly ledger: Ledger
  readonly entries: readonly ConversationEntry[]
}

export const initialConversations: ConversationsState = { ledger: emptyLedger, entries: [] }

// ---------------------------------------------------------------- the actions that only this slice answers

type Answer<P> = (entries: Entries, payload: P, ledger: Ledger, at: number, before: Ledger) => Entries

const answers = new Map<string, Answer<never>>()
const on = <P>(creator: { type: string; (payload: P): unknown }, answer: Answer<P>): void => {
  answers.set(creator.type, answer as Answer<never>)
}

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
  if (!asker?.questions.includes(requestId)) return entries
  const name = 'turnId' in asker ? asker.turnId : asker.runId
  return edit(entries, asker.conversationId, keepRequest({ requestId, asker: name, prompt, kind, at }))
})
on(actions.answerClaimed, (entries, { conversationId, requestId, nonce }, ledger) =>
  editRequest(entries, keyOf(ledger, conversationId), requestId, (request) =>
    request.state === 'open' ? { ...request, state: 'answering', nonce } : request,
  ),
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
  const owner = ownerOf(ledger, keyOf(ledger, conversationId))
  const requestId = answer.status === 'awaiting_input' ? answer.inputId : null
  if (requestId == null || !owner?.questions.includes(requestId)) return entries
  const request = { requestId, asker: owner.turnId, prompt: null, kind: 'question', at }
  return edit(entries, owner.conversationId, keepRequest(request))
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
