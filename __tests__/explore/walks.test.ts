/**
 * Random walks over everything that may happen, in three conversations whose keys change.
 *
 * `WALKS=20000 FIRST_WALK=1` walks more of them.
 */
import { shortened, told, walk } from './walk'

const COUNT = Number(process.env['WALKS'] ?? 120)
const FIRST = Number(process.env['FIRST_WALK'] ?? 1)
const STEPS = 60

jest.setTimeout(120_000)

test.each([
  ['with a status check', true],
  ['without one', false],
])('nothing breaks, %s', (_mode, hasStatusChecks) => {
  const cast = {
    hasStatusChecks,
    conversations: ['c1', 'c2', 'c3'],
    turns: ['t1', 't2', 't3'],
    runs: ['ra', 'rb'],
    rekeys: true,
  }
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const found = walk(cast, seed, STEPS)
    expect(found && `walk ${seed}:\n${told(shortened(found, hasStatusChecks))}`).toBeNull()
  }
})
