/** Laws 4 and 15 for sessions: a status frame that names no turn, and a conversation whose key changes. */
import * as api from 'redux-turnkeeper'
import { createLab } from './lab'

describe('law 4: a raw status frame that names no turn', () => {
  test('is kept as reported and settles nothing, until a status check that left after it confirms it', async () => {
    const lab = createLab()
    await lab.start()
    lab.clock.jump(1)
    lab.store.dispatch(api.signals.sessionReported({ conversationId: 'c1', status: 'stopped' }))
    expect(lab.session()).toMatchObject({ status: 'running', reported: 'stopped' })
    expect(lab.busy()).toBe(true)
    lab.backend.world('c1', { status: 'idle' })
    await lab.clock.advanceAsync(250)
    expect(lab.last()).toMatchObject({ outcome: 'interrupted', grade: 'inferred' })
    expect(lab.session()).toMatchObject({ status: 'stopped', isBound: false })
  })

  test('confirmed, error settles as error', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.world('c1', { status: 'idle' })
    await lab.dispatch(api.signals.sessionReported({ conversationId: 'c1', status: 'error' }))
    await lab.clock.advanceAsync(250)
    expect(lab.last()).toMatchObject({ outcome: 'error', grade: 'inferred' })
    expect(lab.status()).toBe('error')
  })

  test('mirror: contradicted by the status check it comes to nothing', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.world('c1', { status: 'running', runId: 'r-t1' })
    await lab.dispatch(api.signals.sessionReported({ conversationId: 'c1', status: 'stopped' }))
    await lab.clock.advanceAsync(250)
    expect([lab.busy(), lab.status()]).toEqual([true, 'running'])
  })

  test('an old word does not name the end of a later turn', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.world('c1', { status: 'idle' })
    await lab.dispatch(api.signals.sessionReported({ conversationId: 'c1', status: 'stopped' }))
    await lab.clock.advanceAsync(250)
    await lab.submit('t2')
    lab.backend.accept('send')
    await lab.dispatch(api.signals.turnStarted({ conversationId: 'c1', turnId: 't2' }))
    expect(lab.session()).toMatchObject({ status: 'running', reported: null })
    await lab.clock.advanceAsync(10_000, 1_000)
    expect(lab.last()).toMatchObject({ turnId: 't2', reason: 'rescued', outcome: 'unknown' })
    expect(lab.status()).toBe('ready')
  })

  test('without a turn it is a reason to check too', async () => {
    const lab = createLab()
    lab.backend.world('c1', { status: 'idle' })
    await lab.state('starting')
    lab.store.dispatch(api.signals.sessionReported({ conversationId: 'c1', status: 'stopped' }))
    expect(lab.status()).toBe('starting')
    await lab.clock.advanceAsync(1)
    expect(lab.status()).toBe('stopped')
  })

  test('a status check that left before the word does not confirm it', async () => {
    const lab = createLab()
    lab.backend.auto.delete('status')
    await lab.state('running')
    await lab.clock.advanceAsync(1)
    await lab.dispatch(api.signals.sessionReported({ conversationId: 'c1', status: 'stopped' }))
    lab.backend.accept('status', { c1: { status: 'idle' } })
    await lab.dispatch()
    expect(lab.status()).toBe('running')
    await lab.clock.advanceAsync(1)
    lab.backend.accept('status', { c1: { status: 'idle' } })
    await lab.dispatch()
    expect(lab.status()).toBe('stopped')
  })

  test('weaker mode, without a status check: it ends a turn that has shown life, and is adopted', async () => {
    const lab = createLab({ ports: {} })
    await lab.state('ready')
    await lab.submit()
    await lab.dispatch(
      api.signals.turnStarted({ conversationId: 'c1', turnId: 't1' }),
      api.signals.sessionReported({ conversationId: 'c1', status: 'error' }),
    )
    expect(lab.last()).toMatchObject({ outcome: 'error', grade: 'inferred' })
    expect(lab.status()).toBe('error')
  })

  test('of a conversation without a session it leaves no trace there', async () => {
    const lab = createLab()
    await lab.dispatch(api.signals.sessionReported({ conversationId: 'c1', status: 'idle' }))
    expect(lab.session()).toBeNull()
  })
})

describe('law 15: the session goes with its conversation', () => {
  test('to the new key, where it answers to both', async () => {
    const lab = createLab()
    await lab.start('t1', 'draft')
    await lab.dispatch(api.conversationRekeyed({ from: 'draft', to: 'c1' }))
    expect(lab.session('draft')).toMatchObject({ status: 'running' })
    expect(lab.session('draft')).toBe(lab.session('c1'))
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
