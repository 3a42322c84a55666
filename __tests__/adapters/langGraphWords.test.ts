/** What each word of this wire says of a turn, one row a frame; and words that only look alike, which say nothing. */
import * as langGraph from 'redux-turnkeeper/adapters/langGraph'
import { said } from './said'
import { at, progress, table } from './words'
import type { Row } from './words'

describe('LangGraph', () => {
  const event = (name: string, data: unknown, ...lines: string[]): Row => [
    `${name} ${JSON.stringify(data)}`,
    { event: name, data },
    ...lines,
  ]
  const tool = (word: string, line: string): Row =>
    event('tools', { event: word, toolCallId: 'k', name: 'find' }, line)
  const message = (rest: object, ...lines: string[]): Row =>
    event('messages', [{ type: 'ai', ...rest }], ...lines)
  table(
    [
      event('metadata', { run_id: 'r' }, 'turnStarted c t r'),
      event('metadata', { run_id: 'r', attempt: 1 }, 'turnStarted c t r'),
      event('metadata', { run_id: 'r', attempt: 2 }, 'turnRetrying c t r'),
      tool('on_tool_start', progress('tool_open k find')),
      tool('on_tool_event', progress('reasoning k find')),
      tool('on_tool_end', progress('tool_closed k find')),
      tool('on_tool_error', progress('tool_closed k find')),
      event('tools', { event: 'other' }),
      event('lifecycle|a|b', { event: 'started' }, progress('tool_open a|b')),
      event('lifecycle|a', { event: 'completed', tool_call_id: 'k' }, progress('tool_closed k')),
      event('values', {}, progress('reasoning')),
      event('updates', {}, progress('step_done')),
      event('tasks', {}, progress('reasoning')),
      event('tasks', { result: 1 }, progress('step_done')),
      event('custom', {}, progress('reasoning')),
      event('debug', {}, progress('reasoning')),
      event('events', {}, progress('reasoning')),
      event('checkpoints', {}, progress('reasoning')),
      event('messages/metadata', {}),
      event('other', {}),
      ['no event', {}],
      event('error', { error: 'ValueError', message: 'boom' }, 'errorReported c t boom'),
      event('error', 'boom', 'errorReported c t boom'),
      event('error|a', { message: 'boom' }, progress('reasoning')),
      message({ content: 'x' }, progress('output')),
      message({ content: '' }, progress('reasoning')),
      message({ content: ['x'] }, progress('output')),
      message({ content: [] }, progress('reasoning')),
      message({}, progress('reasoning')),
      message({ type: 'AIMessageChunk', content: 'x' }, progress('output')),
      message({ type: 'human', content: 'x' }),
      message({ type: 'tool', tool_call_id: 'k' }, progress('tool_closed k')),
      message({ type: 'ToolMessage', tool_call_id: 'k' }, progress('tool_closed k')),
      message({ tool_call_chunks: [{ id: 'k', name: 'find' }] }, progress('tool_open k find')),
      message({ tool_call_chunks: [{}] }, progress('reasoning')),
      event('messages', { type: 'ai' }),
      event('messages/partial', [{ type: 'human' }, { type: 'ai', content: 'x' }], progress('output')),
      event('messages/complete', [{ type: 'ai', content: 'x' }], progress('output')),
      event('end', { status: 'success' }, 'turnEnded c t complete'),
      event('end', { status: 'error' }, 'turnEnded c t error'),
      event('end', { status: 'timeout' }, 'turnEnded c t interrupted timeout'),
      event('end', { status: 'rollback' }, 'turnEnded c t cancelled'),
      event('end', { status: 'interrupted' }),
    ],
    (one) => langGraph.createReader(at).read(one),
  )

  test.each([
    ['success', ['inputRequested c t q']],
    ['interrupted', ['inputRequested c t q']],
    ['error', ['turnEnded c t error']],
    ['rollback', ['turnEnded c t cancelled']],
  ])('what was asked is asked at the end, if that is %s', (status, lines) => {
    const reader = langGraph.createReader(at)
    reader.read({ event: 'values', data: { __interrupt__: [{ id: 'q', value: 'ok?' }] } })
    expect(said(reader.read({ event: 'end', data: { status } }))).toEqual(lines)
  })

  const run = (run_id: string, status: string, n: number, rest: object = {}) => ({
    run_id,
    status,
    created_at: `2026-01-0${n}`,
    ...rest,
  })
  const thread = (status: string, rest: object = {}) => ({ status, ...rest })
  const read = (body: object | null, ...runs: object[]) =>
    langGraph.readStatus(body as langGraph.LangGraphThread, runs as langGraph.LangGraphRun[])
  test('the newest run counts, in whatever order they come', () => {
    const runs = [run('r3', 'success', 3), run('r1', 'error', 1), run('r2', 'success', 2)]
    const last = { runId: 'r3', outcome: 'complete', error: undefined }
    expect(read(thread('idle'), ...runs)).toEqual({ status: 'idle', last })
    expect(read(thread('idle'), ...[...runs].reverse())).toEqual({ status: 'idle', last })
  })
  test('one that runs goes before one that waits, and both before the thread', () => {
    const done = run('r1', 'success', 1)
    const last = { runId: 'r1', outcome: 'complete', error: undefined }
    expect(read(thread('idle'), done, run('r3', 'pending', 3), run('r2', 'running', 2))).toMatchObject({
      status: 'running',
      runId: 'r2',
    })
    expect(read(thread('idle'), done, run('r3', 'pending', 3))).toEqual({
      status: 'running',
      runId: 'r3',
      last,
    })
    expect(read(thread('busy'), done)).toEqual({ status: 'running', last })
    expect(read({}, done)).toEqual({ status: 'no_status', last })
    expect(read(thread('idle'))).toEqual({ status: 'idle' })
    expect(read(null)).toEqual({ status: 'absent' })
  })
  test('a run that resumes belongs to the turn before it; one of its own turn does', () => {
    const resumed = run('r2', 'running', 2, { kwargs: { command: { resume: true } } })
    expect(read(thread('busy'), run('r1', 'success', 1), resumed)).toEqual({
      status: 'running',
      runId: 'r2',
      continues: 'r1',
    })
    expect(read(thread('busy'), run('r1', 'success', 1), run('r2', 'running', 2))).toMatchObject({
      last: { runId: 'r1' },
    })
  })
  test('a run that was taken for steering was merged', () => {
    const taken = run('r1', 'interrupted', 1, { cancel_reason: 'taken by r2' })
    expect(read(thread('idle'), taken).last).toMatchObject({ outcome: 'merged' })
    expect(read(thread('idle'), run('r1', 'interrupted', 1)).last).toMatchObject({ outcome: 'cancelled' })
    const other = run('r1', 'interrupted', 1, { cancel_reason: 'mistaken' })
    expect(read(thread('idle'), other).last).toMatchObject({ outcome: 'cancelled' })
  })
})
