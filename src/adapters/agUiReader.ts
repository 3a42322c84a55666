/** AG-UI: a whole stream, read with memory, and as a status check. */
import { inputRequested, requestEnded, turnEnded, turnStarted } from '../actions/signals'
import type { Address, Outcome, ReportedQuestion, StatusAnswer } from '../types'
import { NOTHING_PENDING, addressOf, follow, signalsOf } from './agUiEvents'
import type { AgUiEvent } from './agUiEvents'
import { NOTHING } from './signal'
import type { Reader, Signal } from './signal'
import { attempt, fieldsOf, objectsOf, stringOf } from './wire'

// ---------------------------------------------------------------- a stream

/** Options of `createReader`. */
export interface AgUiReaderOptions {
  /** Whether a stop was sent for this run. Say so before the stop leaves: the run may be over before its answer comes. */
  readonly isStopped?: ((runId: string | null) => boolean) | undefined
  /** The request carries the answers to what the turn had asked: its questions are closed when the run starts. */
  readonly resumes?: boolean | undefined
}

/** So many open calls and interrupts are remembered for one run. */
const MAX_PENDING = 64

/**
 * Reads one stream: that of a run, or a `/connect` stream with the runs of a thread one after the other.
 *
 * @param address The address of the stream's own request. For `/connect`: the conversation alone.
 */
export function createReader(
  address: Address,
  { isStopped, resumes = false }: AgUiReaderOptions = {},
): Reader<AgUiEvent> {
  let own = address
  let interrupts: AgUiEvent[] = []
  let asker: Address | null = resumes ? { ...address, runId: null } : null
  let isSettled = false
  const calls = new Map<string, AgUiEvent>()
  const closeCalls = (isClosed: (id: string, call: AgUiEvent) => boolean): void => {
    for (const [id, call] of calls) if (isClosed(id, call)) calls.delete(id)
  }

  function remember(event: AgUiEvent): void {
    const told = fieldsOf<AgUiEvent>(event)
    const { type } = told
    const callId = stringOf(told.toolCallId)
    if (type === 'CUSTOM' && told.name === 'on_interrupt') {
      interrupts = [...interrupts, event].slice(-MAX_PENDING)
    } else if (type === 'TOOL_CALL_START' || type === 'TOOL_CALL_CHUNK') {
      if (callId !== undefined && !calls.has(callId) && calls.size < MAX_PENDING) calls.set(callId, event)
    } else if (type === 'TOOL_CALL_RESULT') {
      closeCalls((id) => id === callId)
    } else if (type === 'TEXT_MESSAGE_START') {
      // The agent went on to another message: it has what it had called for.
      closeCalls((_id, call) => call.parentMessageId !== told.messageId)
    } else if (type === 'MESSAGES_SNAPSHOT') {
      const results = objectsOf<{ toolCallId: string }>(told.messages).map(({ toolCallId }) => toolCallId)
      closeCalls((id) => results.includes(id))
    }
  }

  function read(event: AgUiEvent): readonly Signal[] {
    const told = fieldsOf<AgUiEvent>(event)
    const { type, runId } = told
    own = follow(own, event)
    remember(event)
    const isOwn = stringOf(runId) === undefined || own.runId == null || runId === own.runId
    const pending = isOwn ? { calls, interrupts, asker } : NOTHING_PENDING
    const signals = signalsOf(event, own, isStopped?.(own.runId ?? null), pending)
    if (isOwn && (type === 'RUN_STARTED' || type === 'RUN_FINISHED' || type === 'RUN_ERROR')) {
      isSettled = type !== 'RUN_STARTED'
      asker = isSettled && signals.some(inputRequested.match) ? addressOf(told, own) : null
      calls.clear()
      interrupts = []
    }
    return signals
  }

  return {
    read: (event) => attempt(() => read(event), NOTHING),
    close: (how) => (isSettled ? NOTHING : [requestEnded({ ...own, how })]),
  }
}

// ---------------------------------------------------------------- the status check

/** Options of `readStatus`. */
export interface AgUiStatusOptions {
  /** The stream is still open and has been quiet for a while: what runs in it is running. Else it has ended cleanly. */
  readonly isOpen?: boolean | undefined
  /** As in `AgUiReaderOptions`. */
  readonly isStopped?: AgUiReaderOptions['isStopped']
}

/**
 * What a `/connect` stream says of the thread, as a status check: there is no other.
 *
 * @param events All that came, of a stream that was answered with success. None at all: the server holds no run there.
 * @returns `no_status` where the stream was cut in mid-run, and for what cannot be read.
 */
export const readStatus = (events: readonly AgUiEvent[], options: AgUiStatusOptions = {}): StatusAnswer =>
  attempt(() => statusOf(events, options), { status: 'no_status' })

function statusOf(events: readonly AgUiEvent[], { isOpen, isStopped }: AgUiStatusOptions): StatusAnswer {
  if (!Array.isArray(events)) return { status: 'no_status' }
  if (events.length === 0) return { status: 'absent' }
  const reader = createReader({}, { isStopped })
  let runId: string | null = null
  let status: StatusAnswer['status'] = 'no_status'
  let last: StatusAnswer['last']
  let questions: ReportedQuestion[] = []
  for (const signal of events.flatMap((event) => reader.read(event))) {
    if (turnStarted.match(signal) && signal.payload.role !== 'child') {
      runId = signal.payload.runId ?? null
      status = isOpen ? 'running' : 'no_status'
      questions = []
    } else if (turnEnded.match(signal) && (signal.payload.runId ?? null) === runId) {
      const { reason, error } = signal.payload
      status = 'idle'
      last = { runId, outcome: reason as Outcome, error }
    } else if (inputRequested.match(signal)) {
      const { requestId, kind, prompt, runId: asker } = signal.payload
      status = 'awaiting_input'
      questions.push({ requestId, kind, prompt, asker })
    }
  }
  return {
    status,
    // The replay is whole: a question that it does not leave open is closed.
    ...((status === 'running' || status === 'awaiting_input') && { runId, questions }),
    ...(last && { last }),
  }
}
