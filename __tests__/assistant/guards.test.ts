import { nanoid } from '@reduxjs/toolkit'
import * as assistant from '../../src/assistant'
import {
  assistantDefaults,
  assistantInputsChanged,
  checkAssistant,
  hatchVersion,
  networkChanged,
  resolveAssistantOptions,
  retryAssistant,
  selectAssistantId,
  selectAssistantSince,
} from '../../src/assistant'
import { readAnswer } from '../../src/assistant/answers'
import {
  active,
  checksAfterEach,
  gone,
  initializing,
  retiredOk,
  setUp,
  signedIn,
  signedOut,
  status,
  trouble,
} from './setup'

checksAfterEach()

describe('at first', () => {
  test('nothing is known, and nothing stands', () => {
    const h = setUp()
    const { seq, since, kind, reachable, recovering, ...rest } = h.now()
    expect([seq, since, kind, reachable, recovering]).toEqual([0, 0, 'loading', true, false])
    expect(new Set(Object.values(rest))).toEqual(new Set([null, 0]))
  })

  test('since tells when the kind was entered', async () => {
    const h = setUp()
    await h.begin(initializing())
    const entered = h.clock.now()
    await h.pass(3_000)
    await h.host.answer('get', initializing())
    expect(selectAssistantSince(h.store.getState())).toBe(entered)
    await h.pass(3_000)
    await h.host.answer('get', active())
    expect(selectAssistantSince(h.store.getState())).toBe(entered + 6_000)
    await h.pass(1_000)
    h.inputs(signedOut)
    expect(selectAssistantSince(h.store.getState())).toBe(entered + 7_000)
  })
})

describe('law 19: before the inputs arrive', () => {
  test.each([
    ['checkAssistant', () => checkAssistant()],
    ['retryAssistant', () => retryAssistant()],
    ['hatchVersion', () => hatchVersion('v1')],
    ['networkChanged', () => networkChanged({ online: false })],
  ])('%s is a no-op that leaves the state’s reference as it was', async (_name, command) => {
    const h = setUp()
    const before = h.now()
    h.dispatch(command())
    await h.pass(60_000)
    expect(h.now()).toBe(before)
    expect(h.host.calls).toEqual([])
  })

  test.each([
    ['still loading', { signedIn: true, loading: true }],
    ['signed out', signedOut],
    ['no session', { signedIn: true, platformSession: false }],
  ])('the same while they say "not yet" (%s)', async (_name, inputs) => {
    const h = setUp()
    h.inputs(inputs)
    const before = h.now()
    for (const command of [checkAssistant(), retryAssistant(), hatchVersion()]) h.dispatch(command)
    await h.pass(60_000)
    expect(h.now()).toBe(before)
    expect(h.host.calls).toEqual([])
  })

  test('law 23: the same inputs again change nothing', async () => {
    const h = setUp()
    await h.begin(active())
    const before = h.now()
    h.inputs({ ...signedIn, resolveOnboardingRedirect: () => null })
    expect(h.now()).toBe(before)
    expect(h.is('get')).toBe(1)
  })

  test('loading again concludes nothing: what is up stays up', async () => {
    const h = setUp()
    await h.begin(active())
    h.inputs({ ...signedIn, loading: true, platformSession: false })
    expect(h.kind()).toBe('active')
    h.inputs(signedIn)
    expect(h.now()).toMatchObject({ kind: 'active', assistantId: 'a1' })
    expect(h.is('get')).toBe(2)
  })
})

