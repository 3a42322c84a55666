import { sendingGated, userChanged } from '../../src/actions'
import { checkAssistant } from '../../src/features/assistant'
import { MINUTES, active, checksAfterEach, gone, initializing, setUp, status } from './setup'
import type { Host } from './setup'

checksAfterEach()

const LIMIT = 5 * MINUTES
const asked = (h: Host) => h.host.calls.map((call) => call.kind)

describe('law 21: nothing happens because of time travel', () => {
  test('in the past no deadline fires; back at the tip the watchdog does its work', async () => {
    const h = setUp({ devTools: true, initTimeout: 60_000 })
    await h.begin(initializing('a1'))
    const then = asked(h)
    h.jump(0)
    await h.pass(2 * MINUTES)
    expect(asked(h)).toEqual(then)
    h.jumpToTip()
    await h.passing(MINUTES + 20_000, initializing('a1'))
    expect(asked(h)).toContain('retire')
  })

  test('a jump lets go of nothing that is in flight', async () => {
    const h = setUp({ devTools: true })
    await h.beginGone()
    h.jump(0)
    await h.pass(30_000)
    expect(h.host.of('hatch')[0]!.signal.aborted).toBe(false)
    await h.host.answer('hatch', active('a1'))
    h.jumpToTip()
    expect(h.now()).toMatchObject({ kind: 'active', assistantId: 'a1' })
  })

  test('an answer that comes meanwhile counts; what follows from it waits for the view', async () => {
    const h = setUp({ devTools: true })
    await h.begin(gone)
    await h.pass(2_000)
    h.jump(0)
    await h.host.answer('get', gone)
    await h.pass(20_000)
    expect(h.is('hatch')).toBe(0)
    h.jumpToTip()
    expect(h.now()).toMatchObject({ operation: { what: 'hatch' } })
    await h.pass(MINUTES)
    expect(h.is('hatch')).toBe(1)
  })

  test('a state that shows a request again does not start it again', async () => {
    const h = setUp({ devTools: true })
    await h.begin()
    const inFlight = h.index()
    await h.host.answer('get', status(403))
    h.jump(inFlight)
    expect(h.now().check?.nonce).toEqual(expect.any(String))
    await h.pass(10 * MINUTES)
    expect(h.is('get')).toBe(1)
    h.jumpToTip()
    await h.pass(10 * MINUTES)
    expect(h.is('get')).toBe(1)
  })

  test('a look at a past in which it was not up does not hold turns back', async () => {
    const h = setUp({ devTools: true })
    await h.begin(initializing())
    const starting = h.index()
    await h.pass(3_000)
    await h.host.answer('get', active())
    const gates = h.recorder.types(sendingGated.type).length
    h.jump(starting)
    await h.pass(10 * MINUTES)
    h.inputs({ signedIn: true, retired: true })
    await h.pass(10_000)
    expect(h.recorder.types(sendingGated.type)).toHaveLength(gates)
  })

  test('a sign-out that the view hides takes effect once it shows, and nothing is asked before', async () => {
    const h = setUp({ devTools: true })
    await h.begin(initializing())
    h.submit('A’s secret prompt')
    h.jump(1)
    h.inputs({ signedIn: false })
    await h.pass(20_000)
    const checks = h.is('get')
    h.jumpToTip()
    await h.pass(MINUTES)
    expect(h.keeper.selectors.selectQueue(h.store.getState(), 'c1')).toEqual([])
    expect(h.now()).toMatchObject({ kind: 'loading', userChange: null })
    expect(h.is('get')).toBe(checks)
  })

  test('a sign-out that is viewed again signs nobody out', async () => {
    const h = setUp({ devTools: true })
    await h.begin(active())
    const before = h.index()
    h.inputs({ signedIn: false })
    await h.begin(active())
    h.submit()
    await h.pass(1_000)
    const turns = () => h.state().turns.byConversation.size
    expect(turns()).toBe(1)
    // The state between the sign-out and its announcement to the core.
    h.jump(before + 1)
    expect(h.now().userChange).toEqual({ userId: null })
    h.dispatch({ type: 'app/typed' })
    h.inputs({ signedIn: true, retired: true })
    await h.pass(10 * MINUTES)
    h.jumpToTip()
    await h.pass(MINUTES)
    expect(turns()).toBe(1)
    expect(h.recorder.types(userChanged.type)).toHaveLength(1)
  })

  test('a look at a past in which it had just come up lets no turn leave', async () => {
    const h = setUp({ devTools: true })
    await h.begin()
    const before = h.index()
    await h.host.answer('get', active())
    h.dispatch(checkAssistant())
    await h.host.answer('get', initializing())
    // The state between its coming up and the opening of the gate.
    h.jump(before + 1)
    expect([h.kind(), h.state().turns.isSendingAllowed]).toEqual(['active', false])
    h.dispatch({ type: 'app/typed' })
    h.inputs({ signedIn: true, retired: true })
    await h.pass(10 * MINUTES)
    h.jumpToTip()
    expect(h.state().turns.isSendingAllowed).toBe(false)
  })

  test('a claim that a frozen view hid starts its request once it shows, once', async () => {
    const h = setUp({ devTools: true })
    await h.begin(initializing())
    // The view stays at the newest state of the assistant: what follows reduces onto the tip, unseen.
    h.dispatch({ type: 'app/typed' })
    h.jump(h.index() - 1)
    await h.pass(3_000)
    expect(h.is('get')).toBe(1)
    h.jumpToTip()
    await h.pass(10_000)
    expect(h.is('get')).toBe(2)
    await h.host.answer('get', active())
    await h.pass(MINUTES)
    expect([h.is('get'), h.kind()]).toEqual([2, 'active'])
  })

  test('a history that was cut at an older state goes on', async () => {
    const h = setUp({ devTools: true })
    await h.begin(initializing())
    const then = h.index()
    await h.passing(20_000, initializing())
    h.jump(then)
    h.commit()
    const checks = h.is('get')
    await h.passing(3 * MINUTES, initializing())
    expect(h.is('get')).toBeGreaterThan(checks + 10)
  })

  test('a history that was imported from another page is taken over, however young it is', async () => {
    const first = setUp({ devTools: true })
    await first.begin(initializing())
    const h = setUp({ devTools: true })
    await h.begin(initializing())
    await h.passing(60_000, initializing())
    h.importHistory(first.history())
    const checks = h.is('get')
    await h.pass(5_000)
    expect(h.is('get')).toBe(checks + 1)
    await h.host.answer('get', active())
    expect(h.kind()).toBe('active')
  })

  test('under a lock nothing leaves, and nothing spins', async () => {
    const h = setUp({ devTools: true, initTimeout: 60 * MINUTES })
    await h.begin(initializing())
    h.lock(true)
    const before = h.recorder.actions.length
    await h.pass(10 * MINUTES)
    expect(h.is('get')).toBe(1)
    expect(h.recorder.actions.length - before).toBeLessThan(30)
    h.lock(false)
    await h.pass(3 * MINUTES)
    expect(h.is('get')).toBeGreaterThan(1)
  })
})

