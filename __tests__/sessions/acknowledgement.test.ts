/**
 * Laws 2 and 16, at the click: busy until the server shows a change that can only come from this dispatch.
 *
 * There is no snapshot to keep: a submitted turn is active from the click, and what the server showed before it is what the
 * state held then. The same told again changes nothing, to the reference.
 */
import * as api from 'redux-turnkeeper'
import type { SessionStatus } from 'redux-turnkeeper'
import { createLab } from './lab'

const error = { message: 'the process died' }
/** Each session as it may stand at the click. */
const SNAPSHOTS: readonly (readonly [SessionStatus, object])[] = [
  ['starting', {}],
  ['ready', {}],
  ['ready', { stamp: 7 }],
  ['interrupted', {}],
  ['stopped', {}],
  ['error', {}],
  ['error', { error }],
  ['error', { error, stamp: '2026-11-21T08:00:00Z' }],
]

/** The click, on a session that stands so, and an answer that says no more than that the request was received. */
async function click(status: SessionStatus, more: object = {}) {
  const lab = createLab()
  await lab.state(status, more)
  await lab.submit()
  lab.backend.accept('send')
  await lab.dispatch()
  expect(lab.busy()).toBe(true)
  expect(lab.phase()).toBe('submitted')
  return lab
}

describe('a local dispatch', () => {
  test('is busy in the very dispatch of the click', () => {
    const lab = createLab()
    lab.store.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', input: 'hello' }))
    expect(lab.busy()).toBe(true)
  })

  test.each(SNAPSHOTS)('the same snapshot (%s %j) acknowledges nothing', async (status, more) => {
    const lab = await click(status, more)
    expect(lab.changes(api.sessionStatusChanged({ conversationId: 'c1', status, ...more }))).toBe(false)
    expect(lab.phase()).toBe('submitted')
  })

  test('a session that ran at the click, and is told of again, acknowledges nothing either', async () => {
    const lab = createLab({ ports: {} })
    await lab.state('running', { stamp: 1 })
    await lab.submit()
    expect(lab.changes(api.sessionStatusChanged({ conversationId: 'c1', status: 'running', stamp: 1 }))).toBe(
      false,
    )
    await lab.state('running', { stamp: 2 })
    expect(lab.live()).toMatchObject({ turnId: 't1', started: 'no' })
  })

  test('a prompt that has not left is not what runs', async () => {
    const lab = createLab({ stopScope: 'conversation' })
    await lab.start('t0')
    await lab.dispatch(
      lab.keeper.stopTurn({ conversationId: 'c1' }),
      api.signals.turnEnded({ conversationId: 'c1', runId: 'r-t0', reason: 'cancelled' }),
    )
    await lab.submit()
    await lab.state('running')
    expect(lab.live()).toBeNull()
    expect(lab.phase()).toBe('queued')
    expect(lab.keeper.selectors.selectTurn(lab.store.getState(), 't1')).toMatchObject({
      sendState: 'unsent',
      started: 'no',
    })
  })

  test('nor does the end of a turn before it, told again', async () => {
    const lab = createLab()
    await lab.start('t0')
    await lab.dispatch(api.signals.turnEnded({ conversationId: 'c1', runId: 'r-t0', reason: 'complete' }))
    await lab.submit()
    expect(
      lab.changes(api.signals.turnEnded({ conversationId: 'c1', runId: 'r-t0', reason: 'complete' })),
    ).toBe(false)
    expect(lab.changes(api.endTurn({ turnId: 't0', reason: 'complete' }))).toBe(false)
    expect(lab.phase()).toBe('submitted')
  })

  test('a new turn acknowledges it', async () => {
    const lab = await click('ready')
    await lab.dispatch(api.signals.turnStarted({ conversationId: 'c1', runId: 'r1' }))
    expect([lab.phase(), lab.status(), lab.live()?.turnId]).toEqual(['thinking', 'running', 't1'])
  })

  test.each(SNAPSHOTS)('a session (%s %j) that runs since acknowledges it', async (status, more) => {
    const lab = await click(status, more)
    await lab.state('running')
    expect([lab.phase(), lab.live()?.started]).toEqual(['thinking', 'unnamed'])
  })

  test('and is inactive again ends it', async () => {
    const lab = await click('ready')
    await lab.state('running')
    await lab.state('ready')
    expect(lab.last()).toMatchObject({ turnId: 't1', outcome: 'interrupted', grade: 'inferred' })
  })

  test('an input request acknowledges it', async () => {
    const lab = await click('ready')
    await lab.dispatch(api.signals.inputRequested({ conversationId: 'c1', requestId: 'q1', prompt: 'sure?' }))
    expect(lab.phase()).toBe('awaiting_input')
    expect(lab.keeper.selectors.selectPendingInput(lab.store.getState(), 'c1')).toMatchObject({
      requestId: 'q1',
      askerId: 't1',
    })
  })

  test.each([
    ['the first error', 'ready', {}],
    ['another error', 'error', { error: { message: 'an older one' } }],
    ['the same one in a newer snapshot', 'error', { error, stamp: 1 }],
  ] as const)('an error acknowledges it: %s', async (_which, status, more) => {
    const lab = await click(status, more)
    await lab.state('error', { error, ...('stamp' in more && { stamp: 2 }) })
    expect(lab.last()).toMatchObject({ turnId: 't1', outcome: 'error', error })
    expect([lab.busy(), lab.error()]).toEqual([false, error.message])
  })

  test('a turn that is settled already when first seen acknowledges it', async () => {
    const lab = await click('ready')
    await lab.dispatch(api.signals.turnEnded({ conversationId: 'c1', turnId: 't1', reason: 'complete' }))
    expect(lab.last()).toMatchObject({ turnId: 't1', outcome: 'complete' })
    expect(lab.busy()).toBe(false)
  })

  test('also by the run that the answer to its send gave it', async () => {
    const lab = createLab()
    await lab.state('ready')
    await lab.submit()
    lab.backend.accept('send', { runId: 'r1' })
    await lab.dispatch()
    await lab.dispatch(api.signals.turnEnded({ conversationId: 'c1', runId: 'r1', reason: 'error', error }))
    expect(lab.last()).toMatchObject({ turnId: 't1', outcome: 'error' })
  })

  test('mirror: a settled turn that nobody can know to be this one is a reason to check, no more', async () => {
    const lab = await click('ready')
    lab.backend.auto.delete('status')
    await lab.dispatch(
      api.signals.turnEnded({ conversationId: 'c1', runId: 'unheard-of', reason: 'complete' }),
    )
    await lab.clock.advanceAsync(1)
    expect(lab.busy()).toBe(true)
    lab.backend.accept('status', { c1: { status: 'idle', last: { turnId: 't1', outcome: 'complete' } } })
    await lab.dispatch()
    expect(lab.last()).toMatchObject({ turnId: 't1', outcome: 'complete', grade: 'witnessed' })
  })

  test.each([['starting'], ['stopped'], ['error']] as const)(
    'a session (%s) that comes up for it does not end it',
    async (status) => {
      const lab = await click(status)
      await lab.state('starting')
      await lab.state('ready', { stamp: 2 })
      await lab.dispatch(
        api.sessionStarted({ conversationId: 'c1' }),
        api.threadStarted({ conversationId: 'c1', resumeCursor: 'x' }),
      )
      expect([lab.phase(), lab.status()]).toEqual(['submitted', 'ready'])
    },
  )

  test('one that is stopped on the way ends it as an inference, which its life takes back', async () => {
    const lab = await click('ready')
    await lab.state('stopped')
    expect(lab.last()).toMatchObject({ turnId: 't1', outcome: 'interrupted', grade: 'inferred' })
    await lab.state('starting')
    await lab.dispatch(api.signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
    expect([lab.live()?.turnId, lab.status()]).toEqual(['t1', 'running'])
  })

  test('a message that waits is acknowledged by nothing that happens before it has left', async () => {
    const lab = createLab()
    await lab.start('t0')
    await lab.submit()
    await lab.state('running', { stamp: 1 })
    await lab.dispatch(api.signals.inputRequested({ conversationId: 'c1', requestId: 'q1' }))
    expect(lab.keeper.selectors.selectTurn(lab.store.getState(), 't1')).toMatchObject({
      sendState: 'unsent',
      started: 'no',
    })
    expect(lab.keeper.selectors.selectQueue(lab.store.getState(), 'c1')).toMatchObject([{ turnId: 't1' }])
  })

  test('a session that runs, and nobody knows what, is checked', async () => {
    const lab = createLab()
    lab.backend.world('c1', { status: 'running', runId: 'elsewhere' })
    await lab.state('running')
    await lab.clock.advanceAsync(1)
    expect(lab.live()).toMatchObject({ origin: 'remote', runs: ['elsewhere'] })
  })
})
