import { backendRestarted, requestEnded } from 'redux-turnkeeper'
import type { SendResult, StatusAnswer, StopResult } from 'redux-turnkeeper'
import { agUiSignals, follow, readStatus } from 'redux-turnkeeper/adapters/agUi'
import type { AgUiEvent, AgUiStream } from 'redux-turnkeeper/adapters/agUi'
import type { App, Exchange } from '../app'
import type { Line, Message } from '../recording'
import type { Player } from './player'

type Request =
  | { readonly kind: 'run'; address: AgUiStream; readonly send: Exchange<SendResult> }
  | {
      readonly kind: 'connect'
      address: AgUiStream
      readonly threadId: string
      readonly look: Exchange<Readonly<Record<string, StatusAnswer>>>
      readonly events: AgUiEvent[]
    }
  | { readonly kind: 'stop'; readonly threadId: string; readonly stop: Exchange<StopResult> }

/** AG-UI has no look-up but this one; a client that never connects has none. */
export const connects = ({ msg }: Line): boolean => /\/connect$/.test(msg.http ?? '')

/** An AG-UI server: a stream to a run. Also the callbacks of the official client. */
export function playAgUi(app: App): Player {
  const requests = new Map<string, Request>()
  let agent: AgUiStream = {}
  let generation = 0

  function sent({ http = '', stream = '', body }: Message): void {
    const {
      threadId = '',
      runId = '',
      messages = [],
    } = (body ?? {}) as {
      threadId?: string
      runId?: string
      messages?: readonly { readonly content?: unknown }[]
    }
    const [, verb, last = ''] = /\/(run|connect|stop)(?:\/([^/]+))?$/.exec(http) ?? []
    if (verb === 'run') {
      // The client mints both: the turn's id is the run's.
      const send = app.send(threadId, runId, messages.at(-1)?.content ?? null)
      requests.set(stream, { kind: 'run', address: { conversationId: threadId, turnId: runId, runId }, send })
    } else if (verb === 'connect') {
      const look = app.lookUp([threadId])
      requests.set(stream, {
        kind: 'connect',
        address: { conversationId: threadId },
        threadId,
        look,
        events: [],
      })
    } else if (verb === 'stop') {
      const conversationId = decodeURIComponent(last)
      requests.set(stream, { kind: 'stop', threadId: conversationId, stop: app.stop(conversationId) })
    }
  }

  async function came(msg: Message): Promise<void> {
    if (msg.cb !== undefined) return called(msg)
    const request = requests.get(msg.stream ?? '') ?? adopted(msg)
    if (!request) return
    if (msg.ev !== undefined) return heard(request, msg.ev as AgUiEvent)
    const refused = typeof msg.status === 'number' && msg.status >= 400
    if (request.kind === 'run' && refused) {
      const reason = msg.status === 409 ? 'busy' : 'error'
      request.send.resolve({ status: 'refused', reason, error: { message: `HTTP ${msg.status}` } })
    }
    if (request.kind === 'stop' && msg.body !== undefined)
      stopAnswered(request.threadId, request.stop, msg.body)
  }

  function stopAnswered(threadId: string, stop: Exchange<StopResult>, body: unknown): void {
    const { stopped } = JSON.parse(String(body)) as { stopped?: boolean }
    if (!stopped) return stop.resolve({ status: 'refused', reason: 'no_active_turn' })
    stop.resolve({ status: 'acknowledged' })
    const turn = app.liveTurnOf(threadId)
    for (const request of requests.values()) {
      if (request.kind !== 'stop' && turn?.runs.includes(request.address.runId ?? '')) {
        request.address = { ...request.address, stopped: true }
      }
    }
  }

  async function heard(request: Request, event: AgUiEvent): Promise<void> {
    if (request.kind === 'stop') return
    if (request.kind === 'connect') {
      request.address = follow(request.address, event)
      request.events.push(event)
    } else {
      // 200 is no acceptance yet: a run refused in silence gets it too. The first event is.
      request.send.resolve({ status: 'accepted', runId: request.address.runId ?? null })
      await app.settle()
    }
    app.emit(agUiSignals(event, request.address))
  }

  function ended({ stream = '', ended: how = '' }: Message): void {
    const request = requests.get(stream)
    requests.delete(stream)
    const clean = how === 'clean'
    if (request?.kind === 'stop') return request.stop.reject()
    if (request?.kind === 'connect') {
      return clean
        ? request.look.resolve({ [request.threadId]: readStatus(request.events) })
        : request.look.reject()
    }
    if (!request) return
    // Too late after an answer; without one the fate of the send is unknown.
    request.send.reject()
    const { stopped: _stopped, ...address } = request.address
    const left = how === 'client closed'
    app.emit([requestEnded({ ...address, how: clean ? 'clean_end' : left ? 'cancelled' : 'failed' })])
  }

  /** A stream that nobody was seen to open: its turn begins with its start. */
  function adopted({ stream, ev }: Message): Request | undefined {
    const event = ev as AgUiEvent | undefined
    if (stream === undefined || event?.type !== 'RUN_STARTED') return undefined
    const request: Request = {
      kind: 'run',
      address: follow({}, event),
      send: { resolve: () => undefined, reject: () => undefined },
    }
    requests.set(stream, request)
    return request
  }

  /** `HttpAgent` resolves whatever becomes of the run: only its events tell. */
  function called({ cb, event, error }: Message): void {
    if (cb === 'onRunInitialized') agent = {}
    if (cb === 'onRunFailed') {
      app.emit([requestEnded({ ...agent, how: 'failed', error: { message: `${error}` } })])
    } else if (cb === 'onRunFinalized') {
      app.emit([requestEnded({ ...agent, how: 'fulfilled' })])
    } else if (event !== undefined) {
      const told = event as AgUiEvent
      agent = follow(agent, told)
      // The client gave its own request up: that is how this app stops.
      if (told.code === 'abort') app.stop(agent.conversationId ?? '').resolve({ status: 'acknowledged' })
      app.emit(agUiSignals(told, agent))
    }
  }

  return ({ dir, msg }: Line) => {
    if (dir === 'out') return sent(msg)
    if (dir === 'in') return came(msg)
    if (dir !== 'meta') return
    if (msg.ended !== undefined) return ended(msg)
    if (msg.started !== undefined && ++generation > 1) app.emit([backendRestarted({})])
  }
}
