/** `RESULTS.md`: a section for each server, of its newest run with all cases. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
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

const FILE = new URL('../RESULTS.md', import.meta.url)
const HEAD = '| case | outcomes | delay, ms | checks | agrees |\n| --- | --- | --- | --- | --- |'

const lineOf = ({ name, outcomes, delay, checks, wrong, cannotTell, lacks }: Row): string => {
  if (lacks !== undefined) return `| ${name} | | | | not here: ${lacks} |`
  const verdict = wrong.length === 0 ? 'yes' : `no: ${cannotTell ?? wrong.join('; ')}`
  return `| ${name} | ${outcomes.join(', ')} | ${delay ?? ''} | ${checks} | ${verdict} |`
}

/** Puts the sections of these servers in the place of their last ones. */
export function writeResults(kinds: readonly ServerKind[], rows: readonly Row[]): void {
  const before = existsSync(FILE) ? readFileSync(FILE, 'utf8') : ''
  const sections = new Map(
    before
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.split('\n')[0]!, section.replace(/\n\d+ of \d+ cases agree.*$/s, '')]),
  )
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ')
  for (const kind of kinds) {
    const lines = rows.filter(({ server }) => server === kind.name).map(lineOf)
    const run = `Run on ${date} UTC, Node ${process.versions.node}.`
    sections.set(kind.version(), `${kind.version()}\n\n${run}\n\n${HEAD}\n${lines.join('\n')}\n`)
  }
  const all = servers.flatMap((kind) => sections.get(kind.version()) ?? [])
  const verdicts = all.join('\n').match(/^\|.*\| (yes|no: .*|not here: .*) *\|$/gm) ?? []
  const counted = verdicts.filter((line) => !line.includes('| not here: '))
  const agreeing = counted.filter((line) => /\| yes *\|$/.test(line))
  writeFileSync(
    FILE,
    `# Results against real servers

Written by \`npm run test:agents\`. Each case runs through the package's own connection, with a proxy in its path; the judge asks
the server over a connection of its own. An outcome with a question mark is inferred, one without is witnessed. The delay is the
longest time from the end of a turn as the judge saw it (it looks every 200 ms) to its end in the store. Checks are the status
checks that left. Where the server's history has no end of a turn, the record has to be inferred, as \`interrupted\` or
\`unknown\`, and the server must have died or lost its session in the case; or the user has stopped it.

${all.map((section) => `## ${section.trim()}\n`).join('\n')}
${agreeing.length} of ${counted.length} cases agree with the server
`,
  )
}
