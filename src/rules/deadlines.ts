import type { Ledger } from '../types'
import type { RulesConfig } from './config'
import { endOf, settle, undelivered } from './ends'
import { eachTurn, findTurn, patch, replaceTurn } from './ledger'
import { hasLeft, nextCheck } from './turn'

/** A hint of the hard limit or, without a look-up, of silence: carried out by the life that it was armed for (law 8). */
export function checkDue(
  config: RulesConfig,
  ledger: Ledger,
  payload: { readonly turnId: string; readonly life: number },
  at: number,
): Ledger {
  const turn = findTurn(ledger, payload.turnId)
  if (!turn || turn.life !== payload.life) return ledger
  if (turn.limitAt !== null && turn.limitAt <= at) {
    const error = { message: 'The turn took longer than the hard limit allows.' }
    return settle(config, ledger, turn, { ...endOf({ reason: 'timeout' }), error }, at)
  }
  if (config.looks || turn.checkAt === null || turn.checkAt > at) return ledger
  if (turn.stop?.state === 'acknowledged') {
    return settle(config, ledger, turn, { ...endOf({ reason: 'cancelled' }), grade: 'inferred' }, at)
  }
  if (turn.parked) return settle(config, ledger, turn, { ...turn.parked, grade: 'inferred' }, at)
  if (
    turn.send === 'unknown' &&
    !turn.begun &&
    at - (turn.acceptedAt ?? turn.startedAt) >= config.registrationWindow
  ) {
    return settle(config, ledger, turn, undelivered(), at)
  }
  const waits = turn.send === 'unknown' && !turn.begun
  return replaceTurn(ledger, turn, {
    stalled: turn.phase !== 'awaiting_input',
    checkAt: waits ? nextCheck(config, turn, at) : null,
  })
}

/** Time passed without observation: it counts for no deadline, and everything live is looked up first (laws 9 and 10). */
export function wake(ledger: Ledger, sleptMs: number, at: number): Ledger {
  const awake = eachTurn(ledger, (turn) =>
    hasLeft(turn)
      ? {
          unverified: true,
          hinted: ledger.seq + 1,
          checkAt: turn.phase === 'queued' ? null : at,
          limitAt: turn.limitAt === null ? null : turn.limitAt + sleptMs,
        }
      : undefined,
  )
  return awake.checks.some((entry) => entry.at > at)
    ? patch(awake, { checks: awake.checks.map((entry) => ({ ...entry, at })) })
    : awake
}
