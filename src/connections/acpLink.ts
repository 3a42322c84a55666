/** One connection to an agent, from `initialize` to its drop. */
import { inputResolved, streamDropped } from '../actions/signals'
import { createReader, sendResult } from '../adapters/acp'
import type { AcpAnswer, AcpMessage, AcpTurn } from '../adapters/acp'
import { questionIdOf } from '../adapters/requestIds'
import type { Signal } from '../adapters/signal'
import { fieldsOf, stringOf } from '../adapters/wire'
import type { Clock, SendResult } from '../types'
import type { AcpOrigin } from './acp'
import { createJsonRpc } from './jsonRpc'
import type { OpenTransport, RpcAnswer, RpcId, Transport } from './jsonRpc'
import type { Backend, Stream } from './stream'

export interface AcpLinkOptions {
  readonly openTransport: OpenTransport
  readonly sessionParams: (sessionId: string) => object
  readonly initializeParams: object
  readonly onRequest?: ((method: string, params: unknown) => unknown) | undefined
  readonly openingTimeout: number
  readonly clock: Clock
  readonly boot: string
  onEvent(message: AcpMessage, origin: AcpOrigin): void
  dispatch(signal: Signal): void
  /** It has ended after it was open. */
  onDropped(): void
}

export interface AcpLink extends Stream {
  readonly backend: Backend
  request(method: string, params: object, signal?: AbortSignal): Promise<RpcAnswer>
  /** Makes sure that this connection has the session. Resolves to the agent's answer. */
  join(sessionId: string): Promise<RpcAnswer>
  /** Sends the prompt of a turn. Resolves when the agent shows anything of the session, or has answered. */
  prompt(turn: AcpTurn, prompt: readonly object[], signal: AbortSignal): Promise<SendResult>
  /** Whether the request of a turn is open. */
  holds(turnId: string): boolean
  /** Asks the agent to stop a turn. `false`: its request is not open here. */
  cancel(turn: AcpTurn): boolean
  /** Answers a question. `false`: nobody waits for it. */
  answer(id: RpcId, answer: unknown): boolean
  /** Whether the other end answers within this time, ms. */
  isAlive(ms: number): Promise<boolean>
}

const PERMISSION = 'session/request_permission'
const ELICITATION = 'elicitation/create'
const METHOD_NOT_FOUND = { code: -32_601, message: 'Method not found' }

