/**
 * Finds the conversation of a turn or run that is named without its conversation, and counts conversations of others.
 *
 * An index is a pure function of the table that it was made for. The newest one is kept, and brought up to date with what
 * differs: a table that follows from the last one costs a look at what has changed.
 */
import type { ConversationTurns, Turn } from '../types'
import { diffTables, emptyTable, rowsOf } from './table'
import type { Table } from './table'

type Turns = Table<ConversationTurns>

interface Index {
  table: Turns
  readonly byTurn: Map<string, string>
  readonly byRun: Map<string, readonly string[]>
  /** Conversations that are remembered only because a signal spoke of them. */
  foreign: number
}

const createIndex = (): Index => ({ table: emptyTable(), byTurn: new Map(), byRun: new Map(), foreign: 0 })

let newest = createIndex()

const turnsOf = ({ active, queue }: ConversationTurns): readonly Turn[] =>
  active ? [active, ...queue] : queue
const isForeign = ({ active, queue }: ConversationTurns): boolean =>
  active?.origin !== 'local' && queue.length === 0
const runsOf = (turn: Turn): readonly string[] =>
  turn.guessedRun === null ? turn.runs : [...turn.runs, turn.guessedRun]

function leave(index: Index, entry: ConversationTurns): void {
  const { byTurn, byRun } = index
  if (isForeign(entry)) index.foreign--
  for (const turn of turnsOf(entry)) {
    if (byTurn.get(turn.turnId) === entry.conversationId) byTurn.delete(turn.turnId)
    for (const id of turn.mergedTurnIds) if (byTurn.get(id) === entry.conversationId) byTurn.delete(id)
    for (const run of runsOf(turn)) {
      const rest = (byRun.get(run) ?? []).filter((key) => key !== entry.conversationId)
      if (rest.length > 0) byRun.set(run, rest)
      else byRun.delete(run)
    }
  }
}
function enter(index: Index, entry: ConversationTurns): void {
  const { byTurn, byRun } = index
  if (isForeign(entry)) index.foreign++
  for (const turn of turnsOf(entry)) {
    byTurn.set(turn.turnId, entry.conversationId)
    for (const id of turn.mergedTurnIds) byTurn.set(id, entry.conversationId)
    for (const run of runsOf(turn)) {
      const known = byRun.get(run)
      if (!known) byRun.set(run, [entry.conversationId])
      else if (!known.includes(entry.conversationId)) byRun.set(run, [...known, entry.conversationId])
    }
  }
}

function indexOf(table: Turns): Index {
  if (newest.table === table) return newest
  const { before, after } = diffTables(newest.table, table)
  // Another store, or a jump in time: an index of its own is cheaper than to undo everything.
  if (before.length > table.size) {
    newest = createIndex()
    for (const entry of rowsOf(table)) enter(newest, entry)
  } else {
    for (const entry of before) leave(newest, entry)
    for (const entry of after) enter(newest, entry)
  }
  newest.table = table
  return newest
}

/** The conversation of a turn that has not ended, by its id or by that of a prompt that was merged into it. */
export const conversationOfTurn = (table: Turns, turnId: string): string | undefined =>
  indexOf(table).byTurn.get(turnId)

/** The conversations in which a run of this name is bound to a turn. */
export const conversationsOfRun = (table: Turns, runId: string): readonly string[] =>
  indexOf(table).byRun.get(runId) ?? []

/** How many conversations are remembered only because a signal spoke of them. */
export const foreignConversations = (table: Turns): number => indexOf(table).foreign
