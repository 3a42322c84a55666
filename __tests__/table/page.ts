/** The tables as one page of Markdown. */
import type { Described } from './tables'
import { TABLES } from './tables'
import * as types from './types'
import { ALL } from './types'
import type { Cell } from './types'
import { UNCHECKED, uncheckedTable } from './uncheckedTable'

const INTRODUCTION = `# The total table

Printed by \`npx tsx __tests__/table/print.ts\` from the tables beside this page; a test keeps it current. Read it first: the states of
each thing, and what they become. Its cells, one by one, are folded below.

Everything that goes on (a turn, a run, a question, a send, a stop, a session, a status check) has a handful of states, and
everything that can happen is one of ${ALL.length} kinds of evidence. For each thing there is one table, *state × evidence*, in which no
cell is empty: the types do not allow it. The reducers do not read these tables. They are what the reducers are tested against: each
cell is one test, which brings the state about by ordinary actions, lets the evidence happen, and looks at what became of it.

A cell says one of three things:

- It **becomes** a state, which may be the one that it was in, by a rule: the function of that name in \`src\`, which is seen to run.
- It **ignores** the evidence, for a reason: it stays as it is, down to its deadlines. What goes on beside it may change.
- It **cannot be**: in this state there is no such evidence.

In every cell, besides: no text is lost, no conversation has two active turns, no fact stands twice, a witnessed record stays as it is,
and whatever goes on has a next check, a request in flight, or a person to wait for.

## The words of evidence

- \`start\`, \`progress\`, \`end\`: the three signals, by whom they name. \`it\`: what the table is about. \`its run\`, \`its guess\`: a run
  that is bound to the turn for certain, or by guess. \`unnamed\`: only the conversation. \`turn before\`: one that has ended; for a
  turn that waits, the one in front. \`turn behind\`: one that the server holds behind it. \`unknown run\`, \`unknown turn\`: nobody here
  has heard of it. \`older run\`: it began before the prompt was sent.
- \`reported\`: the wire's own word about the session. \`stated\`: the app's.
- \`check\`: the answer of a status check that left after the newest evidence, half a minute after it; \`early\`: within the
  registration window; \`late\`: after the send timeout. \`it is over\`: named as the last that ended, and complete. \`no question\`: it
  runs, and no question is open. \`old check\`: the answer of one that had left before the newest evidence.
- \`start, progress, end: …\` and \`…: any\` stand for all of their kind.
- \`send\`, \`stop\`, \`answer\`: the answers of our requests. \`time\`: a deadline, or time that nobody observed.
`

/** Kinds that are printed as one where a cell has them all. */
const TOGETHER: readonly (readonly [string, readonly string[]])[] = [
  ...(['NAMED', 'BOUND', 'GUESSED', 'UNNAMED', 'BEFORE', 'BEHIND', 'UNKNOWN_RUN'] as const).map(
    (name) => [types[name][0].replace('start', 'start, progress, end'), types[name]] as const,
  ),
  ['start, progress, end: unknown turn', types.UNKNOWN_TURN.slice(0, 3)],
  ['question: any', types.QUESTIONS],
  ['reported: any', types.REPORTED],
  ['stated: any', types.STATED],
  ['session stop: any', types.SESSION_STOP],
  ['check: any', types.CHECKS],
  ['old check: any', types.OLD_CHECKS],
  ['send: any', types.SEND_ANSWERS],
  ['stop: any', types.STOP_ANSWERS],
  ['answer: any', types.ANSWER_ANSWERS],
  ['time: any', types.TIME],
  ['person: any', types.PERSON],
]

function list(kinds: readonly string[]): string {
  let left = kinds
  for (const [label, group] of TOGETHER) {
    if (!group.every((kind) => left.includes(kind))) continue
    const at = left.indexOf(group[0]!)
    left = left.flatMap((kind, i) => (i === at ? [label] : group.includes(kind) ? [] : [kind]))
  }
  return left.map((kind) => `\`${kind}\``).join(', ')
}

type Cells = readonly (readonly [string, Cell])[]

