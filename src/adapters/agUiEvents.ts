/** AG-UI: what one event says. */
import {
  inputRequested,
  inputResolved,
  requestEnded,
  turnEnded,
  turnProgressed,
  turnStarted,
} from '../actions/signals'
import type { ProgressKind } from '../actions/signals'
import type { Address } from '../types'
import { NOTHING } from './signal'
import type { Signal } from './signal'
import { attempt, endOfFinish, errorOf, fieldsOf, objectsOf, stringOf, usageOf } from './wire'
import type { Unchecked } from './wire'

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
    readonly pendingToolCallIds?: readonly string[]
  }
  /** Of `RUN_STARTED`: with the answers to interrupts in `resume`. */
  readonly input?: unknown
  readonly toolCallId?: string
  readonly toolCallName?: string
  readonly messageId?: string
  readonly parentMessageId?: string
  /** Of `MESSAGES_SNAPSHOT`. */
  readonly messages?: unknown
  readonly stepName?: string
  readonly subagentRunId?: string
  readonly name?: string
  readonly value?: unknown
  /** Of `RUN_FINISHED` and `RUN_ERROR`: one object for each model that the run has used. */
  readonly usage?: unknown
}

/** Whose stream it is: what the app asked for. A `/connect` stream has no turn; `follow` learns its run as it goes. */
export interface AgUiStream extends Address {
  /** A stop was sent for this run. It ends in a plain `RUN_FINISHED`, as success does. */
  readonly stopped?: boolean | undefined
}

