/**
 * Codex app-server, ready-made: `createTurnkeeper({ connection: connectCodex({ url: 'ws://127.0.0.1:4500' }) })`.
 *
 * conversationId is the thread's id, runId the Codex turn's, and the id of our own turn goes along as the message's
 * `clientUserMessageId`: a prompt whose answer was lost is found again by it. What each message says: the adapter
 * `redux-turnkeeper/adapters/codexAppServer`.
 */
import { codexSignals, rawRequestId, readStatus, sendResult, stopResult } from '../adapters/codexAppServer'
import type { CodexMessage } from '../adapters/codexAppServer'
import { questionIdOf } from '../adapters/requestIds'
import { fieldsOf, objectsOf, stringOf } from '../adapters/wire'
import type { Connection, PortContext, Ports, Question, SendRequest, StatusAnswer } from '../types'
import { createMemory, openCodexLink } from './codexLink'
import type { CodexLink } from './codexLink'
import { promptShown, statusOf } from './codexPrompts'
import type { OpenTransport, RpcAnswer, RpcId } from './jsonRpc'
import { reported, storeOf } from './store'
import { createStoreStreams } from './stream'
import { openWebSocket } from './webSocket'
import type { WebSocketConstructor } from './webSocket'

export type { CodexMessage } from '../adapters/codexAppServer'
export type { OpenTransport, RpcAnswer, RpcId, Transport } from './jsonRpc'
export type { WebSocketConstructor, WebSocketLike } from './webSocket'

/** A prompt: a text, or Codex' own list of `UserInput`. */
export type CodexInput = string | readonly object[]

/** How the server is reached: its WebSocket, or a transport of the app's own. */
export type CodexAddress =
  | {
      /** Of `codex app-server --listen`, `ws://127.0.0.1:4500` for instance. */
      readonly url: string
      /** Default: the global `WebSocket`. */
      readonly WebSocket?: WebSocketConstructor | undefined
    }
  | {
      /**
       * Opens what carries the messages, where the app starts the process itself or has a bridge to it. Called again after
       * each drop.
       */
      readonly openTransport: OpenTransport
    }

/** Options of `connectCodex`. */
export type ConnectCodexOptions = CodexAddress & {
  /** Called with every message of the server's that is no answer, before it is read: for the transcript. */
  readonly onEvent?: ((message: CodexMessage) => void) | undefined
  /** Goes with `initialize`. */
  readonly clientInfo?:
    { readonly name: string; readonly title?: string | null; readonly version: string } | undefined
  /** Goes with `thread/resume`, which a reconnect needs: `approvalPolicy`, `sandbox`, `cwd`, … */
  readonly resumeParams?: ((threadId: string) => object) | undefined
  /** Goes with `turn/start`: `model`, `effort`, … */
  readonly turnParams?: ((request: SendRequest<CodexInput>) => object) | undefined
  /** The name of this backend, where an app has several. */
  readonly source?: string | undefined
  /**
   * Names the process at the other end, where the app knows it: asked after each opening. Otherwise a process that holds none
   * of the threads that were open is taken for a new one.
   */
  readonly boot?: (() => string) | undefined
  /** How long an opening may take, ms. Default 5 000. */
  readonly openingTimeout?: number | undefined
  /** How long a status check or an answer to a question waits for the server, ms. Default 10 000. */
  readonly answerTimeout?: number | undefined
}

/** The connection, which also carries requests of the app's own. */
export interface CodexConnection extends Connection<CodexInput> {
  /**
   * Sends a request of the app's own, once there is a connection. Start threads by it: only the connection that started a
   * thread, or has resumed it, hears of its turns.
   *
   * @throws The server's error. Also where the answer was lost, or `signal` fired.
   */
  request(method: string, params?: object, signal?: AbortSignal): Promise<unknown>
  /** Answers a request of the server's that is no question, a call of one of the app's tools for instance. */
  reply(id: RpcId, answer: RpcAnswer): Promise<void>
}

/** How many of a thread's newest turns a status check asks for. */
const TURNS_READ = 20

