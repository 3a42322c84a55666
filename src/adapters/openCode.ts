/**
 * OpenCode server (`@opencode-ai/sdk`): one event stream for all sessions, with no turn id.
 * conversationId is the session's id, runId the id of the user message.
 *
 * | event | signal |
 * | --- | --- |
 * | `message.updated` of the assistant | `turnStarted`, `turnProgressed`, or (closed, and no step) `turnEnded`: its `parentID` names the prompt |
 * | `message.updated` of the user | `sendAccepted`: binds the prompt that was sent without a `messageID` |
 * | `message.part.updated`, `message.part.delta` | `turnProgressed` |
 * | `permission.*`, `question.*` | `inputRequested`, `inputResolved`, of a session or its helper |
 * | `session.status`, `session.idle` | `sessionReported`, `turnRetrying`: name only the session, a reason to check |
 * | `session.error`, `session.deleted` | `turnEnded` without a run: a reason to check, and what the end was like |
 * | `session.created`, `session.updated` with a parent | `childOpened` |
 *
 * Ids: an assistant message's `parentID` is the only thing that ties an event to a prompt. Parts name only their message, so
 * the reader remembers whose message is whose. Status check: `readStatus`.
 */
import { sendAccepted } from '../actions/app'
import {
  childOpened,
  inputRequested,
  inputResolved,
  sessionReported,
  streamDropped,
  turnEnded,
  turnProgressed,
  turnRetrying,
  turnStarted,
} from '../actions/signals'
import type { Usage } from '../types'
import { addTokens, endOf, endOfError, isOpen } from './openCodeWire'
import type {
  OpenCodeError,
  OpenCodeEvent,
  OpenCodeMessage,
  OpenCodePart,
  OpenCodeSession,
  OpenCodeStatus,
} from './openCodeWire'
import { NOTHING } from './signal'
import type { Reader, Signal } from './signal'
import { attempt, errorOf, fieldsOf, stringOf } from './wire'
import type { Unchecked } from './wire'

export type { CloseReason, Reader, Signal } from './signal'
export { readStatus } from './openCodeStatus'
export type { OpenCodeBody, OpenCodeWaiting } from './openCodeStatus'
export type {
  OpenCodeError,
  OpenCodeEvent,
  OpenCodeMessage,
  OpenCodePart,
  OpenCodeRequest,
  OpenCodeSession,
  OpenCodeStatus,
} from './openCodeWire'

/** Everything that is read of an event's properties, and nothing that is sure to be there. */
interface Properties {
  readonly id: string
  readonly sessionID: string
  readonly messageID: string
  readonly field: string
  readonly info: OpenCodeMessage & OpenCodeSession
  readonly part: OpenCodePart & { readonly sessionID?: string }
  readonly status: OpenCodeStatus
  readonly error: OpenCodeError
  readonly requestID: string
  readonly permissionID: string
  readonly tool: { readonly messageID?: string }
}

// ---------------------------------------------------------------- memory

/** What must be remembered from one event to the next. Start with `noMemory`; keep what `openCodeSignals` returns. */
export interface OpenCodeMemory {
  /** Prompts whose user message has not shown yet, oldest first. */
  readonly prompts: readonly { readonly sessionID: string; readonly turnId: string }[]
  /**
   * Messages of late, and the user message that each answers; `null` for a user message itself. With a message that is
   * closed: what its prompt had used by then.
   */
  readonly messages: readonly (readonly [messageID: string, parentID: string | null, used?: Usage])[]
}
/** The memory to start with: nothing was sent, and nothing heard. */
export const noMemory: OpenCodeMemory = { prompts: [], messages: [] }

const REMEMBERED = 64