const PROGRESS: ReadonlyMap<unknown, ProgressKind> = new Map([
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

// ---------------------------------------------------------------- one event

/** What a run has left open. */
export interface Pending {
  /** Tool calls without a result, by id. */
  readonly calls: ReadonlyMap<string, AgUiEvent>
  /** `CUSTOM on_interrupt` events. */
  readonly interrupts: readonly AgUiEvent[]
  /** Who asked what is still open when the next run starts. */
  readonly asker: Address | null
}
export const NOTHING_PENDING: Pending = { calls: new Map(), interrupts: [], asker: null }

/**
 * What one event says on its own of the turn whose stream it came in. Use `createReader` where the server may pause a run by
 * `CUSTOM on_interrupt` or for a tool of the page: only with the events before it can that be told from an end.
 *
 * @param event As it came. What cannot be read says nothing: `[]`.
 * @param stream The address of the stream's own request. Ids that the event has itself go before it.
 */
export const agUiSignals = (event: AgUiEvent, stream: AgUiStream): readonly Signal[] =>
  attempt(() => {
    const { stopped, ...own } = stream
    return signalsOf(event, own, stopped, NOTHING_PENDING)
  }, NOTHING)

/** The same with what the run before, or the events before, have left open. */
export function signalsOf(
  event: AgUiEvent,
  own: Address,
  stopped: boolean | undefined,
  pending: Pending,
): readonly Signal[] {
  const told = fieldsOf<AgUiEvent>(event)
  const type = stringOf(told.type) ?? ''
  const at = addressOf(told, own)
  switch (type) {
    case 'RUN_STARTED':
      return startOfRun(told.input, at, pending.asker)
    case 'RUN_FINISHED':
      return endOfRun(told, at, stopped, pending)
    case 'RUN_ERROR': {
      const error = errorOf(told.message, told.code)
      // The client library's own word for a request that it gave up: the server has confirmed nothing.
      if (told.code === 'abort') return [requestEnded({ ...at, how: 'cancelled', error })]
      return [turnEnded({ ...at, reason: stopped ? 'cancelled' : 'error', error, usage: usageIn(told) })]
    }
  }
  const kind = PROGRESS.get(type) ?? (WORK.test(type) ? 'reasoning' : undefined)
  if (!kind) return NOTHING
  const callId = stringOf(told.toolCallId ?? told.subagentRunId)
  const text = stringOf(told.toolCallName ?? told.stepName ?? told.name)
  return [turnProgressed({ ...at, kind, callId, text })]
}

/** The interrupts that a run answers. */
const answersOf = (input: unknown): readonly string[] =>
  objectsOf<{ interruptId: string }>(fieldsOf<{ resume: unknown }>(input).resume).flatMap(
    ({ interruptId }) => stringOf(interruptId) ?? [],
  )

/** `RUN_STARTED`: whatever the run before has asked is answered, or given up. With answers it carries that run on. */
function startOfRun(input: unknown, at: Address, asker: Address | null): readonly Signal[] {
  const answers = answersOf(input)
  const continues = answers.length > 0 && asker?.runId !== at.runId ? asker?.runId : undefined
  return [
    ...(asker ? [inputResolved(asker)] : []),
    turnStarted(continues == null ? at : { ...at, continues }),
    ...answers.map((requestId) => inputResolved({ ...at, requestId })),
  ]
}

const usageIn = ({ usage }: Unchecked<AgUiEvent>) =>
  usageOf(objectsOf(usage), ['inputTokens', 'outputTokens', 'cachedInputTokens', 'reasoningTokens'])

/** `RUN_FINISHED`: over, or paused for a person or the page. */
function endOfRun(
  event: Unchecked<AgUiEvent>,
  at: Address,
  stopped: boolean | undefined,
  { calls, interrupts }: Pending,
): readonly Signal[] {
  const told = fieldsOf<NonNullable<AgUiEvent['outcome']>>(event.outcome)
  const type = stringOf(told.type)
  const usage = usageIn(event)
  if (type === 'interrupt') {
    const asked = objectsOf<{ id: string; reason: string }>(told.interrupts)
    if (asked.length === 0) return [inputRequested(at)]
    return asked.map((prompt) =>
      inputRequested({ ...at, requestId: stringOf(prompt.id), kind: stringOf(prompt.reason), prompt }),
    )
  }
  const isCancelled = type === undefined ? stopped : type === 'cancelled'
  if (isCancelled) return [turnEnded({ ...at, reason: 'cancelled', finishReason: type, usage })]
  const listed = told.pendingToolCallIds
  // A call that an interrupt holds up is the server's own: only the interrupt is to be answered.
  const seen = interrupts.length > 0 ? [] : [...calls.keys()]
  const open = Array.isArray(listed) ? listed.flatMap((id) => stringOf(id) ?? []) : seen
  const questions = [
    ...interrupts.map(({ name, value }) => inputRequested({ ...at, kind: name, prompt: value })),
    ...open.map((requestId) =>
      inputRequested({ ...at, requestId, kind: 'TOOL_CALL_START', prompt: calls.get(requestId) }),
    ),
  ]
  return questions.length > 0 ? questions : [turnEnded({ ...at, ...endOfFinish(type), usage })]
}

/** A run that is not the stream's own (an agent that calls another) is addressed by its name alone, as a child. */
export function addressOf(told: Unchecked<AgUiEvent>, own: Address): Address {
  const runId = stringOf(told.runId)
  const parent = stringOf(told.parentRunId)
  const conversationId = own.conversationId ?? stringOf(told.threadId) ?? null
  // Events of text, which are most, have no ids.
  if (runId === undefined) return own.conversationId === conversationId ? own : { ...own, conversationId }
  if (own.runId == null || own.runId === runId) return { ...own, conversationId, runId }
  return { conversationId, runId, ...(parent !== undefined && { role: 'child', parent }) }
}

/**
 * The address of a `/connect` stream after one of its events: it replays the runs of the thread one after the other, finished
 * or not, and `RUN_STARTED` says which it has come to.
 */
export const follow = (stream: AgUiStream, event: AgUiEvent): AgUiStream =>
  attempt(() => {
    const told = fieldsOf<AgUiEvent>(event)
    if (told.type !== 'RUN_STARTED' || stream.turnId != null) return stream
    const parent = stringOf(told.parentRunId)
    if (parent !== undefined && parent === stream.runId) return stream
    const conversationId = stream.conversationId ?? stringOf(told.threadId) ?? null
    return { ...stream, conversationId, runId: stringOf(told.runId) ?? null }
  }, stream)
