/**
 * Letter S: every recovery checks first, also where the id is known. What came up by then is never retired.
 * From vellum-ai/vellum-assistant#32388 and #34199.
 */
import { assistantAnswered } from '../../src/features/assistant'
import { active, checksAfterEach, gone, initializing, setUp, signedIn } from './setup'
import type { Setup } from './setup'

checksAfterEach()

const retire = () => ({ ok: true, data: {} })
const hatch = () => initializing('a2')

describe('one that is up by the deadline is not retired', () => {
  test.each<[string, Setup, number, number]>([
    ['with the defaults, up 1 s before it', {}, 100, 299_000],
    ['status checks take 8 s, up 2 s before it (308 s)', {}, 8_000, 306_000],
    ['a status check each 30 s, up 25 s before it', { pollInterval: 30_000 }, 100, 275_000],
  ])('%s', async (_name, options, latency, upAt) => {
    let passed = 0
    const get = () => (passed >= upAt ? active('a1') : initializing('a1'))
    const h = setUp({ ...options, latency, script: { get, retire, hatch } })
    h.inputs(signedIn)
    for (; passed < 318_000; passed += 500) await h.pass(500, 500)
    expect(h.is('retire')).toBe(0)
    expect(h.now()).toMatchObject({ kind: 'active', assistantId: 'a1' })
  })

  test('the app’s own poll says that it is up while the recovery’s check is under way', async () => {
    const h = setUp()
    await h.begin(initializing('a1'))
    await h.passing(299_000, initializing('a1'))
    await h.pass(1_000)
    expect(h.now().recovering).toBe(true)
    h.dispatch(assistantAnswered({ ok: true, data: { id: 'a1', status: 'active' } }))
    await h.pass(60_000)
    expect([h.kind(), h.is('retire')]).toEqual(['active', 0])
  })
})

test('another one that starts meanwhile has its own time to come up', async () => {
  const h = setUp()
  await h.begin(initializing('a1'))
  await h.passing(299_000, initializing('a1'))
  await h.pass(1_000)
  await h.host.answer('get', initializing('a2'))
  expect([h.now().assistantId, h.now().watchdogAt, h.asked()]).toEqual(['a2', h.clock.now() + 300_000, []])
  await h.passing(300_000, initializing('a2'))
  expect(h.host.of('retire').map(({ request }) => request)).toEqual(['a2'])
})

test('a proxy’s 404 to its check starts nothing, and retires nothing', async () => {
  const h = setUp()
  await h.begin(initializing('a1'))
  await h.passing(299_000, initializing('a1'))
  await h.pass(1_000)
  await h.host.answer('get', gone)
  const { check } = h.now()
  await h.pass(check!.at - h.clock.now())
  await h.host.answer('get', active('a1'))
  expect([h.kind(), h.asked()]).toEqual(['active', []])
})

describe('mirror', () => {
  test('one that still initializes is', async () => {
    const h = setUp({ script: { get: () => initializing('a1'), retire, hatch } })
    h.inputs(signedIn)
    await h.pass(302_000, 500)
    expect(h.host.of('retire').map(({ request }) => request)).toEqual(['a1'])
  })

  test('where the id is not known it checks first as well, and retires nothing', async () => {
    let isUp = false
    const h = setUp({ script: { get: () => (isUp ? active('a7') : gone) } })
    h.inputs(signedIn)
    await h.pass(299_000, 500)
    isUp = true
    await h.pass(3_000, 500)
    expect([h.is('retire'), h.kind()]).toEqual([0, 'active'])
  })

  test('one that still initializes, and whose id nobody has said, is given up: it is not known what to retire', async () => {
    const h = setUp({
      script: { get: () => ({ ok: true, data: { status: 'initializing' } }), retire, hatch },
    })
    h.inputs(signedIn)
    await h.pass(302_000, 500)
    expect(h.is('retire')).toBe(0)
    expect(h.now()).toMatchObject({ kind: 'error', error: { code: 'timeout' } })
  })

  test('a recovery whose check is never answered retires nothing either', async () => {
    const h = setUp()
    await h.begin(initializing('a1'))
    await h.passing(299_000, initializing('a1'))
    await h.pass(60_000)
    expect([h.is('retire'), h.now().recovering]).toEqual([0, true])
  })
})
