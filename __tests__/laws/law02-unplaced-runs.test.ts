/** Law 2 and the contract: a run of unknown origin is nobody's evidence, has a check of its own, and outlives the turn beside it. */
import { conversationClosed, signals } from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab } from './lab'

const c1 = { conversationId: 'c1' }
const start = (runId: string) => signals.turnStarted({ ...c1, runId })
const output = (runId: string) => signals.turnProgressed({ ...c1, runId, kind: 'output' })
const end = (runId: string) => signals.turnEnded({ ...c1, runId, reason: 'complete' })
const unplaced = (lab: Lab) => (lab.entry()?.unplacedRuns ?? []).map(({ runId }) => runId)

/** Our turn runs, and a run that nobody has named begins; checks are answered by the test. */
async function beside() {
  const lab = createLab()
  await lab.start()
  await lab.progress()
  lab.backend.auto.delete('status')
  await lab.dispatch(start('r2'))
  return lab
}

/** The same, and our turn has ended; the check left after that. */
async function overlapped(...queued: readonly string[]) {
  const lab = createLab()
  await lab.start()
  for (const turnId of queued) await lab.submit(turnId)
  lab.backend.auto.delete('status')
  lab.store.dispatch(start('r2'))
  lab.store.dispatch(end('r-t1'))
  await lab.advance(1)
  expect(lab.backend.of('status', 'pending')).toHaveLength(1)
  return lab
}

describe('law 2: a run that nobody has named', () => {
  test('is no evidence of the turn that is active, and does not take its place', async () => {
    const lab = createLab()
    await lab.start()
    await lab.progress()
    lab.backend.auto.delete('status')
    await lab.advance(2_000)
    const { evidenceSeq, lastEvidenceAt, runs } = lab.live()!
    await lab.dispatch(start('r2'), output('r2'))
    expect(lab.live()).toMatchObject({ turnId: 't1', evidenceSeq, lastEvidenceAt, runs })
    expect(unplaced(lab)).toEqual(['r2'])
  })

  test('brings a check forward to now', async () => {
    const lab = await beside()
    await lab.advance(1)
    expect(lab.backend.of('status', 'pending')).toHaveLength(1)
  })

  test('has a next check that the evidence of our turn does not move', async () => {
    const lab = await beside()
    await lab.advance(1)
    await lab.answer({ c1: { status: 'running', runId: 'r-t1' } })
    const { checkAt } = lab.entry()!.unplacedRuns[0]!
    for (let i = 0; i < 4; i++) {
      await lab.advance(1_000)
      await lab.progress()
    }
    expect(lab.entry()!.unplacedRuns[0]!.checkAt).toBe(checkAt)
    await lab.advance(1_000)
    expect(lab.backend.of('status', 'pending')).toHaveLength(1)
    await lab.answer({ c1: { status: 'running', runId: 'r-t1' } })
  })

  test('is left alone by the end of our turn, and checked at once', async () => {
    const lab = await beside()
    await lab.advance(1)
    await lab.answer({ c1: { status: 'running', runId: 'r-t1' } })
    await lab.dispatch(end('r-t1'))
    expect(unplaced(lab)).toEqual(['r2'])
    await lab.advance(1)
    expect(lab.backend.of('status', 'pending')).toHaveLength(1)
    await lab.answer({ c1: { status: 'running', runId: 'r2' } })
    expect(lab.live()).toMatchObject({ origin: 'remote', runs: ['r2'], started: 'named' })
  })

  test('is shown where checks say “running” and no name, once our turn is over', async () => {
    const lab = await overlapped()
    await lab.answer({ c1: { status: 'running' } })
    expect(lab.live()?.runs).toEqual(['r2'])
  })

  test('holds our queue back until a check has told what it is', async () => {
    const lab = await overlapped('t2')
    expect([lab.sent(), lab.queue()]).toEqual([['t1'], ['t2']])
    await lab.answer({ c1: { status: 'idle', last: { runId: 'r2', outcome: 'complete' } } })
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('ends by its own end, and leaves our turn as it is', async () => {
    const lab = await beside()
    const turn = lab.live()
    await lab.dispatch(end('r2'))
    expect([lab.live()?.turnId, lab.live()?.runs, unplaced(lab)]).toEqual([turn?.turnId, turn?.runs, []])
  })

  test('that keeps showing itself is kept where a check knows only our turn', async () => {
    const lab = await beside()
    lab.backend.auto.add('status')
    for (let i = 0; i < 30; i++) {
      await lab.progress()
      await lab.dispatch(output('r2'))
      await lab.advance(1_000)
    }
    expect([lab.live()?.turnId, unplaced(lab)]).toEqual(['t1', ['r2']])
  })

  test('goes with its conversation', async () => {
    const lab = await beside()
    await lab.dispatch(conversationClosed(c1))
    expect(unplaced(lab)).toEqual([])
  })

  test('mirror: one that says that it carries ours on is ours', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r2', continues: 'r-t1' }))
    expect([lab.live()?.runs, unplaced(lab)]).toEqual([['r-t1', 'r2'], []])
    await lab.dispatch(end('r2'))
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('mirror: an unlabelled helper, which a check that left after it had begun finds over, is no turn', async () => {
    const lab = await overlapped()
    await lab.answer({ c1: { status: 'idle' } })
    expect([lab.busy(), unplaced(lab)]).toEqual([false, []])
  })

  test('mirror: a check that left before it began says nothing about it', async () => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus()
    await lab.dispatch(start('r2'), end('r-t1'))
    await lab.answer({ c1: { status: 'idle' } })
    expect(unplaced(lab)).toEqual(['r2'])
    await lab.advance(5_000)
    await lab.answer({ c1: { status: 'running', runId: 'r2' } })
    expect(lab.live()?.runs).toEqual(['r2'])
  })
})

describe('law 2: the end of a run binds where its start would have', () => {
  test('to a prompt that has left and has no run: kept until the answer names that run', async () => {
    const lab = createLab()
    await lab.submit()
    await lab.dispatch(end('r1'))
    expect([lab.busy(), lab.history()]).toEqual([true, []])
    lab.backend.accept('send', { runId: 'r1' })
    await lab.dispatch()
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('mirror: where the answer names another run it ended nothing of ours', async () => {
    const lab = createLab()
    await lab.submit()
    await lab.dispatch(end('r0'))
    lab.backend.accept('send', { runId: 'r1' })
    await lab.dispatch()
    expect([lab.live()?.runs, lab.live()?.unconfirmedEnd, lab.history()]).toEqual([['r1'], null, []])
  })

  test('mirror: a prompt that has its run is not ended by another’s', async () => {
    const lab = createLab()
    await lab.accept()
    await lab.dispatch(end('r0'))
    expect([lab.live()?.turnId, lab.history()]).toEqual(['t1', []])
  })
})
