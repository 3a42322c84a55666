/**
 * Agent Client Protocol, version 1, ready-made, with one agent at the other end of a WebSocket or of a transport of the app's.
 * conversationId is the session's id. What each message says: the adapter `redux-turnkeeper/adapters/acp`.
 */
import { requestEnded, streamOpened, turnEnded } from '../actions/signals'
import { rawRequestId, sendResult } from '../adapters/acp'
import type { AcpMessage } from '../adapters/acp'
import { questionIdOf } from '../adapters/requestIds'
import { createOptionChecks } from '../options/optionChecks'
import type {
  AnswerRequest,
  AnswerResult,
  Connection,
  PortContext,
  SendRequest,
  SendResult,
  StopResult,
} from '../types'
import { openAcpLink } from './acpLink'
import type { AcpLink } from './acpLink'
import type { OpenTransport } from './jsonRpc'
import { STEER_REFUSED } from './requestTurns'
import { activeTurn, isWaiting, perStore, reported, turnOf } from './store'
import type { Store } from './store'
import { createStoreStreams } from './stream'
import { openWebSocket } from './webSocket'
import type { WebSocketConstructor } from './webSocket'

export type { AcpMessage } from '../adapters/acp'
export type { OpenTransport, Transport } from './jsonRpc'
export type { WebSocketConstructor, WebSocketLike } from './webSocket'

/** A prompt: a text, or a list of content blocks. */
export type AcpInput = string | readonly object[]

/** Options of `connectAcp`. Durations in ms. */
export interface ConnectAcpOptions {
  /** Where the agent is, as a WebSocket: give this, or `openTransport`. */
  readonly url?: string | undefined
  /** Default: the global `WebSocket`. */
  readonly WebSocket?: WebSocketConstructor | undefined
  /** Opens what carries the messages: a process of the app's own, for instance. Called again after each drop. */
  readonly openTransport?: OpenTransport | undefined
  /** Goes with `session/resume` or `session/load`, which a session of an earlier connection needs: `cwd`, `mcpServers`. */
  readonly sessionParams: (sessionId: string) => object
  /** Goes with `initialize`. */
  readonly clientInfo?: object | undefined
  /** Goes with `initialize`. Default: none. */
  readonly clientCapabilities?: object | undefined
  /** Answers what the agent asks of the client and not of a person: files, terminals. Its error becomes the answer. */
  readonly onRequest?: ((method: string, params: unknown) => unknown) | undefined
  /** Called with every message of the agent's, for a transcript. */
  readonly onEvent?: ((message: AcpMessage, origin: AcpOrigin) => void) | undefined
  /** How long an opening may take: an agent that is started for it takes its time. Default 30 000. */
  readonly openingTimeout?: number | undefined
  /** How long the agent may take to show, after a sleep of the page, that it is still there. Default 5 000. */
  readonly aliveTimeout?: number | undefined
}

/** What a message of the agent's is. */
export interface AcpOrigin {
  /** Replayed by `session/load`: it may have come before. */
  readonly isReplay: boolean
}

/** The connection, which also carries requests of the app's own. */
export interface AcpConnection extends Connection<AcpInput> {
  /**
   * Sends a request of the app's own, once there is a connection: `session/new`, `session/list`, `session/set_mode`.
   *
   * @throws The agent's error. Also where the answer was lost, or `signal` fired.
   */
  request(method: string, params: object, signal?: AbortSignal): Promise<unknown>
}

const GONE: AnswerResult = { status: 'refused', reason: 'gone' }
const NOT_ACTIVE: StopResult = { status: 'refused', reason: 'no_active_turn' }

/**
 * Makes the connection to an agent.
 *
 * @example
 * const connection = connectAcp({ url: 'ws://127.0.0.1:3000', sessionParams: () => ({ cwd: '/', mcpServers: [] }) })
 * @throws TypeError for an option that is not what it should be, naming it.
 */
