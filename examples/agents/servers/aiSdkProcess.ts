/**
 * The process of a chat server of the AI SDK on `node:http`, which keeps the messages and resumes bodies. Arguments: port,
 * model, file of the ledger.
 */
import { exec } from 'node:child_process'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { convertToModelMessages, jsonSchema, stepCountIs, streamText, tool } from 'ai'
import type { ToolSet, UIMessage } from 'ai'
import type { ServerTurn } from '../harness/server'
import { openLedger } from './ledger'
import { modelOf } from './languageModel'
import type { Provider } from '../harness/provider'

const [port = '0', provider = '', file = ''] = process.argv.slice(2)
const ledger = openLedger(file)
const model = modelOf(JSON.parse(provider) as Provider)

/** A body that several may read, from its beginning. */
interface Stream {
  readonly chunks: string[]
  readonly readers: Set<ServerResponse>
  readonly abort: AbortController
}
const streams = new Map<string, Stream>()
const messagesOf = new Map<string, UIMessage[]>()

interface Asked {
  readonly id: string
  readonly messages: readonly UIMessage[]
  readonly turnId: string
  /** A call of the tool is left to the page. */
  readonly asks?: boolean
  /** The turn ends with its request. */
  readonly isTied?: boolean
  readonly outputs?: readonly { readonly toolCallId: string; readonly output: unknown }[]
}

const inputSchema = jsonSchema<{ command?: string; cmd?: string }>({
  type: 'object',
  properties: { command: { type: 'string' }, cmd: { type: 'string' } },
})
const onPage: ToolSet = { exec_command: tool({ description: 'Asks the user to run a command', inputSchema }) }
const here: ToolSet = {
  bash: tool({
    description: 'Runs a command',
    inputSchema,
    execute: ({ command = '' }, { abortSignal }) =>
      new Promise<string>((resolve) =>
        exec(command, { signal: abortSignal }, (_error, output) => resolve(output.trim())),
      ),
  }),
}

async function chat(asked: Asked, response: ServerResponse): Promise<void> {
  const { id, turnId, outputs = [] } = asked
  if (streams.has(id)) return void response.writeHead(409).end()
  const messages = [...(messagesOf.get(id) ?? []), ...asked.messages].map((message) =>
    withOutputs(message, outputs),
  )
  messagesOf.set(id, messages)
  const text = asked.messages.flatMap(({ parts }) =>
    parts.map((part) => (part.type === 'text' ? part.text : '')),
  )
  if (outputs.length === 0) ledger.begin(id, turnId, text.join('\n'))

  const stream: Stream = { chunks: [], readers: new Set(), abort: new AbortController() }
  streams.set(id, stream)
  attach(stream, response)
  if (asked.isTied) response.on('close', () => stream.abort.abort())
  let hasFailed = false
  const result = streamText({
    model: model,
    messages: await convertToModelMessages(messages),
    tools: asked.asks ? onPage : here,
    stopWhen: stepCountIs(4),
    abortSignal: stream.abort.signal,
    onError: () => void (hasFailed = true),
  })
  const body = result.toUIMessageStreamResponse({
    originalMessages: messages,
    generateMessageId: () => crypto.randomUUID(),
    onFinish({ messages: all, isAborted, responseMessage, finishReason }) {
      messagesOf.set(id, all)
      const waits = responseMessage.parts.some(
        (part) => 'toolCallId' in part && part.state === 'input-available' && asked.asks,
      )
      const outcome: ServerTurn['outcome'] = isAborted
        ? 'cancelled'
        : hasFailed
          ? 'error'
          : finishReason === 'stop'
            ? 'complete'
            : 'interrupted'
      // A call that the page is to answer: the turn goes on in another body, if anybody answers.
      ledger.end(id, turnId, waits && !isAborted ? 'never' : outcome)
    },
  }).body!
  const decoder = new TextDecoder()
  try {
    for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
      const chunk = decoder.decode(piece, { stream: true })
      stream.chunks.push(chunk)
      for (const reader of stream.readers) reader.write(chunk)
    }
  } finally {
    streams.delete(id)
    for (const reader of stream.readers) reader.end()
  }
}

function attach(stream: Stream, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-vercel-ai-ui-message-stream': 'v1' })
  response.flushHeaders()
  stream.chunks.forEach((chunk) => response.write(chunk))
  stream.readers.add(response)
  // A reader that leaves does not stop the turn.
  response.on('close', () => stream.readers.delete(response))
}

function withOutputs(message: UIMessage, outputs: NonNullable<Asked['outputs']>): UIMessage {
  const parts = message.parts.map((part) => {
    const given = outputs.find(({ toolCallId }) => 'toolCallId' in part && part.toolCallId === toolCallId)
    return given ? { ...part, state: 'output-available', output: given.output } : part
  })
  return { ...message, parts: parts as UIMessage['parts'] }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = ''
  for await (const piece of request) text += String(piece)
  const [, route = '', id = '', rest] = (request.url ?? '').split('/')
  const json = (body: object) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  if (route === 'history') return json({ isBusy: streams.has(id), turns: ledger.turnsOf(id) })
  if (route === 'stop') {
    const stream = streams.get(id)
    stream?.abort.abort()
    return json({ stopped: stream !== undefined })
  }
  if (route === 'chat' && rest === 'stream') {
    const stream = streams.get(id)
    if (stream) attach(stream, response)
    else response.writeHead(204).end()
    return
  }
  await chat(JSON.parse(text) as Asked, response)
}

createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error)
    response.destroy()
  })
}).listen(Number(port), '127.0.0.1')
