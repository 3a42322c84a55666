import type { EndedTurn, LiveTurn } from '../types'

/**
 * Finds live turns and records by their ids without walking long lists, and what differs without comparing them.
 *
 * The fast path, and nothing but that: the state holds plain arrays in order of arrival, and an index over an array is a
 * pure function of it. It is made when first asked for, and handed on to the next array by the functions here, which know
 * what they changed; an array that lost its index (a jump back in time) gets a new one. Short lists are walked, which is
 * quicker; a test holds both ways to the same answers.
 */
function createTrail<Item, Index>(make: (list: readonly Item[]) => Index) {
  /** From one list to the next: what is no longer in it, and what is new. */
  interface Step {
    readonly from: readonly Item[]
    readonly to: readonly Item[]
    readonly was: readonly Item[]
    readonly is: readonly Item[]
    /** Of `to`. */
    index: Index | undefined
  }
  let newest: Step | undefined
  /** Of all other lists: those of another store, or of another point in time. */
  const parked = new WeakMap<readonly Item[], Index>()

  return {
    indexOf(list: readonly Item[]): Index {
      if (newest?.to === list) return (newest.index ??= make(list))
      const index = parked.get(list) ?? make(list)
      parked.set(list, index)
      return index
    },
    /** Hands the index on, unless `change` says that it is not that of the next list. */
    step(
      { from, to, was, is }: Omit<Step, 'index'>,
      change: (index: Index) => boolean | void,
    ): readonly Item[] {
      const follows = newest?.to === from
      const index = follows ? newest!.index : parked.get(from)
      if (!follows) {
        parked.delete(from)
        if (newest?.index) parked.set(newest.to, newest.index)
      }
      newest = { from, to, was, is, index: index && change(index) !== false ? index : undefined }
      return to
    },
    /** The step from one list to another: who asks for it asks right after it was made. */
    between: (from: readonly Item[], to: readonly Item[]): Step | undefined =>
      newest?.from === from && newest.to === to ? newest : undefined,
  }
}

// ---------------------------------------------------------------- live turns

interface LiveIndex {
  readonly byTurn: Map<string, LiveTurn>
  /** In order of arrival. */
  readonly byConversation: Map<string, readonly LiveTurn[]>
}

/** Up to so many live turns are walked. */
const SHORT = 32

const NONE: readonly LiveTurn[] = Object.freeze([])

const goesBy = (turn: LiveTurn, key: string): boolean =>
  turn.conversationId === key || (turn.keys.length > 0 && turn.keys.includes(key))

const keysOf = (turn: LiveTurn): readonly string[] =>
  turn.keys.length === 0 ? [turn.conversationId] : [...new Set([turn.conversationId, ...turn.keys])]

function enter({ byTurn, byConversation }: LiveIndex, turn: LiveTurn): void {
  byTurn.set(turn.turnId, turn)
  for (const key of keysOf(turn)) {
    const known = byConversation.get(key)
    byConversation.set(key, known ? [...known, turn] : [turn])
  }
}

function leave({ byTurn, byConversation }: LiveIndex, turn: LiveTurn): void {
  byTurn.delete(turn.turnId)
  for (const key of keysOf(turn)) {
    const known = byConversation.get(key)!
    if (known.length === 1) byConversation.delete(key)
    else
      byConversation.set(
        key,
        known.filter((other) => other !== turn),
      )
  }
}

/** The same place under the same names: the usual change of a turn. */
function swap({ byTurn, byConversation }: LiveIndex, before: LiveTurn, after: LiveTurn): boolean {
  const { turnId, conversationId, keys } = before
  if (after.turnId !== turnId || after.conversationId !== conversationId || after.keys !== keys) return false
  byTurn.set(turnId, after)
  for (const key of keysOf(after)) {
    const list = byConversation.get(key)!
    byConversation.set(
      key,
      list.length === 1 ? [after] : list.map((turn) => (turn === before ? after : turn)),
    )
  }
  return true
}

const lives = createTrail<LiveTurn, LiveIndex>((live) => {
  const index: LiveIndex = { byTurn: new Map(), byConversation: new Map() }
  for (const turn of live) enter(index, turn)
  return index
})

export const turnById = (live: readonly LiveTurn[], turnId: string): LiveTurn | undefined =>
  live.length > SHORT ? lives.indexOf(live).byTurn.get(turnId) : live.find((turn) => turn.turnId === turnId)

/** The live turns of a conversation, in order of arrival. */
export const turnsOf = (live: readonly LiveTurn[], key: string): readonly LiveTurn[] =>
  live.length > SHORT
    ? (lives.indexOf(live).byConversation.get(key) ?? NONE)
    : live.filter((turn) => goesBy(turn, key))

/** The first live turn of a conversation that `fits`. */
export function firstOf(
  live: readonly LiveTurn[],
  key: string,
  fits: (turn: LiveTurn) => boolean,
): LiveTurn | undefined {
  if (live.length > SHORT) return lives.indexOf(live).byConversation.get(key)?.find(fits)
  for (const turn of live) if (goesBy(turn, key) && fits(turn)) return turn
  return undefined
}

