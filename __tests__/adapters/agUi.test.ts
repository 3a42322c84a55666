import type { AGUIEvent } from '@ag-ui/core'
import { agUiSignals, createReader, follow, readStatus } from 'redux-turnkeeper/adapters/agUi'
import type { AgUiEvent } from 'redux-turnkeeper/adapters/agUi'
import { said } from './said'

const official: (event: AGUIEvent) => AgUiEvent = (event) => event

const stream = { conversationId: 'th', turnId: 't1', runId: 'r1' }
const signals = (event: AgUiEvent, of: Parameters<typeof agUiSignals>[1] = stream) =>
  said(agUiSignals(event, of))
const started = (runId: string, rest?: object): AgUiEvent => ({
  type: 'RUN_STARTED',
  threadId: 'th',
  runId,
  ...rest,
})
const finished = (runId: string, rest?: object): AgUiEvent => ({
  type: 'RUN_FINISHED',
  threadId: 'th',
  runId,
  ...rest,
})

test('a run starts and ends under the turn whose stream it is', () => {
  expect(signals(started('r1'))).toEqual(['turnStarted th t1 r1'])
  expect(signals(finished('r1'))).toEqual(['turnEnded th t1 r1 complete'])
})

test('what a run used is added up over the models that it used, and told with its end', () => {
  const usage = [
    { model: 'a', inputTokens: 10, outputTokens: 2, cachedInputTokens: 6 },
    { model: 'b', inputTokens: 5, reasoningTokens: 1 },
    { model: 'c', inputTokens: 'many' },
  ]
  const sum = { inputTokens: 15, outputTokens: 2, cachedInputTokens: 6, reasoningTokens: 1 }
  expect(agUiSignals(finished('r1', { usage }), stream)[0]!.payload).toMatchObject({ usage: sum })
  const failed = { type: 'RUN_ERROR', message: 'no quota', usage }
  expect(agUiSignals(failed, stream)[0]!.payload).toMatchObject({ reason: 'error', usage: sum })
  expect(agUiSignals(finished('r1', { usage: [] }), stream)[0]!.payload).toMatchObject({ usage: undefined })
})

test('RUN_ERROR and text name nothing: they belong to the stream that they came in', () => {
  expect(signals({ type: 'RUN_ERROR', message: 'no quota' })).toEqual(['turnEnded th t1 r1 error no quota'])
  expect(signals({ type: 'TEXT_MESSAGE_CONTENT' })).toEqual(['turnProgressed th t1 r1 output'])
})

test.each([
  ['TEXT_MESSAGE_START', 'output'],
  ['TEXT_MESSAGE_CHUNK', 'output'],
  ['TEXT_MESSAGE_END', 'message_done'],
  ['SUBAGENT_STARTED', 'tool_open'],
  ['SUBAGENT_FINISHED', 'tool_closed'],
  ['SUBAGENT_ERROR', 'tool_closed'],
  ['STEP_STARTED', 'status'],
  ['STEP_FINISHED', 'step_done'],
])('%s is progress of the kind %s', (type, kind) => {
  expect(signals({ type })).toEqual([`turnProgressed th t1 r1 ${kind}`])
})

test('an abort that the client library reports as RUN_ERROR is no word of the server', () => {
  expect(signals({ type: 'RUN_ERROR', message: 'aborted', code: 'abort' })).toEqual([
    'requestEnded th t1 r1 cancelled aborted',
  ])
})

test('a run that was stopped ends in a plain RUN_FINISHED', () => {
  expect(signals(finished('r1'), { ...stream, stopped: true })).toEqual(['turnEnded th t1 r1 cancelled'])
})

test('an outcome on the wire goes before what the client knows of a stop', () => {
  const cancelled = { outcome: { type: 'cancelled' } }
  const success = { outcome: { type: 'success' } }

  expect(signals(finished('r1', cancelled))).toEqual(['turnEnded th t1 r1 cancelled'])
  expect(signals(finished('r1', success), { ...stream, stopped: true })).toEqual([
    'turnEnded th t1 r1 complete',
  ])
})

test('an interrupted run asks, and is not over', () => {
  const outcome = { type: 'interrupt', interrupts: [{ id: 'q1', reason: 'approval' }] }

  expect(signals(finished('r1', { outcome }))).toEqual(['inputRequested th t1 r1 q1'])
})

