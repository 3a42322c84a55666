/**
 * Agent Client Protocol, version 1 (`@agentclientprotocol/sdk`): JSON-RPC with one agent. conversationId is the session's id.
 *
 * | message | signal |
 * | --- | --- |
 * | the answer to `session/prompt` | `turnEnded`: it is the end, and the only message that belongs to a turn |
 * | `session/update` with text, thoughts, tools, a plan | `turnProgressed`; it names only the session |
 * | `session/request_permission`, `elicitation/create` | `inputRequested` |
 * | `$/cancel_request` of one of these | `inputResolved` |
 * | `state_update`, of the draft of version 2 | `sessionReported` |
 *
 * Ids: there is no id of a run. What belongs to a turn is the request that sent its prompt, which stays open until the turn is
 * over; the reader remembers them. Ends: `stopReason` other than `end_turn` and `cancelled` is no plain completion. Status
 * check: none on this wire. A turn whose connection has closed will never be answered: `close` says so of each. What
 * `session/load` replays is history, and says nothing.
 */
import {
  inputRequested,
  inputResolved,
  requestEnded,
  sessionReported,
  streamDropped,
  turnEnded,
  turnProgressed,
} from '../actions/signals'
import type { ProgressKind } from '../actions/signals'
import type { SendResult } from '../types'
import { questionIdOf } from './requestIds'
import { NOTHING } from './signal'
import type { Reader, Signal } from './signal'
import { attempt, endOfFinish, errorOf, fieldsOf, stringOf } from './wire'
import type { WireEnd } from './wire'

export { rawRequestId } from './requestIds'
export type { CloseReason, Reader, Signal } from './signal'

// ---------------------------------------------------------------- what is read of the wire

/** A notification of the agent's, or (with `id`) a request. */
export interface AcpMessage {
  readonly method: string
  readonly id?: string | number | null | undefined
  readonly params?: unknown
}
/** A JSON-RPC answer. */
export interface AcpAnswer {
  readonly result?: unknown
  readonly error?: { readonly message: string; readonly code?: number } | null | undefined
}
/** What is read of a message's parameters. */
interface Params {
  readonly sessionId: string
  readonly update: unknown
  readonly requestId: string | number
}
interface Update {
  readonly sessionUpdate: string
  readonly toolCallId: string
  readonly title: string
  readonly status: string
  readonly state: string
}

/** The agent at the other end, where the app tells several, or its generations, apart. */
export interface AcpProcess {
  readonly source?: string | undefined
  readonly boot?: string | undefined
}

/** The turn that a prompt belongs to. conversationId: the session's id. */
export interface AcpTurn {
  readonly conversationId: string
  readonly turnId: string
}

/** Reads the messages of one connection, and is told of the requests that change how they are read. */
export interface AcpReader extends Reader<AcpMessage> {
  /** Call it before the prompt of a turn leaves. */
  promptSent(turn: AcpTurn): void
  /** The answer to `session/prompt`: the turn's end. */
  promptAnswered(turn: AcpTurn, answer: AcpAnswer): readonly Signal[]
  /** Call it before `session/load` leaves: until its answer, updates of the session are history. */
  loadSent(sessionId: string): void
  /** Call it when `session/load` was answered, well or badly: what follows is no history. */
  loadAnswered(sessionId: string): void
}

// ---------------------------------------------------------------- what it says

const PROGRESS: ReadonlyMap<unknown, ProgressKind> = new Map([
  ['agent_message_chunk', 'output'],
  ['agent_thought_chunk', 'reasoning'],
  ['plan', 'reasoning'],
  ['compaction_update', 'reasoning'],
])
const TOOLS: ReadonlyMap<unknown, ProgressKind> = new Map([
  ['pending', 'tool_open'],
  ['in_progress', 'tool_open'],
  ['completed', 'tool_closed'],
  ['failed', 'tool_closed'],
])
const QUESTION = /^(session\/request_permission|elicitation\/create)$/

/** The agent gave the request up, as it was asked to. */
const CANCELLED = -32_800
/** There is no such session. */
const NOT_FOUND = -32_002

/** So many open questions are remembered. */
const MAX_QUESTIONS = 64

/**
 * Reads the messages of one connection.
 *
 * @param from The agent at its other end. A question's id has `source` and `boot` in front, where they are given.
 */