describe('law 19: signing out', () => {
  test.each([
    ['signing out', signedOut],
    ['losing the session', { ...signedIn, platformSession: false }],
  ])('%s resets slice, budgets and timers in one dispatch', async (_name, inputs) => {
    const h = setUp({ has: ['get', 'hatch', 'retire', 'probe'] })
    await h.begin(gone)
    await h.host.answer('hatch', trouble)
    await h.pass(3_000)
    expect(h.now().hatchFailures).toBe(1)
    const kinds: string[] = []
    h.store.subscribe(() => void kinds.push(h.kind()))
    h.inputs(inputs)
    expect(h.now()).toMatchObject({
      kind: 'loading',
      assistantId: null,
      connection: null,
      watchdogAt: null,
      check: null,
      work: null,
      probe: null,
      hatched: null,
      recoveries: 0,
      hatchFailures: 0,
      failures: 0,
    })
    expect(new Set(kinds)).toEqual(new Set(['loading']))
    expect(h.clock.pending).toBe(0)
    expect(h.host.of('get').at(-1)!.signal.aborted).toBe(true)
    const before = h.now()
    await h.host.answer('get', active())
    await h.pass(60_000)
    expect(h.now()).toBe(before)
  })

  test('nobody sees the id of the one who left', async () => {
    const h = setUp()
    await h.begin(active('a1'))
    h.inputs(signedOut)
    expect(selectAssistantId(h.store.getState())).toBeNull()
  })

  test('another user begins from nothing', async () => {
    const h = setUp()
    await h.begin(active('a1'))
    h.inputs(signedOut)
    h.inputs(signedIn)
    expect(h.kind()).toBe('loading')
    await h.host.answer('get', active('b1'))
    expect(selectAssistantId(h.store.getState())).toBe('b1')
  })

  test('another selected assistant begins from nothing', async () => {
    const h = setUp()
    await h.begin(active('a1'))
    h.inputs({ ...signedIn, assistantId: 'b1' })
    expect(h.now()).toMatchObject({ kind: 'loading', assistantId: null })
    expect(h.host.of('get').at(-1)!.request).toEqual({ assistantId: 'b1' })
  })
})

describe('law 19: gateway auth', () => {
  test('goes straight to active without a call', async () => {
    const h = setUp()
    h.inputs({
      signedIn: true,
      platformSession: false,
      gatewayAuth: { assistantId: 'mine', connection: { url: '/gw' } },
    })
    expect(h.now()).toMatchObject({
      kind: 'active',
      assistantId: 'mine',
      connection: { url: '/gw' },
      reachable: true,
    })
    for (const command of [checkAssistant(), retryAssistant(), hatchVersion()]) h.dispatch(command)
    h.environment.emit('offline')
    await h.pass(600_000)
    expect(h.host.calls).toEqual([])
    expect(h.kind()).toBe('active')
  })

  test('its assistant is called "self" where it has no id', () => {
    const h = setUp()
    h.inputs({ ...signedIn, gatewayAuth: {} })
    expect(selectAssistantId(h.store.getState())).toBe('self')
  })

  test('what was in flight for the platform does not revive it', async () => {
    const h = setUp()
    await h.begin()
    h.inputs({ ...signedIn, gatewayAuth: { assistantId: 'mine' } })
    const before = h.now()
    await h.host.answer('get', initializing())
    expect(h.now()).toBe(before)
  })

  test('leaving it leaves nothing of it', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, gatewayAuth: { assistantId: 'mine', connection: { url: '/gw' } } })
    h.inputs(signedIn)
    expect(h.now()).toMatchObject({ kind: 'loading', assistantId: null, connection: null })
    expect(h.is('get')).toBe(1)
  })
})

