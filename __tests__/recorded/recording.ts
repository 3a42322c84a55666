/** What was recorded. */
import byChance from './byChance.json'
import { fingerprint } from './fingerprint'
import histories from './histories.json'
import prints from './prints.json'
import reducers from './reducers.json'
import type { Recorded } from './types'

const recordedOf: Readonly<Record<string, string>> = { ...reducers, ...byChance, ...prints }

export const storedHistories = (): readonly string[] => histories.map((history) => JSON.stringify(history))

/** Those parts that are not as they were recorded. */
export async function differencesIn({ title, play }: Recorded): Promise<readonly string[]> {
  const recorded = recordedOf[title]?.split(' ') ?? []
  const parts = await play()
  const different = parts.flatMap(([name, seen], i) => (fingerprint(seen) === recorded[i] ? [] : [name]))
  return parts.length === recorded.length ? different : [...different, `it has ${parts.length} parts`]
}
