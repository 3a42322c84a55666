/** A scenario with several clients, where what carries the tabs is an engine. Runs in Node and in a page. */
import { tabs } from 'redux-turnkeeper/tabs'
import type { Engine } from 'redux-turnkeeper/tabs'
import { checks, snapshot, tellAssertion } from '../../src/conformance/assertions'
import type { Snapshot } from '../../src/conformance/assertions'
import type { Scenario, Step } from '../../src/conformance/scenario'
import { createRun } from '../../src/conformance/run'
import type { Run } from '../../src/conformance/run'
import { keeperWith } from '../scenarios/keeper'
import { createHeldEngine } from './heldEngine'
import { createTraffic } from './traffic'
import type { Traffic } from './traffic'

/** How far time moves on before what is carried is waited for, ms. */
const STRIDE = 250

async function feed(run: Run, step: Step, { quiet }: Traffic): Promise<void> {
  if (step.event !== 'tick') await run.feed(step)
  else
    for (let left = step.ms!; left > 0; left -= STRIDE) {
      await run.feed({ ...step, ms: Math.min(left, STRIDE) })
      await quiet()
    }
  await quiet()
}

/** `carry`: makes what gives each tab of one run its engine. Returns what does not hold. */
export async function carried(scenario: Scenario, carry: () => () => Engine): Promise<readonly string[]> {
  const runs: Run[] = []
  const open = async (): Promise<{ readonly run: Run; readonly traffic: Traffic }> => {
    const traffic = createTraffic()
    const engine = carry()
    const run = createRun(
      keeperWith(() => {
        const { connect, setFrozen } = createHeldEngine(traffic.watch(engine()))
        return { features: [tabs(connect)], setFrozen }
      }),
      scenario,
    )
    runs.push(run)
    await traffic.quiet()
    return { run, traffic }
  }
  const before = new Map<number, Snapshot>()
  const after = new Map<number, Snapshot>()
  const failures: string[] = []
  const { run, traffic } = await open()
  const context = {
    run,
    scenario,
    lacks: [],
    before,
    after,
    async fork(last: number): Promise<Run> {
      const other = await open()
      for (const step of scenario.steps.slice(0, last + 1)) await feed(other.run, step, other.traffic)
      return other.run
    },
  }
  for (const step of scenario.steps) {
    before.set(step.at, snapshot(run, scenario))
    await feed(run, step, traffic)
    after.set(step.at, snapshot(run, scenario))
    failures.push(...run.problems())
    for (const assertion of scenario.expect.filter((one) => one.after === step.at)) {
      const seen = await checks[assertion.assert]!(assertion, context)
      if (seen !== null) failures.push(`${tellAssertion(assertion)}: ${seen}`)
    }
  }
  for (const opened of runs) failures.push(...opened.close())
  return failures
}
