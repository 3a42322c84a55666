/** Real UI message streams of `ai`, with a mocked model, through the reader. */
import { jsonSchema, simulateReadableStream, streamText, tool } from 'ai'
import type { ToolSet, UIMessageChunk } from 'ai'
import { MockLanguageModelV3 } from 'ai/test'
import { createReader } from 'redux-turnkeeper/adapters/aiSdk'
import { said } from './said'

type Part =
  Awaited<ReturnType<MockLanguageModelV3['doStream']>>['stream'] extends ReadableStream<infer P> ? P : never

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
}
const text: readonly Part[] = [
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta: 'Hello' },
  { type: 'text-end', id: '1' },
]
const call: Part = { type: 'tool-call', toolCallId: 'k1', toolName: 'pick', input: '{"q":"x"}' }
const finish = (unified: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'other'): Part => ({
  type: 'finish',
  finishReason: { unified, raw: unified },
  usage,
})

const inputSchema = jsonSchema<{ q: string }>({ type: 'object', properties: { q: { type: 'string' } } })
const pageTool: ToolSet = { pick: tool({ inputSchema }) }
const serverTool: ToolSet = { pick: tool({ inputSchema, execute: async () => 'done' }) }
const gatedTool: ToolSet = { pick: tool({ inputSchema, needsApproval: true, execute: async () => 'done' }) }

/** The body of one request, as `ai` makes it of what the model streams. */
async function bodyOf(parts: readonly Part[], tools: ToolSet = {}): Promise<readonly UIMessageChunk[]> {
  const chunks: Part[] = [{ type: 'stream-start', warnings: [] }, ...parts]
  const model = new MockLanguageModelV3({
    doStream: async () => ({
      stream: simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null }),
    }),
  })
  const body: UIMessageChunk[] = []
  for await (const chunk of streamText({ model, prompt: 'hello', tools }).toUIMessageStream())
    body.push(chunk)
  return body
}

/** What a body says of its turn but that it is at work, and what its clean end adds. */
function told(body: readonly UIMessageChunk[], reader = createReader({ turnId: 't1' })): readonly string[] {
  const signals = [...body.flatMap((chunk) => reader.read(chunk)), ...reader.close('clean_end')]
  return said(signals).filter((line) => !line.startsWith('turnProgressed'))
}

test('a plain answer completes', async () => {
  expect(told(await bodyOf([...text, finish('stop')]))).toEqual(['turnStarted t1', 'turnEnded t1 complete'])
})

test('a tool of the server ran, and the step limit is reached: the end', async () => {
  expect(told(await bodyOf([call, finish('tool-calls')], serverTool))).toEqual([
    'turnStarted t1',
    'turnEnded t1 complete',
  ])
})

test('a tool of the page: the body ends, the turn does not', async () => {
  const reader = createReader({ turnId: 't1' })

  expect(told(await bodyOf([call, finish('tool-calls')], pageTool), reader)).toEqual([
    'turnStarted t1',
    'inputRequested t1 k1',
  ])
  expect(told(await bodyOf([...text, finish('stop')]), reader)).toEqual([
    'inputResolved t1',
    'turnStarted t1',
    'turnEnded t1 complete',
  ])
})

test('a tool that needs approval asks, and the turn goes on', async () => {
  const body = await bodyOf([call, finish('tool-calls')], gatedTool)
  const approval = body.find((chunk) => chunk.type === 'tool-approval-request')

  expect(told(body)).toEqual(['turnStarted t1', `inputRequested t1 ${approval?.approvalId}`])
})

test.each(['length', 'content-filter', 'other'] as const)(
  'cut: finish "%s" is interrupted',
  async (reason) => {
    expect(told(await bodyOf([...text, finish(reason)]))).toEqual([
      'turnStarted t1',
      `turnEnded t1 interrupted ${reason}`,
    ])
  },
)

test('a provider that closes cleanly in mid-sentence does not complete the turn', async () => {
  expect(told(await bodyOf(text.slice(0, 2))).join()).not.toMatch(/complete/)
})
