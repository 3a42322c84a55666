/**
 * The keeper's own actions: claims (compare-and-set: the reducer decides, a nonce in the state shows that it took), the
 * answers of ports, and deadlines. Internal, but for `turnSettled`, `inputOpened` and `inputClosed`.
 */
import type { EndedTurn, Question, StatusAnswer, TurnError } from '../types'
import { event } from './event'

/**
 * Announces an end, once it took, whatever action ended the turn. Join in with `addCase(turnSettled, …)`.
 *
 * Dispatched once for each end, and once more (`correction`) where a later word set an inferred end right. Never by time
 * travel, never for history that was rehydrated.
 */
export const turnSettled = /* @__PURE__ */ event<{
  readonly turn: EndedTurn
  readonly correction: boolean
}>('turnSettled', 'keeper')

/** A question, and the conversation where a person sees it. */
export interface QuestionPayload {
  readonly conversationId: string
  readonly question: Question
}
/**
 * Announces a question that waits for a person from now on. Dispatched once for each, and once more where it is asked anew.
 * Never by time travel, never for what came back from a reload. Join in with `addCase(inputOpened, …)`.
 */
export const inputOpened = /* @__PURE__ */ event<QuestionPayload>('inputOpened', 'keeper')
/** Announces that a question does not wait any more: answered here or elsewhere, expired, or gone with what had asked. */
export const inputClosed = /* @__PURE__ */ event<QuestionPayload>('inputClosed', 'keeper')

// ---------------------------------------------------------------- claims

/** This keeper takes the send of a turn: taken if it may leave now. */
export const sendClaimed = /* @__PURE__ */ event<{
  readonly turnId: string
  readonly conversationId: string
  readonly nonce: string
  /** Another tab has taken it: with its nonce, or, where that is not known, with an empty one. */
  readonly elsewhere?: boolean | undefined
  /** Its place in the shared queue is granted. */
  readonly granted?: boolean | undefined
}>('internal/sendClaimed', 'keeper')
/** A place in the shared queue is asked for. Not asked again before `retryAt`. */
export const queueClaimStarted = /* @__PURE__ */ event<{
  readonly turnId: string
  readonly conversationId: string
  readonly retryAt: number
}>('internal/queueClaimStarted', 'keeper')
/** It was not granted, so often that nobody seems to hold it any more: the message is given back. */
export const queueClaimFailed = /* @__PURE__ */ event<{
  readonly turnId: string
  readonly conversationId: string
}>('internal/queueClaimFailed', 'keeper')
/** This keeper takes a stop that is wanted. */
export const stopClaimed = /* @__PURE__ */ event<{
  readonly turnId: string
  readonly conversationId: string
  readonly nonce: string
}>('internal/stopClaimed', 'keeper')
/** This keeper asks for a background run to be stopped. */
export const backgroundStopClaimed = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly runId: string
  readonly nonce: string
}>('internal/backgroundStopClaimed', 'keeper')
/**
 * A request that was claimed while the view was frozen shows now, and starts (law 21). Dispatched where a user's command
 * was hidden by time travel.
 */
export const claimShown = /* @__PURE__ */ event<{
  readonly kind: 'send' | 'stop' | 'stopBackgroundRun' | 'stopSession'
  readonly turnId: string | null
  readonly runId?: string | undefined
  readonly conversationId: string
  readonly nonce: string
}>('internal/claimShown', 'keeper')
/** A status check leaves. Taken where one of its conversations is due, or (`explicit`) it was asked for by name. */
export const statusCheckStarted = /* @__PURE__ */ event<{
  readonly nonce: string
  readonly conversationIds: readonly string[]
  readonly explicit?: boolean | undefined
}>('internal/statusCheckStarted', 'watchdog')
/** The stream is to be opened. Taken where that is due. */
export const streamOpenClaimed = /* @__PURE__ */ event<{ readonly nonce: string }>(
  'internal/streamOpenClaimed',
  'recovery',
)
/** The keeper asks which sessions live. */
export const sessionsRequested = /* @__PURE__ */ event<{ readonly nonce: string }>(
  'internal/sessionsRequested',
  'recovery',
)

