/** The ports of the protocols with one stream for all, Codex and OpenCode, against servers that speak as the real ones do. */
import type { Ports } from 'redux-turnkeeper'
import { flushMicrotasks } from 'redux-turnkeeper/testing'
import { conversationId, createApp, stop, submit, watch } from './app'
import type { Made } from './app'
import { openWorld } from './openWorld'

describe('Codex', () => {
  async function start() {
    const world = openWorld()
    const { open, ports } = await world.run<{
      open(store: Made['store']): Promise<void>
      ports: Ports
    }>('codex', 'ports.ts')
    const app = createApp(world, ports)
    const turns = [{ id: 'r1', status: 'completed' }]
    const results: Readonly<Record<string, object>> = {
      'thread/read': { thread: { id: 'c1', status: { type: 'idle' }, turns } },
      'turn/start': { turn: { id: 'r1' } },
      'turn/steer': { turnId: 'r1' },
    }
    const connect = async (opened: Promise<void>) => {
      const socket = world.sockets.at(-1)!
      const { send } = socket
      socket.send = (text) => {
        send.call(socket, text)
        const { id, method } = socket.sent.at(-1)!
        if (id !== undefined && method !== undefined)
          queueMicrotask(() => socket.tell({ id, result: results[String(method)] ?? {} }))
      }
      socket.onopen!()
      await opened
      return socket
    }
    const socket = await connect(open(app.store))
    await submit(app, 't1')
    socket.tell({
      method: 'turn/started',
      params: { threadId: 'c1', turn: { id: 'r1', status: 'inProgress' } },
    })
    expect(app.isBusy()).toBe(true)
    const asked = () =>
      world.sockets.flatMap(({ sent }) => sent).map(({ method, params }) => ({ method, params }))
    return { world, app, socket, connect, asked }
  }

  test('a turn ends with its turn/completed, not with the status of its thread', async () => {
    const { app, socket } = await start()
    socket.tell({ method: 'thread/status/changed', params: { threadId: 'c1', status: { type: 'idle' } } })
    expect(app.isBusy()).toBe(true)
    socket.tell({
      method: 'turn/completed',
      params: { threadId: 'c1', turn: { id: 'r1', status: 'failed' } },
    })
    expect(app.ends()).toEqual(['t1 error error witnessed'])
  })

  test('the connection closes: it is opened again, the thread is resumed, and the lost end is found', async () => {
    const { world, app, socket, connect, asked } = await start()
    socket.close()
    await world.clock.advanceAsync(0)
    expect(world.sockets).toHaveLength(2)
    await connect(Promise.resolve())
    await flushMicrotasks()
    expect(asked()).toContainEqual({ method: 'thread/resume', params: { threadId: 'c1' } })
    await world.clock.advanceAsync(10_000)
    expect(app.ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('stop and steer name the running turn; an approval is answered by the server’s own id', async () => {
    const { app, socket, asked } = await start()
    await app.dispatch(app.keeper.steerTurn({ conversationId, input: 'and now?' }))
    socket.tell({
      id: 0,
      method: 'item/commandExecution/requestApproval',
      params: { threadId: 'c1', turnId: 'r1' },
    })
    expect(app.questions()).toEqual(['0'])
    await app.dispatch(
      app.keeper.answerInput({ conversationId, requestId: '0', answer: { decision: 'accept' } }),
    )
    expect(socket.sent.at(-1)).toEqual({ id: 0, result: { decision: 'accept' } })
    await stop(app)
    expect(asked().slice(-3)).toMatchObject([
      { method: 'turn/steer', params: { threadId: 'c1', expectedTurnId: 'r1' } },
      {},
      { method: 'turn/interrupt', params: { threadId: 'c1', turnId: 'r1' } },
    ])
  })
})

describe('OpenCode', () => {
  async function start() {
    const world = openWorld()
    const answers: Record<string, Response> = {}
    world.server.answer = ({ path }) =>
      answers[path]?.clone() ?? Response.json(/status$/.test(path) ? {} : [])
    const made = await world.run<Made>('opencode', 'store.ts')
    const app = watch(made)
    world.sources[0]!.onopen!()
    await app.dispatch(app.keeper.submitTurn({ conversationId, input: 'hello' }))
    const { messageID } = world.requests.at(-1)!.body as { messageID: string }
    const tell = (type: string, properties: object) => world.sources.at(-1)!.tell({ type, properties })
    const answer = { id: 'msg_2', role: 'assistant', sessionID: 'c1', parentID: messageID }
    return { world, app, answers, messageID, tell, answer }
  }

  test('the turn’s id is the message’s; the end is that of the message, not the session’s idle', async () => {
    const { app, messageID, tell, answer } = await start()
    expect(messageID).toMatch(/^msg_[0-9a-f]{26}$/)
    expect(app.selectors.selectActiveTurnId(app.store.getState(), conversationId)).toBe(messageID)
    tell('message.updated', { info: { ...answer, time: {} } })
    tell('session.idle', { sessionID: 'c1' })
    expect(app.isBusy()).toBe(true)
    tell('message.updated', { info: { ...answer, time: { completed: 1 }, finish: 'stop' } })
    expect(app.ends()).toEqual([`${messageID} complete complete witnessed`])
  })

  test('a permission shows, also where only the check tells of it, and is answered', async () => {
    const { world, app, answers, messageID, tell, answer } = await start()
    tell('message.updated', { info: { ...answer, time: {} } })
    answers['/session/status'] = Response.json({ c1: { type: 'busy' } })
    answers['/session/c1/message'] = Response.json([{ info: { ...answer, time: {} } }])
    answers['/permission'] = Response.json([{ id: 'per_1', sessionID: 'c1', tool: { messageID: 'msg_2' } }])
    await world.clock.advanceAsync(10_000)
    expect([app.phase(), app.questions()]).toEqual(['awaiting_input', ['per_1']])
    await app.dispatch(
      app.keeper.answerInput({ conversationId, requestId: 'per_1', answer: { reply: 'once' } }),
    )
    expect(world.requests.at(-1)).toMatchObject({ path: '/permission/per_1/reply', body: { reply: 'once' } })
    expect(app.questions()).toEqual([])
    expect(messageID).toBeDefined()
  })

  test('a stream that is never answered is given up; one conversation that fails does not fail the check', async () => {
    const { world, app, messageID, tell, answer } = await start()
    tell('message.updated', { info: { ...answer, time: {} } })
    world.server.answer = ({ path }) => {
      if (path === '/session/c1/message') return Promise.reject(new TypeError('reset'))
      return Response.json(/status$/.test(path) ? {} : [])
    }
    world.sources[0]!.onerror!()
    await world.clock.advanceAsync(1_000)
    expect(world.sources).toHaveLength(2)
    await world.clock.advanceAsync(5_000)
    expect(world.sources[1]!.isClosed).toBe(true)
    await world.clock.advanceAsync(20_000)
    expect(app.isBusy()).toBe(true)
    world.server.answer = ({ path }) =>
      Response.json(
        path.endsWith('/message')
          ? [{ info: { ...answer, time: { completed: 1 }, finish: 'stop' } }]
          : path.endsWith('status')
            ? {}
            : [],
      )
    await world.clock.advanceAsync(60_000)
    expect(app.ends()).toEqual([`${messageID} rescued complete witnessed`])
  })

  test('an abort stops whatever runs; a session that is gone takes no prompt', async () => {
    const { world, app, messageID, tell, answer } = await start()
    tell('message.updated', { info: { ...answer, time: {} } })
    await stop(app)
    expect(world.requests.at(-1)!.path).toBe('/session/c1/abort')
    const error = { name: 'MessageAbortedError' }
    tell('message.updated', { info: { ...answer, time: { completed: 1 }, error } })
    expect(app.ends()).toEqual([`${messageID} cancelled cancelled witnessed`])
    world.server.answer = () => new Response('{}', { status: 404 })
    await app.dispatch(app.keeper.submitTurn({ conversationId, turnId: 't2', input: 'hello' }))
    expect(app.ends().at(-1)).toBe('t2 undelivered undelivered inferred')
  })
})
