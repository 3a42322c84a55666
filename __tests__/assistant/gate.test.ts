import { sendingGated } from '../../src/actions'
import { checkAssistant } from '../../src/features/assistant'
import { active, checksAfterEach, initializing, setUp, signedIn, signedOut, status, trouble } from './setup'
import type { Host } from './setup'

checksAfterEach()

const isOpen = (h: Host) => h.state().turns.isSendingAllowed
const queue = (h: Host) =>
  h.keeper.selectors.selectQueue(h.store.getState(), 'c1').map((message) => message.input)

describe('law 19: a turn that is submitted while the assistant is not up', () => {
  test.each([
    ['active', active()],
    ['self-hosted', active('a1', { isLocal: true })],
  ])('queues, and goes when it is up (%s)', async (_name, said) => {
    const h = setUp()
    await h.begin(initializing())
    h.submit()
    h.submit('and more')
    expect(h.sends).toEqual([])
    expect(queue(h)).toEqual(['hello', 'and more'])
    await h.pass(3_000)
    await h.host.answer('get', said)
    expect(h.sends.map((send) => send.input)).toEqual(['hello'])
  })

  test('the very first action, before the inputs are there, queues as well', async () => {
    const h = setUp()
    h.submit()
    expect([h.sends, isOpen(h)]).toEqual([[], false])
    await h.begin(active())
    expect(h.sends.map((send) => send.input)).toEqual(['hello'])
  })

  test('its text survives an assistant that never comes', async () => {
    const h = setUp()
    await h.beginGone()
    h.submit()
    await h.host.answer('hatch', status(403))
    await h.pass(600_000)
    expect(h.kind()).toBe('error')
    expect(h.sends).toEqual([])
    expect(queue(h)).toEqual(['hello'])
  })

  test('it goes at once where the assistant is up, reachable or not', async () => {
    const h = setUp()
    await h.begin(active())
    h.dispatch(checkAssistant())
    await h.host.answer('get', trouble)
    expect(h.now().reachable).toBe(false)
    h.submit()
    await h.pass(0)
    expect(h.sends).toHaveLength(1)
  })

  test('the gate follows the kind', async () => {
    const h = setUp()
    expect(isOpen(h)).toBe(true)
    await h.begin()
    expect(isOpen(h)).toBe(false)
    await h.host.answer('get', active())
    expect(isOpen(h)).toBe(true)
    h.dispatch(checkAssistant())
    await h.host.answer('get', initializing())
    expect(isOpen(h)).toBe(false)
    await h.pass(3_000)
    await h.host.answer('get', active())
    expect(isOpen(h)).toBe(true)
    h.inputs(signedOut)
    expect(isOpen(h)).toBe(false)
  })

  test('it is closed again where somebody else has opened it', async () => {
    const h = setUp()
    await h.begin(initializing())
    h.dispatch(sendingGated({ open: true }))
    expect(isOpen(h)).toBe(false)
  })

  test('it closes while it is not known who is signed in: what is submitted then waits', async () => {
    const h = setUp()
    await h.begin(active())
    h.inputs({ ...signedIn, loading: true })
    h.submit()
    await h.pass(1_000)
    expect([h.kind(), isOpen(h), h.sends]).toEqual(['active', false, []])
    h.inputs(signedIn)
    await h.pass(0)
    expect(h.sends.map((send) => send.input)).toEqual(['hello'])
  })

  test('gateway auth opens it at once', () => {
    const h = setUp()
    h.inputs({ ...signedIn, gatewayAuth: {} })
    expect(isOpen(h)).toBe(true)
  })

  test('an app without the assistant’s ports is never held back, whatever it says', async () => {
    const h = setUp({ has: [] })
    h.inputs(signedIn)
    h.inputs(signedOut)
    h.submit()
    await h.pass(60_000)
    expect(h.sends).toHaveLength(1)
    expect(h.recorder.types(sendingGated.type)).toEqual([])
    expect(h.clock.pending).toBeLessThanOrEqual(1)
  })
})
