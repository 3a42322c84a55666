/** Law 21: no session is stopped, and no listing asked for, because of time travel. */
import type { StoreEnhancer } from '@reduxjs/toolkit'
import * as api from 'redux-turnkeeper'
import { createLab } from './lab'

/** What the DevTools do to a store: a jump freezes what is read while dispatches go on, a lock swallows them. */
function createTravel() {
  const travel = { viewed: undefined as unknown, locked: false }
  const enhancer: StoreEnhancer = (createStore) => (reducer, preloaded) => {
    const store = createStore(reducer, preloaded)
    return {
      ...store,
      getState: () => (travel.viewed as ReturnType<typeof store.getState>) ?? store.getState(),
      dispatch: (action) => (travel.locked ? action : store.dispatch(action)),
    }
  }
  return { travel, enhancer }
}

async function createFrozen() {
  const { travel, enhancer } = createTravel()
  const lab = createLab({}, undefined, 'k', enhancer)
  lab.backend.world('c1', { status: 'running', runId: 'r-t1' })
  await lab.start()
  return { lab, travel }
}

describe('law 21: sessions', () => {
  test('under a lock the stop of a session does not stand, and sends nothing, then or later', async () => {
    const { lab, travel } = await createFrozen()
    travel.locked = true
    expect(lab.store.dispatch(lab.keeper.stopSession({ conversationId: 'c1' }) as never)).toBe(false)
    await lab.dispatch()
    travel.locked = false
    await lab.dispatch(api.sessionStatusChanged({ conversationId: 'c2', status: 'ready' }))
    expect(lab.backend.of('stopSession')).toEqual([])
    expect(lab.busy()).toBe(true)
  })

  test('in a frozen view it waits until it shows, and leaves once', async () => {
    const { lab, travel } = await createFrozen()
    travel.viewed = lab.store.getState()
    await lab.dispatch(lab.keeper.stopSession({ conversationId: 'c1' }))
    expect(lab.backend.of('stopSession')).toEqual([])
    travel.viewed = undefined
    await lab.dispatch(api.conversationViewed({ conversationId: 'c1' }))
    expect(lab.backend.of('stopSession')).toHaveLength(1)
  })

  test('a jump back to a state in which a stop was under way sends nothing again', async () => {
    const { lab, travel } = await createFrozen()
    await lab.dispatch(lab.keeper.stopSession({ conversationId: 'c1' }))
    const during = lab.store.getState()
    lab.backend.accept('stopSession')
    await lab.dispatch()
    travel.viewed = during
    await lab.dispatch(api.conversationViewed({ conversationId: 'c1' }))
    travel.viewed = undefined
    await lab.dispatch(api.conversationViewed({ conversationId: null }))
    expect(lab.backend.of('stopSession')).toHaveLength(1)
  })

  test.each(['locked', 'frozen'] as const)('a view that is %s asks for no listing', async (how) => {
    const { lab, travel } = await createFrozen()
    if (how === 'locked') travel.locked = true
    else travel.viewed = lab.store.getState()
    expect(await lab.store.dispatch(lab.keeper.reconcileSessions() as never)).toBe(false)
    expect(lab.backend.of('listSessions')).toEqual([])
  })

  test('a listing that comes in a frozen view is judged by the newest state, not by the view', async () => {
    const { lab, travel } = await createFrozen()
    const done = lab.store.dispatch(lab.keeper.reconcileSessions() as never)
    const past = lab.store.getState()
    await lab.state('running', { stamp: 2 })
    travel.viewed = past
    lab.backend.accept('listSessions', [] as never)
    await done
    travel.viewed = undefined
    expect([lab.status(), lab.busy()]).toEqual(['running', true])
  })
})
