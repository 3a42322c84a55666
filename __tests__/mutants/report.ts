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
const isNoticed = ({ status }: MutantResult): boolean => status === 'Killed' || status === 'Timeout'
const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 90 ? `${line.slice(0, 87)}...` : line
}

export interface Report {
  readonly lines: readonly string[]
  /** Whether the goal is reached. */
  readonly holds: boolean
}
export function reportOf(
  results: readonly MutantResult[],
  equivalents: readonly Equivalent[],
  { of, seed, minutes }: { readonly of: number; readonly seed: string; readonly minutes: number },
): Report {
  const sources = new Map<string, string>()
  const sourceOf = (file: string): string => {
    const known = sources.get(file) ?? readFileSync(file, 'utf8')
    sources.set(file, known)
    return known
  }
  const tried = results.filter(
    ({ status, statusReason }) => status !== 'Ignored' && statusReason !== NOT_SAMPLED,
  )
  const counted = tried.filter((mutant) => !isEquivalent(mutant, sourceOf(fileOf(mutant)), equivalents))
  const compiled = counted.filter(({ status }) => status !== 'CompileError')
  const broken = compiled.filter(({ status }) => status === 'RuntimeError')
  const scored = compiled.filter((mutant) => !broken.includes(mutant))
  const unnoticed = scored.filter((mutant) => !isNoticed(mutant))
  const tell = (mutant: MutantResult): string => {
    const { text } = originalOf(mutant, sourceOf(fileOf(mutant)))
    const { line, column } = mutant.location.start
    const place = `${fileOf(mutant)}:${line}:${column}`
    return `${mutant.status}: ${place} ${mutant.mutatorName}\n  - ${shortened(text)}\n  + ${shortened(mutant.replacement ?? '')}`
  }
  const noticed = scored.length - unnoticed.length
  const { low, high } = intervalOf(noticed, scored.length)
  return {
    lines: [
      ...unnoticed.map(tell),
      ...broken.map(tell),
      `sample: ${tried.length} of ${of} mutants, seed ${seed}, ${minutes.toFixed(1)} minutes`,
      `left out: ${counted.length - compiled.length} that do not compile, ${tried.length - counted.length} equivalent, ${broken.length} that could not be tried`,
      `score: ${percent(noticed / scored.length)} (${noticed} of ${scored.length}), 95 % confidence: ${percent(low)} to ${percent(high)}`,
    ],
    holds: noticed / scored.length >= GOAL,
  }
}
