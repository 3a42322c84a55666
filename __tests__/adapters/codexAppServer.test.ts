import {
  codexSignals,
  createReader,
  rawRequestId,
  readStatus,
  sendResult,
  stopResult,
} from 'redux-turnkeeper/adapters/codexAppServer'
import type { CodexMessage, CodexParams } from 'redux-turnkeeper/adapters/codexAppServer'
import type {
  ServerNotification,
  ServerRequest,
  ThreadReadResponse,
  ThreadTurnsListResponse,
} from './codexProtocol'
import { said } from './said'

/** The official messages are messages to us, and so is every parameter that we read of them. */
const official: (message: ServerNotification | ServerRequest) => CodexMessage = (message) => message
const read: (params: (ServerNotification | ServerRequest)['params']) => CodexParams = (params) => params
const answered: (result: ThreadReadResponse | ThreadTurnsListResponse) => { readonly result: unknown } = (
  result,
) => ({ result })

const signals = (method: string, params: object, id?: number) =>
  said(codexSignals({ method, params: { threadId: 'th', ...params }, ...(id !== undefined && { id }) }))
const turn = (status: string, error?: object) => ({ turn: { id: 'r1', status, error: error ?? null } })

test('turn/completed is how a success, an interrupt and a failure end', () => {
  expect(signals('turn/completed', turn('completed'))).toEqual(['turnEnded th r1 complete'])
  expect(signals('turn/completed', turn('interrupted'))).toEqual(['turnEnded th r1 cancelled'])
  expect(signals('turn/completed', turn('failed', { message: 'no quota' }))).toEqual([
    'turnEnded th r1 error no quota',
  ])
})

test('an end that the wire does not know yet is none', () => {
  expect(signals('turn/completed', turn('paused'))).toEqual([])
})

test('an error is never the end: either it will be tried again, or turn/completed follows', () => {
  const error = { turnId: 'r1', error: { message: 'Reconnecting... 1/5' } }

  expect(signals('error', { ...error, willRetry: true })).toEqual(['turnRetrying th r1 Reconnecting... 1/5'])
  expect(signals('error', { ...error, willRetry: false })).toEqual([
    'errorReported th r1 Reconnecting... 1/5',
  ])
})

test('a thread status names no turn', () => {
  const status = (type: string) => signals('thread/status/changed', { status: { type } })

  expect(status('idle')).toEqual(['sessionReported th idle'])
  expect(status('active')).toEqual(['sessionReported th running'])
  expect(status('systemError')).toEqual(['sessionReported th error'])
})

test('tools open and close, text streams, and the prompt itself is no work', () => {
  const item = (type: string) => ({ turnId: 'r1', item: { id: 'i1', type } })

  expect(signals('item/started', item('commandExecution'))).toEqual([
    'turnProgressed th r1 tool_open i1 commandExecution',
  ])
  expect(signals('item/completed', item('commandExecution'))).toEqual([
    'turnProgressed th r1 tool_closed i1 commandExecution',
  ])
  expect(signals('item/agentMessage/delta', { turnId: 'r1' })).toEqual(['turnProgressed th r1 output'])
  expect(signals('item/commandExecution/outputDelta', { turnId: 'r1' })).toEqual([
    'turnProgressed th r1 reasoning',
  ])
  expect(signals('item/started', item('userMessage'))).toEqual([])
})

test('a message that was sent with an id of ours shows when the turn reads it', () => {
  const item = { id: 'i1', type: 'userMessage', clientId: 's1' }
  const [steer] = codexSignals({ method: 'item/started', params: { threadId: 'th', turnId: 'r1', item } })
  expect(steer).toMatchObject({ payload: { conversationId: 'th', runId: 'r1', steerId: 's1' } })
  expect(codexSignals({ method: 'item/completed', params: { threadId: 'th', turnId: 'r1', item } })).toEqual(
    [],
  )
  expect(signals('item/started', { turnId: 'r1', item: { ...item, type: 'commandExecution' } })).toEqual([
    'turnProgressed th r1 tool_open i1 commandExecution',
  ])
})

