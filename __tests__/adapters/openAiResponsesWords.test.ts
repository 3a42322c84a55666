/** What each word of this wire says of a turn, one row a frame; and words that only look alike, which say nothing. */
import * as openAi from 'redux-turnkeeper/adapters/openAiResponses'
import { said } from './said'
import { at, progress, table } from './words'
import type { Row } from './words'

describe('OpenAI Responses', () => {
  const item = (phase: 'added' | 'done', type: unknown, line: string): Row => [
    `output_item.${phase} ${String(type)}`,
    { type: `response.output_item.${phase}`, item: { type, id: 'i', call_id: 'k', name: 'find' } },
    line,
  ]
  const bare = (type: string, ...lines: string[]): Row => [type, { type }, ...lines]
  const OF_PAGE = [
    'function_call',
    'custom_tool_call',
    'computer_call',
    'local_shell_call',
    'shell_call',
    'apply_patch_call',
    'mcp_approval_request',
  ]
  table(
    [
      bare('response.output_text.delta', progress('output')),
      bare('response.refusal.delta', progress('output')),
      bare('response.output_audio.delta', progress('output')),
      bare('response.audio.delta', progress('output')),
      bare('response.audio.transcript.delta', progress('output')),
      bare('response.audio_transcript.delta', progress('reasoning')),
      bare('response.output_text.deltas', progress('reasoning')),
      bare('response.reasoning_text.delta', progress('reasoning')),
      bare('response.created', 'turnStarted c t'),
      bare('response.created2', progress('reasoning')),
      bare('response.completed', 'turnEnded c t complete'),
      bare('response.completed2', progress('reasoning')),
      bare('x.response.completed'),
      bare('other'),
      bare('response.steer.accepted'),
      ...OF_PAGE.flatMap((type) => [
        item('added', type, progress('tool_open k find')),
        item('done', type, progress('tool_open k find')),
      ]),
      item('added', 'web_search_call', progress('tool_open k find')),
      item('done', 'web_search_call', progress('tool_closed k find')),
      item('done', 'x_function_call', progress('tool_closed k find')),
      item('done', 'function_call2', progress('tool_closed k find')),
      item('added', 'message', progress('reasoning')),
      item('done', 'message', progress('message_done')),
      item('done', undefined, progress('message_done')),
      item('done', 'reasoning', progress('reasoning')),
      item('done', 'compaction', progress('reasoning')),
      item('done', 'mcp_list_tools', progress('reasoning')),
      item('done', 'mcp_approval_response', progress('reasoning')),
      item('added', 'function_call_output', progress('reasoning')),
      item('done', 'function_call_output', progress('tool_closed k')),
      item('added', 'messages', progress('tool_open k find')),
      item('added', 'x_message', progress('tool_open k find')),
    ],
    (event) => openAi.createReader(at).read(event),
  )

  test.each([...OF_PAGE, 'tool_search_call'])(
    'a response that ends with a %s waits for its output',
    (type) => {
      const call = { type, id: 'i', call_id: 'k', execution: 'client' }
      const read = (...output: object[]) =>
        openAi.readStatus({ id: 'r', status: 'completed', output } as openAi.OpenAiResponse)
      expect(read(call)).toEqual({
        status: 'awaiting_input',
        runId: 'r',
        questions: [{ requestId: 'k', kind: type, prompt: call }],
      })
      const over = { status: 'idle', last: { runId: 'r', outcome: 'complete', error: undefined } }
      expect(read(call, { type: `${type}_output`, call_id: 'k' })).toEqual(over)
      expect(read({ ...call, type: `${type}2` })).toEqual(over)
      const ofServer = { ...call, execution: 'server' }
      expect(read(ofServer).status).toBe(type === 'tool_search_call' ? 'idle' : 'awaiting_input')
    },
  )

  test('only a completed response waits for outputs', () => {
    const output = [{ type: 'function_call', call_id: 'k' }]
    const read = (status: string) => openAi.readStatus({ id: 'r', status, output } as openAi.OpenAiResponse)
    expect(read('cancelled')).toMatchObject({ status: 'idle', last: { outcome: 'cancelled' } })
    expect(read('failed')).toMatchObject({ status: 'idle', last: { outcome: 'error' } })
    expect([read('queued').status, read('in_progress').status, read('new').status]).toEqual([
      'running',
      'running',
      'no_status',
    ])
    const end = (status: string) =>
      said(
        openAi.createReader(at).read({ type: `response.${status}`, response: { id: 'r', status, output } }),
      )
    expect([end('completed'), end('cancelled')]).toEqual([
      ['inputRequested c t r k'],
      ['turnEnded c t r cancelled'],
    ])
  })

  test('a response whose steering was taken goes on in the next; one that was refused, or another’s, does not', () => {
    const started = () => {
      const reader = openAi.createReader(at)
      reader.read({ type: 'response.created', response: { id: 'r' } })
      return reader
    }
    const done = { type: 'response.completed', response: { id: 'r', status: 'completed' } }
    const steer = (word: string) => ({ type: `response.steer.${word}`, steer: { id: 's' } })
    const one = started()
    one.read(steer('accepted'))
    const other = { type: 'response.completed', response: { id: 'r2', status: 'completed' } }
    expect(said(one.read(other))).toEqual(['turnEnded c r2 complete'])
    const cancelled = { type: 'response.cancelled', response: { id: 'r', status: 'cancelled' } }
    expect(said(one.read(cancelled))).toEqual(['turnEnded c t r cancelled'])
    const two = started()
    two.read(steer('accepted'))
    two.read(steer('other'))
    expect(said(two.read(done))).toEqual(['turnProgressed c t r step_done'])
    two.read(steer('failed'))
    expect(said(two.read(done))).toEqual(['turnEnded c t r complete'])
  })
})
