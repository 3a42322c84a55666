import type { EndedTurn, LiveTurn } from '../types'

/**
 * Finds live turns and records by their ids without walking the list.
 *
 * The fast path, and nothing but that: the state holds plain arrays in order of arrival, and an index over an array is a
 * pure function of it. It is made when first asked for, and handed on to the next array by the functions here, which know
 * what they changed; an array that lost its index (a jump back in time) gets a new one. `scan` is what it must agree with.
 */
interface LiveIndex {
  readonly byTurn: Map<string, LiveTurn>
  readonly byRun: Map<string, LiveTurn>
  /** In order of arrival. */
  readonly byConversation: Map<string, readonly LiveTurn[]>
}

const NONE: readonly LiveTurn[] = Object.freeze([])
const liveIndexes = new WeakMap<readonly LiveTurn[], LiveIndex>()

/** Runs are named within a conversation: two servers, or two threads, may both count from one. */
const runKey = (key: string | null, runId: string): string => `${key ?? ''}\u0000${runId}`

const keysOf = (turn: LiveTurn): readonly string[] =>
  turn.keys.length === 0 ? [turn.conversationId] : [turn.conversationId, ...turn.keys]

function enter(index: LiveIndex, turn: LiveTurn): void {
  index.byTurn.set(turn.turnId, turn)
  for (const run of turn.runs) index.byRun.set(runKey(null, run), turn)
  for (const key of keysOf(turn)) {
    for (const run of turn.runs) index.byRun.set(runKey(key, run), turn)
    const known = index.byConversation.get(key)
    index.byConversation.set(key, known ? known.concat(turn) : [turn])
  }
}

function leave(index: LiveIndex, turn: LiveTurn): void {
  index.byTurn.delete(turn.turnId)
  for (const run of turn.runs) index.byRun.delete(runKey(null, run))
  for (const key of keysOf(turn)) {
    for (const run of turn.runs) index.byRun.delete(runKey(key, run))
    const known = index.byConversation.get(key) ?? NONE
    if (known.length <= 1) index.byConversation.delete(key)
    else
      index.byConversation.set(
        key,
        known.filter((other) => other !== turn),
      )
  }
}

/** The same place under the same names: the usual change of a turn. */
function swap(index: LiveIndex, before: LiveTurn, after: LiveTurn): boolean {
  const { turnId, conversationId, runs, keys } = before
  if (after.turnId !== turnId || after.conversationId !== conversationId || after.keys !== keys) return false
  if (after.runs !== runs && runs.length > 0) return false
  index.byTurn.set(turnId, after)
  for (const run of after.runs) index.byRun.set(runKey(null, run), after)
  for (const key of keysOf(after)) {
    for (const run of after.runs) index.byRun.set(runKey(key, run), after)
    const list = index.byConversation.get(key) ?? NONE
    index.byConversation.set(
      key,
      list.length === 1 ? [after] : list.map((turn) => (turn === before ? after : turn)),
    )
  }
  return true
}

function indexOf(live: readonly LiveTurn[]): LiveIndex {
  const known = liveIndexes.get(live)
  if (known) return known
  const index: LiveIndex = { byTurn: new Map(), byRun: new Map(), byConversation: new Map() }
  for (const turn of live) enter(index, turn)
  liveIndexes.set(live, index)
  return index
}

/** Takes the index from the list that it described. */
function take(live: readonly LiveTurn[]): LiveIndex | undefined {
  const index = liveIndexes.get(live)
  if (index) liveIndexes.delete(live)
  return index
}

export const turnById = (live: readonly LiveTurn[], turnId: string): LiveTurn | undefined =>
  indexOf(live).byTurn.get(turnId)

/** The turn that a run was bound to, in this conversation; in any, where the conversation is not known. */
export const turnByRun = (
  live: readonly LiveTurn[],
  runId: string,
  key: string | null,
): LiveTurn | undefined => indexOf(live).byRun.get(runKey(key, runId))

/** The live turns of a conversation, in order of arrival. */
export const turnsOf = (live: readonly LiveTurn[], key: string): readonly LiveTurn[] =>
  indexOf(live).byConversation.get(key) ?? NONE

export function addTurn(live: readonly LiveTurn[], turn: LiveTurn): readonly LiveTurn[] {
  const next = live.concat(turn)
  const index = take(live)
  if (index) {
    enter(index, turn)
    liveIndexes.set(next, index)
  }
  return next
}

export function removeTurn(live: readonly LiveTurn[], turn: LiveTurn): readonly LiveTurn[] {
  const next = live.slice()
  next.splice(live.lastIndexOf(turn), 1)
  const index = take(live)
  if (index) {
    leave(index, turn)
    liveIndexes.set(next, index)
  }
  return next
}

export function swapTurn(live: readonly LiveTurn[], before: LiveTurn, after: LiveTurn): readonly LiveTurn[] {
  const next = live.slice()
  next[live.lastIndexOf(before)] = after
  const index = take(live)
  if (index && swap(index, before, after)) liveIndexes.set(next, index)
  return next
}

// ---------------------------------------------------------------- records

interface EndedIndex {
  readonly byTurn: Map<string, EndedTurn>
  readonly byRun: Map<string, EndedTurn>
}

const endedIndexes = new WeakMap<readonly EndedTurn[], EndedIndex>()

function note(index: EndedIndex, ended: EndedTurn): void {
  index.byTurn.set(ended.turnId, ended)
  for (const run of ended.runs) {
    index.byRun.set(runKey(null, run), ended)
    index.byRun.set(runKey(ended.conversationId, run), ended)
  }
}

function indexOfEnded(settled: readonly EndedTurn[]): EndedIndex {
  const known = endedIndexes.get(settled)
  if (known) return known
  const index: EndedIndex = { byTurn: new Map(), byRun: new Map() }
  for (const ended of settled) note(index, ended)
  endedIndexes.set(settled, index)
  return index
}

/** The record of a turn, by its id or else by one of its runs; the newest where a run was used twice. */
export function endedBy(
  settled: readonly EndedTurn[],
  turnId: string | null,
  runId: string | null,
  key: string | null,
): EndedTurn | undefined {
  const index = indexOfEnded(settled)
  if (turnId !== null) return index.byTurn.get(turnId)
  return runId === null ? undefined : index.byRun.get(runKey(key, runId))
}

/** Adds records, and forgets the oldest beyond `size`. */
export function addEnded(
  settled: readonly EndedTurn[],
  records: readonly EndedTurn[],
  size: number,
): readonly EndedTurn[] {
  const surplus = settled.length + records.length - size
  const next = (surplus > 0 ? settled.slice(surplus) : settled).concat(records)
  const index = endedIndexes.get(settled)
  if (!index) return next
  endedIndexes.delete(settled)
  for (let i = 0; i < surplus; i++) {
    const { turnId, conversationId, runs } = settled[i]!
    if (index.byTurn.get(turnId) === settled[i]) index.byTurn.delete(turnId)
    for (const run of runs) {
      for (const name of [runKey(null, run), runKey(conversationId, run)]) {
        if (index.byRun.get(name) === settled[i]) index.byRun.delete(name)
      }
    }
  }
  for (const record of records) note(index, record)
  endedIndexes.set(next, index)
  return next
}
