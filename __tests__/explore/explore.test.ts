/** Every position within a few moves: from nothing, and from the openings. `npm run test:explore` goes deeper. */
import { signals } from 'redux-turnkeeper'
import { castOf, OPENINGS } from './openings'
import { play, startPosition } from './position'
import type { Position } from './position'
import { search } from './search'
import { stateKey } from './stateKey'
import { told } from './walk'

jest.setTimeout(120_000)

describe.each([
  ['with a status check', true],
  ['without one', false],
])('%s', (_mode, hasStatusChecks) => {
  const cast = castOf(hasStatusChecks)

  test('two moves from nothing break nothing', () => {
    const { states, violation } = search({ cast, depth: 2 })
    expect(violation && told(violation)).toBeNull()
    expect(states).toBeGreaterThan(1_000)
  })

  test.each(Object.entries(OPENINGS))(
    'one move from "%s" breaks nothing, and it comes to rest',
    (_title, opening) => {
      const { states, violation } = search({ cast, opening, depth: 1, checksRest: true })
      expect(violation && told(violation)).toBeNull()
      expect(states).toBeGreaterThan(30)
    },
  )
})

describe('positions that behave alike have one key', () => {
  const after = (runs: readonly string[], ms: number): Position =>
    runs.reduce(
      (position, runId) =>
        play(
          position,
          { name: runId, actions: [signals.turnStarted({ conversationId: 'c1', runId })], ms },
          true,
        ).position,
      startPosition(true),
    )
  const keyOf = (position: Position) => stateKey(position, ['ra', 'rb'])

  test('whichever of two runs came first', () => {
    expect(keyOf(after(['ra', 'rb'], 0))).toBe(keyOf(after(['rb', 'ra'], 0)))
  })
  test('whenever it was, and however much had happened before', () => {
    const later = after(['ra'], 0)
    const { state, now } = later
    const shifted = JSON.parse(JSON.stringify(state), (name, value: unknown) =>
      name === 'seq' || name.endsWith('Seq')
        ? (value as number) + 5
        : name.endsWith('At') && typeof value === 'number' && value > 0
          ? value + 1_000
          : value,
    ) as Position['state']
    expect(
      keyOf({
        ...later,
        state: { ...shifted, turns: { ...shifted.turns, stream: state.turns.stream } },
        now: now + 1_000,
      }),
    ).toBe(keyOf(later))
  })
  test('but not after another time', () => {
    expect(keyOf(after(['ra', 'rb'], 0))).not.toBe(keyOf(after(['ra', 'rb'], 2_000)))
  })
})
