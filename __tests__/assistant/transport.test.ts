import { signals, woke } from '../../src/actions'
import { retryPause } from '../../src/assistant/pauses'
import {
  checkAssistant,
  retryAssistant,
  selectAssistantRetryAt,
  selectIsAssistantReachable,
  selectIsAssistantUp,
} from '../../src/features/assistant'
import { active, checksAfterEach, initializing, setUp, signedIn, status, trouble } from './setup'

checksAfterEach()

const reach = (h: ReturnType<typeof setUp>) => {
  const state = h.store.getState()
  return [selectIsAssistantUp(state), selectIsAssistantReachable(state)]
}

describe('law 19: no answer', () => {
  test('the pauses are 2, 4, 8 … 30 s', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map(retryPause)).toEqual([
      2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ])
  })

  test.each([
    ['rejected', null],
    ['502', trouble],
  ])('%s: a transient error that tries again by itself', async (_name, said) => {
    const h = setUp()
    await h.begin()
    const fails = () => (said === null ? h.host.lose('get') : h.host.answer('get', said))
    await fails()
    expect(h.now()).toMatchObject({ kind: 'error', error: { code: 'network', transient: true } })
    expect(selectAssistantRetryAt(h.store.getState())).toBe(h.clock.now() + 2_000)
    for (const [nth, pause] of [2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
      await h.pass(pause - 1)
      expect(h.is('get')).toBe(1 + nth)
      await h.pass(1)
      expect(h.is('get')).toBe(2 + nth)
      await fails()
    }
    await h.pass(30_000)
    await h.host.answer('get', active())
    expect(h.now()).toMatchObject({ kind: 'active', failedChecks: 0, error: null })
  })

  test('an answer starts the pauses anew', async () => {
    const h = setUp()
    await h.begin()
    await h.host.lose('get')
    await h.pass(2_000)
    await h.host.lose('get')
    await h.pass(4_000)
    await h.host.answer('get', initializing())
    await h.pass(3_000)
    await h.host.lose('get')
    expect(selectAssistantRetryAt(h.store.getState())).toBe(h.clock.now() + 2_000)
  })

  test('an assistant that is up keeps its surface, and is checked again', async () => {
    const h = setUp()
    await h.begin(active('a1', { isLocal: true, connection: { url: 'http://gw' } }))
    h.dispatch(checkAssistant())
    await h.host.lose('get')
    expect(h.now()).toMatchObject({
      kind: 'self_hosted',
      assistantId: 'a1',
      connection: { url: 'http://gw' },
      error: null,
    })
    expect(reach(h)).toEqual([true, false])
    await h.pass(2_000)
    await h.host.lose('get')
    await h.pass(4_000)
    await h.host.answer('get', active('a1', { isLocal: true, connection: { url: 'http://gw' } }))
    expect(reach(h)).toEqual([true, true])
    await h.pass(60_000)
    expect(h.is('get')).toBe(4)
  })

  test('the network is back: at once', async () => {
    const h = setUp()
    await h.begin()
    await h.host.lose('get')
    await h.pass(2_000)
    await h.host.lose('get')
    h.environment.emit('online')
    expect(h.is('get')).toBe(3)
    await h.host.lose('get')
    expect(selectAssistantRetryAt(h.store.getState())).toBe(h.clock.now() + 2_000)
  })

  test('the network is back, and nothing waited for it: nothing happens', async () => {
    for (const first of [active(), status(403), initializing()]) {
      const h = setUp()
      await h.begin(first)
      const before = h.now()
      h.environment.emit('online')
      expect(h.now()).toBe(before)
    }
  })

  test('offline: what is up is unreachable, what is not is a transient error', async () => {
    const up = setUp()
    await up.begin(active())
    up.environment.emit('offline')
    expect(reach(up)).toEqual([true, false])
    const before = up.now()
    up.environment.emit('offline')
    expect(up.now()).toBe(before)
    up.environment.emit('online')
    await up.host.answer('get', active())
    expect(reach(up)).toEqual([true, true])

    const starting = setUp()
    await starting.begin(initializing())
    starting.environment.emit('offline')
    expect(starting.now()).toMatchObject({ kind: 'error', error: { transient: true } })
  })

  test('offline changes nothing about what needs a person, or about a start under way', async () => {
    const refused = setUp()
    await refused.begin(status(403))
    const hatching = setUp()
    await hatching.beginGone()
    for (const h of [refused, hatching]) {
      const before = h.now()
      h.environment.emit('offline')
      expect(h.now()).toBe(before)
    }
  })

  test('retryAssistant shows that it tries', async () => {
    const h = setUp()
    await h.begin(status(403))
    h.dispatch(retryAssistant())
    expect(h.now()).toMatchObject({ kind: 'loading', error: null })
    expect(h.is('get')).toBe(2)
  })
})

