import type { AssistantOptions, AssistantPorts } from './assistant'
import type { EndedTurn, Clock, Environment, Ports, Problem } from './types'
import type { Persisted } from './actions'

/** Everything that `createTurnkeeper` takes. Durations in ms, all checked up front. */
export interface TurnkeeperOptions extends AssistantOptions {
  readonly ports?: Ports & AssistantPorts
  /** A send without an answer for this long is looked up. Default 20 000. */
  readonly ackTimeout?: number
  /** A turn is `stalled`, and looked up, when nothing was heard of it for this long. Default 10 000. */
  readonly lookUpAfter?: number
  /** The same while it is unverified or stopping, and the time between look-ups that settle nothing. Default 5 000. */
  readonly recheckAfter?: number
  /** "Idle" is not believed of a turn that has shown no life for this long after it was accepted. Default 20 000. */
  readonly registrationWindow?: number
  /** A look-up without an answer for this long is aborted and counts as failed. Default 15 000. */
  readonly lookUpTimeout?: number
  /** The longest pause between look-ups that fail. Default 60 000. */
  readonly maxBackoff?: number
  /** Ends a turn that is older than this as `timeout`, inferred. Time asleep does not count. Default: none. */
  readonly hardLimit?: number | null
  /** How many ended turns are remembered. Default 100. */
  readonly historySize?: number
  /** Side runs without life for this long are forgotten. Default 600 000. */
  readonly sideRunExpiry?: number
  /** Progress that changes nothing a person sees is let through at most once in this time. Default 1 000. */
  readonly progressInterval?: number
  /** What a prompt does while its conversation is busy: `queue` here (default), or `send` it, since the server queues. */
  readonly sendWhileBusy?: 'queue' | 'send'
  /** After a stop by the user the queue goes on (`drain`, default) or waits for `queueResumed` or the next prompt (`hold`). */
  readonly onUserStop?: 'drain' | 'hold'
  /** What the wire can stop: a named turn (default), or only whatever runs in the conversation. */
  readonly stopScope?: 'turn' | 'conversation'
  /** With `stopScope: 'conversation'`: the longest that a send waits for a stop in flight. Default 10 000. */
  readonly holdSendWhileStopping?: number
  /** Called once for each end, after it took; never by time travel, never for history. An inferred end that a later word set
   * right is told again, as a `correction`. */
  readonly onTurnEnded?: (ended: EndedTurn, context: { readonly correction: boolean }) => void
  /** Told of whatever was wrong and ignored, once per kind. Default: `console.warn` in development. */
  readonly onProblem?: (problem: Problem) => void
  /** Told of errors that a port or callback threw outside its promise. Default: rethrown on a fresh task. */
  readonly onError?: (error: unknown, context: { readonly raisedBy: string }) => void
  /** Maps the app's own rehydrate action to what was kept; see `selectPersisted`. */
  readonly rehydrate?: (action: { readonly type: string }) => Persisted | undefined
  readonly clock?: Clock
  /** A number from 0 up to 1, for jitter. */
  readonly random?: () => number
  /** Makes turn ids, and the owner id of each store's keeper. */
  readonly createId?: () => string
  readonly environment?: Environment
  /** Where the slices are mounted. */
  readonly reducerPaths?: {
    readonly turns?: string
    readonly conversations?: string
    readonly assistant?: string
  }
}
