import { createReader, readStatus } from 'redux-turnkeeper/adapters/claudeAgent'
import type { ClaudeAgentMessage } from 'redux-turnkeeper/adapters/claudeAgent'
import { said } from './said'

const address = { conversationId: 's1', turnId: 't1' }
const system = (subtype: string, rest: object = {}): ClaudeAgentMessage => ({
  type: 'system',
  subtype,
  ...rest,
})
const result = (rest: Partial<ClaudeAgentMessage> = {}): ClaudeAgentMessage => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  stop_reason: 'end_turn',
  terminal_reason: 'completed',
  ...rest,
})
const assistant = (...content: object[]): ClaudeAgentMessage => ({ type: 'assistant', message: { content } })
const play = (...messages: ClaudeAgentMessage[]) => {
  const reader = createReader(address)
  const lines = messages.map((message) => said(reader.read(message)))
  return { lines, last: lines.at(-1), closed: () => said(reader.close('clean_end')) }
}

test('a turn starts with its init and ends with its result', () => {
  const { lines, closed } = play(system('init'), result())

  expect(lines).toEqual([['turnStarted s1 t1'], ['turnEnded s1 t1 complete']])
  expect(closed()).toEqual([])
})

test.each<[string, Partial<ClaudeAgentMessage>]>([
  ['cancelled', { subtype: 'error_during_execution', is_error: true, terminal_reason: 'aborted_streaming' }],
  ['cancelled', { subtype: 'error_during_execution', terminal_reason: 'aborted_tools' }],
  ['error no quota', { is_error: true, result: 'no quota', terminal_reason: 'api_error' }],
  ['error boom', { subtype: 'error_during_execution', errors: ['boom'] }],
  ['interrupted too many', { subtype: 'error_max_turns', errors: ['too many'] }],
  ['interrupted error_max_budget_usd', { subtype: 'error_max_budget_usd', errors: [] }],
  ['interrupted max_tokens', { stop_reason: 'max_tokens' }],
  ['interrupted refusal', { stop_reason: 'refusal' }],
])('a result that is no completion: %s', (reason, rest) => {
  expect(play(system('init'), result(rest)).last).toEqual([`turnEnded s1 t1 ${reason}`])
})

test('a result names the messages that it answers: each ends, and no other', () => {
  const named = (...uuids: string[]) =>
    result({ user_message_uuid: uuids.at(-1)!, user_message_uuids: uuids })

  expect(play(named('t1', 't2')).last).toEqual(['turnEnded s1 t1 complete', 'turnEnded s1 t2 complete'])
  const other = play(system('init'), named('t2'))
  expect(other.last).toEqual(['turnEnded s1 t2 complete'])
  expect(other.closed()).toEqual(['requestEnded s1 t1 clean_end'])
})

test('in the stream of a whole session, a result that names nobody is a reason to check', () => {
  expect(said(createReader({ conversationId: 's1' }).read(result()))).toEqual(['turnEnded s1 complete'])
})

test('a query that ends without a result was lost', () => {
  expect(play(system('init')).closed()).toEqual(['requestEnded s1 t1 clean_end'])
})

test('text, thoughts and tools', () => {
  const stream = (event: object, rest: object = {}): ClaudeAgentMessage => ({
    type: 'stream_event',
    event,
    ...rest,
  })
  const delta = stream({ type: 'content_block_delta', delta: { type: 'text_delta' } })
  const tool = { type: 'tool_use', id: 'k1', name: 'Bash' }

  expect(play(delta).last).toEqual(['turnProgressed s1 t1 output'])
  expect(play({ ...delta, parent_tool_use_id: 'k9' }).last).toEqual(['turnProgressed s1 t1 reasoning'])
  expect(play(stream({ type: 'content_block_start', content_block: tool })).last).toEqual([
    'turnProgressed s1 t1 tool_open k1 Bash',
  ])
  expect(play(stream({ type: 'ping' })).last).toEqual([])
  expect(play(assistant({ type: 'text' }, tool)).last).toEqual([
    'turnProgressed s1 t1 message_done',
    'turnProgressed s1 t1 tool_open k1 Bash',
  ])
  const done = { type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: 'k1' }] } }
  expect(play(done).last).toEqual(['turnProgressed s1 t1 tool_closed k1'])
  expect(play({ ...done, isReplay: true }).last).toEqual([])
  expect(play({ type: 'user', message: { content: 'hello' } }).last).toEqual([])
})

