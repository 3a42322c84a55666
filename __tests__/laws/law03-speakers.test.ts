/** Law 3: the grade of an end follows from who spoke. A session's word and a gateway's refusal are inferred. */
import { sessionStatusChanged, signals } from 'redux-turnkeeper'
import type { SessionStatus } from 'redux-turnkeeper'
import { createLab } from './lab'

const c1 = { conversationId: 'c1' }
const run = { ...c1, runId: 'r-t1' }

describe('law 3: a session’s word', () => {
  test.each(['ready', 'interrupted', 'stopped', 'error'] as SessionStatus[])(
    '“%s” ends the turn, inferred; the turn’s own word right after sets that right',
    async (status) => {
      const lab = createLab()
      await lab.start()
      await lab.dispatch(sessionStatusChanged({ ...c1, status }))
      expect(lab.record('t1')).toMatchObject({ grade: 'inferred' })
      await lab.signalEnd({ ...run, reason: 'error', error: { message: 'usage limit' } })
      expect(lab.ends()).toEqual(['t1 error error witnessed'])
      expect(lab.error()).toBe('usage limit')
    },
  )

  test('and evidence of the turn takes it back', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(sessionStatusChanged({ ...c1, status: 'ready' }))
    await lab.progress()
    expect([lab.live()?.turnId, lab.history()]).toEqual(['t1', []])
  })

  test('“ready” does not end a turn that has not started: the session is only just up for it', async () => {
    const lab = createLab()
    await lab.submit()
    await lab.dispatch(sessionStatusChanged({ ...c1, status: 'ready' }))
    expect(lab.live()?.turnId).toBe('t1')
  })

  test('mirror: the user’s own Stop, told by the turn itself, is witnessed', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(lab.keeper.stopTurn(c1))
    await lab.signalEnd({ ...run, reason: 'cancelled' })
    expect(lab.ends()).toEqual(['t1 cancelled cancelled witnessed'])
  })
})

describe('law 3: a refusal that may be a gateway’s', () => {
  async function refused() {
    const lab = createLab()
    await lab.submit()
    lab.backend.refuse('send', { error: { message: '504 Gateway Timeout' } })
    await lab.dispatch()
    expect(lab.ends()).toEqual(['t1 error error inferred'])
    return lab
  }

  test('is taken back by the turn’s own output, and its text is no draft any more', async () => {
    const lab = await refused()
    expect(lab.drafts()).toEqual(['text of t1'])
    await lab.dispatch(signals.turnProgressed({ ...c1, turnId: 't1', runId: 'r1', kind: 'output' }))
    expect([lab.live()?.turnId, lab.drafts(), lab.error()]).toEqual(['t1', [], null])
    await lab.signalEnd({ ...c1, runId: 'r1', reason: 'complete' })
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('and set right by its own end', async () => {
    const lab = await refused()
    await lab.signalEnd({ ...c1, turnId: 't1', reason: 'complete' })
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
    expect(lab.drafts()).toEqual([])
  })
})

describe('law 3: a check that says “one runs, and another is over”', () => {
  const both = {
    status: 'running',
    runId: 'r2',
    last: { runId: 'r-t1', outcome: 'error', error: { message: 'usage limit' } },
  } as const

  test('counts for both: the turn ended as it says, and the other is active', async () => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus()
    await lab.answer({ c1: both })
    expect(lab.record('t1')).toMatchObject({
      outcome: 'error',
      grade: 'witnessed',
      error: { message: 'usage limit' },
    })
    expect(lab.live()?.runs).toEqual(['r2'])
  })

  test('also where our turn is the one that runs, and one from elsewhere is over', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r2' }))
    await lab.checkStatus()
    await lab.answer({ c1: { status: 'running', runId: 'r-t1', last: { runId: 'r2', outcome: 'complete' } } })
    expect([lab.live()?.turnId, lab.entry()?.unplacedRuns]).toEqual(['t1', []])
  })

  test('mirror: a check without a name is inferred', async () => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus()
    await lab.answer({ c1: { status: 'idle' } })
    expect(lab.ends()).toEqual(['t1 rescued unknown inferred'])
  })
})
