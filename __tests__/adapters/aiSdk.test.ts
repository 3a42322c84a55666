import type { UIMessageChunk } from 'ai'
import { aiSdkSignals, createReader } from 'redux-turnkeeper/adapters/aiSdk'
import type { AiSdkChunk } from 'redux-turnkeeper/adapters/aiSdk'
import { said } from './said'

const official: (chunk: UIMessageChunk) => AiSdkChunk = (chunk) => chunk

const request = { conversationId: 'c1', turnId: 't1' }
const signals = (chunk: AiSdkChunk) => said(aiSdkSignals(chunk, request))

test('start names the message, if the server gives it an id', () => {
  expect(signals({ type: 'start', messageId: 'm1' })).toEqual(['turnStarted c1 t1 m1'])
  expect(signals({ type: 'start' })).toEqual(['turnStarted c1 t1'])
})

test('finish, abort and error end; the end of a step does not', () => {
  expect(signals({ type: 'finish', finishReason: 'stop' })).toEqual(['turnEnded c1 t1 complete'])
  expect(signals({ type: 'abort' })).toEqual(['turnEnded c1 t1 cancelled'])
  expect(signals({ type: 'error', errorText: 'no quota' })).toEqual(['turnEnded c1 t1 error no quota'])
  expect(signals({ type: 'finish-step' })).toEqual(['turnProgressed c1 t1 step_done'])
})

test('finish with the reason "error" is no success', () => {
  expect(signals({ type: 'finish', finishReason: 'error' })).toEqual(['turnEnded c1 t1 error'])
})

test('a preliminary output leaves its tool open', () => {
  const output = { type: 'tool-output-available', toolCallId: 'c1' }

  expect(signals({ type: 'tool-input-start', toolCallId: 'c1', toolName: 'bash' })).toEqual([
    'turnProgressed c1 t1 tool_open c1 bash',
  ])
  expect(signals({ ...output, preliminary: true })).toEqual(['turnProgressed c1 t1 reasoning c1'])
  expect(signals(output)).toEqual(['turnProgressed c1 t1 tool_closed c1'])
})

test('[DONE] follows every end, and says nothing', () => {
  expect(signals({ type: '[DONE]' })).toEqual([])
})

test('an error that is no text does not lose the end', () => {
  const [ended] = aiSdkSignals({ type: 'error', errorText: { toString: 1 } as never }, request)

  expect(ended!.payload).toEqual({ ...request, reason: 'error' })
})

describe('the body of a request', () => {
  const body = (chunks: readonly AiSdkChunk[], reader = createReader(request)) => ({
    reader,
    told: chunks.map((chunk) => said(reader.read(chunk))),
  })
  const call = { type: 'tool-input-available', toolCallId: 'k1', toolName: 'pick', input: { q: 'x' } }
  const output = { type: 'tool-output-available', toolCallId: 'k1', output: 'done' }
  const approval = { type: 'tool-approval-request', toolCallId: 'k1', approvalId: 'a1' }
  const finish = (finishReason?: string) => ({ type: 'finish', ...(finishReason && { finishReason }) })
  const start = { type: 'start', messageId: 'm1' }

  test.each(['length', 'content-filter', 'other', 'interrupted'])(
    'law 6: finish "%s" is no plain completion, and keeps its word',
    (reason) => {
      expect(createReader(request).read(finish(reason))[0]!.payload).toEqual({
        ...request,
        reason: 'interrupted',
        error: { message: reason, code: reason },
        finishReason: reason,
      })
    },
  )

  test('a tool of the page: its call is a question, and the turn goes on in the next body', () => {
    const { reader, told } = body([start, call, { type: 'finish-step' }, finish('tool-calls')])

    expect(told.at(-1)).toEqual(['inputRequested c1 t1 k1'])
    expect(reader.close('clean_end')).toEqual([])
    expect(body([start, finish('stop')], reader).told).toEqual([
      ['inputResolved c1 t1', 'turnStarted c1 t1 m1'],
      ['turnEnded c1 t1 complete'],
    ])
  })

  test('the same where the server gives no finish reason (version 5), or the wrong one', () => {
    for (const reason of [undefined, 'stop', 'other']) {
      expect(body([call, finish(reason)]).told.at(-1)).toEqual(['inputRequested c1 t1 k1'])
    }
  })

  test('the question carries the call, for the page to run it', () => {
    const { reader } = body([call])
    const [asked] = reader.read(finish('tool-calls'))

    expect(asked!.payload).toEqual({ ...request, requestId: 'k1', kind: call.type, prompt: call })
  })

  test('a tool that needs approval asks once, at once', () => {
    const { told } = body([call, approval, { type: 'finish-step' }, finish('tool-calls')])

    expect(told.slice(1)).toEqual([['inputRequested c1 t1 a1'], ['turnProgressed c1 t1 step_done'], []])
  })

  test('an approval without a call pauses the turn all the same', () => {
    const { told } = body([{ type: 'tool-approval-request', approvalId: 'a1' }, finish('stop')])

    expect(told).toEqual([['inputRequested c1 t1 a1'], []])
  })

  test('several calls are several questions', () => {
    const { told } = body([call, approval, { ...call, toolCallId: 'k2' }, finish('tool-calls')])

    expect(told.slice(1)).toEqual([
      ['inputRequested c1 t1 a1'],
      ['turnProgressed c1 t1 tool_open k2 pick'],
      ['inputRequested c1 t1 k2'],
    ])
  })

  test('an approval that the server answers itself (version 7) asks nobody', () => {
    const { told } = body([call, { ...approval, isAutomatic: true }, output, finish('stop')])

    expect(told.slice(1)).toEqual([[], ['turnProgressed c1 t1 tool_closed k1'], ['turnEnded c1 t1 complete']])
    const answered = { type: 'tool-approval-response', approvalId: 'a1', approved: true }
    expect(body([call, approval, answered, finish('stop')]).told.slice(2)).toEqual([
      ['inputResolved c1 t1 a1'],
      ['turnEnded c1 t1 complete'],
    ])
  })

  test('a tool of the server that ran: the step limit is the end', () => {
    expect(body([start, call, output, finish('tool-calls')]).told.at(-1)).toEqual([
      'turnEnded c1 t1 complete',
    ])
  })

  test('a tool that the provider runs is nobody’s question', () => {
    const { told } = body([{ ...call, providerExecuted: true }, finish('stop')])

    expect(told.at(-1)).toEqual(['turnEnded c1 t1 complete'])
  })

  test('a preliminary output leaves the call open', () => {
    const { told } = body([call, { ...output, preliminary: true }, finish('tool-calls')])

    expect(told.at(-1)).toEqual(['inputRequested c1 t1 k1'])
  })

  test('an error ends the turn whatever calls are open', () => {
    expect(body([call, { type: 'error', errorText: 'x' }, finish('error')]).told.slice(1)).toEqual([
      ['turnEnded c1 t1 error x'],
      ['turnEnded c1 t1 error'],
    ])
    expect(body([call, finish('length')]).told.at(-1)).toEqual(['turnEnded c1 t1 interrupted length'])
  })

  test('what one chunk says on its own: `tool-calls` may be a pause, so it is no end', () => {
    expect(signals(finish('tool-calls'))).toEqual(['turnProgressed c1 t1 step_done'])
  })

  test('a body that ends without an end was lost', () => {
    expect(said(body([start]).reader.close('clean_end'))).toEqual(['requestEnded c1 t1 clean_end'])
    expect(body([start, finish('stop')]).reader.close('clean_end')).toEqual([])
    expect(body([start, { type: 'abort' }]).reader.close('cancelled')).toEqual([])
  })

  test('a request that carries answers closes the questions of its turn when its body starts', () => {
    const { told } = body([start], createReader(request, { resumes: true }))

    expect(told).toEqual([['inputResolved c1 t1', 'turnStarted c1 t1 m1']])
  })

  test('[DONE], as text, says nothing', () => {
    expect(createReader(request).read('[DONE]' as never)).toEqual([])
  })
})