/** Cells that say the same, in the order of the first. */
function grouped(
  cells: Cells,
  keyOf: (cell: Cell) => string | null,
): readonly (readonly [string, readonly string[]])[] {
  const groups = new Map<string, string[]>()
  for (const [kind, cell] of cells) {
    const key = keyOf(cell)
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), kind])
  }
  return [...groups]
}

const rule = (state: string, isMove: boolean) => (cell: Cell) =>
  'becomes' in cell && (cell.becomes !== state) === isMove ? `${cell.becomes}|${cell.by}` : null

function lines(state: string, cells: Cells): readonly string[] {
  const moves = grouped(cells, rule(state, true)).map(([key, kinds]) => {
    const [next, by] = key.split('|')
    return `- becomes **${next}** by \`${by}\`: ${list(kinds)}`
  })
  const stays = grouped(cells, rule(state, false)).map(
    ([key, kinds]) => `- goes on, by \`${key.split('|')[1]}\`: ${list(kinds)}`,
  )
  const ignores = grouped(cells, (cell) => ('ignored' in cell ? cell.ignored : null)).map(
    ([reason, kinds]) => `- ignores (${reason}): ${list(kinds)}`,
  )
  const impossible = grouped(cells, (cell) => ('cannot' in cell ? cell.cannot : null)).map(
    ([reason, kinds]) => `- cannot be (${reason}): ${list(kinds)}`,
  )
  return [...moves, ...stays, ...ignores, ...impossible]
}

/** What a state becomes, by which rules. */
function next(state: string, cells: Cells): string {
  const moves = new Map<string, string[]>()
  for (const [key] of grouped(cells, rule(state, true))) {
    const [to = '', by = ''] = key.split('|')
    moves.set(to, [...(moves.get(to) ?? []), `\`${by}\``])
  }
  return [...moves].map(([to, rules]) => `**${to}** (${rules.join(', ')})`).join('; ')
}

const folded = (title: string, text: string): string =>
  `<details>\n<summary>${title}</summary>\n\n${text}\n\n</details>\n`

function section(
  { title, about, states }: Pick<Described, 'title' | 'about' | 'states'>,
  cellsOf: (state: string) => Cells,
): string {
  const rows = Object.entries(states).map(
    ([state, meaning]) => `| **${state}** | ${meaning} | ${next(state, cellsOf(state))} |`,
  )
  const cells = Object.keys(states).map((state) =>
    folded(`${title}: ${state}`, lines(state, cellsOf(state)).join('\n')),
  )
  return `## ${title}\n\n${about}\n\n| state | means | becomes |\n| --- | --- | --- |\n${rows.join('\n')}\n\n${cells.join('\n')}`
}

/** One row for each kind of evidence, one column for each state. */
function matrix({ title, table, states }: Described): string {
  const names = Object.keys(states)
  const short = (cell: Cell, state: string): string => {
    if ('cannot' in cell) return ''
    if ('ignored' in cell) return '·'
    return cell.becomes === state ? '=' : cell.becomes
  }
  const rows = ALL.map(
    (kind) => `| ${kind} | ${names.map((state) => short(table[state]![kind], state)).join(' | ')} |`,
  )
  const head = `| | ${names.join(' | ')} |\n| --- | ${names.map(() => '---').join(' | ')} |`
  return folded(title, `${head}\n${rows.join('\n')}`)
}

const GLANCE = `## The tables at a glance

One row for each kind of evidence, one column for each state. \`=\`: something changes, and it stays what it is. \`·\`: ignored. Empty:
it cannot be.
`

/** The whole page. */
export function page(): string {
  const sections = TABLES.map((described) =>
    section(described, (state) => ALL.map((kind) => [kind, described.table[state]![kind]] as const)),
  )
  const unchecked = {
    title: 'Turn, without a status check',
    about:
      'What means something else in an app that has no port `fetchStatus`. All other evidence means the same.',
    states: TABLES[0]!.states,
  }
  const uncheckedCells = (state: string): Cells =>
    UNCHECKED.map((kind) => [kind, uncheckedTable[state as keyof typeof uncheckedTable][kind]] as const)
  return [INTRODUCTION, ...sections, section(unchecked, uncheckedCells), GLANCE, ...TABLES.map(matrix)].join(
    '\n',
  )
}
