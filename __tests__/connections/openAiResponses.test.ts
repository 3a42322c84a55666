/** `connectOpenAiResponses`: responses in the background, against a server that the test plays. */
import type { ResponseCreateParamsStreaming } from 'openai/resources/responses/responses'
import { stateRestored } from 'redux-turnkeeper'
import { connectOpenAiResponses } from 'redux-turnkeeper/connections/openAiResponses'
import type { ConnectOpenAiResponsesOptions, OpenAiBody } from 'redux-turnkeeper/connections/openAiResponses'
import { createBody, createFakeFetch } from './fakes'
import type { FakeBody } from './fakes'
import { openPage } from './requestWorld'
import type { Page } from './requestWorld'

const URL = 'https://server/v1'

const pages: Page[] = []
afterEach(() => pages.splice(0).forEach((page) => page.close()))

function createServer() {
  const { fetch, requests, server } = createFakeFetch(URL)
  const bodies: FakeBody[] = []
  const state = {
    /** What `GET /responses/:id` says; `null`: it is not there. */
    response: { id: 'r1', status: 'in_progress' } as object | null,
    cancelled: { id: 'r1', status: 'cancelled' } as object | null,
    refuse: undefined as Response | undefined,
  }
  const found = (body: object | null) =>
    body ? Response.json(body) : Response.json({ error: {} }, { status: 404 })
  server.answer = ({ path, signal, method }) => {
    if (path.endsWith('/cancel')) return found(state.cancelled)
    if (method === 'GET' && !path.includes('stream=true')) return found(state.response)
    if (state.refuse) return state.refuse.clone()
    bodies.push(createBody(signal))
    return bodies.at(-1)!.response
  }
  let position = 0
  return {
    fetch,
    requests,
    state,
    to: (part: string) => requests.filter(({ path }) => path.includes(part)),
    last: () => bodies.at(-1)!,
    /** Writes an event of a response into the newest body. */
    tell: (type: string, response: object = {}, rest: object = {}) =>
      bodies
        .at(-1)!
        .tell({ type, sequence_number: position++, response: { id: 'r1', ...response }, ...rest }),
  }
}

type Options = Partial<ConnectOpenAiResponsesOptions>
function open(options: Options = {}, server = createServer(), clock?: Page['clock']) {
  const heard: string[] = []
  const connection = connectOpenAiResponses({
    url: URL,
    model: 'gpt-6',
    fetch: server.fetch,
    onEvent: ({ type }, { turnId, isReplay }) =>
      void heard.push(`${type} ${turnId}${isReplay ? ' again' : ''}`),
    ...options,
  })
  const page = openPage(connection as never, clock)
  pages.push(page)
  return { ...page, server, heard }
}
async function begin(options: Options = {}) {
  const world = open(options)
  await world.submit('t1')
  await world.server.tell('response.created')
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
const call = { type: 'function_call', call_id: 'k1', name: 'pick', arguments: '{}' }
const approval = { type: 'mcp_approval_request', id: 'a1', name: 'delete' }

describe('a turn', () => {
  test('is a response in the background, of the conversation', async () => {
    const { server, submit, phase } = open({ headers: { authorization: 'Bearer k' } })
    await submit('t1')

    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        path: '/responses',
        headers: { authorization: 'Bearer k' },
        body: {
          model: 'gpt-6',
          conversation: 'c1',
          input: 'text of t1',
          stream: true,
          background: true,
          metadata: { turn_id: 't1' },
        },
      },
    ])
    expect(phase()).toBe('submitted')
  })

  test('its first event names it, and its last one ends it: nothing is asked', async () => {
    const { server, ends, heard, phase } = await begin()
    await server.tell('response.output_text.delta')
    expect(phase()).toBe('streaming')
    await server.tell('response.completed', { status: 'completed', output: [] })
    await server.last().end()

    expect(ends()).toEqual(['t1 complete complete witnessed'])
    expect(server.requests).toHaveLength(1)
    expect(heard).toEqual(['response.created t1', 'response.output_text.delta t1', 'response.completed t1'])
  })

  test('an incomplete one was cut off', async () => {
    const { server, ends, errorsOfTurns } = await begin()
    await server.tell('response.incomplete', {
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    })

    expect([ends(), errorsOfTurns()]).toEqual([
      ['t1 interrupted interrupted witnessed'],
      ['max_output_tokens'],
    ])
  })

  test('another one that is written in the conversation: refused as busy, and sent again', async () => {
    const { server, submit, phase, clock } = open()
    server.state.refuse = Response.json({ error: { code: 'conversation_locked' } }, { status: 400 })
    await submit('t1')
    expect(phase()).toBe('queued')
    server.state.refuse = undefined
    await clock.advanceAsync(10_000)

    expect(server.to('/responses').length).toBeGreaterThan(1)
  })

  test('a body of the app’s own', async () => {
    const { server, submit } = open({
      createBody: (_body, { input }) => ({
        previous_response_id: 'r0',
        conversation: undefined,
        input: [input],
      }),
    })
    await submit('t1')

    expect(server.requests[0]!.body).toMatchObject({ previous_response_id: 'r0', input: ['text of t1'] })
    expect(server.requests[0]!.body).not.toHaveProperty('conversation')
  })

  test('the body is one that the official client sends', () => {
    const official: (body: OpenAiBody & { readonly input: string }) => ResponseCreateParamsStreaming = (
      body,
    ) => ({
      ...body,
      metadata: { ...body.metadata },
    })
    expect(official).toBeDefined()
  })
})

