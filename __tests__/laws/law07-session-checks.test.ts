/**
 * Law 7: a session that is believed active and has no turn is checked. What a check finds ends what was believed of it; a
 * check that tells nothing, or left before its newest word, ends nothing.
 */
import { sendingGated, sessionStatusChanged, signals } from 'redux-turnkeeper'
import type { SessionStatus } from 'redux-turnkeeper'
import { createLab, reloaded } from './lab'
import type { Lab } from './lab'

const session = (lab: Lab) => lab.keeper.selectors.selectSession(lab.store.getState(), 'c1')?.status
const stated = (status: SessionStatus) => sessionStatusChanged({ conversationId: 'c1', status })
const checks = (lab: Lab) => lab.backend.of('status').length

describe('a session without a turn', () => {
  test('starting: it is checked after the stall time-out, and again until it is given up', async () => {
    const lab = createLab({ stallTimeout: 10_000, registrationWindow: 20_000, recheckInterval: 5_000 })
    lab.backend.world('c1', { status: 'idle' })
    await lab.dispatch(stated('starting'))
    await lab.advance(9_000)
    expect([checks(lab), session(lab)]).toEqual([0, 'starting'])
    await lab.advance(1_000)
    // The process may not have registered yet.
    expect([checks(lab), session(lab)]).toEqual([1, 'starting'])
    await lab.advance(10_000)
    expect([checks(lab), session(lab)]).toEqual([3, 'ready'])
    await lab.advance(120_000)
    expect(checks(lab)).toBe(3)
    expect(lab.clock.pending).toBe(0)
  })

  test('running: it is checked at once, and "idle" makes it ready', async () => {
    const lab = createLab()
    lab.backend.world('c1', { status: 'idle' })
    await lab.dispatch(stated('running'))
    expect([checks(lab), session(lab)]).toEqual([1, 'ready'])
  })

  test('running, and the server knows no such session: it is stopped', async () => {
    const lab = createLab()
    lab.backend.world('c1', { status: 'absent' })
    await lab.dispatch(stated('running'))
    expect(session(lab)).toBe('stopped')
  })

  test('a check that tells nothing is repeated', async () => {
    const lab = createLab({ recheckInterval: 5_000 })
    lab.backend.world('c1', { status: 'unreachable' })
    await lab.dispatch(stated('running'))
    await lab.advance(300_000)
    expect(session(lab)).toBe('running')
    expect(checks(lab)).toBeGreaterThan(3)
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(60_000)
    expect(session(lab)).toBe('ready')
  })

  test('mirror: the check finds a turn at work, and the session runs', async () => {
    const lab = createLab()
    lab.backend.world('c1', { status: 'running', runId: 'r1' })
    await lab.dispatch(stated('starting'))
    await lab.advance(10_000)
    expect([session(lab), lab.live()?.runs]).toEqual(['running', ['r1']])
  })

  test('mirror: its own check holds no prompt back', async () => {
    const lab = createLab()
    await lab.dispatch(stated('starting'), sendingGated({ open: false }))
    await lab.submit()
    await lab.dispatch(sendingGated({ open: true }))
    expect(lab.sent()).toEqual(['t1'])
  })

  test('mirror: a check that left before its newest word says nothing of it', async () => {
    const lab = createLab()
    await lab.dispatch(stated('ready'))
    await lab.checkStatus('c1')
    await lab.dispatch(stated('running'))
    await lab.answer({ c1: { status: 'absent' } })
    expect(session(lab)).toBe('running')
  })

  test('mirror: without status checks only the app and the wire speak of it', async () => {
    const lab = createLab({}, { ports: ({ fetchStatus: _, ...ports }) => ports })
    await lab.dispatch(stated('starting'))
    await lab.advance(600_000)
    expect(session(lab)).toBe('starting')
    expect(lab.clock.pending).toBe(0)
  })

  test('mirror: a session that is not active is not checked', async () => {
    const lab = createLab()
    await lab.dispatch(stated('ready'), stated('interrupted'), stated('stopped'))
    await lab.advance(120_000)
    expect(checks(lab)).toBe(0)
  })
})

describe('a session whose turn is over', () => {
  test('mirror: by the hard limit of the app, which says nothing of the session: no check takes that back', async () => {
    const lab = createLab({ hardLimit: 30_000 })
    await lab.dispatch(stated('running'))
    await lab.start()
    await lab.advance(30_000)
    const asked = checks(lab)
    await lab.advance(120_000)
    expect([lab.last()?.reason, session(lab), checks(lab)]).toEqual(['timeout', 'running', asked])
  })

  test('the stop of a session was refused: what it goes back to is checked', async () => {
    const lab = createLab()
    lab.backend.world('c1', { status: 'running' })
    lab.backend.auto.delete('status')
    await lab.dispatch(stated('running'), lab.keeper.stopSession({ conversationId: 'c1' }))
    await lab.dispatch(lab.keeper.checkStatus('c1'))
    lab.backend.auto.add('status')
    lab.backend.refuse('stopSession')
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(60_000)
    expect(session(lab)).toBe('ready')
  })
})

test('after a reload: what was believed active is checked', async () => {
  const before = createLab()
  await before.dispatch(stated('starting'))
  const lab = createLab({}, { preloadedState: reloaded(before), ids: 'other' })
  lab.backend.world('c1', { status: 'running', runId: 'r1' })
  await lab.dispatch(signals.streamOpened({}))
  expect([session(lab), lab.live()?.runs]).toEqual(['running', ['r1']])
})
