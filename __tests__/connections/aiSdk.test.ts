/** `connectAiSdk`: turns in response bodies, with and without a server that resumes them, against one that the test plays. */
import { stateRestored } from 'redux-turnkeeper'
import { connectAiSdk } from 'redux-turnkeeper/connections/aiSdk'
import type { AiSdkChunk, ConnectAiSdkOptions, EventOrigin } from 'redux-turnkeeper/connections/aiSdk'
import { bodyOf, call, finish, gatedTool, pageTool, text } from '../adapters/aiSdkBodies'
import { conversationId, createServer, openPage } from './requestWorld'
import type { Page, Server } from './requestWorld'

const CHAT = '/api/chat'
const RESUME = '/api/chat/c1/stream'
const STOP = '/stop/c1'

const pages: Page[] = []
afterEach(() => pages.splice(0).forEach((page) => page.close()))

function open(options: ConnectAiSdkOptions = {}, server: Server = createServer(), clock?: Page['clock']) {
  const heard: [string, EventOrigin][] = []
  const connection = connectAiSdk({
    fetch: server.fetch,
    onEvent: (chunk, origin) => void heard.push([chunk.type, origin]),
    ...options,
  })
  const page = openPage(connection as never, clock)
  pages.push(page)
  return { ...page, server, heard, options }
}
type World = ReturnType<typeof open>

const start = { type: 'start', messageId: 'm1' }
const delta = { type: 'text-delta', id: '1', delta: 'Hi' }
const done = { type: 'finish', finishReason: 'stop' }

async function begin(options: ConnectAiSdkOptions = {}, first: object = start): Promise<World> {
  const world = open(options)
  await world.submit('t1')
  await world.server.last(CHAT).tell(first)
  await world.server.last(CHAT).tell(delta)
  return world
}
async function reload(world: World): Promise<World> {
  const kept = world.kept()
  world.close()
  const next = open(world.options, world.server, world.clock)
  await next.dispatch(stateRestored(kept))
  await next.clock.advanceAsync(1)
  return next
}
/** Writes a whole body. */
async function send({ server }: World, chunks: readonly object[]): Promise<void> {
  for (const chunk of chunks) await server.last(CHAT).tell(chunk)
  await server.last(CHAT).write('data: [DONE]\n\n')
  await server.last(CHAT).end()
}

