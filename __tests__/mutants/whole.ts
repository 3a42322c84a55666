/** The results of all mutants, file by file: each is kept until its file changes. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { MutantResult } from '@stryker-mutator/api/core'
import { isNoticed } from './report'
import type { Tried } from './report'
import { fileOf, keyOf } from './sample'
import type { Place } from './sample'

const FILE = '__tests__/mutants/whole.json'

type Unnoticed = Pick<MutantResult, 'location' | 'mutatorName' | 'replacement' | 'status'>
interface FileResult {
  /** Of the file's text. */
  readonly hash: string
  readonly notCompiled: number
  readonly noticed: number
  readonly unnoticed: readonly Unnoticed[]
}
export type Whole = Readonly<Record<string, FileResult>>

export const hashOf = (file: string): string =>
  createHash('sha1').update(readFileSync(file, 'utf8')).digest('hex').slice(0, 12)

/** What is known of files as they are now. */
export function readWhole(): Whole {
  if (!existsSync(FILE)) return {}
  const stored = JSON.parse(readFileSync(FILE, 'utf8')) as Whole
  return Object.fromEntries(
    Object.entries(stored).filter(([file, { hash }]) => existsSync(file) && hash === hashOf(file)),
  )
}

export function writeWhole(whole: Whole): void {
  const lines = Object.entries(whole)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([file, result]) => `${JSON.stringify(file)}: ${JSON.stringify(result)}`)
  writeFileSync(FILE, `{\n${lines.join(',\n')}\n}\n`)
}

const unnoticedOf = ({ location, mutatorName, replacement = '', status }: Unnoticed): Unnoticed => ({
  location,
  mutatorName,
  status,
  replacement,
})

/** With the results of a run of all mutants of these files. */
export function withFiles(
  whole: Whole,
  files: readonly string[],
  results: readonly (Unnoticed & Pick<MutantResult, 'fileName'>)[],
): Whole {
  const counted = (file: string): FileResult => {
    const those = results.filter((mutant) => fileOf(mutant) === file && mutant.status !== 'Ignored')
    const compiled = those.filter(({ status }) => status !== 'CompileError')
    const unnoticed = compiled.filter((mutant) => !isNoticed(mutant))
    return {
      hash: hashOf(file),
      notCompiled: those.length - compiled.length,
      noticed: compiled.length - unnoticed.length,
      unnoticed: unnoticed.map(unnoticedOf),
    }
  }
  return { ...whole, ...Object.fromEntries(files.map((file) => [file, counted(file)])) }
}

/** With the results of a run of those alone that no test had noticed. */
export function withSurvivors(whole: Whole, results: readonly MutantResult[]): Whole {
  const noticed = new Set(
    results.filter(isNoticed).map((mutant) => keyOf(instrumented(mutant.fileName, mutant))),
  )
  return Object.fromEntries(
    Object.entries(whole).map(([file, result]) => {
      const unnoticed = result.unnoticed.filter((mutant) => !noticed.has(keyOf(instrumented(file, mutant))))
      return [
        file,
        { ...result, unnoticed, noticed: result.noticed + result.unnoticed.length - unnoticed.length },
      ]
    }),
  )
}

/** A reported mutant as the instrumenter has it: that counts lines and columns from 0. */
export const instrumented = (
  fileName: string,
  { location: { start, end }, mutatorName, replacement = '' }: Omit<Unnoticed, 'status'>,
): Place => ({
  fileName,
  mutatorName,
  replacement,
  location: {
    start: { line: start.line - 1, column: start.column - 1 },
    end: { line: end.line - 1, column: end.column - 1 },
  },
})

export const triedOf = (whole: Whole): Tried => ({
  noticed: Object.values(whole).reduce((sum, { noticed }) => sum + noticed, 0),
  notCompiled: Object.values(whole).reduce((sum, { notCompiled }) => sum + notCompiled, 0),
  unnoticed: Object.entries(whole).flatMap(([fileName, { unnoticed }]) =>
    unnoticed.map((mutant) => ({ fileName, ...mutant })),
  ),
})

/** Those that no test has noticed, and that are not listed as such that none can notice. */
export const survivorsOf = (
  whole: Whole,
  isListed: (mutant: Tried['unnoticed'][number]) => boolean = () => false,
): readonly Place[] =>
  triedOf(whole)
    .unnoticed.filter((mutant) => !isListed(mutant))
    .map((mutant) => instrumented(mutant.fileName, mutant))
