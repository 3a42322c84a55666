import { resolveAssistantOptions } from './assistant'
import type { AssistantConfig, AssistantPorts } from './assistant'
import { systemClock, systemRandom } from './clock'
import { pageEnvironment } from './environment'
import type { TurnkeeperOptions } from './options'
import { nanoid } from '@reduxjs/toolkit'
import { defaultRules } from './rules'
import type { RulesConfig } from './rules'
import type { Clock, EndedTurn, Environment, Ports, Problem } from './types'

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
  const wrong = (name: string, takes: string): never => {
    const given = (options as Record<string, unknown>)[name]
    throw new TypeError(`createTurnkeeper: option "${name}" must be ${takes}; it was given ${String(given)}.`)
  }
  const number = (name: keyof TurnkeeperOptions, fallback: number, least: number): number => {
    const value = options[name] ?? fallback
    const fits = typeof value === 'number' && Number.isFinite(value) && value >= least
    return fits ? value : wrong(name, `a number of at least ${least}`)
  }
  const oneOf = <T extends string>(name: keyof TurnkeeperOptions, ...words: readonly [T, ...T[]]): T => {
    const value = (options[name] ?? words[0]) as T
    return words.includes(value)
      ? value
      : wrong(name, `one of ${words.map((word) => `"${word}"`).join(', ')}`)
  }
  const fn = <T>(name: keyof TurnkeeperOptions, value: T): T =>
    value === undefined || typeof value === 'function' ? value : wrong(name, 'a function')

  const ports = options.ports ?? {}
  for (const [name, port] of Object.entries(ports)) {
    if (port !== undefined && typeof port !== 'function' && name !== 'sharedQueue') {
      throw new TypeError(
        `createTurnkeeper: port "${name}" must be a function; leave it out where there is none.`,
      )
    }
  }
  const hardLimit = options.hardLimit == null ? null : number('hardLimit', 0, 1)
  return {
    ports,
    rules: {
      looks: ports.fetchStatus !== undefined,
      ackTimeout: number('ackTimeout', defaultRules.ackTimeout, 1),
      lookUpAfter: number('lookUpAfter', defaultRules.lookUpAfter, 1),
      recheckAfter: number('recheckAfter', defaultRules.recheckAfter, 1),
      registrationWindow: number('registrationWindow', defaultRules.registrationWindow, 0),
      lookUpTimeout: number('lookUpTimeout', defaultRules.lookUpTimeout, 1),
      hardLimit,
      historySize: number('historySize', defaultRules.historySize, 1),
      sideRunExpiry: number('sideRunExpiry', defaultRules.sideRunExpiry, 1),
      sendWhileBusy: oneOf('sendWhileBusy', 'queue', 'send'),
      onUserStop: oneOf('onUserStop', 'drain', 'hold'),
      stopScope: oneOf('stopScope', 'turn', 'conversation'),
      holdSendWhileStopping: number('holdSendWhileStopping', defaultRules.holdSendWhileStopping, 0),
    },
    assistant: resolveAssistantOptions(options, ports),
    maxBackoff: number('maxBackoff', 60_000, 1),
    progressInterval: number('progressInterval', 1_000, 0),
    onTurnEnded: fn('onTurnEnded', options.onTurnEnded),
    onProblem: fn('onProblem', options.onProblem) ?? warn,
    onError: fn('onError', options.onError) ?? rethrow,
    rehydrate: fn('rehydrate', options.rehydrate),
    clock: options.clock ?? systemClock,
    random: fn('random', options.random) ?? systemRandom,
    createId: fn('createId', options.createId) ?? nanoid,
    environment: options.environment ?? pageEnvironment(),
    paths: {
      turns: options.reducerPaths?.turns ?? 'turns',
      conversations: options.reducerPaths?.conversations ?? 'conversations',
      assistant: options.reducerPaths?.assistant ?? 'assistant',
    },
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
