/**
 * Law 9 over a reload, with the real persistence packages: what was running comes back unverified, is checked, and ends or
 * goes on; a queue waits for a verified idle; nothing is sent because of it. Texts, drafts and questions come back whole.
 */
import { configureStore } from '@reduxjs/toolkit'
import type { StoreEnhancer } from '@reduxjs/toolkit'
import {
  FLUSH,
  PAUSE,
  PERSIST,
  persistReducer,
  persistStore,
  PURGE,
  REGISTER,
  REHYDRATE,
} from 'redux-persist'
import { rememberEnhancer, rememberReducer } from 'redux-remember'
import { signals } from 'redux-turnkeeper'
import type { KeeperState, Persisted } from 'redux-turnkeeper'
import { conversationOf } from '../../src/state/conversations'
import { entryOf } from '../../src/state/turns'
import { doubledFacts } from '../scenarios/facts'
import { createStorage, devChecks, pageLoad } from './setup'

const conversationId = 'c1'

type Load = ReturnType<typeof pageLoad>
type Storage = ReturnType<typeof createStorage>
interface Opened {
  readonly page: Load
  readonly store: { dispatch(action: unknown): unknown; getState(): object }
  /** Waits until what was put by is stored, then leaves the page. */
  leave(): Promise<void>
}

/** The packages write on their own timers, which are not what is tested: the microtasks and timers of the platform run. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 10_000 && !holds(); i += 1) await settled()
  if (!holds()) throw new Error('It did not come to hold.')
}

const stateOf = (store: Opened['store']): KeeperState =>
  (store.getState() as { readonly turnkeeper: KeeperState }).turnkeeper

async function withPersist(storage: Storage, keeperId: string): Promise<Opened> {
  const page = pageLoad(keeperId)
  const store = configureStore({
    reducer: persistReducer({ key: 'app', storage, timeout: 0 }, page.reducer as never),
    middleware: (gDM) =>
      gDM({
        ...devChecks,
        serializableCheck: {
          ...devChecks.serializableCheck,
          ignoredActions: [FLUSH, REHYDRATE, PAUSE, PERSIST, PURGE, REGISTER],
        },
      }).prepend(page.keeper.middleware),
  })
  const persistor = persistStore(store)
  await until(() => persistor.getState().bootstrapped)
  return {
    page,
    store,
    async leave() {
      await persistor.flush()
      persistor.pause()
      page.keeper.dispose()
    },
  }
}

async function withRemember(storage: Storage, keeperId: string): Promise<Opened> {
  const page = pageLoad(keeperId)
  const { reducerPath, reducer, middleware } = page.keeper
  const driver = {
    getItem: (key: string) => storage.items.get(key),
    setItem: (key: string, value: string) => void storage.items.set(key, value),
  }
  const store = configureStore({
    reducer: rememberReducer({ [reducerPath]: reducer }),
    middleware: (gDM) => gDM(devChecks).prepend(middleware),
    enhancers: (gDE) =>
      gDE().concat(
        rememberEnhancer(driver, [reducerPath], { persistThrottle: 0, prefix: '' }) as StoreEnhancer,
      ),
  })
  await settled()
  await settled()
  return {
    page,
    store,
    async leave() {
      const now = JSON.stringify(stateOf(store))
      await until(() => storage.items.get(reducerPath) === now)
      page.keeper.dispose()
    },
  }
}

/** An app's own storage, and its own action that brings it back. */
async function byHand(storage: Storage, keeperId: string): Promise<Opened> {
  const page = pageLoad(keeperId, {
    rehydrate: (action) =>
      action.type === 'app/restored'
        ? (action as { payload?: Persisted } & typeof action).payload
        : undefined,
  })
  const store = configureStore({
    reducer: page.reducer,
    middleware: (gDM) => gDM(devChecks).prepend(page.keeper.middleware),
  })
  const kept = storage.items.get('kept')
  if (kept) store.dispatch({ type: 'app/restored', payload: JSON.parse(kept) as Persisted })
  return {
    page,
    store,
    async leave() {
      storage.items.set('kept', JSON.stringify(page.keeper.selectors.selectPersisted(store.getState())))
      page.keeper.dispose()
    },
  }
}

/** The whole state, as an app keeps it and hands it to the next store. */
async function byPreloadedState(storage: Storage, keeperId: string): Promise<Opened> {
  const page = pageLoad(keeperId)
  const kept = storage.items.get('state')
  const store = configureStore({
    reducer: page.reducer,
    middleware: (gDM) => gDM(devChecks).prepend(page.keeper.middleware),
    ...(kept && { preloadedState: JSON.parse(kept) as { turnkeeper: KeeperState } }),
  })
  return {
    page,
    store,
    async leave() {
      storage.items.set('state', JSON.stringify(store.getState()))
      page.keeper.dispose()
    },
  }
}

