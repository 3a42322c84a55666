/**
 * Codex app-server: JSON-RPC over stdio or WebSocket (`codex app-server generate-ts` prints the official types).
 * conversationId is the thread's id, runId the Codex turn's.
 *
 * | message | signal |
 * | --- | --- |
 * | `turn/started`, `turn/completed` | `turnStarted`, `turnEnded`; both name their turn, and the end comes once |
 * | `item/*`, deltas, `turn/plan/updated`, `turn/diff/updated` | `turnProgressed` |
 * | `item/started` of a user message that was sent with a `clientUserMessageId` | `steerRead` |
 * | `account/rateLimits/updated` | remembered by the reader: until when a turn that ended by the usage limit is limited |
 * | `thread/tokenUsage/updated` | counted by the reader: `turnEnded` tells what the turn used |
 * | `error` | `turnRetrying` or `errorReported`: never an end |
 * | requests for approval or input, `serverRequest/resolved` | `inputRequested`, `inputResolved` |
 * | `thread/status/changed`, `thread/closed` | `sessionReported`: names only the thread, a reason to check |
 * | `thread/deleted` | `turnEnded` without a run, `sessionReported`: a reason to check, and what the end was like |
 * | `thread/started` with a parent | `childOpened` |
 *
 * Status check: `readStatus` reads `thread/read`, `thread/resume`, `thread/list` and `thread/turns/list`.
 */
import {
  childOpened,
  errorReported,
  inputRequested,
  inputResolved,
  sessionReported,
  steerRead,
  streamDropped,
  turnEnded,
  turnProgressed,
  turnRetrying,
  turnStarted,
} from '../actions/signals'
import type { ProgressKind } from '../actions/signals'
import { forgetOldest } from '../bounded'
import type { SendResult, StatusAnswer, StopResult, Usage } from '../types'
import { questionIdOf } from './requestIds'
import { NOTHING } from './signal'
import type { Reader, Signal } from './signal'
import { attempt, errorOf, fieldsOf, objectsOf, stringOf, usageOf } from './wire'
import type { Unchecked } from './wire'

export { rawRequestId } from './requestIds'
export type { CloseReason, Reader, Signal } from './signal'

// ---------------------------------------------------------------- what is read of the wire

/** What went wrong, in the server's words. */
export interface CodexError {
  readonly message: string
  /** What kind of error it is: `usageLimitExceeded`, … */
  readonly codexErrorInfo?: unknown
}
/** A part of a turn: what is read of it. */
export interface CodexItem {
  readonly id: string
  readonly type: string
  readonly tool?: string
  /** Of a user message: the `clientUserMessageId` that it was sent with. */
  readonly clientId?: string | null
}
/** A turn as the server tells it: what is read of it. */
export interface CodexTurn {
  readonly id: string
  readonly status: 'completed' | 'interrupted' | 'failed' | 'inProgress'
  readonly error?: CodexError | null
  readonly items?: readonly CodexItem[]
}
/** A thread as the server tells it: what is read of it. */
export interface CodexThread {
  readonly id: string
  readonly parentThreadId?: string | null
  readonly name?: string | null
  /** Of the thread of a subagent. */
  readonly agentNickname?: string | null
  readonly agentRole?: string | null
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
  readonly item?: CodexItem
  readonly error?: CodexError
  readonly willRetry?: boolean
  readonly requestId?: string | number
  /** Of `thread/tokenUsage/updated`: of the thread, and of its last request. */
  readonly tokenUsage?: unknown
  /** Of a request for input: how long the server waits before it goes on without an answer, ms. */
  readonly autoResolutionMs?: number | null
  /** Of `account/rateLimits/updated`. */
  readonly rateLimits?: unknown
}

/** A notification, or (with `id`) a request of the server's. */
export interface CodexMessage {
  readonly method: string
  readonly id?: string | number
  readonly params?: unknown
}

/** The server process that speaks, where the app tells several, or its generations, apart. */
export interface CodexProcess {
  readonly source?: string | undefined
  readonly boot?: string | undefined
}

// ---------------------------------------------------------------- signals

const REASONS: ReadonlyMap<unknown, 'complete' | 'cancelled' | 'error'> = new Map([
  ['completed', 'complete'],
  ['interrupted', 'cancelled'],
  ['failed', 'error'],
])

