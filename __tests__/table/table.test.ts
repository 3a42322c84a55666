/** The total table as an oracle beside the reducers: one test for each cell. */
import { brokenIn } from './invariants'
import { play } from './cells'
import type { Subject } from './subjects'
import * as subjects from './subjects'
import { TABLES } from './tables'
import { turnTable } from './turnTable'
import { ALL, CHECKS, OLD_CHECKS } from './types'
import type { Cell, Evidence, TurnState } from './types'
import { UNCHECKED, uncheckedTable } from './uncheckedTable'

const told = (cell: Cell, state: string): string => {
  if ('cannot' in cell) return `cannot be: ${cell.cannot}`
  return 'ignored' in cell ? `${state}: ignored, ${cell.ignored}` : `${cell.becomes}: ${cell.by}`
}

function testCell<State extends string>(
  subject: Subject<State>,
  state: State,
  kind: Evidence,
  cell: Cell<State>,
  hasStatusChecks = true,
): void {
  test(`${state} + ${kind} -> ${told(cell, state)}`, () => {
    const played = play(subject, state, kind, hasStatusChecks)
    if ('cannot' in cell) return expect(played).toBeNull()
    if (!played) throw new Error(`A situation "${state}" with what "${kind}" needs cannot be made.`)
    expect(played.seenBefore.state).toBe(state)
    if ('ignored' in cell) expect(played.seenAfter).toEqual(played.seenBefore)
    else {
      expect(played.seenAfter.state).toBe(cell.becomes)
      expect(played.after).not.toBe(played.situation.state)
    }
    const { situation, actions, after, at } = played
    const step = { before: situation.state, actions, after, at, prompts: situation.prompts }
    expect(brokenIn(step, hasStatusChecks)).toEqual([])
  })
}

describe.each(TABLES.map((table) => [table.title, table] as const))(
  '%s',
  (_title, { subject, table, states }) => {
    for (const state of Object.keys(states))
      for (const kind of ALL) testCell(subject, state, kind, table[state]![kind])
  },
)

describe('Turn, without a status check', () => {
  const states = Object.keys(turnTable) as readonly TurnState[]
  for (const state of states)
    for (const kind of UNCHECKED) testCell(subjects.turns, state, kind, uncheckedTable[state][kind], false)

  const different: ReadonlySet<Evidence> = new Set([...UNCHECKED, ...CHECKS, ...OLD_CHECKS])
  const same = ALL.filter((kind) => !different.has(kind))
  describe('all other evidence means the same', () => {
    for (const state of states)
      for (const kind of same) testCell(subjects.turns, state, kind, turnTable[state][kind], false)
  })
})
