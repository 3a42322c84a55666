/** What was recorded. */
import { BY_CHANCE } from './byChance'
import byChance from './byChance.json'
import { fingerprint } from './fingerprint'
import { recordedHistory } from './histories'
import histories from './histories.json'
import prints from './prints.json'
import { REDUCERS } from './reducers'
import reducers from './reducers.json'
import type { Recorded } from './types'

const recordedOf: Readonly<Record<string, string>> = { ...reducers, ...byChance, ...prints }

export const storedHistories = (): readonly string[] => histories.map((history) => JSON.stringify(history))

/** Everything that is recorded, with these histories. */
export const allWith = (texts: readonly string[]): readonly Recorded[] => [
  ...REDUCERS,
  ...BY_CHANCE,
  ...historiesOf(texts),
]
export const historiesOf = (texts: readonly string[]): readonly Recorded[] =>
  texts.map((text, i) => recordedHistory(text, i + 1))

/** Those parts that are not as they were recorded. */
export async function differencesIn({ title, play }: Recorded): Promise<readonly string[]> {
  const recorded = recordedOf[title]?.split(' ') ?? []
  const parts = await play()
  const different = parts.flatMap(([name, seen], i) => (fingerprint(seen) === recorded[i] ? [] : [name]))
  return parts.length === recorded.length ? different : [...different, `it has ${parts.length} parts`]
}
