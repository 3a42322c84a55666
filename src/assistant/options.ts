import { createOptionChecks, wrongOption } from '../optionChecks'
import type { AssistantConfig, AssistantOptions, AssistantPorts } from './types'

export const assistantDefaults: Required<AssistantOptions> = {
  initTimeout: 300_000,
  maxRecoveries: 3,
  maxHatchFailures: 3,
  assistantPollInterval: 3_000,
  assistantPollBackoff: 1,
  assistantCheckTimeout: 15_000,
  assistantCapacityCodes: ['at_capacity', 'platform_hosted_disabled'],
}

/**
 * Checks the assistant's options up front.
 *
 * @throws TypeError naming the option, what it was given and what it takes.
 */
export function resolveAssistantOptions(
  options: AssistantOptions = {},
  ports: AssistantPorts = {},
): AssistantConfig {
  const { number, duration } = createOptionChecks(options)
  const { assistantCapacityCodes = assistantDefaults.assistantCapacityCodes } = options
  if (!Array.isArray(assistantCapacityCodes))
    wrongOption('assistantCapacityCodes', 'an array of codes', assistantCapacityCodes)
  return {
    initTimeout: duration('initTimeout', assistantDefaults.initTimeout, 1),
    maxRecoveries: number('maxRecoveries', assistantDefaults.maxRecoveries, 0),
    maxHatchFailures: number('maxHatchFailures', assistantDefaults.maxHatchFailures, 1),
    assistantPollInterval: duration('assistantPollInterval', assistantDefaults.assistantPollInterval, 1),
    assistantPollBackoff: number('assistantPollBackoff', assistantDefaults.assistantPollBackoff, 1),
    assistantCheckTimeout: duration('assistantCheckTimeout', assistantDefaults.assistantCheckTimeout, 1),
    assistantCapacityCodes,
    looks: ports.getAssistant !== undefined,
    hatches: ports.hatchAssistant !== undefined,
    retires: ports.retireAssistant !== undefined,
    probes: ports.probeAssistant !== undefined,
  }
}
