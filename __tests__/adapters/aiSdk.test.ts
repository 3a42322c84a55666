import type { UIMessageChunk } from 'ai'
import { aiSdkSignals } from 'redux-turnkeeper/adapters/aiSdk'
import type { AiSdkChunk } from 'redux-turnkeeper/adapters/aiSdk'
import { said } from './said'

const official: (chunk: UIMessageChunk) => AiSdkChunk = (chunk) => chunk

const request = { conversationId: 'c1', turnId: 't1' }
const signals = (chunk: AiSdkChunk) => said(aiSdkSignals(chunk, request))

test('start names the message, if the server gives it an id', () => {
  expect(signals({ type: 'start', messageId: 'm1' })).toEqual(['turns/started c1 t1 m1'])
  expect(signals({ type: 'start' })).toEqual(['turns/started c1 t1'])
})

test('finish, abort and error end; the end of a step does not', () => {
  expect(signals({ type: 'finish', finishReason: 'stop' })).toEqual(['turns/ended c1 t1 complete'])
  expect(signals({ type: 'abort' })).toEqual(['turns/ended c1 t1 cancelled'])
  expect(signals({ type: 'error', errorText: 'no quota' })).toEqual(['turns/ended c1 t1 error no quota'])
  expect(signals({ type: 'finish-step' })).toEqual(['turns/progressed c1 t1 step_done'])
})

test('finish with the reason "error" is no success', () => {
  expect(signals({ type: 'finish', finishReason: 'error' })).toEqual(['turns/ended c1 t1 error'])
})

test('a preliminary output leaves its tool open', () => {
  const output = { type: 'tool-output-available', toolCallId: 'c1' }

  expect(signals({ type: 'tool-input-start', toolCallId: 'c1', toolName: 'bash' })).toEqual([
    'turns/progressed c1 t1 tool_open c1 bash',
  ])
  expect(signals({ ...output, preliminary: true })).toEqual(['turns/progressed c1 t1 reasoning c1'])
  expect(signals(output)).toEqual(['turns/progressed c1 t1 tool_closed c1'])
})

test('[DONE] follows every end, and says nothing', () => {
  expect(signals({ type: '[DONE]' })).toEqual([])
})

test('the official types fit', () => {
  expect(signals(official({ type: 'text-delta', id: '0', delta: 'Hello' }))).toEqual([
    'turns/progressed c1 t1 output',
  ])
})
