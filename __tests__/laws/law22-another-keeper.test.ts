/** Law 22: what another keeper has left, however it came in; and an enhancer that hides the state from the keeper. */
import { configureStore } from '@reduxjs/toolkit'
import type { StoreEnhancer, UnknownAction } from '@reduxjs/toolkit'
import { signals } from 'redux-turnkeeper'
import type { EndedTurn, Problem } from 'redux-turnkeeper'
import { ActionCreators, instrument } from '../devtools/instrument'
import { pageLoad } from '../persistence/setup'
import { createLab, reloaded } from './lab'
import type { LabOptions, State } from './lab'

/** Parts for stores that the lab does not make. */
function parts(name: string, options: LabOptions = {}) {
  const problems: Problem[] = []
  const page = pageLoad(name, { onProblem: (problem) => void problems.push(problem), ...options })
  return { ...page, problems }
}

describe('law 22: a turn that another keeper has left is unverified, and checked', () => {
  const left = async () => {
    const before = createLab({}, { ids: 'before' })
    await before.start()
    await before.signalEnd({ runId: 'r-t1', reason: 'complete' })
    await before.start('t2')
    const { turnkeeper } = reloaded(before) as State
    return { turnkeeper }
  }

  test('preloaded; what ended before is not told', async () => {
    const lab = createLab({}, { preloadedState: await left() })
    lab.backend.auto.delete('status')
    await lab.dispatch()
    expect([lab.phase(), lab.live()?.turnId, lab.live()?.isUnverified]).toEqual(['thinking', 't2', true])
    await lab.advance(1)
    expect(lab.backend.of('status').map(({ key }) => key)).toEqual(['c1'])
    lab.backend.accept('status', { c1: { status: 'running', runId: 'r-t2' } })
    await lab.dispatch()
    expect(lab.live()?.isUnverified).toBe(false)
    expect([lab.history().length, lab.told]).toEqual([1, []])
  })

  test('mirror: a turn of this very keeper is not', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch({ type: 'app/typed' })
    expect(lab.live()?.isUnverified).toBe(false)
    expect(lab.recorder.types('turnkeeper/internal/keeperAttached')).toHaveLength(1)
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
    store.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
    expect(keeper.selectors.selectIsBusy(store.getState(), 'c1')).toBe(true)
    expect(problems).toEqual([])
    keeper.dispose()
  })
})
