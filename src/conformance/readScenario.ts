/**
 * The reading of a scenario.
 *
 * Everything that the format does not know is an error that names the word and the scenario: a step that is silently
 * skipped would make a scenario pass. `truth` is taken out here, so that nothing further in can see it.
 */
import { ASSERTIONS, COMMON, EFFECTS, EVENTS, FACTS, LAST_OUTCOMES, POLICY, VALUES } from './format'
import type { EffectWord, FactWord } from './format'
import type { Assertion, Last, Loaded, Policy, Scenario, Step } from './scenario'

/** A scenario that cannot be read: the message names it, and the word that is unknown or missing. */
export class ScenarioError extends Error {
  constructor(id: string, problem: string) {
    super(`${id}: ${problem}`)
    this.name = 'ScenarioError'
  }
}

type Raw = Readonly<Record<string, unknown>>
const has = (raw: Raw, field: string): boolean => Object.hasOwn(raw, field)

function readStep(id: string, raw: Raw, index: number, notes: string[]): Step {
  const event = String(raw.event)
  const where = `step ${index} (${event})`
  const known = Object.hasOwn(EVENTS, event) ? EVENTS[event] : undefined
  if (!known) throw new ScenarioError(id, `step ${index}: unknown event "${event}"`)
  if (raw.at !== index) throw new ScenarioError(id, `${where}: "at" is ${String(raw.at)}, not its ordinal`)
  for (const field of known.needs)
    if (!has(raw, field)) throw new ScenarioError(id, `${where}: it lacks "${field}"`)
  for (const field of Object.keys(raw)) {
    if (![...COMMON, ...known.needs, ...known.takes].includes(field))
      notes.push(`${where}: field "${field}" is passed by`)
    const words = VALUES[`${event}.${field}`] ?? VALUES[field]
    if (words && raw[field] !== null && !words.includes(raw[field])) {
      throw new ScenarioError(id, `${where}: unknown ${field} "${String(raw[field])}"`)
    }
  }
  const last = raw.last as Last | null | undefined
  const lastWords = event === 'history.loaded' ? ['complete', 'incomplete', 'user_only'] : LAST_OUTCOMES
  const lastWord = event === 'history.loaded' ? last?.state : last?.outcome
  if (last && !lastWords.includes(lastWord as string)) {
    throw new ScenarioError(id, `${where}: unknown word "${String(lastWord)}" in "last"`)
  }
  const { truth: _truth, ...step } = raw
  return step as unknown as Step
}

function readPattern(id: string, where: string, raw: unknown): void {
  const { effect, ...rest } = raw as Raw
  if (!EFFECTS.includes(effect as EffectWord))
    throw new ScenarioError(id, `${where}: unknown effect "${String(effect)}"`)
  for (const field of Object.keys(rest)) {
    if (!['conversation', 'turn', 'message', 'tab'].includes(field)) {
      throw new ScenarioError(id, `${where}: unknown field "${field}"`)
    }
  }
}

function readAssertion(id: string, raw: Raw, steps: number): Assertion {
  const word = String(raw.assert)
  const where = `assertion "${word}" after ${String(raw.after)}`
  const known = Object.hasOwn(ASSERTIONS, word) ? ASSERTIONS[word] : undefined
  if (!known) throw new ScenarioError(id, `unknown assertion "${word}"`)
  const isStep = (value: unknown): boolean =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < steps
  if (!isStep(raw.after)) throw new ScenarioError(id, `${where}: there is no such step`)
  const { needs, takes = [], oneOf = [], words } = known
  for (const field of needs)
    if (!has(raw, field)) throw new ScenarioError(id, `${where}: it lacks "${field}"`)
  if (oneOf.length > 0 && !oneOf.some((field) => has(raw, field))) {
    throw new ScenarioError(id, `${where}: it lacks one of "${oneOf.join('", "')}"`)
  }
  for (const field of Object.keys(raw)) {
    if (!['after', 'assert', 'tab', ...needs, ...takes, ...oneOf].includes(field)) {
      throw new ScenarioError(id, `${where}: unknown field "${field}"`)
    }
  }
  if (word === 'fact' && !FACTS.includes(raw.name as FactWord))
    throw new ScenarioError(id, `${where}: unknown name "${String(raw.name)}"`)
  const listed = (raw.in ?? raw.to ?? (words && has(raw, 'value') ? [raw.value] : [])) as readonly unknown[]
  for (const value of listed) {
    if (words && !words.includes(value))
      throw new ScenarioError(id, `${where}: unknown word "${String(value)}"`)
  }
  if (has(raw, 'step') && !isStep(raw.step))
    throw new ScenarioError(id, `${where}: there is no step ${String(raw.step)}`)
  if (has(raw, 'across') && raw.across !== 'all tabs') {
    throw new ScenarioError(id, `${where}: unknown word "${String(raw.across)}"`)
  }
  if (has(raw, 'effect')) readPattern(id, where, { effect: raw.effect })
  if (word === 'effect_order') for (const pattern of [raw.first, raw.then]) readPattern(id, where, pattern)
  return raw as unknown as Assertion
}

/** Checks one scenario and makes it fit for the runner. Throws a {@link ScenarioError} where the format is not kept. */
export function readScenario(raw: unknown): Scenario {
  const { id: rawId, family, policy = {}, scenario, expect } = raw as Raw
  const told = (field: string): string =>
    typeof (raw as Raw)[field] === 'string' ? String((raw as Raw)[field]) : ''
  const id = String(rawId)
  if (typeof rawId !== 'string') throw new ScenarioError(JSON.stringify(raw).slice(0, 60), 'it has no "id"')
  if (!Array.isArray(scenario) || !Array.isArray(expect)) {
    throw new ScenarioError(id, 'it lacks "scenario" (steps) or "expect" (assertions)')
  }
  for (const [field, value] of Object.entries(policy as Raw)) {
    const takes = Object.hasOwn(POLICY, field) ? POLICY[field as keyof Policy] : undefined
    if (!takes) throw new ScenarioError(id, `unknown policy "${field}"`)
    const fits = takes === 'number' ? typeof value === 'number' : takes.includes(value)
    if (!fits) throw new ScenarioError(id, `policy "${field}": unknown word "${String(value)}"`)
  }
  const notes: string[] = []
  const steps = scenario.map((step, index) => readStep(id, step as Raw, index, notes))
  for (const step of steps) {
    if (step.event !== 'duplicate') continue
    if (typeof step.of !== 'number' || step.of < 0 || step.of >= step.at) {
      throw new ScenarioError(id, `step ${step.at} (duplicate): there is no earlier step ${String(step.of)}`)
    }
  }
  const assertions = expect.map((assertion) => readAssertion(id, assertion as Raw, steps.length))
  return {
    id,
    family: String(family ?? 'unnamed'),
    source: told('source'),
    whatUsersSaw: told('what_users_saw'),
    rootCause: told('root_cause'),
    policy: policy as Policy,
    steps,
    expect: assertions,
    notes,
  }
}

/** The scenarios of one file, parsed from its JSON: one scenario, or a list. `name` stands in for the id that one lacks. */
export const readScenarios = (content: unknown, name: string): readonly Loaded[] =>
  (Array.isArray(content) ? content : [content]).map((raw: unknown): Loaded => {
    const { id = name, family = 'unnamed' } = (raw ?? {}) as { id?: string; family?: string }
    try {
      return { id, family, scenario: readScenario(raw) }
    } catch (error) {
      return { id, family, error: (error as Error).message }
    }
  })
