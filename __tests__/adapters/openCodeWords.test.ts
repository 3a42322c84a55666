/** What each word of this wire says of a turn, one row a frame; and words that only look alike, which say nothing. */
import * as openCode from 'redux-turnkeeper/adapters/openCode'
import { table } from './words'
import type { Row } from './words'

describe('OpenCode', () => {
  const part = (rest: object, line: string): Row => [
    `part ${JSON.stringify(rest)}`,
    { type: 'message.part.updated', properties: { sessionID: 'c', part: { messageID: 'm', ...rest } } },
    line,
  ]
  const tool = (status: string | undefined, line: string): Row =>
    part({ type: 'tool', callID: 'k', tool: 'bash', state: { status } }, line)
  const delta = (field: string | undefined, line: string): Row => [
    `delta of ${field}`,
    { type: 'message.part.delta', properties: { sessionID: 'c', messageID: 'm', field } },
    line,
  ]
  const named = (type: string, properties: object, ...lines: string[]): Row => [
    `${type} ${JSON.stringify(properties)}`,
    { type, properties: { sessionID: 'c', ...properties } },
    ...lines,
  ]
  const shows = (kind: string): string => `turnProgressed c r ${kind}`
  const opened: openCode.OpenCodeMemory = {
    prompts: [],
    messages: [
      ['r', null],
      ['m', 'r'],
    ],
  }
  table(
    [
      tool('pending', shows('tool_open k bash')),
      tool('running', shows('tool_open k bash')),
      tool(undefined, shows('tool_open k bash')),
      tool('completed', shows('tool_closed k bash')),
      tool('error', shows('tool_closed k bash')),
      part({ type: 'tool', callID: 'k' }, shows('tool_open k tool')),
      part({ type: 'tool' }, shows('reasoning')),
      part({ type: 'text', callID: 'k' }, shows('output')),
      part({ type: 'reasoning' }, shows('reasoning')),
      part({ type: 'step-start' }, shows('reasoning')),
      delta('text', shows('output')),
      delta(undefined, shows('output')),
      delta('reasoning', shows('reasoning')),
      ['a part of a prompt', { type: 'message.part.updated', properties: { part: { messageID: 'r' } } }],
      ['no part', { type: 'message.part.updated', properties: { sessionID: 'c' } }],
      named('session.idle', {}, 'sessionReported c idle'),
      named('session.status', { status: { type: 'busy' } }, 'sessionReported c busy'),
      named('session.status', {}),
      named('session.status', { status: { type: 'retry', message: 'later' } }, 'turnRetrying c later'),
      named('session.created', { info: { id: 'k', parentID: 'c' } }, 'childOpened k c'),
      named('session.updated', { info: { id: 'k', parentID: 'c' } }, 'childOpened k c'),
      named('session.created', { info: { id: 'k' } }),
      named('session.created', { info: { parentID: 'c' } }),
      named(
        'session.deleted',
        {},
        'turnEnded c interrupted The session was deleted.',
        'sessionReported c stopped',
      ),
      named('permission.asked', { id: 'q' }, 'inputRequested c q'),
      named('permission.updated', { id: 'q' }, 'inputRequested c q'),
      named('permission.v2.asked', { id: 'q' }, 'inputRequested c q'),
      named('question.asked', { id: 'q', tool: { messageID: 'm' } }, 'inputRequested c r q'),
      named('permission.replied', { requestID: 'q' }, 'inputResolved c q'),
      named('permission.replied', { permissionID: 'q' }, 'inputResolved c q'),
      named('question.rejected', { requestID: 'q' }, 'inputResolved c q'),
      named('question.v2.replied', { requestID: 'q' }, 'inputResolved c q'),
      named('question.replied', {}),
      // Words that only look alike.
      named('question.asked2', { id: 'q' }),
      named('x.question.asked', { id: 'q' }),
      named('question.v3.asked', { id: 'q' }),
      named('question.replied2', { requestID: 'q' }),
      named('x.question.replied', { requestID: 'q' }),
      ['no type', { properties: { sessionID: 'c', id: 'q' } }],
    ],
    (event) => openCode.openCodeSignals(opened, event)[1],
  )

  test('what cannot be read leaves the memory as it is', () => {
    const unreadable = new Proxy(
      {},
      {
        get: () => {
          throw new Error('unreadable')
        },
      },
    )
    expect(openCode.openCodeSignals(opened, unreadable as never)).toEqual([opened, []])
  })

  test('a prompt that was refused is not waited for; the others are', () => {
    const two = openCode.promptSent(openCode.promptSent(openCode.noMemory, 'c', 't1'), 'c', 't2')
    expect(openCode.promptRefused(two, 't1').prompts).toEqual([{ sessionID: 'c', turnId: 't2' }])
  })

  test('only answers tell what is over', () => {
    const history = [
      { info: { id: 'm1', role: 'assistant', parentID: 'r1', finish: 'stop', time: { completed: 1 } } },
      { info: { id: 'r2', role: 'user', parentID: 'x', finish: 'stop', time: { completed: 1 } } },
    ] as never
    expect(openCode.readStatus('c', {}, history).last).toMatchObject({ runId: 'r1' })
    const idle = { c: { type: 'idle' } } as never
    expect(openCode.readStatus('c', idle).status).toBe('idle')
    expect(openCode.readStatus('c', { c: { type: 'busy' } } as never).status).toBe('running')
  })

  test('a question is its session’s, or that of the message whose tool asks', () => {
    const busy = { c: { type: 'busy' } } as never
    const history = [{ info: { id: 'm', role: 'assistant', parentID: 'r' } }] as never
    const ask = (rest: object) =>
      openCode.readStatus('c', busy, history, {
        requests: [{ id: 'q', sessionID: 'c', ...rest }],
        sessions: [{ id: 'k', parentID: 'c' }],
      } as never).questions
    expect(ask({ tool: { messageID: 'm' } })).toMatchObject([{ asker: 'r', kind: 'permission.asked' }])
    expect(ask({ tool: { messageID: 'other' }, questions: [] })).toMatchObject([
      { asker: undefined, kind: 'question.asked' },
    ])
    expect(ask({ sessionID: 'k' })).toMatchObject([{ asker: 'k' }])
    expect(ask({ sessionID: 'other' })).toEqual([])
  })
})
