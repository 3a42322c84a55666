/** `connectAgUi` with an agent of a CopilotKit runtime: runs, stops, drops, pauses, against a server that the test plays. */
import { EventType } from '@ag-ui/core'
import { RunAgentInputSchema } from '@ag-ui/core/schemas'
import { stateRestored } from 'redux-turnkeeper'
import { connectAgUi } from 'redux-turnkeeper/connections/agUi'
import type { ConnectAgUiOptions, EventOrigin } from 'redux-turnkeeper/connections/agUi'
import { conversationId, createServer, openPage } from './requestWorld'
import type { Page, Server } from './requestWorld'

const RUN = '/api/agent/default/run'
const CONNECT = '/api/agent/default/connect'
const STOP = '/api/agent/default/stop/c1'

const pages: Page[] = []
afterEach(() => pages.splice(0).forEach((page) => page.close()))

function open(
  options: Partial<ConnectAgUiOptions> = {},
  server: Server = createServer(),
  clock?: Page['clock'],
) {
  const heard: [string, EventOrigin][] = []
  const connection = connectAgUi({
    url: '/api',
    agent: 'default',
    fetch: server.fetch,
    onEvent: (event, origin) => void heard.push([event.type, origin]),
    ...options,
  })
  const page = openPage(connection as never, clock)
  pages.push(page)
  return { ...page, server, heard, connection }
}
type World = ReturnType<typeof open>

const started = (runId = 't1', more = {}) => ({
  type: EventType.RUN_STARTED,
  threadId: conversationId,
  runId,
  ...more,
})
const finished = (runId = 't1', more = {}) => ({
  type: EventType.RUN_FINISHED,
  threadId: conversationId,
  runId,
  ...more,
})
const text = { type: EventType.TEXT_MESSAGE_CONTENT, messageId: 'm1', delta: 'Hi' }
const failed = { type: EventType.RUN_ERROR, message: 'no memory' }

async function begin(): Promise<World> {
  const world = open()
  await world.submit('t1')
  await world.server.last(RUN).tell(started())
  await world.server.last(RUN).tell(text)
  return world
}
/** The page goes, and comes back with what was kept. */
async function reload(world: World): Promise<World> {
  const kept = world.kept()
  world.close()
  const next = open({}, world.server, world.clock)
  await next.dispatch(stateRestored(kept))
  await next.clock.advanceAsync(1)
  return next
}
/** What `/connect` replays. */
async function replay({ server, clock }: World, events: readonly object[], goesOn = false): Promise<void> {
  for (const event of events) await server.last(CONNECT).tell(event)
  if (goesOn) await clock.advanceAsync(1_000)
  else await server.last(CONNECT).end()
}

/** Lets time pass until the thread is asked for once more. */
async function untilAsked({ server, clock }: World): Promise<void> {
  const before = server.to(CONNECT).length
  for (let n = 0; n < 120 && server.to(CONNECT).length === before; n++) await clock.advanceAsync(500)
}

