/** What the code of the pages finds around it in place of a browser: nothing leaves, and the test says what comes. */
import type { TurnkeeperOptions } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment, flushMicrotasks } from 'redux-turnkeeper/testing'
import { createRunner } from './runner'
import type { World } from './runner'

export interface PlatformRequest {
  readonly method: string
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
}

/** A response body of server-sent events that the test writes, event by event. */
export function createBody(status = 200) {
  let controller!: ReadableStreamDefaultController<Uint8Array>
  const stream = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) })
  const encoder = new TextEncoder()
  const write = async (text: string): Promise<void> => {
    controller.enqueue(encoder.encode(text))
    await flushMicrotasks()
  }
  return {
    response: new Response(stream, { status, headers: { 'content-type': 'text/event-stream' } }),
    write,
    push: (event: object) => write(`data: ${JSON.stringify(event)}\n\n`),
    async close() {
      controller.close()
      await flushMicrotasks()
    },
    async cut() {
      controller.error(new TypeError('cut'))
      await flushMicrotasks()
    },
  }
}
export type Body = ReturnType<typeof createBody>

class FakeEventSource {
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  onmessage: ((message: { readonly data: string }) => void) | null = null
  isClosed = false
  constructor(readonly url: string) {}
  close(): void {
    this.isClosed = true
  }
  tell(event: object): void {
    this.onmessage?.({ data: JSON.stringify(event) })
  }
}

class FakeSocket {
  readyState = 0
  readonly sent: Readonly<Record<string, unknown>>[] = []
  onopen: (() => void) | null = null
  onclose: (() => void) | null = null
  onmessage: ((message: { readonly data: string }) => void) | null = null
  constructor(readonly url: string) {}
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>)
  }
  close(): void {
    this.readyState = 3
    this.onclose?.()
  }
  tell(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

export const createStorage = () => {
  const items = new Map<string, string>()
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  }
}

type Answer = (request: PlatformRequest) => Response | Promise<Response>

/** A page with a manual clock; `answer` is the server. Unless it says otherwise, every request is answered with `{}`. */
export function createPlatform(world: World = {}) {
  const clock = createManualClock(1_000_000)
  const environment = createManualEnvironment()
  const problems: object[] = []
  const requests: PlatformRequest[] = []
  const sources: FakeEventSource[] = []
  const sockets: FakeSocket[] = []
  const server: { answer: Answer } = { answer: () => Response.json({}) }

  async function fetch(
    path: string,
    { method = 'GET', body, signal }: { method?: string; body?: string; signal?: AbortSignal } = {},
  ): Promise<Response> {
    const read = JSON.parse(body ?? '{}') as Record<string, unknown>
    const request: PlatformRequest = { method, path, body: read }
    requests.push(request)
    if (!signal) return server.answer(request)
    // A signal of this request's own: one that several share would warn of its many listeners.
    const own = AbortSignal.any([signal])
    const aborted = new Promise<never>((_, reject) =>
      own.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
    )
    const response = await Promise.race([aborted, server.answer(request)])
    // A body that is read is cut when its request is aborted, as in a browser.
    return response.body ? cutBy(own, response) : response
  }

  const options: TurnkeeperOptions = {
    clock,
    environment,
    random: () => 0.5,
    onProblem: (problem) => void problems.push(problem),
    ...world.options,
  }
  const globals = {
    fetch,
    EventSource: class extends FakeEventSource {
      constructor(url: string) {
        super(url)
        sources.push(this)
      }
    },
    WebSocket: class extends FakeSocket {
      constructor(url: string) {
        super(url)
        sockets.push(this)
      }
    },
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    localStorage: createStorage(),
    sessionStorage: createStorage(),
    ...world.globals,
  }
  const { run, dispose } = createRunner({ ...world, globals, options })
  return { run, dispose, clock, environment, problems, requests, sources, sockets, server, globals }
}
export type Platform = ReturnType<typeof createPlatform>

function cutBy(signal: AbortSignal, response: Response): Response {
  const reader = response.body!.getReader()
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      signal.addEventListener('abort', () => controller.error(new Error('aborted')), { once: true })
    },
    async pull(controller) {
      const { done, value } = await reader.read()
      if (signal.aborted) return
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
  return new Response(stream, { status: response.status, headers: response.headers })
}