test('the token count of an ended turn, told again after a resume, is no life', () => {
  expect(signals('thread/tokenUsage/updated', { turnId: 'r1' })).toEqual([])
})

test('a turn used what came on top of its thread since it began', () => {
  const tokens = (input: number, output: number) => ({
    totalTokens: input + output,
    inputTokens: input,
    cachedInputTokens: 0,
    outputTokens: output,
    reasoningOutputTokens: 1,
  })
  const counted = (turnId: string, total: object, last: object): CodexMessage => ({
    method: 'thread/tokenUsage/updated',
    params: { threadId: 'th', turnId, tokenUsage: { total, last, modelContextWindow: null } },
  })
  const reader = createReader()
  const over = { method: 'turn/completed', params: { threadId: 'th', ...turn('completed') } }
  expect(reader.read(counted('r1', tokens(1_000, 100), tokens(50, 10)))).toEqual([])
  expect(reader.read(counted('r1', tokens(1_070, 130), tokens(70, 30)))).toEqual([])

  expect(reader.read(over)[0]!.payload).toMatchObject({
    usage: { inputTokens: 120, outputTokens: 40, cachedInputTokens: 0, reasoningTokens: 1 },
  })
  const other = { ...over, params: { threadId: 'th', turn: { id: 'r2', status: 'completed' } } }
  expect(reader.read(other)[0]!.payload).not.toHaveProperty('usage')
})

test('0 is an id: a question opens with it and closes with it', () => {
  expect(signals('item/commandExecution/requestApproval', { turnId: 'r1' }, 0)).toEqual([
    'inputRequested th r1 0',
  ])
  expect(signals('serverRequest/resolved', { requestId: 0 })).toEqual(['inputResolved th 0'])
})

test('request ids begin again in the next process: its generation tells the questions apart', () => {
  const params = { threadId: 'th', turnId: 'r1' }
  const ask = { method: 'item/fileChange/requestApproval', id: 0, params }

  expect(said(codexSignals(ask, { boot: 'boot-2' }))).toEqual(['inputRequested th r1 boot-2:0'])
})

test('a question has an id even where two processes count alike, and the server gets its own id back', () => {
  const params = { threadId: 'th', turnId: 'r1' }
  const idOf = (id: string | number) => {
    const [asked] = codexSignals(
      { method: 'item/tool/requestUserInput', id, params },
      { source: 'b', boot: '1:2' },
    )
    return (asked!.payload as { readonly requestId: string }).requestId
  }

  expect(idOf(0)).toBe('b:1:2:0')
  for (const raw of [0, 17, '0', 'a:b', 'say "x"', '']) expect(rawRequestId(idOf(raw))).toBe(raw)
  expect(rawRequestId('no id at all')).toBeUndefined()
})

test('a question without an id is asked without one', () => {
  expect(signals('item/fileChange/requestApproval', { turnId: 'r1' })).toEqual([
    'inputRequested th r1 item/fileChange/requestApproval',
  ])
})

test('a resolution without an id resolves nothing', () => {
  expect(signals('serverRequest/resolved', { requestId: null })).toEqual([])
})

test('one bad field does not lose a good end', () => {
  const [ended] = codexSignals({
    method: 'turn/completed',
    params: { threadId: 'th', turn: { id: 'r1', status: 'failed', error: { message: { toString: 1 } } } },
  })

  expect(ended!.payload).toEqual({ conversationId: 'th', runId: 'r1', reason: 'error' })
})

test('the reader of a connection says the same, and its end drops the stream', () => {
  const reader = createReader({ boot: 'b1' })

  expect(
    said(reader.read({ method: 'turn/started', params: { threadId: 'th', turn: { id: 'r1' } } })),
  ).toEqual(['turnStarted th r1'])
  expect(said(reader.close('failed'))).toEqual(['streamDropped'])
})

test('a request of the server that no person answers is no question', () => {
  expect(signals('item/tool/call', { turnId: 'r1' }, 4)).toEqual([])
})

