/** Law 8: the watchdog checks, it does not end. */
import { turnOverdue } from '../../src/actions'
import { createLab } from './lab'

const HOUR = 3_600_000

describe('law 8: silence', () => {
  test('shows as stalled, and a status check leaves; the turn goes on', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.auto.delete('status')
    await lab.advance(10_000)
    expect(lab.live()).toMatchObject({ turnId: 't1', isStalled: true })
    expect(lab.backend.of('status')).toHaveLength(1)
    expect(lab.busy()).toBe(true)
  })

  test.each([
    ['says that it runs', { status: 'running', runId: 'r-t1' }],
    ['says “running” and no name', { status: 'running' }],
    ['has no status', { status: 'no_status' }],
    ['is unreachable', { status: 'unreachable' }],
    ['does not know the conversation', null],
  ] as const)('for an hour ends nothing where the status check %s', async (_what, answer) => {
    const lab = createLab()
    await lab.start()
    lab.backend.world('c1', answer)
    await lab.advance(HOUR, 5_000)
    expect([lab.live()?.turnId, lab.history()]).toEqual(['t1', []])
  })

  test('for an hour ends nothing where every status check fails', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.auto.delete('status')
    for (let passed = 0; passed < HOUR; passed += 10_000) {
      await lab.advance(10_000)
      if (lab.backend.of('status', 'pending').length > 0) lab.backend.lose('status')
    }
    expect([lab.live()?.turnId, lab.history()]).toEqual(['t1', []])
  })

  test('without a status check it shows too, and ends nothing', async () => {
    const lab = createLab({ ports: {} })
    await lab.submit()
    await lab.advance(HOUR, 60_000)
    expect(lab.live()).toMatchObject({ turnId: 't1', isStalled: true })
  })

  test('mirror: an answer ends it', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(10_000)
    expect(lab.ends()).toEqual(['t1 rescued unknown inferred'])
  })

  test('mirror: evidence clears it', async () => {
    const lab = createLab()
    await lab.start()
    await lab.advance(10_000)
    await lab.progress()
    expect(lab.live()?.isStalled).toBe(false)
  })
})

describe('law 8: the hard limit', () => {
  test('ends a turn as timeout, inferred, however busy it shows itself', async () => {
    const lab = createLab({ hardLimit: 60_000 })
    await lab.start()
    for (let i = 0; i < 59; i++) {
      await lab.advance(1_000)
      await lab.progress()
    }
    expect(lab.busy()).toBe(true)
    await lab.advance(1_000)
    expect(lab.ends()).toEqual(['t1 timeout unknown inferred'])
  })

  test('and evidence takes that back', async () => {
    const lab = createLab({ hardLimit: 60_000 })
    await lab.start()
    await lab.advance(60_000)
    expect(lab.busy()).toBe(false)
    await lab.progress()
    expect(lab.live()?.turnId).toBe('t1')
  })

  test('and counts on after that: it ends the turn again', async () => {
    const lab = createLab({ hardLimit: 60_000 })
    await lab.start()
    await lab.advance(60_000)
    expect(lab.busy()).toBe(false)
    await lab.progress()
    expect(lab.live()).toMatchObject({ turnId: 't1', limitAt: lab.clock.now() + 60_000 })
    for (let i = 0; i < 59; i++) {
      await lab.advance(1_000)
      await lab.progress()
    }
    expect(lab.busy()).toBe(true)
    await lab.advance(1_000)
    expect([lab.busy(), lab.ends()]).toEqual([false, ['t1 timeout unknown inferred']])
  })

  test('also where it is a check that takes the end back', async () => {
    const lab = createLab({ hardLimit: 60_000 })
    await lab.start()
    await lab.advance(60_000)
    await lab.dispatch(lab.keeper.checkStatus('c1'))
    expect(lab.live()?.turnId).toBe('t1')
    await lab.advance(60_000)
    expect([lab.busy(), lab.record('t1')?.reason]).toEqual([false, 'timeout'])
  })

  test('does not count the time in the queue', async () => {
    const lab = createLab({ hardLimit: 60_000 })
    await lab.start()
    await lab.advance(30_000)
    await lab.submit('t2')
    await lab.advance(20_000)
    await lab.end({ turnId: 't1', reason: 'complete' })
    lab.backend.accept('send', { runId: 'r-t2' }, 't2')
    lab.backend.world('c1', { status: 'running', runId: 'r-t2' })
    await lab.advance(59_000)
    expect(lab.live()?.turnId).toBe('t2')
    await lab.advance(1_000)
    expect(lab.last()).toMatchObject({ turnId: 't2', reason: 'timeout' })
  })

  test('mirror: it is off by default', async () => {
    const lab = createLab()
    await lab.start()
    await lab.advance(HOUR, 5_000)
    expect(lab.busy()).toBe(true)
  })

  test('mirror: a deadline that evidence has overtaken does nothing', async () => {
    const lab = createLab({ hardLimit: 60_000 })
    await lab.start()
    const { evidenceSeq } = lab.live()!
    await lab.progress()
    const overdue = { turnId: 't1', conversationId: 'c1' }
    expect(lab.leaves(turnOverdue({ ...overdue, evidenceSeq }))).toBe(true)
    const { reducer } = lab.keeper
    const late = { at: lab.clock.now() + HOUR }
    expect(reducer(lab.state(), turnOverdue({ ...overdue, evidenceSeq }, late))).toBe(lab.state())
    const now = lab.live()!.evidenceSeq
    const ended = reducer(lab.state(), turnOverdue({ ...overdue, evidenceSeq: now }, late))
    expect(ended.turns.ended).toMatchObject([{ turnId: 't1', reason: 'timeout' }])
  })
})
