import { resolveAssistantOptions } from './assistant'
import type { AssistantConfig, AssistantPorts } from './assistant'
import { systemClock, systemRandom } from './clock'
import { pageEnvironment } from './environment'
import type { TurnkeeperOptions } from './options'
import { nanoid } from '@reduxjs/toolkit'
import { createOptionChecks, hasMethods, wrongOption } from './optionChecks'
import { defaultRules } from './rules'
import type { RulesConfig } from './rules'
import type { Clock, EndedTurn, Environment, Ports, Problem, SharedQueuePort } from './types'

/** The options as the keeper uses them: checked, with defaults. */
export interface ResolvedOptions {
  readonly ports: Ports & AssistantPorts
  readonly rules: RulesConfig
  readonly assistant: AssistantConfig
  readonly maxBackoff: number
  readonly progressInterval: number
  readonly onTurnEnded: ((ended: EndedTurn, context: { readonly correction: boolean }) => void) | undefined
  readonly onProblem: (problem: Problem) => void
  readonly onError: (error: unknown, context: { readonly raisedBy: string }) => void
  readonly rehydrate: TurnkeeperOptions['rehydrate']
  readonly clock: Clock
  readonly random: () => number
  readonly createId: () => string
  readonly environment: Environment
  readonly paths: { readonly turns: string; readonly conversations: string; readonly assistant: string }
}

/**
 * Checks every option up front.
 *
 * @throws TypeError naming the option, what it was given and what it takes.
 */
export function resolveOptions(options: TurnkeeperOptions): ResolvedOptions {
  const check = createOptionChecks(options)
  check.known(OPTIONS)
  const { duration } = check
  const ports = resolvePorts(options.ports)
  const hardLimit = options.hardLimit == null ? null : duration('hardLimit', 0, 1)
  return {
    ports,
    rules: {
      looks: ports.fetchStatus !== undefined,
      ackTimeout: duration('ackTimeout', defaultRules.ackTimeout, 1),
      lookUpAfter: duration('lookUpAfter', defaultRules.lookUpAfter, 1),
      recheckAfter: duration('recheckAfter', defaultRules.recheckAfter, 1),
      registrationWindow: duration('registrationWindow', defaultRules.registrationWindow, 0),
      lookUpTimeout: duration('lookUpTimeout', defaultRules.lookUpTimeout, 1),
      hardLimit,
      historySize: check.number('historySize', defaultRules.historySize, 1),
      sideRunExpiry: duration('sideRunExpiry', defaultRules.sideRunExpiry, 1),
      sendWhileBusy: check.oneOf('sendWhileBusy', 'queue', 'send'),
      onUserStop: check.oneOf('onUserStop', 'drain', 'hold'),
      stopScope: check.oneOf('stopScope', 'turn', 'conversation'),
      holdSendWhileStopping: duration('holdSendWhileStopping', defaultRules.holdSendWhileStopping, 0),
    },
    assistant: resolveAssistantOptions(options, ports),
    maxBackoff: duration('maxBackoff', 60_000, 1),
    progressInterval: duration('progressInterval', 1_000, 0),
    onTurnEnded: check.fn('onTurnEnded', options.onTurnEnded),
    onProblem: check.fn('onProblem', options.onProblem) ?? warn,
    onError: check.fn('onError', options.onError) ?? rethrow,
    rehydrate: check.fn('rehydrate', options.rehydrate),
    clock: check.object('clock', options.clock, ['now', 'setTimeout', 'clearTimeout']) ?? systemClock,
    random: check.fn('random', options.random) ?? systemRandom,
    createId: check.fn('createId', options.createId) ?? nanoid,
    environment:
      check.object('environment', options.environment, ['hidden', 'subscribe']) ?? pageEnvironment(),
    paths: resolvePaths(options.reducerPaths),
  }
}

/** Names of all options and ports, of which the types tell when one is missing here. */
const OPTIONS = namesOf<TurnkeeperOptions>({
  ports: 1,
  ackTimeout: 1,
  lookUpAfter: 1,
  recheckAfter: 1,
  registrationWindow: 1,
  lookUpTimeout: 1,
  maxBackoff: 1,
  hardLimit: 1,
  historySize: 1,
  sideRunExpiry: 1,
  progressInterval: 1,
  sendWhileBusy: 1,
  onUserStop: 1,
  stopScope: 1,
  holdSendWhileStopping: 1,
  onTurnEnded: 1,
  onProblem: 1,
  onError: 1,
  rehydrate: 1,
  clock: 1,
  random: 1,
  createId: 1,
  environment: 1,
  reducerPaths: 1,
  initTimeout: 1,
  maxRecoveries: 1,
  maxHatchFailures: 1,
  assistantPollInterval: 1,
  assistantPollBackoff: 1,
  assistantCheckTimeout: 1,
  assistantCapacityCodes: 1,
})
const PORTS = namesOf<Ports & AssistantPorts>({
  sendTurn: 1,
  stopTurn: 1,
  answerInput: 1,
  fetchStatus: 1,
  openStream: 1,
  stopSession: 1,
  listSessions: 1,
  sharedQueue: 1,
  getAssistant: 1,
  hatchAssistant: 1,
  retireAssistant: 1,
  probeAssistant: 1,
})
const QUEUE = namesOf<SharedQueuePort>({ publish: 1, withdraw: 1, claim: 1, subscribe: 1 })
function namesOf<T>(names: Record<keyof T, 1>): readonly string[] {
  return Object.keys(names)
}

function resolvePorts(ports: Ports & AssistantPorts = {}): Ports & AssistantPorts {
  if (typeof ports !== 'object' || ports === null)
    return wrongOption('ports', 'an object of functions', ports)
  for (const [name, port] of Object.entries(ports)) {
    if (!PORTS.includes(name)) {
      throw new TypeError(
        `createTurnkeeper: option "ports" has no port "${name}". There are ${PORTS.join(', ')}.`,
      )
    }
    if (port === undefined) continue
    const isQueue = name === 'sharedQueue'
    if (isQueue ? hasMethods(port, QUEUE) : typeof port === 'function') continue
    const takes = isQueue ? `an object with ${QUEUE.join(', ')}` : 'a function'
    throw new TypeError(
      `createTurnkeeper: option "ports": "${name}" must be ${takes}; leave it out where there is none.`,
    )
  }
  return ports
}

function resolvePaths(given: TurnkeeperOptions['reducerPaths'] = {}): ResolvedOptions['paths'] {
  const { turns = 'turns', conversations = 'conversations', assistant = 'assistant' } = given
  const paths = [turns, conversations, assistant]
  if (paths.some((path) => typeof path !== 'string') || new Set(paths).size < paths.length) {
    return wrongOption('reducerPaths', `three different strings`, paths.join(', '))
  }
  return { turns, conversations, assistant }
}

/** The slices of the keeper, wherever they are mounted. */
export const slicesAt = (paths: ResolvedOptions['paths'], root: object) => {
  const state = root as Readonly<Record<string, unknown>>
  return {
    turns: state[paths.turns],
    conversations: state[paths.conversations],
    assistant: state[paths.assistant],
  }
}

function warn(problem: Problem): void {
  if (process.env.NODE_ENV !== 'production')
    console.warn(`redux-turnkeeper: ${problem.message}`, problem.detail ?? '')
}

/** What an app's function throws must not break the queue, nor be swallowed. */
function rethrow(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
