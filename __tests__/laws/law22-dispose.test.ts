/** Law 22: disposing of the keeper leaves no timer, no listener and no request; and nobody waits for what will not come. */
import { endTurn, sessionStatusChanged, signals } from 'redux-turnkeeper'
import { sharedQueue } from 'redux-turnkeeper/sharedQueue'
import { createManualEnvironment, createMemoryQueue } from 'redux-turnkeeper/testing'
import { createLab } from './lab'

describe('law 22: disposing of the keeper', () => {
  const busy = async () => {
    const queue = createMemoryQueue()
    const port = queue.port()
    const subscriptions = { queue: 0, environment: 0 }
    const counted =
      <L>(what: keyof typeof subscriptions, subscribe: (listener: L) => () => void) =>
      (listener: L) => {
        subscriptions[what]++
        const unsubscribe = subscribe(listener)
        return () => {
          subscriptions[what]--
          unsubscribe()
        }
      }
    const environment = createManualEnvironment()
    const lab = createLab(
      { environment: { ...environment, subscribe: counted('environment', environment.subscribe) } },
      { features: [sharedQueue({ ...port, subscribe: counted('queue', port.subscribe) })] },
    )
    lab.backend.auto.clear()
    const { keeper, store } = lab
    await lab.start('t1')
    await lab.dispatch(signals.inputRequested({ conversationId: 'c1', runId: 'r-t1', requestId: 'q' }))
    void store.dispatch(keeper.answerInput({ conversationId: 'c1', requestId: 'q', answer: 'yes' }))
    await lab.dispatch(keeper.stopTurn({ conversationId: 'c1' }))
    await lab.submit('t2', 'c2')
    await lab.dispatch(sessionStatusChanged({ conversationId: 'c3', status: 'ready' }))
    await lab.dispatch(keeper.stopSession({ conversationId: 'c3' }), signals.streamDropped({}))
    void store.dispatch(keeper.reconcileSessions())
    await lab.checkStatus('c1', 'c2')
    return { lab, subscriptions }
  }
  const waiting = (lab: Awaited<ReturnType<typeof busy>>['lab']) =>
    lab.backend.requests.filter(({ state }) => state === 'pending')

  test('where there is no WeakRef, as in older React Natives: the same', async () => {
    const { WeakRef } = globalThis
    Reflect.deleteProperty(globalThis, 'WeakRef')
    try {
      const { lab, subscriptions } = await busy()
      lab.keeper.dispose()
      expect([lab.clock.pending, subscriptions]).toEqual([0, { queue: 0, environment: 0 }])
      expect(waiting(lab).filter(({ signal }) => !signal.aborted)).toEqual([])
    } finally {
      globalThis.WeakRef = WeakRef
    }
  })

  test('aborts every effect in flight, and leaves no timer, no listener and no request', async () => {
    const { lab, subscriptions } = await busy()
    const inFlight = waiting(lab)
    expect(inFlight.map(({ kind }) => kind).sort()).toEqual(
      ['answer', 'listSessions', 'open', 'send', 'status', 'stop', 'stopSession'].sort(),
    )
    expect(inFlight.filter(({ signal }) => signal.aborted)).toEqual([])
    expect([lab.clock.pending, subscriptions]).toEqual([1, { queue: 1, environment: 1 }])
    lab.keeper.dispose()
    expect(inFlight.filter(({ signal }) => !signal.aborted)).toEqual([])
    expect(waiting(lab)).toEqual([])
    expect([lab.clock.pending, subscriptions]).toEqual([0, { queue: 0, environment: 0 }])
  })

  test.each([0, 1, 2])(
    'an answer that came %i microtasks before, and is not read yet, is not told of',
    async (microtasks) => {
      const lab = createLab()
      await lab.submit()
      lab.backend.accept('send', { runId: 'r-t1' })
      for (let i = 0; i < microtasks; i++) await Promise.resolve()
      lab.keeper.dispose()
      const before = lab.recorder.types()
      await lab.dispatch()
      expect(lab.recorder.types()).toEqual(before)
    },
  )

  test('what ends afterwards is not announced, whatever else is dispatched', async () => {
    const { lab } = await busy()
    lab.keeper.dispose()
    await lab.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }), { type: 'app/typed' })
    expect([lab.record('t1')?.outcome, lab.told]).toEqual(['complete', []])
  })

  test('what still comes in changes the state, and leads to nothing', async () => {
    const { lab } = await busy()
    const before = lab.recorder.actions.length
    lab.keeper.dispose()
    await lab.dispatch()
    const requests = lab.backend.requests.length
    await lab.dispatch(signals.streamDropped({}), signals.turnEnded({ turnId: 't2', reason: 'complete' }))
    await lab.advance(600_000, 60_000)
    expect(lab.busy('c2')).toBe(false)
    expect(lab.recorder.types().slice(before)).toEqual([
      'turnkeeper/signals/streamDropped',
      'turnkeeper/signals/turnEnded',
    ])
    expect([lab.backend.requests.length, lab.clock.pending, lab.told]).toEqual([requests, 0, []])
  })

  test('commands after it are not taken, and that is said once: nobody waits for what will not come', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(signals.inputRequested({ conversationId: 'c1', runId: 'r-t1', requestId: 'q' }))
    lab.keeper.dispose()
    const { keeper, store } = lab
    const [before, requests] = [lab.state(), lab.backend.requests.length]
    const prompt = { conversationId: 'c2', turnId: 't2', input: 'hello' }
    expect(store.dispatch(keeper.submitTurn(prompt))).toEqual({ turnId: 't2', taken: false })
    expect(store.dispatch(keeper.steerTurn({ ...prompt, conversationId: 'c1' }))).toMatchObject({
      taken: false,
    })
    expect(store.dispatch(keeper.stopTurn({ conversationId: 'c1' }))).toBe(false)
    expect(store.dispatch(keeper.stopSession({ conversationId: 'c1' }))).toBe(false)
    expect(await store.dispatch(keeper.reconcileSessions())).toBe(false)
    const answer = { conversationId: 'c1', requestId: 'q', answer: 'yes' }
    expect(await store.dispatch(keeper.answerInput(answer))).toBeUndefined()
    store.dispatch(keeper.checkStatus('c1'))
    expect([lab.state() === before, lab.backend.requests.length, lab.busy('c2')]).toEqual([
      true,
      requests,
      false,
    ])
    expect(lab.problems.map(({ kind }) => kind)).toEqual(['disposed'])
  })

  test('mirror: of one store only (`disposed()`): commands in the other are taken', async () => {
    const a = createLab()
    const b = createLab({}, { keeper: a.keeper, clock: a.clock, ids: 'b' })
    await a.dispatch()
    a.store.dispatch(a.keeper.disposed())
    const prompt = { conversationId: 'c1', input: 'hello' }
    expect(a.store.dispatch(a.keeper.submitTurn(prompt))).toMatchObject({ taken: false })
    expect(b.store.dispatch(b.keeper.submitTurn(prompt))).toMatchObject({ taken: true })
  })

  test('twice is once', async () => {
    const { lab } = await busy()
    lab.keeper.dispose()
    expect(() => lab.keeper.dispose()).not.toThrow()
  })
})
