/** Sends: a prompt as it is submitted, queued, claimed and withdrawn (laws 11 and 13). What its answer makes of it: `sendAnswers.ts`. */
import type { KeeperSubmitPayload } from '../actions'
import { conversationOf, isQueueHeld, keyOf, queueHoldOf } from '../state/conversations'
import {
  activeOf,
  entryOf,
  findEnded,
  findTurn,
  hasLeft,
  isKnownTurn,
  patchEntry,
  putTurn,
  removeTurn,
} from '../state/turns'
import type { ConversationTurns, StopInFlight, Turn, TurnError, TurnsState } from '../types'
import type { RuleContext } from './context'
import { checkConversation, endOf, goOnWithout, inferredEnd, promoteNext, settle } from './ends'
import { leaveOtherKeys } from './otherKeys'
import { amendTurn, changeTurn, limitFrom, newTurn, watchedTurn } from './turn'

/**
 * The turn that a retry means where it is under way already: the one to be retried has not ended, or a retry of it has
 * not. A retry is one send, however often it is pressed.
 */
export function retryUnderWay(
  { conversations }: Pick<RuleContext, 'conversations'>,
  turns: TurnsState,
  { conversationId, retryOf }: { readonly conversationId: string; readonly retryOf?: string | undefined },
): Turn | undefined {
  if (retryOf === undefined) return undefined
  const key = keyOf(conversations, conversationId)
  const texts = conversationOf(conversations, key)?.texts ?? []
  const retry = texts.find((text) => text.retryOf === retryOf && findTurn(turns, text.turnId, key))
  return findTurn(turns, retryOf, key) ?? (retry && findTurn(turns, retry.turnId, key))
}

/** A prompt: it leaves at once where its conversation is free, waits where it is not, and keeps its place. */
export function submit(ctx: RuleContext, turns: TurnsState, payload: KeeperSubmitPayload): TurnsState {
  const { config, conversations, at } = ctx
  const { turnId } = payload
  const key = keyOf(conversations, payload.conversationId)
  if (isKnownTurn(turns, turnId) || findEnded(turns, turnId)) return turns
  if (retryUnderWay(ctx, turns, payload)) return turns
  const entry = entryOf(turns, key)
  const active = activeOf(turns, key)
  const mode = payload.mode ?? (config.sendWhileBusy === 'send' ? 'now' : 'queue')
  const queue = entry?.queue ?? []
  const isFree = active === null && queue.length === 0
  const mayLeave =
    turns.isSendingAllowed &&
    payload.shared !== true &&
    !stopHolds(ctx, entry) &&
    queue.every(hasLeft) &&
    !isHeldBefore(ctx, key, queue)
  const leaves = payload.sent === true || (mayLeave && (isFree || (active !== null && mode === 'now')))
  const turn = newTurn({
    turnId,
    conversationId: key,
    origin: 'local',
    sendState: leaves ? 'sending' : 'unsent',
    sendNonce: leaves ? (payload.nonce ?? null) : null,
    sentAt: leaves ? at : null,
    startedAt: at,
    createdSeq: turns.seq + 1,
    limitAt: leaves ? limitFrom(config, at) : null,
  })
  if (leaves && isFree) return patchEntry(turns, key, { active: watchedTurn(config, turn, {}, at) })
  const queued = patchEntry(turns, key, { queue: [...queue, turn] })
  // Sent by another tab, past what waits here.
  if (leaves && !active) return promoteNext(ctx, queued, key)
  // A message of another tab: whether the conversation is idle is not known here.
  return payload.shared && config.hasStatusChecks && !active ? checkConversation(ctx, queued, key) : queued
}

/** A queue that is held goes on with the next prompt, which waits behind what is held. */
const isHeldBefore = ({ conversations, at }: RuleContext, key: string, queue: readonly Turn[]): boolean =>
  queue.length > 0 && isQueueHeld(conversations, key, at)

/** Whether the send of a turn may leave now (law 13: from a verified idle, one message a turn, in order). */
export function maySend(ctx: RuleContext, turns: TurnsState, turn: Turn): boolean {
  const { config, conversations, at } = ctx
  const key = turn.conversationId
  const entry = entryOf(turns, key)
  if (!entry || hasLeft(turn) || turn.notBefore > at || !turns.isSendingAllowed || turn.stop) return false
  return (
    !activeOf(turns, key) &&
    entry.queue[0]?.turnId === turn.turnId &&
    !stopHolds(ctx, entry) &&
    !isQueueHeld(conversations, key, at) &&
    // A refusal is the server's own word that it decides: its next answer verifies as well as a check would.
    (turn.refusals > 0 || !config.hasStatusChecks || isVerifiedIdle(entry))
  )
}

