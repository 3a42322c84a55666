/** What a person does to messages that wait: moves them, sends one at once, withdraws them all (law 13). */
import type { KeeperSubmitPayload } from '../actions'
import { keyOf } from '../state/conversations'
import { without } from '../state/lists'
import { activeOf, entryOf, findTurn, hasLeft, isQueued, patchEntry } from '../state/turns'
import type { Turn, TurnsState } from '../types'
import type { RuleContext } from './context'
import { isWaitingForPerson } from './ends'
import { submit, withdraw } from './sends'
import { requestStop } from './stops'
import { changeTurn } from './turn'

/** A message moves in front of another one that waits in the same place; `null`: behind all of them. */
export function moveQueued(
  turns: TurnsState,
  {
    turnId,
    before,
    accepted = false,
  }: { turnId: string; before: string | null; accepted?: boolean | undefined },
): TurnsState {
  const turn = findTurn(turns, turnId)
  if (!turn || !isQueued(turns, turn) || hasLeft(turn) !== accepted || turnId === before) return turns
  const { queue } = entryOf(turns, turn.conversationId)!
  const isPeer = (other: Turn): boolean => hasLeft(other) === accepted
  const rest = without(queue, (other) => other === turn)
  const place =
    before === null
      ? rest.findLastIndex(isPeer) + 1
      : rest.findIndex((other) => other.turnId === before && isPeer(other))
  const moved = [...rest.slice(0, place), turn, ...rest.slice(place)]
  if (place < 0 || moved.every((other, i) => other === queue[i])) return turns
  return patchEntry(turns, turn.conversationId, { queue: moved })
}

/** A message that waits here leaves next: what is in front is stopped. */
export function sendQueuedNow(ctx: RuleContext, turns: TurnsState, turnId: string): TurnsState {
  const turn = findTurn(turns, turnId)
  if (!turn || hasLeft(turn)) return turns
  const key = turn.conversationId
  const first = entryOf(turns, key)!.queue.find((other) => !hasLeft(other))!
  const moved = moveQueued(turns, { turnId, before: first.turnId })
  const active = activeOf(moved, key)
  if (!active) return moved
  const stopped = requestStop(ctx, moved, { turnId: active.turnId })
  const now = findTurn(stopped, active.turnId, active.conversationId)
  return now?.stop && !now.stop.sendsNext
    ? changeTurn(stopped, now, { stop: { ...now.stop, sendsNext: true } })
    : stopped
}

/** A prompt. One that is typed while the turn waits for a person may end the wait: it leaves next, and what runs is stopped. */
export function submitPrompt(ctx: RuleContext, turns: TurnsState, payload: KeeperSubmitPayload): TurnsState {
  return endsWait(ctx, turns, payload)
    ? sendQueuedNow(ctx, submit(ctx, turns, { ...payload, mode: 'queue' }), payload.turnId)
    : submit(ctx, turns, payload)
}

function endsWait(ctx: RuleContext, turns: TurnsState, payload: KeeperSubmitPayload): boolean {
  const { whileAsking = ctx.config.onTextWhileAsking, mode, retryOf, hidden } = payload
  if (whileAsking !== 'cancel' || mode !== undefined || retryOf !== undefined || hidden) return false
  const active = activeOf(turns, keyOf(ctx.conversations, payload.conversationId))
  return active !== null && isWaitingForPerson(ctx, active)
}

/** Withdraws everything that waits; what the server holds is stopped there. */
export const clearQueue = (ctx: RuleContext, turns: TurnsState, conversationId: string): TurnsState =>
  (entryOf(turns, keyOf(ctx.conversations, conversationId))?.queue ?? []).reduce(
    (next, turn) =>
      hasLeft(turn) ? requestStop(ctx, next, { turnId: turn.turnId }) : withdraw(ctx, next, turn, false),
    turns,
  )
