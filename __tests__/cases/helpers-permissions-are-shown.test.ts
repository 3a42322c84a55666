/** OpenCode: what a helper asks, at any depth, is shown in the conversation of the turn for as long as it waits. */
import { createReader, readStatus } from 'redux-turnkeeper/adapters/openCode'
import type { OpenCodeEvent } from 'redux-turnkeeper/adapters/openCode'
import { createLab } from '../laws/lab'

const ROOT = 'ses_root'
const CHILD = 'ses_child'
const GRANDCHILD = 'ses_grandchild'

/** A turn is at work and has opened a helper. Status checks list the main session alone. */
async function open() {
  const lab = createLab()
  const reader = createReader()
  for (const id of [ROOT, CHILD, GRANDCHILD])
    lab.backend.world(id, readStatus(id, { [ROOT]: { type: 'busy' } }))
  const feed = (type: string, properties: OpenCodeEvent['properties']) =>
    lab.dispatch(...reader.read({ type, properties }))
  const { selectPendingInput } = lab.keeper.selectors
  const shown = (id = ROOT) => selectPendingInput(lab.store.getState(), id)?.requestId ?? null

  await lab.submit('t1', ROOT)
  reader.promptSent(ROOT, 't1')
  lab.backend.accept('send')
  await lab.dispatch()
  await feed('session.status', { sessionID: ROOT, status: { type: 'busy' } })
  await feed('message.updated', {
    sessionID: ROOT,
    info: { id: 'msg_1', sessionID: ROOT, role: 'user', time: { created: 1 } },
  })
  await feed('message.updated', {
    sessionID: ROOT,
    info: { id: 'msg_2', sessionID: ROOT, role: 'assistant', parentID: 'msg_1', time: { created: 2 } },
  })
  await feed('session.created', { info: { id: CHILD, parentID: ROOT } })
  return { lab, feed, shown }
}

test('a helper asks while the user is at lunch: it is shown until it is answered', async () => {
  const { lab, feed, shown } = await open()
  await feed('permission.asked', { id: 'per_1', sessionID: CHILD, permission: 'bash' })
  expect(shown()).toBe('per_1')
  await lab.advance(9 * 60_000)
  expect(shown()).toBe('per_1')
  await lab.advance(2 * 60_000)
  expect(shown()).toBe('per_1')

  const answered = lab.store.dispatch(
    lab.keeper.answerInput({ conversationId: ROOT, requestId: 'per_1', answer: 'once' }),
  )
  await lab.dispatch()
  lab.backend.accept('answer')
  expect(await answered).toEqual({ status: 'accepted' })
  expect(lab.backend.of('answer').map(({ request }) => request)).toEqual([
    { conversationId: ROOT, requestId: 'per_1', answer: 'once' },
  ])
  expect([shown(), lab.live(ROOT), lab.problems]).toMatchObject([null, { turnId: 't1' }, []])
})

test('a helper of a helper asks: it is shown in the conversation of the turn', async () => {
  const { lab, feed, shown } = await open()
  await feed('session.created', { info: { id: GRANDCHILD, parentID: CHILD } })
  await feed('permission.asked', { id: 'per_2', sessionID: GRANDCHILD, permission: 'external_directory' })
  expect([shown(), lab.live(ROOT)]).toMatchObject(['per_2', { turnId: 't1' }])
  await lab.advance(11 * 60_000)
  expect(shown()).toBe('per_2')
})

test('mirror: a helper that is over asks no more', async () => {
  const { lab, feed, shown } = await open()
  await feed('permission.asked', { id: 'per_3', sessionID: CHILD, permission: 'bash' })
  expect(shown()).toBe('per_3')
  await feed('session.idle', { sessionID: CHILD })
  expect([shown(), lab.live(ROOT)]).toMatchObject([null, { turnId: 't1' }])
})
