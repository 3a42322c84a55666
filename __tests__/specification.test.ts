/** `SPEC.md` beside the code and the tests, both ways. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadMutations } from './scenarios/mutation'

const ROOT = join(__dirname, '..')
const LAWS = 24
const CLAUSES = 6
/** Each test in here shows a law. */
const FOLDERS = ['laws', 'table', 'cases', 'assistant'] as const

interface Section {
  readonly title: string
  readonly code: readonly string[]
  readonly tests: readonly string[]
  readonly mutations: readonly string[]
  readonly gaps: string
}

const page = readFileSync(join(__dirname, 'SPEC.md'), 'utf8')

const itemsOf = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)

/** A bullet of a section, over as many lines as it takes. */
function bullet(section: string, head: string): string {
  const [, text = ''] = section.split(`\n- ${head}: `)
  return text.split(/\n(?:- |\n)/)[0]!.trim()
}

const sections: readonly Section[] = page
  .split(/\n(?=#{2,3} )/)
  .filter((section) => section.startsWith('### '))
  .map((section) => ({
    title: section.slice(4, section.indexOf('\n')),
    code: itemsOf(bullet(section, 'Enforced by')),
    tests: itemsOf(bullet(section, 'Shown by')),
    mutations: itemsOf(bullet(section, 'Mutations')),
    gaps: bullet(section, 'Gaps'),
  }))

/** Whether a file declares a function or constant of this name. */
function declares(reference: string): boolean {
  const [file = '', name = ''] = reference.split('#')
  const path = join(ROOT, file)
  return existsSync(path) && new RegExp(`\\b(?:function|const) ${name}\\b`).test(readFileSync(path, 'utf8'))
}

const testsIn = (folder: string): readonly string[] =>
  readdirSync(join(__dirname, folder))
    .filter((file) => /\.test\.tsx?$/.test(file))
    .map((file) => `${folder}/${file}`)

test('every law and every clause has a section, in order', () => {
  const numbers = sections.map(({ title }) => title.split(':')[0])
  expect(numbers).toEqual([
    ...Array.from({ length: LAWS }, (_, i) => `Law ${i + 1}`),
    ...Array.from({ length: CLAUSES }, (_, i) => `Clause ${i + 1}`),
  ])
})

test.each(sections)('$title: it is enforced, shown, and its gaps are told', ({ code, tests, gaps }) => {
  expect(code).not.toEqual([])
  expect(tests).not.toEqual([])
  expect(gaps).not.toBe('')
  expect(code.filter((reference) => !declares(reference))).toEqual([])
  expect(tests.filter((file) => !existsSync(join(__dirname, file)))).toEqual([])
})

test('whatever else the page names exists', () => {
  const files = itemsOf(page).filter((name) => /^[\w-]+(?:\/[\w-]+)*\.(?:test\.tsx?|ts)$/.test(name))
  expect(files.filter((file) => !existsSync(join(__dirname, file)))).toEqual([])
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  const commands = itemsOf(page).filter((name) => name.startsWith('npm run '))
  expect(commands.filter((command) => !(command.slice('npm run '.length) in scripts))).toEqual([])
})

test('every test of a law stands under it', () => {
  const missing = testsIn('laws').filter((file) => {
    const number = Number(/law(\d+)/.exec(file)?.[1])
    return !sections.some(({ title, tests }) => title.startsWith(`Law ${number}:`) && tests.includes(file))
  })
  expect(missing).toEqual([])
})

test.each(FOLDERS)('no test in %s is without a law', (folder) => {
  const named = new Set(sections.flatMap(({ tests }) => tests))
  expect(testsIn(folder).filter((file) => !named.has(file))).toEqual([])
})

test.each(
  loadMutations(join(__dirname, 'scenarios/mutations')).map((mutation) => [mutation.name, mutation] as const),
)('what the mutation %s changes stands in the source once', (_, { hunks }) => {
  for (const { file, find } of hunks)
    expect(readFileSync(join(__dirname, '..', file), 'utf8').split(find)).toHaveLength(2)
})

test('every mutation stands under its law, and exists', () => {
  const files = readdirSync(join(__dirname, 'scenarios/mutations'))
    .filter((file) => file.endsWith('.mutation'))
    .map((file) => file.replace('.mutation', ''))
  const under = sections.flatMap(({ title, mutations }) =>
    mutations.map((mutation) => `${/\d+/.exec(title)![0].padStart(2, '0')} ${mutation}`),
  )
  expect(under.toSorted()).toEqual(files.map((file) => `${file.slice(0, 2)} ${file}`).toSorted())
})
