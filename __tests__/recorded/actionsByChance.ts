/** The app's own words, commands, answers and deadlines, drawn by chance. */
import * as actions from '../../src/actions'
import {
  answer,
  error,
  fresh,
  freshNonce,
  happens,
  helper,
  key,
  KEYS,
  nonceOr,
  often,
  oneOf,
  persisted,
  pick,
  question,
  RUNS,
  send,
  sessionStop,
  someTurn,
  statement,
  STATUSES,
  stop,
  turnId,
  upTo,
} from './chance'
import type { Weighted } from './chance'

export const OTHERS: readonly Weighted[] = [
  [
    2,
    (draw) =>
      actions.workStarted({
        conversationId: key(draw),
        turnId: happens(draw, 0.5) ? fresh(draw) : turnId(draw),
        startedMsAgo: often(draw, 0.3, () => upTo(draw, 100)),
      }),
  ],
  [4, (draw) => actions.sessionStatusChanged({ ...statement(draw), status: pick(draw, STATUSES) })],
  [1, (draw) => actions.sessionStarted(statement(draw))],
  [
    2,
    (draw) =>
      actions.conversationRekeyed({
        from: key(draw),
        to: key(draw),
        turnId: often(draw, 0.7, () => turnId(draw)),
      }),
  ],
  [0.3, (draw) => actions.conversationClosed({ conversationId: key(draw) })],
  [1, (draw) => actions.conversationViewed({ conversationId: pick(draw, [null, ...KEYS]) })],
  [0.3, (draw) => actions.conversationSeen({ conversationId: key(draw) })],
  [0.3, (draw) => actions.errorDismissed({ conversationId: key(draw) })],
  [0.5, (draw) => actions.draftTaken({ conversationId: key(draw), turnId: turnId(draw) })],
  [1, (draw) => actions.queueResumed({ conversationId: key(draw) })],
  [0.7, (draw) => actions.queuePaused({ conversationId: key(draw) })],
  [0.5, (draw) => actions.queueCleared({ conversationId: key(draw) })],
  [
    0.7,
    (draw) =>
      actions.queuedEdited({
        turnId: turnId(draw),
        input: 'edited',
        accepted: often(draw, 0.4, () => true as const),
      }),
  ],
  [
    2,
    (draw) =>
      actions.queuedMoved({
        turnId: turnId(draw),
        before: happens(draw, 0.3) ? null : turnId(draw),
        accepted: often(draw, 0.4, () => true as const),
      }),
  ],
  [1, (draw) => actions.queuedSentNow({ turnId: turnId(draw) })],
  [1, (draw) => actions.queuedRemoved({ turnId: turnId(draw), elsewhere: often(draw, 0.3, () => true) })],
  [1, (draw) => actions.sendingGated({ open: happens(draw, 0.8) })],
  [0.2, (draw) => actions.userChanged({ userId: pick(draw, ['user', 'user', 'other', null]) })],
  [1, (draw) => actions.stateRestored(persisted(draw))],
  [
    13,
    (draw) =>
      actions.turnSubmitted({
        turnId: fresh(draw),
        conversationId: key(draw),
        input: 'text',
        mode: often(draw, 0.5, () => pick(draw, ['queue', 'now', 'now'] as const)),
        whileAsking: often(draw, 0.2, () => pick(draw, ['queue', 'answer', 'cancel'] as const)),
        retryOf: often(draw, 0.08, () => turnId(draw)),
        hidden: often(draw, 0.08, () => true),
        ...(happens(draw, 0.08) && { shared: true }),
        ...(happens(draw, 0.05) && { sent: true }),
        ...(happens(draw, 0.85) && { nonce: freshNonce(draw) }),
      }),
  ],
  [
    2,
    (draw) => {
      const { turnId: into, conversationId } = someTurn(draw)
      const steerId = happens(draw, 0.5) ? turnId(draw) : fresh(draw)
      return actions.turnSteered({ conversationId, turnId: into, steerId, input: 'steer', nonce: steerId })
    },
  ],
  [
    0.5,
    (draw) =>
      actions.steerRefused({
        conversationId: key(draw),
        steerId: turnId(draw),
        error,
        lost: often(draw, 0.4, () => true),
      }),
  ],
  [
    5,
    (draw) => {
      const { turnId, conversationId } = someTurn(draw)
      const elsewhere = often(draw, 0.2, () => true)
      return actions.sendClaimed({
        turnId,
        conversationId,
        nonce: elsewhere && happens(draw, 0.5) ? '' : freshNonce(draw),
        elsewhere,
        granted: often(draw, 0.2, () => true),
      })
    },
  ],
  [
    0.7,
    (draw) => {
      const { turnId, conversationId } = someTurn(draw)
      return actions.queueClaimStarted({ turnId, conversationId, retryAt: draw.at + upTo(draw, 30) })
    },
  ],
  [
    0.3,
    (draw) => {
      const { turnId, conversationId } = someTurn(draw)
      return actions.queueClaimFailed({ turnId, conversationId })
    },
  ],
  [
    10,
    (draw) =>
      actions.sendAccepted({
        ...send(draw),
        runId: often(draw, 0.5, () => pick(draw, [...RUNS, null])),
        as: often(draw, 0.3, () => pick(draw, ['started', 'queued'] as const)),
      }),
  ],
  [
    4,
    (draw) =>
      actions.sendRefused({
        ...send(draw),
        reason: pick(draw, ['busy', 'busy', 'gone', 'error'] as const),
        error: often(draw, 0.4, () => error),
        retryAfterMs: often(draw, 0.3, () => upTo(draw, 2_000)),
      }),
  ],
  [3, (draw) => actions.sendLost({ ...send(draw), error: often(draw, 0.3, () => error) })],
  [
    5,
    (draw) =>
      actions.stopRequested({
        conversationId: often(draw, 0.8, () => key(draw)),
        turnId: often(draw, 0.4, () => turnId(draw)),
        nonce: often(draw, 0.6, () => freshNonce(draw)),
      }),
  ],
  [
    2,
    (draw) => {
      const { turnId, conversationId } = someTurn(draw)
      return actions.stopClaimed({ turnId, conversationId, nonce: freshNonce(draw) })
    },
  ],
  [2, (draw) => actions.stopAcknowledged(stop(draw))],
  [
    3,
    (draw) =>
      actions.stopRefused({
        ...stop(draw),
        reason: pick(draw, ['no_active_turn', 'no_active_turn', 'unreachable', 'changed'] as const),
      }),
  ],
  [2, (draw) => actions.stopLost(stop(draw))],
  [2, (draw) => actions.backgroundStopClaimed(helper(draw))],
  [
    2,
    (draw) =>
      actions.backgroundStopAnswered({
        ...helper(draw),
        status: pick(draw, ['acknowledged', 'acknowledged', 'not_running', 'unreachable', 'lost'] as const),
      }),
  ],
  [
    2,
    (draw) =>
      actions.sessionStopRequested({
        conversationId: key(draw),
        nonce: often(draw, 0.8, () => freshNonce(draw)),
      }),
  ],
  [1, (draw) => actions.sessionStopped(sessionStop(draw))],
  [1, (draw) => actions.sessionStopRefused({ ...sessionStop(draw), error })],
  [1, (draw) => actions.sessionsRequested({ nonce: freshNonce(draw) })],
  [
    1,
    (draw) =>
      actions.sessionsListed({
        nonce: draw.state.conversations.sessionListing?.nonce ?? 'other',
        conversationIds: happens(draw, 0.1) ? null : ['c1', 'c2', 'c3'].filter(() => happens(draw, 0.5)),
      }),
  ],
  [
    2,
    (draw) => {
      const { conversationId, requestId } = question(draw)
      return actions.answerClaimed({
        conversationId,
        requestId,
        nonce: freshNonce(draw),
        typed: often(draw, 0.3, () => ({ turnId: fresh(draw), input: 'typed' })),
      })
    },
  ],
  [1, (draw) => actions.answerAccepted(question(draw))],
  [
    1,
    (draw) =>
      actions.answerRefused({
        ...question(draw),
        reason: pick(draw, ['gone', 'already_resolved', 'error'] as const),
        error: often(draw, 0.3, () => error),
      }),
  ],
  [1, (draw) => actions.answerLost(question(draw))],
  [1, (draw) => actions.inputCancelled(question(draw))],
  [1, (draw) => actions.inputsExpired({ conversationId: question(draw).conversationId })],
  [
    8,
    (draw) =>
      actions.statusCheckStarted({
        nonce: freshNonce(draw),
        conversationIds: happens(draw, 0.3) ? ['c1', 'c2', 'c3'] : [key(draw)],
        explicit: often(draw, 0.5, () => true),
      }),
  ],
  [
    16,
    (draw) => {
      const { statusChecks } = draw.state.turns
      const check = statusChecks.length > 0 ? pick(draw, statusChecks) : undefined
      return actions.statusAnswered({
        nonce: check?.nonce ?? 'other',
        conversationId: oneOf(draw, check?.conversationIds ?? [], KEYS),
        answer: answer(draw),
      })
    },
  ],
  [
    2,
    (draw) => {
      const { statusChecks } = draw.state.turns
      return actions.statusCheckEnded({
        nonce: statusChecks.length > 0 ? pick(draw, statusChecks).nonce : 'other',
        failed: happens(draw, 0.5),
        nextAt: often(draw, 0.7, () => draw.at + upTo(draw, 20)),
      })
    },
  ],
  [1, (draw) => actions.streamOpenClaimed({ nonce: freshNonce(draw) })],
  [
    1,
    (draw) =>
      actions.streamOpenEnded({
        nonce: nonceOr(draw, draw.state.turns.stream.nonce) ?? 'other',
        retryAt: happens(draw, 0.4) ? null : draw.at + upTo(draw, 2_000),
      }),
  ],
  [
    4,
    (draw) => {
      const { turn, turnId, conversationId } = someTurn(draw)
      const evidenceSeq = happens(draw, 0.9) ? (turn?.evidenceSeq ?? 1) : 1
      return actions.turnOverdue({ turnId, conversationId, evidenceSeq })
    },
  ],
  [1, (draw) => actions.backgroundRunsExpired({ conversationId: key(draw) })],
  [
    0.7,
    (draw) =>
      actions.keeperAttached({
        keeperId: pick(draw, ['keeper-1', 'keeper-2']),
        own: often(draw, 0.3, () => true),
      }),
  ],
]
