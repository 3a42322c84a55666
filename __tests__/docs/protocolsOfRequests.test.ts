/** The pages of the protocols with one stream a request, AG-UI and AI SDK, against servers that speak as the real ones do. */
import { flushMicrotasks } from 'redux-turnkeeper/testing'
import { conversationId, stop, submit, watch } from './app'
import type { Made } from './app'
import { openWorld } from './openWorld'
import { createBody } from './platform'
import type { Body, PlatformRequest } from './platform'

const { fetch } = globalThis
afterEach(() => void (globalThis.fetch = fetch))

/** A page's own store, or its keeper in one, on a server whose bodies the test writes. */
async function start(page: string, which: string | number) {
  const world = openWorld()
  // The connections take the platform's own.
  globalThis.fetch = world.globals.fetch as never
  const bodies: { readonly request: PlatformRequest; readonly body: Body }[] = []
  world.server.answer = (request) => {
    if (request.path.includes('/stop/')) return Response.json({ stopped: true })
    const body = createBody()
    bodies.push({ request, body })
    return body.response
  }
  const made = await world.run<Made & { connection?: never }>(page, which)
  const { configureStore } = await import('@reduxjs/toolkit')
  const { keeper } = made
  const store =
    made.store ??
    configureStore({
      reducer: { [keeper.reducerPath]: keeper.reducer },
      middleware: (getDefault) => getDefault({ serializableCheck: false }).prepend(keeper.middleware),
    })
  const app = watch({ keeper, store: store as Made['store'] })
  await submit(app, 't1')
  return { world, app, bodies, last: () => bodies.at(-1)! }
}

describe('AG-UI', () => {
  const run = { threadId: 'c1', runId: 't1' }

  test('the line of the page: a run, a stop, a lost body', async () => {
    const { world, app, bodies, last } = await start('ag-ui', 'store.ts')
    expect(world.requests).toMatchObject([
      { path: '/api/copilotkit/agent/default/run', body: { threadId: 'c1', runId: 't1', tools: [] } },
    ])
    await last().body.push({ type: 'RUN_STARTED', ...run })
    await bodies[0]!.body.cut()
    expect(app.isBusy()).toBe(true)
    await world.clock.advanceAsync(1)
    expect(last().request.path).toBe('/api/copilotkit/agent/default/connect')
    await last().body.push({ type: 'RUN_STARTED', ...run })
    await world.clock.advanceAsync(1_000)
    await stop(app)
    await last().body.push({ type: 'RUN_FINISHED', ...run })
    expect(app.ends()).toEqual(['t1 cancelled cancelled witnessed'])
  })

  test('a body and a transcript of the app’s own', async () => {
    const { world, app, last } = await start('ag-ui', 2)
    await last().body.push({ type: 'RUN_STARTED', ...run })
    for (const delta of ['Hel', 'lo'])
      await last().body.push({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'm1', delta })
    await last().body.push({ type: 'RUN_FINISHED', ...run })
    await submit(app, 't2')
    expect(world.requests.at(-1)!.body).toMatchObject({
      messages: [
        { id: 'm1', role: 'assistant', content: 'Hello' },
        { id: 't2', role: 'user', content: 'hello' },
      ],
      tools: [{ name: 'pick' }],
      context: [],
    })
  })
})

describe('AI SDK', () => {
  test('the line of the page: a turn, a lost body that is resumed', async () => {
    const { world, app, bodies, last } = await start('ai-sdk', 'store.ts')
    expect(world.requests).toMatchObject([
      { path: '/api/chat', body: { id: 'c1', messages: [{ id: 't1' }] } },
    ])
    await last().body.push({ type: 'start', messageId: 'm1' })
    await bodies[0]!.body.cut()
    await world.clock.advanceAsync(1)
    expect(last().request).toMatchObject({ method: 'GET', path: '/api/chat/c1/stream' })
    await last().body.push({ type: 'start', messageId: 'm1' })
    await last().body.push({ type: 'finish', finishReason: 'stop' })
    await last().body.close()
    expect(app.ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('a body of the app’s own carries the answers', async () => {
    const { world, app, bodies, last } = await start('ai-sdk', 2)
    await last().body.push({ type: 'start', messageId: 'm1' })
    await last().body.push({ type: 'tool-input-available', toolCallId: 'k1', toolName: 'pick' })
    await last().body.push({ type: 'finish', finishReason: 'tool-calls' })
    await last().body.close()
    expect([app.phase(), app.questions()]).toEqual(['awaiting_input', ['k1']])
    app.store.dispatch(app.keeper.answerInput({ conversationId, requestId: 'k1', answer: 'red' }))
    await flushMicrotasks()
    expect(bodies).toHaveLength(2)
    expect(world.requests.at(-1)!.body).toMatchObject({ id: 'c1', messages: [] })
    await last().body.push({ type: 'start', messageId: 'm1' })
    await last().body.push({ type: 'finish', finishReason: 'stop' })
    expect(app.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('the output goes into its part of the message', async () => {
    const world = openWorld()
    const { withOutput } = await world.run<{ withOutput(...args: unknown[]): unknown }>(
      'ai-sdk',
      'messages.ts',
    )
    const parts = [{ type: 'text' }, { type: 'tool-pick', toolCallId: 'k1' }]
    expect(withOutput([{ id: 'm1', role: 'assistant', parts }], 'k1', 'red')).toEqual([
      {
        id: 'm1',
        role: 'assistant',
        parts: [parts[0], { ...parts[1], state: 'output-available', output: 'red' }],
      },
    ])
  })
})
