import { pollPause } from '../../src/assistant/pauses'
import {
  checkAssistant,
  hatchVersion,
  retryAssistant,
  selectAssistantErrorText,
} from '../../src/features/assistant'
import {
  LOST,
  MINUTES,
  active,
  checksAfterEach,
  gone,
  initializing,
  setUp,
  signedIn,
  status,
  trouble,
} from './setup'
import type { Host, Setup } from './setup'

checksAfterEach()

async function missing(given?: Setup) {
  const h = setUp(given)
  await h.beginGone()
  return h
}

/** The start fails; the next poll sees that there is none. */
async function failed(h: Host, said: unknown = trouble, ms = 3_000) {
  await h.host.answer('hatch', said)
  await h.pass(ms)
  await h.host.answer('get', gone)
}

describe('law 19: the budget of starts', () => {
  test.each([
    ['no answer', LOST],
    ['an answer without a status', { ok: false }],
    ['500', status(500)],
    ['503 without a capacity code', status(503, { code: 'upstream' })],
  ])(
    '%s can be recovered from: it stays initializing, and starts again at the poll interval',
    async (_name, said) => {
      const h = await missing()
      const checks = h.is('get')
      await h.host.answer('hatch', said)
      expect(h.now()).toMatchObject({ kind: 'initializing', starts: 1, operation: null })
      await h.pass(2_999)
      expect(h.is('get')).toBe(checks)
      await h.pass(1)
      expect(h.is('get')).toBe(checks + 1)
      expect(h.is('hatch')).toBe(1)
      await h.host.answer('get', gone)
      expect(h.is('hatch')).toBe(2)
    },
  )

  test('the third failure is the last allowed, the fourth start is refused with a text', async () => {
    const h = await missing()
    await failed(h)
    await failed(h)
    expect(h.is('hatch')).toBe(3)
    await h.host.answer('hatch', trouble)
    expect(h.now()).toMatchObject({ kind: 'initializing', starts: 3 })
    await h.pass(3_000)
    await h.host.answer('get', gone)
    expect(h.is('hatch')).toBe(3)
    expect(h.now()).toMatchObject({ kind: 'error', error: { code: 'hatch_failed', transient: false } })
    expect(selectAssistantErrorText(h.store.getState())).toMatch(/several attempts/)
    const before = h.now()
    await h.pass(60 * MINUTES)
    expect(h.now()).toBe(before)
  })

  test('a check does not give it anew, a retry does', async () => {
    const h = await missing({ maxHatchFailures: 1 })
    await failed(h)
    expect(h.kind()).toBe('error')
    h.dispatch(checkAssistant())
    await h.vanish()
    expect(h.kind()).toBe('error')
    expect(h.is('hatch')).toBe(1)
    h.dispatch(retryAssistant())
    await h.vanish()
    expect(h.is('hatch')).toBe(2)
  })

  test('so does a version that the user chooses', async () => {
    const h = await missing({ maxHatchFailures: 1 })
    await failed(h)
    h.dispatch(hatchVersion('v3'))
    expect(h.now()).toMatchObject({ kind: 'initializing', starts: 1 })
    expect(h.is('hatch')).toBe(2)
  })

  test('an accepted start is one of them: what was accepted may be gone at once', async () => {
    const h = await missing()
    await failed(h)
    await failed(h)
    await h.host.answer('hatch', initializing('a1'))
    expect(h.now()).toMatchObject({ kind: 'initializing', starts: 3, assistantId: 'a1' })
    await h.pass(3_000)
    await h.vanish()
    expect(h.now()).toMatchObject({ kind: 'error', error: { code: 'hatch_failed' } })
    expect(h.is('hatch')).toBe(3)
  })

  test('an assistant that turns up meanwhile ends it', async () => {
    const h = await missing()
    await h.host.answer('hatch', trouble)
    await h.pass(3_000)
    await h.host.answer('get', initializing('a1'))
    expect(h.now()).toMatchObject({ kind: 'initializing', assistantId: 'a1' })
    expect(h.is('hatch')).toBe(1)
  })

  test('one that is up meanwhile ends it too', async () => {
    const h = await missing()
    await h.host.answer('hatch', trouble)
    await h.pass(3_000)
    await h.host.answer('get', active('a1'))
    expect(h.now()).toMatchObject({ kind: 'active', hatched: null, unsettledHatch: null })
  })

  test('nothing of the one before is left', async () => {
    const h = setUp()
    await h.begin(active('a0', { isLocal: true, connection: { url: 'http://gw' } }))
    h.dispatch(checkAssistant())
    await h.vanish()
    expect(h.now()).toMatchObject({ kind: 'initializing', assistantId: null, connection: null })
  })

  test('the wait grows where the option says so, up to 30 s', async () => {
    const h = await missing({ pollBackoff: 2 })
    await failed(h)
    await h.host.answer('hatch', trouble)
    const checks = h.is('get')
    await h.pass(5_999)
    expect(h.is('get')).toBe(checks)
    await h.pass(1)
    expect(h.is('get')).toBe(checks + 1)
    const waits = [0, 1, 2, 3, 4, 5, 9].map((failures) =>
      pollPause({ ...h.config, pollBackoff: 2 }, failures),
    )
    expect(waits).toEqual([3_000, 3_000, 6_000, 12_000, 24_000, 30_000, 30_000])
    expect([1, 2, 3].map((failures) => pollPause({ ...h.config, pollBackoff: 1 }, failures))).toEqual([
      3_000, 3_000, 3_000,
    ])
  })

  test('one that was accepted is polled at the interval, however many starts there were', async () => {
    const h = await missing({ pollBackoff: 4 })
    await h.host.answer('hatch', trouble)
    await h.pass(3_000)
    await h.host.answer('get', gone)
    await h.host.answer('hatch', initializing('a1'))
    const checks = h.is('get')
    await h.pass(3_000)
    expect(h.is('get')).toBe(checks + 1)
  })
})