describe('a turn', () => {
  test('is asked for as DefaultChatTransport does', async () => {
    const { server, submit } = open({ body: { model: 'fast' }, headers: { 'x-app': 'a' } })
    await submit('t1')
    expect(server.to(CHAT)).toMatchObject([
      {
        method: 'POST',
        body: {
          id: 'c1',
          messages: [{ id: 't1', role: 'user', parts: [{ type: 'text', text: 'text of t1' }] }],
          trigger: 'submit-message',
          model: 'fast',
        },
        headers: { 'x-app': 'a' },
      },
    ])
  })

  test('a body of the app’s own, and credentials', async () => {
    const inits: (RequestInit | undefined)[] = []
    const world = open({
      credentials: 'include',
      createBody: ({ messages }, { input }) => ({ message: messages[0], said: input }),
    })
    const { fetch } = world.server
    const other = open({
      ...world.options,
      fetch: (url, init) => (inits.push(init), fetch(url, init)),
    })
    await other.submit('t1')
    expect(world.server.to(CHAT)[0]!.body).toMatchObject({ message: { id: 't1' }, said: 'text of t1' })
    expect(inits[0]).toMatchObject({ credentials: 'include' })
  })

  test('real chunks of `ai`, then [DONE]: complete', async () => {
    const world = open()
    await world.submit('t1')
    await send(world, await bodyOf([...text, finish('stop')]))
    expect(world.ends()).toEqual(['t1 complete complete witnessed'])
    expect(world.heard.map(([type]) => type)).toEqual(
      expect.arrayContaining(['start', 'text-delta', 'finish']),
    )
    expect(world.heard[0]![1]).toEqual({ conversationId, turnId: 't1', isReplay: false })
  })

  test.each(['length', 'content-filter', 'other'] as const)(
    'finish "%s" is no plain completion',
    async (reason) => {
      const world = open()
      await world.submit('t1')
      await send(world, await bodyOf([...text, finish(reason)]))
      expect(world.ends()).toEqual(['t1 interrupted interrupted witnessed'])
      expect(world.errorsOfTurns()).toEqual([reason])
    },
  )

  test('an error, and an abort of the server’s', async () => {
    const failed = await begin()
    await failed.server.last(CHAT).tell({ type: 'error', errorText: 'no memory' })
    await failed.server.last(CHAT).tell({ type: 'finish', finishReason: 'error' })
    expect(failed.ends()).toEqual(['t1 error error witnessed'])

    const aborted = await begin()
    await aborted.server.last(CHAT).tell({ type: 'abort' })
    expect(aborted.ends()).toEqual(['t1 cancelled cancelled witnessed'])
  })

  test('refused: busy is tried again, and any other word is shown', async () => {
    const busy = open()
    busy.server.answer(() => new Response('', { status: 409 }))
    await busy.submit('t1')
    expect(busy.phase()).toBe('queued')
    await busy.clock.advanceAsync(2_000)
    expect(busy.server.to(CHAT)).toHaveLength(2)

    const refused = open()
    refused.server.answer(() => Response.json({ error: { message: 'not yours' } }, { status: 403 }))
    await refused.submit('t1')
    expect(refused.errorsOfTurns()).toEqual(['http_403'])
    expect(refused.drafts()).toEqual(['t1'])
  })

  test('429 with a time to wait is busy, for that long; without one it is refused', async () => {
    const limited = open()
    limited.server.answer(() => new Response('', { status: 429, headers: { 'retry-after': '7' } }))
    await limited.submit('t1')
    await limited.clock.advanceAsync(6_900)
    expect(limited.server.to(CHAT)).toHaveLength(1)
    await limited.clock.advanceAsync(200)
    expect(limited.server.to(CHAT)).toHaveLength(2)

    const spent = open()
    spent.server.answer(() => new Response('', { status: 429 }))
    await spent.submit('t1')
    expect(spent.ends()).toEqual(['t1 error error inferred'])
  })
})

describe('without a server that resumes, the request is the turn', () => {
  test('a body that is cut, or ends without a last word, was lost', async () => {
    const cut = await begin()
    await cut.server.last(CHAT).cut()
    expect(cut.ends()).toEqual(['t1 interrupted interrupted inferred'])

    const torn = await begin()
    await torn.server.last(CHAT).write('data: [DONE]\n\n')
    await torn.server.last(CHAT).end()
    expect(torn.ends()).toEqual(['t1 interrupted interrupted inferred'])
  })

  test('a stop closes the request, also before its answer', async () => {
    const world = await begin()
    await world.stop()
    expect(world.server.to(CHAT)[0]!.signal.aborted).toBe(true)
    expect(world.ends()).toEqual(['t1 cancelled cancelled inferred'])

    const early = open()
    early.server.answer(() => new Promise(() => undefined))
    await early.submit('t1')
    await early.stop()
    expect(early.ends()).toEqual(['t1 cancelled cancelled inferred'])
  })

  test('a gateway’s 502 may have let it through: the text is kept as a draft', async () => {
    const world = open()
    world.server.answer(() => new Response('Bad gateway', { status: 502 }))
    await world.submit('t1')
    expect(world.drafts()).toEqual(['t1'])
    const [draft] = world.keeper.selectors.selectDrafts(world.store.getState(), conversationId)
    expect(draft!.arrived).toBe('unknown')
    expect(world.server.to(CHAT)).toHaveLength(1)
  })

  test('turns that a reload brought back are settled, and the queue goes on', async () => {
    const world = await begin()
    await world.submit('t2')
    const next = await reload(world)
    expect(next.ends()).toEqual(['t1 interrupted interrupted inferred'])
    expect(next.server.to(CHAT).at(-1)!.body).toMatchObject({ messages: [{ id: 't2' }] })
  })

  test('what this page has sent is not settled by a late restoration', async () => {
    const world = await begin()
    // A sleep: whether it still runs is not known, and its request is open.
    world.clock.jump(600_000)
    await world.clock.advanceAsync(1)
    expect(world.isUnverified()).toBe(true)
    const live = [{ conversationId: 'c9', turnId: 't9', begun: true, input: 'x' }]
    await world.dispatch(stateRestored({ live }))
    expect(world.ends()).toEqual(['t9 interrupted interrupted inferred'])
    await world.server.last(CHAT).tell(done)
    expect(world.ends()).toContain('t1 complete complete witnessed')
  })
})

