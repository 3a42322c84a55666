/** The code about pages and platforms does what its pages say: reload, tabs, servers, devices, StrictMode, several backends, tests. */
import { createElement, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import type { ComponentType } from 'react'
import { signals } from 'redux-turnkeeper'
import type { Ports, TurnkeeperOptions } from 'redux-turnkeeper'
import { sharedQueue } from 'redux-turnkeeper/sharedQueue'
import type { SharedQueuePort } from 'redux-turnkeeper/sharedQueue'
import { createScriptedBackend, flushMicrotasks } from 'redux-turnkeeper/testing'
import { conversationId, createApp, watch } from './app'
import type { Made } from './app'
import { createStorage } from './platform'
import { createBrowser } from './browser'
import { createWorld } from './world'
import type { World } from './runner'

type Opened = ReturnType<typeof createWorld>

const worlds: Opened[] = []
afterEach(() => worlds.splice(0).forEach((world) => world.dispose()))
function openWorld(given: World = {}): Opened {
  const world = createWorld(given)
  worlds.push(world)
  world.server.answer = () => new Promise<Response>(() => undefined)
  return world
}
/** The packages write on their own timers: those of the platform run. */
const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 10_000 && !holds(); i += 1) await flushMicrotasks()
  expect(holds()).toBe(true)
}
const render = (component: unknown, props: object = {}): string =>
  renderToString(createElement(component as ComponentType<object>, props)).replaceAll('<!-- -->', '')

describe('a reload', () => {
  test.each(['persisted.ts', 'remembered.ts', 'kept.ts'])(
    '%s: what was running is unverified, and busy',
    async (file) => {
      const storage = createStorage()
      const kept = { localStorage: storage, sessionStorage: storage }
      const load = async () => {
        const world = openWorld({ globals: kept })
        const exported = await world.run<
          Partial<Made> & { persistor?: { pause(): void; flush(): Promise<void> } }
        >('reload', file)
        const made = exported.store ? exported : await world.run<Made>('README', 'store.ts')
        await flushMicrotasks()
        return { world, app: watch(made as Made), persistor: exported.persistor }
      }
      const first = await load()
      await first.app.dispatch(first.app.keeper.submitTurn({ conversationId, turnId: 't1', input: 'hello' }))
      await first.app.dispatch(signals.turnStarted({ conversationId, turnId: 't1' }))
      await first.persistor?.flush()
      await until(() => [...storage.items.values()].some((text) => text.includes('t1')))
      first.persistor?.pause()
      first.world.dispose()

      const second = await load()
      const { selectActiveTurnId, selectIsUnverified } = second.app.selectors
      await until(() => selectActiveTurnId(second.app.store.getState(), conversationId) === 't1')
      await second.world.clock.advanceAsync(1_000)
      expect(selectIsUnverified(second.app.store.getState(), conversationId)).toBe(true)
      expect(second.world.requests.map(({ path }) => path)).toEqual(['/status?ids=c1'])
      second.persistor?.pause()
    },
  )
})

test('tabs: what waits in one shows in the other, and is sent once', async () => {
  const browser = createBrowser()
  const open = async () => {
    const world = openWorld({ globals: browser })
    const { createSharedQueue } = await world.run<{
      createSharedQueue(name: string): SharedQueuePort
    }>('tabs', 'sharedQueue.ts')
    const { ports } = await world.run<{ ports: Ports }>('README', 'ports.ts')
    world.server.answer = ({ path }) =>
      Response.json(path.startsWith('/status') ? { c1: { running: null, last: null } } : { runId: path })
    return { world, app: createApp(world, ports, { features: [sharedQueue(createSharedQueue('queue'))] }) }
  }
  const [one, other] = [await open(), await open()]
  await one.app.dispatch(one.app.keeper.submitTurn({ conversationId, turnId: 't1', input: 'first' }))
  await one.app.dispatch(one.app.keeper.submitTurn({ conversationId, turnId: 't2', input: 'second' }))
  await flushMicrotasks()
  const queueOf = ({ app }: typeof one) => app.selectors.selectQueue(app.store.getState(), conversationId)
  expect([queueOf(one), queueOf(other)]).toMatchObject([[{ turnId: 't2' }], [{ turnId: 't2' }]])
  await one.app.dispatch({ type: 'turnkeeper/endTurn', payload: { turnId: 't1', reason: 'complete' } })
  for (const { world } of [one, other]) await world.clock.advanceAsync(60_000)
  const sent = [one, other].flatMap(({ world }) =>
    world.requests.filter(({ body }) => body['text'] === 'second'),
  )
  expect(sent).toHaveLength(1)
  for (const { app } of [one, other]) await app.dispatch(app.keeper.disposed())
})

