/** Law 23: whatever a port does, nothing comes out of a dispatch, and no turn changes for it. */
import { sessionStatusChanged, signals } from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab } from './lab'

describe('law 23: a port', () => {
  const fail = () => {
    throw new Error('not even tried')
  }
  const MISBEHAVES: readonly (readonly [string, () => unknown])[] = [
    ['throws', fail],
    ['returns nothing', () => undefined],
    ['resolves to nothing', async () => undefined],
    ['resolves to null', async () => null],
    ['resolves to a number', async () => 7],
    ['resolves to an empty object', async () => ({})],
    ['resolves to an odd status', async () => ({ status: 'odd', c1: 'odd' })],
  ]
  const quiet = { onError: () => undefined, onProblem: () => undefined }
  const create = (name: string, port: () => unknown) =>
    createLab(quiet, { ports: (ports) => ({ ...ports, [name]: port }) })

  describe.each(MISBEHAVES)('that %s', (_how, port) => {
    test('sendTurn: it is not known what became of the send, so the turn goes on', async () => {
      const lab = create('sendTurn', port)
      await lab.submit()
      expect([lab.busy(), lab.history(), lab.drafts()]).toEqual([true, [], []])
      lab.backend.world('c1', { status: 'idle', last: { turnId: 't1', outcome: 'complete' } })
      await lab.advance(20_000)
      expect(lab.last()).toMatchObject({ turnId: 't1', outcome: 'complete' })
    })

    test('stopTurn: the turn goes on', async () => {
      let asked = 0
      const lab = create('stopTurn', () => (asked++ === 0 ? port() : new Promise(() => undefined)))
      await lab.start()
      await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
      expect([lab.busy(), lab.history()]).toEqual([true, []])
    })

    test('fetchStatus: nothing was said, the turn goes on and is checked again', async () => {
      let asked = 0
      const lab = create('fetchStatus', () => {
        asked++
        return port()
      })
      await lab.start()
      await lab.advance(60_000)
      expect([lab.live()?.turnId, lab.live()?.isStalled, lab.history()]).toEqual(['t1', true, []])
      expect(asked).toBeGreaterThan(1)
    })

    test('listSessions: no session is taken for dead', async () => {
      const lab = create('listSessions', port)
      await lab.start()
      await lab.dispatch(sessionStatusChanged({ conversationId: 'c1', status: 'running' }))
      expect(await lab.store.dispatch(lab.keeper.reconcileSessions())).toBe(false)
      expect(lab.live()?.turnId).toBe('t1')
    })

    test('openStream: the turn is unverified, and goes on', async () => {
      const lab = create('openStream', port)
      await lab.start()
      await lab.dispatch(signals.streamDropped({}))
      expect(lab.live()).toMatchObject({ turnId: 't1', isUnverified: true })
    })

    test('answerInput: the question is open as before', async () => {
      const lab = create('answerInput', port)
      await lab.start()
      await lab.dispatch(signals.inputRequested({ conversationId: 'c1', runId: 'r-t1', requestId: 'q' }))
      const args = { conversationId: 'c1', requestId: 'q', answer: 'yes' }
      await lab.store.dispatch(lab.keeper.answerInput(args))
      expect(lab.phase()).toBe('awaiting_input')
      expect(lab.keeper.selectors.selectPendingInput(lab.store.getState(), 'c1')).toMatchObject({
        state: 'open',
      })
    })

    test('stopSession: the session and its turn are as before', async () => {
      const lab = create('stopSession', port)
      await lab.start()
      await lab.dispatch(sessionStatusChanged({ conversationId: 'c1', status: 'running' }))
      await lab.dispatch(lab.keeper.stopSession({ conversationId: 'c1' }))
      expect(lab.live()?.turnId).toBe('t1')
      expect(lab.keeper.selectors.selectSession(lab.store.getState(), 'c1')?.status).toBe('running')
    })

    test('stopTurn: it is not called over and over while no time passes', async () => {
      let asked = 0
      const lab = create('stopTurn', () => (asked++ < 100 ? port() : new Promise(() => undefined)))
      await lab.start()
      await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
      expect(asked).toBeLessThan(3)
    })
  })
})