describe('law 23: replies that are nobody’s', () => {
  const { assistantChecked, assistantHatched, assistantProbed, assistantRetired, assistantOverdue } =
    assistant

  test('an unknown nonce, an older generation, another deadline: the same reference', async () => {
    const h = setUp({ has: ['get', 'hatch', 'retire', 'probe'] })
    await h.begin(initializing('a1'))
    await h.pass(3_000)
    const { nonce } = h.now().check!
    expect(nonce).not.toBeNull()
    const before = h.now()
    const answer = readAnswer(active())
    for (const [reply, generation] of [
      [nanoid(), 0],
      [nonce!, -1],
      [nonce!, 1],
    ] as const) {
      for (const answered of [assistantChecked, assistantHatched, assistantProbed, assistantRetired]) {
        h.dispatch(answered({ nonce: reply, generation, answer }))
      }
    }
    h.dispatch(assistantOverdue({ generation: 0, deadline: 7 }))
    h.dispatch(assistantOverdue({ generation: 1, deadline: before.watchdogAt! }))
    h.dispatch(assistantOverdue({ generation: 0, deadline: before.watchdogAt! }))
    expect(h.now()).toBe(before)
  })

  test('a claim takes only what is wanted, when it is wanted, in its generation', async () => {
    const h = setUp()
    await h.begin(initializing('a1'))
    const before = h.now()
    expect(before.check!.nonce).toBeNull()
    const owner = before.owner!
    h.dispatch(assistant.assistantCheckClaimed({ nonce: 'early', generation: 0, owner }))
    h.dispatch(assistant.assistantHatchClaimed({ nonce: 'unwanted', generation: 0, owner }))
    h.dispatch(assistant.assistantRetireClaimed({ nonce: 'unwanted', generation: 0, owner }))
    h.dispatch(assistant.assistantProbeClaimed({ nonce: 'unwanted', generation: 0, owner }))
    expect(h.now()).toBe(before)
    h.dispatch(checkAssistant())
    const taken = h.now()
    h.dispatch(assistant.assistantCheckClaimed({ nonce: 'second', generation: 0, owner }))
    expect(h.now()).toBe(taken)
  })

  test('a retire’s answer is not a hatch’s', async () => {
    const h = setUp()
    await h.begin(gone)
    const { work, generation } = h.now()
    const before = h.now()
    h.dispatch(assistantRetired({ nonce: work!.nonce!, generation, answer: readAnswer(retiredOk) }))
    expect(h.now()).toBe(before)
  })
})

describe('options', () => {
  test('have the documented defaults', () => {
    expect(resolveAssistantOptions()).toMatchObject({
      ...assistantDefaults,
      looks: false,
      hatches: false,
      retires: false,
      probes: false,
    })
    expect(assistantDefaults).toMatchObject({
      initTimeout: 300_000,
      maxRecoveries: 3,
      maxHatchFailures: 3,
      assistantPollInterval: 3_000,
    })
  })

  test.each([
    [{ initTimeout: 0 }, /"initTimeout" must be a time in ms of at least 1; it was given 0/],
    [{ maxRecoveries: -1 }, /"maxRecoveries"/],
    [{ maxHatchFailures: NaN }, /"maxHatchFailures"/],
    [{ assistantPollInterval: Infinity }, /"assistantPollInterval"/],
    [{ assistantPollBackoff: 0.5 }, /"assistantPollBackoff"/],
    [{ assistantCheckTimeout: '5' as never }, /"assistantCheckTimeout"/],
    [{ assistantCapacityCodes: 'full' as never }, /"assistantCapacityCodes" must be an array/],
  ])('are checked up front: %j', (options, message) => {
    expect(() => resolveAssistantOptions(options)).toThrow(message)
  })

  test('law 20: the redirect rule is evaluated as the action is made, and does not enter it', () => {
    const { payload } = assistantInputsChanged({ ...signedIn, resolveOnboardingRedirect: () => '/welcome' })
    expect(payload.redirect).toBe('/welcome')
    expect(Object.values(payload).some((value) => typeof value === 'function')).toBe(false)
  })

  test('law 20: of a port’s answer only what the rules read enters an action', () => {
    const error = Object.assign(new Error('Down.'), { code: 'x', response: new Map() })
    expect(readAnswer({ ok: false, status: 500, error })).toEqual({
      ok: false,
      status: 500,
      message: 'Down.',
      code: 'x',
    })
    expect(readAnswer(status(400, 'Plain text.'))).toMatchObject({ message: 'Plain text.' })
    expect(readAnswer({ ok: true, data: { id: 'a', status: 'active', secret: 'no' } })).toEqual({
      ok: true,
      id: 'a',
      status: 'active',
      isLocal: false,
      connection: null,
    })
  })
})
