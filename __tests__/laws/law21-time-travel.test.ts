/**
 * Law 21: nothing happens because of time travel.
 *
 * With the real `@redux-devtools/instrument`, in its real place: inside the middleware, so that `getState()` gives the
 * viewed state while a dispatch reduces onto the newest one, and under a lock onto none.
 */
import type { InstrumentExt } from '@redux-devtools/instrument'
import { combineSlices, configureStore } from '@reduxjs/toolkit'
import type { StoreEnhancer, UnknownAction } from '@reduxjs/toolkit'
import {
  checkDue,
  createTurnkeeper,
  endTurn,
  inputRequested,
  sessionStatusChanged,
  streamDropped,
  streamOpened,
  turnProgressed,
  turnStarted,
} from 'redux-turnkeeper'
import type { EndedTurn, TurnkeeperOptions } from 'redux-turnkeeper'
import {
  createManualClock,
  createManualEnvironment,
  createRecorder,
  createScriptedBackend,
} from 'redux-turnkeeper/testing'
import { ActionCreators, instrument } from '../devtools/instrument'
import { createRandom } from '../random'
import { createLab as createLawLab } from './lab'

type Lifted = InstrumentExt<unknown, UnknownAction, null>['liftedStore']

const LOOK_UP_AFTER = 10_000
const RECHECK_AFTER = 5_000
const TWENTY_PERIODS = 20 * LOOK_UP_AFTER

function createLab(options: TurnkeeperOptions = {}, owner = 'k') {
  const clock = createManualClock(1_000_000)
  const backend = createScriptedBackend()
  const recorder = createRecorder()
  const ended: EndedTurn[] = []
  let ids = 0
  const keeper = createTurnkeeper({
    ports: backend.ports,
    clock,
    environment: createManualEnvironment(),
    random: () => 0.5,
    createId: () => `${owner}${++ids}`,
    lookUpAfter: LOOK_UP_AFTER,
    recheckAfter: RECHECK_AFTER,
    onTurnEnded: (record) => void ended.push(record),
    ...options,
  })
  const store = configureStore({
    reducer: combineSlices(...keeper.slices, {
      app: (state: number = 0, { type }: UnknownAction) => (type === 'app/typed' ? state + 1 : state),
    }),
    middleware: (gDM) =>
      gDM({ serializableCheck: { warnAfter: 10_000 }, immutableCheck: { warnAfter: 10_000 } })
        .prepend(keeper.middleware)
        .concat(recorder.middleware),
    devTools: false,
    enhancers: (gDE) => gDE({ autoBatch: false }).concat(instrument() as StoreEnhancer),
  })
  const lifted = (store as unknown as { liftedStore: Lifted }).liftedStore
  const { selectors } = keeper

  const lab = {
    clock,
    backend,
    recorder,
    ended,
    keeper,
    store,
    lifted,
    /** What a user does in the DevTools panel. */
    devtools: {
      jump: (index: number) => void lifted.dispatch(ActionCreators.jumpToState(index)),
      /** To just before the first staged action of this type. */
      jumpBefore: (type: string) => lab.devtools.jump(lab.indexOf(type) - 1),
      jumpTo: (type: string) => lab.devtools.jump(lab.indexOf(type)),
      live: () => lab.devtools.jump(lifted.getState().stagedActionIds.length - 1),
      toggle: (type: string) =>
        void lifted.dispatch(
          ActionCreators.toggleAction(lifted.getState().stagedActionIds[lab.indexOf(type)]!),
        ),
      lock: (locked: boolean) => void lifted.dispatch(ActionCreators.lockChanges(locked)),
      pause: (paused: boolean) => void lifted.dispatch(ActionCreators.pauseRecording(paused)),
      commit: () => void lifted.dispatch(ActionCreators.commit()),
      rollback: () => void lifted.dispatch(ActionCreators.rollback()),
      reset: () => void lifted.dispatch(ActionCreators.reset()),
      sweep: () => void lifted.dispatch(ActionCreators.sweep()),
      import: (state: unknown) => void lifted.dispatch(ActionCreators.importState(state as never)),
    },
    indexOf(type: string): number {
      const { actionsById, stagedActionIds } = lifted.getState()
      const index = stagedActionIds.findIndex((id) => actionsById[id]!.action.type === type)
      if (index < 0)
        throw new Error(
          `No ${type} among ${stagedActionIds.map((id) => actionsById[id]!.action.type).join(', ')}`,
        )
      return index
    },
    /** The newest state there is, whichever is viewed. */
    tip: () => lifted.getState().computedStates.at(-1)!.state as ReturnType<typeof store.getState>,
    phase: (conversationId = 'c1') => selectors.selectPhase(store.getState(), conversationId),
    advance: (ms: number, step = 1_000) => clock.advanceAsync(ms, step),
    dispatch: async (...actions: readonly unknown[]) => {
      for (const action of actions) store.dispatch(action as never)
      await clock.advanceAsync(0)
    },
    progress: (conversationId = 'c1') =>
      lab.dispatch(turnProgressed({ conversationId, runId: `r-${conversationId}`, kind: 'output' })),
    /** A turn that the server runs and that has shown life. */
    async start(conversationId = 'c1', turnId = `t-${conversationId}`) {
      const runId = `r-${conversationId}`
      await lab.dispatch(keeper.submitTurn({ conversationId, turnId, input: 'hello' }))
      backend.accept('send', { runId }, turnId)
      await lab.dispatch(turnStarted({ conversationId, runId }))
      backend.world(conversationId, { status: 'running', runId })
    },
    /** Requests and actions of the keeper's since the last call. */
    take() {
      const taken = {
        requests: backend.requests.slice(lab.seen).map((r) => `${r.kind} ${r.key}`),
        actions: recorder.types(),
      }
      lab.seen = backend.requests.length
      recorder.clear()
      return taken
    },
    seen: 0,
  }
  return lab
}

