/** The example app in a real browser: `npm run test:e2e`, or with words of the tests' names to run only those. */
import { launch } from './browser'
import { buildApp } from './build'
import { runTest } from './suite'
import type { Result, Test } from './suite'
import { besideTests } from './tests/beside'
import { conversationTests } from './tests/conversations'
import { faultTests } from './tests/faults'
import { handTests } from './tests/hands'
import { networkTests } from './tests/network'
import { tabTests } from './tests/tabs'
import { travelTests } from './tests/travel'

const AT_ONCE = 2

const wanted = process.argv.slice(2)
const tests = [
  ...travelTests,
  ...networkTests,
  ...conversationTests,
  ...besideTests,
  ...faultTests,
  ...handTests,
  ...tabTests,
].filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))

const files = await buildApp()
const browser = await launch()
const results: Result[] = []
const left: Test[] = [...tests]

async function work(): Promise<void> {
  for (let next = left.shift(); next; next = left.shift()) {
    const result = await runTest(browser, files, next)
    results.push(result)
    const took = `(${(result.ms / 1_000).toFixed(1)} s)`
    console.log(result.error ? `FAIL ${result.name} ${took}` : `ok   ${result.name} ${took}`)
    if (result.error)
      console.log(String((result.error as Error).stack ?? result.error).replace(/^/gm, '     '))
  }
}

try {
  await Promise.all(Array.from({ length: AT_ONCE }, work))
} finally {
  await browser.close()
}
const passed = results.filter(({ error }) => error === null).length
if (passed < tests.length || tests.length === 0) process.exitCode = 1
console.log(`${passed} of ${tests.length} browser tests pass`)
