/** The pages of the protocols with one stream for all, Codex and OpenCode, against servers that speak as the real ones do. */
import { flushMicrotasks } from 'redux-turnkeeper/testing'
import { conversationId, stop, submit, watch } from './app'
import type { Made } from './app'
import { openWorld } from './openWorld'
import { createBody } from './platform'
import type { Body } from './platform'

const { fetch, WebSocket } = globalThis
afterEach(() => void Object.assign(globalThis, { fetch, WebSocket }))

/** A world whose `fetch` and `WebSocket` the connections find: they take the platform's own. */
function openPlatform() {
  const world = openWorld()
  const { fetch, WebSocket } = world.globals
  Object.assign(globalThis, { fetch, WebSocket })
  return world
}

const results: Readonly<Record<string, object>> = {
  'thread/start': { thread: { id: 'c9' } },
  'thread/read': { thread: { id: 'c1', status: { type: 'idle' } } },
  'thread/turns/list': { data: [{ id: 'r1', status: 'completed' }] },
  'turn/start': { turn: { id: 'r1' } },
}
const resultOf = (method: unknown): object => results[String(method)] ?? {}

describe('Codex', () => {
  async function start() {
    const world = openPlatform()
    const made = await world.run<Made & { startThread(cwd: string): Promise<string> }>('codex', 'store.ts')
    const app = watch(made)
    const connect = async () => {
      await flushMicrotasks()
      const socket = world.sockets.at(-1)!
      const { send } = socket
      socket.send = (text) => {
        send.call(socket, text)
        const { id, method } = socket.sent.at(-1)!
        if (id !== undefined && method !== undefined)
          queueMicrotask(() => socket.tell({ id, result: resultOf(method) }))
      }
      socket.onopen!()
      await flushMicrotasks()
      return socket
    }
    const socket = await connect()
    await submit(app, 't1')
    socket.tell({
      method: 'turn/started',
      params: { threadId: 'c1', turn: { id: 'r1', status: 'inProgress' } },
    })
    const asked = () => world.sockets.flatMap(({ sent }) => sent).map(({ method }) => method)
    return { world, app, made, socket, connect, asked }
  }

  test('the line of the page: a turn ends with its turn/completed, and a thread is started by the connection', async () => {
    const { app, made, socket } = await start()
    socket.tell({
      method: 'turn/completed',
      params: { threadId: 'c1', turn: { id: 'r1', status: 'failed' } },
    })
    expect(app.ends()).toEqual(['t1 error error witnessed'])
    expect(await made.startThread('/work')).toBe('c9')
  })

  test('after a drop the thread is resumed, and the lost end is found', async () => {
    const { world, app, socket, connect, asked } = await start()
    socket.close()
    await world.clock.advanceAsync(1_000)
    await connect()
    await world.clock.advanceAsync(1)
    expect(asked().filter((method) => method === 'thread/resume')).toHaveLength(2)
    expect(app.ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('an approval is answered by the server’s own id', async () => {
    const { app, socket } = await start()
    const params = { threadId: 'c1', turnId: 'r1' }
    socket.tell({ id: 0, method: 'item/commandExecution/requestApproval', params })
    expect(app.questions()).toEqual(['0'])
    const answer = { decision: 'accept' }
    await app.dispatch(app.keeper.answerInput({ conversationId, requestId: '0', answer }))
    expect(socket.sent.at(-1)).toEqual({ id: 0, result: answer })
    socket.tell({ method: 'serverRequest/resolved', params: { threadId: 'c1', requestId: 0 } })
    await flushMicrotasks()
    expect(app.questions()).toEqual([])
  })

  test('a transport of the app’s own: lines in both directions, and a process that has a name', async () => {
    const world = openPlatform()
    const { createKeeper } = await world.run<{ createKeeper(bridge: object): Made['keeper'] }>(
      'codex',
      'bridge.ts',
    )
    const written: { readonly id?: number; readonly method?: string }[] = []
    const keeper = createKeeper({
      spawn: (on: { line(text: string): void }) => {
        const write = (text: string) => {
          const message = JSON.parse(text) as { id?: number; method?: string }
          written.push(message)
          const answer = JSON.stringify({ id: message.id, result: resultOf(message.method) })
          if (message.id !== undefined) queueMicrotask(() => on.line(answer))
        }
        setImmediate(() => {
          const params = { threadId: 'c1', turnId: 'r1' }
          on.line(JSON.stringify({ id: 0, method: 'item/tool/requestUserInput', params }))
        })
        return Promise.resolve({ pid: 7, write })
      },
    })
    const { configureStore } = await import('@reduxjs/toolkit')
    const store = configureStore({
      reducer: { [keeper.reducerPath]: keeper.reducer },
      middleware: (getDefault) => getDefault({ serializableCheck: false }).prepend(keeper.middleware),
    })
    const app = watch({ keeper, store: store as Made['store'] })
    await submit(app, 't1')
    await flushMicrotasks()
    expect(written.map(({ method }) => method)).toEqual(
      expect.arrayContaining(['initialize', 'initialized', 'thread/resume', 'turn/start']),
    )
    expect(app.questions()).toEqual(['7:0'])
  })
})

describe('OpenCode', () => {
  async function start() {
    const world = openPlatform()
    const bodies: Body[] = []
    const answers: Record<string, () => Response> = {}
    world.server.answer = ({ path }) => {
      const [name = ''] = path.split('?')
      if (name === '/opencode/event') {
        bodies.push(createBody())
        return bodies.at(-1)!.response
      }
      return answers[name]?.() ?? Response.json(name.endsWith('status') ? {} : [])
    }
    const app = watch(await world.run<Made>('opencode', 'store.ts'))
    await app.dispatch(app.keeper.submitTurn({ conversationId, input: 'hello' }))
    const { messageID } = world.requests.at(-1)!.body as { messageID: string }
    const answer = { id: 'msg_2', role: 'assistant', sessionID: 'c1', parentID: messageID }
    const tell = (type: string, properties: object) => bodies.at(-1)!.push({ type, properties })
    await tell('message.updated', { info: { ...answer, time: {} } })
    return { world, app, answers, bodies, messageID, tell, closed: { ...answer, time: { completed: 1 } } }
  }

  test('the line of the page: the turn’s id is the message’s, and the end is that of the message', async () => {
    const { app, messageID, tell, closed } = await start()
    expect(app.selectors.selectActiveTurnId(app.store.getState(), conversationId)).toBe(messageID)
    await tell('session.idle', { sessionID: 'c1' })
    expect(app.isBusy()).toBe(true)
    await tell('message.updated', { info: { ...closed, finish: 'stop' } })
    expect(app.ends()).toEqual([`${messageID} complete complete witnessed`])
  })

  test('a permission is answered with the body that OpenCode wants; a question is rejected by null', async () => {
    const { world, app, tell } = await start()
    await tell('permission.asked', { id: 'per_1', sessionID: 'c1' })
    await tell('question.asked', { id: 'que_1', sessionID: 'c1', questions: [] })
    await app.dispatch(
      app.keeper.answerInput({ conversationId, requestId: 'per_1', answer: { reply: 'once' } }),
    )
    await app.dispatch(app.keeper.answerInput({ conversationId, requestId: 'que_1', answer: null }))
    expect(world.requests.slice(-2)).toMatchObject([
      { path: '/opencode/permission/per_1/reply', body: { reply: 'once' } },
      { path: '/opencode/question/que_1/reject', body: {} },
    ])
    expect(app.questions()).toEqual([])
  })

  test('an end that the stream has missed is found by the check, over a new stream', async () => {
    const { world, app, answers, bodies, messageID, closed } = await start()
    answers['/opencode/session/c1/message'] = () => Response.json([{ info: { ...closed, finish: 'stop' } }])
    await bodies[0]!.cut()
    await world.clock.advanceAsync(1_000)
    expect(bodies).toHaveLength(2)
    expect(app.ends()).toEqual([`${messageID} rescued complete witnessed`])
  })

  test('a stop aborts the session; one that is gone takes no prompt', async () => {
    const { world, app, messageID, tell, closed } = await start()
    await stop(app)
    expect(world.requests.at(-1)!.path).toBe('/opencode/session/c1/abort')
    await tell('message.updated', { info: { ...closed, error: { name: 'MessageAbortedError' } } })
    expect(app.ends()).toEqual([`${messageID} cancelled cancelled witnessed`])
    world.server.answer = () => new Response('{}', { status: 404 })
    await app.dispatch(app.keeper.submitTurn({ conversationId, turnId: 't2', input: 'hello' }))
    expect(app.ends().at(-1)).toBe('t2 undelivered undelivered inferred')
  })
})
