/** What each word of this wire says of a turn, one row a frame; and words that only look alike, which say nothing. */
import * as acp from 'redux-turnkeeper/adapters/acp'
import { said } from './said'
import { table } from './words'
import type { Row } from './words'

describe('Agent Client Protocol', () => {
  const update = (sessionUpdate: string, rest: object = {}): Row => [
    `${sessionUpdate} ${Object.values(rest).join(' ')}`,
    { method: 'session/update', params: { sessionId: 'c', update: { sessionUpdate, ...rest } } },
  ]
  const shows = (kind: string): string => `turnProgressed c ${kind}`
  const tool = (status: string) => ({ toolCallId: 'k', status })
  table(
    [
      [...update('agent_message_chunk'), shows('output')],
      [...update('agent_thought_chunk'), shows('reasoning')],
      [...update('plan'), shows('reasoning')],
      [...update('compaction_update'), shows('reasoning')],
      [...update('tool_call', tool('pending')), shows('tool_open k')],
      [...update('tool_call_update', tool('pending')), shows('tool_open k')],
      [...update('tool_call_update', tool('in_progress')), shows('tool_open k')],
      [...update('tool_call', tool('completed')), shows('tool_closed k')],
      [...update('tool_call_update', tool('completed')), shows('tool_closed k')],
      [...update('tool_call_update', tool('failed')), shows('tool_closed k')],
      [...update('tool_call', tool('new')), shows('tool_open k')],
      [...update('tool_call_update', tool('new')), shows('reasoning k')],
      [...update('state_update', { state: 'idle' }), 'sessionReported c idle'],
      update('state_update'),
      update('something_else'),
      [
        'another method with an update',
        { method: 'session/other', params: { sessionId: 'c', update: { sessionUpdate: 'plan' } } },
      ],
      [
        'an update of no session',
        { method: 'session/update', params: { update: { sessionUpdate: 'plan' } } },
      ],
      [
        'elicitation/create',
        { id: 1, method: 'elicitation/create', params: { sessionId: 'c' } },
        'inputRequested c 1',
      ],
      ['a question of no session', { id: 1, method: 'session/request_permission', params: {} }],
      ['a question without an id', { method: 'session/request_permission', params: { sessionId: 'c' } }],
      ['no question', { id: 1, method: 'session/request_permissions', params: { sessionId: 'c' } }],
    ],
    (message) => acp.createReader().read(message),
  )

  test('64 open questions are remembered; a withdrawn one makes room', () => {
    const reader = acp.createReader()
    const ask = (id: number) => reader.read({ id, method: 'elicitation/create', params: { sessionId: 'c' } })
    const withdraw = (requestId: number) =>
      said(reader.read({ method: '$/cancel_request', params: { requestId } }))
    for (let id = 1; id <= 65; id++) ask(id)
    expect([withdraw(65), withdraw(64), withdraw(64)]).toEqual([[], ['inputResolved c 64'], []])
    ask(66)
    expect(withdraw(66)).toEqual(['inputResolved c 66'])
  })

  test('an answer that cannot be read was no refusal', () => {
    const unreadable = new Proxy(
      {},
      {
        get: () => {
          throw new Error('unreadable')
        },
      },
    )
    expect(acp.sendResult(unreadable)).toEqual({ status: 'accepted' })
  })
})
