/** The engines, with real parts: `npm run test:engines`, or with words of the cases' names to run only those. */
import { closeBrowser } from './browser'
import { processTests } from './processes'
import { scenarioTests } from './scenarios'
import type { EngineTest } from './suite'
import { sharedWorkerTests } from './sharedWorkers'
import { tabTests } from './tabs'

const wanted = process.argv.slice(2)
const tests: readonly EngineTest[] = [
  ...scenarioTests,
  ...processTests,
  ...tabTests,
  ...sharedWorkerTests,
].filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))

let held = 0
for (const { name, body } of tests) {
  const began = performance.now()
  try {
    await body()
    held += 1
    console.log(`ok   ${name} (${((performance.now() - began) / 1_000).toFixed(1)} s)`)
  } catch (error) {
    console.log(`FAIL ${name}\n${String((error as Error).stack ?? error).replace(/^/gm, '     ')}`)
  }
}
await closeBrowser()
console.log(`${held} of ${tests.length} engine cases hold`)
process.exit(held === tests.length && tests.length > 0 ? 0 : 1)
