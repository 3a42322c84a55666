/** Reads and writes the state of the `turns` slice: what goes on in each conversation, and the records of what has ended. */
import type { BackgroundRun, ConversationTurns, EndedTurn, Turn, TurnsState, UnplacedRun } from '../types'
import { NONE, replaceItem, without } from './lists'
import { diffTables, emptyTable, getRow, putRow, removeRow, rowsOf } from './table'
import type { TableDiff } from './table'
import { conversationsOfRun, conversationOfTurn } from './turnIndex'

export const initialTurns: TurnsState = {
  keeperId: null,
  seq: 0,
  byConversation: emptyTable(),
  ended: NONE,
  statusChecks: NONE,
  endedRuns: NONE,
  backends: NONE,
  stream: { state: 'unknown', failures: 0, since: 0, openAt: null, why: 'dropped', nonce: null },
  isSendingAllowed: true,
  userId: null,
}

/** The only way the state of turns changes: whatever moves, moves the sequence. Field by field: a spread takes ten times as long. */
export const patchTurns = (turns: TurnsState, change: Omit<Partial<TurnsState>, 'seq'>): TurnsState =>
  Object.assign(
    {
      keeperId: turns.keeperId,
      seq: turns.seq + 1,
      byConversation: turns.byConversation,
      ended: turns.ended,
      statusChecks: turns.statusChecks,
      endedRuns: turns.endedRuns,
      backends: turns.backends,
      stream: turns.stream,
      isSendingAllowed: turns.isSendingAllowed,
      userId: turns.userId,
    } satisfies TurnsState,
    change,
  )

// ---------------------------------------------------------------- conversations

const emptyEntry = (conversationId: string): ConversationTurns => ({
  conversationId,
  active: null,
  queue: NONE,
  unplacedRuns: NONE,
  backgroundRuns: NONE,
  scheduled: null,
  stopsInFlight: NONE,
  checkAt: null,
  checkReasonSeq: 0,
  sessionCheckAt: null,
  movedTurn: null,
  expectedIdles: null,
})

/** Whether nothing goes on in a conversation. */
export const isEmptyEntry = (entry: ConversationTurns): boolean =>
  entry.active === null &&
  entry.queue.length === 0 &&
  entry.unplacedRuns.length === 0 &&
  entry.backgroundRuns.length === 0 &&
  entry.scheduled === null &&
  entry.stopsInFlight.length === 0 &&
  entry.checkAt === null &&
  entry.sessionCheckAt === null &&
  entry.movedTurn === null &&
  entry.expectedIdles === null

/** What goes on in a conversation; `undefined` where nothing does. */
export const entryOf = (turns: TurnsState, key: string): ConversationTurns | undefined =>
  getRow(turns.byConversation, key)

/** The entry with a change. Field by field, for the same reason. */
export const amendEntry = (entry: ConversationTurns, change: Partial<ConversationTurns>): ConversationTurns =>
  Object.assign(
    {
      conversationId: entry.conversationId,
      active: entry.active,
      queue: entry.queue,
      unplacedRuns: entry.unplacedRuns,
      backgroundRuns: entry.backgroundRuns,
      scheduled: entry.scheduled,
      stopsInFlight: entry.stopsInFlight,
      checkAt: entry.checkAt,
      checkReasonSeq: entry.checkReasonSeq,
      sessionCheckAt: entry.sessionCheckAt,
      movedTurn: entry.movedTurn,
      expectedIdles: entry.expectedIdles,
    } satisfies ConversationTurns,
    change,
  )

/** Changes what goes on in a conversation. An entry that holds nothing any more is dropped. */
export function patchEntry(turns: TurnsState, key: string, change: Partial<ConversationTurns>): TurnsState {
  const entry = amendEntry(entryOf(turns, key) ?? emptyEntry(key), change)
  return patchTurns(turns, {
    byConversation: isEmptyEntry(entry)
      ? removeRow(turns.byConversation, key)
      : putRow(turns.byConversation, entry),
  })
}

/** All conversations where something goes on. */
export const entriesOf = (turns: TurnsState): readonly ConversationTurns[] => rowsOf(turns.byConversation)

type EntryDiff = TableDiff<ConversationTurns>

/** The newest answer: several ask it after the same action. */
let newestChange: {
  readonly before: TurnsState['byConversation']
  readonly after: TurnsState['byConversation']
  readonly diff: EntryDiff
} = { before: emptyTable(), after: emptyTable(), diff: { before: NONE, after: NONE } }

/** The conversations where something else goes on than before. */
export function changedEntries(
  { byConversation: before }: TurnsState,
  { byConversation: after }: TurnsState,
): EntryDiff {
  if (newestChange.before !== before || newestChange.after !== after)
    newestChange = { before, after, diff: diffTables(before, after) }
  return newestChange.diff
}

// ---------------------------------------------------------------- turns

