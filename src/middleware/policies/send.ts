import { sendAccepted, sendClaimed, sendLost, sendRefused } from '../../actions'
import { findTurn, hasLeft, maySend } from '../../rules'
import type { Ledger, LiveTurn, SendRequest, SendResult } from '../../types'
import { toError } from '../errors'
import type { KeeperState, Policy } from '../types'

/** How many turns are remembered to have left. */
const REMEMBERED = 1_000

/**
 * Carries sends out: those that left with their submission, and those that waited and may leave now (laws 11 and 13).
 *
 * The reducer decides whether a turn may leave; the request starts once its nonce shows in the state. Three outcomes:
 * accepted, refused, unknown (the promise was rejected). Nothing is sent again because an answer was lost.
 */
export const sendPolicy: Policy = (context) => {
  const { options, scheduler, requests } = context
  const { sendTurn, sharedQueue } = options.ports
  const waiting = scheduler.createLane()
  /** Turns that have not left, in order of arrival. */
  const unsent = new Set<string>()
  /** The attempts that have left, by turn: one that history undoes (a rollback) is not made again (law 21). */
  const left = new Map<string, number>()

  const textOf = (state: KeeperState, turn: LiveTurn) =>
    state.conversations.entries
      .find((entry) => entry.conversationId === turn.conversationId)
      ?.texts.find((text) => text.turnId === turn.turnId)

  const start = (state: KeeperState, turn: LiveTurn): void => {
    if (!sendTurn) return
    const { turnId } = turn
    const nonce = turn.sendNonce!
    const attempt = turn.refusals + 1
    if ((left.get(turnId) ?? 0) >= attempt) return void context.dispatch(sendLost({ turnId, nonce }))
    left.set(turnId, attempt)
    if (left.size > REMEMBERED) left.delete(left.keys().next().value!)
    const text = textOf(state, turn)
    const request: SendRequest = {
      conversationId: turn.conversationId,
      turnId,
      input: text?.input,
      mode: 'start',
      hidden: text?.hidden ?? false,
      attempt,
      ...(text?.retryOf !== undefined && { retryOf: text.retryOf }),
    }
    void context.ask<SendResult>(
      'sendTurn',
      () => sendTurn(request, { signal: context.signal }),
      (result) =>
        result.status === 'accepted'
          ? sendAccepted({ turnId, nonce, ...omitStatus(result) })
          : sendRefused({
              turnId,
              nonce,
              reason: result.reason,
              ...(result.error && { error: result.error }),
            }),
      (error) => sendLost({ turnId, nonce, error: toError(error) }),
    )
  }

  /** Takes the send of a turn; with a shared queue only once the other tabs have conceded it. */
  const take = (turn: LiveTurn): void => {
    const { turnId } = turn
    const claim = () => {
      const nonce = requests.issue()
      context.claim(
        sendClaimed({ turnId, nonce }),
        (state) => findTurn(state.turns.ledger, turnId)?.sendNonce === nonce,
      )
    }
    if (!sharedQueue || turn.phase !== 'queued' || turn.refusals > 0) return claim()
    unsent.delete(turnId)
    void context.request(
      () => sharedQueue.claim(turnId, context.owner),
      (mine) => (mine ? claim() : undefined),
      () => void unsent.add(turnId),
    )
  }

  return {
    settle(state, { changed, removed }) {
      for (const turn of removed) {
        unsent.delete(turn.turnId)
        waiting.clear(turn.turnId)
      }
      for (const turn of changed) {
        if (!hasLeft(turn)) unsent.add(turn.turnId)
        else unsent.delete(turn.turnId)
        if (turn.send === 'in_flight' && requests.take(turn.sendNonce)) start(state, turn)
      }
      if (unsent.size === 0) return
      const now = context.now()
      for (const turnId of [...unsent]) {
        const { ledger } = context.read().turns
        const turn = findTurn(ledger, turnId)
        if (!turn) continue
        if (maySend(options.rules, ledger, turn, now)) take(turn)
        else waitFor(ledger, turn, now)
      }
    },
  }

  /** What may leave at a known time is looked at again then: a refused send, or one that waits for a stop in flight. */
  function waitFor(ledger: Ledger, turn: LiveTurn, now: number): void {
    const stops = ledger.stops.filter((stop) => stop.conversationId === turn.conversationId)
    const at = Math.max(turn.notBefore, ...stops.map((stop) => stop.at + options.rules.holdSendWhileStopping))
    if (at <= now) return
    waiting.set(turn.turnId, at, () => {
      const latest = context.read()
      const now = findTurn(latest.turns.ledger, turn.turnId)
      if (now && maySend(options.rules, latest.turns.ledger, now, context.now())) take(now)
    })
  }
}

const omitStatus = ({ runId, as }: Extract<SendResult, { status: 'accepted' }>) => ({
  ...(runId !== undefined && { runId }),
  ...(as !== undefined && { as }),
})
