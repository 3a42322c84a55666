/** Codex, ready-made: from `initialize` to answers, over a WebSocket and over a transport of the app's own. */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper, stateRestored } from 'redux-turnkeeper'
import { connectCodex } from 'redux-turnkeeper/connections/codexAppServer'
import type { ConnectCodexOptions } from 'redux-turnkeeper/connections/codexAppServer'
import { createManualClock, createManualEnvironment, flushMicrotasks } from 'redux-turnkeeper/testing'
import { createFakeWebSocket } from './fakes'
import type { FakeWebSocket } from './fakes'

type Params = Readonly<Record<string, unknown>>
type Handler = (params: Params) => object | undefined

/** A server that answers as the real one does. `handlers` say what to; `undefined` never answers. */
function createServer() {
  const { WebSocket, sockets } = createFakeWebSocket()
  const idle = { thread: { id: 'c1', status: { type: 'idle' } } }
  const handlers: Record<string, Handler> = {
    initialize: () => ({ result: { userAgent: 'codex' } }),
    'thread/resume': () => ({ result: idle }),
    'thread/loaded/list': () => ({ result: { data: ['c1'] } }),
    'thread/read': () => ({ result: idle }),
    'thread/turns/list': () => ({ result: { data: [] } }),
    'turn/start': () => ({ result: { turn: { id: 'r1' } } }),
    'turn/steer': () => ({ result: { turnId: 'r1' } }),
    'turn/interrupt': () => ({ result: {} }),
  }
  const sent: { method: string; params: Params }[] = []
  class Server extends WebSocket {
    constructor(url: string) {
      super(url)
      this.onSend = ({ id, method, params }) => {
        if (typeof method !== 'string') return
        sent.push({ method, params: params as Params })
        const answer = handlers[method]?.(params as Params)
        if (id !== undefined && answer) queueMicrotask(() => this.tell({ id, ...answer }))
      }
    }
  }
  const newest = () => sockets.at(-1)!
  return {
    WebSocket: Server,
    sockets,
    handlers,
    sent,
    methods: () => sent.map(({ method }) => method),
    tell: (method: string, params: object, id?: number) => newest().tell({ method, params, id }),
    async open(): Promise<FakeWebSocket> {
      newest().open()
      await flushMicrotasks()
      return newest()
    },
  }
}

const conversationId = 'c1'
const NO_TURN = { error: { message: 'no active turn to interrupt' } }

function createApp(options: Partial<ConnectCodexOptions> = {}) {
  const server = createServer()
  const clock = createManualClock(1_000_000)
  const events: string[] = []
  const problems: object[] = []
  const codex = connectCodex({
    url: 'ws://agent',
    WebSocket: server.WebSocket,
    onEvent: ({ method }) => void events.push(method),
    ...options,
  } as ConnectCodexOptions)
  const keeper = createTurnkeeper({
    connection: codex,
    clock,
    environment: createManualEnvironment(),
    random: () => 0.5,
    onProblem: (problem) => void problems.push(problem),
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (getDefault) => getDefault().prepend(keeper.middleware),
  })
  const { selectors } = keeper
  const state = () => store.getState()
  return {
    server,
    clock,
    events,
    problems,
    codex,
    keeper,
    store,
    phase: () => selectors.selectPhase(state(), conversationId),
    turn: (turnId: string) => selectors.selectTurn(state(), turnId),
    questions: () => selectors.selectPendingInputs(state(), conversationId).map(({ requestId }) => requestId),
    ends: () =>
      selectors
        .selectHistory(state())
        .map(({ turnId, reason, outcome, grade }) => `${turnId} ${reason} ${outcome} ${grade}`),
    async submit(turnId: string, input: unknown = 'hello') {
      store.dispatch(keeper.submitTurn({ conversationId, turnId, input: input as string }))
      await flushMicrotasks()
    },
  }
}
type App = ReturnType<typeof createApp>

/** A turn that runs. */
async function startTurn(options?: Partial<ConnectCodexOptions>): Promise<App> {
  const app = createApp(options)
  await flushMicrotasks()
  await app.server.open()
  await app.submit('t1')
  app.server.tell('turn/started', { threadId: 'c1', turn: { id: 'r1', status: 'inProgress' } })
  return app
}