test('several interrupts are several questions; one without an id is asked without one', () => {
  const outcome = (interrupts: unknown) => ({ outcome: { type: 'interrupt', interrupts } }) as object
  const two = [
    { id: 'q1', reason: 'approval' },
    { id: 'q2', reason: 'approval' },
  ]

  expect(signals(finished('r1', outcome(two)))).toEqual([
    'inputRequested th t1 r1 q1',
    'inputRequested th t1 r1 q2',
  ])
  expect(signals(finished('r1', outcome([{ reason: 'approval' }])))).toEqual([
    'inputRequested th t1 r1 approval',
  ])
  for (const unreadable of [[null], [], null, 'q1']) {
    expect(signals(finished('r1', outcome(unreadable)))).toEqual(['inputRequested th t1 r1'])
  }
})

test('law 6: an outcome that nobody knows is no plain completion', () => {
  const [ended] = agUiSignals(finished('r1', { outcome: { type: 'suspended' } }), stream)

  expect(ended!.payload).toEqual({
    ...stream,
    reason: 'interrupted',
    error: { message: 'suspended', code: 'suspended' },
    finishReason: 'suspended',
  })
})

test('the run that carries on says which questions were answered', () => {
  const input = { resume: [{ interruptId: 'q1' }, null, { interruptId: 2 }] }

  expect(signals(started('r1', { input }))).toEqual(['turnStarted th t1 r1', 'inputResolved th t1 r1 q1'])
})

test('one bad field does not lose a good end', () => {
  const [ended] = agUiSignals({ type: 'RUN_ERROR', message: { toString: 1 }, code: 5 as never }, stream)

  expect(ended!.payload).toEqual({ ...stream, reason: 'error' })
})

test('another run in the stream never speaks for the turn: an agent that was called is a child', () => {
  const [signal] = agUiSignals(started('r2', { parentRunId: 'r1' }), stream)

  expect(signal!.payload).toEqual({ conversationId: 'th', runId: 'r2', role: 'child', parent: 'r1' })
  expect(signals(finished('r2'))).toEqual(['turnEnded th r2 complete'])
})

test('tools and subagents open and close', () => {
  expect(signals({ type: 'TOOL_CALL_START', toolCallId: 'c1', toolCallName: 'bash' })).toEqual([
    'turnProgressed th t1 r1 tool_open c1 bash',
  ])
  expect(signals({ type: 'TOOL_CALL_RESULT', toolCallId: 'c1' })).toEqual([
    'turnProgressed th t1 r1 tool_closed c1',
  ])
  expect(signals({ type: 'SUBAGENT_STARTED', subagentRunId: 's1', name: 'scout' })).toEqual([
    'turnProgressed th t1 r1 tool_open s1 scout',
  ])
})

test('a /connect stream replays one run after the other: each event belongs to the last that was started', () => {
  const events = [
    started('r1'),
    { type: 'TEXT_MESSAGE_CONTENT' },
    started('r2'),
    { type: 'RUN_ERROR', message: 'x' },
  ]
  let address = follow({ conversationId: 'th' }, { type: 'TEXT_MESSAGE_CONTENT' })
  const told = events.flatMap((event) => {
    address = follow(address, event)
    return signals(event, address)
  })

  expect(told).toEqual([
    'turnStarted th r1',
    'turnProgressed th r1 output',
    'turnStarted th r2',
    'turnEnded th r2 error x',
  ])
})

test('a run that was called by the one in the stream does not take the stream over', () => {
  const address = follow(follow({}, started('r1')), started('r2', { parentRunId: 'r1' }))

  expect(address).toEqual({ conversationId: 'th', runId: 'r1' })
})