/**
 * A prompt leaves without a `messageID` of the client's: the server's id for it binds when its user message shows. Where the
 * client chooses the id, this is not needed: answer the send with it, `{ status: 'accepted', runId: messageID }`. Choose it:
 * beside another client, the next user message may be the other's.
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

const knows = (memory: OpenCodeMemory, messageID: unknown) => memory.messages.find(([id]) => id === messageID)

const runOf = (memory: OpenCodeMemory, messageID: unknown) => ({
  runId: knows(memory, messageID)?.[1] ?? null,
})

const remember = (memory: OpenCodeMemory, messageID: string, parentID: string | null): OpenCodeMemory =>
  knows(memory, messageID)
    ? memory
    : { ...memory, messages: [...memory.messages, [messageID, parentID] as const].slice(-REMEMBERED) }

/** What a prompt has used with this message, each message counted once. */
function countTokens(
  memory: OpenCodeMemory,
  messageID: string,
  parentID: string | null,
  tokens: unknown,
): readonly [OpenCodeMemory, Usage | undefined] {
  const known = knows(memory, messageID)?.[2]
  if (known) return [memory, known]
  const before = memory.messages.findLast(([, parent, used]) => parent === parentID && used)?.[2]
  const used = addTokens(before, tokens)
  const messages = memory.messages.map((entry) =>
    entry[0] === messageID && used ? ([messageID, parentID, used] as const) : entry,
  )
  return [{ ...memory, messages }, used]
}

/** Reads an event stream. `promptSent` and `promptRefused` are those of this module, for its memory. */
export interface OpenCodeReader extends Reader<OpenCodeEvent> {
  /** A prompt leaves: the next user message of the session is its. */
  promptSent(sessionID: string, turnId: string): void
  /** The send of a prompt was refused: no user message of it will come. */
  promptRefused(turnId: string): void
}

