/** What the score of `npm run test:mutants` rests on: the sample, its margin, and the mutants that are left out. */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCompiler } from './compile'
import { EQUIVALENTS, isEquivalent, originalOf } from './equivalents'
import { JOURNAL_FILE, createJournal, readJournal } from './journal'
import { intervalOf, reportOf, triedIn } from './report'
import { NOT_SAMPLED, fileOf, keyOf, rangeOf, sampleOf } from './sample'
import { instrumented, survivorsOf, triedOf, withFiles, withSurvivors } from './whole'

const mutantAt = (line: number, column: number, length: number, replacement = 'false') => ({
  id: `${line}:${column}`,
  fileName: '/somewhere/sandbox/src/turns/ends.ts',
  mutatorName: 'ConditionalExpression',
  replacement,
  location: { start: { line, column }, end: { line, column: column + length } },
})

describe('the sample', () => {
  const mutants = Array.from({ length: 400 }, (_, line) => mutantAt(line, 3, 5))

  test('is the same for the same seed, in whatever order the mutants come', () => {
    const keys = (those: typeof mutants): readonly string[] => sampleOf(those, 20, '7').map(keyOf)
    expect(keys(mutants)).toHaveLength(20)
    expect(keys([...mutants].reverse())).toEqual(keys(mutants))
  })
  test('is another for another seed, and none is chosen for where it stands', () => {
    const lines = (seed: string): readonly number[] =>
      sampleOf(mutants, 100, seed).map(({ location }) => location.start.line)
    expect(lines('1')).not.toEqual(lines('2'))
    const middle = lines('1').reduce((sum, line) => sum + line, 0) / 100
    expect(middle).toBeGreaterThan(150)
    expect(middle).toBeLessThan(250)
  })
  test('of more than there are is all of them', () => {
    expect(sampleOf(mutants, Infinity, '1')).toHaveLength(400)
  })
  test('names a file from the root, and its lines from 1', () => {
    expect(fileOf(mutants[0]!)).toBe('src/turns/ends.ts')
    expect(rangeOf(mutantAt(6, 2, 5))).toBe('src/turns/ends.ts:7:2-7:7')
  })
})

describe('the margin', () => {
  test.each([
    [475, 500, 0.927, 0.966],
    [0, 10, 0, 0.278],
    [10, 10, 0.722, 1],
  ])('%d of %d: from %d to %d', (hits, of, low, high) => {
    expect(intervalOf(hits, of).low).toBeCloseTo(low, 3)
    expect(intervalOf(hits, of).high).toBeCloseTo(high, 3)
  })
})

describe('the compiler', () => {
  const file = 'src/reducer.ts'
  const source = readFileSync(join(__dirname, '../..', file), 'utf8')
  const firstError = createCompiler(join(__dirname, 'tsconfig.json'))
  /** What becomes of the first line of the file that has this text, with another in its place. */
  const errorOf = (original: string, replacement: string): string | null => {
    const before = source.slice(0, source.indexOf(original)).split('\n')
    const start = { line: before.length - 1, column: before.at(-1)!.length }
    const end = { ...start, column: start.column + original.length }
    return firstError({ ...mutantAt(0, 0, 0, replacement), fileName: file, location: { start, end } })
  }

  test('refuses a mutant of another type, and one that is no program', () => {
    expect(errorOf('import ', 'export const made: number = "up"; import ')).toMatch(/not assignable/)
    expect(errorOf('import ', 'import import ')).not.toBeNull()
  })
  test('accepts one that compiles, whatever was refused before', () => {
    expect(errorOf('import ', 'export const made = "up"; import ')).toBeNull()
  })
})

