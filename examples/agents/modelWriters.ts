/** How the two wires of OpenAI's are written, and Anthropic's. */
import type { ServerResponse } from 'node:http'

export interface ModelWriter {
  start(): void
  textStart(): void
  delta(text: string): void
  textEnd(): void
  tool(call: { readonly name: string; readonly args: object }): void
  done(why?: 'tool'): void
}

let answers = 0

const open = (response: ServerResponse): void =>
  void response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })

/** Responses. */
export function responsesWriter(response: ServerResponse, model: string): ModelWriter {
  const place = ++answers
  const [id, messageId] = [`resp_${place}`, `msg_${place}`]
  const output: object[] = []
  let text = ''
  let sequence = 0
  const send = (type: string, fields: object) => {
    const event = JSON.stringify({ type, sequence_number: sequence++, ...fields })
    if (!response.destroyed) response.write(`event: ${type}\ndata: ${event}\n\n`)
  }
  const stateOf = (status: string) => ({
    id,
    object: 'response',
    created_at: Math.floor(Date.now() / 1_000),
    status,
    model,
    output,
    error: null,
    usage: {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 15,
    },
  })
  const at = { item_id: messageId, output_index: 0, content_index: 0 }
  const part = () => ({ type: 'output_text', text, annotations: [] })
  const message = (status: string, content: object[]) => ({
    type: 'message',
    id: messageId,
    status,
    role: 'assistant',
    content,
  })
  return {
    start() {
      open(response)
      send('response.created', { response: stateOf('in_progress') })
    },
    textStart() {
      send('response.output_item.added', { output_index: 0, item: message('in_progress', []) })
      send('response.content_part.added', { ...at, part: part() })
    },
    delta(piece) {
      text += piece
      send('response.output_text.delta', { ...at, delta: piece })
    },
    textEnd() {
      const item = message('completed', [part()])
      output.push(item)
      send('response.output_text.done', { ...at, text })
      send('response.content_part.done', { ...at, part: part() })
      send('response.output_item.done', { output_index: 0, item })
    },
    tool({ name, args }) {
      const item = {
        type: 'function_call',
        id: `fc_${place}`,
        call_id: `call_${place}`,
        name,
        arguments: JSON.stringify(args),
        status: 'completed',
      }
      output.push(item)
      send('response.output_item.added', { output_index: 0, item: { ...item, arguments: '' } })
      send('response.output_item.done', { output_index: 0, item })
    },
    done() {
      send('response.completed', { response: stateOf('completed') })
      response.end()
    },
  }
}

/** Chat Completions. */
export function chatWriter(response: ServerResponse, model: string): ModelWriter {
  const place = ++answers
  const send = (delta: object, finish: string | null = null, rest: object = {}) => {
    const choices = [{ index: 0, delta, finish_reason: finish }]
    const chunk = {
      id: `chat_${place}`,
      object: 'chat.completion.chunk',
      created: 1,
      model,
      choices,
      ...rest,
    }
    if (!response.destroyed) response.write(`data: ${JSON.stringify(chunk)}\n\n`)
  }
  return {
    start() {
      open(response)
      send({ role: 'assistant', content: '' })
    },
    textStart: () => undefined,
    delta: (content) => send({ content }),
    textEnd: () => undefined,
    tool({ name, args }) {
      const call = { name, arguments: JSON.stringify(args) }
      send({ tool_calls: [{ index: 0, id: `call_${place}`, type: 'function', function: call }] })
    },
    done(why) {
      const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }
      send({}, why === 'tool' ? 'tool_calls' : 'stop', { usage })
      response.write('data: [DONE]\n\n')
      response.end()
    },
  }
}

/** Messages, of Anthropic. */
export function messagesWriter(response: ServerResponse, model: string): ModelWriter {
  const id = `msg_${++answers}`
  let index = 0
  const send = (type: string, fields: object) => {
    if (!response.destroyed)
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`)
  }
  return {
    start() {
      open(response)
      const usage = { input_tokens: 10, output_tokens: 1 }
      const nothing = { content: [], stop_reason: null, stop_sequence: null }
      send('message_start', { message: { id, type: 'message', role: 'assistant', model, ...nothing, usage } })
    },
    textStart: () => send('content_block_start', { index, content_block: { type: 'text', text: '' } }),
    delta: (text) => send('content_block_delta', { index, delta: { type: 'text_delta', text } }),
    textEnd: () => send('content_block_stop', { index: index++ }),
    tool({ name, args }) {
      const block = { type: 'tool_use', id: `toolu_${id}`, name, input: {} }
      send('content_block_start', { index, content_block: block })
      const delta = { type: 'input_json_delta', partial_json: JSON.stringify(args) }
      send('content_block_delta', { index, delta })
      send('content_block_stop', { index: index++ })
    },
    done(why) {
      const delta = { stop_reason: why === 'tool' ? 'tool_use' : 'end_turn', stop_sequence: null }
      send('message_delta', { delta, usage: { output_tokens: 5 } })
      send('message_stop', {})
      response.end()
    },
  }
}
