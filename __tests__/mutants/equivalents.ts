/** Mutants that no test can notice, each with its reason: they do not count. */
import type { MutantResult } from '@stryker-mutator/api/core'
import listed from './equivalent.json'
import { fileOf } from './sample'

export interface Equivalent {
  readonly file: string
  /** The mutated text, as it stands in the file. */
  readonly original: string
  /** What stands before it on its line, where the text alone is found more than once. */
  readonly after?: string
  /** What stands behind it on its line, likewise. */
  readonly then?: string
  /** How often it stands there, where the reason holds for each of them. Default: once. */
  readonly times?: number
  readonly replacement: string
  readonly reason: string
}

export const EQUIVALENTS: readonly Equivalent[] = listed

type Place = Pick<MutantResult, 'fileName' | 'location'>

/** The text that a mutant replaces, and what stands before and behind it on its lines. */
export function originalOf(
  { location }: Place,
  source: string,
): { readonly text: string; readonly before: string; readonly behind: string } {
  // As reports have it, lines and columns count from 1.
  const { start, end } = location
  const those = source.split('\n').slice(start.line - 1, end.line)
  const before = those[0]!.slice(0, start.column - 1)
  const behind = those.at(-1)!.slice(end.column - 1)
  those[those.length - 1] = those.at(-1)!.slice(0, end.column - 1)
  those[0] = those[0]!.slice(start.column - 1)
  return { text: those.join('\n'), before, behind }
}

const asOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

export function isEquivalent(
  mutant: Place & Pick<MutantResult, 'replacement'>,
  source: string,
  equivalents: readonly Equivalent[],
): boolean {
  const { text, before, behind } = originalOf(mutant, source)
  return equivalents.some(
    ({ file, original, after, then, replacement }) =>
      file === fileOf(mutant) &&
      asOneLine(original) === asOneLine(text) &&
      asOneLine(replacement) === asOneLine(mutant.replacement ?? '') &&
      (after === undefined || before.trimEnd().endsWith(after)) &&
      (then === undefined || behind.trimStart().startsWith(then)),
  )
}
