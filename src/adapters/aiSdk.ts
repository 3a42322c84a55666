/**
 * Vercel AI SDK, the UI message stream (`UIMessageChunk` of `ai`): one response body to a turn.
 *
 * No chunk names a turn, and only `start` may name the message: what the body was asked for goes in with each chunk. There
 * is no look-up. A body that ends without `finish`, `error` or `abort` was lost, not completed: tell so with
 * `requestEnded({ ...request, how: 'clean_end' })`, which says nothing where the turn has ended.
 */
import { turnEnded, turnProgressed, turnStarted } from '../actions'
import type { ProgressKind } from '../actions'
import type { Address } from '../types'
import { NOTHING } from './signal'
import type { Signal } from './signal'

/** What is read of a chunk. Any chunk of the official union is one. */
export interface AiSdkChunk {
  readonly type: string
  readonly messageId?: string
  readonly finishReason?: string
  readonly errorText?: string
  readonly toolCallId?: string
  readonly toolName?: string
  readonly preliminary?: boolean
}

const PROGRESS = new Map<string, ProgressKind>([
  ['text-start', 'output'],
  ['text-delta', 'output'],
  ['text-end', 'message_done'],
  ['reasoning-start', 'reasoning'],
  ['reasoning-delta', 'reasoning'],
  ['tool-input-start', 'tool_open'],
  ['tool-input-delta', 'reasoning'],
  ['tool-input-available', 'tool_open'],
  ['tool-input-error', 'tool_closed'],
  ['tool-output-available', 'tool_closed'],
  ['tool-output-error', 'tool_closed'],
  ['tool-output-denied', 'tool_closed'],
  ['finish-step', 'step_done'],
])

/**
 * What one chunk says of the turn whose body it came in.
 *
 * @param chunk As it came. What cannot be read says nothing: `[]`.
 * @param request The address of the request: its conversation and turn. The message's id of `start` is the run; give it with
 *   the answer to the send.
 */
export function aiSdkSignals(chunk: AiSdkChunk, request: Address): readonly Signal[] {
  const { type, messageId, finishReason, errorText, toolCallId, toolName, preliminary } = chunk ?? {}
  switch (type) {
    case 'start':
      return [turnStarted(messageId === undefined ? request : { ...request, runId: messageId })]
    case 'finish':
      return [turnEnded({ ...request, reason: finishReason === 'error' ? 'error' : 'complete' })]
    case 'abort':
      return [turnEnded({ ...request, reason: 'cancelled' })]
    case 'error':
      // `finish` with the reason "error" may follow: the turn has ended by then.
      return [turnEnded({ ...request, reason: 'error', error: { message: `${errorText}` } })]
  }
  const kind = preliminary ? 'reasoning' : PROGRESS.get(type)
  if (!kind) return NOTHING
  return [
    turnProgressed({
      ...request,
      kind,
      ...(toolCallId !== undefined && { callId: toolCallId }),
      ...(toolName !== undefined && { text: toolName }),
    }),
  ]
}