describe('a stop at the server', () => {
  const stopUrl = (id: string) => `/stop/${id}`

  test('leaves the body open: its last chunk tells', async () => {
    const world = await begin({ stopUrl })
    world.server.answer(({ path }) => (path === STOP ? Response.json({ stopped: true }) : undefined))
    await world.stop()
    expect(world.server.to(STOP)).toHaveLength(1)
    expect([world.phase(), world.server.to(CHAT)[0]!.signal.aborted]).toEqual(['stopping', false])
    await world.server.last(CHAT).tell({ type: 'abort' })
    expect(world.ends()).toEqual(['t1 cancelled cancelled witnessed'])
  })

  test('in the tick of the prompt is asked for again when the turn starts', async () => {
    const world = open({ stopUrl })
    world.server.answer(({ path }) => (path === STOP ? Response.json({ stopped: false }) : undefined))
    world.store.dispatch(world.keeper.submitTurn({ conversationId, turnId: 't1', input: 'x' }))
    await world.stop()
    await world.server.last(CHAT).tell(start)
    expect(world.server.to(STOP)).toHaveLength(2)
  })
})

describe('questions', () => {
  const answered = {
    id: 'm1',
    role: 'assistant',
    parts: [{ type: 'tool-pick', toolCallId: 'k1', output: 'red' }],
  }

  test('a call of a tool of the page: the turn goes on in the next body', async () => {
    const world = open()
    await world.submit('t1')
    await send(world, await bodyOf([...text, call, finish('tool-calls')], pageTool))
    expect([world.phase(), world.questions(), world.ends()]).toEqual(['awaiting_input', ['k1 open'], []])
    const { result } = await world.answer('k1', answered)
    expect(world.server.to(CHAT)[1]!.body).toMatchObject({ id: 'c1', messages: [answered] })
    expect(result()).toEqual({ status: 'accepted' })
    await send(world, await bodyOf([...text, finish('stop')]))
    expect(world.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('an approval that is answered before the body has ended waits for its end', async () => {
    const world = open()
    await world.submit('t1')
    const body = await bodyOf([...text, call, finish('tool-calls')], gatedTool)
    const at = body.findIndex(({ type }) => type === 'tool-approval-request')
    const { approvalId } = body[at] as { approvalId: string }
    for (const chunk of body.slice(0, at + 1)) await world.server.last(CHAT).tell(chunk)
    expect(world.questions()).toEqual([`${approvalId} open`])
    await world.answer(approvalId, answered)
    expect(world.server.to(CHAT)).toHaveLength(1)
    for (const chunk of body.slice(at + 1)) await world.server.last(CHAT).tell(chunk)
    expect(world.server.to(CHAT)).toHaveLength(1)
    await world.server.last(CHAT).end()
    expect(world.server.to(CHAT)).toHaveLength(2)
    await world.server.last(CHAT).tell(start)
    expect([world.phase(), world.questions()]).toEqual(['thinking', []])
  })

  test('two calls: one request carries both answers', async () => {
    const createBody = jest.fn((body: object, _request: object) => body)
    const world = open({ createBody })
    await world.submit('t1')
    const second = { ...call, toolCallId: 'k2' } as typeof call
    await send(world, await bodyOf([...text, call, second, finish('tool-calls')], pageTool))
    await world.answer('k2', 'blue')
    expect(world.server.to(CHAT)).toHaveLength(1)
    await world.answer('k1', 'red')
    expect(world.server.to(CHAT)).toHaveLength(2)
    expect(createBody.mock.calls[1]![1]).toMatchObject({
      turnId: 't1',
      answers: [
        { requestId: 'k2', kind: 'tool-input-available', prompt: { toolName: 'pick' }, answer: 'blue' },
        { requestId: 'k1', answer: 'red' },
      ],
    })
  })

  test('an answer that is no message, and nobody to make a body of it: refused, and open', async () => {
    const world = open()
    await world.submit('t1')
    await send(world, await bodyOf([...text, call, finish('tool-calls')], pageTool))
    const { result } = await world.answer('k1', 'red')
    expect(result()).toMatchObject({ status: 'refused', error: { code: 'answer_refused' } })
    expect(world.questions()).toEqual(['k1 open'])
    expect(world.server.to(CHAT)).toHaveLength(1)
  })

  test.each([false, true])('outlive a reload and are not settled (resume: %s)', async (resume) => {
    const world = open({ resume })
    await world.submit('t1')
    await send(world, await bodyOf([...text, call, finish('tool-calls')], pageTool))
    const next = await reload(world)
    next.server.answer(({ path }) => (path === RESUME ? new Response(null, { status: 204 }) : undefined))
    await next.clock.advanceAsync(60_000)
    expect([next.questions(), next.ends()]).toEqual([['k1 open'], []])
    await next.answer('k1', answered)
    await send(next, await bodyOf([...text, finish('stop')]))
    expect(next.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('a stop of a turn that waits gives the question up', async () => {
    const world = open()
    await world.submit('t1')
    await send(world, await bodyOf([...text, call, finish('tool-calls')], pageTool))
    await world.stop()
    expect([world.ends(), world.questions()]).toEqual([['t1 cancelled cancelled witnessed'], []])
  })
})

describe('a server that resumes', () => {
  const nothing = () => new Response(null, { status: 204 })
  const resuming = (world: World, answer: () => Response | undefined) =>
    world.server.answer(({ path }) => (path === RESUME ? answer() : undefined))

  test('a lost body is followed in the resumed one', async () => {
    const world = await begin({ resume: true })
    await world.server.last(CHAT).cut()
    await world.clock.advanceAsync(1)
    expect(world.server.to(RESUME)).toMatchObject([{ method: 'GET' }])
    await world.server.last(RESUME).tell(start)
    await world.server.last(RESUME).tell(delta)
    await world.clock.advanceAsync(1_000)
    expect([world.phase(), world.ends()]).toEqual(['streaming', []])
    await world.server.last(RESUME).tell(delta)
    await world.server.last(RESUME).tell(done)
    expect(world.ends()).toEqual(['t1 complete complete witnessed'])
    expect(world.heard.slice(2).map(([type, { isReplay }]) => `${type} ${isReplay}`)).toEqual([
      'start true',
      'text-delta true',
      'text-delta false',
      'finish false',
    ])
  })

  test('204: it is over, and nobody knows how', async () => {
    const world = await begin({ resume: true })
    resuming(world, nothing)
    await world.server.last(CHAT).cut()
    await world.clock.advanceAsync(1)
    expect(world.ends()).toEqual(['t1 rescued unknown inferred'])
  })

  test('204 after a body that the server ended without a last word: it broke off', async () => {
    const world = await begin({ resume: true })
    resuming(world, nothing)
    await world.server.last(CHAT).write('data: [DONE]\n\n')
    await world.server.last(CHAT).end()
    expect(world.isBusy()).toBe(true)
    await world.clock.advanceAsync(1)
    expect(world.ends()).toEqual(['t1 rescued interrupted inferred'])
  })

  test('a body that holds nothing says the same', async () => {
    const world = await begin({ resume: true })
    await world.server.last(CHAT).cut()
    await world.clock.advanceAsync(1)
    await world.server.last(RESUME).write('data: [DONE]\n\n')
    await world.server.last(RESUME).end()
    expect(world.ends()).toEqual(['t1 rescued unknown inferred'])
  })

  test.each([
    ['with ids of messages', start, 't1 rescued complete witnessed'],
    ['without', { type: 'start' }, 't1 rescued complete inferred'],
  ])('its end in the gap is told by the resumed body, %s', async (_name, first, end) => {
    const world = await begin({ resume: true }, first)
    await world.server.last(CHAT).cut()
    await world.clock.advanceAsync(1)
    for (const chunk of [first, delta, done]) await world.server.last(RESUME).tell(chunk)
    await world.server.last(RESUME).end()
    expect(world.ends()).toEqual([end])
  })

  test.each([502, 404])('HTTP %s ends nothing', async (status) => {
    const world = await begin({ resume: true })
    resuming(world, () => new Response('', { status }))
    await world.server.last(CHAT).cut()
    await world.clock.advanceAsync(30_000)
    expect([world.isBusy(), world.ends()]).toEqual([true, []])
    resuming(world, nothing)
    await world.clock.advanceAsync(60_000)
    expect(world.ends()).toEqual(['t1 rescued unknown inferred'])
  })

  test('a reload in mid-turn: followed, and the queue leaves after it', async () => {
    const world = await begin({ resume: true })
    await world.submit('t2')
    const next = await reload(world)
    expect([next.isBusy(), next.isUnverified()]).toEqual([true, true])
    await next.server.last(RESUME).tell(start)
    await next.server.last(RESUME).tell(delta)
    await next.clock.advanceAsync(1_000)
    expect(next.isUnverified()).toBe(false)
    await next.server.last(RESUME).tell(done)
    expect(next.ends()).toEqual(['t1 complete complete witnessed'])
    expect(next.server.to(CHAT)).toHaveLength(2)
  })

  test('a stop closes the request, and the server says whether it heeds that', async () => {
    const world = await begin({ resume: true })
    await world.stop()
    await world.clock.advanceAsync(1)
    await world.server.last(RESUME).tell(start)
    await world.clock.advanceAsync(1_000)
    expect([world.isBusy(), world.ends()]).toEqual([true, []])
    resuming(world, nothing)
    await world.server.last(RESUME).cut()
    await world.clock.advanceAsync(1)
    expect(world.ends()).toEqual(['t1 cancelled cancelled inferred'])
  })

  test('a body that is open and says nothing is checked, and not read twice', async () => {
    const world = await begin({ resume: (id) => `/again/${id}` })
    await world.clock.advanceAsync(10_000)
    await world.server.last('/again/c1').tell(start)
    await world.clock.advanceAsync(1_000)
    expect(world.server.to('/again/c1')[0]!.signal.aborted).toBe(true)
    expect(world.heard).toHaveLength(2)
  })

  test('where no answer came the prompt is looked for, and not sent again', async () => {
    const world = open({ resume: true })
    world.server.answer(({ path }) =>
      path === CHAT ? new Response('', { status: 502 }) : new Response(null, { status: 204 }),
    )
    await world.submit('t1')
    expect(world.isBusy()).toBe(true)
    await world.clock.advanceAsync(12_000)
    expect(world.ends()).toEqual(['t1 undelivered undelivered inferred'])
    expect(world.drafts()).toEqual(['t1'])
    expect(world.server.to(CHAT)).toHaveLength(1)
  })
})

test('chunks are those of the official union', () => {
  const chunk: AiSdkChunk = {} as Awaited<ReturnType<typeof bodyOf>>[number]
  expect(chunk).toEqual({})
})

test('options that are wrong are named', () => {
  expect(() => connectAiSdk({ api: 1 } as never)).toThrow('connectAiSdk: option "api" must be a URL')
  expect(() => connectAiSdk({ resume: '/x' } as never)).toThrow(
    'option "resume" must be true, false or a function',
  )
  expect(() => connectAiSdk({ url: '/x' } as never)).toThrow('there is no option "url"')
})
