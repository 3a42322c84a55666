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

const LEAST = {
  initTimeout: 1,
  maxRecoveries: 0,
  maxHatchFailures: 1,
  assistantPollInterval: 1,
  assistantPollBackoff: 1,
  assistantCheckTimeout: 1,
} as const

/**
 * Checks the assistant's options up front.
 *
 * @throws TypeError naming the option, what it was given and what it takes.
 */
export function resolveAssistantOptions(
  options: AssistantOptions = {},
  ports: AssistantPorts = {},
): AssistantConfig {
  const resolved: Record<string, unknown> = { ...assistantDefaults }
  const wrong = (name: string, given: unknown, takes: string): never => {
    throw new TypeError(`createTurnkeeper: option "${name}" must be ${takes}; it was given ${String(given)}.`)
  }
  for (const [name, least] of Object.entries(LEAST)) {
    const given = options[name as keyof typeof LEAST]
    if (given === undefined) continue
    if (!Number.isFinite(given) || given < least) wrong(name, given, `a number of at least ${least}`)
    resolved[name] = given
  }
  const { assistantCapacityCodes: codes } = options
  if (codes !== undefined && !Array.isArray(codes))
    wrong('assistantCapacityCodes', codes, 'an array of codes')
  return {
    ...(resolved as unknown as Required<AssistantOptions>),
    ...(codes && { assistantCapacityCodes: codes }),
    looks: ports.getAssistant !== undefined,
    hatches: ports.hatchAssistant !== undefined,
    retires: ports.retireAssistant !== undefined,
    probes: ports.probeAssistant !== undefined,
  }
}
