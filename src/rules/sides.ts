import type { Ledger, SideRun } from '../types'
import type { RulesConfig } from './config'
import { closeAll, findSide, patch, without } from './ledger'

/** A run beside the turn shows life: it is remembered, and forgotten when it has been silent for long (law 14). */
export function touchSide(
  config: RulesConfig,
  ledger: Ledger,
  side: Pick<SideRun, 'runId' | 'conversationId' | 'role' | 'parent'>,
  at: number,
): Ledger {
  const known = findSide(ledger, side.runId, side.conversationId)
  const expiresAt = at + config.sideRunExpiry
  if (known) {
    // Once a minute is enough to keep it: a stream of output must not change the state each time.
    if (expiresAt - known.expiresAt < config.sideRunExpiry / 10) return ledger
    return patch(ledger, {
      sides: ledger.sides.map((entry) => (entry === known ? { ...known, expiresAt } : entry)),
    })
  }
  return patch(ledger, { sides: [...ledger.sides, { ...side, startedAt: at, expiresAt, questions: [] }] })
}

/** The run is over. Questions belong to their asker and close with it. */
export function closeSide(ledger: Ledger, side: SideRun | undefined): Ledger {
  if (!side) return ledger
  return patch(ledger, {
    sides: without(ledger.sides, (entry) => entry === side),
    closed: closeAll(ledger.closed, side.runId, side.questions),
  })
}

/** Side runs that have been silent for too long are forgotten. */
export function sweep(ledger: Ledger, at: number): Ledger {
  let next = ledger
  for (const side of ledger.sides) if (side.expiresAt <= at) next = closeSide(next, side)
  return next
}
