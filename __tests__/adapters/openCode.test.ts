import type { Event, GlobalEvent } from '@opencode-ai/sdk'
import type { Event as EventV2 } from '@opencode-ai/sdk/v2'
import {
  createReader,
  noMemory,
  openCodeSignals,
  promptRefused,
  promptSent,
  readStatus,
} from 'redux-turnkeeper/adapters/openCode'
import type { OpenCodeEvent, OpenCodeMemory, OpenCodeMessage } from 'redux-turnkeeper/adapters/openCode'
import { endOfStep } from '../../src/adapters/openCodeStatus'
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
  expect(told([assistant('a1', 'u1')])).toEqual(['turnStarted ses u1'])
  expect(told([assistant('a1', 'u1', closed('stop'))])).toEqual(['turnEnded ses u1 complete'])
})

test('a tool step completes a message, and not the turn', () => {
  for (const finish of ['tool-calls', 'unknown', 'other']) {
    expect(told([assistant('a1', 'u1', closed(finish))])).toEqual(['turnProgressed ses u1 step_done'])
  }
})

test('an aborted message is cancelled, completed or not; any other error is one', () => {
  const error = (name: string) => ({ ...closed(), error: { name, data: { message: 'no quota' } } })

  expect(told([assistant('a1', 'u1', error('MessageAbortedError'))])).toEqual(['turnEnded ses u1 cancelled'])
  expect(told([assistant('a1', 'u1', error('APIError'))])).toEqual(['turnEnded ses u1 error no quota'])
})

test('closed without finish and without error: aborted while it waited to retry', () => {
  expect(told([assistant('a1', 'u1', closed())])).toEqual(['turnEnded ses u1 cancelled'])
})

test('session.status, session.idle and session.error name no turn', () => {
  expect(told([status('idle')])).toEqual(['sessionReported ses idle'])
  expect(told([event('session.idle')])).toEqual(['sessionReported ses idle'])
  expect(told([status('retry', { attempt: 2, message: 'no quota' })])).toEqual(['turnRetrying ses no quota'])
  expect(told([event('session.error', { error: { name: 'APIError' } })])).toEqual([
    'turnEnded ses session_error APIError',
  ])
})

test('text that comes late belongs to the prompt that its message answers, not to the one that runs now', () => {
  const late = event('message.part.updated', { part: { type: 'text', messageID: 'a1' } })

  expect(told([assistant('a1', 'u1'), assistant('a2', 'u2'), late]).at(-1)).toBe(
    'turnProgressed ses u1 output',
  )
})

test('a part of a user message is no work; one of a message that nobody has seen names only the session', () => {
  const part = (messageID: string) => event('message.part.updated', { part: { type: 'text', messageID } })

  expect(told([user('u1'), part('u1')])).toEqual([])
  expect(told([part('a9')])).toEqual(['turnProgressed ses output'])
})

test('the id that the server gives a prompt binds when its message shows, once, in the order of the prompts', () => {
  const sent = promptSent(promptSent(noMemory, 'ses', 't1'), 'ses', 't2')
  const other = { ...user('u0'), properties: { sessionID: 'other', info: { id: 'u0', role: 'user' } } }

  expect(told([other, user('u1'), user('u1'), user('u2'), user('u3')], sent)).toEqual([
    'sendAccepted t1 u1',
    'sendAccepted t2 u2',
  ])
})

test('a prompt that was refused binds nothing: the next user message is the next prompt’s', () => {
  const sent = promptSent(promptRefused(promptSent(noMemory, 'ses', 't1'), 't1'), 'ses', 't2')

  expect(told([user('u1')], sent)).toEqual(['sendAccepted t2 u1'])
})

test('a permission is asked by the turn whose tool needs it', () => {
  const asked = event('permission.asked', { id: 'per', tool: { messageID: 'a1' } })

  expect(told([assistant('a1', 'u1'), asked]).at(-1)).toBe('inputRequested ses u1 per')
  expect(told([event('permission.replied', { requestID: 'per' })])).toEqual(['inputResolved ses per'])
})

test('an id that is none opens no child', () => {
  for (const info of [{ id: 5, parentID: 'ses' }, { id: 'sub', parentID: {} }, { id: 'sub' }, null]) {
    expect(told([event('session.created', { info })])).toEqual([])
  }
})

test('a session with a parent is its child', () => {
  const created = event('session.created', { info: { id: 'sub', parentID: 'ses' } })

  expect(told([created])).toEqual(['childOpened sub ses'])
  const info = { id: 'sub', parentID: 'ses', title: 'Explore the code' }
  const [, [renamed]] = openCodeSignals(noMemory, event('session.updated', { info }))
  expect(renamed!.payload).toEqual({ child: 'sub', parent: 'ses', name: 'Explore the code' })
})