describe('law 19: the probe', () => {
  const has = ['get', 'probe'] as const

  async function up(first: unknown = active('a1')) {
    const h = setUp({ has })
    await h.begin(first)
    return h
  }

  test('asks an assistant that has come up, once', async () => {
    const h = await up()
    expect(h.host.of('probe').map((call) => call.request)).toEqual(['a1'])
    await h.host.answer('probe', { ok: true, data: {} })
    await h.pass(60_000)
    expect(h.is('probe')).toBe(1)
    expect(reach(h)).toEqual([true, true])
  })

  test.each([401, 403])('%i is a sign of life', async (code) => {
    const h = await up()
    await h.host.answer('probe', status(code))
    expect(h.now()).toMatchObject({ probe: null, reachable: true })
  })

  test('one failure is none, two in a row are: unreachable', async () => {
    const h = await up()
    await h.host.answer('probe', trouble)
    expect(reach(h)).toEqual([true, true])
    await h.pass(2_000)
    await h.host.lose('probe')
    expect(reach(h)).toEqual([true, false])
  })

  test('a sign of life between two failures begins the count anew', async () => {
    const h = await up()
    await h.host.answer('probe', trouble)
    await h.pass(2_000)
    await h.host.answer('probe', status(401))
    h.dispatch(signals.streamDropped({}))
    await h.host.answer('probe', trouble)
    expect(reach(h)).toEqual([true, true])
  })

  test('an unreachable one is probed until it answers', async () => {
    const h = await up()
    await h.host.lose('probe')
    for (const pause of [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      await h.pass(pause - 1)
      const probes = h.is('probe')
      await h.pass(1)
      expect(h.is('probe')).toBe(probes + 1)
      await h.host.lose('probe')
    }
    expect(reach(h)).toEqual([true, false])
    await h.pass(30_000)
    await h.host.answer('probe', { ok: true, data: {} })
    expect(reach(h)).toEqual([true, true])
    expect(h.kind()).toBe('active')
  })

  test('one that is never answered fails', async () => {
    const h = await up()
    await h.pass(15_000)
    expect(h.now().probe).toMatchObject({ nonce: null, failures: 1 })
    expect(h.host.of('probe')[0]!.signal.aborted).toBe(true)
  })

  test('a dropped stream and a wake are reasons to ask', async () => {
    const h = await up()
    await h.host.answer('probe', { ok: true, data: {} })
    h.dispatch(signals.streamDropped({}))
    expect(h.is('probe')).toBe(2)
    await h.host.answer('probe', { ok: true, data: {} })
    h.dispatch(woke({ shiftMs: 60_000 }))
    expect(h.is('probe')).toBe(3)
    expect(h.is('get')).toBe(1)
  })

  test('the platform’s word does not make a silent assistant reachable: the probe is asked again', async () => {
    const h = await up()
    await h.host.lose('probe')
    await h.pass(2_000)
    await h.host.lose('probe')
    h.dispatch(checkAssistant())
    await h.host.answer('get', active('a1'))
    expect(reach(h)).toEqual([true, false])
    expect(h.is('probe')).toBe(3)
  })

  test('a new assistant is reachable until its own probe says otherwise', async () => {
    const h = await up()
    await h.host.lose('probe')
    await h.pass(2_000)
    await h.host.lose('probe')
    h.dispatch(checkAssistant())
    await h.host.answer('get', active('a2'))
    expect(reach(h)).toEqual([true, true])
    expect(h.host.of('probe').at(-1)!.request).toBe('a2')
  })

  test('an assistant that is no longer up is not probed', async () => {
    const h = await up()
    h.dispatch(checkAssistant())
    await h.host.answer('get', status(403))
    expect(h.now()).toMatchObject({ kind: 'error', probe: null })
    await h.pass(60_000)
    expect(h.is('probe')).toBe(1)
  })

  test('a gateway’s assistant is probed as well; the platform is not asked about it', async () => {
    const h = setUp({ has })
    h.inputs({ ...signedIn, gatewayAuth: { assistantId: 'mine' } })
    expect(h.host.of('probe').map((call) => call.request)).toEqual(['mine'])
    await h.host.answer('probe', { ok: true, data: {} })
    h.dispatch(signals.streamDropped({}))
    expect(h.is('probe')).toBe(2)
    await h.host.lose('probe')
    await h.pass(2_000)
    await h.host.lose('probe')
    expect(reach(h)).toEqual([true, false])
    await h.pass(60_000)
    expect(h.is('get')).toBe(0)
  })
})
