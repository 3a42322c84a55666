/**
 * Codex app-server: JSON-RPC over stdio or WebSocket (`codex app-server generate-ts` prints the official types).
 *
 * conversationId is the thread's id, runId the Codex turn's. `turn/completed` comes once and names its turn: the end.
 * `thread/status/changed` names only the thread and comes just before it: a hint. `error` is never an end.
 */
import {
  childOpened,
  errorReported,
  inputRequested,
  inputResolved,
  sessionReported,
  turnEnded,
  turnProgressed,
  turnRetrying,
  turnStarted,
} from '../actions'
import type { ProgressKind } from '../actions'
import type { SendResult, StatusAnswer, StopResult } from '../types'
import { NOTHING } from './signal'
import type { Signal } from './signal'

// ---------------------------------------------------------------- what is read of the wire

export interface CodexError {
  readonly message: string
}
export interface CodexTurn {
  readonly id: string
  readonly status: 'completed' | 'interrupted' | 'failed' | 'inProgress'
  readonly error?: CodexError | null
}
export interface CodexThread {
  readonly id: string
  readonly parentThreadId?: string | null
  readonly status: { readonly type: string; readonly activeFlags?: readonly string[] }
  /** Oldest first. Empty where they were not asked for. */
  readonly turns?: readonly CodexTurn[]
}
/** Everything that is read of a message's parameters, and nothing that is sure to be there. */
export interface CodexParams {
  readonly threadId?: string
  readonly turnId?: string | null
  readonly turn?: CodexTurn
  readonly thread?: CodexThread
  readonly status?: CodexThread['status']
  readonly item?: { readonly id: string; readonly type: string; readonly tool?: string }
  readonly error?: CodexError
  readonly willRetry?: boolean
  readonly requestId?: string | number
}

/** A notification, or (with `id`) a request of the server's. */
export interface CodexMessage {
  readonly method: string
  readonly id?: string | number
  readonly params?: unknown
}

// ---------------------------------------------------------------- signals

const REASONS = new Map<unknown, 'complete' | 'cancelled' | 'error'>([
  ['completed', 'complete'],
  ['interrupted', 'cancelled'],
  ['failed', 'error'],
])

/** What the start and the end of an item are; any other type of item is a tool at work. */
const ITEMS = new Map<string, readonly ProgressKind[]>([
  ['userMessage', []],
  ['hookPrompt', []],
  ['agentMessage', ['output', 'message_done']],
  ['plan', ['output', 'message_done']],
  ['reasoning', ['reasoning', 'reasoning']],
  ['contextCompaction', ['compaction_open', 'compaction_closed']],
])
const TOOL = ['tool_open', 'tool_closed'] as const

/** Text for the person streams; everything else only shows that the turn is at work. */
const PROGRESS =
  /^item\/(agentMessage|plan)\/delta$|^item\/.*(Delta|patchUpdated|progress)$|^turn\/(plan|diff)\/updated$/
const QUESTION = /\/(requestApproval|requestUserInput|elicitation\/request)$/

/**
 * What one message of the server says of turns.
 *
 * @param message A notification or a server request, as it came. Answers to one's own requests go to `sendResult`,
 *   `stopResult` and `readStatus`. What cannot be read says nothing: `[]`.
 * @param boot The generation of the server process, where the app tells them apart. The ids of the server's requests begin
 *   again at 0 in each: with `boot`, a question's id is `<boot>:<id>`, else `<id>`.
 */
