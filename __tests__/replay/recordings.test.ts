import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { differences, readExpected } from './expected'
import { replay } from './replay'

/** The recordings that were given to us, and some more of our own, of what those lack. */
const FOLDERS = ['../traces', '../traces/ours'].map((folder) => join(__dirname, folder))

const readings = FOLDERS.flatMap((folder) =>
  Object.entries(readExpected(join(folder, 'EXPECTED.json'))).map(([name, expected]) => ({
    folder,
    name,
    expected,
  })),
)
const recordings = FOLDERS.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith('.jsonl')))

test('every recording has its reading, and every reading its recording', () => {
  expect(readings.map(({ name }) => name).sort()).toEqual(recordings.sort())
})

describe('the main job on real traffic: every turn ends once, for the right turn, as the recording reads', () => {
  test.each(readings)('$name', async ({ folder, name, expected }) => {
    const report = await replay(join(folder, name))

    expect(differences(expected, report)).toEqual([])
    // Stops that the recorded client never made are never answered.
    expect(report.problems.filter(({ kind }) => kind !== 'failing stopTurn')).toEqual([])
  })
})

test('a replay is the same each time, to the byte', async () => {
  const path = join(FOLDERS[0]!, 'codex-ws-drop-reconnect.jsonl')

  expect(JSON.stringify(await replay(path))).toBe(JSON.stringify(await replay(path)))
})
