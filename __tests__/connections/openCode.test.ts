/** OpenCode, ready-made: prompts, the event stream, status checks and questions, against a server that the test plays. */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper, stateRestored } from 'redux-turnkeeper'
import { connectOpenCode } from 'redux-turnkeeper/connections/openCode'
import type { ConnectOpenCodeOptions } from 'redux-turnkeeper/connections/openCode'
import { createManualClock, createManualEnvironment, flushMicrotasks } from 'redux-turnkeeper/testing'
import { createBody, createFakeEventSource, createFakeFetch, silence } from './fakes'
import type { FakeBody } from './fakes'

const baseUrl = 'http://agent'
const conversationId = 'c1'

function createApp(options: Partial<ConnectOpenCodeOptions> = {}) {
  const { fetch, requests, server } = createFakeFetch(baseUrl)
  const clock = createManualClock(1_700_000_000_000)
  const bodies: FakeBody[] = []
  const events: (string | undefined)[] = []
  /** What the server answers at each path, without what follows the `?`. */
  const answers: Record<string, () => Response | Promise<Response>> = {}
  server.answer = ({ path, signal }) => {
    const [name = ''] = path.split('?')
    if (answers[name]) return answers[name]()
    if (name === '/event') {
      bodies.push(createBody(signal))
      return bodies.at(-1)!.response
    }
    return name === '/session/status' ? Response.json({}) : Response.json([])
  }
  const keeper = createTurnkeeper({
    connection: connectOpenCode({
      baseUrl,
      fetch,
      clock,
      random: () => 0.5,
      onEvent: (event) => void events.push(event?.type),
      ...options,
    }),
    clock,
    environment: createManualEnvironment(),
    random: () => 0.5,
    onProblem: () => undefined,
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (getDefault) => getDefault().prepend(keeper.middleware),
  })
  const { selectors } = keeper
  const state = () => store.getState()
  return {
    keeper,
    store,
    clock,
    requests,
    answers,
    events,
    bodies,
    body: () => bodies.at(-1)!,
    asked: (path: string) => requests.filter((request) => request.path.startsWith(path)),
    phase: () => selectors.selectPhase(state(), conversationId),
    questions: () => selectors.selectPendingInputs(state(), conversationId).map(({ requestId }) => requestId),
    ends: () =>
      selectors
        .selectHistory(state())
        .map(({ turnId, reason, outcome, grade }) => `${turnId} ${reason} ${outcome} ${grade}`),
    drafts: () => selectors.selectDrafts(state(), conversationId),
    turn: (turnId: string) => selectors.selectTurn(state(), turnId),
    async submit(input: unknown = 'hello', turnId?: string): Promise<string> {
      const submitted = store.dispatch(
        keeper.submitTurn({ conversationId, input: input as string, ...(turnId && { turnId }) }),
      )
      await flushMicrotasks()
      return submitted.turnId
    },
    async answer(requestId: string, answer: unknown) {
      store.dispatch(keeper.answerInput({ conversationId, requestId, answer }))
      await flushMicrotasks()
    },
  }
}

/** A turn that runs; `message` is one of the agent's that answers it. */
async function startTurn(options?: Partial<ConnectOpenCodeOptions>) {
  const app = createApp(options)
  await flushMicrotasks()
  const turnId = await app.submit()
  const message = { id: 'msg_a', role: 'assistant', sessionID: 'c1', parentID: turnId }
  const closed = { ...message, time: { completed: 1 }, finish: 'stop' }
  await app.body().tell({ type: 'message.updated', properties: { info: { ...message, time: {} } } })
  return { ...app, turnId, message, closed }
}

