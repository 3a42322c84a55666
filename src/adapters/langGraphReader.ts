/** LangGraph: the stream of a run, read with memory. */
import {
  errorReported,
  inputRequested,
  inputResolved,
  requestEnded,
  turnEnded,
  turnProgressed,
  turnRetrying,
  turnStarted,
} from '../actions/signals'
import type { ProgressKind } from '../actions/signals'
import type { Address, TurnError } from '../types'
import { NOTHING } from './signal'
import type { Reader, Signal } from './signal'
import { attempt, errorOf, fieldsOf, objectsOf, stringOf } from './wire'
import type { WireEnd } from './wire'

/** One event of a stream, its data parsed. Any event of the official client's streams is one. */
export interface LangGraphEvent {
  readonly event: string
  readonly data?: unknown
  /** For `Last-Event-ID`, where the stream is resumable: a string. */
  readonly id?: unknown
}

/** What a graph waits for. */
export interface LangGraphInterrupt {
  readonly id?: string
  readonly value?: unknown
}

/** Options of `createReader`. */
export interface LangGraphReaderOptions {
  /** The run carries the answers to what the turn had asked: its questions are closed when the run starts. */
  readonly resumes?: boolean | undefined
}

/** What the events that carry messages, tools and subgraphs are made of. */
interface Data {
  readonly run_id: string
  readonly attempt: number
  readonly status: string
  readonly message: string
  readonly error: string
  readonly event: string
  readonly name: string
  readonly toolCallId: string
  readonly tool_call_id: string
  readonly result: unknown
  readonly __interrupt__: readonly LangGraphInterrupt[]
}
interface Message {
  readonly type: string
  readonly content: unknown
  readonly tool_call_id: string
  readonly tool_call_chunks: readonly { readonly id?: string; readonly name?: string }[]
}

/** Signs of work that show nothing new. `messages/metadata` is none: it comes with a message. */
const WORK: ReadonlySet<unknown> = new Set(['custom', 'debug', 'events', 'checkpoints'])

const TOOLS: ReadonlyMap<unknown, ProgressKind> = new Map([
  ['on_tool_start', 'tool_open'],
  ['on_tool_event', 'reasoning'],
  ['on_tool_end', 'tool_closed'],
  ['on_tool_error', 'tool_closed'],
])

/** What `end` says of a run. `interrupted` is not here: the run was cancelled, or waits for a person. */
const ENDS: ReadonlyMap<unknown, WireEnd> = new Map<unknown, WireEnd>([
  ['success', { reason: 'complete' }],
  ['error', { reason: 'error' }],
  ['timeout', { reason: 'interrupted', error: { message: 'timeout', code: 'timeout' } }],
  ['rollback', { reason: 'cancelled' }],
])

/** So many interrupts are remembered for one run. */
const MAX_INTERRUPTS = 64

/**
 * Reads the stream of one run, also where it is resumed in another response: close it when it is not followed any more.
 *
 * @param address The address of the request: its conversation and turn, and the run where it is known. `metadata` tells it.
 */
