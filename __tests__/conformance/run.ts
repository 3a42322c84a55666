/**
 * Plays the scenarios against this package, the usual design, and the clients of other libraries, and prints who holds what.
 *
 *     npm run conformance               the tables
 *     npm run conformance -- --write    into the page of the guide, too
 *     npm run conformance -- --why ID   what each subject made of that scenario
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  FAMILIES,
  outcomeOf,
  passed,
  runScenarios,
  scenarios,
  usualDesign,
} from 'redux-turnkeeper/conformance'
import type { Outcome, Subject, Verdict } from 'redux-turnkeeper/conformance'
import { keeperSubject } from '../scenarios/keeper'

const here = import.meta.dirname
const PAGE = resolve(here, '../../examples/guide/conformance.md')
const MARKS = ['<!-- conformance -->', '<!-- /conformance -->'] as const

const versionOf = (path: string): string =>
  (JSON.parse(readFileSync(join(here, path, 'package.json'), 'utf8')) as { version: string }).version

interface Row {
  readonly subject: Subject
  readonly version: string
}

async function subjects(): Promise<readonly Row[]> {
  if (!existsSync(join(here, 'node_modules'))) {
    console.error('conformance: installing the clients (npm ci)')
    execFileSync('npm', ['ci', '--silent'], { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  const { aiSdk } = await import('./subjects/aiSdk')
  const { tanstackAi } = await import('./subjects/tanstackAi')
  const { assistantUi } = await import('./subjects/assistantUi')
  return [
    { subject: { ...keeperSubject, name: 'this package' }, version: versionOf('../..') },
    { subject: usualDesign, version: '' },
    { subject: aiSdk, version: `@ai-sdk/react ${versionOf('node_modules/@ai-sdk/react')}` },
    { subject: tanstackAi, version: `@tanstack/ai-client ${versionOf('node_modules/@tanstack/ai-client')}` },
    { subject: assistantUi, version: `@assistant-ui/core ${versionOf('node_modules/@assistant-ui/core')}` },
  ]
}

const table = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n')
}

const count = (verdicts: readonly Verdict[], outcome: Outcome): number =>
  verdicts.filter((verdict) => outcomeOf(verdict) === outcome).length

async function main(args: readonly string[]): Promise<void> {
  const all = scenarios()
  const results: { name: string; version: string; verdicts: readonly Verdict[] }[] = []
  for (const { subject, version } of await subjects())
    results.push({ name: subject.name, version, verdicts: await runScenarios(subject, all) })

  const id = args[args.indexOf('--why') + 1]
  if (args.includes('--why')) {
    for (const { name, verdicts } of results) {
      const verdict = verdicts.find((one) => one.id === id)
      if (!verdict) throw new Error(`There is no scenario "${id}"`)
      console.log(`${name}: ${outcomeOf(verdict)}`)
      for (const { assertion, seen } of verdict.failures) console.log(`  ${assertion}: saw ${seen}`)
      for (const what of verdict.inexpressible) console.log(`  inexpressible: ${what}`)
    }
    return
  }

  const totals = table([
    ['subject', 'version', 'holds', 'fails', 'inexpressible'],
    ...results.map(({ name, version, verdicts }) => [
      name,
      version,
      ...(['passed', 'failed', 'inexpressible'] as const).map((outcome) => String(count(verdicts, outcome))),
    ]),
  ])
  const families = table([
    ['kind of bug', ...results.map(({ name }) => name.split(',')[0]!)],
    ...Object.keys(FAMILIES).map((family) => [
      `\`${family}\``,
      ...results.map(({ verdicts }) => {
        const those = verdicts.filter((verdict) => verdict.family === family)
        const expressed = those.length - count(those, 'inexpressible')
        return `${passed(those)} of ${expressed}`
      }),
    ]),
  ])
  const date = new Date().toISOString().slice(0, 10)
  const text = `Played on ${date}, ${all.length} scenarios:\n\n${totals}\n\nHow many hold of those that a subject can express:\n\n${families}`
  console.log(text)
  if (args.includes('--write')) {
    const page = readFileSync(PAGE, 'utf8')
    const [start, end] = MARKS.map((mark) => page.indexOf(mark))
    if (start! < 0 || end! < start!) throw new Error(`${PAGE} lacks ${MARKS.join(' and ')}`)
    writeFileSync(PAGE, `${page.slice(0, start! + MARKS[0].length)}\n\n${text}\n\n${page.slice(end)}`)
    execFileSync('npx', ['prettier', '--write', PAGE], { stdio: 'ignore' })
  }
  console.log(`${results.length} subjects, ${all.length} scenarios`)
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
