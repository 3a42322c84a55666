/** `connectLangGraph`: runs in response bodies that go on without the page, against a server that the test plays. */
import { stateRestored } from 'redux-turnkeeper'
import { connectLangGraph } from 'redux-turnkeeper/connections/langGraph'
import type { ConnectLangGraphOptions } from 'redux-turnkeeper/connections/langGraph'
import { createBody, createFakeFetch } from './fakes'
import type { FakeBody, FakeRequest } from './fakes'
import { openPage } from './requestWorld'
import type { Page } from './requestWorld'

const URL = 'http://server'
const START = '/threads/c1/runs/stream'

const pages: Page[] = []
afterEach(() => pages.splice(0).forEach((page) => page.close()))

/** A server of one thread: its bodies are written by the test, its status is what `thread` and `runs` say. */
function createServer() {
  const { fetch, requests, server } = createFakeFetch(URL)
  const bodies: { readonly request: FakeRequest; readonly body: FakeBody }[] = []
  const state = {
    thread: { status: 'idle' } as object | null,
    runs: [] as object[],
    headers: {} as Record<string, string>,
    refuse: undefined as Response | undefined,
  }
  server.answer = (request) => {
    const { path } = request
    if (path.endsWith('/stream')) {
      if (state.refuse) return state.refuse.clone()
      const body = createBody(request.signal)
      bodies.push({ request, body })
      const headers = { 'content-type': 'text/event-stream', ...state.headers }
      return new Response(body.response.body, { headers })
    }
    if (path.includes('/cancel')) return new Response(null, { status: 202 })
    if (/\/runs\?/.test(path)) return Response.json(state.runs)
    if (/\/runs\/[^/]+$/.test(path))
      return Response.json({ run_id: path.split('/').at(-1), status: 'success' })
    return state.thread ? Response.json(state.thread) : new Response('Thread not found', { status: 404 })
  }
  const run = (status: string, id = 'r1', turnId = 't1') => ({
    run_id: id,
    status,
    created_at: `2026-01-01T00:00:0${id.slice(1)}Z`,
    metadata: { turn_id: turnId },
  })
  return {
    fetch,
    requests,
    state,
    bodies,
    run,
    to: (part: string) => requests.filter(({ path }) => path.includes(part)),
    /** Writes an event into the newest body. */
    tell: (event: string, data: unknown, id = '1') =>
      bodies.at(-1)!.body.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    end: () => bodies.at(-1)!.body.end(),
    cut: () => bodies.at(-1)!.body.cut(),
  }
}

type Options = Partial<ConnectLangGraphOptions>
function open(options: Options = {}, server = createServer(), clock?: Page['clock']) {
  const heard: string[] = []
  const connection = connectLangGraph({
    url: URL,
    assistantId: 'agent',
    fetch: server.fetch,
    onEvent: ({ event }, { turnId, isReplay }) =>
      void heard.push(`${event} ${turnId}${isReplay ? ' again' : ''}`),
    ...options,
  })
  const page = openPage(connection as never, clock)
  pages.push(page)
  return { ...page, server, heard }
}
const metadata = { run_id: 'r1', attempt: 1 }
const interrupt = (...ids: string[]) => ({ __interrupt__: ids.map((id) => ({ id, value: 'ok?' })) })

async function begin(options: Options = {}) {
  const world = open(options)
  world.server.state.headers = { 'content-location': '/threads/c1/runs/r1' }
  await world.submit('t1')
  await world.server.tell('metadata', metadata)
  return world
}
async function reload({ kept, close, server, clock }: ReturnType<typeof open>) {
  const state = kept()
  close()
  const next = open({}, server, clock)
  await next.dispatch(stateRestored(state))
  await next.clock.advanceAsync(1)
  return next
}

