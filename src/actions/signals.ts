/**
 * Signals: what adapters make of wire events, with whatever ids the frame had. Exported together, as `signals`, so that
 * what the wire says about an end (`signals.turnEnded`) is not mistaken for the app's own word (`endTurn`).
 */
import type { Address, ReportedSchedule, TurnError } from '../types'
import type { EndPayload } from './app'
import { event } from './event'

/** What has begun. */
export interface TurnStartedPayload extends Address {
  /** How long it has been running, where the server says so, ms. A run that is older than the prompt is not the prompt's. */
  readonly startedMsAgo?: number | undefined
  /** The run that this one carries on: both belong to one turn. */
  readonly continues?: string | null | undefined
  /** What a background run is called, in words a person can read. */
  readonly name?: string | undefined
}
/** A turn or run has begun. */
export const turnStarted = /* @__PURE__ */ event<TurnStartedPayload>('signals/turnStarted', 'stream')

/** What a turn at work has just shown. */
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

/** A sign of work. */
export interface ProgressPayload extends Address {
  readonly kind: ProgressKind
  /** Tool call or item that opened or closed. */
  readonly callId?: string | undefined
  /** Status text a person may read (`kind: 'status'`, or the name of a tool). */
  readonly text?: string | undefined
  /** What a background run is called now. */
  readonly name?: string | undefined
  /** How many signals this one stands for, itself included. Set by the middleware; 1 where absent. */
  readonly count?: number | undefined
}
/** A turn is at work. The only frequent signal: the middleware holds back those that change nothing a person sees. */
export const turnProgressed = /* @__PURE__ */ event<ProgressPayload>('signals/turnProgressed', 'stream')

/** An attempt that failed and is made again. */
export interface RetryPayload extends Address {
  readonly error?: TurnError | undefined
  /** Which attempt comes next, counted from 1. */
  readonly attempt?: number | undefined
  /** After how many attempts it gives up. */
  readonly limit?: number | undefined
  /** How long until the next attempt, ms. */
  readonly inMs?: number | undefined
  /** The same as a time, ms since the epoch by the server's clock, where the wire tells no duration. */
  readonly attemptAt?: number | undefined
}
/** An error that is not the end: the agent will try again. Evidence that it runs. */
export const turnRetrying = /* @__PURE__ */ event<RetryPayload>('signals/turnRetrying', 'stream')

/**
 * A run does nothing until it is resumed; a start or progress of it says that it was. A background run is shown as paused,
 * and is not forgotten. Of a turn it is evidence that it is there.
 */
export const runPaused = /* @__PURE__ */ event<Address>('signals/runPaused', 'stream')

/**
 * The conversation goes on by itself at a time: a wake-up, a scheduled task. A newer word takes the place of an older one;
 * without a time, nothing is scheduled any more.
 */
export const workScheduled = /* @__PURE__ */ event<Address & ReportedSchedule>(
  'signals/workScheduled',
  'stream',
)

/** What the wire says of an end. */
export type TurnEndedPayload = EndPayload
/**
 * The wire says that something ended. With a turn or run: that turn and no other. With only a conversation, or nothing: a
 * reason to check, since the frame may be a late one of the turn before.
 */
export const turnEnded = /* @__PURE__ */ event<TurnEndedPayload>('signals/turnEnded', 'stream')

/** What is asked of a person, and by whom. */
export interface InputRequestedPayload extends Address {
  /** Left out where the wire does not say. */
  readonly requestId?: string | null | undefined
  readonly kind?: string | undefined
  readonly prompt?: unknown
  /** For how long it can be answered, ms. Then it is not offered any more, and what asked is checked. */
  readonly expiresInMs?: number | undefined
  /** The same as a time, ms since the epoch by the server's clock, where the wire tells no duration. */
  readonly expiresAt?: number | undefined
}
/** The turn or run asks a person. */
export const inputRequested = /* @__PURE__ */ event<InputRequestedPayload>('signals/inputRequested', 'stream')
/** A question is answered or withdrawn, here or elsewhere. Without an id: whatever the asker had asked. */
export const inputResolved = /* @__PURE__ */ event<
  Address & { readonly requestId?: string | null | undefined; readonly by?: string | undefined }
>('signals/inputResolved', 'stream')

/** The turn has read a message that was added to it, as by `steerTurn`: its text is with the agent. */
export const steerRead = /* @__PURE__ */ event<Address & { readonly steerId: string }>(
  'signals/steerRead',
  'stream',
)

/** An error that the wire does not classify: shown in the activity log, and a reason to check whatever it may concern. */
export const errorReported = /* @__PURE__ */ event<Address & { readonly error?: TurnError | undefined }>(
  'signals/errorReported',
  'stream',
)
/** The transport of one turn's request has settled: names the request, which proves nothing about the turn. */
export const requestEnded = /* @__PURE__ */ event<
  Address & {
    readonly how: 'fulfilled' | 'cancelled' | 'clean_end' | 'failed'
    readonly error?: TurnError | undefined
  }
>('signals/requestEnded', 'stream')
/** A session status frame, in the wire's own word. Kept as reported; naming no turn it is a reason to check. */
export const sessionReported = /* @__PURE__ */ event<Address & { readonly status: string }>(
  'signals/sessionReported',
  'stream',
)
/** Conversation `child` belongs to `parent`: its signals are those of a background run. Told again with a new name, it goes by that. */
export const childOpened = /* @__PURE__ */ event<{
  readonly child: string
  readonly parent: string
  readonly role?: 'child' | 'auxiliary' | undefined
  /** What it is called, in words a person can read. */
  readonly name?: string | undefined
}>('signals/childOpened', 'stream')
/** The stored transcript of a conversation as it was loaded: evidence about storage, and a reason to check. */
export const historyLoaded = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly last: {
    readonly turnId: string | null
    readonly state: 'complete' | 'incomplete' | 'user_only'
  } | null
}>('signals/historyLoaded', 'stream')
/** The event stream is down. What was running is unverified. */
export const streamDropped = /* @__PURE__ */ event<{
  readonly conversationIds?: readonly string[] | undefined
}>('signals/streamDropped', 'stream')
/** The event stream is up (again). What was missed may never come, so status checks leave at once. */
export const streamOpened = /* @__PURE__ */ event<{
  readonly boot?: string | undefined
  readonly source?: string | null | undefined
  readonly resume?: 'live_only' | 'replay' | 'truncated' | undefined
}>('signals/streamOpened', 'stream')
/** A new process answers: running turns of the old one are unverified, and interrupted where they turn out to be over. */
export const backendRestarted = /* @__PURE__ */ event<{
  readonly boot?: string | undefined
  readonly source?: string | null | undefined
}>('signals/backendRestarted', 'stream')
