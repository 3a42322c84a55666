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
interface OfTurn {
  readonly threadId: string
  readonly turnId: string | null
}
interface OfItem extends OfTurn {
  readonly item: { readonly id: string; readonly type: string; readonly tool?: string }
}

/** The parameters of the methods that say something about a turn. All others are passed over. */
export interface CodexParams {
  'turn/started': { readonly threadId: string; readonly turn: CodexTurn }
  'turn/completed': { readonly threadId: string; readonly turn: CodexTurn }
  error: OfTurn & { readonly error: CodexError; readonly willRetry: boolean }
  'thread/started': { readonly thread: CodexThread }
  'thread/status/changed': { readonly threadId: string; readonly status: CodexThread['status'] }
  'thread/closed': { readonly threadId: string }
  'item/started': OfItem
  'item/completed': OfItem
  'serverRequest/resolved': { readonly threadId: string; readonly requestId: string | number }
  'item/agentMessage/delta': OfTurn
  'item/plan/delta': OfTurn
  'item/reasoning/textDelta': OfTurn
  'item/reasoning/summaryTextDelta': OfTurn
  'item/commandExecution/outputDelta': OfTurn
  'item/fileChange/patchUpdated': OfTurn
  'item/mcpToolCall/progress': OfTurn
  'turn/plan/updated': OfTurn
  'turn/diff/updated': OfTurn
  'item/commandExecution/requestApproval': OfTurn
  'item/fileChange/requestApproval': OfTurn
  'item/permissions/requestApproval': OfTurn
  'item/tool/requestUserInput': OfTurn
  'mcpServer/elicitation/request': OfTurn
}

/** A notification, or (with `id`) a request of the server's. */
export interface CodexMessage {
  readonly method: string
  readonly id?: string | number
  readonly params?: unknown
}

// ---------------------------------------------------------------- signals

const REASONS = { completed: 'complete', interrupted: 'cancelled', failed: 'error' } as const

/** What the start and the end of an item are; any other type of item is a tool at work. */
const ITEMS = new Map<string, readonly [ProgressKind, ProgressKind] | null>([
  ['userMessage', null],
  ['hookPrompt', null],
  ['agentMessage', ['output', 'message_done']],
  ['plan', ['output', 'message_done']],
  ['reasoning', ['reasoning', 'reasoning']],
  ['contextCompaction', ['compaction_open', 'compaction_closed']],
])
const TOOL = ['tool_open', 'tool_closed'] as const

/** Text for the person streams; everything else only shows that the turn is at work. */
const PROGRESS = /^item\/(agentMessage|plan)\/delta$|^item\/.*(Delta|patchUpdated|progress)$|^turn\/(plan|diff)\/updated$/
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
  const { method, id, params } = (message ?? {}) as { method?: string; id?: string | number; params?: Wire }
  const conversationId = params?.threadId
  if (method === 'thread/started') {
    const { id: child, parentThreadId: parent } = params?.thread ?? {}
    return child && parent ? [childOpened({ child, parent })] : NOTHING
  }
  if (typeof method !== 'string' || typeof conversationId !== 'string') return NOTHING
  const runId = params!.turn?.id ?? params!.turnId ?? null
  const at = { conversationId, runId, ...(boot !== undefined && { boot }) }
  const question = (raw: unknown) => (boot === undefined ? `${raw}` : `${boot}:${raw}`)
  const error = errorOf(params!.error ?? params!.turn?.error)

  if (id !== undefined) {
    if (!QUESTION.test(method)) return NOTHING
    return [inputRequested({ ...at, requestId: question(id), kind: method, prompt: params })]
  }
  switch (method) {
    case 'turn/started':
      return [turnStarted(at)]
    case 'turn/completed': {
      const reason = REASONS[params!.turn?.status as keyof typeof REASONS]
      return reason ? [turnEnded({ ...at, reason, ...error })] : NOTHING
    }
    case 'error':
      return [params!.willRetry ? turnRetrying({ ...at, ...error }) : errorReported({ ...at, ...error })]
    case 'thread/status/changed':
    case 'thread/closed':
      return [sessionReported({ ...at, runId: null, status: wordOf(params!.status?.type ?? 'closed') })]
    case 'serverRequest/resolved':
      return [inputResolved({ ...at, requestId: question(params!.requestId) })]
    case 'item/started':
    case 'item/completed': {
      const { type, id: callId, tool = type } = params!.item ?? {}
      if (!type || !callId) return NOTHING
      const kinds = ITEMS.has(type) ? ITEMS.get(type) : TOOL
      const kind = kinds?.[method === 'item/started' ? 0 : 1]
      return kind ? [turnProgressed({ ...at, kind, ...(kinds === TOOL && { callId, text: tool }) })] : NOTHING
    }
  }
  const progress = PROGRESS.exec(method)
  return progress ? [turnProgressed({ ...at, kind: progress[1] ? 'output' : 'reasoning' })] : NOTHING
}

