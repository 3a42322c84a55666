/** Law 16: what the ends of turns and sessions mean for each other. */
import * as api from 'redux-turnkeeper'
import { createLab } from './lab'

const error = { message: 'the process died' }

describe('law 16: a session that ends in error', () => {
  test('settles its turn as error, with the session’s words, and one log entry', async () => {
    const lab = createLab()
    await lab.start()
    await lab.state('error', { error })
    expect(lab.last()).toMatchObject({ outcome: 'error', error })
    expect(lab.error()).toBe(error.message)
    expect(lab.log()).toMatchObject([{ message: error.message, turnId: 't1' }])
  })

  test.each(['interrupted', 'stopped', 'ready'] as const)(
    'a later %s does not turn the turn back',
    async (status) => {
      const lab = createLab()
      await lab.start()
      await lab.state('error', { error })
      await lab.state(status)
      expect(lab.last()).toMatchObject({ outcome: 'error', reason: 'session_error' })
      expect(lab.history()).toHaveLength(1)
      expect(lab.error()).toBe(error.message)
    },
  )

  test('but the agent’s own word about that turn does, once: the session’s word named none', async () => {
    const lab = createLab()
    await lab.start()
    await lab.state('error', { error })
    const cancelled = api.signals.turnEnded({ conversationId: 'c1', runId: 'r-t1', reason: 'cancelled' })
    await lab.dispatch(cancelled)
    expect(lab.last()).toMatchObject({ outcome: 'cancelled', grade: 'witnessed', corrected: true })
    expect(lab.changes(cancelled)).toBe(false)
    const complete = api.signals.turnEnded({ conversationId: 'c1', runId: 'r-t1', reason: 'complete' })
    expect(lab.changes(complete)).toBe(false)
    expect(lab.history()).toHaveLength(1)
  })

  test('letter H: a session that is ready again does not throw away how its turn failed', async () => {
    const lab = createLab()
    await lab.start()
    await lab.state('ready')
    expect(lab.last()).toMatchObject({ outcome: 'interrupted', grade: 'inferred' })
    await lab.dispatch(
      api.signals.turnEnded({
        conversationId: 'c1',
        runId: 'r-t1',
        reason: 'error',
        error: { message: 'usage limit' },
      }),
    )
    expect(lab.last()).toMatchObject({
      outcome: 'error',
      grade: 'witnessed',
      error: { message: 'usage limit' },
    })
    expect([lab.history().length, lab.error()]).toEqual([1, 'usage limit'])
  })

  test('nor does an idle frame, once confirmed, turn the session back', async () => {
    const lab = createLab()
    await lab.start()
    await lab.state('error', { error })
    lab.backend.world('c1', { status: 'idle' })
    await lab.dispatch(
      api.signals.sessionReported({ conversationId: 'c1', status: 'idle' }),
      lab.keeper.checkStatus('c1'),
    )
    expect(lab.session()).toMatchObject({ status: 'error', error })
  })

  test('mirror: an interrupted session settles it as interrupted, and a later error is the session’s alone', async () => {
    const lab = createLab()
    await lab.start()
    await lab.state('interrupted')
    await lab.state('error', { error })
    expect(lab.last()).toMatchObject({ outcome: 'interrupted' })
    expect(lab.session()).toMatchObject({ status: 'error', error })
    expect(lab.error()).toBe(error.message)
    expect(lab.log()).toMatchObject([{ kind: 'session', message: error.message, turnId: null }])
  })
})

describe('law 16: an end that names the active turn', () => {
  test.each([
    ['complete', 'ready'],
    ['cancelled', 'ready'],
    ['interrupted', 'ready'],
    ['error', 'error'],
  ] as const)('%s leaves the session %s', async (reason, status) => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(
      api.signals.turnEnded({
        conversationId: 'c1',
        runId: 'r-t1',
        reason,
        ...(reason === 'error' && { error }),
      }),
    )
    expect(lab.last()).toMatchObject({ turnId: 't1', reason })
    expect(lab.session()).toMatchObject({ status, error: status === 'error' ? error : null })
  })

  test('mirror: where nobody has spoken of a session none is made up', async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.accept('send', { runId: 'r1' })
    await lab.dispatch(
      api.signals.turnStarted({ conversationId: 'c1', runId: 'r1' }),
      api.signals.turnEnded({ runId: 'r1', reason: 'complete' }),
    )
    expect(lab.last()).toMatchObject({ outcome: 'complete' })
    expect(lab.session()).toBeNull()
  })

  test.each([
    ['a title run', { conversationId: 'c1', runId: 'title', role: 'auxiliary' as const }],
    ['a subagent', { conversationId: 'c1', runId: 'sub', role: 'child' as const }],
    ['a turn that is settled already', { conversationId: 'c1', turnId: 't0' }],
    ['a turn of another conversation', { conversationId: 'c2', turnId: 't9' }],
  ])('one that names %s touches neither the session nor the turn', async (_whom, address) => {
    const lab = createLab()
    await lab.start('t0')
    await lab.dispatch(api.endTurn({ turnId: 't0', reason: 'complete' }))
    await lab.start()
    const [session, live] = [lab.session(), lab.live()]
    for (const reason of ['complete', 'error', 'cancelled'] as const) {
      await lab.dispatch(api.signals.turnEnded({ ...address, reason }), api.endTurn({ ...address, reason }))
    }
    expect(lab.session()).toBe(session)
    expect(lab.live()).toBe(live)
  })

  test('nor does a status frame of a subagent', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(
      api.signals.sessionReported({ conversationId: 'c1', runId: 'sub', role: 'child', status: 'error' }),
    )
    expect(lab.session()).toMatchObject({ status: 'running', reported: null })
    expect(lab.busy()).toBe(true)
  })

  test('the hard limit says nothing of the session', async () => {
    const lab = createLab({ hardLimit: 60_000 })
    lab.backend.world('c1', { status: 'running', runId: 'r-t1' })
    await lab.start()
    await lab.clock.advanceAsync(60_000, 1_000)
    expect(lab.last()).toMatchObject({ reason: 'timeout' })
    expect(lab.status()).toBe('running')
  })

  test('a turn that takes the place of another keeps the session running', async () => {
    const lab = createLab({ ports: {} })
    await lab.state('ready')
    await lab.submit()
    await lab.dispatch(
      api.signals.turnStarted({ conversationId: 'c1', turnId: 't1' }),
      api.signals.turnStarted({ conversationId: 'c1', turnId: 'elsewhere' }),
    )
    expect(lab.last()).toMatchObject({ turnId: 't1', reason: 'superseded' })
    expect(lab.status()).toBe('running')
  })

  test('a turn at work makes a known session running, and a revoked end does again', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(api.endTurn({ turnId: 't1', reason: 'rescued' }))
    expect(lab.status()).toBe('ready')
    await lab.dispatch(api.signals.turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'output' }))
    expect([lab.live()?.turnId, lab.status()]).toEqual(['t1', 'running'])
  })
})
