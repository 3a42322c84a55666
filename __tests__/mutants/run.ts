/**
 * Runs mutants of the source against the fast suite, and ends with the score.
 *
 *     npm run test:mutants                          a random sample of 500, a fresh seed
 *     npm run test:mutants -- --size 100 --seed 7   another size, a given seed
 *     npm run test:mutants -- --in src/turns        those of one folder or file; may be given again
 *     npm run test:mutants -- --all                 every mutant of the files that have changed since they were tried; may
 *                                                   be stopped, and goes on where it was
 *     npm run test:mutants -- --all --minutes 60    the same, and begins no other part after an hour
 *     npm run test:mutants -- --survivors           those again that no test had noticed, and that are not listed
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Mutant, MutantResult } from '@stryker-mutator/api/core'
import { Stryker } from '@stryker-mutator/core'
import { build } from 'esbuild'
import { EQUIVALENTS, isEquivalent } from './equivalents'
import { sourceFiles } from './files'
import { allMutants } from './instrument'
import { JOURNAL_FILE, readJournal } from './journal'
import { reportOf, triedIn } from './report'
import type { Report } from './report'
import { fileOf, keyOf, rangeOf, sampleOf } from './sample'
import type { Place } from './sample'
import { instrumented, readWhole, survivorsOf, triedOf, withFiles, withSurvivors, writeWhole } from './whole'

const CACHE = 'node_modules/.cache/mutants'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    all: { type: 'boolean', default: false },
    survivors: { type: 'boolean', default: false },
    minutes: { type: 'string', default: 'Infinity' },
    in: { type: 'string', default: ['src/'], multiple: true },
    concurrency: { type: 'string', default: '2' },
  },
})
const size = Number(values.size)
const minutes = Number(values.minutes)
if (!(size >= 1)) throw new Error(`--size takes a number of mutants, not "${values.size}"`)
if (!(minutes > 0)) throw new Error(`--minutes takes a number, not "${values.minutes}"`)

/** How many mutants are tried at a time: of more, which tests reach which takes too much memory. */
const PART = 1_500

const plugin = resolve(CACHE, 'plugin.mjs')
const failingFile = resolve(CACHE, 'failing.json')
const journalFile = resolve(CACHE, 'journal.jsonl')
const started = Date.now()
const minutesSince = (): number => (Date.now() - started) / 60_000

/** Tries all mutants of these files, or only the chosen ones. */
function tried(mutate: readonly string[], chosen: readonly Place[] | null): Promise<readonly MutantResult[]> {
  const sampleFile = resolve(CACHE, 'sample.json')
  writeFileSync(sampleFile, JSON.stringify((chosen ?? []).map(keyOf)))
  Object.assign(process.env, {
    TURNKEEPER_MUTANTS: sampleFile,
    TURNKEEPER_FAILING_TESTS: failingFile,
    [JOURNAL_FILE]: journalFile,
  })
  return new Stryker({
    mutate: [...mutate],
    plugins: [plugin],
    testRunner: 'suite',
    checkers: [...(chosen ? ['sample'] : []), 'types'],
    buildCommand: 'tsx __tests__/mutants/transpile.ts',
    coverageAnalysis: 'perTest',
    ignorePatterns: ['dist', 'coverage', '__tests__/bench', '__tests__/e2e/artefacts'],
    tempDirName: `${CACHE}/sandboxes`,
    dryRunTimeoutMinutes: 60,
    concurrency: Number(values.concurrency),
    // What loops for ever is noticed by how often the mutant is reached; this is for the rest, on a busy machine too.
    timeoutMS: 90_000,
    timeoutFactor: 0.1,
    reporters: ['json', 'progress-append-only', 'journal'],
    jsonReporter: { fileName: `${CACHE}/mutants.json` },
    disableTypeChecks: false,
    allowEmpty: false,
    thresholds: { high: 95, low: 90, break: null },
  }).runMutationTest()
}

/** Files that belong to one part each, until it is large enough. */
function partsOf(files: readonly string[], mutants: readonly Mutant[]): readonly (readonly string[])[] {
  const parts: string[][] = []
  let room = 0
  for (const file of files) {
    const count = mutants.filter((mutant) => fileOf(mutant) === file).length
    if (count > room) {
      parts.push([])
      room = PART
    }
    parts.at(-1)?.push(file)
    room -= count
  }
  return parts
}

async function sampled(all: readonly Mutant[]): Promise<Report> {
  const sample = sampleOf(all, size, values.seed)
  // Only what is needed is instrumented: the rest runs as it is, and as fast.
  const results = await tried(sample.map(rangeOf), sample)
  const about = `sample: ${Math.min(size, all.length)} of ${all.length} mutants, seed ${values.seed}, ${minutesSince().toFixed(1)} minutes`
  return reportOf(triedIn(results), EQUIVALENTS, about)
}

async function incremental(files: readonly string[], all: readonly Mutant[]): Promise<Report> {
  let whole = readWhole()
  const changed = files.filter((file) => !(file in whole))
  for (const part of partsOf(changed, all)) {
    if (minutesSince() >= minutes) break
    console.log(`${part.length} files, from ${part[0]} on`)
    // Of a run that was stopped.
    const known = readJournal(journalFile, part)
    const knownKeys = new Set(known.map((entry) => keyOf(instrumented(entry.fileName, entry))))
    const left = all.filter((mutant) => part.includes(fileOf(mutant)) && !knownKeys.has(keyOf(mutant)))
    if (left.length > 0) await tried(part, known.length > 0 ? left : null)
    whole = withFiles(whole, part, readJournal(journalFile, part))
    writeWhole(whole)
  }
  const left = files.filter((file) => !(file in whole))
  const about = `whole: ${files.length - left.length} of ${files.length} files as they are now, ${minutesSince().toFixed(1)} minutes`
  return reportOf(triedOf(whole), EQUIVALENTS, about)
}

async function survivors(files: readonly string[]): Promise<Report> {
  let whole = readWhole()
  const chosen = survivorsOf(whole, (mutant) =>
    isEquivalent(mutant, readFileSync(mutant.fileName, 'utf8'), EQUIVALENTS),
  ).filter(({ fileName }) => files.includes(fileName))
  if (chosen.length > 0) whole = withSurvivors(whole, await tried(chosen.map(rangeOf), chosen))
  writeWhole(whole)
  const about = `survivors: ${chosen.length} tried again, ${minutesSince().toFixed(1)} minutes`
  return reportOf(triedOf(whole), EQUIVALENTS, about)
}

async function main(): Promise<void> {
  mkdirSync(CACHE, { recursive: true })
  await build({
    entryPoints: ['__tests__/mutants/plugin.ts'],
    outfile: plugin,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  })
  const files = sourceFiles().filter((file) => values.in.some((place) => file.startsWith(place)))
  if (files.length === 0)
    throw new Error(`--in takes folders and files that are mutated, not "${values.in.join('", "')}"`)
  const all = await allMutants(files)
  const { lines, holds } = await (values.survivors
    ? survivors(files)
    : values.all
      ? incremental(files, all)
      : sampled(all))
  const failing = existsSync(failingFile) ? (JSON.parse(readFileSync(failingFile, 'utf8')) as string[]) : []
  for (const name of failing) console.log(`left out, it fails as it is: ${name}`)
  console.log(lines.join('\n'))
  if (!holds) process.exitCode = 1
}

void main()
