/** The figures of the README and the guide are those that the commands print. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { passed, runScenarios, usualDesign } from 'redux-turnkeeper/conformance'
import { FOLDERS, loadAll } from '../scenarios/suite'
import { keeperSubject } from '../scenarios/keeper'
import manifest from '../../package.json'
import { codesIn, pageOf, readme, root, rowsOf, sectionOf, sorted } from './pages'

const rows = rowsOf(readme, 'what', 'What holds')
const figure = (start: string): readonly [held: number, of: number] => {
  const [, cell = ''] = rows.find(([what]) => what?.startsWith(start)) ?? []
  const [held = NaN, of = NaN] = cell.split(' of ').map(Number)
  return [held, of]
}
const numbersIn = (start: string): number[] =>
  [...(rows.find(([what]) => what?.startsWith(start))?.[0] ?? '').matchAll(/\d+/g)].map(([digits]) =>
    Number(digits),
  )

describe('scenarios', () => {
  const folders = FOLDERS.map((folder) => loadAll([join(root, folder)]))
  const scenarios = folders.flat()
  const verdicts = Promise.all([runScenarios(keeperSubject, scenarios), runScenarios(usualDesign, scenarios)])

  test('of the README: how many there are, and how many hold', async () => {
    const [ours, usual] = await verdicts
    expect(numbersIn('scenarios')).toEqual(folders.map(({ length }) => length))
    expect(figure('scenarios')).toEqual([passed(ours), scenarios.length])
    expect(figure('the same')).toEqual([passed(usual), scenarios.length])
  }, 120_000)

  test('of the comparison: by the kind of bug', async () => {
    const [ours, usual] = await verdicts
    const families = sorted(new Set(scenarios.map(({ family }) => family)))
    const counted = families.map((family) => {
      const of = (all: typeof ours) => all.filter((verdict) => verdict.family === family)
      return [family, of(ours).length, passed(of(usual)), passed(of(ours))]
    })
    const told = rowsOf(pageOf('comparison'), 'kind of bug').map(([family, , ...numbers]) => [
      codesIn(family)[0],
      ...numbers.map(Number),
    ])
    expect(told).toEqual(counted)
  }, 120_000)
})

test('recordings: as many as there are, each of which `recordings.test.ts` plays', () => {
  const folders = ['__tests__/traces', '__tests__/traces/ours'].map((folder) => join(root, folder))
  const all = folders.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith('.jsonl')))
  expect(figure('recordings')).toEqual([all.length, all.length])
})

test('live cases: as the last run of `npm run test:agents` left them', () => {
  const results = readFileSync(join(root, 'examples/agents/RESULTS.md'), 'utf8')
  const [, agree, all] = /^(\d+) of (\d+) cases agree/m.exec(results) ?? []
  expect(figure('cases on real')).toEqual([Number(agree), Number(all)])
})

test('another client: as the page about conformance has it', () => {
  const [, , holds, fails] = rowsOf(pageOf('conformance'), 'subject').find(([name]) =>
    name?.startsWith('AI SDK'),
  )!
  expect(figure('those that `useChat`')).toEqual([Number(holds), Number(holds) + Number(fails)])
})

describe('sizes and times beside other clients', () => {
  const { dependencies } = JSON.parse(
    readFileSync(join(root, '__tests__/bench/alternatives/package.json'), 'utf8'),
  ) as { dependencies: Readonly<Record<string, string>> }
  const known: Readonly<Record<string, string | undefined>> = {
    ...dependencies,
    'redux-turnkeeper': manifest.version,
    'RTK Query': dependencies['@reduxjs/toolkit'],
    XState: dependencies['xstate'],
  }
  const readmeCells = rowsOf(readme, 'package').flatMap(([first = '', , second = '']) => [first, second])
  const guideRows = rowsOf(pageOf('speed'), 'client')

  test.each([
    ['the README', readmeCells],
    ['the guide', guideRows.map(([client = '']) => client)],
  ])('%s: the versions are those that the commands install', (_where, cells) => {
    const told = cells.flatMap((cell) => [...cell.matchAll(/`?([@\w/-]+(?: Query)?)`? (\d+\.\d+\.\d+)/g)])
    expect(told.length).toBeGreaterThan(8)
    for (const [, name = '', version] of told) expect([name, known[name]]).toEqual([name, version])
  })

  test('the dates are there', () => {
    const text = sectionOf(readme, 'Size and speed')
    expect(text).toMatch(/`npm run sizes`, \d{4}-\d\d-\d\d/)
    expect(text).toMatch(/`npm run speeds`, \d{4}-\d\d-\d\d/)
    expect(sectionOf(pageOf('speed'), 'Beside other clients')).toMatch(/Measured on \d{4}-\d\d-\d\d/)
  })

  test('the README and the guide say the same', () => {
    const sizesIn = (text: string): string[] => sorted(new Set(text.match(/\d+\.\d(?=(; [\d.]+)? kB)/g)))
    const ofReadme = sectionOf(readme, 'Size and speed')
    const ofGuide = guideRows.map((cells) => cells.join('|')).join('\n')
    expect(sizesIn(ofGuide)).toEqual(sizesIn(ofReadme))
    const timesIn = (text: string): string[] => sorted(text.match(/\d\.\d+(?= ×)/g) ?? [])
    const readAlone = guideRows.at(-1)!.join('|')
    expect(timesIn(ofGuide.replace(readAlone, ''))).toEqual(timesIn(ofReadme))
  })
})
