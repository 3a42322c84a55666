/** What the package offers: its entries, the types of its actions, and the slices on their own. */
import { combineSlices, configureStore, createSlice } from '@reduxjs/toolkit'
import * as index from 'redux-turnkeeper'
import {
  createTurnkeeper,
  createTurnSlices,
  endTurn,
  selectIsBusy,
  selectLastEndedTurn,
  sessionReported,
  turnEnded,
  turnProgressed,
  turnStarted,
  turnSubmitted,
} from 'redux-turnkeeper'
import * as agUi from 'redux-turnkeeper/adapters/agUi'
import * as aiSdk from 'redux-turnkeeper/adapters/aiSdk'
import * as codexAppServer from 'redux-turnkeeper/adapters/codexAppServer'
import * as openCode from 'redux-turnkeeper/adapters/openCode'
import * as devtools from 'redux-turnkeeper/devtools'
import * as react from 'redux-turnkeeper/react'
import * as testing from 'redux-turnkeeper/testing'
import manifest from '../package.json'

const ENTRIES: Readonly<Record<string, object>> = {
  '.': index,
  './react': react,
  './testing': testing,
  './devtools': devtools,
  './adapters/agUi': agUi,
  './adapters/codexAppServer': codexAppServer,
  './adapters/openCode': openCode,
  './adapters/aiSdk': aiSdk,
}

/** A change here is a change of the public API: it goes into the changelog. */
const EXPORTS: Readonly<Record<string, readonly string[]>> = {
  '.': [
    'answerAccepted',
    'answerClaimed',
    'answerLost',
    'answerRefused',
    'assistantAttached',
    'assistantCheckClaimed',
    'assistantCheckRequested',
    'assistantChecked',
    'assistantDefaults',
    'assistantHatchClaimed',
    'assistantHatched',
    'assistantInputsChanged',
    'assistantOverdue',
    'assistantProbeClaimed',
    'assistantProbed',
    'assistantRetireClaimed',
    'assistantRetired',
    'assistantVersionChosen',
    'backendRestarted',
    'checkAssistant',
    'checkDue',
    'childOpened',
    'conversationClosed',
    'conversationRekeyed',
    'conversationViewed',
    'createTurnSlices',
    'createTurnkeeper',
    'draftTaken',
    'endTurn',
    'errorDismissed',
    'errorReported',
    'hatchVersion',
    'historyLoaded',
    'inputCancelled',
    'inputRequested',
    'inputResolved',
    'keeperAttached',
    'lookUpAnswered',
    'lookUpClaimed',
    'lookUpClosed',
    'networkChanged',
    'phaseOf',
    'queueResumed',
    'queuedRemoved',
    'requestEnded',
    'resolveAssistantOptions',
    'retryAssistant',
    'selectActivity',
    'selectActivityLog',
    'selectAssistantConnection',
    'selectAssistantErrorText',
    'selectAssistantId',
    'selectAssistantKind',
    'selectAssistantRecoveries',
    'selectAssistantRedirect',
    'selectAssistantRetryAt',
    'selectAssistantSince',
    'selectBackgroundCount',
    'selectBackgroundRuns',
    'selectBusyConversationIds',
    'selectCanSend',
    'selectCanStop',
    'selectDrafts',
    'selectHistory',
    'selectIsAssistantReachable',
    'selectIsAssistantUp',
    'selectIsBusy',
    'selectIsStalled',
    'selectIsUnverified',
    'selectLastEndedTurn',
    'selectLastError',
    'selectLifeAt',
    'selectLiveTurn',
    'selectLiveTurnId',
    'selectPendingInput',
    'selectPersisted',
    'selectPhase',
    'selectQueue',
    'selectReapableSessions',
    'selectSession',
    'selectStartedAt',
    'selectTurn',
    'sendAccepted',
    'sendClaimed',
    'sendLost',
    'sendRefused',
    'sendingGated',
    'sessionReported',
    'sessionStarted',
    'sessionStatusChanged',
    'sessionStopRefused',
    'sessionStopRequested',
    'sessionStopped',
    'sessionsAsked',
    'sessionsListed',
    'stateRestored',
    'steerRefused',
    'stopAcknowledged',
    'stopClaimed',
    'stopLost',
    'stopRefused',
    'stopRequested',
    'streamDropped',
    'streamOpened',
    'swept',
    'threadStarted',
    'turnEnded',
    'turnProgressed',
    'turnRetrying',
    'turnStarted',
    'turnSteered',
    'turnSubmitted',
    'woke',
    'workStarted',
  ],
  './react': [
    'TurnkeeperContext',
    'TurnkeeperProvider',
    'createElapsedHook',
    'createFactHook',
    'createTurnCommandsHook',
    'useAssistant',
    'useCanSend',
    'useCanStop',
    'useDrafts',
    'useElapsed',
    'useIsBusy',
    'useIsStalled',
    'useIsUnverified',
    'useLastEndedTurn',
    'useLastError',
    'usePendingInput',
    'useQueue',
    'useTurn',
    'useTurnCommands',
    'useTurnPhase',
  ],
  './testing': [
    'createManualClock',
    'createManualEnvironment',
    'createMemoryQueue',
    'createRecorder',
    'createScriptedBackend',
    'flushMicrotasks',
  ],
  './devtools': ['actionSanitizer', 'createSanitizers', 'devtoolsOptions', 'isRoutine', 'stateSanitizer'],
  './adapters/agUi': ['agUiSignals', 'follow', 'readStatus'],
  './adapters/codexAppServer': ['codexSignals', 'readStatus', 'sendResult', 'stopResult'],
  './adapters/openCode': ['noMemory', 'openCodeSignals', 'promptRefused', 'promptSent', 'readStatus'],
  './adapters/aiSdk': ['aiSdkSignals'],
}

