/**
 * Vercel AI SDK 5, 6 and 7, the UI message stream (`UIMessageChunk` of `ai`): one response body to a request.
 *
 * | chunk | signal |
 * | --- | --- |
 * | `start` | `turnStarted`; `messageId`, where the server gives one, is the run |
 * | text, reasoning, tools, `finish-step` | `turnProgressed` |
 * | `tool-approval-request`, `tool-approval-response` | `inputRequested`, `inputResolved` |
 * | `finish`, with a tool call that nobody answered | `inputRequested` for each call: the turn goes on in the next body |
 * | `finish`, `abort`, `error` | `turnEnded` |
 *
 * Ids: no chunk names a turn, so the address of the request goes in. Ends: `finish: length | content-filter | other` are no
 * plain completions. Status check: none, but where the server resumes a body by GET: `readStatus` reads that one. A body that
 * ends without `finish`, `error` or `abort` was lost, not completed: the reader's `close` tells that.
 */
import {
  inputRequested,
  inputResolved,
  requestEnded,
  turnEnded,
  turnProgressed,
  turnStarted,
} from '../actions/signals'
import type { ProgressKind } from '../actions/signals'
import type { Address, Outcome, StatusAnswer } from '../types'
import { NOTHING } from './signal'
import type { Reader, Signal } from './signal'
import { attempt, endOfFinish, errorOf, fieldsOf, stringOf, usageOf } from './wire'

export type { CloseReason, Reader, Signal } from './signal'

/** What is read of a chunk. Any chunk of the official union is one. */
export interface AiSdkChunk {
  readonly type: string
  readonly messageId?: string
  readonly finishReason?: string
  readonly errorText?: string
  readonly toolCallId?: string
  readonly toolName?: string
  readonly preliminary?: boolean
  /** The provider runs this tool itself: its call is no question. */
  readonly providerExecuted?: boolean
  readonly approvalId?: string
  /** The server's own: `totalUsage` (or `usage`) in it is what the body used. */
  readonly messageMetadata?: unknown
  /** Version 7: the server answers this request for approval itself. */
  readonly isAutomatic?: boolean
}

/** How a request differs from the first one of its turn. */
export interface AiSdkReaderOptions {
  /** The request carries the answers to what the turn had asked: its questions are closed when the body starts. */
  readonly resumes?: boolean | undefined
}