describe('law 22: disposing', () => {
  test('lets go of every request, and leaves no timer', async () => {
    const h = setUp({ has: ['get', 'hatch', 'retire', 'probe'] })
    await h.begin(active())
    expect(h.is('probe')).toBe(1)
    h.dispose()
    expect(h.host.of('probe')[0]!.signal.aborted).toBe(true)
    expect(h.clock.pending).toBe(0)
    const before = h.now()
    await h.host.answer('probe', status(500))
    h.environment.emit('offline')
    await h.pass(LIMIT)
    expect(h.now()).toBe(before)
  })

  test('two stores never meet', async () => {
    const one = setUp()
    const other = setUp()
    await one.begin(active('a1'))
    expect(other.now().inputs).toBeNull()
    await other.begin(initializing('b1'))
    expect(one.now()).toMatchObject({ kind: 'active', assistantId: 'a1' })
  })

  test('who signs in before the core has heard of the sign-out stays signed in', async () => {
    const h = setUp({ devTools: true })
    await h.begin(active('a1'))
    h.lock(true)
    await h.pass(30_000)
    h.lock(false)
    h.inputs({ signedIn: false })
    h.inputs({ signedIn: true, userId: 'u2' })
    await h.pass(30_000)
    await h.host.answer('get', active('a2'))
    expect([h.kind(), h.state().turns.userId]).toEqual(['active', 'u2'])
  })
})
