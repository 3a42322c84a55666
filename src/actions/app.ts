/** The app's own words: obeyed as they stand. `endTurn` first. */
import type {
  Address,
  DraftKind,
  EndReason,
  Grade,
  Outcome,
  QueueHold,
  SessionStatus,
  SharedMessage,
  TextWhileAsking,
  TurnError,
  UnseenEnd,
  Usage,
} from '../types'
import { event } from './event'

/** Which turn ended, and how. */
export interface EndPayload extends Address {
  readonly reason: EndReason
  /** Default: the outcome that goes with the reason (`rescued` and `timeout` give `unknown`, `superseded` `interrupted`). */
  readonly outcome?: Outcome | undefined
  readonly error?: TurnError | undefined
  /** Why it stopped, in the wire's own word: `length`, `content_filter`, … */
  readonly finishReason?: string | undefined
  /** What the whole turn used. */
  readonly usage?: Usage | undefined
  /** It met a rate or usage limit that holds until then, ms since the epoch. */
  readonly limitedUntil?: number | undefined
  /** Default: `inferred` for `rescued`, `timeout`, `superseded`; else `witnessed`. */
  readonly grade?: Grade | undefined
}
/**
 * Ends a turn, in both slices at once. The app's own word: never for a frame that names no turn (`signals.turnEnded`).
 *
 * With `turnId` (or `runId`): that turn and no other. With only `conversationId`: the active turn of that conversation.
 * With neither: that of the conversation that the user looks at. Where there is no such turn nothing changes, to the
 * reference.
 */
export const endTurn = /* @__PURE__ */ event<EndPayload>('endTurn', 'app')

/** What the app says of a session. */
export interface SessionStatement {
  readonly conversationId: string
  readonly status: SessionStatus
  readonly error?: TurnError | undefined
  /** Whether there is a binding that can be recovered. Default: once it was `running`, `ready` or `interrupted`, until `stopped`. */
  readonly bound?: boolean | undefined
  /** Opaque: what a new session needs to carry on. Left out, the known one is kept; `null` forgets it. */
  readonly resumeCursor?: string | null | undefined
  /**
   * The server's own mark of this snapshot of the session (a version, an `updatedAt`). The same status under the same mark
   * is the same snapshot told again, and changes nothing.
   */
  readonly stamp?: string | number | undefined
}
/**
 * The status of a session, as the app knows it. An inactive one (`ready, interrupted, stopped, error`) holds no turn: the
 * active one is ended in the same dispatch (inferred), `error` as error, the others as interrupted. What is told again
 * changes nothing, and `ready` does not end a turn that has not started.
 */
export const sessionStatusChanged = /* @__PURE__ */ event<SessionStatement>('sessionStatusChanged', 'app')
/** A session is up: `ready`, or `running` where a turn is at work, which it keeps. */
export const sessionStarted = /* @__PURE__ */ event<Omit<SessionStatement, 'status'>>('sessionStarted', 'app')
/** The provider's thread is up. The same for the turn. */
export const threadStarted = /* @__PURE__ */ event<Omit<SessionStatement, 'status'>>('threadStarted', 'app')
/** Work that came in from elsewhere (another channel or device) marks its conversation as processing. */
export const workStarted = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly turnId: string
  readonly startedMsAgo?: number | undefined
}>('workStarted', 'app')
/** The user looks at this conversation now; `null`: at none. What ended there is seen. */
export const conversationViewed = /* @__PURE__ */ event<{ readonly conversationId: string | null }>(
  'conversationViewed',
  'user',
)
/**
 * A person looks at this conversation, in this tab or in another: what was marked as new there is seen. Join in with
 * `addCase(conversationSeen, …)`.
 */
