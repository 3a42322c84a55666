/** Law 21: history that is rewritten (skipped, committed, rolled back, reset, swept) sends, stops and tells nothing. */
import { endTurn, signals } from 'redux-turnkeeper'
import type { SendRequest } from 'redux-turnkeeper'
import { TWENTY_PERIODS, expectOneEndEach, open } from './law21-lab'
import type { Lab } from './law21-lab'

describe('law 21: history that is rewritten', () => {
  const session = async () => {
    const lab = open()
    await lab.dispatch({ type: 'app/typed' })
    await lab.start()
    await lab.progress()
    lab.take()
    return lab
  }
  /** Sends, stops, answers and streams: what changes something elsewhere. */
  const effects = (requests: readonly string[]) => requests.filter((request) => !request.startsWith('status'))

  test.each([
    'turnkeeper/turnSubmitted',
    'turnkeeper/sendAccepted',
    'turnkeeper/signals/turnStarted',
    'turnkeeper/signals/turnProgressed',
  ])('%s skipped and back again: nothing is sent, stopped or told', async (type) => {
    const lab = await session()
    lab.devtools.toggle(type)
    await lab.dispatch({ type: 'app/typed' })
    await lab.progress()
    await lab.advance(30_000)
    lab.devtools.toggle(type)
    await lab.dispatch({ type: 'app/typed' })
    await lab.progress()
    await lab.advance(30_000)
    expect(effects(lab.take().requests)).toEqual([])
    expect(lab.ended).toEqual([])
    expect(lab.keeper.selectors.selectActiveTurnId(lab.store.getState(), 'c1')).toBe('t-c1')
  })

  test('a send that was claimed from the queue, skipped: it is not sent again', async () => {
    const lab = await session()
    await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't2', input: 'next' }))
    await lab.dispatch(endTurn({ conversationId: 'c1', turnId: 't-c1', reason: 'complete' }))
    lab.backend.accept('send', { runId: 'r2' }, 't2')
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r2' }))
    lab.backend.world('c1', { status: 'running', runId: 'r2' })
    lab.take()
    lab.devtools.toggle('turnkeeper/internal/sendClaimed')
    await lab.dispatch({ type: 'app/typed' })
    await lab.advance(30_000)
    lab.devtools.toggle('turnkeeper/internal/sendClaimed')
    await lab.dispatch({ type: 'app/typed' })
    await lab.advance(30_000)
    expect(effects(lab.take().requests)).toEqual([])
  })

  test('an end that is skipped and back again is told once; the next turn is sent once', async () => {
    const lab = await session()
    await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't2', input: 'next' }))
    await lab.dispatch(endTurn({ conversationId: 'c1', turnId: 't-c1', reason: 'complete' }))
    lab.backend.accept('send', { runId: 'r2' }, 't2')
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r2' }))
    lab.backend.world('c1', { status: 'running', runId: 'r2' })
    lab.take()
    for (let i = 0; i < 2; i += 1) {
      lab.devtools.toggle('turnkeeper/endTurn')
      await lab.dispatch({ type: 'app/typed' })
      await lab.advance(4_000)
    }
    await lab.advance(20_000)
    expect(effects(lab.take().requests)).toEqual([])
    expect(lab.ended.map(({ turnId }) => turnId)).toEqual(['t-c1'])
    expectOneEndEach(lab)
  })

  test('a commit changes nothing', async () => {
    const lab = await session()
    const before = JSON.stringify(lab.store.getState())
    lab.devtools.commit()
    expect(JSON.stringify(lab.store.getState())).toBe(before)
    lab.backend.world('c1', { status: 'idle', last: { runId: 'r-c1', outcome: 'complete' } })
    await lab.advance(60_000)
    expect(lab.ended).toHaveLength(1)
    expect(effects(lab.take().requests)).toEqual([])
  })

  test('a commit of the past: what is gone is gone, and the keeper lives on', async () => {
    const lab = await session()
    lab.devtools.jumpTo('app/typed')
    lab.devtools.commit()
    await lab.advance(60_000)
    expect(lab.take().requests).toEqual([])
    expect(lab.phase()).toBe('idle')
    await lab.start('c2')
    await lab.dispatch(endTurn({ conversationId: 'c2', reason: 'complete' }))
    expect(lab.ended.map(({ turnId }) => turnId)).toEqual(['t-c2'])
    await lab.advance(60_000)
    expect(lab.backend.of('send').map(({ key }) => key)).toEqual(['t-c1', 't-c2'])
  })

  test.each(['rollback', 'reset'] as const)(
    'a %s in mid-turn: nothing is sent or told, and the keeper lives on',
    async (kind) => {
      const lab = await session()
      lab.devtools[kind]()
      await lab.dispatch({ type: 'app/typed' })
      await lab.advance(TWENTY_PERIODS)
      expect(effects(lab.take().requests)).toEqual([])
      expect(lab.ended).toEqual([])
      await lab.start('c2')
      lab.backend.world('c2', { status: 'idle', last: { runId: 'r-c2', outcome: 'complete' } })
      await lab.advance(60_000)
      expect(lab.ended.map(({ turnId }) => turnId)).toContain('t-c2')
      expectOneEndEach(lab)
    },
  )

  test('rolled back to where a prompt still waited, it is not sent again', async () => {
    const lab = await session()
    await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't2', input: 'next' }))
    lab.devtools.commit()
    await lab.dispatch(endTurn({ conversationId: 'c1', turnId: 't-c1', reason: 'complete' }))
    lab.backend.accept('send', { runId: 'r2' }, 't2')
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r2' }))
    lab.devtools.rollback()
    await lab.dispatch(endTurn({ conversationId: 'c1', turnId: 't-c1', reason: 'complete' }))
    await lab.advance(60_000)
    expect(lab.backend.of('send').map(({ key }) => key)).toEqual(['t-c1', 't2'])
  })

  test('rolled back, another turn ends in place of the one that had: that is told', async () => {
    const lab = await session()
    await lab.start('c2')
    lab.devtools.commit()
    await lab.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }))
    lab.devtools.rollback()
    await lab.dispatch(endTurn({ conversationId: 'c2', reason: 'complete' }))
    expect(lab.ended.map(({ turnId }) => turnId)).toEqual(['t-c1', 't-c2'])
  })

  describe('what was due in the past that is committed is done, once that is the present', () => {
    async function commitBefore(lab: Lab, type: string) {
      lab.devtools.jumpBefore(type)
      await lab.dispatch({ type: 'app/typed' })
      lab.devtools.jumpBefore(type)
      lab.devtools.commit()
    }

    test('a message that waited does not wait for ever: it has left, and is not sent again', async () => {
      const sent: string[] = []
      const sendTurn = async ({ turnId }: SendRequest) => {
        sent.push(turnId)
        return { status: 'accepted' as const }
      }
      const lab = open({ ports: { sendTurn } })
      for (const turnId of ['t1', 't2'])
        await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId, input: turnId }))
      await lab.dispatch(endTurn({ conversationId: 'c1', turnId: 't1', reason: 'complete' }))
      await commitBefore(lab, 'turnkeeper/internal/sendClaimed')
      expect(lab.keeper.selectors.selectQueue(lab.store.getState(), 'c1')).toHaveLength(1)
      await lab.advance(120_000)
      expect(lab.keeper.selectors.selectQueue(lab.store.getState(), 'c1')).toEqual([])
      expect(sent).toEqual(['t1', 't2'])
    })

    test('a stop that was to leave leaves', async () => {
      let stops = 0
      const stopTurn = async () => {
        stops += 1
        return stops === 1
          ? ({ status: 'refused', reason: 'no_active_turn' } as const)
          : ({ status: 'acknowledged' } as const)
      }
      const lab = open({ ports: { sendTurn: async () => ({ status: 'accepted' }), stopTurn } })
      await lab.dispatch(lab.keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: 'hello' }))
      await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
      await lab.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
      expect(stops).toBe(2)
      await commitBefore(lab, 'turnkeeper/internal/stopClaimed')
      await lab.advance(5_000)
      expect(stops).toBe(2)
      await lab.advance(60_000)
      expect(stops).toBe(3)
    })

    test('a helper of which nothing is heard any more is forgotten', async () => {
      const lab = open({ ports: {}, backgroundRunExpiry: 30_000 })
      const helper = { conversationId: 'c1', runId: 'helper', role: 'child' } as const
      await lab.dispatch(signals.turnStarted(helper), { type: 'app/typed' })
      const helpers = () => lab.keeper.selectors.selectBackgroundRuns(lab.store.getState(), 'c1')
      lab.devtools.jumpTo('turnkeeper/signals/turnStarted')
      await lab.advance(60_000)
      expect(helpers()).toHaveLength(1)
      lab.devtools.commit()
      await lab.advance(120_000)
      expect(helpers()).toEqual([])
    })
  })

  test('a sweep of skipped actions changes nothing more', async () => {
    const lab = await session()
    lab.devtools.toggle('turnkeeper/signals/turnProgressed')
    lab.devtools.sweep()
    await lab.dispatch({ type: 'app/typed' })
    await lab.advance(30_000)
    expect(effects(lab.take().requests)).toEqual([])
    expect(lab.keeper.selectors.selectActiveTurnId(lab.store.getState(), 'c1')).toBe('t-c1')
  })
})
