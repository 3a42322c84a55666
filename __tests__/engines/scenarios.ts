/** The scenarios with several clients, where what carries the tabs is an engine. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { tabs } from 'redux-turnkeeper/tabs'
import type { Engine } from 'redux-turnkeeper/tabs'
import { createMemoryEngine } from 'redux-turnkeeper/testing'
import { redisEngine } from '../../examples/redis/redisEngine'
import { checks, snapshot, tellAssertion } from '../../src/conformance/assertions'
import type { Snapshot } from '../../src/conformance/assertions'
import type { Scenario, Step } from '../../src/conformance/format'
import { createRun } from '../../src/conformance/run'
import type { Run } from '../../src/conformance/run'
import { keeperWith } from '../scenarios/keeper'
import { loadAll } from '../scenarios/suite'
import { startRedis } from './redis'
import { test } from './suite'
import type { EngineTest } from './suite'

const ROOT = join(import.meta.dirname, '../..')
const FILES = ['reported', 'second', 'mirrored'].map((set) =>
  join(ROOT, `src/conformance/scenarios/${set}/multi-client.json`),
)
const scenarios: readonly Scenario[] = loadAll([
  ...FILES,
  join(import.meta.dirname, 'every-window-tells.json'),
]).map((loaded) => {
  if (!('scenario' in loaded)) throw new Error(loaded.error)
  return loaded.scenario
})

/** What carries the tabs of one run, and how long it takes to be quiet. */
interface Carrier {
  /** For each tab. */
  readonly engine: () => Engine
  quiet(): Promise<void>
}

/** How far time moves on before what is carried is waited for, ms. */
const STRIDE = 250

async function feed(run: Run, step: Step, { quiet }: Carrier): Promise<void> {
  if (step.event !== 'tick') await run.feed(step)
  else
    for (let left = step.ms!; left > 0; left -= STRIDE) {
      await run.feed({ ...step, ms: Math.min(left, STRIDE) })
      await quiet()
    }
  await quiet()
}

async function hold(scenario: Scenario, carry: () => Carrier): Promise<void> {
  const runs: Run[] = []
  const open = async (): Promise<{ readonly run: Run; readonly carrier: Carrier }> => {
    const carrier = carry()
    const run = createRun(
      keeperWith(() => [tabs(carrier.engine())]),
      scenario,
    )
    runs.push(run)
    await carrier.quiet()
    return { run, carrier }
  }
  const before = new Map<number, Snapshot>()
  const after = new Map<number, Snapshot>()
  const failures: string[] = []
  const { run, carrier } = await open()
  const context = {
    run,
    scenario,
    lacks: [],
    before,
    after,
    async fork(last: number): Promise<Run> {
      const other = await open()
      for (const step of scenario.steps.slice(0, last + 1)) await feed(other.run, step, other.carrier)
      return other.run
    },
  }
  for (const step of scenario.steps) {
    before.set(step.at, snapshot(run, scenario))
    await feed(run, step, carrier)
    after.set(step.at, snapshot(run, scenario))
    failures.push(...run.problems())
    for (const assertion of scenario.expect.filter((one) => one.after === step.at)) {
      const seen = await checks[assertion.assert]!(assertion, context)
      if (seen !== null) failures.push(`${tellAssertion(assertion)}: ${seen}`)
    }
  }
  for (const opened of runs) failures.push(...opened.close())
  assert.deepEqual(failures, [])
}

const inMemory = (): Carrier => {
  const engine = createMemoryEngine()
  return { engine: () => engine.tab().connect, quiet: () => pause(0) }
}

let runsOnRedis = 0

export const scenarioTests: readonly EngineTest[] = scenarios.flatMap((scenario) => [
  test(`in memory: ${scenario.id}`, () => hold(scenario, inMemory)),
  test(`redis: ${scenario.id}`, async () => {
    const redis = await startRedis()
    const client = redis.connect()
    try {
      await hold(scenario, () => {
        const name = `run-${(runsOnRedis += 1)}`
        return { engine: () => redisEngine(client, { name }), quiet: () => pause(40) }
      })
    } finally {
      redis.close()
    }
  }),
])
