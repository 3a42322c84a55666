import { checkAssistant } from '../../src/assistant'
import type { LiveTurn, PendingText } from '../../src/types'
import {
  active,
  checksAfterEach,
  gone,
  initializing,
  setUp,
  signedIn,
  signedOut,
  status,
  trouble,
} from './setup'

checksAfterEach()

const submit = (h: ReturnType<typeof setUp>, input = 'hello') =>
  h.store.dispatch(h.submitTurn({ conversationId: 'c1', input }) as never) as unknown as {
    turnId: string
    taken: boolean
  }
const open = (h: ReturnType<typeof setUp>) => h.store.getState().turns.ledger.open

describe('law 19: a turn that is submitted while the assistant is not up', () => {
  test.each([
    ['active', active()],
    ['self-hosted', active('a1', { isLocal: true })],
  ])('queues, and goes when it is up (%s)', async (_name, said) => {
    const h = setUp()
    await h.begin(initializing())
    submit(h)
    submit(h, 'and more')
    expect(h.sends).toEqual([])
    expect(h.store.getState().turns.ledger.live.map((turn: LiveTurn) => turn.phase)).toEqual([
      'queued',
      'queued',
    ])
    await h.pass(3_000)
    await h.host.answer('get', said)
    expect(h.sends.map((send) => send.input)).toEqual(['hello'])
  })

  test('the very first action, before the inputs are there, queues as well', async () => {
    const h = setUp()
    submit(h)
    expect([h.sends, open(h)]).toEqual([[], false])
    await h.begin(active())
    expect(h.sends.map((send) => send.input)).toEqual(['hello'])
  })

  test('its text survives an assistant that never comes', async () => {
    const h = setUp()
    await h.begin(gone)
    submit(h)
    await h.host.answer('hatch', status(403))
    await h.pass(600_000)
    expect(h.kind()).toBe('error')
    expect(h.sends).toEqual([])
    expect(h.store.getState().conversations.entries[0]!.texts.map((text: PendingText) => text.input)).toEqual(
      ['hello'],
    )
  })

  test('it goes at once where the assistant is up, reachable or not', async () => {
    const h = setUp()
    await h.begin(active())
    h.dispatch(checkAssistant())
    await h.host.answer('get', trouble)
    expect(h.now().reachable).toBe(false)
    submit(h)
    await h.pass(0)
    expect(h.sends).toHaveLength(1)
  })

  test('the gate follows the kind', async () => {
    const h = setUp()
    expect(open(h)).toBe(true)
    await h.begin()
    expect(open(h)).toBe(false)
    await h.host.answer('get', active())
    expect(open(h)).toBe(true)
    h.dispatch(checkAssistant())
    await h.host.answer('get', initializing())
    expect(open(h)).toBe(false)
    await h.pass(3_000)
    await h.host.answer('get', active())
    expect(open(h)).toBe(true)
    h.inputs(signedOut)
    expect(open(h)).toBe(false)
  })

  test('gateway auth opens it at once', () => {
    const h = setUp()
    h.inputs({ ...signedIn, gatewayAuth: {} })
    expect(open(h)).toBe(true)
  })

  test('an app without the assistant’s ports is never held back, whatever it says', async () => {
    const h = setUp({ has: [] })
    h.inputs(signedIn)
    h.inputs(signedOut)
    submit(h)
    await h.pass(60_000)
    expect(h.sends).toHaveLength(1)
    expect(h.recorder.types('turns/gated')).toEqual([])
    expect(h.clock.pending).toBeLessThanOrEqual(1)
  })
})
