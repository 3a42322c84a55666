import type { Check, EndedTurn, Ledger, LiveTurn, SideRun } from '../types'
import { amend } from './turn'
import { endedBy, firstOf, newestOf, recordsSince, swapTurn, turnById, turnByRun } from './turnList'

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
  sessions: [],
  sessionAsk: null,
  owed: [],
  boot: null,
  boots: [],
  open: true,
  foreground: null,
}

/** One step on. Field by field: a spread over so many takes thirty times as long. */
const step = (ledger: Ledger): Ledger => ({
  owner: ledger.owner,
  seq: ledger.seq + 1,
  live: ledger.live,
  settled: ledger.settled,
  asks: ledger.asks,
  checks: ledger.checks,
  sides: ledger.sides,
  stops: ledger.stops,
  children: ledger.children,
  aliases: ledger.aliases,
  closed: ledger.closed,
  held: ledger.held,
  sessions: ledger.sessions,
  sessionAsk: ledger.sessionAsk,
  owed: ledger.owed,
  boot: ledger.boot,
  boots: ledger.boots,
  open: ledger.open,
  foreground: ledger.foreground,
})

/** The only way the ledger changes: whatever moves, moves the sequence. */
export const patch = (ledger: Ledger, change: Omit<Partial<Ledger>, 'seq'>): Ledger =>
  Object.assign(step(ledger), change)

/** Appends to a list that remembers only so many, each once. */
export function remember<T>(list: readonly T[], item: T): readonly T[] {
  return list.includes(item) ? list : [...list, item].slice(-MEMORY)
}

export const without = <T>(list: readonly T[], gone: (item: T) => boolean): readonly T[] =>
  list.some(gone) ? list.filter((item) => !gone(item)) : list

/** A question by its asker: every process may number its own from one. */
export const questionKey = (asker: string, requestId: string): string =>
  `${asker.length}:${asker}${requestId}`

/** The questions of an asker that is over are closed. */
export const closeAll = (
  closed: readonly string[],
  asker: string,
  questions: readonly string[],
): readonly string[] => questions.reduce((list, id) => remember(list, questionKey(asker, id)), closed)

// ---------------------------------------------------------------- conversations

/** The key that a conversation goes by now. */
export function keyOf(ledger: Ledger, conversationId: string): string {
  for (const alias of ledger.aliases) if (alias.from === conversationId) return alias.to
  return conversationId
}

/** The conversation that this one was announced to be a child of. */
export const parentOf = (ledger: Ledger, conversationId: string): string | undefined =>
  ledger.children.find((entry) => entry.child === conversationId)?.parent

const waits = (turn: LiveTurn): boolean => turn.phase === 'queued'
const owns = (turn: LiveTurn): boolean => turn.phase !== 'queued'

/** The one turn that owns the conversation; those that wait behind it are `queued`. */
export const ownerOf = (ledger: Ledger, key: string): LiveTurn | undefined => firstOf(ledger.live, key, owns)

/** The first that waits in the conversation. */
export const headOf = (ledger: Ledger, key: string): LiveTurn | undefined => firstOf(ledger.live, key, waits)

export const checkOf = (ledger: Ledger, key: string): Check | undefined =>
  ledger.checks.find((check) => check.conversationId === key)

/** Something is under way that a keeper answers for. */
export const isUnderWay = ({ live, checks, stops }: Ledger): boolean =>
  live.length > 0 || checks.length > 0 || stops.length > 0

// ---------------------------------------------------------------- turns and runs

export const findTurn = (ledger: Ledger, turnId: string): LiveTurn | undefined =>
  turnById(ledger.live, turnId)

/** Runs are named within a conversation; only where none is known, in all of them. */
export const findByRun = (ledger: Ledger, runId: string, key: string | null): LiveTurn | undefined =>
  turnByRun(ledger.live, runId, key)

export const findSide = (ledger: Ledger, runId: string, key: string | null): SideRun | undefined =>
  ledger.sides.find((side) => side.runId === runId && (key === null || side.conversationId === key))

/** The record of a turn, by its id or else by one of its runs. */
export const findEnded = (
  ledger: Ledger,
  turnId: string | null,
  runId: string | null = null,
  key: string | null = null,
): EndedTurn | undefined => endedBy(ledger.settled, turnId, runId, key)

/** The newest record of a conversation. */
export const lastEnded = (ledger: Ledger, key: string): EndedTurn | undefined => newestOf(ledger.settled, key)

/** The records that were made or set right since an earlier state of the ledger. */
export const endedSince = (ledger: Ledger, before: Ledger): readonly EndedTurn[] =>
  recordsSince(before.settled, ledger.settled, before.seq)

export const putTurn = (ledger: Ledger, before: LiveTurn, after: LiveTurn): Ledger =>
  patch(ledger, { live: swapTurn(ledger.live, before, after) })

export const replaceTurn = (ledger: Ledger, turn: LiveTurn, change: Partial<LiveTurn>): Ledger =>
  putTurn(ledger, turn, amend(turn, change))

/** Changes every live turn that `change` has something for. */
export function eachTurn(ledger: Ledger, change: (turn: LiveTurn) => Partial<LiveTurn> | undefined): Ledger {
  let changed = false
  const live = ledger.live.map((turn) => {
    const partial = change(turn)
    if (!partial) return turn
    changed = true
    return amend(turn, partial)
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
