/** The ports: how the keeper reaches the agent. Each answers, or rejects, and then nobody knows what became of it. */
import type { AssistantPorts, Ports } from 'redux-turnkeeper'
import type {
  AnswerReceipt,
  AssistantReply,
  FaultId,
  FaultState,
  Receipt,
  StatusReply,
  StopReceipt,
  ThreadSummary,
  Transcript,
} from '../server/protocol'
import { stream } from './stream'

/** A request that is not answered for so long is given up, ms. */
const PATIENCE = 10_000

const withPatience = (signal?: AbortSignal): AbortSignal => {
  const patience = AbortSignal.timeout(PATIENCE)
  return signal ? AbortSignal.any([signal, patience]) : patience
}

const post = (path: string, body: object, signal?: AbortSignal): Promise<Response> =>
  fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: withPatience(signal),
  })

/** The body of an answer that is one of ours; anything else is no answer. */
async function read<T>(response: Promise<Response>, ...statuses: readonly number[]): Promise<T> {
  const answered = await response
  if (!answered.ok && !statuses.includes(answered.status))
    throw new Error(`The server answered ${answered.status}.`)
  return (await answered.json()) as T
}

const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  read<T>(fetch(path, { signal: withPatience(signal) }))

export const ports: Ports = {
  async sendTurn({ conversationId, turnId, input, mode }, { signal }) {
    // It is certain that nothing has left, so it may wait; what breaks on the way is another matter.
    if (!navigator.onLine)
      return { status: 'refused', reason: 'busy', error: { message: 'You are offline.' } }
    const run = {
      threadId: conversationId,
      runId: turnId,
      messages: [{ id: turnId, role: 'user', content: String(input) }],
      tools: [],
      context: [],
      forwardedProps: { steer: mode === 'steer' },
    }
    return read<Receipt>(post('/run', run, signal), 409)
  },
  stopTurn: ({ conversationId, turnId }, { signal }) =>
    read<StopReceipt>(post('/stop', { threadId: conversationId, turnId }, signal)),
  answerInput: ({ conversationId, requestId, answer }, { signal }) =>
    read<AnswerReceipt>(
      post('/answer', { threadId: conversationId, interruptId: requestId, payload: answer }, signal),
    ),
  async fetchStatus(ids, { signal }) {
    const list = ids.map(encodeURIComponent).join(',')
    const { threads } = await get<StatusReply>(`/status?ids=${encodeURIComponent(list)}`, signal)
    return threads
  },
  openStream: () => stream.open(),
}

/** What the assistant's ports answer: the status tells a missing assistant from a server that is down. */
async function answer<T>(response: Promise<Response>) {
  const answered = await response
  const body = (await answered.json()) as never
  return answered.ok
    ? { ok: true as const, data: body as T }
    : { ok: false as const, status: answered.status, error: body }
}

export const assistantPorts: AssistantPorts = {
  getAssistant: (_request, { signal }) =>
    answer<AssistantReply>(fetch('/assistant', { signal: withPatience(signal) })),
  hatchAssistant: (_request, { signal }) => answer<AssistantReply>(post('/assistant/hatch', {}, signal)),
  retireAssistant: (id, { signal }) => answer(post('/assistant/retire', { id }, signal)),
}

export const fetchThreads = () => get<readonly ThreadSummary[]>('/threads')
export const fetchTranscript = (id: string) => get<Transcript>(`/transcript?id=${encodeURIComponent(id)}`)
export const fetchFaults = () => get<readonly FaultState[]>('/faults')
export const setFault = (id: FaultId, on: boolean) => read<readonly FaultState[]>(post('/faults', { id, on }))