type Lab = ReturnType<typeof createLab>

/** Each turn that ended did so once, and was told of once. */
function expectOneEndEach(lab: Lab): void {
  const settled = lab.keeper.selectors.selectHistory(lab.store.getState()).map(({ turnId }) => turnId)
  expect(settled).toEqual([...new Set(settled)])
  const told = lab.ended.map(({ turnId }) => turnId)
  expect(told).toEqual([...new Set(told)])
}

const labs: Lab[] = []
const open = (...args: Parameters<typeof createLab>): Lab => {
  const lab = createLab(...args)
  labs.push(lab)
  return lab
}
afterEach(() => {
  for (const lab of labs.splice(0)) {
    lab.keeper.dispose()
    expect(lab.clock.pending).toBe(0)
  }
})

describe('law 21: while the view is frozen by a jump', () => {
  test('no request leaves and nothing spins: at most 5 dispatches in the time of 20 periods', async () => {
    const lab = open()
    await lab.start()
    lab.take()
    lab.devtools.jumpBefore('turns/submitted')
    await lab.advance(TWENTY_PERIODS)
    const { requests, actions } = lab.take()
    expect(requests).toEqual([])
    expect(actions.length).toBeLessThanOrEqual(5)
    lab.devtools.live()
    expect(lab.phase()).toBe('thinking')
    expect(lab.ended).toEqual([])
  })

  test('the same in the middle of a turn, with its deadline in view', async () => {
    const lab = open()
    await lab.start()
    await lab.dispatch({ type: 'app/typed' })
    await lab.advance(2_000)
    await lab.progress()
    lab.take()
    lab.devtools.jumpTo('turns/started')
    await lab.advance(TWENTY_PERIODS)
    const { requests, actions } = lab.take()
    expect(requests).toEqual([])
    expect(actions.length).toBeLessThanOrEqual(5)
  })

  test('the same after a jump over actions of others, which leaves the turns as they are', async () => {
    const lab = open()
    await lab.start()
    await lab.dispatch({ type: 'app/typed' }, { type: 'app/typed' }, { type: 'app/typed' })
    lab.take()
    lab.devtools.jump(lab.lifted.getState().stagedActionIds.length - 3)
    await lab.advance(TWENTY_PERIODS)
    const { requests, actions } = lab.take()
    expect(requests).toEqual([])
    expect(actions.length).toBeLessThanOrEqual(5)
  })

  test('the same when the app goes on dispatching', async () => {
    const lab = open()
    await lab.start()
    lab.devtools.jumpTo('turns/started')
    await lab.dispatch({ type: 'app/typed' })
    lab.take()
    for (let i = 0; i < 20; i += 1) {
      await lab.advance(LOOK_UP_AFTER)
      await lab.dispatch({ type: 'app/typed' })
    }
    const { requests, actions } = lab.take()
    expect(requests).toEqual([])
    expect(actions.filter((type) => type !== 'app/typed').length).toBeLessThanOrEqual(5)
  })

  test('when the view is live again so is the keeper: the overdue look-up leaves, and the turn ends once', async () => {
    const lab = open()
    await lab.start()
    lab.devtools.jumpBefore('turns/submitted')
    await lab.advance(TWENTY_PERIODS)
    lab.take()
    lab.backend.world('c1', { status: 'idle', last: { runId: 'r-c1', outcome: 'complete' } })
    lab.devtools.live()
    await lab.advance(120_000)
    expect(lab.take().requests).toContain('status c1')
    expect(lab.phase()).toBe('idle')
    expect(lab.ended.map(({ turnId, outcome }) => [turnId, outcome])).toEqual([['t-c1', 'complete']])
    expectOneEndEach(lab)
  })

  test('streaming that goes on keeps its turn alive', async () => {
    const lab = open()
    await lab.start()
    lab.devtools.jumpBefore('turns/submitted')
    for (let i = 0; i < 60; i += 1) {
      await lab.advance(2_000)
      await lab.progress()
    }
    lab.take()
    lab.devtools.live()
    expect(lab.keeper.selectors.selectIsStalled(lab.store.getState(), 'c1')).toBe(false)
    expect(lab.phase()).toBe('streaming')
    await lab.advance(4_000)
    await lab.progress()
    await lab.advance(4_000)
    expect(lab.take().requests).toEqual([])
    expect(lab.phase()).toBe('streaming')
  })

  test('an end that arrives is told once, when it shows, and never again by the slider', async () => {
    const lab = open()
    await lab.start()
    lab.devtools.jumpTo('turns/submitted')
    await lab.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }))
    expect(lab.ended).toEqual([])
    lab.devtools.live()
    await lab.dispatch({ type: 'app/typed' })
    await lab.advance(120_000)
    expect(lab.ended.map(({ turnId }) => turnId)).toEqual(['t-c1'])
    for (let i = 0; i < 3; i += 1) {
      lab.devtools.jumpBefore('turns/ended')
      await lab.advance(60_000)
      await lab.dispatch({ type: 'app/typed' })
      lab.devtools.live()
      await lab.advance(60_000)
      await lab.dispatch({ type: 'app/typed' })
    }
    expect(lab.ended).toHaveLength(1)
    expectOneEndEach(lab)
  })

  test('an end that arrives is told also where the past that is viewed was not signed yet, and was looked at', async () => {
    const lab = open()
    await lab.start()
    lab.devtools.jumpTo('turns/submitted')
    await lab.advance(LOOK_UP_AFTER)
    await lab.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }))
    lab.devtools.live()
    await lab.advance(10_000)
    expect(lab.ended.map(({ turnId }) => turnId)).toEqual(['t-c1'])
    expectOneEndEach(lab)
  })

  test('the queue does not drain, and drains once afterwards', async () => {
    const lab = open()
    await lab.start()
    await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't2', input: 'next' }))
    lab.take()
    lab.devtools.jumpTo('turns/started')
    await lab.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }))
    await lab.advance(60_000)
    expect(lab.take().requests).toEqual([])
    lab.devtools.live()
    await lab.advance(120_000)
    expect(lab.backend.of('send').map(({ key }) => key)).toEqual(['t-c1', 't2'])
  })

  test('a prompt that is submitted does not leave, says so, and leaves once afterwards', async () => {
    const lab = open()
    await lab.dispatch({ type: 'app/typed' }, { type: 'app/typed' })
    lab.devtools.jump(1)
    const submitted = lab.store.dispatch(
      lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: 'hello' }),
    )
    expect(submitted).toEqual({ turnId: 't1', taken: false })
    await lab.advance(60_000)
    expect(lab.take().requests).toEqual([])
    lab.devtools.live()
    await lab.advance(120_000)
    expect(lab.backend.of('send').map(({ key }) => key)).toEqual(['t1'])
  })

  test('a stop that is pressed does not leave, and leaves once afterwards', async () => {
    const lab = open()
    await lab.start()
    await lab.dispatch({ type: 'app/typed' })
    lab.devtools.jumpTo('turns/started')
    lab.take()
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    await lab.advance(8_000)
    expect(lab.take().requests).toEqual([])
    lab.devtools.live()
    await lab.advance(120_000)
    expect(lab.backend.of('stop')).toHaveLength(1)
  })

  test('the answer to a request that was under way is taken, and the request is not made again', async () => {
    const lab = open()
    await lab.dispatch(
      { type: 'app/typed' },
      lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: 'hello' }),
    )
    lab.devtools.jump(1)
    lab.backend.accept('send', { runId: 'r1' })
    await lab.advance(10_000)
    lab.devtools.live()
    await lab.advance(1_000)
    expect(lab.keeper.selectors.selectLiveTurn(lab.store.getState(), 'c1')).toMatchObject({
      send: 'accepted',
      runs: ['r1'],
    })
    expect(lab.backend.of('send')).toHaveLength(1)
  })

  test('a look-up that is under way ends no turn of the past', async () => {
    const lab = open()
    lab.backend.auto.delete('status')
    await lab.start()
    await lab.advance(LOOK_UP_AFTER)
    expect(lab.backend.of('status', 'pending')).toHaveLength(1)
    lab.devtools.jumpTo('turns/submitted')
    lab.backend.world('c1', { status: 'idle', last: { runId: 'r-c1', outcome: 'complete' } })
    lab.backend.accept('status')
    await lab.advance(1_000)
    expect(lab.phase()).toBe('submitted')
    expect(lab.ended).toEqual([])
    lab.devtools.live()
    await lab.advance(120_000)
    expect(lab.phase()).toBe('idle')
    expect(lab.ended).toHaveLength(1)
    expectOneEndEach(lab)
  })
})

