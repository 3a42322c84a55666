/**
 * Records what the package does, as fingerprints. Where a change of behaviour is meant it is recorded anew, and the review
 * shows in which cells, walks and histories something differs.
 *
 *     npm run recorded                       says what differs from the recording
 *     npm run recorded -- --write            records anew
 *     npm run recorded -- --choose           chooses other histories, and records anew
 *     npm run recorded -- --show "history 7: one page, all ids"    prints all that is seen in one, to compare two versions
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { written } from '../soak/written'
import { BY_CHANCE } from './byChance'
import { fingerprint } from './fingerprint'
import { chosenHistories } from './histories'
import { REDUCERS } from './reducers'
import { allWith, differencesIn, historiesOf, storedHistories } from './recording'
import type { Recorded } from './types'

const FOLDER = '__tests__/recorded'
const OF_EACH_PLACE = 300

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    choose: { type: 'boolean', default: false },
    show: { type: 'string' },
  },
})

const lines = (items: readonly string[], [open, close]: string): string =>
  `${open}\n${items.join(',\n')}\n${close}\n`

async function write(name: string, all: readonly Recorded[]): Promise<void> {
  const recorded: string[] = []
  for (const { title, play } of all) {
    const prints = (await play()).map(([, seen]) => fingerprint(seen))
    recorded.push(`${JSON.stringify(title)}: "${prints.join(' ')}"`)
  }
  writeFileSync(`${FOLDER}/${name}.json`, lines(recorded, '{}'))
}

async function main(): Promise<void> {
  const texts = values.choose
    ? (await chosenHistories(OF_EACH_PLACE)).map((history) => JSON.stringify(JSON.parse(written(history))))
    : storedHistories()
  if (values.choose) writeFileSync(`${FOLDER}/histories.json`, lines(texts, '[]'))
  if (values.show !== undefined) {
    const shown = allWith(texts).find(({ title }) => title === values.show)
    if (!shown) throw new TypeError(`--show takes the name of a test of ${FOLDER}, not "${values.show}".`)
    for (const [name, seen] of await shown.play()) console.log(`${name}\n${JSON.stringify(seen, null, 2)}`)
  } else if (values.write || values.choose) {
    await write('reducers', REDUCERS)
    await write('byChance', BY_CHANCE)
    await write('prints', historiesOf(texts))
    console.log(
      `${REDUCERS.length + BY_CHANCE.length} groups of cells, walks and readings, ${texts.length} histories are recorded`,
    )
  } else {
    let different = 0
    for (const recorded of allWith(texts))
      for (const name of await differencesIn(recorded)) {
        console.log(`${recorded.title}: ${name}`)
        different++
      }
    console.log(`${different} differ from the recording`)
    if (different > 0) process.exitCode = 1
  }
}

void main()
