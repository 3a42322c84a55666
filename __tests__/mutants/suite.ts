/**
 * The tests of the fast folders in one process: Jest's own words (`jest-circus`, `expect`, `jest-mock`) without a registry of
 * modules for each file. The source is loaded once and shared; a test file and its helpers are loaded anew, as in Jest.
 */
import { createRequire } from 'node:module'
import { join, sep } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Circus } from '@jest/types'
import { expect } from 'expect'
import * as circus from 'jest-circus'
import { fn, spyOn } from 'jest-mock'

/**
 * A test waits on no real clock. One during which the event loop is idle at so many looks in a row does not end; wall time
 * says nothing on a machine that others use too.
 */
const LOOKS = 10
const LOOK_EVERY = 30
/** The share of time in which an idle event loop has something to do. */
const IDLE = 0.2

export interface SuiteTest {
  /** From the root, with slashes. */
  readonly file: string
  readonly name: string
  /** What the test failed with, or `null`. */
  run(): Promise<string | null>
}

const { setInterval: every, clearInterval: cancel } = globalThis
const silent = (): void => undefined

function putGlobals(): void {
  process.env['NODE_ENV'] = 'test'
  const { describe, test, it, beforeAll, beforeEach, afterAll, afterEach } = circus
  Object.assign(globalThis, { describe, test, it, beforeAll, beforeEach, afterAll, afterEach, expect })
  Object.assign(globalThis, { jest: { fn, spyOn, setTimeout: silent } })
  for (const word of ['log', 'info', 'warn', 'error', 'debug'] as const) console[word] = silent
}

type Hook = Circus.HookType
/** The hooks around a test, those of the outermost block first. Those "all" share run around each: any order will do. */
function hooksOf(test: Circus.TestEntry, each: Hook, all: Hook): readonly Circus.Hook[] {
  const hooks: Circus.Hook[] = []
  for (let block: Circus.DescribeBlock | undefined = test.parent; block; block = block.parent)
    hooks.unshift(...block.hooks.filter(({ type }) => type === each || type === all))
  return hooks
}

const errorText = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)

async function runTest(test: Circus.TestEntry): Promise<string | null> {
  const steps = [
    ...hooksOf(test, 'beforeEach', 'beforeAll'),
    test,
    ...[...hooksOf(test, 'afterEach', 'afterAll')].reverse(),
  ]
  let failed: string | null = null
  const fail = (error: unknown): void => void (failed ??= errorText(error))
  process.on('unhandledRejection', fail)
  process.on('uncaughtException', fail)
  let stop = silent
  const idle = new Promise<never>((_, reject) => {
    let looks = 0
    let since = performance.eventLoopUtilization()
    const timer = every(() => {
      const { utilization } = performance.eventLoopUtilization(since)
      since = performance.eventLoopUtilization()
      looks = utilization < IDLE ? looks + 1 : 0
      if (looks >= LOOKS) reject(new Error('It does not end'))
    }, LOOK_EVERY)
    stop = () => cancel(timer)
  })
  idle.catch(silent)
  for (const step of steps) {
    if (failed !== null && step === test) continue
    try {
      await Promise.race([(step.fn as () => unknown)(), idle])
    } catch (error) {
      fail(error)
    }
  }
  stop()
  process.off('unhandledRejection', fail)
  process.off('uncaughtException', fail)
  return failed
}

/** Loads the transpiled tests of these files (`.js`, from the root), and the source with them, unless it is `kept`. */
export function loadSuite(
  root: string,
  files: readonly string[],
  source: 'anew' | 'kept' = 'anew',
): readonly SuiteTest[] {
  putGlobals()
  circus.resetState()
  const require = createRequire(join(root, 'package.json'))
  const forget = (folder: string): void => {
    for (const path of Object.keys(require.cache))
      if (path.startsWith(join(root, folder) + sep)) Reflect.deleteProperty(require.cache, path)
  }
  if (source === 'anew') forget('src')
  for (const file of files) {
    forget('__tests__')
    circus.describe(file, () => {
      try {
        require(join(root, file))
      } catch (error) {
        circus.test('it can be loaded', () => Promise.reject(error))
      }
    })
  }
  const tests: SuiteTest[] = []
  const collect = (block: Circus.DescribeBlock, file: string, names: readonly string[]): void => {
    for (const child of block.children) {
      const path = [...names, child.name]
      if (child.type === 'describeBlock') collect(child, file, path)
      else if (child.mode !== 'skip' && child.mode !== 'todo')
        tests.push({ file, name: path.join(' '), run: () => runTest(child) })
    }
  }
  for (const child of circus.getState().rootDescribeBlock.children)
    if (child.type === 'describeBlock') collect(child, child.name, [])
  return tests
}
