/** What the package offers: its entries, the types of its actions, and the reducer on its own. */
import { combineSlices, configureStore, createSlice } from '@reduxjs/toolkit'
import * as index from 'redux-turnkeeper'
import {
  createTurnkeeper,
  endTurn,
  selectIsBusy,
  selectLastEndedTurn,
  signals,
  turnSettled,
  turnSubmitted,
} from 'redux-turnkeeper'
import * as acp from 'redux-turnkeeper/adapters/acp'
import * as agUi from 'redux-turnkeeper/adapters/agUi'
import * as aiSdk from 'redux-turnkeeper/adapters/aiSdk'
import * as claudeAgent from 'redux-turnkeeper/adapters/claudeAgent'
import * as codexAppServer from 'redux-turnkeeper/adapters/codexAppServer'
import * as langGraph from 'redux-turnkeeper/adapters/langGraph'
import * as openAiResponses from 'redux-turnkeeper/adapters/openAiResponses'
import * as openCode from 'redux-turnkeeper/adapters/openCode'
import * as assistant from 'redux-turnkeeper/assistant'
import * as conformance from 'redux-turnkeeper/conformance'
import * as acpConnection from 'redux-turnkeeper/connections/acp'
import * as agUiConnection from 'redux-turnkeeper/connections/agUi'
import * as aiSdkConnection from 'redux-turnkeeper/connections/aiSdk'
import * as claudeAgentConnection from 'redux-turnkeeper/connections/claudeAgent'
import * as langGraphConnection from 'redux-turnkeeper/connections/langGraph'
import * as openAiResponsesConnection from 'redux-turnkeeper/connections/openAiResponses'
import * as codexConnection from 'redux-turnkeeper/connections/codexAppServer'
import * as openCodeConnection from 'redux-turnkeeper/connections/openCode'
import * as devtools from 'redux-turnkeeper/devtools'
import * as react from 'redux-turnkeeper/react'
import * as sharedAssistant from 'redux-turnkeeper/sharedAssistant'
import * as sharedQueue from 'redux-turnkeeper/sharedQueue'
import * as tabs from 'redux-turnkeeper/tabs'
import * as testing from 'redux-turnkeeper/testing'
import manifest from '../package.json'
import * as actions from '../src/actions'
import { CORE_TYPES } from '../src/actions/shape'

const ENTRIES: Readonly<Record<string, object>> = {
  '.': index,
  './assistant': assistant,
  './tabs': tabs,
  './sharedQueue': sharedQueue,
  './sharedAssistant': sharedAssistant,
  './react': react,
  './testing': testing,
  './devtools': devtools,
  './conformance': conformance,
  './adapters/agUi': agUi,
  './adapters/codexAppServer': codexAppServer,
  './adapters/openCode': openCode,
  './adapters/aiSdk': aiSdk,
  './connections/agUi': agUiConnection,
  './connections/aiSdk': aiSdkConnection,
  './connections/langGraph': langGraphConnection,
  './connections/acp': acpConnection,
  './connections/claudeAgent': claudeAgentConnection,
  './connections/openAiResponses': openAiResponsesConnection,
  './connections/codexAppServer': codexConnection,
  './connections/openCode': openCodeConnection,
  './adapters/langGraph': langGraph,
  './adapters/acp': acp,
  './adapters/claudeAgent': claudeAgent,
  './adapters/openAiResponses': openAiResponses,
}

