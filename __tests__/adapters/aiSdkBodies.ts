/** Bodies of the AI SDK: real streams of `ai`, with a mocked model. */
import { jsonSchema, simulateReadableStream, streamText, tool } from 'ai'
import type { ToolSet, UIMessageChunk } from 'ai'
import { MockLanguageModelV3 } from 'ai/test'

export type Part =
  Awaited<ReturnType<MockLanguageModelV3['doStream']>>['stream'] extends ReadableStream<infer P> ? P : never

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
}
export const text: readonly Part[] = [
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta: 'Hello' },
  { type: 'text-end', id: '1' },
]
export const call: Part = { type: 'tool-call', toolCallId: 'k1', toolName: 'pick', input: '{"q":"x"}' }
export const finish = (unified: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'other'): Part => ({
  type: 'finish',
  finishReason: { unified, raw: unified },
  usage,
})

const inputSchema = jsonSchema<{ q: string }>({ type: 'object', properties: { q: { type: 'string' } } })
export const pageTool: ToolSet = { pick: tool({ inputSchema }) }
export const serverTool: ToolSet = { pick: tool({ inputSchema, execute: async () => 'done' }) }
export const gatedTool: ToolSet = {
  pick: tool({ inputSchema, needsApproval: true, execute: async () => 'done' }),
}

/** The body of one request, as `ai` makes it of what the model streams. */
export async function bodyOf(
  parts: readonly Part[],
  tools: ToolSet = {},
): Promise<readonly UIMessageChunk[]> {
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
