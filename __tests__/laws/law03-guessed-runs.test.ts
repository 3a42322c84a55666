/** Law 3: only a run that is certainly the turn's own ends it for certain; one that was bound by guess does not. */
import { endTurn, sendAccepted, sessionStatusChanged, signals } from 'redux-turnkeeper'
import { createLab } from './lab'

const c1 = { conversationId: 'c1' }
const start = (runId: string) => signals.turnStarted({ ...c1, runId })
const end = (runId: string) => signals.turnEnded({ ...c1, runId, reason: 'complete' })

/** Our prompt is out, and a run begins before the answer: most likely its own. */
async function guessed() {
  const lab = createLab()
  await lab.submit()
  await lab.dispatch(start('r1'))
  expect(lab.live()).toMatchObject({ turnId: 't1', guessedRun: 'r1', runs: [], started: 'unnamed' })
  return lab
}

describe('law 3: a run that was bound before the send was answered', () => {
  test('ends nothing by its end: the answer decides', async () => {
    const lab = await guessed()
    await lab.dispatch(end('r1'))
    expect([lab.busy(), lab.history()]).toEqual([true, []])
    lab.backend.accept('send', { runId: 'r1' })
    await lab.dispatch()
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('nor by the answer of a check that names it', async () => {
    const lab = await guessed()
    await lab.checkStatus()
    await lab.answer({ c1: { status: 'idle', last: { runId: 'r1', outcome: 'complete' } } })
    expect([lab.busy(), lab.history()]).toEqual([true, []])
    lab.backend.refuse('send', { error: { message: 'no credit' } })
    await lab.dispatch()
    expect(lab.record('t1')).toMatchObject({ outcome: 'error', error: { message: 'no credit' } })
  })

  test('is not the turn’s where the send is refused after its end: nothing was completed', async () => {
    const lab = await guessed()
    await lab.dispatch(end('r1'))
    lab.backend.refuse('send', { error: { message: 'no credit' } })
    await lab.dispatch()
    expect(lab.record('t1')).toMatchObject({ outcome: 'error', grade: 'inferred' })
    expect(lab.drafts()).toEqual(['text of t1'])
  })

  test('gives way to the run that the answer names, whose own signals count', async () => {
    const lab = await guessed()
    await lab.dispatch(end('r1'))
    lab.backend.accept('send', { runId: 'r2' })
    await lab.dispatch(start('r2'))
    expect([lab.live()?.turnId, lab.live()?.runs, lab.history()]).toEqual(['t1', ['r2'], []])
    await lab.signalEnd({ ...c1, runId: 'r2', reason: 'error', error: { message: 'failed' } })
    expect(lab.ends()).toEqual(['t1 error error witnessed'])
  })

  test('goes on as what it is where it is another’s and still runs: of unknown origin', async () => {
    const lab = await guessed()
    lab.backend.accept('send', { runId: 'r2' })
    await lab.dispatch()
    expect(lab.live()).toMatchObject({ turnId: 't1', runs: ['r2'], guessedRun: null })
    expect(lab.entry()?.unplacedRuns).toMatchObject([{ runId: 'r1' }])
  })

  test('is no proof that the prompt arrived: a refusal is believed', async () => {
    const lab = await guessed()
    lab.backend.refuse('send')
    await lab.dispatch()
    expect(lab.drafts()).toEqual(['text of t1'])
    expect(lab.live()).toMatchObject({ origin: 'remote', runs: ['r1'] })
  })

  test('mirror: a signal that names the turn beside it makes it certain', async () => {
    const lab = await guessed()
    await lab.dispatch(signals.turnProgressed({ ...c1, turnId: 't1', runId: 'r1', kind: 'output' }))
    expect(lab.live()).toMatchObject({ runs: ['r1'], guessedRun: null, started: 'named' })
    await lab.dispatch(end('r1'))
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('mirror: so does a check that names both', async () => {
    const lab = await guessed()
    await lab.checkStatus()
    await lab.answer({ c1: { status: 'running', turnId: 't1', runId: 'r1' } })
    await lab.dispatch(end('r1'))
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('mirror: where the send was answered without a name, the first run that starts is its own', async () => {
    const lab = createLab()
    await lab.accept('t1', 'c1', null)
    await lab.dispatch(start('r1'), end('r1'))
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })
})

describe('law 3: evidence without any name', () => {
  test('does not outweigh a refusal', async () => {
    const lab = createLab()
    await lab.submit()
    await lab.dispatch(signals.turnStarted(c1))
    lab.backend.refuse('send', { error: { message: 'no credit' } })
    await lab.dispatch()
    expect(lab.record('t1')).toMatchObject({ outcome: 'error', grade: 'inferred' })
    expect(lab.drafts()).toEqual(['text of t1'])
  })

  test('and an end without a name completes nothing: it is a reason to check', async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.auto.delete('status')
    await lab.dispatch(signals.turnStarted(c1), signals.turnEnded({ ...c1, reason: 'complete' }))
    expect([lab.busy(), lab.history()]).toEqual([true, []])
    await lab.advance(250)
    expect(lab.backend.of('status', 'pending')).toHaveLength(1)
  })
})

describe('law 3: an answer that comes after its turn was given up', () => {
  /** The first prompt was given up, a second one is out, and a run begins that is taken for the second's. */
  async function givenUp() {
    const lab = createLab()
    await lab.submit('t1')
    await lab.dispatch(endTurn({ turnId: 't1', reason: 'rescued' }))
    await lab.submit('t2')
    await lab.dispatch(start('r1'))
    expect(lab.live()).toMatchObject({ turnId: 't2', guessedRun: 'r1' })
    return lab
  }

  test('takes its run back: that run ends no other turn', async () => {
    const lab = await givenUp()
    await lab.dispatch(sendAccepted({ turnId: 't1', conversationId: 'c1', runId: 'r1' }), end('r1'))
    expect(lab.live()).toMatchObject({ turnId: 't2', guessedRun: null, started: 'no' })
    expect(lab.record('t1')).toMatchObject({ outcome: 'complete', grade: 'witnessed', corrected: true })
  })

  test('also where the end came first', async () => {
    const lab = await givenUp()
    await lab.dispatch(end('r1'), sendAccepted({ turnId: 't1', conversationId: 'c1', runId: 'r1' }))
    lab.backend.accept('send', { runId: 'r2' }, 't2')
    await lab.dispatch()
    expect(lab.live()).toMatchObject({ turnId: 't2', runs: ['r2'] })
  })

  test('mirror: where nothing newer is active it brings the turn back', async () => {
    const lab = createLab()
    await lab.submit('t1')
    await lab.dispatch(sessionStatusChanged({ ...c1, status: 'interrupted' }))
    expect(lab.busy()).toBe(false)
    await lab.dispatch(sendAccepted({ turnId: 't1', conversationId: 'c1', runId: 'r1' }))
    expect(lab.live()).toMatchObject({ turnId: 't1', runs: ['r1'], revocations: 1 })
    expect(lab.drafts()).toEqual([])
  })
})
