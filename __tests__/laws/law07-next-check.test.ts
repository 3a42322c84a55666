/** Law 7: nothing is busy without a next check of its own. (That there is one is asserted after every action, in the lab.) */
import { signals } from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab } from './lab'

const asked = (lab: Lab) => lab.backend.of('status').length

describe('law 7: a active turn is checked when nothing was heard of it', () => {
  test('10 s after its latest evidence, and 5 s after each check that settled nothing', async () => {
    const lab = createLab()
    await lab.start()
    await lab.advance(4_000)
    await lab.progress('t1', 'c1', 'tool_open')
    await lab.advance(9_999, 1_000)
    expect(asked(lab)).toBe(0)
    await lab.advance(1)
    expect(asked(lab)).toBe(1)
    await lab.advance(60_000)
    expect(asked(lab)).toBeGreaterThan(5)
  })

  test('20 s after a send that was not answered', async () => {
    const lab = createLab()
    await lab.submit()
    await lab.advance(19_999, 1_000)
    expect(asked(lab)).toBe(0)
    await lab.advance(1)
    expect(asked(lab)).toBe(1)
  })

  test('5 s after it was asked to stop', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    lab.backend.accept('stop')
    await lab.advance(5_000)
    expect(asked(lab)).toBe(1)
  })

  test('a stream that goes on feeds it', async () => {
    const lab = createLab()
    await lab.start()
    for (let i = 0; i < 30; i++) {
      await lab.advance(2_000)
      await lab.progress()
    }
    expect(asked(lab)).toBe(0)
  })
})

describe('law 7: it is fed by evidence about that turn alone', () => {
  const feedFor = async (lab: Lab, ms: number, feed: () => Promise<unknown>) => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      await lab.advance(1_000)
      await feed()
    }
  }

  test('mirror: not by its neighbour in another conversation', async () => {
    const lab = createLab()
    await lab.start('t1', 'c1')
    await lab.start('u1', 'c2')
    await feedFor(lab, 10_000, () => lab.progress('u1', 'c2'))
    expect(asked(lab)).toBe(1)
    expect(lab.keeper.selectors.selectIsStalled(lab.store.getState(), 'c1')).toBe(true)
    expect(lab.keeper.selectors.selectIsStalled(lab.store.getState(), 'c2')).toBe(false)
  })

  test('mirror: not by a run beside it', async () => {
    const lab = createLab()
    await lab.start()
    await feedFor(lab, 10_000, () =>
      lab.dispatch(
        signals.turnProgressed({ conversationId: 'c1', runId: 'sub', role: 'child', kind: 'output' }),
      ),
    )
    expect(asked(lab)).toBe(1)
  })

  test('mirror: not by history, nor by a heartbeat of the app’s', async () => {
    const lab = createLab()
    await lab.start()
    await feedFor(lab, 10_000, () =>
      lab.dispatch(
        signals.turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'output', replayed: true }),
        {
          type: 'app/typed',
        },
      ),
    )
    expect(asked(lab)).toBe(1)
  })

  test('mirror: that the stream is up again brings it forward', async () => {
    const lab = createLab()
    await lab.start()
    await lab.advance(2_000)
    await lab.dispatch(signals.streamOpened({}))
    await lab.advance(1)
    expect(asked(lab)).toBe(1)
  })
})

describe('law 7: a turn that waits for a person', () => {
  test('is never stalled, and is checked all the same', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(signals.inputRequested({ conversationId: 'c1', runId: 'r-t1', requestId: 'q' }))
    lab.backend.world('c1', { status: 'awaiting_input', runId: 'r-t1', inputId: 'q' })
    await lab.advance(60_000)
    expect([lab.phase(), lab.live()?.isStalled]).toEqual(['awaiting_input', false])
    expect(asked(lab)).toBeGreaterThan(3)
  })

  test('mirror: once it is answered its silence counts again', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(signals.inputRequested({ conversationId: 'c1', runId: 'r-t1', requestId: 'q' }))
    await lab.dispatch(signals.inputResolved({ conversationId: 'c1', requestId: 'q' }))
    await lab.advance(10_000)
    expect(lab.live()?.isStalled).toBe(true)
  })
})

describe('law 7: a status check that fails', () => {
  test('is made again, ever less often, with jitter and a longest pause, for as long as the turn is active', async () => {
    const lab = createLab({ maxBackoff: 30_000 })
    await lab.start()
    lab.backend.auto.delete('status')
    const pauses: number[] = []
    let last = lab.clock.now()
    for (let i = 0; i < 8; i++) {
      while (lab.backend.of('status', 'pending').length === 0) await lab.advance(500, 500)
      pauses.push(lab.clock.now() - last)
      last = lab.clock.now()
      lab.backend.lose('status')
      await lab.dispatch()
    }
    expect(pauses[0]).toBe(10_000)
    expect(pauses.slice(1)).toEqual([...pauses.slice(1)].sort((a, b) => a - b))
    expect(pauses.at(-1)).toBeLessThanOrEqual(30_000)
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(22_000)
    expect(lab.busy()).toBe(true)
  })

  test('one that is never answered is given up, and does not hold the next one back', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.auto.delete('status')
    await lab.advance(10_000 + 15_000 + 5_000)
    expect(lab.backend.of('status').map(({ state }) => state)).toEqual(['aborted', 'pending'])
  })

  test('all busy conversations go in one call, and one is out at a time', async () => {
    const lab = createLab()
    await lab.start('t1', 'c1')
    await lab.start('t2', 'c2')
    lab.backend.auto.delete('status')
    await lab.start('t3', 'c3')
    await lab.advance(20_000)
    expect(lab.backend.of('status').map(({ request }) => request)).toEqual([['c1', 'c2', 'c3']])
  })

  test('none leaves while the page is hidden; one leaves at once when it is shown, and when the network is back', async () => {
    const lab = createLab()
    await lab.start()
    lab.environment.emit('hidden')
    await lab.advance(60_000)
    expect(asked(lab)).toBe(0)
    lab.environment.emit('visible')
    await lab.dispatch()
    expect(asked(lab)).toBe(1)
    lab.environment.emit('online')
    await lab.dispatch()
    expect(asked(lab)).toBe(2)
  })

  test('after a page was hidden the checks go on', async () => {
    const lab = createLab()
    await lab.start()
    lab.environment.emit('hidden')
    await lab.advance(60_000)
    lab.environment.emit('visible')
    await lab.dispatch()
    const first = asked(lab)
    await lab.advance(30_000)
    expect(asked(lab)).toBeGreaterThan(first)
  })
})
