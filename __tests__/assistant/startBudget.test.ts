/**
 * Letter S: budgets count starts, whatever each start answered, until an assistant was up for a while.
 * From jupyterhub/jupyterhub#569 (the container dies after its start) and jupyterhub/binderhub#187 (launches without end).
 */
import { woke } from '../../src/actions'
import { checkAssistant, retryAssistant } from '../../src/features/assistant'
import {
  LOST,
  MINUTES,
  active,
  checksAfterEach,
  deleting,
  gone,
  initializing,
  setUp,
  signedIn,
  status,
  trouble,
} from './setup'

checksAfterEach()

/** 1 + maxHatchFailures + maxRecoveries, by default. */
const MOST = 7

describe('starts that come to nothing are bounded, and then a person is told', () => {
  test.each([
    ['gone at the first check', {}, () => gone],
    [
      'initializing once, then gone',
      {},
      (_request: unknown, nth: number) => (nth > 1 && nth % 2 === 0 ? initializing('a?') : gone),
    ],
    ['gone at the first check, with a back-off', { pollBackoff: 2 }, () => gone],
    [
      'one start after the other by the host itself',
      {},
      (_request: unknown, nth: number) => (nth % 2 === 0 ? deleting(`a${nth}`) : initializing(`a${nth}`)),
    ],
  ] as const)('accepted each time, and %s', async (_name, options, get) => {
    const h = setUp({ ...options, script: { get, hatch: (_request, nth) => initializing(`a${nth}`) } })
    h.inputs(signedIn)
    await h.pass(10 * MINUTES, 500)
    expect(h.is('hatch')).toBeLessThanOrEqual(MOST)
    expect(h.now()).toMatchObject({ kind: 'error', error: { code: 'hatch_failed', transient: false } })
  })

  test('the host itself starts it so often, and once more: the last that is allowed has its time', async () => {
    const h = setUp({
      script: { get: (_request, nth) => (nth % 2 === 0 ? deleting('a1') : initializing('a1')) },
    })
    h.inputs(signedIn)
    await h.pass(10 * MINUTES, 500)
    // The first that is seen is no start of which it is known; each other one comes after it was gone.
    expect([h.is('get'), h.now().error?.code]).toEqual([1 + 2 * (MOST + 1), 'hatch_failed'])
  })

  test.each([
    ['refused with 502', trouble],
    ['lost', LOST],
    ['refused with 429', status(429)],
  ])('%s: three starts', async (_name, said) => {
    const h = setUp({ script: { get: () => gone, hatch: () => said } })
    h.inputs(signedIn)
    await h.pass(10 * MINUTES, 500)
    expect([h.is('hatch'), h.now().error?.code]).toEqual([3, 'hatch_failed'])
  })

  test('stuck, retired and started anew, each time: the recoveries and no more', async () => {
    const h = setUp({
      script: {
        get: () => initializing('a?'),
        hatch: (_request, nth) => initializing(`a${nth}`),
        retire: () => ({ ok: true, data: {} }),
      },
    })
    h.inputs(signedIn)
    await h.pass(60 * MINUTES, 500)
    expect([h.is('retire'), h.is('hatch'), h.now().error?.code]).toEqual([3, 3, 'timeout'])
    // The start of a recovery is counted as the recovery that it is.
    expect(h.now()).toMatchObject({ recoveries: 3, starts: 0 })
  })

  test('up for a moment, and gone, again and again', async () => {
    const h = setUp({ script: { hatch: (_request, nth) => active(`a${nth}`) } })
    await h.beginGone()
    await h.pass(1_000)
    for (let round = 0; round < 10 && h.kind() === 'active'; round++) {
      await h.pass(10_000)
      h.dispatch(checkAssistant())
      await h.vanish()
      await h.pass(1_000)
    }
    expect([h.is('hatch'), h.now().error?.code]).toEqual([3, 'hatch_failed'])
  })
})

describe('mirror', () => {
  test('one that was up for an hour, and is gone, is started once', async () => {
    let isUp = true
    const h = setUp({
      script: {
        get: () => (isUp ? active('a0') : gone),
        hatch: () => {
          isUp = true
          return initializing('a1')
        },
      },
    })
    h.inputs(signedIn)
    await h.pass(60 * MINUTES, 5_000)
    isUp = false
    h.dispatch(checkAssistant())
    await h.pass(10_000, 500)
    expect([h.is('hatch'), h.kind(), h.now().starts]).toEqual([1, 'active', 1])
  })

  test.each([
    [50_000, 3],
    [60_000, 1],
  ])('up for %i ms after two starts: the next one is number %i', async (ms, nth) => {
    const h = setUp()
    await h.beginGone()
    await h.host.answer('hatch', trouble)
    await h.pass(3_000)
    await h.host.answer('get', gone)
    await h.host.answer('hatch', active('a1'))
    await h.pass(ms)
    h.dispatch(checkAssistant())
    await h.vanish()
    expect(h.now().starts).toBe(nth)
  })

  test('how long "a while" is, is an option', async () => {
    const h = setUp({ stableAfter: 5_000 })
    await h.beginGone()
    await h.host.answer('hatch', active('a1'))
    await h.pass(5_000)
    h.dispatch(checkAssistant())
    await h.vanish()
    expect(h.now()).toMatchObject({ kind: 'initializing', starts: 1 })
  })

  test('a person who tries again gets both budgets anew', async () => {
    const h = setUp({ script: { get: () => gone, hatch: () => trouble } })
    h.inputs(signedIn)
    await h.pass(10 * MINUTES, 500)
    expect([h.is('hatch'), h.kind()]).toEqual([3, 'error'])
    h.dispatch(retryAssistant())
    await h.pass(10 * MINUTES, 500)
    expect([h.is('hatch'), h.kind()]).toEqual([6, 'error'])
  })

  test('a host whose answers flip for a while is waited for', async () => {
    const h = setUp({
      script: {
        get: (_request, nth) => (nth > 12 ? active('a1') : nth % 2 === 0 ? gone : initializing('a1')),
      },
    })
    h.inputs(signedIn)
    await h.pass(MINUTES, 500)
    expect([h.kind(), h.asked()]).toEqual(['active', []])
  })

  test('time asleep is not time that it was up', async () => {
    const h = setUp()
    await h.beginGone()
    await h.host.answer('hatch', active('a1'))
    h.clock.jump(10 * MINUTES)
    h.dispatch(woke({ shiftMs: 10 * MINUTES }))
    h.dispatch(checkAssistant())
    await h.vanish()
    expect(h.now().starts).toBe(2)
  })
})
