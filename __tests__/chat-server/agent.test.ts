import { EventSchemas } from '@ag-ui/core/schemas'
import { createHarness, ofType, textOf, typesOf } from './client'
import type { Harness } from './client'

const MINUTE = 60_000

let chat: Harness
beforeEach(async () => {
  chat = await createHarness()
})
afterEach(() => chat.close())

describe('a turn', () => {
  test('streams thought, a tool call and text as AG-UI events, and the status says the same', async () => {
    const stream = await chat.listen()
    expect(await stream.next()).toMatchObject({ type: 'CUSTOM', name: 'hello', value: { boot: 'boot-1' } })
    expect(await chat.run('lisbon', 't1', 'where to?')).toEqual({
      status: 202,
      body: { status: 'accepted', runId: 't1', as: 'started' },
    })
    expect(chat.truth('lisbon')).toMatchObject({ status: 'running', turnId: 't1', runId: 't1', last: null })

    chat.clock.advance(MINUTE)
    const frames = await stream.until(ofType('RUN_FINISHED'))
    expect(typesOf(frames)).toEqual(
      expect.arrayContaining(['RUN_STARTED', 'REASONING_START', 'TOOL_CALL_START', 'TOOL_CALL_RESULT']),
    )
    expect(textOf(frames)).toMatch(/You asked: “where to\?”/)
    for (const frame of frames) {
      expect(frame.metadata).toMatchObject({ threadId: 'lisbon', runId: 't1', turnId: 't1' })
      expect(EventSchemas.safeParse(frame).error).toBeUndefined()
    }
    expect(frames.at(-1)).toMatchObject({ outcome: { type: 'success' } })
    expect(chat.truth('lisbon')).toEqual({
      status: 'idle',
      tasks: [],
      scheduled: null,
      last: { turnId: 't1', runId: 't1', outcome: 'complete' },
    })
  })

  test('starts once, however often it is sent', async () => {
    const first = await chat.run('lisbon', 't1')
    expect(await chat.run('lisbon', 't1')).toEqual(first)
    chat.clock.advance(MINUTE)
    expect(await chat.run('lisbon', 't1')).toEqual(first)
    expect(chat.truth('lisbon').status).toBe('idle')
    expect(chat.server.agent.transcript('lisbon').messages.filter(({ id }) => id === 't1')).toHaveLength(1)
  })

  test('refuses a second one in the same conversation, and takes one in another', async () => {
    await chat.run('lisbon', 't1')
    expect(await chat.run('lisbon', 't2')).toMatchObject({ status: 409, body: { reason: 'busy' } })
    expect(await chat.run('flaky', 't3')).toMatchObject({ status: 202 })
  })

  test('opens a conversation that it does not know', async () => {
    await chat.run('mine', 't1', 'a new thing')
    expect((await chat.get('/threads')).body).toContainEqual({ id: 'mine', title: 'a new thing' })
  })

  test('is streamed as the answer to the request, where the client asks as AG-UI clients do', async () => {
    const body = {
      threadId: 'lisbon',
      runId: 't1',
      messages: [{ id: 'm', role: 'user', content: 'quick' }],
      tools: [],
      context: [],
    }
    const stream = await chat.listen('/run', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify(body),
    })
    chat.clock.advance(MINUTE)
    const frames = await stream.until(() => false)
    expect(typesOf(frames).at(0)).toBe('RUN_STARTED')
    expect(typesOf(frames).at(-1)).toBe('RUN_FINISHED')
  })
})

