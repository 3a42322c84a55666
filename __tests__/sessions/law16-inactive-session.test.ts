/** Law 16: an inactive session holds no active turn; the transition settles it in the same dispatch. */
import * as api from 'redux-turnkeeper'
import type { SessionStatus } from 'redux-turnkeeper'
import { createLab } from './lab'

const error = { message: 'the process died' }

describe('law 16: a statement that the session is inactive', () => {
  test.each([
    ['ready', 'interrupted', 'interrupted'],
    ['interrupted', 'interrupted', 'interrupted'],
    ['stopped', 'interrupted', 'interrupted'],
    ['error', 'session_error', 'error'],
  ] as const)('%s settles the turn in the same dispatch, as %s', async (status, reason, outcome) => {
    const lab = createLab()
    await lab.start()
    expect(lab.status()).toBe('running')
    lab.clock.jump(1_000)
    const seen: [boolean, string | null][] = []
    lab.onChange(() => seen.push([lab.busy(), lab.status()]))
    lab.store.dispatch(api.sessionStatusChanged({ conversationId: 'c1', status }))
    expect(seen).toEqual([[false, status]])
    expect(lab.last()).toMatchObject({
      turnId: 't1',
      reason,
      outcome,
      // The session's word names no turn.
      grade: 'inferred',
      endedAt: 1_001_000,
    })
    expect(lab.history()).toHaveLength(1)
    expect(lab.session()).toMatchObject({ status, changedAt: 1_001_000 })
  })

  test.each(['starting', 'running'] as const)('mirror: %s keeps the turn', async (status) => {
    const lab = createLab()
    await lab.start()
    await lab.state(status)
    expect(lab.live()?.turnId).toBe('t1')
    expect(lab.history()).toEqual([])
    expect(lab.status()).toBe(status)
  })

  test.each([
    ['session', api.sessionStarted],
    ['thread', api.threadStarted],
  ])('a %s that starts in mid-turn keeps the turn, and itself running', async (_what, started) => {
    const lab = createLab()
    await lab.start()
    const turn = lab.live()
    await lab.dispatch(started({ conversationId: 'c1', resumeCursor: 'thread-9' }))
    expect(lab.live()).toBe(turn)
    expect(lab.session()).toMatchObject({ status: 'running', isBound: true, resumeCursor: 'thread-9' })
  })

  test('mirror: a start between turns makes the session ready', async () => {
    const lab = createLab()
    await lab.state('starting')
    expect(lab.session()).toMatchObject({ status: 'starting', isBound: false })
    await lab.dispatch(api.sessionStarted({ conversationId: 'c1' }))
    expect(lab.session()).toMatchObject({ status: 'ready', isBound: true })
  })

  test('one that starts in mid-turn is what was stated, whatever its turn goes on to say', async () => {
    const lab = createLab()
    await lab.start()
    await lab.state('starting')
    await lab.clock.advanceAsync(2_000)
    await lab.dispatch(
      api.signals.turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'tool_open', callId: 'x' }),
    )
    expect(lab.status()).toBe('starting')
  })

  test('a binding, a cursor or a stamp that is stated later is news of its own', async () => {
    const lab = createLab()
    await lab.state('starting')
    await lab.state('starting', { bound: true })
    await lab.state('starting', { resumeCursor: 'thread-9' })
    expect(lab.session()).toMatchObject({
      status: 'starting',
      isBound: true,
      resumeCursor: 'thread-9',
      stamp: null,
    })
    await lab.state('starting', { resumeCursor: null, stamp: 3 })
    expect(lab.session()).toMatchObject({ isBound: true, resumeCursor: null, stamp: 3 })
  })

  test('the session of another conversation holds its own turn, and no other', async () => {
    const lab = createLab()
    await lab.start('t1', 'c1')
    await lab.start('t2', 'c2')
    await lab.dispatch(api.sessionStatusChanged({ conversationId: 'c2', status: 'stopped' }))
    expect([lab.busy('c1'), lab.busy('c2')]).toEqual([true, false])
    expect([lab.status('c1'), lab.status('c2')]).toEqual(['running', 'stopped'])
  })

  test.each(['stopped', 'error'] as const)(
    '%s settles what the server had queued too: it is not let on',
    async (status) => {
      const lab = createLab({ sendWhileBusy: 'send' })
      await lab.start()
      await lab.submit('t2')
      lab.backend.accept('send', { as: 'queued' }, 't2')
      await lab.dispatch()
      await lab.state(status)
      expect(lab.busy()).toBe(false)
      expect(
        lab
          .history()
          .map((ended) => ended.turnId)
          .sort(),
      ).toEqual(['t1', 't2'])
    },
  )

  test('mirror: after ready the server goes on with what it had queued', async () => {
    const lab = createLab({ sendWhileBusy: 'send' })
    await lab.start()
    await lab.submit('t2')
    lab.backend.accept('send', { as: 'queued' }, 't2')
    await lab.dispatch()
    await lab.state('ready')
    expect(lab.live()?.turnId).toBe('t2')
  })

  test('mirror: a message of the local queue is not settled with it, and waits for a person: it would start the session again', async () => {
    const lab = createLab()
    await lab.start()
    await lab.submit('t2')
    lab.backend.world('c1', { status: 'idle' })
    await lab.state('stopped')
    expect(lab.history().map((ended) => ended.turnId)).toEqual(['t1'])
    expect([lab.busy(), lab.backend.of('send', 'pending')]).toEqual([false, []])
    await lab.dispatch(api.queueResumed({ conversationId: 'c1' }))
    expect(lab.backend.of('send', 'pending')).toMatchObject([{ key: 't2', request: { input: 'text of t2' } }])
  })

  test('a status word that nobody knows changes nothing', async () => {
    const lab = createLab()
    await lab.start()
    expect(
      lab.changes(api.sessionStatusChanged({ conversationId: 'c1', status: 'sleepy' as SessionStatus })),
    ).toBe(false)
    expect(lab.problems).toHaveLength(1)
  })

  test.each(['__proto__', 'constructor', '', '10'])('a conversation may be called %j', async (id) => {
    const lab = createLab()
    await lab.start('t1', id)
    await lab.dispatch(api.sessionStatusChanged({ conversationId: id, status: 'error', error }))
    expect([lab.status(id), lab.busy(id), lab.error(id)]).toEqual(['error', false, error.message])
    expect(({} as { status?: unknown }).status).toBeUndefined()
  })
})
