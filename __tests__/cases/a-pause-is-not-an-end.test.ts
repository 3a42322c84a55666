/** AG-UI: a run that is paused for a person or the page is no end of its turn, and nothing is sent into the pause. */
import { stateRestored } from 'redux-turnkeeper'
import { createReader, readStatus } from 'redux-turnkeeper/adapters/agUi'
import type { AgUiEvent } from 'redux-turnkeeper/adapters/agUi'
import { createLab } from '../laws/lab'
import type { Lab } from '../laws/lab'

const RUN = { threadId: 'c1', runId: 't1' }
const START: AgUiEvent = { type: 'RUN_STARTED', ...RUN }
const FINISH: AgUiEvent = { type: 'RUN_FINISHED', ...RUN }
const call = (id: string): readonly AgUiEvent[] => [
  { type: 'TOOL_CALL_START', toolCallId: id, toolCallName: 'confirm' },
  { type: 'TOOL_CALL_ARGS', toolCallId: id },
  { type: 'TOOL_CALL_END', toolCallId: id },
]
const interruptedFor = (...ids: readonly string[]): AgUiEvent => ({
  ...FINISH,
  outcome: { type: 'interrupt', interrupts: ids.map((id) => ({ id, reason: 'approval' })) },
})
const ON_INTERRUPT: AgUiEvent = { type: 'CUSTOM', name: 'on_interrupt', value: { question: 'ok?' } }

const questions = (lab: Lab) =>
  lab.keeper.selectors.selectPendingInputs(lab.store.getState(), 'c1').map(({ requestId }) => requestId)
const question = (lab: Lab) => lab.keeper.selectors.selectPendingInput(lab.store.getState(), 'c1')

/** The stream of `t1`, while `t2` waits behind it, then a while in which status checks read the same events. */
async function play(events: readonly AgUiEvent[]) {
  const lab = createLab()
  lab.backend.world('c1', readStatus(events))
  const reader = createReader({ conversationId: 'c1', turnId: 't1', runId: 't1' })
  await lab.submit('t1')
  lab.backend.accept('send', { runId: 't1' })
  await lab.dispatch()
  lab.backend.auto.add('send')
  await lab.submit('t2')
  await lab.dispatch(...events.flatMap((event) => reader.read(event)), ...reader.close('clean_end'))
  await lab.advance(6_000, 100)
  return lab
}

describe.each([
  [
    'the outcome "interrupt"',
    [START, ...call('k1'), interruptedFor('q1')],
    { requestId: 'q1', kind: 'approval' },
  ],
  [
    'CUSTOM on_interrupt and a plain RUN_FINISHED',
    [START, ...call('k1'), { type: 'TOOL_CALL_RESULT', toolCallId: 'k1' }, ON_INTERRUPT, FINISH],
    { requestId: null, kind: 'on_interrupt', prompt: { question: 'ok?' } },
  ],
  [
    'CUSTOM on_interrupt in the middle of a tool call',
    [START, ...call('k1'), ON_INTERRUPT, FINISH],
    { requestId: null, kind: 'on_interrupt', prompt: { question: 'ok?' } },
  ],
  [
    'a tool call without a result (a tool of the page)',
    [START, ...call('k1'), FINISH],
    { requestId: 'k1', kind: 'TOOL_CALL_START' },
  ],
])('paused by %s', (_how, events, asked) => {
  test('the question is open, the turn is not told as ended, and the queued prompt does not leave', async () => {
    const lab = await play(events)
    expect(question(lab)).toMatchObject(asked)
    expect([lab.told, lab.sent(), lab.queue()]).toEqual([[], ['t1'], ['t2']])
    expect([lab.live(), lab.phase()]).toMatchObject([{ turnId: 't1' }, 'awaiting_input'])
  })

  test('and so it stays for an hour', async () => {
    const lab = await play(events)
    await lab.advance(3_600_000, 60_000)
    expect(question(lab)).toMatchObject(asked)
    expect([lab.told, lab.sent()]).toEqual([[], ['t1']])
  })
})

test('mirror: a tool of the server whose result came is no pause: the turn completes', async () => {
  const events: readonly AgUiEvent[] = [
    START,
    ...call('k1'),
    { type: 'TOOL_CALL_RESULT', toolCallId: 'k1' },
    FINISH,
  ]
  const lab = await play(events)
  expect(lab.ends()[0]).toBe('t1 complete complete witnessed')
  expect(lab.told[0]).toMatchObject({ turnId: 't1', reason: 'complete', outcome: 'complete' })
  expect([questions(lab), lab.sent()]).toEqual([[], ['t1', 't2']])
})

test('two interrupts and a reload: both are read back, and the second shows when the first is answered', async () => {
  const lab = createLab()
  lab.backend.auto.add('answer')
  lab.backend.world('c1', readStatus([START, ...call('k1'), ...call('k2'), interruptedFor('q1', 'q2')]))
  await lab.dispatch(
    stateRestored({ live: [{ conversationId: 'c1', turnId: 't1', runs: ['t1'], begun: true }] }),
  )
  await lab.advance(1_000, 100)
  expect(questions(lab)).toEqual(['q1', 'q2'])

  await lab.store.dispatch(lab.keeper.answerInput({ conversationId: 'c1', requestId: 'q1', answer: 'yes' }))
  expect(lab.backend.of('answer').map(({ key }) => key)).toEqual(['q1'])
  expect(question(lab)).toMatchObject({ requestId: 'q2' })
  // The server still waits for q2, and reads out both.
  await lab.advance(60_000, 100)
  expect(question(lab)).toMatchObject({ requestId: 'q2' })
  expect(lab.live()).toMatchObject({ turnId: 't1' })
})