/** The one turn that a person sees as running in the conversation. */
export function activeOf(turns: TurnsState, key: string): Turn | null {
  const entry = entryOf(turns, key)
  if (!entry) return null
  if (entry.active || !entry.movedTurn) return entry.active
  const { active } = entryOf(turns, entry.movedTurn.conversationId) ?? entry
  return active?.turnId === entry.movedTurn.turnId ? active : null
}

/** The turn that waits longest in the conversation. */
export const headOf = (turns: TurnsState, key: string): Turn | null => entryOf(turns, key)?.queue[0] ?? null

/** All turns of an entry, the active one first. */
export const turnsIn = ({ active, queue }: Pick<ConversationTurns, 'active' | 'queue'>): readonly Turn[] =>
  active === null ? queue : queue.length === 0 ? [active] : [active, ...queue]

function turnIn(entry: ConversationTurns | undefined, turnId: string): Turn | undefined {
  if (!entry) return undefined
  if (entry.active?.turnId === turnId) return entry.active
  for (const turn of entry.queue) if (turn.turnId === turnId) return turn
  return undefined
}

/** A turn that has not ended, by its id. `hint`: a conversation where it may be. */
export function findTurn(turns: TurnsState, turnId: string, hint?: string | null): Turn | undefined {
  const here = hint == null ? undefined : turnIn(entryOf(turns, hint), turnId)
  if (here) return here
  const key = conversationOfTurn(turns.byConversation, turnId)
  return key === undefined ? undefined : turnIn(entryOf(turns, key), turnId)
}

/** The turn as it stands by now; as it was where it is not found any more. */
export const currentTurn = (turns: TurnsState, turn: Turn): Turn =>
  findTurn(turns, turn.turnId, turn.conversationId) ?? turn

/** Whether a turn of this id goes on, by itself or merged into another. */
export const isKnownTurn = (turns: TurnsState, turnId: string): boolean =>
  conversationOfTurn(turns.byConversation, turnId) !== undefined

const hasRun = (turn: Turn, runId: string): boolean => turn.runs.includes(runId) || turn.guessedRun === runId

/** An order of turns that says nothing of how they were found. */
const isNewer = (one: Turn, other: Turn): boolean =>
  one.createdSeq === other.createdSeq
    ? one.conversationId > other.conversationId
    : one.createdSeq > other.createdSeq

/** Runs are named within a conversation; only where none is known, in all of them: that of the newest turn. */
export function findTurnByRun(turns: TurnsState, runId: string, key: string | null): Turn | undefined {
  if (key === null) {
    let newest: Turn | undefined
    for (const other of conversationsOfRun(turns.byConversation, runId)) {
      const turn = findTurnByRun(turns, runId, other)
      if (turn && (!newest || isNewer(turn, newest))) newest = turn
    }
    return newest
  }
  const entry = entryOf(turns, key)
  if (!entry) return undefined
  if (entry.active && hasRun(entry.active, runId)) return entry.active
  for (const turn of entry.queue) if (hasRun(turn, runId)) return turn
  const moved = entry.movedTurn && activeOf(turns, key)
  return moved && hasRun(moved, runId) ? moved : undefined
}

/** The turn that somebody names: by its id, or else by a run of it. */
export const findNamedTurn = (
  turns: TurnsState,
  turnId: string | null,
  runId: string | null,
  key: string,
): Turn | undefined => {
  if (turnId !== null) return findTurn(turns, turnId, key)
  return runId === null ? undefined : findTurnByRun(turns, runId, key)
}

/** The turn that this one was merged into: the server added its prompt to what ran. */
export const findHost = (turns: TurnsState, turnId: string): Turn | undefined => {
  const key = conversationOfTurn(turns.byConversation, turnId)
  const entry = key === undefined ? undefined : entryOf(turns, key)
  return entry && turnsIn(entry).find(({ mergedTurnIds }) => mergedTurnIds.includes(turnId))
}

/** Writes a turn where it stands: as the active one of its conversation, or in its queue. */
export function putTurn(turns: TurnsState, before: Turn, after: Turn): TurnsState {
  const key = before.conversationId
  const entry = entryOf(turns, key)
  if (!entry) return turns
  if (entry.active?.turnId === before.turnId) return patchEntry(turns, key, { active: after })
  const place = entry.queue.find((turn) => turn.turnId === before.turnId)
  return place ? patchEntry(turns, key, { queue: replaceItem(entry.queue, place, after) }) : turns
}

/** Takes a turn out of where it stands, without a record. */
export function removeTurn(turns: TurnsState, { turnId, conversationId }: Turn): TurnsState {
  const entry = entryOf(turns, conversationId)
  if (!entry) return turns
  return entry.active?.turnId === turnId
    ? patchEntry(turns, conversationId, { active: null })
    : patchEntry(turns, conversationId, { queue: without(entry.queue, (turn) => turn.turnId === turnId) })
}

