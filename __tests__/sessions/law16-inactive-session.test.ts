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
    lab.store.subscribe(() => seen.push([lab.busy(), lab.status()]))
    lab.store.dispatch(api.sessionStatusChanged({ conversationId: 'c1', status }))
    expect(seen).toEqual([[false, status]])
    expect(lab.last()).toMatchObject({
      turnId: 't1',
      reason,
      outcome,
      grade: 'witnessed',
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
    const { live } = lab.store.getState().turns.ledger
    await lab.dispatch(started({ conversationId: 'c1', resumeCursor: 'thread-9' }))
    expect(lab.store.getState().turns.ledger.live).toBe(live)
    expect(lab.session()).toMatchObject({ status: 'running', bound: true, resumeCursor: 'thread-9' })
  })

  test('mirror: a start between turns makes the session ready', async () => {
    const lab = createLab()
    await lab.state('starting')
    expect(lab.session()).toMatchObject({ status: 'starting', bound: false })
    await lab.dispatch(api.sessionStarted({ conversationId: 'c1' }))
    expect(lab.session()).toMatchObject({ status: 'ready', bound: true })
  })

  test('one that starts in mid-turn is what was stated, whatever its turn goes on to say', async () => {
    const lab = createLab()
    await lab.start()
    await lab.state('starting')
    await lab.clock.advanceAsync(2_000)
    await lab.dispatch(
      api.turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'tool_open', callId: 'x' }),
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
      bound: true,
      resumeCursor: 'thread-9',
      stamp: null,
    })
    await lab.state('starting', { resumeCursor: null, stamp: 3 })
    expect(lab.session()).toMatchObject({ bound: true, resumeCursor: null, stamp: 3 })
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

  test('nor does a named end that says less', async () => {
    const lab = createLab()
    await lab.start()
    await lab.state('error', { error })
    expect(lab.changes(api.turnEnded({ conversationId: 'c1', runId: 'r-t1', reason: 'cancelled' }))).toBe(
      false,
    )
  })

  test('nor does an idle frame, once confirmed, turn the session back', async () => {
    const lab = createLab()
    await lab.start()
    await lab.state('error', { error })
    lab.backend.world('c1', { status: 'idle' })
    await lab.dispatch(api.sessionReported({ conversationId: 'c1', status: 'idle' }), lab.keeper.lookUp('c1'))
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
      api.turnEnded({ conversationId: 'c1', runId: 'r-t1', reason, ...(reason === 'error' && { error }) }),
    )
    expect(lab.last()).toMatchObject({ turnId: 't1', reason })
    expect(lab.session()).toMatchObject({ status, error: status === 'error' ? error : null })
  })

  test('mirror: where nobody has spoken of a session none is made up', async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.accept('send', { runId: 'r1' })
    await lab.dispatch(
      api.turnStarted({ conversationId: 'c1', runId: 'r1' }),
      api.turnEnded({ runId: 'r1', reason: 'complete' }),
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
      await lab.dispatch(api.turnEnded({ ...address, reason }), api.endTurn({ ...address, reason }))
    }
    expect(lab.session()).toBe(session)
    expect(lab.live()).toBe(live)
  })

  test('nor does a status frame of a subagent', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(
      api.sessionReported({ conversationId: 'c1', runId: 'sub', role: 'child', status: 'error' }),
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
      api.turnStarted({ conversationId: 'c1', turnId: 't1' }),
      api.turnStarted({ conversationId: 'c1', turnId: 'elsewhere' }),
    )
    expect(lab.last()).toMatchObject({ turnId: 't1', reason: 'superseded' })
    expect(lab.status()).toBe('running')
  })

  test('a turn at work makes a known session running, and a revoked end does again', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(api.endTurn({ turnId: 't1', reason: 'rescued' }))
    expect(lab.status()).toBe('ready')
    await lab.dispatch(api.turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'output' }))
    expect([lab.live()?.turnId, lab.status()]).toEqual(['t1', 'running'])
  })
})

