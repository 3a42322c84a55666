import { signals } from 'redux-turnkeeper'
import type { SendResult, StatusAnswer, StopResult } from 'redux-turnkeeper'
import { createReader, readStatus } from 'redux-turnkeeper/adapters/agUi'
import type { AgUiEvent } from 'redux-turnkeeper/adapters/agUi'
import type { App, Exchange } from '../app'
import type { Line, Message } from '../recording'
import type { Player } from './player'

type Reader = ReturnType<typeof createReader>
type Signal = ReturnType<Reader['close']>[number]

type Request =
  | {
      readonly kind: 'run'
      readonly runId: string | null
      readonly reader: Reader
      readonly send: Exchange<SendResult>
    }
  | {
      readonly kind: 'connect'
      readonly threadId: string
      readonly reader: Reader
      readonly check: Exchange<Readonly<Record<string, StatusAnswer>>>
      readonly events: AgUiEvent[]
    }
  | {
      readonly kind: 'stop'
      /** The runs that it may stop. */
      readonly runIds: readonly string[]
      readonly stop: Exchange<StopResult>
    }

interface Body {
  readonly threadId?: string
  readonly runId?: string
  readonly messages?: readonly { readonly content?: unknown }[]
}

/** AG-UI has no status check but this one; a client that never connects has none. */
export const connects = ({ msg }: Line): boolean => /\/connect$/.test(msg.http ?? '')

/** What a client library says of a request that failed. */
const withError = (message: string) => (signal: Signal) =>
  signals.requestEnded.match(signal)
    ? signals.requestEnded({ ...signal.payload, error: { message } })
    : signal

/** An AG-UI server: a stream to a run. Also the callbacks of the official client. */
export function playAgUi(app: App): Player {
  const requests = new Map<string, Request>()
  /** Runs for which a stop was sent and not refused. */
  const stopped = new Set<string | null>()
  const isStopped = (runId: string | null): boolean => stopped.has(runId)
  /** The run of the official client: its reader and its thread. */
  let agent = createReader({})
  let agentThread = ''
  let generation = 0

  function sent({ http = '', stream = '', body }: Message): void {
    const { threadId = '', runId = '', messages = [] } = (body ?? {}) as Body
    const [, verb, last = ''] = /\/(run|connect|stop)(?:\/([^/]+))?$/.exec(http) ?? []
    if (verb === 'run') {
      // The client mints both: the turn's id is the run's.
      const send = app.send(threadId, runId, messages.at(-1)?.content ?? null)
      const reader = createReader({ conversationId: threadId, turnId: runId, runId }, { isStopped })
      requests.set(stream, { kind: 'run', runId, reader, send })
    } else if (verb === 'connect') {
      const check = app.checkStatus([threadId])
      const reader = createReader({ conversationId: threadId }, { isStopped })
      requests.set(stream, { kind: 'connect', threadId, reader, check, events: [] })
    } else if (verb === 'stop') {
      const conversationId = decodeURIComponent(last)
      const turn = app.activeTurnOf(conversationId)
      const runIds = turn ? [turn.turnId, ...turn.runs] : []
      for (const id of runIds) stopped.add(id)
      requests.set(stream, { kind: 'stop', runIds, stop: app.stop(conversationId) })
    }
  }

  async function came(msg: Message): Promise<void> {
    if (msg.cb !== undefined) return called(msg)
    const request = requests.get(msg.stream ?? '') ?? adopted(msg)
    if (!request) return
    if (msg.ev !== undefined) return heard(request, msg.ev as AgUiEvent)
    const isRefused = typeof msg.status === 'number' && msg.status >= 400
    if (request.kind === 'run' && isRefused) {
      const reason = msg.status === 409 ? 'busy' : 'error'
      request.send.resolve({ status: 'refused', reason, error: { message: `HTTP ${msg.status}` } })
    }
    if (request.kind === 'stop' && msg.body !== undefined) stopAnswered(request, msg.body)
  }

  function stopAnswered({ runIds, stop }: Request & { kind: 'stop' }, body: unknown): void {
    const { stopped: didStop } = JSON.parse(String(body)) as { stopped?: boolean }
    if (didStop) return stop.resolve({ status: 'acknowledged' })
    for (const id of runIds) stopped.delete(id)
    stop.resolve({ status: 'refused', reason: 'no_active_turn' })
  }

  async function heard(request: Request, event: AgUiEvent): Promise<void> {
    if (request.kind === 'stop') return
    if (request.kind === 'connect') request.events.push(event)
    else {
      // 200 is no acceptance yet: a run refused in silence gets it too. The first event is.
      request.send.resolve({ status: 'accepted', runId: request.runId })
      await app.settle()
    }
    app.emit(request.reader.read(event))
  }

  function ended({ stream = '', ended: how = '' }: Message): void {
    const request = requests.get(stream)
    requests.delete(stream)
    const isClean = how === 'clean'
    if (request?.kind === 'stop') return request.stop.reject()
    if (request?.kind === 'connect') {
      return isClean
        ? request.check.resolve({ [request.threadId]: readStatus(request.events, { isStopped }) })
        : request.check.reject()
    }
    if (!request) return
    // Too late after an answer; without one the fate of the send is unknown.
    request.send.reject()
    app.emit(request.reader.close(isClean ? 'clean_end' : how === 'client closed' ? 'cancelled' : 'failed'))
  }

  /** A stream that nobody was seen to open: its turn begins with its start. */
  function adopted({ stream, ev }: Message): Request | undefined {
    const event = ev as AgUiEvent | undefined
    if (stream === undefined || event?.type !== 'RUN_STARTED') return undefined
    const request: Request = {
      kind: 'run',
      runId: event.runId ?? null,
      reader: createReader({}),
      send: { resolve: () => undefined, reject: () => undefined },
    }
    requests.set(stream, request)
    return request
  }

  /** `HttpAgent` resolves whatever becomes of the run: only its events tell. */
  function called({ cb, event, error }: Message): void {
    if (cb === 'onRunInitialized') agent = createReader({})
    if (cb === 'onRunFailed') app.emit(agent.close('failed').map(withError(`${error}`)))
    else if (cb === 'onRunFinalized') app.emit(agent.close('clean_end'))
    else if (event !== undefined) {
      const told = event as AgUiEvent
      agentThread = told.threadId ?? agentThread
      // The client gave its own request up: that is how this app stops.
      if (told.code === 'abort') app.stop(agentThread).resolve({ status: 'acknowledged' })
      app.emit(agent.read(told))
    }
  }

  return ({ dir, msg }: Line) => {
    if (dir === 'out') return sent(msg)
    if (dir === 'in') return came(msg)
    if (dir !== 'meta') return
    if (msg.ended !== undefined) return ended(msg)
    if (msg.started !== undefined && ++generation > 1) app.emit([signals.backendRestarted({})])
  }
}