describe('server rendering', () => {
  test('on a server the page renders, and nothing runs', async () => {
    const world = openWorld({
      options: { environment: { page: false, hidden: () => false, subscribe: () => () => undefined } },
    })
    const { keeper, makeStore } = await world.run<{
      keeper: Made['keeper']
      makeStore(state?: object): Made['store']
    }>('server-rendering', 'makeStore.ts')
    const { StoreProvider } = await world.run<{ StoreProvider: unknown }>(
      'server-rendering',
      'StoreProvider.tsx',
    )
    const { Status } = await world.run<{ Status: unknown }>('server-rendering', 'Status.tsx')
    const { default: Layout } = await world.run<{ default: unknown }>('server-rendering', 'layout.tsx')
    const status = createElement(Status as ComponentType<object>, { conversationId } as object)
    expect(render(Layout, { children: status })).toBe('<html lang="en"><head></head><body></body></html>')
    expect(render(StoreProvider, { children: status })).toBe('')

    const store = makeStore()
    store.dispatch(signals.turnStarted({ conversationId, runId: 'r1' }))
    await world.clock.advanceAsync(600_000)
    expect(keeper.selectors.selectPhase(store.getState(), conversationId)).toBe('thinking')
    expect([world.clock.pending, world.requests]).toEqual([0, []])

    const client = openWorld()
    const browser = await client.run<{ makeStore(state: unknown): Made['store']; keeper: Made['keeper'] }>(
      'server-rendering',
      'makeStore.ts',
    )
    const hydrated = watch({ keeper: browser.keeper, store: browser.makeStore(store.getState()) })
    await flushMicrotasks()
    await client.clock.advanceAsync(1)
    expect(hydrated.selectors.selectIsUnverified(hydrated.store.getState(), conversationId)).toBe(true)
    expect(client.requests).toMatchObject([{ path: '/status?ids=c1' }])
  })
})

describe('React Native', () => {
  test('a background app asks nothing by routine, and everything when it is in front again', async () => {
    const world = openWorld()
    const { environment } = await world.run<{ environment: NonNullable<TurnkeeperOptions['environment']> }>(
      'react-native',
      'environment.ts',
    )
    const backend = createScriptedBackend()
    const app = createApp(world, backend.ports, { environment })
    await app.dispatch(signals.turnStarted({ conversationId, runId: 'r1' }))
    world.device.become('background')
    await world.clock.advanceAsync(60_000)
    expect(backend.of('status')).toEqual([])
    world.device.become('active')
    await flushMicrotasks()
    expect(backend.of('status')).toMatchObject([{ key: 'c1' }])
    world.device.connect(false)
    world.device.connect(true)
    await flushMicrotasks()
    expect(backend.of('status').length).toBeGreaterThan(1)
    await app.dispatch(app.keeper.disposed())
    expect(world.device.listeners()).toBe(0)
  })
})

