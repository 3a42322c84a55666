import { nanoid } from '@reduxjs/toolkit'
import { systemClock, systemRandom } from '../clock'
import { pageEnvironment } from '../environment'
import { isDevelopment } from '../isDevelopment'
import type { KeeperAndFeatureState, KeeperFeature } from '../middleware/types'
import { defaultRules } from '../state/config'
import type { RulesConfig } from '../state/config'
import type { Clock, EndedTurn, Environment, Ports, Problem, SharedQueuePort } from '../types'
import { createOptionChecks, hasMethods, wrongOption } from './optionChecks'
import type { TurnkeeperOptions } from './options'

/** The options as the keeper uses them: checked, with defaults. */
export interface ResolvedOptions {
  readonly ports: Ports
  readonly features: readonly KeeperFeature[]
  readonly reducerPath: string
  /** The keeper's state in a root state; `undefined` where it is not mounted. */
  readonly stateIn: (root: unknown) => KeeperAndFeatureState | undefined
  readonly rules: RulesConfig
  readonly maxBackoff: number
  readonly progressInterval: number
  readonly runWithoutPage: boolean
  readonly onTurnEnded: ((ended: EndedTurn, context: { readonly correction: boolean }) => void) | undefined
  readonly onProblem: (problem: Problem) => void
  readonly onError: (error: unknown, context: { readonly raisedBy: string }) => void
  readonly rehydrate: TurnkeeperOptions['rehydrate']
  readonly clock: Clock
  readonly random: () => number
  readonly createId: () => string
  readonly environment: Environment
}

type AnyOptions = TurnkeeperOptions<never, string, readonly KeeperFeature[]>

/**
 * Checks every option up front.
 *
 * @throws TypeError naming the option, what it was given and what it takes.
 */
export function resolveOptions(options: AnyOptions): ResolvedOptions {
  const check = createOptionChecks(options)
  check.known(OPTIONS)
  const { duration } = check
  const ports = resolvePorts(options.ports)
  const hardLimit = options.hardLimit == null ? null : duration('hardLimit', 0, 1)
  const reducerPath = options.reducerPath ?? 'turnkeeper'
  if (typeof reducerPath !== 'string') wrongOption('reducerPath', 'a string', reducerPath)
  return {
    ports,
    features: resolveFeatures(options.features),
    reducerPath,
    stateIn: stateIn(reducerPath, check.fn('selectState', options.selectState)),
    rules: {
      hasStatusChecks: ports.fetchStatus !== undefined,
      hasOpenStream: ports.openStream !== undefined,
      ackTimeout: duration('ackTimeout', defaultRules.ackTimeout, 1),
      sendTimeout: duration('sendTimeout', defaultRules.sendTimeout, 1),
      stallTimeout: duration('stallTimeout', defaultRules.stallTimeout, 1),
      recheckInterval: duration('recheckInterval', defaultRules.recheckInterval, 1),
      registrationWindow: duration('registrationWindow', defaultRules.registrationWindow, 0),
      statusTimeout: duration('statusTimeout', defaultRules.statusTimeout, 1),
      hardLimit,
      historySize: check.number('historySize', defaultRules.historySize, 1),
      backgroundRunExpiry: duration('backgroundRunExpiry', defaultRules.backgroundRunExpiry, 1),
      sendWhileBusy: check.oneOf('sendWhileBusy', 'queue', 'send'),
      onUserStop: check.oneOf('onUserStop', 'drain', 'hold'),
      stopScope: check.oneOf('stopScope', 'turn', 'conversation'),
      holdSendWhileStopping: duration('holdSendWhileStopping', defaultRules.holdSendWhileStopping, 0),
    },
    maxBackoff: duration('maxBackoff', 60_000, 1),
    progressInterval: duration('progressInterval', 1_000, 0),
    runWithoutPage: check.flag('runWithoutPage'),
    onTurnEnded: check.fn('onTurnEnded', options.onTurnEnded),
    onProblem: check.fn('onProblem', options.onProblem) ?? warn,
    onError: check.fn('onError', options.onError) ?? rethrow,
    rehydrate: check.fn('rehydrate', options.rehydrate),
    clock: check.object('clock', options.clock, ['now', 'setTimeout', 'clearTimeout']) ?? systemClock,
    random: check.fn('random', options.random) ?? systemRandom,
    createId: check.fn('createId', options.createId) ?? nanoid,
    environment:
      check.object('environment', options.environment, ['hidden', 'subscribe']) ?? pageEnvironment(),
  }
}

/** Names of all options and ports, of which the types tell when one is missing here. */
const OPTIONS = namesOf<AnyOptions>({
  ports: 1,
  features: 1,
  reducerPath: 1,
  selectState: 1,
  ackTimeout: 1,
  sendTimeout: 1,
  stallTimeout: 1,
  recheckInterval: 1,
  registrationWindow: 1,
  statusTimeout: 1,
  maxBackoff: 1,
  hardLimit: 1,
  historySize: 1,
  backgroundRunExpiry: 1,
  progressInterval: 1,
  sendWhileBusy: 1,
  onUserStop: 1,
  stopScope: 1,
  holdSendWhileStopping: 1,
  runWithoutPage: 1,
  onTurnEnded: 1,
  onProblem: 1,
  onError: 1,
  rehydrate: 1,
  clock: 1,
  random: 1,
  createId: 1,
  environment: 1,
})
const PORTS = namesOf<Ports>({
  sendTurn: 1,
  stopTurn: 1,
  answerInput: 1,
  fetchStatus: 1,
  openStream: 1,
  stopSession: 1,
  listSessions: 1,
  sharedQueue: 1,
})
const QUEUE = namesOf<SharedQueuePort>({ publish: 1, withdraw: 1, claim: 1, subscribe: 1 })
function namesOf<T>(names: Record<keyof T, 1>): readonly string[] {
  return Object.keys(names)
}

function resolvePorts(ports: Ports<never> = {}): Ports {
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
  // An input type of the app's own is a matter of types alone.
  return ports as Ports
}

function resolveFeatures(features: readonly KeeperFeature[] = []): readonly KeeperFeature[] {
  if (!Array.isArray(features)) return wrongOption('features', 'an array of features', features)
  const names = features.map((feature: Partial<KeeperFeature> | null) => feature?.name)
  for (const name of names) {
    if (typeof name !== 'string' || name === 'turns' || name === 'conversations')
      return wrongOption('features', 'an array of features, each with a name of its own', name)
    if (names.filter((other) => other === name).length > 1)
      throw new TypeError(`createTurnkeeper: option "features": "${name}" is given twice; once is enough.`)
  }
  return features
}

type SelectState = AnyOptions['selectState']

/** Finds the keeper's state in a root state. A slice of the app's under the same name is not taken for it. */
const stateIn = (reducerPath: string, select: SelectState) => (root: unknown) => {
  if (typeof root !== 'object' || root === null) return undefined
  let found: unknown
  try {
    found = select ? select(root as never) : (root as Readonly<Record<string, unknown>>)[reducerPath]
  } catch {
    return undefined
  }
  return isKeeperState(found) ? found : undefined
}

const isKeeperState = (found: unknown): found is KeeperAndFeatureState => {
  if (typeof found !== 'object' || found === null) return false
  const { turns, conversations } = found as Partial<KeeperAndFeatureState>
  return turns?.byConversation !== undefined && conversations?.byId !== undefined
}

function warn(problem: Problem): void {
  if (isDevelopment()) console.warn(`redux-turnkeeper: ${problem.message}`, problem.detail ?? '')
}

/** What an app's function throws must not break the queue, nor be swallowed. */
function rethrow(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