describe('the stream of a run: a pause is not an end', () => {
  const call = (id: string, rest?: object): AgUiEvent => ({
    type: 'TOOL_CALL_START',
    toolCallId: id,
    toolCallName: 'confirm',
    ...rest,
  })
  const result = (id: string): AgUiEvent => ({ type: 'TOOL_CALL_RESULT', toolCallId: id })
  const onInterrupt = (value: unknown): AgUiEvent => ({ type: 'CUSTOM', name: 'on_interrupt', value })
  const success = { outcome: { type: 'success' } }
  /** What the last of the events says. */
  const last = (events: readonly AgUiEvent[], reader = createReader(stream)) =>
    events.map((event) => reader.read(event)).at(-1)!

  test('CUSTOM on_interrupt, then a plain RUN_FINISHED', () => {
    const [asked, ...more] = last([started('r1'), onInterrupt({ question: 'ok?' }), finished('r1')])

    expect(more).toEqual([])
    expect(asked!.payload).toEqual({ ...stream, kind: 'on_interrupt', prompt: { question: 'ok?' } })
  })

  test('several of them are several questions', () => {
    expect(said(last([started('r1'), onInterrupt('a'), onInterrupt('b'), finished('r1', success)]))).toEqual([
      'inputRequested th t1 r1 on_interrupt',
      'inputRequested th t1 r1 on_interrupt',
    ])
  })

  test('where the outcome says it too, the ids are those of the outcome', () => {
    const outcome = { type: 'interrupt', interrupts: [{ id: 'q1', reason: 'approval' }] }

    expect(said(last([started('r1'), onInterrupt('a'), finished('r1', { outcome })]))).toEqual([
      'inputRequested th t1 r1 q1',
    ])
  })

  test('a tool call without a result: the page runs it', () => {
    const [asked] = last([started('r1'), call('k1'), finished('r1')])

    expect(asked!.payload).toEqual({
      ...stream,
      requestId: 'k1',
      kind: 'TOOL_CALL_START',
      prompt: call('k1'),
    })
    expect(said(last([call('k1'), call('k2'), result('k1'), finished('r1')]))).toEqual([
      'inputRequested th t1 r1 k2',
    ])
  })

  test('what the outcome says of pending calls goes before what was seen', () => {
    const pending = (...ids: string[]) => ({ outcome: { type: 'success', pendingToolCallIds: ids } })

    expect(said(last([call('k1'), finished('r1', pending())]))).toEqual(['turnEnded th t1 r1 complete'])
    expect(said(last([call('k1'), finished('r1', pending('k3'))]))).toEqual(['inputRequested th t1 r1 k3'])
  })

  test('a call that has its result is the server’s own, and the run is over', () => {
    const over = ['turnEnded th t1 r1 complete']

    expect(said(last([started('r1'), call('k1'), result('k1'), finished('r1')]))).toEqual(over)
    const snapshot = { type: 'MESSAGES_SNAPSHOT', messages: [{ role: 'tool', toolCallId: 'k1' }] }
    expect(said(last([started('r1'), call('k1'), snapshot, finished('r1')]))).toEqual(over)
  })

  test('an agent that goes on to another message has what it had called for', () => {
    const text = (messageId: string) => ({ type: 'TEXT_MESSAGE_START', messageId })
    const called = call('k1', { parentMessageId: 'm1' })

    expect(said(last([called, text('m2'), finished('r1')]))).toEqual(['turnEnded th t1 r1 complete'])
    expect(said(last([called, text('m1'), finished('r1')]))).toEqual(['inputRequested th t1 r1 k1'])
  })

  test('a run that was stopped, cancelled or has failed is over, whatever it left open', () => {
    const stopped = createReader(stream, { isStopped: (runId) => runId === 'r1' })
    const cancelled = { outcome: { type: 'cancelled' } }

    expect(said(last([call('k1'), finished('r1')], stopped))).toEqual(['turnEnded th t1 r1 cancelled'])
    expect(said(last([call('k1'), finished('r1', cancelled)]))).toEqual(['turnEnded th t1 r1 cancelled'])
    expect(said(last([call('k1'), { type: 'RUN_ERROR', message: 'x' }]))).toEqual([
      'turnEnded th t1 r1 error x',
    ])
  })

  test('another run in the stream does not end in this one’s pause', () => {
    expect(said(last([started('r1'), call('k1'), finished('r2')]))).toEqual(['turnEnded th r2 complete'])
  })

  test('the next run closes what was asked, and with answers carries the run before on', () => {
    const reader = createReader({ conversationId: 'th' })
    const input = { resume: [{ interruptId: 'q1' }] }
    last([started('r1'), onInterrupt('a'), finished('r1')], reader)
    const [closed, begun] = last([started('r2', { input })], reader)

    expect(closed!.payload).toEqual({ conversationId: 'th', runId: 'r1' })
    expect(begun!.payload).toEqual({ conversationId: 'th', runId: 'r2', continues: 'r1' })
    expect(said(last([onInterrupt('b'), finished('r2')], reader))).toEqual([
      'inputRequested th r2 on_interrupt',
    ])
    expect(said(last([started('r3')], reader))).toEqual(['inputResolved th r2', 'turnStarted th r3'])
  })

  test('a request that carries answers closes the questions of its turn when its run starts', () => {
    const reader = createReader({ ...stream, runId: 'r2' }, { resumes: true })

    expect(said(last([started('r2')], reader))).toEqual(['inputResolved th t1', 'turnStarted th t1 r2'])
  })

  test('a stream that ends without an end was lost; a pause or an end says all', () => {
    const closed = (...events: AgUiEvent[]) => {
      const reader = createReader(stream)
      events.forEach((event) => reader.read(event))
      return said(reader.close('clean_end'))
    }

    expect(closed(started('r1'))).toEqual(['requestEnded th t1 r1 clean_end'])
    expect(closed(started('r1'), call('k1'), finished('r1'))).toEqual([])
    expect(closed(started('r1'), finished('r1'))).toEqual([])
  })
})

