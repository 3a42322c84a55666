/** What became of the mutants, and the score. */
import { readFileSync } from 'node:fs'
import type { MutantResult } from '@stryker-mutator/api/core'
import { isEquivalent, originalOf } from './equivalents'
import type { Equivalent } from './equivalents'
import { NOT_SAMPLED, fileOf } from './sample'

const GOAL = 0.95
/** Of the normal distribution, for 95 % confidence. */
const Z = 1.96

/** Wilson's interval of a share: half its width, and its middle. */
export function intervalOf(hits: number, of: number): { readonly low: number; readonly high: number } {
  if (of === 0) return { low: 0, high: 1 }
  const share = hits / of
  const middle = (share + Z ** 2 / (2 * of)) / (1 + Z ** 2 / of)
  const half = (Z / (1 + Z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2))
  return { low: middle - half, high: middle + half }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
export const isNoticed = ({ status }: Pick<MutantResult, 'status'>): boolean =>
  status === 'Killed' || status === 'Timeout'
const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 90 ? `${line.slice(0, 87)}...` : line
}

export interface Report {
  readonly lines: readonly string[]
  /** Whether the goal is reached. */
  readonly holds: boolean
}
/** What was tried, and became of it. */
export interface Tried {
  readonly noticed: number
  readonly notCompiled: number
  readonly unnoticed: readonly Unnoticed[]
}
type Unnoticed = Pick<MutantResult, 'fileName' | 'location' | 'mutatorName' | 'replacement' | 'status'>

/** Of a run, less what it left out. */
export function triedIn(results: readonly MutantResult[]): Tried {
  const tried = results.filter(
    ({ status, statusReason }) => status !== 'Ignored' && statusReason !== NOT_SAMPLED,
  )
  const compiled = tried.filter(({ status }) => status !== 'CompileError')
  const unnoticed = compiled.filter((mutant) => !isNoticed(mutant))
  return {
    noticed: compiled.length - unnoticed.length,
    notCompiled: tried.length - compiled.length,
    unnoticed,
  }
}

export function reportOf(
  { noticed, notCompiled, unnoticed }: Tried,
  equivalents: readonly Equivalent[],
  /** What was run, in words. */
  about: string,
): Report {
  const sources = new Map<string, string>()
  const sourceOf = (file: string): string => {
    const known = sources.get(file) ?? readFileSync(file, 'utf8')
    sources.set(file, known)
    return known
  }
  const counted = unnoticed.filter((mutant) => !isEquivalent(mutant, sourceOf(fileOf(mutant)), equivalents))
  const broken = counted.filter(({ status }) => status === 'RuntimeError')
  const survivors = counted.filter(({ status }) => status !== 'RuntimeError')
  const tell = (mutant: Unnoticed): string => {
    const { text } = originalOf(mutant, sourceOf(fileOf(mutant)))
    const { line, column } = mutant.location.start
    const place = `${fileOf(mutant)}:${line}:${column}`
    return `${mutant.status}: ${place} ${mutant.mutatorName}\n  - ${shortened(text)}\n  + ${shortened(mutant.replacement ?? '')}`
  }
  const scored = noticed + survivors.length
  const { low, high } = intervalOf(noticed, scored)
  return {
    lines: [
      ...survivors.map(tell),
      ...broken.map(tell),
      about,
      `left out: ${notCompiled} that do not compile, ${unnoticed.length - counted.length} equivalent, ${broken.length} that could not be tried`,
      `score: ${percent(noticed / scored)} (${noticed} of ${scored}), 95 % confidence: ${percent(low)} to ${percent(high)}`,
    ],
    holds: noticed / scored >= GOAL,
  }
}
