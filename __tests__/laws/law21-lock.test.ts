/** Law 21: under a lock dispatches are swallowed; while recording is paused nothing is different. */
import { endTurn, signals } from 'redux-turnkeeper'
import type { SendRequest } from 'redux-turnkeeper'
import { sharedQueue } from 'redux-turnkeeper/sharedQueue'
import type { SharedQueuePort } from 'redux-turnkeeper/sharedQueue'
import { TWENTY_PERIODS, expectOneEndEach, open } from './law21-lab'

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

  test('the same without status checks, and with a hard limit', async () => {
    const lab = open({ ports: {}, hardLimit: 30_000 })
    await lab.dispatch(
      lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: 'hello' }),
      signals.turnStarted({ conversationId: 'c1', turnId: 't1' }),
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

  test('the same with ten conversations, each with a deadline of its own: what one has tried no other tries', async () => {
    const lab = open({ ports: {}, hardLimit: 30_000 })
    for (let i = 0; i < 10; i += 1)
      await lab.dispatch(
        lab.keeper.submitTurn({ conversationId: `c${i}`, turnId: `t${i}`, input: 'hello' }),
        signals.turnStarted({ conversationId: `c${i}`, turnId: `t${i}` }),
      )
    lab.take()
    lab.devtools.lock(true)
    await lab.advance(TWENTY_PERIODS)
    expect(lab.take().actions.length).toBeLessThanOrEqual(5)
    lab.devtools.lock(false)
    await lab.advance(400_000)
    expect(lab.ended.map(({ reason }) => reason)).toEqual(Array(10).fill('timeout'))
  })

  test('a prompt that was refused as busy, and is due again meanwhile, leaves afterwards', async () => {
    const sent: string[] = []
    const sendTurn = async ({ turnId }: SendRequest) => {
      sent.push(turnId)
      return sent.length === 1
        ? ({ status: 'refused', reason: 'busy' } as const)
        : ({ status: 'accepted' } as const)
    }
    const lab = open({ ports: { sendTurn } })
    await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: 'hello' }))
    lab.devtools.lock(true)
    await lab.advance(TWENTY_PERIODS)
    expect(sent).toEqual(['t1'])
    lab.devtools.lock(false)
    await lab.advance(120_000)
    expect(sent).toEqual(['t1', 't1'])
  })

  test('a question whose time is over meanwhile is offered until then, and no longer; another stays', async () => {
    const lab = open()
    await lab.start()
    const ask = (requestId: string, more: object = {}) =>
      signals.inputRequested({ conversationId: 'c1', runId: 'r-c1', requestId, ...more })
    await lab.dispatch(ask('q1', { expiresInMs: 30_000 }), ask('q2'))
    const offered = () =>
      lab.keeper.selectors.selectPendingInputs(lab.store.getState(), 'c1').map(({ requestId }) => requestId)
    lab.take()
    lab.devtools.lock(true)
    await lab.advance(TWENTY_PERIODS)
    expect(lab.take().actions.length).toBeLessThanOrEqual(5)
    expect(offered()).toEqual(['q1', 'q2'])
    lab.devtools.lock(false)
    await lab.advance(120_000)
    expect(offered()).toEqual(['q2'])
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

  test('a stream that is down is not opened, and is opened once afterwards', async () => {
    const lab = open()
    lab.backend.auto.delete('open')
    await lab.dispatch(signals.streamDropped({}))
    lab.backend.lose('open')
    await lab.dispatch()
    lab.devtools.lock(true)
    await lab.advance(60_000)
    expect(lab.backend.of('open')).toHaveLength(1)
    lab.devtools.lock(false)
    await lab.advance(120_000)
    expect(lab.backend.of('open')).toHaveLength(2)
  })

  test('a place in a shared queue is not asked for, and is asked for again afterwards', async () => {
    let asked = 0
    const queue: SharedQueuePort = {
      publish: () => undefined,
      withdraw: () => undefined,
      subscribe: () => () => undefined,
      claim: async () => ++asked > 1,
    }
    const lab = open({ features: [sharedQueue(queue)] })
    await lab.dispatch(
      signals.turnStarted({ conversationId: 'c1', runId: 'r0' }),
      lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: 'hello' }),
      signals.turnEnded({ conversationId: 'c1', runId: 'r0', reason: 'complete' }),
    )
    lab.devtools.lock(true)
    await lab.advance(60_000)
    expect(asked).toBe(1)
    lab.devtools.lock(false)
    await lab.advance(200_000)
    expect([asked, lab.take().requests.filter((made) => made.startsWith('send'))]).toEqual([2, ['send t1']])
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

  test('the answer to a send that is swallowed leaves the turn busy, until a status check tells', async () => {
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