describe('law 23: a port that fails again and again is reported (letter N)', () => {
  const failing = () => Promise.reject(new Error('no route to host'))
  const kinds = (lab: Lab) => lab.problems.map(({ kind }) => kind)

  test.each([
    ['rejects', failing],
    [
      'throws',
      () => {
        throw new Error('no route to host')
      },
    ],
  ])(
    'fetchStatus that %s: once, with what it said, after the third time in a row',
    async (_how, fetchStatus) => {
      const lab = createLab({}, { ports: (ports) => ({ ...ports, fetchStatus }) })
      await lab.start()
      lab.store.dispatch(lab.keeper.checkStatus('c1'))
      await lab.dispatch(lab.keeper.checkStatus('c1'))
      expect(kinds(lab)).toEqual([])
      await lab.dispatch(lab.keeper.checkStatus('c1'))
      expect(kinds(lab)).toEqual(['failing fetchStatus'])
      expect(lab.problems[0]?.message).toContain('no route to host')
      await lab.advance(600_000, 10_000)
      expect(kinds(lab)).toEqual(['failing fetchStatus'])
      expect(lab.live()?.turnId).toBe('t1')
    },
  )

  test('the checks that nobody asked for count as well', async () => {
    const lab = createLab({}, { ports: (ports) => ({ ...ports, fetchStatus: failing }) })
    await lab.start()
    await lab.advance(120_000)
    expect(kinds(lab)).toEqual(['failing fetchStatus'])
  })

  test('a check without an answer in its time has failed', async () => {
    const never = () => new Promise<never>(() => undefined)
    const lab = createLab({}, { ports: (ports) => ({ ...ports, fetchStatus: never }) })
    await lab.start()
    await lab.advance(180_000)
    expect(kinds(lab)).toEqual(['failing fetchStatus'])
  })

  test('mirror: failures between which it answers are not reported', async () => {
    let asked = 0
    const fetchStatus = () => (asked++ % 3 === 2 ? Promise.resolve({}) : failing())
    const lab = createLab({}, { ports: (ports) => ({ ...ports, fetchStatus }) })
    await lab.start()
    for (let i = 0; i < 12; i++) await lab.dispatch(lab.keeper.checkStatus('c1'))
    expect([asked, kinds(lab)]).toEqual([12, []])
  })

  test('mirror: one that is aborted because the page slept has not failed', async () => {
    const never = () => new Promise<never>(() => undefined)
    const lab = createLab({}, { ports: (ports) => ({ ...ports, fetchStatus: never }) })
    await lab.start()
    await lab.advance(10_000)
    for (let i = 0; i < 5; i++) {
      lab.clock.jump(3_600_000)
      await lab.advance(1)
    }
    expect(kinds(lab)).toEqual([])
  })

  test('sendTurn that is never reached: so is it', async () => {
    const lab = createLab({}, { ports: (ports) => ({ ...ports, sendTurn: failing }) })
    for (const id of ['1', '2', '3']) await lab.submit(`t${id}`, `c${id}`)
    expect(kinds(lab)).toEqual(['failing sendTurn'])
  })
})

describe('law 23: what the wire reports reaches a person (letter N)', () => {
  const reported = (address: object) =>
    signals.errorReported({ ...address, error: { message: 'rate limited', code: '429' } })
  const log = (lab: Lab, id = 'c1') => lab.keeper.selectors.selectActivityLog(lab.store.getState(), id)

  test.each([
    ['the conversation', { conversationId: 'c1' }],
    ['the run', { runId: 'r-t1' }],
  ])('an error of %s stands in its activity log at once, and the turn goes on', async (_whom, address) => {
    const lab = createLab()
    await lab.start()
    lab.store.dispatch(reported(address))
    expect(log(lab)).toMatchObject([{ kind: 'reported', message: 'rate limited', code: '429', turnId: 't1' }])
    expect([lab.phase(), lab.error()]).toEqual(['thinking', null])
    await lab.dispatch()
  })

  test('mirror: one that is history, or of a conversation that nobody knows, does not', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(
      reported({ conversationId: 'c1', replayed: true }),
      reported({ conversationId: 'nowhere' }),
    )
    expect([log(lab), log(lab, 'nowhere')]).toEqual([[], []])
  })
})
