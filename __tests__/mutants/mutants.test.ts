/** What the score of `npm run test:mutants` rests on: the sample, its margin, and the mutants that are left out. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EQUIVALENTS, isEquivalent, originalOf } from './equivalents'
import { intervalOf } from './report'
import { fileOf, keyOf, rangeOf, sampleOf } from './sample'

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

describe('mutants that no test can notice', () => {
  const source = 'first\nif (a > 0 && b > 0) {\n  go()\n}'
  /** As a report has it: lines and columns from 1. */
  const reported = { ...mutantAt(2, 5, 5, 'true') }
  const listed = { file: 'src/turns/ends.ts', original: 'a > 0', replacement: 'true', reason: 'made up' }

  test('are known by their text, wherever it has moved to', () => {
    expect(originalOf(reported, source)).toEqual({ text: 'a > 0', before: 'if (' })
    expect(isEquivalent(reported, source, [listed])).toBe(true)
    expect(isEquivalent({ ...reported, replacement: 'false' }, source, [listed])).toBe(false)
    expect(isEquivalent(mutantAt(2, 14, 5, 'true'), source, [listed])).toBe(false)
    expect(isEquivalent(reported, source, [{ ...listed, file: 'src/turns/runs.ts' }])).toBe(false)
    expect(isEquivalent(reported, source, [{ ...listed, after: '&&' }])).toBe(false)
  })
  test.each(EQUIVALENTS.map((one) => [`${one.file}: ${one.original}`, one] as const))(
    '%s still stands there, once, and has its reason',
    (_name, { file, original, after, reason }) => {
      const path = join(__dirname, '../..', file)
      expect(existsSync(path)).toBe(true)
      const text = readFileSync(path, 'utf8')
      expect(text.split(after === undefined ? original : `${after} ${original}`).length - 1).toBe(1)
      expect(reason.length).toBeGreaterThan(20)
    },
  )
})