export function openAcpLink(options: AcpLinkOptions): AcpLink {
  const { clock, boot, openingTimeout, dispatch, onEvent, onDropped, onRequest } = options
  const backend: Backend = { boot }
  const reader = createReader(backend)
  let state: 'opening' | 'open' | 'closed' = 'opening'
  let transport: Transport | undefined
  let capabilities: { readonly canLoad: boolean; readonly canResume: boolean } = {
    canLoad: false,
    canResume: false,
  }
  const sessions = new Map<string, Promise<RpcAnswer>>()
  const loading = new Set<string>()
  /** Open requests of turns, and who waits for a first sign of them. */
  const prompts = new Map<string, { readonly turn: AcpTurn; shown(): void }>()
  /** Open questions of the agent's, by the id of their request. */
  const questions = new Map<RpcId, { readonly method: string; readonly conversationId: string | undefined }>()
  const rpc = createJsonRpc((message) => transport?.send(message), receive, { jsonrpc: '2.0' })
  const tell = (signals: readonly Signal[]): void => signals.forEach(dispatch)

  let fail!: (error: Error) => void
  const failed = new Promise<never>((_, reject) => (fail = reject))
  const opened = Promise.race([failed, open()])
  const timer = clock.setTimeout(
    () => end(new Error(`The agent did not answer within ${openingTimeout} ms.`)),
    openingTimeout,
  )
  opened.then(
    () => clock.clearTimeout(timer),
    (error: Error) => end(error),
  )

  async function open(): Promise<Backend> {
    const made = await options.openTransport({
      message: (message) => state !== 'closed' && rpc.receive(message),
      close: () => end(new Error('The connection was closed.')),
    })
    if (isClosed()) {
      made.close()
      throw new Error('The connection was closed.')
    }
    transport = made
    const { result, error } = await rpc.request('initialize', {
      protocolVersion: 1,
      ...options.initializeParams,
    })
    if (error) throw new Error(error.message)
    const { agentCapabilities } = fieldsOf<{ agentCapabilities: unknown }>(result)
    const can = fieldsOf<{ loadSession: boolean; sessionCapabilities: unknown }>(agentCapabilities)
    const { resume } = fieldsOf<{ resume: unknown }>(can.sessionCapabilities)
    capabilities = { canLoad: can.loadSession === true, canResume: resume != null }
    state = 'open'
    return backend
  }
  const isClosed = (): boolean => state === 'closed'

  function close(): void {
    state = 'closed'
    clock.clearTimeout(timer)
    transport?.close()
    rpc.close()
    fail(new Error('The connection was closed.'))
  }

  function end(error: Error): void {
    const before = state
    if (before === 'closed') return
    close()
    fail(error)
    if (before !== 'open') return
    onDropped()
    loseTurns()
  }

  /** No request that is open will be answered. That the stream is down is told by `onDropped`, or meant. */
  function loseTurns(): void {
    tell(reader.close('failed').filter((signal) => !streamDropped.match(signal)))
  }

  // ---------------------------------------------------------------- what comes

  function receive(message: AcpMessage): void {
    const { method, id, params } = message
    const { sessionId, requestId } = fieldsOf<{ sessionId: string; requestId: RpcId }>(params)
    const conversationId = stringOf(sessionId)
    onEvent(message, { isReplay: conversationId !== undefined && loading.has(conversationId) })
    if (id != null && (method === PERMISSION || method === ELICITATION))
      questions.set(id, { method, conversationId })
    else if (id != null) void serve(id, method, params)
    if (method === '$/cancel_request') questions.delete(requestId as RpcId)
    if (conversationId !== undefined && !loading.has(conversationId))
      for (const { turn, shown } of prompts.values()) if (turn.conversationId === conversationId) shown()
    tell(reader.read(message))
  }

  /** What is asked of the client, and not of a person. */
  async function serve(id: RpcId, method: string, params: unknown): Promise<void> {
    if (!onRequest) return rpc.reply(id, { error: METHOD_NOT_FOUND })
    try {
      rpc.reply(id, { result: await onRequest(method, params) })
    } catch (error) {
      const { message, code } = fieldsOf<{ message: string; code: number }>(error)
      const told = {
        message: stringOf(message) ?? String(error),
        code: typeof code === 'number' ? code : -32_603,
      }
      rpc.reply(id, { error: told })
    }
  }

  // ---------------------------------------------------------------- what goes

  async function request(method: string, params: object, signal?: AbortSignal): Promise<RpcAnswer> {
    const answer = await rpc.request(method, params, signal)
    const made =
      method === 'session/new' ? fieldsOf<{ sessionId: string }>(answer.result).sessionId : undefined
    const sessionId = stringOf(made)
    if (sessionId !== undefined) sessions.set(sessionId, Promise.resolve(answer))
    return answer
  }

  function join(sessionId: string): Promise<RpcAnswer> {
    const known = sessions.get(sessionId)
    if (known) return known
    const { canLoad, canResume } = capabilities
    const params = { ...options.sessionParams(sessionId), sessionId }
    const joining = canResume
      ? rpc.request('session/resume', params)
      : canLoad
        ? load(sessionId, params)
        : Promise.resolve({})
    sessions.set(sessionId, joining)
    const leave = () => void sessions.delete(sessionId)
    joining.then(({ error }: RpcAnswer) => (error ? leave() : undefined), leave)
    return joining
  }

  async function load(sessionId: string, params: object): Promise<RpcAnswer> {
    loading.add(sessionId)
    reader.loadSent(sessionId)
    try {
      return await rpc.request('session/load', params)
    } finally {
      loading.delete(sessionId)
      reader.loadAnswered(sessionId)
    }
  }

  function prompt(turn: AcpTurn, content: readonly object[], signal: AbortSignal): Promise<SendResult> {
    const { conversationId: sessionId, turnId } = turn
    return new Promise((resolve, reject) => {
      let isShown = false
      const shown = () => {
        isShown = true
        resolve({ status: 'accepted' })
      }
      prompts.set(turnId, { turn, shown })
      reader.promptSent(turn)
      const givenUp = () => void (isShown || cancel(turn))
      signal.addEventListener('abort', givenUp, { once: true })
      const answered = (answer: AcpAnswer) => {
        prompts.delete(turnId)
        signal.removeEventListener('abort', givenUp)
        const signals = reader.promptAnswered(turn, answer)
        const result: SendResult = isShown ? { status: 'accepted' } : sendResult(answer)
        resolve(result)
        // An end is told after the answer to the send.
        if (result.status === 'accepted') queueMicrotask(() => tell(signals))
      }
      rpc.request('session/prompt', { sessionId, prompt: content }).then(answered, (error: unknown) => {
        prompts.delete(turnId)
        reject(error)
      })
    })
  }

  function cancel({ conversationId, turnId }: AcpTurn): boolean {
    if (!prompts.has(turnId)) return false
    for (const [id, question] of questions) {
      if (question.conversationId !== conversationId) continue
      // The agent waits for each answer before it stops.
      rpc.reply(id, { result: question.method === PERMISSION ? CANCELLED : { action: 'cancel' } })
      questions.delete(id)
      dispatch(inputResolved({ conversationId, requestId: questionIdOf(id, backend) }))
    }
    rpc.notify('session/cancel', { sessionId: conversationId })
    return true
  }

  return {
    opened,
    backend,
    request,
    join,
    prompt,
    cancel,
    holds: (turnId) => prompts.has(turnId),
    close() {
      if (isClosed()) return
      close()
      loseTurns()
    },
    answer(id, answer) {
      const question = questions.get(id)
      if (!question) return false
      questions.delete(id)
      const isOption = question.method === PERMISSION && typeof answer === 'string'
      rpc.reply(id, { result: isOption ? { outcome: { outcome: 'selected', optionId: answer } } : answer })
      return true
    },
    async isAlive(ms) {
      const silent = new AbortController()
      const limit = clock.setTimeout(() => silent.abort(), ms)
      // No agent has this method: that it says so is an answer.
      const answered = rpc.request('_turnkeeper/ping', {}, silent.signal)
      try {
        await answered
        return true
      } catch {
        return false
      } finally {
        clock.clearTimeout(limit)
      }
    },
  }
}

const CANCELLED = { outcome: { outcome: 'cancelled' } }
