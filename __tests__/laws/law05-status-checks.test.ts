/** Law 5: a status check is as old as its departure. */
import { signals } from 'redux-turnkeeper'
import { statusAnswered } from '../../src/actions'
import { createLab } from './lab'

const idle = { c1: { status: 'idle' } }
const running = (runId?: string) => ({ c1: { status: 'running', ...(runId !== undefined && { runId }) } })
const REGISTRATION = 20_000

describe('law 5: an answer of “idle”', () => {
  test('ends a turn of which nothing was heard since the status check left', async () => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus()
    await lab.answer(idle)
    expect(lab.ends()).toEqual(['t1 rescued unknown inferred'])
  })

  test('mirror: does not contradict evidence that is newer than its departure', async () => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus()
    await lab.progress('t1', 'c1', 'tool_open')
    await lab.answer(idle)
    expect(lab.busy()).toBe(true)
  })

  test('mirror: nor evidence that was held back for changing nothing that a person sees: it is let through first', async () => {
    const lab = createLab({ progressInterval: 60_000 })
    await lab.start()
    await lab.progress()
    lab.backend.world('c1', { status: 'idle' })
    const reached = lab.recorder.actions.length
    for (let i = 0; i < 9; i++) {
      await lab.advance(1_000)
      await lab.progress()
    }
    expect(lab.recorder.actions).toHaveLength(reached)
    await lab.advance(9_000)
    expect(lab.backend.of('status')).toEqual([])
    expect(lab.live()).toMatchObject({ turnId: 't1', lastEvidenceAt: 1_009_000, isStalled: false })
  })

  test('evidence that was held back before the departure is older than it', async () => {
    const lab = createLab()
    await lab.start()
    await lab.progress()
    await lab.progress()
    await lab.checkStatus()
    await lab.answer(idle)
    expect(lab.busy()).toBe(false)
  })

  test('mirror: does not end a turn that is younger than it', async () => {
    const lab = createLab()
    await lab.dispatch()
    await lab.checkStatus()
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
    await lab.answer(idle)
    expect(lab.live()?.turnId).toBe('t1')
  })

  test('mirror: nor one that took the place of the turn that was asked about', async () => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus()
    await lab.end({ turnId: 't1', reason: 'complete' })
    await lab.start('t2')
    await lab.answer({ c1: { status: 'idle', last: { runId: 'r-t1', outcome: 'error' } } })
    expect(lab.live()?.turnId).toBe('t2')
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('also where it names the turn: newer evidence of it weighs more', async () => {
    const named = { c1: { status: 'idle', last: { runId: 'r-t1', outcome: 'complete' } } }
    const lab = createLab()
    await lab.start()
    await lab.checkStatus()
    await lab.progress('t1', 'c1', 'tool_open')
    await lab.answer(named)
    expect(lab.busy()).toBe(true)
    await lab.checkStatus()
    await lab.answer(named)
    expect(lab.ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('of a status check that nobody sent, or that was answered already, changes nothing', async () => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus()
    const { nonce } = lab.turns().statusChecks[0]!
    const answer = { status: 'idle' } as const
    expect(lab.leaves(statusAnswered({ nonce: 'never sent', conversationId: 'c1', answer }))).toBe(true)
    expect(lab.leaves(statusAnswered({ nonce, conversationId: 'c2', answer }))).toBe(true)
    await lab.answer(running('r-t1'))
    expect(lab.leaves(statusAnswered({ nonce, conversationId: 'c1', answer }))).toBe(true)
    expect(lab.busy()).toBe(true)
  })
})

describe('law 5: the registration window', () => {
  test('“idle” is not believed of a turn that was just accepted and has not started', async () => {
    const lab = createLab()
    lab.backend.world('c1', { status: 'idle' })
    await lab.accept()
    await lab.advance(REGISTRATION - 1_000)
    expect(lab.backend.of('status').length).toBeGreaterThan(0)
    expect(lab.busy()).toBe(true)
  })

  test('and is believed after it: what became of an accepted turn that never started is not known', async () => {
    const lab = createLab()
    lab.backend.world('c1', { status: 'idle' })
    await lab.accept()
    await lab.advance(REGISTRATION + 10_000)
    expect(lab.ends()).toEqual(['t1 rescued unknown inferred'])
    expect(lab.drafts()).toEqual([])
  })

  test('it is the status check’s departure that counts, not the arrival of its answer', async () => {
    const lab = createLab()
    await lab.accept()
    await lab.advance(REGISTRATION - 5_000)
    await lab.checkStatus()
    await lab.advance(6_000)
    await lab.answer(idle)
    expect(lab.busy()).toBe(true)
  })

  test('it is an option', async () => {
    const lab = createLab({ registrationWindow: 0 })
    await lab.accept()
    await lab.advance(1)
    await lab.checkStatus()
    await lab.answer(idle)
    expect(lab.busy()).toBe(false)
  })

  test('mirror: a turn that has started needs none', async () => {
    const lab = createLab()
    await lab.start()
    await lab.advance(1)
    await lab.checkStatus()
    await lab.answer(idle)
    expect(lab.busy()).toBe(false)
  })
})

describe('law 5: a witnessed end of run r', () => {
  const over = async (answer: object) => {
    const lab = createLab()
    await lab.start()
    await lab.signalEnd({ conversationId: 'c1', runId: 'r-t1', reason: 'complete' })
    await lab.checkStatus()
    await lab.answer(answer)
    return lab
  }

  test('outweighs a later “running r”', async () => {
    const lab = await over(running('r-t1'))
    expect([lab.busy(), lab.ends()]).toEqual([false, ['t1 complete complete witnessed']])
  })

  test('mirror: not “running r2”, which is another turn', async () => {
    const lab = await over(running('r2'))
    expect(lab.live()).toMatchObject({ runs: ['r2'], origin: 'remote' })
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('and “running” without a name is not believed at once, only after the registration window', async () => {
    const lab = await over(running())
    expect(lab.busy()).toBe(false)
    lab.backend.auto.add('status')
    lab.backend.world('c1', { status: 'running' })
    await lab.advance(REGISTRATION + 10_000)
    expect(lab.busy()).toBe(true)
  })
})

describe('law 5: an answer of “running”', () => {
  test('that left before the end says nothing about it', async () => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus()
    await lab.end({ turnId: 't1', reason: 'rescued' })
    await lab.answer(running())
    expect(lab.busy()).toBe(false)
  })

  test('that names another run does not displace a turn that is newer than its departure', async () => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus()
    await lab.progress('t1', 'c1', 'tool_open')
    await lab.answer(running('r9'))
    expect(lab.live()?.turnId).toBe('t1')
  })

  test('mirror: it does displace one that was silent since, which is superseded and not completed', async () => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus()
    await lab.answer(running('r9'))
    expect(lab.live()?.runs).toEqual(['r9'])
    expect(lab.ends()).toEqual(['t1 superseded interrupted inferred'])
  })
})

describe('law 5: no answer', () => {
  test.each([
    ['the conversation is not in it', {}],
    ['it has no status', { c1: { status: 'no_status' } }],
    ['the backend was unreachable', { c1: { status: 'unreachable' } }],
  ])('says nothing: %s', async (_why, answer) => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus()
    await lab.answer(answer)
    expect([lab.live()?.turnId, lab.history()]).toEqual(['t1', []])
  })

  test('mirror: a complete listing that does not have it says “idle”', async () => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus()
    await lab.answer({ c1: { status: 'absent' } })
    expect(lab.busy()).toBe(false)
  })
})
