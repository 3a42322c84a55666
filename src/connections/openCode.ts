/**
 * OpenCode server, ready-made: `createTurnkeeper({ connection: connectOpenCode({ baseUrl: 'http://127.0.0.1:4096' }) })`.
 *
 * conversationId is the session's id. The id of a turn is that of its user message, which the client chooses: so every message
 * of the agent's names its turn, also beside another client. What each event says: the adapter
 * `redux-turnkeeper/adapters/openCode`. The event stream is read over `fetch`, for which the optional peer
 * `eventsource-parser` is needed, or over an `EventSource` that is handed in.
 */
import { createReader } from '../adapters/openCode'
import type { OpenCodeEvent } from '../adapters/openCode'
import { fieldsOf, objectsOf } from '../adapters/wire'
import { forgetOldest } from '../bounded'
import { systemClock, systemRandom } from '../clock'
import type { Clock, Connection, Ports, Question, SendRequest } from '../types'
import { openEventStream, overEventSource, overFetch } from './eventStream'
import type { EventSourceConstructor } from './eventStream'
import { createHttp, discard, jsonOf, parseJson } from './http'
import type { Fetch, RequestHeaders } from './http'
import { createMessageIds } from './messageIds'
import { createStatusChecks } from './openCodeChecks'
import { perStore, reported, storeOf } from './store'
import { createStoreStreams } from './stream'

export type { OpenCodeEvent } from '../adapters/openCode'
export type { EventSourceConstructor, EventSourceLike } from './eventStream'
export type { Fetch, RequestHeaders } from './http'

/** A prompt: a text, or OpenCode's own list of parts. */
export type OpenCodeInput = string | readonly object[]

