import { hatchVersion, retryAssistant, selectAssistantErrorText } from '../../src/assistant'
import {
  MINUTES,
  START,
  active,
  checksAfterEach,
  deleting,
  gone,
  initializing,
  retiredOk,
  setUp,
  signedIn,
  status,
  trouble,
} from './setup'

checksAfterEach()

const LIMIT = 5 * MINUTES

/** A store whose assistant starts and never comes up, its polls answered as they come. */
async function stuck(given?: Parameters<typeof setUp>[0]) {
  const h = setUp(given)
  await h.begin(initializing('a1'))
  return h
}

/** Lets `ms` pass; every poll that leaves in it is told the same. */
async function passing(h: Awaited<ReturnType<typeof stuck>>, ms: number, said: unknown): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    await h.pass(Math.min(left, 1_000))
    if (h.host.calls.some((call) => call.kind === 'get' && call.open)) await h.host.answer('get', said)
  }
}

describe('law 19: the init watchdog is edge-triggered', () => {
  test('entering initializing arms it; it fires when the time is up and not before', async () => {
    const h = await stuck()
    expect(h.now().watchdogAt).toBe(START + LIMIT)
    await passing(h, LIMIT - 1, initializing('a1'))
    expect(h.is('retire')).toBe(0)
    await h.pass(1)
    expect(h.host.of('retire').map((call) => call.request)).toEqual(['a1'])
    expect(h.now()).toMatchObject({ kind: 'initializing', recoveries: 1, generation: 1 })
  })

  test('initializing again does not restart it', async () => {
    const h = await stuck()
    await passing(h, 4 * MINUTES, initializing('a1'))
    expect(h.is('get')).toBeGreaterThan(50)
    expect(h.now().watchdogAt).toBe(START + LIMIT)
  })

  test('leaving clears it, entering again arms it anew', async () => {
    const h = await stuck()
    await passing(h, 2 * MINUTES, initializing('a1'))
    await passing(h, 3_000, deleting('a1'))
    expect(h.now()).toMatchObject({ kind: 'cleaning_up', watchdogAt: null })
    await passing(h, 10 * MINUTES, deleting('a1'))
    expect(h.now()).toMatchObject({ kind: 'cleaning_up', recoveries: 0 })
    await passing(h, 3_000, initializing('a2'))
    expect(h.now().watchdogAt).toBe(h.clock.now() + LIMIT)
  })

  test('a fresh hatch starts it anew', async () => {
    const h = await stuck()
    await passing(h, 4 * MINUTES, initializing('a1'))
    await passing(h, 3_000, gone)
    expect(h.is('hatch')).toBe(1)
    expect(h.now().watchdogAt).toBe(h.clock.now() + LIMIT)
  })

  test('an outage suspends it, and does not start it anew', async () => {
    const h = await stuck()
    await h.pass(3_000)
    await h.host.lose('get')
    expect(h.now()).toMatchObject({ kind: 'error', watchdogAt: null, watchdogLeft: LIMIT - 3_000 })
    await h.pass(2_000)
    await h.host.answer('get', initializing('a1'))
    expect(h.now()).toMatchObject({
      kind: 'initializing',
      watchdogAt: h.clock.now() + LIMIT - 3_000,
      watchdogLeft: null,
    })
  })

  test('law 10: time asleep does not count, and a look-up goes first', async () => {
    const h = await stuck()
    await passing(h, 1 * MINUTES, initializing('a1'))
    const polls = h.is('get')
    h.clock.jump(60 * MINUTES)
    h.clock.runDue()
    expect(h.is('retire')).toBe(0)
    expect(h.is('get')).toBe(polls + 1)
    expect(h.now().watchdogAt).toBeGreaterThan(h.clock.now() + 3 * MINUTES)
    expect(h.now().watchdogAt).toBeLessThanOrEqual(h.clock.now() + 4 * MINUTES + 3_000)
    await passing(h, 4 * MINUTES + 3_000, initializing('a1'))
    expect(h.is('retire')).toBe(1)
  })

  test('law 10: a request that left before a sleep is let go', async () => {
    const h = await stuck()
    await h.pass(3_000)
    h.clock.jump(60 * MINUTES)
    h.clock.runDue()
    expect(h.host.of('get').map((call) => call.signal.aborted)).toEqual([false, true, false])
    expect(h.kind()).toBe('initializing')
  })

  test('the deadline is in the state: the next page goes on with what is left of it', async () => {
    const first = await stuck()
    await passing(first, 4 * MINUTES, initializing('a1'))
    const h = setUp({ left: JSON.parse(JSON.stringify(first.now())), from: START + 4 * MINUTES })
    await h.pass(0)
    expect(h.is('get')).toBe(1)
    await h.host.answer('get', initializing('a1'))
    await passing(h, MINUTES - 1_000, initializing('a1'))
    expect(h.is('retire')).toBe(0)
    await passing(h, 1_000, initializing('a1'))
    expect(h.host.of('retire').map((call) => call.request)).toEqual(['a1'])
  })

  test('what the page before had in flight is nobody’s now: a hatch that it began is not believed to go on', async () => {
    const first = setUp()
    await first.begin(gone)
    const h = setUp({ left: JSON.parse(JSON.stringify(first.now())) })
    await h.pass(0)
    expect(h.now().work).toBeNull()
    await h.host.answer('get', initializing('a1'))
    expect(h.now()).toMatchObject({ kind: 'initializing', assistantId: 'a1' })
  })
})

