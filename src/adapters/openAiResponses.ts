/**
 * OpenAI Responses (`openai`): one stream to a response, over HTTP or a WebSocket. runId is the response's id.
 *
 * | event | signal |
 * | --- | --- |
 * | `response.created`, `response.queued`, `response.in_progress` | `turnStarted`, once |
 * | deltas, items, tools of the server | `turnProgressed` |
 * | `response.completed` with a call of the page's, or an approval, without its output | `inputRequested` for each |
 * | `response.completed`, `response.incomplete`, `response.failed`, `response.cancelled` | `turnEnded` |
 * | `response.incomplete` with `steered` | `turnProgressed`: the response that follows carries the turn on |
 * | `error` | `errorReported`: it names no response, so it is a reason to check |
 *
 * Ids: the events above carry the response, the others belong to the stream that they came in: the address of its request goes
 * in. Ends: `incomplete` is no completion, its reason is the error's code. Status check: `readStatus` reads the response by
 * its id; one that was not stored (`store: false`) cannot be checked. A stream in the background can be read on after a
 * `sequence_number`. The server knows no list of responses: a prompt whose answer was lost has no id to ask for.
 */
import {
  errorReported,
  inputRequested,
  inputResolved,
  requestEnded,
  turnEnded,
  turnProgressed,
  turnStarted,
} from '../actions/signals'
import type { ProgressKind } from '../actions/signals'
import type { Address, ReportedQuestion, StatusAnswer } from '../types'
import { NOTHING } from './signal'
import type { Reader, Signal } from './signal'
import { attempt, endOfFinish, errorOf, fieldsOf, objectsOf, stringOf } from './wire'
import type { Unchecked, WireEnd } from './wire'

export type { CloseReason, Reader, Signal } from './signal'

// ---------------------------------------------------------------- what is read of the wire

/** What is read of a response. */
export interface OpenAiResponse {
  readonly id: string
  readonly status?: string | undefined
  readonly error?: { readonly message: string; readonly code?: string } | null
  readonly incomplete_details?: { readonly reason?: string } | null
  readonly previous_response_id?: string | null | undefined
  readonly output?: readonly OpenAiItem[]
}
/** What is read of an item of its output. */
export interface OpenAiItem {
  readonly type: string
  readonly id?: string | null
  readonly call_id?: string | null
  readonly name?: string | null
  /** Of a tool search: who runs it. */
  readonly execution?: string
}
/** What is read of an event. Any event of the official union is one. */
export interface OpenAiEvent {
  readonly type: string
  readonly sequence_number?: number
  readonly response?: unknown
  readonly item?: unknown
  /** Of `error`. */
  readonly message?: string
  readonly code?: string | null
  /** Of `response.steer.accepted` and `response.steer.failed`, on a WebSocket. */
  readonly steer?: unknown
}

/** Options of `createReader`. */
export interface OpenAiReaderOptions {
  /** The request carries the outputs that the turn had asked for: its questions are closed when the response starts. */
  readonly resumes?: boolean | undefined
}

// ---------------------------------------------------------------- what it says

const TEXT = /^response\.(output_text|refusal|output_audio|audio(\.transcript)?)\.delta$/
const STARTS = /^response\.(created|queued|in_progress)$/
const ENDS = /^response\.(completed|incomplete|failed|cancelled)$/
/** Calls that the page answers, with an item of the same `call_id`, or of the approval's `id`. */
const OF_PAGE =
  /^(function_call|custom_tool_call|computer_call|local_shell_call|shell_call|apply_patch_call|mcp_approval_request)$/
/** Items that are no tool at work. */
const QUIET = /^(message|reasoning|compaction|.*_output|mcp_list_tools|mcp_approval_response)$/

type Response = Unchecked<OpenAiResponse>

function endOf({ status, error, incomplete_details }: Response): WireEnd | null {
  const { reason } = fieldsOf<NonNullable<OpenAiResponse['incomplete_details']>>(incomplete_details)
  const words = fieldsOf<NonNullable<OpenAiResponse['error']>>(error)
  switch (status) {
    case 'completed':
      return { reason: 'complete' }
    case 'incomplete':
      return endOfFinish(stringOf(reason) ?? 'incomplete')
    case 'failed':
      return { reason: 'error', error: errorOf(words.message, words.code) }
    case 'cancelled':
      return { reason: 'cancelled' }
    default:
      return null
  }
}

const isSteered = ({ status, incomplete_details }: Response): boolean =>
  status === 'incomplete' &&
  fieldsOf<NonNullable<OpenAiResponse['incomplete_details']>>(incomplete_details).reason === 'steered'

/** What a response that is completed waits for. */
function questionsOf({ output }: Response): readonly ReportedQuestion[] {
  const items = objectsOf<OpenAiItem>(output)
  const answered = new Set(
    items.filter(({ type }) => stringOf(type)?.endsWith('_output')).map(({ call_id }) => call_id),
  )
  return items.flatMap((item): ReportedQuestion[] => {
    const { type, id, call_id, execution } = item
    const isOfPage =
      OF_PAGE.test(`${stringOf(type)}`) || (type === 'tool_search_call' && execution === 'client')
    const requestId = stringOf(call_id) ?? stringOf(id)
    if (!isOfPage || answered.has(requestId)) return []
    return [{ requestId, kind: stringOf(type), prompt: item }]
  })
}

