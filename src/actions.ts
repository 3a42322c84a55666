/**
 * The shared actions, `endTurn` first. Types read as events in a DevTools log; creators may be imperative.
 *
 * Three sorts, told apart by `meta.source` and, for ends, by `payload.frame`:
 * statements (the app's own word, obeyed as it stands), frames (what an adapter made of the wire, with whatever ids it
 * had), and claims (the keeper's compare-and-sets: the reducer decides, a nonce in the state shows that it took).
 */
import { event } from './event'
import type { Meta } from './event'
import type {
  Address,
  EndReason,
  Grade,
  Outcome,
  SessionStatus,
  SharedMessage,
  StatusAnswer,
  TurnError,
} from './types'

export type { Meta, Source } from './event'

// ---------------------------------------------------------------- the one door

export interface EndPayload extends Address {
  readonly reason: EndReason
  /** Default: the outcome that goes with the reason (`rescued`, `superseded` and `timeout` give `unknown`, `interrupted`). */
  readonly outcome?: Outcome
  readonly error?: TurnError
  /** Default: `inferred` for `rescued`, `timeout`, `superseded`; else `witnessed`. */
  readonly grade?: Grade
  /** It came off the wire through an adapter: without a turn or run it is a hint, not an end. */
  readonly frame?: true
}

/**
 * Ends a turn, in both slices at once.
 *
 * With `turnId` (or `runId`): that turn and no other. With only `conversationId`: the live turn of that conversation.
 * With neither: that of the foreground conversation. Where there is no such live turn nothing changes, to the reference.
 */
export const endTurn = event<EndPayload>('turns/ended', 'app')

// ---------------------------------------------------------------- frames: what adapters make of wire events

export type ProgressKind =
  | 'output'
  | 'reasoning'
  | 'tool_open'
  | 'tool_closed'
  | 'message_done'
  | 'step_done'
  | 'compaction_open'
  | 'compaction_closed'
  | 'status'

export interface ProgressPayload extends Address {
  readonly kind: ProgressKind
  /** Tool call or item that opened or closed. */
  readonly callId?: string
  /** Status text a person may read (`kind: 'status'`, or the name of a tool). */
  readonly text?: string
  /** How many signals this one stands for, itself included. Set by the middleware; 1 where absent. */
  readonly count?: number
}

/** A turn or run has begun. */
export const turnStarted = event<
  Address & { readonly startedMsAgo?: number; readonly continues?: string | null }
>('turns/started', 'stream')
/** A turn is at work. The only frequent action: the middleware holds back those that change nothing a person sees. */
export const turnProgressed = event<ProgressPayload>('turns/progressed', 'stream')
/** An error that is not the end: the agent will try again. A sign of life. */
export const turnRetrying = event<
  Address & { readonly error?: TurnError; readonly attempt?: number; readonly inMs?: number }
>('turns/retrying', 'stream')
/** The turn or run asks a person. */
export const inputRequested = event<
  Address & { readonly requestId: string; readonly kind?: string; readonly prompt?: unknown }
>('turns/inputRequested', 'stream')
/** A question is answered or withdrawn, here or elsewhere. */
export const inputResolved = event<Address & { readonly requestId: string; readonly by?: string }>(
  'turns/inputResolved',
  'stream',
)
/** An error that the wire does not classify: a reason to look, for every conversation that it may concern. */
export const errorReported = event<Address & { readonly error?: TurnError }>('turns/errorReported', 'stream')
/** The transport of one turn's request has settled: names the request, which proves nothing about the turn. */
export const requestEnded = event<
  Address & { readonly how: 'fulfilled' | 'cancelled' | 'clean_end' | 'failed'; readonly error?: TurnError }