/** Makes the ports and the wiring for one Codex app-server. */
export function connectCodex(options: ConnectCodexOptions): CodexConnection {
  const { onEvent, source, boot, resumeParams, turnParams } = options
  const memory = createMemory()
  const linkOptions = {
    openTransport:
      'openTransport' in options ? options.openTransport : openWebSocket(options.url, options.WebSocket),
    memory,
    source,
    boot,
    resumeParams,
    clientInfo: options.clientInfo ?? { name: 'redux-turnkeeper', title: null, version: '1' },
    openingTimeout: options.openingTimeout ?? 5_000,
    answerTimeout: options.answerTimeout ?? 10_000,
  }
  const streams = createStoreStreams<CodexLink>((context, onDropped) => {
    const store = storeOf(context)
    const tell = reported(store, 'onEvent', onEvent)
    return openCodexLink({
      ...linkOptions,
      clock: store.options.clock,
      onDropped,
      onMessage(message, backend) {
        tell(message)
        const signals = [...promptShown(message, store.read().turns), ...codexSignals(message, backend)]
        for (const signal of signals) context.dispatch(signal)
      },
    })
  })

  /** The first store that uses the connection: requests of the app's own go over its link. */
  let begin!: (context: PortContext) => void
  const begun = new Promise<PortContext>((resolve) => (begin = resolve))
  const linkOfApp = async (signal?: AbortSignal): Promise<CodexLink> => {
    const context = await begun
    return streams.whenOpen(signal ? { ...context, signal } : context)
  }

  const ports: Ports<CodexInput> = {
    async sendTurn(request, context) {
      const { conversationId: threadId, turnId, input, into } = request
      const { signal } = context
      const link = await streams.whenOpen(context)
      await link.join(threadId)
      const prompt = { threadId, clientUserMessageId: turnId, input: toInput(input) }
      const answer = into
        ? link.request('turn/steer', { ...prompt, expectedTurnId: into.runIds.at(-1) ?? '' }, signal)
        : link.request('turn/start', { ...turnParams?.(request), ...prompt }, signal)
      const result = sendResult(await answer)
      // The turn reads it with its next step, and then shows it.
      return into && result.status === 'accepted' ? { ...result, as: 'queued' } : result
    },
    async stopTurn({ conversationId: threadId, runIds }, context) {
      const turnId = runIds.at(-1)
      // Its run is not known yet: asked again when it starts.
      if (turnId === undefined) return { status: 'refused', reason: 'no_active_turn' }
      const link = await streams.whenOpen(context)
      const interrupt = async () =>
        stopResult(await link.request('turn/interrupt', { threadId, turnId }, context.signal))
      const result = await interrupt()
      if (result.status === 'acknowledged' || result.reason !== 'no_active_turn') return result
      // Between its acknowledgement and its start a turn cannot be stopped, and runs on.
      await link.started(turnId)
      return interrupt()
    },
    // A subagent is a thread of its own, in which one turn runs.
    async stopBackgroundRun({ runId: threadId }, context) {
      const link = await streams.whenOpen(context)
      const { signal } = context
      const listed = await link.request(
        'thread/turns/list',
        { threadId, limit: 1, itemsView: 'summary' },
        signal,
      )
      const { runId: turnId } = readStatus(listed, threadId)
      if (turnId == null) return { status: 'refused', reason: 'not_running' }
      const result = stopResult(await link.request('turn/interrupt', { threadId, turnId }, signal))
      if (result.status === 'acknowledged') return result
      const isOver = result.reason === 'no_active_turn'
      return { ...result, reason: isOver ? 'not_running' : 'unreachable' }
    },
    async fetchStatus(threadIds, context) {
      const link = streams.current(context)
      if (!link) throw new Error('There is no connection to the Codex app-server.')
      const check = async (threadId: string): Promise<readonly [string, StatusAnswer]> => {
        const [read, listed] = await askStatus(link, threadId, context.signal)
        return [threadId, statusOf(threadId, read, listed, storeOf(context).read().turns)]
      }
      return Object.fromEntries(await Promise.all(threadIds.map(check)))
    },
    async answerInput({ requestId, answer }, context) {
      const link = await streams.whenOpen(context)
      const id = rawRequestId(requestId)
      if (id === undefined || questionIdOf(id, link.backend) !== requestId)
        return { status: 'refused', reason: 'gone' }
      await link.answer(id, answer)
      return { status: 'accepted' }
    },
    openStream: streams.openStream,
  }

  return {
    ports,
    options: { answerFromText },
    open(context) {
      begin(context)
      streams.open(context)
    },
    async request(method, params = {}, signal) {
      const link = await linkOfApp(signal)
      const { result, error } = await link.request(method, params, signal)
      if (error) throw Object.assign(new Error(error.message), { code: error.code })
      return result
    },
    async reply(id, answer) {
      const link = await linkOfApp()
      link.reply(id, answer)
    },
  }
}

const toInput = (input: CodexInput): readonly object[] =>
  typeof input === 'string' ? [{ type: 'text', text: input, text_elements: [] }] : input

/** The thread's status, and its newest turns, the newest first. A thread before its first turn has none to list. */
async function askStatus(
  link: CodexLink,
  threadId: string,
  signal: AbortSignal,
): Promise<readonly [RpcAnswer, RpcAnswer]> {
  await link.join(threadId)
  return Promise.all([
    link.probe('thread/read', { threadId }, signal),
    link.request('thread/turns/list', { threadId, limit: TURNS_READ, itemsView: 'summary' }, signal),
  ])
}

interface AskedQuestion {
  readonly id: string
  readonly isSecret: boolean
  readonly isOther: boolean
  readonly options: readonly unknown[] | null
}

/** A text answers a request for input that asks one thing in free words, and no secret. */
function answerFromText(input: CodexInput, { prompt }: Question): unknown {
  const [asked, ...others] = objectsOf<AskedQuestion>(
    fieldsOf<{ questions: readonly AskedQuestion[] }>(prompt).questions,
  )
  const id = stringOf(asked?.id)
  const isFree = asked?.isOther === true || objectsOf(asked?.options).length === 0
  if (typeof input !== 'string' || id === undefined || others.length > 0 || asked?.isSecret || !isFree)
    return undefined
  return { answers: { [id]: { answers: [input] } } }
}
