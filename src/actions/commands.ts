/** What the keeper's commands dispatch. An app calls the commands, and reads these in the DevTools log. */
import type { TurnError } from '../types'
import type { SubmitPayload } from './app'
import { event } from './event'

/** What `turnSubmitted` carries beside the public payload. */
export interface KeeperSubmitPayload extends SubmitPayload {
  /** Another tab's message, seen through the shared queue. */
  readonly shared?: true | undefined
  /** Another tab's message, which left there at once: it does not wait here either. */
  readonly sent?: true | undefined
  /** Claims the send for this keeper, where the turn may leave at once. */
  readonly nonce?: string | undefined
}

/** A prompt was added to the running turn. It makes no turn. */
export const turnSteered = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly turnId: string
  readonly steerId: string
  readonly input: unknown
  /** @internal */
  readonly nonce?: string | undefined
}>('turnSteered', 'user')
/** The running turn did not take it: its text goes to the drafts. */
export const steerRefused = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly steerId: string
  readonly error: TurnError
  /** The answer was lost: it may have arrived. */
  readonly lost?: boolean | undefined
}>('steerRefused', 'keeper')
/** A queued message was withdrawn. Its text goes to the drafts, unless it was withdrawn in another tab. */
export const queuedRemoved = /* @__PURE__ */ event<{
  readonly turnId: string
  readonly elsewhere?: boolean | undefined
}>('queuedRemoved', 'user')

/** The user stops the session. With `nonce` the keeper claims the request with it. */
export const sessionStopRequested = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly nonce?: string | undefined
}>('sessionStopRequested', 'user')

/** The user answers a question. The answer itself is not in the action, unless it is a text that was typed as a prompt. */
export const answerClaimed = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly requestId: string
  readonly nonce: string
  /** The prompt that is the answer: kept until it is known that it arrived. */
  readonly typed?: { readonly turnId: string; readonly input: unknown } | undefined
}>('answerClaimed', 'user')
/** The user cancels a question (a secret, a contact, …): the turn that asked is cancelled with it. */
export const inputCancelled = /* @__PURE__ */ event<{
  readonly conversationId: string
  readonly requestId: string
}>('inputCancelled', 'user')