/** The newest turn that a run was bound to, in this conversation; in any, where the conversation is not known. */
export const turnByRun = (
  live: readonly LiveTurn[],
  runId: string,
  key: string | null,
): LiveTurn | undefined =>
  (key === null ? live : turnsOf(live, key)).findLast((turn) => turn.runs.includes(runId))

export function addTurn(live: readonly LiveTurn[], turn: LiveTurn): readonly LiveTurn[] {
  const is = [turn]
  const long = live.length > SHORT
  // Each is the quicker way for its length.
  const to = long ? live.concat(is) : [...live, turn]
  return lives.step({ from: live, to, was: NONE, is }, (index) => long && enter(index, turn))
}

export function removeTurn(live: readonly LiveTurn[], turn: LiveTurn): readonly LiveTurn[] {
  const to = live.slice()
  to.splice(live.indexOf(turn), 1)
  return lives.step(
    { from: live, to, was: [turn], is: NONE },
    (index) => to.length > SHORT && leave(index, turn),
  )
}

export function swapTurn(live: readonly LiveTurn[], before: LiveTurn, after: LiveTurn): readonly LiveTurn[] {
  const to = live.slice()
  to[live.lastIndexOf(before)] = after
  return lives.step(
    { from: live, to, was: [before], is: [after] },
    (index) => to.length > SHORT && swap(index, before, after),
  )
}

/** What is left of two lists without what they have in common at both ends: one turn changed is one turn looked at. */
export function differing(
  before: readonly LiveTurn[],
  after: readonly LiveTurn[],
): readonly [was: readonly LiveTurn[], is: readonly LiveTurn[]] {
  const step = lives.between(before, after)
  if (step) return [step.was, step.is]
  let start = 0
  let ends = 0
  const shorter = Math.min(before.length, after.length)
  while (start < shorter && before[start] === after[start]) start++
  while (ends < shorter - start && before[before.length - 1 - ends] === after[after.length - 1 - ends]) ends++
  return [before.slice(start, before.length - ends), after.slice(start, after.length - ends)]
}

// ---------------------------------------------------------------- records

const NO_RECORDS: readonly EndedTurn[] = Object.freeze([])

interface EndedIndex {
  readonly byTurn: Map<string, EndedTurn>
  readonly byRun: Map<string, EndedTurn>
  readonly byConversation: Map<string, EndedTurn>
}

/** Runs are named within a conversation: two servers, or two threads, may both count from one. */
const runKey = (key: string | null, runId: string): string =>
  key === null ? `:${runId}` : `${key.length}:${key}${runId}`

function note(index: EndedIndex, ended: EndedTurn): void {
  index.byTurn.set(ended.turnId, ended)
  index.byConversation.set(ended.conversationId, ended)
  for (const run of ended.runs) {
    index.byRun.set(runKey(null, run), ended)
    index.byRun.set(runKey(ended.conversationId, run), ended)
  }
}

/** Forgets a record under every name that no newer one goes by. */
function forget(index: EndedIndex, ended: EndedTurn): void {
  const drop = (names: Map<string, EndedTurn>, name: string) => {
    if (names.get(name) === ended) names.delete(name)
  }
  drop(index.byTurn, ended.turnId)
  drop(index.byConversation, ended.conversationId)
  for (const run of ended.runs) {
    drop(index.byRun, runKey(null, run))
    drop(index.byRun, runKey(ended.conversationId, run))
  }
}

const records = createTrail<EndedTurn, EndedIndex>((settled) => {
  const index: EndedIndex = { byTurn: new Map(), byRun: new Map(), byConversation: new Map() }
  for (const ended of settled) note(index, ended)
  return index
})

/** The record of a turn, by its id or else by one of its runs; the newest where a run was used twice. */
export function endedBy(
  settled: readonly EndedTurn[],
  turnId: string | null,
  runId: string | null,
  key: string | null,
): EndedTurn | undefined {
  const index = records.indexOf(settled)
  if (turnId !== null) return index.byTurn.get(turnId)
  return runId === null ? undefined : index.byRun.get(runKey(key, runId))
}

/** The newest record of a conversation. */
export const newestOf = (settled: readonly EndedTurn[], key: string): EndedTurn | undefined =>
  records.indexOf(settled).byConversation.get(key)

/** Adds records, and forgets the oldest beyond `size`. */
export function addEnded(
  settled: readonly EndedTurn[],
  added: readonly EndedTurn[],
  size: number,
): readonly EndedTurn[] {
  if (added.length > size) return added.slice(-size)
  const surplus = settled.length + added.length - size
  const to = settled.slice()
  const was = surplus > 0 ? to.splice(0, surplus) : NO_RECORDS
  to.push(...added)
  return records.step({ from: settled, to, was, is: added }, (index) => {
    for (const ended of was) forget(index, ended)
    for (const ended of added) note(index, ended)
  })
}

/** The records that were made or set right between two lists: those of a later `seq` than the first. */
export function recordsSince(
  before: readonly EndedTurn[],
  after: readonly EndedTurn[],
  seq: number,
): readonly EndedTurn[] {
  if (before === after) return NO_RECORDS
  return records.between(before, after)?.is ?? after.filter((record) => record.seq > seq)
}
