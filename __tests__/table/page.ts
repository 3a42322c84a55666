/** The tables as one page of Markdown. */
import type { Described } from './tables'
import { TABLES } from './tables'
import { ALL } from './types'
import type { Cell } from './types'
import { UNCHECKED, uncheckedTable } from './uncheckedTable'

const INTRODUCTION = `# The total table

Printed by \`npx tsx __tests__/table/print.ts\` from the tables beside this page; a test keeps it current. Read it first.

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
- \`send\`, \`stop\`, \`answer\`: the answers of our requests. \`time\`: a deadline, or time that nobody observed.
`

const list = (kinds: readonly string[]): string => kinds.map((kind) => `\`${kind}\``).join(', ')

/** Cells that say the same, in the order of the first. */
function grouped(cells: readonly (readonly [string, Cell])[], keyOf: (cell: Cell) => string | null) {
  const groups = new Map<string, string[]>()
  for (const [kind, cell] of cells) {
    const key = keyOf(cell)
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), kind])
  }
  return [...groups]
}

function lines(state: string, cells: readonly (readonly [string, Cell])[]): readonly string[] {
  const rule = (isMove: boolean) => (cell: Cell) =>
    'becomes' in cell && (cell.becomes !== state) === isMove ? `${cell.becomes}|${cell.by}` : null
  const moves = grouped(cells, rule(true)).map(([key, kinds]) => {
    const [next, by] = key.split('|')
    return `- becomes **${next}** by \`${by}\`: ${list(kinds)}`
  })
  const stays = grouped(cells, rule(false)).map(
    ([key, kinds]) => `- goes on, by \`${key.split('|')[1]}\`: ${list(kinds)}`,
  )
  const ignores = grouped(cells, (cell) => ('ignored' in cell ? cell.ignored : null)).map(
    ([reason, kinds]) => `- ignores, since ${reason}: ${list(kinds)}`,
  )
  const impossible = grouped(cells, (cell) => ('cannot' in cell ? cell.cannot : null)).map(
    ([reason, kinds]) => `- cannot be, since ${reason}: ${list(kinds)}`,
  )
  return [...moves, ...stays, ...ignores, ...impossible]
}

function section(
  title: string,
  about: string,
  states: Readonly<Record<string, string>>,
  rows: (state: string) => readonly (readonly [string, Cell])[],
): string {
  const parts = Object.entries(states).map(
    ([state, meaning]) => `### ${title}: ${state}\n\n${meaning}\n\n${lines(state, rows(state)).join('\n')}\n`,
  )
  return `## ${title}\n\n${about}\n\n${parts.join('\n')}`
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
  const head = `| ${title} | ${names.join(' | ')} |\n| --- | ${names.map(() => '---').join(' | ')} |`
  return `### ${title} at a glance\n\n${head}\n${rows.join('\n')}\n`
}

/** The whole page. */
export function page(): string {
  const sections = TABLES.map(({ title, about, table, states }) =>
    section(title, about, states, (state) => ALL.map((kind) => [kind, table[state]![kind]] as const)),
  )
  const unchecked = section(
    'Turn, without a status check',
    'What means something else in an app that has no port `fetchStatus`. All other evidence means the same.',
    TABLES[0]!.states,
    (state) =>
      UNCHECKED.map((kind) => [kind, uncheckedTable[state as keyof typeof uncheckedTable][kind]] as const),
  )
  const glance = `## At a glance\n\n\`=\` something changes, and it stays what it is. \`·\` ignored. Empty: cannot be.\n`
  return [INTRODUCTION, ...sections, unchecked, glance, ...TABLES.map(matrix)].join('\n')
}
