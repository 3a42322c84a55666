/** Law 17: a send that fails to start leaves a visible terminal state, and the next turn can succeed. */
import { sessionStatusChanged, signals } from 'redux-turnkeeper'
import { createLab } from './lab'

const fail = async (bound: boolean) => {
  const lab = createLab()
  await lab.dispatch(sessionStatusChanged({ conversationId: 'c1', status: bound ? 'ready' : 'starting' }))
  await lab.submit()
  const seen = await lab.watch(async () => {
    lab.backend.refuse('send', { error: { message: 'no credit' } })
    await lab.dispatch()
  })
  return { lab, seen, session: () => lab.keeper.selectors.selectSession(lab.store.getState(), 'c1') }
}

describe('law 17: a send that fails to start', () => {
  test.each([
    ['error, where a binding exists, which is kept', true],
    ['stopped, where none does', false],
  ] as const)('leaves the session %s, in one dispatch', async (_what, bound) => {
    const { lab, seen, session } = await fail(bound)
    expect(seen).toEqual(['idle 1'])
    expect(session()).toMatchObject({ status: bound ? 'error' : 'stopped', isBound: bound })
    expect([lab.error(), lab.errorCode()]).toEqual(['no credit', 'send_refused'])
    expect(lab.last()).toMatchObject({ turnId: 't1', outcome: 'error' })
  })

  test.each([true, false])('and the next turn succeeds (binding: %s)', async (bound) => {
    const { lab, session } = await fail(bound)
    await lab.accept('t2')
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r-t2' }))
    expect([session()?.status, lab.error()]).toEqual(['running', null])
    await lab.signalEnd({ runId: 'r-t2', reason: 'complete' })
    expect([lab.busy(), session()?.status]).toEqual([false, 'ready'])
  })

  test('mirror: one whose outcome is unknown says nothing of the session', async () => {
    const lab = createLab()
    await lab.dispatch(sessionStatusChanged({ conversationId: 'c1', status: 'ready' }))
    await lab.submit()
    lab.backend.lose('send')
    await lab.dispatch()
    expect(lab.keeper.selectors.selectSession(lab.store.getState(), 'c1')?.status).toBe('ready')
    expect(lab.busy()).toBe(true)
  })
})
