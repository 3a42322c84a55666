/** The first message to an agent that is cold: nothing is called undelivered while its own request is open, nor sent under two keys. */
import { signals } from 'redux-turnkeeper'
import { createLab } from '../laws/lab'

async function cold(ms: number) {
  const lab = createLab()
  lab.backend.world('c1', { status: 'absent' })
  await lab.submit()
  await lab.advance(ms, 500)
  return lab
}

test('while the request is open, checks that know nothing of it end nothing', async () => {
  const lab = await cold(59_000)
  expect(lab.backend.of('send').map(({ state }) => state)).toEqual(['pending'])
  expect([lab.busy(), lab.history(), lab.drafts()]).toEqual([true, [], []])
})

test('a retry that is pressed meanwhile is no second send: the prompt leaves under one key', async () => {
  const lab = await cold(59_000)
  const submitted = lab.store.dispatch(
    lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't2', input: 'text of t1', retryOf: 't1' }),
  )
  expect(submitted).toEqual({ turnId: 't1', taken: true })
  await lab.advance(5_000, 500)
  expect(lab.sent()).toEqual(['t1'])
})

test('the agent comes up late: the turn runs, and was never called undelivered', async () => {
  const lab = await cold(59_000)
  lab.backend.accept('send', { runId: 'r1' })
  await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r1' }))
  expect(lab.live()).toMatchObject({ turnId: 't1', runs: ['r1'] })
  expect(lab.told).toEqual([])
})

test('mirror: after that long without an answer it is not waited for any more, and checks decide', async () => {
  const lab = await cold(120_000)
  expect(lab.backend.of('send').map(({ state }) => state)).toEqual(['aborted'])
  expect(lab.ends()).toEqual(['t1 undelivered undelivered inferred'])
  expect(lab.drafts()).toEqual(['text of t1'])
})
