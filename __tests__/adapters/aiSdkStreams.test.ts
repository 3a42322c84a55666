/** Real UI message streams of `ai`, with a mocked model, through the reader. */
import type { UIMessageChunk } from 'ai'
import { createReader } from 'redux-turnkeeper/adapters/aiSdk'
import { bodyOf, call, finish, gatedTool, pageTool, serverTool, text } from './aiSdkBodies'
import { said } from './said'

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
