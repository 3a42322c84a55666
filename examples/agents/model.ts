/**
 * A language model that is none: OpenAI's Responses and Chat Completions and Anthropic's Messages over HTTP, streaming. The newest
 * user message that holds `say:<how>` decides what it does, and `#<token>` in it is the name by which the prompt is counted.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { chatWriter, messagesWriter, responsesWriter } from './modelWriters'
import type { ModelWriter } from './modelWriters'

interface ModelMessage {
  readonly role?: string
  readonly type?: string
  readonly content?: string | readonly { readonly type?: string; readonly text?: string }[]
}
interface ModelRequest {
  readonly model?: string
  readonly messages?: readonly ModelMessage[]
  readonly input?: readonly ModelMessage[]
  readonly instructions?: string
  readonly tools?: readonly {
    readonly name?: string
    readonly type?: string
    readonly function?: { readonly name: string }
  }[]
}

export interface Model {
  readonly url: string
  /** How often the prompt with this token stands in the longest conversation that was seen: more than once was sent twice. */
  promptsOf(token: string): number
  /** How many calls were made for the prompt with this token. */
  callsOf(token: string): number
  /** Whether an answer to the prompt with this token is being read now. */
  isRead(token: string): boolean
  close(): Promise<void>
}

const WORDS = 'This is a plain answer of a model that is none.'.split(' ').map((word) => `${word} `)
const many = (count: number): readonly string[] => Array.from({ length: count }, (_, place) => `w${place} `)

const textOf = ({ content }: ModelMessage): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('\n')

const isToolResult = ({ role, type, content }: ModelMessage): boolean =>
  role === 'tool' ||
  /_call_output$/.test(type ?? '') ||
  (Array.isArray(content) && content.some((part: { type?: string }) => part.type === 'tool_result'))

/** By the end of the path. */
const WRITERS = [
  ['/chat/completions', chatWriter],
  ['/messages', messagesWriter],
] as const

/** Starts the model on loopback. */
export async function startModel(): Promise<Model> {
  const prompts = new Map<string, number>()
  const calls = new Map<string, number>()
  const open = new Map<string, number>()

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    if (request.method === 'GET') return sendJson(response, 200, { object: 'list', data: [], models: [] })
    const asked = JSON.parse(body) as ModelRequest
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (pathname.endsWith('/count_tokens')) return sendJson(response, 200, { input_tokens: 10 })
    const write = WRITERS.find(([end]) => pathname.endsWith(end))?.[1] ?? responsesWriter
    const messages = asked.messages ?? asked.input ?? []
    const writer = write(response, asked.model ?? 'fake-model')
    const system = [asked.instructions ?? '', ...messages.filter(({ role }) => role === 'system').map(textOf)]
    if (/title/i.test(system.join('').slice(0, 400))) return say(writer, response, ['A title'], 0)

    const users = messages.map((message) => (message.role === 'user' ? textOf(message) : ''))
    const newest = users.findLastIndex((text) => /say:/.test(text))
    const how = /say:([\w-]+)/.exec(users[newest] ?? '')?.[1] ?? 'normal'
    for (const token of new Set(users.join('\n').match(/#\w+/g))) {
      const count = users.join('\n').match(new RegExp(`${token}\\b`, 'g'))?.length ?? 0
      prompts.set(token, Math.max(prompts.get(token) ?? 0, count))
    }
    const token = /#\w+/.exec(users[newest] ?? '')?.[0] ?? ''
    const call = (calls.get(token) ?? 0) + 1
    calls.set(token, call)
    open.set(token, (open.get(token) ?? 0) + 1)
    response.once('close', () => open.set(token, (open.get(token) ?? 0) - 1))
    const after = messages.slice(newest + 1)
    const hasToolResult = after.some(isToolResult)
    await behave(how, { writer, response, asked, call, hasToolResult })
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    promptsOf: (token) => prompts.get(token) ?? 0,
    callsOf: (token) => calls.get(token) ?? 0,
    isRead: (token) => (open.get(token) ?? 0) > 0,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Exchange {
  readonly writer: ModelWriter
  readonly response: ServerResponse
  readonly asked: ModelRequest
  readonly call: number
  readonly hasToolResult: boolean
}

async function behave(how: string, exchange: Exchange): Promise<void> {
  const { writer, response, asked, call, hasToolResult } = exchange
  const fail = (status: number, code: string, message: string) =>
    sendJson(response, status, { type: 'error', error: { message, type: code, code, param: null } })
  const begin = async () => {
    writer.start()
    writer.textStart()
    for (const word of WORDS.slice(0, 4)) {
      writer.delta(word)
      await sleep(30)
    }
  }
  switch (how) {
    case 'medium':
      return say(writer, response, many(40), 60)
    case 'slow':
      return say(writer, response, many(200), 100)
    case 'lateend':
      // The last word is said, and the end is to come.
      await begin()
      writer.textEnd()
      await sleep(400)
      return writer.done()
    case 'early':
      await begin()
      return void response.end()
    case 'empty':
      writer.start()
      return writer.done()
    case 'err400':
      return fail(400, 'invalid_request_error', 'A refusal of the model.')
    case 'err429':
      return fail(429, 'insufficient_quota', 'You exceeded your current quota.')
    case 'err500':
      return fail(500, 'server_error', 'The model has failed.')
    case 'err500once':
      return call === 1
        ? fail(500, 'server_error', 'The model has failed.')
        : say(writer, response, WORDS, 30)
    case 'torn':
      await begin()
      return void response.destroy()
    case 'tornonce':
      if (call > 1) return say(writer, response, WORDS, 30)
      await begin()
      return void response.destroy()
    case 'hang':
      await begin()
      return void (await new Promise((resolve) => response.on('close', resolve)))
    case 'tool':
    case 'toolslow':
      if (hasToolResult) return say(writer, response, WORDS, 30)
      writer.start()
      writer.tool(toolCall(asked, how === 'tool' ? 'sleep 0.3; echo done' : 'sleep 20; echo done'))
      return writer.done('tool')
    default:
      return say(writer, response, WORDS, 30)
  }
}

async function say(
  writer: ModelWriter,
  response: ServerResponse,
  words: readonly string[],
  gap: number,
): Promise<void> {
  writer.start()
  writer.textStart()
  for (const word of words) {
    if (response.destroyed) return
    writer.delta(word)
    if (gap > 0) await sleep(gap)
  }
  writer.textEnd()
  writer.done()
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

/** A call of the tool that runs a command, by the name that this agent has for it. */
function toolCall({ tools = [] }: ModelRequest, command: string): { name: string; args: object } {
  const names = tools.map((tool) => tool.name ?? tool.function?.name ?? tool.type ?? '')
  if (names.includes('exec_command')) return { name: 'exec_command', args: { cmd: command } }
  if (names.includes('Bash')) return { name: 'Bash', args: { command, description: 'Runs a command' } }
  if (names.includes('bash')) return { name: 'bash', args: { command, description: 'Runs a command' } }
  return { name: names[0] ?? 'none', args: {} }
}
