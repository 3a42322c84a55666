/** Law 21: the slider of the DevTools, and deadlines that were armed in another state. */
import { endTurn, signals } from 'redux-turnkeeper'
import { expectOneEndEach, open } from './law21-lab'

describe('law 21: the slider', () => {
  test('over a whole session, there and back, no request leaves and nothing is dispatched', async () => {
    const lab = open()
    await lab.start()
    await lab.progress()
    await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't2', input: 'next' }))
    await lab.dispatch(signals.inputRequested({ conversationId: 'c1', runId: 'r-c1', requestId: 'q1' }))
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    lab.backend.accept('stop')
    await lab.dispatch(endTurn({ conversationId: 'c1', turnId: 't-c1', reason: 'cancelled' }))
    lab.backend.accept('send', { runId: 'r2' }, 't2')
    await lab.dispatch(
      signals.streamDropped({}),
      signals.streamOpened({}),
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

  test('back to an end that the history has forgotten since: it is not told again', async () => {
    const lab = open({ historySize: 1 })
    for (const conversationId of ['c1', 'c2']) {
      await lab.start(conversationId)
      await lab.dispatch(endTurn({ conversationId, reason: 'complete' }))
    }
    lab.devtools.jumpTo('turnkeeper/endTurn')
    await lab.dispatch({ type: 'app/typed' })
    lab.devtools.live()
    await lab.dispatch({ type: 'app/typed' })
    expect(lab.ended.map(({ turnId }) => turnId)).toEqual(['t-c1', 't-c2'])
  })

  test('over more ends than are remembered, there and back: none is told again', async () => {
    const lab = open({ historySize: 1 })
    const conversationIds = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6']
    const endings: number[] = []
    for (const conversationId of conversationIds) {
      await lab.start(conversationId)
      await lab.dispatch(endTurn({ conversationId, reason: 'complete' }))
      endings.push(lab.lifted.getState().stagedActionIds.length - 1)
    }
    for (const index of [...[...endings].reverse(), ...endings]) {
      lab.devtools.jump(index)
      await lab.dispatch({ type: 'app/typed' })
    }
    expect(lab.ended.map(({ turnId }) => turnId)).toEqual(conversationIds.map((id) => `t-${id}`))
  })

  test.each(['rollback', 'reset'] as const)(
    'after a %s, and with the clock set back, what ends is told, however many have ended before',
    async (kind) => {
      const lab = open({ historySize: 1 })
      const runs = async (conversationId: string) => {
        await lab.start(conversationId)
        await lab.dispatch(endTurn({ conversationId, reason: 'complete' }))
      }
      for (const conversationId of ['c1', 'c2', 'c3']) await runs(conversationId)
      lab.clock.shift(-60_000)
      await runs('c4')
      await runs('c5')
      lab.devtools[kind]()
      await lab.advance(120_000)
      await runs('c6')
      expect(lab.ended.map(({ turnId }) => turnId)).toEqual(
        ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'].map((id) => `t-${id}`),
      )
    },
  )

  test('to a turn that ended a second time, when others have been told since: it is not told again', async () => {
    const lab = open({ historySize: 2 })
    const rescue = (conversationId: string) => lab.dispatch(endTurn({ conversationId, reason: 'rescued' }))
    const runs = async (conversationId: string) => {
      await lab.start(conversationId)
      await rescue(conversationId)
    }
    await runs('c1')
    await runs('c2')
    await lab.progress('c1')
    await rescue('c1')
    await runs('c3')
    const thirdEnded = lab.lifted.getState().stagedActionIds.length - 1
    await runs('c4')
    await runs('c5')
    lab.devtools.jump(thirdEnded)
    await lab.dispatch({ type: 'app/typed' })
    lab.devtools.live()
    await lab.dispatch({ type: 'app/typed' })
    expect(lab.ended.map(({ turnId }) => turnId)).toEqual(
      ['c1', 'c2', 'c1', 'c3', 'c4', 'c5'].map((id) => `t-${id}`),
    )
  })

  test('by one step, after many turns came back and one of them ended again: no end is told twice', async () => {
    const lab = open({ historySize: 3 })
    const rescue = (conversationId: string) => lab.dispatch(endTurn({ conversationId, reason: 'rescued' }))
    for (const conversationId of ['c1', 'c2', 'c3', 'c4', 'c5', 'c6']) {
      await lab.start(conversationId)
      await rescue(conversationId)
      if (conversationId !== 'c1') await lab.progress(conversationId)
    }
    await lab.progress('c1')
    await rescue('c1')
    for (const conversationId of ['c7', 'c8']) {
      await lab.start(conversationId)
      await rescue(conversationId)
    }
    await lab.dispatch(signals.turnRetrying({ conversationId: 'c2', runId: 'r-c2' }))
    lab.devtools.jumpBefore('turnkeeper/signals/turnRetrying')
    await lab.dispatch({ type: 'app/typed' })
    expect(lab.ended.map(({ turnId }) => turnId)).toEqual(
      ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c1', 'c7', 'c8'].map((id) => `t-${id}`),
    )
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
      await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r2' }))
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

test('law 10: the clock is set back while the past is viewed: what runs is checked once it shows again', async () => {
  const lab = open()
  await lab.start()
  lab.devtools.jumpBefore('turnkeeper/signals/turnStarted')
  lab.clock.jump(60_000)
  await lab.advance(0)
  lab.backend.world('c1', { status: 'idle', last: { runId: 'r-c1', outcome: 'complete' } })
  lab.clock.shift(-120_000)
  lab.devtools.live()
  await lab.advance(30_000)
  expect([lab.phase(), lab.ended.length]).toEqual(['idle', 1])
})
