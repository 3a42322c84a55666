import { stopAcknowledged, stopClaimed, stopLost, stopRefused } from '../../actions'
import { findTurn } from '../../rules'
import type { LiveTurn, StopResult } from '../../types'
import { toError } from '../errors'
import type { Policy } from '../types'

/**
 * Carries stops out. Stop is an intent on the turn: it leaves when it is wanted, and again when the turn first shows life
 * after one that came too early, or when an answer was lost and the turn still runs (law 12).
 */
export const stopPolicy: Policy = (context) => {
  const { requests } = context
  const { stopTurn } = context.options.ports
  if (!stopTurn) return

  const start = (turn: LiveTurn): void => {
    const { turnId, conversationId, runs } = turn
    const nonce = turn.stop!.nonce!
    void context.ask<StopResult>(
      'stopTurn',
      () =>
        stopTurn({ turnId, conversationId, runIds: turn.tentative ? [] : runs }, { signal: context.signal }),
      (result) =>
        result.status === 'acknowledged'
          ? stopAcknowledged({ turnId, nonce })
          : stopRefused({
              turnId,
              nonce,
              reason: result.reason,
              ...(result.error && { error: result.error }),
            }),
      (error) => stopLost({ turnId, nonce, error: toError(error) }),
    )
  }

  return {
    settle(_state, { changed }) {
      for (const turn of changed) {
        if (turn.stop?.state === 'in_flight' && requests.take(turn.stop.nonce)) start(turn)
        if (turn.stop?.state !== 'wanted') continue
        const nonce = requests.issue()
        const { turnId } = turn
        context.claim(
          stopClaimed({ turnId, nonce }),
          (state) => findTurn(state.turns.ledger, turnId)?.stop?.nonce === nonce,
        )
      }
    },
  }
}
