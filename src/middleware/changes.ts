import { differing, endedSince } from '../rules'
import type { Ledger, LiveTurn } from '../types'
import type { Changes } from './types'

const NONE: readonly never[] = []

/** What differs between two ledgers. */
export function changesBetween(before: Ledger, after: Ledger, foreign: boolean): Changes {
  const [was, changed] = before.live === after.live ? [NONE, NONE] : differing(before.live, after.live)
  // A ledger that has not gone on from the one before (a jump, a recomputation) may hold anything.
  const ended = after.seq > before.seq ? endedSince(after, before) : after.settled
  return { changed, removed: withoutThese(was, changed), ended, foreign }
}

function withoutThese(was: readonly LiveTurn[], changed: readonly LiveTurn[]): readonly LiveTurn[] {
  if (was.length === 0 || changed.length === 0) return was
  const kept = new Set(changed.map((turn) => turn.turnId))
  return was.filter((turn) => !kept.has(turn.turnId))
}
