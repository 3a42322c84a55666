/** Law 7: what goes on by itself at a time has a next check, is no turn, and is over when something shows. */
import { conversationClosed, conversationRekeyed, createTurnkeeper, signals } from 'redux-turnkeeper'
import { createLab, reloaded } from './lab'
import type { Lab } from './lab'

const MINUTE = 60_000
const c1 = { conversationId: 'c1' }
const scheduled = (lab: Lab, id = 'c1') => {
  const work = lab.keeper.selectors.selectScheduled(lab.store.getState(), id)
  return work && { inMs: work.at - lab.clock.now(), name: work.name }
}
const resumesIn = (lab: Lab) => {
  const at = lab.keeper.selectors.selectResumesAt(lab.store.getState(), 'c1')
  return at === null ? null : at - lab.clock.now()
}
const checks = (lab: Lab) => lab.backend.of('status').length

/** A turn is over, and its conversation goes on by itself in ten minutes. */
async function waiting(options: Parameters<typeof createLab>[0] = {}) {
  const lab = createLab(options)
  await lab.start()
  await lab.dispatch(
    signals.workScheduled({ ...c1, runId: 'r-t1', inMs: 10 * MINUTE, name: 'look at the build' }),
  )
  await lab.signalEnd({ ...c1, runId: 'r-t1', reason: 'complete' })
  lab.backend.world('c1', { status: 'idle' })
  return lab
}

test('it is told when, and with what; nobody is kept from sending', async () => {
  const lab = await waiting()
  expect(scheduled(lab)).toEqual({ inMs: 10 * MINUTE, name: 'look at the build' })
  expect([resumesIn(lab), lab.busy(), lab.phase()]).toEqual([10 * MINUTE, false, 'idle'])
  await lab.submit('t2')
  expect(lab.backend.of('send', 'pending')).toHaveLength(1)
  expect(scheduled(lab)).not.toBeNull()
})

test('nothing is asked before its time; then, where nothing has shown, a status check leaves', async () => {
  const lab = await waiting()
  const before = checks(lab)
  await lab.advance(10 * MINUTE, 10_000)
  expect([checks(lab) - before, scheduled(lab)]).toEqual([0, { inMs: 0, name: 'look at the build' }])
  await lab.advance(10_000)
  expect([checks(lab) - before, scheduled(lab)]).toEqual([1, null])
  expect(lab.entry()).toBeUndefined()
})

test('the check finds it running', async () => {
  const lab = await waiting()
  lab.backend.world('c1', { status: 'running', runId: 'r-2' })
  await lab.advance(10 * MINUTE + 10_000, 10_000)
  expect([lab.live()?.runs, scheduled(lab)]).toEqual([['r-2'], null])
})

test('a turn that begins by itself at about that time is it: nothing is asked', async () => {
  const lab = await waiting()
  await lab.advance(10 * MINUTE - 1_000, 10_000)
  await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r-2' }))
  expect([lab.busy(), scheduled(lab)]).toEqual([true, null])
})

test('mirror: one that begins by itself long before is another', async () => {
  const lab = await waiting()
  await lab.advance(MINUTE)
  await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r-2' }))
  await lab.signalEnd({ ...c1, runId: 'r-2', reason: 'complete' })
  expect(scheduled(lab)).toEqual({ inMs: 9 * MINUTE, name: 'look at the build' })
})

test('a newer word takes its place; one without a time takes it away', async () => {
  const lab = await waiting()
  await lab.dispatch(signals.workScheduled({ ...c1, startsAt: lab.clock.now() + MINUTE }))
  expect(scheduled(lab)).toEqual({ inMs: MINUTE, name: null })
  await lab.dispatch(signals.workScheduled(c1))
  expect([scheduled(lab), lab.entry()]).toEqual([null, undefined])
  expect(lab.leaves(signals.workScheduled(c1))).toBe(true)
})

