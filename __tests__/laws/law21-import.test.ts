/** Law 21: a session that is imported is replayed to the byte, and sends, stops and tells nothing. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { endTurn, sessionStatusChanged, signals } from 'redux-turnkeeper'
import type { LabOptions } from './lab'
import { open } from './law21-lab'

describe('law 21: import', () => {
  async function record(options: LabOptions = {}) {
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
      signals.inputRequested({
        conversationId: 'c1',
        runId: 'r-c1',
        requestId: 'q1',
        prompt: { ask: 'Sure?' },
      }),
    )
    await lab.dispatch(sessionStatusChanged({ conversationId: 'c1', status: 'running' }))
    await lab.advance(30_000)
    await lab.dispatch(signals.streamDropped({}), signals.streamOpened({}))
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

  test('of a recorded session sends, stops and tells nothing; its active turns are then checked as unverified', async () => {
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
    await lab.dispatch(signals.turnProgressed({ conversationId: 'c1', runId: 'r2', kind: 'output' }))
    await lab.advance(60_000)
    lab.devtools.live()
    await lab.advance(60_000)
    const log = JSON.parse(JSON.stringify(lab.recorder.actions)) as UnknownAction[]
    const other = open({}, 'other-')
    other.devtools.import(log)
    expect(JSON.stringify(other.tip())).toBe(JSON.stringify(lab.tip()))
  })
})
