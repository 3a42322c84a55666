/** The agent behind HTTP: routes, bounds, and the faults that are the transport's. */
import { EventType } from '@ag-ui/core'
import type { RunAgentInput } from '@ag-ui/core'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MAX_PROMPT, createAgent } from './agent'
import { createAssistant } from './assistant'
import { systemClock } from './clock'
import type { Clock } from './clock'
import { createFaultBook, faultOf } from './faults'
import { serveFile } from './files'
import type { Files } from './files'
import { Refusal, checkCaller, readBody, text } from './guard'
import type { StatusReply } from './protocol'
import { createStreams } from './streams'

const MAX_IDS = 100
/** How long streams are refused after they were cut, and everything after a restart, ms. */
const CUT_FOR = 3_000
const DOWN_FOR = 1_500

export interface ChatServerOptions {
  readonly clock?: Clock
  /** The built web app. */
  readonly files?: Files
}

type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => unknown

export function createChatServer({ clock = systemClock, files = new Map() }: ChatServerOptions = {}) {
  let boots = 1
  let cutUntil = 0
  let downUntil = 0
  const bootOf = (): string => `boot-${boots}`
  const streams = createStreams(clock, bootOf)
  const faults = createFaultBook(() => streams.announce({ name: 'faults', value: faults.list() }))
  const assistant = createAssistant(clock)
  const agent = createAgent({ clock, faults, publish: streams.publish, up: assistant.up })

  const restart = (): void => {
    agent.kill()
    boots++
    downUntil = clock.now() + DOWN_FOR
    streams.cut()
  }
  const acts: Partial<Record<string, () => void>> = {
    drop_stream() {
      cutUntil = clock.now() + CUT_FOR
      streams.cut()
    },
    restart,
    slow_assistant() {
      restart()
      assistant.replace('slow')
    },
    stuck_assistant() {
      restart()
      assistant.replace('stuck')
    },
    dead_assistant() {
      restart()
      assistant.replace('dead')
    },
    elsewhere: () => void agent.workElsewhere(),
  }

  const routes: Record<string, Route> = {
    'GET /events': (_request, response) => {
      const open = clock.now() >= cutUntil && streams.open(response)
      if (!open) throw new Refusal(503, 'No stream can be had right now.')
    },
    'GET /status': (_request, _response, url): StatusReply => {
      const ids = (url.searchParams.get('ids') ?? '').split(',').map(decoded)
      if (ids.length > MAX_IDS) throw new Refusal(400, `At most ${MAX_IDS} ids may be asked for.`)
      return { boot: bootOf(), threads: agent.status(ids) }
    },
    'GET /threads': () => agent.threads(),
    'GET /transcript': (_request, _response, url) => agent.transcript(url.searchParams.get('id') ?? ''),
    'GET /faults': () => faults.list(),
    'GET /assistant': () => assistant.look() ?? refuse(404, 'There is no assistant.'),

    async 'POST /run'(request, response) {
      const body = await readBody(request)
      const input = readInput(body)
      const hang = faults.strikes('hang')
      if (hang) return KEPT_OPEN
      const streamed = request.headers.accept?.includes('text/event-stream') ?? false
      // Opened first, so that it misses nothing of its own run.
      const taken = () => agent.run(input.run, input.prompt)
      if (streamed) return streamRun(response, input.run, taken)
      const receipt = taken()
      if (receipt.status === 'accepted' && faults.strikes('cut_answer')) return void request.socket.destroy()
      return reply(response, receipt.status === 'accepted' ? 202 : 409, receipt)
    },
    async 'POST /stop'(request) {
      const body = await readBody(request)
      return agent.stop(text(body, 'threadId'), text(body, 'turnId'))
    },
    async 'POST /tasks/stop'(request) {
      const body = await readBody(request)
      return agent.stopTask(text(body, 'id'))
    },
    async 'POST /answer'(request) {
      const body = await readBody(request)
      return agent.answer(
        text(body, 'threadId'),
        text(body, 'interruptId'),
        text(body, 'payload', MAX_PROMPT),
      )
    },
    async 'POST /faults'(request) {
      const { id, on } = await readBody(request)
      const fault = faultOf(id) ?? refuse(400, 'There is no such fault.')
      if (fault.when === 'now') acts[fault.id]?.()
      else faults.arm(fault.id, on !== false)
      return faults.list()
    },
    'POST /assistant/hatch': () => assistant.hatch(),
    async 'POST /assistant/retire'(request) {
      const body = await readBody(request)
      if (!assistant.retire(text(body, 'id'))) throw new Refusal(404, 'There is no such assistant.')
      return {}
    },
  }

  /** AG-UI's own way: the answer to the request is the stream of its run. */
  function streamRun(
    response: ServerResponse,
    { threadId, runId }: RunAgentInput,
    take: () => ReturnType<typeof agent.run>,
  ): void {
    const opened = streams.open(response, ({ metadata, type, outcome }) => {
      if (metadata.turnId !== runId || metadata.threadId !== threadId) return false
      const asks = (outcome as { type?: string } | undefined)?.type === 'interrupt'
      if (type === EventType.RUN_ERROR || (type === EventType.RUN_FINISHED && !asks))
        queueMicrotask(() => response.end())
      return true
    })
    if (!opened) throw new Refusal(503, 'No stream can be had right now.')
    if (take().status === 'refused') response.end()
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { port } = server.address() as AddressInfo
    checkCaller(request, port)
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const route = routes[`${request.method} ${url.pathname}`]
    if (!route) {
      if (request.method === 'GET' && serveFile(files, url.pathname, response)) return
      throw new Refusal(404, 'There is nothing here.')
    }
    if (clock.now() < downUntil) return void request.socket.destroy()
    const answered = await route(request, response, url)
    if (answered !== undefined && answered !== KEPT_OPEN) reply(response, 200, answered)
  }

  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 5_000 },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        if (response.headersSent) return response.destroy()
        const known = error instanceof Refusal
        if (!known) console.error(error)
        // What is left of a body that was refused is not read.
        response.setHeader('connection', 'close')
        reply(response, known ? error.status : 500, {
          error: { message: known ? error.message : 'The server failed.' },
        })
      })
    },
  )
  server.maxConnections = 100

  return {
    /** Listens on this machine alone; port 0 takes a free one. Resolves to the address. */
    listen: (port: number): Promise<string> =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', () =>
          resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
        )
      }),
    /** Ends the streams, lets answers that are under way out, and resolves when the last connection is closed. */
    close: (): Promise<void> =>
      new Promise((resolve) => {
        agent.kill()
        streams.close()
        server.close(() => resolve())
        server.closeIdleConnections()
        // Requests that are never answered must not hold the process.
        setTimeout(() => server.closeAllConnections(), 1_000).unref()
      }),
    /** The truth, for tests. */
    agent,
    faults,
    act: (id: string) => acts[id]?.(),
  }
}

/** What a route returns that will not answer. */
const KEPT_OPEN = Symbol('kept open')

const refuse = (status: number, message: string): never => {
  throw new Refusal(status, message)
}

/** Ids are encoded one by one, since a comma parts them. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    throw new Refusal(400, 'An id is not encoded as it should be.')
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(JSON.stringify(body))
}

/** Reads AG-UI's input: the prompt is the text of its last message, which is the user's. */
function readInput(body: Record<string, unknown>): { readonly run: RunAgentInput; readonly prompt: string } {
  const { messages, forwardedProps } = body
  const last = (Array.isArray(messages) ? messages.at(-1) : undefined) as Record<string, unknown> | undefined
  if (typeof last !== 'object' || last === null || last.role !== 'user')
    throw new Refusal(400, 'The last message must be the user’s.')
  const prompt = text(last, 'content', MAX_PROMPT)
  const runId = text(body, 'runId')
  const steer = (forwardedProps as { steer?: unknown } | undefined)?.steer === true
  return {
    prompt,
    run: {
      threadId: text(body, 'threadId'),
      runId,
      messages: [{ id: runId, role: 'user', content: prompt }],
      tools: [],
      context: [],
      ...(steer && { forwardedProps: { steer } }),
    },
  }
}