const TYPES: Readonly<Record<string, string>> = {
  answerAccepted: 'turns/answerAccepted',
  answerClaimed: 'turns/answered',
  answerLost: 'turns/answerLost',
  answerRefused: 'turns/answerRefused',
  backendRestarted: 'stream/backendRestarted',
  checkDue: 'turns/checkDue',
  childOpened: 'conversations/childOpened',
  conversationClosed: 'conversations/closed',
  conversationRekeyed: 'conversations/rekeyed',
  conversationViewed: 'conversations/viewed',
  draftTaken: 'conversations/draftTaken',
  endTurn: 'turns/ended',
  errorDismissed: 'conversations/errorDismissed',
  errorReported: 'turns/errorReported',
  historyLoaded: 'conversations/historyLoaded',
  inputCancelled: 'turns/inputCancelled',
  inputRequested: 'turns/inputRequested',
  inputResolved: 'turns/inputResolved',
  keeperAttached: 'keeper/attached',
  lookUpAnswered: 'turns/lookUpAnswered',
  lookUpClaimed: 'turns/lookUpClaimed',
  lookUpClosed: 'turns/lookUpClosed',
  queueResumed: 'conversations/queueResumed',
  queuedRemoved: 'turns/withdrawn',
  requestEnded: 'turns/requestEnded',
  sendAccepted: 'turns/sendAccepted',
  sendClaimed: 'turns/sendClaimed',
  sendLost: 'turns/sendLost',
  sendRefused: 'turns/sendRefused',
  sendingGated: 'turns/gated',
  sessionReported: 'conversations/sessionReported',
  sessionStarted: 'conversations/sessionStarted',
  sessionStatusChanged: 'conversations/sessionStatusChanged',
  sessionStopRefused: 'conversations/sessionStopRefused',
  sessionStopRequested: 'conversations/sessionStopRequested',
  sessionStopped: 'conversations/sessionStopped',
  sessionsAsked: 'conversations/sessionsAsked',
  sessionsListed: 'conversations/sessionsListed',
  stateRestored: 'turns/restored',
  steerRefused: 'turns/steerRefused',
  stopAcknowledged: 'turns/stopAcknowledged',
  stopClaimed: 'turns/stopClaimed',
  stopLost: 'turns/stopLost',
  stopRefused: 'turns/stopRefused',
  stopRequested: 'turns/stopRequested',
  streamDropped: 'stream/dropped',
  streamOpened: 'stream/opened',
  swept: 'keeper/swept',
  threadStarted: 'conversations/threadStarted',
  turnProgressed: 'turns/progressed',
  turnRetrying: 'turns/retrying',
  turnStarted: 'turns/started',
  turnSteered: 'turns/steered',
  turnSubmitted: 'turns/submitted',
  woke: 'keeper/woke',
  workStarted: 'turns/adopted',
  assistantAttached: 'assistant/attached',
  assistantCheckClaimed: 'assistant/checkClaimed',
  assistantCheckRequested: 'assistant/checkRequested',
  assistantChecked: 'assistant/checked',
  assistantHatchClaimed: 'assistant/hatchClaimed',
  assistantHatched: 'assistant/hatched',
  assistantInputsChanged: 'assistant/inputsChanged',
  assistantOverdue: 'assistant/overdue',
  assistantProbeClaimed: 'assistant/probeClaimed',
  assistantProbed: 'assistant/probed',
  assistantRetireClaimed: 'assistant/retireClaimed',
  assistantRetired: 'assistant/retired',
  assistantVersionChosen: 'assistant/versionChosen',
  networkChanged: 'assistant/networkChanged',
}

