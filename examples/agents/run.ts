/**
 * Runs the cases against the real servers: `npm run test:agents [-- server…] [--case=pattern [--again]] [--jobs=2]`. Prints
 * server × case, and writes the servers' sections of `RESULTS.md` where all cases were run. `--again`: puts the rows of these
 * cases in the place of those of the last run, and says so there. `--jobs`: so many servers at once. With `AGENTS_VERBOSE` in the
 * environment histories and problems are printed; where it is `events`, every event too.
 */
import { loadavg } from 'node:os'
import { cases } from './harness/cases'
import type { Case } from './harness/cases'
import { startJudge } from './harness/judge'
import { openLab, openSite } from './harness/lab'
import type { Site } from './harness/lab'
import { replaceRows, writeResults } from './harness/results'
import type { Row } from './harness/results'
import { pageCases } from './harness/pageCases'
import { servers } from './servers'
import type { ServerKind } from './harness/server'

async function play(site: Site, { name, options, run }: Case): Promise<Row> {
  const { kind } = site
  const lab = openLab(site, options)
  const judge = startJudge(lab)
  const wrong: string[] = []
  try {
    await run(lab).catch((error: unknown) =>
      wrong.push(error instanceof Error ? error.message : String(error)),
    )
    const verdict = await judge.verdict()
    if (process.env['AGENTS_VERBOSE'])
      console.log(
        JSON.stringify(await Promise.all([...lab.conversations].map((id) => lab.server.history(id)))),
      )
    return {
      server: kind.name,
      name,
      ...verdict,
      checks: lab.checks(),
      wrong: [...wrong, ...verdict.wrong],
      cannotTell: kind.cannotTell[name],
    }
  } finally {
    await judge.stop()
    await lab.close()
  }
}

const given = process.argv.slice(2)
const wanted = given.filter((argument) => !argument.startsWith('--'))
const part = given.find((argument) => argument.startsWith('--case='))?.slice('--case='.length) ?? ''
const chosen = servers.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
const isChosen = (name: string): boolean => new RegExp(part).test(name)
const chosenCases = cases.filter(({ name }) => isChosen(name))

const jobs = Number(given.find((argument) => argument.startsWith('--jobs='))?.slice('--jobs='.length) ?? 1)

const rows: Row[] = []
const sites = new Set<Site>()
async function playAll(kind: ServerKind): Promise<void> {
  const from = new Date()
  let load = 0
  console.log(kind.version())
  let site: Site | undefined
  for (const each of chosenCases) {
    const failed = { server: kind.name, name: each.name, outcomes: [], delay: null, checks: 0, wrong: [] }
    const lacks = kind.lacks[each.name]
    let row: Row
    try {
      site ??= await openSite(kind)
      sites.add(site)
      row = lacks === undefined ? await play(site, each) : { ...failed, lacks }
    } catch (error) {
      // The server is not to be trusted any more: the next case gets a new one.
      await site?.close()
      site = undefined
      row = { ...failed, wrong: [String(error)] }
    }
    rows.push(row)
    load = Math.max(load, loadavg()[0] ?? 0)
    console.log(textOf(row))
  }
  await site?.close()
  for (const { name, run } of kind.hasPage ? pageCases.filter(({ name }) => isChosen(name)) : []) {
    const wrong = await openSite(kind).then(async (own) => {
      const failures = await run(own).then(
        () => [],
        (error: unknown) => [String(error)],
      )
      await own.close()
      return failures
    })
    rows.push({ server: kind.name, name, outcomes: [], delay: null, checks: 0, wrong })
    console.log(textOf(rows.at(-1)!))
  }
  if (part === '') writeResults([kind], rows, { from, load })
  else if (given.includes('--again')) replaceRows([kind], rows, { from, load })
}
// Servers do not outlive a run that is ended.
let isEnding = false
async function endEarly(): Promise<void> {
  // Who ends a process group sends the signal to npm too, which sends it on.
  if (isEnding) return
  isEnding = true
  await Promise.all([...sites].map((site) => site.close()))
  process.exit(1)
}
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => void endEarly())
const waiting = [...chosen]
const lane = async (): Promise<void> => {
  for (let kind = waiting.shift(); kind; kind = waiting.shift()) await playAll(kind)
}
await Promise.all(Array.from({ length: jobs }, lane))

const counted = rows.filter(({ lacks }) => lacks === undefined)
const agreeing = counted.filter(({ wrong }) => wrong.length === 0)
const lastLine = `${agreeing.length} of ${counted.length} cases agree with the server`
console.log(lastLine)
process.exit(rows.every(({ wrong, cannotTell }) => wrong.length === 0 || cannotTell !== undefined) ? 0 : 1)

function textOf({ server, name, outcomes, delay, checks, wrong, cannotTell, lacks }: Row): string {
  if (lacks !== undefined) return `-     ${server.padEnd(11)} ${name}: ${lacks}`
  const verdict = wrong.length === 0 ? 'ok   ' : cannotTell === undefined ? 'WRONG' : 'known'
  const figures = `${delay === null ? '-' : `${delay} ms`}, ${checks} checks`
  const reasons = wrong.map((reason) => `\n      ${reason}`).join('')
  return `${verdict} ${server.padEnd(11)} ${name.padEnd(58)} ${outcomes.join(', ')} (${figures})${reasons}`
}
