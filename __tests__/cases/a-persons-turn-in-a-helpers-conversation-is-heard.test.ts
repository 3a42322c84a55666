/** A person goes on in a conversation that was once a helper's: their turn there hears its run, its id, and the app. */
import { endTurn, signals } from 'redux-turnkeeper'
import { createLab } from '../laws/lab'
import type { Lab } from '../laws/lab'

const k1 = { conversationId: 'k1' }
const noChecks = ({ fetchStatus: _none, ...ports }: Lab['backend']['ports']) => ports

/** The helper is done, and a person has a turn at work in its conversation. */
async function goOn() {
  const lab = createLab({}, { ports: noChecks })
  await lab.dispatch(
    signals.childOpened({ child: 'k1', parent: 'c1' }),
    signals.turnEnded({ ...k1, runId: 'kr0', reason: 'complete' }),
  )
  await lab.submit('t1', 'k1')
  lab.backend.accept('send', { runId: 'r1' })
  await lab.advance(10)
  await lab.dispatch(signals.turnStarted({ ...k1, runId: 'r1' }))
  return lab
}

test('the start of its run is heard', async () => {
  const lab = await goOn()
  expect([lab.phase('k1'), lab.live('k1')]).toMatchObject(['thinking', { turnId: 't1', started: 'named' }])
  expect([lab.busy('c1'), lab.history()]).toEqual([false, []])
})

test.each([
  ['a signal with its run', signals.turnEnded({ ...k1, runId: 'r1', reason: 'complete' })],
  ['a signal with its turn', signals.turnEnded({ ...k1, turnId: 't1', reason: 'complete' })],
  ['endTurn with conversation and turn', endTurn({ ...k1, turnId: 't1', reason: 'complete' })],
  ['endTurn with the conversation', endTurn({ ...k1, reason: 'complete' })],
  ['endTurn with the turn alone', endTurn({ turnId: 't1', reason: 'complete' })],
])('%s ends it', async (_what, end) => {
  const lab = await goOn()
  await lab.dispatch(end)
  expect([lab.live('k1'), lab.ends()]).toEqual([null, ['t1 complete complete witnessed']])
  await lab.advance(600_000, 10_000)
  expect(lab.phase('k1')).toBe('idle')
})

/** What cannot be: the last word of each would make the conversation its own helper. And which of them is the main one. */
const RINGS = [
  ['itself', 'c1', [{ child: 'c1', parent: 'c1' }]],
  [
    'each other',
    'c2',
    [
      { child: 'c1', parent: 'c2' },
      { child: 'c2', parent: 'c1' },
    ],
  ],
  [
    'a ring of three',
    'c1',
    [
      { child: 'c2', parent: 'c1' },
      { child: 'c3', parent: 'c2' },
      { child: 'c1', parent: 'c3' },
    ],
  ],
] as const

describe.each(RINGS)('a main conversation that is announced as a helper of %s', (_whom, main, announced) => {
  const open = async () => {
    const lab = createLab({}, { ports: noChecks })
    for (const helper of announced) await lab.dispatch(signals.childOpened(helper))
    return lab
  }

  test('hears the turns of a person', async () => {
    const lab = await open()
    await lab.start('t1', main)
    expect(lab.phase(main)).toBe('thinking')
    await lab.signalEnd({ conversationId: main, runId: 'r-t1', reason: 'complete' })
    expect([lab.busy(main), lab.ends()]).toEqual([false, ['t1 complete complete witnessed']])
  })

  test('and those from elsewhere', async () => {
    const lab = await open()
    await lab.dispatch(signals.turnStarted({ conversationId: main, turnId: 'theirs', runId: 'r1' }))
    expect(lab.phase(main)).toBe('thinking')
    await lab.signalEnd({ conversationId: main, runId: 'r1', reason: 'complete' })
    expect([lab.busy(main), lab.ends()]).toEqual([false, ['theirs complete complete witnessed']])
  })
})

test('a late signal does not open a helper again that has ended', async () => {
  const lab = createLab()
  await lab.start('t1')
  await lab.dispatch(
    signals.childOpened({ child: 'k1', parent: 'c1' }),
    signals.turnStarted({ ...k1, runId: 'kr' }),
    signals.turnEnded({ ...k1, runId: 'kr', reason: 'complete' }),
    signals.turnProgressed({ ...k1, runId: 'kr', kind: 'output' }),
  )
  expect(lab.keeper.selectors.selectBackgroundCount(lab.store.getState(), 'c1')).toBe(0)
})
