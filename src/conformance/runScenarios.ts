/** Runs scenarios and says what does not hold. */
import { checkAssertion, snapshot, tellAssertion } from './assertions'
import type { Snapshot } from './assertions'
import type { Loaded, Scenario } from './scenario'
import { createRun, fork } from './run'
import type { Run } from './run'
import { InexpressibleError } from './subject'
import type { Subject } from './subject'

/** An assertion that does not hold. */
export interface Failure {
  readonly assertion: string
  /** What was seen instead. */
  readonly seen: string
}

/** What a subject made of a scenario. */
export interface Verdict {
  /** Of the scenario. */
  readonly id: string
  /** The kind of bug that it is about. */
  readonly family: string
  /** The assertions that do not hold; empty where all do that can be expressed. */
  readonly failures: readonly Failure[]
  /** Steps and assertions that the subject has no words for, each with what it lacks. */
  readonly inexpressible: readonly string[]
}

/** How a verdict counts. One failure makes a scenario failed, whatever else could not be expressed. */
export type Outcome = 'passed' | 'failed' | 'inexpressible'

/** How a verdict counts. */
export function outcomeOf({ failures, inexpressible }: Verdict): Outcome {
  if (failures.length > 0) return 'failed'
  return inexpressible.length > 0 ? 'inexpressible' : 'passed'
}

/**
 * Runs one scenario, with every assertion at its place. A step that the subject cannot express ends it: what would come
 * after it is another story. An assertion that it cannot express is passed over.
 */
export async function runScenario(subject: Subject, scenario: Scenario): Promise<Verdict> {
  const failures: Failure[] = []
  const inexpressible: string[] = []
  const fail = (assertion: string, seen: string) => void failures.push({ assertion, seen })
  const before = new Map<number, Snapshot>()
  const after = new Map<number, Snapshot>()
  const forks: Run[] = []
  const compared = new Set(
    scenario.expect.map(({ step, assert }) => (assert === 'unchanged_by' ? step : undefined)),
  )
  const always = new Set<string>()
  const unbroken = (step: number | 'the end', problems: readonly string[]): void => {
    for (const problem of problems.filter((one) => !always.has(one))) {
      always.add(problem)
      fail(`after ${step}: always`, problem)
    }
  }
  let where = 'to open it'
  let run: Run | undefined

  try {
    const opened = createRun(subject, scenario)
    run = opened
    const context = {
      run: opened,
      scenario,
      lacks: subject.lacks ?? [],
      before,
      after,
      async fork(step: number) {
        const forked = await fork(subject, scenario, step)
        forks.push(forked)
        return forked
      },
    }
    for (const step of scenario.steps) {
      where = `step ${step.at} (${step.event})`
      if (compared.has(step.at)) before.set(step.at, snapshot(opened, scenario))
      await opened.feed(step)
      if (compared.has(step.at)) after.set(step.at, snapshot(opened, scenario))
      unbroken(step.at, opened.problems())
      for (const assertion of scenario.expect.filter((one) => one.after === step.at)) {
        try {
          const seen = await checkAssertion(assertion, context)
          if (seen !== null) fail(tellAssertion(assertion), seen)
        } catch (error) {
          if (!(error instanceof InexpressibleError)) throw error
          inexpressible.push(`${tellAssertion(assertion)}: ${error.message}`)
        }
      }
    }
  } catch (error) {
    if (error instanceof InexpressibleError) inexpressible.push(`${where}: ${error.message}`)
    else fail('every step can be taken', (error as Error).message)
  }
  if (run) unbroken('the end', run.close())
  for (const forked of forks) forked.close()
  return { id: scenario.id, family: scenario.family, failures, inexpressible }
}

/** The same for many, one after the other. What could not be read has failed. */
export async function runScenarios(
  subject: Subject,
  scenarios: readonly (Scenario | Loaded)[],
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  for (const one of scenarios) {
    if ('steps' in one) verdicts.push(await runScenario(subject, one))
    else if ('scenario' in one) verdicts.push(await runScenario(subject, one.scenario))
    else {
      const { id, family, error } = one
      verdicts.push({
        id,
        family,
        failures: [{ assertion: 'it can be read', seen: error }],
        inexpressible: [],
      })
    }
  }
  return verdicts
}

/** How many verdicts count as passed. */
export const passed = (verdicts: readonly Verdict[]): number =>
  verdicts.filter((verdict) => outcomeOf(verdict) === 'passed').length
