/** A stream that is refused is opened again after ever longer pauses, and never given up. */
import { signals } from 'redux-turnkeeper'
import { createManualClock } from 'redux-turnkeeper/testing'
import { streamOpenClaimed } from '../../src/actions'
import { createLab } from '../laws/lab'
import type { Lab } from '../laws/lab'

const LONGEST_PAUSE = 30_000

/** A store whose port `openStream` does this; when it was asked. */
function withStream(openStream: (lab: Lab, nth: number) => Promise<void> | void) {
  const clock = createManualClock(1_000_000)
  const asked: number[] = []
  const lab: Lab = createLab(
    { clock, onError: () => undefined },
    {
      clock,
      ports: (ports) => ({
        ...ports,
        openStream() {
          asked.push(clock.now())
          return openStream(lab, asked.length)
        },
      }),
    },
  )
  return { lab, clock, asked }
}
const pauses = (asked: readonly number[]) => asked.slice(1).map((at, i) => at - asked[i]!)

/** Refused at once: the port settles, and the stream drops right after. */
const refused = (lab: Lab) =>
  void lab.clock.setTimeout(() => lab.store.dispatch(signals.streamDropped({})), 1)
const rejected = () => Promise.reject(new Error('refused'))

describe.each([
  ['is refused as soon as it is open', refused],
  ['rejects', rejected],
])('a stream that %s', (_how, openStream) => {
  test.each([
    ['no turn', async () => undefined],
    ['a turn at work', (lab: Lab) => lab.start()],
  ])('with %s: few attempts, ever further apart', async (_what, prepare) => {
    const { lab, clock, asked } = withStream(openStream)
    await prepare(lab)
    await lab.dispatch(signals.streamDropped({}))
    await clock.advanceAsync(2_000, 100)
    expect(asked.length).toBeLessThanOrEqual(3)
    await clock.advanceAsync(600_000, 1_000)
    expect(asked.length).toBeGreaterThan(15)
    expect(asked.length).toBeLessThan(40)
    for (const [i, pause] of pauses(asked).entries()) {
      expect(pause).toBeGreaterThanOrEqual(Math.min(750 * 2 ** i, 0.75 * LONGEST_PAUSE))
      expect(pause).toBeLessThanOrEqual(LONGEST_PAUSE + 10)
    }
  })

  test('is open at last: once it has lasted, the next drop is the first', async () => {
    const { lab, clock, asked } = withStream((opened, nth) => (nth < 6 ? openStream(opened) : undefined))
    await lab.dispatch(signals.streamDropped({}))
    await clock.advanceAsync(120_000, 1_000)
    expect(asked).toHaveLength(6)
    await lab.dispatch(signals.streamOpened({}))
    await clock.advanceAsync(60_000, 1_000)
    expect(asked).toHaveLength(6)
    lab.store.dispatch(signals.streamDropped({}))
    await clock.advanceAsync(1)
    expect(asked).toHaveLength(7)
  })
})

test('mirror: a stream that is down once is opened once, at once', async () => {
  const { lab, clock, asked } = withStream(() => undefined)
  lab.store.dispatch(signals.streamDropped({}))
  await lab.dispatch(signals.streamOpened({}))
  await clock.advanceAsync(600_000, 10_000)
  expect(asked).toEqual([1_000_000])
})

test('a claim that is not its own opens nothing', async () => {
  const { lab, clock, asked } = withStream(() => undefined)
  lab.backend.auto.delete('status')
  await lab.dispatch(signals.streamDropped({}), signals.streamOpened({}))
  const before = asked.length
  await lab.dispatch(streamOpenClaimed({ nonce: 'of another' }))
  await clock.advanceAsync(60_000, 1_000)
  expect(asked).toHaveLength(before)
})

test('once it is open, a check that left before is let go of, and another leaves', async () => {
  const { lab } = withStream(() => undefined)
  lab.backend.auto.delete('status')
  await lab.start()
  await lab.advance(10_000)
  const [before] = lab.backend.of('status', 'pending')
  expect(before?.signal.aborted).toBe(false)
  await lab.dispatch(signals.streamDropped({}), signals.streamOpened({}))
  await lab.advance(1)
  expect(before?.signal.aborted).toBe(true)
  expect(lab.backend.of('status', 'pending')).toHaveLength(1)
})
