/**
 * Selectors over the keeper's slices: primitives where they can be, stable empty results, one fact each. Per conversation,
 * so that a signal in one renders no row of another.
 */
import { createSelector, lruMemoize } from '@reduxjs/toolkit'
import type { Persisted } from './actions'
import { findEnded, findTurn, hasLeft, headOf, keyOf, lastEnded, ownerOf, parentOf, sessionOf } from './rules'
import type { ConversationEntry, ConversationsState, LogEntry } from './slices/conversations'
import type { Activity, TurnsState } from './slices/turns'
import type {
  ConversationPhase,
  Draft,
  EndedTurn,
  InputRequest,
  LiveTurn,
  PendingText,
  Session,
  SideRun,
  TurnError,
  TurnPhase,
} from './types'

/** What the selectors read: the two slices, under these names. */
export interface SelectorState {
  readonly turns: TurnsState
  readonly conversations: ConversationsState
}

const NONE: readonly never[] = Object.freeze([])

const keyIn = (state: SelectorState, conversationId: string): string =>
  keyOf(state.turns.ledger, conversationId)

/** The turn that owns the conversation, or `null`. */
export const selectLiveTurn = (state: SelectorState, conversationId: string): LiveTurn | null =>
  ownerOf(state.turns.ledger, keyIn(state, conversationId)) ?? null

export const selectLiveTurnId = (state: SelectorState, conversationId: string): string | null =>
  selectLiveTurn(state, conversationId)?.turnId ?? null

/** Whether its queue waits for something that will come by itself. */
const queueWaits = (state: SelectorState, conversationId: string): boolean => {
  const key = keyIn(state, conversationId)
  const { ledger } = state.turns
  return headOf(ledger, key) !== undefined && !ledger.held.includes(key)
}

/** The working indicator: a turn is live here, or the next one is about to leave. */
export const selectIsBusy = (state: SelectorState, conversationId: string): boolean =>
  selectLiveTurn(state, conversationId) !== null || queueWaits(state, conversationId)

/** The phase of a live turn as shown: `stopping` over whatever it does, while a stop stands. */
export const phaseOf = (turn: LiveTurn): TurnPhase => (turn.stop ? 'stopping' : turn.phase)

export const selectPhase = (state: SelectorState, conversationId: string): ConversationPhase => {
  const turn = selectLiveTurn(state, conversationId)
  if (turn) return phaseOf(turn)
  return queueWaits(state, conversationId) ? 'queued' : 'idle'
}

/** Nothing was heard of the live turn for the stall time. */
export const selectIsStalled = (state: SelectorState, conversationId: string): boolean =>
  selectLiveTurn(state, conversationId)?.stalled ?? false

/** Known to be unknown: since a reload, a dropped stream, a new backend, a wake. */
export const selectIsUnverified = (state: SelectorState, conversationId: string): boolean =>
  selectLiveTurn(state, conversationId)?.unverified ?? false

/** When the live turn began; elapsed time counts from here. */
export const selectStartedAt = (state: SelectorState, conversationId: string): number | null =>
  selectLiveTurn(state, conversationId)?.startedAt ?? null

/** When anything was last heard of the live turn. */
export const selectLifeAt = (state: SelectorState, conversationId: string): number | null =>
  selectLiveTurn(state, conversationId)?.lifeAt ?? null

/** A Stop would do something: a turn is live, and none is being stopped. */
export const selectCanStop = (state: SelectorState, conversationId: string): boolean => {
  const turn = selectLiveTurn(state, conversationId)
  return turn !== null && (turn.stop === null || turn.stop.state === 'unknown')
}

/** A prompt would leave at once. While false it queues. */
export const selectCanSend = (state: SelectorState, conversationId: string): boolean =>
  !selectIsBusy(state, conversationId)

// ---------------------------------------------------------------- what conversations have to say

const entryOf = (state: SelectorState, conversationId: string): ConversationEntry | undefined => {
  const key = keyIn(state, conversationId)
  return state.conversations.entries.find((entry) => entry.conversationId === key)
}

export const selectLastError = (state: SelectorState, conversationId: string): TurnError | null =>
  entryOf(state, conversationId)?.lastError ?? null

export const selectDrafts = (state: SelectorState, conversationId: string): readonly Draft[] =>
  entryOf(state, conversationId)?.drafts ?? NONE

/** The session behind the conversation, or `null` where nobody has spoken of one. */
export const selectSession = (state: SelectorState, conversationId: string): Session | null =>
  sessionOf(state.turns.ledger, keyIn(state, conversationId)) ?? null

export const selectActivityLog = (state: SelectorState, conversationId: string): readonly LogEntry[] =>
  entryOf(state, conversationId)?.log ?? NONE

/** The oldest question that waits for a person. */
export const selectPendingInput = (state: SelectorState, conversationId: string): InputRequest | null =>
  entryOf(state, conversationId)?.requests[0] ?? null

const sameItems = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i])

/** The last answer for the texts of one conversation: the same array while it is the same messages that wait. */
const queues = new WeakMap<readonly PendingText[], readonly PendingText[]>()

