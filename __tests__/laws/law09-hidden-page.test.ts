/** Law 9: a hidden page does no routine checks, but follows a reason to check, at most once a minute. */
import { sessionStatusChanged, signals } from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab } from './lab'

const c1 = { conversationId: 'c1' }
const asked = (lab: Lab) => lab.backend.of('status').length
const idle = signals.sessionReported({ ...c1, status: 'idle' })

async function hidden() {
  const lab = createLab()
  await lab.start()
  await lab.submit('t2')
  lab.environment.emit('hidden')
  return lab
}

describe('law 9: while the page is hidden', () => {
  test('an unnamed idle is checked: the end is told, and the queue goes on', async () => {
    const lab = await hidden()
    lab.backend.world('c1', { status: 'idle', last: { runId: 'r-t1', outcome: 'complete' } })
    await lab.dispatch(idle)
    await lab.advance(250)
    expect(lab.told.map(({ turnId }) => turnId)).toEqual(['t1'])
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('so is a stream that is up again', async () => {
    const lab = await hidden()
    lab.backend.world('c1', { status: 'idle', last: { runId: 'r-t1', outcome: 'complete' } })
    await lab.dispatch(signals.streamDropped({}), signals.streamOpened({}))
    await lab.advance(1)
    expect(lab.told.map(({ turnId }) => turnId)).toEqual(['t1'])
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('and a session that ended its turn, before the queue goes on', async () => {
    const lab = await hidden()
    lab.backend.world('c1', { status: 'idle' })
    await lab.dispatch(sessionStatusChanged({ ...c1, status: 'interrupted' }))
    await lab.advance(1)
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('reasons that follow each other are checked at most once a minute, and none is forgotten', async () => {
    const lab = await hidden()
    for (let i = 0; i < 50; i++) {
      await lab.dispatch(idle)
      await lab.advance(1_000)
    }
    expect(asked(lab)).toBe(1)
    await lab.advance(20_000)
    expect(asked(lab)).toBe(2)
  })

  test('also where it is the stream that comes and goes', async () => {
    const lab = await hidden()
    for (let i = 0; i < 50; i++) {
      await lab.dispatch(signals.streamDropped({}), signals.streamOpened({}))
      await lab.advance(1_000)
    }
    expect(asked(lab)).toBe(1)
  })

  test('a reason whose check fails is checked again', async () => {
    const lab = await hidden()
    lab.backend.auto.delete('status')
    await lab.dispatch(idle)
    await lab.advance(250)
    lab.backend.lose('status')
    await lab.advance(60_000)
    expect(lab.backend.of('status', 'pending')).toHaveLength(1)
    await lab.answer({ c1: { status: 'idle', last: { runId: 'r-t1', outcome: 'complete' } } })
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('a send whose answer was lost is checked, until it is known what became of it', async () => {
    const lab = createLab()
    lab.environment.emit('hidden')
    await lab.submit()
    lab.backend.world('c1', { status: 'idle' })
    lab.backend.lose('send')
    await lab.advance(120_000)
    expect([asked(lab), lab.busy(), lab.drafts()]).toEqual([2, false, ['text of t1']])
    await lab.advance(600_000, 10_000)
    expect(asked(lab)).toBe(2)
  })

  test('mirror: silence is no reason', async () => {
    const lab = await hidden()
    await lab.advance(600_000, 10_000)
    expect(asked(lab)).toBe(0)
    expect(lab.busy()).toBe(true)
  })

  test('mirror: a page that is shown again is checked at once', async () => {
    const lab = await hidden()
    await lab.dispatch(idle)
    await lab.advance(1)
    await lab.dispatch(idle)
    const before = asked(lab)
    lab.environment.emit('visible')
    await lab.dispatch()
    expect(asked(lab)).toBe(before + 1)
  })

  test('mirror: the network that is back is no reason while nobody looks', async () => {
    const lab = await hidden()
    lab.environment.emit('online')
    await lab.dispatch()
    expect(asked(lab)).toBe(0)
  })
})

describe('law 9: while the page is shown', () => {
  test.each(['visible', 'online'] as const)('“%s” is checked at once', async (event) => {
    const lab = createLab()
    await lab.start()
    lab.environment.emit(event)
    await lab.dispatch()
    expect(asked(lab)).toBe(1)
  })

  test('mirror: not where the network is gone, nor where nothing goes on', async () => {
    const lab = createLab()
    await lab.dispatch()
    const before = lab.recorder.actions.length
    lab.environment.emit('online')
    await lab.dispatch()
    expect([asked(lab), lab.recorder.actions.length]).toEqual([0, before])
    await lab.start()
    lab.environment.emit('offline')
    await lab.dispatch()
    expect(asked(lab)).toBe(0)
  })
})
