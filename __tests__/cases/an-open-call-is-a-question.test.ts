/** AI SDK: a body that ends with a tool call open asks a question: the turn goes on, and nothing is sent in between. */
import type { UIMessageChunk } from 'ai'
import { createReader } from 'redux-turnkeeper/adapters/aiSdk'
import { bodyOf, call, finish, gatedTool, pageTool, serverTool, text } from '../adapters/aiSdkBodies'
import { createLab } from '../laws/lab'

/** `t1` is sent, `t2` waits behind it, and the body of `t1` comes and ends cleanly. There is no status check. */
async function play(body: readonly UIMessageChunk[]) {
  const lab = createLab({}, { ports: ({ fetchStatus: _none, ...ports }) => ports })
  const request = { conversationId: 'c1', turnId: 't1' }
  const read = async (chunks: readonly UIMessageChunk[], reader = createReader(request)) => {
    await lab.dispatch(...chunks.flatMap((chunk) => reader.read(chunk)), ...reader.close('clean_end'))
  }
  await lab.accept('t1', 'c1', null)
  lab.backend.auto.add('send')
  await lab.submit('t2')
  await read(body)
  const question = () => lab.keeper.selectors.selectPendingInput(lab.store.getState(), 'c1')
  const told = () => lab.told.map(({ turnId, outcome }) => `${turnId} ${outcome}`)
  return { lab, question, told, read, request }
}

test('a tool of the page: the turn stays busy while its call is open, and goes on in the next body', async () => {
  const { lab, question, told, read, request } = await play(
    await bodyOf([call, finish('tool-calls')], pageTool),
  )
  expect([told(), lab.sent(), lab.queue()]).toEqual([[], ['t1'], ['t2']])
  expect([lab.live(), lab.busy(), lab.phase()]).toMatchObject([{ turnId: 't1' }, true, 'awaiting_input'])
  expect(question()).toMatchObject({ requestId: 'k1', askerId: 't1' })

  // The page posts the output of its tool, and gets a second body: the same turn, as the user sees it.
  const second = await bodyOf([...text, finish('stop')])
  await read(second, createReader(request, { resumes: true }))
  expect([lab.ends(), question()]).toEqual([['t1 complete complete witnessed'], null])
  expect([told(), lab.sent(), lab.live()]).toMatchObject([['t1 complete'], ['t1', 't2'], { turnId: 't2' }])
})

test('a tool that needs approval: the question is open, and nothing is sent into it', async () => {
  const body = await bodyOf([call, finish('tool-calls')], gatedTool)
  const approval = body.find((chunk) => chunk.type === 'tool-approval-request')
  const { lab, question, told } = await play(body)
  expect(question()).toMatchObject({ requestId: approval?.approvalId, kind: 'tool-approval-request' })
  expect([told(), lab.sent(), lab.queue()]).toEqual([[], ['t1'], ['t2']])
  expect(lab.live()).toMatchObject({ turnId: 't1' })
})

test('mirror: a plain answer (finish "stop") asks nothing and completes', async () => {
  const { lab, question, told } = await play(await bodyOf([...text, finish('stop')]))
  expect([lab.ends(), question()]).toEqual([['t1 complete complete witnessed'], null])
  expect([told(), lab.sent()]).toEqual([['t1 complete'], ['t1', 't2']])
})

test('mirror: a tool of the server ran and the step limit is reached: finish "tool-calls" is the end', async () => {
  const { lab, question, told } = await play(await bodyOf([call, finish('tool-calls')], serverTool))
  expect([told(), question()]).toEqual([['t1 complete'], null])
  expect(lab.sent()).toEqual(['t1', 't2'])
})

test.each(['length', 'content-filter', 'other'] as const)(
  'mirror: an answer that was cut (finish "%s") is over, and not as completed',
  async (reason) => {
    const { question, told } = await play(await bodyOf([...text, finish(reason)]))
    expect([told(), question()]).toEqual([['t1 interrupted'], null])
  },
)

test('a provider that closes cleanly in mid-sentence does not complete the turn', async () => {
  const { lab, told } = await play(await bodyOf(text.slice(0, 2)))
  expect(told().filter((end) => end.startsWith('t1 complete'))).toEqual([])
  await lab.advance(3_600_000, 60_000)
  expect(told().filter((end) => end.startsWith('t1 complete'))).toEqual([])
})