describe('a lost body', () => {
  test('is read on after its last event', async () => {
    const { server, clock, ends, heard } = await begin()
    await server.last().cut()
    await clock.advanceAsync(1)
    expect(server.to('/responses/r1?stream=true')).toMatchObject([
      { path: '/responses/r1?stream=true&starting_after=0' },
    ])
    await server.tell('response.completed')

    expect(ends()).toEqual(['t1 complete complete witnessed'])
    expect(heard).toEqual(['response.created t1', 'response.completed t1'])
  })

  test('an error event ends nothing: the response is asked about', async () => {
    const { server, clock, ends } = await begin()
    server.state.response = { id: 'r1', status: 'failed', error: { message: 'no quota' } }
    await server.last().tell({ type: 'error', message: 'stream lost', code: 'server_error' })
    await clock.advanceAsync(250)

    expect(ends()).toEqual(['t1 rescued error witnessed'])
  })

  test('after a reload the response is followed from its beginning', async () => {
    const next = await reload(await begin())
    expect(next.server.to('stream=true')).toMatchObject([{ path: '/responses/r1?stream=true' }])
    await next.server.tell('response.failed', { status: 'failed', error: { message: 'no quota' } })

    expect(next.ends()).toEqual(['t1 error error witnessed'])
    expect(next.heard).toEqual(['response.failed t1 again'])
  })

  test('where it cannot be followed, it is asked about again until it is over', async () => {
    const { server, clock, ends, isBusy } = await begin()
    server.state.refuse = Response.json({ error: {} }, { status: 400 })
    await server.last().cut()
    await clock.advanceAsync(30_000)
    expect(isBusy()).toBe(true)
    expect(server.requests.length).toBeLessThan(20)
    server.state.response = { id: 'r1', status: 'completed' }
    await clock.advanceAsync(30_000)

    expect(ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('one that is not stored cannot be found while it runs: that ends nothing', async () => {
    const { server, clock, isBusy } = await begin({ background: false })
    server.state.response = null
    await clock.advanceAsync(60_000)

    expect(isBusy()).toBe(true)
  })

  test('a prompt whose answer was lost has no id to ask for: its text is offered again', async () => {
    const { server, submit, clock, ends, drafts } = open()
    server.state.refuse = new Response('', { status: 502 })
    await submit('t1')
    await clock.advanceAsync(60_000)

    expect([ends().length, drafts()]).toEqual([1, ['t1']])
  })
})

describe('questions', () => {
  async function ask() {
    const world = await begin()
    world.server.state.response = { id: 'r1', status: 'completed', output: [call, approval] }
    await world.server.tell('response.completed', world.server.state.response)
    await world.server.last().end()
    return world
  }

  test('calls of the page’s and approvals are answered in one response', async () => {
    const { server, answer, phase, questions, ends } = await ask()
    expect([phase(), questions()]).toEqual(['awaiting_input', ['k1 open', 'a1 open']])
    await answer('k1', { colour: 'blue' })
    expect(server.to('/responses')).toHaveLength(1)
    await answer('a1', true)
    expect(server.requests[1]!.body).toMatchObject({
      input: [
        { type: 'function_call_output', call_id: 'k1', output: '{"colour":"blue"}' },
        { type: 'mcp_approval_response', approval_request_id: 'a1', approve: true },
      ],
    })
    await server.tell('response.created', { id: 'r2', previous_response_id: 'r1' })
    expect([phase(), questions()]).toEqual(['thinking', []])
    await server.tell('response.completed', { id: 'r2' })

    expect(ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('they are found again after a reload, and a stop gives them up', async () => {
    const next = await reload(await ask())
    expect([next.phase(), next.questions()]).toEqual(['awaiting_input', ['k1 open', 'a1 open']])
    await next.stop()

    expect(next.ends()).toEqual(['t1 cancelled cancelled witnessed'])
  })
})

describe('a stop', () => {
  test('cancels the response, whose answer says so', async () => {
    const { server, stop, ends } = await begin()
    await stop()

    expect(server.to('/responses/r1/cancel')).toMatchObject([{ method: 'POST' }])
    expect(ends()).toEqual(['t1 cancelled cancelled witnessed'])
  })

  test('closes the request where the response is not in the background', async () => {
    const { server, stop, clock, ends } = await begin({ background: false })
    server.state.cancelled = null
    server.state.response = { id: 'r1', status: 'incomplete', incomplete_details: { reason: 'cancelled' } }
    await stop()
    await clock.advanceAsync(1)

    expect(server.requests[0]!.signal.aborted).toBe(true)
    expect(ends()).toEqual(['t1 rescued interrupted witnessed'])
  })
})

test('options that are wrong or missing are named', () => {
  expect(() => connectOpenAiResponses({ model: 'm' } as never)).toThrow('option "url" is missing')
  expect(() => connectOpenAiResponses({ url: URL } as never)).toThrow('option "model" is missing')
  expect(() => connectOpenAiResponses({ url: URL, model: 'm', background: 1 } as never)).toThrow(
    '"background"',
  )
})