describe('law 21: the slider', () => {
  test('over a whole session, there and back, no request leaves and nothing is dispatched', async () => {
    const lab = open()
    await lab.start()
    await lab.progress()
    await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't2', input: 'next' }))
    await lab.dispatch(inputRequested({ conversationId: 'c1', runId: 'r-c1', requestId: 'q1' }))
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    lab.backend.accept('stop')
    await lab.dispatch(endTurn({ conversationId: 'c1', turnId: 't-c1', reason: 'cancelled' }))
    lab.backend.accept('send', { runId: 'r2' }, 't2')
    await lab.dispatch(
      streamDropped({}),
      streamOpened({}),
      endTurn({ conversationId: 'c1', turnId: 't2', reason: 'complete' }),
    )
    lab.take()
    const ends = lab.ended.length
    const last = lab.lifted.getState().stagedActionIds.length - 1
    const before = JSON.stringify(lab.store.getState())
    for (const index of [...Array(last + 1).keys()].reverse()) {
      lab.devtools.jump(index)
      await lab.advance(100, 100)
    }
    for (const index of Array(last + 1).keys()) {
      lab.devtools.jump(index)
      await lab.advance(100, 100)
    }
    const { requests, actions } = lab.take()
    expect(requests).toEqual([])
    expect(actions).toEqual([])
    expect(lab.ended).toHaveLength(ends)
    expect(JSON.stringify(lab.store.getState())).toBe(before)
  })

  test.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'stopped at state %i for long, then let go: no send or stop leaves twice',
    async (index) => {
      const lab = open()
      await lab.start()
      await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't2', input: 'next' }))
      await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
      lab.backend.accept('stop')
      await lab.dispatch(endTurn({ conversationId: 'c1', turnId: 't-c1', reason: 'cancelled' }))
      lab.backend.accept('send', { runId: 'r2' }, 't2')
      await lab.dispatch(turnStarted({ conversationId: 'c1', runId: 'r2' }))
      lab.backend.world('c1', { status: 'running', runId: 'r2' })
      lab.take()
      lab.devtools.jump(index)
      for (let i = 0; i < 5; i += 1) {
        await lab.advance(40_000)
        await lab.dispatch({ type: 'app/typed' })
      }
      expect(lab.take().requests).toEqual([])
      lab.devtools.live()
      await lab.dispatch({ type: 'app/typed' })
      await lab.advance(200_000)
      expect(
        lab.take().requests.filter((request) => request.startsWith('s') && !request.startsWith('status')),
      ).toEqual([])
      expect(lab.phase()).toBe('thinking')
      expectOneEndEach(lab)
    },
  )
})

