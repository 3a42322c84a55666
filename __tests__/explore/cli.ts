/**
 * Explores every position that can be reached by some number of moves: from nothing, and from openings that lead further.
 *
 *     npm run test:explore                   3 moves from nothing, 2 from each opening
 *     npm run test:explore -- --depth 4      one more of both
 *     npm run test:explore -- --unchecked    without a status check alone; --checked: with one alone
 */
import { parseArgs } from 'node:util'
import { castOf, OPENINGS } from './openings'
import { search } from './search'
import { told } from './walk'

const DEPTH = 3

const { values } = parseArgs({
  options: {
    depth: { type: 'string', default: String(DEPTH) },
    checked: { type: 'boolean', default: false },
    unchecked: { type: 'boolean', default: false },
  },
})
const depth = Number(values.depth)
if (!Number.isInteger(depth) || depth < 1) throw new TypeError('--depth takes a whole number, from 1 on.')
const modes = values.checked ? [true] : values.unchecked ? [false] : [true, false]

const began = performance.now()
const seconds = (): string => `${((performance.now() - began) / 1_000).toFixed(0)} s`

let violations = 0
for (const hasStatusChecks of modes) {
  for (const [title, opening] of Object.entries(OPENINGS)) {
    const { states, moves, violation, ...found } = search({
      cast: castOf(hasStatusChecks),
      opening,
      depth: opening.length === 0 ? depth : depth - 1,
      checksRest: true,
    })
    const mode = hasStatusChecks ? 'with a status check' : 'without one'
    console.log(`${title}, ${mode}: depth ${found.depth}, ${states} states, ${moves} moves (${seconds()})`)
    if (!violation) continue
    violations++
    console.log(told(violation))
  }
}
console.log(violations === 0 ? 'nothing is broken' : `${violations} violations`)
if (violations > 0) process.exitCode = 1