/** What the start and the end of an item are; any other type of item is a tool at work. */
const ITEMS: ReadonlyMap<unknown, readonly ProgressKind[]> = new Map<unknown, readonly ProgressKind[]>([
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
 * @param from The process that speaks. The ids of its requests begin again at 0 in each process: a question's id has
 *   `source` and `boot` in front, where they are given. `rawRequestId` gives the server's own id back.
 */
export const codexSignals = (message: CodexMessage, from: CodexProcess = {}): readonly Signal[] =>
  attempt(() => signalsOf(message, from), NOTHING)

function signalsOf(message: CodexMessage, { source, boot }: CodexProcess): readonly Signal[] {
  const { method: name, id, params } = fieldsOf<CodexMessage>(message)
  const told = fieldsOf<CodexParams>(params)
  const method = stringOf(name) ?? ''
  if (method === 'thread/started') {
    const thread = fieldsOf<CodexThread>(told.thread)
    const child = stringOf(thread.id)
    const parent = stringOf(thread.parentThreadId)
    const name = stringOf(thread.name) ?? stringOf(thread.agentNickname) ?? stringOf(thread.agentRole)
    return child && parent ? [childOpened({ child, parent, name })] : NOTHING
  }
  const conversationId = stringOf(told.threadId)
  if (conversationId === undefined) return NOTHING
  const turn = fieldsOf<CodexTurn>(told.turn)
  const at = {
    conversationId,
    runId: stringOf(turn.id) ?? stringOf(told.turnId) ?? null,
    source,
    boot,
  }
  const questionId = (raw: unknown) => questionIdOf(raw, { source, boot })

  if (QUESTION.test(method)) {
    const { autoResolutionMs: expiresInMs } = told
    const asked = { ...at, requestId: questionId(id), kind: method, prompt: params }
    return [inputRequested(typeof expiresInMs === 'number' ? { ...asked, expiresInMs } : asked)]
  }
  if (id != null) return NOTHING
  switch (method) {
    case 'turn/started':
      return [turnStarted(at)]
    case 'turn/completed': {
      const reason = REASONS.get(turn.status)
      return reason ? [turnEnded({ ...at, reason, error: wordsOf(turn.error) })] : NOTHING
    }
    case 'error':
      return [(told.willRetry ? turnRetrying : errorReported)({ ...at, error: wordsOf(told.error) })]
    case 'thread/deleted':
      return [
        turnEnded({
          conversationId,
          reason: 'interrupted',
          error: { message: 'The thread was deleted.', code: 'session_gone' },
        }),
        sessionReported({ ...at, status: 'stopped' }),
      ]
    case 'thread/status/changed':
    case 'thread/closed': {
      const status = method === 'thread/closed' ? 'closed' : sessionWord(told.status)
      return status === undefined ? NOTHING : [sessionReported({ ...at, status })]
    }
    case 'serverRequest/resolved': {
      const question = questionId(told.requestId)
      return question === undefined ? NOTHING : [inputResolved({ ...at, requestId: question })]
    }
    case 'item/started':
    case 'item/completed': {
      const item = fieldsOf<NonNullable<CodexParams['item']>>(told.item)
      const callId = stringOf(item.id)
      const type = stringOf(item.type)
      if (callId === undefined || type === undefined) return NOTHING
      const place = method === 'item/started' ? 0 : 1
      // A message that was added to the turn shows when the turn reads it; that of the prompt is no steer.
      const steerId = type === 'userMessage' ? stringOf(item.clientId) : undefined
      if (steerId !== undefined && place === 0) return [steerRead({ ...at, steerId })]
      const kinds = ITEMS.get(type)
      if (kinds) return kinds[place] ? [turnProgressed({ ...at, kind: kinds[place] })] : NOTHING
      return [turnProgressed({ ...at, kind: TOOL[place], callId, text: stringOf(item.tool) ?? type })]
    }
  }
  const progress = PROGRESS.exec(method)
  return progress ? [turnProgressed({ ...at, kind: progress[1] ? 'output' : 'reasoning' })] : NOTHING
}

function sessionWord(status: unknown): string | undefined {
  const type = stringOf(fieldsOf<CodexThread['status']>(status).type)
  return type === 'active' ? 'running' : type === 'systemError' ? 'error' : type
}

/** The server's kind of the error is its code; `other` says nothing. */
const wordsOf = (error: unknown) => {
  const { message, codexErrorInfo } = fieldsOf<CodexError>(error)
  return errorOf(message, codexErrorInfo === 'other' ? undefined : codexErrorInfo)
}

/**
 * Reads the messages of one connection.
 *
 * @param from The process at its other end.
 */
export function createReader(from: CodexProcess = {}): Reader<CodexMessage> {
  const used = createTokenCount()
  /** When the limits that are met by now are over, as the account was last told. */
  let limitedUntil: number | undefined
  return {
    read: (message) =>
      attempt(() => {
        const usage = used(message)
        const { method, params } = fieldsOf<CodexMessage>(message)
        if (method === 'account/rateLimits/updated')
          limitedUntil = limitOf(fieldsOf<CodexParams>(params).rateLimits)
        return codexSignals(message, from).map((signal) => {
          if (!turnEnded.match(signal)) return signal
          const { payload } = signal
          const isLimited = payload.error?.code === 'usageLimitExceeded'
          return turnEnded({
            ...payload,
            ...(usage && { usage }),
            ...(isLimited && limitedUntil !== undefined && { limitedUntil }),
          })
        })
      }, NOTHING),
    close: () => [streamDropped({})],
  }
}

interface RateLimitWindow {
  readonly usedPercent: number
  /** Seconds since the epoch. */
  readonly resetsAt: number | null
}

/** When the windows that are used up are over, ms since the epoch. */
function limitOf(limits: unknown): number | undefined {
  const { primary, secondary } = fieldsOf<Record<'primary' | 'secondary', RateLimitWindow>>(limits)
  const resets = objectsOf<RateLimitWindow>([primary, secondary]).flatMap(({ usedPercent, resetsAt }) =>
    Number(usedPercent) >= 100 && typeof resetsAt === 'number' ? [resetsAt * 1_000] : [],
  )
  return resets.length > 0 ? Math.max(...resets) : undefined
}

/** So many threads are remembered. */
const MAX_THREADS = 64
const TOKENS = ['inputTokens', 'outputTokens', 'cachedInputTokens', 'reasoningOutputTokens'] as const
type Tokens = Readonly<Record<string, number>>

const beyond = (total: Tokens, earlier: Tokens): Tokens =>
  Object.fromEntries(TOKENS.map((name) => [name, Number(total[name]) - Number(earlier[name])]))

/**
 * What the turn of a message has used. The wire counts the tokens of a thread, and of its last request: those of a turn are
 * what came on top since it began. A count alone is no sign of life: that of an ended turn is told again after a resume.
 */
function createTokenCount() {
  const threads = new Map<
    string,
    { readonly turn: unknown; readonly before: Tokens; readonly total: Tokens }
  >()

  return (message: CodexMessage): Usage | undefined => {
    const { method, params } = fieldsOf<CodexMessage>(message)
    const { threadId, turnId, turn, tokenUsage } = fieldsOf<CodexParams>(params)
    const thread = stringOf(threadId) ?? ''
    const known = threads.get(thread)
    if (method === 'thread/tokenUsage/updated' && tokenUsage) {
      const { total, last } = tokenUsage as { readonly total: Tokens; readonly last: Tokens }
      const before = known?.turn === turnId ? known!.before : beyond(total, last)
      threads.delete(thread)
      threads.set(thread, { turn: turnId, before, total })
      forgetOldest(threads, MAX_THREADS)
    }
    const isOver = method === 'turn/completed' && known?.turn === fieldsOf<CodexTurn>(turn).id
    return isOver && known ? usageOf([beyond(known.total, known.before)], TOKENS) : undefined
  }
}

// ---------------------------------------------------------------- answers

/** A JSON-RPC answer. */
export interface CodexAnswer {
  readonly result?: unknown
  readonly error?: CodexError | null
}

/** What the server said when it refused; `null` where it did not. */
const refusalOf = (answer: CodexAnswer): string | null =>
  attempt(() => {
    const { error } = fieldsOf<CodexAnswer>(answer)
    return error == null ? null : (stringOf(fieldsOf<CodexError>(error).message) ?? '')
  }, null)
const resultOf = <Shape>(answer: CodexAnswer) => fieldsOf<Shape>(fieldsOf<CodexAnswer>(answer).result)

/** The answer to `turn/start` or `turn/steer`. It names the running turn where the prompt was added to that. */
export function sendResult(answer: CodexAnswer): SendResult {
  const refusal = refusalOf(answer)
  if (refusal !== null) {
    return { status: 'refused', reason: UNKNOWN.test(refusal) ? 'gone' : 'error', error: errorOf(refusal) }
  }
  const runId = attempt(() => {
    const { turn, turnId } = resultOf<{ turn: unknown; turnId: string }>(answer)
    return stringOf(fieldsOf<CodexTurn>(turn).id) ?? stringOf(turnId)
  }, undefined)
  return { status: 'accepted', runId: runId ?? null }
}

/**
 * The answer to `turn/interrupt`. An interrupt in the tick of the ack is refused with "no active turn to interrupt", and
 * the turn runs on: nothing has ended.
 */
export function stopResult(answer: CodexAnswer): StopResult {
  const refusal = refusalOf(answer)
  if (refusal === null) return { status: 'acknowledged' }
  const reason = /no active turn|not found/.test(refusal)
    ? 'no_active_turn'
    : /^expected active turn/.test(refusal)
      ? 'changed'
      : 'unreachable'
  return { status: 'refused', reason, error: errorOf(refusal) }
}

/** The server does not hold such a thread, neither loaded nor stored. */
const UNKNOWN = /not loaded|not found|no rollout/

/**
 * What a status check says of one thread. A turn that died with its process reads `interrupted` from then on. An answer that
 * waits for a person names no question: the wire does not say which.
 *
 * @param answer To `thread/read`, `thread/resume`, `thread/list` or `thread/turns/list` (newest first, as it comes).
 * @returns `absent` where the server does not hold the thread; `no_status` where the thread is not loaded and its turns are
 *   not told, where it is not listed, and for what cannot be read.
 */
export const readStatus = (answer: CodexAnswer, threadId: string): StatusAnswer =>
  attempt(() => statusOf(answer, threadId), { status: 'no_status' })

function statusOf(answer: CodexAnswer, threadId: string): StatusAnswer {
  const refusal = refusalOf(answer)
  if (refusal !== null) return { status: UNKNOWN.test(refusal) ? 'absent' : 'unreachable' }
  const result = resultOf<{ thread: CodexThread; data: readonly (CodexThread | CodexTurn)[] }>(answer)
  const listed = objectsOf<CodexThread & CodexTurn>(result.data)
  const thread = result.thread
    ? fieldsOf<CodexThread>(result.thread)
    : listed.find(({ id, status }) => id === threadId && typeof status === 'object')
  const turns = thread
    ? objectsOf<CodexTurn>(thread.turns)
    : listed.filter(({ status }) => typeof status === 'string').reverse()
  const newest = turns.at(-1)
  const runs = newest?.status === 'inProgress'
  const last = endOf(turns.findLast(({ status }) => REASONS.has(status)))
  const { type, activeFlags } = fieldsOf<CodexThread['status']>(thread?.status)
  if (thread ? type === 'active' : runs) {
    const flags = Array.isArray(activeFlags) ? activeFlags : []
    const waits = flags.some((flag) => stringOf(flag)?.startsWith('waitingOn'))
    return {
      status: waits ? 'awaiting_input' : 'running',
      runId: (runs && stringOf(newest.id)) || null,
      ...last,
    }
  }
  const isIdle = REASONS.has(newest?.status) || (typeof type === 'string' && type !== 'notLoaded')
  return { status: isIdle ? 'idle' : 'no_status', ...last }
}

function endOf(turn: Unchecked<CodexTurn> | undefined): Pick<StatusAnswer, 'last'> | undefined {
  const reason = REASONS.get(turn?.status)
  if (!turn || !reason) return undefined
  const outcome = reason === 'cancelled' ? 'interrupted' : reason
  return { last: { runId: stringOf(turn.id) ?? null, outcome, error: wordsOf(turn.error) } }
}