describe('a run', () => {
  test('is asked for with a body that leaves nothing out', async () => {
    const { server, submit } = open()
    await submit('t1')
    const [request] = server.to(RUN)
    expect(RunAgentInputSchema.parse(request!.body)).toMatchObject({
      threadId: 'c1',
      runId: 't1',
      messages: [{ id: 't1', role: 'user', content: 'text of t1' }],
      state: {},
      tools: [],
      context: [],
      forwardedProps: {},
    })
  })

  test('a body of the app’s own: what it leaves out is filled in', async () => {
    const { server, submit } = open({
      createBody: ({ messages }, { input }) => ({
        messages: [{ id: 's', role: 'system', content: 'short' }, ...messages],
        state: { seen: input },
      }),
      headers: async () => ({ authorization: 'Bearer x' }),
    })
    await submit('t1')
    const { body, headers } = server.to(RUN)[0]!
    expect(RunAgentInputSchema.parse(body)).toMatchObject({
      messages: [{ role: 'system' }, { role: 'user' }],
      state: { seen: 'text of t1' },
      context: [],
    })
    expect(headers).toMatchObject({ authorization: 'Bearer x', accept: 'text/event-stream' })
  })

  test('its first event says that it was taken, and its last one that it is over', async () => {
    const { server, phase, isBusy, ends, submit, heard } = open()
    await submit('t1')
    expect(phase()).toBe('submitted')
    await server.last(RUN).tell(started())
    await server.last(RUN).tell(text)
    expect(phase()).toBe('streaming')
    await server.last(RUN).tell(finished())
    expect([isBusy(), ends()]).toEqual([false, ['t1 complete complete witnessed']])
    const origin = { conversationId, turnId: 't1', isReplay: false }
    expect(heard).toEqual([
      ['RUN_STARTED', origin],
      ['TEXT_MESSAGE_CONTENT', origin],
      ['RUN_FINISHED', origin],
    ])
  })

  test('RUN_ERROR names no run: it is that of its body', async () => {
    const world = await begin()
    await world.server.last(RUN).tell(failed)
    expect(world.ends()).toEqual(['t1 error error witnessed'])
  })

  test('what onEvent throws stops nothing', async () => {
    const { server, submit, ends, errors } = open({
      onEvent() {
        throw new Error('of the app')
      },
    })
    await submit('t1')
    await server.last(RUN).tell(finished())
    expect(ends()).toEqual(['t1 complete complete witnessed'])
    expect(errors).toEqual([new Error('of the app')])
  })

  test.each([
    [400, { error: 'no state' }, 'no state'],
    [404, { error: 'Agent not found', message: 'Agent "x" does not exist' }, 'Agent "x" does not exist'],
    [403, 'Forbidden', 'The server answered with HTTP 403.'],
  ])('HTTP %s is a refusal in the server’s own words', async (status, body, message) => {
    const world = open()
    world.server.answer(() => new Response(JSON.stringify(body).replace(/^"|"$/g, ''), { status }))
    await world.submit('t1')
    expect(world.ends()).toEqual(['t1 error error inferred'])
    const [ended] = world.keeper.selectors.selectHistory(world.store.getState())
    expect(ended?.error).toEqual({ message, code: `http_${status}` })
    expect(world.drafts()).toEqual(['t1'])
  })

  test.each([
    ['a 502', () => new Response('Bad gateway', { status: 502 })],
    ['a page of the gateway’s', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['no answer', () => Promise.reject(new TypeError('fetch failed'))],
  ])('%s says nothing of the prompt: it is looked for, and not sent again', async (_name, answer) => {
    const world = open()
    world.server.answer(({ path }) => (path === RUN ? answer() : undefined))
    await world.submit('t1')
    expect(world.isBusy()).toBe(true)
    await world.clock.advanceAsync(5_000)
    await replay(world, [started(), text], true)
    expect([world.phase(), world.ends()]).toEqual(['thinking', []])
    await world.server.last(CONNECT).tell(finished())
    expect(world.ends()).toEqual(['t1 complete complete witnessed'])
    expect(world.server.to(RUN)).toHaveLength(1)
  })
})

describe('an empty 200', () => {
  test('is the refusal of a second run: the prompt is sent again', async () => {
    const world = open()
    await world.submit('t1')
    await world.server.last(RUN).end()
    await replay(world, [started('other'), text], true)
    expect(world.phase()).toBe('queued')
    await untilAsked(world)
    await replay(world, [started('other'), text, finished('other')])
    await world.clock.advanceAsync(8_000)
    expect(world.server.to(RUN).length).toBeGreaterThan(1)
  })

  test('is none where the thread shows this very run', async () => {
    const world = open()
    await world.submit('t1')
    await world.server.last(RUN).end()
    await replay(world, [started(), text], true)
    await world.clock.advanceAsync(5_000)
    expect([world.phase(), world.server.to(RUN).length]).toEqual(['thinking', 1])
    await world.server.last(CONNECT).tell(finished())
    expect(world.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('nor where the run is over already', async () => {
    const world = open()
    await world.submit('t1')
    await world.server.last(RUN).end()
    await replay(world, [started(), text, finished()])
    await world.clock.advanceAsync(1)
    await replay(world, [started(), text, finished()])
    expect(world.ends()).toEqual(['t1 rescued complete witnessed'])
    expect(world.server.to(RUN)).toHaveLength(1)
  })

  test('says nothing where the thread cannot be asked', async () => {
    const world = open()
    await world.submit('t1')
    world.server.answer(() => new Response('', { status: 502 }))
    await world.server.last(RUN).end()
    expect([world.isBusy(), world.ends()]).toEqual([true, []])
    expect(world.server.to(RUN)).toHaveLength(1)
  })
})

describe('a stop', () => {
  test('is marked before it leaves: RUN_FINISHED may come before its answer', async () => {
    const world = await begin()
    world.server.answer(({ path }) => (path === STOP ? new Promise(() => undefined) : undefined))
    await world.stop()
    expect(world.server.to(STOP)).toMatchObject([{ method: 'POST' }])
    await world.server.last(RUN).tell(finished())
    expect(world.ends()).toEqual(['t1 cancelled cancelled witnessed'])
  })

  test.each([
    ['says that nothing was stopped', () => Response.json({ stopped: false })],
    ['is a 409', () => new Response('', { status: 409 })],
  ])('whose answer %s leaves the run as it was', async (_name, answer) => {
    const world = await begin()
    world.server.answer(({ path }) => (path === STOP ? answer() : undefined))
    await world.stop()
    await world.server.last(RUN).tell(finished())
    expect(world.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('in the tick of the prompt is asked again when the run starts', async () => {
    const world = open()
    let stopped = false
    world.server.answer(({ path }) => (path === STOP ? Response.json({ stopped }) : undefined))
    world.store.dispatch(world.keeper.submitTurn({ conversationId, turnId: 't1', input: 'x' }))
    await world.stop()
    stopped = true
    await world.server.last(RUN).tell(started())
    expect(world.server.to(STOP)).toHaveLength(2)
    await world.server.last(RUN).tell(finished())
    expect(world.ends()).toEqual(['t1 cancelled cancelled witnessed'])
  })

  test('of the app’s own, past the keeper, is marked as well', async () => {
    const world = await begin()
    world.server.answer(({ path }) => (path === STOP ? Response.json({ stopped: true }) : undefined))
    const context = {
      signal: new AbortController().signal,
      dispatch: world.store.dispatch,
      getState: world.store.getState,
    }
    await world.connection.ports.stopTurn!({ conversationId, turnId: 't1', runIds: ['t1'] }, context)
    await world.server.last(RUN).tell(finished())
    expect(world.ends()).toEqual(['t1 cancelled cancelled witnessed'])
  })

  test('survives a reload', async () => {
    const world = await begin()
    world.server.answer(({ path }) => (path === STOP ? new Promise(() => undefined) : undefined))
    await world.stop()
    const next = await reload(world)
    await replay(next, [started(), text, finished()])
    expect(next.ends()).toEqual(['t1 rescued cancelled witnessed'])
  })

  test('of a turn that waits for a person gives the question up', async () => {
    const world = await begin()
    const interrupts = [{ id: 'q1', reason: 'approval' }]
    await world.server.last(RUN).tell(finished('t1', { outcome: { type: 'interrupt', interrupts } }))
    await world.stop()
    expect([world.ends(), world.questions()]).toEqual([['t1 cancelled cancelled witnessed'], []])
    expect(world.server.to(STOP)).toHaveLength(0)
  })
})

describe('a body that is lost', () => {
  const drop = async (): Promise<World> => {
    const world = await begin()
    await world.server.last(RUN).cut()
    expect([world.isBusy(), world.ends()]).toEqual([true, []])
    await world.clock.advanceAsync(1)
    expect(RunAgentInputSchema.parse(world.server.to(CONNECT)[0]!.body)).toMatchObject({ threadId: 'c1' })
    return world
  }

  test('is followed where the thread is replayed: quiet for a second is running', async () => {
    const world = await drop()
    await replay(world, [started(), text], true)
    expect([world.phase(), world.isUnverified()]).toEqual(['streaming', false])
    await world.server.last(CONNECT).tell(text)
    await world.server.last(CONNECT).tell(finished())
    expect(world.ends()).toEqual(['t1 complete complete witnessed'])
    expect(world.heard.slice(2)).toEqual([
      ['RUN_STARTED', { conversationId, turnId: 't1', isReplay: true }],
      ['TEXT_MESSAGE_CONTENT', { conversationId, turnId: null, isReplay: true }],
      ['TEXT_MESSAGE_CONTENT', { conversationId, turnId: 't1', isReplay: false }],
      ['RUN_FINISHED', { conversationId, turnId: 't1', isReplay: false }],
    ])
  })

  test('one that never falls quiet is running too', async () => {
    const world = await drop()
    await world.server.last(CONNECT).tell(started())
    for (let n = 0; n < 5; n++) {
      await world.server.last(CONNECT).tell(text)
      await world.clock.advanceAsync(900)
    }
    expect(world.server.to(CONNECT)).toHaveLength(1)
    await world.server.last(CONNECT).tell(finished())
    expect(world.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('a replay that comes slowly is read to its end', async () => {
    const world = await drop()
    for (const event of [started(), text, finished()]) {
      await world.server.last(CONNECT).tell(event)
      await world.clock.advanceAsync(900)
    }
    expect(world.ends()).toEqual([])
    await world.server.last(CONNECT).end()
    expect(world.ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('its end in the gap is told by the replay', async () => {
    const world = await drop()
    await replay(world, [started(), text, failed])
    expect(world.ends()).toEqual(['t1 rescued error witnessed'])
  })

  test('a server that lost the thread: over, and nobody knows how', async () => {
    const world = await drop()
    await replay(world, [])
    expect(world.ends()).toEqual(['t1 rescued unknown inferred'])
  })

  test.each([
    ['a 502', (world: World) => world.server.answer(() => new Response('', { status: 502 }))],
    ['a 404', (world: World) => world.server.answer(() => new Response('{}', { status: 404 }))],
    [
      'a page',
      (world: World) =>
        world.server.answer(() => new Response('<html>', { headers: { 'content-type': 'text/html' } })),
    ],
    ['silence', (world: World) => world.server.answer(() => new Promise(() => undefined))],
  ])('%s in place of the thread ends nothing', async (_name, break_) => {
    const world = await begin()
    break_(world)
    await world.server.last(RUN).cut()
    await world.clock.advanceAsync(20_000)
    expect([world.isBusy(), world.ends()]).toEqual([true, []])
    world.server.answer(() => undefined)
    await untilAsked(world)
    await replay(world, [started(), text, finished()])
    expect(world.ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('a replay that is cut in mid-run ends nothing', async () => {
    const world = await drop()
    await world.server.last(CONNECT).tell(started())
    await world.server.last(CONNECT).tell(finished())
    await world.server.last(CONNECT).cut()
    expect([world.isBusy(), world.ends()]).toEqual([true, []])
  })

  test('one that is followed and lost in its turn is asked about again', async () => {
    const world = await drop()
    await replay(world, [started(), text], true)
    await world.server.last(CONNECT).cut()
    await world.clock.advanceAsync(1)
    expect(world.server.to(CONNECT)).toHaveLength(2)
    await replay(world, [started(), text, finished()])
    expect(world.ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('a body that is open and says nothing is checked, and not read twice', async () => {
    const world = await begin()
    await world.clock.advanceAsync(10_000)
    await replay(world, [started(), text], true)
    expect(world.server.to(CONNECT)[0]!.signal.aborted).toBe(true)
    expect(world.heard).toHaveLength(2)
    await world.server.last(RUN).tell(finished())
    expect(world.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('one thread’s answer does not wait for another’s', async () => {
    const world = await begin()
    await world.submit('t2', 'c2')
    await world.server.last(RUN).tell({ type: 'RUN_STARTED', threadId: 'c2', runId: 't2' })
    world.server.answer(({ path, body }) =>
      path === CONNECT && (body as { threadId: string }).threadId === 'c2'
        ? new Promise(() => undefined)
        : undefined,
    )
    await world.dispatch(world.keeper.checkStatus(['c1', 'c2']))
    await replay(world, [started(), text, finished()])
    expect(world.ends()).toEqual(['t1 rescued complete witnessed'])
    expect(world.isBusy('c2')).toBe(true)
  })
})

describe('a reload', () => {
  test('in mid-turn: the run is followed, and the queue leaves after it', async () => {
    const world = await begin()
    await world.submit('t2')
    const next = await reload(world)
    expect([next.isBusy(), next.isUnverified()]).toEqual([true, true])
    await replay(next, [started('t0'), finished('t0'), started(), text], true)
    expect([next.phase(), next.isUnverified()]).toEqual(['thinking', false])
    await next.server.last(CONNECT).tell(finished())
    expect(next.ends()).toEqual(['t1 complete complete witnessed'])
    expect(next.server.to(RUN).at(-1)!.body).toMatchObject({ runId: 't2' })
    expect(next.server.to(RUN)).toHaveLength(2)
  })

  test('before the server had answered: the run is named after its turn', async () => {
    const world = open()
    await world.submit('t1')
    const next = await reload(world)
    await replay(next, [started(), text], true)
    await next.server.last(CONNECT).tell(finished())
    expect(next.ends()).toEqual(['t1 complete complete witnessed'])
  })
})

describe('a pause is not an end', () => {
  const interrupts = [
    { id: 'q1', reason: 'approval' },
    { id: 'q2', reason: 'approval' },
  ]
  const paused = finished('t1', { outcome: { type: 'interrupt', interrupts } })

  test('several interrupts: one run carries all answers', async () => {
    const world = await begin()
    await world.server.last(RUN).tell(paused)
    await world.server.last(RUN).end()
    expect([world.phase(), world.questions()]).toEqual(['awaiting_input', ['q1 open', 'q2 open']])
    const first = await world.answer('q1', 'yes')
    expect([first.result(), world.questions()]).toEqual(['pending', ['q1 answering', 'q2 open']])
    const second = await world.answer('q2', { ok: false })
    expect(world.server.to(RUN)).toHaveLength(2)
    expect(RunAgentInputSchema.parse(world.server.to(RUN)[1]!.body)).toMatchObject({
      threadId: 'c1',
      runId: 't1.2',
      messages: [],
      resume: [
        { interruptId: 'q1', status: 'resolved', payload: 'yes' },
        { interruptId: 'q2', status: 'resolved', payload: { ok: false } },
      ],
    })
    await world.server.last(RUN).tell(started('t1.2'))
    expect([first.result(), second.result()]).toEqual(
      [{ status: 'accepted' }, { status: 'accepted' }].map((r) => ({ ...r, runId: 't1.2' })),
    )
    expect([world.phase(), world.questions()]).toEqual(['thinking', []])
    await world.server.last(RUN).tell(finished('t1.2'))
    expect(world.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('CUSTOM on_interrupt with a plain RUN_FINISHED: each can be answered', async () => {
    const world = await begin()
    await world.server.last(RUN).tell({ type: EventType.CUSTOM, name: 'on_interrupt', value: '"which?"' })
    await world.server.last(RUN).tell(finished())
    await world.server.last(RUN).end()
    expect([world.phase(), world.questions()]).toEqual(['awaiting_input', ['t1#1 open']])
    await world.clock.advanceAsync(10_000)
    await replay(world, [
      started(),
      { type: EventType.CUSTOM, name: 'on_interrupt', value: '"which?"' },
      finished(),
    ])
    expect(world.questions()).toEqual(['t1#1 open'])
    await world.answer('t1#1', 'the first')
    expect(RunAgentInputSchema.parse(world.server.to(RUN)[1]!.body)).toMatchObject({
      runId: 't1.2',
      forwardedProps: { command: { resume: 'the first', interruptEvent: '"which?"' } },
    })
  })

  test('a tool of the page: its result goes in as a message', async () => {
    const world = await begin()
    await world.server
      .last(RUN)
      .tell({ type: EventType.TOOL_CALL_START, toolCallId: 'k1', toolCallName: 'pick' })
    await world.server.last(RUN).tell({ type: EventType.TOOL_CALL_END, toolCallId: 'k1' })
    await world.server.last(RUN).tell(finished())
    expect([world.phase(), world.questions()]).toEqual(['awaiting_input', ['k1 open']])
    await world.answer('k1', { colour: 'red' })
    expect(world.server.to(RUN)).toHaveLength(1)
    // The body stays open after its last word: it is not waited for without end.
    await world.clock.advanceAsync(1_000)
    expect(RunAgentInputSchema.parse(world.server.to(RUN)[1]!.body)).toMatchObject({
      messages: [{ role: 'tool', toolCallId: 'k1', content: '{"colour":"red"}' }],
    })
    await world.server.last(RUN).tell(started('t1.2'))
    await world.server.last(RUN).tell(finished('t1.2'))
    expect(world.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('over a reload the questions are there, and answered', async () => {
    const world = await begin()
    await world.server.last(RUN).tell(paused)
    await world.server.last(RUN).end()
    await world.answer('q1', 'yes')
    const next = await reload(world)
    await replay(next, [started(), text, paused])
    expect([next.phase(), next.questions()]).toEqual(['awaiting_input', ['q1 open', 'q2 open']])
    await next.answer('q2', 'no')
    await next.answer('q1', 'yes')
    expect(next.server.to(RUN)[1]!.body).toMatchObject({
      runId: 't1.2',
      resume: [{ interruptId: 'q2' }, { interruptId: 'q1' }],
    })
    const later = await reload(next)
    await replay(
      later,
      [
        started(),
        text,
        paused,
        started('t1.2', { input: { resume: [{ interruptId: 'q1' }, { interruptId: 'q2' }] } }),
        text,
      ],
      true,
    )
    expect([later.phase(), later.questions(), later.ends()]).toEqual(['thinking', [], []])
    await later.server.last(CONNECT).tell(finished('t1.2'))
    expect(later.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('answers that are refused leave the questions open', async () => {
    const world = await begin()
    await world.server.last(RUN).tell(paused)
    await world.server.last(RUN).end()
    world.server.answer(({ path }) =>
      path === RUN ? Response.json({ message: 'expired' }, { status: 400 }) : undefined,
    )
    await world.answer('q1', 'yes')
    const { result } = await world.answer('q2', 'yes')
    expect(result()).toMatchObject({ status: 'refused', reason: 'error', error: { message: 'expired' } })
    expect(world.questions()).toEqual(['q1 open', 'q2 open'])
  })

  test('an answer to what was given up meanwhile is refused', async () => {
    const world = await begin()
    await world.server.last(RUN).tell(paused)
    await world.server.last(RUN).end()
    const held = await world.answer('q1', 'yes')
    await world.dispatch(world.keeper.cancelInput({ conversationId, requestId: 'q2' }))
    expect(world.ends()).toEqual(['t1 cancelled cancelled witnessed'])
    expect(held.result()).toEqual({ status: 'refused', reason: 'gone' })
    expect(world.server.to(RUN)).toHaveLength(1)
  })
})

describe('an agent at a URL of its own, as HttpAgent takes it', () => {
  const AGENT = 'http://agent.test/run'
  const openAgent = () => open({ url: AGENT, agent: undefined })

  test('a run; a stop closes the request', async () => {
    const world = openAgent()
    await world.submit('t1')
    await world.server.last(AGENT).tell(started())
    await world.server.last(AGENT).tell(finished())
    await world.submit('t2')
    await world.server.last(AGENT).tell(started('t2'))
    await world.stop()
    expect(world.server.to(AGENT)[1]!.signal.aborted).toBe(true)
    expect(world.ends()).toEqual(['t1 complete complete witnessed', 't2 cancelled cancelled inferred'])
  })

  test('a stop before the answer; a body that is cut; a turn that a reload brought back', async () => {
    const early = openAgent()
    await early.submit('t1')
    await early.stop()
    expect(early.ends()).toEqual(['t1 cancelled cancelled inferred'])

    const lost = openAgent()
    await lost.submit('t1')
    await lost.server.last(AGENT).tell(started())
    await lost.submit('t2')
    await lost.server.last(AGENT).cut()
    expect(lost.ends()).toEqual(['t1 interrupted interrupted inferred'])
    await lost.server.last(AGENT).tell(started('t2'))
    const kept = lost.kept()
    lost.close()

    const next = open({ url: AGENT, agent: undefined }, lost.server, lost.clock)
    await next.dispatch(stateRestored(kept))
    expect(next.ends()).toEqual(['t2 interrupted interrupted inferred'])
  })

  test('a question outlives the reload, and is answered', async () => {
    const world = openAgent()
    await world.submit('t1')
    await world.server.last(AGENT).tell(started())
    const interrupts = [{ id: 'q1', reason: 'approval' }]
    await world.server.last(AGENT).tell(finished('t1', { outcome: { type: 'interrupt', interrupts } }))
    const kept = world.kept()
    world.close()
    const next = open({ url: AGENT, agent: undefined }, world.server, world.clock)
    await next.dispatch(stateRestored(kept))
    expect([next.ends(), next.questions()]).toEqual([[], ['q1 open']])
    await next.answer('q1', 'yes')
    expect(next.server.to(AGENT).at(-1)!.body).toMatchObject({
      runId: 't1.2',
      resume: [{ interruptId: 'q1' }],
    })
  })
})

test('after dispose nothing is told, and no request is open', async () => {
  const world = await begin()
  world.close()
  expect(world.server.to(RUN)[0]!.signal.aborted).toBe(true)
  await world.clock.advanceAsync(1)
  expect(world.isBusy()).toBe(true)
})

test('a steer is refused: its text is a draft', async () => {
  const world = await begin()
  await world.dispatch(world.keeper.steerTurn({ conversationId, input: 'faster', steerId: 's1' }))
  expect(world.drafts()).toEqual(['s1'])
  expect(world.server.to(RUN)).toHaveLength(1)
})

test('options that are wrong are named', () => {
  expect(() => connectAgUi({} as never)).toThrow('connectAgUi: option "url" is missing')
  expect(() => connectAgUi({ url: 'x', agent: 1 } as never)).toThrow(
    'option "agent" must be the name of an agent',
  )
  expect(() => connectAgUi({ url: 'x', quiet: 1 } as never)).toThrow('there is no option "quiet"')
})
