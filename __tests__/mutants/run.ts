/**
 * Runs a random sample of mutants of the source against the fast suite, and ends with the score and its margin.
 *
 *     npm run test:mutants                          500 mutants, a fresh seed
 *     npm run test:mutants -- --size 100 --seed 7   another size, a given seed
 *     npm run test:mutants -- --in src/turns        those of one folder or file
 *     npm run test:mutants -- --all                 every mutant
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { build } from 'esbuild'
import { EQUIVALENTS } from './equivalents'
import { sourceFiles } from './files'
import { allMutants } from './instrument'
import { reportOf } from './report'
import { keyOf, rangeOf, sampleOf } from './sample'

const CACHE = 'node_modules/.cache/mutants'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    all: { type: 'boolean', default: false },
    in: { type: 'string', default: 'src/' },
    concurrency: { type: 'string', default: '2' },
  },
})
const size = values.all ? Infinity : Number(values.size)
if (!(size >= 1)) throw new Error(`--size takes a number of mutants, not "${values.size}"`)

async function main(): Promise<void> {
  mkdirSync(CACHE, { recursive: true })
  const plugin = resolve(CACHE, 'plugin.mjs')
  await build({
    entryPoints: ['__tests__/mutants/plugin.ts'],
    outfile: plugin,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  })
  const started = Date.now()
  const files = sourceFiles().filter((file) => file.startsWith(values.in))
  if (files.length === 0) throw new Error(`--in takes a folder or file that is mutated, not "${values.in}"`)
  const all = await allMutants(files)
  const sample = sampleOf(all, size, values.seed)
  const sampleFile = resolve(CACHE, 'sample.json')
  writeFileSync(sampleFile, JSON.stringify(sample.map(keyOf)))
  const failingFile = resolve(CACHE, 'failing.json')
  Object.assign(process.env, { TURNKEEPER_MUTANTS: sampleFile, TURNKEEPER_FAILING_TESTS: failingFile })
  const results = await new Stryker({
    // Only what is needed is instrumented: the rest runs as it is, and as fast.
    mutate: values.all ? [...files] : sample.map(rangeOf),
    plugins: [plugin, '@stryker-mutator/typescript-checker'],
    testRunner: 'suite',
    // What the compiler refuses never reaches a user, and takes no time of the tests.
    checkers: [...(values.all ? [] : ['sample']), 'typescript'],
    tsconfigFile: '__tests__/mutants/tsconfig.json',
    typescriptChecker: { prioritizePerformanceOverAccuracy: true },
    buildCommand: 'tsx __tests__/mutants/transpile.ts',
    coverageAnalysis: 'perTest',
    ignorePatterns: ['dist', 'coverage', '__tests__/bench', '__tests__/e2e/artefacts'],
    tempDirName: `${CACHE}/sandboxes`,
    dryRunTimeoutMinutes: 60,
    concurrency: Number(values.concurrency),
    // What loops for ever is noticed by how often the mutant is reached; this is for the rest, on a busy machine too.
    timeoutMS: 120_000,
    timeoutFactor: 1,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: `${CACHE}/mutants.json` },
    disableTypeChecks: false,
    allowEmpty: false,
    thresholds: { high: 95, low: 90, break: null },
  }).runMutationTest()
  const { lines, holds } = reportOf(results, EQUIVALENTS, {
    of: all.length,
    seed: values.seed,
    minutes: (Date.now() - started) / 60_000,
  })
  for (const name of JSON.parse(readFileSync(failingFile, 'utf8')) as string[])
    console.log(`left out, it fails as it is: ${name}`)
  console.log(lines.join('\n'))
  if (!holds) process.exitCode = 1
}

void main()
