/** Law 18: at start-up, sessions believed running are compared with the live ones. */
import { sessionStatusChanged } from 'redux-turnkeeper'
import { createLab, reloaded } from './lab'
import type { Lab } from './lab'

const status = (lab: Lab, id: string) => lab.keeper.selectors.selectSession(lab.store.getState(), id)?.status

const startAgain = async () => {
  const before = createLab()
  for (const [turn, id] of [
    ['t1', 'dead'],
    ['t2', 'alive'],
  ] as const) {
    await before.dispatch(sessionStatusChanged({ conversationId: id, status: 'running' }))
    await before.start(turn, id)
  }
  await before.dispatch(sessionStatusChanged({ conversationId: 'still', status: 'ready' }))
  const lab = createLab({}, { preloadedState: reloaded(before), ids: 'other' })
  lab.backend.auto.delete('status')
  await lab.dispatch()
  return lab
}

describe('law 18: at start-up', () => {
  test('a session that is not among the live ones is stopped and its turn settled, in one dispatch; the others stay', async () => {
    const lab = await startAgain()
    const read = lab.store.dispatch(lab.keeper.reconcileSessions())
    const alive = lab.live('alive')
    const seen = await lab.watch(async () => {
      lab.backend.accept('listSessions', [{ conversationId: 'alive' }])
      await read
    }, 'dead')
    expect(seen.at(-1)).toBe('idle 1')
    expect([status(lab, 'dead'), status(lab, 'alive'), status(lab, 'still')]).toEqual([
      'stopped',
      'running',
      'ready',
    ])
    expect(lab.last('dead')).toMatchObject({ turnId: 't1', outcome: 'interrupted' })
    expect(lab.live('alive')).toBe(alive)
  })

  test.each(['refuse', 'lose'] as const)(
    'mirror: a listing that could not be read changes nothing (%s)',
    async (how) => {
      const lab = await startAgain()
      const read = lab.store.dispatch(lab.keeper.reconcileSessions())
      lab.backend[how]('listSessions')
      expect(await read).toBe(false)
      expect([status(lab, 'dead'), lab.busy('dead'), lab.history()]).toEqual(['running', true, []])
    },
  )

  test('mirror: a turn that showed that it runs since the question was asked is not settled by its answer', async () => {
    const lab = await startAgain()
    const read = lab.store.dispatch(lab.keeper.reconcileSessions())
    await lab.progress('t1', 'dead')
    lab.backend.accept('listSessions', [])
    await read
    expect(lab.live('dead')?.turnId).toBe('t1')
    expect(lab.busy('alive')).toBe(false)
  })
})
