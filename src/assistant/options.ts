import { createOptionChecks, wrongOption } from '../options/optionChecks'
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
  const { number, duration, known } = createOptionChecks(options, 'assistant')
  known([...Object.keys(assistantDefaults), 'ports'])
  checkPorts(ports)
  const { capacityCodes = assistantDefaults.capacityCodes } = options
  if (!Array.isArray(capacityCodes))
    wrongOption('capacityCodes', 'an array of codes', capacityCodes, 'assistant')
  return {
    initTimeout: duration('initTimeout', assistantDefaults.initTimeout, 1),
    maxRecoveries: number('maxRecoveries', assistantDefaults.maxRecoveries, 0),
    maxHatchFailures: number('maxHatchFailures', assistantDefaults.maxHatchFailures, 1),
    stableAfter: duration('stableAfter', assistantDefaults.stableAfter, 0),
    pollInterval: duration('pollInterval', assistantDefaults.pollInterval, 1),
    pollBackoff: number('pollBackoff', assistantDefaults.pollBackoff, 1),
    checkTimeout: duration('checkTimeout', assistantDefaults.checkTimeout, 1),
    capacityCodes,
    canCheck: ports.getAssistant !== undefined,
    canHatch: ports.hatchAssistant !== undefined,
    canRetire: ports.retireAssistant !== undefined,
    canProbe: ports.probeAssistant !== undefined,
  }
}

const PORTS = ['getAssistant', 'hatchAssistant', 'retireAssistant', 'probeAssistant']

function checkPorts(ports: AssistantPorts): void {
  if (typeof ports !== 'object' || ports === null)
    wrongOption('ports', 'an object of functions', ports, 'assistant')
  for (const [name, port] of Object.entries(ports)) {
    if (!PORTS.includes(name))
      throw new TypeError(`assistant: option "ports" has no port "${name}". There are ${PORTS.join(', ')}.`)
    if (port !== undefined && typeof port !== 'function')
      throw new TypeError(
        `assistant: option "ports": "${name}" must be a function; leave it out where there is none.`,
      )
  }
}
