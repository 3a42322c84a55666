import {
  checkAssistant,
  hatchVersion,
  retryAssistant,
  selectAssistantErrorText,
} from '../../src/features/assistant'
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
import type { Host, Setup } from './setup'

checksAfterEach()

const LIMIT = 5 * MINUTES

/** A store whose assistant starts and never comes up, its polls answered as they come. */
async function stuck(given?: Setup) {
  const h = setUp(given)
  await h.begin(initializing('a1'))
  return h
}

describe('law 19: the init watchdog is edge-triggered', () => {
  test('entering initializing arms it; it fires when the time is up and not before', async () => {
    const h = await stuck()
    expect(h.now().watchdogAt).toBe(START + LIMIT)
    await h.passing(LIMIT - 1, initializing('a1'))
    expect(h.now().recoveries).toBe(0)
    await h.passing(1, initializing('a1'))
    expect(h.host.of('retire').map((call) => call.request)).toEqual(['a1'])
    expect(h.now()).toMatchObject({ kind: 'initializing', recoveries: 1, generation: 1 })
  })

  test('initializing again does not restart it', async () => {
    const h = await stuck()
    await h.passing(4 * MINUTES, initializing('a1'))
    expect(h.is('get')).toBeGreaterThan(50)
    expect(h.now().watchdogAt).toBe(START + LIMIT)
  })

  test('leaving clears it, entering again arms it anew', async () => {
    const h = await stuck()
    await h.passing(2 * MINUTES, initializing('a1'))
    await h.passing(3_000, deleting('a1'))
    expect(h.now()).toMatchObject({ kind: 'cleaning_up', watchdogAt: null })
    await h.passing(10 * MINUTES, deleting('a1'))
    expect(h.now()).toMatchObject({ kind: 'cleaning_up', recoveries: 0 })
    await h.passing(3_000, initializing('a2'))
    expect(h.now().watchdogAt).toBe(h.clock.now() + LIMIT)
  })

  test('a fresh start arms it anew', async () => {
    const h = await stuck()
    await h.passing(4 * MINUTES, initializing('a1'))
    await h.pass(3_000)
    await h.vanish()
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

  test('law 10: time asleep does not count, and a status check goes first', async () => {
    const h = await stuck()
    await h.passing(1 * MINUTES, initializing('a1'))
    const polls = h.is('get')
    h.clock.jump(60 * MINUTES)
    h.clock.runDue()
    expect(h.is('retire')).toBe(0)
    expect(h.is('get')).toBe(polls + 1)
    expect(h.now().watchdogAt).toBeGreaterThan(h.clock.now() + 3 * MINUTES)
    expect(h.now().watchdogAt).toBeLessThanOrEqual(h.clock.now() + 4 * MINUTES + 3_000)
    await h.passing(4 * MINUTES + 3_000, initializing('a1'))
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
    await first.passing(4 * MINUTES, initializing('a1'))
    const h = setUp({ left: JSON.parse(JSON.stringify(first.now())), from: START + 4 * MINUTES })
    await h.pass(0)
    expect(h.is('get')).toBe(1)
    await h.host.answer('get', initializing('a1'))
    await h.passing(MINUTES - 1_000, initializing('a1'))
    expect(h.is('retire')).toBe(0)
    await h.passing(1_000, initializing('a1'))
    expect(h.host.of('retire').map((call) => call.request)).toEqual(['a1'])
  })

  test('what the page before had in flight is nobody’s now: a start that it began is not believed to go on', async () => {
    const first = setUp()
    await first.beginGone()
    const h = setUp({ left: JSON.parse(JSON.stringify(first.now())) })
    await h.pass(0)
    expect(h.now().operation).toBeNull()
    await h.host.answer('get', initializing('a1'))
    expect(h.now()).toMatchObject({ kind: 'initializing', assistantId: 'a1' })
  })
})

describe('law 19: recovery', () => {
  test('check, retire, clear the id, start again with the same version', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, nonProduction: true })
    await h.vanish()
    h.dispatch(hatchVersion('v2'))
    await h.host.answer('hatch', initializing('a1'))
    await h.passing(LIMIT, initializing('a1'))
    expect(h.host.of('retire').map((call) => call.request)).toEqual(['a1'])
    await h.host.answer('retire', retiredOk)
    expect(h.now()).toMatchObject({
      kind: 'initializing',
      assistantId: null,
      watchdogAt: h.clock.now() + LIMIT,
    })
    expect(h.host.of('hatch').map((call) => call.request)).toMatchObject([
      { version: 'v2' },
      { version: 'v2' },
    ])
    await h.host.answer('hatch', initializing('a2'))
    await h.passing(3_000, active('a2'))
    expect(h.now()).toMatchObject({ kind: 'active', assistantId: 'a2', recovering: false })
  })

  test('404 to the retire counts as retired', async () => {
    const h = await stuck()
    await h.passing(LIMIT, initializing('a1'))
    await h.host.answer('retire', gone)
    expect(h.is('hatch')).toBe(1)
  })

  test.each([
    ['a refusal', status(409)],
    ['trouble', trouble],
  ])('another failure of the retire (%s) is the time-out error', async (_name, said) => {
    const h = await stuck()
    await h.passing(LIMIT, initializing('a1'))
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
    await h.passing(LIMIT, initializing('a1'))
    await h.host.lose('retire')
    expect(h.now().error!.code).toBe('timeout')
    const other = await stuck({ has: ['get', 'hatch'] })
    await other.passing(LIMIT, initializing('a1'))
    expect(other.now().error!.code).toBe('timeout')
  })

  describe('checks first, whether the stuck assistant’s id is known or not', () => {
    /** A start hangs: nobody knows the id of what it started. */
    async function unknown() {
      const h = setUp()
      await h.beginGone()
      await h.passing(LIMIT - 1_000, gone)
      const checks = h.is('get')
      await h.pass(1_000)
      return { h, checks }
    }
    async function known() {
      const h = await stuck()
      await h.passing(LIMIT - 1_000, initializing('a1'))
      const checks = h.is('get')
      await h.pass(1_000)
      return { h, checks }
    }

    test('the status check has left, the hanging start is let go', async () => {
      const { h, checks } = await unknown()
      expect(h.is('get')).toBe(checks + 1)
      expect(h.is('retire')).toBe(0)
      expect(h.host.of('hatch')[0]!.signal.aborted).toBe(true)
    })

    test('the status check has left for the id that is known, and nothing is retired before its answer', async () => {
      const { h, checks } = await known()
      expect(h.is('get')).toBe(checks + 1)
      expect(h.host.of('get').at(-1)!.request).toEqual({ assistantId: 'a1' })
      await h.pass(10_000)
      expect(h.is('retire')).toBe(0)
    })

    test.each([
      ['gone: started again', gone, { kind: 'initializing' }, ['hatch', 'hatch']],
      [
        'still initializing: retired first',
        initializing('a7'),
        { kind: 'initializing', assistantId: 'a7' },
        ['hatch', 'retire'],
      ],
      ['up by now', active('a7'), { kind: 'active', assistantId: 'a7', recovering: false }, ['hatch']],
      [
        'up by now, self-hosted',
        active('a7', { isLocal: true }),
        { kind: 'self_hosted', assistantId: 'a7' },
        ['hatch'],
      ],
      ['being deleted', deleting('a7'), { kind: 'cleaning_up' }, ['hatch']],
      ['odd', { ok: true, data: { id: 'a7', status: 'odd' } }, { kind: 'error' }, ['hatch']],
    ])('%s', async (_name, said, state, asked) => {
      const { h } = await unknown()
      await h.host.answer('get', said)
      expect(h.now()).toMatchObject(state)
      expect(h.asked()).toEqual(asked)
      if (asked[1] === 'retire') expect(h.host.of('retire')[0]!.request).toBe('a7')
    })

    test.each([
      ['still initializing: retired', initializing('a1'), { kind: 'initializing' }, ['retire']],
      ['up by now', active('a1'), { kind: 'active', assistantId: 'a1' }, []],
      ['being deleted', deleting('a1'), { kind: 'cleaning_up' }, []],
      ['odd', { ok: true, data: { id: 'a1', status: 'odd' } }, { kind: 'error' }, []],
    ])('of a known id: %s', async (_name, said, state, asked) => {
      const { h } = await known()
      await h.host.answer('get', said)
      expect(h.now()).toMatchObject(state)
      expect(h.asked()).toEqual(asked)
    })

    test('of a known id: gone, and none under any other: started again', async () => {
      const { h } = await known()
      await h.host.answer('get', gone)
      expect(h.asked()).toEqual([])
      await h.confirmGone()
      expect(h.host.of('get').at(-1)!.request).toEqual({})
      expect(h.asked()).toEqual(['hatch'])
    })

    test('the status check gets no answer: it is tried again, and the recovery goes on from there', async () => {
      const { h } = await unknown()
      await h.host.lose('get')
      expect(h.now()).toMatchObject({ kind: 'error', error: { transient: true }, recovering: true })
      await h.pass(2_000)
      await h.host.answer('get', initializing('a7'))
      expect(h.host.of('retire').map((call) => call.request)).toEqual(['a7'])
    })

    test('gone: started again even where a missing one would not be', async () => {
      const h = setUp()
      await h.beginGone()
      await h.passing(LIMIT - 4_000, gone)
      h.inputs({ ...signedIn, nonProduction: true, retired: true })
      await h.host.answer('get', gone)
      await h.passing(3_000, gone)
      await h.pass(1_000)
      await h.host.answer('get', gone)
      expect(h.now()).toMatchObject({ kind: 'initializing', recoveries: 1 })
      expect(h.is('hatch')).toBe(2)
    })
  })

  test('a recovery that found it up is over: starting anew is not retired at once', async () => {
    const h = setUp()
    await h.beginGone()
    await h.passing(LIMIT - 1_000, gone)
    await h.pass(1_000)
    await h.host.answer('get', active('a7'))
    h.dispatch(retryAssistant())
    await h.host.answer('get', initializing('a7'))
    expect(h.now()).toMatchObject({ kind: 'initializing', recovering: false })
    expect(h.is('retire')).toBe(0)
  })

  test('while a retire is under way nothing is checked, and nothing started', async () => {
    const h = await stuck()
    await h.passing(LIMIT, initializing('a1'))
    const checks = h.is('get')
    h.dispatch(retryAssistant())
    h.environment.emit('online')
    await h.pass(60_000)
    expect(h.is('get')).toBe(checks)
    expect(h.is('hatch')).toBe(0)
  })

  test('a retire that hangs is overtaken by the next recovery', async () => {
    const h = await stuck()
    await h.passing(LIMIT, initializing('a1'))
    await h.passing(LIMIT, initializing('a1'))
    expect(h.is('retire')).toBe(2)
    expect(h.host.of('retire')[0]!.signal.aborted).toBe(true)
    expect(h.now().recoveries).toBe(2)
  })
})