describe('law 21: a deadline carries the life that it was armed for', () => {
  test('one that was armed for an earlier life is not carried out; one for the latest is', async () => {
    const lab = createLawLab({ hardLimit: 60_000 })
    await lab.start()
    const armed = lab.live()!.life
    lab.clock.advance(5_000)
    await lab.progress('t1', 'c1', 'tool_open')
    const latest = lab.live()!.life
    expect(latest).toBeGreaterThan(armed)
    const late = { at: lab.clock.now() + 120_000 }
    const [turns] = createTurnkeeper(lab.resolved).slices
    const before = lab.state().turns
    expect(turns.reducer(before, checkDue({ turnId: 't1', life: armed }, late))).toBe(before)
    const { ledger } = turns.reducer(before, checkDue({ turnId: 't1', life: latest }, late))
    expect(ledger.settled.map(({ turnId, reason }) => [turnId, reason])).toEqual([['t1', 'timeout']])
  })
})

describe('law 21: under a lock', () => {
  test('dispatches are swallowed: no request leaves, nothing spins, and the keeper is live again afterwards', async () => {
    const lab = open()
    await lab.start()
    lab.take()
    lab.devtools.lock(true)
    await lab.advance(TWENTY_PERIODS)
    const { requests, actions } = lab.take()
    expect(requests).toEqual([])
    expect(actions.length).toBeLessThanOrEqual(5)
    lab.backend.world('c1', { status: 'idle', last: { runId: 'r-c1', outcome: 'complete' } })
    lab.devtools.lock(false)
    await lab.advance(120_000)
    expect(lab.phase()).toBe('idle')
    expect(lab.ended).toHaveLength(1)
  })

  test('the same without a look-up, and with a hard limit', async () => {
    const lab = open({ ports: {}, hardLimit: 30_000 })
    await lab.dispatch(
      lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: 'hello' }),
      turnStarted({ conversationId: 'c1', turnId: 't1' }),
    )
    lab.take()
    lab.devtools.lock(true)
    await lab.advance(TWENTY_PERIODS)
    expect(lab.take().actions.length).toBeLessThanOrEqual(5)
    expect(lab.ended).toEqual([])
    lab.devtools.lock(false)
    await lab.advance(120_000)
    expect(lab.ended.map(({ reason }) => reason)).toEqual(['timeout'])
  })

  test('a prompt or a stop does not leave, then or later: it was never taken', async () => {
    const lab = open()
    await lab.start()
    lab.devtools.lock(true)
    lab.take()
    const submitted = lab.store.dispatch(
      lab.keeper.submitTurn({ conversationId: 'c2', turnId: 't2', input: 'hello' }),
    )
    expect(submitted.taken).toBe(false)
    expect(lab.store.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))).toBe(false)
    await lab.advance(9_000)
    lab.devtools.lock(false)
    await lab.progress()
    await lab.advance(9_000)
    expect(lab.take().requests).toEqual([])
  })

  test('a turn that can be sent at the time of the lock is sent once afterwards', async () => {
    const lab = open()
    await lab.start()
    await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't2', input: 'next' }))
    lab.devtools.lock(true)
    await lab.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }))
    await lab.advance(60_000)
    lab.devtools.lock(false)
    await lab.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }))
    await lab.advance(120_000)
    expect(lab.backend.of('send').map(({ key }) => key)).toEqual(['t-c1', 't2'])
    expectOneEndEach(lab)
  })

  test('the answer to a send that is swallowed leaves the turn busy, until a look-up tells', async () => {
    const lab = open()
    await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: 'hello' }))
    lab.devtools.lock(true)
    lab.backend.accept('send', { runId: 'r1' })
    await lab.advance(5_000)
    lab.devtools.lock(false)
    lab.backend.world('c1', { status: 'idle', last: { turnId: 't1', runId: 'r1', outcome: 'complete' } })
    await lab.advance(200_000)
    expect(lab.phase()).toBe('idle')
    expect(lab.backend.of('send')).toHaveLength(1)
    expect(lab.ended).toHaveLength(1)
  })
})

