/** One connection to a Codex app-server, from `initialize` to its drop. */
import type { CodexMessage, CodexThread, CodexTurn } from '../adapters/codexAppServer'
import { fieldsOf, stringOf } from '../adapters/wire'
import { forgetOldest } from '../bounded'
import type { Clock } from '../types'
import { createJsonRpc } from './jsonRpc'
import type { OpenTransport, RpcAnswer, RpcId, Transport } from './jsonRpc'
import type { Backend, Stream } from './stream'

/** What is remembered from one connection to the next. */
export interface CodexMemory {
  /** Threads that were used of late, the newest last. */
  readonly threadIds: Set<string>
  /** Processes that were seen, where nobody names them. */
  processes: number
}
export const createMemory = (): CodexMemory => ({ threadIds: new Set(), processes: 1 })

/** How many threads are resumed after a reconnect. */
const REMEMBERED = 16

function remember({ threadIds }: CodexMemory, threadId: string): void {
  threadIds.delete(threadId)
  threadIds.add(threadId)
  forgetOldest(threadIds, REMEMBERED)
}

export interface CodexLinkOptions {
  readonly openTransport: OpenTransport
  readonly clock: Clock
  readonly memory: CodexMemory
  readonly openingTimeout: number
  readonly answerTimeout: number
  readonly clientInfo: object
  readonly resumeParams?: ((threadId: string) => object) | undefined
  readonly source?: string | undefined
  readonly boot?: (() => string) | undefined
  readonly onMessage: (message: CodexMessage, backend: Backend) => void
  /** It has ended after it was open. */
  readonly onDropped: () => void
}

export interface CodexLink extends Stream {
  /** The process at the other end. */
  readonly backend: Backend
  request(method: string, params: object, signal?: AbortSignal): Promise<RpcAnswer>
  /** A request that shows whether the other end is still there: without any sign of it the connection has dropped. */
  probe(method: string, params: object, signal: AbortSignal): Promise<RpcAnswer>
  /** Makes sure that this connection hears of the thread's turns. */
  join(threadId: string): Promise<void>
  reply(id: RpcId, answer: RpcAnswer): void
  /** Resolves when a turn has started, as far as this connection hears of it, or after a while. */
  started(turnId: string): Promise<void>
  /** Answers a question. Rejects where the server does not say that it is resolved. */
  answer(id: RpcId, result: unknown): Promise<void>
}

