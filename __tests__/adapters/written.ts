/** Whole turns as the documentation of their wires has them, for wires of which there is no recording. */
import type { AcpMessage } from 'redux-turnkeeper/adapters/acp'
import type { ClaudeAgentMessage } from 'redux-turnkeeper/adapters/claudeAgent'
import type { OpenAiEvent } from 'redux-turnkeeper/adapters/openAiResponses'

const response = (status: string, rest: object = {}) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1_790_000_000,
  status,
  background: true,
  error: null,
  incomplete_details: null,
  previous_response_id: null,
  output: [],
  metadata: { turn_id: 't1' },
  ...rest,
})
const message = { id: 'msg_1', type: 'message', role: 'assistant', status: 'in_progress', content: [] }
const call = {
  id: 'fc_1',
  type: 'function_call',
  call_id: 'call_1',
  name: 'pick',
  arguments: '{}',
  status: 'completed',
}
const at = { output_index: 0, item_id: 'msg_1', content_index: 0 }
const events: readonly OpenAiEvent[] = [
  { type: 'response.created', response: response('queued') },
  { type: 'response.queued', response: response('queued') },
  { type: 'response.in_progress', response: response('in_progress') },
  { type: 'response.output_item.added', ...at, item: { id: 'rs_1', type: 'reasoning', summary: [] } },
  { type: 'response.reasoning_summary_text.delta', ...at, delta: 'Hm' } as OpenAiEvent,
  {
    type: 'response.output_item.added',
    ...at,
    item: { id: 'ws_1', type: 'web_search_call', status: 'in_progress' },
  },
  { type: 'response.web_search_call.searching', ...at },
  {
    type: 'response.output_item.done',
    ...at,
    item: { id: 'ws_1', type: 'web_search_call', status: 'completed' },
  },
  { type: 'response.output_item.added', ...at, item: message },
  { type: 'response.content_part.added', ...at },
  { type: 'response.output_text.delta', ...at, delta: 'Hi' } as OpenAiEvent,
  { type: 'response.output_text.done', ...at },
  { type: 'response.output_item.done', ...at, item: { ...message, status: 'completed' } },
  { type: 'response.output_item.added', ...at, item: call },
  { type: 'response.function_call_arguments.delta', ...at, delta: '{}' } as OpenAiEvent,
  { type: 'response.output_item.done', ...at, item: call },
  { type: 'response.completed', response: response('completed', { output: [message, call] }) },
  {
    type: 'response.incomplete',
    response: response('incomplete', { incomplete_details: { reason: 'max_output_tokens' } }),
  },
  {
    type: 'response.failed',
    response: response('failed', { error: { code: 'server_error', message: 'Something went wrong.' } }),
  },
  { type: 'error', code: 'rate_limit_exceeded', message: 'Slow down.' },
]
/** A response in the background with each of its possible ends, numbered. */
export const openAiEvents: readonly OpenAiEvent[] = events.map((event, sequence_number) => ({
  ...event,
  sequence_number,
}))

const own = { session_id: 's1', parent_tool_use_id: null }
/** A query of one prompt with a tool, a permission, a task, and each of its possible ends. */
export const claudeMessages: readonly ClaudeAgentMessage[] = [
  { type: 'system', subtype: 'init', ...own, uuid: 'u1' },
  { type: 'system', subtype: 'status', status: 'requesting', ...own },
  { type: 'stream_event', event: { type: 'message_start', message: { id: 'm1', content: [] } }, ...own },
  {
    type: 'stream_event',
    event: { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...own,
  },
  {
    type: 'stream_event',
    event: { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
    ...own,
  },
  { type: 'stream_event', event: { type: 'content_block_stop', index: 0 }, ...own },
  {
    type: 'assistant',
    message: {
      id: 'm1',
      content: [{ type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'ls' } }],
    },
    ...own,
  },
  {
    type: 'control_request',
    request_id: 'q1',
    request: { subtype: 'can_use_tool', tool_name: 'Bash', input: { command: 'ls' } },
  },
  { type: 'tool_progress', tool_use_id: 'toolu_1', tool_name: 'Bash', ...own },
  {
    type: 'user',
    message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'a b' }] },
    ...own,
  },
  { type: 'system', subtype: 'task_started', task_id: 'k7', tool_use_id: 'toolu_2', ...own },
  { type: 'system', subtype: 'task_notification', task_id: 'k7', status: 'completed', ...own },
  { type: 'system', subtype: 'api_retry', attempt: 1, retry_delay_ms: 500, ...own },
  {
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: 'Hi',
    stop_reason: 'end_turn',
    terminal_reason: 'completed',
    user_message_uuid: 't1',
    user_message_uuids: ['t1'],
    ...own,
  },
  {
    type: 'result',
    subtype: 'error_during_execution',
    is_error: true,
    errors: ['Request was aborted.'],
    stop_reason: null,
    terminal_reason: 'aborted_streaming',
    ...own,
  },
  { type: 'system', subtype: 'session_state_changed', state: 'idle', ...own },
]

const update = (sessionUpdate: string, rest: object): AcpMessage => ({
  method: 'session/update',
  params: { sessionId: 's1', update: { sessionUpdate, ...rest } },
})
/** What an agent says of a prompt with a tool that it asks permission for. */
export const acpMessages: readonly AcpMessage[] = [
  update('agent_thought_chunk', { content: { type: 'text', text: 'Hm' } }),
  update('plan', { entries: [{ content: 'look', priority: 'high', status: 'pending' }] }),
  update('tool_call', { toolCallId: 'k1', title: 'ls', kind: 'execute', status: 'pending' }),
  {
    id: 0,
    method: 'session/request_permission',
    params: {
      sessionId: 's1',
      toolCall: { toolCallId: 'k1', title: 'ls' },
      options: [{ optionId: 'yes', name: 'Allow', kind: 'allow_once' }],
    },
  },
  update('tool_call_update', { toolCallId: 'k1', status: 'completed' }),
  update('agent_message_chunk', { content: { type: 'text', text: 'Hi' } }),
  { method: '$/cancel_request', params: { requestId: 0 } },
]
