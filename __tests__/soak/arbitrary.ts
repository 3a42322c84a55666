/** Histories for fast-check, which shrinks those that break something. */
import fc from 'fast-check'
import { playHistory } from './history'
import type { HistoryInput } from './history'
import { STYLES } from './server'
import { stepsAt } from './steps'
import type { Place } from './steps'

/** Steps of a history on average: half of the longest. */
const LENGTH = 60

export const historiesAt = (place: Place): fc.Arbitrary<HistoryInput> =>
  fc.record({
    place: fc.constant(place),
    style: fc.constantFrom(...STYLES),
    steps: fc.array(fc.record({ what: fc.constantFrom(...stepsAt(place)), a: fc.nat(59), b: fc.nat(5) }), {
      maxLength: 2 * LENGTH,
      size: 'max',
    }),
  })

/** Nothing is broken in any history at these places. */
export const holdsAt = (places: readonly Place[]) =>
  fc.asyncProperty(fc.oneof(...places.map(historiesAt)), async (history) => {
    const broken = await playHistory(history)
    if (broken.length > 0) throw new Error(broken.slice(0, 5).join('\n'))
  })