export function createReader(from: AcpProcess = {}): AcpReader {
  const prompts = new Map<string, AcpTurn>()
  const loading = new Set<string>()
  /** Where each open question was asked. */
  const questions = new Map<string, string>()
  const { source, boot } = from

  function ofQuestion(method: string, id: unknown, params: unknown): readonly Signal[] {
    const conversationId = stringOf(fieldsOf<Params>(params).sessionId)
    const requestId = questionIdOf(id, from)
    if (conversationId === undefined || requestId === undefined) return NOTHING
    if (questions.size < MAX_QUESTIONS) questions.set(requestId, conversationId)
    return [inputRequested({ conversationId, source, boot, requestId, kind: method, prompt: params })]
  }

  function withdrawn(raw: unknown): readonly Signal[] {
    const requestId = questionIdOf(raw, from)
    const conversationId = requestId && questions.get(requestId)
    if (!conversationId) return NOTHING
    questions.delete(requestId)
    return [inputResolved({ conversationId, source, boot, requestId })]
  }

  function read(message: AcpMessage): readonly Signal[] {
    const { method, id, params } = fieldsOf<AcpMessage>(message)
    const told = fieldsOf<Params>(params)
    const name = stringOf(method) ?? ''
    if (QUESTION.test(name)) return ofQuestion(name, id, params)
    if (name === '$/cancel_request') return withdrawn(told.requestId)
    const conversationId = stringOf(told.sessionId)
    if (name !== 'session/update' || conversationId === undefined || loading.has(conversationId))
      return NOTHING
    const { sessionUpdate, toolCallId, title, status, state } = fieldsOf<Update>(told.update)
    const at = { conversationId, source, boot }
    const callId = stringOf(toolCallId)
    switch (sessionUpdate) {
      case 'tool_call':
      case 'tool_call_update': {
        const kind = TOOLS.get(status) ?? (sessionUpdate === 'tool_call' ? 'tool_open' : 'reasoning')
        return [turnProgressed({ ...at, kind, callId, text: stringOf(title) })]
      }
      case 'state_update': {
        const word = stringOf(state)
        return word === undefined ? NOTHING : [sessionReported({ ...at, status: word })]
      }
    }
    const kind = PROGRESS.get(sessionUpdate)
    return kind ? [turnProgressed({ ...at, kind })] : NOTHING
  }

  return {
    read: (message) => attempt(() => read(message), NOTHING),
    promptSent: (turn) => void prompts.set(turn.turnId, turn),
    promptAnswered(turn, answer) {
      prompts.delete(turn.turnId)
      const end = attempt(() => endOf(answer), null)
      return [end ? turnEnded({ ...turn, ...end }) : requestEnded({ ...turn, how: 'fulfilled' })]
    },
    loadSent: (sessionId) => void loading.add(sessionId),
    loadAnswered: (sessionId) => void loading.delete(sessionId),
    close(how) {
      const open = [...prompts.values()]
      prompts.clear()
      return [streamDropped({}), ...open.map((turn) => requestEnded({ ...turn, how }))]
    },
  }
}

/** What the answer to a prompt says of its end; `null` where it says nothing. */
function endOf(answer: AcpAnswer): WireEnd | null {
  const { result, error } = fieldsOf<AcpAnswer>(answer)
  if (error != null) {
    const { code, message } = fieldsOf<NonNullable<AcpAnswer['error']>>(error)
    return code === CANCELLED ? { reason: 'cancelled' } : { reason: 'error', error: errorOf(message) }
  }
  const stopReason = stringOf(fieldsOf<{ stopReason: string }>(result).stopReason)
  if (stopReason === undefined) return null
  if (stopReason === 'cancelled') return { reason: 'cancelled' }
  return stopReason === 'end_turn' ? { reason: 'complete' } : endOfFinish(stopReason)
}

/**
 * What an answer to `session/prompt`, or to the opening of its session, says of a prompt of which the agent has shown nothing
 * yet: an error then is a refusal.
 */
export const sendResult = (answer: AcpAnswer): SendResult =>
  attempt<SendResult>(
    () => {
      const { error } = fieldsOf<AcpAnswer>(answer)
      if (error == null) return { status: 'accepted' }
      const { code, message } = fieldsOf<NonNullable<AcpAnswer['error']>>(error)
      return { status: 'refused', reason: code === NOT_FOUND ? 'gone' : 'error', error: errorOf(message) }
    },
    { status: 'accepted' },
  )