describe('a status answer', () => {
  test('may say so itself, anew or not at all', async () => {
    const lab = await waiting()
    await lab.checkStatus()
    await lab.answer({ c1: { status: 'idle', scheduled: { inMs: 20 * MINUTE, name: 'later' } } })
    expect(scheduled(lab)).toEqual({ inMs: 20 * MINUTE, name: 'later' })
    await lab.checkStatus()
    await lab.answer({ c1: { status: 'idle', scheduled: null } })
    expect(scheduled(lab)).toBeNull()
  })

  test('that leaves it out says nothing before its time', async () => {
    const lab = await waiting()
    await lab.checkStatus()
    await lab.answer({ c1: { status: 'idle' } })
    expect(scheduled(lab)).not.toBeNull()
  })

  test('that left before the newest word about it says nothing', async () => {
    const lab = await waiting()
    await lab.checkStatus()
    await lab.dispatch(signals.workScheduled({ ...c1, inMs: MINUTE }))
    await lab.answer({ c1: { status: 'idle', scheduled: null } })
    expect(scheduled(lab)).toEqual({ inMs: MINUTE, name: null })
  })
})

test('a server that cannot be reached is asked again', async () => {
  const lab = await waiting()
  lab.backend.world('c1', { status: 'unreachable' })
  await lab.advance(12 * MINUTE, 10_000)
  const asked = checks(lab)
  expect(scheduled(lab)).not.toBeNull()
  await lab.advance(5 * MINUTE, 10_000)
  expect(checks(lab)).toBeGreaterThan(asked)
  lab.backend.world('c1', { status: 'idle' })
  await lab.advance(5 * MINUTE, 10_000)
  expect(scheduled(lab)).toBeNull()
})

test('without a status check it is forgotten as background runs are', async () => {
  const lab = createLab({}, { ports: ({ fetchStatus: _none, ...ports }) => ports })
  await lab.dispatch(signals.workScheduled({ ...c1, inMs: MINUTE }))
  await lab.advance(10 * MINUTE, 10_000)
  expect(scheduled(lab)).not.toBeNull()
  await lab.advance(2 * MINUTE, 10_000)
  expect(scheduled(lab)).toBeNull()
})

test('in a hidden page it is no reason to ask; it is asked when somebody looks', async () => {
  const lab = await waiting()
  lab.environment.emit('hidden')
  await lab.advance(20 * MINUTE, 10_000)
  expect(scheduled(lab)).not.toBeNull()
  lab.environment.emit('visible')
  await lab.advance(1_000)
  expect(scheduled(lab)).toBeNull()
})

test('it moves along with its conversation, outlives a reload, and goes with its conversation', async () => {
  const lab = await waiting()
  await lab.dispatch(conversationRekeyed({ from: 'c1', to: 'perm' }))
  expect([scheduled(lab, 'perm'), scheduled(lab)]).toEqual([scheduled(lab), scheduled(lab, 'perm')])
  const next = createLab({}, { preloadedState: reloaded(lab), ids: 'l' })
  await next.dispatch(signals.streamOpened({}))
  expect(scheduled(next, 'perm')?.name).toBe('look at the build')
  await lab.dispatch(conversationClosed({ conversationId: 'perm' }))
  expect(scheduled(lab, 'perm')).toBeNull()
})

test('what is scheduled in a helper’s conversation, or told from history, is not the conversation’s', async () => {
  const lab = createLab()
  await lab.start()
  await lab.dispatch(
    signals.childOpened({ child: 'sub', parent: 'c1' }),
    signals.workScheduled({ conversationId: 'sub', inMs: MINUTE }),
    signals.workScheduled({ ...c1, inMs: MINUTE, replayed: true }),
  )
  expect([scheduled(lab), scheduled(lab, 'sub')]).toEqual([null, null])
})

test('law 24: strangers make it remember only so much', () => {
  const { reducer } = createTurnkeeper()
  let state = reducer(undefined, { type: '@@init' })
  for (let i = 0; i < 2_100; i++)
    state = reducer(state, signals.workScheduled({ conversationId: `s${i}`, inMs: MINUTE }))
  expect(state.turns.byConversation.size).toBe(2_000)
})
