/**
 * What released versions left in an app's storage is read by this one, for ever: `npm run history` records a version. 0.1.0
 * was recorded with its own source.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { combineReducers, configureStore } from '@reduxjs/toolkit'
import type { UnknownAction } from '@reduxjs/toolkit'
import { createTurnkeeper, stateRestored } from 'redux-turnkeeper'
import type { KeeperState, Persisted } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment, createScriptedBackend } from 'redux-turnkeeper/testing'
import { flushMicrotasks } from 'redux-turnkeeper/testing'
import manifest from '../../package.json'
import { devChecks } from '../persistence/setup'
import { doubledFacts } from '../scenarios/facts'
import { record } from './story'

const read = (version: string, name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, version, `${name}.json`), 'utf8'))

const versions = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
/** Those whose mounted state this version reads as it stands. The others' is kept by `selectPersisted` alone. */
const READABLE: ReadonlySet<string> = new Set(['0.2.0'])
/** Those that had no questions in what `selectPersisted` gives. */
const WITHOUT_QUESTIONS: ReadonlySet<string> = new Set(['0.1.0'])

function open(preloadedState?: object) {
  const clock = createManualClock(2_000_000)
  const backend = createScriptedBackend()
  const problems: string[] = []
  const messages: string[] = []
  const keeper = createTurnkeeper({
    ports: backend.ports,
    clock,
    environment: createManualEnvironment(),
    random: () => 0.5,
    onProblem: ({ kind, message }) => {
      problems.push(kind)
      messages.push(message)
    },
  })
  const reducer = combineReducers({ [keeper.reducerPath]: keeper.reducer })
  const store = configureStore({
    // As a persistence package does it: in place, past the reducer.
    reducer: (state: ReturnType<typeof reducer> | undefined, action: UnknownAction) =>
      action.type === 'app/rehydrated'
        ? { ...state!, turnkeeper: (action as { payload?: unknown }).payload as KeeperState }
        : reducer(state, action),
    ...(preloadedState !== undefined && { preloadedState: preloadedState as never }),
    middleware: (getDefault) => getDefault(devChecks).prepend(keeper.middleware),
  })
  const { selectors } = keeper
  const facts = () => {
    const state = store.getState()
    return {
      busy: [...selectors.selectBusyConversationIds(state)].sort(),
      phases: ['works', 'leaves', 'asks', 'stops', 'refused', 'over'].map((id) =>
        selectors.selectPhase(state, id),
      ),
      unverified: ['works', 'leaves', 'asks', 'stops'].map((id) => selectors.selectIsUnverified(state, id)),
      queue: selectors.selectQueue(state, 'works').map(({ input }) => input),
      drafts: selectors.selectDrafts(state, 'refused').map(({ input }) => input),
      question: selectors.selectPendingInput(state, 'asks')?.requestId ?? null,
      started: ['works-1', 'leaves-1'].map((id) => {
        const turn = selectors.selectTurn(state, id)
        return turn && 'started' in turn ? turn.started : null
      }),
    }
  }
  return { clock, backend, problems, messages, keeper, store, facts }
}

const factsOf = (version: string) => ({
  busy: ['asks', 'leaves', 'stops', 'works'],
  phases: [
    'thinking',
    'submitted',
    WITHOUT_QUESTIONS.has(version) ? 'thinking' : 'awaiting_input',
    'stopping',
    'idle',
    'idle',
  ],
  unverified: [true, true, true, true],
  queue: ['the next thing', 'and the one after'],
  drafts: ['not taken'],
  question: WITHOUT_QUESTIONS.has(version) ? null : 'may-i',
  started: ['named', 'no'],
})

test('this version and the one before are recorded', () => {
  expect(versions).toContain(manifest.version)
  expect(versions).toContain('0.1.0')
})

describe.each(versions)('%s', (version) => {
  test('what selectPersisted gave comes back whole, unverified, and is settled by a check', async () => {
    const { store, facts, backend, clock, keeper, problems } = open()
    store.dispatch(stateRestored(read(version, 'persisted') as Persisted))
    await flushMicrotasks()
    expect(facts()).toEqual(factsOf(version))
    expect(backend.of('send')).toHaveLength(0)
    for (const id of ['works', 'leaves', 'asks', 'stops']) backend.world(id, { status: 'idle' })
    await clock.advanceAsync(120_000)
    const [sent] = backend.of('send')
    expect(sent?.request).toMatchObject({ conversationId: 'works', turnId: 'works-2' })
    expect(keeper.selectors.selectBusyConversationIds(store.getState())).toEqual(['works'])
    expect(doubledFacts(store.getState().turnkeeper)).toEqual([])
    expect(problems).toEqual([])
    keeper.dispose()
  })

  const mounted = read(version, 'state') as { readonly turnkeeper?: object }
  test.each([
    ['preloaded', (state: unknown) => open({ turnkeeper: state })],
    [
      'rehydrated',
      (state: unknown) => {
        const opened = open()
        opened.store.dispatch({ type: 'app/rehydrated', payload: state })
        return opened
      },
    ],
  ] as const)('its mounted state, %s, is read or left out, and never breaks the store', async (_how, put) => {
    const { store, facts, keeper, problems, messages, backend } = put(mounted.turnkeeper ?? mounted)
    await flushMicrotasks()
    if (READABLE.has(version)) {
      expect(facts()).toEqual(factsOf(version))
      expect(problems).toEqual([])
    } else {
      expect(facts()).toMatchObject({ busy: [], queue: [], drafts: [], question: null })
      expect(problems).toEqual(['other version'])
      expect(messages[0]).toMatch(
        /by another version .* selectPersisted gives, and put it back with stateRestored\.$/,
      )
    }
    store.dispatch(keeper.submitTurn({ conversationId: 'new', input: 'hello' }))
    expect(keeper.selectors.selectIsBusy(store.getState(), 'new')).toBe(true)
    expect(backend.of('send')).toHaveLength(1)
    keeper.dispose()
  })

  test('its actions, replayed, leave a state that agrees with itself', () => {
    const { store, keeper, facts } = open()
    for (const action of read(version, 'actions') as readonly UnknownAction[])
      expect(() => store.dispatch(action)).not.toThrow()
    expect(doubledFacts(store.getState().turnkeeper)).toEqual([])
    const { busy, queue, drafts } = facts()
    const isKnown = READABLE.has(version)
    expect({ busy, queue, drafts }).toEqual(
      isKnown
        ? (({ busy, queue, drafts }) => ({ busy, queue, drafts }))(factsOf(version))
        : { busy: [], queue: [], drafts: [] },
    )
    keeper.dispose()
  })
})

test('the story that is recorded still leaves one of each thing', async () => {
  const { persisted } = await record()
  expect(persisted).toMatchObject({
    live: [
      { turnId: 'works-1' },
      { turnId: 'leaves-1' },
      { turnId: 'asks-1' },
      { turnId: 'stops-1', stopping: true },
    ],
    queued: [{ turnId: 'works-2' }, { turnId: 'works-3' }],
    drafts: [{ turnId: 'refused-1' }],
    questions: [{ requestId: 'may-i', kind: 'question' }],
  })
})
