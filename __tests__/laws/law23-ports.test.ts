/** Law 23: whatever a port does, nothing comes out of a dispatch, and no turn changes for it. */
import { inputRequested, sessionStatusChanged, streamDropped } from 'redux-turnkeeper'
import { createLab } from './lab'

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

    test('fetchStatus: nothing was said, the turn goes on and is looked up again', async () => {
      let asked = 0
      const lab = create('fetchStatus', () => {
        asked++
        return port()
      })
      await lab.start()
      await lab.advance(60_000)
      expect([lab.live()?.turnId, lab.live()?.stalled, lab.history()]).toEqual(['t1', true, []])
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
      await lab.dispatch(streamDropped({}))
      expect(lab.live()).toMatchObject({ turnId: 't1', unverified: true })
    })

    test('answerInput: the question is open as before', async () => {
      const lab = create('answerInput', port)
      await lab.start()
      await lab.dispatch(inputRequested({ conversationId: 'c1', runId: 'r-t1', requestId: 'q' }))
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
