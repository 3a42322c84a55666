import type { Response, ResponseStreamEvent } from 'openai/resources/responses/responses'
import { createReader, readStatus } from 'redux-turnkeeper/adapters/openAiResponses'
import type { OpenAiEvent, OpenAiResponse } from 'redux-turnkeeper/adapters/openAiResponses'
import { said } from './said'

const official: (event: ResponseStreamEvent) => OpenAiEvent = (event) => event
const officialResponse: (response: Response) => OpenAiResponse = (response) => response

const request = { conversationId: 'c1', turnId: 't1' }
const event = (type: string, response: Partial<OpenAiResponse> = {}): OpenAiEvent => ({
  type: `response.${type}`,
  response: { id: 'r1', ...response },
})
const call = { type: 'function_call', id: 'fc1', call_id: 'k1', name: 'pick' }
const steer = (type: string, id = 's1'): OpenAiEvent => ({ type: `response.steer.${type}`, steer: { id } })
const play = (...events: OpenAiEvent[]) => {
  const reader = createReader(request)
  const lines = events.map((one) => said(reader.read(one)))
  return { lines, last: lines.at(-1), closed: () => said(reader.close('clean_end')) }
}

test('a response starts once, whatever it waits for', () => {
  expect(play(event('created'), event('queued'), event('in_progress')).lines).toEqual([
    ['turnStarted c1 t1 r1'],
    [],
    [],
  ])
})

test('an event of another kind starts nothing, whatever it is called', () => {
  expect(play({ type: 'x.response.created', response: { id: 'r1' } }).lines).toEqual([[]])
})

test.each([
  [event('completed', { status: 'completed', output: [] }), 'complete'],
  [
    event('failed', { status: 'failed', error: { message: 'no quota', code: 'rate_limit_exceeded' } }),
    'error no quota',
  ],
  [event('cancelled', { status: 'cancelled' }), 'cancelled'],
  [event('completed'), 'complete'],
])('it ends by its own name: %#', (end, reason) => {
  const { last, closed } = play(event('created'), end)

  expect(last).toEqual([`turnEnded c1 t1 r1 ${reason}`])
  expect(closed()).toEqual([])
})

test.each(['max_output_tokens', 'content_filter', 'max_messages'])('law 6: incomplete, %s', (reason) => {
  const end = event('incomplete', { status: 'incomplete', incomplete_details: { reason } })

  expect(play(event('created'), end).last).toEqual([`turnEnded c1 t1 r1 interrupted ${reason}`])
})

test('the end of another response in the stream ends no turn of ours', () => {
  expect(play(event('created'), event('completed', { id: 'r2' })).last).toEqual(['turnEnded c1 r2 complete'])
})

test('an error names no response: a reason to check', () => {
  const { last, closed } = play(event('created'), {
    type: 'error',
    message: 'overloaded',
    code: 'server_error',
  })

  expect(last).toEqual(['errorReported c1 t1 r1 overloaded'])
  expect(closed()).toEqual(['requestEnded c1 t1 r1 clean_end'])
})

test('text, reasoning and tools', () => {
  const item = (type: string, one: object): OpenAiEvent => ({
    type: `response.output_item.${type}`,
    item: one,
  })
  const search = { type: 'web_search_call', id: 'ws1' }

  expect(play({ type: 'response.output_text.delta' }).last).toEqual(['turnProgressed c1 t1 output'])
  expect(play({ type: 'response.refusal.delta' }).last).toEqual(['turnProgressed c1 t1 output'])
  expect(play({ type: 'response.function_call_arguments.delta' }).last).toEqual([
    'turnProgressed c1 t1 reasoning',
  ])
  expect(play(item('added', search)).last).toEqual(['turnProgressed c1 t1 tool_open ws1 web_search_call'])
  expect(play(item('done', search)).last).toEqual(['turnProgressed c1 t1 tool_closed ws1 web_search_call'])
  expect(play(item('done', { type: 'message' })).last).toEqual(['turnProgressed c1 t1 message_done'])
  expect(play(item('done', call)).last).toEqual(['turnProgressed c1 t1 tool_open k1 pick'])
  expect(play(item('done', { type: 'shell_call_output', call_id: 'k1' })).last).toEqual([
    'turnProgressed c1 t1 tool_closed k1',
  ])
})