describe('results', () => {
  type Results = Parameters<typeof triedIn>[0]
  const result = (
    line: number,
    status: Results[number]['status'],
    statusReason?: string,
  ): Results[number] => ({
    ...mutantAt(line, 5, 4),
    status,
    ...(statusReason !== undefined && { statusReason }),
  })
  const results = [
    result(1, 'Killed'),
    result(2, 'Timeout'),
    result(3, 'Survived'),
    result(4, 'NoCoverage'),
    result(5, 'CompileError'),
    result(6, 'CompileError', NOT_SAMPLED),
  ]
  const file = 'src/turns/ends.ts'

  test('of a sample: what does not compile, and what was not chosen, does not count', () => {
    const { noticed, notCompiled, unnoticed } = triedIn(results)
    expect({ noticed, notCompiled, unnoticed: unnoticed.length }).toEqual({
      noticed: 2,
      notCompiled: 1,
      unnoticed: 2,
    })
    expect(reportOf(triedIn(results), [], 'a sample').lines.slice(-3)).toEqual([
      'a sample',
      'left out: 1 that do not compile, 0 equivalent, 0 that could not be tried',
      'score: 50.0 % (2 of 4), 95 % confidence: 15.0 % to 85.0 %',
    ])
  })
  test('of whole files are kept, and those that no test had noticed are tried again', () => {
    const whole = withFiles({}, [file], results.slice(0, 5))
    expect(triedOf(whole)).toMatchObject({ noticed: 2, notCompiled: 1 })
    const [survivor, uncovered] = survivorsOf(whole)
    expect(survivor).toEqual({
      fileName: file,
      mutatorName: 'ConditionalExpression',
      replacement: 'false',
      location: { start: { line: 2, column: 4 }, end: { line: 2, column: 8 } },
    })
    expect(uncovered?.location.start.line).toBe(3)
    const again = withSurvivors(whole, [result(3, 'Killed'), result(4, 'Survived')])
    expect(triedOf(again)).toMatchObject({ noticed: 3, notCompiled: 1, unnoticed: [{ fileName: file }] })
    expect(survivorsOf(again)).toHaveLength(1)
  })
  test('are written down as they come: the newest of each mutant is found, of files as they are now', () => {
    const folder = mkdtempSync(join(tmpdir(), 'turnkeeper-journal-'))
    const path = join(folder, 'journal.jsonl')
    process.env[JOURNAL_FILE] = path
    expect(readJournal(path, [file])).toEqual([])
    const journal = createJournal()
    for (const one of [...results, result(3, 'Killed')]) journal.onMutantTested?.(one)
    appendFileSync(
      path,
      `${JSON.stringify({ ...result(9, 'Killed'), fileName: file, hash: 'of another text' })}\n`,
    )
    const found = readJournal(path, [file])
    rmSync(folder, { recursive: true })
    expect(found.map(({ location, status }) => [location.start.line, status])).toEqual([
      [1, 'Killed'],
      [2, 'Timeout'],
      [3, 'Killed'],
      [4, 'NoCoverage'],
      [5, 'CompileError'],
    ])
    expect(triedOf(withFiles({}, [file], found))).toMatchObject({ noticed: 3, notCompiled: 1 })
    expect(keyOf(instrumented(file, found[0]!))).toBe(keyOf({ ...mutantAt(0, 4, 4), fileName: file }))
  })
  test('of a file that is tried again take the place of the earlier ones', () => {
    const whole = withFiles(withFiles({}, [file], results.slice(0, 5)), [file], [result(1, 'Killed')])
    expect(triedOf(whole)).toEqual({ noticed: 1, notCompiled: 0, unnoticed: [] })
  })
})

describe('mutants that no test can notice', () => {
  const source = 'first\nif (a > 0 && b > 0) {\n  go()\n}'
  /** As a report has it: lines and columns from 1. */
  const reported = { ...mutantAt(2, 5, 5, 'true') }
  const listed = { file: 'src/turns/ends.ts', original: 'a > 0', replacement: 'true', reason: 'made up' }

  test('are known by their text, wherever it has moved to', () => {
    expect(originalOf(reported, source)).toEqual({
      text: 'a > 0',
      before: 'if (',
      behind: ' && b > 0) {',
    })
    expect(isEquivalent(reported, source, [listed])).toBe(true)
    expect(isEquivalent({ ...reported, replacement: 'false' }, source, [listed])).toBe(false)
    expect(isEquivalent(mutantAt(2, 14, 5, 'true'), source, [listed])).toBe(false)
    expect(isEquivalent(reported, source, [{ ...listed, file: 'src/turns/runs.ts' }])).toBe(false)
    expect(isEquivalent(reported, source, [{ ...listed, after: '&&' }])).toBe(false)
    expect(isEquivalent(reported, source, [{ ...listed, after: 'if (', then: '&& b' }])).toBe(true)
    expect(isEquivalent(reported, source, [{ ...listed, then: '|| b' }])).toBe(false)
  })
  test.each(EQUIVALENTS.map((one) => [`${one.file}: ${one.original}`, one] as const))(
    '%s still stands there, as often as it says, and has its reason',
    (_name, { file, original, after = '', then = '', times = 1, reason }) => {
      const path = join(__dirname, '../..', file)
      expect(existsSync(path)).toBe(true)
      const text = readFileSync(path, 'utf8')
      const parts = text.split(original)
      const places = parts
        .slice(1)
        .filter((behind, i) => parts[i]!.trimEnd().endsWith(after) && behind.trimStart().startsWith(then))
      expect(places).toHaveLength(times)
      expect(reason.length).toBeGreaterThan(20)
    },
  )
})
