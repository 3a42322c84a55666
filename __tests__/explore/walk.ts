/** Random walks over the moves of the explorer. The same seed gives the same walk. */
import { createRandom } from '../random'
import { groupsFrom } from './moves'
import type { Cast } from './moves'
import { play, startPosition } from './position'
import type { Move, Position } from './position'

/** A way, and what is broken at its end. */
export interface Violation {
  readonly way: readonly Move[]
  readonly broken: readonly string[]
}

/** The first violation on a walk; `null` where there is none. */
export function walk(cast: Cast, seed: number, steps: number): Violation | null {
  const random = createRandom(seed)
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)]
  const way: Move[] = []
  let position: Position = startPosition(cast.hasStatusChecks)
  for (let i = 0; i < steps; i++) {
    const move = pick(pick(groupsFrom(position, cast))!())
    if (!move) continue
    way.push(move)
    const { broken, position: next } = play(position, move, cast.hasStatusChecks)
    if (broken.length > 0) return { way, broken }
    position = next
  }
  return null
}

/** The first violation on a way of moves that are given. */
function replay(way: readonly Move[], hasStatusChecks: boolean): Violation | null {
  let position = startPosition(hasStatusChecks)
  for (const [i, move] of way.entries()) {
    const { broken, position: next } = play(position, move, hasStatusChecks)
    if (broken.length > 0) return { way: way.slice(0, i + 1), broken }
    position = next
  }
  return null
}

/** A violation without the moves that it does not need. */
export function shortened(violation: Violation, hasStatusChecks: boolean): Violation {
  let shortest = violation
  for (let isShorter = true; isShorter;) {
    isShorter = false
    for (let i = shortest.way.length - 1; i >= 0; i--) {
      const found = replay(
        shortest.way.filter((_move, place) => place !== i),
        hasStatusChecks,
      )
      if (!found) continue
      shortest = found
      isShorter = true
    }
  }
  return shortest
}

export const told = ({ way, broken }: Violation): string =>
  [...way.map(({ name }, i) => `${i + 1}. ${name}`), ...broken.map((what) => `broken: ${what}`)].join('\n')
