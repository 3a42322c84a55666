import type { AGUIEvent } from '@ag-ui/core'
import { agUiSignals, follow, readStatus } from 'redux-turnkeeper/adapters/agUi'
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
  expect(signals(started('r1'))).toEqual(['turns/started th t1 r1'])
  expect(signals(finished('r1'))).toEqual(['turns/ended th t1 r1 complete'])
})

test('RUN_ERROR and text name nothing: they belong to the stream that they came in', () => {
  expect(signals({ type: 'RUN_ERROR', message: 'no quota' })).toEqual(['turns/ended th t1 r1 error no quota'])
  expect(signals({ type: 'TEXT_MESSAGE_CONTENT' })).toEqual(['turns/progressed th t1 r1 output'])
})

test('an abort that the client library reports as RUN_ERROR is no word of the server', () => {
  expect(signals({ type: 'RUN_ERROR', message: 'aborted', code: 'abort' })).toEqual([
    'turns/requestEnded th t1 r1 cancelled aborted',
  ])
})

test('a run that was stopped ends in a plain RUN_FINISHED', () => {
  expect(signals(finished('r1'), { ...stream, stopped: true })).toEqual(['turns/ended th t1 r1 cancelled'])
})

test('an outcome on the wire goes before what the client knows of a stop', () => {
  const cancelled = { outcome: { type: 'cancelled' } }
  const success = { outcome: { type: 'success' } }

  expect(signals(finished('r1', cancelled))).toEqual(['turns/ended th t1 r1 cancelled'])
  expect(signals(finished('r1', success), { ...stream, stopped: true })).toEqual([
    'turns/ended th t1 r1 complete',
  ])
})

test('an interrupted run asks, and is not over', () => {
  const outcome = { type: 'interrupt', interrupts: [{ id: 'q1', reason: 'approval' }] }

  expect(signals(finished('r1', { outcome }))).toEqual(['turns/inputRequested th t1 r1 q1'])
})

test('another run in the stream never speaks for the turn: an agent that was called is a child', () => {
  const [signal] = agUiSignals(started('r2', { parentRunId: 'r1' }), stream)

  expect(signal!.payload).toEqual({ conversationId: 'th', runId: 'r2', role: 'child', parent: 'r1' })
  expect(signals(finished('r2'))).toEqual(['turns/ended th r2 complete'])
})

test('tools and subagents open and close', () => {
  expect(signals({ type: 'TOOL_CALL_START', toolCallId: 'c1', toolCallName: 'bash' })).toEqual([
    'turns/progressed th t1 r1 tool_open c1 bash',
  ])
  expect(signals({ type: 'TOOL_CALL_RESULT', toolCallId: 'c1' })).toEqual([
    'turns/progressed th t1 r1 tool_closed c1',
  ])
  expect(signals({ type: 'SUBAGENT_STARTED', subagentRunId: 's1', name: 'scout' })).toEqual([
    'turns/progressed th t1 r1 tool_open s1 scout',
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
    'turns/started th r1',
    'turns/progressed th r1 output',
    'turns/started th r2',
    'turns/ended th r2 error x',
  ])
})

test('a run that was called by the one in the stream does not take the stream over', () => {
  const address = follow(follow({}, started('r1')), started('r2', { parentRunId: 'r1' }))

  expect(address).toEqual({ conversationId: 'th', runId: 'r1' })
})

describe('a whole /connect stream is a look-up', () => {
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
})

test('the official types fit', () => {
  const event = { type: 'RUN_FINISHED', threadId: 'th', runId: 'r1' } as AGUIEvent

  expect(signals(official(event))).toEqual(['turns/ended th t1 r1 complete'])
})
