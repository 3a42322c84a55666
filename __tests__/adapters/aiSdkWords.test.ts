/** What each word of this wire says of a turn, one row a frame; and words that only look alike, which say nothing. */
import * as aiSdk from 'redux-turnkeeper/adapters/aiSdk'
import { said } from './said'
import { at, progress, table } from './words'
import type { Row } from './words'

describe('AI SDK', () => {
  const named = (type: string, rest: object, ...lines: string[]): Row => [type, { type, ...rest }, ...lines]
  const call = { toolCallId: 'k', toolName: 'find' }
  table(
    [
      named('start', { messageId: 'r' }, 'turnStarted c t r'),
      named('start', {}, 'turnStarted c t'),
      named('text-start', {}, progress('output')),
      named('text-delta', {}, progress('output')),
      named('text-end', {}, progress('message_done')),
      named('reasoning-start', {}, progress('reasoning')),
      named('reasoning-delta', {}, progress('reasoning')),
      named('tool-input-start', call, progress('tool_open k find')),
      named('tool-input-delta', { toolCallId: 'k' }, progress('reasoning k')),
      named('tool-input-available', call, progress('tool_open k find')),
      named('tool-input-error', { toolCallId: 'k' }, progress('tool_closed k')),
      named('tool-output-available', { toolCallId: 'k' }, progress('tool_closed k')),
      named('tool-output-available', { toolCallId: 'k', preliminary: true }, progress('reasoning k')),
      named('tool-output-error', { toolCallId: 'k' }, progress('tool_closed k')),
      named('tool-output-denied', { toolCallId: 'k' }, progress('tool_closed k')),
      named('finish-step', {}, progress('step_done')),
      named('source-url', {}),
      named('tool-approval-request', { approvalId: 'q' }, 'inputRequested c t q'),
      named('tool-approval-request', { approvalId: 'q', isAutomatic: true }),
      named('tool-approval-response', { approvalId: 'q' }, 'inputResolved c t q'),
      named('tool-approval-response', {}),
      named('finish', { finishReason: 'stop' }, 'turnEnded c t complete'),
      named('finish', { finishReason: 'tool-calls' }, progress('step_done')),
      named('abort', {}, 'turnEnded c t cancelled'),
      named('error', { errorText: 'boom' }, 'turnEnded c t error boom'),
    ],
    (chunk) => aiSdk.aiSdkSignals(chunk, at),
  )

  const open = { type: 'tool-input-available', ...call }
  const body = (...chunks: object[]) => {
    const reader = aiSdk.createReader(at)
    const lines = chunks.map((chunk) => said(reader.read(chunk as aiSdk.AiSdkChunk)))
    return { last: lines.at(-1), closed: said(reader.close('clean_end')) }
  }
  test.each(['error', 'length', 'content-filter', 'interrupted'])(
    'a call is not waited for after %s',
    (finishReason) => {
      expect(body(open, { type: 'finish', finishReason }).last![0]).toMatch(/^turnEnded c t/)
    },
  )
  test('a call without an output is waited for', () => {
    const asked = body(open, { type: 'finish', finishReason: 'stop' })
    expect(asked).toEqual({ last: ['inputRequested c t k'], closed: [] })
    const answered = { type: 'tool-output-available', toolCallId: 'k' }
    expect(body(open, answered, { type: 'finish', finishReason: 'tool-calls' }).last).toEqual([
      'turnEnded c t complete',
    ])
    const inPart = { ...answered, preliminary: true }
    expect(body(open, inPart, { type: 'finish' }).last).toEqual(['inputRequested c t k'])
    const ofServer = { ...open, providerExecuted: true }
    expect(body(ofServer, { type: 'finish' }).last).toEqual(['turnEnded c t complete'])
  })
  test.each(['error', 'abort'])('after %s a finish says nothing more of the end', (type) => {
    const { last, closed } = body(open, { type, errorText: 'x' }, { type: 'finish', finishReason: 'stop' })
    expect([last, closed]).toEqual([['turnEnded c t complete'], []])
  })
  test('64 open calls are remembered; one that is known is kept anew', () => {
    const chunks = Array.from({ length: 65 }, (_, i) => ({ ...open, toolCallId: `k${i}` }))
    const asked = (...more: object[]) => body(...chunks, ...more, { type: 'finish' }).last!
    expect(asked()).toHaveLength(64)
    const approval = { type: 'tool-approval-request', toolCallId: 'k0', approvalId: 'q' }
    expect(asked(approval)).toHaveLength(63)
  })
  test('what a resumed body tells', () => {
    const start = { type: 'start', messageId: 'r' }
    const approval = { type: 'tool-approval-request', toolCallId: 'k', approvalId: 'q' }
    const read = (...chunks: object[]) => aiSdk.readStatus(chunks as aiSdk.AiSdkChunk[])
    expect(read(start, open, { type: 'finish' })).toEqual({
      status: 'awaiting_input',
      runId: 'r',
      questions: [{ requestId: 'k', kind: 'tool-input-available', prompt: open }],
    })
    expect(read(start, approval, { type: 'finish' })).toEqual({
      status: 'awaiting_input',
      runId: 'r',
      questions: [{ requestId: 'q', kind: 'tool-approval-request', prompt: approval }],
    })
    const usage = { inputTokens: 10, outputTokens: 2, cachedInputTokens: 3, reasoningTokens: 4 }
    expect(read(start, { type: 'finish', finishReason: 'stop', messageMetadata: { usage } })).toEqual({
      status: 'idle',
      last: { runId: 'r', outcome: 'complete', usage },
    })
    const answer = { type: 'tool-approval-response', approvalId: 'q' }
    expect(read(start, approval, answer)).toEqual({ status: 'no_status' })
    expect(aiSdk.readStatus([start, { type: 'text-delta' }], { isOpen: true })).toEqual({
      status: 'running',
      runId: 'r',
      questions: [],
    })
    expect([aiSdk.readStatus([]), aiSdk.readStatus([], { isOpen: true })]).toEqual([
      { status: 'idle' },
      { status: 'no_status' },
    ])
  })
})