describe('law 19: recovery', () => {
  test('retire, clear the id, hatch again with the same version', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, nonProduction: true })
    await h.host.answer('get', gone)
    h.dispatch(hatchVersion('v2'))
    await h.host.answer('hatch', initializing('a1'))
    await passing(h, LIMIT, initializing('a1'))
    expect(h.host.of('retire').map((call) => call.request)).toEqual(['a1'])
    await h.host.answer('retire', retiredOk)
    expect(h.now()).toMatchObject({
      kind: 'initializing',
      assistantId: null,
      watchdogAt: h.clock.now() + LIMIT,
    })
    expect(h.host.of('hatch').map((call) => call.request)).toEqual([{ version: 'v2' }, { version: 'v2' }])
    await h.host.answer('hatch', initializing('a2'))
    await passing(h, 3_000, active('a2'))
    expect(h.now()).toMatchObject({ kind: 'active', assistantId: 'a2', recoveries: 0 })
  })

  test('404 to the retire counts as retired', async () => {
    const h = await stuck()
    await passing(h, LIMIT, initializing('a1'))
    await h.host.answer('retire', gone)
    expect(h.is('hatch')).toBe(1)
  })

  test.each([
    ['a refusal', status(409)],
    ['trouble', trouble],
  ])('another failure of the retire (%s) is the time-out error', async (_name, said) => {
    const h = await stuck()
    await passing(h, LIMIT, initializing('a1'))
    await h.host.answer('retire', said)
    expect(h.now()).toMatchObject({
      kind: 'error',
      watchdogAt: null,
      error: { code: 'timeout', transient: false },
    })
    expect(h.is('hatch')).toBe(0)
  })

  test('so is a retire whose answer is lost, and an app that cannot retire', async () => {
    const h = await stuck()
    await passing(h, LIMIT, initializing('a1'))
    await h.host.lose('retire')
    expect(h.now().error!.code).toBe('timeout')
    const other = await stuck({ has: ['get', 'hatch'] })
    await passing(other, LIMIT, initializing('a1'))
    expect(other.now().error!.code).toBe('timeout')
  })

  describe('looks first where the stuck assistant’s id is not known', () => {
    test('the look-up has left, the hanging hatch is let go', async () => {
      const h = setUp()
      await h.begin(gone)
      await passing(h, LIMIT - 1_000, gone)
      const looks = h.is('get')
      await h.pass(1_000)
      expect(h.is('get')).toBe(looks + 1)
      expect(h.is('retire')).toBe(0)
      expect(h.host.of('hatch')[0]!.signal.aborted).toBe(true)
    })

    test.each([
      ['gone: hatched again', gone, { kind: 'initializing' }, ['hatch', 'hatch']],
      [
        'still initializing: retired first',
        initializing('a7'),
        { kind: 'initializing', assistantId: 'a7' },
        ['hatch', 'retire'],
      ],
      ['up by now', active('a7'), { kind: 'active', assistantId: 'a7', recoveries: 0 }, ['hatch']],
      [
        'up by now, self-hosted',
        active('a7', { isLocal: true }),
        { kind: 'self_hosted', assistantId: 'a7' },
        ['hatch'],
      ],
      ['being deleted', deleting('a7'), { kind: 'cleaning_up' }, ['hatch']],
      ['odd', { ok: true, data: { id: 'a7', status: 'odd' } }, { kind: 'error' }, ['hatch']],
    ])('%s', async (_name, said, state, asked) => {
      const h = setUp()
      await h.begin(gone)
      await passing(h, LIMIT - 1_000, gone)
      await h.pass(1_000)
      await h.host.answer('get', said)
      expect(h.now()).toMatchObject(state)
      expect(h.host.calls.map((call) => call.kind).filter((kind) => kind !== 'get')).toEqual(asked)
      if (asked[1] === 'retire') expect(h.host.of('retire')[0]!.request).toBe('a7')
    })

    test('the look-up gets no answer: it is tried again, and the recovery goes on from there', async () => {
      const h = setUp()
      await h.begin(gone)
      await passing(h, LIMIT - 1_000, gone)
      await h.pass(1_000)
      await h.host.lose('get')
      expect(h.now()).toMatchObject({ kind: 'error', error: { transient: true }, recovering: true })
      await h.pass(2_000)
      await h.host.answer('get', initializing('a7'))
      expect(h.host.of('retire').map((call) => call.request)).toEqual(['a7'])
    })

    test('gone: hatched again even where a missing one would not be', async () => {
      const h = setUp()
      await h.begin(gone)
      await passing(h, LIMIT - 4_000, gone)
      h.inputs({ ...signedIn, nonProduction: true, retired: true })
      await h.host.answer('get', gone)
      await passing(h, 3_000, gone)
      await h.pass(1_000)
      await h.host.answer('get', gone)
      expect(h.now()).toMatchObject({ kind: 'initializing', recoveries: 1 })
      expect(h.is('hatch')).toBe(2)
    })
  })

  test('a recovery that found it up is over: starting anew is not retired at once', async () => {
    const h = setUp()
    await h.begin(gone)
    await passing(h, LIMIT - 1_000, gone)
    await h.pass(1_000)
    await h.host.answer('get', active('a7'))
    h.dispatch(retryAssistant())
    await h.host.answer('get', initializing('a7'))
    expect(h.now()).toMatchObject({ kind: 'initializing', recovering: false })
    expect(h.is('retire')).toBe(0)
  })

  test('while a retire is under way nothing is looked up, and nothing hatched', async () => {
    const h = await stuck()
    await passing(h, LIMIT, initializing('a1'))
    const looks = h.is('get')
    h.dispatch(retryAssistant())
    h.environment.emit('online')
    await h.pass(60_000)
    expect(h.is('get')).toBe(looks)
    expect(h.is('hatch')).toBe(0)
  })

  test('a retire that hangs is overtaken by the next recovery', async () => {
    const h = await stuck()
    await passing(h, LIMIT, initializing('a1'))
    await h.pass(LIMIT)
    expect(h.is('retire')).toBe(2)
    expect(h.host.of('retire')[0]!.signal.aborted).toBe(true)
    expect(h.now().recoveries).toBe(2)
  })
})

