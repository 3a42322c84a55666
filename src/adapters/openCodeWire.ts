/** What is read of OpenCode's events and bodies, and what its messages say of an end. */
import type { Usage } from '../types'
import { endOfFinish, errorOf, fieldsOf, usageOf } from './wire'
import type { Unchecked, WireEnd } from './wire'

/** What went wrong, as a message or an event carries it. */
export interface OpenCodeError {
  readonly name: string
  readonly data?: { readonly message?: unknown }
}
/** A message of a session: what is read of it. */
export interface OpenCodeMessage {
  readonly id: string
  readonly role: string
  readonly sessionID?: string
  readonly parentID?: string
  readonly time?: { readonly completed?: number }
  readonly finish?: string
  readonly error?: OpenCodeError
  /** A compaction's own message. */
  readonly summary?: unknown
  /** What this message used. */
  readonly tokens?: unknown
}
/** A part of a message, text or a tool call: what is read of it. */
export interface OpenCodePart {
  readonly type: string
  readonly messageID?: string
  readonly callID?: string
  readonly tool?: string
  readonly state?: { readonly status: string }
}
/** The status of a session: what is read of it. */
export interface OpenCodeStatus {
  readonly type: string
  readonly attempt?: number
  readonly message?: string
  /** When it tries again, ms since the epoch. */
  readonly next?: number
}
/** A permission or question that waits for a person. */
export interface OpenCodeRequest {
  readonly id: string
  readonly sessionID: string
  readonly tool?: { readonly messageID?: string }
}
/** A session: what is read of it. */
export interface OpenCodeSession {
  readonly id: string
  readonly parentID?: string
  readonly title?: string
}
/** An event of `/event`, or what `/global/event` wraps one in. */
export interface OpenCodeEvent {
  readonly type?: string
  readonly properties?: unknown
  readonly payload?: { readonly type: string; readonly properties?: unknown }
}

/** After these another message of the same prompt follows. */
const STEPS: ReadonlySet<unknown> = new Set(['tool-calls', 'unknown', 'other'])

/** Whether the agent still writes this message; or died over it. */
export const isOpen = ({ time }: Unchecked<OpenCodeMessage>): boolean =>
  fieldsOf<{ completed: number }>(time).completed == null

/** What a closed assistant message says of its prompt. Aborted while it waited to retry, it has neither finish nor error. */
export function endOf(message: Unchecked<OpenCodeMessage>): WireEnd | null {
  const { finish, error, summary } = message
  if (error) return endOfError(error)
  if (isOpen(message) || summary === true) return null
  if (finish == null) return { reason: 'cancelled' }
  return STEPS.has(finish) ? null : endOfFinish(finish)
}

/** Whether another message of the same prompt follows this one, if its session is still at work. */
export const isStep = (message: Unchecked<OpenCodeMessage>): boolean =>
  !message.error && !isOpen(message) && message.summary !== true && STEPS.has(message.finish)

/** A message was aborted, or has failed. */
export function endOfError(error: unknown): WireEnd {
  const { name, data } = fieldsOf<OpenCodeError>(error)
  if (name === 'MessageAbortedError') return { reason: 'cancelled' }
  return { reason: 'error', error: errorOf(fieldsOf<{ message: unknown }>(data).message, name) }
}

/** What was used before a message, and what it used itself. Its cached input is told beside the rest of its input. */
export function addTokens(before: Usage | undefined, told: unknown): Usage | undefined {
  const { input, output, reasoning, cache } =
    fieldsOf<Record<'input' | 'output' | 'reasoning' | 'cache', number>>(told)
  const { read } = fieldsOf<{ read: number }>(cache)
  const own = { input, output, cached: read, reasoning }
  const [names, wireNames] = [USAGE_NAMES, ['input', 'output', 'cached', 'reasoning'] as const]
  const step = usageOf([own], wireNames)
  return step && usageOf([before, step], names)
}
const USAGE_NAMES = ['inputTokens', 'outputTokens', 'cachedInputTokens', 'reasoningTokens'] as const
