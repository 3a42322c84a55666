import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FAMILIES, runScenario, scenarios } from 'redux-turnkeeper/conformance'
import { keeperSubject } from './keeper'
import { FOLDERS, loadAll } from './suite'

const all = scenarios()

test.each(all.map((scenario) => [`${scenario.family}: ${scenario.id}`, scenario] as const))(
  '%s',
  async (_name, scenario) => {
    const { failures, inexpressible } = await runScenario(keeperSubject, scenario)
    expect(failures.map(({ assertion, seen }) => `${assertion}: saw ${seen}`)).toEqual([])
    expect(inexpressible).toEqual([])
  },
)

test('no two scenarios share an id', () => {
  const ids = all.map(({ id }) => id)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

test('each says where it was reported, what users saw and why, and its kind of bug is explained', () => {
  const silent = all.filter(({ source, whatUsersSaw, rootCause }) => !source || !whatUsersSaw || !rootCause)
  expect(silent.map(({ id }) => id)).toEqual([])
  expect([...new Set(all.map(({ family }) => family))].sort()).toEqual(Object.keys(FAMILIES).sort())
})

test('each file of the folders is in the entry', () => {
  const root = join(__dirname, '../..')
  const files = FOLDERS.map((folder) => join(root, folder))
  const loaded = loadAll(files)
  expect(loaded.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort())
  const source = readFileSync(join(root, 'src/conformance/data.ts'), 'utf8')
  for (const folder of FOLDERS)
    for (const name of readdirSync(join(root, folder)))
      expect(source).toContain(`'./${folder.replace('src/conformance/', '')}/${name}'`)
})