export const conversationSeen = /* @__PURE__ */ event<{ readonly conversationId: string }>(
  'tabs/conversationSeen',
  'user',
)
/** The conversation has a new key. With `turnId` only that turn moves, and is known under both keys. */
export const conversationRekeyed = /* @__PURE__ */ event<{
  readonly from: string
  readonly to: string
  readonly turnId?: string | undefined
}>('conversationRekeyed', 'app')
/** The conversation was archived or deleted: nothing of it is kept but its texts, as drafts, and its records. */
export const conversationClosed = /* @__PURE__ */ event<{ readonly conversationId: string }>(
  'conversationClosed',
  'user',
)
/** The user has the text of this draft back in the composer. */
export const draftTaken = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly turnId: string
}>('draftTaken', 'user')
/** The user has read the error. */
export const errorDismissed = /* @__PURE__ */ event<{ readonly conversationId: string }>(
  'errorDismissed',
  'user',
)
/** Lets a queue that is held go on. */
export const queueResumed = /* @__PURE__ */ event<{ readonly conversationId: string }>('queueResumed', 'user')
/** Holds the queue, until `queueResumed` or the next prompt. */
export const queuePaused = /* @__PURE__ */ event<{ readonly conversationId: string }>('queuePaused', 'user')
/** Withdraws all messages that wait: their texts are drafts. Those that the server holds are stopped there. */
export const queueCleared = /* @__PURE__ */ event<{ readonly conversationId: string }>('queueCleared', 'user')
/**
 * A message that waits gets another text. One that the server holds is changed by the port `changeQueued`; an app that has
 * done so itself says so with `accepted`.
 */
export const queuedEdited = /* @__PURE__ */ event<{
  readonly turnId: string
  readonly input: unknown
  readonly accepted?: true | undefined
}>('queuedEdited', 'user')
/** A message that waits moves in front of another one that waits in the same place (here, or at the server); `null`: to the end. */
export const queuedMoved = /* @__PURE__ */ event<{
  readonly turnId: string
  readonly before: string | null
  readonly accepted?: true | undefined
}>('queuedMoved', 'user')
/** A message that waits here leaves next: what runs in front of it is stopped, and a queue that is held goes on. */
export const queuedSentNow = /* @__PURE__ */ event<{ readonly turnId: string }>('queuedSentNow', 'user')
/** Whether turns may leave at all. While not, they queue. */
export const sendingGated = /* @__PURE__ */ event<{ readonly open: boolean }>('sendingGated', 'app')
/**
 * Who is signed in; `null`: nobody. Another user, or none, and everything of the last one goes: turns, queues, drafts,
 * questions, sessions, requests in flight. The same user again changes nothing.
 */
export const userChanged = /* @__PURE__ */ event<{ readonly userId: string | null }>('userChanged', 'app')

/** What an app kept of the keeper's state over a reload; see `selectPersisted`. */
export interface Persisted {
  readonly live?:
    | readonly {
        readonly conversationId: string
        readonly turnId: string
        readonly runs?: readonly string[] | undefined
        readonly startedAt?: number | undefined
        /** A stop that was asked for and not yet answered. */
        readonly stopping?: boolean | undefined
        readonly begun?: boolean | undefined
        readonly firstEvidenceAt?: number | null | undefined
        readonly firstOutputAt?: number | null | undefined
        readonly input?: unknown
        readonly hidden?: boolean | undefined
      }[]
    | undefined
  readonly queued?: readonly SharedMessage[] | undefined
  readonly drafts?:
    | readonly {
        readonly conversationId: string
        readonly turnId: string
        readonly input: unknown
        readonly arrived?: 'no' | 'unknown' | undefined
        readonly kind?: DraftKind | undefined
      }[]
    | undefined
  readonly unseen?: readonly UnseenEnd[] | undefined
  /** Why the queues of conversations are held. */
  readonly holds?: readonly (QueueHold & { readonly conversationId: string })[] | undefined
  readonly questions?:
    | readonly {
        readonly conversationId: string
        readonly requestId: string | null
        readonly askerId: string | null
        readonly kind: string
        readonly prompt: unknown
        readonly expiresAt?: number | null | undefined
      }[]
    | undefined
}
/** Puts back what survived a reload. Turns that had left come back unverified. What is already known is left alone. */
export const stateRestored = /* @__PURE__ */ event<Persisted>('stateRestored', 'app')

// ---------------------------------------------------------------- requests that the app makes itself, without ports

