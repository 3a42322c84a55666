/** Law 12, for the stop of a whole session: an intent that is shown at once, and taken back where it fails. */
import * as api from 'redux-turnkeeper'
import { keeperAttached } from '../../src/actions'
import { createLab } from './lab'

const pressStop = async (lab: ReturnType<typeof createLab>) => {
  let stands: boolean | undefined
  await lab.dispatch((dispatch: (command: unknown) => boolean) => {
    stands = dispatch(lab.keeper.stopSession({ conversationId: 'c1' }))
  })
  return stands
}

describe('law 12: the stop of a session', () => {
  test('shows at once, as inferred, and is sent through the port', async () => {
    const lab = createLab()
    await lab.start()
    const seen: unknown[] = []
    const unsubscribe = lab.onChange(() => seen.push([lab.status(), lab.busy()]))
    lab.store.dispatch(lab.keeper.stopSession({ conversationId: 'c1' }))
    unsubscribe()
    expect(seen).toEqual([['stopped', false]])
    expect(lab.last()).toMatchObject({ turnId: 't1', outcome: 'interrupted', grade: 'inferred' })
    expect(lab.session()).toMatchObject({ isBound: true, stop: { previousStatus: 'running', turnId: 't1' } })
    await lab.dispatch()
    expect(lab.backend.of('stopSession')).toMatchObject([{ key: 'c1', request: { conversationId: 'c1' } }])
  })

  test.each([
    ['the server stops it', 'accept'],
    ['there was no such session', 'refuse'],
  ] as const)('%s: it is stopped, and the end is witnessed', async (_how, answer) => {
    const lab = createLab()
    await lab.start()
    await lab.state('running', { resumeCursor: 'thread-9' })
    await pressStop(lab)
    lab.backend[answer]('stopSession', { reason: 'no_session' } as never)
    await lab.dispatch()
    expect(lab.last()).toMatchObject({ outcome: 'interrupted', grade: 'witnessed' })
    expect(lab.history()).toHaveLength(1)
    expect(lab.session()).toMatchObject({
      status: 'stopped',
      isBound: false,
      stop: null,
      resumeCursor: 'thread-9',
    })
    expect(lab.error()).toBeNull()
    expect(
      lab.changes(api.signals.turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'output' })),
    ).toBe(false)
  })

  test.each([
    [
      'is refused',
      (lab: ReturnType<typeof createLab>) =>
        lab.backend.refuse('stopSession', { error: { message: 'no permission' } }),
      'no permission',
    ],
    [
      'has no answer',
      (lab: ReturnType<typeof createLab>) => lab.backend.lose('stopSession'),
      'network error',
    ],
  ] as const)(
    'one that %s brings the turn back as running, with lastError and a log entry, and Stop works again',
    async (_how, fail, message) => {
      const lab = createLab()
      lab.backend.world('c1', { status: 'running', runId: 'r-t1' })
      await lab.start()
      await pressStop(lab)
      fail(lab)
      await lab.dispatch()
      expect(lab.live()).toMatchObject({ turnId: 't1', started: 'named' })
      expect(lab.history()).toEqual([])
      expect(lab.session()).toMatchObject({ status: 'running', isBound: true, stop: null })
      expect([lab.error(), lab.errorCode()]).toEqual([message, 'stop_failed'])
      expect(lab.log()).toMatchObject([{ kind: 'stop', message, turnId: 't1' }])

      expect(await pressStop(lab)).toBe(true)
      expect(lab.status()).toBe('stopped')
      lab.backend.accept('stopSession')
      await lab.dispatch()
      expect([lab.status(), lab.busy()]).toEqual(['stopped', false])
      expect(lab.backend.of('stopSession')).toHaveLength(2)
    },
  )

  test('that fails between turns gives the session back as it was', async () => {
    const lab = createLab()
    await lab.state('ready')
    await pressStop(lab)
    lab.backend.refuse('stopSession')
    await lab.dispatch()
    expect([lab.status(), lab.busy()]).toEqual(['ready', false])
    expect(lab.log()).toHaveLength(1)
  })

  test('that fails where no session was known leaves none behind', async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.accept('send', { runId: 'r-t1' })
    await lab.dispatch(api.signals.turnStarted({ conversationId: 'c1', runId: 'r-t1' }))
    await pressStop(lab)
    lab.backend.refuse('stopSession')
    await lab.dispatch()
    expect([lab.session(), lab.live()?.turnId]).toEqual([null, 't1'])
  })

  test('pressed again while it is under way changes nothing, to the reference', async () => {
    const lab = createLab()
    await lab.start()
    await pressStop(lab)
    expect(lab.changes(lab.keeper.stopSession({ conversationId: 'c1' }))).toBe(false)
    await lab.dispatch()
    expect(lab.backend.of('stopSession')).toHaveLength(1)
  })

  test('is not undone by the snapshot that was known already, but by another one if it fails', async () => {
    const lab = createLab()
    await lab.start()
    await pressStop(lab)
    expect(lab.changes(api.sessionStatusChanged({ conversationId: 'c1', status: 'running' }))).toBe(false)
    await lab.state('ready')
    expect(lab.session()).toMatchObject({ status: 'stopped', stop: { previousStatus: 'ready' } })
    lab.backend.refuse('stopSession')
    await lab.dispatch()
    expect([lab.status(), lab.busy()]).toEqual(['ready', false])
  })

  test('the server’s own word that it has stopped makes the end witnessed before the answer comes', async () => {
    const lab = createLab()
    await lab.start()
    await pressStop(lab)
    await lab.state('stopped')
    expect(lab.last()).toMatchObject({ grade: 'witnessed' })
    lab.backend.refuse('stopSession')
    await lab.dispatch()
    expect([lab.status(), lab.busy(), lab.error()]).toEqual(['stopped', false, null])
  })

  test('life of the turn takes the inference back (law 3), and the answer settles it again', async () => {
    const lab = createLab()
    await lab.start()
    await pressStop(lab)
    await lab.dispatch(api.signals.turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'output' }))
    expect([lab.busy(), lab.status()]).toEqual([true, 'running'])
    lab.backend.accept('stopSession')
    await lab.dispatch()
    expect([lab.busy(), lab.status(), lab.history().length]).toEqual([false, 'stopped', 1])
    expect(lab.last()).toMatchObject({ turnId: 't1', grade: 'witnessed' })
  })

  test('mirror: the answer leaves a turn alone that was submitted after the stop', async () => {
    const lab = createLab()
    await lab.start()
    await pressStop(lab)
    await lab.submit('t2')
    lab.backend.accept('stopSession')
    await lab.dispatch()
    expect([lab.live()?.turnId, lab.status()]).toEqual(['t2', 'stopped'])
    await lab.dispatch(api.signals.turnStarted({ conversationId: 'c1', turnId: 't2' }))
    expect(lab.status()).toBe('running')
  })

  test('mirror: nor the session that such a turn runs in by then', async () => {
    const lab = createLab()
    await lab.start()
    await pressStop(lab)
    await lab.submit('t2')
    await lab.dispatch(api.signals.turnStarted({ conversationId: 'c1', turnId: 't2' }))
    lab.backend.accept('stopSession')
    await lab.dispatch()
    expect([lab.live()?.turnId, lab.status(), lab.session()?.stop]).toEqual(['t2', 'running', null])
  })

  test('an answer belongs to its own stop: one that comes late does not fail the next', async () => {
    const lab = createLab()
    await lab.start()
    await pressStop(lab)
    await lab.state('stopped')
    await lab.submit('t2')
    // A session stop that is under way would stop the next turn too: its send waits for it, but not for ever.
    expect(lab.backend.of('send', 'pending')).toEqual([])
    await lab.clock.advanceAsync(10_000)
    await lab.start('t2')
    await pressStop(lab)
    lab.backend.refuse('stopSession')
    await lab.dispatch()
    expect([lab.status(), lab.busy(), lab.error(), lab.log()]).toEqual(['stopped', false, null, []])
    lab.backend.accept('stopSession')
    await lab.dispatch()
    expect(lab.last()).toMatchObject({ turnId: 't2', grade: 'witnessed' })
  })

  test('where the wire stops only conversations, a send waits for it', async () => {
    const lab = createLab({ stopScope: 'conversation' })
    await lab.start()
    await pressStop(lab)
    await lab.submit('t2')
    expect(lab.backend.of('send', 'pending')).toEqual([])
    lab.backend.accept('stopSession')
    await lab.dispatch()
    expect(lab.backend.of('send', 'pending')).toMatchObject([{ key: 't2' }])
  })

  test('weaker mode, without the port: it shows, stays inferred, and life takes it back', async () => {
    const lab = createLab({ ports: {} })
    await lab.state('ready')
    await lab.submit()
    await lab.dispatch(api.signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
    expect(await pressStop(lab)).toBe(true)
    expect(lab.session()).toMatchObject({ status: 'stopped', stop: { nonce: null } })
    expect(lab.last()).toMatchObject({ grade: 'inferred' })
    await lab.dispatch(api.signals.turnProgressed({ conversationId: 'c1', turnId: 't1', kind: 'output' }))
    expect([lab.busy(), lab.status()]).toEqual([true, 'running'])
    await pressStop(lab)
    await lab.state('stopped')
    expect(lab.last()).toMatchObject({ grade: 'witnessed' })
    expect(lab.session()).toMatchObject({ status: 'stopped', stop: null })
  })

  test('and is confirmed by a statement, also of a session that was never bound', async () => {
    const lab = createLab({ ports: {} })
    await lab.state('starting')
    await pressStop(lab)
    expect(lab.session()?.stop).not.toBeNull()
    await lab.state('stopped')
    expect(lab.session()).toMatchObject({ status: 'stopped', isBound: false, stop: null })
  })

  test('law 9: one whose keeper is gone was not seen to work: the turn comes back, unverified', async () => {
    const lab = createLab()
    await lab.start()
    await pressStop(lab)
    const { keeperId } = lab.store.getState().turnkeeper.turns
    expect(lab.changes(keeperAttached({ keeperId: keeperId! }))).toBe(false)
    const kept = JSON.parse(JSON.stringify(lab.store.getState()))
    const next = createLab({}, kept, 'other')
    await next.dispatch(api.conversationViewed({ conversationId: 'c1' }))
    expect(next.live()).toMatchObject({ turnId: 't1', isUnverified: true })
    expect(next.session()).toMatchObject({ status: 'running', stop: null })
  })

  test('law 22: an answer that comes after dispose() goes nowhere', async () => {
    const lab = createLab()
    await lab.start()
    await pressStop(lab)
    const state = lab.store.getState()
    lab.keeper.dispose()
    await lab.dispatch()
    expect(lab.backend.of('stopSession')).toMatchObject([{ state: 'aborted' }])
    expect(lab.store.getState()).toBe(state)
    expect(lab.clock.pending).toBe(0)
  })

  test('law 20: replaying the actions gives the same state to the byte', async () => {
    const lab = createLab()
    await lab.start()
    await pressStop(lab)
    lab.backend.refuse('stopSession')
    await lab.dispatch()
    const { reducer } = lab.keeper
    const replayed = lab.recorder.actions.reduce(reducer, undefined as never)
    expect(JSON.stringify(replayed)).toBe(JSON.stringify(lab.store.getState().turnkeeper))
  })
})
