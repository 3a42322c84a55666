/**
 * Runs the scenarios and prints one line a failure, how many the usual design passes, and `N of M scenarios pass`.
 *
 *     npm run scenarios                 the package's own
 *     npm run scenarios -- FOLDER…      any folders of such files, or single ones
 *     npm run scenarios -- --json       the verdicts of the keeper, for programs
 */
import { passed, runScenarios, usualDesign } from 'redux-turnkeeper/conformance'
import { keeperSubject } from './keeper'
import { FOLDERS, loadAll } from './suite'

async function main(args: readonly string[]): Promise<void> {
  const paths = args.filter((arg) => !arg.startsWith('--'))
  const scenarios = loadAll(paths.length > 0 ? paths : FOLDERS)
  const verdicts = await runScenarios(keeperSubject, scenarios)
  if (args.includes('--json')) return void process.stdout.write(JSON.stringify(verdicts))

  for (const loaded of scenarios) {
    if ('scenario' in loaded)
      for (const note of loaded.scenario.notes) console.log(`note: ${loaded.id}: ${note}`)
  }
  for (const { id, failures } of verdicts) {
    for (const { assertion, seen } of failures) console.log(`${id}: ${assertion}: saw ${seen}`)
  }
  const usual = await runScenarios(usualDesign, scenarios)
  console.log(`the usual design: ${passed(usual)} of ${usual.length}`)
  console.log(`${passed(verdicts)} of ${verdicts.length} scenarios pass`)
  if (passed(verdicts) < verdicts.length) process.exitCode = 1
}

void main(process.argv.slice(2))
