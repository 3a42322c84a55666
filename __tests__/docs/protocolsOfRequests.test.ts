/** The ports of the protocols with one stream a request, AG-UI and AI SDK, against servers that speak as the real ones do. */
import type { Ports } from 'redux-turnkeeper'
import { flushMicrotasks } from 'redux-turnkeeper/testing'
import { conversationId, createApp, stop, submit, watch } from './app'
import type { Made } from './app'
import { openWorld } from './openWorld'
import { createBody } from './platform'
import type { Body, PlatformRequest } from './platform'

describe('AG-UI', () => {
  async function start(refuseStop = false) {
    const world = openWorld()
    const bodies: { readonly request: PlatformRequest; readonly body: Body }[] = []
    world.server.answer = (request) => {
      if (request.path === '/stop') return new Response('{}', { status: refuseStop ? 409 : 200 })
      const body = createBody()
      bodies.push({ request, body })
      return body.response
    }
    const { ports } = await world.run<{ ports: Ports }>('ag-ui', 'ports.ts')
    const app = createApp(world, ports)
    await submit(app, 't1')
    expect(world.requests).toMatchObject([{ path: '/run', body: { threadId: 'c1', runId: 't1', tools: [] } }])
    return { world, app, bodies, last: () => bodies.at(-1)! }
  }
  const run = { threadId: 'c1', runId: 't1' }
  const begin = async (body: Body) => {
    await body.push({ type: 'RUN_STARTED', ...run })
    await body.push({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'm1', delta: 'Hi' })
  }

  test('the first event says that the run was taken; RUN_FINISHED ends it', async () => {
    const { app, last } = await start()
    expect(app.phase()).toBe('submitted')
    await begin(last().body)
    expect(app.phase()).toBe('streaming')
    await last().body.push({ type: 'RUN_FINISHED', ...run })
    expect(app.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('an empty stream is a refusal: the prompt is sent again', async () => {
    const { world, app, last } = await start()
    await last().body.close()
    expect(app.phase()).toBe('queued')
    await world.clock.advanceAsync(10_000)
    expect(world.requests.filter(({ path }) => path === '/run').length).toBeGreaterThan(1)
  })

  test('a stopped run is cancelled; where the stop is refused it is not', async () => {
    const stopped = await start()
    await begin(stopped.last().body)
    await stop(stopped.app)
    await stopped.last().body.push({ type: 'RUN_FINISHED', ...run })
    expect(stopped.app.ends()).toEqual(['t1 cancelled cancelled witnessed'])

    const refused = await start(true)
    await begin(refused.last().body)
    await stop(refused.app)
    await refused.bodies[0]!.body.push({ type: 'RUN_FINISHED', ...run })
    expect(refused.app.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('a cut stream leads to /connect: what it replays is the answer', async () => {
    const { world, app, bodies, last } = await start()
    await begin(last().body)
    await bodies[0]!.body.cut()
    expect(app.isBusy()).toBe(true)
    await world.clock.advanceAsync(1)
    expect(last().request).toMatchObject({ path: '/connect', body: { threadId: 'c1' } })
    await last().body.push({ type: 'RUN_STARTED', ...run })
    await last().body.push({ type: 'RUN_ERROR', message: 'no memory' })
    await last().body.close()
    expect(app.ends()).toEqual(['t1 rescued error witnessed'])
  })

  test('/connect of a run that goes on never ends: it is running', async () => {
    const { world, app, bodies, last } = await start()
    await begin(last().body)
    await bodies[0]!.body.cut()
    await world.clock.advanceAsync(1)
    await last().body.push({ type: 'RUN_STARTED', ...run })
    await world.clock.advanceAsync(3_000)
    expect(app.selectors.selectIsUnverified(app.store.getState(), conversationId)).toBe(false)
    expect(app.isBusy()).toBe(true)
  })

  test('an interrupt is a question, and its answer is a run of the same turn', async () => {
    const { app, last } = await start()
    await begin(last().body)
    const interrupts = [{ id: 'q1', reason: 'approval' }]
    await last().body.push({ type: 'RUN_FINISHED', ...run, outcome: { type: 'interrupt', interrupts } })
    await last().body.close()
    expect([app.phase(), app.questions()]).toEqual(['awaiting_input', ['q1']])

    const answered = app.store.dispatch(
      app.keeper.answerInput({ conversationId, requestId: 'q1', answer: 'yes' }),
    ) as Promise<unknown>
    await flushMicrotasks()
    const { request, body } = last()
    expect(request.body).toMatchObject({ resume: [{ interruptId: 'q1', payload: 'yes' }] })
    await body.push({ type: 'RUN_STARTED', threadId: 'c1', runId: request.body['runId'] })
    expect(await answered).toEqual({ status: 'accepted' })
    expect([app.phase(), app.questions()]).toEqual(['thinking', []])
    await body.push({ type: 'RUN_FINISHED', threadId: 'c1', runId: request.body['runId'] })
    expect(app.ends()).toEqual(['t1 complete complete witnessed'])
  })
})

describe('AI SDK', () => {
  async function start(options = {}) {
    const world = openWorld()
    const bodies: Body[] = []
    world.server.answer = () => {
      bodies.push(createBody())
      return bodies.at(-1)!.response
    }
    const { ports } = await world.run<{ ports: Ports }>('ai-sdk', 'ports.ts')
    const app = createApp(world, { ...ports, ...options })
    await submit(app, 't1')
    return { world, app, bodies, body: bodies[0]! }
  }

  test('a body that finishes, one that is stopped, one that is cut, one that is stopped before it begins', async () => {
    const finished = await start()
    await finished.body.push({ type: 'start', messageId: 'm1' })
    await finished.body.push({ type: 'finish', finishReason: 'stop' })
    await finished.body.write('data: [DONE]\n\n')
    await finished.body.close()
    expect(finished.app.ends()).toEqual(['t1 complete complete witnessed'])

    const stopped = await start()
    await stopped.body.push({ type: 'start', messageId: 'm1' })
    await stop(stopped.app)
    expect(stopped.app.ends()).toEqual(['t1 cancelled cancelled inferred'])

    const lost = await start()
    await lost.body.push({ type: 'start', messageId: 'm1' })
    await lost.body.cut()
    expect(lost.app.ends()).toEqual(['t1 interrupted interrupted inferred'])

    const early = await start()
    await stop(early.app)
    expect(early.app.ends()).toEqual(['t1 cancelled cancelled inferred'])
  })

  test('a tool of the page is a question, and the turn goes on in the next body', async () => {
    const { world, app, bodies, body } = await start()
    await body.push({ type: 'start', messageId: 'm1' })
    await body.push({ type: 'tool-input-available', toolCallId: 'k1', toolName: 'pick' })
    await body.push({ type: 'finish', finishReason: 'tool-calls' })
    await body.close()
    expect([app.phase(), app.questions()]).toEqual(['awaiting_input', ['k1']])
    app.store.dispatch(app.keeper.answerInput({ conversationId, requestId: 'k1', answer: { id: 'm1' } }))
    await flushMicrotasks()
    expect(world.requests.at(-1)!.body).toMatchObject({ messages: [{ id: 'm1' }] })
    await bodies[1]!.push({ type: 'start', messageId: 'm1' })
    expect([app.phase(), app.questions()]).toEqual(['thinking', []])
    await bodies[1]!.push({ type: 'finish', finishReason: 'stop' })
    expect(app.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('resume by GET is a status check: 204 is idle', async () => {
    const world = openWorld()
    const { fetchStatus } = await world.run<{ fetchStatus: NonNullable<Ports['fetchStatus']> }>(
      'ai-sdk',
      'resume.ts',
    )
    const statuses = new Map([
      ['/api/chat/c1/stream', 204],
      ['/api/chat/c2/stream', 200],
    ])
    world.server.answer = ({ path }) => new Response(null, { status: statuses.get(path) ?? 502 })
    const context = {
      signal: new AbortController().signal,
      dispatch: (() => undefined) as never,
      getState: () => ({}),
    }
    expect(await fetchStatus(['c1', 'c2', 'c3'], context)).toEqual({
      c1: { status: 'idle' },
      c2: { status: 'running' },
      c3: { status: 'unreachable' },
    })
  })

  test('turns that a reload brought back are dropped by the app’s own word', async () => {
    const world = openWorld()
    const { dropRestored } = await world.run<{ dropRestored(): void }>('ai-sdk', 3)
    const app = watch(await world.run<Made>('README', 'store.ts'))
    const live = [{ conversationId, turnId: 't1', input: 'hello' }]
    await app.dispatch({ type: 'turnkeeper/stateRestored', payload: { live } })
    expect(app.isBusy()).toBe(true)
    dropRestored()
    expect(app.ends()).toEqual(['t1 interrupted interrupted witnessed'])
  })
})