const PROGRESS: ReadonlyMap<unknown, ProgressKind> = new Map([
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
 * What one chunk says on its own. Use `createReader`: only with the chunks before it can be told whether `finish` with
 * `tool-calls` ends the turn. Here it is one more step.
 *
 * @param chunk As it came. What cannot be read says nothing: `[]`.
 * @param request The address of the request: its conversation and turn.
 */
export const aiSdkSignals = (chunk: AiSdkChunk, request: Address): readonly Signal[] =>
  attempt(() => signalsOf(chunk, request), NOTHING)

function signalsOf(chunk: AiSdkChunk, request: Address): readonly Signal[] {
  const told = fieldsOf<AiSdkChunk>(chunk)
  const { type } = told
  const requestId = stringOf(told.approvalId)
  switch (type) {
    case 'start':
      return [turnStarted({ ...request, runId: stringOf(told.messageId) ?? request.runId })]
    case 'tool-approval-request':
      if (told.isAutomatic) return NOTHING
      return [inputRequested({ ...request, requestId, kind: type, prompt: chunk })]
    case 'tool-approval-response':
      return requestId === undefined ? NOTHING : [inputResolved({ ...request, requestId })]
    case 'finish':
      if (told.finishReason === 'tool-calls') return [turnProgressed({ ...request, kind: 'step_done' })]
      return [turnEnded({ ...request, ...endOfFinish(told.finishReason) })]
    case 'abort':
      return [turnEnded({ ...request, reason: 'cancelled' })]
    case 'error':
      // `finish` with the reason "error" may follow: the turn has ended by then.
      return [turnEnded({ ...request, reason: 'error', error: errorOf(told.errorText) })]
  }
  const kind = told.preliminary ? 'reasoning' : PROGRESS.get(type)
  if (!kind) return NOTHING
  return [
    turnProgressed({ ...request, kind, callId: stringOf(told.toolCallId), text: stringOf(told.toolName) }),
  ]
}

/** What a server may send along with a message: `messageMetadata: ({ part }) => part.type === 'finish' ? { totalUsage: part.totalUsage } : undefined`. */
interface AiSdkMetadata {
  readonly totalUsage: unknown
  readonly usage: unknown
}
const TOKENS = ['inputTokens', 'outputTokens', 'cachedInputTokens', 'reasoningTokens'] as const

/** Finish reasons after which an open call will not be answered. */
const BROKEN: ReadonlySet<unknown> = new Set(['error', 'length', 'content-filter', 'interrupted'])

/** So many open calls are remembered in one body. */
const MAX_CALLS = 64

/**
 * Reads the body of one request. One reader may also read all bodies of a turn, one after the other.
 *
 * @param request The address of the request: its conversation and turn. The message's id of `start` is the run; give it with
 *   the answer to the send.
 */
export function createReader(
  request: Address,
  { resumes = false }: AiSdkReaderOptions = {},
): Reader<AiSdkChunk> {
  /** Calls without an output, by id; in place of a call the request for its approval. */
  const open = new Map<string, AiSdkChunk>()
  let isPaused = resumes
  let isSettled = false
  /** What the bodies have used, the newest last. */
  const used: unknown[] = []

  function remember(chunk: AiSdkChunk): void {
    const told = fieldsOf<AiSdkChunk>(chunk)
    const { type } = told
    const callId = stringOf(told.toolCallId)
    const keep = (key: string) => {
      if (open.has(key) || open.size < MAX_CALLS) open.set(key, chunk)
    }
    if (type === 'tool-approval-request' && !told.isAutomatic) keep(callId ?? '')
    else if (type === 'tool-approval-response') {
      for (const [id, asked] of open) if (asked.approvalId === told.approvalId) open.delete(id)
    } else if (callId === undefined) return
    else if (type === 'tool-input-available' && !told.providerExecuted) keep(callId)
    else if (PROGRESS.get(type) === 'tool_closed' && !told.preliminary) open.delete(callId)
  }

  function read(chunk: AiSdkChunk): readonly Signal[] {
    const { type, finishReason, messageMetadata } = fieldsOf<AiSdkChunk>(chunk)
    const metadata = fieldsOf<AiSdkMetadata>(messageMetadata)
    const told = metadata.totalUsage ?? metadata.usage
    if (type === 'start') used.push(told)
    else if (told) used.splice(-1, 1, told)
    const usage = usageOf(used, TOKENS)
    const signals = aiSdkSignals(chunk, request).map((signal) =>
      usage && turnEnded.match(signal) ? turnEnded({ ...signal.payload, usage }) : signal,
    )
    if (type === 'start') {
      const answered = isPaused ? [inputResolved(request)] : []
      isPaused = isSettled = false
      open.clear()
      return [...answered, ...signals]
    }
    if (type === 'abort' || type === 'error') isSettled = true
    remember(chunk)
    if (type !== 'finish' || isSettled) return signals
    isSettled = true
    if (open.size === 0 || BROKEN.has(finishReason))
      return [turnEnded({ ...request, ...endOfFinish(finishReason), ...(usage && { usage }) })]
    isPaused = true
    return [...open]
      .filter(([, { type: kind }]) => kind !== 'tool-approval-request')
      .map(([requestId, prompt]) => inputRequested({ ...request, requestId, kind: prompt.type, prompt }))
  }

  return {
    read: (chunk) => attempt(() => read(chunk), NOTHING),
    close: (how) => (isSettled ? NOTHING : [requestEnded({ ...request, how })]),
  }
}

// ---------------------------------------------------------------- the status check

/**
 * What a body that the server resumes says of the conversation, as a status check. It begins with the chunks that were sent
 * before. Where nothing runs a server answers 204, or with a body that holds nothing.
 *
 * @param chunks All that came, of a body that was answered with success.
 * @param options `isOpen`: it has been quiet for a while and goes on. Else it has ended cleanly.
 * @returns `no_status` where it broke off, and for what cannot be read.
 */
export const readStatus = (
  chunks: readonly AiSdkChunk[],
  { isOpen = false }: { readonly isOpen?: boolean | undefined } = {},
): StatusAnswer => attempt(() => statusOf(chunks, isOpen), { status: 'no_status' })

function statusOf(chunks: readonly AiSdkChunk[], isOpen: boolean): StatusAnswer {
  if (!Array.isArray(chunks)) return { status: 'no_status' }
  if (chunks.length === 0) return { status: isOpen ? 'no_status' : 'idle' }
  const reader = createReader({})
  let runId: string | null = null
  let ended: ReturnType<typeof turnEnded>['payload'] | undefined
  const questions = new Map<string | null, ReturnType<typeof inputRequested>['payload']>()
  for (const signal of chunks.flatMap((chunk) => reader.read(chunk))) {
    if (turnStarted.match(signal)) runId = signal.payload.runId ?? null
    else if (inputRequested.match(signal)) questions.set(signal.payload.requestId ?? null, signal.payload)
    else if (inputResolved.match(signal)) questions.delete(signal.payload.requestId ?? null)
    else if (turnEnded.match(signal)) ended ??= signal.payload
  }
  if (ended) {
    const { reason, error, usage } = ended
    return { status: 'idle', last: { runId, outcome: reason as Outcome, error, ...(usage && { usage }) } }
  }
  if (questions.size > 0)
    return {
      status: 'awaiting_input',
      runId,
      questions: [...questions.values()].map(({ requestId, kind, prompt }) => ({ requestId, kind, prompt })),
    }
  return isOpen ? { status: 'running', runId, questions: [] } : { status: 'no_status' }
}