test('the official types fit', () => {
  expect(signals(official({ type: 'text-delta', id: '0', delta: 'Hello' }))).toEqual([
    'turnProgressed c1 t1 output',
  ])
})

describe('what a turn used', () => {
  const request = { conversationId: 'c1', turnId: 't1' }
  const told = (...chunks: readonly object[]) => {
    const reader = createReader(request)
    return chunks.flatMap((chunk) => reader.read(chunk as never)).at(-1)?.payload
  }
  const finish = (messageMetadata?: object) => ({ type: 'finish', finishReason: 'stop', messageMetadata })

  test('is told where the server sends it along with the message', () => {
    const totalUsage = { inputTokens: 12, outputTokens: 3, reasoningTokens: 1 }
    expect(told({ type: 'start' }, finish({ totalUsage }))).toMatchObject({
      reason: 'complete',
      usage: { inputTokens: 12, outputTokens: 3, reasoningTokens: 1 },
    })
    expect(
      told({ type: 'start' }, { type: 'message-metadata', messageMetadata: { usage: totalUsage } }, finish()),
    ).toMatchObject({ usage: { inputTokens: 12, outputTokens: 3 } })
  })

  test('is what was said last, where one body says it twice', () => {
    const usage = (inputTokens: number) => ({ inputTokens, outputTokens: 1 })
    const metadata = { type: 'message-metadata', messageMetadata: { usage: usage(4) } }
    expect(told({ type: 'start' }, metadata, finish({ usage: usage(10) }))).toMatchObject({
      usage: { inputTokens: 10, outputTokens: 1 },
    })
    expect(
      told({ type: 'start', messageMetadata: { usage: usage(4) } }, finish({ usage: usage(10) })),
    ).toMatchObject({
      usage: { inputTokens: 10 },
    })
  })

  test('of all bodies of the turn', () => {
    const usage = { inputTokens: 10, outputTokens: 1 }
    const asks = { type: 'tool-input-available', toolCallId: 'k1', toolName: 'pick', input: {} }
    expect(
      told({ type: 'start' }, asks, finish({ usage }), { type: 'start' }, finish({ usage })),
    ).toMatchObject({ usage: { inputTokens: 20, outputTokens: 2 } })
    const starts = { type: 'start', messageMetadata: { usage } }
    expect(told(starts, asks, finish(), starts, finish())).toMatchObject({ usage: { inputTokens: 20 } })
  })

  test('mirror: without it nothing is made up', () => {
    expect(told({ type: 'start' }, finish({ model: 'x' }))).not.toHaveProperty('usage')
  })
})
