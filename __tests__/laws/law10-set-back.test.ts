/** Law 10: a clock that was set back is noticed before anything new is written down, whether a timer is armed or not. */
import { signals } from 'redux-turnkeeper'
import { createLab } from './lab'

const HOUR = 3_600_000

test('law 10: a turn was accepted in a hidden page, and the clock is set back: it does not wait for that long', async () => {
  const lab = createLab({ registrationWindow: 20_000 })
  lab.backend.world('c1', { status: 'idle' })
  lab.environment.emit('hidden')
  await lab.accept()
  await lab.advance(11_000)
  expect(lab.clock.pending).toBe(0)
  lab.clock.shift(-HOUR)
  lab.environment.emit('visible')
  await lab.advance(30_000)
  expect([lab.busy(), lab.last()?.turnId]).toEqual([false, 't1'])
})

test('law 10: the same of one whose send was lost', async () => {
  const lab = createLab({ registrationWindow: 20_000 })
  lab.backend.world('c1', { status: 'idle' })
  lab.environment.emit('hidden')
  await lab.submit()
  await lab.advance(21_000)
  lab.backend.lose('send')
  await lab.dispatch()
  lab.clock.shift(-HOUR)
  lab.environment.emit('visible')
  await lab.advance(30_000)
  expect([lab.busy(), lab.last()?.turnId, lab.drafts()]).toEqual([false, 't1', ['text of t1']])
})

describe('law 10: what comes in before any timer has run is of the new time', () => {
  test('after the clock was set back: a prompt is registered for as long as any other', async () => {
    const lab = createLab({ registrationWindow: 20_000 })
    await lab.start('t2', 'c2')
    lab.backend.world('c1', { status: 'idle' })
    lab.clock.shift(-HOUR)
    await lab.accept('t1', 'c1', null)
    expect(lab.turn()).toMatchObject({ sentAt: lab.clock.now(), acceptedAt: lab.clock.now() })
    await lab.advance(15_000)
    expect(lab.busy()).toBe(true)
    await lab.advance(20_000)
    expect(lab.busy()).toBe(false)
  })

  test('also where no timer is armed', async () => {
    const lab = createLab()
    await lab.accept()
    await lab.signalEnd({ conversationId: 'c1', turnId: 't1', reason: 'complete' })
    expect(lab.clock.pending).toBe(0)
    lab.clock.shift(-HOUR)
    await lab.submit('t2')
    expect(lab.turn('t2')?.sentAt).toBe(lab.clock.now())
  })

  test('after a sleep: the hard limit of a new turn begins with it', async () => {
    const lab = createLab({ hardLimit: 60_000 })
    await lab.start('t2', 'c2')
    lab.clock.jump(HOUR)
    await lab.start('t1', 'c1')
    await lab.advance(65_000)
    expect(lab.record('t1')?.reason).toBe('timeout')
  })

  test('and it is told once', async () => {
    const lab = createLab()
    await lab.start()
    lab.clock.shift(-HOUR)
    await lab.progress()
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    await lab.advance(30_000)
    const woken = lab.recorder.actions.filter(({ type }) => type === 'turnkeeper/internal/woke')
    expect(woken).toMatchObject([{ payload: { shiftMs: -HOUR } }])
  })

  test('a run that begins is not older than the prompt by less than what is noticed', async () => {
    const lab = createLab()
    await lab.submit()
    lab.clock.shift(-500)
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r1' }))
    expect(lab.recorder.types('turnkeeper/internal/woke')).toEqual([])
    expect([lab.turn()?.guessedRun, lab.entry()?.unplacedRuns]).toEqual(['r1', []])
  })

  test('mirror: an action that was made before and is dispatched late says nothing of the clock', async () => {
    const lab = createLab()
    await lab.start()
    const late = signals.turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'output' })
    await lab.advance(5_000)
    await lab.dispatch(late)
    expect(lab.recorder.types('turnkeeper/internal/woke')).toEqual([])
  })
})
