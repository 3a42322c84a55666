/** Stop is an intent on the turn; its answer is not the turn's end (law 12). */
import type { StopRequestedPayload } from '../actions'
import { keyOf } from '../state/conversations'
import { without } from '../state/lists'
import { findStopped } from '../state/stops'
import {
  activeOf,
  currentTurn,
  entryOf,
  findTurn,
  hasLeft,
  isQueued,
  patchEntry,
  putTurn,
} from '../state/turns'
import type { ConversationsState, StopIntent, StopResult, Turn, TurnsState } from '../types'
import type { RuleContext } from './context'
import { checkConversation, endOf, inferredEnd, settle } from './ends'
import { amendTurn, changeTurn, checkBy, hasStarted } from './turn'

/** The turn that a stop means: the one that it names, else the active one of its conversation, else of the viewed one. */
export function stopTarget(
  turns: TurnsState,
  conversations: ConversationsState,
  { conversationId, turnId }: StopRequestedPayload,
): Turn | undefined {
  if (turnId != null) return findTurn(turns, turnId, conversationId)
  const where = conversationId ?? conversations.viewedId
  return where === null ? undefined : (activeOf(turns, keyOf(conversations, where)) ?? undefined)
}

/** Whether a stop, pressed now, would be asked for (again). */
export const mayStop = ({ stop }: Turn): boolean =>
  stop === null || stop.state === 'unconfirmed' || stop.state === 'unheeded' || stop.refusals > 0

export function requestStop(ctx: RuleContext, turns: TurnsState, payload: StopRequestedPayload): TurnsState {
  const { config, conversations, at } = ctx
  const turn = stopTarget(turns, conversations, payload)
  if (!turn) return turns
  if (!hasLeft(turn)) return settle(ctx, turns, turn, endOf({ reason: 'cancelled' }))
  const isStale = turn.stop?.state === 'acknowledged' && at - turn.stop.at >= config.recheckInterval
  if (!mayStop(turn) && !isStale) return turns
  const stop: StopIntent = {
    state: 'wanted',
    nonce: null,
    at,
    turnHadStarted: hasStarted(turn),
    lostAnswers: 0,
    refusals: turn.stop?.refusals ?? 0,
  }
  const checkAt = isQueued(turns, turn) ? null : checkBy(turn, at + config.recheckInterval)
  const wanted = changeTurn(turns, turn, { stop, checkAt })
  const { turnId, conversationId } = turn
  return payload.nonce === undefined
    ? wanted
    : claimStop(ctx, wanted, { turnId, conversationId, nonce: payload.nonce })
}

/** Compare-and-set: a keeper takes a stop that is wanted. */
export function claimStop(
  { at }: RuleContext,
  turns: TurnsState,
  payload: { readonly turnId: string; readonly conversationId: string; readonly nonce: string },
): TurnsState {
  const turn = findTurn(turns, payload.turnId, payload.conversationId)
  if (turn?.stop?.state !== 'wanted') return turns
  const { nonce } = payload
  const stop: StopIntent = { ...turn.stop, state: 'requested', nonce, at, turnHadStarted: hasStarted(turn) }
  const { turnId, conversationId } = turn
  const next = changeTurn(turns, turn, { stop })
  const inFlight = entryOf(next, conversationId)?.stopsInFlight ?? []
  return patchEntry(next, conversationId, { stopsInFlight: [...inFlight, { turnId, nonce, at }] })
}

/** No stop of this turn, or of the session (`null`), is in flight any more; where a nonce is given, only that one is not. */
export function closeStops(
  turns: TurnsState,
  key: string | undefined,
  turnId: string | null,
  nonce: string | undefined,
): TurnsState {
  const entry = key === undefined ? undefined : entryOf(turns, key)
  if (!entry || entry.stopsInFlight.length === 0) return turns
  const stopsInFlight = without(
    entry.stopsInFlight,
    (stop) => stop.turnId === turnId && (nonce === undefined || stop.nonce === nonce),
  )
  return stopsInFlight === entry.stopsInFlight
    ? turns
    : patchEntry(turns, entry.conversationId, { stopsInFlight })
}

/** The answer to a stop; `null`: it was lost. `key`: the conversation of its turn, which may have ended. */
export function stopAnswered(
  ctx: RuleContext,
  turns: TurnsState,
  payload: { readonly turnId: string; readonly nonce?: string | undefined },
  answer: StopResult | null,
  key: string | undefined,
): TurnsState {
  const { config, at } = ctx
  const { turnId, nonce } = payload
  const known = findStopped(turns, turnId, nonce)
  const next = closeStops(turns, known?.conversationId ?? key, known?.turnId ?? turnId, nonce)
  const turn = known && currentTurn(next, known)
  const stop = turn?.stop
  if (!turn || stop?.state !== 'requested' || (nonce !== undefined && stop.nonce !== nonce)) return next
  const startedSince = hasStarted(turn) && !stop.turnHadStarted
  const waits = isQueued(next, turn)
  const become = (state: StopIntent['state'], checkAt: number, refusals = stop.refusals): TurnsState =>
    changeTurn(next, turn, {
      stop: { ...stop, state, nonce: null, refusals },
      checkAt: waits ? null : checkBy(turn, checkAt),
    })
  const soon = at + config.recheckInterval
  if (answer === null) {
    const lost = amendTurn(turn, {
      stop: {
        ...stop,
        state: startedSince ? 'wanted' : 'unconfirmed',
        nonce: null,
        lostAnswers: stop.lostAnswers + 1,
      },
    })
    return checkNow(ctx, putTurn(next, turn, lost), turn)
  }
  if (answer.status === 'acknowledged') return become(startedSince ? 'wanted' : 'acknowledged', soon)
  if (answer.reason === 'unreachable') return changeTurn(next, turn, { stop: null })
  // Nothing to stop: over, not started, or looked for in the wrong place. Only a check or evidence tells which.
  if (startedSince) return become('wanted', soon)
  if (!hasStarted(turn)) return checkNow(ctx, become('deferred', at), turn)
  if (!config.hasStatusChecks) return settle(ctx, next, turn, inferredEnd('rescued'))
  if (answer.reason === 'changed') return checkNow(ctx, changeTurn(next, turn, { stop: null }), turn)
  // It had shown that it runs. Where it still does, the server did not know of it yet: the wish to stop it stands.
  return checkNow(ctx, become('deferred', at, stop.refusals + 1), turn)
}

const checkNow = (ctx: RuleContext, turns: TurnsState, turn: Turn): TurnsState =>
  ctx.config.hasStatusChecks ? checkConversation(ctx, turns, turn.conversationId) : turns
