import type {
  AnyMessage,
  PromptResponse,
  RequestPermissionRequest,
  SessionNotification,
} from '@agentclientprotocol/sdk'
import { createReader, rawRequestId, sendResult } from 'redux-turnkeeper/adapters/acp'
import type { AcpAnswer, AcpMessage } from 'redux-turnkeeper/adapters/acp'
import { said } from './said'

const turn = { conversationId: 's1', turnId: 't1' }
const update = (sessionUpdate: string, rest: object = {}, sessionId = 's1'): AcpMessage => ({
  method: 'session/update',
  params: { sessionId, update: { sessionUpdate, ...rest } },
})
const permission = (id: string | number, sessionId = 's1'): AcpMessage => ({
  id,
  method: 'session/request_permission',
  params: { sessionId, toolCall: { toolCallId: 'k1' }, options: [] },
})
const says = (message: AcpMessage) => said(createReader().read(message))
const ends = (answer: AcpAnswer) => {
  const reader = createReader()
  reader.promptSent(turn)
  return said(reader.promptAnswered(turn, answer))
}

test('an update names only its session', () => {
  expect(says(update('agent_message_chunk'))).toEqual(['turnProgressed s1 output'])
  expect(says(update('agent_thought_chunk'))).toEqual(['turnProgressed s1 reasoning'])
  expect(says(update('tool_call', { toolCallId: 'k1', title: 'Read file' }))).toEqual([
    'turnProgressed s1 tool_open k1 Read file',
  ])
  expect(says(update('tool_call_update', { toolCallId: 'k1', status: 'failed' }))).toEqual([
    'turnProgressed s1 tool_closed k1',
  ])
  expect(says(update('tool_call_update', { toolCallId: 'k1' }))).toEqual(['turnProgressed s1 reasoning k1'])
})

test('what is no work is no sign of it', () => {
  for (const kind of [
    'user_message_chunk',
    'usage_update',
    'available_commands_update',
    'session_info_update',
  ])
    expect(says(update(kind))).toEqual([])
})

test('the answer to the prompt is the end', () => {
  expect(ends({ result: { stopReason: 'end_turn' } })).toEqual(['turnEnded s1 t1 complete'])
  expect(ends({ result: { stopReason: 'cancelled' } })).toEqual(['turnEnded s1 t1 cancelled'])
  expect(ends({ error: { code: -32_603, message: 'no quota' } })).toEqual(['turnEnded s1 t1 error no quota'])
  expect(ends({ error: { code: -32_800, message: 'cancelled' } })).toEqual(['turnEnded s1 t1 cancelled'])
})

test.each(['max_tokens', 'max_turn_requests', 'refusal'])(
  'law 6: %s is no plain completion',
  (stopReason) => {
    expect(ends({ result: { stopReason } })).toEqual([`turnEnded s1 t1 interrupted ${stopReason}`])
  },
)

test('an answer without a stop reason says only that the request is over', () => {
  expect(ends({ result: { messageId: 'm1' } })).toEqual(['requestEnded s1 t1 fulfilled'])
  expect(ends(null as never)).toEqual(['requestEnded s1 t1 fulfilled'])
})

test('the connection closes: no prompt that is open will ever be answered', () => {
  const reader = createReader()
  reader.promptSent(turn)
  reader.promptSent({ conversationId: 's2', turnId: 't2' })
  reader.promptAnswered(turn, { result: { stopReason: 'end_turn' } })

  expect(said(reader.close('failed'))).toEqual(['streamDropped', 'requestEnded s2 t2 failed'])
  expect(said(reader.close('failed'))).toEqual(['streamDropped'])
})

test('an error before anything was shown is a refusal', () => {
  expect(sendResult({ error: { code: -32_002, message: 'no such session' } })).toMatchObject({
    reason: 'gone',
  })
  expect(sendResult({ error: { code: -32_602, message: 'bad' } })).toMatchObject({
    reason: 'error',
    error: { message: 'bad' },
  })
  expect(sendResult({ result: { stopReason: 'end_turn' } })).toEqual({ status: 'accepted' })
})

test('a permission is a question by its request id, until it is answered or given up', () => {
  const reader = createReader({ boot: 'b1' })

  expect(said(reader.read(permission(0)))).toEqual(['inputRequested s1 b1:0'])
  expect(rawRequestId('b1:0')).toBe(0)
  expect(said(reader.read({ method: '$/cancel_request', params: { requestId: 0 } }))).toEqual([
    'inputResolved s1 b1:0',
  ])
  expect(said(reader.read({ method: '$/cancel_request', params: { requestId: 0 } }))).toEqual([])
  expect(said(reader.read({ method: 'fs/read_text_file', id: 1, params: { sessionId: 's1' } }))).toEqual([])
})

test('what session/load replays is history, of that session alone', () => {
  const reader = createReader()
  reader.loadSent('s1')

  expect(said(reader.read(update('agent_message_chunk')))).toEqual([])
  expect(said(reader.read(update('agent_message_chunk', {}, 's2')))).toEqual(['turnProgressed s2 output'])
  reader.loadAnswered('s1')
  expect(said(reader.read(update('agent_message_chunk')))).toEqual(['turnProgressed s1 output'])
})

test('the state of a session, in the draft of version 2, is a reason to check', () => {
  expect(says(update('state_update', { state: 'idle', stopReason: 'end_turn' }))).toEqual([
    'sessionReported s1 idle',
  ])
})

test('the official types fit', () => {
  const params: SessionNotification = {
    sessionId: 's1',
    update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'Hi' } },
  }
  const message: AnyMessage & AcpMessage = { jsonrpc: '2.0', method: 'session/update', params }
  const asked: RequestPermissionRequest = { sessionId: 's1', toolCall: { toolCallId: 'k1' }, options: [] }
  const result: PromptResponse = { stopReason: 'max_tokens' }

  expect(says(message)).toEqual(['turnProgressed s1 output'])
  expect(says({ id: 'q', method: 'session/request_permission', params: asked })).toEqual([
    'inputRequested s1 "q"',
  ])
  expect(ends({ result })).toEqual(['turnEnded s1 t1 interrupted max_tokens'])
})
