import { claimShown, stopAcknowledged, stopClaimed, stopLost, stopRefused, stopRequested } from '../actions'
import { toError } from '../middleware/errors'
import type { RegisterListener } from '../middleware/types'
import { findTurn } from '../state/turns'
import { stopTarget } from '../turns'
import type { StopResult, Turn } from '../types'

/**
 * Carries stops out. Stop is an intent on the turn: it leaves when it is wanted, and again when the turn starts after one
 * that came too early, or when an answer was lost and the turn still runs (law 12).
 */
export const registerStop: RegisterListener = (context) => {
  const { stopTurn } = context.options.ports
  if (!stopTurn) return

  const stop = async (turn: Turn | undefined, nonce: string | undefined): Promise<void> => {
    if (!turn || nonce === undefined || turn.stop?.nonce !== nonce || !context.requests.take(nonce)) return
    const { turnId, conversationId, runs } = turn
    await context.callPort<StopResult>({
      port: 'stopTurn',
      nonce,
      timeoutMs: context.options.rules.sendTimeout,
      call: (portContext) => stopTurn({ turnId, conversationId, runIds: runs }, portContext),
      answered: (result) =>
        result.status === 'acknowledged'
          ? stopAcknowledged({ turnId, nonce })
          : stopRefused({ turnId, nonce, reason: result.reason, error: result.error }),
      lost: (error) => stopLost({ turnId, nonce, error: toError(error) }),
    })
  }

  context.startListening({
    actionCreator: stopRequested,
    effect: ({ payload }) => {
      const { turns, conversations } = context.read()
      return stop(stopTarget(turns, conversations, payload), payload.nonce)
    },
  })
  context.startListening({
    actionCreator: stopClaimed,
    effect: ({ payload: { turnId, conversationId, nonce } }) =>
      stop(findTurn(context.read().turns, turnId, conversationId), nonce),
  })
  context.startListening({
    actionCreator: claimShown,
    effect: ({ payload: { kind, turnId, conversationId, nonce } }) =>
      kind === 'stop' && turnId !== null
        ? stop(findTurn(context.read().turns, turnId, conversationId), nonce)
        : undefined,
  })
}