/** Options of `connectOpenCode`. */
export interface ConnectOpenCodeOptions {
  /** Where the server is, `http://127.0.0.1:4096` for instance. `''`: the page's own server. */
  readonly baseUrl: string
  /** Called with every event of the stream, before it is read: for the transcript. */
  readonly onEvent?: ((event: OpenCodeEvent) => void) | undefined
  /** Goes with each prompt: `model`, `agent`, `system`, … */
  readonly promptParams?: ((request: SendRequest<OpenCodeInput>) => object) | undefined
  /** The folder that the sessions work in. Default: the server's own. */
  readonly directory?: string | undefined
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined
  /** Goes with every request. An `EventSource` cannot send it. */
  readonly headers?: RequestHeaders | undefined
  /** Reads the stream over an `EventSource`, in place of `fetch`: where that cannot stream, as on React Native. */
  readonly EventSource?: EventSourceConstructor | undefined
  /** How long an opening may take, ms: a server that starts accepts connections that it never answers. Default 5 000. */
  readonly openingTimeout?: number | undefined
  /** How long a stream whose server sends heartbeats may be silent, ms. Default 45 000. */
  readonly silenceTimeout?: number | undefined
  /** For the ids of messages. Default: the real one. */
  readonly clock?: Clock | undefined
  /** For the ids of messages: a number from 0 up to 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined
}

const HEARTBEAT = 'server.heartbeat'
/** How many turns whose ids are not in the server's form are remembered. */
const RENAMED = 64

/** Makes the ports and the wiring for one OpenCode server. */
export function connectOpenCode(options: ConnectOpenCodeOptions): Connection<OpenCodeInput> {
  const { baseUrl, onEvent, promptParams, directory, EventSource } = options
  const { clock = systemClock, random = systemRandom } = options
  const { openingTimeout = 5_000, silenceTimeout = 45_000 } = options
  const http = createHttp(options)
  const at = (path: string): string =>
    directory === undefined
      ? path
      : `${path}${path.includes('?') ? '&' : '?'}directory=${encodeURIComponent(directory)}`
  const createId = createMessageIds(clock, random)

  const renamed = new Map<string, string>()
  /** The id of a turn's user message: the turn's own, where it has the server's form. */
  function messageIdOf(turnId: string): string {
    if (turnId.startsWith('msg')) return turnId
    const messageID = renamed.get(turnId) ?? createId()
    renamed.set(turnId, messageID)
    forgetOldest(renamed, RENAMED)
    return messageID
  }

  /** Remembers whose message is whose, also when the stream is opened again. */
  const readerOf = perStore(createReader)
  const path = at('/event')
  const opener = EventSource
    ? overEventSource(EventSource, baseUrl.replace(/\/+$/, '') + path)
    : overFetch(http, path)
  const streams = createStoreStreams((context, onDropped) => {
    const reader = readerOf(context)
    const store = storeOf(context)
    const tell = reported(store, 'onEvent', onEvent)
    let hasHeartbeat = false
    return openEventStream(opener, {
      clock: store.options.clock,
      openingTimeout,
      silenceTimeout: () => (hasHeartbeat ? silenceTimeout : undefined),
      onDropped,
      onData(text) {
        const event = parseJson(text) as OpenCodeEvent
        if (event?.type === HEARTBEAT) hasHeartbeat = true
        tell(event)
        for (const signal of reader.read(event)) context.dispatch(signal)
      },
    })
  })
  const fetchStatus = createStatusChecks((path, signal) => http(at(path), { signal }))

  const ports: Ports<OpenCodeInput> = {
    async sendTurn(request, { signal }) {
      const { conversationId, turnId, input } = request
      const messageID = messageIdOf(turnId)
      const parts = typeof input === 'string' ? [{ type: 'text', text: input }] : input
      const body = { ...promptParams?.(request), messageID, parts }
      const response = await http(at(`/session/${encodeURIComponent(conversationId)}/prompt_async`), {
        body,
        signal,
      })
      if (response.ok) {
        discard(response)
        return { status: 'accepted', runId: messageID }
      }
      const error = await errorIn(response)
      return { status: 'refused', reason: response.status === 404 ? 'gone' : 'error', error }
    },
    async stopTurn({ conversationId }, { signal }) {
      const path = at(`/session/${encodeURIComponent(conversationId)}/abort`)
      const response = await http(path, { method: 'POST', signal })
      discard(response)
      return response.ok ? { status: 'acknowledged' } : { status: 'refused', reason: 'no_active_turn' }
    },
    // A child is a session of its own.
    async stopBackgroundRun({ runId }, { signal }) {
      const path = at(`/session/${encodeURIComponent(runId)}/abort`)
      const response = await http(path, { method: 'POST', signal })
      discard(response)
      if (response.ok) return { status: 'acknowledged' }
      return { status: 'refused', reason: response.status === 404 ? 'not_running' : 'unreachable' }
    },
    fetchStatus: (sessionIDs, context) =>
      fetchStatus(sessionIDs, context.signal, storeOf(context).read().turns),
    async answerInput({ requestId, answer }, { signal }) {
      const kind = requestId.startsWith('per') ? 'permission' : 'question'
      const isRejection = kind === 'question' && (answer === null || answer === 'reject')
      const path = at(`/${kind}/${encodeURIComponent(requestId)}/${isRejection ? 'reject' : 'reply'}`)
      const response = await http(path, { body: isRejection ? {} : answer, signal })
      if (response.ok) {
        discard(response)
        return { status: 'accepted' }
      }
      const error = await errorIn(response)
      return { status: 'refused', reason: response.status === 404 ? 'gone' : 'error', error }
    },
    openStream: streams.openStream,
  }

  return {
    ports,
    // An abort stops whatever runs in the session.
    options: { createId, stopScope: 'conversation', answerFromText },
    open: streams.open,
  }
}

/** A text answers a request that asks one thing, and takes an answer of one's own. */
function answerFromText(input: OpenCodeInput, { prompt }: Question): unknown {
  const { questions } = fieldsOf<{ questions: readonly { readonly custom: boolean }[] }>(prompt)
  const [asked, ...others] = objectsOf<{ custom: boolean }>(questions)
  return typeof input === 'string' && asked && others.length === 0 && asked.custom !== false
    ? { answers: [[input]] }
    : undefined
}

/** What an answer that refuses says, in words. */
async function errorIn(response: Response): Promise<{ message: string } | undefined> {
  const body = (await jsonOf(response).catch(() => undefined)) as
    { data?: { message?: unknown }; message?: unknown } | undefined
  const message = body?.data?.message ?? body?.message
  return typeof message === 'string' ? { message } : undefined
}
