/** When the view is looked at again: for what did not show, for what went back, and for a state that came in unseen. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { createScheduler } from '../../src/middleware/scheduler'
import type { KeeperAndFeatureState } from '../../src/middleware/types'
import { createView } from '../../src/middleware/view'
import { initialConversations } from '../../src/state/conversations'
import { createManualClock } from '../../src/testing'
import type { TurnsState } from '../../src/types'
import { turnOf, turnsOf } from '../turns/parts'

const KEEPER = 'k'

/** A state in which a turn goes on, signed by the keeper of the view. */
const stateOf = (seq: number): KeeperAndFeatureState => ({
  turns: { ...turnsOf({ active: turnOf('t1') }), seq, keeperId: KEEPER },
  conversations: initialConversations,
})

function createWatched() {
  const clock = createManualClock(0)
  const scheduler = createScheduler(
    clock,
    () => false,
    () => undefined,
    (error) => {
      throw error
    },
  )
  const store = {
    shown: undefined as KeeperAndFeatureState | undefined,
    /** Called with each state that is followed. */
    onFollow: (_turns: TurnsState): void => undefined,
  }
  const looks: number[] = []
  const dispatched: UnknownAction[] = []
  const view = createView({
    keeperId: KEEPER,
    clock,
    scheduler,
    read() {
      if (looks.at(-1) !== clock.now() / 1_000) looks.push(clock.now() / 1_000)
      return store.shown
    },
    dispatch: (action) => void dispatched.push(action),
    pass: () => undefined,
    hasBegun: () => false,
    follow: (_before, { turns }) => store.onFollow(turns),
  })
  return {
    clock,
    store,
    view,
    dispatched,
    /** When the view was looked at since, s. */
    async looked(ms: number) {
      looks.length = 0
      await clock.advanceAsync(ms, 1_000)
      return [...looks]
    },
  }
}

describe('a state that may come in unseen', () => {
  test('is looked for after 1, 2 and 4 s more', async () => {
    const { view, clock, looked } = createWatched()
    view.awaitState()
    expect(await looked(60_000)).toEqual([1, 3, 7])
    expect(clock.pending).toBe(0)
  })

  test('and no longer once an action of the keeper has come by', async () => {
    const { view, store, clock, looked } = createWatched()
    view.awaitState()
    store.onFollow = () => view.known()
    store.shown = stateOf(1)
    expect(await looked(60_000)).toEqual([1])
    expect(clock.pending).toBe(0)
  })
})

describe('a turn that should have shown', () => {
  test('is looked for ever less often, and not for ever', async () => {
    const { view, clock, looked } = createWatched()
    view.peek()
    expect(await looked(3_600_000)).toEqual([1, 3, 7, 15, 31, 63, 127, 255, 511, 991])
    expect(clock.pending).toBe(0)
  })

  test('and no longer once something shows', async () => {
    const { view, store, looked } = createWatched()
    view.peek()
    await looked(5_000)
    store.shown = stateOf(1)
    expect(await looked(60_000)).toEqual([7])
  })
})

describe('what did not show', () => {
  const claim = { type: 'claim' }
  const never = () => false

  test('is tried again once the view has moved', async () => {
    const { view, store, dispatched, looked } = createWatched()
    const followed: number[] = []
    store.onFollow = ({ seq }) => void followed.push(seq)
    store.shown = stateOf(1)
    view.sync()
    expect([view.claim(claim, never), view.claim(claim, never)]).toEqual([false, false])
    await looked(3_000)
    expect([dispatched.length, followed]).toEqual([1, [1]])
    store.shown = stateOf(2)
    await looked(1_000)
    expect(followed).toEqual([1, 2])
    view.claim(claim, never)
    expect(dispatched).toHaveLength(2)
  })

  test.each<[string, Partial<KeeperAndFeatureState>]>([
    ['of the conversations', { conversations: { ...initialConversations } }],
    ['of a feature', { assistant: {} } as Partial<KeeperAndFeatureState>],
  ])('also where it is another part of the state that shows a change, that %s', (_what, change) => {
    const { view, store, dispatched } = createWatched()
    store.shown = stateOf(1)
    view.claim(claim, never)
    view.sync()
    view.claim(claim, never)
    expect(dispatched).toHaveLength(1)
    store.shown = { ...store.shown, ...change }
    view.sync()
    view.claim(claim, never)
    expect(dispatched).toHaveLength(2)
  })

  test('and where it has not, after 10 s, then 20 s', async () => {
    const { view, store, clock, dispatched, looked } = createWatched()
    store.onFollow = () => void view.claim(claim, never)
    store.shown = stateOf(1)
    view.sync()
    const times = [clock.now()]
    for (let s = 1; s <= 40; s++) {
      await looked(1_000)
      if (dispatched.length > times.length) times.push(s)
    }
    expect(times).toEqual([0, 10, 30])
  })
})

describe('a view that went back', () => {
  /** The turns that are followed after the view has gone from the first to the second. */
  async function wentBack() {
    const watched = createWatched()
    const followed: number[] = []
    watched.store.onFollow = ({ seq }) => void followed.push(seq)
    for (const seq of [5, 3]) {
      watched.store.shown = stateOf(seq)
      watched.view.sync()
    }
    return { ...watched, followed }
  }

  test('is looked at every 2 s, for so long', async () => {
    const { clock, looked } = await wentBack()
    expect(await looked(601_000)).toHaveLength(300)
    expect(clock.pending).toBe(1)
    expect(await looked(60_000)).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })

  test.each([4, 5, 6])('and shows state %i now', async (seq) => {
    const { store, looked, followed } = await wentBack()
    store.shown = stateOf(seq)
    await looked(10_000)
    expect(followed).toEqual(seq < 5 ? [5, 3] : [5, 3, seq])
  })
})
