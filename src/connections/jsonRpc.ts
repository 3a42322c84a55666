/** JSON-RPC in both directions, over any transport that carries messages. */

/** What carries the messages of one connection. */
export interface Transport {
  /** Sends a message. */
  send(message: object): void
  /** Ends the connection. */
  close(): void
}

/**
 * Opens a transport.
 *
 * @param on To be called with each message that comes, as an object, and once when the connection has closed by itself.
 * @returns The transport, when messages can be sent.
 */
export type OpenTransport = (on: {
  message(message: unknown): void
  close(): void
}) => Transport | Promise<Transport>

/** The id of a request, as its sender chose it. */
export type RpcId = string | number

/** An answer as it came: with a result, or with an error. */
export interface RpcAnswer {
  readonly result?: unknown
  readonly error?: { readonly message: string; readonly code?: number } | null
}

/** A notification, or (with `id`) a request of the other side's. */
export interface RpcMessage {
  readonly method: string
  readonly id?: RpcId
  readonly params?: unknown
}

export interface JsonRpc {
  /** Resolves to the answer. Rejects where it will never come, or `signal` fires: nobody knows what became of the request. */
  request(method: string, params: object, signal?: AbortSignal): Promise<RpcAnswer>
  notify(method: string, params?: object): void
  /** Answers a request of the other side's, whose id must be the one that it had: 0 is not "0". */
  reply(id: RpcId, answer: RpcAnswer): void
  /** Takes a message that came. */
  receive(message: unknown): void
  /** The connection is over: every request that is open rejects. */
  close(): void
}

/**
 * @param send Sends one message.
 * @param onMessage Called with each message that is no answer.
 * @param envelope Goes with every message: `{ jsonrpc: '2.0' }` where the other side asks for it.
 */
export function createJsonRpc(
  send: (message: object) => void,
  onMessage: (message: RpcMessage) => void,
  envelope: object = {},
): JsonRpc {
  const open = new Map<unknown, { resolve(answer: RpcAnswer): void; reject(error: Error): void }>()
  let ids = 0
  let isClosed = false
  return {
    request: (method, params, signal) =>
      new Promise((resolve, reject) => {
        if (isClosed || signal?.aborted)
          return reject(new Error(`"${method}" was not sent: the connection is closed.`))
        const id = ++ids
        const aborted = () => settle(() => reject(new Error(`"${method}" was given up without an answer.`)))
        const settle = (tell: () => void) => {
          open.delete(id)
          signal?.removeEventListener('abort', aborted)
          tell()
        }
        open.set(id, {
          resolve: (answer) => settle(() => resolve(answer)),
          reject: (error) => settle(() => reject(error)),
        })
        signal?.addEventListener('abort', aborted, { once: true })
        send({ ...envelope, id, method, params })
      }),
    notify: (method, params) => send({ ...envelope, method, ...(params && { params }) }),
    reply: (id, { result, error }) =>
      send({ ...envelope, id, ...(error ? { error } : { result: result ?? null }) }),
    receive(message) {
      if (typeof message !== 'object' || message === null) return
      const { id, method } = message as Partial<RpcMessage>
      if (typeof method === 'string') return onMessage(message as RpcMessage)
      open.get(id)?.resolve(message as RpcAnswer)
    },
    close() {
      isClosed = true
      for (const { reject } of [...open.values()])
        reject(new Error('The connection was closed before the answer came.'))
    },
  }
}
