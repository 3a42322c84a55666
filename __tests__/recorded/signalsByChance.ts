/** Signals, drawn by chance. */
import { signals } from '../../src/actions'
import * as actions from '../../src/actions'
import {
  address,
  ask,
  backend,
  end,
  error,
  happens,
  key,
  KEYS,
  KINDS,
  often,
  pick,
  RUNS,
  schedule,
  startOf,
  turnId,
  upTo,
  WORDS,
} from './chance'
import type { Weighted } from './chance'

export const SIGNALS: readonly Weighted[] = [
  [14, (draw) => signals.turnStarted({ ...address(draw), ...startOf(draw) })],
  [
    8,
    (draw) =>
      signals.turnProgressed({
        ...address(draw),
        kind: pick(draw, KINDS),
        callId: often(draw, 0.4, () => pick(draw, ['call-1', 'call-2'])),
        text: often(draw, 0.4, () => pick(draw, ['reads', 'writes'])),
        name: often(draw, 0.1, () => 'helper'),
      }),
  ],
  [
    2,
    (draw) =>
      signals.turnRetrying({
        ...address(draw),
        error: often(draw, 0.5, () => error),
        attempt: often(draw, 0.5, () => 2),
        limit: often(draw, 0.5, () => 5),
        inMs: often(draw, 0.5, () => upTo(draw, 150) - 5),
        attemptAt: often(draw, 0.3, () => draw.at + 60),
      }),
  ],
  [2, (draw) => signals.runPaused(address(draw))],
  [2, (draw) => signals.workScheduled({ ...address(draw), ...schedule(draw) })],
  [9, (draw) => signals.turnEnded(end(draw))],
  [3, (draw) => actions.endTurn(end(draw))],
  [5, (draw) => signals.inputRequested({ ...address(draw), ...ask(draw) })],
  [
    2,
    (draw) =>
      signals.inputResolved({
        ...address(draw),
        requestId: often(draw, 0.7, () => pick(draw, ['q1', 'q2', null])),
        by: often(draw, 0.2, () => 'somebody'),
      }),
  ],
  [2, (draw) => signals.errorReported({ ...address(draw), error: often(draw, 0.7, () => error) })],
  [
    2,
    (draw) =>
      signals.requestEnded({
        ...address(draw),
        how: pick(draw, ['fulfilled', 'cancelled', 'clean_end', 'failed'] as const),
        error: often(draw, 0.3, () => error),
      }),
  ],
  [5, (draw) => signals.sessionReported({ ...address(draw), status: pick(draw, WORDS) })],
  [
    2,
    (draw) =>
      signals.childOpened({
        child: pick(draw, ['kid', 'grandchild', ...RUNS]),
        parent: pick(draw, [...KEYS, 'kid', ...RUNS]),
        role: often(draw, 0.2, () => 'auxiliary' as const),
        name: often(draw, 0.3, () => pick(draw, ['one', 'other'])),
      }),
  ],
  [
    1,
    (draw) =>
      signals.historyLoaded({
        conversationId: key(draw),
        last: happens(draw, 0.1)
          ? null
          : {
              turnId: happens(draw, 0.8) ? turnId(draw) : null,
              state: pick(draw, ['complete', 'incomplete', 'user_only'] as const),
            },
      }),
  ],
  [1, (draw) => signals.streamDropped({ conversationIds: often(draw, 0.5, () => [key(draw)]) })],
  [2, (draw) => signals.streamOpened(backend(draw))],
  [2, (draw) => signals.backendRestarted(backend(draw))],
  [1, (draw) => signals.steerRead({ ...address(draw), steerId: turnId(draw) })],
]