test('a helper, and a helper of a helper, ask under their own sessions', () => {
  const child = (id: string, parentID: string) => event('session.created', { info: { id, parentID } })
  const asks = (sessionID: string, id: string) => event('permission.asked', { sessionID, id })

  expect(
    told([child('sub', 'ses'), child('subsub', 'sub'), asks('sub', 'p1'), asks('subsub', 'p2')]),
  ).toEqual([
    'childOpened sub ses',
    'childOpened subsub sub',
    'inputRequested sub p1',
    'inputRequested subsub p2',
  ])
})

test('questions and permissions of both generations; one without an id is asked without one', () => {
  for (const kind of ['permission.asked', 'permission.v2.asked', 'permission.updated', 'question.asked']) {
    expect(told([event(kind, { id: 'q1' })])).toEqual(['inputRequested ses q1'])
    expect(told([event(kind, { id: 1 })])).toEqual([`inputRequested ses ${kind}`])
  }
  for (const kind of ['permission.v2.replied', 'question.replied', 'question.v2.rejected']) {
    expect(told([event(kind, { requestID: 'q1' })])).toEqual(['inputResolved ses q1'])
    expect(told([event(kind)])).toEqual([])
  }
})

test('a session that was deleted has stopped: what ran there was interrupted, by a word without a turn', () => {
  const { properties } = event('session.deleted', { info: { id: 'ses' } })

  for (const deleted of [properties, { info: { id: 'ses' } }]) {
    const [, [ended, stopped]] = openCodeSignals(noMemory, { type: 'session.deleted', properties: deleted })

    expect(ended!.payload).toMatchObject({
      conversationId: 'ses',
      reason: 'interrupted',
      error: { code: 'session_gone' },
    })
    expect(stopped!.payload).toEqual({ conversationId: 'ses', status: 'stopped' })
  }
})

test.each(['length', 'content-filter', 'strange'])('law 6: finish "%s" is no plain completion', (finish) => {
  const [, [ended]] = openCodeSignals(noMemory, assistant('a1', 'u1', closed(finish)))

  expect(ended!.payload).toEqual({
    conversationId: 'ses',
    runId: 'u1',
    reason: 'interrupted',
    error: { message: finish, code: finish },
    finishReason: finish,
  })
})

test('what the messages of a prompt used is added up, each once however often it is told', () => {
  const tokens = { input: 10, output: 4, reasoning: 3, cache: { read: 6, write: 0 } }
  const step = assistant('a1', 'u1', { ...closed('tool-calls'), tokens })
  const last = assistant('a2', 'u1', { ...closed('stop'), tokens: { ...tokens, input: 20 } })
  const reader = createReader()
  const [ended] = [user('u1'), step, step, assistant('a2', 'u1'), last]
    .flatMap((one) => reader.read(one))
    .slice(-1)

  const usage = { inputTokens: 30, outputTokens: 8, cachedInputTokens: 12, reasoningTokens: 6 }
  expect(ended!.payload).toMatchObject({ reason: 'complete', finishReason: 'stop', usage })
  expect(reader.read(last)[0]!.payload).toMatchObject({ usage })
})

test('a retry says which attempt it is, and when it comes', () => {
  const [, [retry]] = openCodeSignals(
    noMemory,
    status('retry', { message: 'overloaded', attempt: 2, next: 5_000 }),
  )
  expect(retry!.payload).toMatchObject({ attempt: 2, attemptAt: 5_000, error: { message: 'overloaded' } })
})

test('one bad field does not lose a good end', () => {
  const [, [ended]] = openCodeSignals(
    noMemory,
    assistant('a1', 'u1', { error: { name: 7, data: { message: { toString: 1 } } } }),
  )

  expect(ended!.payload).toEqual({ conversationId: 'ses', runId: 'u1', reason: 'error' })
})

test('the reader remembers for its stream, and its end drops the stream', () => {
  const reader = createReader()
  reader.promptSent('ses', 't1')
  reader.promptRefused('t1')
  reader.promptSent('ses', 't2')

  expect([user('u1'), user('u2')].flatMap((one) => said(reader.read(one)))).toEqual(['sendAccepted t2 u1'])
  expect(said(reader.close('failed'))).toEqual(['streamDropped'])
})

test('the global stream says the same, wrapped', () => {
  expect(told([{ payload: { type: 'session.idle', properties: { sessionID: 'ses' } } }])).toEqual([
    'sessionReported ses idle',
  ])
})