describe('a prompt', () => {
  test('goes with the turn’s id as the message’s: ids that sort by time, also within one millisecond', async () => {
    const app = createApp({ promptParams: () => ({ agent: 'build' }), headers: { authorization: 'token' } })
    await flushMicrotasks()
    const ids = [await app.submit('one'), await app.submit([{ type: 'file', url: 'x' }])]
    expect(ids[0]).toMatch(/^msg_[0-9a-f]{12}[0-9A-Za-z]{14}$/)
    expect([...ids].sort()).toEqual(ids)
    expect(app.asked('/session/c1/prompt_async')[0]).toMatchObject({
      method: 'POST',
      headers: { authorization: 'token' },
      body: { agent: 'build', messageID: ids[0], parts: [{ type: 'text', text: 'one' }] },
    })
    expect(app.turn(ids[0]!)).toMatchObject({ sendState: 'accepted', runs: [ids[0]] })
  })

  test('whose id is the app’s own gets a message id, by which its run is known', async () => {
    const app = createApp()
    await flushMicrotasks()
    await app.submit('one', 't1')
    const { messageID } = app.asked('/session/c1/prompt_async')[0]!.body as { messageID: string }
    expect(messageID).toMatch(/^msg_/)
    expect(app.turn('t1')).toMatchObject({ runs: [messageID] })
  })

  test.each([
    [404, 'gone'],
    [400, 'error'],
  ])('that is refused with %i has ended', async (status) => {
    const app = createApp()
    app.answers['/session/c1/prompt_async'] = () => Response.json({ data: { message: 'no' } }, { status })
    await flushMicrotasks()
    const turnId = await app.submit()
    expect(app.turn(turnId)).toMatchObject({ sendState: 'refused' })
    expect(app.drafts()).toMatchObject([{ turnId, arrived: 'no' }])
  })

  test('that a gateway answers with 502 may have arrived', async () => {
    const app = createApp()
    app.answers['/session/c1/prompt_async'] = () => new Response('bad gateway', { status: 502 })
    await flushMicrotasks()
    expect(app.turn(await app.submit())).toMatchObject({ sendState: 'unconfirmed' })
  })

  test('that is stopped is aborted in its session', async () => {
    const app = await startTurn({ directory: '/my work' })
    app.store.dispatch(app.keeper.stopTurn({ conversationId }))
    await flushMicrotasks()
    expect(app.requests.at(-1)).toMatchObject({
      method: 'POST',
      path: '/session/c1/abort?directory=%2Fmy%20work',
    })
  })

  test.each([
    [200, 'stopping', null],
    [404, undefined, null],
    [401, 'running', 'The agent could not be reached: it was not stopped.'],
  ])('whose helper is stopped, and the server says %d', async (status, phase, error) => {
    const app = await startTurn()
    app.answers['/session/sub/abort'] = () => Response.json({}, { status })
    const info = { id: 'sub', parentID: 'c1', title: 'Explore' }
    await app.body().tell({ type: 'session.created', properties: { info } })
    app.store.dispatch(app.keeper.stopBackgroundRun({ conversationId, runId: 'sub' }))
    await flushMicrotasks()
    const { selectors } = app.keeper
    expect(app.requests.at(-1)).toMatchObject({ method: 'POST', path: '/session/sub/abort' })
    expect(selectors.selectBackgroundRuns(app.store.getState(), conversationId)[0]?.phase).toBe(phase)
    expect(selectors.selectLastError(app.store.getState(), conversationId)?.message ?? null).toBe(error)
    expect(app.phase()).not.toBe('stopping')
  })
})

