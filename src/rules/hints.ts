import type { Ledger, LiveTurn } from '../types'
import type { RulesConfig } from './config'
import { check, eachTurn, headOf, ownerOf, replaceTurn } from './ledger'
import { hasLeft, lookBy } from './turn'

/**
 * Something may have happened to this conversation's turn: the look-up is brought forward to now (law 4). What was said is
 * kept as a rumour, for the end that the look-up may confirm without a word on how it came.
 */
export function hint(
  config: RulesConfig,
  ledger: Ledger,
  key: string,
  at: number,
  rumour: LiveTurn['rumour'] = null,
): Ledger {
  const owner = ownerOf(ledger, key)
  if (!config.looks) return ledger
  if (owner) {
    return hasLeft(owner)
      ? replaceTurn(ledger, owner, {
          checkAt: lookBy(owner, at),
          hinted: ledger.seq + 1,
          // An error that nobody says is the end gives way to what was said of the end.
          rumour: rumour?.outcome === 'error' ? (owner.rumour ?? rumour) : (rumour ?? owner.rumour),
        })
      : ledger
  }
  return headOf(ledger, key) ? check(ledger, key, at) : ledger
}

/** The same for every live turn: the wire did not say whom it meant. */
export const hintAll = (config: RulesConfig, ledger: Ledger, at: number): Ledger =>
  config.looks
    ? eachTurn(ledger, (turn) =>
        hasLeft(turn) && turn.phase !== 'queued'
          ? { checkAt: lookBy(turn, at), hinted: ledger.seq + 1 }
          : undefined,
      )
    : ledger
