/** What the reader of AG-UI remembers from one event to the next: whose event it is, what is open, and what was settled. */
import * as agUi from 'redux-turnkeeper/adapters/agUi'
import type { Signal } from '../../src/adapters/signal'
import { said } from './said'

const at = { conversationId: 'c', turnId: 't' }
const payload = (signals: readonly Signal[]) => signals[0]!.payload

describe('AG-UI', () => {
  const started = (runId = 'r') => {
    const reader = agUi.createReader({ ...at, runId })
    reader.read({ type: 'RUN_STARTED', runId })
    return reader
  }
  const asked = {
    type: 'RUN_FINISHED',
    outcome: { type: 'interrupt', interrupts: [{ id: 'q', reason: 'x' }] },
  }
  const resume = [{ interruptId: 'q' }]

  test('a run that answers carries on the one that asked; without answers, and by the same name, it does not', () => {
    const next = (runId: string, input?: object) => {
      const reader = agUi.createReader({ conversationId: 'c' })
      reader.read({ type: 'RUN_STARTED', runId: 'r' })
      reader.read(asked)
      return reader.read({ type: 'RUN_STARTED', runId, ...(input && { input }) })[1]!.payload
    }
    expect(next('r2', { resume })).toMatchObject({ runId: 'r2', continues: 'r' })
    expect(next('r2')).not.toHaveProperty('continues')
    expect(next('r', { resume })).not.toHaveProperty('continues')
    const reader = agUi.createReader(at)
    expect(
      reader.read({ type: 'RUN_STARTED', runId: 'r2', input: { resume } })[0]!.payload,
    ).not.toHaveProperty('continues')
  })
  test('a call that an interrupt holds up is not asked of the page', () => {
    const reader = started()
    reader.read({ type: 'TOOL_CALL_START', toolCallId: 'k' })
    reader.read({ type: 'CUSTOM', name: 'on_interrupt', value: 'ok?' })
    expect(reader.read({ type: 'RUN_FINISHED' }).map((signal) => signal.payload)).toEqual([
      { ...at, runId: 'r', kind: 'on_interrupt', prompt: 'ok?' },
    ])
  })
  test.each([
    [{ type: 'CUSTOM', name: 'other' }, ['turnEnded c t r complete']],
    [{ type: 'RAW', name: 'on_interrupt' }, ['turnEnded c t r complete']],
    [{ type: 'TOOL_CALL_CHUNK', toolCallId: 'k' }, ['inputRequested c t r k']],
    [{ type: 'TOOL_CALL_ARGS', toolCallId: 'k' }, ['turnEnded c t r complete']],
  ])('%j, and the end', (event, lines) => {
    const reader = started()
    reader.read(event)
    expect(said(reader.read({ type: 'RUN_FINISHED' }))).toEqual(lines)
  })
  test('only a snapshot of the messages tells which calls were answered', () => {
    const messages = [{ toolCallId: 'k' }]
    const end = (type: string) => {
      const reader = started()
      reader.read({ type: 'TOOL_CALL_START', toolCallId: 'k' })
      reader.read({ type, messages })
      return said(reader.read({ type: 'RUN_FINISHED' }))
    }
    expect(end('MESSAGES_SNAPSHOT')).toEqual(['turnEnded c t r complete'])
    expect(end('STATE_SNAPSHOT')).toEqual(['inputRequested c t r k'])
  })
  test('64 interrupts are remembered, the newest', () => {
    const reader = started()
    for (let value = 1; value <= 65; value++) reader.read({ type: 'CUSTOM', name: 'on_interrupt', value })
    const prompts = reader
      .read({ type: 'RUN_FINISHED' })
      .map((signal) => (signal.payload as { prompt?: unknown }).prompt)
    expect([prompts.length, prompts[0], prompts.at(-1)]).toEqual([64, 2, 65])
  })
  test('pending calls that are no ids are none', () => {
    const pendingToolCallIds = ['k', 7] as never
    const event = { type: 'RUN_FINISHED', outcome: { type: 'success', pendingToolCallIds } } as never
    expect(said(started().read(event))).toEqual(['inputRequested c t r k'])
  })
  test('an event is of the stream’s own run, unless it names another', () => {
    const own = (event: object) => said(agUi.createReader(at).read({ type: 'TEXT_MESSAGE_START', ...event }))
    expect(own({ runId: 'r' })).toEqual(['turnProgressed c t r output'])
    const text = { type: 'TEXT_MESSAGE_START' }
    expect(payload(agUi.agUiSignals({ ...text, threadId: 'c' }, { turnId: 't' }))).toMatchObject(at)
    const other = agUi.agUiSignals({ ...text, runId: 'k' }, { ...at, runId: 'r' })
    expect(payload(other)).toStrictEqual({
      conversationId: 'c',
      runId: 'k',
      kind: 'output',
      callId: undefined,
      text: undefined,
    })
    const child = agUi.agUiSignals({ ...text, runId: 'k', parentRunId: 'r' }, { ...at, runId: 'r' })
    expect(payload(child)).toMatchObject({ runId: 'k', role: 'child', parent: 'r' })
  })
  test.each(['RUN_FINISHED', 'RUN_ERROR'])(
    '%s of its own run settles the stream, that of another does not',
    (type) => {
      const closed = (event: object) => {
        const reader = started()
        reader.read({ type, ...event })
        return said(reader.close('failed'))
      }
      expect(closed({})).toEqual([])
      expect(closed({ runId: 'r' })).toEqual([])
      expect(closed({ runId: 'k' })).toEqual(['requestEnded c t r failed'])
      const reader = agUi.createReader(at)
      reader.read({ type, runId: 'r' })
      expect(said(reader.close('failed'))).toEqual([])
    },
  )
  test('a stream of a turn keeps to its turn', () => {
    const stream = { ...at, runId: 'r' }
    expect(agUi.follow(stream, { type: 'RUN_STARTED', runId: 'r2' })).toBe(stream)
  })
})