/** The messages that wait, in order. */
export const selectQueue = (state: SelectorState, conversationId: string): readonly PendingText[] => {
  const texts = entryOf(state, conversationId)?.texts
  if (!texts || texts.length === 0) return NONE
  const { ledger } = state.turns
  const queued = texts.filter(({ turnId }) => findTurn(ledger, turnId)?.phase === 'queued')
  const known = queues.get(texts)
  if (known && sameItems(known, queued)) return known
  queues.set(texts, queued)
  return queued
}

/** The newest record of the conversation. */
export const selectLastEndedTurn = (state: SelectorState, conversationId: string): EndedTurn | null =>
  lastEnded(state.turns.ledger, keyIn(state, conversationId)) ?? null

/** Runs beside the turn: children and auxiliary ones that are open. */
export const selectBackgroundCount = (state: SelectorState, conversationId: string): number => {
  const { ledger } = state.turns
  if (ledger.sides.length === 0) return 0
  const key = keyOf(ledger, parentOf(ledger, conversationId) ?? conversationId)
  return ledger.sides.filter((side) => side.conversationId === key && side.role !== 'unknown').length
}

const NO_ACTIVITY: Omit<Activity, 'turnId'> = Object.freeze({ openTools: NONE, statusText: null })

/** What the live turn does: tool calls open, status text. */
export const selectActivity = (state: SelectorState, conversationId: string): Omit<Activity, 'turnId'> => {
  const turnId = selectLiveTurnId(state, conversationId)
  return state.turns.activity.find((entry) => entry.turnId === turnId) ?? NO_ACTIVITY
}

// ---------------------------------------------------------------- over all conversations

/** Of so many stores at a time the last answer is remembered. */
const STORES = 8

/** Which conversations are busy, each once; the same array while it is the same ones. For a list, use `selectIsBusy` a row. */
export const selectBusyConversationIds = createSelector(
  [(state: SelectorState) => state.turns.ledger],
  (ledger): readonly string[] => [
    ...new Set(
      ledger.live
        .filter((turn) => turn.phase !== 'queued' || !ledger.held.includes(turn.conversationId))
        .map((turn) => turn.conversationId),
    ),
  ],
  {
    memoize: lruMemoize,
    argsMemoize: lruMemoize,
    memoizeOptions: { maxSize: STORES, resultEqualityCheck: sameItems },
  },
)

/**
 * The sessions that can be let go: not stopped, or being stopped; no turn live or queued; nothing beside it; and nothing
 * heard of it for `idleFor` ms. What they were last said to be does not pin them. The same array while it is the same ones.
 */
export const selectReapableSessions = createSelector(
  [
    (state: SelectorState) => state.turns.ledger,
    (_state: SelectorState, { idleFor, now }: { readonly idleFor: number; readonly now: number }) =>
      now - idleFor,
  ],
  (ledger, since): readonly string[] => {
    const pinned = new Set<string>()
    for (const turn of ledger.live) pinned.add(turn.conversationId)
    for (const side of ledger.sides) pinned.add(side.conversationId)
    for (const ended of ledger.settled) if (ended.endedAt > since) pinned.add(ended.conversationId)
    return ledger.sessions
      .filter(({ status, stop, changedAt }) => status !== 'stopped' && !stop && changedAt <= since)
      .map((session) => session.conversationId)
      .filter((key) => !pinned.has(key))
  },
  { memoize: lruMemoize, argsMemoize: lruMemoize, memoizeOptions: { resultEqualityCheck: sameItems } },
)

/** Everything that runs beside turns, in all conversations. */
export const selectBackgroundRuns = (state: SelectorState): readonly SideRun[] => state.turns.ledger.sides

/** A turn, live or ended. */
export const selectTurn = (state: SelectorState, turnId: string): LiveTurn | EndedTurn | null =>
  findTurn(state.turns.ledger, turnId) ?? findEnded(state.turns.ledger, turnId) ?? null

/** The records of ended turns, oldest first; bounded by the option `historySize`. */
export const selectHistory = (state: SelectorState): readonly EndedTurn[] => state.turns.ledger.settled

/** What to keep over a reload where no persistence package keeps the slices: hand it to `stateRestored`. */
export const selectPersisted = createSelector(
  [(state: SelectorState) => state.turns.ledger.live, (state: SelectorState) => state.conversations.entries],
  (live, entries): Persisted => {
    const textOf = (turn: LiveTurn) =>
      entries
        .find((entry) => entry.conversationId === turn.conversationId)
        ?.texts.find((text) => text.turnId === turn.turnId)
    return {
      live: live.filter(hasLeft).map((turn) => ({
        conversationId: turn.conversationId,
        turnId: turn.turnId,
        runs: turn.runs,
        startedAt: turn.startedAt,
        stopping: turn.stop !== null,
        begun: turn.begun,
        input: textOf(turn)?.input,
      })),
      queued: live
        .filter((turn) => !hasLeft(turn))
        .map(({ conversationId, turnId, ...turn }) => {
          const text = textOf({ conversationId, turnId, ...turn })
          return { conversationId, turnId, input: text?.input, hidden: text?.hidden ?? false }
        }),
      drafts: entries.flatMap((entry) =>
        entry.drafts.map(({ turnId, input }) => ({ conversationId: entry.conversationId, turnId, input })),
      ),
    }
  },
)
