import { claimShown, sendAccepted, sendClaimed, sendLost, sendRefused, turnSubmitted } from '../actions'
import { forgetOldest } from '../bounded'
import { toError } from '../middleware/errors'
import type { RegisterListener } from '../middleware/types'
import { conversationOf } from '../state/conversations'
import { findTurn } from '../state/turns'
import type { KeeperState, SendRequest, SendResult, Turn } from '../types'

/** How many turns are remembered to have left. */
const REMEMBERED_ATTEMPTS = 1_000

/**
 * Carries sends out: those that left with their submission, and those that waited and were claimed since (laws 11 and 13).
 *
 * The reducer decides whether a turn may leave; the request starts once its nonce shows in the state. Three outcomes:
 * accepted, refused, lost (the promise was rejected). Nothing is sent again because an answer was lost.
 */
export const registerSend: RegisterListener = (context) => {
  const { sendTurn } = context.options.ports
  if (!sendTurn) return
  /** The attempts that have left, by turn: one that history undoes (a rollback) is not made again (law 21). */
  const attempts = new Map<string, number>()

  const send = async (turnId: string, nonce: string | undefined): Promise<void> => {
    const state = context.read()
    const turn = findTurn(state.turns, turnId)
    if (!turn || nonce === undefined || turn.sendNonce !== nonce || !context.requests.take(nonce)) return
    const attempt = turn.refusals + 1
    const { conversationId } = turn
    if ((attempts.get(turnId) ?? 0) >= attempt)
      return void context.dispatch(sendLost({ turnId, conversationId, nonce }))
    attempts.set(turnId, attempt)
    forgetOldest(attempts, REMEMBERED_ATTEMPTS)
    const request = requestOf(state, turn, attempt, context.coordinator.takeFence(turnId))
    await context.callPort<SendResult>({
      port: 'sendTurn',
      nonce,
      call: (portContext) => sendTurn(request, portContext),
      answered: (result) =>
        result.status === 'accepted'
          ? sendAccepted({ turnId, conversationId, nonce, runId: result.runId, as: result.as })
          : sendRefused({
              turnId,
              conversationId,
              nonce,
              reason: result.reason,
              error: result.error,
              retryAfterMs: result.retryAfterMs,
            }),
      lost: (error) => sendLost({ turnId, conversationId, nonce, error: toError(error) }),
    })
  }

  context.startListening({
    actionCreator: turnSubmitted,
    effect: ({ payload }) => send(payload.turnId, (payload as { nonce?: string }).nonce),
  })
  context.startListening({
    actionCreator: sendClaimed,
    effect: ({ payload }) => send(payload.turnId, payload.nonce),
  })
  context.startListening({
    actionCreator: claimShown,
    effect: ({ payload: { kind, turnId, nonce } }) =>
      kind === 'send' && turnId !== null ? send(turnId, nonce) : undefined,
  })
}

function requestOf(
  { conversations }: KeeperState,
  turn: Turn,
  attempt: number,
  fence: number | undefined,
): SendRequest {
  const { turnId, conversationId } = turn
  const text = conversationOf(conversations, conversationId)?.texts.find((other) => other.turnId === turnId)
  return {
    conversationId,
    turnId,
    input: text?.input,
    mode: 'start',
    hidden: text?.hidden ?? false,
    attempt,
    ...(text?.retryOf !== undefined && { retryOf: text.retryOf }),
    ...(fence !== undefined && { fence }),
  }
}