test('compaction and retries are signs of work', () => {
  expect(play(system('status', { status: 'compacting' })).last).toEqual([
    'turnProgressed s1 t1 compaction_open',
  ])
  expect(play(system('compact_boundary')).last).toEqual(['turnProgressed s1 t1 compaction_closed'])
  expect(play(system('status', { status: null })).last).toEqual([])
  const [retry] = createReader(address).read(
    system('api_retry', { attempt: 2, retry_delay_ms: 500, error: 'overloaded' }),
  )
  expect(retry!.payload).toEqual({
    ...address,
    attempt: 2,
    inMs: 500,
    error: { message: 'overloaded', code: 'overloaded' },
  })
})

test('the state of a session names no turn', () => {
  expect(play(system('session_state_changed', { state: 'idle' })).last).toEqual(['sessionReported s1 idle'])
  expect(play(system('worker_shutting_down', { reason: 'host_exit' })).last).toEqual([
    'sessionReported s1 worker_shutting_down',
  ])
})

test('a task is a run beside the turn; one that is no activity says nothing', () => {
  const task = (subtype: string, rest: object = {}) => play(system(subtype, { task_id: 'k7', ...rest })).last

  expect(task('task_started')).toEqual(['turnStarted s1 k7 t1'])
  expect(task('task_progress')).toEqual(['turnProgressed s1 k7 reasoning t1'])
  expect(task('task_updated', { patch: { status: 'killed' } })).toEqual(['turnEnded s1 k7 cancelled t1'])
  expect(task('task_notification', { status: 'failed' })).toEqual(['turnEnded s1 k7 error t1'])
  expect(task('task_started', { ambient: true })).toEqual([])
})

test('a task has a name, and may be paused', () => {
  const { read } = createReader(address)
  const at = { conversationId: 's1', runId: 'k7', role: 'child', parent: 't1' }
  const payloads = (subtype: string, rest: object) =>
    read(system(subtype, { task_id: 'k7', ...rest })).map(({ payload }) => payload)
  expect(payloads('task_started', { description: 'Explore the code' })).toEqual([
    { ...at, name: 'Explore the code' },
  ])
  expect(payloads('task_started', { description: 'x', workflow_name: 'spec', parent_task_id: 'k1' })).toEqual(
    [{ ...at, parent: 'k1', name: 'spec' }],
  )
  // What it does at the moment is not its name.
  expect(payloads('task_progress', { description: 'Reading a.ts' })).toEqual([{ ...at, kind: 'reasoning' }])
  expect(payloads('task_updated', { patch: { description: 'Explore more' } })).toEqual([
    { ...at, kind: 'reasoning', name: 'Explore more' },
  ])
  expect(said(read(system('task_updated', { task_id: 'k7', patch: { status: 'paused' } })))).toEqual([
    'runPaused s1 k7 t1',
  ])
})

test('the list of all tasks tells what a missed message did not', () => {
  const { read } = createReader(address)
  const list = (...tasks: readonly object[]) => said(read(system('background_tasks_changed', { tasks })))
  expect(list({ task_id: 'k1', description: 'Build' }, { task_id: 'k2', ambient: true })).toEqual([
    'turnStarted s1 k1 t1',
  ])
  expect(list({ task_id: 'k1' })).toEqual([])
  expect(list()).toEqual(['turnEnded s1 k1 complete t1'])
  expect(list()).toEqual([])
  // One that has ended by its own message is not opened by a list that still has it, nor ended twice.
  read(system('task_started', { task_id: 'k3' }))
  list({ task_id: 'k3' })
  read(system('task_notification', { task_id: 'k3', status: 'completed' }))
  expect(list({ task_id: 'k3' }, { task_id: 'k4' })).toEqual(['turnStarted s1 k4 t1'])
  expect(list({ task_id: 'k4' })).toEqual([])
  // In the foreground it is in no list: it is over when it says so.
  read(system('task_started', { task_id: 'k5' }))
  expect(list({ task_id: 'k4' })).toEqual([])
})

test('a wake-up that was scheduled: when, and why; or that there is none any more', () => {
  const { read } = createReader(address)
  const output = (tool_use_result: object) =>
    read({
      type: 'user',
      message: { content: [{ type: 'tool_result', tool_use_id: 'k1' }] },
      tool_use_result,
    }).map(({ type, payload }) => [type.split('/').at(-1), payload])
  const input = { delaySeconds: 10, reason: 'the build takes a minute' }
  read(assistant({ type: 'tool_use', id: 'k1', name: 'ScheduleWakeup', input }))
  read(assistant({ type: 'tool_use', id: 'k2', name: 'Bash', input: { reason: 'another' } }))
  const woken = { scheduledFor: 1_800_000_060_000, clampedDelaySeconds: 60, wasClamped: true }
  const closed = ['turnProgressed', { ...address, kind: 'tool_closed', callId: 'k1' }]
  expect(output(woken)).toEqual([
    ['workScheduled', { conversationId: 's1', inMs: 60_000, name: 'the build takes a minute' }],
    closed,
  ])
  expect(output({ ...woken, stopped: true })).toEqual([['workScheduled', { conversationId: 's1' }], closed])
  expect(output({ stdout: 'hello' })).toEqual([closed])
  expect(output({ stopped: true })).toEqual([closed])
  expect(output({ clampedDelaySeconds: 60 })).toEqual([closed])
})

