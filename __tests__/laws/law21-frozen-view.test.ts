/** Law 21: nothing happens because of time travel. While the view is frozen by a jump. */
import { endTurn, signals } from 'redux-turnkeeper'
import { STALL_TIMEOUT, TWENTY_PERIODS, expectOneEndEach, open } from './law21-lab'

describe('law 21: while the view is frozen by a jump', () => {
  test('no request leaves and nothing spins: at most 5 dispatches in the time of 20 periods', async () => {
    const lab = open()
    await lab.start()
    lab.take()
    lab.devtools.jumpBefore('turnkeeper/turnSubmitted')
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
    lab.devtools.jumpTo('turnkeeper/signals/turnStarted')
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

  test('a check in flight is joined by no other because one was asked for in the past', async () => {
    const lab = open()
    lab.backend.auto.delete('status')
    await lab.start()
    await lab.advance(STALL_TIMEOUT)
    expect(lab.backend.of('status')).toHaveLength(1)
    await lab.start('c2')
    lab.devtools.jumpTo('turnkeeper/signals/turnStarted')
    await lab.dispatch(lab.keeper.checkStatus(['c1']))
    lab.devtools.live()
    await lab.dispatch({ type: 'app/typed' })
    await lab.advance(STALL_TIMEOUT)
    expect(lab.backend.of('status', 'pending')).toHaveLength(1)
  })

  test('a stop that was asked for meanwhile, of a turn that ended meanwhile, does not leave afterwards', async () => {
    const lab = open()
    await lab.start()
    await lab.dispatch({ type: 'app/typed' })
    lab.devtools.jumpTo('turnkeeper/signals/turnStarted')
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    await lab.dispatch(endTurn({ conversationId: 'c1', turnId: 't-c1', reason: 'complete' }))
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'next' }))
    lab.devtools.live()
    await lab.dispatch({ type: 'app/typed' })
    await lab.advance(60_000)
    expect(lab.backend.of('stop')).toEqual([])
    expect(lab.recorder.types()).not.toContain('turnkeeper/internal/claimShown')
    expect(lab.keeper.selectors.selectIsBusy(lab.store.getState(), 'c1')).toBe(true)
  })

  test('the same when the app goes on dispatching', async () => {
    const lab = open()
    await lab.start()
    lab.devtools.jumpTo('turnkeeper/signals/turnStarted')
    await lab.dispatch({ type: 'app/typed' })
    lab.take()
    for (let i = 0; i < 20; i += 1) {
      await lab.advance(STALL_TIMEOUT)
      await lab.dispatch({ type: 'app/typed' })
    }
    const { requests, actions } = lab.take()
    expect(requests).toEqual([])
    expect(actions.filter((type) => type !== 'app/typed').length).toBeLessThanOrEqual(5)
  })

  test('when the view is live again so is the keeper: the overdue status check leaves, and the turn ends once', async () => {
    const lab = open()
    await lab.start()
    lab.devtools.jumpBefore('turnkeeper/turnSubmitted')
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
    lab.devtools.jumpBefore('turnkeeper/turnSubmitted')
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
    lab.devtools.jumpTo('turnkeeper/turnSubmitted')
    await lab.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }))
    expect(lab.ended).toEqual([])
    lab.devtools.live()
    await lab.dispatch({ type: 'app/typed' })
    await lab.advance(120_000)
    expect(lab.ended.map(({ turnId }) => turnId)).toEqual(['t-c1'])
    for (let i = 0; i < 3; i += 1) {
      lab.devtools.jumpBefore('turnkeeper/endTurn')
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
    lab.devtools.jumpTo('turnkeeper/turnSubmitted')
    await lab.advance(STALL_TIMEOUT)
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
    lab.devtools.jumpTo('turnkeeper/signals/turnStarted')
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

  test.each([
    ['an action of the app', { type: 'app/typed' }],
    ['a signal', signals.turnStarted({ conversationId: 'c2', runId: 'elsewhere' })],
  ])(
    'such a prompt leaves as this keeper’s own, whatever comes first afterwards: %s',
    async (_what, first) => {
      const lab = open()
      await lab.dispatch({ type: 'app/typed' }, { type: 'app/typed' })
      lab.devtools.jump(1)
      await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: 'hello' }))
      lab.devtools.live()
      await lab.dispatch(first)
      expect(lab.backend.of('send').map(({ key }) => key)).toEqual(['t1'])
      expect(lab.keeper.selectors.selectIsUnverified(lab.store.getState(), 'c1')).toBe(false)
      expect(lab.clock.pending).toBe(1)
    },
  )

  test('a stop that is pressed does not leave, and leaves once afterwards', async () => {
    const lab = open()
    await lab.start()
    await lab.dispatch({ type: 'app/typed' })
    lab.devtools.jumpTo('turnkeeper/signals/turnStarted')
    lab.take()
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    await lab.advance(8_000)
    expect(lab.take().requests).toEqual([])
    lab.devtools.live()
    // One that is not answered for a minute is given up, and asked again.
    await lab.advance(50_000)
    expect(lab.backend.of('stop')).toHaveLength(1)
  })

  test('the stop of a helper that is pressed does not leave, and leaves once afterwards', async () => {
    const lab = open()
    await lab.start()
    const kid = { conversationId: 'c1', runId: 'kid', role: 'child' } as const
    await lab.dispatch(signals.turnStarted(kid), { type: 'app/typed' })
    lab.devtools.jump(1)
    lab.take()
    await lab.dispatch(lab.keeper.stopBackgroundRun({ conversationId: 'c1', runId: 'kid' }))
    await lab.advance(8_000)
    expect(lab.take().requests).toEqual([])
    lab.devtools.live()
    await lab.advance(50_000)
    expect(lab.backend.of('stopBackgroundRun')).toHaveLength(1)
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
    expect(lab.keeper.selectors.selectActiveTurn(lab.store.getState(), 'c1')).toMatchObject({
      sendState: 'accepted',
      runs: ['r1'],
    })
    expect(lab.backend.of('send')).toHaveLength(1)
  })

  test('a status check that is under way ends no turn of the past', async () => {
    const lab = open()
    lab.backend.auto.delete('status')
    await lab.start()
    await lab.advance(STALL_TIMEOUT)
    expect(lab.backend.of('status', 'pending')).toHaveLength(1)
    lab.devtools.jumpTo('turnkeeper/turnSubmitted')
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
