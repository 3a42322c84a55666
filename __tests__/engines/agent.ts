/** A server that runs each prompt once, by its idempotency key, and refuses a claim that is older than one it has seen. */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { StatusAnswer } from 'redux-turnkeeper'

interface Prompt {
  readonly conversationId: string
  readonly turnId: string
  readonly fence?: number
}

export interface Agent {
  readonly address: string
  /** How often each prompt arrived, by its key. */
  readonly arrived: ReadonlyMap<string, number>
  /** The prompts that were refused, since their claim was older than one that had been seen. */
  readonly fenced: readonly string[]
  /** How many status checks arrived. */
  readonly checks: () => number
  /** The turn is over. */
  finish(turnId: string): void
  /** While set, the answer to a prompt waits. */
  holdsAnswers: boolean
  /** Called as soon as a prompt has arrived. */
  onArrival: (turnId: string) => void
  close(): void
}

/** Starts it. `page`, `worker`: what it serves to a browser. */
export async function startAgent(page = '', worker = ''): Promise<Agent> {
  const arrived = new Map<string, number>()
  const fenced: string[] = []
  const running = new Map<string, string>()
  const last = new Map<string, string>()
  const highest = new Map<string, number>()
  let checks = 0
  let answer: (() => void)[] = []
  let holds = false

  const send = async (prompt: Prompt): Promise<object> => {
    const { conversationId, turnId, fence } = prompt
    const seen = highest.get(conversationId) ?? 0
    if (fence !== undefined && fence < seen) {
      fenced.push(turnId)
      return { status: 'refused', reason: 'error', error: { message: 'Another process sends now.' } }
    }
    if (fence !== undefined) highest.set(conversationId, fence)
    const times = arrived.get(turnId) ?? 0
    const other = running.get(conversationId)
    if (times === 0 && other !== undefined) return { status: 'refused', reason: 'busy' }
    arrived.set(turnId, times + 1)
    if (times === 0) running.set(conversationId, turnId)
    agent.onArrival(turnId)
    if (holds) await new Promise<void>((resolve) => answer.push(resolve))
    return { status: 'accepted', runId: `r-${turnId}` }
  }
  const statusOf = (id: string): StatusAnswer => {
    const turnId = running.get(id)
    const over = last.get(id)
    return {
      status: turnId === undefined ? 'idle' : 'running',
      ...(turnId !== undefined && { turnId, runId: `r-${turnId}` }),
      ...(over !== undefined && { last: { turnId: over, runId: `r-${over}`, outcome: 'complete' as const } }),
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const reply = (body: unknown, type = 'application/json'): void => {
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' })
      response.end(type === 'application/json' ? JSON.stringify(body) : String(body))
    }
    if (url.pathname === '/worker.js') return reply(worker, 'text/javascript')
    if (url.pathname === '/status') {
      checks += 1
      const ids = (url.searchParams.get('ids') ?? '').split(',')
      return reply(Object.fromEntries(ids.map((id) => [id, statusOf(id)])))
    }
    let text = ''
    for await (const chunk of request) text += String(chunk)
    if (url.pathname === '/send') return reply(await send(JSON.parse(text) as Prompt))
    if (url.pathname === '/stop') {
      agent.finish((JSON.parse(text) as Prompt).turnId)
      return reply({ status: 'acknowledged' })
    }
    reply(page, 'text/html')
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  // A process that was held up for long finds its connections open.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const agent: Agent = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    fenced,
    checks: () => checks,
    finish(turnId) {
      for (const [id, other] of running) {
        if (other !== turnId) continue
        running.delete(id)
        last.set(id, turnId)
      }
    },
    get holdsAnswers() {
      return holds
    },
    set holdsAnswers(value) {
      holds = value
      if (value) return
      for (const go of answer) go()
      answer = []
    },
    onArrival: () => undefined,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
  return agent
}