/** A prompt that was submitted. */
export interface SubmitPayload {
  readonly turnId: string
  readonly conversationId: string
  readonly input: unknown
  /** `queue`: wait for the active turn. `now`: send beside it, the server queues. Default: option `sendWhileBusy`. */
  readonly mode?: 'queue' | 'now' | undefined
  /** What it does while the turn waits for a person, where no `mode` is given. Default: option `onTextWhileAsking`. */
  readonly whileAsking?: TextWhileAsking | undefined
  readonly retryOf?: string | undefined
  readonly hidden?: boolean | undefined
}
/** A prompt was submitted: a new turn, active or queued. `keeper.submitTurn` dispatches it; an app without ports does so itself. */
export const turnSubmitted = /* @__PURE__ */ event<SubmitPayload>('turnSubmitted', 'user')

/** The server took a prompt. */
export interface SendAcceptedPayload {
  readonly turnId: string
  readonly conversationId?: string | undefined
  /** @internal */
  readonly nonce?: string | undefined
  /** The server's own name for what it made of the prompt, where it says so. */
  readonly runId?: string | null | undefined
  /** `queued`: the server has it, and holds it back. Default `started`. */
  readonly as?: 'started' | 'queued' | undefined
}
/** The server took the prompt. Dispatched by the keeper where there is a port `sendTurn`, else by the app. */
export const sendAccepted = /* @__PURE__ */ event<SendAcceptedPayload>('sendAccepted', 'keeper')

/** The server refused a prompt, in its own word: a gateway's 5xx is `sendLost`. */
export interface SendRefusedPayload {
  readonly turnId: string
  readonly conversationId?: string | undefined
  /** @internal */
  readonly nonce?: string | undefined
  /** `busy`: tried again later. `gone`: the conversation or session is no more. `error`: any other refusal. */
  readonly reason: 'busy' | 'gone' | 'error'
  readonly error?: TurnError | undefined
  /** With `busy`: how long to wait before the next attempt, ms. */
  readonly retryAfterMs?: number | undefined
}
/** The server refused the prompt. */
export const sendRefused = /* @__PURE__ */ event<SendRefusedPayload>('sendRefused', 'keeper')

/** The answer to a send was lost. */
export interface SendLostPayload {
  readonly turnId: string
  readonly conversationId?: string | undefined
  /** @internal */
  readonly nonce?: string | undefined
  readonly error?: TurnError | undefined
}
/** The connection died before an answer: the prompt may or may not have arrived. */
export const sendLost = /* @__PURE__ */ event<SendLostPayload>('sendLost', 'keeper')

/** Which turn is to be stopped: that of `turnId`, else the active one of the conversation, else of the one looked at. */
export interface StopRequestedPayload {
  readonly conversationId?: string | null | undefined
  readonly turnId?: string | null | undefined
  /** @internal */
  readonly nonce?: string | undefined
}
/** The user pressed Stop. `keeper.stopTurn` dispatches it. */
export const stopRequested = /* @__PURE__ */ event<StopRequestedPayload>('stopRequested', 'user')

/** The server took a stop. */
export interface StopAcknowledgedPayload {
  readonly turnId: string
  /** @internal */
  readonly nonce?: string | undefined
}
/** The server took the stop, which does not mean that the turn is stopped. */
export const stopAcknowledged = /* @__PURE__ */ event<StopAcknowledgedPayload>('stopAcknowledged', 'keeper')

/** The server refused a stop. */
export interface StopRefusedPayload {
  readonly turnId: string
  /** @internal */
  readonly nonce?: string | undefined
  /** `no_active_turn`: there is nothing to stop. `changed`: another turn runs there. `unreachable`: the agent is not. */
  readonly reason: 'no_active_turn' | 'unreachable' | 'changed'
  readonly error?: TurnError | undefined
}
/** The server refused the stop. */
export const stopRefused = /* @__PURE__ */ event<StopRefusedPayload>('stopRefused', 'keeper')

/** The answer to a stop was lost. */
export interface StopLostPayload {
  readonly turnId: string
  /** @internal */
  readonly nonce?: string | undefined
  readonly error?: TurnError | undefined
}
/** The answer to the stop was lost. */
export const stopLost = /* @__PURE__ */ event<StopLostPayload>('stopLost', 'keeper')
