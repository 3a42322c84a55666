import { endedSince } from '../rules'
import type { Ledger, LiveTurn } from '../types'
import type { Changes } from './types'

const NONE: readonly never[] = []

/**
 * What differs between two ledgers, found by trimming what is the same at both ends: one turn changed costs a walk over
 * pointers, whatever else is live.
 */
export function changesBetween(before: Ledger, after: Ledger, foreign: boolean): Changes {
  const { changed, removed } = turnsBetween(before.live, after.live)
  // A ledger that has not gone on from the one before (a jump, a recomputation) may hold anything.
  const ended = after.seq > before.seq ? endedSince(after, before) : after.settled
  return { changed, removed, ended, foreign }
}

function turnsBetween(
  before: readonly LiveTurn[],
  after: readonly LiveTurn[],
): { changed: readonly LiveTurn[]; removed: readonly LiveTurn[] } {
  if (before === after) return { changed: NONE, removed: NONE }
  let start = 0
  let endBefore = before.length
  let endAfter = after.length
  while (start < endBefore && start < endAfter && before[start] === after[start]) start++
  while (endBefore > start && endAfter > start && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore--
    endAfter--
  }
  const changed = start === endAfter ? NONE : after.slice(start, endAfter)
  if (start === endBefore) return { changed, removed: NONE }
  const gone = before.slice(start, endBefore)
  if (changed.length === 0) return { changed, removed: gone }
  const kept = new Set(changed.map((turn) => turn.turnId))
  return { changed, removed: gone.filter((turn) => !kept.has(turn.turnId)) }
}