describe('law 21: while recording is paused', () => {
  test('the keeper works as ever', async () => {
    const lab = open()
    await lab.dispatch({ type: 'app/typed' })
    lab.devtools.pause(true)
    await lab.start()
    lab.backend.world('c1', { status: 'idle', last: { runId: 'r-c1', outcome: 'complete' } })
    await lab.advance(60_000)
    expect(lab.phase()).toBe('idle')
    lab.devtools.pause(false)
    await lab.start('c1', 't2')
    await lab.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }))
    expect(lab.ended.map(({ turnId }) => turnId)).toEqual(['t-c1', 't2'])
    expect(lab.backend.of('send')).toHaveLength(2)
  })
})

describe('law 21: history that is rewritten', () => {
  const session = async () => {
    const lab = open()
    await lab.dispatch({ type: 'app/typed' })
    await lab.start()
    await lab.progress()
    lab.take()
    return lab
  }
  /** Sends, stops, answers and streams: what changes something elsewhere. */
  const effects = (requests: readonly string[]) => requests.filter((request) => !request.startsWith('status'))

  test.each(['turns/submitted', 'turns/sendAccepted', 'turns/started', 'turns/progressed'])(
    '%s skipped and back again: nothing is sent, stopped or told',
    async (type) => {
      const lab = await session()
      lab.devtools.toggle(type)
      await lab.dispatch({ type: 'app/typed' })
      await lab.progress()
      await lab.advance(30_000)
      lab.devtools.toggle(type)
      await lab.dispatch({ type: 'app/typed' })
      await lab.progress()
      await lab.advance(30_000)
      expect(effects(lab.take().requests)).toEqual([])
      expect(lab.ended).toEqual([])
      expect(lab.keeper.selectors.selectLiveTurnId(lab.store.getState(), 'c1')).toBe('t-c1')
    },
  )

  test('a send that was claimed from the queue, skipped: it is not sent again', async () => {
    const lab = await session()
    await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't2', input: 'next' }))
    await lab.dispatch(endTurn({ conversationId: 'c1', turnId: 't-c1', reason: 'complete' }))
    lab.backend.accept('send', { runId: 'r2' }, 't2')
    await lab.dispatch(turnStarted({ conversationId: 'c1', runId: 'r2' }))
    lab.backend.world('c1', { status: 'running', runId: 'r2' })
    lab.take()
    lab.devtools.toggle('turns/sendClaimed')
    await lab.dispatch({ type: 'app/typed' })
    await lab.advance(30_000)
    lab.devtools.toggle('turns/sendClaimed')
    await lab.dispatch({ type: 'app/typed' })
    await lab.advance(30_000)
    expect(effects(lab.take().requests)).toEqual([])
  })

  test('an end that is skipped and back again is told once; the next turn is sent once', async () => {
    const lab = await session()
    await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't2', input: 'next' }))
    await lab.dispatch(endTurn({ conversationId: 'c1', turnId: 't-c1', reason: 'complete' }))
    lab.backend.accept('send', { runId: 'r2' }, 't2')
    await lab.dispatch(turnStarted({ conversationId: 'c1', runId: 'r2' }))
    lab.backend.world('c1', { status: 'running', runId: 'r2' })
    lab.take()
    for (let i = 0; i < 2; i += 1) {
      lab.devtools.toggle('turns/ended')
      await lab.dispatch({ type: 'app/typed' })
      await lab.advance(4_000)
    }
    await lab.advance(20_000)
    expect(effects(lab.take().requests)).toEqual([])
    expect(lab.ended.map(({ turnId }) => turnId)).toEqual(['t-c1'])
    expectOneEndEach(lab)
  })

  test('a commit changes nothing', async () => {
    const lab = await session()
    const before = JSON.stringify(lab.store.getState())
    lab.devtools.commit()
    expect(JSON.stringify(lab.store.getState())).toBe(before)
    lab.backend.world('c1', { status: 'idle', last: { runId: 'r-c1', outcome: 'complete' } })
    await lab.advance(60_000)
    expect(lab.ended).toHaveLength(1)
    expect(effects(lab.take().requests)).toEqual([])
  })

  test('a commit of the past: what is gone is gone, and the keeper lives on', async () => {
    const lab = await session()
    lab.devtools.jumpTo('app/typed')
    lab.devtools.commit()
    await lab.advance(60_000)
    expect(lab.take().requests).toEqual([])
    expect(lab.phase()).toBe('idle')
    await lab.start('c2')
    await lab.dispatch(endTurn({ conversationId: 'c2', reason: 'complete' }))
    expect(lab.ended.map(({ turnId }) => turnId)).toEqual(['t-c2'])
    await lab.advance(60_000)
    expect(lab.backend.of('send').map(({ key }) => key)).toEqual(['t-c1', 't-c2'])
  })

  test.each(['rollback', 'reset'] as const)(
    'a %s in mid-turn: nothing is sent or told, and the keeper lives on',
    async (kind) => {
      const lab = await session()
      lab.devtools[kind]()
      await lab.dispatch({ type: 'app/typed' })
      await lab.advance(TWENTY_PERIODS)
      expect(effects(lab.take().requests)).toEqual([])
      expect(lab.ended).toEqual([])
      await lab.start('c2')
      lab.backend.world('c2', { status: 'idle', last: { runId: 'r-c2', outcome: 'complete' } })
      await lab.advance(60_000)
      expect(lab.ended.map(({ turnId }) => turnId)).toContain('t-c2')
      expectOneEndEach(lab)
    },
  )

  test('rolled back to where a prompt still waited, it is not sent again', async () => {
    const lab = await session()
    await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't2', input: 'next' }))
    lab.devtools.commit()
    await lab.dispatch(endTurn({ conversationId: 'c1', turnId: 't-c1', reason: 'complete' }))
    lab.backend.accept('send', { runId: 'r2' }, 't2')
    await lab.dispatch(turnStarted({ conversationId: 'c1', runId: 'r2' }))
    lab.devtools.rollback()
    await lab.dispatch(endTurn({ conversationId: 'c1', turnId: 't-c1', reason: 'complete' }))
    await lab.advance(60_000)
    expect(lab.backend.of('send').map(({ key }) => key)).toEqual(['t-c1', 't2'])
  })

  test('a sweep of skipped actions changes nothing more', async () => {
    const lab = await session()
    lab.devtools.toggle('turns/progressed')
    lab.devtools.sweep()
    await lab.dispatch({ type: 'app/typed' })
    await lab.advance(30_000)
    expect(effects(lab.take().requests)).toEqual([])
    expect(lab.keeper.selectors.selectLiveTurnId(lab.store.getState(), 'c1')).toBe('t-c1')
  })
})

