import type { Check, EndedTurn, Ledger, LiveTurn, SideRun } from '../types'

/** How many aliases, children, closed questions and boots are remembered. */
const MEMORY = 256

export const emptyLedger: Ledger = {
  owner: null,
  seq: 0,
  live: [],
  settled: [],
  asks: [],
  checks: [],
  sides: [],
  stops: [],
  children: [],
  aliases: [],
  closed: [],
  held: [],
  owed: [],
  boot: null,
  boots: [],
  open: true,
  foreground: null,
}

/** The only way the ledger changes: whatever moves, moves the sequence. */
export const patch = (ledger: Ledger, change: Partial<Ledger>): Ledger => ({
  ...ledger,
  ...change,
  seq: ledger.seq + 1,
})

/** Appends to a list that remembers only so many, each once. */
export function remember<T>(list: readonly T[], item: T): readonly T[] {
  return list.includes(item) ? list : [...list, item].slice(-MEMORY)
}

export const without = <T>(list: readonly T[], gone: (item: T) => boolean): readonly T[] =>
  list.some(gone) ? list.filter((item) => !gone(item)) : list

// ---------------------------------------------------------------- conversations

/** The key that a conversation goes by now. */
export function keyOf(ledger: Ledger, conversationId: string): string {
  for (const alias of ledger.aliases) if (alias.from === conversationId) return alias.to
  return conversationId
}

/** The conversation that this one was announced to be a child of. */
export const parentOf = (ledger: Ledger, conversationId: string): string | undefined =>
  ledger.children.find((entry) => entry.child === conversationId)?.parent

export const belongsTo = (turn: LiveTurn, key: string): boolean =>
  turn.conversationId === key || turn.keys.includes(key)

/** The one turn that owns the conversation; those that wait behind it are `queued`. */
export function ownerOf(ledger: Ledger, key: string): LiveTurn | undefined {
  for (const turn of ledger.live) if (turn.phase !== 'queued' && belongsTo(turn, key)) return turn
  return undefined
}

/** The first that waits in the conversation. */
export const headOf = (ledger: Ledger, key: string): LiveTurn | undefined =>
  ledger.live.find((turn) => turn.phase === 'queued' && belongsTo(turn, key))

export const checkOf = (ledger: Ledger, key: string): Check | undefined =>
  ledger.checks.find((check) => check.conversationId === key)

/** A stop request about this conversation is under way. */
export const stopUnderWay = (ledger: Ledger, key: string): boolean =>
  ledger.stops.some((stop) => stop.conversationId === key)

// ---------------------------------------------------------------- turns and runs

export const findTurn = (ledger: Ledger, turnId: string): LiveTurn | undefined =>
  ledger.live.find((turn) => turn.turnId === turnId)

export const findByRun = (ledger: Ledger, runId: string): LiveTurn | undefined =>
  ledger.live.find((turn) => turn.runs.includes(runId))

export const findSide = (ledger: Ledger, runId: string): SideRun | undefined =>
  ledger.sides.find((side) => side.runId === runId)

/** The record of a turn, by its id or by one of its runs; the newest where a run was used twice. */
export function findEnded(ledger: Ledger, turnId: string | null, runId: string | null): EndedTurn | undefined {
  for (let i = ledger.settled.length - 1; i >= 0; i--) {
    const ended = ledger.settled[i]!
    if (turnId !== null ? ended.turnId === turnId : runId !== null && ended.runs.includes(runId)) return ended
  }
  return undefined
}

/** The newest record of a conversation. */
export function lastEnded(ledger: Ledger, key: string): EndedTurn | undefined {
  for (let i = ledger.settled.length - 1; i >= 0; i--) {
    if (ledger.settled[i]!.conversationId === key) return ledger.settled[i]
  }
  return undefined
}

export function replaceTurn(ledger: Ledger, turn: LiveTurn, change: Partial<LiveTurn>): Ledger {
  const live = ledger.live.slice()
  live[live.indexOf(turn)] = { ...turn, ...change }
  return patch(ledger, { live })
}

/** Changes every live turn that `change` has something for. */
export function eachTurn(ledger: Ledger, change: (turn: LiveTurn) => Partial<LiveTurn> | undefined): Ledger {
  let changed = false
  const live = ledger.live.map((turn) => {
    const partial = change(turn)
    if (!partial) return turn
    changed = true
    return { ...turn, ...partial }
  })
  return changed ? patch(ledger, { live }) : ledger
}

/** A look at a conversation without a live turn falls due at `at`, or earlier where one was due already. */
export function check(ledger: Ledger, key: string, at: number): Ledger {
  const known = checkOf(ledger, key)
  if (known && known.at <= at) return ledger
  return patch(ledger, {
    checks: [...without(ledger.checks, (entry) => entry === known), { conversationId: key, at }],
  })
}

export const uncheck = (ledger: Ledger, key: string): Ledger =>
  checkOf(ledger, key)
    ? patch(ledger, { checks: without(ledger.checks, (entry) => entry.conversationId === key) })
    : ledger
