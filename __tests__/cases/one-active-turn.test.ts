/** A turn that the server held is promoted, and the run that shows is its own: never two active turns in one conversation. */
import { signals } from 'redux-turnkeeper'
import { createLab } from '../laws/lab'

/** The end of the first run was lost; the server has gone on to the second prompt, whose run has not been named yet. */
async function secondRuns() {
  const lab = createLab({ sendWhileBusy: 'send' })
  await lab.start('t1')
  await lab.submit('t2')
  lab.backend.accept('send', { as: 'queued' }, 't2')
  await lab.advance(10)
  lab.backend.world('c1', { status: 'running', runId: 'r2' })
  await lab.advance(10_000)
  return lab
}

test('a check that finds the second run shows the second prompt, and nothing else', async () => {
  const lab = await secondRuns()
  expect(lab.live()?.turnId).toBe('t2')
  expect(lab.entry()?.queue).toEqual([])
  expect(lab.ends()).toEqual(['t1 superseded interrupted inferred'])
})

test('Stop names the run that runs', async () => {
  const lab = await secondRuns()
  await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
  expect(lab.backend.of('stop').map(({ request }) => request)).toMatchObject([
    { turnId: 't2', runIds: ['r2'] },
  ])
})

test('what the server accepted and finished is not given back', async () => {
  const lab = await secondRuns()
  lab.backend.world('c1', { status: 'idle', last: { runId: 'r2', outcome: 'complete' } })
  await lab.advance(60_000)
  expect(lab.record('t2')).toMatchObject({ outcome: 'complete' })
  expect([lab.busy(), lab.drafts()]).toEqual([false, []])
})

test('mirror: where the second prompt waits for nothing of that name, a run from elsewhere is shown as such', async () => {
  const lab = createLab()
  await lab.start('t1')
  lab.backend.world('c1', { status: 'running', runId: 'r2' })
  await lab.advance(10_000)
  expect(lab.live()).toMatchObject({ origin: 'remote', runs: ['r2'] })
  await lab.dispatch(signals.turnProgressed({ conversationId: 'c1', runId: 'r2', kind: 'output' }))
  expect(lab.ends()).toEqual(['t1 superseded interrupted inferred'])
})