describe('the entries', () => {
  test('are those of the manifest', () => {
    const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json')
    expect(entries.sort()).toEqual(Object.keys(ENTRIES).sort())
  })

  test.each(Object.entries(ENTRIES))('%s exports what it always did', (entry, exported) => {
    expect(Object.keys(exported).sort()).toEqual(EXPORTS[entry])
  })

  test('need nothing at run time but their peers', () => {
    expect(manifest).not.toHaveProperty('dependencies')
    expect(Object.keys(manifest.peerDependencies)).toEqual(['@reduxjs/toolkit', 'react', 'react-redux'])
  })

  test('a keeper has its parts', () => {
    expect(Object.keys(createTurnkeeper()).sort()).toEqual([
      'answerInput',
      'cancelInput',
      'clock',
      'dispose',
      'disposed',
      'lookUp',
      'middleware',
      'reconcileSessions',
      'removeQueued',
      'selectors',
      'slices',
      'steerTurn',
      'stopSession',
      'stopTurn',
      'submitTurn',
    ])
  })
})

describe('action types', () => {
  const actual = Object.fromEntries(
    Object.entries(index).flatMap(([name, value]) =>
      typeof value === 'function' && 'type' in value ? [[name, value.type]] : [],
    ),
  )

  test('read as events: a domain, and what has happened', () => {
    expect(actual).toEqual(TYPES)
    for (const type of Object.values(TYPES))
      expect(type).toMatch(/^(turns|conversations|stream|keeper|assistant)\/[a-z][A-Za-z]+$/)
  })

  test('are each one’s own', () => {
    expect(new Set(Object.values(TYPES)).size).toBe(Object.keys(TYPES).length)
  })

  test('the time and who said it come with the action, and can be told', () => {
    const { meta } = endTurn({ conversationId: 'c1', reason: 'complete' }, { at: 7, source: 'recovery' })
    expect(meta).toEqual({ at: 7, source: 'recovery' })
    expect(endTurn({ reason: 'complete' }).meta).toEqual({ at: expect.any(Number), source: 'app' })
    expect(turnEnded({ reason: 'complete' })).toMatchObject({ type: endTurn.type, payload: { frame: true } })
    expect(turnEnded({ reason: 'complete' }).meta.source).toBe('stream')
  })
})

