/** `RESULTS.md`: a section for each server, of its newest run with all cases, and of the cases that were run again since. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { servers } from '../servers'
import type { ServerKind } from './server'

export interface Row {
  readonly server: string
  readonly name: string
  readonly outcomes: readonly string[]
  readonly delay: number | null
  readonly checks: number
  readonly wrong: readonly string[]
  readonly cannotTell?: string | undefined
  /** Why there is no such case here: it does not count. */
  readonly lacks?: string | undefined
}

/** When a run was made, and beside how much other work. */
export interface Circumstances {
  readonly from: Date
  /** The highest load average of a minute that was seen. */
  readonly load: number
}

const FILE = new URL('../RESULTS.md', import.meta.url)
const HEAD = '| case | outcomes | delay, ms | checks | agrees |\n| --- | --- | --- | --- | --- |'

const verdictOf = ({ wrong, cannotTell, lacks }: Row): string => {
  if (lacks !== undefined) return `not here: ${lacks}`
  return wrong.length === 0 ? 'yes' : `no: ${cannotTell ?? wrong.join('; ')}`
}

const lineOf = (row: Row): string =>
  row.lacks === undefined
    ? `| ${row.name} | ${row.outcomes.join(', ')} | ${row.delay ?? ''} | ${row.checks} | ${verdictOf(row)} |`
    : `| ${row.name} | | | | ${verdictOf(row)} |`

const cellsOf = (line: string): readonly string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

const lineFor = (section: string, name: string): string | undefined =>
  section.split('\n').find((line) => line.startsWith('|') && cellsOf(line)[0] === name)

/** The commit that is run, read before this file is written anew. */
const COMMIT = (() => {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--exclude=*'], {
      encoding: 'utf8',
    }).trim()
  } catch {
    return 'an unknown commit'
  }
})()

function told({ from, load }: Circumstances): string {
  const textOf = (date: Date) => date.toISOString().slice(0, 16).replace('T', ' ')
  const time = `${textOf(from)} to ${textOf(new Date()).slice(11)} UTC`
  return `${time} at ${COMMIT}, Node ${process.versions.node}, with a load of up to ${load.toFixed(0)} on ${availableParallelism()} cores`
}

/** The sections of the file as it is, by their headings. */
function read(): Map<string, string> {
  const before = existsSync(FILE) ? readFileSync(FILE, 'utf8') : ''
  return new Map(
    before
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.split('\n')[0]!, section.replace(/\n\d+ of \d+ cases agree.*$/s, '')]),
  )
}

/** Puts the sections of these servers in the place of their last ones. */
export function writeResults(kinds: readonly ServerKind[], rows: readonly Row[], when: Circumstances): void {
  const sections = read()
  for (const kind of kinds) {
    const lines = rows.filter(({ server }) => server === kind.name).map(lineOf)
    sections.set(
      kind.version(),
      `${kind.version()}\n\nRun on ${told(when)}.\n\n${HEAD}\n${lines.join('\n')}\n`,
    )
  }
  write(sections)
}

/** Puts rows in the place of those of the last run, and says so in their sections. */
export function replaceRows(kinds: readonly ServerKind[], rows: readonly Row[], when: Circumstances): void {
  const sections = read()
  for (const kind of kinds) {
    let section = sections.get(kind.version())
    if (section === undefined) continue
    const notes: string[] = []
    for (const row of rows.filter(({ server }) => server === kind.name)) {
      const line = lineFor(section, row.name)
      if (line === undefined) continue
      section = section.replace(line, () => lineOf(row))
      notes.push(`- “${row.name}”; before: ${cellsOf(line).at(-1)}`)
    }
    const note = `Run again alone on ${told(when)}:\n\n${notes.join('\n')}\n\n`
    if (notes.length > 0)
      sections.set(
        kind.version(),
        section.replace(/^\|/m, () => `${note}|`),
      )
  }
  write(sections)
}

function write(sections: ReadonlyMap<string, string>): void {
  const all = servers.flatMap((kind) => sections.get(kind.version()) ?? [])
  const verdicts = all
    .flatMap((section) => section.split('\n'))
    .filter((line) => line.startsWith('|'))
    .map((line) => cellsOf(line).at(-1) ?? '')
  const agreeing = verdicts.filter((verdict) => verdict === 'yes').length
  const differing = verdicts.filter((verdict) => verdict.startsWith('no: ')).length
  writeFileSync(
    FILE,
    `# Results against real servers

Written by \`npm run test:agents\`. Each case runs through the package's own connection, with a proxy in its path; the judge asks
the server over a connection of its own. All are real servers, but for OpenAI's Responses: of these there is none to install, and
one is written here. The Claude Agent SDK starts its processes itself: it has no proxy, and its history is the file that it writes. An outcome with a question mark is inferred, one without is witnessed. The delay is the
longest time from the end of a turn as the judge saw it (it looks every 200 ms) to its end in the store. Checks are the status
checks that left. Where the server's history has no end of a turn, the record has to be inferred, as \`interrupted\` or
\`unknown\`, and the server must have died or lost its session in the case; or the user has stopped it.

${all.map((section) => `## ${section.trim()}\n`).join('\n')}
${agreeing} of ${agreeing + differing} cases agree with the server
`,
  )
}
