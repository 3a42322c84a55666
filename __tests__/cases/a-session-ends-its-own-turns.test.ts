/** What ends all turns of one conversation ends none of another, and nothing is active and ended at once. */
import { conversationClosed, sessionStatusChanged, signals } from 'redux-turnkeeper'
import { createLab } from '../laws/lab'
import type { Lab } from '../laws/lab'

const c1 = { conversationId: 'c1' }

const WAYS: readonly [string, (lab: Lab) => Promise<unknown>][] = [
  [
    'its session fails',
    (lab) => lab.dispatch(sessionStatusChanged({ ...c1, status: 'error', error: { message: 'crashed' } })),
  ],
  ['its session stops', (lab) => lab.dispatch(sessionStatusChanged({ ...c1, status: 'stopped' }))],
  ['the user stops its session', (lab) => lab.dispatch(lab.keeper.stopSession(c1))],
  ['it is closed', (lab) => lab.dispatch(conversationClosed(c1))],
]

/** A run from elsewhere is active, one prompt was withdrawn, another is still out; and a turn runs in another conversation. */
async function crowded(): Promise<Lab> {
  const lab = createLab({ sendWhileBusy: 'send' })
  await lab.submit('t1')
  await lab.submit('t2')
  await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r2' }))
  lab.backend.refuse('send', { reason: 'busy' }, 't1')
  await lab.advance(1)
  await lab.dispatch(lab.keeper.stopTurn({ turnId: 't1' }))
  await lab.start('t9', 'other')
  return lab
}

describe.each(WAYS)('when %s', (_what, end) => {
  test('the turn of another conversation runs on, and has no record', async () => {
    const lab = await crowded()
    const other = lab.turn('t9')
    await end(lab)
    expect(lab.turn('t9')).toBe(other)
    expect([lab.phase('other'), lab.record('t9')]).toEqual(['thinking', undefined])
  })

  test('every turn of its own is over, with one record each', async () => {
    const lab = await crowded()
    await end(lab)
    const { active = null, queue = [] } = lab.entry() ?? {}
    expect([active, queue]).toEqual([null, []])
    const ids = lab.history().map(({ turnId }) => turnId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining(['t1', 't2']))
    expect(lab.busy()).toBe(false)
  })
})
