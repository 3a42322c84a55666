/** Law 16: an inactive session holds no active turn. (The sessions' own tests say more; here: one dispatch, both reducers.) */
import { sessionStarted, sessionStatusChanged, signals, threadStarted } from 'redux-turnkeeper'
import type { SessionStatus } from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab } from './lab'

const c1 = { conversationId: 'c1' }
const say = (status: SessionStatus) =>
  sessionStatusChanged({ ...c1, status, ...(status === 'error' && { error: { message: 'it broke' } }) })
const session = (lab: Lab) => lab.keeper.selectors.selectSession(lab.store.getState(), 'c1')?.status ?? null

describe('law 16: a session that becomes', () => {
  test.each([
    ['ready', 'interrupted'],
    ['interrupted', 'interrupted'],
    ['stopped', 'interrupted'],
    ['error', 'error'],
  ] as const)('%s settles its turn as %s, in the same dispatch', async (status, outcome) => {
    const lab = createLab()
    await lab.dispatch(say('running'))
    await lab.start()
    const seen = await lab.watch(() => lab.store.dispatch(say(status)))
    expect(seen).toEqual(['idle 1'])
    expect([lab.last()?.outcome, session(lab)]).toEqual([outcome, status])
    expect(lab.error()).toBe(status === 'error' ? 'it broke' : null)
  })

  test.each(['starting', 'running'] as const)('mirror: %s keeps it', async (status) => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(say(status))
    expect([lab.live()?.turnId, session(lab)]).toEqual(['t1', status])
  })

  test('mirror: a session or a thread that starts in mid-turn keeps it', async () => {
    for (const started of [sessionStarted(c1), threadStarted(c1)]) {
      const lab = createLab()
      await lab.start()
      await lab.dispatch(started)
      expect([lab.live()?.turnId, session(lab)]).toEqual(['t1', 'running'])
    }
  })

  test('mirror: other conversations stay as they are', async () => {
    const lab = createLab()
    await lab.start('t1', 'c1')
    await lab.start('u1', 'c2')
    const other = lab.live('c2')
    lab.store.dispatch(say('stopped'))
    expect(lab.live('c2')).toBe(other)
  })

  test('mirror: a frame that says so does not, until it is confirmed', async () => {
    const lab = createLab()
    await lab.dispatch(say('running'))
    await lab.start()
    lab.store.dispatch(signals.sessionReported({ ...c1, status: 'stopped' }))
    expect([lab.busy(), session(lab)]).toEqual([true, 'running'])
  })

  test('mirror: what is told again changes nothing', async () => {
    const lab = createLab()
    await lab.dispatch(say('ready'))
    await lab.submit()
    expect(lab.leaves(say('ready'))).toBe(true)
    expect(lab.busy()).toBe(true)
  })
})