test('an id that is none opens no child', () => {
  for (const thread of [
    { id: 5, parentThreadId: 'th' },
    { id: 'sub', parentThreadId: {} },
    { id: 'sub' },
    null,
  ]) {
    expect(codexSignals({ method: 'thread/started', params: { thread } })).toEqual([])
  }
})

test('a thread with a parent is its child', () => {
  const thread = { id: 'sub', parentThreadId: 'th', status: { type: 'idle' } }

  expect(said(codexSignals({ method: 'thread/started', params: { thread } }))).toEqual(['childOpened sub th'])
  for (const names of [
    { agentRole: 'explorer' },
    { agentNickname: 'explorer', agentRole: 'x' },
    { name: 'explorer', agentNickname: 'x', agentRole: 'x' },
  ]) {
    const none = { name: null, agentNickname: null, agentRole: null }
    const [signal] = codexSignals({
      method: 'thread/started',
      params: { thread: { ...thread, ...none, ...names } },
    })
    expect(signal!.payload).toEqual({ child: 'sub', parent: 'th', name: 'explorer' })
  }
})

test('the answer to a send names its run, or the running one that it was added to', () => {
  expect(sendResult({ result: { turn: { id: 'r1' } } })).toEqual({ status: 'accepted', runId: 'r1' })
  expect(sendResult({ result: { turnId: 'r1' } })).toEqual({ status: 'accepted', runId: 'r1' })
  expect(sendResult({ error: { message: 'thread not found: th' } })).toMatchObject({
    status: 'refused',
    reason: 'gone',
  })
  expect(sendResult({ error: { message: 'no active turn to steer' } })).toMatchObject({
    status: 'refused',
    reason: 'error',
  })
})

test('"no active turn" is no end, and a wrong turn id stops nothing', () => {
  const refused = (message: string) => stopResult({ error: { message } })

  expect(stopResult({ result: {} })).toEqual({ status: 'acknowledged' })
  expect(refused('no active turn to interrupt')).toMatchObject({ reason: 'no_active_turn' })
  expect(refused('expected active turn id bogus but found r1')).toMatchObject({ reason: 'changed' })
  expect(refused('overloaded')).toMatchObject({ reason: 'unreachable' })
})

test('an answer that cannot be read is no refusal', () => {
  expect(stopResult({ error: null })).toEqual({ status: 'acknowledged' })
  expect(sendResult({ error: {} as never })).toMatchObject({ status: 'refused', reason: 'error' })
})

describe('a status check', () => {
  const thread = (type: string, turns: object[] = [], activeFlags: string[] = []) => ({
    result: { thread: { id: 'th', status: { type, activeFlags }, turns } },
  })
  const ended = (status: string) => ({ id: 'r1', status })

  test('names the turn that runs, or waits for a person, and the one before that is over', () => {
    const runs = [ended('completed'), { id: 'r2', status: 'inProgress' }]

    const last = { runId: 'r1', outcome: 'complete' }

    expect(readStatus(thread('active', runs), 'th')).toEqual({ status: 'running', runId: 'r2', last })
    expect(readStatus(thread('active', runs, ['waitingOnApproval']), 'th')).toEqual({
      status: 'awaiting_input',
      runId: 'r2',
      last,
    })
    expect(readStatus(thread('active'), 'th')).toEqual({ status: 'running', runId: null })
  })

  test('names the turn that is over: one that died with its process was interrupted', () => {
    expect(readStatus(thread('notLoaded', [ended('interrupted')]), 'th')).toEqual({
      status: 'idle',
      last: { runId: 'r1', outcome: 'interrupted' },
    })
  })

  test('a thread that failed is idle: it never says so again', () => {
    expect(readStatus(thread('systemError'), 'th')).toEqual({ status: 'idle' })
  })

  test('not loaded is neither idle nor running', () => {
    expect(
      readStatus({ result: { data: [{ id: 'th', status: { type: 'notLoaded' }, turns: [] }] } }, 'th'),
    ).toEqual({
      status: 'no_status',
    })
  })

  test('a list of turns has the newest first; a list of threads that lacks this one says nothing', () => {
    const list = { result: { data: [ended('completed'), { id: 'r0', status: 'interrupted' }] } }

    expect(readStatus(list, 'th')).toEqual({ status: 'idle', last: { runId: 'r1', outcome: 'complete' } })
    expect(readStatus({ result: { data: [{ id: 'other', status: { type: 'idle' } }] } }, 'th')).toEqual({
      status: 'no_status',
    })
  })

  test('what cannot be read has no status, and never throws', () => {
    expect(readStatus({ result: { thread: { id: 'th' } } }, 'th')).toEqual({ status: 'no_status' })
    expect(readStatus({ result: { data: [null] } }, 'th')).toEqual({ status: 'no_status' })
    expect(readStatus(thread('active', [], [1 as never]), 'th')).toEqual({ status: 'running', runId: null })
    expect(readStatus(null as never, 'th')).toEqual({ status: 'no_status' })
  })

  test('a thread that the server does not hold is absent; any other error says nothing', () => {
    expect(readStatus({ error: { message: 'thread not loaded: th' } }, 'th')).toEqual({ status: 'absent' })
    expect(readStatus({ error: { message: 'list_turns is not supported yet' } }, 'th')).toEqual({
      status: 'unreachable',
    })
  })
})

