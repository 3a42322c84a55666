/**
 * Every action of a turn's life with what it takes, and a state in which each has something to change.
 *
 * For tests that go through all of them: what changes nothing, and what is malformed (law 23).
 */
import { combineSlices, configureStore } from '@reduxjs/toolkit'
import type { UnknownAction } from '@reduxjs/toolkit'
import * as api from 'redux-turnkeeper'
import {
  childOpened,
  createTurnkeeper,
  inputRequested,
  sessionStatusChanged,
  stopClaimed,
  stopRequested,
  turnStarted,
} from 'redux-turnkeeper'
import type { Ports, Problem } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment } from 'redux-turnkeeper/testing'
import { createLab } from './lab'
import type { Lab } from './lab'

type Creators = {
  [Name in keyof typeof api as (typeof api)[Name] extends { readonly type: string } ? Name : never]: unknown
}
type Name = keyof Creators
type AssistantName = Extract<Name, `assistant${string}` | 'networkChanged'>
export type TurnName = Exclude<Name, AssistantName>
export const TYPES = Object.fromEntries(
  Object.entries(api).flatMap(([name, value]) =>
    typeof value === 'function' && 'type' in value ? [[name, value.type]] : [],
  ),
) as Readonly<Record<Name, string>>

/** Made by hand: creators are typed, and a wire is not. */
export const raw = (name: Name, payload: unknown): UnknownAction => ({
  type: TYPES[name],
  payload,
  meta: { at: 1_000_000, source: 'app' },
})

/** A state in which nearly every action has something to change. */
export async function createRichLab() {
  const lab = createLab(
    { onUserStop: 'hold', hardLimit: 600_000 },
    { ports: ({ stopTurn: _stopTurn, openStream: _openStream, ...ports }) => ports },
  )
  lab.backend.auto.clear()
  const { keeper, store } = lab
  for (const id of ['1', '3', '4', '8', '9', '11']) await lab.start(`t${id}`, `c${id}`)
  await lab.dispatch(
    inputRequested({ conversationId: 'c1', runId: 'r-t1', requestId: 'q1' }),
    inputRequested({ conversationId: 'c9', runId: 'r-t9', requestId: 'q9' }),
    turnStarted({ conversationId: 'c1', runId: 'side', role: 'child' }),
    childOpened({ child: 'kid', parent: 'c1' }),
    stopRequested({ conversationId: 'c3' }),
    stopRequested({ conversationId: 'c11' }),
    stopClaimed({ turnId: 't11', nonce: 'n11' }),
    sessionStatusChanged({ conversationId: 'c6', status: 'running' }),
    sessionStatusChanged({ conversationId: 'c7', status: 'running' }),
  )
  await lab.submit('t2', 'c2')
  await lab.submit('q4', 'c4')
  await lab.submit('q8', 'c8')
  await lab.dispatch(stopRequested({ conversationId: 'c8' }))
  await lab.frameEnd({ turnId: 't8', reason: 'cancelled' })
  await lab.submit('t5', 'c5')
  lab.backend.refuse('send', {}, 't5')
  void store.dispatch(keeper.answerInput({ conversationId: 'c9', requestId: 'q9', answer: 'yes' }))
  await lab.dispatch(keeper.stopSession({ conversationId: 'c7' }))
  void store.dispatch(keeper.reconcileSessions())
  await lab.lookUp('c1')
  return lab
}

/**
 * Of each action: a payload that changes something in the rich state, and one that changes nothing; there, in an empty
 * state, or when it comes again. `null`: there is none, what it says is always news.
 */
export type Row = readonly [changes: object, nothing: object | null, where?: 'empty' | 'again']