export function connectAcp(options: ConnectAcpOptions): AcpConnection {
  const check = createOptionChecks(options, 'connectAcp')
  const url = check.take('url', '', 'the URL of a WebSocket', (given) => typeof given === 'string')
  const WebSocket = check.fn<WebSocketConstructor | undefined>('WebSocket', undefined)
  const given = check.fn<OpenTransport | undefined>('openTransport', undefined)
  const sessionParams = check.fn<ConnectAcpOptions['sessionParams']>('sessionParams', () => ({}))
  const isObject = (value: unknown) => typeof value === 'object' && value !== null
  const clientInfo = check.take('clientInfo', CLIENT, 'an object', isObject)
  const clientCapabilities = check.take('clientCapabilities', {}, 'an object', isObject)
  const onRequest = check.fn<ConnectAcpOptions['onRequest']>('onRequest', undefined)
  const onEvent = check.fn<ConnectAcpOptions['onEvent']>('onEvent', undefined)
  const openingTimeout = check.duration('openingTimeout', 30_000)
  const aliveTimeout = check.duration('aliveTimeout', 5_000)
  check.noOthers()
  if (!given && options.url === undefined)
    throw new TypeError('connectAcp: option "url" or "openTransport" is missing: how the agent is reached.')
  if (options.sessionParams === undefined)
    throw new TypeError(
      'connectAcp: option "sessionParams" is missing: it gives `cwd` and `mcpServers` of a session.',
    )
  const openTransport = given ?? openWebSocket(url, WebSocket)

  const storeOfContext = perStore((store) => ({ store, tellApp: reported(store, 'onEvent', onEvent) }))
  const streams = createStoreStreams<AcpLink>((context, dropped) => {
    const { store, tellApp } = storeOfContext(context)
    return openAcpLink({
      openTransport,
      sessionParams,
      initializeParams: { clientInfo, clientCapabilities },
      onRequest,
      onEvent: tellApp,
      openingTimeout,
      clock: store.options.clock,
      // Each connection is another agent: what an earlier one was asked, it will not answer.
      boot: store.options.createId(),
      dispatch: (signal) => void (store.signal.aborted || context.dispatch(signal)),
      onDropped: dropped,
    })
  })

  /** The first store that uses the connection: requests of the app's own go over its link. */
  let begin!: (context: PortContext) => void
  const begun = new Promise<PortContext>((resolve) => (begin = resolve))

  async function sendTurn(request: SendRequest<AcpInput>, context: PortContext): Promise<SendResult> {
    if (request.mode === 'steer') return STEER_REFUSED
    const { conversationId, turnId, input } = request
    const link = await streams.whenOpen(context)
    const joined = await link.join(conversationId)
    if (joined.error) return sendResult(joined)
    if (context.signal.aborted) throw new Error('The prompt was given up before it left.')
    return link.prompt({ conversationId, turnId }, toPrompt(input), context.signal)
  }

  function stopTurn(
    store: Store,
    conversationId: string,
    turnId: string,
    link: AcpLink | undefined,
  ): StopResult {
    if (link?.cancel({ conversationId, turnId })) return { status: 'acknowledged' }
    // Its request has gone: to stop is to give up what it had asked.
    const turn = turnOf(store, turnId, conversationId)
    if (!turn || !isWaiting(store, turn)) return NOT_ACTIVE
    store.dispatch(turnEnded({ conversationId, turnId, reason: 'cancelled' }))
    return { status: 'acknowledged' }
  }

  async function answerInput({ conversationId, requestId, answer }: AnswerRequest, context: PortContext) {
    const link = await streams.whenOpen(context)
    const id = rawRequestId(requestId)
    const isOurs = id !== undefined && questionIdOf(id, link.backend) === requestId
    if (isOurs && link.answer(id, answer)) return { status: 'accepted' } as const
    const { store } = storeOfContext(context)
    const turnId = activeTurn(store, conversationId)?.turnId
    // Who asked has gone, and with it the request of the turn.
    if (turnId !== undefined && !link.holds(turnId))
      store.dispatch(requestEnded({ conversationId, turnId, how: 'failed' }))
    return GONE
  }

  return {
    ports: {
      sendTurn,
      stopTurn: async ({ conversationId, turnId }, context) =>
        stopTurn(storeOfContext(context).store, conversationId, turnId, streams.current(context)),
      answerInput,
      async openStream(request, context) {
        const link = streams.current(context)
        // To close it would end the turns whose requests are open on it.
        if (request.why === 'wake' && link && (await link.isAlive(aliveTimeout)))
          return void context.dispatch(streamOpened(link.backend))
        await streams.openStream(request, context)
      },
    },
    open(context) {
      begin(context)
      streams.open(context)
    },
    turnsRestored(turns, context) {
      const link = streams.current(context)
      for (const { conversationId, turnId } of turns)
        if (!link?.holds(turnId)) context.dispatch(requestEnded({ conversationId, turnId, how: 'failed' }))
    },
    async request(method, params, signal) {
      const context = await begun
      const link = await streams.whenOpen(signal ? { ...context, signal } : context)
      const { result, error } = await link.request(method, params, signal)
      if (error) throw Object.assign(new Error(error.message), { code: error.code })
      return result
    },
  }
}

const CLIENT = { name: 'redux-turnkeeper', version: '1' }

const toPrompt = (input: AcpInput): readonly object[] =>
  typeof input === 'string' ? [{ type: 'text', text: input }] : input
