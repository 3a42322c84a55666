/**
 * AG-UI (`@ag-ui/core`): one stream to a run, opened by the client, which mints the runId.
 *
 * RUN_ERROR and all events of text name no run: they belong to the stream that they came in, so the stream's own address
 * goes in with each event. conversationId is the thread's id.
 */
import { inputRequested, requestEnded, turnEnded, turnProgressed, turnStarted } from '../actions'
import type { ProgressKind } from '../actions'
import type { Address, StatusAnswer } from '../types'
import { NOTHING } from './signal'
import type { Signal } from './signal'

/** What is read of an event. Any event of the official union is one. */
export interface AgUiEvent {
  readonly type: string
  readonly threadId?: string
  readonly runId?: string
  readonly parentRunId?: string
  readonly message?: unknown
  readonly code?: string
  readonly outcome?: {
    readonly type: string
    readonly interrupts?: readonly { readonly id: string; readonly reason: string }[]
  }
  readonly toolCallId?: string
  readonly toolCallName?: string
  readonly stepName?: string
  readonly subagentRunId?: string
  readonly name?: string
}

/** Whose stream it is: what the app asked for. A `/connect` stream has no turn; `follow` learns its run as it goes. */
export interface AgUiStream extends Address {
  /** A stop was sent for this run. It ends in a plain RUN_FINISHED, as success does. */
  readonly stopped?: boolean
}

const PROGRESS = new Map<string, ProgressKind>([
  ['TEXT_MESSAGE_START', 'output'],
  ['TEXT_MESSAGE_CONTENT', 'output'],
  ['TEXT_MESSAGE_CHUNK', 'output'],
  ['TEXT_MESSAGE_END', 'message_done'],
  ['TOOL_CALL_START', 'tool_open'],
  ['TOOL_CALL_RESULT', 'tool_closed'],
  ['SUBAGENT_STARTED', 'tool_open'],
  ['SUBAGENT_FINISHED', 'tool_closed'],
  ['SUBAGENT_ERROR', 'tool_closed'],
  ['STEP_STARTED', 'status'],
  ['STEP_FINISHED', 'step_done'],
])
/** Signs of work that show nothing new. */
const WORK = /^(REASONING_|TOOL_CALL_(ARGS|END|CHUNK)|STATE_DELTA|ACTIVITY_)/

/**
 * What one event says of the turn whose stream it came in.
 *
 * @param event As it came. What cannot be read says nothing: `[]`.
 * @param stream The address of the stream's own request. Ids that the event has itself go before it.
 */
export function agUiSignals(event: AgUiEvent, stream: AgUiStream): readonly Signal[] {
  const { type } = event ?? {}
  const { stopped } = stream
  const at = addressOf(event, stopped === undefined ? stream : withoutStopped(stream))
  switch (type) {
    case 'RUN_STARTED':
      return [turnStarted(at)]
    case 'RUN_FINISHED': {
      const { outcome } = event
      if (outcome?.type === 'interrupt') {
        // Paused, not over: a new run of the same turn carries on with the answers.
        const asked = outcome.interrupts ?? []
        return asked.map((prompt) =>
          inputRequested({ ...at, requestId: prompt.id, kind: prompt.reason, prompt }),
        )
      }
      const cancelled = outcome ? outcome.type === 'cancelled' : stopped
      return [turnEnded({ ...at, reason: cancelled ? 'cancelled' : 'complete' })]
    }
    case 'RUN_ERROR': {
      const { message, code } = event
      const error = { message: `${message}`, ...(code !== undefined && { code }) }
      // The client library's own word for a request that it gave up: the server has confirmed nothing.
      if (code === 'abort') return [requestEnded({ ...at, how: 'cancelled', error })]
      return [turnEnded({ ...at, reason: stopped ? 'cancelled' : 'error', error })]
    }
  }
  const kind = PROGRESS.get(type) ?? (WORK.test(type) ? 'reasoning' : undefined)
  if (!kind) return NOTHING
  const callId = event.toolCallId ?? event.subagentRunId
  const text = event.toolCallName ?? event.stepName ?? event.name
  // Most events are text, which is neither: a plain copy of the address is the quicker one.
  if (callId === undefined && text === undefined) return [turnProgressed({ ...at, kind })]
  return [
    turnProgressed({
      ...at,
      kind,
      ...(callId !== undefined && { callId }),
      ...(text !== undefined && { text }),
    }),
  ]
}

const withoutStopped = ({ stopped: _stopped, ...own }: AgUiStream): Address => own

/** A run that is not the stream's own (an agent that calls another) is addressed by its name alone, as a child. */
function addressOf(event: AgUiEvent, own: Address): Address {
  const { threadId, runId, parentRunId } = event ?? {}
  const conversationId = own.conversationId ?? threadId ?? null
  // Events of text, which are most, have no ids.
  if (runId === undefined) return own.conversationId === conversationId ? own : { ...own, conversationId }
  if (own.runId == null || own.runId === runId) return { ...own, conversationId, runId }
  return { conversationId, runId, ...(parentRunId !== undefined && { role: 'child', parent: parentRunId }) }
}

/**
 * The address of a `/connect` stream after one of its events: it replays the runs of the thread one after the other, finished
 * or not, and RUN_STARTED says which it has come to.
 */
export function follow(stream: AgUiStream, event: AgUiEvent): AgUiStream {
  if (event?.type !== 'RUN_STARTED' || stream.turnId != null) return stream
  const { threadId, runId, parentRunId } = event
  if (parentRunId !== undefined && parentRunId === stream.runId) return stream
  return { ...stream, conversationId: stream.conversationId ?? threadId ?? null, runId: runId ?? null }
}

/**
 * What a whole `/connect` stream says of the thread, as a look-up: there is no other. Empty, the server holds no run there.
 *
 * @param events All of them, once the stream has ended cleanly.
 */
export function readStatus(events: readonly AgUiEvent[]): StatusAnswer {
  const last = events.findLast(({ type }) => type.startsWith('RUN_'))
  const runId = events.findLast(({ type }) => type === 'RUN_STARTED')?.runId ?? null
  if (!last) return { status: 'absent' }
  if (last.type === 'RUN_STARTED') return { status: 'no_status' }
  if (last.type === 'RUN_ERROR') {
    return { status: 'idle', last: { runId, outcome: 'error', error: { message: `${last.message}` } } }
  }
  const { outcome } = last
  if (outcome?.type === 'interrupt') {
    return { status: 'awaiting_input', runId, inputId: outcome.interrupts?.[0]?.id ?? null }
  }
  return {
    status: 'idle',
    last: { runId, outcome: outcome?.type === 'cancelled' ? 'cancelled' : 'complete' },
  }
}