export function payloads(lab: Lab): Readonly<Record<TurnName, Row>> {
  const { ledger, entries } = lab.state().conversations
  const ask = ledger.asks[0]!.nonce
  const listing = ledger.sessionAsk!.nonce
  const sessionStop = ledger.sessions.find(({ conversationId }) => conversationId === 'c7')!.stop!.nonce
  const send = ledger.live.find(({ turnId }) => turnId === 't2')!.sendNonce!
  const answer = entries.find(({ conversationId }) => conversationId === 'c9')!.requests[0]!.nonce!
  const error = { message: 'bad' }
  const c1 = { conversationId: 'c1' }
  const run = { runId: 'r-t1' }
  const stranger = { runId: 'nobody' }
  const nobody = { turnId: 'nobody' }
  const nowhere = { conversationId: 'nowhere' }
  const stopped = { turnId: 't11', nonce: 'n11' }
  const question = { conversationId: 'c9', requestId: 'q9', nonce: answer }
  return {
    endTurn: [
      { ...c1, reason: 'complete', outcome: 'error', grade: 'inferred', error },
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
    inputRequested: [
      { ...run, requestId: 'new', kind: 'secret', prompt: '?' },
      { ...stranger, requestId: 'new' },
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
    turnSteered: [{ ...c1, turnId: 't1', steerId: 's', input: 'x' }, null],
    steerRefused: [{ ...c1, steerId: 's', input: 'x', error }, null],
    queuedRemoved: [{ turnId: 'q4', elsewhere: true }, nobody],
    sendClaimed: [
      { turnId: 'q4', nonce: '', elsewhere: true },
      { ...nobody, nonce: 'n' },
    ],
    sendAccepted: [{ turnId: 't2', nonce: send, runId: 'r-t2', as: 'started' }, nobody],
    sendRefused: [
      { turnId: 't2', nonce: send, reason: 'error', error },
      { ...nobody, reason: 'error' },
    ],
    sendLost: [{ turnId: 't2', nonce: send, error }, nobody],
    stopRequested: [c1, nowhere],
    stopClaimed: [
      { turnId: 't3', nonce: 'n3' },
      { turnId: 't1', nonce: 'n' },
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
    sessionStopRequested: [{ conversationId: 'c6', nonce: 'n' }, { conversationId: 'c7' }],
    sessionStopped: [
      { conversationId: 'c7', nonce: sessionStop },
      { conversationId: 'c7', nonce: 'another' },
    ],
    sessionStopRefused: [
      { conversationId: 'c7', nonce: sessionStop, error },
      { conversationId: 'c7', nonce: 'another', error },
    ],
    sessionsAsked: [{ nonce: 'new' }, null],
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
    lookUpClaimed: [
      { nonce: 'n', conversationIds: ['c1'], explicit: true },
      { nonce: 'n', conversationIds: ['nowhere'] },
    ],
    lookUpAnswered: [
      { nonce: ask, ...c1, answer: { status: 'running', runId: 'r-t1' } },
      { nonce: 'another', ...c1, answer: { status: 'idle' } },
    ],
    lookUpClosed: [
      { nonce: ask, failed: true, nextAt: 2_000_000 },
      { nonce: 'another', failed: true },
    ],
    checkDue: [
      { turnId: 't1', life: ledger.live.find(({ turnId }) => turnId === 't1')!.life },
      { turnId: 't1', life: 0 },
    ],
    woke: [{ sleptMs: 60_000 }, { sleptMs: 60_000 }, 'empty'],
    keeperAttached: [{ owner: 'another' }, { owner: ledger.owner! }],
    swept: [{}, {}, 'again'],
  }
}

/** By now side runs have expired, and the hard limit has passed. */
const LATER = 1_000_000 + 700_000

/** A store with a keeper that goes on from a lab's state as its own, without RTK's checks: they complain of such input. */
export function open(lab: Lab, state: object = lab.state()) {
  const problems: Problem[] = []
  const ports = Object.keys(lab.resolved.ports ?? {}).map((port) => [
    port,
    () => new Promise(() => undefined),
  ])
  const keeper = createTurnkeeper({
    ...lab.resolved,
    ports: Object.fromEntries(ports) as Ports,
    clock: createManualClock(LATER),
    environment: createManualEnvironment(),
    createId: () => lab.ledger().owner ?? 'k1',
    onProblem: (problem) => void problems.push(problem),
  })
  const store = configureStore({
    reducer: combineSlices(...keeper.slices, { app: (count: number = 0) => count }),
    middleware: (gDM) => gDM({ serializableCheck: false, immutableCheck: false }).prepend(keeper.middleware),
    devTools: false,
    preloadedState: state as never,
  })
  store.dispatch({ type: 'app/typed' })
  const slices = () => {
    const { turns, conversations, assistant } = store.getState()
    return [turns, conversations, assistant]
  }
  return {
    problems,
    /** What came of it: `threw`, or the slices that changed. */
    tries(action: UnknownAction): string {
      const before = slices()
      try {
        store.dispatch(action)
      } catch (error) {
        return `threw ${String(error)}`
      }
      const after = slices()
      const changed = ['turns', 'conversations', 'assistant'].filter((_, i) => after[i] !== before[i])
      return changed.length > 0 ? `changed ${changed.join(', ')}` : 'nothing'
    },
  }
}

export const NAMES = Object.keys(TYPES).filter(
  (name) => !name.startsWith('assistant') && name !== 'networkChanged',
) as TurnName[]
