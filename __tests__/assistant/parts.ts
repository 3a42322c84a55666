/** Parts that the tests of the assistant's reducer alone are made of. */
import * as actions from '../../src/assistant/actions'
import { assistantReducer } from '../../src/assistant/slice'
import { initialAssistant } from '../../src/assistant/transitions'
import type {
  AssistantConfig,
  AssistantInputsPayload,
  AssistantKind,
  AssistantState,
} from '../../src/assistant/types'

export const config: AssistantConfig = {
  initTimeout: 500,
  maxRecoveries: 2,
  maxHatchFailures: 3,
  stableAfter: 90,
  pollInterval: 30,
  pollBackoff: 1,
  checkTimeout: 70,
  capacityCodes: ['full'],
  canCheck: true,
  canHatch: true,
  canRetire: true,
  canProbe: true,
}

export const NOW = 10_000
export const meta = { at: NOW }

export const inputsOf = (said: AssistantInputsPayload) =>
  assistantReducer(config)(undefined, actions.assistantInputsChanged(said, meta)).inputs
export const inputs = inputsOf({ signedIn: true })
/** The assistant of somebody who is signed in. */
export const assistantOf = (kind: AssistantKind, change: Partial<AssistantState> = {}): AssistantState => ({
  ...initialAssistant,
  inputs,
  kind,
  since: 9_000,
  assistantId: 'a1',
  generation: 4,
  ...change,
})
