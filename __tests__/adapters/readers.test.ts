/** What readers remember from one frame to the next: whose frame it is, what is open, and what was settled. */
import * as agUi from 'redux-turnkeeper/adapters/agUi'
import * as aiSdk from 'redux-turnkeeper/adapters/aiSdk'
import * as claudeAgent from 'redux-turnkeeper/adapters/claudeAgent'
import * as codex from 'redux-turnkeeper/adapters/codexAppServer'
import * as langGraph from 'redux-turnkeeper/adapters/langGraph'
import * as openAi from 'redux-turnkeeper/adapters/openAiResponses'
import type { Signal } from '../../src/adapters/signal'
import { said } from './said'

const at = { conversationId: 'c', turnId: 't' }
const payload = (signals: readonly Signal[]) => signals[0]!.payload

test.each([
  ['AG-UI', () => agUi.createReader(at)],
  ['AI SDK', () => aiSdk.createReader(at)],
  ['Claude Agent SDK', () => claudeAgent.createReader(at)],
  ['LangGraph', () => langGraph.createReader(at)],
  ['OpenAI Responses', () => openAi.createReader(at)],
] as const)(
  '%s: a request that broke off before anything came is over, and nothing else is said',
  (_name, create) => {
    expect(said(create().close('failed'))).toEqual(['requestEnded c t failed'])
  },
)

test('AI SDK: an answer closes its own question, and what only tells of a call leaves it open', () => {
  const reader = aiSdk.createReader(at)
  const ask = (toolCallId: string) => ({ type: 'tool-input-available', toolCallId })
  const approve = (n: number) => ({ type: 'tool-approval-request', toolCallId: `k${n}`, approvalId: `q${n}` })
  for (const chunk of [ask('k1'), ask('k2'), ask('k3'), approve(1), approve(2)]) reader.read(chunk)
  reader.read({ type: 'tool-approval-response', approvalId: 'q1' })
  reader.read({ type: 'tool-input-delta', toolCallId: 'k3' })
  expect(said(reader.read({ type: 'finish' }))).toEqual(['inputRequested c t k3'])
  expect(said(reader.read({ type: 'start' }))).toEqual(['inputResolved c t', 'turnStarted c t'])
})

describe('Claude Agent SDK', () => {
  const read = (message: object) =>
    claudeAgent.createReader(at).read(message as claudeAgent.ClaudeAgentMessage)
  test('of what a user message holds only results are work', () => {
    const content = [
      { type: 'text', tool_use_id: 'x' },
      { type: 'tool_result', tool_use_id: 'k' },
    ]
    expect(said(read({ type: 'user', message: { content } }))).toEqual(['turnProgressed c t tool_closed k'])
    const ofChild = { type: 'user', message: { content: [{ type: 'text' }] }, parent_tool_use_id: 'p' }
    expect(said(read(ofChild))).toEqual([])
  })
  test('the tools of a subagent are its own', () => {
    const event = { type: 'content_block_start', content_block: { type: 'tool_use', id: 'k' } }
    expect(said(read({ type: 'stream_event', event, parent_tool_use_id: 'p' }))).toEqual([
      'turnProgressed c t reasoning',
    ])
  })
  test('an error is told in the first words there are, with the reason as its code', () => {
    const failed = { type: 'result', subtype: 'error_during_execution', errors: [7, 'boom'] }
    expect(payload(read(failed))).toMatchObject({
      error: { message: 'boom', code: 'error_during_execution' },
    })
    expect(payload(read({ ...failed, terminal_reason: 'api_error' }))).toMatchObject({
      error: { message: 'boom', code: 'api_error' },
    })
    expect(payload(read({ ...failed, subtype: 'x_error_max_turns' }))).toMatchObject({ reason: 'error' })
  })
  test('of stored messages those of subagents and the results of tools are no prompts', () => {
    const prompt = { type: 'user', uuid: 't', message: { content: 'hi' } }
    const answer = { type: 'assistant', uuid: 'a', message: { stop_reason: 'end_turn' } }
    const result = { type: 'user', uuid: 'x', message: { content: [{ type: 'tool_result' }] } }
    const ofChild = { parent_tool_use_id: 'p' }
    const over = { status: 'idle', last: { turnId: 't', outcome: 'complete', error: undefined } }
    const other = { type: 'user', uuid: 'y', message: { content: [{ type: 'text' }] } }
    expect(claudeAgent.readStatus([prompt, result, answer])).toEqual(over)
    expect(claudeAgent.readStatus([prompt, answer, { ...prompt, uuid: 'y', ...ofChild }])).toEqual(over)
    expect(claudeAgent.readStatus([prompt, answer, other])).toEqual({ status: 'idle' })
    expect(claudeAgent.readStatus([answer])).toStrictEqual({ status: 'idle' })
  })
})

