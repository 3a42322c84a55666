/**
 * Every action of the keeper's with what it takes, and a state in which each has something to change.
 *
 * For tests that go through all of them: what changes nothing, and what is malformed (law 23).
 */
import { sessionStatusChanged, signals, stopRequested, userChanged } from 'redux-turnkeeper'
import * as actions from '../../src/actions'
import { createLab } from './lab'
import type { Lab } from './lab'
import type { TurnName } from './actionNames'
import { LATER } from './openFrom'

export { NAMES, raw, TYPES } from './actionNames'
export type { TurnName } from './actionNames'
export { open } from './openFrom'

/**
 * A state in which nearly every action has something to change.
 *
 * @param name The action that it is for, where one state does not do for all.
 */
export async function createRichLab(name?: TurnName) {
  const lab = createLab(
    { queuePolicy: { onStop: 'hold' }, hardLimit: 600_000 },
    {
      ports: ({ stopTurn: _stopTurn, openStream, ...ports }) =>
        name === 'streamOpenClaimed' || name === 'streamOpenEnded' ? { ...ports, openStream } : ports,
    },
  )
  lab.backend.auto.clear()
  const { keeper, store } = lab
  await lab.dispatch(userChanged({ userId: 'u1' }))
  for (const id of ['1', '3', '4', '8', '9', '11']) await lab.start(`t${id}`, `c${id}`)
  await lab.dispatch(
    signals.inputRequested({ conversationId: 'c1', runId: 'r-t1', requestId: 'q1', expiresInMs: 500_000 }),
    signals.inputRequested({ conversationId: 'c9', runId: 'r-t9', requestId: 'q9' }),
    signals.turnStarted({ conversationId: 'c1', runId: 'side', role: 'child' }),
    signals.childOpened({ child: 'kid', parent: 'c1' }),
    stopRequested({ conversationId: 'c3' }),
    stopRequested({ conversationId: 'c11' }),
    actions.backgroundStopClaimed({ conversationId: 'c1', runId: 'side', nonce: 'side' }),
    actions.stopClaimed({ turnId: 't11', conversationId: 'c11', nonce: 'n11' }),
    sessionStatusChanged({ conversationId: 'c6', status: 'running' }),
    sessionStatusChanged({ conversationId: 'c7', status: 'running' }),
  )
  await lab.submit('t2', 'c2')
  store.dispatch(keeper.steerTurn({ conversationId: 'c1', input: 'x', steerId: 'known' }))
  await lab.submit('q4', 'c4')
  await lab.submit('q5', 'c4')
  await lab.submit('q8', 'c8')
  await lab.dispatch(stopRequested({ conversationId: 'c8' }))
  await lab.signalEnd({ turnId: 't8', reason: 'cancelled' })
  await lab.submit('t5', 'c5')
  lab.backend.refuse('send', {}, 't5')
  void store.dispatch(keeper.answerInput({ conversationId: 'c9', requestId: 'q9', answer: 'yes' }))
  await lab.dispatch(keeper.stopSession({ conversationId: 'c7' }))
  void store.dispatch(keeper.reconcileSessions())
  await lab.dispatch(signals.streamDropped({ conversationIds: ['nowhere'] }))
  // Dropped again while it opens: it is to be opened after a pause.
  if (name !== 'streamOpenEnded') await lab.dispatch(signals.streamDropped({ conversationIds: ['nowhere'] }))
  await lab.checkStatus('c1')
  return lab
}

/**
 * Of each action: a payload that changes something in the rich state, and one that changes nothing; there, in an empty
 * state, or when it comes again. `null`: there is none, what it says is always news.
 */
export type Row = readonly [changes: object, nothing: object | null, where?: 'empty' | 'again']

