/** Claude Agent SDK: the messages of one query, read with memory. */
import {
  inputRequested,
  inputResolved,
  requestEnded,
  sessionReported,
  turnEnded,
  turnProgressed,
  turnRetrying,
  turnStarted,
  workScheduled,
} from '../actions/signals'
import type { ProgressKind } from '../actions/signals'
import type { Address } from '../types'
import { createTaskReader } from './claudeAgentTasks'
import { NOTHING } from './signal'
import type { Reader, Signal } from './signal'
import { attempt, endOfFinish, errorOf, fieldsOf, objectsOf, stringOf } from './wire'
import type { Unchecked, WireEnd } from './wire'

/** What is read of a message. Any `SDKMessage` is one, and so is what the command line prints as `stream-json`. */
export interface ClaudeAgentMessage {
  readonly type: string
  readonly subtype?: string
  readonly session_id?: string
  readonly uuid?: string
  /** Of a message of a subagent: the call that started it. */
  readonly parent_tool_use_id?: string | null
  readonly isReplay?: boolean
  readonly message?: unknown
  readonly event?: unknown
  // result
  readonly is_error?: boolean
  readonly result?: string
  readonly errors?: readonly string[]
  readonly stop_reason?: string | null
  readonly terminal_reason?: string
  readonly user_message_uuid?: string
  readonly user_message_uuids?: readonly string[]
  readonly deferred_tool_use?: { readonly id: string; readonly name: string }
  // system
  readonly status?: string | null
  readonly state?: string
  readonly attempt?: number
  readonly retry_delay_ms?: number
  readonly task_id?: string
  readonly tool_use_id?: string
  readonly tool_name?: string
  readonly ambient?: boolean
  readonly patch?: unknown
  /** What a task is about. */
  readonly description?: string
  readonly workflow_name?: string
  readonly parent_task_id?: string
  /** Of `background_tasks_changed`: every task in the background. */
  readonly tasks?: unknown
  // user
  /** The output of a tool, as the tool itself gives it. */
  readonly tool_use_result?: unknown
  // control_request, control_cancel_request
  readonly request_id?: string | null
  readonly request?: unknown
}

type Told = Unchecked<ClaudeAgentMessage>
/** The output of the tool that schedules a wake-up, as far as it is read. */
interface WakeUp {
  readonly scheduledFor: number
  readonly clampedDelaySeconds: number
  readonly stopped: boolean
}
interface Block {
  readonly type: string
  readonly id: string
  readonly name: string
  readonly tool_use_id: string
  readonly input: unknown
}

/** What a tool call or a message shows of itself. */
const BLOCKS: ReadonlyMap<unknown, ProgressKind> = new Map([
  ['text', 'message_done'],
  ['tool_use', 'tool_open'],
  ['server_tool_use', 'tool_open'],
  ['mcp_tool_use', 'tool_open'],
])
/** The tool by which the agent has its session go on by itself. */
const WAKE_UP = 'ScheduleWakeup'
/** Reasons for which a turn stops early without having failed. */
const LIMITS = /^error_max_/

/**
 * Reads the messages of one query, or of one session.
 *
 * @param address The conversation, and the turn where the query answers one prompt alone.
 */
