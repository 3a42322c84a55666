/** The pages of LangGraph, OpenAI Responses, ACP and the Claude Agent SDK, against servers that speak as the real ones do. */
import { flushMicrotasks } from 'redux-turnkeeper/testing'
import { conversationId, stop, submit, watch } from './app'
import type { Made } from './app'
import { openWorld } from './openWorld'
import { createBody } from './platform'
import type { Body, PlatformRequest } from './platform'
import { createWorld } from './world'

const { fetch, WebSocket } = globalThis
afterEach(() => void Object.assign(globalThis, { fetch, WebSocket }))

/** A page's own store on a server whose bodies the test writes; `answer` may answer in its place. */
async function start(page: string, answer: (request: PlatformRequest) => Response | undefined) {
  const world = openWorld()
  // The connections take the platform's own.
  globalThis.fetch = world.globals.fetch as never
  const bodies: Body[] = []
  world.server.answer = (request) => {
    const answered = answer(request)
    if (answered) return answered
    bodies.push(createBody())
    return bodies.at(-1)!.response
  }
  const app = watch(await world.run<Made>(page, 'store.ts'))
  await submit(app, 't1')
  return { world, app, bodies, body: bodies[0]! }
}
const isRead = ({ method, path }: PlatformRequest) => method === 'GET' && !/\/stream|stream=true/.test(path)

test('LangGraph: a run, a lost body, its status', async () => {
  const run = { run_id: 'r1', status: 'success', created_at: '2026-01-01', metadata: { turn_id: 't1' } }
  const { world, app, body } = await start('langgraph', (request) =>
    isRead(request) ? Response.json(request.path.includes('/runs') ? [run] : { status: 'idle' }) : undefined,
  )
  expect(world.requests).toMatchObject([
    {
      path: '/langgraph/threads/c1/runs/stream',
      body: { assistant_id: 'agent', metadata: { turn_id: 't1' } },
    },
  ])
  await body.write('event: metadata\ndata: {"run_id":"r1"}\n\n')
  expect(app.phase()).toBe('thinking')
  await body.cut()
  await world.clock.advanceAsync(1)
  expect(app.ends()).toEqual(['t1 rescued complete witnessed'])
})

test('OpenAI Responses: a response, a lost body that is read on, a stop', async () => {
  const { world, app, bodies, body } = await start('openai-responses', (request) => {
    if (request.path.endsWith('/cancel')) return Response.json({ id: 'r1', status: 'cancelled' })
    return isRead(request) ? Response.json({ id: 'r1', status: 'in_progress' }) : undefined
  })
  expect(world.requests).toMatchObject([
    { path: '/api/openai/responses', body: { model: 'gpt-6', conversation: 'c1', background: true } },
  ])
  await body.push({ type: 'response.created', sequence_number: 0, response: { id: 'r1' } })
  await body.cut()
  await world.clock.advanceAsync(1)
  expect(world.requests.at(-1)!.path).toBe('/api/openai/responses/r1?stream=true&starting_after=0')
  await bodies[1]!.push({ type: 'response.output_text.delta', sequence_number: 1, delta: 'Hi' })
  expect(app.phase()).toBe('streaming')
  await stop(app)
  expect(app.ends()).toEqual(['t1 cancelled cancelled witnessed'])
})

test('ACP: a session, a prompt, a permission, a connection that closes', async () => {
  const world = openWorld()
  globalThis.WebSocket = world.globals.WebSocket as never
  const made = await world.run<Made & { newSession(): Promise<string> }>('acp', 'store.ts')
  const app = watch(made)
  await flushMicrotasks()
  const socket = world.sockets[0]!
  const results: Readonly<Record<string, object>> = {
    initialize: { protocolVersion: 1, agentCapabilities: {} },
    'session/new': { sessionId: conversationId },
  }
  const { send } = socket
  socket.send = (text) => {
    send.call(socket, text)
    const { id, method } = socket.sent.at(-1)!
    const result = results[String(method)]
    if (result) queueMicrotask(() => socket.tell({ jsonrpc: '2.0', id, result }))
  }
  socket.onopen!()
  expect(await made.newSession()).toBe(conversationId)

  await submit(app, 't1')
  const prompt = socket.sent.at(-1)!
  expect(prompt).toMatchObject({
    method: 'session/prompt',
    params: { sessionId: 'c1', prompt: [{ type: 'text', text: 'hello' }] },
  })
  const params = { sessionId: 'c1', toolCall: { toolCallId: 'k1' }, options: [] }
  socket.tell({ id: 0, method: 'session/request_permission', params })
  await flushMicrotasks()
  expect(app.phase()).toBe('awaiting_input')
  const [requestId] = app.questions()
  await app.dispatch(app.keeper.answerInput({ conversationId, requestId: requestId!, answer: 'yes' }))
  expect(socket.sent.at(-1)).toMatchObject({
    id: 0,
    result: { outcome: { outcome: 'selected', optionId: 'yes' } },
  })
  socket.tell({ id: prompt['id'], result: { stopReason: 'end_turn' } })
  await flushMicrotasks()
  expect(app.ends()).toEqual(['t1 complete complete witnessed'])

  await submit(app, 't2')
  socket.tell({
    method: 'session/update',
    params: { sessionId: 'c1', update: { sessionUpdate: 'agent_message_chunk' } },
  })
  await flushMicrotasks()
  socket.close()
  await flushMicrotasks()
  expect(app.ends().at(-1)).toBe('t2 interrupted interrupted inferred')
})

describe('Claude Agent SDK', () => {
  const result = { type: 'result', subtype: 'success', user_message_uuids: ['t1'] }

  test('a query to a turn, with the options of the app’s', async () => {
    const calls: { readonly options: object }[] = []
    async function* messages() {
      yield { type: 'system', subtype: 'init' }
      yield result
    }
    const query = (call: { readonly options: object }) => {
      calls.push(call)
      return Object.assign(messages(), { interrupt: async () => undefined })
    }
    const sdk = { query, getSessionMessages: async () => [] }
    const world = createWorld({ modules: { '@anthropic-ai/claude-agent-sdk': sdk } })
    const app = watch(await world.run<Made>('claude-agent', 'store.ts'))
    await submit(app, 't1')
    await flushMicrotasks()
    world.dispose()

    expect(calls).toMatchObject([{ options: { sessionId: conversationId, cwd: '/project' } }])
    expect(app.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('messages that come over a stream', async () => {
    const world = openWorld()
    const { listen } = await world.run<{ listen(...args: unknown[]): void }>('claude-agent', 2)
    const source = new world.globals.EventSource('/events')
    const heard: string[] = []
    listen({ conversationId, turnId: 't1' }, source, ({ type }: { type: string }) => heard.push(type))
    source.tell(result)

    expect(heard).toEqual(['turnkeeper/signals/turnEnded'])
    expect(source.isClosed).toBe(true)
  })
})