describe('law 19: the budget of recoveries', () => {
  /** One more round: five minutes of nothing, a retire, a start. */
  async function round(h: Host, id: string) {
    await h.passing(LIMIT, initializing(id))
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
    await h.passing(LIMIT, initializing('a1+++'))
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
    await h.passing(LIMIT, initializing('a1+'))
    expect(h.kind()).toBe('error')
    h.dispatch(retryAssistant())
    expect(h.now()).toMatchObject({ kind: 'loading', recoveries: 0 })
    await h.host.answer('get', initializing('a1+'))
    await h.passing(LIMIT, initializing('a1+'))
    expect(h.is('retire')).toBe(2)
  })

  test('so does an assistant that was up for a while', async () => {
    const h = await stuck({ maxRecoveries: 1 })
    await round(h, 'a1')
    await h.passing(3_000, active('a1+'))
    await h.pass(60_000)
    h.dispatch(checkAssistant())
    await h.host.answer('get', initializing('a1+'))
    expect(h.now()).toMatchObject({ kind: 'initializing', recoveries: 0 })
  })

  test('one that came up for a moment does not', async () => {
    const h = await stuck({ maxRecoveries: 1 })
    await round(h, 'a1')
    await h.passing(3_000, active('a1+'))
    await h.pass(59_000)
    h.dispatch(checkAssistant())
    await h.host.answer('get', initializing('a1+'))
    expect(h.now()).toMatchObject({ kind: 'initializing', recoveries: 1 })
  })

  test('none at all where the option says so', async () => {
    const h = await stuck({ maxRecoveries: 0 })
    await h.passing(LIMIT, initializing('a1'))
    expect(h.now().error!.code).toBe('timeout')
    expect(h.is('retire')).toBe(0)
  })
})