describe.each([
  ['redux-persist', withPersist],
  ['redux-remember', withRemember],
  ['the option "rehydrate" and selectPersisted', byHand],
  ['preloadedState', byPreloadedState],
] as const)('law 9: a reload with %s', (_name, open) => {
  /** A page in which a turn runs and a prompt waits, and which is then left. */
  async function inMidTurn(storage: Storage, meanwhile?: (opened: Opened) => Promise<void>): Promise<void> {
    const opened = await open(storage, 'a')
    const { page, store, leave } = opened
    const { keeper, backend } = page
    store.dispatch(keeper.submitTurn({ conversationId, turnId: 't1', input: 'hello' }))
    backend.accept('send', { runId: 'r1' }, 't1')
    await settled()
    store.dispatch(signals.turnStarted({ conversationId, runId: 'r1' }))
    store.dispatch(keeper.submitTurn({ conversationId, turnId: 't2', input: 'and then' }))
    await meanwhile?.(opened)
    await leave()
  }

  test('a turn that is over ends, and then the queue drains, once', async () => {
    const storage = createStorage()
    await inMidTurn(storage)
    const { page, store, leave } = await open(storage, 'b')
    const { keeper, backend, clock } = page
    const { selectors } = keeper
    await clock.advanceAsync(1_000)
    expect(selectors.selectIsBusy(store.getState(), conversationId)).toBe(true)
    expect(selectors.selectIsUnverified(store.getState(), conversationId)).toBe(true)
    expect(backend.of('send')).toHaveLength(0)

    backend.world(conversationId, { status: 'idle', last: { runId: 'r1', outcome: 'complete' } })
    await clock.advanceAsync(30_000)
    expect(selectors.selectTurn(store.getState(), 't1')).toMatchObject({
      outcome: 'complete',
      grade: 'witnessed',
    })
    expect(backend.of('send')).toHaveLength(1)
    expect(backend.of('send')[0]?.request).toMatchObject({ turnId: 't2', input: 'and then' })
    await leave()
  })

  test('mirror: a turn that still runs goes on, and nothing is sent', async () => {
    const storage = createStorage()
    await inMidTurn(storage)
    const { page, store, leave } = await open(storage, 'b')
    const { keeper, backend, clock } = page
    backend.world(conversationId, { status: 'running', runId: 'r1' })
    await clock.advanceAsync(10_000)
    expect(keeper.selectors.selectActiveTurnId(store.getState(), conversationId)).toBe('t1')
    expect(keeper.selectors.selectIsUnverified(store.getState(), conversationId)).toBe(false)
    expect(keeper.selectors.selectQueue(store.getState(), conversationId)).toMatchObject([
      { input: 'and then' },
    ])
    expect(backend.of('send')).toHaveLength(0)
    await leave()
  })

  test('both slices come back as they were left, and no fact stands twice', async () => {
    const storage = createStorage()
    await inMidTurn(storage)
    const { store, leave } = await open(storage, 'b')
    await settled()
    const { turns, conversations } = stateOf(store)
    expect(entryOf(turns, conversationId)).toMatchObject({
      active: { turnId: 't1', runs: ['r1'] },
      queue: [{ turnId: 't2', sendState: 'unsent' }],
    })
    const texts = conversationOf(conversations, conversationId)?.texts
    expect(texts).toMatchObject([
      { turnId: 't1', input: 'hello' },
      { turnId: 't2', input: 'and then' },
    ])
    expect(doubledFacts(stateOf(store))).toEqual([])
    await leave()
  })

  test('an open question comes back, can be answered, and is closed by what the server says', async () => {
    const storage = createStorage()
    const asked = (requestId: string) =>
      signals.inputRequested({ conversationId, runId: 'r1', requestId, kind: 'approval', prompt: 'rm -r?' })
    await inMidTurn(storage, async ({ store }) => {
      store.dispatch(asked('q1'))
      store.dispatch(asked('q2'))
    })
    const { page, store, leave } = await open(storage, 'b')
    const { keeper, backend, clock } = page
    const { selectors } = keeper
    const pending = () =>
      selectors.selectPendingInputs(store.getState(), conversationId).map(({ requestId }) => requestId)
    backend.world(conversationId, { status: 'awaiting_input', runId: 'r1' })
    await clock.advanceAsync(10_000)
    expect(pending()).toEqual(['q1', 'q2'])
    expect(selectors.selectPhase(store.getState(), conversationId)).toBe('awaiting_input')
    expect(selectors.selectPendingInput(store.getState(), conversationId)).toMatchObject({
      askerId: 't1',
      kind: 'approval',
      prompt: 'rm -r?',
    })

    store.dispatch(keeper.answerInput({ conversationId, requestId: 'q1', answer: 'yes' }))
    backend.accept('answer', {}, 'q1')
    await settled()
    expect(pending()).toEqual(['q2'])

    const questions: never[] = []
    backend.world(conversationId, { status: 'running', runId: 'r1', questions })
    store.dispatch(keeper.checkStatus(conversationId))
    await clock.advanceAsync(1_000)
    expect(pending()).toEqual([])
    expect(selectors.selectActiveTurnId(store.getState(), conversationId)).toBe('t1')
    await leave()
  })

  test('every text comes back: a draft, a prompt that was sent and not answered, one that was added to a turn', async () => {
    const storage = createStorage()
    const other = 'c2'
    await inMidTurn(storage, async ({ page: { keeper, backend }, store }) => {
      store.dispatch(keeper.submitTurn({ conversationId: 'c3', turnId: 't4', input: 'refused' }))
      backend.refuse('send', {}, 't4')
      store.dispatch(keeper.submitTurn({ conversationId: other, turnId: 't3', input: 'still out' }))
      store.dispatch(keeper.steerTurn({ conversationId, steerId: 's1', input: 'by the way' }))
      await settled()
    })
    const { page, store, leave } = await open(storage, 'b')
    const { keeper, backend, clock } = page
    const draftsOf = (id: string) =>
      keeper.selectors
        .selectDrafts(store.getState(), id)
        .map(({ input, arrived }) => [input, arrived] as const)
    backend.world(conversationId, { status: 'running', runId: 'r1' })
    backend.world(other, { status: 'idle' })
    await clock.advanceAsync(60_000)

    expect(draftsOf('c3')).toEqual([['refused', 'no']])
    expect(draftsOf(other)).toEqual([['still out', expect.stringMatching(/^(no|unknown)$/)]])
    expect(keeper.selectors.selectIsBusy(store.getState(), other)).toBe(false)
    expect(draftsOf(conversationId)).toEqual([['by the way', 'unknown']])
    expect(backend.of('send')).toHaveLength(0)
    await leave()
  })
})
