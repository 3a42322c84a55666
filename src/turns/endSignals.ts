/** Who is ended by what names it: the app's own word is obeyed, a signal that names no turn is a reason to check (laws 1, 2, 4). */
import type { EndPayload, TurnEndedPayload } from '../actions'
import { resolveAddress } from '../state/address'
import { keyOf } from '../state/conversations'
import { activeOf, entryOf, patchEntry } from '../state/turns'
import type { Address, Turn, TurnsState } from '../types'
import type { RuleContext } from './context'
import { isTaken } from './bindings'
import { hintCheck, hintCheckOfAll, requestCheck } from './checks'
import { correct, endOf, settle, unconfirmed } from './ends'
import type { End } from './ends'
import { endBackgroundRun, endUnplacedRun } from './runs'
import { amendTurn, changeTurn, hasStarted, isSending, isUnbound } from './turn'

/** Whether only a run is named that was bound to the turn by guess. */
const isOfGuess = (turn: Turn, { turnId, runId }: Address): boolean =>
  turnId == null && runId != null && turn.guessedRun === runId

/** `endTurn`: the app's own word. */
export function endByApp(ctx: RuleContext, turns: TurnsState, payload: EndPayload): TurnsState {
  const end = endOf(payload)
  const target = resolveAddress(turns, ctx.conversations, payload)
  switch (target.kind) {
    case 'turn':
      // A run that was bound by guess ends nothing for certain, whoever says so.
      return settle(
        ctx,
        turns,
        target.turn,
        isOfGuess(target.turn, payload) ? { ...end, grade: 'inferred' } : end,
      )
    case 'background':
      return target.run ? endBackgroundRun(turns, target.run) : turns
    case 'unplaced':
      return endUnplacedRun(turns, target.key, target.run)
    case 'conversation':
      return endActive(ctx, turns, target.key, end)
    case 'unaddressed': {
      const { viewedId } = ctx.conversations
      return viewedId === null ? turns : endActive(ctx, turns, keyOf(ctx.conversations, viewedId), end)
    }
    case 'ended':
    case 'unknown':
      return turns
  }
}

function endActive(ctx: RuleContext, turns: TurnsState, key: string, end: End): TurnsState {
  const active = activeOf(turns, key)
  return active ? settle(ctx, turns, active, end) : turns
}

/** `signals.turnEnded`: the wire's word. */
export function endBySignal(ctx: RuleContext, turns: TurnsState, payload: TurnEndedPayload): TurnsState {
  const end = endOf(payload)
  const target = resolveAddress(turns, ctx.conversations, payload)
  switch (target.kind) {
    case 'turn': {
      const { turn } = target
      const runId = payload.runId ?? null
      if (runId !== null && isOfGuess(turn, payload)) return endOfGuess(ctx, turns, turn, runId, end)
      // What the server names has arrived, unless it says that it has not.
      const isArrived = end.outcome !== 'undelivered'
      return settle(ctx, turns, isArrived ? amendTurn(turn, { started: 'named' }) : turn, end)
    }
    case 'ended':
      return correct(turns, target.ended, end)
    case 'background':
      return target.run ? endBackgroundRun(turns, target.run) : turns
    case 'unplaced':
      return endUnplacedRun(turns, target.key, target.run)
    case 'unknown':
      return target.key === null ? turns : endOfUnknown(ctx, turns, target.key, payload, end)
    case 'conversation':
      return endUnnamed(ctx, turns, target.key, end)
    case 'unaddressed':
      return hintCheckOfAll(ctx, turns)
  }
}

/** The end of a run that was bound by guess ends nothing for certain: kept until the answer to the send, or a check, tells. */
function endOfGuess(ctx: RuleContext, turns: TurnsState, turn: Turn, runId: string, end: End): TurnsState {
  const told = changeTurn(turns, turn, { guessedRun: runId, unconfirmedEnd: unconfirmed(end, runId) })
  if (turn.sendState === 'sending') return told
  if (ctx.config.hasStatusChecks) return requestCheck(ctx, told, turn.conversationId)
  const now = entryOf(told, turn.conversationId)?.active
  return now?.turnId === turn.turnId ? settle(ctx, told, now, { ...end, grade: 'inferred' }) : told
}

/** The end of a run that nobody knows binds where its start would have: to a turn that has left and has no run yet. */
function endOfUnknown(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  { runId, turnId }: TurnEndedPayload,
  end: End,
): TurnsState {
  const active = activeOf(turns, key)
  const binds =
    active !== null &&
    runId != null &&
    turnId == null &&
    isUnbound(active) &&
    active.guessedRun === null &&
    active.origin === 'local' &&
    !isTaken(turns, active, runId)
  return binds ? endOfGuess(ctx, turns, active, runId, end) : hintCheck(ctx, turns, key)
}

/**
 * An ending that names no turn. With status checks: a reason to check now, no more. Without them it ends a turn that has
 * started, once the endings that are expected for turns that have ended already are counted off; and only as an inference.
 */
export function endUnnamed(ctx: RuleContext, turns: TurnsState, key: string, end: End): TurnsState {
  if (ctx.config.hasStatusChecks) {
    return hintCheck(ctx, turns, key, end.outcome === 'unknown' ? {} : { end: unconfirmed(end, null) })
  }
  const expected = entryOf(turns, key)?.expectedIdles ?? null
  const counted = expected
    ? patchEntry(turns, key, {
        expectedIdles: expected.count > 0 ? { ...expected, count: expected.count - 1 } : null,
      })
    : turns
  if (expected && expected.count > 0) return counted
  const active = activeOf(counted, key)
  if (!active || !hasStarted(active)) return counted
  // Nothing inferred ends a turn whose request is open: what was said is kept until its answer comes (law 11).
  return isSending(active)
    ? changeTurn(counted, active, { unconfirmedEnd: unconfirmed(end, null) })
    : settle(ctx, counted, active, { ...end, grade: 'inferred' })
}
