/** A run that nobody has named begins while ours is active, and ours ends: it is shown, and can be stopped. */
import { signals } from 'redux-turnkeeper'
import type { StatusAnswer } from 'redux-turnkeeper'
import { createLab } from '../laws/lab'
import type { Lab } from '../laws/lab'

const c1 = { conversationId: 'c1' }
const begins = signals.turnStarted({ ...c1, runId: 'r2' })
const ends = signals.turnEnded({ ...c1, runId: 'r-t1', reason: 'complete' })

/** A turn that streams. `world`: what checks say from then on. */
async function streaming(world: StatusAnswer): Promise<Lab> {
  const lab = createLab()
  await lab.start()
  await lab.progress()
  lab.backend.world('c1', world)
  return lab
}
const found = (runId: string): StatusAnswer => ({ status: 'running', runId })

const output = (lab: Lab, runId: string) =>
  lab.dispatch(signals.turnProgressed({ ...c1, runId, kind: 'output' }))

const WAYS: readonly [string, () => Promise<Lab>][] = [
  [
    'our end, then its start',
    async () => {
      const lab = await streaming(found('r2'))
      await lab.dispatch(ends, begins)
      return lab
    },
  ],
  [
    'its start, then our end, at once',
    async () => {
      const lab = await streaming(found('r2'))
      lab.store.dispatch(begins)
      lab.store.dispatch(ends)
      return lab
    },
  ],
  [
    'three seconds of both, and checks that name the older while both run',
    async () => {
      const lab = await streaming(found('r-t1'))
      await lab.dispatch(begins)
      for (let s = 0; s < 3; s++) {
        await output(lab, 'r-t1')
        await output(lab, 'r2')
        await lab.advance(1_000)
      }
      lab.backend.world('c1', found('r2'))
      await lab.dispatch(ends)
      return lab
    },
  ],
  [
    'both, and a check that was answered “the older runs” meanwhile',
    async () => {
      const lab = await streaming(found('r-t1'))
      await lab.dispatch(begins)
      await lab.advance(1_000)
      expect(lab.backend.of('status')).not.toEqual([])
      await output(lab, 'r-t1')
      await output(lab, 'r2')
      await lab.advance(1_000)
      lab.backend.world('c1', found('r2'))
      await lab.dispatch(ends)
      return lab
    },
  ],
  [
    'a minute apart, in a hidden page that is shown then',
    async () => {
      const lab = await streaming(found('r2'))
      lab.environment.emit('hidden')
      await lab.dispatch(begins)
      await lab.advance(60_000)
      await lab.dispatch(ends)
      await lab.advance(5_000)
      lab.environment.emit('visible')
      return lab
    },
  ],
  [
    'half a second apart, and a check that has named it',
    async () => {
      const lab = await streaming(found('r2'))
      await lab.dispatch(begins)
      await lab.advance(500, 100)
      await lab.dispatch(ends)
      return lab
    },
  ],
  [
    'at once, and a check that the app asks for by name',
    async () => {
      const lab = await streaming(found('r2'))
      lab.store.dispatch(begins)
      lab.store.dispatch(ends)
      await lab.dispatch(lab.keeper.checkStatus('c1'))
      return lab
    },
  ],
]

describe.each(WAYS)('%s', (_way, overlap) => {
  test('while it streams for two minutes it is shown, and can be stopped', async () => {
    const lab = await overlap()
    const { selectCanStop } = lab.keeper.selectors
    for (let s = 0; s < 120; s++) {
      await output(lab, 'r2')
      await lab.advance(1_000, 100)
      if (s > 2) expect([s, lab.busy(), selectCanStop(lab.store.getState(), 'c1')]).toEqual([s, true, true])
    }
    expect(lab.live()?.runs).toEqual(['r2'])
    await lab.dispatch(lab.keeper.stopTurn(c1))
    expect(lab.backend.of('stop').map(({ request }) => request.runIds)).toEqual([['r2']])
  })

  test('our prompt is not sent into it', async () => {
    const lab = await overlap()
    await output(lab, 'r2')
    await lab.submit('t2')
    await lab.advance(5_000, 100)
    expect(lab.queue()).toEqual(['t2'])
    expect(lab.sent()).toEqual(['t1'])
  })
})

test('it asks a person meanwhile: that shows', async () => {
  const lab = await streaming({ status: 'awaiting_input', runId: 'r2', inputId: 'q1' })
  lab.store.dispatch(begins)
  lab.store.dispatch(ends)
  await lab.dispatch(signals.inputRequested({ ...c1, runId: 'r2', requestId: 'q1' }))
  await lab.advance(60_000)
  expect(lab.phase()).toBe('awaiting_input')
  expect(lab.keeper.selectors.selectPendingInput(lab.store.getState(), 'c1')?.requestId).toBe('q1')
})

test('without status checks it is shown too', async () => {
  const lab = createLab({}, { ports: ({ sendTurn }) => ({ sendTurn }) })
  await lab.accept()
  await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r-t1' }), begins, ends)
  await output(lab, 'r2')
  expect([lab.busy(), lab.live()?.runs]).toEqual([true, ['r2']])
})

describe('mirror: an unlabelled helper that outlives our turn', () => {
  test('is no turn, where a check that left after it had shown itself says that nothing runs', async () => {
    const lab = await streaming(found('r-t1'))
    await lab.dispatch(begins)
    lab.backend.world('c1', { status: 'idle', last: { runId: 'r-t1', outcome: 'complete' } })
    await lab.dispatch(ends)
    await lab.advance(10_000)
    expect([lab.busy(), lab.entry()?.unplacedRuns ?? []]).toEqual([false, []])
  })
})
