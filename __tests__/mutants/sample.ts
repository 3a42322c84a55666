/** A random sample of the mutants of the source: the same for the same seed and the same source. */
import { createHash } from 'node:crypto'
import type { Mutant } from '@stryker-mutator/api/core'

/** The reason that Stryker reports for a mutant that was not chosen: it lies within one that was. */
export const NOT_SAMPLED = 'not in the sample'

export type Place = Pick<Mutant, 'fileName' | 'location' | 'mutatorName' | 'replacement'>

/** From the root of the repository, wherever the copy is. */
export const fileOf = ({ fileName }: Pick<Place, 'fileName'>): string =>
  fileName.replaceAll('\\', '/').replace(/^(.*\/)?(?=src\/)/, '')

/** What tells a mutant from every other. */
export function keyOf(mutant: Place): string {
  const { start, end } = mutant.location
  const place = [start.line, start.column, end.line, end.column]
  return JSON.stringify([fileOf(mutant), ...place, mutant.mutatorName, mutant.replacement])
}

/** `size` of the mutants, each as likely as the next; all of them where there are no more. */
export function sampleOf<M extends Place>(mutants: readonly M[], size: number, seed: string): readonly M[] {
  const rank = (mutant: M): string =>
    createHash('sha256')
      .update(`${seed} ${keyOf(mutant)}`)
      .digest('hex')
  return mutants
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1))
    .slice(0, size)
    .map(({ mutant }) => mutant)
}

/** Where a mutant is, as Stryker's option `mutate` takes it. */
export function rangeOf(mutant: Place): string {
  const { start, end } = mutant.location
  return `${fileOf(mutant)}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`
}
