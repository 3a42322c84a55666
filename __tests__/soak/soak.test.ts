/**
 * Random histories over a true backend: those that once broke something, a fixed seed and a fresh one. `npm run test:soak`:
 * more.
 */
import fc from 'fast-check'
import { holds } from './arbitrary'
import { playHistory } from './history'
import type { Style } from './server'

jest.setTimeout(120_000)

const FRESH = Number(process.env['SOAK_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const COUNT = 100

/** The shortest of those that broke something, as fast-check left them. */
const KEPT: readonly (readonly [string, Style, readonly string[]])[] = [
  [
    'the clock is set back, and what armed the next timer was not the timer itself',
    'all ids',
    ['submit 0 0', 'reload 0 0', 'clock set 0 0'],
  ],
  [
    'the clock is set back before a reload, and the next page reads times that are to come',
    'all ids',
    ['submit 0 0', 'clock set 0 0', 'reload 0 0'],
  ],
  [
    'the clock is set back, and the conversation has another key before a timer runs',
    'run ids',
    ['submit 0 0', 'send arrives, no answer 0 0', 'clock set 0 0', 'new key 0 0'],
  ],
  [
    'a send is refused as busy, and the clock is set back before a reload',
    'all ids',
    ['submit 0 0', 'send refused 0 0', 'clock set 0 0', 'reload 0 0'],
  ],
  [
    'an answer is lost in a hidden page, and the clock is set back while no timer is armed',
    'all ids',
    ['page hidden 0 0', 'submit 0 0', 'time passes 3 0', 'send lost 0 0', 'clock set 0 0'],
  ],
]

const stepOf = (line: string) => {
  const words = line.split(' ')
  const [a, b] = words.splice(-2).map(Number)
  return { what: words.join(' '), a: a!, b: b! }
}

describe('kept histories', () => {
  test.each(KEPT)('%s', async (_title, style, lines) => {
    expect(await playHistory({ style, steps: lines.map(stepOf) })).toEqual([])
  })
})

test.each([20_261_125, FRESH])(`seed %d: ${COUNT} histories hold`, (seed) =>
  fc.assert(holds, { numRuns: COUNT, seed }),
)