describe('the connection', () => {
  test('initializes, tells who it is, and hands every message on', async () => {
    const app = createApp({ clientInfo: { name: 'my-app', version: '7' } })
    await flushMicrotasks()
    await app.server.open()
    app.server.tell('item/agentMessage/delta', { threadId: 'c1', turnId: 'r1', itemId: 'i1', delta: 'x' })
    expect(app.server.sent.slice(0, 2)).toEqual([
      { method: 'initialize', params: { clientInfo: { name: 'my-app', version: '7' } } },
      { method: 'initialized', params: undefined },
    ])
    expect(app.events).toEqual(['item/agentMessage/delta'])
  })

  test('one that is not answered is given up, and opened again after a pause', async () => {
    const { server, clock } = createApp()
    server.handlers['initialize'] = () => undefined
    await flushMicrotasks()
    await server.open()
    await clock.advanceAsync(5_000)
    expect([server.sockets[0]!.isClosed, server.sockets.length]).toEqual([true, 2])
    await server.open()
    await clock.advanceAsync(6_000)
    expect([server.sockets[1]!.isClosed, server.sockets.length]).toEqual([true, 3])
  })

  test('a request of the app’s own waits for it, and throws the server’s error', async () => {
    const { codex, server } = createApp()
    server.handlers['thread/start'] = () => ({ result: { thread: { id: 'c9' } } })
    server.handlers['thread/archive'] = () => ({ error: { message: 'no such thread', code: -32600 } })
    const started = codex.request('thread/start', { cwd: '/work' })
    const refused = expect(codex.request('thread/archive', { threadId: 'x' })).rejects.toMatchObject({
      message: 'no such thread',
      code: -32600,
    })
    await flushMicrotasks()
    await server.open()
    expect(await started).toEqual({ thread: { id: 'c9' } })
    await refused
    await codex.reply(7, { result: { ok: true } })
    expect(server.sockets[0]!.sent.at(-1)).toEqual({ id: 7, result: { ok: true } })
  })

  test('closes with its store', async () => {
    const { server, keeper } = await startTurn()
    keeper.dispose()
    expect(server.sockets[0]!.isClosed).toBe(true)
  })
})