>('turns/requestEnded', 'stream')
/** A session status frame, in the wire's own word. Naming no turn it is kept as reported and is a hint. */
export const sessionReported = event<Address & { readonly status: string }>(
  'conversations/sessionReported',
  'stream',
)
/** Conversation `child` belongs to `parent`: its signals are those of a side run. */
export const childOpened = event<{
  readonly child: string
  readonly parent: string
  readonly role?: 'child' | 'auxiliary'
}>('conversations/childOpened', 'stream')
/** The stored transcript of a conversation as it was loaded: evidence about storage, and a reason to look. */
export const historyLoaded = event<{
  readonly conversationId: string
  readonly last: {
    readonly turnId: string | null
    readonly state: 'complete' | 'incomplete' | 'user_only'
  } | null
}>('conversations/historyLoaded', 'stream')
/** The event stream is down. What was live is unverified. */
export const streamDropped = event<{ readonly conversationIds?: readonly string[] }>(
  'stream/dropped',
  'stream',
)
/** The event stream is up (again). Without `replay` nothing missed will come: look-ups leave at once. */
export const streamOpened = event<{
  readonly boot?: string
  readonly resume?: 'live_only' | 'replay' | 'truncated'
}>('stream/opened', 'stream')
/** A new process answers: live turns of the old one are unverified, and interrupted where they turn out to be over. */
export const backendRestarted = event<{ readonly boot?: string }>('stream/backendRestarted', 'stream')

/** What an adapter makes of a frame that ends a turn: the same action as `endTurn`, marked as a frame. */
export const turnEnded = (
  payload: Omit<EndPayload, 'frame'>,
  meta?: Partial<Meta>,
): ReturnType<typeof endTurn> => endTurn({ ...payload, frame: true }, { source: 'stream', ...meta })

// ---------------------------------------------------------------- statements: the app's own word

export interface SessionStatement {
  readonly conversationId: string
  readonly status: SessionStatus
  readonly error?: TurnError
  /** Whether there is a binding that can be recovered. Default: once it was `running`, `ready` or `interrupted`, until `stopped`. */
  readonly bound?: boolean
  /** Opaque: what a new session needs to carry on. Left out, the known one is kept; `null` forgets it. */
  readonly resumeCursor?: string | null
  /**
   * The server's own mark of this snapshot of the session (a version, an `updatedAt`). The same status under the same mark
   * is the same snapshot told again, and changes nothing.
   */
  readonly stamp?: string | number
}
/**
 * The status of a session, as the app knows it. An inactive one (`ready, interrupted, stopped, error`) holds no turn:
 * the live one is settled in the same dispatch, `error` as error, the others as interrupted. What is told again changes
 * nothing, and `ready` does not end a turn that has not begun.
 */
export const sessionStatusChanged = event<SessionStatement>('conversations/sessionStatusChanged', 'app')
/** A session is up: `ready`, or `running` where a turn is at work, which it keeps. */
export const sessionStarted = event<Omit<SessionStatement, 'status'>>('conversations/sessionStarted', 'app')
/** The provider's thread is up. The same for the turn. */
export const threadStarted = event<Omit<SessionStatement, 'status'>>('conversations/threadStarted', 'app')
/** Work that came in from elsewhere (another channel or device) marks its conversation as processing. */
export const workStarted = event<{
  readonly conversationId: string
  readonly turnId: string
  readonly startedMsAgo?: number
}>('turns/adopted', 'app')
/** The user looks at this conversation now. */
export const conversationViewed = event<{ readonly conversationId: string | null }>(
  'conversations/viewed',
  'user',
)
/** The conversation has a new key. With `turnId` only that turn moves, and is known under both keys. */
export const conversationRekeyed = event<{
  readonly from: string
  readonly to: string
  readonly turnId?: string
}>('conversations/rekeyed', 'app')
/** The conversation was archived or deleted: nothing of it is kept but its texts and its records. */
export const conversationClosed = event<{ readonly conversationId: string }>('conversations/closed', 'user')
/** The user has the text of this draft back in the composer. */
export const draftTaken = event<{ readonly conversationId: string; readonly turnId: string }>(
  'conversations/draftTaken',
  'user',
)
/** The user has read the error. */
export const errorDismissed = event<{ readonly conversationId: string }>(
  'conversations/errorDismissed',
  'user',
)
/** Lets a queue go on that a stop holds (`onUserStop: 'hold'`). */
export const queueResumed = event<{ readonly conversationId: string }>('conversations/queueResumed', 'user')
/** Whether turns may leave at all. While not, they queue. */
export const sendingGated = event<{ readonly open: boolean }>('turns/gated', 'app')

