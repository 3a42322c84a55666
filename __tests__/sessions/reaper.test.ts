/** Law 24: what is idle costs nothing, so it can be let go; and nothing stale pins it for ever. */
import * as api from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab } from './lab'

const HOUR = 3_600_000
const reapable = (lab: Lab) =>
  lab.keeper.selectors.selectReapableSessions(lab.store.getState(), { idleFor: HOUR, now: lab.clock.now() })

describe('selectReapableSessions', () => {
  test('gives the sessions that are settled and idle for longer than that', async () => {
    const lab = createLab()
    await lab.state('ready')
    lab.clock.jump(HOUR - 1)
    expect(reapable(lab)).toEqual([])
    lab.clock.jump(1)
    expect(reapable(lab)).toEqual(['c1'])
  })

  test.each(['ready', 'interrupted', 'error', 'running', 'starting'] as const)(
    'last said to be %s does not pin it',
    async (status) => {
      const lab = createLab({ ports: {} })
      await lab.state(status)
      lab.clock.jump(HOUR)
      expect(reapable(lab)).toEqual(['c1'])
    },
  )

  test('mirror: what is stopped, or being stopped, needs no letting go', async () => {
    const lab = createLab()
    await lab.dispatch(api.sessionStatusChanged({ conversationId: 'c1', status: 'stopped' }))
    await lab.dispatch(
      api.sessionStatusChanged({ conversationId: 'c2', status: 'ready' }),
      lab.keeper.stopSession({ conversationId: 'c2' }),
    )
    lab.clock.jump(HOUR)
    expect(reapable(lab)).toEqual([])
  })

  test('a turn, a queue, a question and a run beside pin it; their end lets it go an hour later', async () => {
    const lab = createLab()
    await lab.start()
    lab.clock.jump(2 * HOUR)
    expect(reapable(lab)).toEqual([])
    await lab.dispatch(api.signals.inputRequested({ conversationId: 'c1', runId: 'r-t1', requestId: 'q1' }))
    lab.clock.jump(2 * HOUR)
    expect(reapable(lab)).toEqual([])
    lab.store.dispatch(api.endTurn({ turnId: 't1', reason: 'complete' }))
    expect(reapable(lab)).toEqual([])
    lab.clock.jump(HOUR)
    expect(reapable(lab)).toEqual(['c1'])
    lab.store.dispatch(api.signals.turnStarted({ conversationId: 'c1', runId: 'sub', role: 'child' }))
    expect(reapable(lab)).toEqual([])
  })

  test('a queue that is held pins it', async () => {
    const lab = createLab({ queuePolicy: { onStop: 'hold' } })
    await lab.start()
    await lab.submit('t2')
    await lab.dispatch(
      lab.keeper.stopTurn({ conversationId: 'c1' }),
      api.signals.turnEnded({ conversationId: 'c1', runId: 'r-t1', reason: 'cancelled' }),
    )
    lab.clock.jump(2 * HOUR)
    expect(lab.busy()).toBe(false)
    expect(reapable(lab)).toEqual([])
  })

  test('the result is the same array while it is the same sessions', async () => {
    const lab = createLab()
    await lab.state('ready')
    lab.clock.jump(HOUR)
    const first = reapable(lab)
    lab.clock.jump(1)
    expect(reapable(lab)).toBe(first)
    await lab.start('t2', 'c2')
    expect(reapable(lab)).toBe(first)
    lab.clock.jump(HOUR)
    await lab.dispatch(api.endTurn({ turnId: 't2', reason: 'complete' }))
    expect(reapable(lab)).toBe(first)
  })
})
