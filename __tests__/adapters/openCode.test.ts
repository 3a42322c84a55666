import type { Event, GlobalEvent } from '@opencode-ai/sdk'
import type { Event as EventV2 } from '@opencode-ai/sdk/v2'
import {
  noMemory,
  openCodeSignals,
  promptRefused,
  promptSent,
  readStatus,
} from 'redux-turnkeeper/adapters/openCode'
import type { OpenCodeEvent, OpenCodeMemory, OpenCodeMessage } from 'redux-turnkeeper/adapters/openCode'
import { said } from './said'

const official: (event: Event | EventV2 | GlobalEvent) => OpenCodeEvent = (event) => event

const event = (type: string, properties: object = {}): OpenCodeEvent => ({
  type,
  properties: { sessionID: 'ses', ...properties },
})
const user = (id: string) => event('message.updated', { info: { id, role: 'user' } })
const assistant = (id: string, parentID: string, rest: object = {}) =>
  event('message.updated', { info: { id, role: 'assistant', parentID, time: {}, ...rest } })
const closed = (finish?: string) => ({ time: { completed: 1 }, ...(finish !== undefined && { finish }) })
const status = (type: string, rest?: object) => event('session.status', { status: { type, ...rest } })

/** Plays events one after the other, and tells what they said. */
const told = (events: readonly OpenCodeEvent[], from: OpenCodeMemory = noMemory): readonly string[] => {
  let memory = from
  return events.flatMap((one) => {
    const [next, signals] = openCodeSignals(memory, one)
    memory = next
    return said(signals)
  })
}

test('the assistant message of a prompt ends that prompt', () => {
  expect(told([assistant('a1', 'u1')])).toEqual(['turns/started ses u1'])
  expect(told([assistant('a1', 'u1', closed('stop'))])).toEqual(['turns/ended ses u1 complete'])
})

test('a tool step completes a message, and not the turn', () => {
  for (const finish of ['tool-calls', 'unknown', 'other']) {
    expect(told([assistant('a1', 'u1', closed(finish))])).toEqual(['turns/progressed ses u1 step_done'])
  }
})

test('an aborted message is cancelled, completed or not; any other error is one', () => {
  const error = (name: string) => ({ ...closed(), error: { name, data: { message: 'no quota' } } })

  expect(told([assistant('a1', 'u1', error('MessageAbortedError'))])).toEqual([
    'turns/ended ses u1 cancelled',
  ])
  expect(told([assistant('a1', 'u1', error('APIError'))])).toEqual(['turns/ended ses u1 error no quota'])
})

test('closed without finish and without error: aborted while it waited to retry', () => {
  expect(told([assistant('a1', 'u1', closed())])).toEqual(['turns/ended ses u1 cancelled'])
})

test('session.status, session.idle and session.error name no turn', () => {
  expect(told([status('idle')])).toEqual(['conversations/sessionReported ses idle'])
  expect(told([event('session.idle')])).toEqual(['conversations/sessionReported ses idle'])
  expect(told([status('retry', { attempt: 2, message: 'no quota' })])).toEqual([
    'turns/retrying ses no quota',
  ])
  expect(told([event('session.error', { error: { name: 'APIError' } })])).toEqual([
    'turns/ended ses session_error APIError',
  ])
})

test('text that comes late belongs to the prompt that its message answers, not to the one that runs now', () => {
  const late = event('message.part.updated', { part: { type: 'text', messageID: 'a1' } })

  expect(told([assistant('a1', 'u1'), assistant('a2', 'u2'), late]).at(-1)).toBe(
    'turns/progressed ses u1 output',
  )
})

test('a part of a user message is no work; one of a message that nobody has seen names only the session', () => {
  const part = (messageID: string) => event('message.part.updated', { part: { type: 'text', messageID } })

  expect(told([user('u1'), part('u1')])).toEqual([])
  expect(told([part('a9')])).toEqual(['turns/progressed ses output'])
})

test('the id that the server gives a prompt binds when its message shows, once, in the order of the prompts', () => {
  const sent = promptSent(promptSent(noMemory, 'ses', 't1'), 'ses', 't2')
  const other = { ...user('u0'), properties: { sessionID: 'other', info: { id: 'u0', role: 'user' } } }

  expect(told([other, user('u1'), user('u1'), user('u2'), user('u3')], sent)).toEqual([
    'turns/sendAccepted t1 u1',
    'turns/sendAccepted t2 u2',
  ])
})

test('a prompt that was refused binds nothing: the next user message is the next prompt’s', () => {
  const sent = promptSent(promptRefused(promptSent(noMemory, 'ses', 't1'), 't1'), 'ses', 't2')

  expect(told([user('u1')], sent)).toEqual(['turns/sendAccepted t2 u1'])
})

test('a permission is asked by the turn whose tool needs it', () => {
  const asked = event('permission.asked', { id: 'per', tool: { messageID: 'a1' } })

  expect(told([assistant('a1', 'u1'), asked]).at(-1)).toBe('turns/inputRequested ses u1 per')
  expect(told([event('permission.replied', { requestID: 'per' })])).toEqual(['turns/inputResolved ses per'])
})

test('a session with a parent is its child', () => {
  const created = event('session.created', { info: { id: 'sub', parentID: 'ses' } })

  expect(told([created])).toEqual(['conversations/childOpened sub ses'])
})

test('the global stream says the same, wrapped', () => {
  expect(told([{ payload: { type: 'session.idle', properties: { sessionID: 'ses' } } }])).toEqual([
    'conversations/sessionReported ses idle',
  ])
})

test('the memory is bounded, and the same where there is nothing to remember', () => {
  let memory = noMemory
  for (let index = 0; index < 1_000; index++) [memory] = openCodeSignals(memory, assistant(`a${index}`, 'u1'))

  expect(memory.messages.length).toBeLessThanOrEqual(64)
  expect(openCodeSignals(memory, assistant('a999', 'u1'))[0]).toBe(memory)
})

describe('a look-up', () => {
  const said = (...messages: object[]) => messages.map((info) => ({ info: info as OpenCodeMessage }))
  const asked = { id: 'u1', role: 'user' }
  const answer = (rest: object, parentID = 'u1') => ({
    id: `a-${parentID}`,
    role: 'assistant',
    parentID,
    time: {},
    ...rest,
  })

  test('busy and retry run; the open message tells for whom', () => {
    expect(readStatus('ses', { ses: { type: 'busy' } }, said(asked, answer({})))).toEqual({
      status: 'running',
      runId: 'u1',
    })
    expect(readStatus('ses', { ses: { type: 'retry' } })).toEqual({ status: 'running', runId: null })
  })

  test('{} is idle, and an open message no sign of work: it stays open for ever when the process dies', () => {
    expect(readStatus('ses', {}, said(asked, answer({})))).toEqual({ status: 'idle' })
  })

  test('the history names the last prompt that is over, and how', () => {
    const history = said(asked, answer(closed('stop')), { id: 'u2', role: 'user' }, answer({}, 'u2'))

    expect(readStatus('ses', {}, history)).toEqual({
      status: 'idle',
      last: { runId: 'u1', outcome: 'complete' },
    })
  })

  test('a prompt that died after a step is not over by that step', () => {
    expect(readStatus('ses', {}, said(asked, answer(closed('tool-calls'))))).toEqual({ status: 'idle' })
  })
})

test('the official types fit, of both generations', () => {
  const idle: Event = { type: 'session.idle', properties: { sessionID: 'ses' } }

  expect(told([official(idle), official({ directory: '/', payload: idle })])).toHaveLength(2)
})
