/** LangGraph: the runs of one store. */
import { createReader, readStatus } from '../adapters/langGraph'
import type { LangGraphEvent, LangGraphRun, LangGraphThread } from '../adapters/langGraph'
import { turnEnded } from '../actions/signals'
import type { PortContext, SendResult, StatusAnswer, StopRequest, StopResult, Turn } from '../types'
import type { EventOrigin } from './bodies'
import { discard, jsonOf, parseJson } from './http'
import type { Http } from './http'
import { refusalOf } from './refusal'
import { giveUpQuestions } from './requestTurns'
import { createRunBodies } from './runBodies'
import { activeTurn, isWaiting } from './store'
import type { Store } from './store'

export interface RunsOptions {
  readonly http: Http
  onEvent(event: LangGraphEvent, origin: EventOrigin): void
}

const ACCEPT = { accept: 'text/event-stream' }
/** How many runs of a thread a check asks for, and which of their fields. */
const RUNS = `limit=100&${['run_id', 'status', 'created_at', 'metadata', 'kwargs', 'cancel_reason']
  .map((field) => `select=${field}`)
  .join('&')}`

const threadPath = (threadId: string): string => `/threads/${encodeURIComponent(threadId)}`
const runPath = (threadId: string, runId: string): string =>
  `${threadPath(threadId)}/runs/${encodeURIComponent(runId)}`

export function createRuns(store: Store, { http, onEvent }: RunsOptions) {
  const runs = createRunBodies<LangGraphEvent>(store, {
    eventOf: ({ data, event = 'message', id }) => ({ event, data: parseJson(data), id }),
    runIdOf: runIdOfEvent,
    positionOf: (_event, { id }) => id,
    isLast: ({ event }) => event === 'end',
    onEvent,
  })
  const { bodies } = runs

  const start = (
    { conversationId, turnId }: Pick<Turn, 'conversationId' | 'turnId'>,
    body: object,
    resumes: boolean,
    context: PortContext,
  ): Promise<SendResult> =>
    runs.start(
      {
        address: { conversationId, turnId },
        async send(signal) {
          const path = `${threadPath(conversationId)}/runs/stream`
          const response = await http(path, { body, signal, headers: ACCEPT })
          if (response.ok) await tellBefore(conversationId, turnId, signal).catch(() => undefined)
          return response
        },
        // Where the page may not see the header, the first event tells.
        runIdOf: ({ headers }) => /\/runs\/([^/?]+)/.exec(headers.get('content-location') ?? '')?.[1] ?? null,
        createReader: (runId) => createReader({ conversationId, turnId, runId }, { resumes }),
        refusedBy,
      },
      context,
    )

  /**
   * A thread has one run at a time: that it took another says that the one before is over. How that ended is told first: the
   * next check would tell of the newest alone.
   */
  async function tellBefore(conversationId: string, turnId: string, signal: AbortSignal): Promise<void> {
    const before = activeTurn(store, conversationId)
    const runId = before?.runs.at(-1)
    if (!before || runId === undefined || before.turnId === turnId || isWaiting(store, before)) return
    const response = await http(runPath(conversationId, runId), { signal })
    if (!response.ok) return discard(response)
    const { last } = readStatus({ status: 'idle' }, [(await jsonOf(response)) as LangGraphRun])
    const reason = last?.outcome
    if (reason === undefined || reason === 'unknown' || reason === 'merged' || reason === 'undelivered')
      return
    const error = last?.error
    bodies.tell([turnEnded({ conversationId, turnId: before.turnId, runId, reason, error })])
  }

  // ---------------------------------------------------------------- status

  /** What the thread and its runs say. Where one runs, and no body tells of it, it is followed from here. */
  async function check(threadId: string, { signal }: PortContext): Promise<StatusAnswer> {
    const heard = bodies.of(threadId)
    const thread = await http(threadPath(threadId), { signal })
    if (thread.status === 404) {
      discard(thread)
      return readStatus(null, [])
    }
    const told = await jsonOf(thread)
    const answer = readStatus(told as LangGraphThread, await runsOf(threadId, signal))
    const { status, runId } = answer
    if (status === 'running' && runId != null && !bodies.of(threadId))
      void follow(threadId, runId, answer.turnId)
    // It may be half-open: nothing that matters is expected of it.
    if (heard && status !== 'running' && status !== 'no_status') bodies.settle(heard)
    return answer
  }

  async function runsOf(threadId: string, signal: AbortSignal): Promise<readonly LangGraphRun[]> {
    const response = await http(`${threadPath(threadId)}/runs?${RUNS}`, { signal })
    const listed = response.ok ? await jsonOf(response) : (discard(response), [])
    const all = (Array.isArray(listed) ? listed : []) as readonly LangGraphRun[]
    const own = activeTurn(store, threadId)?.runs.at(-1)
    // Some servers list the oldest first: ours may be beyond the end.
    if (own === undefined || all.some(({ run_id }) => run_id === own)) return all
    const one = await http(runPath(threadId, own), { signal })
    if (one.ok) return [...all, (await jsonOf(one)) as LangGraphRun]
    discard(one)
    return all
  }

  function follow(conversationId: string, runId: string, named: string | null | undefined): Promise<void> {
    const active = activeTurn(store, conversationId)
    const address = {
      conversationId,
      turnId: named ?? (active?.runs.includes(runId) ? active.turnId : null),
      runId,
    }
    return runs.follow({
      address,
      send: (signal, position = '-1') =>
        http(`${runPath(conversationId, runId)}/stream`, {
          signal,
          headers: { ...ACCEPT, 'last-event-id': position },
        }),
      reader: createReader(address),
    })
  }

  // ---------------------------------------------------------------- stop

  async function stop(
    { conversationId, turnId, runIds }: StopRequest,
    signal: AbortSignal,
  ): Promise<StopResult> {
    if (giveUpQuestions(store, bodies, { conversationId, turnId })) return { status: 'acknowledged' }
    const runId = runIds.at(-1)
    // Its run is not known yet: asked again when it starts.
    if (runId === undefined) return { status: 'refused', reason: 'no_active_turn' }
    const path = `${runPath(conversationId, runId)}/cancel?wait=0&action=interrupt`
    const response = await http(path, { method: 'POST', body: {}, signal })
    discard(response)
    return response.ok ? { status: 'acknowledged' } : { status: 'refused', reason: 'no_active_turn' }
  }

  return { bodies, start, check, stop }
}

function runIdOfEvent({ event, data }: LangGraphEvent): string | null {
  const runId: unknown =
    event === 'metadata' && typeof data === 'object' && data !== null && 'run_id' in data ? data.run_id : null
  return typeof runId === 'string' ? runId : null
}

/** A second run is refused with 409, or as one that cannot be processed (422), told apart from other such only by its words. */
async function refusedBy(response: Response): Promise<SendResult> {
  const { status, headers } = response
  const text = await response.text()
  if (status === 404) return { status: 'refused', reason: 'gone' }
  if (status === 422 && /already running/.test(text)) return { status: 'refused', reason: 'busy' }
  return refusalOf(new Response(text, { status, headers }))
}