describe('law 4: a raw status frame that names no turn', () => {
  test('is kept as reported and settles nothing, until a look-up that left after it confirms it', async () => {
    const lab = createLab()
    await lab.start()
    lab.clock.jump(1)
    lab.store.dispatch(api.sessionReported({ conversationId: 'c1', status: 'stopped' }))
    expect(lab.session()).toMatchObject({ status: 'running', reported: 'stopped' })
    expect(lab.busy()).toBe(true)
    lab.backend.world('c1', { status: 'idle' })
    await lab.clock.advanceAsync(1)
    expect(lab.last()).toMatchObject({ outcome: 'interrupted', grade: 'inferred' })
    expect(lab.session()).toMatchObject({ status: 'stopped', bound: false })
  })

  test('confirmed, error settles as error', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.world('c1', { status: 'idle' })
    await lab.dispatch(api.sessionReported({ conversationId: 'c1', status: 'error' }))
    await lab.clock.advanceAsync(1)
    expect(lab.last()).toMatchObject({ outcome: 'error', grade: 'inferred' })
    expect(lab.status()).toBe('error')
  })

  test('mirror: contradicted by the look-up it comes to nothing', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.world('c1', { status: 'running', runId: 'r-t1' })
    await lab.dispatch(api.sessionReported({ conversationId: 'c1', status: 'stopped' }))
    await lab.clock.advanceAsync(1)
    expect([lab.busy(), lab.status()]).toEqual([true, 'running'])
  })

  test('an old word does not name the end of a later turn', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.world('c1', { status: 'idle' })
    await lab.dispatch(api.sessionReported({ conversationId: 'c1', status: 'stopped' }))
    await lab.clock.advanceAsync(1)
    await lab.submit('t2')
    lab.backend.accept('send')
    await lab.dispatch(api.turnStarted({ conversationId: 'c1', turnId: 't2' }))
    expect(lab.session()).toMatchObject({ status: 'running', reported: null })
    await lab.clock.advanceAsync(10_000, 1_000)
    expect(lab.last()).toMatchObject({ turnId: 't2', reason: 'rescued', outcome: 'unknown' })
    expect(lab.status()).toBe('ready')
  })

  test('without a turn it is a reason to look too', async () => {
    const lab = createLab()
    lab.backend.world('c1', { status: 'idle' })
    await lab.state('starting')
    lab.store.dispatch(api.sessionReported({ conversationId: 'c1', status: 'stopped' }))
    expect(lab.status()).toBe('starting')
    await lab.clock.advanceAsync(1)
    expect(lab.status()).toBe('stopped')
  })

  test('a look-up that left before the word does not confirm it', async () => {
    const lab = createLab()
    lab.backend.auto.delete('status')
    await lab.state('running')
    await lab.clock.advanceAsync(1)
    await lab.dispatch(api.sessionReported({ conversationId: 'c1', status: 'stopped' }))
    lab.backend.accept('status', { c1: { status: 'idle' } })
    await lab.dispatch()
    expect(lab.status()).toBe('running')
    await lab.clock.advanceAsync(1)
    lab.backend.accept('status', { c1: { status: 'idle' } })
    await lab.dispatch()
    expect(lab.status()).toBe('stopped')
  })

  test('weaker mode, without a look-up: it ends a turn that has shown life, and is adopted', async () => {
    const lab = createLab({ ports: {} })
    await lab.state('ready')
    await lab.submit()
    await lab.dispatch(
      api.turnStarted({ conversationId: 'c1', turnId: 't1' }),
      api.sessionReported({ conversationId: 'c1', status: 'error' }),
    )
    expect(lab.last()).toMatchObject({ outcome: 'error', grade: 'inferred' })
    expect(lab.status()).toBe('error')
  })

  test('of a conversation without a session it leaves no trace there', async () => {
    const lab = createLab()
    await lab.dispatch(api.sessionReported({ conversationId: 'c1', status: 'idle' }))
    expect(lab.session()).toBeNull()
  })
})

describe('law 15: the session goes with its conversation', () => {
  test('to the new key, where it answers to both', async () => {
    const lab = createLab()
    await lab.start('t1', 'draft')
    await lab.dispatch(api.conversationRekeyed({ from: 'draft', to: 'c1' }))
    expect(lab.session('draft')).toMatchObject({ conversationId: 'c1', status: 'running' })
    await lab.dispatch(api.sessionStatusChanged({ conversationId: 'draft', status: 'stopped' }))
    expect([lab.status('c1'), lab.busy('c1')]).toEqual(['stopped', false])
  })

  test('one turn that moves leaves its session behind', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(api.conversationRekeyed({ from: 'c1', to: 'c2', turnId: 't1' }))
    expect([lab.status('c1'), lab.status('c2')]).toEqual(['running', null])
  })

  test('and is gone with it', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(api.conversationClosed({ conversationId: 'c1' }))
    expect(lab.session()).toBeNull()
  })
})
