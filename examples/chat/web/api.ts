/** The ports: how the keeper reaches the agent. Each answers, or rejects, and then nobody knows what became of it. */
import type { Ports, ReportedQuestion, ReportedRun, SendResult } from 'redux-turnkeeper'
import type { AssistantPorts, AssistantResult } from 'redux-turnkeeper/assistant'
import type {
  AnswerReceipt,
  AssistantReply,
  FaultId,
  FaultState,
  Receipt,
  StatusReply,
  StopReceipt,
  TaskReceipt,
  TaskStatus,
  ThreadStatus,
  ThreadSummary,
  Transcript,
} from '../server/protocol'
import { TAKEN_BACK, createHeldSends } from './heldSends'
import { statusAnswered } from './slices/connection'
import { stream } from './stream'

/** A request that is not answered for so long is aborted, ms. */
const REQUEST_TIMEOUT = 10_000

const orTimeout = (signal?: AbortSignal): AbortSignal => {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT)
  return signal ? AbortSignal.any([signal, timeout]) : timeout
}

const post = (path: string, body: object, signal?: AbortSignal): Promise<Response> =>
  fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: orTimeout(signal),
  })

/** The body of an answer that is one of ours; anything else is no answer. */
async function read<T>(response: Promise<Response>, ...statuses: readonly number[]): Promise<T> {
  const answered = await response
  if (!answered.ok && !statuses.includes(answered.status))
    throw new Error(`The server answered ${answered.status}.`)
  return (await answered.json()) as T
}

const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  read<T>(fetch(path, { signal: orTimeout(signal) }))

// ---------------------------------------------------------------- turns

const notSent = (message: string, code: string): SendResult => ({
  status: 'refused',
  reason: 'gone',
  error: { message, code },
})

/** A question as the keeper takes it. The asker is the turn that runs. */
const reported = (interrupt: NonNullable<ThreadStatus['questions']>[number]): ReportedQuestion => ({
  requestId: interrupt.id,
  kind: interrupt.reason,
  prompt: interrupt,
})

const reportedRun = ({ id, name, state }: TaskStatus): ReportedRun => ({
  runId: id,
  name,
  isPaused: state === 'paused',
})

export function createPorts(): Ports<string> {
  const held = createHeldSends()
  return {
    async sendTurn({ conversationId, turnId, input, mode }, { signal }) {
      const isSteer = mode === 'steer'
      if (!navigator.onLine) {
        // What is added to a running turn would come too late.
        if (isSteer) return notSent('You are offline, so this was not sent.', 'offline')
        // Nothing has been sent yet, so the message can wait until there is a network.
        const isBack = await held.untilOnline(turnId, signal)
        if (!isBack) return notSent('You took this message back before it was sent.', TAKEN_BACK)
      }
      const run = {
        threadId: conversationId,
        runId: turnId,
        messages: [{ id: turnId, role: 'user', content: input }],
        tools: [],
        context: [],
        forwardedProps: { steer: isSteer },
      }
      return read<Receipt>(post('/run', run, signal), 409)
    },
    async stopTurn({ conversationId, turnId }, { signal }) {
      if (held.takeBack(turnId)) return { status: 'acknowledged' }
      return read<StopReceipt>(post('/stop', { threadId: conversationId, turnId }, signal))
    },
    stopBackgroundRun: ({ runId }, { signal }) =>
      read<TaskReceipt>(post('/tasks/stop', { id: runId }, signal)),
    answerInput: ({ conversationId, requestId, answer }, { signal }) =>
      read<AnswerReceipt>(
        post('/answer', { threadId: conversationId, interruptId: requestId, payload: answer }, signal),
      ),
    async fetchStatus(conversationIds, { signal, dispatch }) {
      const ids = encodeURIComponent(conversationIds.map(encodeURIComponent).join(','))
      try {
        const { threads } = await get<StatusReply>(`/status?ids=${ids}`, signal)
        dispatch(statusAnswered({ conversationIds, threads }))
        return new Map(
          Object.entries(threads).map(([id, { questions, tasks, ...thread }]) => [
            id,
            {
              ...thread,
              ...(questions && { questions: questions.map(reported) }),
              ...(tasks && { backgroundRuns: tasks.map(reportedRun) }),
            },
          ]),
        )
      } catch (error) {
        dispatch(statusAnswered({ conversationIds, threads: null }))
        throw error
      }
    },
    openStream: (_request, { dispatch }) => stream.open(dispatch),
  }
}

// ---------------------------------------------------------------- the assistant

/** The status tells a missing assistant from a server that is down. */
async function result<T>(response: Promise<Response>): Promise<AssistantResult<T>> {
  const answered = await response
  const body: unknown = await answered.json()
  return answered.ok
    ? { ok: true, data: body as T }
    : { ok: false, status: answered.status, error: (body as { readonly error?: unknown }).error }
}

export const assistantPorts: AssistantPorts = {
  getAssistant: (_request, { signal }) =>
    result<AssistantReply>(fetch('/assistant', { signal: orTimeout(signal) })),
  // The server starts one assistant however often it is asked, so the idempotency key is not needed.
  hatchAssistant: (_request, { signal }) => result<AssistantReply>(post('/assistant/hatch', {}, signal)),
  retireAssistant: (id, { signal }) => result(post('/assistant/retire', { id }, signal)),
}

// ---------------------------------------------------------------- the rest of the app

export const fetchThreads = () => get<readonly ThreadSummary[]>('/threads')
export const fetchTranscript = (id: string) => get<Transcript>(`/transcript?id=${encodeURIComponent(id)}`)
export const fetchFaults = () => get<readonly FaultState[]>('/faults')
export const setFault = (id: FaultId, on: boolean) => read<readonly FaultState[]>(post('/faults', { id, on }))
