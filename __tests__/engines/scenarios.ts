/** The scenarios with several clients, on each engine. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { createMemoryEngine } from 'redux-turnkeeper/testing'
import { redisEngine } from '../../examples/redis/redisEngine'
import type { Scenario } from '../../src/conformance/scenario'
import { loadAll } from '../scenarios/suite'
import { startAgent } from './agent'
import { browser } from './browser'
import { pageOf } from './bundle'
import { carried } from './carried'
import { startRedis } from './redis'
import { test } from './suite'
import type { EngineTest } from './suite'

const ROOT = join(import.meta.dirname, '../..')
const FILES = ['reported', 'second', 'mirrored', 'found'].map((set) =>
  join(ROOT, `src/conformance/scenarios/${set}/multi-client.json`),
)
const scenarios: readonly Scenario[] = loadAll([
  ...FILES,
  join(import.meta.dirname, 'every-window-tells.json'),
]).map((loaded) => {
  if (!('scenario' in loaded)) throw new Error(loaded.error)
  return loaded.scenario
})

async function inMemory(scenario: Scenario): Promise<readonly string[]> {
  return carried(scenario, () => {
    const engine = createMemoryEngine()
    return () => engine.tab().connect
  })
}

let runsOnRedis = 0

async function onRedis(scenario: Scenario): Promise<readonly string[]> {
  const redis = await startRedis()
  const client = redis.connect()
  try {
    return await carried(scenario, () => {
      const name = `run-${(runsOnRedis += 1)}`
      return () => redisEngine(client, { name })
    })
  } finally {
    redis.close()
  }
}

let served: Promise<string> | undefined

/** In one page: each tab of the scenario has a link of its own to the locks, the channel and the database of Chromium. */
async function inChromium(scenario: Scenario): Promise<readonly string[]> {
  const server = await startAgent(await (served ??= pageOf('scenarioPage.ts')))
  const context = await (await browser()).newContext()
  try {
    const page = await context.newPage()
    await page.goto(server.address)
    return await page.evaluate(
      (given) =>
        (window as unknown as { carried(scenario: unknown): Promise<readonly string[]> }).carried(given),
      scenario as unknown as Record<string, never>,
    )
  } finally {
    await context.close()
    server.close()
  }
}

const ENGINES = { 'in memory': inMemory, redis: onRedis, Chromium: inChromium }

/**
 * Time passes while a tab is frozen. A claim on Redis runs out by its clock, and not by that of a scenario: `processes.ts` holds
 * up a real process.
 */
const takesOver = ({ steps }: Scenario): boolean =>
  steps.some(
    ({ event, at }) =>
      event === 'tick' &&
      steps.slice(0, at).findLast((step) => /^tab\.(frozen|resumed)$/.test(step.event))?.event ===
        'tab.frozen',
  )

export const scenarioTests: readonly EngineTest[] = scenarios.flatMap((scenario) =>
  Object.entries(ENGINES)
    .filter(([, run]) => run !== onRedis || !takesOver(scenario))
    .map(([name, run]) =>
      test(`${name}: ${scenario.id}`, async () => assert.deepEqual(await run(scenario), [])),
    ),
)
