import type { Grade, Ledger, SessionStatus, TurnError } from '../types'
import type { RulesConfig } from './config'
import { endOf, settle } from './ends'
import type { End } from './ends'
import { headOf, patch, remember, without } from './ledger'
import { hasLeft } from './turn'
import { turnsOf } from './turnList'

/**
 * A session that became inactive holds no turn (law 16): `stopped` and `error` end what the server had queued too. Where
 * nothing was seen of the turn yet the end is inferred, and `ready` is none: the session is only just up for it.
 */
export function endOfSession(
  config: RulesConfig,
  ledger: Ledger,
  key: string,
  status: SessionStatus,
  error: TurnError | null,
  at: number,
  grade?: Grade,
): Ledger {
  const verdict = endOf(
    status === 'error'
      ? { reason: 'session_error', error: error ?? { message: 'The session failed.' } }
      : { reason: 'interrupted', ...(error && { error }) },
  )
  const gone = status === 'stopped' || status === 'error'
  let next = ledger
  // The last first: what the server has queued must not be let on by the end of the one before it.
  for (const turn of [...turnsOf(ledger.live, key)].reverse()) {
    if (!hasLeft(turn) || (turn.phase === 'queued' ? !gone : !turn.begun && status === 'ready')) continue
    next = settle(
      config,
      next,
      turn,
      { ...verdict, grade: grade ?? (turn.begun ? 'witnessed' : 'inferred') },
      at,
    )
  }
  // What waits here would start the session again: that is for a person to say.
  const waits = gone && headOf(next, key) !== undefined && !next.held.includes(key)
  return waits ? patch(next, { held: remember(next.held, key) }) : next
}

/** The conversation is gone: its turns are over for us, and nothing brings them back. */
export function close(config: RulesConfig, ledger: Ledger, key: string, at: number): Ledger {
  const verdict: End = { reason: 'interrupted', outcome: 'interrupted', grade: 'witnessed' }
  let next = ledger
  // The queue first: it is withdrawn, not let on.
  for (const turn of [...ledger.live].reverse()) {
    if (turn.conversationId !== key) continue
    next = settle(config, next, turn, turn.phase === 'queued' ? endOf({ reason: 'cancelled' }) : verdict, at)
  }
  const gone = (entry: { conversationId: string }) => entry.conversationId === key
  const { sides, checks, stops } = next
  return next === ledger && !sides.some(gone) && !checks.some(gone) && !stops.some(gone)
    ? ledger
    : patch(next, {
        sides: without(sides, gone),
        checks: without(checks, gone),
        stops: without(stops, gone),
        held: without(next.held, (id) => id === key),
      })
}
