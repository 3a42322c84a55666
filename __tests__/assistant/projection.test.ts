import {
  checkAssistant,
  hatchVersion,
  selectAssistantConnection,
  selectAssistantErrorText,
  selectAssistantId,
} from '../../src/features/assistant'
import { active, checksAfterEach, deleting, gone, initializing, setUp, signedIn, status } from './setup'

checksAfterEach()

describe('law 19: what a status check says', () => {
  test('signing in checks once', async () => {
    const h = setUp()
    await h.begin()
    expect(h.is('get')).toBe(1)
    expect(h.host.calls[0]!.request).toEqual({})
    expect(h.kind()).toBe('loading')
  })

  test('active', async () => {
    const h = setUp()
    await h.begin(active('a1'))
    expect(h.now()).toMatchObject({ kind: 'active', reachable: true, connection: null })
    expect(selectAssistantId(h.store.getState())).toBe('a1')
  })

  test('self-hosted: id and connection come in one change', async () => {
    const h = setUp()
    await h.begin()
    const seen: (readonly [string | null, string | null])[] = []
    h.store.subscribe(() => {
      const state = h.store.getState()
      seen.push([selectAssistantId(state), selectAssistantConnection(state)?.url ?? null])
    })
    await h.host.answer('get', active('a1', { isLocal: true, connection: { url: 'http://gw' } }))
    expect(h.kind()).toBe('self_hosted')
    expect(selectAssistantConnection(h.store.getState())).toEqual({ url: 'http://gw' })
    expect(seen.filter(([id]) => id !== null)).not.toHaveLength(0)
    expect(seen.filter(([id, url]) => (id === null) !== (url === null))).toEqual([])
  })

  test('a connection of a platform assistant is not kept', async () => {
    const h = setUp()
    await h.begin(active('a1', { connection: { url: 'http://gw' } }))
    expect(h.now()).toMatchObject({ kind: 'active', connection: null })
  })

  test('initializing, and its id is nobody’s to use yet', async () => {
    const h = setUp()
    await h.begin(initializing('a1'))
    expect(h.kind()).toBe('initializing')
    expect(h.now().assistantId).toBe('a1')
    expect(selectAssistantId(h.store.getState())).toBeNull()
  })

  test('to be deleted: cleaning up, checked until it is gone, and the user has no other', async () => {
    const h = setUp()
    await h.begin(deleting())
    expect(h.kind()).toBe('cleaning_up')
    await h.pass(3_000)
    expect(h.is('get')).toBe(2)
    // The 404 was to be expected: no pause before the user is asked for under any id.
    await h.host.answer('get', gone)
    expect(h.host.of('get').map(({ request }) => request)).toEqual([{}, { assistantId: 'a1' }, {}])
    expect(h.is('hatch')).toBe(0)
    await h.host.answer('get', gone)
    expect(h.is('hatch')).toBe(1)
  })

  test('an unexpected status word is an error that names it', async () => {
    const h = setUp()
    await h.begin({ ok: true, data: { id: 'a1', status: 'hibernating' } })
    expect(h.now()).toMatchObject({ kind: 'error', error: { code: 'unexpected_status', transient: false } })
    expect(selectAssistantErrorText(h.store.getState())).toBe('Unexpected assistant status: hibernating')
    await h.pass(60_000)
    expect(h.is('get')).toBe(1)
  })

  test('a refusal is an error with the server’s own text, or ours', async () => {
    const h = setUp()
    await h.begin(status(403, { message: 'Not your assistant.' }))
    expect(h.now()).toMatchObject({
      kind: 'error',
      error: { code: 'check_failed', message: 'Not your assistant.', transient: false },
    })
    const other = setUp()
    await other.begin(status(400))
    expect(other.now().error!.message).toMatch(/could not be checked/)
  })

  test.each([
    ['a number', 7],
    ['null', null],
    ['ok without data', { ok: true }],
    ['a class', new Date()],
    ['an error that is no error', { ok: false, status: 'x', error: Symbol('no') }],
  ])('law 23: a malformed answer (%s) is an error, and throws nowhere', async (_name, result) => {
    const h = setUp()
    await h.begin()
    await h.host.answer('get', result)
    expect(h.kind()).toBe('error')
  })

  test('the selected assistant is asked for by its id, and one that is known by its own', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, assistantId: 'mine' })
    await h.host.answer('get', active('mine-2'))
    h.dispatch(checkAssistant())
    expect(h.host.of('get').map((call) => call.request)).toEqual([
      { assistantId: 'mine' },
      { assistantId: 'mine-2' },
    ])
  })
})