export function codexSignals(message: CodexMessage, boot?: string): readonly Signal[] {
  const { method = '', id } = message ?? {}
  const { threadId, turnId, turn, thread, status, item, error, willRetry, requestId } = (message?.params ??
    {}) as CodexParams
  if (method === 'thread/started' && thread?.parentThreadId) {
    return [childOpened({ child: thread.id, parent: thread.parentThreadId })]
  }
  if (typeof threadId !== 'string') return NOTHING
  const at = {
    conversationId: threadId,
    runId: turn?.id ?? turnId ?? null,
    ...(boot !== undefined && { boot }),
  }
  const question = (raw: unknown) => (boot === undefined ? `${raw}` : `${boot}:${raw}`)

  if (id !== undefined) {
    if (!QUESTION.test(method)) return NOTHING
    return [inputRequested({ ...at, requestId: question(id), kind: method, prompt: message.params })]
  }
  switch (method) {
    case 'turn/started':
      return [turnStarted(at)]
    case 'turn/completed': {
      const reason = REASONS.get(turn?.status)
      return reason ? [turnEnded({ ...at, reason, ...errorOf(turn?.error) })] : NOTHING
    }
    case 'error':
      return [(willRetry ? turnRetrying : errorReported)({ ...at, ...errorOf(error) })]
    case 'thread/status/changed':
    case 'thread/closed':
      return [sessionReported({ ...at, status: status ? wordOf(status) : 'closed' })]
    case 'serverRequest/resolved':
      return [inputResolved({ ...at, requestId: question(requestId) })]
    case 'item/started':
    case 'item/completed': {
      if (!item?.id) return NOTHING
      const { type, id: callId, tool = type } = item
      const kinds = ITEMS.get(type)
      const place = method === 'item/started' ? 0 : 1
      if (kinds) return kinds[place] ? [turnProgressed({ ...at, kind: kinds[place] })] : NOTHING
      return [turnProgressed({ ...at, kind: TOOL[place], callId, text: tool })]
    }
  }
  const progress = PROGRESS.exec(method)
  return progress ? [turnProgressed({ ...at, kind: progress[1] ? 'output' : 'reasoning' })] : NOTHING
}

const wordOf = ({ type }: CodexThread['status']): string =>
  type === 'active' ? 'running' : type === 'systemError' ? 'error' : `${type}`

const errorOf = (error: CodexError | null | undefined) =>
  error ? { error: { message: `${error.message}` } } : {}

// ---------------------------------------------------------------- answers

/** A JSON-RPC answer. */
export interface CodexAnswer {
  readonly result?: unknown
  readonly error?: CodexError | null
}

/** The answer to `turn/start` or `turn/steer`. It names the running turn where the prompt was added to that. */
export function sendResult({ result, error }: CodexAnswer): SendResult {
  if (error) {
    return { status: 'refused', reason: UNKNOWN.test(error.message) ? 'gone' : 'error', ...errorOf(error) }
  }
  const { turn, turnId } = (result ?? {}) as { turn?: { id?: string }; turnId?: string }
  return { status: 'accepted', runId: turn?.id ?? turnId ?? null }
}

/**
 * The answer to `turn/interrupt`. An interrupt in the tick of the ack is refused with "no active turn to interrupt", and
 * the turn runs on: nothing has ended.
 */
export function stopResult({ error }: CodexAnswer): StopResult {
  if (!error) return { status: 'acknowledged' }
  const { message } = error
  const reason = /no active turn|not found/.test(message)
    ? 'no_active_turn'
    : /^expected active turn/.test(message)
      ? 'changed'
      : 'unreachable'
  return { status: 'refused', reason, ...errorOf(error) }
}

/** The server does not hold such a thread, neither loaded nor stored. */
const UNKNOWN = /not loaded|not found|no rollout/

/**
 * What a look-up says of one thread. A turn that died with its process reads `interrupted` from then on.
 *
 * @param answer To `thread/read`, `thread/resume`, `thread/list` or `thread/turns/list` (newest first, as it comes).
 * @returns `absent` where the server does not hold the thread; `no_status` where the thread is not loaded and its turns are
 *   not told, where it is not listed, and for what cannot be read.
 */
export function readStatus({ result, error }: CodexAnswer, threadId: string): StatusAnswer {
  if (error) return { status: UNKNOWN.test(error.message) ? 'absent' : 'unreachable' }
  const { thread, data } = (result ?? {}) as {
    thread?: CodexThread
    data?: readonly (CodexThread | CodexTurn)[]
  }
  const found = thread ?? (data?.find(({ id }) => id === threadId) as CodexThread | undefined)
  const newest = found ? found.turns?.at(-1) : turnOf(data?.[0])
  const runId = newest?.id ?? null
  const runs = newest?.status === 'inProgress'
  if (found ? found.status.type === 'active' : runs) {
    const waits = found?.status.activeFlags?.some((flag) => flag.startsWith('waitingOn'))
    return { status: waits ? 'awaiting_input' : 'running', runId: runs ? runId : null }
  }
  const reason = REASONS.get(newest?.status)
  if (reason) {
    const outcome = reason === 'cancelled' ? 'interrupted' : reason
    return { status: 'idle', last: { runId, outcome, ...errorOf(newest?.error) } }
  }
  return { status: found && found.status.type !== 'notLoaded' ? 'idle' : 'no_status' }
}

const turnOf = (entry: CodexThread | CodexTurn | undefined): CodexTurn | undefined =>
  typeof entry?.status === 'string' ? (entry as CodexTurn) : undefined
