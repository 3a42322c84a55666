/**
 * For each law, the source with that law broken, and the scenarios that then fail. A law whose removal fails nothing is
 * not tested. Where no scenario can show it (the format has no words for it), the test files that do.
 *
 *     npm run scenarios:ablate              all mutations
 *     npm run scenarios:ablate -- 4 12      those of these laws
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { applyMutation, loadMutations } from './mutation'
import type { Mutation } from './mutation'
import type { Verdict } from 'redux-turnkeeper/conformance'

const LAWS = 24
const MUTATIONS = '__tests__/scenarios/mutations'
const SKIPPED = /(__tests__[/\\](bench|conformance|e2e|mutants|pack)|examples[/\\]chat)([/\\]|$)/
const PATIENCE = 180_000
const AT_ONCE = 2

/** The copies, which go with the process, however it ends. */
const copies: string[] = []
process.once('exit', () => copies.forEach((root) => rmSync(root, { recursive: true, force: true })))

/** A copy of the package that may be changed. */
function copyPackage(): string {
  const root = mkdtempSync(join(tmpdir(), 'turnkeeper-ablate-'))
  copies.push(root)
  for (const name of [
    'src',
    '__tests__',
    'package.json',
    'tsconfig.json',
    'jest.config.ts',
    'README.md',
    'examples',
  ]) {
    cpSync(name, join(root, name), { recursive: true, filter: (path) => !SKIPPED.test(path) })
  }
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'), 'dir')
  return root
}

const running = new Set<ChildProcess>()
const kill = ({ pid }: ChildProcess): boolean => pid !== undefined && process.kill(-pid, 'SIGKILL')
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    running.forEach(kill)
    process.exit(1)
  })
}

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}
function run(root: string, script: string, args: readonly string[]): Promise<Ran> {
  return new Promise((done) => {
    // In a group of its own: what does not end may be a worker of it.
    const child = spawn(process.execPath, [join('node_modules', script), ...args], {
      cwd: root,
      detached: true,
    })
    running.add(child)
    const late = setTimeout(kill, PATIENCE, child)
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.on('close', (code) => {
      clearTimeout(late)
      running.delete(child)
      done({ code, out, err })
    })
  })
}

interface Found {
  readonly scenarios: readonly string[]
  readonly tests: readonly FailedTest[]
  /** Why it could not be tried. */
  readonly broken?: string
}

/** Which scenarios fail now; with `broken`, why they could not be run at all. */
async function failing(root: string): Promise<Found> {
  const { out, err } = await run(root, 'tsx/dist/cli.mjs', ['__tests__/scenarios/cli.ts', '--json'])
  try {
    const verdicts = JSON.parse(out) as readonly Verdict[]
    return { scenarios: verdicts.flatMap(({ id, failures }) => (failures.length > 0 ? [id] : [])), tests: [] }
  } catch {
    return {
      scenarios: [],
      tests: [],
      broken: err.split('\n').find((line) => line.includes('Error')) ?? 'it does not end',
    }
  }
}

interface FailedTest {
  /** From the root of the copy. */
  readonly file: string
  readonly test: string
}
interface TestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

const nameOf = ({ file, test }: FailedTest): string => `${file}: ${test}`

/** Which unit tests fail now. A file that cannot be run counts as one, and so does a run that does not end. */
async function failingTests(root: string, tests: string): Promise<readonly FailedTest[]> {
  const args = [
    ...tests.split(' '),
    '--json',
    '--rootDir',
    root,
    '--testPathIgnorePatterns',
    '__tests__/scenarios/',
  ]
  const { code, out, err } = await run(root, 'jest/bin/jest.js', args)
  if (code === null) return [{ file: tests, test: 'does not end' }]
  try {
    const { testResults } = JSON.parse(out) as TestReport
    return testResults.flatMap(({ name, status, assertionResults }) => {
      const file = relative(root, name)
      const failed = assertionResults.filter((one) => one.status === 'failed')
      return failed.length === 0 && status === 'failed'
        ? [{ file, test: 'cannot be run' }]
        : failed.map(({ fullName }) => ({ file, test: fullName }))
    })
  } catch {
    throw new Error(`Jest does not run: ${err.slice(0, 500)}`)
  }
}

