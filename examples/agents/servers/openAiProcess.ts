/**
 * The process of a service for OpenAI's Responses, written after its documentation: there is none to install. Conversations,
 * responses in the background, which go on without their client, are read on after a `sequence_number`, and are cancelled.
 * The model's own stream is what a response tells. Arguments: port, model, file of the ledger.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import OpenAI from 'openai'
import type { Response, ResponseInputItem, ResponseStreamEvent } from 'openai/resources/responses/responses'
import { openLedger } from './ledger'
import type { ServerTurn } from '../harness/server'
import type { Provider } from '../harness/provider'

const [port = '0', provider = '', file = ''] = process.argv.slice(2)
const { baseUrl: baseURL, key: apiKey } = JSON.parse(provider) as Provider
const model = new OpenAI({ baseURL, apiKey, maxRetries: 1 })
const ledger = openLedger(file)

interface Asked {
  readonly model: string
  readonly conversation: string
  readonly input: string | readonly ResponseInputItem[]
  readonly stream?: boolean
  readonly background?: boolean
  readonly metadata?: Readonly<Record<string, string>>
  readonly tools?: readonly never[]
}
interface Stored {
  response: Response
  readonly turn: string
  readonly events: ResponseStreamEvent[]
  readonly readers: Set<ServerResponse>
  readonly abort: AbortController
}
const conversations = new Map<string, ResponseInputItem[]>()
const responses = new Map<string, Stored>()

const isRunning = ({ response: { status } }: Stored): boolean =>
  status === 'queued' || status === 'in_progress'
const runningIn = (conversation: string): Stored | undefined =>
  [...responses.values()].find((one) => one.response.conversation?.id === conversation && isRunning(one))

function tell(stored: Stored, event: ResponseStreamEvent): void {
  const numbered = { ...event, sequence_number: stored.events.length }
  stored.events.push(numbered)
  for (const reader of stored.readers) write(reader, numbered)
}
const write = (reader: ServerResponse, event: ResponseStreamEvent): void =>
  void reader.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)

const OUTCOMES: Readonly<Record<string, ServerTurn['outcome']>> = {
  completed: 'complete',
  failed: 'error',
  cancelled: 'cancelled',
}

/** The response is over. A cancelled one has no last event. */
function end(stored: Stored, fields: Partial<Response>): void {
  if (!isRunning(stored)) return
  const response = (stored.response = { ...stored.response, ...fields })
  const { status, output, conversation } = response
  const asks = output.some(({ type }) => type === 'function_call')
  ledger.end(conversation!.id, stored.turn, asks ? 'never' : (OUTCOMES[status ?? ''] ?? 'open'))
  conversations.get(conversation!.id)?.push(...(output as ResponseInputItem[]))
  if (status === 'completed') tell(stored, { type: 'response.completed', sequence_number: 0, response })
  if (status === 'failed') tell(stored, { type: 'response.failed', sequence_number: 0, response })
  for (const reader of stored.readers) reader.end()
}

async function run(stored: Stored, { model: name, tools = [] }: Asked): Promise<void> {
  const { response, abort } = stored
  tell(stored, { type: 'response.created', sequence_number: 0, response })
  stored.response = { ...response, status: 'in_progress' }
  tell(stored, { type: 'response.in_progress', sequence_number: 0, response: stored.response })
  const input = conversations.get(response.conversation!.id) ?? []
  try {
    const asked = { model: name, input: [...input], tools: [...tools], stream: true as const }
    for await (const event of await model.responses.create(asked, { signal: abort.signal })) {
      if (event.type === 'response.completed')
        end(stored, { status: 'completed', output: event.response.output })
      else if (event.type !== 'response.created' && event.type !== 'response.in_progress') tell(stored, event)
    }
    throw new Error('The model did not finish.')
  } catch (error) {
    end(stored, { status: 'failed', error: { code: 'server_error', message: String(error) } })
  }
}

// ---------------------------------------------------------------- requests

const sendJson = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
const refuse = (response: ServerResponse, status: number, code: string, message: string): void =>
  sendJson(response, status, { error: { type: 'invalid_request_error', code, message, param: null } })

/** Tells of a response from a position on, and of what comes. */
function follow(stored: Stored, response: ServerResponse, after = -1): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  stored.events.slice(after + 1).forEach((event) => write(response, event))
  if (!isRunning(stored)) return void response.end()
  stored.readers.add(response)
  response.once('close', () => stored.readers.delete(response))
}

function create(asked: Asked, response: ServerResponse): void {
  const { conversation, input, background = false, metadata = {}, stream = false } = asked
  const items = conversations.get(conversation)
  if (!items) return refuse(response, 404, 'not_found', `There is no conversation ${conversation}.`)
  if (runningIn(conversation))
    return refuse(response, 400, 'conversation_locked', 'Another process is operating on this conversation.')
  const prompts: readonly ResponseInputItem[] =
    typeof input === 'string' ? [{ role: 'user', content: input }] : input
  items.push(...prompts)
  const id = `resp_${crypto.randomUUID().replaceAll('-', '')}`
  const turn = metadata['turn_id'] ?? id
  if (typeof input === 'string') ledger.begin(conversation, turn, input)
  const made = {
    id,
    object: 'response',
    created_at: Math.floor(Date.now() / 1_000),
    status: 'queued',
    background,
    model: asked.model,
    conversation: { id: conversation },
    metadata,
    output: [],
    error: null,
    incomplete_details: null,
  } as unknown as Response
  const stored: Stored = {
    response: made,
    turn,
    events: [],
    readers: new Set(),
    abort: new AbortController(),
  }
  responses.set(id, stored)
  if (stream) follow(stored, response)
  else sendJson(response, 200, made)
  if (!background)
    response.once('close', () => {
      if (!isRunning(stored)) return
      end(stored, { status: 'cancelled' })
      stored.abort.abort()
    })
  void run(stored, asked)
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const [, first, id = '', third] = pathname.replace(/^\/v1/, '').split('/')
  let text = ''
  for await (const piece of request) text += String(piece)
  if (first === 'history')
    return sendJson(response, 200, { isBusy: runningIn(id) !== undefined, turns: ledger.turnsOf(id) })
  if (first === 'conversations') {
    const made = `conv_${crypto.randomUUID().replaceAll('-', '')}`
    conversations.set(made, [])
    return sendJson(response, 200, { id: made, object: 'conversation', created_at: 0, metadata: {} })
  }
  if (request.method === 'POST' && id === '') return create(JSON.parse(text) as Asked, response)
  const stored = responses.get(id)
  if (!stored) return refuse(response, 404, 'not_found', `There is no response ${id}.`)
  if (third === 'cancel') {
    if (!stored.response.background)
      return refuse(response, 400, 'not_background', 'It is not in the background.')
    end(stored, { status: 'cancelled' })
    stored.abort.abort()
    return sendJson(response, 200, stored.response)
  }
  if (searchParams.get('stream') === 'true')
    return follow(stored, response, Number(searchParams.get('starting_after') ?? -1))
  sendJson(response, 200, stored.response)
}

createServer((request, response) => {
  answer(request, response).catch((error: unknown) => refuse(response, 500, 'server_error', String(error)))
}).listen(Number(port), '127.0.0.1')
