/** What each kind of evidence is, as actions: those of an adapter, a port's answer, the scheduler or a person. */
import {
  conversationClosed,
  conversationRekeyed,
  endTurn,
  queueCleared,
  queuedEdited,
  queuedMoved,
  queuedSentNow,
  queuePaused,
  queueResumed,
  sendAccepted,
  sendLost,
  sendRefused,
  sessionStatusChanged,
  signals,
  stateRestored,
  stopAcknowledged,
  stopLost,
  stopRefused,
  stopRequested,
  turnSubmitted,
  userChanged,
} from 'redux-turnkeeper'
import type { SessionStatus } from 'redux-turnkeeper'
import * as internal from '../../src/actions'
import { findTurn } from '../../src/state/turns'
import { CHECK_HAPPENINGS } from './checkEvidence'
import { HALF_A_MINUTE, one } from './happening'
import type { Happening } from './happening'
import { HARD_LIMIT, NEW_KEY, QUESTION_TIME, TURN_BEFORE, TURN_BEHIND } from './scene'
import type { Need, Scene } from './scene'
import type { Evidence } from './types'

/** A run or turn starts, goes on, or is over: the three signals about whoever `whom` names. */
function about<const Who extends string>(
  who: Who,
  whom: (scene: Scene) => object,
  need?: Need,
): Readonly<Record<`start: ${Who}` | `progress: ${Who}` | `end: ${Who}`, Happening>> {
  const named = (scene: Scene) => ({ conversationId: scene.key, ...whom(scene) })
  return {
    [`start: ${who}`]: one((scene) => signals.turnStarted(named(scene)), need),
    [`progress: ${who}`]: one((scene) => signals.turnProgressed({ ...named(scene), kind: 'output' }), need),
    [`end: ${who}`]: one((scene) => signals.turnEnded({ ...named(scene), reason: 'complete' }), need),
  } as Record<`start: ${Who}` | `progress: ${Who}` | `end: ${Who}`, Happening>
}

const stated = (status: SessionStatus): Happening =>
  one(({ key }) => sessionStatusChanged({ conversationId: key, status }))
const reported = (status: string): Happening =>
  one(({ key }) => signals.sessionReported({ conversationId: key, status }))

const QUESTION = { requestId: 'q1', kind: 'approval', expiresInMs: QUESTION_TIME } as const
const ofSend = ({ turnId, key, sendNonce }: Scene) => ({ turnId, conversationId: key, nonce: sendNonce })
const ofStop = ({ turnId, stopNonce }: Scene) => ({ turnId, nonce: stopNonce })
const ofAnswer = ({ key }: Scene) => ({ conversationId: key, requestId: 'q1', nonce: 'answer-1' })