test('the official types fit', () => {
  const message: ServerNotification = { method: 'thread/closed', params: { threadId: 'th' } }

  expect(said(codexSignals(official(message)))).toEqual(['sessionReported th closed'])
  expect(read(message.params).threadId).toBe('th')
  expect(readStatus(answered({ data: [], nextCursor: null, backwardsCursor: null }), 'th')).toEqual({
    status: 'no_status',
  })
})

describe('the usage limit', () => {
  const limits = (primary: object, secondary: object | null = null) => ({
    method: 'account/rateLimits/updated',
    params: { rateLimits: { limitId: 'codex', primary, secondary } },
  })
  const failed = (codexErrorInfo: unknown) => ({
    method: 'turn/completed',
    params: {
      threadId: 'th',
      turn: { id: 'r1', status: 'failed', error: { message: 'You have hit it.', codexErrorInfo } },
    },
  })
  const ends = (...messages: readonly object[]) => {
    const reader = createReader()
    return messages
      .flatMap((message) => reader.read(message as never))
      .map(({ payload }) => payload as object)
  }

  test('that a turn met is its code, and holds until the windows that are used up are over', () => {
    const used = limits(
      { usedPercent: 100, windowDurationMins: 300, resetsAt: 1_800 },
      { usedPercent: 40, windowDurationMins: 10_080, resetsAt: 9_000 },
    )
    expect(ends(used, failed('usageLimitExceeded'))).toMatchObject([
      {
        reason: 'error',
        error: { message: 'You have hit it.', code: 'usageLimitExceeded' },
        limitedUntil: 1_800_000,
      },
    ])
  })

  test('where both windows are used up it holds until the later one is over', () => {
    const windows = [
      { usedPercent: 100, resetsAt: 1_800 },
      { usedPercent: 100, resetsAt: 9_000 },
    ] as const
    for (const used of [limits(windows[0], windows[1]), limits(windows[1], windows[0])])
      expect(ends(used, failed('usageLimitExceeded'))).toMatchObject([{ limitedUntil: 9_000_000 }])
  })

  test('mirror: where no window is used up, it is not known until when', () => {
    const some = limits({ usedPercent: 99, resetsAt: 1_800 })
    expect(ends(some, failed('usageLimitExceeded'))[0]).not.toHaveProperty('limitedUntil')
  })

  test('mirror: another error is no limit, and one that the server does not classify has no code', () => {
    const used = limits({ usedPercent: 100, resetsAt: 1_800 })
    const [unauthorized] = ends(used, failed('unauthorized'))
    expect(unauthorized).toMatchObject({ error: { code: 'unauthorized' } })
    expect(unauthorized).not.toHaveProperty('limitedUntil')
    expect(ends(failed('other'))).toMatchObject([{ error: { message: 'You have hit it.', code: undefined } }])
    expect(ends(failed({ httpConnectionFailed: { httpStatusCode: 500 } }))).toMatchObject([
      { error: { code: undefined } },
    ])
  })
})
