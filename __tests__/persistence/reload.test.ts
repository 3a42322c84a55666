/**
 * Law 9 over a reload, with the real persistence packages: what was live comes back unverified, is looked up, and settles or
 * goes on; a queue waits for a verified idle; nothing is sent because of it.
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
import { turnStarted } from 'redux-turnkeeper'
import type { Persisted } from 'redux-turnkeeper'
import { createStorage, pageLoad } from './setup'

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

async function withPersist(storage: Storage, owner: string): Promise<Opened> {
  const page = pageLoad(owner)
  const store = configureStore({
    reducer: persistReducer({ key: 'app', storage, timeout: 0 }, page.reducer as never),
    middleware: (gDM) =>
      gDM({
        serializableCheck: { ignoredActions: [FLUSH, REHYDRATE, PAUSE, PERSIST, PURGE, REGISTER] },
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

async function withRemember(storage: Storage, owner: string): Promise<Opened> {
  const page = pageLoad(owner)
  const driver = {
    getItem: (key: string) => storage.items.get(key),
    setItem: (key: string, value: string) => void storage.items.set(key, value),
  }
  const store = configureStore({
    reducer: rememberReducer({
      turns: page.keeper.slices[0].reducer,
      conversations: page.keeper.slices[1].reducer,
    }),
    middleware: (gDM) => gDM().prepend(page.keeper.middleware),
    enhancers: (gDE) =>
      gDE().concat(
        rememberEnhancer(driver, ['turns', 'conversations'], {
          persistThrottle: 0,
          prefix: '',
        }) as StoreEnhancer,
      ),
  })
  await settled()
  await settled()
  return {
    page,
    store,
    async leave() {
      const live = JSON.stringify(store.getState().turns.ledger.live)
      await until(() => (storage.items.get('turns') ?? '').includes(live.slice(1, -1)))
      page.keeper.dispose()
    },
  }
}

/** An app's own storage, and its own action that brings it back. */
async function byHand(storage: Storage, owner: string): Promise<Opened> {
  const page = pageLoad(owner, {
    rehydrate: (action) =>
      action.type === 'app/restored'
        ? (action as { payload?: Persisted } & typeof action).payload
        : undefined,
  })
  const store = configureStore({
    reducer: page.reducer,
    middleware: (gDM) => gDM().prepend(page.keeper.middleware),
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

describe.each([
  ['redux-persist', withPersist],
  ['redux-remember', withRemember],
  ['the option "rehydrate"', byHand],
] as const)('law 9: a reload with %s', (_name, open) => {
  async function inMidTurn(storage: Storage): Promise<void> {
    const { page, store, leave } = await open(storage, 'a')
    const { keeper, backend } = page
    store.dispatch(keeper.submitTurn({ conversationId, turnId: 't1', input: 'hello' }))
    backend.accept('send', { runId: 'r1' }, 't1')
    await settled()
    store.dispatch(turnStarted({ conversationId, runId: 'r1' }))
    store.dispatch(keeper.submitTurn({ conversationId, turnId: 't2', input: 'and then' }))
    await leave()
  }

  test('a turn that is over settles, and then the queue drains, once', async () => {
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
    expect(keeper.selectors.selectLiveTurnId(store.getState(), conversationId)).toBe('t1')
    expect(keeper.selectors.selectIsUnverified(store.getState(), conversationId)).toBe(false)
    expect(keeper.selectors.selectQueue(store.getState(), conversationId)).toMatchObject([
      { input: 'and then' },
    ])
    expect(backend.of('send')).toHaveLength(0)
    await leave()
  })

  test('both slices come back with one ledger', async () => {
    const storage = createStorage()
    await inMidTurn(storage)
    const { store, leave } = await open(storage, 'b')
    await settled()
    const { turns, conversations } = store.getState() as Record<string, { ledger: unknown }>
    expect(turns?.ledger).toEqual(conversations?.ledger)
    expect(turns?.ledger).toMatchObject({ live: [{ turnId: 't1' }, { turnId: 't2' }] })
    await leave()
  })
})
