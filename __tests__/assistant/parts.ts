/** Parts that the tests of the assistant's reducer alone are made of. */
import type { AssistantConfig } from '../../src/assistant/types'

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
