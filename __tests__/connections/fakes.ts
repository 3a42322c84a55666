/** Stand-ins for what a connection reaches: a server over HTTP, an event stream, a WebSocket. The test says what comes. */
import { flushMicrotasks } from 'redux-turnkeeper/testing'

export interface FakeRequest {
  readonly method: string
  /** The path, with what follows the `?`. */
  readonly path: string
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}
type Answer = Response | Promise<Response>

/** Never answers. */
export const silence = (): Promise<Response> => new Promise(() => undefined)

/** A body of server-sent events that the test writes. */
export function createBody(signal?: AbortSignal) {
  let controller!: ReadableStreamDefaultController<Uint8Array>
  const stream = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) })
  signal?.addEventListener('abort', () => controller.error(new Error('aborted')), { once: true })
  const write = async (text: string): Promise<void> => {
    controller.enqueue(new TextEncoder().encode(text))
    await flushMicrotasks()
  }
  return {
    response: new Response(stream, { headers: { 'content-type': 'text/event-stream' } }),
    write,
    /** An event as JSON. */
    tell: (event: object) => write(`data: ${JSON.stringify(event)}\n\n`),
    async end() {
      controller.close()
      await flushMicrotasks()
    },
    async cut() {
      controller.error(new TypeError('cut'))
      await flushMicrotasks()
    },
  }
}
export type FakeBody = ReturnType<typeof createBody>

/** `fetch`: records the requests, and answers as `answer` says. Paths are told without `baseUrl`. */
export function createFakeFetch(baseUrl = '') {
  const requests: FakeRequest[] = []
  const server = { answer: (_request: FakeRequest): Answer => Response.json({}) }
  const fetch = (
    url: string,
    { method = 'GET', body, headers, signal }: RequestInit = {},
  ): Promise<Response> => {
    const request: FakeRequest = {
      method,
      path: url.slice(baseUrl.length),
      body: body == null ? undefined : JSON.parse(String(body)),
      headers: { ...(headers as Record<string, string>) },
      signal: signal ?? new AbortController().signal,
    }
    requests.push(request)
    return new Promise((resolve, reject) => {
      request.signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
      Promise.resolve(server.answer(request)).then(resolve, reject)
    })
  }
  return { fetch, requests, server }
}

/** `EventSource`. */
export function createFakeEventSource() {
  const sources: FakeEventSource[] = []
  class FakeEventSource {
    onopen: ((event: never) => unknown) | null = null
    onerror: ((event: never) => unknown) | null = null
    onmessage: ((event: never) => unknown) | null = null
    isClosed = false
    constructor(readonly url: string) {
      sources.push(this)
    }
    close(): void {
      this.isClosed = true
    }
    tell(event: object): void {
      this.onmessage?.({ data: JSON.stringify(event) } as never)
    }
  }
  return { EventSource: FakeEventSource, sources }
}

/** `WebSocket`. */
export function createFakeWebSocket() {
  const sockets: FakeWebSocket[] = []
  class FakeWebSocket {
    onopen: ((event: never) => unknown) | null = null
    onclose: ((event: never) => unknown) | null = null
    onerror: ((event: never) => unknown) | null = null
    onmessage: ((event: never) => unknown) | null = null
    isClosed = false
    readonly sent: Readonly<Record<string, unknown>>[] = []
    /** Called with each message that is sent. */
    onSend: (message: Readonly<Record<string, unknown>>) => void = () => undefined
    constructor(readonly url: string) {
      sockets.push(this)
    }
    open(): void {
      this.onopen?.({} as never)
    }
    send(text: string): void {
      const message = JSON.parse(text) as Record<string, unknown>
      this.sent.push(message)
      this.onSend(message)
    }
    tell(message: unknown): void {
      this.onmessage?.({ data: JSON.stringify(message) } as never)
    }
    /** The other side closes it. */
    drop(): void {
      this.onclose?.({} as never)
    }
    close(): void {
      this.isClosed = true
    }
  }
  return { WebSocket: FakeWebSocket, sockets }
}
export type FakeWebSocket = ReturnType<typeof createFakeWebSocket>['sockets'][number]
