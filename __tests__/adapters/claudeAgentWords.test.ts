/** What each word of this wire says of a turn, one row a frame; and words that only look alike, which say nothing. */
import * as claudeAgent from 'redux-turnkeeper/adapters/claudeAgent'
import { said } from './said'
import { at, progress, table } from './words'
import type { Row } from './words'

describe('Claude Agent SDK', () => {
  const system = (subtype: string, rest: object, ...lines: string[]): Row => [
    `system ${subtype}`,
    { type: 'system', subtype, ...rest },
    ...lines,
  ]
  const task = (subtype: string, rest: object, ...lines: string[]): Row =>
    system(subtype, { task_id: 'k', ...rest }, ...lines)
  const ofTask = (status: string, line: string): Row => task('task_notification', { status }, line)
  const block = (type: string, line: string): Row => [
    `assistant ${type}`,
    { type: 'assistant', message: { content: [{ type, id: 'k', name: 'Bash' }] } },
    line,
  ]
  const stream = (event: object, rest: object, ...lines: string[]): Row => [
    `stream_event ${JSON.stringify(event)}`,
    { type: 'stream_event', event, ...rest },
    ...lines,
  ]
  const ofStart = (type: string, line: string): Row =>
    stream({ type: 'content_block_start', content_block: { type, id: 'k', name: 'Bash' } }, {}, line)
  const text = { type: 'content_block_delta', delta: { type: 'text_delta' } }
  const child = { parent_tool_use_id: 'p' }
  const resultOf = { content: [{ type: 'tool_result', tool_use_id: 'k' }] }
  table(
    [
      system('init', {}, 'turnStarted c t'),
      system('status', { status: 'compacting' }, progress('compaction_open')),
      system('status', { status: 'requesting' }, progress('reasoning')),
      system('status', { status: null }),
      system('compact_boundary', {}, progress('compaction_closed')),
      system('thinking_tokens', {}, progress('reasoning')),
      system('hook_progress', {}, progress('reasoning')),
      system('permission_denied', { tool_use_id: 'k', tool_name: 'Bash' }, progress('tool_closed k Bash')),
      system('api_retry', { error: 'overloaded' }, 'turnRetrying c t overloaded'),
      system('session_state_changed', { state: 'idle' }, 'sessionReported c idle'),
      system('worker_shutting_down', {}, 'sessionReported c worker_shutting_down'),
      system('other', {}),
      task('task_started', {}, 'turnStarted c k t'),
      task('task_progress', {}, 'turnProgressed c k reasoning t'),
      task('task_started', { ambient: true }),
      task('task_started', { task_id: undefined }),
      ofTask('completed', 'turnEnded c k complete t'),
      ofTask('failed', 'turnEnded c k error t'),
      ofTask('stopped', 'turnEnded c k cancelled t'),
      ofTask('killed', 'turnEnded c k cancelled t'),
      ofTask('other', 'turnProgressed c k reasoning t'),
      task('task_updated', { patch: { status: 'completed' } }, 'turnEnded c k complete t'),
      task('task_updated', { status: 'completed', patch: {} }, 'turnProgressed c k reasoning t'),
      block('text', progress('message_done k Bash')),
      block('tool_use', progress('tool_open k Bash')),
      block('server_tool_use', progress('tool_open k Bash')),
      block('mcp_tool_use', progress('tool_open k Bash')),
      block('thinking', progress('reasoning k Bash')),
      ['assistant, nothing', { type: 'assistant', message: { content: [] } }, progress('reasoning')],
      [
        'assistant of a subagent',
        { type: 'assistant', message: { content: [{ type: 'text' }, { type: 'text' }] }, ...child },
        progress('reasoning'),
      ],
      ['user, a result', { type: 'user', message: resultOf }, progress('tool_closed k')],
      ['user, a result of a subagent', { type: 'user', message: resultOf, ...child }, progress('reasoning')],
      ['user, no result of a subagent', { type: 'user', message: { content: [] }, ...child }],
      ['user, replayed', { type: 'user', message: resultOf, isReplay: true }],
      stream({ type: 'ping' }, {}),
      stream(text, {}, progress('output')),
      stream(text, child, progress('reasoning')),
      stream({ ...text, delta: { type: 'input_json_delta' } }, {}, progress('reasoning')),
      stream({ type: 'message_start', delta: { type: 'text_delta' } }, {}, progress('reasoning')),
      ofStart('tool_use', progress('tool_open k Bash')),
      ofStart('text', progress('reasoning')),
      ofStart('thinking', progress('reasoning')),
      ['tool_progress', { type: 'tool_progress' }, progress('reasoning')],
      [
        'control_request',
        { type: 'control_request', request_id: 'q', request: { subtype: 'can_use_tool' } },
        'inputRequested c t q',
      ],
      [
        'another control_request',
        { type: 'control_request', request_id: 'q', request: { subtype: 'interrupt' } },
      ],
      ['control_cancel_request', { type: 'control_cancel_request', request_id: 'q' }, 'inputResolved c t q'],
      ['control_cancel_request of nobody', { type: 'control_cancel_request' }],
      ['another type', { type: 'keep_alive' }],
    ],
    (message) => claudeAgent.createReader(at).read(message),
  )

  test('a result of one message, and one of a tool that is deferred', () => {
    const reader = () => claudeAgent.createReader(at)
    const result = (rest: object) => ({ type: 'result', subtype: 'success', ...rest })
    expect(said(reader().read(result({ user_message_uuid: 't2' })))).toEqual(['turnEnded c t2 complete'])
    const [asked] = reader().read(result({ deferred_tool_use: { id: 'q' } }))
    expect(asked!.payload).toEqual({ ...at, requestId: 'q', kind: 'deferred_tool_use', prompt: { id: 'q' } })
    const other = { deferred_tool_use: { id: 'q' }, user_message_uuid: 't2' }
    expect(said(reader().read(result(other)))).toEqual(['turnEnded c t2 complete'])
  })

  test('the stored answer that counts is the last one to the newest prompt', () => {
    const prompt = (uuid: string) => ({ type: 'user', uuid, message: { content: 'hi' } })
    const answer = (stop_reason: string | null) => ({
      type: 'assistant',
      uuid: 'a',
      message: { stop_reason },
    })
    const read = (...messages: claudeAgent.ClaudeAgentStoredMessage[]) => claudeAgent.readStatus(messages)
    const over = { status: 'idle', last: { turnId: 't2', outcome: 'complete', error: undefined } }
    expect(read(prompt('t1'), answer('end_turn'), prompt('t2'))).toEqual({ status: 'idle' })
    expect(read(prompt('t2'), answer('end_turn'), { type: 'system', uuid: 's' })).toEqual(over)
    expect(read(prompt('t2'), answer('tool_use'), answer('end_turn'))).toEqual(over)
    expect(read(prompt('t2'), answer('pause_turn'))).toEqual({ status: 'idle' })
    expect(read(prompt('t2'), answer('stop_sequence'))).toEqual(over)
    expect(read(prompt('t2'), answer('max_tokens')).last).toMatchObject({ outcome: 'interrupted' })
  })
})