describe('React', () => {
  test('StrictMode: the widget renders', async () => {
    const world = openWorld()
    const { Widget } = await world.run<{ Widget: ComponentType }>('strict-mode', 'Widget.tsx')
    expect(renderToString(createElement(StrictMode, null, createElement(Widget)))).toBe('<p>idle</p>')
  })

  test('a composer and a row', async () => {
    const world = openWorld()
    const { App } = await world.run<{ App: unknown }>('react', 'App.tsx')
    const app = watch(await world.run<Made>('README', 'store.ts'))
    expect(render(App)).toContain('<button>Send</button></form>')
    await app.dispatch(app.keeper.submitTurn({ conversationId, turnId: 't1', input: 'hello' }))
    expect(render(App)).toContain('Stop (submitted, 0 s)')
  })
})

describe('several backends', () => {
  test('a restart of one concerns only its own turns; one that is down does not delay the other', async () => {
    const world = openWorld()
    const { ports, listen } = await world.run<{
      ports: Ports
      listen(server: string, dispatch: unknown): void
    }>('several-backends', 'backends.ts')
    const app = createApp(world, ports)
    for (const server of ['eu', 'us']) listen(server, app.store.dispatch)
    const [eu, us] = world.sources
    eu!.tell({ type: 'hello', boot: 'e1', thread: '', turn: '' })
    us!.tell({ type: 'hello', boot: 'u1', thread: '', turn: '' })
    eu!.tell({ type: 'started', boot: 'e1', thread: '1', turn: 't1' })
    us!.tell({ type: 'started', boot: 'u1', thread: '1', turn: 't2' })
    const isUnverified = (id: string) => app.selectors.selectIsUnverified(app.store.getState(), id)
    eu!.tell({ type: 'started', boot: 'e1', thread: '1', turn: 't1' })
    expect([isUnverified('eu/1'), isUnverified('us/1')]).toEqual([false, false])
    eu!.tell({ type: 'hello', boot: 'e2', thread: '', turn: '' })
    expect([isUnverified('eu/1'), isUnverified('us/1')]).toEqual([true, false])

    world.server.answer = ({ path }) => {
      if (path.includes('us.')) throw new TypeError('refused')
      return Response.json({ 'eu/1': { status: 'idle' } })
    }
    await world.clock.advanceAsync(20_000)
    expect([app.selectors.selectIsBusy(app.store.getState(), 'eu/1'), isUnverified('us/1')]).toEqual([
      false,
      false,
    ])
    expect(app.selectors.selectIsBusy(app.store.getState(), 'us/1')).toBe(true)
    us!.tell({ type: 'ended', boot: 'u1', thread: '1', turn: 't2' })
    expect(app.ends()).toEqual(['t1 interrupted interrupted inferred', 't2 complete complete witnessed'])
    await app.dispatch(app.keeper.disposed())
  })
})

describe('options and the reducer alone', () => {
  test('a nested keeper is found', async () => {
    const world = openWorld()
    const app = watch(await world.run<Made>('reference-options', 1))
    await app.dispatch(signals.turnStarted({ conversationId, runId: 'r1' }))
    expect(app.phase()).toBe('thinking')
    expect(Object.keys(app.store.getState() as object)).toEqual(['chat'])
    expect(world.problems).toEqual([])
  })

  test('without the middleware an ending that names no turn ends one that has started', async () => {
    const { isBusy, end } = await openWorld().run<{ isBusy(): boolean; end(): void }>('faq', 2)
    expect(isBusy()).toBe(true)
    end()
    expect(isBusy()).toBe(false)
  })
})

describe('testing', () => {
  const world = createWorld()
  afterAll(() => world.dispose())
  test('the test of the page holds', async () => {
    await world.run('testing', 1)
    expect(world.examples).toHaveLength(1)
    await world.examples[0]![1]()
  })
  test('the recorder tells the story that stands beside it', async () => {
    const { createRecordedStore } = await world.run<{ createRecordedStore(): string }>('testing', 2)
    expect(createRecordedStore()).toBe('turnkeeper/signals/turnStarted stream conversationId=c1 runId=r1')
  })
})