/** A change here is a change of the public API: it goes into the changelog. */
const EXPORTS: Readonly<Record<string, readonly string[]>> = {
  '.': [
    'conversationClosed',
    'conversationRekeyed',
    'conversationViewed',
    'createTurnkeeper',
    'draftTaken',
    'endTurn',
    'errorDismissed',
    'inputClosed',
    'inputOpened',
    'queueCleared',
    'queuePaused',
    'queueResumed',
    'queuedEdited',
    'queuedMoved',
    'queuedSentNow',
    'selectActiveTurn',
    'selectActiveTurnId',
    'selectActivityLog',
    'selectAllBackgroundRuns',
    'selectAttention',
    'selectAttentionIds',
    'selectBackgroundCount',
    'selectBackgroundRuns',
    'selectBusyConversationIds',
    'selectCanSend',
    'selectCanStop',
    'selectDrafts',
    'selectHistory',
    'selectIsBusy',
    'selectIsQueuePaused',
    'selectIsStalled',
    'selectIsUnverified',
    'selectLastEndedTurn',
    'selectLastError',
    'selectLastEvidenceAt',
    'selectOpenTools',
    'selectPendingInput',
    'selectPendingInputs',
    'selectPersisted',
    'selectPhase',
    'selectQueue',
    'selectQueueState',
    'selectReapableSessions',
    'selectResumesAt',
    'selectRetry',
    'selectScheduled',
    'selectSession',
    'selectStartedAt',
    'selectStatusText',
    'selectTurn',
    'sendAccepted',
    'sendLost',
    'sendRefused',
    'sendingGated',
    'sessionStarted',
    'sessionStatusChanged',
    'signals',
    'stateRestored',
    'stopAcknowledged',
    'stopLost',
    'stopRefused',
    'stopRequested',
    'threadStarted',
    'turnSettled',
    'turnSubmitted',
    'userChanged',
    'workStarted',
  ],
  './assistant': [
    'assistant',
    'assistantAnswered',
    'assistantCheckRequested',
    'assistantDoubted',
    'assistantInitOverdue',
    'assistantInputsChanged',
    'assistantRecoveryStarted',
    'assistantVersionChosen',
    'checkAssistant',
    'createAssistantSelectors',
    'hatchVersion',
    'networkChanged',
    'retryAssistant',
    'selectAssistantConnection',
    'selectAssistantErrorCode',
    'selectAssistantErrorText',
    'selectAssistantId',
    'selectAssistantKind',
    'selectAssistantRecoveries',
    'selectAssistantRedirect',
    'selectAssistantRetryAt',
    'selectAssistantSince',
    'selectIsAssistantReachable',
    'selectIsAssistantUp',
  ],
  './tabs': ['browserEngine', 'conversationSeen', 'originOf', 'tabs'],
  './sharedQueue': ['sharedQueue'],
  './sharedAssistant': ['sharedAssistant'],
  './react': [
    'TurnkeeperContext',
    'TurnkeeperProvider',
    'createElapsedHook',
    'createFactHook',
    'createTimeLeftHook',
    'createTurnCommandsHook',
    'useAttention',
    'useAttentionIds',
    'useBackgroundRuns',
    'useCanSend',
    'useCanStop',
    'useDrafts',
    'useElapsed',
    'useIsBusy',
    'useIsStalled',
    'useIsUnverified',
    'useLastEndedTurn',
    'useLastError',
    'useOpenTools',
    'usePendingInput',
    'usePendingInputs',
    'useQueue',
    'useQueueState',
    'useResumesAt',
    'useRetry',
    'useScheduled',
    'useStatusText',
    'useTimeLeft',
    'useTurn',
    'useTurnCommands',
    'useTurnPhase',
  ],
  './testing': [
    'createManualClock',
    'createManualEnvironment',
    'createMemoryEngine',
    'createMemoryQueue',
    'createRecorder',
    'createScriptedBackend',
    'flushMicrotasks',
  ],
  './conformance': [
    'EFFECTS',
    'FACTS',
    'FAMILIES',
    'InexpressibleError',
    'PHASES',
    'ScenarioError',
    'TURN_WORDS',
    'inexpressible',
    'outcomeOf',
    'passed',
    'readScenario',
    'readScenarios',
    'runScenario',
    'runScenarios',
    'scenarios',
    'usualDesign',
  ],
  './devtools': ['actionSanitizer', 'createSanitizers', 'devtoolsOptions', 'isRoutine', 'stateSanitizer'],
  './adapters/agUi': ['agUiSignals', 'createReader', 'follow', 'readStatus'],
  './adapters/codexAppServer': [
    'codexSignals',
    'createReader',
    'rawRequestId',
    'readStatus',
    'sendResult',
    'stopResult',
  ],
  './adapters/openCode': [
    'createReader',
    'noMemory',
    'openCodeSignals',
    'promptRefused',
    'promptSent',
    'readStatus',
  ],
  './adapters/aiSdk': ['aiSdkSignals', 'createReader', 'readStatus'],
  './connections/agUi': ['connectAgUi'],
  './connections/aiSdk': ['connectAiSdk'],
  './connections/langGraph': ['connectLangGraph'],
  './connections/acp': ['connectAcp'],
  './connections/claudeAgent': ['connectClaudeAgent'],
  './connections/openAiResponses': ['connectOpenAiResponses'],
  './connections/codexAppServer': ['connectCodex'],
  './connections/openCode': ['connectOpenCode'],
  './adapters/langGraph': ['TURN_ID', 'createReader', 'readStatus'],
  './adapters/acp': ['createReader', 'rawRequestId', 'sendResult'],
  './adapters/claudeAgent': ['createReader', 'readStatus'],
  './adapters/openAiResponses': ['createReader', 'readStatus'],
}

const SIGNALS = [
  'backendRestarted',
  'childOpened',
  'errorReported',
  'historyLoaded',
  'inputRequested',
  'inputResolved',
  'requestEnded',
  'runPaused',
  'sessionReported',
  'steerRead',
  'streamDropped',
  'streamOpened',
  'turnEnded',
  'turnProgressed',
  'turnRetrying',
  'turnStarted',
  'workScheduled',
]

