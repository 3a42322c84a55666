/** Runs scenarios and says what does not hold. */
import { checks, snapshot, tellAssertion } from './assertions'
import type { Snapshot } from './assertions'
import { loadScenarios } from './format'
import type { Loaded, Scenario } from './format'
import { createRun, fork } from './run'
import type { Run } from './run'
import type { Subject } from './subject'

export interface Failure {
  readonly assertion: string
  readonly seen: string
}
export interface Verdict {
  readonly id: string
  readonly family: string
  readonly failures: readonly Failure[]
}

/** Runs one scenario, with every assertion at its place and, after every step, what must hold at all times. */
export async function runScenario(subject: Subject, scenario: Scenario): Promise<Verdict> {
  const failures: Failure[] = []
  const fail = (assertion: string, seen: string) => void failures.push({ assertion, seen })
  const before = new Map<number, Snapshot>()
  const after = new Map<number, Snapshot>()
  const forks: Run[] = []
  const compared = new Set(
    scenario.expect.map(({ step, assert }) => (assert === 'unchanged_by' ? step : undefined)),
  )
  const run = createRun(subject, scenario)
  const context = {
    run,
    scenario,
    before,
    after,
    async fork(step: number) {
      const forked = await fork(subject, scenario, step)
      forks.push(forked)
      return forked
    },
  }
  const always = new Set<string>()
  const unbroken = (step: number | 'the end', problems: readonly string[]): void => {
    for (const problem of problems.filter((one) => !always.has(one))) {
      always.add(problem)
      fail(`after ${step}: always`, problem)
    }
  }

  try {
    for (const step of scenario.steps) {
      if (compared.has(step.at)) before.set(step.at, snapshot(run, scenario))
      await run.feed(step)
      if (compared.has(step.at)) after.set(step.at, snapshot(run, scenario))
      unbroken(step.at, run.check())
      for (const assertion of scenario.expect.filter((one) => one.after === step.at)) {
        const seen = await checks[assertion.assert]!(assertion, context)
        if (seen !== null) fail(tellAssertion(assertion), seen)
      }
    }
  } catch (error) {
    fail('every step can be taken', (error as Error).message)
  }
  unbroken('the end', run.close())
  for (const forked of forks) forked.close()
  return { id: scenario.id, family: scenario.family, failures }
}

/** The same for what was read from files: a scenario that cannot be read has failed. */
export async function judge(subject: Subject, loaded: Loaded): Promise<Verdict> {
  if ('scenario' in loaded) return runScenario(subject, loaded.scenario)
  const { id, family, error } = loaded
  return { id, family, failures: [{ assertion: 'it can be read', seen: error }] }
}

export async function judgeAll(subject: Subject, scenarios: readonly Loaded[]): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  for (const scenario of scenarios) verdicts.push(await judge(subject, scenario))
  return verdicts
}

export const passes = (verdicts: readonly Verdict[]): number =>
  verdicts.filter(({ failures }) => failures.length === 0).length

/** Where the scenarios are, from the root of the package. */
export const FOLDERS: readonly string[] = [
  '__tests__/scenarios/data',
  '__tests__/scenarios/data-second',
  '__tests__/scenarios/data-extra',
]

export const loadAll = (folders: readonly string[]): readonly Loaded[] =>
  folders.flatMap((folder) => loadScenarios(folder))
