/** Selectors over all conversations. For a list, use the selectors of one conversation in each row. */
import { createSelector, lruMemoize } from '@reduxjs/toolkit'
import type { Persisted } from '../actions'
import { isOffered, isQueuePaused, isTurnless, kindOf } from '../state/conversations'
import { collect, rowsOf } from '../state/table'
import { entriesOf, findEnded, findTurn, hasLeft, turnsIn } from '../state/turns'
import { hasStarted } from '../turns'
import type { BackgroundRunView, Conversation, EndedTurn, KeeperState, Turn } from '../types'
import { backgroundViews } from './backgroundViews'

/** Of so many stores at a time the last answer is remembered. */
const STORES = 8

const sameItems = <Item>(a: readonly Item[], b: readonly Item[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i])

const memo = {
  memoize: lruMemoize,
  argsMemoize: lruMemoize,
  memoizeOptions: { maxSize: STORES, resultEqualityCheck: sameItems },
} as const

const turnsOf = ({ turns }: KeeperState) => turns
const conversationsOf = ({ conversations }: KeeperState) => conversations

/** Which conversations are busy, each once; the same array while it is the same ones. */
export const selectBusyConversationIds: (state: KeeperState) => readonly string[] =
  /* @__PURE__ */ createSelector(
    [turnsOf, conversationsOf],
    (turns, conversations): readonly string[] =>
      entriesOf(turns)
        .filter(
          ({ active, queue, conversationId }) =>
            active !== null || (queue.length > 0 && !isQueuePaused(conversations, conversationId)),
        )
        .map(({ conversationId }) => conversationId),
    memo,
  )

const askingIn = /* @__PURE__ */ collect((row: Conversation) =>
  row.questions.some(({ state }) => state === 'open') ? row.conversationId : null,
)
/**
 * The conversations that ask for a person's attention, those with a question first; the same array while it is the same
 * ones. In a list use `selectAttention` in each row.
 */
export const selectAttentionIds: (state: KeeperState) => readonly string[] = /* @__PURE__ */ createSelector(
  [
    ({ conversations }: KeeperState) => conversations.byId,
    ({ conversations }: KeeperState) => conversations.unseen,
  ],
  (byId, unseen): readonly string[] => [
    ...new Set([...askingIn(byId), ...unseen.map(({ conversationId }) => conversationId)]),
  ],
  memo,
)

/** What runs beside turns, in all conversations; the same array while it is the same runs that show the same. */
export const selectAllBackgroundRuns: (state: KeeperState) => readonly BackgroundRunView[] =
  /* @__PURE__ */ createSelector(
    [turnsOf, conversationsOf],
    (turns, conversations): readonly BackgroundRunView[] =>
      entriesOf(turns).flatMap(({ backgroundRuns }) => backgroundViews(conversations, backgroundRuns)),
    memo,
  )

/**
 * The sessions that can be let go: not stopped, or being stopped; no turn running or queued; nothing beside it; and nothing
 * heard of it for `idleFor` ms. What they were last said to be does not pin them. The same array while it is the same ones.
 */
export const selectReapableSessions: (
  state: KeeperState,
  args: { readonly idleFor: number; readonly now: number },
) => readonly string[] = /* @__PURE__ */ createSelector(
  [
    turnsOf,
    conversationsOf,
    (_state: KeeperState, { idleFor, now }: { readonly idleFor: number; readonly now: number }) =>
      now - idleFor,
  ],
  (turns, conversations, since): readonly string[] => {
    const pinned = new Set<string>()
    for (const entry of entriesOf(turns)) pinned.add(entry.conversationId)
    for (const ended of turns.ended) if (ended.endedAt > since) pinned.add(ended.conversationId)
    return rowsOf(conversations.byId)
      .filter(
        ({ session, conversationId }) =>
          session &&
          session.status !== 'stopped' &&
          !session.stop &&
          session.changedAt <= since &&
          !pinned.has(conversationId),
      )
      .map(({ conversationId }) => conversationId)
  },
  memo,
)

/** A turn, running or ended; `null` where it is not known. */
export const selectTurn = ({ turns }: KeeperState, turnId: string): Turn | EndedTurn | null =>
  findTurn(turns, turnId) ?? findEnded(turns, turnId) ?? null

/** The records of ended turns, oldest first; bounded by the option `historySize`. */
export const selectHistory = ({ turns }: KeeperState): readonly EndedTurn[] => turns.ended

/** What to keep over a reload where no persistence package keeps the keeper's state: hand it to `stateRestored`. */
export const selectPersisted: (state: KeeperState) => Persisted = /* @__PURE__ */ createSelector(
  [turnsOf, conversationsOf],
  (turns, conversations): Persisted => {
    const rows = rowsOf(conversations.byId)
    const texts = new Map(rows.flatMap((row) => row.texts.map((text) => [text.turnId, text])))
    const textOf = ({ turnId }: Turn) => texts.get(turnId)
    const all = entriesOf(turns).flatMap(turnsIn)
    return {
      live: all.filter(hasLeft).map((turn) => {
        const text = textOf(turn)
        return {
          conversationId: turn.conversationId,
          turnId: turn.turnId,
          runs: turn.runs,
          startedAt: turn.startedAt,
          stopping: turn.stop !== null,
          // What was only guessed to be its run is no proof that it has arrived.
          begun: turn.started === 'named' || (hasStarted(turn) && turn.sendState === 'accepted'),
          firstEvidenceAt: turn.firstEvidenceAt,
          firstOutputAt: turn.firstOutputAt,
          input: text?.input,
          hidden: text?.hidden ?? false,
        }
      }),
      queued: all
        .filter((turn) => !hasLeft(turn))
        .map((turn) => {
          const { conversationId, turnId } = turn
          const text = textOf(turn)
          return { conversationId, turnId, input: text?.input, hidden: text?.hidden ?? false }
        }),
      unseen: conversations.unseen,
      holds: rows.flatMap(({ conversationId, queueHold }) =>
        queueHold === null ? [] : [{ conversationId, ...queueHold }],
      ),
      drafts: rows.flatMap(({ conversationId, drafts, texts }) => [
        ...drafts.map(({ at: _at, ...draft }) => ({ conversationId, ...draft })),
        // What makes no turn: after a reload nobody knows whether it arrived.
        ...texts.filter(isTurnless).map((text) => {
          const { turnId, input } = text
          return { conversationId, turnId, input, arrived: 'unknown' as const, kind: kindOf(text) }
        }),
      ]),
      questions: rows.flatMap(({ conversationId, questions }) =>
        questions.filter(isOffered).map(({ requestId, askerId, kind, prompt, expiresAt }) => ({
          conversationId,
          requestId,
          askerId,
          kind,
          prompt,
          expiresAt,
        })),
      ),
    }
  },
)
