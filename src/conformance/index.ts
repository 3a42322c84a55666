/**
 * The stuck-turn bugs of public issue threads as scenarios, and a runner that plays them against any client: a
 * {@link Subject} opens as ten functions. Runs in Node, without a test framework.
 */
export { scenarios, type ScenarioSet } from './data'
export { FAMILIES } from './families'
export {
  EFFECTS,
  FACTS,
  PHASES,
  TURN_WORDS,
  type EffectWord,
  type FactWord,
  type PhaseWord,
  type TurnWord,
} from './format'
export { readScenario, readScenarios, ScenarioError } from './readScenario'
export type { Assertion, EffectPattern, Last, Loaded, Policy, Scenario, Step } from './scenario'
export {
  outcomeOf,
  passed,
  runScenario,
  runScenarios,
  type Failure,
  type Outcome,
  type Verdict,
} from './runScenarios'
export {
  inexpressible,
  InexpressibleError,
  type ConformancePorts,
  type ConversationView,
  type OpenSubject,
  type Subject,
  type Surroundings,
  type TurnView,
} from './subject'
export { usualDesign } from './usualDesign'
export type { Claim, ClaimOptions, Engine, EngineLink } from '../tabs/engine'
