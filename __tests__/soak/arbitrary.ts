/** Histories for fast-check, which shrinks those that break something. */
import fc from 'fast-check'
import { playHistory } from './history'
import type { HistoryInput } from './history'
import { STYLES } from './server'
import { STEPS } from './steps'

const LENGTH = 60

const histories: fc.Arbitrary<HistoryInput> = fc.record({
  style: fc.constantFrom(...STYLES),
  steps: fc.array(fc.record({ what: fc.constantFrom(...Object.keys(STEPS)), a: fc.nat(59), b: fc.nat(5) }), {
    maxLength: LENGTH,
    size: 'max',
  }),
})

/** Nothing is broken in any history. */
export const holds = fc.asyncProperty(histories, async (history) => {
  const broken = await playHistory(history)
  if (broken.length > 0) throw new Error(broken.slice(0, 5).join('\n'))
})

/** A history as a test takes it. */
export const written = ({ style, steps }: HistoryInput): string =>
  JSON.stringify({ style, steps: steps.map(({ what, a, b }) => `${what} ${a} ${b}`) }, null, 2)
