/** The checks of the package, one line each. Words after `npm run test:pack --` run only the groups of these names. */
import { performance } from 'node:perf_hooks'

const wanted = process.argv.slice(2)
let passed = 0
let failed = 0

/** Runs one check and prints how it went. What it throws is the failure. */
export async function check(name: string, work: () => unknown): Promise<void> {
  const began = performance.now()
  const took = (): string => `(${((performance.now() - began) / 1_000).toFixed(1)} s)`
  try {
    await work()
    passed += 1
    console.log(`ok   ${name} ${took()}`)
  } catch (error) {
    failed += 1
    console.log(`FAIL ${name} ${took()}`)
    console.log(String((error as Error).message ?? error).replace(/^/gm, '     '))
  }
}

/** Checks that belong together. */
export async function group(name: string, work: () => void | Promise<void>): Promise<void> {
  if (wanted.length === 0 || wanted.some((word) => name.includes(word))) await work()
}

/** The last line, and the exit code. */
export function report(): void {
  console.log(`${passed} passed, ${failed} failed`)
  if (failed > 0 || passed === 0) process.exitCode = 1
}
