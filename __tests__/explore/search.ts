/** Breadth-first over every position that can be reached, with everything that must hold checked in each. */
import { movesFrom } from './moves'
import type { Cast } from './moves'
import { play, startPosition } from './position'
import type { Move, Position } from './position'
import { rests } from './rest'
import { hashOf, stateKey } from './stateKey'
import type { Violation } from './walk'

export interface Search {
  readonly cast: Cast
  /** How many moves from the opening. */
  readonly depth: number
  /** What was played before. */
  readonly opening?: readonly Move[]
  /** Whether a server on which nothing runs, and that tells so, brings each position to rest. Costs the most. */
  readonly checksRest?: boolean
  readonly onDepth?: (depth: number, states: number, moves: number) => void
}

export interface Result {
  readonly depth: number
  /** Positions that differ, the opening's included. */
  readonly states: number
  /** Moves that were played. */
  readonly moves: number
  /** The shortest way to something that does not hold. */
  readonly violation: Violation | null
}

interface Node {
  readonly position: Position
  /** The way there, from its end. */
  readonly way: Way | null
}
interface Way {
  readonly move: Move
  readonly before: Way | null
}

const movesOf = (way: Way | null): readonly Move[] => (way ? [...movesOf(way.before), way.move] : [])

/** Plays the opening. @throws Error where something does not hold on the way. */
function opened(opening: readonly Move[], hasStatusChecks: boolean): Position {
  let position = startPosition(hasStatusChecks)
  for (const move of opening) {
    const played = play(position, move, hasStatusChecks)
    if (played.broken.length > 0) throw new Error(`${move.name}: ${played.broken.join(', ')}`)
    position = played.position
  }
  return position
}

export function search({ cast, depth, opening = [], checksRest = false, onDepth }: Search): Result {
  const { hasStatusChecks, runs } = cast
  const seen = new Set<number>()
  const isNew = (position: Position): boolean => {
    const known = seen.size
    return seen.add(hashOf(stateKey(position, runs))).size > known
  }
  const start = opened(opening, hasStatusChecks)
  isNew(start)
  let frontier: readonly Node[] = [{ position: start, way: null }]
  let moves = 0
  const result = (reached: number, violation: Violation | null): Result => ({
    depth: reached,
    states: seen.size,
    moves,
    violation,
  })
  for (let reached = 1; reached <= depth; reached++) {
    const next: Node[] = []
    for (const { position, way } of frontier) {
      for (const move of movesFrom(position, cast)) {
        const played = play(position, move, hasStatusChecks)
        moves++
        const here = { move, before: way }
        if (played.broken.length > 0)
          return result(reached, { way: [...opening, ...movesOf(here)], broken: played.broken })
        if (!isNew(played.position)) continue
        const restless = checksRest ? rests(played.position, cast) : []
        if (restless.length > 0)
          return result(reached, { way: [...opening, ...movesOf(here)], broken: restless })
        // Of the last ones nothing more is asked: they need not be kept.
        if (reached < depth) next.push({ position: played.position, way: here })
      }
    }
    onDepth?.(reached, seen.size, moves)
    frontier = next
  }
  return result(depth, null)
}
