/** What readers of OpenAI and OpenCode remember from one event to the next, and what they count. */
import * as openAi from 'redux-turnkeeper/adapters/openAiResponses'
import * as openCode from 'redux-turnkeeper/adapters/openCode'
import type { Signal } from '../../src/adapters/signal'
import { usageOf } from '../../src/adapters/wire'
import { said } from './said'

const at = { conversationId: 'c', turnId: 't' }
const payload = (signals: readonly Signal[]) => signals[0]!.payload

describe('OpenAI Responses', () => {
  const started = () => {
    const reader = openAi.createReader(at)
    reader.read({ type: 'response.created', response: { id: 'r' } })
    return reader
  }
  const created = (id?: string, previous_response_id?: string) =>
    ({ type: 'response.created', response: { id, previous_response_id } }) as openAi.OpenAiEvent

  test('a response carries on the one that it names as the one before, and no other', () => {
    expect(payload(started().read(created('r2', 'r')))).toStrictEqual({ ...at, runId: 'r2', continues: 'r' })
    expect(payload(started().read(created('r2', 'x')))).toStrictEqual({ ...at, runId: 'r2' })
    expect(payload(openAi.createReader(at).read(created('r2', 'r')))).toStrictEqual({ ...at, runId: 'r2' })
    expect(started().read(created())).toEqual([])
  })
  test('a response that carries on has taken the steering: its end is one', () => {
    const reader = started()
    reader.read({ type: 'response.steer.accepted', steer: { id: 's' } })
    reader.read(created('r2', 'r'))
    expect(said(reader.read({ type: 'response.completed', response: { id: 'r2' } }))).toEqual([
      'turnEnded c t r2 complete',
    ])
  })
  test('what another response of the stream asks, or how it ends, does not settle this one', () => {
    const output = [{ type: 'function_call', call_id: 'k' }]
    for (const response of [{ id: 'x', output }, { id: 'x' }]) {
      const reader = started()
      reader.read({ type: 'response.completed', response: { ...response, status: 'completed' } } as never)
      expect(said(reader.close('failed'))).toEqual(['requestEnded c t r failed'])
    }
    const own = started().read({ type: 'response.completed', response: {} })
    expect(said(own)).toEqual(['turnEnded c t r complete'])
  })
  test('words that only look alike are none', () => {
    const says = (type: string) => said(started().read({ type, response: { status: 'completed' } }))
    expect(says('x_response.completed')).toEqual([])
    expect(says('x_response.created')).toEqual([])
    expect(says('response.x_response.output_text.delta')).toEqual(['turnProgressed c t r reasoning'])
  })
  test('incomplete without a reason; and only what is incomplete was steered', () => {
    const end = (response: object) => payload(started().read({ type: 'response.incomplete', response }))
    expect(end({})).toMatchObject({ reason: 'interrupted', error: { code: 'incomplete' } })
    const incomplete_details = { reason: 'steered' }
    expect(end({ status: 'failed', incomplete_details })).toMatchObject({ reason: 'error' })
    expect(end({ status: 'incomplete', incomplete_details })).toMatchObject({ kind: 'step_done' })
  })
})

describe('OpenCode', () => {
  test('64 prompts are waited for, the newest', () => {
    let memory = openCode.noMemory
    for (let i = 1; i <= 65; i++) memory = openCode.promptSent(memory, 'c', `t${i}`)
    expect([memory.prompts.length, memory.prompts[0]!.turnId]).toEqual([64, 't2'])
  })
  test('a session’s error ends nothing by name, and an abort is no error', () => {
    const end = (error: object) =>
      payload(openCode.createReader().read({ type: 'session.error', properties: { sessionID: 'c', error } }))
    expect(end({ name: 'MessageAbortedError' })).toMatchObject({ reason: 'cancelled' })
    expect(end({ name: 'ApiError', data: { message: 'x' } })).toMatchObject({ reason: 'session_error' })
  })
  test('the tokens of a prompt are its own, each message counted once', () => {
    const reader = openCode.createReader()
    const message = (id: string, parentID: string, input: number) => ({
      type: 'message.updated',
      properties: {
        sessionID: 'c',
        info: { id, role: 'assistant', parentID, finish: 'stop', time: { completed: 1 }, tokens: { input } },
      },
    })
    const used = (id: string, parentID: string, input: number) =>
      (payload(reader.read(message(id, parentID, input))) as { usage?: { inputTokens?: number } }).usage
        ?.inputTokens
    expect([used('m1', 'r1', 5), used('m2', 'r2', 7), used('m3', 'r1', 10), used('m1', 'r1', 5)]).toEqual([
      5, 7, 15, 5,
    ])
  })
  test('the last message of a prompt tells of it, and a summary of nothing', () => {
    const info = (id: string, more: object) => ({
      info: { id, role: 'assistant', parentID: 'r', time: { completed: 1 }, ...more },
    })
    const read = (...history: object[]) => openCode.readStatus('c', {}, history as never)
    expect(read(info('m1', { finish: 'stop' }), info('m2', { finish: 'tool-calls' }))).toStrictEqual({
      status: 'idle',
    })
    expect(read(info('m1', { finish: 'stop', summary: true }))).toStrictEqual({ status: 'idle' })
    expect(read(info('m1', { finish: 'stop' })).last).toMatchObject({ runId: 'r', outcome: 'complete' })
  })
  test('a session waits for its own questions, not for those of a helper', () => {
    const asks = (sessionID: string, messageID?: string) =>
      openCode.readStatus('c', { c: { type: 'busy' } } as never, [], {
        requests: [{ id: 'q', sessionID, tool: { messageID } }],
        sessions: [{ id: 'k', parentID: 'c' }],
      } as never).status
    expect([asks('c'), asks('c', 'unknown'), asks('k')]).toEqual([
      'awaiting_input',
      'awaiting_input',
      'running',
    ])
  })
})

test('numbers of tokens that are none count as nothing', () => {
  const names = ['input', 'output', 'cached', 'reasoning']
  expect(
    usageOf(
      [
        { input: 3, output: -2, cached: '4' },
        { input: 2, reasoning: NaN },
      ],
      names,
    ),
  ).toEqual({
    inputTokens: 5,
    outputTokens: 0,
    cachedInputTokens: 0,
    reasoningTokens: 0,
  })
  expect(usageOf([{ output: -2 }], names)).toBeUndefined()
})
