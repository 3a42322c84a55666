/**
 * What Stryker runs here: a test runner over the suite in one process, and a checker that lets only a sample through.
 *
 * To Stryker a test is a file. The runner itself knows which single tests reach a mutant, and runs those alone, the quick
 * ones that reach little else first, until one fails.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Checker, CheckResult } from '@stryker-mutator/api/check'
import { CheckStatus } from '@stryker-mutator/api/check'
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core'
import type { CoverageData, InstrumenterContext, Mutant, MutantCoverage } from '@stryker-mutator/api/core'
import { PluginKind, declareFactoryPlugin, declareValuePlugin } from '@stryker-mutator/api/plugin'
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner'
import type {
  DryRunResult,
  MutantRunOptions,
  MutantRunResult,
  TestRunner,
} from '@stryker-mutator/api/test-runner'
import { createCompiler } from './compile'
import { testFiles } from './files'
import { createJournal } from './journal'
import { NOT_SAMPLED, fileOf, keyOf } from './sample'
import { loadSuite } from './suite'
import type { SuiteTest } from './suite'

/** Names the file that holds the keys of the chosen mutants. */
const SAMPLE_FILE = 'TURNKEEPER_MUTANTS'

/** Names the file to which the first run writes which tests fail as they are: no mutant is held against those. */
const FAILING_FILE = 'TURNKEEPER_FAILING_TESTS'

/**
 * What the tests of one mutant may take of the processor, as measured without it, ms: those of the test file that has the
 * name of the source file, then those that reach little else, then the recordings, which see every change, then others.
 */
const BUDGETS = { own: 8_000, near: 2_000, recorded: 6_000, far: 8_000 } as const

/** So many of the tests that have noticed mutants of the same file are asked first. */
const LIKELY = 30

/** What tests reach after the loading too, and do not notice there, is asked of so many files that load it anew. */
const LOADED_ANEW = 25

const isRecording = (file: string | undefined): boolean => file?.includes('/recorded/') ?? false

interface Failure {
  /** Of the test; -1 where nothing could be loaded. */
  readonly index: number
  readonly text: string
  readonly nrOfTests: number
}

/** Written by the first run, read by each process: the tests in their order, and those that reach each mutant. */
const COVERAGE = 'mutants-coverage.json'
interface Coverage {
  /** What each test takes of the processor, ms. */
  readonly durations: readonly number[]
  /** Mutant id to indexes of tests in the order in which they are asked. A test that fails as it is has none. */
  readonly testsOf: Readonly<Record<string, readonly number[]>>
  readonly failing: readonly number[]
}

