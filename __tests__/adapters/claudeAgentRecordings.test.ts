/** Claude Agent SDK: what version 0.3.332 gave, before a model of the tests’ own. */
import { createReader, readStatus } from 'redux-turnkeeper/adapters/claudeAgent'
import type { ClaudeAgentMessage, ClaudeAgentStoredMessage } from 'redux-turnkeeper/adapters/claudeAgent'
import { readLines } from './recordings'
import { said } from './said'

interface Sent {
  readonly session_id: string
  readonly uuid: string
}

/** Reads a recording: what its messages said, and the messages that were stored. */
function play(name: string) {
  const lines = readLines(`claude-agent-${name}`)
  const { session_id: conversationId, uuid: turnId } = lines[0]!.msg.body as Sent
  const reader = createReader({ conversationId, turnId })
  const told = lines.flatMap(({ msg }) =>
    msg.ev === undefined ? [] : said(reader.read(msg.ev as ClaudeAgentMessage)),
  )
  return {
    turnId,
    /** Each signal once, without its address. */
    told: [...new Set(told)].map((line) => line.replace(`${conversationId} `, '').replace(turnId, 'turn')),
    ends: told.filter((line) => line.startsWith('turnEnded')).length,
    closed: said(reader.close('failed')).map((line) => line.split(' ')[0]),
    stored: lines.at(-1)!.msg.body as readonly ClaudeAgentStoredMessage[],
  }
}

test.each([
  ['normal', 'complete', 'complete'],
  ['tool', 'complete', 'complete'],
  ['refused-question', 'complete', 'complete'],
  ['retry', 'complete', 'complete'],
  ['interrupted', 'cancelled', 'cancelled'],
  ['interrupted-question', 'cancelled', 'cancelled'],
  ['error', 'error', 'error'],
])('%s: the query says %s, once, and what is stored says %s', (name, outcome, ofStored) => {
  const { told, ends, closed, stored, turnId } = play(name)

  expect(told[0]).toBe('turnStarted turn')
  expect(told.filter((line) => line.startsWith('turnEnded'))).toEqual([
    expect.stringContaining(`turnEnded turn ${outcome}`) as string,
  ])
  expect(ends).toBe(1)
  expect(closed).toEqual([])
  expect(readStatus(stored)).toMatchObject({ status: 'idle', last: { turnId, outcome: ofStored } })
})

test('killed: the query was lost, and nothing that is stored says how the turn ended', () => {
  const { ends, closed, stored } = play('killed')

  expect(ends).toBe(0)
  expect(closed).toEqual(['requestEnded'])
  expect(readStatus(stored)).toEqual({ status: 'idle' })
})

test('tools, texts and retries show', () => {
  expect(play('tool').told).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^turnProgressed turn tool_open \S+ Bash$/),
      expect.stringMatching(/^turnProgressed turn tool_closed/),
      'turnProgressed turn output',
    ]) as string[],
  )
  expect(play('retry').told).toContainEqual(expect.stringMatching(/^turnRetrying turn/))
})