/** Reads one event stream, `/event` or `/global/event`. Where it drops and opens again, go on with the same reader. */
export function createReader(): OpenCodeReader {
  let memory = noMemory
  return {
    read(event) {
      const [next, signals] = openCodeSignals(memory, event)
      memory = next
      return signals
    },
    close: () => [streamDropped({})],
    promptSent: (sessionID, turnId) => void (memory = promptSent(memory, sessionID, turnId)),
    promptRefused: (turnId) => void (memory = promptRefused(memory, turnId)),
  }
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
export const openCodeSignals = (
  memory: OpenCodeMemory,
  event: OpenCodeEvent,
): readonly [OpenCodeMemory, readonly Signal[]] =>
  attempt(() => {
    const { type, properties } = fieldsOf<OpenCodeEvent>(fieldsOf<OpenCodeEvent>(event).payload ?? event)
    const told = fieldsOf<Properties>(properties)
    return type === 'message.updated'
      ? ofMessage(memory, told)
      : [memory, signalsOf(memory, type, told, properties)]
  }, [memory, NOTHING])

function ofMessage(
  memory: OpenCodeMemory,
  told: Unchecked<Properties>,
): readonly [OpenCodeMemory, readonly Signal[]] {
  const message = fieldsOf<OpenCodeMessage>(told.info)
  const messageID = stringOf(message.id)
  if (messageID === undefined) return [memory, NOTHING]
  const parentID = stringOf(message.parentID) ?? null
  const conversationId = stringOf(told.sessionID) ?? stringOf(message.sessionID) ?? null
  const next = remember(memory, messageID, parentID)
  if (message.role === 'user') {
    const mine =
      next === memory ? undefined : memory.prompts.find(({ sessionID }) => sessionID === conversationId)
    if (!mine) return [next, NOTHING]
    const prompts = memory.prompts.filter((prompt) => prompt !== mine)
    return [{ ...next, prompts }, [sendAccepted({ turnId: mine.turnId, runId: messageID })]]
  }
  const at = { conversationId, runId: parentID }
  if (isOpen(message) && !message.error) return [next, [turnStarted(at)]]
  const [counted, usage] = countTokens(next, messageID, parentID, message.tokens)
  const end = endOf(message)
  return [counted, [end ? turnEnded({ ...at, ...end, usage }) : turnProgressed({ ...at, kind: 'step_done' })]]
}

const ASKED = /^(permission|question)(\.v2)?\.(asked|updated)$/
const ANSWERED = /^(permission|question)(\.v2)?\.(replied|rejected)$/

function signalsOf(
  memory: OpenCodeMemory,
  type: unknown,
  told: Unchecked<Properties>,
  prompt: unknown,
): readonly Signal[] {
  const part = fieldsOf<Properties['part']>(told.part)
  const info = fieldsOf<OpenCodeSession>(told.info)
  const at = { conversationId: stringOf(told.sessionID) ?? stringOf(part.sessionID) ?? null }
  switch (type) {
    case 'session.created':
    case 'session.updated': {
      const child = stringOf(info.id)
      const parent = stringOf(info.parentID)
      return child && parent ? [childOpened({ child, parent, name: stringOf(info.title) })] : NOTHING
    }
    case 'session.deleted': {
      const conversationId = at.conversationId ?? stringOf(info.id) ?? null
      const error = { message: 'The session was deleted.', code: 'session_gone' }
      return [
        turnEnded({ conversationId, reason: 'interrupted', error }),
        sessionReported({ conversationId, status: 'stopped' }),
      ]
    }
    case 'session.idle':
      return [sessionReported({ ...at, status: 'idle' })]
    case 'session.status': {
      const { type: word, message, attempt, next } = fieldsOf<OpenCodeStatus>(told.status)
      const status = stringOf(word)
      if (status === 'retry') {
        return [
          turnRetrying({
            ...at,
            error: errorOf(message),
            attempt: typeof attempt === 'number' ? attempt : 0,
            attemptAt: typeof next === 'number' ? next : undefined,
          }),
        ]
      }
      return status ? [sessionReported({ ...at, status })] : NOTHING
    }
    case 'session.error': {
      // Names no turn: a reason to check, and what the end was like.
      const { reason, ...rest } = endOfError(told.error)
      return [turnEnded({ ...at, reason: reason === 'error' ? 'session_error' : reason, ...rest })]
    }
    case 'message.part.delta':
      return ofPart(memory, told.messageID, at, { type: told.field ?? 'text' })
    case 'message.part.updated':
      return told.part ? ofPart(memory, part.messageID, at, part) : NOTHING
  }
  const requestId = stringOf(told.requestID) ?? stringOf(told.permissionID)
  if (ANSWERED.test(`${stringOf(type)}`)) return requestId ? [inputResolved({ ...at, requestId })] : NOTHING
  if (!ASKED.test(`${stringOf(type)}`)) return NOTHING
  // The tool that asks may tell whose message it works for.
  const { messageID } = fieldsOf<Properties['tool']>(told.tool)
  return [
    inputRequested({
      ...at,
      ...runOf(memory, messageID),
      requestId: stringOf(told.id),
      kind: stringOf(type),
      prompt,
    }),
  ]
}

/** A part belongs to the prompt that its message answers; one of a user message is no work. */
function ofPart(
  memory: OpenCodeMemory,
  messageID: unknown,
  conversation: { readonly conversationId: string | null },
  { type, callID, tool, state }: Unchecked<OpenCodePart>,
): readonly Signal[] {
  if (knows(memory, messageID)?.[1] === null) return NOTHING
  const at = { ...conversation, ...runOf(memory, messageID) }
  const callId = stringOf(callID)
  if (type === 'tool' && callId !== undefined) {
    const { status } = fieldsOf<{ status: string }>(state)
    const kind = status === 'completed' || status === 'error' ? 'tool_closed' : 'tool_open'
    return [turnProgressed({ ...at, kind, callId, text: stringOf(tool) ?? 'tool' })]
  }
  return [turnProgressed({ ...at, kind: type === 'text' ? 'output' : 'reasoning' })]
}