describe('the stream', () => {
  test('ends a turn by its message, and hands every event on', async () => {
    const { body, closed, events, ends, turnId, phase } = await startTurn()
    await body().tell({ type: 'session.idle', properties: { sessionID: 'c1' } })
    expect(phase()).not.toBe('idle')
    await body().tell({ type: 'message.updated', properties: { info: closed } })
    expect(ends()).toEqual([`${turnId} complete complete witnessed`])
    expect(events).toEqual(['message.updated', 'session.idle', 'message.updated'])
  })

  test('what is no JSON is handed on as nothing', async () => {
    const { body, events } = await startTurn()
    await body().write('data: no JSON\n\n')
    expect(events.at(-1)).toBeUndefined()
  })

  test('that drops is opened again, and remembers whose message is whose', async () => {
    const app = await startTurn()
    await app.body().cut()
    await app.clock.advanceAsync(1_000)
    expect(app.bodies).toHaveLength(2)
    const part = { type: 'text', messageID: 'msg_a', sessionID: 'c1' }
    await app.body().tell({ type: 'message.part.updated', properties: { part } })
    expect(app.phase()).toBe('streaming')
  })

  test('that is never answered is given up', async () => {
    const app = await startTurn()
    app.answers['/event'] = silence
    await app.body().cut()
    await app.clock.advanceAsync(6_000)
    expect(app.asked('/event').map(({ signal }) => signal.aborted)).toEqual([true, true])
  })

  test('whose server sends heartbeats has dropped when they stay away', async () => {
    const app = await startTurn()
    await app.body().tell({ type: 'server.heartbeat', properties: {} })
    await app.clock.advanceAsync(44_000)
    expect(app.bodies).toHaveLength(1)
    await app.clock.advanceAsync(2_000)
    expect(app.bodies).toHaveLength(2)
  })

  test('whose server sends none may be silent', async () => {
    const app = await startTurn()
    await app.clock.advanceAsync(120_000)
    expect(app.bodies).toHaveLength(1)
  })

  test('is read over an EventSource where one is handed in', async () => {
    const { EventSource, sources } = createFakeEventSource()
    const app = createApp({ EventSource })
    await flushMicrotasks()
    sources[0]!.onopen!({} as never)
    sources[0]!.tell({ type: 'server.connected', properties: {} })
    expect([sources[0]!.url, app.events]).toEqual(['http://agent/event', ['server.connected']])
    expect(app.asked('/event')).toEqual([])
  })

  test('closes with its store', async () => {
    const app = await startTurn()
    app.keeper.dispose()
    expect(app.asked('/event')[0]!.signal.aborted).toBe(true)
  })
})

describe('a status check', () => {
  test('finds an end that the stream has missed', async () => {
    const app = await startTurn()
    app.answers['/session/c1/message'] = () => Response.json([{ info: app.closed }])
    await app.clock.advanceAsync(10_000)
    expect(app.ends()).toEqual([`${app.turnId} rescued complete witnessed`])
  })

  test('tells of our turn where another client’s prompt came after it', async () => {
    const app = await startTurn()
    const other = { ...app.closed, id: 'msg_b', parentID: 'msg_x', error: { name: 'APIError', data: {} } }
    app.answers['/session/c1/message'] = () => Response.json([{ info: app.closed }, { info: other }])
    await app.clock.advanceAsync(10_000)
    expect(app.ends()).toEqual([`${app.turnId} rescued complete witnessed`])
  })

  test('tells that a turn broke off after a step, as when a tool is refused, once the session is still idle', async () => {
    const app = createApp()
    const turnId = await app.submit()
    const info = {
      id: 'a1',
      role: 'assistant',
      parentID: turnId,
      finish: 'tool-calls',
      time: { completed: 5 },
    }
    app.answers[`/session/${conversationId}/message`] = () => Response.json([{ info }])
    let looks = 0
    // It begins its next step between the two: then nothing is over.
    app.answers['/session/status'] = () =>
      Response.json(++looks === 2 ? { [conversationId]: { type: 'busy' } } : {})
    app.store.dispatch(app.keeper.checkStatus([conversationId]))
    await flushMicrotasks()
    expect(looks).toBe(2)
    expect(app.ends()).toEqual([])
    await app.clock.advanceAsync(10_000)
    app.store.dispatch(app.keeper.checkStatus([conversationId]))
    await flushMicrotasks()
    expect(app.ends()).toEqual([expect.stringMatching(`^${turnId} .*interrupted`)])
  })
  test('reads a 404 as a session that is gone, whatever its body', async () => {
    const app = await startTurn()
    app.answers['/session/c1/message'] = () => Response.json({ name: 'NotFoundError' }, { status: 404 })
    await app.body().tell({ type: 'session.deleted', properties: { info: { id: 'c1' } } })
    await app.clock.advanceAsync(30_000)
    expect(app.ends()).toEqual([`${app.turnId} rescued interrupted inferred`])
  })

  test.each([
    ['a body that is no list', () => Response.json({ name: 'BadRequest' }, { status: 400 })],
    ['a gateway', () => new Response('bad gateway', { status: 502 })],
    ['a connection that is reset', () => Promise.reject(new TypeError('reset'))],
  ])('that fails for one session by %s does not fail the others', async (_name, fail) => {
    const app = await startTurn()
    app.store.dispatch(app.keeper.submitTurn({ conversationId: 'c2', turnId: 'msg_2', input: 'hello' }))
    await flushMicrotasks()
    const answer = { ...app.closed, id: 'msg_b', sessionID: 'c2', parentID: 'msg_2' }
    app.answers['/session/c1/message'] = fail
    app.answers['/session/c2/message'] = () => Response.json([{ info: answer }])
    await app.clock.advanceAsync(25_000)
    expect(app.ends()).toEqual(['msg_2 rescued complete witnessed'])
    expect(app.phase()).not.toBe('idle')
  })

  test('leaves turns that a reload has left to the server’s word', async () => {
    const app = createApp()
    await flushMicrotasks()
    const info = { id: 'msg_a', role: 'assistant', parentID: 'msg_1', time: { completed: 1 }, finish: 'stop' }
    app.answers['/session/c1/message'] = () => Response.json([{ info }])
    const live = [{ conversationId, turnId: 'msg_1', runs: ['msg_1'], begun: true }]
    app.store.dispatch(stateRestored({ live }))
    await app.clock.advanceAsync(10_000)
    expect(app.ends()).toEqual(['msg_1 rescued complete witnessed'])
  })
})