describe('a turn', () => {
  test('goes with the id of its message, and the thread is joined first', async () => {
    const { server, ends } = await startTurn({
      turnParams: () => ({ model: 'm1' }),
      resumeParams: () => ({ cwd: '/w' }),
    })
    expect(server.sent.slice(2)).toEqual([
      { method: 'thread/resume', params: { excludeTurns: true, cwd: '/w', threadId: 'c1' } },
      {
        method: 'turn/start',
        params: {
          model: 'm1',
          threadId: 'c1',
          clientUserMessageId: 't1',
          input: [{ type: 'text', text: 'hello', text_elements: [] }],
        },
      },
    ])
    server.tell('turn/completed', { threadId: 'c1', turn: { id: 'r1', status: 'completed' } })
    expect(ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('Codex’ own input goes as it is, and a thread is joined once', async () => {
    const app = await startTurn()
    app.server.tell('turn/completed', { threadId: 'c1', turn: { id: 'r1', status: 'completed' } })
    await app.submit('t2', [{ type: 'image', url: 'x' }])
    expect(app.server.methods().filter((method) => method === 'thread/resume')).toHaveLength(1)
    expect(app.server.sent.at(-1)!.params).toMatchObject({ input: [{ type: 'image', url: 'x' }] })
  })

  test('a prompt waits for the connection, and leaves once it is open', async () => {
    const app = createApp()
    await flushMicrotasks()
    await app.submit('t1')
    expect(app.server.methods()).toEqual([])
    await app.server.open()
    expect(app.server.methods().at(-1)).toBe('turn/start')
    expect(app.turn('t1')).toMatchObject({ sendState: 'accepted', runs: ['r1'] })
  })

  const colour = {
    id: 'colour',
    header: 'Colour',
    question: 'Which?',
    isOther: false,
    isSecret: false,
    options: null,
  }
  test.each([
    ['one question', [colour], { answers: { colour: { answers: ['blue'] } } }],
    ['a secret', [{ ...colour, isSecret: true }], undefined],
    ['two questions', [colour, colour], undefined],
    ['one of which the answer is to be chosen', [{ ...colour, options: [{ label: 'red' }] }], undefined],
  ])('a text that is typed in place of an answer: %s', async (_what, questions, answer) => {
    const { server, store, keeper } = await startTurn()
    const params = { threadId: 'c1', turnId: 'r1', itemId: 'i1', questions, autoResolutionMs: 60_000 }
    server.tell('item/tool/requestUserInput', params, 0)
    await flushMicrotasks()
    const asked = keeper.selectors.selectPendingInput(store.getState(), conversationId)
    expect(asked?.expiresAt).toBe(1_060_000)
    store.dispatch(keeper.submitTurn({ conversationId, input: 'blue', whileAsking: 'answer' }))
    await flushMicrotasks()
    const waits = keeper.selectors.selectQueue(store.getState(), conversationId).length
    expect(waits).toBe(answer ? 0 : 1)
    if (answer) expect(server.sockets.at(-1)!.sent.at(-1)).toMatchObject({ id: 0, result: answer })
  })

  test('stop and steer name the run', async () => {
    const { server, store, keeper } = await startTurn()
    store.dispatch(keeper.steerTurn({ conversationId, input: 'and now?' }))
    await flushMicrotasks()
    store.dispatch(keeper.stopTurn({ conversationId }))
    await flushMicrotasks()
    expect(server.sent.slice(-2)).toMatchObject([
      { method: 'turn/steer', params: { threadId: 'c1', expectedTurnId: 'r1' } },
      { method: 'turn/interrupt', params: { threadId: 'c1', turnId: 'r1' } },
    ])
  })

  test.each([
    ['a turn', [{ id: 'r9', status: 'inProgress' }], { result: {} }, 'stopping'],
    ['no turn', [{ id: 'r8', status: 'completed' }], { result: {} }, undefined],
    ['a turn that has ended since', [{ id: 'r9', status: 'inProgress' }], NO_TURN, undefined],
    [
      'a turn that it cannot stop',
      [{ id: 'r9', status: 'inProgress' }],
      { error: { message: 'x' } },
      'running',
    ],
  ])('a subagent is stopped in its own thread, where %s runs', async (_what, data, answer, phase) => {
    const { server, store, keeper } = await startTurn()
    const thread = { id: 'sub', parentThreadId: 'c1', agentNickname: 'Ada', status: { type: 'active' } }
    server.tell('thread/started', { thread })
    await flushMicrotasks()
    server.handlers['thread/turns/list'] = () => ({ result: { data } })
    server.handlers['turn/interrupt'] = () => answer
    store.dispatch(keeper.stopBackgroundRun({ conversationId, runId: 'sub' }))
    await flushMicrotasks()
    const interrupts = server.sent.filter(({ method }) => method === 'turn/interrupt')
    expect(interrupts.map(({ params }) => params)).toEqual(
      data[0]!.status === 'inProgress' ? [{ threadId: 'sub', turnId: 'r9' }] : [],
    )
    expect(keeper.selectors.selectBackgroundRuns(store.getState(), conversationId)[0]?.phase).toBe(phase)
  })

  test.each([true, false])('a steer is kept until the turn reads it, or ends: read %s', async (isRead) => {
    const { server, store, keeper } = await startTurn()
    store.dispatch(keeper.steerTurn({ conversationId, input: 'and now?', steerId: 's1' }))
    await flushMicrotasks()
    const item = { id: 'i1', type: 'userMessage', clientId: 's1' }
    if (isRead) server.tell('item/started', { threadId: 'c1', turnId: 'r1', item })
    server.tell('turn/completed', { threadId: 'c1', turn: { id: 'r1', status: 'interrupted' } })
    await flushMicrotasks()
    expect(keeper.selectors.selectDrafts(store.getState(), conversationId)).toMatchObject(
      isRead ? [] : [{ turnId: 's1', kind: 'steer', arrived: 'unknown' }],
    )
  })

  test('a stop that comes before the turn can be stopped is asked for again when it has started', async () => {
    const app = await startTurn()
    app.server.tell('turn/completed', { threadId: 'c1', turn: { id: 'r1', status: 'completed' } })
    await app.submit('t2')
    const interrupts = () => app.server.methods().filter((method) => method === 'turn/interrupt').length
    app.server.handlers['turn/interrupt'] = () => ({ error: { message: 'no active turn to interrupt' } })
    app.store.dispatch(app.keeper.stopTurn({ conversationId }))
    await flushMicrotasks()
    expect(interrupts()).toBe(1)
    app.server.handlers['turn/interrupt'] = () => ({ result: {} })
    app.server.tell('turn/started', { threadId: 'c1', turn: { id: 'r1', status: 'inProgress' } })
    await flushMicrotasks()
    expect(interrupts()).toBeGreaterThan(1)
  })

  test('a prompt that shows in the thread before its answer has its run', async () => {
    const app = createApp()
    app.server.handlers['turn/start'] = () => undefined
    await flushMicrotasks()
    await app.server.open()
    await app.submit('t1')
    app.server.tell('item/started', {
      threadId: 'c1',
      turnId: 'r5',
      item: { id: 'i1', type: 'userMessage', clientId: 't1' },
    })
    expect(app.turn('t1')).toMatchObject({ sendState: 'accepted', runs: ['r5'] })
  })

  test('a prompt of another client’s is nobody’s here', async () => {
    const app = await startTurn()
    const before = app.store.getState()
    const item = { id: 'i1', type: 'userMessage', clientId: 'someone' }
    app.server.tell('item/started', { threadId: 'c1', turnId: 'r1', item })
    expect(app.store.getState()).toBe(before)
  })
})

describe('after a drop', () => {
  async function drop(app: App) {
    app.server.sockets.at(-1)!.drop()
    await app.clock.advanceAsync(1_000)
    await app.server.open()
    await app.clock.advanceAsync(0)
  }

  test('the thread is resumed, and an end in the gap is found with its outcome', async () => {
    const app = await startTurn()
    app.server.handlers['thread/turns/list'] = () => ({ result: { data: [{ id: 'r1', status: 'failed' }] } })
    await drop(app)
    expect(app.server.methods().filter((method) => method === 'thread/resume')).toHaveLength(2)
    expect(app.ends()).toEqual(['t1 rescued error witnessed'])
  })

  test('a prompt whose answer was lost is found by its message’s id, also after others', async () => {
    const app = createApp()
    app.server.handlers['turn/start'] = () => undefined
    await flushMicrotasks()
    await app.server.open()
    await app.submit('t1')
    const own = { id: 'r1', status: 'completed', items: [{ id: 'i1', type: 'userMessage', clientId: 't1' }] }
    const other = { id: 'r2', status: 'failed', items: [{ id: 'i2', type: 'userMessage', clientId: 'x' }] }
    app.server.handlers['thread/turns/list'] = () => ({ result: { data: [other, own] } })
    await drop(app)
    await app.clock.advanceAsync(30_000)
    expect(app.ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('a question of the same process keeps its id, and is asked again by the resume', async () => {
    const app = await startTurn()
    const ask = () => app.server.tell('item/tool/requestUserInput', { threadId: 'c1', turnId: 'r1' }, 0)
    ask()
    await drop(app)
    ask()
    expect(app.questions()).toEqual(['0'])
  })

  test('a process that holds none of the threads is a new one: its questions are others', async () => {
    const app = await startTurn()
    app.server.handlers['thread/loaded/list'] = () => ({ result: { data: [] } })
    await drop(app)
    app.server.tell('item/tool/requestUserInput', { threadId: 'c1', turnId: 'r1' }, 0)
    expect(app.questions()).toEqual(['2:0'])
  })

  test('a process that the app names, with its source', async () => {
    let boot = 'b1'
    const app = await startTurn({ source: 'local', boot: () => boot })
    boot = 'b2'
    await drop(app)
    app.server.tell('item/tool/requestUserInput', { threadId: 'c1', turnId: 'r1' }, 0)
    expect(app.questions()).toEqual(['local:b2:0'])
    expect(app.server.methods()).not.toContain('thread/loaded/list')
  })
})

describe('a half-open connection', () => {
  test('a check that nothing answers closes it, and the next one finds the end', async () => {
    const app = await startTurn()
    const [socket] = app.server.sockets
    socket!.onSend = () => undefined
    await app.clock.advanceAsync(21_000)
    expect([socket!.isClosed, app.server.sockets.length]).toEqual([true, 2])
    app.server.handlers['thread/turns/list'] = () => ({
      result: { data: [{ id: 'r1', status: 'completed' }] },
    })
    await app.server.open()
    await app.clock.advanceAsync(5_000)
    expect(app.ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('a check that is slow, on a connection that speaks, does not', async () => {
    const app = await startTurn()
    app.server.handlers['thread/read'] = () => undefined
    for (let second = 0; second < 25; second++) {
      await app.clock.advanceAsync(1_000)
      if (second > 8) app.server.tell('account/updated', {})
    }
    expect(app.server.sockets).toHaveLength(1)
  })
})

describe('a question', () => {
  async function ask(options?: Partial<ConnectCodexOptions>) {
    const app = await startTurn(options)
    app.server.tell('item/commandExecution/requestApproval', { threadId: 'c1', turnId: 'r1' }, 0)
    const answer = async (requestId: string) => {
      app.store.dispatch(
        app.keeper.answerInput({ conversationId, requestId, answer: { decision: 'accept' } }),
      )
      await flushMicrotasks()
    }
    return { ...app, answer }
  }

  test('is answered by the server’s own id, and closes when the server says so', async () => {
    const app = await ask()
    expect(app.questions()).toEqual(['0'])
    await app.answer('0')
    expect(app.server.sockets[0]!.sent.at(-1)).toEqual({ id: 0, result: { decision: 'accept' } })
    expect(app.phase()).toBe('awaiting_input')
    app.server.tell('serverRequest/resolved', { threadId: 'c1', requestId: 0 })
    await flushMicrotasks()
    expect(app.questions()).toEqual([])
  })

  test('an answer that the server does not take leaves it open', async () => {
    const app = await ask()
    const status = { type: 'active', activeFlags: ['waitingOnApproval'] }
    app.server.handlers['thread/read'] = () => ({ result: { thread: { id: 'c1', status } } })
    await app.answer('0')
    await app.clock.advanceAsync(10_000)
    expect(app.questions()).toEqual(['0'])
  })

  test('of a process that is gone is refused', async () => {
    let boot = 'b1'
    const app = await ask({ boot: () => boot })
    boot = 'b2'
    app.server.sockets[0]!.drop()
    await app.clock.advanceAsync(1_000)
    await app.server.open()
    const before = app.server.sockets[1]!.sent.length
    await app.answer('b1:0')
    expect(app.server.sockets[1]!.sent.slice(before).some((message) => 'result' in message)).toBe(false)
  })
})

test('a thread that is deleted ends its turn, once the check has found it gone', async () => {
  const app = await startTurn()
  const gone = { error: { message: 'thread not loaded: c1' } }
  app.server.handlers['thread/read'] = app.server.handlers['thread/turns/list'] = () => gone
  app.server.tell('thread/deleted', { threadId: 'c1' })
  await flushMicrotasks()
  await app.clock.advanceAsync(30_000)
  expect(app.ends()).toEqual(['t1 rescued interrupted inferred'])
})

test('turns that a reload has left are checked over the new connection', async () => {
  const app = createApp()
  app.server.handlers['thread/turns/list'] = () => ({ result: { data: [{ id: 'r1', status: 'completed' }] } })
  await flushMicrotasks()
  await app.server.open()
  app.store.dispatch(stateRestored({ live: [{ conversationId, turnId: 't1', runs: ['r1'], begun: true }] }))
  await app.clock.advanceAsync(10_000)
  expect(app.server.methods()).toContain('thread/resume')
  expect(app.ends()).toEqual(['t1 rescued complete witnessed'])
})

test('over a transport of the app’s own', async () => {
  const sent: { id?: number; method?: string }[] = []
  let hear!: (message: unknown) => void
  const app = createApp({
    openTransport: (on: { message(message: unknown): void }) => {
      hear = on.message
      return { send: (message: object) => void sent.push(message), close: () => undefined }
    },
  })
  expect(app.server.sockets).toHaveLength(0)
  await flushMicrotasks()
  expect(sent).toMatchObject([{ id: 1, method: 'initialize' }])
  hear({ id: 1, result: {} })
  await flushMicrotasks()
  expect(sent[1]).toEqual({ method: 'initialized' })
})