describe('law 21: import', () => {
  async function record(options: TurnkeeperOptions = {}) {
    const lab = open(options, 'recorded-')
    const states: string[] = []
    lab.store.subscribe(() => states.push(JSON.stringify(lab.store.getState())))
    await lab.start()
    await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't2', input: 'next' }))
    for (let i = 0; i < 5; i += 1) {
      await lab.advance(3_000)
      await lab.progress()
    }
    await lab.dispatch(
      inputRequested({ conversationId: 'c1', runId: 'r-c1', requestId: 'q1', prompt: { ask: 'Sure?' } }),
    )
    await lab.dispatch(sessionStatusChanged({ conversationId: 'c1', status: 'running' }))
    await lab.advance(30_000)
    await lab.dispatch(streamDropped({}), streamOpened({}))
    await lab.dispatch(endTurn({ conversationId: 'c1', reason: 'error', error: { message: 'no' } }))
    lab.backend.accept('send', { runId: 'r2' }, 't2')
    await lab.start('__proto__')
    await lab.dispatch(
      lab.keeper.submitTurn({ conversationId: '__proto__', turnId: 'waits', input: 'later' }),
    )
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    return { lab, states }
  }

  test('of the actions of a recorded session reproduces every state to the byte', async () => {
    const { lab, states } = await record()
    const log = JSON.parse(JSON.stringify(lab.recorder.actions)) as UnknownAction[]
    const other = open({}, 'other-')
    other.devtools.import(log)
    const computed = other.lifted
      .getState()
      .computedStates.slice(1)
      .map(({ state }) => JSON.stringify(state))
    expect(computed).toEqual(states)
    expect(computed.length).toBeGreaterThan(20)
  })

  test('of a recorded session sends, stops and tells nothing; its live turns are then looked up as unverified', async () => {
    const { lab } = await record()
    const exported = JSON.parse(JSON.stringify(lab.lifted.getState())) as unknown
    lab.keeper.dispose()
    const other = open({}, 'other-')
    await other.dispatch({ type: 'app/typed' })
    other.take()
    other.devtools.import(exported)
    await other.advance(60_000)
    expect(other.take().requests).toEqual([])
    await other.dispatch({ type: 'app/typed' })
    expect(other.keeper.selectors.selectIsUnverified(other.store.getState(), 'c1')).toBe(true)
    await other.advance(30_000)
    const { requests } = other.take()
    expect(requests.filter((request) => !request.startsWith('status'))).toEqual([])
    expect(requests).not.toEqual([])
    expect(other.ended).toEqual([])
  })

  test('of its own session, exported a while ago, sends nothing again', async () => {
    const { lab } = await record()
    const exported = JSON.parse(JSON.stringify(lab.lifted.getState())) as unknown
    lab.backend.accept('stop')
    await lab.dispatch(
      endTurn({ conversationId: 'c1', reason: 'cancelled' }),
      endTurn({ conversationId: '__proto__', reason: 'complete' }),
    )
    lab.take()
    const told = lab.ended.length
    const sends = lab.backend.of('send').map(({ key }) => key)
    lab.devtools.import(exported)
    await lab.dispatch({ type: 'app/typed' })
    await lab.advance(30_000)
    expect(lab.backend.of('send').map(({ key }) => key)).toEqual(sends)
    expect(lab.backend.of('stop')).toHaveLength(1)
    expect(lab.ended).toHaveLength(told)
  })

  test('a session in which DevTools travelled is replayed to the same states as well', async () => {
    const { lab } = await record()
    lab.devtools.jump(3)
    await lab.dispatch(turnProgressed({ conversationId: 'c1', runId: 'r2', kind: 'output' }))
    await lab.advance(60_000)
    lab.devtools.live()
    await lab.advance(60_000)
    const log = JSON.parse(JSON.stringify(lab.recorder.actions)) as UnknownAction[]
    const other = open({}, 'other-')
    other.devtools.import(log)
    expect(JSON.stringify(other.tip())).toBe(JSON.stringify(lab.tip()))
  })
})

