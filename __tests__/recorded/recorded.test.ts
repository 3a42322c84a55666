/**
 * The package does what was recorded. A change that is meant is recorded anew with `npm run recorded -- --write`, and seen in
 * the review.
 */
import { BY_CHANCE } from './byChance'
import { recordedHistory } from './histories'
import { differencesIn, storedHistories } from './recording'
import { REDUCERS } from './reducers'

const histories = storedHistories().map((text, i) => recordedHistory(text, i + 1))

test.each([...REDUCERS, ...BY_CHANCE, ...histories].map((recorded) => [recorded.title, recorded] as const))(
  '%s',
  async (_title, recorded) => {
    expect(await differencesIn(recorded)).toEqual([])
  },
)