describe('questions', () => {
  test('of a helper’s helper show after a reload, and are answered where they were asked', async () => {
    const app = await startTurn()
    app.answers['/session/status'] = () => Response.json({ c1: { type: 'busy' } })
    app.answers['/session/c1/message'] = () => Response.json([{ info: { ...app.message, time: {} } }])
    app.answers['/permission'] = () => Response.json([{ id: 'per_1', sessionID: 'c3' }])
    app.answers['/session/c3'] = () => Response.json({ id: 'c3', parentID: 'c2' })
    app.answers['/session/c2'] = () => Response.json({ id: 'c2', parentID: 'c1' })
    await app.clock.advanceAsync(10_000)
    expect(app.questions()).toEqual(['per_1'])
    await app.answer('per_1', { reply: 'once' })
    expect(app.requests.at(-1)).toMatchObject({ path: '/permission/per_1/reply', body: { reply: 'once' } })
    expect(app.questions()).toEqual([])
  })

  test.each([
    [{ answers: [['blue']] }, '/question/que_1/reply', { answers: [['blue']] }],
    [null, '/question/que_1/reject', {}],
  ])('are answered, or rejected: %j', async (answer, path, body) => {
    const app = await startTurn()
    await app
      .body()
      .tell({ type: 'question.asked', properties: { id: 'que_1', sessionID: 'c1', questions: [] } })
    expect(app.phase()).toBe('awaiting_input')
    await app.answer('que_1', answer)
    expect(app.requests.at(-1)).toMatchObject({ method: 'POST', path, body })
  })

  const text = { question: 'Which colour?', options: [] }
  test.each([
    ['one question', [text], { answers: [['blue']] }],
    ['two', [text, text], undefined],
    ['one that takes only what it offers', [{ ...text, custom: false }], undefined],
  ])('a text that is typed in place of an answer: %s', async (_what, questions, body) => {
    const app = await startTurn()
    await app.body().tell({ type: 'question.asked', properties: { id: 'que_1', sessionID: 'c1', questions } })
    const { keeper, store } = app
    store.dispatch(keeper.submitTurn({ conversationId: 'c1', input: 'blue', whileAsking: 'answer' }))
    await flushMicrotasks()
    const replies = app.requests.filter(({ path }) => path === '/question/que_1/reply')
    expect(replies.map((request) => request.body)).toEqual(body ? [body] : [])
  })

  test('that are gone close', async () => {
    const app = await startTurn()
    app.answers['/permission/per_1/reply'] = () => Response.json({ name: 'NotFoundError' }, { status: 404 })
    await app.body().tell({ type: 'permission.asked', properties: { id: 'per_1', sessionID: 'c1' } })
    await app.answer('per_1', { reply: 'once' })
    expect(app.questions()).toEqual([])
  })
})
