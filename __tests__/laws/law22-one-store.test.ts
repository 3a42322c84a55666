/** Law 22: one store, one keeper. What is a store's own is made in its middleware, and goes when the keeper is disposed of. */
import {
  addListener,
  clearAllListeners,
  combineSlices,
  configureStore,
  createListenerMiddleware,
  removeListener,
} from '@reduxjs/toolkit'
import type { StoreEnhancer, UnknownAction } from '@reduxjs/toolkit'
import {
  createTurnkeeper,
  endTurn,
  inputRequested,
  sessionStatusChanged,
  streamDropped,
  turnEnded,
  turnStarted,
} from 'redux-turnkeeper'
import type { EndedTurn, Problem, TurnkeeperOptions } from 'redux-turnkeeper'
import {
  createManualClock,
  createManualEnvironment,
  createMemoryQueue,
  createScriptedBackend,
} from 'redux-turnkeeper/testing'
import { ActionCreators, instrument } from '../devtools/instrument'
import { createLab } from './lab'

/** Parts for stores that the lab does not make. */
function parts(owner: string, options: TurnkeeperOptions = {}) {
  const clock = createManualClock(1_000_000)
  const backend = createScriptedBackend()
  const problems: Problem[] = []
  let ids = 0
  const keeper = createTurnkeeper({
    ports: backend.ports,
    clock,
    environment: createManualEnvironment(),
    random: () => 0.5,
    createId: () => `${owner}${++ids}`,
    onProblem: (problem) => void problems.push(problem),
    ...options,
  })
  return { clock, backend, problems, keeper, reducer: combineSlices(...keeper.slices) }
}

describe('law 22: two stores of one keeper', () => {
  const two = async () => {
    const a = createLab()
    const b = createLab({}, { keeper: a.keeper, clock: a.clock, ids: 'b' })
    await a.dispatch()
    return { a, b }
  }
  const begin = async ({ a, b }: Awaited<ReturnType<typeof two>>) => {
    await a.start('t1', 'c1')
    await b.dispatch(turnStarted({ conversationId: 'c1', turnId: 'u1', runId: 'r-u1' }))
  }

  test('have the same conversation, and never meet', async () => {
    const both = await two()
    const { a, b } = both
    await begin(both)
    expect([a.live()?.turnId, b.live()?.turnId]).toEqual(['t1', 'u1'])
    expect(a.ledger().owner).not.toBe(b.ledger().owner)
    expect([a.live()?.unverified, b.live()?.unverified]).toEqual([false, false])
    const before = b.state()
    await a.frameEnd({ runId: 'r-t1', reason: 'complete' })
    expect([a.busy(), b.state() === before]).toEqual([false, true])
  })

  test('each look up what is theirs, and hear of their own ends', async () => {
    const both = await two()
    const { a, b } = both
    await begin(both)
    a.backend.world('c1', { status: 'idle', last: { runId: 'r-u1', outcome: 'complete' } })
    await b.dispatch(b.keeper.lookUp('c1'))
    expect([a.busy(), b.busy()]).toEqual([true, false])
    expect(a.told.map(({ turnId }) => turnId)).toEqual(['u1'])
  })

  test('progress that is held back in one passes in the other', async () => {
    const both = await two()
    const { a, b } = both
    await begin(both)
    const dispatched = () => [a, b].map(({ recorder }) => recorder.types('turns/progressed').length)
    for (let i = 0; i < 3; i++) await a.progress('t1')
    expect(dispatched()).toEqual([1, 0])
    await b.progress('u1')
    expect(dispatched()).toEqual([1, 1])
  })

  test('one is disposed of, the other works on', async () => {
    const both = await two()
    const { a, b } = both
    await begin(both)
    await a.submit('t9', 'c9')
    await b.submit('u9', 'c9')
    const [sentByA, sentByB] = ['t9', 'u9'].map((key) => a.backend.of('send').find((one) => one.key === key)!)
    a.store.dispatch(a.keeper.disposed())
    expect([sentByA!.signal.aborted, sentByB!.signal.aborted]).toEqual([true, false])
    await b.advance(20_000)
    expect(a.backend.of('status').length).toBeGreaterThan(0)
    expect([a.live()?.stalled, b.live()?.stalled]).toEqual([false, true])
  })
})