test('the memory is bounded, and the same where there is nothing to remember', () => {
  let memory = noMemory
  for (let index = 0; index < 1_000; index++) [memory] = openCodeSignals(memory, assistant(`a${index}`, 'u1'))

  expect(memory.messages.length).toBeLessThanOrEqual(64)
  expect(openCodeSignals(memory, assistant('a999', 'u1'))[0]).toBe(memory)
})

describe('a status check', () => {
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
      last: { runId: 'u1', outcome: 'complete', finishReason: 'stop' },
    })
  })

  test('a prompt whose newest message is a step is over where nothing follows, also where another waits', () => {
    const step = answer(closed('tool-calls'))
    const over = {
      runId: 'u1',
      outcome: 'interrupted',
      error: { message: 'The agent did not go on after a step.', code: 'tool-calls' },
      finishReason: 'tool-calls',
    }

    expect(endOfStep(said(asked, step))).toEqual(over)
    expect(endOfStep(said(asked, step, { id: 'u2', role: 'user' }))).toEqual(over)
    const others = [
      closed('stop'),
      { ...closed('tool-calls'), error: { name: 'UnknownError' } },
      { ...closed('tool-calls'), time: {} },
      { ...closed('tool-calls'), summary: true },
    ]
    for (const message of others) expect(endOfStep(said(asked, answer(message)))).toBeUndefined()
  })

  test('one prompt runs, and the one before is over: both are told', () => {
    const history = said(answer(closed('stop')), answer({}, 'u2'))

    expect(readStatus('ses', { ses: { type: 'busy' } }, history)).toEqual({
      status: 'running',
      runId: 'u2',
      last: { runId: 'u1', outcome: 'complete', finishReason: 'stop' },
    })
  })

  test('a session that was deleted is absent: its history is a 404 with an object', () => {
    const missing = { name: 'NotFoundError', data: { message: 'Session not found: ses' } }

    expect(readStatus('ses', {}, missing)).toEqual({ status: 'absent' })
    expect(readStatus('ses', { ses: { type: 'busy' } }, missing)).toEqual({ status: 'absent' })
    expect(readStatus('ses', {}, { _tag: 'SessionNotFoundError' } as never)).toEqual({ status: 'absent' })
  })

  test('statuses that cannot be read are no idle', () => {
    for (const body of [null, undefined, 'Bad gateway', { name: 'UnknownError', data: {} }]) {
      expect(readStatus('ses', body as never, said(answer(closed('stop'))))).toEqual({
        status: 'no_status',
        last: { runId: 'u1', outcome: 'complete', finishReason: 'stop' },
      })
    }
    expect(readStatus('ses', {}, [{}] as never)).toEqual({ status: 'idle' })
    expect(readStatus('ses', {}, { name: 'UnknownError' })).toEqual({ status: 'idle' })
  })

  describe('after a reload', () => {
    const busy = { ses: { type: 'busy' }, sub: { type: 'busy' } }
    const permission = (id: string, sessionID: string, messageID?: string) => ({
      id,
      sessionID,
      ...(messageID && { tool: { messageID } }),
    })
    const sessions = [
      { id: 'ses' },
      { id: 'sub', parentID: 'ses' },
      { id: 'subsub', parentID: 'sub' },
      { id: 'other' },
      { id: 'ring', parentID: 'ring' },
    ]
    const history = said(answer({}))

    test('the session’s own questions, and those of its helpers at any depth, are told', () => {
      const own = permission('p1', 'ses', 'a-u1')
      const helper = { ...permission('p2', 'subsub'), questions: [] }
      const requests = [own, helper, permission('p3', 'other'), permission('p4', 'ring')]

      expect(readStatus('ses', busy, history, { requests, sessions })).toEqual({
        status: 'awaiting_input',
        runId: 'u1',
        questions: [
          { requestId: 'p1', kind: 'permission.asked', prompt: own, asker: 'u1' },
          { requestId: 'p2', kind: 'question.asked', prompt: helper, asker: 'subsub' },
        ],
      })
    })

    test('where only a helper asks, the turn itself runs', () => {
      const requests = [permission('p2', 'sub')]

      expect(readStatus('ses', busy, history, { requests, sessions })).toMatchObject({
        status: 'running',
        questions: [{ requestId: 'p2', asker: 'sub' }],
      })
    })

    test('none at all is told as none; what could not be listed is not told', () => {
      const told = (waiting: object) => readStatus('ses', busy, history, waiting as never).questions

      expect(told({ requests: [], sessions })).toEqual([])
      expect(told({ requests: { name: 'UnknownError' }, sessions })).toBeUndefined()
      expect(told({ requests: [] })).toBeUndefined()
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