export function createReader(address: Address): Reader<ClaudeAgentMessage> {
  let isSettled = false
  const tasks = createTaskReader(address)
  /** Why the session is to wake up, in the words of the call that schedules it. */
  let wakeUpReason: string | undefined

  const shows = (kind: ProgressKind, callId?: unknown, text?: unknown): readonly Signal[] => [
    turnProgressed({ ...address, kind, callId: stringOf(callId), text: stringOf(text) }),
  ]

  /** The tool that schedules a wake-up tells when the session goes on by itself, or that it does not. */
  function ofWakeUp(told: Told): readonly Signal[] {
    const { scheduledFor, clampedDelaySeconds, stopped } = fieldsOf<WakeUp>(told.tool_use_result)
    const { conversationId } = address
    if (stopped === true && scheduledFor !== undefined) return [workScheduled({ conversationId })]
    return typeof scheduledFor === 'number' && typeof clampedDelaySeconds === 'number'
      ? [workScheduled({ conversationId, inMs: clampedDelaySeconds * 1_000, name: wakeUpReason })]
      : NOTHING
  }

  function ofSystem(told: Told): readonly Signal[] {
    const subtype = stringOf(told.subtype) ?? ''
    if (subtype.startsWith('task_')) return tasks.read(subtype, told)
    switch (subtype) {
      case 'background_tasks_changed':
        return tasks.ofList(told.tasks)
      case 'init':
        isSettled = false
        return [turnStarted(address)]
      case 'status':
        if (told.status === 'compacting') return shows('compaction_open')
        return told.status === 'requesting' ? shows('reasoning') : NOTHING
      case 'compact_boundary':
        return shows('compaction_closed')
      case 'thinking_tokens':
      case 'hook_progress':
        return shows('reasoning')
      case 'permission_denied':
        return shows('tool_closed', told.tool_use_id, told.tool_name)
      case 'api_retry': {
        const tries = typeof told.attempt === 'number' ? told.attempt : 0
        const inMs = typeof told.retry_delay_ms === 'number' ? told.retry_delay_ms : undefined
        const { error } = told as { readonly error?: unknown }
        return [turnRetrying({ ...address, error: errorOf(error, error), attempt: tries, inMs })]
      }
      case 'session_state_changed':
      case 'worker_shutting_down': {
        const { conversationId } = address
        return [sessionReported({ conversationId, status: stringOf(told.state) ?? subtype })]
      }
    }
    return NOTHING
  }

  function ofAssistant(told: Told): readonly Signal[] {
    const blocks = objectsOf<Block>(fieldsOf<{ content: unknown }>(told.message).content)
    // What a subagent writes is no text for the person.
    if (told.parent_tool_use_id != null || blocks.length === 0) return shows('reasoning')
    return blocks.flatMap(({ type, id, name, input }) => {
      if (name === WAKE_UP) wakeUpReason = stringOf(fieldsOf<{ reason: string }>(input).reason)
      return shows(BLOCKS.get(type) ?? 'reasoning', id, name)
    })
  }

  function ofUser(told: Told): readonly Signal[] {
    if (told.isReplay === true) return NOTHING
    const { content } = fieldsOf<{ content: unknown }>(told.message)
    const results = objectsOf<Block>(content).filter(({ type }) => type === 'tool_result')
    if (told.parent_tool_use_id != null) return results.length > 0 ? shows('reasoning') : NOTHING
    return [...ofWakeUp(told), ...results.flatMap(({ tool_use_id }) => shows('tool_closed', tool_use_id))]
  }

  function ofStream(told: Told): readonly Signal[] {
    const { type, delta, content_block } = fieldsOf<{ type: string; delta: unknown; content_block: Block }>(
      told.event,
    )
    if (type === 'ping') return NOTHING
    const isText = type === 'content_block_delta' && fieldsOf<Block>(delta).type === 'text_delta'
    if (told.parent_tool_use_id != null || type !== 'content_block_start')
      return shows(isText && told.parent_tool_use_id == null ? 'output' : 'reasoning')
    const block = fieldsOf<Block>(content_block)
    const kind = BLOCKS.get(block.type)
    return kind === 'tool_open' ? shows(kind, block.id, block.name) : shows('reasoning')
  }

  function ofResult(told: Told): readonly Signal[] {
    const end = endOf(told)
    const listed = Array.isArray(told.user_message_uuids) ? told.user_message_uuids : [told.user_message_uuid]
    const { conversationId, turnId } = address
    const named = [...new Set(listed.flatMap((uuid) => stringOf(uuid) ?? []))]
    const isOwn = turnId == null || named.length === 0 || named.includes(turnId)
    if (isOwn) isSettled = true
    const deferred = fieldsOf<NonNullable<ClaudeAgentMessage['deferred_tool_use']>>(told.deferred_tool_use)
    const requestId = stringOf(deferred.id)
    if (isOwn && requestId !== undefined) {
      const kind = 'deferred_tool_use'
      return [inputRequested({ ...address, requestId, kind, prompt: told.deferred_tool_use })]
    }
    // Prompts that were sent close together are answered by one result.
    const ended = named.length > 0 ? named.map((id) => ({ conversationId, turnId: id })) : [address]
    return ended.map((at) => turnEnded({ ...at, ...end }))
  }

  function read(message: ClaudeAgentMessage): readonly Signal[] {
    const told = fieldsOf<ClaudeAgentMessage>(message)
    switch (told.type) {
      case 'system':
        return ofSystem(told)
      case 'assistant':
        return ofAssistant(told)
      case 'user':
        return ofUser(told)
      case 'stream_event':
        return ofStream(told)
      case 'tool_progress':
        return shows('reasoning')
      case 'result':
        return ofResult(told)
      case 'control_request': {
        const { subtype } = fieldsOf<{ subtype: string }>(told.request)
        if (subtype !== 'can_use_tool') return NOTHING
        const requestId = stringOf(told.request_id)
        return [inputRequested({ ...address, requestId, kind: subtype, prompt: told.request })]
      }
      case 'control_cancel_request': {
        const requestId = stringOf(told.request_id)
        return requestId === undefined ? NOTHING : [inputResolved({ ...address, requestId })]
      }
    }
    return NOTHING
  }

  return {
    read: (message) => attempt(() => read(message), NOTHING),
    close: (how) => (isSettled ? NOTHING : [requestEnded({ ...address, how })]),
  }
}

function endOf({ subtype, is_error, result, errors, stop_reason, terminal_reason }: Told): WireEnd {
  const why = stringOf(terminal_reason)
  const word = stringOf(subtype)
  if (why?.startsWith('aborted_')) return { reason: 'cancelled' }
  const words = Array.isArray(errors) ? errors.find((text) => typeof text === 'string') : undefined
  if (word !== undefined && LIMITS.test(word)) return { reason: 'interrupted', error: errorOf(words, word) }
  if (word !== 'success' || is_error === true)
    return { reason: 'error', error: errorOf(words ?? result, why ?? word) }
  return stop_reason === 'max_tokens' || stop_reason === 'refusal'
    ? endOfFinish(stop_reason)
    : { reason: 'complete' }
}
