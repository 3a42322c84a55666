/** Law 9: what is not verified is busy. Nothing is ever cleared for safety. */
import { signals, stateRestored } from 'redux-turnkeeper'
import { createLab, reloaded } from './lab'
import type { Lab } from './lab'

const unverified = (lab: Lab, id = 'c1') => lab.keeper.selectors.selectIsUnverified(lab.store.getState(), id)

/** A lab in which a turn that had started has become unverified, and status checks are not answered yet. */
const WAYS: readonly [string, () => Promise<Lab>][] = [
  [
    'a reload, told by the app',
    async () => {
      const lab = createLab()
      lab.backend.auto.delete('status')
      await lab.dispatch(
        stateRestored({ live: [{ conversationId: 'c1', turnId: 't1', runs: ['r-t1'], input: 'hello' }] }),
      )
      return lab
    },
  ],
  [
    'a reload, by whichever persistence package',
    async () => {
      const before = createLab()
      await before.start()
      const lab = createLab({}, { preloadedState: reloaded(before), ids: 'other' })
      lab.backend.auto.delete('status')
      await lab.dispatch()
      return lab
    },
  ],
  ['a stream that dropped', () => startedThen((lab) => lab.dispatch(signals.streamDropped({})))],
  [
    'a stream that is up again',
    () => startedThen((lab) => lab.dispatch(signals.streamOpened({ resume: 'live_only' }))),
  ],
  [
    'a new boot',
    () =>
      startedThen((lab) =>
        lab.dispatch(signals.streamOpened({ boot: 'b1' }), signals.streamOpened({ boot: 'b2' })),
      ),
  ],
  [
    'a backend that was restarted',
    () => startedThen((lab) => lab.dispatch(signals.backendRestarted({ boot: 'b2' }))),
  ],
  [
    'a wake from sleep',
    () =>
      startedThen(async (lab) => {
        lab.clock.jump(3_600_000)
        lab.clock.runDue()
        await lab.dispatch()
      }),
  ],
]
async function startedThen(then: (lab: Lab) => Promise<unknown>): Promise<Lab> {
  const lab = createLab()
  await lab.start()
  lab.backend.auto.delete('status')
  await then(lab)
  return lab
}

describe.each(WAYS)('law 9: after %s', (_why, open) => {
  test('the turn is unverified, and busy', async () => {
    const lab = await open()
    expect([unverified(lab), lab.busy(), lab.history()]).toEqual([true, true, []])
  })

  test('a status check leaves within 5 s, and “running” verifies it', async () => {
    const lab = await open()
    await lab.advance(5_000)
    await lab.answer({ c1: { status: 'running', runId: 'r-t1' } })
    expect([unverified(lab), lab.live()?.turnId]).toEqual([false, 't1'])
  })

  test('so does evidence of it', async () => {
    const lab = await open()
    await lab.progress()
    expect([unverified(lab), lab.live()?.turnId]).toEqual([false, 't1'])
  })

  test('“idle” ends it', async () => {
    const lab = await open()
    await lab.advance(5_000)
    await lab.answer({ c1: { status: 'idle' } })
    expect([lab.busy(), lab.history().length]).toEqual([false, 1])
  })

  test('mirror: no status check that fails, and no unnamed idle, clears it, however long that goes on', async () => {
    const lab = await open()
    for (let i = 0; i < 60; i++) {
      await lab.advance(10_000)
      if (lab.backend.of('status', 'pending').length > 0) lab.backend.lose('status')
      await lab.dispatch(
        signals.sessionReported({ conversationId: 'c1', status: 'idle' }),
        signals.turnEnded({ reason: 'complete' }),
      )
    }
    expect([unverified(lab), lab.busy(), lab.history()]).toEqual([true, true, []])
  })
})

describe('law 9: mirrors', () => {
  test('what has not left yet is nothing to verify: a queue stays a queue', async () => {
    const lab = createLab()
    await lab.start()
    await lab.submit('t2')
    await lab.dispatch(signals.streamDropped({}), signals.backendRestarted({ boot: 'b2' }))
    expect(lab.queue()).toEqual(['t2'])
    expect(lab.turn('t2')).toMatchObject({ sendState: 'unsent', isUnverified: false })
  })

  test('a stream of some conversations says nothing about the others', async () => {
    const lab = createLab()
    await lab.start('t1', 'c1')
    await lab.start('u1', 'c2')
    await lab.dispatch(signals.streamDropped({ conversationIds: ['c1'] }))
    expect([unverified(lab, 'c1'), unverified(lab, 'c2')]).toEqual([true, false])
  })

  test('the first boot that is heard of makes nothing unverified, nor does the same one again', async () => {
    const lab = createLab()
    lab.backend.auto.delete('status')
    await lab.start()
    await lab.dispatch(signals.sessionReported({ conversationId: 'c1', status: 'busy', boot: 'b1' }))
    await lab.dispatch(signals.sessionReported({ conversationId: 'c1', status: 'busy', boot: 'b1' }))
    expect(unverified(lab)).toBe(false)
  })

  test('what a replaced process was still saying is no evidence; that a turn of it has ended stays true', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.auto.delete('status')
    await lab.dispatch(signals.streamOpened({ boot: 'b1' }), signals.streamOpened({ boot: 'b2' }))
    await lab.dispatch(signals.sessionReported({ conversationId: 'c1', status: 'busy', boot: 'b1' }))
    expect(unverified(lab)).toBe(true)
    await lab.dispatch(signals.turnEnded({ runId: 'r-t1', reason: 'complete', boot: 'b1' }))
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('a turn that a restarted backend does not have any more was interrupted', async () => {
    const lab = await startedThen((lab) => lab.dispatch(signals.backendRestarted({ boot: 'b2' })))
    await lab.advance(1)
    await lab.answer({ c1: { status: 'absent' } })
    expect(lab.ends()).toEqual(['t1 interrupted interrupted inferred'])
  })
})

test('a prompt that was refused as busy while the stream was down, and is sent again, is in no doubt', async () => {
  const lab = createLab()
  lab.backend.auto.delete('send')
  await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: 'hello' }))
  await lab.dispatch(signals.streamDropped({}))
  expect(unverified(lab)).toBe(true)
  lab.backend.refuse('send', { reason: 'busy' })
  await lab.advance(20_000)
  expect([lab.sent(), unverified(lab)]).toEqual([['t1', 't1'], false])
})
