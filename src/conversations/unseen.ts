/** Ends that nobody has seen: of turns that were over while the user looked elsewhere. */
import { REMEMBERED } from '../state/config'
import { without } from '../state/lists'
import type { ConversationsState, EndedTurn, Outcome, UnseenEnd } from '../types'

const FAILED: ReadonlySet<Outcome> = new Set(['error', 'undelivered', 'interrupted'])
/** A person has seen to it, or it goes on in another turn. */
const isSeen = ({ outcome, reason }: EndedTurn): boolean =>
  outcome === 'cancelled' || outcome === 'merged' || reason === 'superseded'

/** The end of a conversation that nobody has seen. */
const unseenEndOf = ({ unseen }: ConversationsState, key: string): UnseenEnd | undefined =>
  unseen.find(({ conversationId }) => conversationId === key)

const withUnseen = (state: ConversationsState, unseen: readonly UnseenEnd[]): ConversationsState =>
  unseen === state.unseen ? state : { ...state, unseen }

/** The user has seen what ended in the conversation. */
export const seeEnds = (state: ConversationsState, key: string): ConversationsState =>
  withUnseen(
    state,
    without(state.unseen, ({ conversationId }) => conversationId === key),
  )

/** Notes an end where nobody looks at its conversation. One that was set right is noted only where it was before. */
export function noteEnd(state: ConversationsState, ended: EndedTurn): ConversationsState {
  const { conversationId, turnId, outcome, corrected } = ended
  const isNoted = unseenEndOf(state, conversationId)?.turnId === turnId
  if (state.viewedId === conversationId || (corrected && !isNoted)) return state
  if (isSeen(ended)) return isNoted ? seeEnds(state, conversationId) : state
  const unseen = without(state.unseen, (other) => other.conversationId === conversationId).slice(
    1 - REMEMBERED,
  )
  unseen.push({ conversationId, turnId, why: FAILED.has(outcome) ? 'failed' : 'finished' })
  return withUnseen(state, unseen)
}

/** An end was taken back: there is nothing to see. */
export const forgetEnd = (
  state: ConversationsState,
  { conversationId, turnId }: EndedTurn,
): ConversationsState =>
  unseenEndOf(state, conversationId)?.turnId === turnId ? seeEnds(state, conversationId) : state

/** Notes what was kept over a reload. */
export const restoreUnseen = (
  state: ConversationsState,
  kept: readonly UnseenEnd[] = [],
): ConversationsState => {
  const unseen = kept
    .filter(({ conversationId }) => conversationId !== state.viewedId && !unseenEndOf(state, conversationId))
    .map(({ conversationId, turnId, why }) => ({ conversationId, turnId, why }))
  return unseen.length === 0 ? state : withUnseen(state, [...unseen, ...state.unseen].slice(-REMEMBERED))
}

/** A conversation goes by another key. */
export function renameUnseen(state: ConversationsState, was: string, key: string): readonly UnseenEnd[] {
  if (!unseenEndOf(state, was)) return state.unseen
  return without(state.unseen, ({ conversationId }) => conversationId === key).map((end) =>
    end.conversationId === was ? { ...end, conversationId: key } : end,
  )
}