describe.each(['before', 'after'] as const)(
  'law 22: another listener middleware, %s the keeper’s',
  (place) => {
    const open = () => {
      const app = createListenerMiddleware()
      const heard: string[] = []
      const effect = ({ type }: UnknownAction) => void heard.push(type)
      const lab = createLab({}, { [place]: [app.middleware] })
      const hear = () => lab.store.dispatch(addListener({ actionCreator: endTurn, effect }) as UnknownAction)
      return { app, lab, heard, hear, effect }
    }

    test('is added to, removed from and cleared as if the keeper were not there', async () => {
      const { lab, heard, hear, effect } = open()
      const end = () => lab.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }))
      const unsubscribe = hear() as unknown as () => void
      expect(typeof unsubscribe).toBe('function')
      await end()
      expect(heard).toHaveLength(1)
      lab.store.dispatch(removeListener({ actionCreator: endTurn, effect }) as UnknownAction)
      await end()
      expect(heard).toHaveLength(1)
      hear()
      await end()
      lab.store.dispatch(clearAllListeners())
      await end()
      expect(heard).toHaveLength(2)
    })

    test('its being cleared takes nothing from the keeper', async () => {
      const { app, lab } = open()
      await lab.start()
      lab.store.dispatch(clearAllListeners())
      app.clearListeners()
      await lab.dispatch(streamDropped({}))
      expect(lab.backend.of('open').map(({ key }) => key)).toEqual(['dropped'])
      lab.backend.world('c1', { status: 'idle' })
      await lab.advance(10_000)
      expect(lab.told).toHaveLength(1)
    })

    test('the end of the keeper takes nothing from it', async () => {
      const { lab, heard, hear } = open()
      hear()
      lab.keeper.dispose()
      await lab.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }))
      expect(heard).toEqual(['turns/ended'])
    })
  },
)

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
      {
        ports: (ports) => ({
          ...ports,
          sharedQueue: { ...port, subscribe: counted('queue', port.subscribe) },
        }),
      },
    )
    lab.backend.auto.clear()
    const { keeper, store } = lab
    await lab.start('t1')
    await lab.dispatch(inputRequested({ conversationId: 'c1', runId: 'r-t1', requestId: 'q' }))
    void store.dispatch(keeper.answerInput({ conversationId: 'c1', requestId: 'q', answer: 'yes' }))
    await lab.dispatch(keeper.stopTurn({ conversationId: 'c1' }))
    await lab.submit('t2', 'c2')
    await lab.dispatch(sessionStatusChanged({ conversationId: 'c3', status: 'ready' }))
    await lab.dispatch(keeper.stopSession({ conversationId: 'c3' }), streamDropped({}))
    void store.dispatch(keeper.reconcileSessions())
    await lab.lookUp('c1', 'c2')
    return { lab, subscriptions }
  }
  const waiting = (lab: Awaited<ReturnType<typeof busy>>['lab']) =>
    lab.backend.requests.filter(({ state }) => state === 'pending')

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

  test('what still comes in changes the state, and leads to nothing', async () => {
    const { lab } = await busy()
    lab.keeper.dispose()
    await lab.dispatch()
    const before = lab.recorder.actions.length
    const requests = lab.backend.requests.length
    await lab.dispatch(streamDropped({}), turnEnded({ turnId: 't2', reason: 'complete' }))
    await lab.advance(600_000, 60_000)
    expect(lab.busy('c2')).toBe(false)
    expect(lab.recorder.types().slice(before)).toEqual(['stream/dropped', 'turns/ended'])
    expect([lab.backend.requests.length, lab.clock.pending, lab.told]).toEqual([requests, 0, []])
  })

  test('twice is once', async () => {
    const { lab } = await busy()
    lab.keeper.dispose()
    expect(() => lab.keeper.dispose()).not.toThrow()
  })
})

