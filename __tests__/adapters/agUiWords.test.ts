/** What each word of this wire says of a turn, one row a frame; and words that only look alike, which say nothing. */
import * as agUi from 'redux-turnkeeper/adapters/agUi'
import { said } from './said'
import { at, progress, table } from './words'
import type { Row } from './words'

describe('AG-UI', () => {
  const named = (type: string, rest: object, ...lines: string[]): Row => [type, { type, ...rest }, ...lines]
  table(
    [
      named('TEXT_MESSAGE_START', {}, progress('output')),
      named('TEXT_MESSAGE_CONTENT', {}, progress('output')),
      named('TEXT_MESSAGE_CHUNK', {}, progress('output')),
      named('TEXT_MESSAGE_END', {}, progress('message_done')),
      named('TOOL_CALL_START', { toolCallId: 'k', toolCallName: 'find' }, progress('tool_open k find')),
      named('TOOL_CALL_RESULT', { toolCallId: 'k' }, progress('tool_closed k')),
      named('SUBAGENT_STARTED', { subagentRunId: 'k', name: 'critic' }, progress('tool_open k critic')),
      named('SUBAGENT_FINISHED', { subagentRunId: 'k' }, progress('tool_closed k')),
      named('SUBAGENT_ERROR', { subagentRunId: 'k' }, progress('tool_closed k')),
      named('STEP_STARTED', { stepName: 'plan' }, progress('status plan')),
      named('STEP_FINISHED', { stepName: 'plan' }, progress('step_done plan')),
      named('REASONING_MESSAGE_CONTENT', {}, progress('reasoning')),
      named('TOOL_CALL_ARGS', { toolCallId: 'k' }, progress('reasoning k')),
      named('TOOL_CALL_END', { toolCallId: 'k' }, progress('reasoning k')),
      named('TOOL_CALL_CHUNK', { toolCallId: 'k' }, progress('reasoning k')),
      named('STATE_DELTA', {}, progress('reasoning')),
      named('ACTIVITY_SNAPSHOT', {}, progress('reasoning')),
      named('STATE_SNAPSHOT', {}),
      named('X_REASONING_START', {}),
      named('CUSTOM', { name: 'other' }),
      ['no type', {}],
      named('RUN_ERROR', { message: 'lost', code: 'abort' }, 'requestEnded c t cancelled lost'),
      named('RUN_ERROR', { message: 'no quota', code: 'quota' }, 'turnEnded c t error no quota'),
      named('RUN_FINISHED', { outcome: { type: 'interrupt', interrupts: [] } }, 'inputRequested c t'),
      named('RUN_FINISHED', { outcome: { type: 'cancelled' } }, 'turnEnded c t cancelled'),
      named('RUN_FINISHED', {}, 'turnEnded c t complete'),
      named('RUN_FINISHED', { outcome: { type: 'success' } }, 'turnEnded c t complete'),
    ],
    (event) => agUi.createReader(at).read(event),
  )

  test('a stop that was sent makes a plain end a cancelled one, and no other', () => {
    const reader = () => agUi.createReader({ ...at, runId: 'r' }, { isStopped: (runId) => runId === 'r' })
    const end = (rest: object) => said(reader().read({ type: 'RUN_FINISHED', ...rest }))
    expect(end({})).toEqual(['turnEnded c t r cancelled'])
    expect(end({ outcome: { type: 'success' } })).toEqual(['turnEnded c t r complete'])
    expect(said(reader().read({ type: 'RUN_ERROR', message: 'x' }))).toEqual(['turnEnded c t r cancelled x'])
  })

  test('a run that starts again in the stream is open again', () => {
    const reader = agUi.createReader({ conversationId: 'c' })
    reader.read({ type: 'RUN_STARTED', runId: 'r1' })
    reader.read({ type: 'RUN_FINISHED', runId: 'r1' })
    expect(said(reader.close('failed'))).toEqual([])
    reader.read({ type: 'RUN_STARTED', runId: 'r2' })
    expect(said(reader.close('failed'))).toEqual(['requestEnded c r2 failed'])
  })

  test('a question is answered by the next start, an end is not', () => {
    const reader = agUi.createReader({ conversationId: 'c' })
    const end = {
      type: 'RUN_FINISHED',
      runId: 'r1',
      outcome: { type: 'interrupt', interrupts: [{ id: 'q', reason: 'ask' }] },
    }
    const start = (runId: string) => said(reader.read({ type: 'RUN_STARTED', runId }))
    expect(start('r1')).toEqual(['turnStarted c r1'])
    reader.read(end)
    expect(start('r2')).toEqual(['inputResolved c r1', 'turnStarted c r2'])
    reader.read({ type: 'RUN_FINISHED', runId: 'r2' })
    expect(start('r3')).toEqual(['turnStarted c r3'])
  })

  test('64 calls of the page are remembered, each once and as it first came', () => {
    const reader = agUi.createReader(at)
    const call = (i: number, name = 'first') =>
      reader.read({ type: 'TOOL_CALL_START', toolCallId: `k${i}`, toolCallName: name })
    for (let i = 1; i <= 64; i++) call(i)
    call(1, 'again')
    call(65)
    const asked = reader.read({ type: 'RUN_FINISHED' })
    expect(asked).toHaveLength(64)
    expect(asked[0]!.payload).toMatchObject({ requestId: 'k1', prompt: { toolCallName: 'first' } })
  })

  test('a connected stream goes from run to run, but not into the children of one', () => {
    const stream = { conversationId: 'c', runId: 'r1' }
    const started = (rest: object) => agUi.follow(stream, { type: 'RUN_STARTED', ...rest })
    expect(started({ runId: 'k', parentRunId: 'r1' })).toBe(stream)
    expect(started({ runId: 'r2', parentRunId: 'r0' })).toEqual({ conversationId: 'c', runId: 'r2' })
    expect(started({ runId: 'r2' })).toEqual({ conversationId: 'c', runId: 'r2' })
    expect(agUi.follow(stream, { type: 'RUN_FINISHED', runId: 'r2' })).toBe(stream)
  })
})