describe('a turn', () => {
  test('is a run whose metadata names it', async () => {
    const { server, submit } = open({ headers: { 'x-api-key': 'k' } })
    await submit('t1')

    expect(server.to(START)).toMatchObject([
      {
        method: 'POST',
        headers: { 'x-api-key': 'k' },
        body: {
          assistant_id: 'agent',
          input: { messages: [{ id: 't1', role: 'user', content: 'text of t1' }] },
          metadata: { turn_id: 't1' },
          stream_resumable: true,
          on_disconnect: 'continue',
          multitask_strategy: 'reject',
          if_not_exists: 'create',
        },
      },
    ])
  })

  test('a body of the app’s own', async () => {
    const { server, submit } = open({ createBody: (_body, { input }) => ({ input: { question: input } }) })
    await submit('t1')

    expect(server.to(START)[0]!.body).toMatchObject({
      input: { question: 'text of t1' },
      metadata: { turn_id: 't1' },
    })
  })

  test('where the server sends `end`, that is the end: nothing is asked', async () => {
    const { server, ends, heard } = await begin()
    await server.tell('messages', [{ type: 'ai', content: 'Hi' }, {}])
    await server.tell('end', { run_id: 'r1', status: 'success' })
    await server.end()

    expect(ends()).toEqual(['t1 complete complete witnessed'])
    expect(server.requests).toHaveLength(1)
    expect(heard).toEqual(['metadata t1', 'messages t1', 'end t1'])
  })

  test('where it only closes the stream, the run is asked about by its name', async () => {
    const { server, ends, clock } = await begin()
    server.state.runs = [server.run('success')]
    await server.end()
    await clock.advanceAsync(1)

    expect(ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('a failure keeps its words, whoever tells of it first', async () => {
    const { server, ends, clock, store, keeper } = await begin()
    server.state.runs = [server.run('error')]
    await server.tell('error', { error: 'Error', message: 'no quota' })
    await clock.advanceAsync(250)

    expect(ends()).toEqual(['t1 rescued error witnessed'])
    expect(keeper.selectors.selectHistory(store.getState())[0]!.error).toMatchObject({ message: 'no quota' })
  })

  test('where the page may not see the header, the first event tells the run', async () => {
    const { server, submit, stop, phase } = open()
    await submit('t1')
    expect(phase()).toBe('submitted')
    await server.tell('metadata', metadata)
    await stop()

    expect(server.to('/runs/r1/cancel')).toHaveLength(1)
  })

  test('a run that waits for its turn behind another is refused as busy, and sent again', async () => {
    const { server, submit, phase, clock } = open()
    server.state.refuse = new Response('Thread is already running a task.', { status: 422 })
    await submit('t1')
    expect(phase()).toBe('queued')
    server.state.refuse = undefined
    await clock.advanceAsync(10_000)

    expect(server.to(START).length).toBeGreaterThan(1)
  })

  test('a prompt that is taken before the end of the last run was heard: that one is told first, by its name', async () => {
    const { server, dispatch, keeper, ends } = await begin()
    server.state.headers = { 'content-location': '/threads/c1/runs/r2' }
    await dispatch(keeper.submitTurn({ conversationId: 'c1', turnId: 't2', input: 'another', mode: 'now' }))
    await server.tell('metadata', { run_id: 'r2', attempt: 1 })

    expect(server.to('/runs/r1')).toHaveLength(1)
    expect(ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('what is refused otherwise comes back as a draft; what a gateway answers is checked', async () => {
    const refused = open()
    refused.server.state.refuse = new Response('No such assistant', { status: 422 })
    await refused.submit('t1')
    expect([refused.ends().length, refused.drafts()]).toEqual([1, ['t1']])

    const lost = open()
    lost.server.state.refuse = new Response('', { status: 502 })
    lost.server.state.runs = [lost.server.run('success')]
    await lost.submit('t1')
    expect(lost.isBusy()).toBe(true)
    await lost.clock.advanceAsync(5_000)
    expect(lost.ends()).toEqual(['t1 rescued complete witnessed'])
  })
})

describe('a lost body', () => {
  test('is read on after its last event', async () => {
    const { server, clock, ends, heard, isBusy } = await begin()
    server.state.thread = { status: 'busy' }
    server.state.runs = [server.run('running')]
    await server.cut()
    await clock.advanceAsync(1)
    expect(server.to('/runs/r1/stream')).toMatchObject([{ method: 'GET', headers: { 'last-event-id': '1' } }])
    expect(isBusy()).toBe(true)
    await server.tell('messages', [{ type: 'ai', content: 'Hi' }, {}], '2')
    await server.tell('end', { run_id: 'r1', status: 'success' }, '3')

    expect(ends()).toEqual(['t1 complete complete witnessed'])
    expect(heard).toEqual(['metadata t1', 'messages t1', 'end t1'])
  })

  test('that cannot be read on is left to the next check: no storm of requests', async () => {
    const { server, clock, isBusy } = await begin()
    server.state.thread = { status: 'busy' }
    server.state.runs = [server.run('running')]
    await server.cut()
    server.state.refuse = new Response('', { status: 404 })
    await clock.advanceAsync(5_000)

    expect(isBusy()).toBe(true)
    expect(server.requests.length).toBeLessThan(10)
  })

  test('that breaks off again before its first event is left to the next check', async () => {
    const { server, clock, isBusy } = await begin()
    server.state.thread = { status: 'busy' }
    server.state.runs = [server.run('running')]
    await server.cut()
    await clock.advanceAsync(1)
    const before = server.requests.length
    await server.cut()
    await clock.advanceAsync(1)

    expect(isBusy()).toBe(true)
    expect(server.requests).toHaveLength(before)
  })

  test('after a reload the run is followed from its beginning', async () => {
    const world = await begin()
    world.server.state.thread = { status: 'busy' }
    world.server.state.runs = [world.server.run('running')]
    const next = await reload(world)
    expect(next.server.to('/runs/r1/stream')).toMatchObject([{ headers: { 'last-event-id': '-1' } }])
    await next.server.tell('metadata', metadata)
    await next.server.tell('end', { run_id: 'r1', status: 'error' })

    expect(next.ends()).toEqual(['t1 error error witnessed'])
    expect(next.heard).toEqual(['metadata t1 again', 'end t1 again'])
  })

  test('a run that the list does not have is asked about by its id', async () => {
    const { server, clock, ends } = await begin()
    await server.end()
    await clock.advanceAsync(1)

    expect(server.to('/runs/r1')).not.toEqual([])
    expect(ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('a thread that is gone holds no run', async () => {
    const { server, clock, ends } = await begin()
    server.state.thread = null
    await server.end()
    await clock.advanceAsync(1)

    expect(ends()).toEqual(['t1 rescued unknown inferred'])
  })
})

describe('questions', () => {
  async function ask(...ids: string[]) {
    const world = await begin()
    await world.server.tell('updates', interrupt(...ids))
    world.server.state.thread = {
      status: 'interrupted',
      interrupts: { task: interrupt(...ids).__interrupt__ },
    }
    world.server.state.runs = [world.server.run('success')]
    await world.server.end()
    return world
  }

  test('an interrupt is one, and its answer is a run of the same turn', async () => {
    const { server, answer, phase, questions, ends } = await ask('q1')
    expect([phase(), questions()]).toEqual(['awaiting_input', ['q1 open']])
    server.state.headers = { 'content-location': '/threads/c1/runs/r2' }
    await answer('q1', 'yes')
    await server.tell('metadata', { run_id: 'r2', attempt: 1 })
    expect(server.to(START)[1]!.body).toMatchObject({
      command: { resume: 'yes' },
      metadata: { turn_id: 't1' },
    })
    expect([phase(), questions()]).toEqual(['thinking', []])
    await server.tell('end', { run_id: 'r2', status: 'success' })

    expect(ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('several are answered in one run, by their ids', async () => {
    const { server, answer, questions } = await ask('q1', 'q2')
    await answer('q1', 'yes')
    expect([server.to(START).length, questions()]).toEqual([1, ['q1 answering', 'q2 open']])
    await answer('q2', 'no')

    expect(server.to(START)[1]!.body).toMatchObject({ command: { resume: { q1: 'yes', q2: 'no' } } })
  })

  test('one is found again after a reload, and a stop gives it up', async () => {
    const next = await reload(await ask('q1'))
    expect([next.phase(), next.questions()]).toEqual(['awaiting_input', ['q1 open']])
    await next.stop()

    expect(next.ends()).toEqual(['t1 cancelled cancelled witnessed'])
    expect(next.server.to('/cancel')).toEqual([])
  })
})

test('a stop cancels the run, and the check tells what became of it', async () => {
  const { server, stop, clock, ends } = await begin()
  await stop()
  expect(server.to('/runs/r1/cancel')).toMatchObject([{ method: 'POST' }])
  server.state.runs = [server.run('interrupted')]
  await server.end()
  await clock.advanceAsync(1)

  expect(ends()).toEqual(['t1 rescued cancelled witnessed'])
})

test('options that are wrong or missing are named', () => {
  expect(() => connectLangGraph({ assistantId: 'agent' } as never)).toThrow('option "url" is missing')
  expect(() => connectLangGraph({ url: URL } as never)).toThrow('option "assistantId" is missing')
  expect(() => connectLangGraph({ url: URL, assistantId: 'a', onEvents: 1 } as never)).toThrow('onEvents')
})
