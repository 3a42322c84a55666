/** Law 18: at start-up, sessions believed to live are compared with those that do. */
import * as api from 'redux-turnkeeper'
import { sessionsListed } from '../../src/actions'
import { createLab } from './lab'
import type { Lab } from './lab'

const ids = (...conversationIds: readonly string[]) =>
  conversationIds.map((conversationId) => ({ conversationId }))

/** What a process kept, and the next one starts with. */
async function restarted(prepare: (lab: Lab) => Promise<void>, options?: Parameters<typeof createLab>[0]) {
  const before = createLab()
  await prepare(before)
  const kept = JSON.parse(JSON.stringify(before.store.getState()))
  before.keeper.dispose()
  const lab = createLab(options, kept, 'next')
  lab.backend.auto.delete('status')
  return lab
}
const reconcile = (lab: Lab): Promise<boolean> => lab.store.dispatch(lab.keeper.reconcileSessions() as never)

describe('law 18: reconcileSessions', () => {
  test('the missing are stopped, their turns interrupted, their resume cursors kept', async () => {
    const lab = await restarted(async (before) => {
      await before.start('t1', 'c1')
      await before.dispatch(api.sessionStarted({ conversationId: 'c1', resumeCursor: 'thread-1' }))
      await before.start('t2', 'c2')
      await before.dispatch(
        api.sessionStatusChanged({ conversationId: 'c3', status: 'starting', resumeCursor: 'thread-3' }),
      )
    })
    const done = reconcile(lab)
    expect([lab.busy('c1'), lab.busy('c2')]).toEqual([true, true])
    lab.backend.accept('listSessions', ids('c2') as never)
    expect(await done).toBe(true)
    expect(lab.session('c1')).toMatchObject({ status: 'stopped', isBound: false, resumeCursor: 'thread-1' })
    expect(lab.last('c1')).toMatchObject({ turnId: 't1', outcome: 'interrupted', grade: 'inferred' })
    expect(lab.busy('c1')).toBe(false)
    expect(lab.session('c3')).toMatchObject({ status: 'stopped', resumeCursor: 'thread-3' })
    // Mirror: the one that is there.
    expect(lab.status('c2')).toBe('running')
    expect(lab.live('c2')).toMatchObject({ turnId: 't2' })
  })

  test.each(['ready', 'interrupted', 'error'] as const)(
    'mirror: a session that was %s is not compared',
    async (status) => {
      const lab = await restarted((before) => before.state(status))
      const session = lab.session()
      const done = reconcile(lab)
      lab.backend.accept('listSessions', [] as never)
      await done
      expect(lab.session()).toBe(session)
    },
  )

  test.each([
    ['stated anew', (lab: Lab) => lab.state('running', { stamp: 'new' })],
    ['stated again, in the same words', (lab: Lab) => lab.state('running')],
    [
      'reported',
      (lab: Lab) => lab.dispatch(api.signals.sessionReported({ conversationId: 'c1', status: 'running' })),
    ],
    [
      'shown to live by its turn',
      (lab: Lab) =>
        lab.dispatch(api.signals.turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'output' })),
    ],
  ] as const)('one that was %s since the question was asked is left alone', async (_how, news) => {
    const lab = await restarted((before) => before.start())
    const done = reconcile(lab)
    await news(lab)
    lab.backend.accept('listSessions', [] as never)
    await done
    expect([lab.status(), lab.busy()]).toEqual(['running', true])
  })

  test('mirror: the same word before the question does not save it', async () => {
    const lab = await restarted((before) => before.start())
    await lab.state('running', { stamp: 'new' })
    const done = reconcile(lab)
    lab.backend.accept('listSessions', [] as never)
    await done
    expect([lab.status(), lab.busy()]).toEqual(['stopped', false])
  })

  test('a prompt that has left since the question was asked is left alone', async () => {
    const lab = await restarted((before) => before.state('starting'))
    const done = reconcile(lab)
    await lab.submit('t2')
    lab.backend.accept('listSessions', [] as never)
    await done
    expect([lab.status(), lab.live()?.turnId]).toEqual(['starting', 't2'])
  })

  test('so is one that waited, and has left since', async () => {
    const lab = createLab({}, undefined, 'first')
    await lab.state('starting')
    await lab.dispatch(api.sendingGated({ open: false }))
    await lab.submit()
    const done = reconcile(lab)
    lab.clock.jump(1)
    await lab.dispatch(api.sendingGated({ open: true }))
    expect(lab.backend.of('send')).toHaveLength(1)
    lab.backend.accept('listSessions', [] as never)
    await done
    expect([lab.status(), lab.live()?.turnId]).toEqual(['starting', 't1'])
  })

  test.each([
    ['a rejection', (lab: Lab) => lab.backend.lose('listSessions')],
    ['no list', (lab: Lab) => lab.backend.accept('listSessions', { sessions: [] } as never)],
    [
      'a list with a hole',
      (lab: Lab) => lab.backend.accept('listSessions', [{ conversationId: 'c2' }, null] as never),
    ],
    ['a list of something else', (lab: Lab) => lab.backend.accept('listSessions', [{ id: 'c2' }] as never)],
  ] as const)('an unreadable listing (%s) changes nothing, and is reported', async (_what, answer) => {
    const lab = await restarted((before) => before.start())
    const done = reconcile(lab)
    const [session, live] = [lab.session(), lab.live()]
    answer(lab)
    expect(await done).toBe(false)
    expect([lab.session(), lab.live()]).toEqual([session, live])
    expect(lab.problems).toMatchObject([{ kind: 'sessions' }])
    // And the next question can be answered.
    const again = reconcile(lab)
    lab.backend.accept('listSessions', [] as never)
    expect(await again).toBe(true)
    expect(lab.status()).toBe('stopped')
  })

  test('a port that throws outside its promise is unreadable too', async () => {
    const lab = createLab({
      ports: {
        listSessions: () => {
          throw new Error('not connected')
        },
      },
    })
    await lab.state('running')
    expect(await reconcile(lab)).toBe(false)
    expect([lab.status(), lab.problems.length]).toEqual(['running', 1])
  })

  test('law 5: an answer to an older question is not heard', async () => {
    const lab = await restarted((before) => before.start())
    const first = reconcile(lab)
    const second = reconcile(lab)
    lab.backend.accept('listSessions', [] as never)
    await first
    expect(lab.status()).toBe('running')
    lab.backend.accept('listSessions', [] as never)
    await second
    expect(lab.status()).toBe('stopped')
  })

  test('law 23: once it is answered, the same word again changes nothing, nor does the same answer', async () => {
    const lab = await restarted((before) => before.start())
    const done = reconcile(lab)
    const { nonce } = lab.store.getState().turnkeeper.conversations.sessionListing!
    lab.backend.accept('listSessions', ids('c1') as never)
    await done
    expect(lab.changes(api.sessionStatusChanged({ conversationId: 'c1', status: 'running' }))).toBe(false)
    expect(lab.changes(sessionsListed({ nonce, conversationIds: [] }))).toBe(false)
  })

  test('a question that was open when the process died is forgotten', async () => {
    const lab = await restarted(async (before) => {
      await before.start()
      void reconcile(before)
    })
    await lab.state('running')
    expect(lab.store.getState().turnkeeper.conversations.sessionListing).toBeNull()
  })

  test('law 3: a turn that shows life all the same is taken back, and its session with it', async () => {
    const lab = await restarted((before) => before.start())
    const done = reconcile(lab)
    lab.backend.accept('listSessions', [] as never)
    await done
    await lab.dispatch(api.signals.turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'output' }))
    expect([lab.status(), lab.busy()]).toEqual(['running', true])
  })

  test('without the port it does nothing, and says so', async () => {
    const lab = createLab({ ports: {} })
    await lab.state('running')
    const state = lab.store.getState()
    expect(await reconcile(lab)).toBe(false)
    expect(lab.store.getState()).toBe(state)
    expect(lab.problems).toHaveLength(1)
  })

  test('law 22: disposed of in the middle, nothing follows', async () => {
    const lab = await restarted((before) => before.start())
    void reconcile(lab)
    const state = lab.store.getState()
    lab.keeper.dispose()
    await lab.clock.advanceAsync(60_000)
    expect(lab.backend.of('listSessions')).toMatchObject([{ state: 'aborted' }])
    expect(lab.store.getState()).toBe(state)
  })
})
