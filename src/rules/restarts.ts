import type { Ledger } from '../types'
import type { RulesConfig } from './config'
import { eachTurn, keyOf, patch, remember } from './ledger'
import { hasLeft, lookBy } from './turn'

/** The stream is down: what was live is unverified, and still busy (law 9). */
export function dropped(
  config: RulesConfig,
  ledger: Ledger,
  conversationIds: readonly string[] | undefined,
  at: number,
): Ledger {
  const keys = conversationIds && new Set(conversationIds.map((id) => keyOf(ledger, id)))
  return eachTurn(ledger, (turn) =>
    hasLeft(turn) && turn.phase !== 'queued' && (!keys || keys.has(turn.conversationId))
      ? { unverified: true, checkAt: lookBy(turn, at + config.recheckAfter) }
      : undefined,
  )
}

/** Whether a frame comes from a process that has been replaced since. */
export const isOutdated = (ledger: Ledger, boot: string | undefined): boolean =>
  boot !== undefined && boot !== ledger.boot && ledger.boots.includes(boot)

/** A process generation speaks: a new one makes every older turn suspect, but not guilty. */
export function booted(ledger: Ledger, boot: string | undefined, at: number): Ledger {
  if (boot === undefined || boot === ledger.boot || ledger.boots.includes(boot)) return ledger
  const next = patch(ledger, {
    boot,
    boots: ledger.boot === null ? ledger.boots : remember(ledger.boots, ledger.boot),
  })
  return ledger.boot === null ? next : suspect(next, at)
}

/** Every turn that has left is suspect: looked up now, and interrupted if it is over. */
const suspect = (ledger: Ledger, at: number): Ledger =>
  eachTurn(ledger, (turn) =>
    hasLeft(turn)
      ? { unverified: true, suspect: true, checkAt: turn.phase === 'queued' ? null : lookBy(turn, at) }
      : undefined,
  )

export function restarted(ledger: Ledger, boot: string | undefined, at: number): Ledger {
  const next = booted(ledger, boot, at)
  return next !== ledger && ledger.boot !== null ? next : suspect(next, at)
}

/** The stream is up (again): nothing that was missed may come, so what had begun is looked up at once. */
export function opened(ledger: Ledger, boot: string | undefined, at: number): Ledger {
  return eachTurn(booted(ledger, boot, at), (turn) =>
    turn.phase !== 'queued' && hasLeft(turn) && (turn.begun || turn.unverified)
      ? { unverified: true, checkAt: lookBy(turn, at), hinted: ledger.seq + 1 }
      : undefined,
  )
}