describe('a call of the page’s is a question, and the turn goes on in the next response', () => {
  const approval = { type: 'mcp_approval_request', id: 'a1', name: 'delete' }

  test('each call without an output, and each approval', () => {
    const { last, closed } = play(
      event('created'),
      event('completed', { status: 'completed', output: [call, approval] }),
    )

    expect(last).toEqual(['inputRequested c1 t1 r1 k1', 'inputRequested c1 t1 r1 a1'])
    expect(closed()).toEqual([])
  })

  test('a call that the server answered itself is none', () => {
    const output = [
      { type: 'shell_call', call_id: 'k2' },
      { type: 'shell_call_output', call_id: 'k2' },
      { type: 'tool_search_call', call_id: 'k3', execution: 'server' },
    ]

    expect(play(event('completed', { output })).last).toEqual(['turnEnded c1 t1 r1 complete'])
  })

  test('the next response closes what was asked', () => {
    const reader = createReader(request, { resumes: true })

    expect(said(reader.read(event('created', { id: 'r2', previous_response_id: 'r1' })))).toEqual([
      'inputResolved c1 t1',
      'turnStarted c1 t1 r2',
    ])
  })
})

describe('steering: one turn, several responses', () => {
  const steered = event('incomplete', { status: 'incomplete', incomplete_details: { reason: 'steered' } })
  const next = event('created', { id: 'r2', previous_response_id: 'r1' })

  test('a response that was steered is carried on by the next', () => {
    const reader = createReader(request)
    const [, step, begun, end] = [event('created'), steered, next, event('completed', { id: 'r2' })].map(
      (one) => reader.read(one),
    )

    expect(said(step!)).toEqual(['turnProgressed c1 t1 r1 step_done'])
    expect(begun![0]!.payload).toEqual({ ...request, runId: 'r2', continues: 'r1' })
    expect(said(end!)).toEqual(['turnEnded c1 t1 r2 complete'])
  })

  test('mirror: a response that was known before the request carries nothing on', () => {
    const [begun] = createReader({ ...request, runId: 'r1' }).read(next)
    expect(begun!.payload).toEqual({ ...request, runId: 'r2' })
  })

  test('mirror: nor does one after a response that had no id', () => {
    const reader = createReader({ ...request, runId: null })
    reader.read({ type: 'response.created', response: {} })
    const [begun] = reader.read(event('in_progress', { id: 'r2', previous_response_id: null }))
    expect(begun!.payload).toEqual({ ...request, runId: 'r2' })
  })

  test('steering that came too late makes another response after a plain completion', () => {
    const { last, closed } = play(event('created'), steer('accepted'), event('completed'))

    expect(last).toEqual(['turnProgressed c1 t1 r1 step_done'])
    expect(closed()).toEqual(['requestEnded c1 t1 r1 clean_end'])
    expect(
      play(event('created'), steer('accepted'), event('completed'), next, event('completed', { id: 'r2' }))
        .last,
    ).toEqual(['turnEnded c1 t1 r2 complete'])
  })

  test('steering that failed makes none', () => {
    expect(play(event('created'), steer('accepted'), steer('failed'), event('completed')).last).toEqual([
      'turnEnded c1 t1 r1 complete',
    ])
  })
})

test('a stream that ends without an end was lost', () => {
  expect(play(event('created')).closed()).toEqual(['requestEnded c1 t1 r1 clean_end'])
})

describe('the status check', () => {
  const response = (status: string, rest: Partial<OpenAiResponse> = {}) =>
    readStatus({ id: 'r1', status, ...rest })

  test('running, over, not there', () => {
    expect(response('queued')).toEqual({ status: 'running', runId: 'r1' })
    expect(response('completed')).toEqual({ status: 'idle', last: { runId: 'r1', outcome: 'complete' } })
    expect(response('cancelled')).toMatchObject({ last: { outcome: 'cancelled' } })
    expect(response('incomplete', { incomplete_details: { reason: 'content_filter' } })).toMatchObject({
      last: { outcome: 'interrupted', error: { code: 'content_filter' } },
    })
    expect(readStatus(null)).toEqual({ status: 'absent' })
    expect(readStatus({ error: { message: 'x' } } as never)).toEqual({ status: 'no_status' })
  })

  test('one that waits for the page', () => {
    expect(response('completed', { output: [call] })).toEqual({
      status: 'awaiting_input',
      runId: 'r1',
      questions: [{ requestId: 'k1', kind: 'function_call', prompt: call }],
    })
  })

  test('one that was steered is over without a word of the turn: another has carried it on', () => {
    expect(response('incomplete', { incomplete_details: { reason: 'steered' } })).toEqual({ status: 'idle' })
  })
})

test('the official types fit', () => {
  const delta = { type: 'response.output_text.delta', delta: 'Hi', sequence_number: 4 } as ResponseStreamEvent
  const body = { id: 'r1', status: 'in_progress' } as Response

  expect(play(official(delta)).last).toEqual(['turnProgressed c1 t1 output'])
  expect(readStatus(officialResponse(body))).toEqual({ status: 'running', runId: 'r1' })
})
