/** Finding turns, runs and records in the state: by one of several names, and what has changed since another state. */
import { diffEnded, findTurn, findUnplaced, initialTurns, patchEntry } from '../../src/state/turns'
import type { EndedTurn, TurnsState } from '../../src/types'
import { turnOf, turnsOf, unplaced } from '../turns/parts'

describe('a run of unknown origin', () => {
  const named = unplaced({ runId: 'r', turnId: 't' })
  const other = unplaced({ runId: 's', turnId: null })
  const turns = turnsOf({ unplacedRuns: [other, named] })
  test.each([
    ['by its own name', 'r', null, named],
    ['by that of its turn', null, 't', named],
    ['by either, where both are said', 'unheard of', 't', named],
    ['mirror: not where nothing is said', null, null, undefined],
    ['mirror: not by another name', 'unheard of', 'u', undefined],
  ])('is found %s', (_what, runId, turnId, expected) => {
    expect(findUnplaced(turns, 'c', runId, turnId)).toBe(expected)
    expect(findUnplaced(turns, 'elsewhere', runId, turnId)).toBeUndefined()
  })

  test('that only ever named its turn goes by that name', () => {
    const unnamed = unplaced({ runId: 't', turnId: 't' })
    expect(findUnplaced(turnsOf({ unplacedRuns: [other, unnamed] }), 'c', null, 't')).toBe(unnamed)
  })
})

test('a turn is found where it is said to be, before anywhere else', () => {
  const here = turnOf('t', { conversationId: 'a' })
  const there = turnOf('t', { conversationId: 'b' })
  const turns = patchEntry(turnsOf({ active: here }, 'a'), 'b', { active: there })
  expect(['a', 'b'].map((key) => findTurn(turns, 't', key))).toEqual([here, there])
})

describe('ends between two states', () => {
  const recordOf = (seq: number): EndedTurn =>
    ({ turnId: `t${seq}`, conversationId: 'c', runs: [], seq }) as never
  const stateOf = (...ended: readonly EndedTurn[]): TurnsState => ({
    ...initialTurns,
    ended,
    seq: ended.at(-1)?.seq ?? 0,
  })
  const [one, two, three] = [recordOf(1), recordOf(2), recordOf(3)]
  const last = stateOf(one, two, three)

  test.each([
    ['from the first on', stateOf(), [one, two, three]],
    ['after the first', stateOf(one), [two, three]],
    ['after the second', stateOf(one, two), [three]],
    ['between a state and itself', last, []],
  ])('%s, whatever was asked before', (_what, before, added) => {
    diffEnded(stateOf(), last)
    expect(diffEnded(before, last)).toEqual({ added, revoked: [] })
    diffEnded(before, stateOf(one, two, three, recordOf(4)))
    expect(diffEnded(before, last)).toEqual({ added, revoked: [] })
  })

  test('one that was set right in its place, and one that was taken back', () => {
    const before = { ...stateOf(one, two), seq: 4 }
    const right = { ...one, seq: 5 }
    expect(diffEnded(before, { ...before, ended: [right, two], seq: 5 })).toEqual({
      added: [right],
      revoked: [],
    })
    const added = { ...before, ended: [right, two, three], seq: 5 }
    expect(diffEnded({ ...before, seq: 2 }, added)).toEqual({ added: [right, three], revoked: [] })
    const goesOn = turnsOf({ active: turnOf('t1') })
    expect(diffEnded(before, { ...goesOn, ended: [two], seq: 5 })).toEqual({ added: [], revoked: [one] })
    const six = recordOf(6)
    expect(diffEnded(before, { ...goesOn, ended: [two, six], seq: 6 })).toEqual({
      added: [six],
      revoked: [one],
    })
    const newestGoesOn = turnsOf({ active: turnOf('t2') })
    expect(diffEnded(before, { ...newestGoesOn, ended: [one, six], seq: 6 })).toEqual({
      added: [six],
      revoked: [two],
    })
  })

  test('as many forgotten at the beginning as are added at the end are none that were taken back', () => {
    const four = recordOf(4)
    expect(diffEnded(last, { ...last, ended: [two, three, four], seq: 4 })).toEqual({
      added: [four],
      revoked: [],
    })
  })
})