export const HAPPENINGS: Readonly<Record<Evidence, Happening>> = {
  ...about('it', ({ it }) => it),
  ...about('its run', ({ run }) => ({ runId: run }), 'run'),
  ...about('its guess', ({ guess }) => ({ runId: guess }), 'guess'),
  ...about('unnamed', () => ({})),
  ...about('turn before', () => ({ turnId: TURN_BEFORE })),
  ...about('turn behind', () => ({ turnId: TURN_BEHIND }), 'behind'),
  ...about('unknown run', () => ({ runId: 'unknown-run' })),
  ...about('unknown turn', () => ({ turnId: 'unknown-turn' })),
  'start: older run': one(({ key }) =>
    signals.turnStarted({ conversationId: key, runId: 'older-run', startedMsAgo: 3_000_000 }),
  ),
  'progress: turn and run': one(({ key, turnId, both }) =>
    signals.turnProgressed({ conversationId: key, turnId, runId: both, kind: 'output' }),
  ),
  'end: it, undelivered': one(({ key, it }) =>
    signals.turnEnded({ conversationId: key, ...it, reason: 'undelivered' }),
  ),
  'pause: it': one(({ key, it }) => signals.runPaused({ conversationId: key, ...it })),
  'retry: it': one(({ key, it }) => signals.turnRetrying({ conversationId: key, ...it })),
  'helper opened': one(({ key }) => signals.childOpened({ child: 'helper', parent: key })),

  'question: it asks': one(({ key, it }) =>
    signals.inputRequested({ conversationId: key, ...it, ...QUESTION }),
  ),
  'question: unnamed': one(({ key }) => signals.inputRequested({ conversationId: key, ...QUESTION })),
  'question: resolved': one(({ key, it }) =>
    signals.inputResolved({ conversationId: key, ...it, requestId: 'q1' }),
  ),

  'error: unnamed': one(({ key }) =>
    signals.errorReported({ conversationId: key, error: { message: 'rate limited' } }),
  ),
  'request ended': one(({ key, it }) =>
    signals.requestEnded({ conversationId: key, ...it, how: 'clean_end' }),
  ),
  'history: complete': one(({ key, turnId }) =>
    signals.historyLoaded({ conversationId: key, last: { turnId, state: 'complete' } }),
  ),

  'reported: busy': reported('busy'),
  'reported: idle': reported('idle'),
  'reported: error': reported('error'),
  'stated: starting': stated('starting'),
  'stated: running': stated('running'),
  'stated: ready': stated('ready'),
  'stated: interrupted': stated('interrupted'),
  'stated: stopped': stated('stopped'),
  'stated: error': stated('error'),
  'session stop: asked': one(({ key }) =>
    internal.sessionStopRequested({ conversationId: key, nonce: 'halt' }),
  ),
  'session stop: confirmed': one(
    ({ key }) => internal.sessionStopped({ conversationId: key, nonce: 'halt' }),
    'session stop',
  ),
  'session stop: failed': one(
    ({ key }) =>
      internal.sessionStopRefused({ conversationId: key, nonce: 'halt', error: { message: 'no answer' } }),
    'session stop',
  ),
  'listing: without it': {
    need: 'session',
    after: HALF_A_MINUTE,
    actions: () => [
      internal.sessionsRequested({ nonce: 'listing' }),
      internal.sessionsListed({ nonce: 'listing', conversationIds: [] }),
    ],
  },

  ...CHECK_HAPPENINGS,

  'send: claimed': one(
    ({ turnId, key }) => internal.sendClaimed({ turnId, conversationId: key, nonce: 'claim' }),
    'free',
  ),
  'send: accepted': one((scene) => sendAccepted(ofSend(scene))),
  'send: accepted, queued': one((scene) => sendAccepted({ ...ofSend(scene), as: 'queued' })),
  'send: accepted with a run': one((scene) => sendAccepted({ ...ofSend(scene), runId: scene.answeredRun })),
  'send: accepted with its guess': one(
    (scene) => sendAccepted({ ...ofSend(scene), runId: scene.guess }),
    'guess',
  ),
  'send: accepted with another run': one(
    (scene) => sendAccepted({ ...ofSend(scene), runId: 'another-run' }),
    'guess',
  ),
  'send: refused as busy': one((scene) => sendRefused({ ...ofSend(scene), reason: 'busy' })),
  'send: refused': one((scene) => sendRefused({ ...ofSend(scene), reason: 'error' })),
  'send: refused as gone': one((scene) => sendRefused({ ...ofSend(scene), reason: 'gone' })),
  'send: lost': one((scene) => sendLost(ofSend(scene))),

  'stop: claimed': one(({ turnId, key }) =>
    internal.stopClaimed({ turnId, conversationId: key, nonce: 'stop-claim' }),
  ),
  'stop: acknowledged': one((scene) => stopAcknowledged(ofStop(scene))),
  'stop: nothing to stop': one((scene) => stopRefused({ ...ofStop(scene), reason: 'no_active_turn' })),
  'stop: unreachable': one((scene) => stopRefused({ ...ofStop(scene), reason: 'unreachable' })),
  'stop: lost': one((scene) => stopLost(ofStop(scene))),

  'answer: accepted': one((scene) => internal.answerAccepted(ofAnswer(scene))),
  'answer: already resolved': one((scene) =>
    internal.answerRefused({ ...ofAnswer(scene), reason: 'already_resolved' }),
  ),
  'answer: gone': one((scene) => internal.answerRefused({ ...ofAnswer(scene), reason: 'gone' })),
  'answer: refused': one((scene) => internal.answerRefused({ ...ofAnswer(scene), reason: 'error' })),
  'answer: lost': one((scene) => internal.answerLost(ofAnswer(scene))),

  'time: silence': one(({ key, turnId, hasStatusChecks, now }, { turns }) =>
    hasStatusChecks
      ? internal.statusCheckStarted({ nonce: `due-${now}`, conversationIds: [key] })
      : internal.turnOverdue({
          turnId,
          conversationId: key,
          evidenceSeq: findTurn(turns, turnId)?.evidenceSeq ?? 0,
        }),
  ),
  'time: hard limit': one(
    ({ key, turnId }, { turns }) =>
      internal.turnOverdue({
        turnId,
        conversationId: key,
        evidenceSeq: findTurn(turns, turnId)?.evidenceSeq ?? 0,
      }),
    undefined,
    HARD_LIMIT,
  ),
  'time: expiry': one(
    ({ key }) => internal.backgroundRunsExpired({ conversationId: key }),
    undefined,
    700_000,
  ),
  'time: question over': one(
    ({ key }) => internal.inputsExpired({ conversationId: key }),
    undefined,
    QUESTION_TIME,
  ),
  'time: wake': one(() => internal.woke({ shiftMs: HALF_A_MINUTE })),

  'stream: dropped': one(() => signals.streamDropped({})),
  'stream: opened': one(() => signals.streamOpened({})),
  'backend: restarted': one(() => signals.backendRestarted({})),
  'keeper: another': one(() => internal.keeperAttached({ keeperId: 'another-keeper' })),
  restored: one(({ key, turnId }) =>
    stateRestored({ live: [{ conversationId: key, turnId, begun: true, input: turnId }] }),
  ),
  'user: another': one(() => userChanged({ userId: 'another-user' })),

  'person: stops': one(({ key, turnId, now }) =>
    stopRequested({ conversationId: key, turnId, nonce: `stop-${now}` }),
  ),
  'person: withdraws': one(({ turnId }) => internal.queuedRemoved({ turnId })),
  'person: edits': one(({ turnId }) => queuedEdited({ turnId, input: 'another text' })),
  'person: moves': one(({ turnId }) => queuedMoved({ turnId, before: null })),
  'person: sends now': one(({ turnId }) => queuedSentNow({ turnId })),
  'person: clears queue': one(({ key }) => queueCleared({ conversationId: key })),
  'person: holds queue': one(({ key }) => queuePaused({ conversationId: key })),
  'person: lets queue go on': one(({ key }) => queueResumed({ conversationId: key })),
  'person: closes': one(({ key }) => conversationClosed({ conversationId: key })),
  'person: retries': one(({ key, turnId }) =>
    turnSubmitted({ turnId: 'retry', conversationId: key, input: 'retry', retryOf: turnId }),
  ),
  'person: prompts again': one(({ key }) =>
    turnSubmitted({ turnId: 'next', conversationId: key, input: 'next' }),
  ),
  'person: steers': one(({ key, turnId }) =>
    internal.turnSteered({ conversationId: key, turnId, steerId: 'steer', input: 'steer' }),
  ),
  'person: answers': one((scene) => internal.answerClaimed({ ...ofAnswer(scene), nonce: 'another-answer' })),
  'person: cancels question': one(({ key }) =>
    internal.inputCancelled({ conversationId: key, requestId: 'q1' }),
  ),
  'app: endTurn': one(({ key, it }) => endTurn({ conversationId: key, ...it, reason: 'complete' })),
  'app: endTurn of its guess': one(
    ({ key, guess }) => endTurn({ conversationId: key, runId: guess, reason: 'complete' }),
    'guess',
  ),
  'app: endTurn unnamed': one(({ key }) => endTurn({ conversationId: key, reason: 'complete' })),
  'app: re-keys': one(({ key }) => conversationRekeyed({ from: key, to: NEW_KEY })),
}
