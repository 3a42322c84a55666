import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { differences, readExpected } from './expected'
import { replay } from './replay'

const FOLDER = join(__dirname, '../traces')
const expected = readExpected(join(FOLDER, 'EXPECTED.json'))
const recordings = readdirSync(FOLDER).filter((name) => name.endsWith('.jsonl'))

test('every recording has its reading, and every reading its recording', () => {
  expect(recordings.sort()).toEqual(Object.keys(expected).sort())
})

describe('the main job on real traffic: every turn ends once, for the right turn, as the recording reads', () => {
  test.each(recordings)('%s', async (name) => {
    const report = await replay(join(FOLDER, name))

    expect(differences(expected[name]!, report)).toEqual([])
    expect(report.problems).toEqual([])
  })
})

test('a replay is the same each time, to the byte', async () => {
  const path = join(FOLDER, 'codex-ws-drop-reconnect.jsonl')

  expect(JSON.stringify(await replay(path))).toBe(JSON.stringify(await replay(path)))
})
