/** Law 22: one store, one keeper. What is a store's own is made in its middleware. */
import { addListener, clearAllListeners, createListenerMiddleware, removeListener } from '@reduxjs/toolkit'
import type { UnknownAction } from '@reduxjs/toolkit'
import { endTurn, signals } from 'redux-turnkeeper'
import { createLab } from './lab'

describe('law 22: two stores of one keeper', () => {
  const two = async () => {
    const a = createLab()
    const b = createLab({}, { keeper: a.keeper, clock: a.clock, ids: 'b' })
    await a.dispatch()
    return { a, b }
  }
  const begin = async ({ a, b }: Awaited<ReturnType<typeof two>>) => {
    await a.start('t1', 'c1')
    await b.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 'u1', runId: 'r-u1' }))
  }

  test('have the same conversation, and never meet', async () => {
    const both = await two()
    const { a, b } = both
    await begin(both)
    expect([a.live()?.turnId, b.live()?.turnId]).toEqual(['t1', 'u1'])
    expect(a.turns().keeperId).not.toBe(b.turns().keeperId)
    expect([a.live()?.isUnverified, b.live()?.isUnverified]).toEqual([false, false])
    const before = b.state()
    await a.signalEnd({ runId: 'r-t1', reason: 'complete' })
    expect([a.busy(), b.state() === before]).toEqual([false, true])
  })

  test('each check what is theirs, and hear of their own ends', async () => {
    const both = await two()
    const { a, b } = both
    await begin(both)
    a.backend.world('c1', { status: 'idle', last: { runId: 'r-u1', outcome: 'complete' } })
    await b.dispatch(b.keeper.checkStatus('c1'))
    expect([a.busy(), b.busy()]).toEqual([true, false])
    expect(a.told.map(({ turnId }) => turnId)).toEqual(['u1'])
  })

  test('progress that is held back in one passes in the other', async () => {
    const both = await two()
    const { a, b } = both
    await begin(both)
    const dispatched = () =>
      [a, b].map(({ recorder }) => recorder.types('turnkeeper/signals/turnProgressed').length)
    for (let i = 0; i < 3; i++) await a.progress('t1')
    expect(dispatched()).toEqual([1, 0])
    await b.progress('u1')
    expect(dispatched()).toEqual([1, 1])
  })

  test('one is disposed of, the other works on', async () => {
    const both = await two()
    const { a, b } = both
    await begin(both)
    await a.submit('t9', 'c9')
    await b.submit('u9', 'c9')
    const [sentByA, sentByB] = ['t9', 'u9'].map((key) => a.backend.of('send').find((one) => one.key === key)!)
    a.store.dispatch(a.keeper.disposed())
    expect([sentByA!.signal.aborted, sentByB!.signal.aborted]).toEqual([true, false])
    await b.advance(20_000)
    expect(a.backend.of('status').length).toBeGreaterThan(0)
    expect([a.live()?.isStalled, b.live()?.isStalled]).toEqual([false, true])
  })
})

describe.each(['before', 'after'] as const)(
  'law 22: another listener middleware, %s the keeper’s',
  (place) => {
    const open = () => {
      const app = createListenerMiddleware()
      const heard: string[] = []
      const effect = ({ type }: UnknownAction) => void heard.push(type)
      const lab = createLab({}, { [place]: [app.middleware] })
      const hear = () => lab.store.dispatch(addListener({ actionCreator: endTurn, effect }) as UnknownAction)
      return { app, lab, heard, hear, effect }
    }

    test('is added to, removed from and cleared as if the keeper were not there', async () => {
      const { lab, heard, hear, effect } = open()
      const end = () => lab.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }))
      const unsubscribe = hear() as unknown as () => void
      expect(typeof unsubscribe).toBe('function')
      await end()
      expect(heard).toHaveLength(1)
      lab.store.dispatch(removeListener({ actionCreator: endTurn, effect }) as UnknownAction)
      await end()
      expect(heard).toHaveLength(1)
      hear()
      await end()
      lab.store.dispatch(clearAllListeners())
      await end()
      expect(heard).toHaveLength(2)
    })

    test('its being cleared takes nothing from the keeper', async () => {
      const { app, lab } = open()
      await lab.start()
      lab.store.dispatch(clearAllListeners())
      app.clearListeners()
      await lab.dispatch(signals.streamDropped({}))
      expect(lab.backend.of('open').map(({ key }) => key)).toEqual(['dropped'])
      lab.backend.world('c1', { status: 'idle' })
      await lab.advance(10_000)
      expect(lab.told).toHaveLength(1)
    })

    test('the end of the keeper takes nothing from it', async () => {
      const { lab, heard, hear } = open()
      hear()
      lab.keeper.dispose()
      await lab.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }))
      expect(heard).toEqual(['turnkeeper/endTurn'])
    })
  },
)
