/** Which action comes next in a walk. */
import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../../src/actions'
import { OTHERS } from './actionsByChance'
import { answer, freshNonce, liveTurns, often, oneOf, pick, runId } from './chance'
import type { Draw, Weighted } from './chance'
import { SIGNALS } from './signalsByChance'

const DRAWS: readonly Weighted[] = [...SIGNALS, ...OTHERS]

/** What a walk is made of: some kinds of actions, so that those come together often that are rare among all. */
export const someKinds = (random: () => number): readonly Weighted[] =>
  DRAWS.filter(([weight]) => random() < (weight >= COMMON ? 0.9 : 0.4))
const COMMON = 8

export function drawAction(draw: Draw, kinds: readonly Weighted[] = DRAWS): UnknownAction {
  let left = draw.random() * kinds.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, make] of kinds) if ((left -= weight) < 0) return make(draw)
  throw new Error('The weights do not add up')
}

const REFUSALS = ['busy', 'gone', 'error'] as const
const NOTHING_TO_STOP = ['no_active_turn', 'no_active_turn', 'changed', 'unreachable'] as const

/** What comes next by itself of what goes on: requests that are open are answered, what is wanted is asked for. */
export function drawNext(draw: Draw): UnknownAction | null {
  const turns = liveTurns(draw)
  const { statusChecks } = draw.state.turns
  const makers: (() => UnknownAction)[] = statusChecks.slice(-2).map(
    ({ nonce, conversationIds }) =>
      () =>
        actions.statusAnswered({
          nonce,
          conversationId: oneOf(draw, conversationIds, draw.keys),
          answer: answer(draw),
        }),
  )
  for (const { turnId, conversationId, sendState, sendNonce, stop, evidenceSeq } of turns) {
    const send = { turnId, conversationId, nonce: sendNonce ?? undefined }
    const asked = { turnId, nonce: stop?.nonce ?? undefined }
    if (sendState === 'unsent')
      makers.push(() => actions.sendClaimed({ turnId, conversationId, nonce: freshNonce(draw) }))
    if (sendState === 'sending')
      makers.push(
        () => actions.sendAccepted({ ...send, runId: often(draw, 0.5, () => runId(draw)) }),
        () => actions.sendAccepted({ ...send, as: 'queued' }),
        () => actions.sendRefused({ ...send, reason: pick(draw, REFUSALS) }),
        () => actions.sendLost(send),
      )
    if (stop === null) makers.push(() => actions.stopRequested({ turnId, conversationId }))
    if (stop?.state === 'wanted')
      makers.push(() => actions.stopClaimed({ turnId, conversationId, nonce: freshNonce(draw) }))
    if (stop?.state === 'requested')
      makers.push(
        () => actions.stopAcknowledged(asked),
        () => actions.stopRefused({ ...asked, reason: pick(draw, NOTHING_TO_STOP) }),
        () => actions.stopLost(asked),
      )
    makers.push(
      () => actions.turnOverdue({ turnId, conversationId, evidenceSeq }),
      () =>
        actions.statusCheckStarted({
          nonce: freshNonce(draw),
          conversationIds: [conversationId],
          explicit: often(draw, 0.5, () => true),
        }),
    )
  }
  return makers.length === 0 ? null : pick(draw, makers)()
}
