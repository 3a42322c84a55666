/** Law 22: without a page, as on a server, no timer runs and nothing is asked, unless an option asks for it. */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper, endTurn, signals, turnSettled } from 'redux-turnkeeper'
import type { TurnkeeperOptions } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment, createScriptedBackend } from 'redux-turnkeeper/testing'
import { pageEnvironment } from '../../src/environment'
import { createLab } from './lab'
import type { LabOptions } from './lab'

const createServer = (options: LabOptions = {}) =>
  createLab({ environment: createManualEnvironment({ page: false }), ...options })

describe('law 22: without a page', () => {
  test('a turn that runs leads to no timer and no request', async () => {
    const lab = createServer()
    await lab.dispatch(
      signals.turnStarted({ conversationId: 'c1', turnId: 't1' }),
      signals.streamDropped({}),
      signals.turnEnded({ conversationId: 'c1', reason: 'complete' }),
    )
    expect([lab.busy(), lab.clock.pending]).toEqual([true, 0])
    await lab.advance(600_000, 60_000)
    expect([lab.busy(), lab.clock.pending, lab.backend.requests]).toEqual([true, 0, []])
  })

  test('nor does one that another page has left, and that is rendered here', async () => {
    const before = createLab()
    await before.start()
    const lab = createLab(
      { environment: createManualEnvironment({ page: false }) },
      { preloadedState: { turnkeeper: before.state() }, ids: 'server' },
    )
    await lab.dispatch({ type: 'app/typed' })
    await lab.advance(60_000)
    expect([lab.phase(), lab.clock.pending, lab.backend.requests]).toEqual(['thinking', 0, []])
    expect(lab.turns()).toBe(before.turns())
  })

  test('commands that need a request do nothing, and say so once: nobody waits for what will not come', async () => {
    const lab = createServer()
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
    const before = lab.state()
    const { keeper, store } = lab
    const prompt = { conversationId: 'c1', input: 'hello' }
    expect(store.dispatch(keeper.submitTurn(prompt))).toMatchObject({ taken: false })
    expect(store.dispatch(keeper.steerTurn(prompt))).toMatchObject({ taken: false })
    expect(store.dispatch(keeper.stopTurn({ conversationId: 'c1' }))).toBe(false)
    expect(store.dispatch(keeper.stopSession({ conversationId: 'c1' }))).toBe(false)
    expect(await store.dispatch(keeper.reconcileSessions())).toBe(false)
    store.dispatch(keeper.checkStatus('c1'))
    await lab.dispatch()
    expect([lab.state() === before, lab.backend.requests]).toEqual([true, []])
    expect(lab.problems.map(({ kind }) => kind)).toEqual(['no page'])
    expect(lab.problems[0]?.message).toContain('runWithoutPage')
  })

  test('mirror: signals, ends and announcements are as ever', async () => {
    const lab = createServer()
    await lab.dispatch(
      signals.turnStarted({ conversationId: 'c1', turnId: 't1' }),
      endTurn({ conversationId: 'c1', reason: 'complete' }),
    )
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
    expect(lab.told.map(({ turnId }) => turnId)).toEqual(['t1'])
    expect(lab.recorder.actions.filter(turnSettled.match)).toHaveLength(1)
  })

  test('mirror: an app without ports, which makes its requests itself, submits as ever', async () => {
    const lab = createServer({ ports: {} })
    const prompt = { conversationId: 'c1', turnId: 't1', input: 'hello' }
    expect(lab.store.dispatch(lab.keeper.submitTurn(prompt))).toEqual({ turnId: 't1', taken: true })
    expect(lab.busy()).toBe(true)
  })

  test('mirror: with runWithoutPage a turn is sent, checked and ended as on a page', async () => {
    const lab = createServer({ runWithoutPage: true })
    await lab.start()
    expect([lab.sent(), lab.clock.pending]).toEqual([['t1'], 1])
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(20_000)
    expect(lab.last()).toMatchObject({ turnId: 't1', reason: 'rescued' })
    expect(lab.backend.of('status').length).toBeGreaterThan(0)
  })
})

describe('law 22: what counts as a page', () => {
  const globals = globalThis as Record<string, unknown>
  const known = { window: globals['window'], document: globals['document'] }
  afterEach(() => {
    for (const [name, value] of Object.entries(known))
      if (value === undefined) Reflect.deleteProperty(globals, name)
      else globals[name] = value
    if (navigatorOf) Object.defineProperty(globals, 'navigator', navigatorOf)
  })
  const navigatorOf = Object.getOwnPropertyDescriptor(globals, 'navigator')

  /** A keeper with the environment that it finds, a turn at work, and the clock moved on. */
  const run = async (options: Partial<TurnkeeperOptions> = {}) => {
    const clock = createManualClock(1_000_000)
    const { ports, ...backend } = createScriptedBackend()
    const keeper = createTurnkeeper({ ports, clock, ...options })
    const store = configureStore({
      reducer: { [keeper.reducerPath]: keeper.reducer },
      middleware: (gDM) => gDM().prepend(keeper.middleware),
      devTools: false,
    })
    store.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
    await clock.advanceAsync(20_000)
    const asked = backend.of('status').length
    keeper.dispose()
    return asked
  }

  test('Node has none', async () => {
    expect(pageEnvironment().page).toBe(false)
    expect(await run()).toBe(0)
    expect(await run({ runWithoutPage: true })).toBeGreaterThan(0)
  })

  test('a document is one, looked for when it is needed', async () => {
    const environment = pageEnvironment()
    globals['document'] = { hidden: false, addEventListener: () => undefined }
    expect(environment.page).toBe(true)
    expect(await run()).toBeGreaterThan(0)
  })

  test('React Native is one: it has a window that cannot be listened to, and no document', async () => {
    globals['window'] = globalThis
    Object.defineProperty(globals, 'navigator', { value: { product: 'ReactNative' }, configurable: true })
    expect('addEventListener' in globalThis).toBe(false)
    expect(pageEnvironment().page).toBe(true)
    expect(await run()).toBeGreaterThan(0)
  })

  test('an environment of the app’s own that does not say counts as one', async () => {
    const environment = { hidden: () => false, subscribe: () => () => undefined }
    expect(await run({ environment: environment as never })).toBeGreaterThan(0)
  })
})