/**
 * Reads the stream of one request, also where it is read on after a `sequence_number`; or all that a WebSocket carries for one
 * turn.
 *
 * @param request The address of the request: its conversation and turn.
 */
export function createReader(
  request: Address,
  { resumes = false }: OpenAiReaderOptions = {},
): Reader<OpenAiEvent> {
  let own = request
  let isPaused = resumes
  let isStarted = false
  let isSettled = false
  /** A response follows by itself: steering input was taken, and is in none yet. */
  const steers = new Set<unknown>()

  function start({ id, previous_response_id }: Response): readonly Signal[] {
    const runId = stringOf(id)
    if (isStarted && (runId === undefined || runId === own.runId)) return NOTHING
    const answered = isPaused ? [inputResolved(request)] : []
    const before = own.runId
    const continues = isStarted && before != null && previous_response_id === before ? before : undefined
    own = { ...own, runId: runId ?? own.runId }
    isPaused = isSettled = false
    isStarted = true
    if (continues !== undefined) steers.clear()
    return [...answered, turnStarted(continues === undefined ? own : { ...own, continues })]
  }

  function finish(type: string, response: Response): readonly Signal[] {
    const id = stringOf(response.id)
    // Of another response in the same stream: that one alone.
    const at = id === undefined || own.runId == null || id === own.runId ? own : { ...request, turnId: null }
    const address = { ...at, runId: id ?? own.runId }
    const isOwn = at === own
    const told = { ...response, status: stringOf(response.status) ?? type.slice('response.'.length) }
    const questions = told.status === 'completed' ? questionsOf(told) : []
    if (questions.length > 0) {
      if (isOwn) isSettled = isPaused = true
      return questions.map((question) => inputRequested({ ...address, ...question }))
    }
    if (isSteered(told) || (isOwn && told.status === 'completed' && steers.size > 0))
      return [turnProgressed({ ...address, kind: 'step_done' })]
    const end = endOf(told)
    if (!end) return NOTHING
    if (isOwn) isSettled = true
    return [turnEnded({ ...address, ...end })]
  }

  function steered(type: string, steer: unknown): readonly Signal[] {
    const { id } = fieldsOf<{ id: string }>(steer)
    if (type === 'response.steer.accepted') steers.add(id)
    else if (type === 'response.steer.failed') steers.delete(id)
    return NOTHING
  }

  function read(event: OpenAiEvent): readonly Signal[] {
    const told = fieldsOf<OpenAiEvent>(event)
    const type = stringOf(told.type) ?? ''
    const response = fieldsOf<OpenAiResponse>(told.response)
    if (STARTS.test(type)) return start(response)
    if (ENDS.test(type)) return finish(type, response)
    if (type === 'error') return [errorReported({ ...own, error: errorOf(told.message, told.code) })]
    if (type.startsWith('response.steer.')) return steered(type, told.steer)
    return type.startsWith('response.') ? progress(type, fieldsOf<OpenAiItem>(told.item)) : NOTHING
  }

  function progress(
    type: string,
    { type: item, id, call_id, name }: Unchecked<OpenAiItem>,
  ): readonly Signal[] {
    const isDone = type === 'response.output_item.done'
    if (!isDone && type !== 'response.output_item.added') {
      const kind: ProgressKind = TEXT.test(type) ? 'output' : 'reasoning'
      return [turnProgressed({ ...own, kind })]
    }
    const tool = stringOf(item) ?? 'message'
    if (isDone && tool.endsWith('_output'))
      return [turnProgressed({ ...own, kind: 'tool_closed', callId: stringOf(call_id) })]
    if (QUIET.test(tool))
      return [turnProgressed({ ...own, kind: isDone && tool === 'message' ? 'message_done' : 'reasoning' })]
    const callId = stringOf(call_id) ?? stringOf(id)
    const kind = isDone && !OF_PAGE.test(tool) ? 'tool_closed' : 'tool_open'
    return [turnProgressed({ ...own, kind, callId, text: stringOf(name) ?? tool })]
  }

  return {
    read: (event) => attempt(() => read(event), NOTHING),
    close: (how) => (isSettled ? NOTHING : [requestEnded({ ...own, how })]),
  }
}

// ---------------------------------------------------------------- the status check

/**
 * What a status check says of one response.
 *
 * @param response The body of `GET /responses/:id`; `null` where that was answered with "not found".
 * @returns `absent` where the server does not have it; `no_status` for what cannot be read.
 */
export const readStatus = (response: OpenAiResponse | null): StatusAnswer =>
  attempt(() => statusOf(response), { status: 'no_status' })

function statusOf(body: OpenAiResponse | null): StatusAnswer {
  if (body === null) return { status: 'absent' }
  const response = fieldsOf<OpenAiResponse>(body)
  const runId = stringOf(response.id) ?? null
  if (response.status === 'in_progress' || response.status === 'queued') return { status: 'running', runId }
  const questions = response.status === 'completed' ? questionsOf(response) : []
  if (questions.length > 0) return { status: 'awaiting_input', runId, questions }
  // It was carried on by a response that cannot be found by the id of this one.
  if (isSteered(response)) return { status: 'idle' }
  const end = endOf(response)
  if (!end) return { status: 'no_status' }
  return { status: 'idle', last: { runId, outcome: end.reason, error: end.error } }
}
