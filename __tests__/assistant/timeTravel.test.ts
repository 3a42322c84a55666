import { MINUTES, active, checksAfterEach, gone, initializing, setUp, status } from './setup'

checksAfterEach()

const LIMIT = 5 * MINUTES
const asked = (h: ReturnType<typeof setUp>) => h.host.calls.map((call) => call.kind)

describe('law 21: nothing happens because of time travel', () => {
  test('in the past no deadline fires; back at the tip the watchdog does its work', async () => {
    const h = setUp({ devTools: true, initTimeout: 60_000 })
    await h.begin(initializing('a1'))
    const then = asked(h)
    h.jump(0)
    await h.pass(2 * MINUTES)
    expect(asked(h)).toEqual(then)
    h.jumpToTip()
    await h.pass(MINUTES + 20_000)
    expect(asked(h)).toContain('retire')
  })

  test('a jump lets go of nothing that is in flight', async () => {
    const h = setUp({ devTools: true })
    await h.begin(gone)
    h.jump(0)
    await h.pass(30_000)
    expect(h.host.of('hatch')[0]!.signal.aborted).toBe(false)
    await h.host.answer('hatch', active('a1'))
    h.jumpToTip()
    expect(h.now()).toMatchObject({ kind: 'active', assistantId: 'a1' })
  })

  test('an answer that comes meanwhile counts; what follows from it waits for the view', async () => {
    const h = setUp({ devTools: true })
    await h.begin()
    h.jump(0)
    await h.host.answer('get', gone)
    await h.pass(20_000)
    expect(h.is('hatch')).toBe(0)
    h.jumpToTip()
    expect(h.now()).toMatchObject({ work: { what: 'hatch' } })
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
    const gates = h.recorder.types('turns/gated').length
    h.jump(starting)
    await h.pass(10 * MINUTES)
    h.inputs({ signedIn: true, retired: true })
    await h.pass(10_000)
    expect(h.recorder.types('turns/gated')).toHaveLength(gates)
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
})