export function createReader(
  address: Address,
  { resumes = false }: LangGraphReaderOptions = {},
): Reader<LangGraphEvent> {
  let own = address
  let isPaused = resumes
  let isSettled = false
  let error: TurnError | undefined
  const interrupts = new Map<string, LangGraphInterrupt>()

  function start(runId: unknown, tries: unknown): readonly Signal[] {
    const answered = isPaused ? [inputResolved(address)] : []
    own = { ...own, runId: stringOf(runId) ?? own.runId }
    isPaused = isSettled = false
    error = undefined
    interrupts.clear()
    if (typeof tries === 'number' && tries > 1) return [...answered, turnRetrying({ ...own, attempt: tries })]
    return [...answered, turnStarted(own)]
  }

  function asked(): readonly Signal[] {
    isSettled = isPaused = true
    return [...interrupts.values()].map((interrupt) =>
      inputRequested({
        ...own,
        requestId: stringOf(interrupt.id),
        kind: 'interrupt',
        prompt: interrupt.value,
      }),
    )
  }

  function ended(end: WireEnd): readonly Signal[] {
    isSettled = true
    return [turnEnded({ ...own, ...end, ...(end.reason === 'error' && { error }) })]
  }

  function end(status: unknown): readonly Signal[] {
    const mayPause = status === undefined || status === 'success' || status === 'interrupted'
    if (mayPause && interrupts.size > 0) return asked()
    const told = ENDS.get(status)
    // Without a status: an error is the end, and of anything else the close of the stream says as much.
    return told ? ended(told) : status === undefined && error ? ended({ reason: 'error' }) : NOTHING
  }

  function remember(list: unknown): void {
    for (const interrupt of objectsOf<LangGraphInterrupt>(list)) {
      if (interrupts.size < MAX_INTERRUPTS)
        interrupts.set(stringOf(interrupt.id) ?? '', interrupt as LangGraphInterrupt)
    }
  }

  const shows = (kind: ProgressKind, callId?: unknown, text?: unknown): readonly Signal[] => [
    turnProgressed({ ...own, kind, callId: stringOf(callId), text: stringOf(text) }),
  ]

  function read({ event, data }: LangGraphEvent): readonly Signal[] {
    // Of a subgraph: the name has its namespace behind it.
    const [type, ...namespace] = (stringOf(event) ?? '').split('|')
    const told = fieldsOf<Data>(data)
    const isOfSubgraph = namespace.length > 0
    switch (type) {
      case 'metadata':
        return start(told.run_id, told.attempt)
      case 'messages':
        return ofMessage(Array.isArray(data) ? data[0] : undefined)
      case 'messages/partial':
      case 'messages/complete':
        return ofMessage(objectsOf(data).at(-1))
      case 'tools': {
        const kind = TOOLS.get(told.event)
        return kind ? shows(kind, told.toolCallId, told.name) : NOTHING
      }
      case 'lifecycle': {
        const callId = stringOf(told.tool_call_id) ?? namespace.join('|')
        return shows(told.event === 'started' ? 'tool_open' : 'tool_closed', callId)
      }
      case 'values':
        remember(told.__interrupt__)
        return shows('reasoning')
      case 'updates':
        remember(told.__interrupt__)
        return shows('step_done')
      case 'tasks':
        return shows(told.result === undefined ? 'reasoning' : 'step_done')
      case 'error':
        if (isOfSubgraph) return shows('reasoning')
        error = errorOf(told.message, told.error)
        return [errorReported({ ...own, error: error ?? errorOf(data) })]
      case 'end': {
        const isOther = own.runId != null && told.run_id !== undefined && told.run_id !== own.runId
        return isOther ? NOTHING : end(told.status)
      }
    }
    return WORK.has(type) ? shows('reasoning') : NOTHING
  }

  function ofMessage(message: unknown): readonly Signal[] {
    const { type, content, tool_call_id, tool_call_chunks } = fieldsOf<Message>(message)
    if (type === 'tool' || type === 'ToolMessage') return shows('tool_closed', tool_call_id)
    if (type !== 'ai' && type !== 'AIMessageChunk') return NOTHING
    const call = objectsOf<Message['tool_call_chunks'][number]>(tool_call_chunks)[0]
    // Only the first piece of a call has its id.
    if (call) return stringOf(call.id) ? shows('tool_open', call.id, call.name) : shows('reasoning')
    const isText = typeof content === 'string' ? content !== '' : Array.isArray(content) && content.length > 0
    return shows(isText ? 'output' : 'reasoning')
  }

  function close(how: Parameters<Reader<never>['close']>[0]): readonly Signal[] {
    if (isSettled) return NOTHING
    const said = how === 'clean_end' ? end(undefined) : NOTHING
    return said.length > 0 ? said : [requestEnded({ ...own, how })]
  }

  return {
    read: (event) => attempt(() => read(fieldsOf<LangGraphEvent>(event) as LangGraphEvent), NOTHING),
    close,
  }
}
