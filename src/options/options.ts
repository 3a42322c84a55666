import type { Persisted } from '../actions'
import type { KeeperFeature } from '../middleware/types'
import type {
  Clock,
  Connection,
  EndedTurn,
  Environment,
  KeeperState,
  Ports,
  Problem,
  OnQuestion,
  Question,
  QueuePolicy,
  TextWhileAsking,
} from '../types'

/** Everything that `createTurnkeeper` takes. Durations in ms, all checked up front. */
export interface TurnkeeperOptions<
  Input = unknown,
  Path extends string = 'turnkeeper',
  Features extends readonly KeeperFeature[] = readonly KeeperFeature[],
> {
  /** The functions by which the keeper reaches the app's backend. */
  readonly ports?: Ports<Input> | undefined
  /** Ports and stream of one protocol, ready-made: `connectCodex({ … })`. `ports` and the options given beside it win. */
  readonly connection?: Connection<Input> | undefined
  /** What is more than turns and conversations: `[assistant({ ports })]`, … */
  readonly features?: Features | undefined
  /** Where the keeper is mounted in the root state. Default `turnkeeper`. */
  readonly reducerPath?: Path | undefined
  /** Finds the keeper's state where it is not mounted at the root: `(root) => root.chat.turnkeeper`. */
  readonly selectState?: ((root: never) => KeeperState | undefined) | undefined
  /** A send without an answer for this long is checked. Default 20 000. */
  readonly ackTimeout?: number | undefined
  /**
   * A send without an answer for this long, of which a status check knows nothing, is not waited for. A stop and a steer are
   * aborted then, and count as lost. Default 60 000.
   */
  readonly sendTimeout?: number | undefined
  /** A turn is stalled, and checked, when nothing was heard of it for this long. Default 10 000. */
  readonly stallTimeout?: number | undefined
  /** The same while it is unverified or stopping, and the time between status checks that settle nothing. Default 5 000. */
  readonly recheckInterval?: number | undefined
  /** "Idle" is not believed of a turn that has not started for this long after it was accepted. Default 20 000. */
  readonly registrationWindow?: number | undefined
  /** A status check, or a listing of sessions, without an answer for this long is aborted and counts as failed. Default 15 000. */
  readonly statusTimeout?: number | undefined
  /** The longest pause between status checks that fail. Default 60 000. */
  readonly maxBackoff?: number | undefined
  /** Ends a turn that is older than this as `timeout`, inferred. Time asleep does not count. Default: none. */
  readonly hardLimit?: number | null | undefined
  /** How many ended turns are remembered. Default 100. */
  readonly historySize?: number | undefined
  /** Background runs that show nothing for this long are forgotten. Default 600 000. */
  readonly backgroundRunExpiry?: number | undefined
  /** Progress that changes nothing a person sees is let through at most once in this time. Default 1 000. */
  readonly progressInterval?: number | undefined
  /** What a prompt does while its conversation is busy: `queue` here (default), or `send` it, since the server queues. */
  readonly sendWhileBusy?: 'queue' | 'send' | undefined
  /**
   * Whether the queue of a conversation goes on (`drain`, the default of each) or waits for `queueResumed` or the next prompt
   * (`hold`): after a stop by the user, after a turn that failed, after one that met a limit.
   */
  readonly queuePolicy?: QueuePolicy | undefined
  /**
   * What `submitTurn` does with a text while the turn waits for a person: `queue` it behind the turn (default); `answer` the one
   * question that takes it, and queue it where that is not one; or `cancel` the wait: the turn is stopped, and the text is sent.
   */
  readonly onTextWhileAsking?: TextWhileAsking | undefined
  /**
   * With `answer`: what a text is as the answer to a question; `undefined` where that takes no text. Default: the text as it is,
   * for a question of the kind `question`. Never asked of a `secret`.
   */
  readonly answerFromText?: ((input: Input, question: Question) => unknown) | undefined
  /** What the wire can stop: a named turn (default), or only whatever runs in the conversation. */
  readonly stopScope?: 'turn' | 'conversation' | undefined
  /** With `stopScope: 'conversation'`: the longest that a send waits for a stop in flight. Default 10 000. */
  readonly holdSendWhileStopping?: number | undefined
  /** Whether timers run and requests leave where there is no page (a server, a script). Default false. */
  readonly runWithoutPage?: boolean | undefined
  /**
   * Called once for each end, after it took; never by time travel, never for history. An inferred end that a later word set
   * right is told again, as a `correction`. The same as `addCase(turnSettled, …)`, as a callback.
   */
  readonly onTurnEnded?: ((ended: EndedTurn, context: { readonly correction: boolean }) => void) | undefined
  /** Called once for each question that waits for a person from now on. The same as `addCase(inputOpened, …)`. */
  readonly onInputOpened?: OnQuestion | undefined
  /** Called when it does not wait any more, whatever became of it. The same as `addCase(inputClosed, …)`. */
  readonly onInputClosed?: OnQuestion | undefined
  /** Told of whatever was wrong and ignored, once per kind. Default: `console.warn` in development. */
  readonly onProblem?: ((problem: Problem) => void) | undefined
  /** Told of errors that a port or callback threw outside its promise. Default: rethrown on a fresh task. */
  readonly onError?: ((error: unknown, context: { readonly raisedBy: string }) => void) | undefined
  /** Maps the app's own rehydrate action to what was kept; see `selectPersisted`. */
  readonly rehydrate?: ((action: { readonly type: string }) => Persisted | undefined) | undefined
  /** Time and timers. Default: those of the platform. */
  readonly clock?: Clock | undefined
  /** A number from 0 up to 1, for jitter. */
  readonly random?: (() => number) | undefined
  /** Makes turn ids, and the id of each store's keeper. */
  readonly createId?: (() => string) | undefined
  /** What the page knows of itself. Default: `document` and `window`, where they exist. */
  readonly environment?: Environment | undefined
}