describe('commands', () => {
  test('a stop is acknowledged first, and ends as cancelled', async () => {
    const stream = await chat.listen()
    await chat.run('lisbon', 't1', 'long')
    chat.clock.advance(3_000)
    expect((await chat.post('/stop', { threadId: 'lisbon', turnId: 't1' })).body).toEqual({
      status: 'acknowledged',
    })
    expect(chat.truth('lisbon').status).toBe('running')
    chat.clock.advance(1_000)
    const frames = await stream.until(ofType('RUN_FINISHED'))
    expect(frames.at(-1)).toMatchObject({ outcome: { type: 'cancelled' } })
    expect(chat.truth('lisbon').last).toMatchObject({ turnId: 't1', outcome: 'cancelled' })
  })

  test('a stop of a turn that is not running finds nothing, and stops no other', async () => {
    await chat.run('lisbon', 't2', 'long')
    expect((await chat.post('/stop', { threadId: 'lisbon', turnId: 't1' })).body).toMatchObject({
      status: 'refused',
      reason: 'no_active_turn',
    })
    chat.clock.advance(5_000)
    expect(chat.truth('lisbon').status).toBe('running')
  })

  test('a steer joins the running turn', async () => {
    const stream = await chat.listen()
    await chat.run('lisbon', 't1', 'long')
    chat.clock.advance(4_000)
    expect(await chat.run('lisbon', 's1', 'mind the rain', { forwardedProps: { steer: true } })).toEqual({
      status: 202,
      body: { status: 'accepted', runId: 't1', as: 'started' },
    })
    chat.clock.advance(2 * MINUTE)
    const frames = await stream.until(ofType('RUN_FINISHED'))
    expect(textOf(frames)).toContain('(Noted: “mind the rain”.)')
    expect(frames.filter(ofType('RUN_STARTED'))).toHaveLength(1)
  })

  test('a steer without a running turn is refused', async () => {
    expect(await chat.run('lisbon', 's1', 'x', { forwardedProps: { steer: true } })).toMatchObject({
      body: { reason: 'gone' },
    })
  })

  test('a question ends the run with an interrupt, and its answer starts another run of the same turn', async () => {
    const stream = await chat.listen()
    await chat.run('lisbon', 't1', 'book it')
    chat.clock.advance(MINUTE)
    const asked = (await stream.until(ofType('RUN_FINISHED'))).at(-1)!
    const [interrupt] = (
      asked.outcome as { interrupts: { id: string; responseSchema: { enum: string[] } }[] }
    ).interrupts
    expect(interrupt!.responseSchema.enum).toHaveLength(3)
    expect(chat.truth('lisbon')).toMatchObject({
      status: 'awaiting_input',
      turnId: 't1',
      questions: [interrupt!],
    })

    const answer = { threadId: 'lisbon', interruptId: interrupt!.id, payload: 'Neither' }
    expect((await chat.post('/answer', answer)).body).toEqual({ status: 'accepted' })
    expect((await chat.post('/answer', answer)).body).toMatchObject({ status: 'refused', reason: 'gone' })
    expect(chat.truth('lisbon')).toMatchObject({
      status: 'running',
      turnId: 't1',
      runId: 't1.2',
      questions: [],
    })
    chat.clock.advance(MINUTE)
    const frames = await stream.until(ofType('RUN_FINISHED'))
    expect(frames[0]).toMatchObject({
      type: 'RUN_STARTED',
      runId: 't1.2',
      input: { resume: [{ interruptId: interrupt!.id }] },
    })
    expect(textOf(frames)).toContain('“Neither” it is.')
    expect(chat.truth('lisbon').last).toEqual({ turnId: 't1', runId: 't1.2', outcome: 'complete' })
  })

  test('several questions wait until each has its answer, and one run carries on with all of them', async () => {
    const stream = await chat.listen()
    await chat.run('lisbon', 't1', 'a trip')
    chat.clock.advance(MINUTE)
    const asked = (await stream.until(ofType('RUN_FINISHED'))).at(-1)!
    const [train, hotel] = (asked.outcome as { interrupts: { id: string }[] }).interrupts
    expect(chat.truth('lisbon')).toMatchObject({ status: 'awaiting_input', questions: [train!, hotel!] })

    const answer = (id: string, payload: string) =>
      chat.post('/answer', { threadId: 'lisbon', interruptId: id, payload })
    expect((await answer(hotel!.id, 'by the river')).body).toEqual({ status: 'accepted' })
    expect((await answer(hotel!.id, 'in the centre')).body).toMatchObject({ reason: 'gone' })
    chat.clock.advance(MINUTE)
    expect(chat.truth('lisbon')).toMatchObject({ status: 'awaiting_input', runId: 't1', questions: [train!] })

    expect((await answer(train!.id, 'Neither')).body).toEqual({ status: 'accepted' })
    chat.clock.advance(MINUTE)
    const frames = await stream.until(ofType('RUN_FINISHED'))
    expect(frames[0]).toMatchObject({
      input: { resume: [{ interruptId: train!.id }, { interruptId: hotel!.id }] },
    })
    expect(textOf(frames)).toContain('“Neither” and “by the river” it is.')
  })

  test('a secret answer is in no frame and no transcript', async () => {
    const stream = await chat.listen()
    await chat.run('lisbon', 't1', 'use the password')
    chat.clock.advance(MINUTE)
    const { questions = [] } = chat.truth('lisbon')
    await chat.post('/answer', { threadId: 'lisbon', interruptId: questions[0]!.id, payload: 'hunter2' })
    chat.clock.advance(MINUTE)
    const frames = await stream.until(ofType('RUN_FINISHED', { runId: 't1.2' }))
    expect(JSON.stringify([frames, chat.server.agent.transcript('lisbon')])).not.toContain('hunter2')
  })

  test('a turn that waits for an answer can be stopped', async () => {
    await chat.run('lisbon', 't1', 'book it')
    chat.clock.advance(MINUTE)
    await chat.post('/stop', { threadId: 'lisbon', turnId: 't1' })
    chat.clock.advance(1_000)
    expect(chat.truth('lisbon')).toMatchObject({ status: 'idle', last: { outcome: 'cancelled' } })
  })
})

test('the transcript has what was said, and the status of many conversations comes in one answer', async () => {
  await chat.run('lisbon', 't1', 'quick')
  await chat.run('a,b', 't2', 'long')
  chat.clock.advance(5_000)
  const { body } = await chat.get(`/status?ids=lisbon,${encodeURIComponent('a,b')},nobody`)
  expect(body).toMatchObject({
    boot: 'boot-1',
    threads: { lisbon: { status: 'idle' }, nobody: { status: 'idle', last: null } },
  })
  const { messages } = (await chat.get('/transcript?id=lisbon')).body as { messages: unknown[] }
  expect(messages.slice(-2)).toMatchObject([
    { id: 't1', role: 'user', text: 'quick' },
    { id: 't1.answer', role: 'assistant', text: 'Done. That one was quick.' },
  ])
})