export function openCodexLink(options: CodexLinkOptions): CodexLink {
  const { clock, memory, source, boot, openingTimeout, answerTimeout, onMessage, onDropped } = options
  let state: 'opening' | 'open' | 'closed' = 'opening'
  let backend: Backend = { source }
  let transport: Transport | undefined
  /** Counts what has come. */
  let heard = 0
  const joined = new Map<string, Promise<void>>()
  const answering = new Map<RpcId, () => void>()
  const started = new Set<string>()
  const starting = new Map<string, () => void>()
  const rpc = createJsonRpc(
    (message) => transport?.send(message),
    (message) => {
      observe(message)
      onMessage(message, backend)
    },
  )
  let fail!: (error: Error) => void
  const failed = new Promise<never>((_, reject) => (fail = reject))
  const opened = Promise.race([failed, open()])
  opened.catch(() => undefined)
  const openingTimer = clock.setTimeout(
    () => end(new Error(`The Codex app-server did not answer within ${openingTimeout} ms.`)),
    openingTimeout,
  )
  opened.then(
    () => clock.clearTimeout(openingTimer),
    (error: Error) => end(error),
  )

  async function open(): Promise<Backend> {
    const made = await options.openTransport({
      message(message) {
        if (state === 'closed') return
        heard++
        rpc.receive(message)
      },
      close: () => end(new Error('The connection was closed.')),
    })
    if (isClosed()) {
      made.close()
      throw new Error('The connection was closed.')
    }
    transport = made
    const { error } = await rpc.request('initialize', { clientInfo: options.clientInfo })
    if (error) throw new Error(error.message)
    rpc.notify('initialized')
    backend = { source, boot: boot ? boot() : await processOf() }
    for (const threadId of [...memory.threadIds]) void join(threadId)
    state = 'open'
    return backend
  }

  const isClosed = (): boolean => state === 'closed'

  /** The name of the process: another one than the last, where it holds none of the threads that were open. */
  async function processOf(): Promise<string | undefined> {
    if (memory.threadIds.size > 0) {
      const { result } = await rpc.request('thread/loaded/list', {})
      const { data } = fieldsOf<{ data: readonly string[] }>(result)
      if (Array.isArray(data) && !data.some((id) => memory.threadIds.has(id as string))) memory.processes++
    }
    return memory.processes > 1 ? String(memory.processes) : undefined
  }

  function end(error: Error): void {
    const before = state
    if (before === 'closed') return
    close()
    fail(error)
    if (before === 'open') onDropped()
  }

  function close(): void {
    state = 'closed'
    clock.clearTimeout(openingTimer)
    transport?.close()
    rpc.close()
    fail(new Error('The connection was closed.'))
  }

  function observe({ method, params }: CodexMessage): void {
    const { threadId, turn, status, requestId } = fieldsOf<{
      threadId: string
      turn: CodexTurn
      status: CodexThread['status']
      requestId: RpcId
    }>(params)
    const turnId = stringOf(fieldsOf<CodexTurn>(turn).id)
    if (method === 'turn/started' && turnId !== undefined) {
      started.add(turnId)
      starting.get(turnId)?.()
    }
    if (method === 'turn/completed' && turnId !== undefined) started.delete(turnId)
    if (method === 'serverRequest/resolved') answering.get(requestId as RpcId)?.()
    const isUnloaded =
      method === 'thread/closed' || fieldsOf<CodexThread['status']>(status).type === 'notLoaded'
    if (isUnloaded) joined.delete(threadId as string)
  }

  async function request(method: string, params: object, signal?: AbortSignal): Promise<RpcAnswer> {
    const answer = await rpc.request(method, params, signal)
    const { thread } = fieldsOf<{ thread: CodexThread }>(answer.result)
    const threadId = stringOf(fieldsOf<CodexThread>(thread).id)
    if (threadId !== undefined && JOINING.has(method)) {
      joined.set(threadId, Promise.resolve())
      remember(memory, threadId)
    }
    return answer
  }

  function join(threadId: string): Promise<void> {
    remember(memory, threadId)
    const known = joined.get(threadId)
    if (known) return known
    const leave = () => void joined.delete(threadId)
    const params = { excludeTurns: true, ...options.resumeParams?.(threadId), threadId }
    // A thread that has no turn yet cannot be resumed: asked again the next time.
    const joining = rpc
      .request('thread/resume', params)
      .then(({ error }) => (error ? leave() : undefined), leave)
    joined.set(threadId, joining)
    return joining
  }

  return {
    opened,
    close() {
      if (state !== 'closed') close()
    },
    get backend() {
      return backend
    },
    request,
    async probe(method, params, signal) {
      const before = heard
      const sentAt = clock.now()
      const dropSilent = () => {
        if (heard === before) end(new Error('The other end does not answer.'))
      }
      const timer = clock.setTimeout(dropSilent, answerTimeout)
      try {
        return await rpc.request(method, params, signal)
      } catch (error) {
        if (signal.aborted && clock.now() - sentAt >= SILENCE) dropSilent()
        throw error
      } finally {
        clock.clearTimeout(timer)
      }
    },
    join,
    reply: (id, answer) => rpc.reply(id, answer),
    started: (turnId) =>
      new Promise((resolve) => {
        if (started.has(turnId)) return resolve()
        const settle = () => {
          starting.delete(turnId)
          clock.clearTimeout(timer)
          resolve()
        }
        const timer = clock.setTimeout(settle, STARTING)
        starting.set(turnId, settle)
      }),
    answer: (id, result) =>
      new Promise((resolve, reject) => {
        const settle = (tell: () => void) => {
          answering.delete(id)
          clock.clearTimeout(timer)
          tell()
        }
        const timer = clock.setTimeout(
          () => settle(() => reject(new Error('The server did not say that the question is resolved.'))),
          answerTimeout,
        )
        answering.set(id, () => settle(resolve))
        rpc.reply(id, { result })
        opened.catch((error: Error) => settle(() => reject(error)))
      }),
  }
}

/** The thread of their answer is heard from then on. */
const JOINING: ReadonlySet<string> = new Set(['thread/start', 'thread/resume', 'thread/fork'])
/** A request that is given up sooner says nothing about the other end, ms. */
const SILENCE = 2_000
/** How long the start of a turn is waited for that cannot be stopped yet, ms. */
const STARTING = 2_000
