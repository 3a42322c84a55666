/** Law 17: a send that fails to start always leaves a visible terminal state, and the next turn can succeed. */
import * as api from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab } from './lab'

const refuse = async (lab: Lab, reason = 'error', turnId = 't1') => {
  lab.backend.refuse('send', { reason, error: { message: 'no credit' } }, turnId)
  await lab.dispatch()
}

/** How a session stands at the click, and where a failed start leaves it. */
const STANDS = [
  ['a binding', [['ready', {}]], 'error', true],
  ['a binding that is only stated', [['starting', { bound: true }]], 'error', true],
  [
    'one that failed before',
    [
      ['ready', {}],
      ['error', {}],
    ],
    'error',
    true,
  ],
  ['no binding yet', [['starting', {}]], 'stopped', false],
  [
    'one that was stopped before',
    [
      ['ready', {}],
      ['stopped', {}],
    ],
    'stopped',
    false,
  ],
  [
    'one that was stopped, and starts again',
    [
      ['ready', {}],
      ['stopped', {}],
      ['starting', {}],
    ],
    'stopped',
    false,
  ],
  ['none at all', [], 'stopped', false],
] as const

describe('law 17: a failed start', () => {
  test.each(STANDS)('with %s leaves a visible terminal state', async (_what, statements, status, bound) => {
    const lab = createLab()
    for (const [word, more] of statements) await lab.state(word, more)
    await lab.submit()
    await refuse(lab)
    expect(lab.session()).toMatchObject({
      status,
      isBound: bound,
      error: { message: 'no credit', code: 'send_refused' },
    })
    expect(lab.last()).toMatchObject({ turnId: 't1', outcome: 'error' })
    expect([lab.error(), lab.errorCode()]).toEqual(['no credit', 'send_refused'])
    expect(lab.log()).toMatchObject([{ message: 'no credit', code: 'send_refused', turnId: 't1' }])
    expect(lab.busy()).toBe(false)
    expect(lab.keeper.selectors.selectCanSend(lab.store.getState(), 'c1')).toBe(true)
    expect(lab.keeper.selectors.selectDrafts(lab.store.getState(), 'c1')).toMatchObject([
      { input: 'text of t1' },
    ])
  })

  test.each(STANDS)('with %s: the next turn, with another provider, succeeds', async (_what, statements) => {
    const lab = createLab()
    for (const [word, more] of statements) await lab.state(word, more)
    await lab.submit()
    await refuse(lab)
    await lab.state('starting', { resumeCursor: 'other provider' })
    await lab.dispatch(api.sessionStarted({ conversationId: 'c1' }))
    await lab.submit('t2')
    expect(lab.error()).toBeNull()
    lab.backend.accept('send', { runId: 'r2' }, 't2')
    await lab.dispatch(api.signals.turnStarted({ conversationId: 'c1', runId: 'r2' }))
    expect(lab.session()).toMatchObject({ status: 'running', isBound: true, error: null })
    await lab.dispatch(api.signals.turnEnded({ conversationId: 'c1', runId: 'r2', reason: 'complete' }))
    expect([lab.status(), lab.last()?.outcome, lab.busy()]).toEqual(['ready', 'complete', false])
  })

  test('also without a word on the session in between', async () => {
    const lab = createLab()
    await lab.submit()
    await refuse(lab)
    await lab.submit('t2')
    lab.backend.accept('send', {}, 't2')
    await lab.dispatch(
      api.signals.turnStarted({ conversationId: 'c1', turnId: 't2' }),
      api.endTurn({ turnId: 't2', reason: 'complete' }),
    )
    expect([lab.status(), lab.last()?.outcome]).toEqual(['ready', 'complete'])
  })

  test('keeps the resume cursor', async () => {
    const lab = createLab()
    await lab.state('ready', { resumeCursor: 'thread-9' })
    await lab.submit()
    await refuse(lab, 'gone')
    expect(lab.session()).toMatchObject({ status: 'error', resumeCursor: 'thread-9' })
    expect([lab.error(), lab.errorCode()]).toEqual(['no credit', 'send_refused'])
  })

  test('that the server reports about the turn counts the same', async () => {
    const lab = createLab()
    await lab.state('starting')
    await lab.submit()
    lab.backend.accept('send')
    await lab.dispatch(
      api.signals.turnEnded({
        conversationId: 'c1',
        turnId: 't1',
        reason: 'error',
        error: { message: 'no model' },
      }),
    )
    expect(lab.session()).toMatchObject({ status: 'stopped', isBound: false })
    expect([lab.error(), lab.busy()]).toEqual(['no model', false])
  })

  test('the activity log is bounded', async () => {
    const lab = createLab()
    for (let i = 0; i < 60; i++) {
      await lab.submit(`t${i}`)
      await refuse(lab, 'error', `t${i}`)
    }
    expect(lab.log()).toHaveLength(50)
    expect(lab.log().at(-1)).toMatchObject({ turnId: 't59' })
  })

  test('mirror: a send that is busy, or whose answer is lost, says nothing of the session', async () => {
    const lab = createLab()
    await lab.state('ready')
    await lab.submit()
    lab.backend.refuse('send', { reason: 'busy' })
    await lab.dispatch()
    expect([lab.status(), lab.busy()]).toEqual(['ready', true])
    const other = createLab()
    await other.state('ready')
    await other.submit()
    other.backend.lose('send')
    await other.dispatch()
    expect([other.status(), other.busy()]).toEqual(['ready', true])
  })

  test('mirror: one beside a turn at work leaves that turn, and its session, running', async () => {
    const lab = createLab({ sendWhileBusy: 'send' })
    await lab.start()
    await lab.submit('t2')
    await refuse(lab, 'error', 't2')
    expect([lab.live()?.turnId, lab.status()]).toEqual(['t1', 'running'])
    expect([lab.error(), lab.errorCode()]).toEqual(['no credit', 'send_refused'])
  })

  test('mirror: a refusal that comes after the turn has shown life is no failed start', async () => {
    const lab = createLab()
    await lab.state('ready')
    await lab.submit()
    await lab.dispatch(api.signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
    await refuse(lab)
    expect([lab.status(), lab.busy(), lab.error()]).toEqual(['running', true, null])
  })
})