/** The types of the actions that these names make. */
const typesOf = (exported: object): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(exported).flatMap(([name, value]) =>
      typeof value === 'function' && 'type' in value && typeof value.type === 'string'
        ? [[name, value.type]]
        : [],
    ),
  )

describe('the entries', () => {
  test('are those of the manifest', () => {
    const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json')
    expect(entries.sort()).toEqual(Object.keys(ENTRIES).sort())
  })

  test.each(Object.entries(ENTRIES))('%s exports what it always did', (entry, exported) => {
    expect(Object.keys(exported).sort()).toEqual(EXPORTS[entry])
  })

  test('the signals are exported together', () => {
    expect(Object.keys(signals).sort()).toEqual(SIGNALS)
  })

  test('need nothing at run time but their peers', () => {
    expect(manifest).not.toHaveProperty('dependencies')
    expect(Object.keys(manifest.peerDependencies)).toEqual([
      '@reduxjs/toolkit',
      'eventsource-parser', // of the connections that read server-sent events
      'react',
      'react-redux',
    ])
    expect(Object.keys(manifest.peerDependenciesMeta)).toEqual(['eventsource-parser', 'react', 'react-redux'])
  })

  test('a keeper has its parts', () => {
    expect(Object.keys(createTurnkeeper()).sort()).toEqual([
      'answerInput',
      'answerInputs',
      'cancelInput',
      'checkStatus',
      'clock',
      'dispose',
      'disposed',
      'middleware',
      'reconcileSessions',
      'reducer',
      'reducerPath',
      'removeQueued',
      'selectors',
      'steerQueued',
      'steerTurn',
      'stopBackgroundRun',
      'stopSession',
      'stopTurn',
      'submitTurn',
    ])
  })

  test('every selector is bound', () => {
    const unbound = Object.keys(index).filter((name) => name.startsWith('select'))
    expect(Object.keys(createTurnkeeper().selectors).sort()).toEqual(unbound.sort())
  })
})

describe('action types', () => {
  test('are the names of their creators, after the package', () => {
    for (const [name, type] of Object.entries(typesOf(index))) expect(type).toBe(`turnkeeper/${name}`)
    for (const [name, type] of Object.entries(typesOf(signals)))
      expect(type).toBe(`turnkeeper/signals/${name}`)
    expect(typesOf(assistant)).toEqual({
      assistantAnswered: 'turnkeeper/assistant/answered',
      assistantCheckRequested: 'turnkeeper/assistant/checkRequested',
      assistantDoubted: 'turnkeeper/assistant/doubted',
      assistantInitOverdue: 'turnkeeper/assistant/initOverdue',
      assistantInputsChanged: 'turnkeeper/assistant/inputsChanged',
      assistantRecoveryStarted: 'turnkeeper/assistant/recoveryStarted',
      assistantVersionChosen: 'turnkeeper/assistant/versionChosen',
      networkChanged: 'turnkeeper/assistant/networkChanged',
    })
  })

  test('are all checked: what is in none of the tables would reach no reducer', () => {
    const types = [...Object.values(typesOf(actions)), ...Object.values(typesOf(signals))]
    expect([...CORE_TYPES].sort()).toEqual(types.sort())
  })

  test('are each one’s own', () => {
    const types = [index, signals, assistant].flatMap((exported) => Object.values(typesOf(exported)))
    expect(types.length).toBeGreaterThan(40)
    expect(new Set(types).size).toBe(types.length)
  })

  test('the time and who said it come with the action, and can be told', () => {
    const { meta } = endTurn({ conversationId: 'c1', reason: 'complete' }, { at: 7, source: 'recovery' })
    expect(meta).toEqual({ at: 7, source: 'recovery' })
    expect(endTurn({ reason: 'complete' }).meta).toEqual({ at: expect.any(Number), source: 'app' })
    expect(endTurn({ reason: 'complete' }, { at: undefined, source: undefined }).meta).toEqual({
      at: expect.any(Number),
      source: 'app',
    })
    expect(signals.turnEnded({ reason: 'complete' }).meta.source).toBe('stream')
  })

  test('the app’s word for an end and the wire’s are two', () => {
    expect(endTurn.match(signals.turnEnded({ reason: 'complete' }))).toBe(false)
    expect(signals.turnEnded.match(endTurn({ reason: 'complete' }))).toBe(false)
  })
})

