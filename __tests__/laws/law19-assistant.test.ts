/** Law 19 in short: the assistant's watchdog, its recoveries and budgets. The long tests are in __tests__/assistant. */
import { assistantChecked, assistantHatched } from '../../src/assistant'
import {
  assistantInitOverdue,
  assistantRecoveryStarted,
  checkAssistant,
  hatchVersion,
  networkChanged,
  retryAssistant,
} from '../../src/features/assistant'
import type { AssistantAnswer } from '../../src/features/assistant'
import {
  START,
  active,
  checksAfterEach,
  gone,
  initializing,
  retiredOk,
  setUp,
  signedOut,
  trouble,
} from '../assistant/setup'

checksAfterEach()

const LIMIT = 300_000
const POLL = 3_000

describe('law 19: the init watchdog', () => {
  test('is armed when it begins to initialize; "initializing" again does not restart it', async () => {
    const h = setUp()
    await h.begin(initializing())
    await h.passing(LIMIT - 1_000, initializing())
    expect([h.now().watchdogAt, h.now().recoveries]).toEqual([START + LIMIT, 0])
    await h.passing(1_000, initializing())
    expect([h.now().recoveries, h.is('retire')]).toEqual([1, 1])
  })

  test('a fresh start arms it anew', async () => {
    const h = setUp()
    await h.beginGone()
    await h.host.answer('hatch', trouble)
    await h.passing(POLL, gone)
    expect(h.is('hatch')).toBe(2)
    expect(h.now().watchdogAt).toBe(h.clock.now() + LIMIT)
  })

  test('it ends with the initializing: once up, nothing is retired', async () => {
    const h = setUp()
    await h.begin(initializing())
    await h.passing(POLL, active())
    expect(h.now().watchdogAt).toBeNull()
    await h.passing(2 * LIMIT, active())
    expect([h.kind(), h.is('retire')]).toEqual(['active', 0])
  })
})

describe('law 19: a recovery', () => {
  /** A start hangs: the id of what it started is not known. */
  const unknown = async () => {
    const h = setUp()
    await h.beginGone()
    await h.passing(LIMIT - 1_000, gone)
    const checks = h.is('get')
    await h.pass(1_000)
    return { h, checks }
  }
  const known = async () => {
    const h = setUp()
    await h.begin(initializing('a1'))
    await h.passing(LIMIT - 1_000, initializing('a1'))
    const checks = h.is('get')
    await h.pass(1_000)
    return { h, checks }
  }

  test('checks first, then retires what still initializes, then starts', async () => {
    const { h, checks } = await unknown()
    expect([h.is('get'), h.asked()]).toEqual([checks + 1, ['hatch']])
    await h.host.answer('get', initializing('a7'))
    expect(h.asked()).toEqual(['hatch', 'retire'])
    await h.host.answer('retire', retiredOk)
    expect(h.asked()).toEqual(['hatch', 'retire', 'hatch'])
  })

  test('also where the id is known', async () => {
    const { h, checks } = await known()
    expect([h.is('get'), h.asked()]).toEqual([checks + 1, []])
    await h.host.answer('get', initializing('a1'))
    expect(h.asked()).toEqual(['retire'])
  })

  test('mirror: what came up meanwhile is not retired', async () => {
    for (const begin of [unknown, known]) {
      const { h } = await begin()
      await h.host.answer('get', active('a1'))
      expect(h.kind()).toBe('active')
      expect(h.is('retire')).toBe(0)
    }
  })

  test('is announced, as the watchdog is', async () => {
    const { h } = await known()
    const announced = h.recorder.actions.filter(
      (action) => assistantInitOverdue.match(action) || assistantRecoveryStarted.match(action),
    )
    expect(announced.map(({ payload }) => payload)).toEqual([
      { generation: 0, deadline: START + LIMIT },
      { recovery: 1, assistantId: 'a1' },
    ])
  })

  test('there are three; then it is an error, which a retry takes back', async () => {
    const h = setUp()
    await h.begin(initializing())
    for (let i = 0; i < 3; i++) {
      await h.passing(LIMIT, initializing())
      await h.host.answer('retire', retiredOk)
      await h.host.answer('hatch', initializing())
    }
    expect([h.kind(), h.is('retire')]).toEqual(['initializing', 3])
    await h.passing(LIMIT, initializing())
    expect([h.kind(), h.now().error?.code, h.is('retire')]).toEqual(['error', 'timeout', 3])
    h.dispatch(retryAssistant())
    expect(h.now()).toMatchObject({ kind: 'loading', recoveries: 0 })
  })
})

test('law 19: three starts may fail, a poll interval apart, and no more', async () => {
  const h = setUp()
  await h.beginGone()
  for (let failed = 1; failed <= 3; failed++) {
    await h.host.answer('hatch', trouble)
    expect(h.is('hatch')).toBe(failed)
    await h.pass(POLL - 1)
    expect(h.host.of('get').some(({ open }) => open)).toBe(false)
    await h.pass(1)
    await h.host.answer('get', gone)
  }
  expect([h.is('hatch'), h.kind(), h.now().error?.code]).toEqual([3, 'error', 'hatch_failed'])
  expect(h.now().recoveries).toBe(0)
})

describe('law 19: an answer that left under an older generation', () => {
  const answer: AssistantAnswer = { ok: true, id: 'old', status: 'active', isLocal: false, connection: null }

  test('changes nothing, to the reference, and the newer one still counts', async () => {
    const h = setUp()
    await h.begin()
    const { check, generation } = h.now()
    h.inputs(signedOut)
    await h.begin()
    const before = h.now()
    expect(before.generation).toBeGreaterThan(generation)
    for (const reply of [assistantChecked, assistantHatched]) {
      h.dispatch(reply({ nonce: check!.nonce!, generation, answer }))
      h.dispatch(reply({ nonce: before.check!.nonce!, generation, answer }))
    }
    expect(h.now()).toBe(before)
    await h.host.answer('get', active('new'))
    expect(h.now()).toMatchObject({ kind: 'active', assistantId: 'new' })
  })
})

test('law 19: before the inputs are ready every command is a no-op, to the reference', async () => {
  const h = setUp()
  for (const inputs of [null, { signedIn: true, loading: true }, signedOut]) {
    if (inputs) h.inputs(inputs)
    const before = h.now()
    for (const command of [
      checkAssistant(),
      retryAssistant(),
      hatchVersion('v2'),
      networkChanged({ online: false }),
    ])
      h.dispatch<unknown>(command)
    await h.pass(60_000)
    expect(h.now()).toBe(before)
  }
  expect(h.host.calls).toEqual([])
})

test('law 19: logging out resets all of it in one dispatch, and nothing goes on', async () => {
  const h = setUp()
  const fresh = h.now()
  await h.beginGone()
  await h.host.answer('hatch', trouble)
  await h.passing(POLL, gone)
  expect(h.now()).toMatchObject({ kind: 'initializing', starts: 2, operation: { what: 'hatch' } })
  const kinds: string[] = []
  h.store.subscribe(() => void kinds.push(h.kind()))
  h.inputs(signedOut)
  const { inputs, seq, generation, since } = h.now()
  expect(h.now()).toEqual({ ...fresh, inputs, seq, generation, since })
  expect(new Set(kinds)).toEqual(new Set(['loading']))
  const before = h.now()
  const calls = h.host.calls.length
  await h.host.answer('hatch', active())
  await h.pass(2 * LIMIT)
  expect([h.now() === before, h.host.calls.length]).toEqual([true, calls])
})