describe('law 19: the budget of recoveries', () => {
  /** One more round: five minutes of nothing, a retire, a hatch. */
  async function round(h: Awaited<ReturnType<typeof stuck>>, id: string) {
    await passing(h, LIMIT, initializing(id))
    await h.host.answer('retire', retiredOk)
    await h.host.answer('hatch', initializing(`${id}+`))
  }

  test('the third is the last allowed, the fourth is a terminal time-out error whose text says what to do', async () => {
    const h = await stuck()
    await round(h, 'a1')
    await round(h, 'a1+')
    await round(h, 'a1++')
    expect(h.now()).toMatchObject({ kind: 'initializing', recoveries: 3 })
    const { generation } = h.now()
    await passing(h, LIMIT, initializing('a1+++'))
    expect(h.now()).toMatchObject({
      kind: 'error',
      error: { code: 'timeout', transient: false },
      generation: generation + 1,
    })
    expect(selectAssistantErrorText(h.store.getState())).toMatch(/Try again.*support/)
    expect(h.is('retire')).toBe(3)
    const before = h.now()
    await h.pass(60 * MINUTES)
    expect(h.now()).toBe(before)
  })

  test('retryAssistant gives it anew', async () => {
    const h = await stuck({ maxRecoveries: 1 })
    await round(h, 'a1')
    await passing(h, LIMIT, initializing('a1+'))
    expect(h.kind()).toBe('error')
    h.dispatch(retryAssistant())
    expect(h.now()).toMatchObject({ kind: 'loading', recoveries: 0 })
    await h.host.answer('get', initializing('a1+'))
    await passing(h, LIMIT, initializing('a1+'))
    expect(h.is('retire')).toBe(2)
  })

  test('so does an assistant that came up', async () => {
    const h = await stuck({ maxRecoveries: 1 })
    await round(h, 'a1')
    await passing(h, 3_000, active('a1+'))
    expect(h.now()).toMatchObject({ kind: 'active', recoveries: 0 })
  })

  test('none at all where the option says so', async () => {
    const h = await stuck({ maxRecoveries: 0 })
    await passing(h, LIMIT, initializing('a1'))
    expect(h.now().error!.code).toBe('timeout')
    expect(h.is('retire')).toBe(0)
  })
})
