/**
 * OpenCode server (`@opencode-ai/sdk`): one event stream for all sessions, with no turn id.
 *
 * conversationId is the session's id, runId the id of the user message: an assistant message's `parentID` is the only thing
 * that ties an event to a prompt. Parts name only their message, so a fold remembers whose message is whose.
 * `session.status` and `session.idle` name only the session: hints.
 */
import {
  childOpened,
  inputRequested,
  inputResolved,
  sendAccepted,
  sessionReported,
  turnEnded,
  turnProgressed,
  turnRetrying,
  turnStarted,
} from '../actions'
import type { StatusAnswer, TurnError } from '../types'
import { NOTHING } from './signal'
import type { Signal } from './signal'

// ---------------------------------------------------------------- what is read of the wire

export interface OpenCodeError {
  readonly name: string
  readonly data?: { readonly message?: unknown }
}
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
}
export interface OpenCodePart {
  readonly type: string
  readonly messageID?: string
  readonly callID?: string
  readonly tool?: string
  readonly state?: { readonly status: string }
}
export interface OpenCodeStatus {
  readonly type: string
  readonly attempt?: number
  readonly message?: string
}
/** An event of `/event`, or what `/global/event` wraps one in. */
export interface OpenCodeEvent {
  readonly type?: string
  readonly properties?: unknown
  readonly payload?: { readonly type: string; readonly properties?: unknown }
}

/** Everything that is read of an event's properties, and nothing that is sure to be there. */
interface Properties {
  readonly id?: string
  readonly sessionID?: string
  readonly messageID?: string
  readonly field?: string
  readonly info?: OpenCodeMessage
  readonly part?: OpenCodePart & { readonly sessionID?: string }
  readonly status?: OpenCodeStatus
  readonly error?: OpenCodeError
  readonly requestID?: string
  readonly permissionID?: string
  readonly tool?: { readonly messageID?: string }
}

// ---------------------------------------------------------------- memory

/** What must be remembered from one event to the next. Start with `noMemory`; keep what `openCodeSignals` returns. */
export interface OpenCodeMemory {
  /** Prompts whose user message has not shown yet, oldest first. */
  readonly prompts: readonly { readonly sessionID: string; readonly turnId: string }[]
  /** Messages of late, and the user message that each answers; `null` for a user message itself. */
  readonly messages: readonly (readonly [messageID: string, parentID: string | null])[]
}
export const noMemory: OpenCodeMemory = { prompts: [], messages: [] }

const REMEMBERED = 64

/**
 * A prompt leaves without a `messageID` of the client's: the server's id for it binds when its user message shows. Where the
 * client chooses the id, this is not needed: answer the send with it, `{ status: 'accepted', runId: messageID }`.
 */
export const promptSent = (memory: OpenCodeMemory, sessionID: string, turnId: string): OpenCodeMemory => ({
  ...memory,
  prompts: [...memory.prompts, { sessionID, turnId }].slice(-REMEMBERED),
})

/** The send of a prompt was refused: no user message of it will come, and the next one is not to be taken for it. */
export const promptRefused = (memory: OpenCodeMemory, turnId: string): OpenCodeMemory => ({
  ...memory,
  prompts: memory.prompts.filter((prompt) => prompt.turnId !== turnId),
})

const knows = (memory: OpenCodeMemory, messageID: string | undefined) =>
  memory.messages.find(([id]) => id === messageID)

const runOf = (memory: OpenCodeMemory, messageID: string | undefined) => ({
  runId: knows(memory, messageID)?.[1] ?? null,
})

const remember = (memory: OpenCodeMemory, message: OpenCodeMessage): OpenCodeMemory =>
  knows(memory, message.id)
    ? memory
    : {
        ...memory,
        messages: [...memory.messages, [message.id, message.parentID ?? null] as const].slice(-REMEMBERED),
      }

// ---------------------------------------------------------------- signals

/**
 * What one event says of turns.
 *
 * @param memory What the event before returned.
 * @param event As it came from `/event` or `/global/event`; the same event on both is told twice, and does no harm. What
 *   cannot be read says nothing.
 * @returns The memory for the next event, the same one where there is nothing to remember, and the signals.
 */
export function openCodeSignals(
  memory: OpenCodeMemory,
  event: OpenCodeEvent,
): readonly [OpenCodeMemory, readonly Signal[]] {
  const { type, properties } = event?.payload ?? event ?? {}
  const told = (properties ?? {}) as Properties
  if (type === 'message.updated' && told.info?.id) return ofMessage(memory, told.info, told.sessionID)
  return [memory, signalsOf(memory, type, told)]
}

function ofMessage(
  memory: OpenCodeMemory,
  message: OpenCodeMessage,
  sessionID = message.sessionID,
): readonly [OpenCodeMemory, readonly Signal[]] {
  const next = remember(memory, message)
  const conversationId = sessionID ?? null
  if (message.role === 'user') {
    const mine = next === memory ? undefined : memory.prompts.find((prompt) => prompt.sessionID === sessionID)
    if (!mine) return [next, NOTHING]
    const prompts = memory.prompts.filter((prompt) => prompt !== mine)
    return [{ ...next, prompts }, [sendAccepted({ turnId: mine.turnId, runId: message.id })]]
  }
  const at = { conversationId, runId: message.parentID ?? null }
  const end = endOf(message)
  if (end) return [next, [turnEnded({ ...at, reason: end.outcome, ...(end.error && { error: end.error }) })]]
  const open = message.time?.completed === undefined
  return [next, [open ? turnStarted(at) : turnProgressed({ ...at, kind: 'step_done' })]]
}