/** Everything that is read of a message, and nothing that is sure to be there. */
type Wire = {
  readonly threadId?: string
  readonly turnId?: string | null
  readonly turn?: Partial<CodexTurn>
  readonly thread?: Partial<CodexThread>
  readonly status?: { readonly type?: string }
  readonly item?: { readonly id?: string; readonly type?: string; readonly tool?: string }
  readonly error?: CodexError
  readonly willRetry?: boolean
  readonly requestId?: string | number
}

const wordOf = (type: string): string =>
  type === 'active' ? 'running' : type === 'systemError' ? 'error' : type

const errorOf = (error: CodexError | null | undefined) => (error ? { error: { message: `${error.message}` } } : {})

// ---------------------------------------------------------------- answers

/** A JSON-RPC answer. */
export interface CodexAnswer {
  readonly result?: unknown
  readonly error?: CodexError | null
}

/** The answer to `turn/start` or `turn/steer`. It names the running turn where the prompt was added to that. */
export function sendResult({ result, error }: CodexAnswer): SendResult {
  if (error) return { status: 'refused', reason: 'error', ...errorOf(error) }
  const { turn, turnId } = (result ?? {}) as { turn?: { id?: string }; turnId?: string }
  return { status: 'accepted', runId: turn?.id ?? turnId ?? null }
}

/**
 * The answer to `turn/interrupt`. An interrupt in the tick of the ack is refused with "no active turn to interrupt", and
 * the turn runs on: nothing has ended.
 */
export function stopResult({ error }: CodexAnswer): StopResult {
  if (!error) return { status: 'acknowledged' }
  const reason = /no active turn/.test(error.message) ? 'no_active_turn' : /expected/.test(error.message) ? 'changed' : 'unreachable'
  return { status: 'refused', reason, ...errorOf(error) }
}

const OUTCOMES = { completed: 'complete', interrupted: 'interrupted', failed: 'error' } as const

/**
 * What a look-up says of one thread.
 *
 * @param result Of `thread/read`, `thread/resume`, `thread/list` or `thread/turns/list` (newest first, as it comes).
 * @returns `no_status` where the thread is not loaded and its turns are not told, not listed, or not to be read. A turn that
 *   died with its process reads `interrupted`.
 */
export function readStatus(result: unknown, threadId: string): StatusAnswer {
  const { thread, data } = (result ?? {}) as { thread?: CodexThread; data?: readonly (CodexThread | CodexTurn)[] }
  const listed = Array.isArray(data) ? data : []
  const found = thread ?? (listed.find((entry) => entry?.id === threadId) as CodexThread | undefined)
  const newest = found ? found.turns?.at(-1) : (listed[0] as CodexTurn | undefined)
  const runId = newest?.id ?? null
  const status = found ? found.status?.type : newest?.status === 'inProgress' ? 'active' : 'notLoaded'
  if (status === 'active') {
    const waits = found?.status.activeFlags?.some((flag) => flag.startsWith('waitingOn'))
    return { status: waits ? 'awaiting_input' : 'running', runId: newest?.status === 'inProgress' ? runId : null }
  }
  const outcome = OUTCOMES[newest?.status as keyof typeof OUTCOMES]
  if (outcome) return { status: 'idle', last: { runId, outcome, ...errorOf(newest?.error) } }
  return { status: status === 'idle' || status === 'systemError' ? 'idle' : 'no_status' }
}