describe('law 21: whatever is done in the panel, in any order', () => {
  const conversations = ['c1', 'c2', '__proto__']

  async function wander(lab: Lab, seed: number, rewrites: boolean): Promise<void> {
    const random = createRandom(seed)
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
    let prompts = 0
    const life: readonly ((conversationId: string) => Promise<void>)[] = [
      (conversationId) =>
        lab.dispatch(lab.keeper.submitTurn({ conversationId, turnId: `t${++prompts}`, input: prompts })),
      (conversationId) => lab.dispatch(turnProgressed({ conversationId, kind: 'output' })),
      (conversationId) => lab.dispatch(endTurn({ conversationId, reason: 'complete' })),
      (conversationId) => lab.dispatch(lab.keeper.stopTurn({ conversationId })),
      () => lab.dispatch({ type: 'app/typed' }),
      () => lab.advance(random() * 30_000),
      () => lab.advance(random() * 3_000),
      async () => {
        const request = lab.backend.requests.find(
          ({ state, kind }) => state === 'pending' && (kind === 'send' || kind === 'stop'),
        )
        if (!request) return
        const { kind, key } = request
        if (random() < 0.2) lab.backend.lose(kind, key)
        else lab.backend.accept(kind, kind === 'send' ? { runId: `r-${key}` } : {}, key)
        await lab.advance(0)
      },
    ]
    const staged = () => lab.lifted.getState().stagedActionIds
    const panel: readonly (() => void)[] = [
      () => lab.devtools.jump(Math.floor(random() * staged().length)),
      () => lab.devtools.live(),
      () => lab.devtools.lock(random() < 0.5),
    ]
    const rewriting: readonly (() => void)[] = [
      () => {
        const id = pick(staged())
        if (id > 0) lab.lifted.dispatch(ActionCreators.toggleAction(id))
      },
      () => lab.devtools.commit(),
      () => lab.devtools.rollback(),
      () => lab.devtools.sweep(),
    ]
    for (let step = 0; step < 60; step += 1) {
      const before = lab.backend.requests.length
      const { currentStateIndex, isLocked } = lab.lifted.getState()
      const frozen = isLocked || currentStateIndex < staged().length - 1
      const dice = random()
      if (dice < 0.75) await pick(life)(pick(conversations))
      else if (dice < 0.95 || !rewrites) pick(panel)()
      else pick(rewriting)()
      // What was asked for in a frozen view leaves once it shows, be it in the past; but nobody looks around there.
      const left = lab.backend.requests.slice(before).map(({ kind }) => kind)
      if (frozen) expect(left.filter((kind) => kind === 'status' || kind === 'open')).toEqual([])
    }
    lab.devtools.lock(false)
    lab.devtools.live()
  }

  function expectNothingTwice(lab: Lab): void {
    const sends = lab.backend.of('send').map(({ key }) => key)
    expect(sends).toEqual([...new Set(sends)])
    const told = lab.ended
      .filter(({ corrected, doubts }) => !corrected && doubts === 0)
      .map(({ turnId }) => turnId)
    expect(told).toEqual([...new Set(told)])
    const { turns, conversations: other } = lab.store.getState()
    expect(other.ledger).toEqual(turns.ledger)
  }

  test.each(Array.from({ length: 40 }, (_, seed) => seed))('seed %i: jumps and locks', async (seed) => {
    const lab = open()
    for (const id of conversations) lab.backend.world(id, { status: 'running' })
    await wander(lab, seed, false)
    for (const id of conversations) lab.backend.world(id, { status: 'idle' })
    await lab.advance(60_000)
    while (lab.backend.of('send', 'pending').length > 0) {
      lab.backend.accept('send')
      await lab.advance(60_000)
    }
    while (lab.backend.of('stop', 'pending').length > 0) lab.backend.accept('stop')
    for (let i = 0; i < 20; i += 1) {
      await lab.advance(60_000)
      while (lab.backend.of('send', 'pending').length > 0) lab.backend.accept('send')
    }
    expectNothingTwice(lab)
    expect(lab.keeper.selectors.selectBusyConversationIds(lab.store.getState())).toEqual([])
    const ended = lab.keeper.selectors.selectHistory(lab.store.getState()).map(({ turnId }) => turnId)
    expect([...new Set(lab.ended.map(({ turnId }) => turnId))].sort()).toEqual(ended.toSorted())
  })

  test.each(Array.from({ length: 40 }, (_, seed) => 1_000 + seed))(
    'seed %i: history rewritten as well',
    async (seed) => {
      const lab = open()
      for (const id of conversations) lab.backend.world(id, { status: 'running' })
      await wander(lab, seed, true)
      await lab.dispatch({ type: 'app/typed' })
      await lab.advance(60_000)
      expectNothingTwice(lab)
    },
  )
})