/** After these another message of the same prompt follows. */
const STEPS: ReadonlySet<string> = new Set(['tool-calls', 'unknown', 'other'])

/** What a closed assistant message says of its prompt. Aborted while it waited to retry, it has neither finish nor error. */
function endOf({ time, finish, error, summary }: OpenCodeMessage): End | null {
  if (error?.name === ABORTED) return { outcome: 'cancelled' }
  if (error) return { outcome: 'error', error: wordsOf(error) }
  if (time?.completed === undefined || summary === true) return null
  if (finish === undefined) return { outcome: 'cancelled' }
  return STEPS.has(finish) ? null : { outcome: 'complete' }
}

interface End {
  readonly outcome: 'complete' | 'cancelled' | 'error'
  readonly error?: TurnError
}

const ABORTED = 'MessageAbortedError'
const wordsOf = ({ name, data }: OpenCodeError): TurnError => ({
  message: `${data?.message ?? name}`,
  code: name,
})

function signalsOf(memory: OpenCodeMemory, type: string | undefined, told: Properties): readonly Signal[] {
  const { sessionID, status, error, part } = told
  const conversationId = sessionID ?? part?.sessionID ?? null
  const at = { conversationId }
  switch (type) {
    case 'session.created':
    case 'session.updated':
      return told.info?.parentID
        ? [childOpened({ child: told.info.id, parent: told.info.parentID })]
        : NOTHING
    case 'session.idle':
      return [sessionReported({ ...at, status: 'idle' })]
    case 'session.status':
      if (status?.type === 'retry') {
        const error = { message: `${status.message}` }
        return [turnRetrying({ ...at, error, attempt: status.attempt ?? 0 })]
      }
      return status?.type ? [sessionReported({ ...at, status: status.type })] : NOTHING
    case 'session.error':
      // Names no turn: a hint, and what the end was like.
      if (error?.name === ABORTED) return [turnEnded({ ...at, reason: 'cancelled' })]
      return [turnEnded({ ...at, reason: 'session_error', ...(error && { error: wordsOf(error) }) })]
    case 'message.part.delta':
      return ofPart(memory, told.messageID, conversationId, { type: told.field ?? 'text' })
    case 'message.part.updated':
      return part ? ofPart(memory, part.messageID, conversationId, part) : NOTHING
    case 'permission.asked':
    case 'permission.updated':
    case 'question.asked':
      // The tool that asks may tell whose message it works for.
      if (!told.id) return NOTHING
      return [
        inputRequested({
          ...at,
          ...runOf(memory, told.tool?.messageID),
          requestId: told.id,
          kind: type,
          prompt: told,
        }),
      ]
    case 'permission.replied':
    case 'question.replied':
    case 'question.rejected': {
      const requestId = told.requestID ?? told.permissionID
      return requestId ? [inputResolved({ ...at, requestId })] : NOTHING
    }
  }
  return NOTHING
}

/** A part belongs to the prompt that its message answers; one of a user message is no work. */
function ofPart(
  memory: OpenCodeMemory,
  messageID: string | undefined,
  conversationId: string | null,
  { type, callID, tool, state }: OpenCodePart,
): readonly Signal[] {
  if (knows(memory, messageID)?.[1] === null) return NOTHING
  const at = { conversationId, ...runOf(memory, messageID) }
  if (type === 'tool' && callID !== undefined) {
    const closed = state?.status === 'completed' || state?.status === 'error'
    return [
      turnProgressed({
        ...at,
        kind: closed ? 'tool_closed' : 'tool_open',
        callId: callID,
        text: tool ?? 'tool',
      }),
    ]
  }
  return [turnProgressed({ ...at, kind: type === 'text' ? 'output' : 'reasoning' })]
}

// ---------------------------------------------------------------- the look-up

/**
 * What a look-up says of one session.
 *
 * @param statuses The body of `GET /session/status`: it lists only the sessions at work, so a missing one is idle, or not
 *   registered yet.
 * @param history The body of `GET /session/:id/message`, where it was fetched after that. It names the last prompt that is
 *   over. An open message is no sign of work: it stays open for ever when the process dies.
 */
export function readStatus(
  sessionID: string,
  statuses: Readonly<Record<string, OpenCodeStatus>>,
  history: readonly { readonly info: OpenCodeMessage }[] = [],
): StatusAnswer {
  const answers = history.map(({ info }) => info).filter(({ role }) => role === 'assistant')
  const newest = answers.at(-1)
  const status = Object.hasOwn(statuses, sessionID) ? statuses[sessionID] : undefined
  if (status && status.type !== 'idle') {
    const open = newest && newest.time?.completed === undefined
    return { status: 'running', runId: open ? (newest.parentID ?? null) : null }
  }
  // The last message of a prompt tells of it: the earlier ones were steps.
  const over = answers.findLast(
    (message) =>
      endOf(message) && answers.findLast(({ parentID }) => parentID === message.parentID) === message,
  )
  return { status: 'idle', ...(over && { last: { runId: over.parentID ?? null, ...endOf(over)! } }) }
}
