/** Letter S: the app can hand in the answer of a poll that it made itself. */
import { assistantAnswered } from '../../src/features/assistant'
import type { AssistantResult } from '../../src/features/assistant'
import {
  MINUTES,
  active,
  checksAfterEach,
  deleting,
  gone,
  initializing,
  setUp,
  signedIn,
  status,
  trouble,
} from './setup'
import type { Host } from './setup'

checksAfterEach()

const handIn = (h: Host, result: AssistantResult) => void h.dispatch(assistantAnswered(result as never))

test.each([
  ['up', active('a9'), { kind: 'active', assistantId: 'a9' }],
  [
    'self-hosted',
    active('a9', { isLocal: true, connection: { url: '/gw' } }),
    { kind: 'self_hosted', connection: { url: '/gw' } },
  ],
  ['starting', initializing('a9'), { kind: 'initializing', assistantId: 'a9' }],
  ['being deleted', deleting('a9'), { kind: 'cleaning_up' }],
  ['refused', status(403), { kind: 'error' }],
  ['not answered', trouble, { kind: 'error', error: { transient: true } }],
])('it counts as a status check: %s', async (_name, said, state) => {
  const h = setUp()
  await h.begin()
  handIn(h, said)
  expect(h.now()).toMatchObject(state)
  // The keeper's own check is older, and is let go.
  expect(h.host.of('get')[0]!.signal.aborted).toBe(true)
})

test('a 404 starts nothing by itself: the keeper checks first, under any id', async () => {
  const h = setUp()
  await h.begin(active('a1'))
  handIn(h, gone)
  await h.pass(0)
  handIn(h, gone)
  expect([h.kind(), h.asked()]).toEqual(['active', []])
  await h.confirmGone()
  expect(h.host.of('get').at(-1)!.request).toEqual({})
  expect(h.asked()).toEqual(['hatch'])
})

test('nor do many of them: the keeper’s own check is not let go for them', async () => {
  const h = setUp()
  await h.begin(active('a1'))
  handIn(h, gone)
  await h.pass(h.now().check!.at - h.clock.now())
  const before = h.now()
  expect(before.check?.nonce).not.toBeNull()
  for (let i = 0; i < 5; i++) handIn(h, gone)
  expect(h.now()).toBe(before)
  await h.host.answer('get', active('a2'))
  expect([h.now().assistantId, h.asked()]).toEqual(['a2', []])
})

test('what is being started answers for itself, unless it is up', async () => {
  const h = setUp()
  await h.beginGone()
  for (const said of [gone, status(403), initializing('old')]) handIn(h, said)
  expect(h.now()).toMatchObject({ kind: 'initializing', operation: { what: 'hatch' } })
  handIn(h, active('a1'))
  expect(h.now()).toMatchObject({ kind: 'active', operation: null })
  expect(h.host.of('hatch')[0]!.signal.aborted).toBe(true)
})

test('while a retire is under way it changes nothing', async () => {
  const h = setUp()
  await h.begin(initializing('a1'))
  await h.passing(5 * MINUTES, initializing('a1'))
  const before = h.now()
  handIn(h, initializing('a1'))
  handIn(h, gone)
  expect(h.now()).toBe(before)
})

test.each([
  ['before the inputs are there', null],
  ['signed out', { signedIn: false }],
  ['loading', { signedIn: true, loading: true }],
  ['through a gateway', { signedIn: true, gatewayAuth: {} }],
])('it is ignored where the platform does not answer: %s', (_name, inputs) => {
  const h = setUp()
  if (inputs) h.inputs(inputs)
  const before = h.now()
  handIn(h, initializing('a9'))
  expect(h.now()).toBe(before)
})

test('what cannot be read counts as no answer, and throws nowhere', async () => {
  for (const said of [undefined, null, 7, 'up', { ok: false }]) {
    const h = setUp()
    await h.begin(active())
    handIn(h, said as never)
    expect(h.now()).toMatchObject({ kind: 'active', reachable: false })
  }
})

describe('an app that polls on its own, without the port getAssistant', () => {
  const has = ['hatch', 'retire'] as const

  test('turns wait from the first answer on that says that it is not up', async () => {
    const h = setUp({ has })
    h.inputs(signedIn)
    expect(h.state().turns.isSendingAllowed).toBe(true)
    handIn(h, initializing())
    h.submit()
    expect([h.state().turns.isSendingAllowed, h.sends]).toEqual([false, []])
    handIn(h, active())
    expect(h.state().turns.isSendingAllowed).toBe(true)
  })

  test('two answers that say 404, a pause apart, start one', async () => {
    const h = setUp({ has })
    h.inputs(signedIn)
    handIn(h, gone)
    handIn(h, gone)
    expect(h.asked()).toEqual([])
    await h.pass(3_000)
    handIn(h, gone)
    expect(h.asked()).toEqual(['hatch'])
  })

  test('a recovery waits for the next answer', async () => {
    const h = setUp({ has })
    h.inputs(signedIn)
    handIn(h, initializing('a1'))
    await h.pass(5 * MINUTES)
    expect([h.now().recovering, h.asked()]).toEqual([true, []])
    handIn(h, initializing('a1'))
    expect(h.asked()).toEqual(['retire'])
  })
})