/** What an app kept of the keeper's state over a reload; see `selectPersisted`. */
export interface Persisted {
  readonly live?: readonly {
    readonly conversationId: string
    readonly turnId: string
    readonly runs?: readonly string[]
    readonly startedAt?: number
    /** A stop that was asked for and not yet answered. */
    readonly stopping?: boolean
    readonly begun?: boolean
    readonly input?: unknown
  }[]
  readonly queued?: readonly SharedMessage[]
  readonly drafts?: readonly {
    readonly conversationId: string
    readonly turnId: string
    readonly input: unknown
  }[]
}
/** Puts back what survived a reload. Live turns come back `unverified`. What is already known is left alone. */
export const stateRestored = event<Persisted>('turns/restored', 'app')

// ---------------------------------------------------------------- commands and the answers of ports

export interface SubmitPayload {
  readonly turnId: string
  readonly conversationId: string
  readonly input: unknown
  /** `queue`: wait for the live turn. `now`: send beside it, the server queues. Default: option `sendWhileBusy`. */
  readonly mode?: 'queue' | 'now'
  readonly retryOf?: string
  readonly hidden?: boolean
  /** Another tab's message, seen through the shared queue. */
  readonly shared?: true
  /** Claims the send for this keeper, where the turn may leave at once. */
  readonly nonce?: string
}
/** A prompt was submitted: a new turn, live or queued. Dispatched by `keeper.submitTurn`. */
export const turnSubmitted = event<SubmitPayload>('turns/submitted', 'user')
/** A prompt was added to the running turn. It makes no turn. */
export const turnSteered = event<{
  readonly conversationId: string
  readonly turnId: string
  readonly steerId: string
  readonly input: unknown
}>('turns/steered', 'user')
export const steerRefused = event<{
  readonly conversationId: string
  readonly steerId: string
  readonly input: unknown
  readonly error: TurnError
}>('turns/steerRefused', 'keeper')
/** A queued message was withdrawn. Its text goes to the drafts, unless it was withdrawn in another tab. */
export const queuedRemoved = event<{ readonly turnId: string; readonly elsewhere?: boolean }>(
  'turns/withdrawn',
  'user',
)

/** This keeper takes the send of a turn: taken if it may leave now. `elsewhere`: another tab has taken it. */
export const sendClaimed = event<{
  readonly turnId: string
  readonly nonce: string
  readonly elsewhere?: boolean
}>('turns/sendClaimed', 'keeper')
export const sendAccepted = event<{
  readonly turnId: string
  readonly nonce?: string
  readonly runId?: string | null
  readonly as?: 'started' | 'queued'
}>('turns/sendAccepted', 'keeper')
export const sendRefused = event<{
  readonly turnId: string
  readonly nonce?: string
  readonly reason: 'busy' | 'gone' | 'error'
  readonly error?: TurnError
}>('turns/sendRefused', 'keeper')
export const sendLost = event<{
  readonly turnId: string
  readonly nonce?: string
  readonly error?: TurnError
}>('turns/sendLost', 'keeper')

/** The user pressed Stop. With `nonce` the keeper claims the request with it. */
export const stopRequested = event<{
  readonly conversationId?: string | null
  readonly turnId?: string | null
  readonly nonce?: string
}>('turns/stopRequested', 'user')
/** This keeper takes a stop that is wanted. */
export const stopClaimed = event<{ readonly turnId: string; readonly nonce: string }>(
  'turns/stopClaimed',
  'keeper',
)
export const stopAcknowledged = event<{ readonly turnId: string; readonly nonce?: string }>(
  'turns/stopAcknowledged',
  'keeper',
)
export const stopRefused = event<{
  readonly turnId: string
  readonly nonce?: string
  readonly reason: 'no_active_turn' | 'unreachable' | 'changed'
  readonly error?: TurnError
}>('turns/stopRefused', 'keeper')
export const stopLost = event<{
  readonly turnId: string
  readonly nonce?: string
  readonly error?: TurnError
}>('turns/stopLost', 'keeper')

