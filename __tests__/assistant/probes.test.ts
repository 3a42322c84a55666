/** Letter S: whoever hosts the assistant, it is probed; and requests that fail are a reason to. */
import { sendLost, signals, statusCheckEnded, stopLost, woke } from '../../src/actions'
import {
  assistantDoubted,
  checkAssistant,
  selectIsAssistantReachable,
  selectIsAssistantUp,
} from '../../src/features/assistant'
import type { AssistantInputsPayload } from '../../src/features/assistant'
import { active, checksAfterEach, initializing, setUp, signedIn, signedOut, status } from './setup'
import type { Setup } from './setup'

checksAfterEach()

const has = ['get', 'probe'] as const
const alive = { ok: true, data: {} }
const gateway: AssistantInputsPayload = {
  signedIn: true,
  platformSession: false,
  gatewayAuth: { assistantId: 'mine', connection: { url: 'http://gw' } },
}

/** Each way to host an assistant: up, and probed once. */
const hosts = {
  platform: async (given: Setup = {}) => {
    const h = setUp({ has, ...given })
    await h.begin(active('mine'))
    return h
  },
  'self-hosted': async (given: Setup = {}) => {
    const h = setUp({ has, ...given })
    await h.begin(active('mine', { isLocal: true, connection: { url: 'http://gw' } }))
    return h
  },
  gateway: async (given: Setup = {}) => {
    const h = setUp({ has, ...given })
    h.inputs(gateway)
    return h
  },
}
const reach = (h: ReturnType<typeof setUp>) => {
  const state = h.store.getState()
  return [selectIsAssistantUp(state), selectIsAssistantReachable(state)]
}

describe.each(Object.entries(hosts))('%s', (_name, up) => {
  test('is probed as it comes up', async () => {
    const h = await up()
    expect(h.host.of('probe').map(({ request }) => request)).toEqual(['mine'])
  })

  test.each([
    ['the app says that a request failed', assistantDoubted({ reason: 'fetch failed' })],
    ['a send was lost', sendLost({ turnId: 't1' })],
    ['a stop was lost', stopLost({ turnId: 't1' })],
    ['a status check of turns failed', statusCheckEnded({ nonce: 'n', failed: true })],
    ['the stream dropped', signals.streamDropped({})],
    ['the page woke', woke({ shiftMs: 60_000 })],
  ])('%s: it is probed', async (_why, action) => {
    const h = await up()
    await h.host.answer('probe', alive)
    h.dispatch(action)
    expect(h.is('probe')).toBe(2)
  })

  test('a status check of turns that was answered is no reason', async () => {
    const h = await up()
    await h.host.answer('probe', alive)
    h.dispatch(statusCheckEnded({ nonce: 'n', failed: false }))
    expect(h.is('probe')).toBe(1)
  })

  test('requests that go on failing neither multiply the probes nor begin the count anew', async () => {
    const h = await up()
    await h.host.lose('probe')
    for (let i = 0; i < 10; i++) {
      h.dispatch(assistantDoubted())
      await h.pass(100)
    }
    expect(h.is('probe')).toBe(1)
    await h.pass(1_000)
    h.dispatch(assistantDoubted())
    await h.host.lose('probe')
    expect(reach(h)).toEqual([true, false])
    await h.pass(4_000)
    await h.host.answer('probe', alive)
    expect(reach(h)).toEqual([true, true])
  })

  test('a refusal is a sign of life', async () => {
    const h = await up()
    await h.host.answer('probe', status(401))
    expect(reach(h)).toEqual([true, true])
    expect(h.now().probe).toBeNull()
  })

  test('the network goes and comes back: it is probed at once', async () => {
    const h = await up()
    await h.host.answer('probe', alive)
    h.environment.emit('offline')
    expect(reach(h)).toEqual([true, false])
    h.environment.emit('online')
    expect(h.is('probe')).toBe(2)
    await h.host.answer('probe', alive)
    if (h.is('get') > 1)
      await h.host.answer(
        'get',
        h.now().kind === 'active' ? active('mine') : active('mine', { isLocal: true }),
      )
    expect(reach(h)).toEqual([true, true])
  })

  test('signing out ends it', async () => {
    const h = await up()
    h.inputs(signedOut)
    expect(h.host.of('probe')[0]!.signal.aborted).toBe(true)
    h.dispatch(assistantDoubted())
    await h.pass(60_000)
    expect(h.is('probe')).toBe(1)
  })
})

describe('without the port probeAssistant', () => {
  test('a doubt of the app leads to a status check; one at a time', async () => {
    const h = await hosts.platform({ has: ['get'] })
    h.dispatch(assistantDoubted())
    h.dispatch(assistantDoubted())
    expect(h.is('get')).toBe(2)
    await h.host.answer('get', initializing('mine'))
    expect(h.kind()).toBe('initializing')
  })

  test('the failing requests of the core lead to none', async () => {
    const h = await hosts.platform({ has: ['get'] })
    h.dispatch(sendLost({ turnId: 't1' }))
    expect(h.is('get')).toBe(1)
  })

  test('a gateway’s is taken to be back with the network', async () => {
    const h = await hosts.gateway({ has: ['get'] })
    h.environment.emit('offline')
    expect(reach(h)).toEqual([true, false])
    h.environment.emit('online')
    expect(reach(h)).toEqual([true, true])
    expect(h.host.calls).toEqual([])
  })
})

test('one whose id nobody has said is probed as well', async () => {
  const h = setUp({ has })
  await h.begin({ ok: true, data: { status: 'active' } })
  expect(h.host.of('probe').map(({ request }) => request)).toEqual([null])
})

test('one that is not up is not probed, whatever fails', async () => {
  const h = setUp({ has })
  await h.begin(initializing())
  const before = h.now()
  for (const action of [assistantDoubted(), sendLost({ turnId: 't1' }), signals.streamDropped({})])
    h.dispatch(action)
  expect(h.now()).toBe(before)
  h.inputs({ ...signedIn, loading: true })
  h.dispatch(assistantDoubted())
  expect(h.is('probe')).toBe(0)
})

test('nothing of its reachability outlives an assistant that goes', async () => {
  const h = setUp({ has: ['get', 'probe'] })
  await h.begin(active('mine', { isLocal: true, connection: { url: 'http://gw' } }))
  await h.host.lose('probe')
  await h.pass(2_000)
  await h.host.lose('probe')
  expect(reach(h)).toEqual([true, false])
  h.dispatch(checkAssistant())
  await h.host.answer('get', initializing('mine'))
  expect(h.now()).toMatchObject({ kind: 'initializing', probe: null, reachable: true, connection: null })
  await h.pass(60_000)
  expect(h.is('probe')).toBe(2)
})