describe('law 19: a refusal is an error at once', () => {
  test('4xx, with the server’s own text or ours', async () => {
    const h = await missing()
    await h.host.answer('hatch', status(402, { message: 'Your plan has no assistant.' }))
    expect(h.now()).toMatchObject({
      kind: 'error',
      error: { code: 'hatch_refused', message: 'Your plan has no assistant.' },
    })
    const other = await missing()
    await other.host.answer('hatch', status(400))
    expect(other.now().error!.message).toMatch(/could not be started/)
  })

  test('"at capacity" on 503 is one, with its own text, and counts as the start that it was', async () => {
    for (const code of ['at_capacity', 'platform_hosted_disabled']) {
      const h = await missing()
      await h.host.answer('hatch', status(503, { code }))
      expect(h.now()).toMatchObject({
        kind: 'error',
        error: { code: 'at_capacity', transient: false },
        starts: 1,
      })
      expect(h.now().error!.message).toMatch(/no room/)
    }
  })

  test('the app’s own capacity codes', async () => {
    const h = await missing({ capacityCodes: ['full'] })
    await h.host.answer('hatch', status(503, { code: 'full' }))
    expect(h.now().error!.code).toBe('at_capacity')
    const other = await missing({ capacityCodes: ['full'] })
    await other.host.answer('hatch', status(503, { code: 'at_capacity' }))
    expect(other.kind()).toBe('initializing')
  })
})

describe('law 19: one start in flight', () => {
  test('polls go on meanwhile, and one that sees nothing starts nothing', async () => {
    const h = await missing()
    const checks = h.is('get')
    await h.pass(3_000)
    expect(h.is('get')).toBe(checks + 1)
    await h.host.answer('get', gone)
    expect(h.is('hatch')).toBe(1)
    await h.pass(3_000)
    expect(h.is('get')).toBe(checks + 2)
  })

  test.each([
    ['a refusal', status(403)],
    ['being deleted', { ok: true, data: { id: 'old', status: 'to_be_deleted' } }],
    ['initializing', initializing('old')],
    ['an odd word', { ok: true, data: { id: 'old', status: 'odd' } }],
    ['no answer', { ok: false }],
  ])('a poll that says anything but "up" (%s) leaves the start alone', async (_name, said) => {
    const h = await missing()
    await h.pass(3_000)
    await h.host.answer('get', said)
    expect(h.now()).toMatchObject({ kind: 'initializing', assistantId: null, operation: { what: 'hatch' } })
    await h.host.answer('hatch', initializing('a1'))
    expect(h.now()).toMatchObject({ kind: 'initializing', assistantId: 'a1' })
  })

  test('no command starts a second one', async () => {
    const h = await missing()
    const before = h.now()
    h.dispatch(hatchVersion('v9'))
    expect(h.now()).toBe(before)
    h.dispatch(retryAssistant())
    h.dispatch(checkAssistant())
    await h.host.answer('get', gone)
    expect(h.is('hatch')).toBe(1)
  })

  test('a version that is chosen while the next try waits goes at once', async () => {
    const h = await missing()
    await h.host.answer('hatch', trouble)
    h.dispatch(hatchVersion('v9'))
    expect(h.host.of('hatch').at(-1)!.request).toMatchObject({ version: 'v9' })
  })

  test('so does one in place of an assistant that never came up', async () => {
    const h = setUp({ maxRecoveries: 0, initTimeout: 2_000 })
    await h.begin(initializing('a1'))
    await h.pass(2_000)
    expect(h.kind()).toBe('error')
    h.dispatch(hatchVersion('v9'))
    expect(h.is('hatch')).toBe(1)
  })

  test('nor beside an assistant that starts or is up', async () => {
    for (const first of [initializing(), active()]) {
      const h = setUp()
      await h.begin(first)
      const before = h.now()
      h.dispatch(hatchVersion('v9'))
      expect(h.now()).toBe(before)
      expect(h.is('hatch')).toBe(0)
    }
  })
})

describe('law 19: a success seeds the status', () => {
  test('so that polling begins', async () => {
    const h = await missing()
    await h.host.answer('hatch', { ok: true, data: { id: 'a1' } })
    expect(h.now()).toMatchObject({ kind: 'initializing', assistantId: 'a1', operation: null })
    await h.pass(3_000)
    expect(h.host.of('get').at(-1)!.request).toEqual({ assistantId: 'a1' })
    await h.host.answer('get', active('a1'))
    expect(h.kind()).toBe('active')
  })

  test('one that is up at once is up', async () => {
    const h = await missing()
    await h.host.answer('hatch', active('a1'))
    expect(h.now()).toMatchObject({ kind: 'active', assistantId: 'a1', hatched: null })
  })

  test('the watchdog is that of the start, not of its answer', async () => {
    const h = await missing()
    const { watchdogAt } = h.now()
    await h.pass(2_000)
    await h.host.answer('hatch', initializing('a1'))
    expect(h.now().watchdogAt).toBe(watchdogAt)
  })

  test('what was chosen is forgotten once one is up: the next missing one is a new choice', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, nonProduction: true })
    await h.vanish()
    h.dispatch(hatchVersion('v2'))
    await h.host.answer('hatch', active('a1'))
    h.dispatch(checkAssistant())
    await h.vanish()
    expect(h.kind()).toBe('awaiting_version_selection')
  })
})