describe('the reducer on its own, without middleware or ports', () => {
  const open = () => {
    const keeper = createTurnkeeper()
    return configureStore({ reducer: { [keeper.reducerPath]: keeper.reducer }, devTools: false })
  }

  test('keeps the turn and its end', () => {
    const store = open()
    const prompt = { turnId: 't1', conversationId: 'c1', input: 'hello' }
    store.dispatch(turnSubmitted(prompt, { at: 5 }))
    store.dispatch(signals.turnProgressed({ conversationId: 'c1', turnId: 't1', kind: 'output' }))
    expect(selectIsBusy(store.getState().turnkeeper, 'c1')).toBe(true)
    store.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }, { at: 9 }))
    expect(selectIsBusy(store.getState().turnkeeper, 'c1')).toBe(false)
    expect(selectLastEndedTurn(store.getState().turnkeeper, 'c1')).toMatchObject({
      turnId: 't1',
      outcome: 'complete',
      startedAt: 5,
      endedAt: 9,
    })
  })

  test('an ending that names no turn ends one that has started, inferred: there is no status check', () => {
    const store = open()
    store.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
    store.dispatch(signals.sessionReported({ conversationId: 'c1', status: 'idle' }))
    expect(selectLastEndedTurn(store.getState().turnkeeper, 'c1')).toMatchObject({
      turnId: 't1',
      grade: 'inferred',
    })
  })

  test('a command says that the middleware is missing, and what to do', () => {
    const keeper = createTurnkeeper()
    const store = configureStore({ reducer: combineSlices(keeper), devTools: false })
    expect(() => store.dispatch(keeper.submitTurn({ conversationId: 'c1', input: 'hello' }))).toThrow(
      /no keeper middleware.*prepend\(keeper\.middleware\)/,
    )
  })
})

describe('in an app’s store', () => {
  const drafts = createSlice({
    name: 'drafts',
    initialState: { ended: [] as (string | null | undefined)[], settled: [] as string[] },
    reducers: {},
    extraReducers: (builder) =>
      builder
        .addCase(endTurn, (state, { payload }) => void state.ended.push(payload.turnId))
        .addCase(turnSettled, (state, { payload }) => void state.settled.push(payload.turn.turnId)),
  })

  test('any reducer can join in with addCase(endTurn, …), in the same dispatch', () => {
    const keeper = createTurnkeeper()
    const store = configureStore({
      reducer: combineSlices(keeper, drafts),
      middleware: (gDM) => gDM().prepend(keeper.middleware),
      devTools: false,
    })
    store.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
    const seen: unknown[] = []
    store.subscribe(() => {
      const { drafts: app } = store.getState()
      seen.push([app.ended, app.settled, keeper.selectors.selectIsBusy(store.getState(), 'c1')])
    })
    store.dispatch(endTurn({ turnId: 't1', reason: 'complete' }))
    expect(seen).toEqual([
      [['t1'], [], false],
      [['t1'], ['t1'], false],
    ])
    keeper.dispose()
  })

  test('the keeper is mounted where the options say', () => {
    const keeper = createTurnkeeper({
      reducerPath: 'agent',
      features: [assistant.assistant()],
      selectState: (root: { readonly chat: { readonly agent: index.KeeperState } }) => root.chat.agent,
    })
    const store = configureStore({
      reducer: { chat: combineSlices(keeper) },
      middleware: (gDM) => gDM().prepend(keeper.middleware),
      devTools: false,
    })
    expect(Object.keys(store.getState().chat)).toEqual(['agent'])
    expect(Object.keys(store.getState().chat.agent)).toEqual(['turns', 'conversations', 'assistant'])
    const { turnId, taken } = store.dispatch(keeper.submitTurn({ conversationId: 'c1', input: 'hello' }))
    expect([taken, keeper.selectors.selectActiveTurnId(store.getState(), 'c1') === turnId]).toEqual([
      true,
      true,
    ])
    keeper.dispose()
  })

  test('a feature is a name and a reducer', () => {
    const ends: index.KeeperFeature<'ends', number> = {
      name: 'ends',
      reducer: (count = 0, action) => (endTurn.match(action) ? count + 1 : count),
    }
    const keeper = createTurnkeeper({
      features: [ends, sharedQueue.sharedQueue(testing.createMemoryQueue().port())],
    })
    const store = configureStore({
      reducer: combineSlices(keeper, drafts),
      middleware: (gDM) => gDM().prepend(keeper.middleware),
      devTools: false,
    })
    store.dispatch(endTurn({ turnId: 't1', reason: 'complete' }))
    const count: number = store.getState().turnkeeper.ends
    expect([count, store.getState().turnkeeper.tabs]).toEqual([1, null])
    keeper.dispose()
  })

  test('a keeper that is not mounted is said, with what to do about it', async () => {
    const problems: index.Problem[] = []
    const keeper = createTurnkeeper({ onProblem: (problem) => void problems.push(problem) })
    configureStore({
      reducer: combineSlices(drafts),
      middleware: (gDM) => gDM().prepend(keeper.middleware),
      devTools: false,
    })
    await Promise.resolve()
    expect(problems.map(({ kind }) => kind)).toEqual(['unmounted'])
    expect(problems[0]?.message).toMatch(/\[keeper\.reducerPath\]: keeper\.reducer/)
    keeper.dispose()
  })
})