async function main(args: readonly string[]): Promise<void> {
  const wanted = new Set(args.map(Number))
  const mutations = loadMutations(MUTATIONS).filter(({ law }) => wanted.size === 0 || wanted.has(law))
  const roots = Array.from({ length: AT_ONCE }, copyPackage)
  const found = new Map<Mutation, Found>()
  const baseline = await failing(roots[0]!)
  if (baseline.broken !== undefined) throw new Error(`The suite does not run: ${baseline.broken}`)
  if (baseline.scenarios.length > 0) console.log(`Failing as it is: ${baseline.scenarios.join(', ')}`)
  const testsAsTheyAre = new Map<string, readonly FailedTest[]>()
  for (const { tests } of mutations) {
    if (tests !== null && !testsAsTheyAre.has(tests))
      testsAsTheyAre.set(tests, await failingTests(roots[0]!, tests))
  }
  const testsBy = async (root: string, tests: string): Promise<readonly FailedTest[]> => {
    const before = new Set(testsAsTheyAre.get(tests)!.map(nameOf))
    return (await failingTests(root, tests)).filter((one) => !before.has(nameOf(one)))
  }
  for (const name of [...testsAsTheyAre.values()].flat().map(nameOf)) console.log(`Failing as it is: ${name}`)
  const left = [...mutations]
  await Promise.all(
    roots.map(async (root) => {
      for (let mutation = left.shift(); mutation; mutation = left.shift()) {
        let undo = () => {}
        try {
          undo = applyMutation(mutation, root)
          const now = await failing(root)
          const scenarios = now.scenarios.filter((id) => !baseline.scenarios.includes(id))
          const silent = scenarios.length === 0 && now.broken === undefined
          const tests = silent && mutation.tests !== null ? await testsBy(root, mutation.tests) : []
          found.set(mutation, { ...now, scenarios, tests })
        } catch (error) {
          found.set(mutation, { scenarios: [], tests: [], broken: (error as Error).message })
        } finally {
          undo()
        }
      }
    }),
  )
  report(mutations, found, wanted)
}

const SHOWN = 4

function list(what: string, names: readonly string[]): string {
  const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more` : ''
  return `${names.length} ${names.length === 1 ? what.slice(0, -1) : what}: ${names.slice(0, SHOWN).join(', ')}${more}`
}

function tell({ scenarios, tests, broken }: Found): string {
  if (broken !== undefined) return `COULD NOT BE TRIED: ${broken}`
  if (scenarios.length > 0) return list('scenarios', scenarios)
  if (tests.length === 0) return 'NOTHING FAILS'
  const files = [...new Set(tests.map(({ file }) => file))]
  return `scenarios cannot show it; ${list(
    'unit tests',
    tests.map(({ test }) => test),
  )} (in ${files.join(', ')})`
}

function report(
  mutations: readonly Mutation[],
  found: ReadonlyMap<Mutation, Found>,
  wanted: ReadonlySet<number>,
): void {
  console.log('| law | what is broken | what then fails |\n| --- | --- | --- |')
  for (const mutation of mutations) {
    console.log(`| ${mutation.law} | ${mutation.breaks} | ${tell(found.get(mutation)!)} |`)
  }
  const isTested = (mutation: Mutation) => {
    const { scenarios, tests, broken } = found.get(mutation)!
    return broken === undefined && scenarios.length + tests.length > 0
  }
  const laws = Array.from({ length: LAWS }, (_, index) => index + 1).filter(
    (law) => wanted.size === 0 || wanted.has(law),
  )
  const untested = laws.filter(
    (law) => !mutations.some((mutation) => mutation.law === law && isTested(mutation)),
  )
  const silent = mutations.filter((mutation) => !isTested(mutation))
  if (untested.length > 0) console.log(`untested laws: ${untested.join(', ')}`)
  console.log(`${mutations.length - silent.length} of ${mutations.length} mutations are noticed`)
  if (silent.length > 0 || untested.length > 0) process.exitCode = 1
}

void main(process.argv.slice(2))
