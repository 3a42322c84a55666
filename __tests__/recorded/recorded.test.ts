/**
 * The package does what was recorded. A change that is meant is recorded anew with `npm run recorded -- --write`, and seen in
 * the review.
 */
import { allWith, differencesIn, storedHistories } from './recording'

test.each(allWith(storedHistories()).map((recorded) => [recorded.title, recorded] as const))(
  '%s',
  async (_title, recorded) => {
    expect(await differencesIn(recorded)).toEqual([])
  },
)
