import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper, endTurn } from 'redux-turnkeeper'
import type { PortContext, SendRequest } from 'redux-turnkeeper'
import {
  createManualClock,
  createManualEnvironment,
  createScriptedBackend,
  flushMicrotasks,
} from 'redux-turnkeeper/testing'

const send = (turnId: string): SendRequest => ({
  conversationId: 'c1',
  turnId,
  input: 'hello',
  mode: 'start',
  hidden: false,
  attempt: 1,
})
const context = (signal = new AbortController().signal): PortContext => ({
  signal,
  dispatch: (action: unknown) => action as never,
  getState: () => null,
})

describe('scripted backend', () => {
  test('records a request and holds it until the test answers', async () => {
    const backend = createScriptedBackend()
    const answer = backend.ports.sendTurn(send('t1'), context())
    expect(backend.requests).toMatchObject([
      { kind: 'send', key: 't1', request: { input: 'hello' }, state: 'pending' },
    ])
    backend.accept('send', { runId: 'r1' })
    await expect(answer).resolves.toEqual({ status: 'accepted', runId: 'r1' })
    expect(backend.of('send', 'pending')).toEqual([])
  })

  test('answers the oldest that waits, or the one with the key', async () => {
    const backend = createScriptedBackend()
    const first = backend.ports.sendTurn(send('t1'), context())
    const second = backend.ports.sendTurn(send('t2'), context())
    backend.refuse('send', { reason: 'busy' }, 't2')
    backend.accept('send')
    await expect(first).resolves.toEqual({ status: 'accepted' })
    await expect(second).resolves.toEqual({ status: 'refused', reason: 'busy' })
  })

  test('a lost request rejects; a stop that is refused has no active turn unless told otherwise', async () => {
    const backend = createScriptedBackend()
    const lost = backend.ports.sendTurn(send('t1'), context())
    backend.lose('send')
    await expect(lost).rejects.toThrow('network error')
    const stop = backend.ports.stopTurn({ conversationId: 'c1', turnId: 't1', runIds: [] }, context())
    backend.refuse('stop')
    await expect(stop).resolves.toEqual({ status: 'refused', reason: 'no_active_turn' })
  })

  test('status checks are answered from the world, for what it describes', async () => {
    const backend = createScriptedBackend()
    backend.world('c1', { status: 'running', runId: 'r1' })
    backend.world('__proto__', { status: 'idle' })
    const answer = await backend.ports.fetchStatus(['c1', 'c2', '__proto__'], context())
    expect(Object.entries(answer)).toEqual([
      ['c1', { status: 'running', runId: 'r1' }],
      ['__proto__', { status: 'idle' }],
    ])
  })

  test('status checks wait like the rest when they are taken off auto, and tell the world of the time of the answer', async () => {
    const backend = createScriptedBackend()
    backend.auto.delete('status')
    const answer = backend.ports.fetchStatus(['c1'], context())
    await flushMicrotasks()
    expect(backend.of('status', 'pending')).toHaveLength(1)
    backend.world('c1', { status: 'idle' })
    backend.accept('status')
    await expect(answer).resolves.toEqual({ c1: { status: 'idle' } })
  })

  test('an aborted request rejects with the reason and waits no longer', async () => {
    const backend = createScriptedBackend()
    const controller = new AbortController()
    const answer = backend.ports.sendTurn(send('t1'), context(controller.signal))
    controller.abort(new Error('disposed'))
    await expect(answer).rejects.toThrow('disposed')
    expect(backend.requests[0]?.state).toBe('aborted')
    expect(() => backend.accept('send')).toThrow('no send request waits. It received: send t1 (aborted)')
  })

  test('a request carries what the port was called with: the signal, and the store that asks', async () => {
    const backend = createScriptedBackend()
    const given = context()
    void backend.ports.sendTurn(send('t1'), given)
    void backend.ports.listSessions(given)
    expect(backend.requests.map((request) => [request.context, request.signal])).toEqual([
      [given, given.signal],
      [given, given.signal],
    ])
    expect(backend.requests.every((request) => request.context === given)).toBe(true)
    backend.accept('send')
    backend.accept('listSessions')
  })

  test('serves a keeper: each request carries the dispatch and getState of the store', async () => {
    const backend = createScriptedBackend()
    const keeper = createTurnkeeper({
      ports: backend.ports,
      clock: createManualClock(),
      environment: createManualEnvironment(),
    })
    const store = configureStore({
      reducer: { [keeper.reducerPath]: keeper.reducer },
      middleware: (gDM) =>
        gDM({ serializableCheck: false, immutableCheck: false }).prepend(keeper.middleware),
    })
    store.dispatch(keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: 'hello' }))
    await flushMicrotasks()
    const [sent] = backend.of('send')
    expect(sent?.context.getState()).toBe(store.getState())
    sent?.context.dispatch(endTurn({ turnId: 't1', reason: 'cancelled' }))
    expect(keeper.selectors.selectIsBusy(store.getState(), 'c1')).toBe(false)
    keeper.dispose()
  })

  test('eleven status checks at once give no warning of a leak', async () => {
    const warnings: Error[] = []
    const heard = (warning: Error) => void warnings.push(warning)
    process.on('warning', heard)
    const backend = createScriptedBackend()
    backend.auto.delete('status')
    const keeper = createTurnkeeper({
      ports: backend.ports,
      clock: createManualClock(),
      environment: createManualEnvironment(),
    })
    const store = configureStore({
      reducer: { [keeper.reducerPath]: keeper.reducer },
      middleware: (gDM) =>
        gDM({ serializableCheck: false, immutableCheck: false }).prepend(keeper.middleware),
    })
    for (let i = 0; i < 40; i += 1) store.dispatch(keeper.checkStatus(`c${i}`))
    await flushMicrotasks()
    expect(backend.of('status', 'pending')).toHaveLength(40)
    keeper.dispose()
    await flushMicrotasks()
    process.off('warning', heard)
    expect(warnings).toEqual([])
  })
})