describe('law 19: 404 leads down the cascade', () => {
  test('retired comes before everything', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, retired: true, nonProduction: true, resolveOnboardingRedirect: () => '/welcome' })
    await h.host.answer('get', gone)
    expect(h.kind()).toBe('retired')
    expect(h.is('hatch')).toBe(0)
  })

  test('then the redirect rule', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, nonProduction: true, resolveOnboardingRedirect: () => '/welcome' })
    await h.vanish()
    expect(h.now()).toMatchObject({ kind: 'loading', redirect: '/welcome' })
    expect(h.is('hatch')).toBe(0)
    // Nothing goes on behind the onboarding's back; when it is done the app says so.
    await h.pass(60_000)
    expect(h.is('get')).toBe(2)
    h.inputs({ ...signedIn, resolveOnboardingRedirect: () => null })
    await h.vanish()
    expect(h.now()).toMatchObject({ kind: 'initializing', redirect: null })
    expect(h.is('hatch')).toBe(1)
  })

  test('a redirect rule concerns only who has no assistant', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, resolveOnboardingRedirect: () => '/welcome' })
    await h.host.answer('get', active())
    expect(h.now()).toMatchObject({ kind: 'active', redirect: null })
  })

  test('then non-production waits for a version', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, nonProduction: true })
    await h.vanish()
    expect(h.kind()).toBe('awaiting_version_selection')
    expect(h.is('hatch')).toBe(0)
    h.dispatch(hatchVersion('v2'))
    expect(h.host.of('hatch').map((call) => call.request)).toMatchObject([{ version: 'v2' }])
    expect(h.kind()).toBe('initializing')
  })

  test('a version that was chosen stays chosen when its start has to be tried again', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, nonProduction: true })
    await h.vanish()
    h.dispatch(hatchVersion('v2'))
    await h.host.answer('hatch', status(502))
    await h.pass(3_000)
    await h.host.answer('get', gone)
    expect(h.host.of('hatch').map((call) => call.request)).toMatchObject([
      { version: 'v2' },
      { version: 'v2' },
    ])
  })

  test('else one is started, of the version that the backend chooses', async () => {
    const h = setUp()
    await h.beginGone()
    expect(h.kind()).toBe('initializing')
    expect(h.host.of('hatch').map((call) => call.request)).toEqual([{ idempotencyKey: expect.any(String) }])
  })

  test('an app that cannot start one shows an error, and does not wait for ever', async () => {
    const h = setUp({ has: ['get'] })
    await h.beginGone()
    expect(h.now()).toMatchObject({ kind: 'error', error: { code: 'hatch_refused' } })
  })
})

describe('law 19: polls', () => {
  test('initializing is polled at the interval, one at a time', async () => {
    const h = setUp()
    await h.begin(initializing())
    await h.pass(2_000)
    expect(h.is('get')).toBe(1)
    await h.pass(1_000)
    expect(h.is('get')).toBe(2)
    await h.pass(6_000)
    expect(h.is('get')).toBe(2)
    await h.host.answer('get', initializing())
    await h.pass(3_000)
    expect(h.is('get')).toBe(3)
    await h.host.answer('get', active())
    await h.pass(60_000)
    expect(h.is('get')).toBe(3)
    expect(h.kind()).toBe('active')
  })

  test('a poll answer is applied only to the kind that it left in', async () => {
    const h = setUp()
    await h.begin(initializing())
    await h.pass(3_000)
    h.environment.emit('offline')
    expect(h.kind()).toBe('error')
    const before = h.now()
    await h.host.answer('get', active())
    expect(h.now()).toBe(before)
  })

  test('a forced check is applied in every kind', async () => {
    for (const first of [status(403), active('a0'), { ok: true, data: { id: 'a0', status: 'odd' } }]) {
      const h = setUp()
      await h.begin(first)
      h.dispatch(checkAssistant())
      await h.host.answer('get', initializing('a9'))
      expect(h.now()).toMatchObject({ kind: 'initializing', assistantId: 'a9' })
    }
  })

  test('a check that is asked for again lets go of the older one', async () => {
    const h = setUp()
    await h.begin()
    h.dispatch(checkAssistant())
    expect(h.is('get')).toBe(2)
    expect(h.host.calls.map((call) => call.signal.aborted)).toEqual([true, false])
    const before = h.now()
    h.host.calls[0]!.settle(active('old'))
    await h.pass(0)
    expect(h.now()).toBe(before)
  })

  test('a status check that is never answered is given up', async () => {
    const h = setUp({ checkTimeout: 15_000 })
    await h.begin()
    await h.pass(14_999)
    expect(h.kind()).toBe('loading')
    await h.pass(1)
    expect(h.now()).toMatchObject({ kind: 'error', error: { code: 'network', transient: true } })
    expect(h.host.calls[0]!.signal.aborted).toBe(true)
  })
})
