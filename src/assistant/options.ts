import { createOptionChecks } from '../options/optionChecks'
import type { AssistantConfig, AssistantOptions, AssistantPorts } from './types'

export const assistantDefaults = {
  initTimeout: 300_000,
  maxRecoveries: 3,
  maxHatchFailures: 3,
  stableAfter: 60_000,
  pollInterval: 3_000,
  pollBackoff: 1,
  checkTimeout: 15_000,
  capacityCodes: ['at_capacity', 'platform_hosted_disabled'],
} as const satisfies Required<AssistantOptions>

/**
 * Checks the feature's options up front.
 *
 * @throws TypeError naming the option, what it was given and what it takes.
 */
export function resolveAssistantOptions(
  options: AssistantOptions = {},
  ports: AssistantPorts = {},
): AssistantConfig {
  const check = createOptionChecks({ ...options, ports }, 'assistant')
  const { number, duration } = check
  const defaults = assistantDefaults
  check.ports<AssistantPorts>(PORTS)
  const config: AssistantConfig = {
    initTimeout: duration('initTimeout', defaults.initTimeout),
    maxRecoveries: number('maxRecoveries', defaults.maxRecoveries, 0),
    maxHatchFailures: number('maxHatchFailures', defaults.maxHatchFailures, 1),
    stableAfter: duration('stableAfter', defaults.stableAfter, 0),
    pollInterval: duration('pollInterval', defaults.pollInterval),
    pollBackoff: number('pollBackoff', defaults.pollBackoff, 1),
    checkTimeout: duration('checkTimeout', defaults.checkTimeout),
    capacityCodes: check.take<readonly string[]>(
      'capacityCodes',
      defaults.capacityCodes,
      'an array of codes',
      Array.isArray,
    ),
    canCheck: ports.getAssistant !== undefined,
    canHatch: ports.hatchAssistant !== undefined,
    canRetire: ports.retireAssistant !== undefined,
    canProbe: ports.probeAssistant !== undefined,
  }
  check.noOthers()
  return config
}

const PORTS: Readonly<Record<keyof AssistantPorts, 1>> = {
  getAssistant: 1,
  hatchAssistant: 1,
  retireAssistant: 1,
  probeAssistant: 1,
}
