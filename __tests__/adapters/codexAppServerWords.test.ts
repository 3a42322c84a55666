/** What each word of this wire says of a turn, one row a frame; and words that only look alike, which say nothing. */
import * as codex from 'redux-turnkeeper/adapters/codexAppServer'
import { table } from './words'
import type { Row } from './words'

describe('Codex app-server', () => {
  const item = (phase: 'started' | 'completed', type: unknown, rest: object = {}): Row => [
    `item/${phase} ${String(type)}`,
    { method: `item/${phase}`, params: { threadId: 'c', turnId: 'r', item: { id: 'i', type, ...rest } } },
  ]
  const named = (method: string, ...lines: string[]): Row => [
    method,
    { method, params: { threadId: 'c', turnId: 'r' } },
    ...lines,
  ]
  const shows = (kind: string): string => `turnProgressed c r ${kind}`
  table(
    [
      item('started', 'userMessage'),
      item('completed', 'userMessage'),
      item('started', 'hookPrompt'),
      item('completed', 'hookPrompt'),
      [...item('started', 'agentMessage'), shows('output')],
      [...item('completed', 'agentMessage'), shows('message_done')],
      [...item('started', 'plan'), shows('output')],
      [...item('completed', 'plan'), shows('message_done')],
      [...item('started', 'reasoning'), shows('reasoning')],
      [...item('completed', 'reasoning'), shows('reasoning')],
      [...item('started', 'contextCompaction'), shows('compaction_open')],
      [...item('completed', 'contextCompaction'), shows('compaction_closed')],
      [...item('started', 'mcpToolCall', { tool: 'search' }), shows('tool_open i search')],
      [...item('completed', 'mcpToolCall', { tool: 'search' }), shows('tool_closed i search')],
      item('started', undefined),
      item('started', 'fileChange', { id: undefined }),
      item('completed', 'agentMessage', { id: 7 }),
      named('item/agentMessage/delta', shows('output')),
      named('item/plan/delta', shows('output')),
      named('item/fileChange/patchUpdated', shows('reasoning')),
      named('item/mcpToolCall/progress', shows('reasoning')),
      named('item/reasoning/textDelta', shows('reasoning')),
      named('turn/plan/updated', shows('reasoning')),
      named('turn/diff/updated', shows('reasoning')),
      named('turn/started', 'turnStarted c r'),
      // Words that only look alike.
      named('item/agentMessage/delta2'),
      named('x/item/agentMessage/delta'),
      named('item/mcpToolCall/progressed'),
      named('x/item/reasoning/textDelta'),
      named('turn/plan/updated2'),
      named('x/turn/plan/updated'),
      named('item/other/delta'),
      named('item/tool/requestApproval2'),
      ['no method', { params: { threadId: 'c', turnId: 'r' } }],
      ['a request that asks nothing', { ...named('turn/started')[1], id: 3 }],
      [
        'thread/deleted',
        { method: 'thread/deleted', params: { threadId: 'c' } },
        'turnEnded c interrupted The thread was deleted.',
        'sessionReported c stopped',
      ],
      ['thread/closed', { method: 'thread/closed', params: { threadId: 'c' } }, 'sessionReported c closed'],
      ['a status without a type', { method: 'thread/status/changed', params: { threadId: 'c', status: {} } }],
      [
        'thread/started of a child',
        { method: 'thread/started', params: { thread: { id: 'k', parentThreadId: 'c' } } },
        'childOpened k c',
      ],
      ['thread/started of nobody’s child', { method: 'thread/started', params: { thread: { id: 'k' } } }],
      [
        'thread/started without an id',
        { method: 'thread/started', params: { thread: { parentThreadId: 'c' } } },
      ],
    ],
    (message) => codex.codexSignals(message),
  )

  test('only a count of tokens counts tokens', () => {
    const reader = codex.createReader()
    const tokenUsage = { total: { inputTokens: 5 }, last: { inputTokens: 5 } }
    const params = { threadId: 'c', turnId: 'r', tokenUsage }
    reader.read({ method: 'turn/plan/updated', params })
    const end = {
      method: 'turn/completed',
      params: { threadId: 'c', turn: { id: 'r', status: 'completed' } },
    }
    expect(reader.read(end)[0]!.payload).not.toHaveProperty('usage')
  })

  test('the tokens of 64 threads are counted at once: those of the oldest go first', () => {
    const reader = codex.createReader()
    const threads = Array.from({ length: 65 }, (_, i) => `c${i}`)
    for (const threadId of threads) {
      const tokenUsage = { total: { inputTokens: 5 }, last: { inputTokens: 5 } }
      reader.read({ method: 'thread/tokenUsage/updated', params: { threadId, turnId: 'r', tokenUsage } })
    }
    const used = threads.map((threadId) => {
      const params = { threadId, turn: { id: 'r', status: 'completed' } }
      return (reader.read({ method: 'turn/completed', params })[0]!.payload as { usage?: object }).usage
    })
    expect(used.map(Boolean)).toEqual(threads.map((_, i) => i > 0))
  })

  test('a list of threads is read for its own', () => {
    const listed = (...data: object[]) => codex.readStatus({ result: { data } }, 'c')
    const other = { id: 'x', status: { type: 'active' }, turns: [] }
    expect(listed(other, { id: 'c', status: { type: 'idle' } })).toEqual({ status: 'idle' })
    expect(listed(other)).toEqual({ status: 'no_status' })
    expect(listed(other, { id: 'c', status: 'inProgress' })).toEqual({ status: 'running', runId: 'c' })
  })
})