/** Whether the turn waits in the queue of its conversation. */
export const isQueued = (turns: TurnsState, turn: Turn): boolean =>
  entryOf(turns, turn.conversationId)?.active?.turnId !== turn.turnId

/** It has left, or is about to: the server may know of it. */
export const hasLeft = (turn: Turn): boolean => turn.sendState !== 'unsent'

// ---------------------------------------------------------------- runs

/** A run of unknown origin. One that only ever named its turn goes by that name. */
export const findUnplaced = (
  turns: TurnsState,
  key: string,
  runId: string | null,
  turnId: string | null,
): UnplacedRun | undefined =>
  entryOf(turns, key)?.unplacedRuns.find(
    (run) => run.runId === (runId ?? turnId) || (turnId !== null && run.turnId === turnId),
  )

export const findBackground = (turns: TurnsState, key: string, runId: string): BackgroundRun | undefined =>
  entryOf(turns, key)?.backgroundRuns.find((run) => run.runId === runId)

/** A background run that is known as a helper's: it is never taken for a turn. */
export const findHelper = (
  turns: TurnsState,
  key: string,
  runId: string | null,
): BackgroundRun | undefined => {
  const run = runId === null ? undefined : findBackground(turns, key, runId)
  return run?.role === 'unlabelled' ? undefined : run
}

/** The id by which a question knows who asks: that of the turn, or of the run that is no turn's. */
export const findAsker = (turns: TurnsState, key: string, name: string): string | undefined =>
  (findTurn(turns, name, key) ?? findTurnByRun(turns, name, key))?.turnId ??
  (findUnplaced(turns, key, name, null) ?? findBackground(turns, key, name))?.runId

/** A background run among those that have ended. */
export const endedRunKey = (key: string, runId: string): string => `${key.length}:${key}${runId}`

// ---------------------------------------------------------------- records

/** The record of a turn, by its id or else by one of its runs; the newest where a run was used twice. */
export function findEnded(
  { ended }: TurnsState,
  turnId: string | null,
  runId: string | null = null,
  key: string | null = null,
): EndedTurn | undefined {
  for (let i = ended.length - 1; i >= 0; i--) {
    const record = ended[i]!
    if (turnId !== null) {
      if (record.turnId === turnId) return record
    } else if (
      runId !== null &&
      (key === null || record.conversationId === key) &&
      record.runs.length > 0 &&
      record.runs.includes(runId)
    )
      return record
  }
  return undefined
}

/** The newest record of a conversation. */
export function lastEnded({ ended }: TurnsState, key: string): EndedTurn | undefined {
  for (let i = ended.length - 1; i >= 0; i--) if (ended[i]!.conversationId === key) return ended[i]
  return undefined
}

export interface EndedDiff {
  /** Records that were made or set right. */
  readonly added: readonly EndedTurn[]
  /** Records of inferred ends that were taken back: their turns go on. */
  readonly revoked: readonly EndedTurn[]
}
const NO_DIFF: EndedDiff = { added: NONE, revoked: NONE }

/** The newest answer: several ask it after the same action. */
let newestDiff: {
  readonly before: readonly EndedTurn[]
  readonly after: readonly EndedTurn[]
  readonly diff: EndedDiff
} = { before: NONE, after: NONE, diff: NO_DIFF }

/** What became of ends between two states, of which the second follows from the first. */
export function diffEnded(before: TurnsState, after: TurnsState): EndedDiff {
  if (before.ended === after.ended) return NO_DIFF
  if (newestDiff.before !== before.ended || newestDiff.after !== after.ended)
    newestDiff = { before: before.ended, after: after.ended, diff: compareEnded(before, after) }
  return newestDiff.diff
}

function compareEnded(before: TurnsState, after: TurnsState): EndedDiff {
  const added: EndedTurn[] = []
  for (let i = after.ended.length - 1; i >= 0 && after.ended[i]!.seq > before.seq; i--)
    added.unshift(after.ended[i]!)
  // Nearly always some are added at the end, and as many forgotten at the beginning.
  const kept = after.ended.length - added.length
  const offset = before.ended.length - kept
  let isShifted = added.length > 0 && offset >= 0
  for (let i = 0; isShifted && i < kept; i++) isShifted = before.ended[offset + i] === after.ended[i]
  for (let i = 0; isShifted && i < offset; i++) {
    const { turnId, conversationId } = before.ended[i]!
    isShifted = !findTurn(after, turnId, conversationId)
  }
  if (isShifted) return { added, revoked: NONE }
  // A record that was set right keeps its place; one that was taken back leaves it.
  const corrected = after.ended.filter((record) => record.seq > before.seq && !added.includes(record))
  const revoked = before.ended.filter(
    (record) => !after.ended.includes(record) && findTurn(after, record.turnId, record.conversationId),
  )
  return { added: [...corrected, ...added], revoked }
}
