import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One line of a recording: what went out, and what came in. */
export interface RecordedLine {
  readonly dir: 'in' | 'out'
  readonly msg: {
    readonly http?: string
    readonly status?: number
    readonly body?: unknown
    readonly stream?: string
    readonly location?: string | null
    readonly ev?: unknown
    readonly closed?: 'clean_end' | 'failed' | 'cancelled'
    readonly lastEventId?: string
  }
}

/** A recording of `recordings/`, made of a real server, or with its official library. */
export const readLines = (name: string): readonly RecordedLine[] =>
  readFileSync(join(__dirname, 'recordings', `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedLine)