// ---------------------------------------------------------------- answers of ports

/** The answer of a status check for one conversation. Judged on the state that the reducer really gets, by the check's departure. */
export const statusAnswered = /* @__PURE__ */ event<{
  readonly nonce: string
  readonly conversationId: string
  readonly answer: StatusAnswer
}>('internal/statusAnswered', 'status check')
/** It failed, was aborted, or has told all that it had to tell. */
export const statusCheckEnded = /* @__PURE__ */ event<{
  readonly nonce: string
  readonly failed: boolean
  readonly nextAt?: number | undefined
}>('internal/statusCheckEnded', 'status check')
/** The port `openStream` has failed; asked again at `retryAt`. Without it: it has settled. */
export const streamOpenEnded = /* @__PURE__ */ event<{
  readonly nonce: string
  readonly retryAt: number | null
}>('internal/streamOpenEnded', 'recovery')
/** It is stopped, or there was none. */
export const sessionStopped = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly nonce: string
}>('internal/sessionStopped', 'keeper')
/** It could not be stopped: its turn is brought back. */
export const sessionStopRefused = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly nonce: string
  readonly error: TurnError
}>('internal/sessionStopRefused', 'keeper')
/** The answer to the stop of a background run. */
export const backgroundStopAnswered = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly runId: string
  readonly nonce: string
  readonly status: 'acknowledged' | 'not_running' | 'unreachable' | 'lost'
  readonly error?: TurnError | undefined
}>('internal/backgroundStopAnswered', 'keeper')
/** The server did not change a message that it holds. */
export const queueChangeRefused = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly error: TurnError
}>('internal/queueChangeRefused', 'keeper')
/** The sessions that live; `null`: the listing could not be read. */
export const sessionsListed = /* @__PURE__ */ event<{
  readonly nonce: string
  readonly conversationIds: readonly string[] | null
}>('internal/sessionsListed', 'recovery')
export const answerAccepted = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly requestId: string
  readonly nonce?: string | undefined
}>('internal/answerAccepted', 'keeper')
export const answerRefused = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly requestId: string
  readonly nonce?: string | undefined
  readonly reason: 'gone' | 'already_resolved' | 'error'
  readonly error?: TurnError | undefined
}>('internal/answerRefused', 'keeper')
export const answerLost = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly requestId: string
  readonly nonce?: string | undefined
  readonly error?: TurnError | undefined
}>('internal/answerLost', 'keeper')

// ---------------------------------------------------------------- time

/** A deadline of this turn has passed: silence shows, the hard limit ends. Carries the evidence that it was armed for. */
export const turnOverdue = /* @__PURE__ */ event<{
  readonly turnId: string
  readonly conversationId: string
  readonly evidenceSeq: number
}>('internal/turnOverdue', 'watchdog')
/** Background runs of this conversation, or what was scheduled, have been silent for so long that they are forgotten. */
export const backgroundRunsExpired = /* @__PURE__ */ event<{ readonly conversationId: string }>(
  'internal/backgroundRunsExpired',
  'watchdog',
)
/** The time of questions in this conversation is over, as the wire had announced it. */
export const inputsExpired = /* @__PURE__ */ event<{ readonly conversationId: string }>(
  'internal/inputsExpired',
  'watchdog',
)
/** Time passed without observation (`shiftMs` > 0), or the clock was set back (`shiftMs` < 0). */
export const woke = /* @__PURE__ */ event<{ readonly shiftMs: number }>('internal/woke', 'watchdog')
/** A keeper takes over what goes on: unverified, unless it was begun under this keeper itself (`own`). */
export const keeperAttached = /* @__PURE__ */ event<{
  readonly keeperId: string
  readonly own?: boolean | undefined
}>('internal/keeperAttached', 'keeper')