describe('a whole /connect stream is a status check', () => {
  test('empty: the server holds no run there, which is no completion', () => {
    expect(readStatus([])).toEqual({ status: 'absent' })
  })

  test('the last run that it replays is over, by its name', () => {
    expect(readStatus([started('r1'), finished('r1')])).toEqual({
      status: 'idle',
      last: { runId: 'r1', outcome: 'complete' },
    })
    expect(readStatus([started('r1'), { type: 'RUN_ERROR', message: 'x' }])).toMatchObject({
      last: { runId: 'r1', outcome: 'error' },
    })
  })

  test('cut in mid-run it says nothing', () => {
    expect(readStatus([started('r1')])).toEqual({ status: 'no_status' })
  })

  test('open and quiet, its run is running; the one before is over', () => {
    expect(readStatus([started('r1'), finished('r1'), started('r2')], { isOpen: true })).toEqual({
      status: 'running',
      runId: 'r2',
      questions: [],
      last: { runId: 'r1', outcome: 'complete' },
    })
  })

  test('a run that waits for a person names every question', () => {
    const interrupts = [
      { id: 'q1', reason: 'approval' },
      { id: 'q2', reason: 'approval' },
    ]
    const questions = interrupts.map((prompt) => ({
      requestId: prompt.id,
      kind: prompt.reason,
      prompt,
      asker: 'r1',
    }))

    expect(
      readStatus([started('r1'), finished('r1', { outcome: { type: 'interrupt', interrupts } })]),
    ).toEqual({ status: 'awaiting_input', runId: 'r1', questions })
    expect(
      readStatus([started('r1'), { type: 'CUSTOM', name: 'on_interrupt', value: 'ok?' }, finished('r1')]),
    ).toEqual({
      status: 'awaiting_input',
      runId: 'r1',
      questions: [{ kind: 'on_interrupt', prompt: 'ok?', asker: 'r1' }],
    })
  })

  test('a run that carried on and is over asks no more', () => {
    const outcome = { type: 'interrupt', interrupts: [{ id: 'q1', reason: 'approval' }] }

    expect(readStatus([started('r1'), finished('r1', { outcome }), started('r2'), finished('r2')])).toEqual({
      status: 'idle',
      last: { runId: 'r2', outcome: 'complete' },
    })
  })

  test('a run that was called by the one in the stream says nothing of the thread', () => {
    const child = [started('r2', { parentRunId: 'r1' }), finished('r2')]

    expect(readStatus([started('r1'), ...child], { isOpen: true })).toEqual({
      status: 'running',
      runId: 'r1',
      questions: [],
    })
  })

  test('a run that was stopped was cancelled', () => {
    expect(
      readStatus([started('r1'), finished('r1')], { isStopped: (runId) => runId === 'r1' }),
    ).toMatchObject({ last: { runId: 'r1', outcome: 'cancelled' } })
  })

  test('what cannot be read has no status', () => {
    expect(readStatus([{}] as never)).toEqual({ status: 'no_status' })
    expect(readStatus({ error: 'Bad gateway' } as never)).toEqual({ status: 'no_status' })
  })
})

test('the official types fit', () => {
  const event = { type: 'RUN_FINISHED', threadId: 'th', runId: 'r1' } as AGUIEvent

  expect(signals(official(event))).toEqual(['turnEnded th t1 r1 complete'])
})
