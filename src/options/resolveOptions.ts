import { nanoid } from '@reduxjs/toolkit'
import { systemClock, systemRandom } from '../clock'
import { pageEnvironment } from '../environment'
import { isDevelopment } from '../isDevelopment'
import type { KeeperAndFeatureState, KeeperFeature } from '../middleware/types'
import type { RulesConfig } from '../state/config'
import { UNREADABLE_STATE, isKeeperState, isOfAnotherVersion } from '../state/mounted'
import type {
  Clock,
  Connection,
  EndedTurn,
  Environment,
  OnQuestion,
  Ports,
  Problem,
  Question,
} from '../types'
import { createOptionChecks } from './optionChecks'
import type { TurnkeeperOptions } from './options'

/** The options as the keeper uses them: checked, with defaults. */
export interface ResolvedOptions {
  readonly ports: Ports
  readonly connection: Connection | undefined
  readonly features: readonly KeeperFeature[]
  readonly reducerPath: string
  /** The keeper's state in a root state; `undefined` where it is not mounted. */
  readonly stateIn: (root: unknown) => KeeperAndFeatureState | undefined
  readonly rules: RulesConfig
  readonly maxBackoff: number
  readonly progressInterval: number
  readonly runWithoutPage: boolean
  readonly onTurnEnded: ((ended: EndedTurn, context: { readonly correction: boolean }) => void) | undefined
  readonly answerFromText: (input: unknown, question: Question) => unknown
  readonly onInputOpened: OnQuestion | undefined
  readonly onInputClosed: OnQuestion | undefined
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
export function resolveOptions(given: AnyOptions): ResolvedOptions {
  const options = withConnection(given)
  const {
    take,
    number,
    duration,
    oneOf,
    flag,
    fn,
    object,
    ports: portsOf,
    noOthers,
  } = createOptionChecks(options, 'createTurnkeeper')
  // An input type of the app's own is a matter of types alone.
  const ports: Ports = portsOf<Ports>(PORTS)
  const reducerPath = take('reducerPath', 'turnkeeper', 'a string', (given) => typeof given === 'string')
  const resolved: ResolvedOptions = {
    ports,
    connection: take('connection', undefined, 'what a function such as connectCodex makes', isConnection),
    features: resolveFeatures(take('features', [], 'an array of features', Array.isArray)),
    reducerPath,
    stateIn: stateIn(reducerPath, fn<SelectState>('selectState', undefined)),
    rules: {
      hasStatusChecks: ports.fetchStatus !== undefined,
      hasOpenStream: ports.openStream !== undefined,
      ackTimeout: duration('ackTimeout', 20_000),
      sendTimeout: duration('sendTimeout', 60_000),
      stallTimeout: duration('stallTimeout', 10_000),
      recheckInterval: duration('recheckInterval', 5_000),
      registrationWindow: duration('registrationWindow', 20_000, 0),
      statusTimeout: duration('statusTimeout', 15_000),
      hardLimit: duration('hardLimit', null),
      historySize: number('historySize', 100, 1),
      backgroundRunExpiry: duration('backgroundRunExpiry', 600_000),
      sendWhileBusy: oneOf('sendWhileBusy', 'queue', 'send'),
      queuePolicy: {
        onStop: 'drain',
        onError: 'drain',
        onLimit: 'drain',
        ...take('queuePolicy', {}, QUEUE_POLICY, isQueuePolicy),
      },
      onTextWhileAsking: oneOf('onTextWhileAsking', 'queue', 'answer', 'cancel'),
      stopScope: oneOf('stopScope', 'turn', 'conversation'),
      holdSendWhileStopping: duration('holdSendWhileStopping', 10_000, 0),
    },
    maxBackoff: duration('maxBackoff', 60_000),
    progressInterval: duration('progressInterval', 1_000, 0),
    runWithoutPage: flag('runWithoutPage'),
    onTurnEnded: fn<AnyOptions['onTurnEnded']>('onTurnEnded', undefined),
    answerFromText: fn('answerFromText', plainAnswer),
    onInputOpened: fn<AnyOptions['onInputOpened']>('onInputOpened', undefined),
    onInputClosed: fn<AnyOptions['onInputClosed']>('onInputClosed', undefined),
    onProblem: fn('onProblem', warn),
    onError: fn('onError', rethrow),
    rehydrate: fn<AnyOptions['rehydrate']>('rehydrate', undefined),
    clock: object('clock', systemClock, 'now', 'setTimeout', 'clearTimeout'),
    random: fn('random', systemRandom),
    createId: fn('createId', nanoid),
    environment: object('environment', pageEnvironment(), 'hidden', 'subscribe'),
  }
  noOthers()
  return resolved
}

/** A text is the answer to what was asked in plain words, as it is. */
const plainAnswer = (input: unknown, { kind }: Question): unknown => (kind === 'question' ? input : undefined)

const isObject = (given: unknown): given is object => typeof given === 'object' && given !== null

const isConnection = (given: unknown): boolean =>
  isObject(given) && isObject((given as Partial<Connection>).ports)

/** The options with what the connection brings, where the app gives nothing of its own. */
function withConnection(given: AnyOptions): AnyOptions {
  const { connection } = given
  if (!connection || !isConnection(connection)) return given
  const own = Object.entries(given).filter(([, value]) => value !== undefined)
  const { ports = {} } = given
  return {
    ...connection.options,
    ...Object.fromEntries(own),
    ports: isObject(ports) ? { ...connection.ports, ...ports } : ports,
  }
}

const QUEUE_POLICY = 'an object with "onStop", "onError" or "onLimit", each "drain" or "hold"'
const isQueuePolicy = (given: unknown): boolean =>
  isObject(given) &&
  Object.entries(given).every(
    ([name, value]) => /^on(Stop|Error|Limit)$/.test(name) && (value === 'drain' || value === 'hold'),
  )

/** Names of all ports, of which the types tell when one is missing here. */
const PORTS: Readonly<Record<keyof Ports, 1>> = {
  sendTurn: 1,
  stopTurn: 1,
  stopBackgroundRun: 1,
  answerInput: 1,
  answerInputs: 1,
  changeQueued: 1,
  fetchStatus: 1,
  openStream: 1,
  stopSession: 1,
  listSessions: 1,
}

function resolveFeatures(features: readonly KeeperFeature[]): readonly KeeperFeature[] {
  const names = new Set<unknown>(['turns', 'conversations'])
  for (const feature of features as readonly (Partial<KeeperFeature> | null)[]) {
    const name = feature?.name
    if (typeof name !== 'string' || names.has(name))
      throw new TypeError(
        `createTurnkeeper: option "features" must be an array of features, each with a name of its own and given once; one is named "${name}".`,
      )
    names.add(name)
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
  if (isKeeperState(found)) return found as KeeperAndFeatureState
  return isOfAnotherVersion(found) ? (UNREADABLE_STATE as KeeperAndFeatureState) : undefined
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