describe('the slices on their own, without middleware or ports', () => {
  const open = () =>
    configureStore({
      reducer: combineSlices(...createTurnSlices()),
      devTools: false,
    })

  test('keep the turn and its end', () => {
    const store = open()
    const prompt = { turnId: 't1', conversationId: 'c1', input: 'hello' }
    store.dispatch(turnSubmitted(prompt, { at: 5 }))
    store.dispatch(turnProgressed({ conversationId: 'c1', turnId: 't1', kind: 'output' }))
    expect(selectIsBusy(store.getState(), 'c1')).toBe(true)
    store.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }, { at: 9 }))
    expect(selectIsBusy(store.getState(), 'c1')).toBe(false)
    expect(selectLastEndedTurn(store.getState(), 'c1')).toMatchObject({
      turnId: 't1',
      outcome: 'complete',
      startedAt: 5,
      endedAt: 9,
    })
  })

  test('an ending that names no turn ends one that has shown life, inferred: nothing is ever looked up', () => {
    const store = open()
    store.dispatch(turnStarted({ conversationId: 'c1', turnId: 't1' }))
    store.dispatch(sessionReported({ conversationId: 'c1', status: 'idle' }))
    expect(selectLastEndedTurn(store.getState(), 'c1')).toMatchObject({ turnId: 't1', grade: 'inferred' })
  })

  test('a command says that the middleware is missing, and what to do', () => {
    const keeper = createTurnkeeper()
    const store = configureStore({ reducer: combineSlices(...keeper.slices), devTools: false })
    expect(() => store.dispatch(keeper.submitTurn({ conversationId: 'c1', input: 'hello' }))).toThrow(
      /no keeper middleware.*prepend\(keeper\.middleware\)/,
    )
  })
})

describe('in an app’s store', () => {
  const drafts = createSlice({
    name: 'drafts',
    initialState: { ended: [] as (string | null | undefined)[] },
    reducers: {},
    extraReducers: (builder) =>
      builder.addCase(endTurn, (state, { payload }) => void state.ended.push(payload.turnId)),
  })

  test('any reducer can join in with addCase(endTurn, …), in the same dispatch', () => {
    const keeper = createTurnkeeper()
    const store = configureStore({
      reducer: combineSlices(...keeper.slices, drafts),
      middleware: (gDM) => gDM().prepend(keeper.middleware),
      devTools: false,
    })
    store.dispatch(turnStarted({ conversationId: 'c1', turnId: 't1' }))
    const seen: unknown[] = []
    store.subscribe(() => {
      const { drafts: app } = store.getState()
      seen.push([app.ended, keeper.selectors.selectIsBusy(store.getState(), 'c1')])
    })
    store.dispatch(endTurn({ turnId: 't1', reason: 'complete' }))
    expect(seen).toEqual([[['t1'], false]])
    keeper.dispose()
  })

  test('the slices are mounted where the option says', () => {
    const keeper = createTurnkeeper({ reducerPaths: { turns: 'agentTurns', assistant: 'host' } })
    expect(keeper.slices.map(({ reducerPath }) => reducerPath)).toEqual([
      'agentTurns',
      'conversations',
      'host',
    ])
    const store = configureStore({
      reducer: combineSlices(...keeper.slices),
      middleware: (gDM) => gDM().prepend(keeper.middleware),
      devTools: false,
    })
    expect(Object.keys(store.getState()).sort()).toEqual(['agentTurns', 'conversations', 'host'])
    const { turnId, taken } = store.dispatch(keeper.submitTurn({ conversationId: 'c1', input: 'hello' }))
    expect([taken, keeper.selectors.selectLiveTurnId(store.getState(), 'c1') === turnId]).toEqual([
      true,
      true,
    ])
    keeper.dispose()
  })

  test('a slice that is not mounted is said, with what to do about it', async () => {
    const problems: index.Problem[] = []
    const keeper = createTurnkeeper({ onProblem: (problem) => void problems.push(problem) })
    configureStore({
      reducer: combineSlices(drafts),
      middleware: (gDM) => gDM().prepend(keeper.middleware),
      devTools: false,
    })
    await Promise.resolve()
    expect(problems.map(({ kind }) => kind)).toEqual(['unmounted'])
    expect(problems[0]?.message).toMatch(/add \.\.\.keeper\.slices to combineSlices/)
    keeper.dispose()
  })
})
