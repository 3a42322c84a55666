/**
 * Plays recordings of real agents into a real store, and prints how each conversation stands and how each turn ended.
 *
 *     npm run replay -- FILE.jsonl…            a table
 *     npm run replay -- FILE.jsonl --json      the report, for programs
 */
import type { Report } from './app'
import { replay } from './replay'

async function main(args: readonly string[]): Promise<void> {
  const paths = args.filter((arg) => !arg.startsWith('--'))
  if (paths.length === 0) {
    console.error('Usage: npm run replay -- FILE.jsonl… [--json]')
    process.exitCode = 1
  }
  for (const path of paths) {
    const report = await replay(path)
    if (args.includes('--json')) process.stdout.write(`${JSON.stringify(report)}\n`)
    else console.log(`${path}\n${table(report)}`)
  }
}

function table({ conversations, turns, problems }: Report): string {
  const rows = [
    ['conversation', 'turn', 'runs', 'outcome', 'reason', 'grade', 'ends'],
    ...turns.map((turn) => [
      short(turn.conversationId),
      short(turn.turnId),
      turn.runIds.map(short).join(' '),
      turn.outcome ?? 'live',
      turn.reason ?? '',
      turn.grade ?? '',
      `${turn.ends}`,
    ]),
  ]
  const states = Object.entries(conversations).map(([id, { busy, phase, lastError }]) =>
    [short(id), busy ? 'busy' : 'idle', phase, lastError?.message ?? ''].join('  ').trimEnd(),
  )
  const wrong = problems.map(({ kind, message }) => `problem: ${kind}: ${message}`)
  return [...aligned(rows), '', ...states, ...wrong, ''].join('\n')
}

/** The end of an id tells them apart, its beginning often does not. */
const short = (id: string): string => (id.length > 14 ? `…${id.slice(-12)}` : id)

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}

void main(process.argv.slice(2))