test('permissions are questions; a tool that was deferred is one, and the turn is not over', () => {
  const asked: ClaudeAgentMessage = {
    type: 'control_request',
    request_id: 'q1',
    request: { subtype: 'can_use_tool', tool_name: 'Bash', input: {} },
  }
  const deferred = result({ terminal_reason: 'tool_deferred', deferred_tool_use: { id: 'k1', name: 'Bash' } })

  expect(play(asked).last).toEqual(['inputRequested s1 t1 q1'])
  expect(
    play({ type: 'control_request', request_id: 'q2', request: { subtype: 'initialize' } }).last,
  ).toEqual([])
  expect(play({ type: 'control_cancel_request', request_id: 'q1' }).last).toEqual(['inputResolved s1 t1 q1'])
  expect(play(system('init'), deferred).last).toEqual(['inputRequested s1 t1 k1'])
})

describe('what a session’s stored messages say, where its query is gone', () => {
  const stored = (type: string, uuid: string, message: object) => ({ type, uuid, message })
  const prompt = (uuid: string) => stored('user', uuid, { content: 'hello' })
  const answer = (stop_reason: string | null) => stored('assistant', 'a1', { content: [], stop_reason })

  test('the newest prompt is over, as its last answer says', () => {
    expect(readStatus([prompt('t1'), answer('end_turn'), prompt('t2'), answer('end_turn')])).toEqual({
      status: 'idle',
      last: { turnId: 't2', outcome: 'complete' },
    })
    expect(readStatus([prompt('t1'), answer('max_tokens')])).toMatchObject({
      last: { turnId: 't1', outcome: 'interrupted', error: { code: 'max_tokens' } },
    })
  })

  test('one that was cut off: nothing runs, and nobody says how it ended', () => {
    const done = stored('user', 'u2', { content: [{ type: 'tool_result', tool_use_id: 'k1' }] })

    expect(readStatus([prompt('t1'), answer('tool_use'), done])).toEqual({ status: 'idle' })
    expect(readStatus([prompt('t1'), answer(null)])).toEqual({ status: 'idle' })
    expect(readStatus([])).toEqual({ status: 'idle' })
  })

  test('a session that is not there, and what cannot be read', () => {
    expect(readStatus(null)).toEqual({ status: 'absent' })
    expect(readStatus('x' as never)).toEqual({ status: 'no_status' })
  })

  // Written down from version 0.3.332 of the SDK.
  const interruption = (text: string) => stored('user', 'u2', { content: [{ type: 'text', text }] })
  const synthetic = (text: string) =>
    stored('assistant', 'a2', {
      model: '<synthetic>',
      content: [{ type: 'text', text }],
      stop_reason: 'stop_sequence',
    })

  test('the mark of a stop is no prompt: the turn before it was cancelled', () => {
    const cancelled = { status: 'idle', last: { turnId: 't1', outcome: 'cancelled' } }
    const rejected = stored('user', 'u1', { content: [{ type: 'tool_result', tool_use_id: 'k1' }] })
    const inTool = interruption('[Request interrupted by user for tool use]')
    expect(readStatus([prompt('t1'), answer(null), interruption('[Request interrupted by user]')])).toEqual(
      cancelled,
    )
    expect(readStatus([prompt('t1'), answer('tool_use'), rejected, inTool])).toEqual(cancelled)
    const quoted = stored('assistant', 'a2', { ...inTool.message, stop_reason: 'end_turn' })
    expect(readStatus([prompt('t1'), quoted])).toMatchObject({ last: { outcome: 'complete' } })
    expect(readStatus([prompt('t1'), inTool, prompt('t2'), answer('end_turn')])).toMatchObject({
      last: { turnId: 't2', outcome: 'complete' },
    })
  })

  test('what stands in the place of an answer is a failure, or nothing', () => {
    const text = 'API Error: 400 A refusal of the model.'
    expect(readStatus([prompt('t1'), synthetic(text)])).toEqual({
      status: 'idle',
      last: { turnId: 't1', outcome: 'error', error: { message: text } },
    })
    expect(readStatus([prompt('t1'), synthetic('No response requested.')])).toEqual({ status: 'idle' })
  })
})