describe('law 22: a live turn with a foreign owner is unverified, and looked up', () => {
  const left = async () => {
    const before = createLab({}, { ids: 'before' })
    await before.start()
    await before.frameEnd({ runId: 'r-t1', reason: 'complete' })
    await before.start('t2')
    const { app: _app, ...kept } = JSON.parse(JSON.stringify(before.state())) as { app?: number }
    return kept
  }

  test('preloaded; what ended before is not told', async () => {
    const lab = createLab({}, { preloadedState: await left() })
    lab.backend.auto.delete('status')
    await lab.dispatch()
    expect([lab.phase(), lab.live()?.turnId, lab.live()?.unverified]).toEqual(['thinking', 't2', true])
    await lab.advance(1)
    expect(lab.backend.of('status').map(({ key }) => key)).toEqual(['c1'])
    lab.backend.accept('status', { c1: { status: 'running', runId: 'r-t2' } })
    await lab.dispatch()
    expect(lab.live()?.unverified).toBe(false)
    expect([lab.history().length, lab.told]).toEqual([1, []])
  })

  test('mirror: a turn of this very keeper is not', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch({ type: 'app/typed' })
    expect(lab.live()?.unverified).toBe(false)
    expect(lab.recorder.types('keeper/attached')).toHaveLength(1)
  })

  test('rehydrated by an action of somebody else’s', async () => {
    const kept = await left()
    const told: EndedTurn[] = []
    const { keeper, reducer, clock, backend } = parts('k', {
      onTurnEnded: (record) => void told.push(record),
    })
    const store = configureStore({
      reducer: (state: ReturnType<typeof reducer> | undefined, action: UnknownAction) =>
        action.type === 'persist/REHYDRATE' ? (kept as ReturnType<typeof reducer>) : reducer(state, action),
      middleware: (gDM) => gDM().prepend(keeper.middleware),
      devTools: false,
    })
    store.dispatch({ type: 'persist/REHYDRATE' })
    expect(keeper.selectors.selectIsUnverified(store.getState(), 'c1')).toBe(true)
    await clock.advanceAsync(1)
    expect(backend.of('status').map(({ key }) => key)).toEqual(['c1'])
    expect(told).toEqual([])
    keeper.dispose()
  })

  test('imported in the DevTools', async () => {
    const kept = await left()
    const { keeper, reducer, clock, backend } = parts('k')
    const store = configureStore({
      reducer,
      middleware: (gDM) => gDM().prepend(keeper.middleware),
      devTools: false,
      enhancers: (gDE) => gDE({ autoBatch: false }).concat(instrument() as StoreEnhancer),
    })
    store.dispatch({ type: 'app/typed' })
    const { liftedStore } = store as unknown as { liftedStore: { dispatch(action: unknown): void } }
    const state = { ...store.getState(), ...kept }
    liftedStore.dispatch(
      ActionCreators.importState({
        actionsById: { 0: { type: 'PERFORM_ACTION', action: { type: '@@INIT' }, timestamp: 0 } },
        nextActionId: 1,
        stagedActionIds: [0],
        skippedActionIds: [],
        committedState: state,
        currentStateIndex: 0,
        computedStates: [{ state }],
      } as never),
    )
    store.dispatch({ type: 'app/typed' })
    expect(keeper.selectors.selectIsUnverified(store.getState(), 'c1')).toBe(true)
    await clock.advanceAsync(1)
    expect(backend.of('status').map(({ key }) => key)).toEqual(['c1'])
    keeper.dispose()
  })
})

describe('law 22: a DevTools enhancer in the wrong place', () => {
  const open = (place: 'prepend' | 'concat') => {
    const { keeper, reducer, problems } = parts('k')
    const store = configureStore({
      reducer,
      middleware: (gDM) =>
        gDM({ serializableCheck: false, immutableCheck: false }).prepend(keeper.middleware),
      devTools: false,
      enhancers: (gDE) => {
        const devtools = instrument() as StoreEnhancer
        const own = gDE({ autoBatch: false })
        return place === 'prepend' ? own.prepend(devtools) : own.concat(devtools)
      },
    })
    return { keeper, problems, store }
  }

  test('prepended, the middleware sees its lifted state: that is said, with what to do about it', async () => {
    const { keeper, problems } = open('prepend')
    await Promise.resolve()
    expect(problems.map(({ kind }) => kind)).toEqual(['lifted state'])
    expect(problems[0]?.message).toMatch(/DevTools enhancer stands before the middleware.*put it last/)
    keeper.dispose()
  })

  test('mirror: in its place nothing is said', async () => {
    const { keeper, problems, store } = open('concat')
    await Promise.resolve()
    store.dispatch(turnStarted({ conversationId: 'c1', turnId: 't1' }))
    expect(keeper.selectors.selectIsBusy(store.getState(), 'c1')).toBe(true)
    expect(problems).toEqual([])
    keeper.dispose()
  })
})
