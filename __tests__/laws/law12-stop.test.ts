/** Law 12: Stop is an intent on the turn. */
import { queueResumed, signals, stateRestored, stopRefused } from 'redux-turnkeeper'
import { createLab, reloaded } from './lab'
import type { Lab } from './lab'

const stop = (lab: Lab) => lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
const stops = (lab: Lab) => lab.backend.of('stop').length
const canStop = (lab: Lab) => lab.keeper.selectors.selectCanStop(lab.store.getState(), 'c1')

describe('law 12: acknowledged is not stopped', () => {
  test('the turn is stopping until it ends', async () => {
    const lab = createLab()
    await lab.start()
    await stop(lab)
    lab.backend.accept('stop')
    await lab.advance(3_000)
    expect([lab.phase(), lab.history()]).toEqual(['stopping', []])
    await lab.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    expect(lab.ends()).toEqual(['t1 cancelled cancelled witnessed'])
  })

  test('a status check within 5 s finds it over: cancelled', async () => {
    const lab = createLab()
    await lab.start()
    await stop(lab)
    lab.backend.accept('stop')
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(5_000)
    expect(lab.ends()).toEqual(['t1 cancelled cancelled inferred'])
  })

  test('a turn that completes all the same has completed', async () => {
    const lab = createLab()
    await lab.start()
    await stop(lab)
    lab.backend.accept('stop')
    await lab.signalEnd({ runId: 'r-t1', reason: 'complete' })
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('pressed again while it stands it is not sent again', async () => {
    const lab = createLab()
    await lab.start()
    await stop(lab)
    await stop(lab)
    lab.backend.accept('stop')
    await lab.dispatch()
    await stop(lab)
    expect([stops(lab), canStop(lab)]).toEqual([1, false])
  })
})

describe('law 12: a stop survives', () => {
  test('a turn that has not started: it is issued again when the turn starts', async () => {
    const lab = createLab()
    await lab.submit()
    await stop(lab)
    expect(stops(lab)).toBe(1)
    lab.backend.refuse('stop', { reason: 'no_active_turn' })
    await lab.dispatch()
    expect([lab.phase(), stops(lab)]).toEqual(['stopping', 1])
    lab.backend.accept('send', { runId: 'r-t1' })
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r-t1' }))
    expect(stops(lab)).toBe(2)
    await lab.progress()
    expect(stops(lab)).toBe(2)
  })

  test('also where the server had acknowledged it before there was anything to stop', async () => {
    const lab = createLab()
    await lab.submit()
    await stop(lab)
    lab.backend.accept('stop')
    lab.backend.accept('send', { runId: 'r-t1' })
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r-t1' }))
    expect(stops(lab)).toBe(2)
  })

  test('mirror: one that had started is not stopped twice', async () => {
    const lab = createLab()
    await lab.start()
    await stop(lab)
    lab.backend.accept('stop')
    await lab.progress()
    await lab.progress('t1', 'c1', 'tool_open')
    expect(stops(lab)).toBe(1)
  })

  test('a lost answer: a status check leaves at once, and it is issued again where the turn still runs', async () => {
    const lab = createLab()
    await lab.start()
    await stop(lab)
    lab.backend.lose('stop')
    await lab.dispatch()
    await lab.advance(1)
    expect(lab.backend.of('status')).toHaveLength(1)
    expect([lab.phase(), stops(lab)]).toEqual(['stopping', 2])
  })

  test('mirror: and not where it is over', async () => {
    const lab = createLab()
    await lab.start()
    await stop(lab)
    lab.backend.lose('stop')
    lab.backend.world('c1', { status: 'idle' })
    await lab.dispatch()
    await lab.advance(10_000)
    expect([stops(lab), lab.ends()]).toEqual([1, ['t1 cancelled cancelled inferred']])
  })

  test('a reload: kept by selectPersisted, it is issued again when the turn is found running', async () => {
    const before = createLab()
    await before.start()
    await stop(before)
    const kept = before.keeper.selectors.selectPersisted(before.store.getState())
    const lab = createLab({}, { ids: 'other' })
    lab.backend.world('c1', { status: 'running', runId: 'r-t1' })
    await lab.dispatch(stateRestored(JSON.parse(JSON.stringify(kept))))
    await lab.advance(1)
    expect(lab.phase()).toBe('stopping')
    expect(lab.backend.of('stop').map(({ key }) => key)).toEqual(['t1'])
  })

  test('a reload by whichever persistence package', async () => {
    const before = createLab()
    await before.start()
    await stop(before)
    const lab = createLab({}, { preloadedState: reloaded(before), ids: 'other' })
    lab.backend.world('c1', { status: 'running', runId: 'r-t1' })
    await lab.dispatch()
    await lab.advance(1)
    expect(lab.backend.of('stop').map(({ key }) => key)).toEqual(['t1'])
  })

  test('mirror: a message that has not left is withdrawn, and nothing is asked of the server', async () => {
    const lab = createLab()
    await lab.start()
    await lab.submit('t2')
    await lab.dispatch(lab.keeper.stopTurn({ turnId: 't2' }))
    expect([lab.queue(), lab.drafts(), stops(lab)]).toEqual([[], ['text of t2'], 0])
    expect(lab.phase()).toBe('thinking')
  })
})

describe('law 12: a stop that fails', () => {
  test('leaves the turn running, says so, and can be tried again', async () => {
    const lab = createLab()
    await lab.start()
    await stop(lab)
    lab.backend.refuse('stop', { reason: 'unreachable', error: { message: 'no route' } })
    await lab.dispatch()
    expect([lab.phase(), canStop(lab)]).toEqual(['thinking', true])
    expect(lab.error()).toMatch('no route')
    await stop(lab)
    expect(stops(lab)).toBe(2)
  })

  test('“nothing to stop” leads to a status check, which decides', async () => {
    for (const [answer, busy] of [
      [{ status: 'idle' }, false],
      [{ status: 'running', runId: 'r-t1' }, true],
    ] as const) {
      const lab = createLab()
      await lab.start()
      await stop(lab)
      lab.backend.auto.delete('status')
      lab.backend.refuse('stop', { reason: 'no_active_turn' })
      await lab.advance(1)
      expect([lab.busy(), lab.history()]).toEqual([true, []])
      await lab.answer({ c1: answer })
      expect(lab.busy()).toBe(busy)
    }
  })

  test('an answer that the app tells, and that names no request, is the answer to the stop that stands', async () => {
    const lab = createLab()
    await lab.start()
    await stop(lab)
    await lab.dispatch(stopRefused({ turnId: 't1', reason: 'unreachable' }))
    expect([lab.phase(), lab.errorCode()]).toEqual(['thinking', 'stop_unreachable'])
  })

  test('the answer to an older stop does not undo a newer one', async () => {
    const lab = createLab()
    await lab.start()
    await stop(lab)
    expect(lab.leaves(stopRefused({ turnId: 't1', nonce: 'older', reason: 'unreachable' }))).toBe(true)
    expect(lab.phase()).toBe('stopping')
  })
})

describe('law 12: where the wire can stop only the conversation', () => {
  test('sends wait for a stop in flight', async () => {
    const lab = createLab({ stopScope: 'conversation' })
    await lab.start()
    await stop(lab)
    await lab.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    await lab.submit('t2')
    expect(lab.sent()).toEqual(['t1'])
    lab.backend.accept('stop')
    await lab.dispatch()
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('so does a queue; and neither for longer than 10 s', async () => {
    const lab = createLab({ stopScope: 'conversation' })
    await lab.start()
    await lab.submit('t2')
    await stop(lab)
    await lab.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    await lab.advance(9_000)
    expect(lab.sent()).toEqual(['t1'])
    await lab.advance(1_000)
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('mirror: other conversations do not', async () => {
    const lab = createLab({ stopScope: 'conversation' })
    await lab.start()
    await stop(lab)
    await lab.submit('u1', 'c2')
    expect(lab.sent()).toEqual(['t1', 'u1'])
  })

  test('mirror: where it can stop a named turn they do not wait', async () => {
    const lab = createLab()
    await lab.start()
    await stop(lab)
    await lab.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    await lab.submit('t2')
    expect(lab.sent()).toEqual(['t1', 't2'])
  })
})

describe('law 12: the queue after a stop', () => {
  const stopped = async (onUserStop: 'drain' | 'hold') => {
    const lab = createLab({ queuePolicy: { onStop: onUserStop } })
    await lab.start()
    await lab.submit('t2')
    await stop(lab)
    lab.backend.accept('stop')
    await lab.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    return lab
  }

  test('goes on by default', async () => {
    expect((await stopped('drain')).sent()).toEqual(['t1', 't2'])
  })

  test('with “hold” waits for the user, and is not busy meanwhile', async () => {
    const lab = await stopped('hold')
    await lab.advance(60_000)
    expect([lab.sent(), lab.busy(), lab.queue()]).toEqual([['t1'], false, ['t2']])
    await lab.dispatch(queueResumed({ conversationId: 'c1' }))
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('mirror: with “hold” a turn that ends by itself holds nothing', async () => {
    const lab = createLab({ queuePolicy: { onStop: 'hold' } })
    await lab.start()
    await lab.submit('t2')
    await lab.signalEnd({ runId: 'r-t1', reason: 'complete' })
    expect(lab.sent()).toEqual(['t1', 't2'])
  })
})

describe('law 12: a stop beside', () => {
  test('a late signal of the turn that is stopping is evidence, and changes nothing of the intent', async () => {
    const lab = createLab()
    await lab.start()
    await stop(lab)
    await lab.dispatch(
      signals.turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'tool_closed', callId: 'x' }),
    )
    expect(lab.live()?.stop?.state).toBe('requested')
    expect(lab.phase()).toBe('stopping')
  })
})