describe('Codex app-server', () => {
  test('a message of no thread says nothing; a deleted thread has a code', () => {
    expect(codex.codexSignals({ method: 'turn/started', params: { turnId: 'r' } })).toEqual([])
    expect(
      payload(codex.codexSignals({ method: 'thread/deleted', params: { threadId: 'c' } })),
    ).toMatchObject({
      error: { code: 'session_gone' },
    })
  })
  test.each([
    ['expected active turn r1 but found r2', 'changed'],
    ['no expected active turn', 'unreachable'],
    ['no active turn to interrupt', 'no_active_turn'],
    ['thread not found', 'no_active_turn'],
  ])('a stop that is refused with "%s": %s', (message, reason) => {
    expect(codex.stopResult({ error: { message } })).toMatchObject({ status: 'refused', reason })
  })
  test('it waits only where a flag says so', () => {
    const read = (...activeFlags: string[]) =>
      codex.readStatus({ result: { thread: { id: 'c', status: { type: 'active', activeFlags } } } }, 'c')
        .status
    expect([read(), read('other'), read('other', 'waitingOnApproval')]).toEqual([
      'running',
      'running',
      'awaiting_input',
    ])
  })
})

describe('LangGraph', () => {
  const reader = () => {
    const one = langGraph.createReader(at)
    one.read({ event: 'metadata', data: { run_id: 'r' } })
    return one
  }
  const interrupts = (count: number) => ({
    event: 'updates',
    data: { __interrupt__: Array.from({ length: count }, (_, i) => ({ id: `q${i}`, value: i })) },
  })
  const end = (data: object | null) => ({ event: 'end', data })

  test('what was asked is open until the next run; 64 at most', () => {
    const one = reader()
    one.read(interrupts(65))
    const asked = one.read(end({ run_id: 'r', status: 'success' }))
    expect([asked.length, payload(asked)]).toEqual([
      64,
      { ...at, runId: 'r', requestId: 'q0', kind: 'interrupt', prompt: 0 },
    ])
    expect(said(one.close('clean_end'))).toEqual([])
    expect(said(one.read({ event: 'metadata', data: { run_id: 'r2' } }))).toEqual([
      'inputResolved c t',
      'turnStarted c t r2',
    ])
  })
  test('only an end without a status is that of the error before', () => {
    const failed = () => {
      const one = reader()
      one.read({ event: 'error', data: { message: 'boom' } })
      return one
    }
    expect(said(failed().read(end(null)))).toEqual(['turnEnded c t r error boom'])
    expect(said(failed().read(end({ status: 'interrupted' })))).toEqual([])
  })
  test('the end of another run is none of this one', () => {
    expect(said(reader().read(end({ run_id: 'x', status: 'success' })))).toEqual([])
    expect(said(reader().read(end({ status: 'success' })))).toEqual(['turnEnded c t r complete'])
    const unnamed = langGraph.createReader(at).read(end({ run_id: 'x', status: 'success' }))
    expect(said(unnamed)).toEqual(['turnEnded c t complete'])
  })
  test('a time-out has a code', () => {
    const error = { message: 'timeout', code: 'timeout' }
    expect(payload(reader().read(end({ status: 'timeout' })))).toMatchObject({ error })
    const runs = [{ run_id: 'r', status: 'timeout' }] as never
    expect(langGraph.readStatus({ status: 'idle' } as never, runs).last).toStrictEqual({
      runId: 'r',
      outcome: 'interrupted',
      error,
    })
  })
  test('runs of one turn are told as one, with its id; what is not known is left out', () => {
    const run = (run_id: string, status: string, turn_id?: string) => ({
      run_id,
      status,
      metadata: { turn_id },
    })
    const read = (...runs: object[]) => langGraph.readStatus({ status: 'busy' } as never, runs as never)
    expect(read(run('r1', 'success', 't'), run('r2', 'running', 't'))).toStrictEqual({
      status: 'running',
      runId: 'r2',
      turnId: 't',
      continues: 'r1',
    })
    expect(read(run('r2', 'running'))).toStrictEqual({ status: 'running', runId: 'r2' })
  })
})