const globals = globalThis as unknown as Record<string, InstrumenterContext>
const context: InstrumenterContext = (globals[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {})

const add = (to: CoverageData, from: CoverageData): void => {
  for (const [id, hits] of Object.entries(from)) to[id] = (to[id] ?? 0) + hits
}

function createRunner(): TestRunner {
  const root = process.cwd()
  const files = testFiles(root)
  let tests: readonly SuiteTest[] = []
  let coverage: Coverage | undefined
  /** By source file: the tests that have noticed its mutants, the last one first. They are likely to notice the next. */
  const noticedBy = new Map<string, readonly number[]>()
  /** Tests that fail in this process without a mutant, and go on to after a new start. */
  const distrusted = new Set<number>()

  /** Loads everything anew, without a mutant. */
  const load = (): void => {
    activate(undefined)
    tests = loadSuite(root, files)
  }
  const activate = (mutant: string | undefined, hitLimit?: number): void => {
    Object.assign(context, {
      activeMutant: mutant,
      hitCount: hitLimit === undefined ? undefined : 0,
      hitLimit,
    })
  }

  /** What a mutant has begun may still fail in the next run: only the last of them counts. */
  const passes = async (test: SuiteTest): Promise<boolean> => {
    for (let attempt = 0; attempt < 3; attempt++) if ((await test.run()) === null) return true
    return false
  }

  const dryRun = async (): Promise<DryRunResult> => {
    const measured: MutantCoverage = { static: {}, perTest: {} }
    const byFile: Record<string, { ms: number; hits: CoverageData }> = {}
    const failing: number[] = []
    const names: string[] = []
    const durations: number[] = []
    const reached = new Map<string, number[]>()
    context.mutantCoverage = measured
    load()
    for (const [index, test] of tests.entries()) {
      context.currentTestId = 'now'
      const start = process.cpuUsage()
      const failure = await test.run()
      const { user, system } = process.cpuUsage(start)
      durations[index] = (user + system) / 1_000
      const hits = measured.perTest['now'] ?? {}
      measured.perTest = {}
      const file = (byFile[test.file] ??= { ms: 0, hits: {} })
      file.ms += durations[index]!
      if (failure !== null) {
        failing.push(index)
        names.push(`${test.file}: ${test.name}`)
        continue
      }
      for (const id of Object.keys(hits)) {
        const those = reached.get(id)
        if (those) those.push(index)
        else reached.set(id, [index])
      }
      add(file.hits, hits)
    }
    delete context.currentTestId
    delete context.mutantCoverage
    const reach = tests.map(() => 0)
    for (const indexes of reached.values()) for (const index of indexes) reach[index]! += 1
    const cost = (index: number): number => durations[index]! * reach[index]!
    const inOrder = (indexes: readonly number[]) => [...indexes].sort((one, other) => cost(one) - cost(other))
    coverage = {
      durations,
      failing,
      testsOf: Object.fromEntries([...reached].map(([id, indexes]) => [id, inOrder(indexes)])),
    }
    writeFileSync(COVERAGE, JSON.stringify(coverage))
    writeFileSync(process.env[FAILING_FILE]!, JSON.stringify(names))
    return {
      status: DryRunStatus.Complete,
      tests: Object.entries(byFile).map(([file, { ms }]) => ({
        id: file,
        name: file,
        timeSpentMs: Math.round(ms),
        status: TestStatus.Success,
      })),
      mutantCoverage: {
        static: measured.static,
        perTest: Object.fromEntries(Object.entries(byFile).map(([file, { hits }]) => [file, hits])),
      },
    }
  }

  const mutantRun = async (options: MutantRunOptions): Promise<MutantRunResult> => {
    const { activeMutant, mutantActivation, hitLimit } = options
    const file = fileOf(activeMutant)
    coverage ??= JSON.parse(readFileSync(COVERAGE, 'utf8')) as Coverage
    const { durations, testsOf, failing } = coverage
    const isStatic = mutantActivation === 'static'
    const within = (indexes: readonly number[], budget: number): readonly number[] => {
      let total = 0
      return indexes.filter((index) => (total += durations[index]!) <= budget)
    }
    const ownFile = file.replace(/^src/, '__tests__').replace(/\.ts$/, '.test.js')
    const isOwn = (index: number): boolean => tests[index]?.file === ownFile
    const affordable = (indexes: readonly number[]): readonly number[] => {
      const own = within(indexes.filter(isOwn), BUDGETS.own)
      const recordings = indexes.filter((index) => isRecording(tests[index]?.file))
      const others = indexes.filter((index) => !isRecording(tests[index]?.file) && !isOwn(index))
      const near = within(others, BUDGETS.near)
      const far = within(
        others.filter((index) => !near.includes(index)),
        BUDGETS.far,
      )
      return [...own, ...near, ...within(recordings, BUDGETS.recorded), ...far]
    }
    const likely = (noticedBy.get(file) ?? []).slice(0, LIKELY)
    const likelyFirst = (indexes: readonly number[]): readonly number[] => {
      const first = new Set(likely.filter((index) => indexes.includes(index)))
      return [...first, ...indexes.filter((index) => !first.has(index))]
    }
    // What is reached after the loading as well is mostly noticed there, where nothing has to be loaded anew.
    const runsLater = !isStatic || activeMutant.id in testsOf
    if (tests.length === 0) load()
    // Nobody knows which tests need what is made as the source is loaded: those of its folder are asked first.
    const folder = dirname(ownFile)
    const isFar = (index: number): number => (tests[index]?.file.startsWith(folder) ? 0 : 1)
    const nearestFirst = (one: number, other: number): number =>
      isFar(one) - isFar(other) || durations[one]! - durations[other]!
    const chosen = likelyFirst(
      affordable(
        testsOf[activeMutant.id] ??
          durations
            .map((_, index) => index)
            .filter((index) => !failing.includes(index))
            .sort(nearestFirst),
      ),
    )

    /**
     * What is made as the source is loaded is made anew, in modules of its own: those that were loaded without a mutant stay as
     * they are. Of the tests, a file is loaded when it is its turn.
     */
    const firstFailureOfLoaded = async (): Promise<Failure | null> => {
      activate(activeMutant.id)
      let nrOfTests = 0
      let source: 'anew' | 'kept' = 'anew'
      const names = [...new Set(chosen.map((index) => tests[index]!.file))]
      for (const name of runsLater ? names.slice(0, LOADED_ANEW) : names) {
        const first = tests.findIndex((test) => test.file === name)
        let loaded: readonly SuiteTest[]
        try {
          loaded = loadSuite(root, [name], source)
        } catch (error) {
          return { index: -1, text: `it cannot be loaded: ${String(error)}`, nrOfTests }
        }
        source = 'kept'
        for (const index of chosen.filter((one) => tests[one]!.file === name)) {
          activate(activeMutant.id, hitLimit)
          const text = (await loaded[index - first]?.run()) ?? null
          nrOfTests += 1
          if (text !== null) return { index, text, nrOfTests }
        }
      }
      return null
    }

    /** Runs the chosen tests until one fails that can be trusted. */
    const firstFailure = async (): Promise<Failure | null> => {
      for (const [position, index] of chosen.entries()) {
        if (distrusted.has(index)) continue
        activate(activeMutant.id, hitLimit)
        const text = (await tests[index]?.run()) ?? null
        if (text === null) continue
        // What an earlier mutant left behind, or a test that fails by chance, must not count as noticed.
        activate(undefined)
        if (await passes(tests[index]!)) return { index, text, nrOfTests: position + 1 }
        load()
        activate(activeMutant.id, hitLimit)
        const again = await tests[index]!.run()
        activate(undefined)
        if (!(await passes(tests[index]!))) distrusted.add(index)
        else if (again !== null) return { index, text: again, nrOfTests: position + 1 }
      }
      return null
    }

    const failure =
      (runsLater ? await firstFailure() : null) ?? (isStatic ? await firstFailureOfLoaded() : null)
    activate(undefined)
    if (!failure) return { status: MutantRunStatus.Survived, nrOfTests: chosen.length }
    const { index, text, nrOfTests } = failure
    if (text.includes('Hit count limit reached')) return { status: MutantRunStatus.Timeout, reason: text }
    const test = tests[index]
    if (index >= 0) noticedBy.set(file, [index, ...likely.filter((other) => other !== index)])
    return {
      status: MutantRunStatus.Killed,
      killedBy: [test?.file ?? files[0]!],
      failureMessage: `${test?.name ?? 'loading'}: ${text.slice(0, 500)}`,
      nrOfTests,
    }
  }

  return {
    capabilities: () => ({ reloadEnvironment: true }),
    dryRun,
    mutantRun,
  }
}
createRunner.inject = [] as const

/** Lets through what compiles: the rest never reaches a user, and takes no time of the tests. */
function createTypeChecker(): Checker {
  const firstError = createCompiler('__tests__/mutants/tsconfig.json')
  const check = (mutant: Mutant): CheckResult => {
    const reason = firstError(mutant)
    return reason === null ? { status: CheckStatus.Passed } : { status: CheckStatus.CompileError, reason }
  }
  return {
    init: () => Promise.resolve(),
    check: (mutants) =>
      Promise.resolve(Object.fromEntries(mutants.map((mutant) => [mutant.id, check(mutant)]))),
  }
}
createTypeChecker.inject = [] as const

/** Lets through what was chosen, and not what lies within it. */
const sampler: Checker = {
  init: () => Promise.resolve(),
  check(mutants: Mutant[]) {
    const chosen = new Set(JSON.parse(readFileSync(process.env[SAMPLE_FILE]!, 'utf8')) as string[])
    const results = mutants.map((mutant): [string, CheckResult] => [
      mutant.id,
      chosen.has(keyOf(mutant))
        ? { status: CheckStatus.Passed }
        : { status: CheckStatus.CompileError, reason: NOT_SAMPLED },
    ])
    return Promise.resolve(Object.fromEntries(results))
  },
  group: (mutants) => Promise.resolve([mutants.map(({ id }) => id)]),
}

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'suite', createRunner),
  declareFactoryPlugin(PluginKind.Checker, 'types', createTypeChecker),
  declareValuePlugin(PluginKind.Checker, 'sample', sampler),
  declareFactoryPlugin(PluginKind.Reporter, 'journal', createJournal),
]
