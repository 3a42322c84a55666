/** The changelog and `llms.txt` say what is. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import manifest from '../../package.json'
import { codesIn, guide, root } from './pages'

const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8')
const llms = readFileSync(join(root, 'llms.txt'), 'utf8')

test('the newest version of the changelog is that of the package', () => {
  const [newest] = [...changelog.matchAll(/^## \[([\d.]+)\]/gm)].map(([, version]) => version)
  expect(newest).toBe(manifest.version)
})

test('every new name in its tables is one of the package', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const sources = files.filter((name) => name.endsWith('.ts'))
  const words = new Set(
    sources.flatMap((name) => readFileSync(join(root, 'src', name), 'utf8').match(/\w+/g) ?? []),
  )
  const rows = changelog.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| 0.1.0'))
  const names = rows.flatMap((row) =>
    codesIn(row.split('|')[2]).flatMap((code) => code.match(/\b[a-z]+[A-Z]\w*/g) ?? []),
  )
  expect(names.length).toBeGreaterThan(40)
  // Of RTK and react-redux.
  const others = ['combineSlices', 'useSelector']
  expect(names.filter((name) => !words.has(name) && !others.includes(name))).toEqual([])
})

test('llms.txt names every page, links to what there is, and both are in the package', () => {
  const targets = [...llms.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!)
  expect(targets.filter((target) => !existsSync(join(root, target)))).toEqual([])
  const pages = guide.filter(({ name }) => name !== 'index').map(({ path }) => path)
  expect(pages.filter((path) => !targets.includes(path))).toEqual([])
  expect(manifest.files).toEqual(
    expect.arrayContaining(['llms.txt', 'README.md', 'CHANGELOG.md', 'examples/guide']),
  )
})
