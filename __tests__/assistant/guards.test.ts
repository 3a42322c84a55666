import { nanoid } from '@reduxjs/toolkit'
import * as internal from '../../src/assistant'
import { assistantDefaults, readAnswer, resolveAssistantOptions } from '../../src/assistant'
import type { AssistantClaim } from '../../src/assistant'
import {
  assistant,
  assistantDoubted,
  assistantInputsChanged,
  checkAssistant,
  hatchVersion,
  networkChanged,
  retryAssistant,
  selectAssistantId,
  selectAssistantSince,
} from '../../src/features/assistant'
import {
  active,
  checksAfterEach,
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
    ['assistantDoubted', () => assistantDoubted()],
    ['assistantAnswered', () => internal.assistantAnswered({ ok: false, status: 404 })],
  ])('%s is a no-op that leaves the state’s reference as it was', async (_name, command) => {
    const h = setUp()
    const before = h.now()
    h.dispatch<unknown>(command())
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
    for (const command of [checkAssistant(), retryAssistant(), hatchVersion()]) h.dispatch<unknown>(command)
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

  test.each([
    ['still signed in', { ...signedIn, loading: true, platformSession: false }],
    ['signed in or not', { ...signedOut, loading: true }],
  ])('loading again concludes nothing: what is up stays up (%s)', async (_name, loading) => {
    const h = setUp()
    await h.begin(active())
    h.inputs(loading)
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
    await h.beginGone()
    await h.host.answer('hatch', trouble)
    await h.pass(3_000)
    expect(h.now().starts).toBe(1)
    const kinds: string[] = []
    h.store.subscribe(() => void kinds.push(h.kind()))
    h.inputs(inputs)
    expect(h.now()).toMatchObject({
      kind: 'loading',
      assistantId: null,
      connection: null,
      watchdogAt: null,
      check: null,
      operation: null,
      probe: null,
      absentSince: null,
      hatched: null,
      unsettledHatch: null,
      recoveries: 0,
      starts: 0,
      failedChecks: 0,
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
    for (const command of [checkAssistant(), retryAssistant(), hatchVersion()]) h.dispatch<unknown>(command)
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
  const { assistantChecked, assistantHatched, assistantProbed, assistantRetired, assistantInitOverdue } =
    internal

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
    h.dispatch(assistantInitOverdue({ generation: 0, deadline: 7 }))
    h.dispatch(assistantInitOverdue({ generation: 1, deadline: before.watchdogAt! }))
    h.dispatch(assistantInitOverdue({ generation: 0, deadline: before.watchdogAt! }))
    expect(h.now()).toBe(before)
  })

  test('a claim takes only what is wanted, when it is wanted, in its generation', async () => {
    const h = setUp()
    await h.begin(initializing('a1'))
    const before = h.now()
    expect(before.check!.nonce).toBeNull()
    const keeperId = before.keeperId!
    h.dispatch(internal.assistantCheckClaimed({ nonce: 'early', generation: 0, keeperId }))
    h.dispatch(internal.assistantHatchClaimed({ nonce: 'unwanted', generation: 0, keeperId }))
    h.dispatch(internal.assistantRetireClaimed({ nonce: 'unwanted', generation: 0, keeperId }))
    h.dispatch(internal.assistantProbeClaimed({ nonce: 'unwanted', generation: 0, keeperId }))
    expect(h.now()).toBe(before)
    h.dispatch(checkAssistant())
    const taken = h.now()
    h.dispatch(internal.assistantCheckClaimed({ nonce: 'second', generation: 0, keeperId }))
    expect(h.now()).toBe(taken)
  })

  test('a claim that is dispatched once more starts no second request', async () => {
    const h = setUp()
    await h.begin()
    const claim = h.recorder.actions.find((action) => internal.assistantCheckClaimed.match(action))!
    const before = h.now()
    h.dispatch({ ...claim })
    h.dispatch(internal.assistantClaimShown(claim.payload as AssistantClaim))
    await h.pass(1_000)
    expect([h.is('get'), h.now() === before]).toEqual([1, true])
  })

  test('what is malformed changes nothing, also where no middleware has looked at it', () => {
    const reduce = internal.assistantReducer(resolveAssistantOptions({}, { getAssistant: jest.fn() }))
    const before = reduce(undefined, assistantInputsChanged(signedIn))
    const { type } = assistantInputsChanged
    for (const action of [
      { type },
      { type, payload: { signedIn: false, loading: false } },
      { type, payload: { ...before.inputs, userId: {} } },
      { type: internal.assistantChecked.type, payload: { nonce: null, generation: 0, answer: null } },
      { type: internal.assistantInitOverdue.type, payload: { generation: 0, deadline: NaN } },
      { type: networkChanged.type, payload: { online: 'no' } },
    ])
      expect(reduce(before, action)).toBe(before)
  })

  test('a retire’s answer is not a start’s', async () => {
    const h = setUp()
    await h.beginGone()
    const { operation, generation } = h.now()
    const before = h.now()
    h.dispatch(assistantRetired({ nonce: operation!.nonce!, generation, answer: readAnswer(retiredOk) }))
    expect(h.now()).toBe(before)
  })
})

describe('options', () => {
  test('have the documented defaults', () => {
    expect(resolveAssistantOptions()).toMatchObject({
      ...assistantDefaults,
      canCheck: false,
      canHatch: false,
      canRetire: false,
      canProbe: false,
    })
    expect(assistantDefaults).toMatchObject({
      initTimeout: 300_000,
      maxRecoveries: 3,
      maxHatchFailures: 3,
      stableAfter: 60_000,
      pollInterval: 3_000,
    })
  })

  test.each([
    [{ initTimeout: 0 }, /"initTimeout" must be a time in ms of at least 1; it was given 0/],
    [{ maxRecoveries: -1 }, /"maxRecoveries"/],
    [{ maxHatchFailures: NaN }, /"maxHatchFailures"/],
    [{ stableAfter: -1 }, /"stableAfter"/],
    [{ pollInterval: Infinity }, /"pollInterval"/],
    [{ pollBackoff: 0.5 }, /"pollBackoff"/],
    [{ checkTimeout: '5' as never }, /"checkTimeout"/],
    [{ capacityCodes: 'full' as never }, /"capacityCodes" must be an array/],
    [{ initTimout: 5 } as never, /no option "initTimout"/],
  ])('are checked up front: %j', (options, message) => {
    expect(() => resolveAssistantOptions(options)).toThrow(message)
    expect(() => assistant(options)).toThrow(message)
  })

  test.each([
    [{ getAsistant: jest.fn() }, /no port "getAsistant"/],
    [{ getAssistant: 'GET /assistant' }, /"getAssistant" must be a function/],
    ['none', /"ports" must be an object of functions/],
  ])('so are the ports: %j', (ports, message) => {
    expect(() => assistant({ ports: ports as never })).toThrow(message)
  })

  test('law 20: the redirect rule is evaluated as the action is made, and does not enter it', () => {
    const { payload } = assistantInputsChanged({ ...signedIn, resolveOnboardingRedirect: () => '/welcome' })
    expect(payload.redirect).toBe('/welcome')
    const values: readonly unknown[] = Object.values(payload)
    expect(values.some((value) => typeof value === 'function')).toBe(false)
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
