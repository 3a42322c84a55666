/** A turn that the server holds goes on when nobody is in front of it any more, whatever took the one in front away. */
import { createLab } from '../laws/lab'

const DAY = 24 * 3_600_000

test('the one in front merges into the one behind it: that is the active one, and ends with a word about their run', async () => {
  const lab = createLab({ sendWhileBusy: 'send' })
  await lab.submit('t1')
  await lab.submit('t2')
  lab.backend.accept('send', { runId: 'r1' }, 't2')
  await lab.advance(1)
  lab.backend.accept('send', { runId: 'r1' }, 't1')
  await lab.advance(1)
  expect(lab.live()).toMatchObject({ runs: ['r1'] })
  expect(lab.entry()?.queue).toEqual([])
  lab.backend.world('c1', { status: 'idle', last: { runId: 'r1', outcome: 'complete' } })
  await lab.advance(DAY, 600_000)
  expect(lab.phase()).toBe('idle')
  expect(
    lab
      .history()
      .map(({ turnId, outcome }) => `${turnId} ${outcome}`)
      .sort(),
  ).toEqual(['t1 merged', 't2 complete'])
})

test('the one in front was refused as busy, and the user withdraws it: the other is checked, and ends', async () => {
  const lab = createLab({ sendWhileBusy: 'send' })
  await lab.submit('t1')
  await lab.submit('t2')
  lab.backend.refuse('send', { reason: 'busy' }, 't1')
  await lab.advance(1)
  await lab.dispatch(lab.keeper.removeQueued({ turnId: 't1' }))
  lab.backend.accept('send', { as: 'queued' }, 't2')
  await lab.advance(1)
  expect(lab.live()?.turnId).toBe('t2')
  lab.backend.world('c1', { status: 'idle' })
  await lab.advance(DAY, 600_000)
  expect(lab.phase()).toBe('idle')
  expect(lab.drafts()).toContain('text of t1')
})
