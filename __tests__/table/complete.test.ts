/** The tables leave nothing out: every action of the keeper's is evidence somewhere, every rule is one of `src`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as actions from '../../src/actions'
import { countCalls } from './calls'
import { play } from './cells'
import { page } from './page'
import { reducerOf } from './scene'
import { TABLES } from './tables'
import { ALL } from './types'
import type { Evidence } from './types'
import { UNCHECKED, uncheckedTable } from './uncheckedTable'
import * as subjects from './subjects'

/** Actions that are evidence of nothing that goes on, or the same as another's. */
const NO_EVIDENCE: Readonly<Record<string, string>> = {
  [actions.sessionStarted.type]: 'states the session as ready, or running where its turn runs',
  [actions.threadStarted.type]: 'the same',
  [actions.workStarted.type]: 'adopts a turn, as a start that names it',
  [actions.turnSettled.type]: 'announces an end',
  [actions.inputOpened.type]: 'announces a question',
  [actions.inputClosed.type]: 'announces that a question is closed',
  [actions.conversationViewed.type]: 'says where a person looks',
  [actions.conversationSeen.type]: 'says where a person looks',
  [actions.draftTaken.type]: 'a draft is in the composer',
  [actions.errorDismissed.type]: 'a person has read the error',
  [actions.queueChangeRefused.type]: 'shows an error',
  [actions.signals.workScheduled.type]:
    'says when the conversation goes on by itself: laws/law07-scheduled.test.ts',
  [actions.backgroundStopClaimed.type]: 'of the stop of a background run: laws/law14-background-runs.test.ts',
  [actions.backgroundStopAnswered.type]: 'the same',
  [actions.sendingGated.type]: 'lets turns leave, or not',
  [actions.steerRefused.type]: 'a steer makes no turn',
  [actions.signals.steerRead.type]: 'a steer makes no turn',
  [actions.claimShown.type]: 'starts the request of a claim that was hidden',
  [actions.streamOpenClaimed.type]: 'about the stream alone',
  [actions.streamOpenEnded.type]: 'about the stream alone',
  [actions.queueClaimStarted.type]: 'asks for a place in a shared queue',
  [actions.queueClaimFailed.type]: 'gives a message of a shared queue back',
}

const CORE_TYPES: ReadonlySet<string> = new Set(
  Object.values({ ...actions, ...actions.signals }).flatMap((creator) =>
    typeof creator === 'function' && 'type' in creator ? [creator.type] : [],
  ),
)

test('every action of the keeper is evidence in the tables, or says why it is none', () => {
  const used = new Set<string>()
  for (const { subject, table } of TABLES)
    for (const state of Object.keys(table))
      for (const kind of ALL) for (const { type } of play(subject, state, kind)?.actions ?? []) used.add(type)
  const left = [...CORE_TYPES].filter((type) => !used.has(type) && !(type in NO_EVIDENCE))
  expect(left).toEqual([])
  expect(Object.keys(NO_EVIDENCE).filter((type) => used.has(type) || !CORE_TYPES.has(type))).toEqual([])
})

interface Claim {
  readonly cell: string
  readonly run: () => void
}
/** The cells by the rule that they name, each with what plays its evidence. */
function claims(): ReadonlyMap<string, readonly Claim[]> {
  const byRule = new Map<string, Claim[]>()
  const add = (
    rule: string,
    cell: string,
    played: ReturnType<typeof play>,
    hasStatusChecks: boolean,
  ): void => {
    if (!played) return
    const reducer = reducerOf(hasStatusChecks)
    const run = () => void played.actions.reduce(reducer, played.situation.state)
    byRule.set(rule, [...(byRule.get(rule) ?? []), { cell, run }])
  }
  for (const { title, subject, table } of TABLES)
    for (const state of Object.keys(table))
      for (const kind of ALL) {
        const cell = table[state]![kind]
        if ('by' in cell) add(cell.by, `${title}: ${state} + ${kind}`, play(subject, state, kind), true)
      }
  for (const state of Object.keys(uncheckedTable) as readonly (keyof typeof uncheckedTable)[])
    for (const kind of UNCHECKED) {
      const cell = uncheckedTable[state][kind]
      const played = play(subjects.turns, state, kind as Evidence, false)
      if ('by' in cell) add(cell.by, `unchecked turn: ${state} + ${kind}`, played, false)
    }
  return byRule
}

/** `on(x)`: the case of that action in a slice. */
const CASE = /^on\((\w+)\)$/

test('the rule that a cell names is a function of src, and runs in that cell', () => {
  const slice = readFileSync(join(__dirname, '../../src/conversations/conversationsSlice.ts'), 'utf8')
  const wrong: string[] = []
  for (const [rule, cells] of claims()) {
    const creator = CASE.exec(rule)?.[1]
    if (creator !== undefined) {
      if (!slice.includes(`on(actions.${creator},`)) wrong.push(`there is no case ${rule}`)
      continue
    }
    const calls = countCalls(rule, () => cells.forEach(({ run }) => run()))
    if (calls < cells.length)
      wrong.push(`${rule} ran ${calls} times in ${cells.length} cells: ${cells[0]!.cell}, …`)
  }
  expect(wrong).toEqual([])
})

test('TABLE.md is current: print it with `npx tsx __tests__/table/print.ts`', () => {
  expect(readFileSync(join(__dirname, 'TABLE.md'), 'utf8')).toBe(page())
})