export function payloads(lab: Lab): Readonly<Record<TurnName, Row>> {
  const { statusChecks, keeperId } = lab.turns()
  const check = statusChecks[0]!.nonce
  const listing = lab.state().conversations.sessionListing!.nonce
  const sessionStop = lab.conversation('c7')!.session!.stop!.nonce
  const send = lab.turn('t2')!.sendNonce!
  const answer = lab.conversation('c9')!.questions[0]!.nonce!
  const error = { message: 'bad' }
  const c1 = { conversationId: 'c1' }
  const run = { runId: 'r-t1' }
  const stranger = { runId: 'nobody' }
  const nobody = { turnId: 'nobody' }
  const nowhere = { conversationId: 'nowhere' }
  const stopped = { turnId: 't11', nonce: 'n11' }
  const queued = { turnId: 'q4', conversationId: 'c4' }
  const question = { conversationId: 'c9', requestId: 'q9', nonce: answer }
  return {
    endTurn: [
      { ...c1, reason: 'complete', outcome: 'error', grade: 'inferred', error },
      { ...nobody, reason: 'rescued' },
    ],
    turnEnded: [
      { ...run, reason: 'complete', outcome: 'error', grade: 'inferred', error },
      { ...nobody, reason: 'rescued' },
    ],
    turnStarted: [
      { ...run, startedMsAgo: 5, continues: 'r' },
      { ...run, replayed: true },
    ],
    turnProgressed: [
      { ...run, kind: 'tool_open', callId: 'x', text: 'reading' },
      { ...stranger, kind: 'output' },
    ],
    turnRetrying: [{ ...run, error, attempt: 1, inMs: 5 }, stranger],
    runPaused: [{ ...c1, runId: 'side', role: 'child' }, stranger],
    workScheduled: [{ ...c1, inMs: 60_000, name: 'look again' }, nowhere],
    inputRequested: [
      { ...run, requestId: 'new', kind: 'secret', prompt: '?', expiresInMs: 5, expiresAt: 5 },
      { ...stranger, requestId: 'new' },
    ],
    steerRead: [
      { ...c1, steerId: 'known' },
      { ...c1, steerId: 'nobody' },
    ],
    inputResolved: [
      { ...run, requestId: 'q1', by: 'user' },
      { ...run, requestId: 'none' },
    ],
    errorReported: [{ ...c1, error }, stranger],
    requestEnded: [
      { ...c1, how: 'failed', error },
      { ...stranger, how: 'failed' },
    ],
    sessionReported: [
      { ...c1, status: 'idle' },
      { ...c1, status: 'idle', replayed: true },
    ],
    childOpened: [
      { child: 'new', parent: 'c1', role: 'child' },
      { child: 'kid', parent: 'c1' },
    ],
    historyLoaded: [
      { ...nowhere, last: { turnId: 'x', state: 'user_only' } },
      { ...c1, last: null },
    ],
    streamDropped: [{ conversationIds: ['c1'] }, { conversationIds: ['nowhere'] }],
    streamOpened: [{ boot: 'b1' }, { resume: 'live_only' }, 'empty'],
    backendRestarted: [{ boot: 'b1' }, {}, 'empty'],
    sessionStatusChanged: [
      { conversationId: 'c6', status: 'error', error, bound: true, resumeCursor: 'x', stamp: 'v2' },
      { conversationId: 'c6', status: 'error', error, bound: true },
      'again',
    ],
    sessionStarted: [c1, c1, 'again'],
    threadStarted: [c1, c1, 'again'],
    workStarted: [
      { ...nowhere, turnId: 'theirs', startedMsAgo: 5 },
      { ...c1, turnId: 'theirs' },
    ],
    conversationViewed: [c1, { conversationId: null }],
    conversationSeen: [{ conversationId: 'c5' }, c1],
    conversationRekeyed: [
      { from: 'c1', to: 'new' },
      { from: 'c1', to: 'c1' },
    ],
    conversationClosed: [c1, nowhere],
    draftTaken: [
      { conversationId: 'c5', turnId: 't5' },
      { ...c1, turnId: 't5' },
    ],
    errorDismissed: [{ conversationId: 'c5' }, c1],
    queueResumed: [{ conversationId: 'c8' }, c1],
    queuePaused: [{ conversationId: 'c4' }, nowhere],
    queueCleared: [{ conversationId: 'c4' }, c1],
    queuedEdited: [
      { turnId: 'q4', input: 'another text' },
      { ...nobody, input: 'x' },
    ],
    queuedMoved: [
      { turnId: 'q5', before: 'q4' },
      { turnId: 'q4', before: 'q5' },
    ],
    queuedSentNow: [{ turnId: 'q5' }, nobody],
    queueChangeRefused: [{ conversationId: 'c4', error }, null],
    sendingGated: [{ open: false }, { open: true }],
    stateRestored: [
      {
        live: [{ conversationId: 'n1', turnId: 'n1', input: 'x' }],
        queued: [{ conversationId: 'n2', turnId: 'n2', input: 'x', hidden: false }],
        drafts: [{ conversationId: 'n3', turnId: 'n3', input: 'x' }],
      },
      { live: [{ conversationId: 'c1', turnId: 't1' }] },
    ],
    turnSubmitted: [
      { conversationId: 'c1', turnId: 'new', input: 'x', mode: 'queue', hidden: false, nonce: 'n' },
      { conversationId: 'c1', turnId: 't1', input: 'x' },
    ],
    turnSteered: [
      { ...c1, turnId: 't1', steerId: 's', input: 'x' },
      { ...c1, turnId: 't1', steerId: 'known', input: 'x' },
    ],
    steerRefused: [
      { ...c1, steerId: 'known', error },
      { ...c1, steerId: 'another', error },
    ],
    queuedRemoved: [{ turnId: 'q4', elsewhere: true }, nobody],
    sendClaimed: [
      { ...queued, nonce: '', elsewhere: true },
      { ...nobody, ...nowhere, nonce: 'n' },
    ],
    queueClaimStarted: [
      { ...queued, retryAt: LATER },
      { ...nobody, ...nowhere, retryAt: LATER },
    ],
    queueClaimFailed: [queued, { ...nobody, ...nowhere }],
    sendAccepted: [{ turnId: 't2', nonce: send, runId: 'r-t2', as: 'started' }, nobody],
    sendRefused: [
      { turnId: 't2', nonce: send, reason: 'error', error },
      { ...nobody, reason: 'error' },
    ],
    sendLost: [{ turnId: 't2', nonce: send, error }, nobody],
    stopRequested: [c1, nowhere],
    stopClaimed: [
      { turnId: 't3', conversationId: 'c3', nonce: 'n3' },
      { turnId: 't1', conversationId: 'c1', nonce: 'n' },
    ],
    stopAcknowledged: [stopped, { ...stopped, nonce: 'another' }],
    stopRefused: [
      { ...stopped, reason: 'unreachable', error },
      { ...stopped, nonce: 'another', reason: 'unreachable', error },
    ],
    stopLost: [
      { ...stopped, error },
      { ...stopped, nonce: 'another' },
    ],
    backgroundStopClaimed: [
      { ...c1, runId: 'kid', nonce: 'n' },
      { ...c1, runId: 'none', nonce: 'n' },
    ],
    backgroundStopAnswered: [
      { ...c1, runId: 'side', nonce: 'side', status: 'acknowledged' },
      { ...c1, runId: 'side', nonce: 'another', status: 'unreachable', error },
    ],
    sessionStopRequested: [{ conversationId: 'c6', nonce: 'n' }, { conversationId: 'c7' }],
    sessionStopped: [
      { conversationId: 'c7', nonce: sessionStop },
      { conversationId: 'c7', nonce: 'another' },
    ],
    sessionStopRefused: [
      { conversationId: 'c7', nonce: sessionStop, error },
      { conversationId: 'c7', nonce: 'another', error },
    ],
    sessionsRequested: [{ nonce: 'new' }, null],
    sessionsListed: [
      { nonce: listing, conversationIds: [] },
      { nonce: 'another', conversationIds: [] },
    ],
    answerClaimed: [
      { ...c1, requestId: 'q1', nonce: 'n' },
      { ...c1, requestId: 'none', nonce: 'n' },
    ],
    answerAccepted: [question, { ...question, requestId: 'none' }],
    answerRefused: [
      { ...question, reason: 'gone', error },
      { ...nowhere, requestId: 'none', reason: 'already_resolved' },
    ],
    answerLost: [{ ...question, error }, null],
    inputCancelled: [
      { ...c1, requestId: 'q1' },
      { ...c1, requestId: 'none' },
    ],
    statusCheckStarted: [
      { nonce: 'n', conversationIds: ['c1'], explicit: true },
      { nonce: 'n', conversationIds: ['nowhere'] },
    ],
    statusAnswered: [
      { nonce: check, ...c1, answer: { status: 'running', runId: 'r-t1' } },
      { nonce: 'another', ...c1, answer: { status: 'idle' } },
    ],
    statusCheckEnded: [
      { nonce: check, failed: true, nextAt: 2_000_000 },
      { nonce: 'another', failed: true },
    ],
    turnOverdue: [
      { turnId: 't1', conversationId: 'c1', evidenceSeq: lab.turn('t1')!.evidenceSeq },
      { turnId: 't1', conversationId: 'c1', evidenceSeq: 0 },
    ],
    woke: [{ shiftMs: 60_000 }, { shiftMs: 60_000 }, 'empty'],
    keeperAttached: [{ keeperId: 'another' }, { keeperId: keeperId! }],
    backgroundRunsExpired: [c1, nowhere],
    inputsExpired: [c1, nowhere],
    userChanged: [{ userId: 'u2' }, { userId: 'u1' }],
    streamOpenClaimed: [{ nonce: 'n' }, { nonce: 'n' }, 'empty'],
    streamOpenEnded: [
      { nonce: lab.turns().stream.nonce ?? 'none', retryAt: null },
      { nonce: 'another', retryAt: null },
    ],
  }
}
