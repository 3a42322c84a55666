/**
 * Runs the scenarios and prints one line a failure, what the naive subject makes of them, and `N of M scenarios pass`.
 *
 *     npm run scenarios                 the package's own
 *     npm run scenarios -- FOLDER…      any folders of such files, or single ones
 *     npm run scenarios -- --json       the verdicts of the keeper, for programs
 */
import { keeperSubject } from './keeper'
import { naiveSubject } from './naive'
import { FOLDERS, judgeAll, loadAll, passes } from './suite'

async function main(args: readonly string[]): Promise<void> {
  const paths = args.filter((arg) => !arg.startsWith('--'))
  const scenarios = loadAll(paths.length > 0 ? paths : FOLDERS)
  const verdicts = await judgeAll(keeperSubject, scenarios)
  if (args.includes('--json')) return void process.stdout.write(JSON.stringify(verdicts))

  for (const loaded of scenarios) {
    if ('scenario' in loaded)
      for (const note of loaded.scenario.notes) console.log(`note: ${loaded.id}: ${note}`)
  }
  for (const { id, failures } of verdicts) {
    for (const { assertion, seen } of failures) console.log(`${id}: ${assertion}: saw ${seen}`)
  }
  const naive = await judgeAll(naiveSubject, scenarios)
  console.log(`naive: ${passes(naive)} of ${naive.length}`)
  console.log(`${passes(verdicts)} of ${verdicts.length} scenarios pass`)
  if (passes(verdicts) < verdicts.length) process.exitCode = 1
}

void main(process.argv.slice(2))