/** Nothing there waits for a status check, and no run of unknown origin shows that it runs. */
const isVerifiedIdle = (entry: ConversationTurns): boolean =>
  entry.checkAt === null && entry.unplacedRuns.length === 0

/** It stops whatever runs in the conversation: the session, or a turn that the wire cannot name. */
const isWide = ({ config }: RuleContext, stop: StopInFlight): boolean =>
  config.stopScope === 'conversation' || stop.turnId === null

/** Whether a stop in flight would also stop what is sent now. */
export const stopHolds = (ctx: RuleContext, entry: ConversationTurns | undefined): boolean =>
  entry !== undefined &&
  entry.stopsInFlight.some((stop) => isWide(ctx, stop) && ctx.at - stop.at < ctx.config.holdSendWhileStopping)

/** When a turn that waits here may leave at the earliest, as far as that is a matter of time; `null` where it is not. */
export function sendableAt(ctx: RuleContext, turns: TurnsState, turn: Turn): number | null {
  const entry = entryOf(turns, turn.conversationId)
  const wide = (entry?.stopsInFlight ?? []).filter((stop) => isWide(ctx, stop))
  const at = Math.max(
    turn.notBefore,
    ctx.at,
    queueHoldOf(ctx.conversations, turn.conversationId)?.until ?? 0,
    ...wide.map((stop) => stop.at + ctx.config.holdSendWhileStopping),
  )
  return maySend({ ...ctx, at }, turns, turn) ? at : null
}

/** Compare-and-set: a keeper takes the send. `elsewhere`: another tab took it. */
export function claimSend(
  ctx: RuleContext,
  turns: TurnsState,
  payload: {
    readonly turnId: string
    readonly conversationId: string
    readonly nonce: string
    readonly elsewhere?: boolean | undefined
    readonly granted?: boolean | undefined
  },
): TurnsState {
  const { config, at } = ctx
  const turn = findTurn(turns, payload.turnId, payload.conversationId)
  if (!turn || hasLeft(turn)) return turns
  // Its place in the shared queue is granted: the pause before it would be asked for again does not count.
  const candidate = payload.granted ? amendTurn(turn, { notBefore: 0 }) : turn
  if (!payload.elsewhere && !maySend(ctx, turns, candidate)) return turns
  // Nothing will be told of what came of it: the other tab sees to it that it arrives.
  const isOut = payload.elsewhere === true && payload.nonce === ''
  const sent = amendTurn(turn, {
    sendState: isOut ? 'accepted' : 'sending',
    sendNonce: isOut ? null : payload.nonce,
    sentAt: at,
    acceptedAt: isOut ? at : null,
    startedAt: at,
    lastEvidenceAt: at,
    limitAt: limitFrom(config, at),
  })
  return promoteNext(ctx, putTurn(turns, turn, sent), turn.conversationId)
}

/** Takes a message that has not left out of the queue; one that the server holds is stopped (see `stops.ts`). */
export function withdraw(ctx: RuleContext, turns: TurnsState, turn: Turn, elsewhere: boolean): TurnsState {
  if (!elsewhere) return settle(ctx, turns, turn, endOf({ reason: 'cancelled' }))
  // Withdrawn in another tab, or sent into a running turn, it leaves no record here.
  return leaveOtherKeys(removeTurn(turns, turn), turn, (next, key) => goOnWithout(ctx, next, key))
}

/** A place in the shared queue is asked for: not again before `retryAt`. */
export function startQueueClaim(
  turns: TurnsState,
  {
    turnId,
    conversationId,
    retryAt,
  }: { readonly turnId: string; readonly conversationId: string; readonly retryAt: number },
): TurnsState {
  const turn = findTurn(turns, turnId, conversationId)
  return turn && !hasLeft(turn) ? changeTurn(turns, turn, { notBefore: retryAt }) : turns
}

/** It was not granted, so often that nobody seems to hold it any more: the message is given back. */
export function failQueueClaim(
  ctx: RuleContext,
  turns: TurnsState,
  { turnId, conversationId }: { readonly turnId: string; readonly conversationId: string },
): TurnsState {
  const turn = findTurn(turns, turnId, conversationId)
  if (!turn || hasLeft(turn)) return turns
  const error: TurnError = {
    message: 'Another tab had taken the message, and was not heard of again. Its text is kept as a draft.',
    code: 'queue_claim_failed',
  }
  return settle(ctx, turns, turn, inferredEnd('undelivered', error))
}
