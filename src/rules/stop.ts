import type { Ledger, LiveTurn, StopResult } from '../types'
import type { RulesConfig } from './config'
import { endOf, settle } from './ends'
import { findTurn, keyOf, ownerOf, patch, replaceTurn, without } from './ledger'
import { hasLeft, lookBy } from './turn'

interface StopAddress {
  readonly conversationId?: string | null
  readonly turnId?: string | null
}

/** The turn that a stop means: the one that it names, else the live one of its conversation, else of the foreground. */
export function stopTarget(ledger: Ledger, { conversationId, turnId }: StopAddress): LiveTurn | undefined {
  if (turnId != null) return findTurn(ledger, turnId)
  const where = conversationId ?? ledger.foreground
  return where === null ? undefined : ownerOf(ledger, keyOf(ledger, where))
}

export function stop(
  config: RulesConfig,
  ledger: Ledger,
  payload: StopAddress & { readonly nonce?: string },
  at: number,
): Ledger {
  const turn = stopTarget(ledger, payload)
  if (!turn) return ledger
  if (!hasLeft(turn)) return settle(config, ledger, turn, endOf({ reason: 'cancelled' }), at)
  // Pressed again while a stop stands: no-op, unless that one was taken and the turn still goes on.
  const stale = turn.stop?.state === 'acknowledged' && at - turn.stop.at >= config.recheckAfter
  if (turn.stop && turn.stop.state !== 'unknown' && !stale) return ledger
  const wanted = replaceTurn(ledger, turn, {
    stop: { state: 'wanted', nonce: null, at, sawLife: turn.begun, lost: 0 },
    checkAt: turn.phase === 'queued' ? null : lookBy(turn, at + config.recheckAfter),
  })
  return payload.nonce === undefined
    ? wanted
    : claimStop(wanted, { turnId: turn.turnId, nonce: payload.nonce }, at)
}

export function claimStop(
  ledger: Ledger,
  payload: { readonly turnId: string; readonly nonce: string },
  at: number,
): Ledger {
  const turn = findTurn(ledger, payload.turnId)
  if (turn?.stop?.state !== 'wanted') return ledger
  const { nonce } = payload
  const next = replaceTurn(ledger, turn, {
    stop: { ...turn.stop, state: 'in_flight', nonce, at, sawLife: turn.begun },
  })
  const { turnId, conversationId } = turn
  return patch(next, { stops: [...ledger.stops, { conversationId, turnId, nonce, at }] })
}

/** The answer to a stop, which is not the end of the turn: acknowledged is not stopped (law 12). */
export function stopAnswered(
  config: RulesConfig,
  ledger: Ledger,
  payload: { readonly turnId: string; readonly nonce?: string },
  answer: StopResult | null,
  at: number,
): Ledger {
  const done = (entry: Ledger['stops'][number]) =>
    entry.turnId === payload.turnId && (payload.nonce === undefined || entry.nonce === payload.nonce)
  const stops = without(ledger.stops, done)
  const next = stops === ledger.stops ? ledger : patch(ledger, { stops })
  const turn = findTurn(next, payload.turnId)
  if (turn?.stop?.state !== 'in_flight' || (payload.nonce !== undefined && turn.stop.nonce !== payload.nonce))
    return next
  const late = turn.begun && !turn.stop.sawLife
  const soon = lookBy(turn, at + config.recheckAfter)
  const state = (value: 'wanted' | 'acknowledged' | 'unknown' | 'deferred') => ({
    stop: { ...turn.stop!, state: value, nonce: null },
  })
  if (answer === null) {
    return replaceTurn(next, turn, {
      stop: { ...turn.stop, state: late ? 'wanted' : 'unknown', nonce: null, lost: turn.stop.lost + 1 },
      checkAt: lookBy(turn, at),
      hinted: next.seq + 1,
    })
  }
  if (answer.status === 'acknowledged') {
    return replaceTurn(next, turn, { ...state(late ? 'wanted' : 'acknowledged'), checkAt: soon })
  }
  if (answer.reason === 'unreachable') return replaceTurn(next, turn, { stop: null })
  // Nothing to stop: over, not begun, or looked for in the wrong place. Only a look-up or life tells which.
  if (late) return replaceTurn(next, turn, state('wanted'))
  const intent = turn.begun ? { stop: null } : state('deferred')
  return replaceTurn(next, turn, { ...intent, checkAt: lookBy(turn, at), hinted: next.seq + 1 })
}
