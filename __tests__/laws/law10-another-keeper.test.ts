/** Law 10: the clock was set back, and another keeper reads what was written down before. */
import { createManualClock } from 'redux-turnkeeper/testing'
import { queueClaimStarted, woke } from '../../src/actions'
import { createLab, reloaded } from './lab'
import type { State } from './lab'

const HOUR = 3_600_000

describe('law 10: where the clock was set back before another keeper takes over', () => {
  const MINUTE = 60_000
  const NOW = 1_700_000_000_000

  /** Refused as busy, the clock set back by an hour, and the page reloaded so many times. */
  const refusedBefore = async (retryAfterMs?: number, reloads = 1) => {
    const before = createLab({}, { ids: 'before', clock: createManualClock(NOW) })
    before.backend.world('c1', { status: 'idle' })
    await before.submit()
    before.backend.refuse('send', { reason: 'busy', retryAfterMs })
    await before.dispatch()
    let lab = before
    for (let i = 0; i < reloads; i++) {
      const clock = createManualClock(lab.clock.now() - HOUR)
      lab = createLab({}, { ids: `after${i}`, clock, preloadedState: reloaded(lab) as State })
      lab.backend.world('c1', { status: 'idle' })
      await lab.dispatch()
    }
    return lab
  }

  test('a message that was refused as busy waits no longer for its next attempt', async () => {
    const lab = await refusedBefore()
    await lab.advance(30_000)
    expect(lab.sent()).toEqual(['t1'])
  })

  test.each([1, 2])('the wait that the server announced is kept, after %d reloads', async (reloads) => {
    const lab = await refusedBefore(2 * MINUTE, reloads)
    await lab.advance(2 * MINUTE - 5_000)
    expect(lab.sent()).toEqual([])
    await lab.advance(10_000)
    expect(lab.sent()).toEqual(['t1'])
  })

  test('and where the clock was set back twice: once noticed, once before the reload', async () => {
    const before = createLab({}, { ids: 'before', clock: createManualClock(NOW) })
    before.backend.world('c1', { status: 'idle' })
    await before.submit()
    before.backend.refuse('send', { reason: 'busy', retryAfterMs: 10 * MINUTE })
    await before.dispatch()
    before.clock.shift(-HOUR)
    before.store.dispatch(woke({ shiftMs: -HOUR }))
    const clock = createManualClock(before.clock.now() - HOUR)
    const lab = createLab({}, { ids: 'after', clock, preloadedState: reloaded(before) as State })
    await lab.dispatch()
    expect(lab.turn()!.notBefore - clock.now()).toBe(10 * MINUTE)
  })

  test('a place in the shared queue that the last keeper had asked for is asked for again', async () => {
    const before = createLab({}, { ids: 'before' })
    await before.start()
    await before.submit('t2')
    const retryAt = before.clock.now() + HOUR
    await before.dispatch(queueClaimStarted({ turnId: 't2', conversationId: 'c1', retryAt }))
    const lab = createLab({}, { ids: 'after', preloadedState: reloaded(before) as State })
    await lab.dispatch()
    expect(lab.entry()!.queue[0]!.notBefore).toBeLessThanOrEqual(lab.clock.now())
  })
})
