/** The result of each mutant, written down as it comes: a run that is stopped loses none. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { MutantResult } from '@stryker-mutator/api/core'
import type { Reporter } from '@stryker-mutator/api/report'
import { sourceFiles } from './files'
import { NOT_SAMPLED, fileOf, keyOf } from './sample'
import { hashOf, instrumented } from './whole'

/** Names the file of the journal. */
export const JOURNAL_FILE = 'TURNKEEPER_MUTANTS_JOURNAL'

export type Entry = Pick<MutantResult, 'fileName' | 'location' | 'mutatorName' | 'replacement' | 'status'> & {
  /** Of the file's text. */
  readonly hash: string
}

export function createJournal(): Reporter {
  /** As they are when the run begins. */
  const hashes = new Map(sourceFiles().map((file) => [file, hashOf(file)]))
  return {
    onMutantTested(result) {
      const { location, mutatorName, replacement, status, statusReason } = result
      if (status === 'Ignored' || statusReason === NOT_SAMPLED) return
      const fileName = fileOf(result)
      const hash = hashes.get(fileName) ?? ''
      const entry: Entry = { hash, fileName, location, mutatorName, replacement, status }
      appendFileSync(process.env[JOURNAL_FILE]!, `${JSON.stringify(entry)}\n`)
    },
  }
}
createJournal.inject = [] as const

/** What was tried in files as they are now; the newest result of each mutant. */
export function readJournal(path: string, files: readonly string[]): readonly Entry[] {
  if (!existsSync(path)) return []
  const hashes = new Map(files.map((file) => [file, hashOf(file)]))
  const newest = new Map<string, Entry>()
  for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    const entry = JSON.parse(line) as Entry
    const { fileName, hash } = entry
    if (hashes.get(fileName) === hash) newest.set(keyOf(instrumented(fileName, entry)), entry)
  }
  return [...newest.values()]
}