/** The user stops the session. With `nonce` the keeper claims the request with it. */
export const sessionStopRequested = event<{ readonly conversationId: string; readonly nonce?: string }>(
  'conversations/sessionStopRequested',
  'user',
)
/** It is stopped, or there was none. */
export const sessionStopped = event<{ readonly conversationId: string; readonly nonce: string }>(
  'conversations/sessionStopped',
  'keeper',
)
/** It could not be stopped: its turn is brought back. */
export const sessionStopRefused = event<{
  readonly conversationId: string
  readonly nonce: string
  readonly error: TurnError
}>('conversations/sessionStopRefused', 'keeper')
/** The keeper asks which sessions live. */
export const sessionsAsked = event<{ readonly nonce: string }>('conversations/sessionsAsked', 'recovery')
/** The sessions that live; `null`: the listing could not be read. */
export const sessionsListed = event<{
  readonly nonce: string
  readonly conversationIds: readonly string[] | null
}>('conversations/sessionsListed', 'recovery')

/** The user answers a question. The answer itself is not in the action. */
export const answerClaimed = event<{
  readonly conversationId: string
  readonly requestId: string
  readonly nonce: string
}>('turns/answered', 'user')
export const answerAccepted = event<{
  readonly conversationId: string
  readonly requestId: string
  readonly nonce?: string
}>('turns/answerAccepted', 'keeper')
export const answerRefused = event<{
  readonly conversationId: string
  readonly requestId: string
  readonly nonce?: string
  readonly reason: 'gone' | 'already_resolved' | 'error'
  readonly error?: TurnError
}>('turns/answerRefused', 'keeper')
export const answerLost = event<{
  readonly conversationId: string
  readonly requestId: string
  readonly nonce?: string
  readonly error?: TurnError
}>('turns/answerLost', 'keeper')
/** The user cancels a prompt (a secret, a contact, …): the turn that asked is cancelled with it. */
export const inputCancelled = event<{ readonly conversationId: string; readonly requestId: string }>(
  'turns/inputCancelled',
  'user',
)

// ---------------------------------------------------------------- look-ups and the keeper's own

/** A look-up leaves. Taken where one of its conversations is due, or (`explicit`) it was asked for by name. */
export const lookUpClaimed = event<{
  readonly nonce: string
  readonly conversationIds: readonly string[]
  readonly explicit?: boolean
}>('turns/lookUpClaimed', 'watchdog')
/** Its answer for one conversation. Decided on the state that the reducer really gets, by the look-up's departure. */
export const lookUpAnswered = event<{
  readonly nonce: string
  readonly conversationId: string
  readonly answer: StatusAnswer
}>('turns/lookUpAnswered', 'look-up')
/** It failed, was aborted, or has told all that it had to tell. */
export const lookUpClosed = event<{
  readonly nonce: string
  readonly failed: boolean
  readonly nextAt?: number
}>('turns/lookUpClosed', 'look-up')
/** A deadline of this turn has passed: silence is shown, the hard limit ends. Carries the life that it was armed for. */
export const checkDue = event<{ readonly turnId: string; readonly life: number }>(
  'turns/checkDue',
  'watchdog',
)
/** Time passed without observation. */
export const woke = event<{ readonly sleptMs: number }>('keeper/woke', 'watchdog')
/** A keeper takes over what is live: unverified, unless it was begun under this keeper itself (`own`). */
export const keeperAttached = event<{ readonly owner: string; readonly own?: boolean }>(
  'keeper/attached',
  'keeper',
)
/** Side runs, aliases and checks that have run out are forgotten. */
export const swept = event<Record<string, never>>('keeper/swept', 'keeper')
