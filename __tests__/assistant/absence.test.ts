/**
 * Letter S: before a start the user is asked for under any id, and one 404 is no proof.
 * From vellum-ai/vellum-assistant#22684 (#22671) and #34191, e2b-dev/E2B#1658, kortix-ai/suna#5411.
 */
import { createManualClock } from '../../src/testing'
import { checkAssistant } from '../../src/features/assistant'
import { absencePause } from '../../src/assistant/pauses'
import { START, active, checksAfterEach, gone, initializing, setUp, signedIn } from './setup'

checksAfterEach()

/** Whether it was asked for by an id. */
const idOf = (request: unknown) => (request as { assistantId?: string }).assistantId

describe('none is started where the user has one', () => {
  test('it was replaced on the phone: a1 is gone, a2 is up', async () => {
    let mine = 'a1'
    const h = setUp({
      script: {
        get: (request) => (idOf(request) === undefined || idOf(request) === mine ? active(mine) : gone),
        hatch: () => initializing('a3'),
      },
    })
    h.inputs(signedIn)
    await h.pass(1_000, 500)
    mine = 'a2'
    h.dispatch(checkAssistant())
    await h.pass(10_000, 500)
    expect(h.host.of('get').map(({ request }) => request)).toEqual([{}, { assistantId: 'a1' }, {}])
    expect([h.asked(), h.kind(), h.now().assistantId]).toEqual([[], 'active', 'a2'])
  })

  test('the selected one was deleted, and the user has another', async () => {
    const h = setUp({
      script: {
        get: (request) => (idOf(request) === 'old' ? gone : active('a2')),
        hatch: () => active('a3'),
      },
    })
    h.inputs({ ...signedIn, assistantId: 'old' })
    await h.pass(10_000, 500)
    expect([h.asked(), h.kind(), h.now().assistantId]).toEqual([[], 'active', 'a2'])
  })

  test('one that was starting was replaced', async () => {
    const h = setUp()
    await h.begin(initializing('a1'))
    await h.pass(3_000)
    await h.host.answer('get', gone)
    const { check } = h.now()
    await h.pass(check!.at - h.clock.now())
    await h.host.answer('get', active('a2'))
    expect([h.asked(), h.now().assistantId]).toEqual([[], 'a2'])
  })

  test('once another is started in place of the selected one, the selected one is asked for no more', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, assistantId: 'old' })
    await h.vanish()
    await h.host.lose('hatch')
    await h.pass(3_000)
    expect(h.host.of('get').at(-1)!.request).toEqual({})
    await h.host.answer('get', active('a2'))
    expect([h.now().assistantId, h.is('hatch')]).toEqual(['a2', 1])
  })

  test('two pages of a new user: they check again at different times, and the later one sees what the first has started', async () => {
    const made: string[] = []
    const clock = createManualClock(START)
    const script = {
      get: () => (made.length > 0 ? initializing(made.at(-1)) : gone),
      hatch: () => {
        made.push(`a${made.length + 1}`)
        return initializing(made.at(-1))
      },
    }
    const one = setUp({ clock, script, createId: () => 'page-1' })
    const other = setUp({ clock, script, createId: () => 'page-2' })
    expect(Math.abs(absencePause('page-1') - absencePause('page-2'))).toBeGreaterThan(100)
    one.inputs(signedIn)
    other.inputs(signedIn)
    await clock.advanceAsync(2_500, 50)
    expect(made).toEqual(['a1'])
    expect([one.now().assistantId, other.now().assistantId]).toEqual(['a1', 'a1'])
  })
})

describe('one 404 is no proof', () => {
  test.each([
    ['of a page that has just loaded', undefined],
    ['of an assistant that is up', active('a1')],
    ['of one that starts', initializing('a1')],
  ])('%s', async (_name, first) => {
    const h = setUp()
    await h.begin(first)
    if (first) h.dispatch(checkAssistant())
    const { kind } = h.now()
    await h.host.answer('get', gone)
    expect([h.kind(), h.asked()]).toEqual([kind, []])
    const { check } = h.now()
    expect(check!.at).toBeGreaterThan(h.clock.now())
    await h.pass(check!.at - h.clock.now())
    await h.host.answer('get', active('a1'))
    expect([h.kind(), h.asked(), h.now().absentSince]).toEqual(['active', [], null])
  })

  test('nor are two at once: a person who presses again does not make it one', async () => {
    const h = setUp()
    await h.begin(gone)
    h.dispatch(checkAssistant())
    await h.host.answer('get', gone)
    expect(h.asked()).toEqual([])
    await h.confirmGone()
    expect(h.asked()).toEqual(['hatch'])
  })

  test('the second is asked for as soon where the clock is set back in between (law 10)', async () => {
    const h = setUp()
    await h.begin(gone)
    h.clock.shift(-3_600_000)
    await h.pass(2_000)
    await h.host.answer('get', gone)
    expect(h.asked()).toEqual(['hatch'])
  })

  test('and where it is set back before a reload', async () => {
    const h = setUp()
    await h.begin(gone)
    const left = h.now()
    h.dispose()
    const next = setUp({ left, from: h.clock.now() - 3_600_000 })
    await next.pass(0)
    await next.host.answer('get', gone)
    await next.pass(2_000)
    await next.host.answer('get', gone)
    expect(next.asked()).toEqual(['hatch'])
  })

  test('nor is it one reason to go to the onboarding', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, resolveOnboardingRedirect: () => '/welcome' })
    await h.host.answer('get', gone)
    expect(h.now().redirect).toBeNull()
    await h.confirmGone()
    expect(h.now().redirect).toBe('/welcome')
  })

  test('what was accepted, and is gone at the next check, is checked again as well', async () => {
    const h = setUp()
    await h.beginGone()
    await h.host.answer('hatch', initializing('a1'))
    await h.pass(3_000)
    await h.host.answer('get', gone)
    expect(h.is('hatch')).toBe(1)
    await h.confirmGone()
    expect(h.is('hatch')).toBe(2)
  })

  test('a 404 long after an answer is a first one again', async () => {
    const h = setUp()
    await h.begin(gone)
    await h.confirmGone()
    await h.host.answer('hatch', active('a1'))
    await h.pass(600_000)
    h.dispatch(checkAssistant())
    await h.host.answer('get', gone)
    expect([h.kind(), h.is('hatch')]).toEqual(['active', 1])
  })

  test('no answer in between leaves it open: it is asked again', async () => {
    const h = setUp()
    await h.begin(gone)
    const { check } = h.now()
    await h.pass(check!.at - h.clock.now())
    await h.host.lose('get')
    expect(h.asked()).toEqual([])
    await h.pass(2_000)
    await h.host.answer('get', gone)
    expect(h.asked()).toEqual(['hatch'])
  })
})

describe('mirror', () => {
  test('the user has none: one is made, within two seconds', async () => {
    for (let i = 0; i < 50; i++) {
      const h = setUp({ script: { get: () => gone, hatch: () => active('a1') }, createId: () => `page${i}` })
      h.inputs(signedIn)
      await h.pass(2_000, 500)
      expect(h.is('hatch')).toBe(1)
    }
  })

  test('the pause follows from the keeper’s id alone, and is spread over a second', () => {
    const pauses = Array.from({ length: 200 }, (_, i) => absencePause(`keeper-${i}`))
    expect(pauses).toEqual(Array.from({ length: 200 }, (_, i) => absencePause(`keeper-${i}`)))
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(400)
    expect(Math.max(...pauses)).toBeLessThan(1_400)
    expect(new Set(pauses.map((pause) => Math.floor(pause / 100))).size).toBe(10)
  })
})
