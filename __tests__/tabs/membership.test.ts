/** Who belongs together, who is ignored, and what a tab that comes late is told. */
import { configureStore } from '@reduxjs/toolkit'
import type { UnknownAction } from '@reduxjs/toolkit'
import {
  conversationViewed,
  createTurnkeeper,
  queuedEdited,
  sendingGated,
  signals,
  stateRestored,
  turnSubmitted,
  userChanged,
} from 'redux-turnkeeper'
import { conversationSeen, originOf, tabs } from 'redux-turnkeeper/tabs'
import type { Engine, EngineLink } from 'redux-turnkeeper/tabs'
import { createManualEnvironment } from 'redux-turnkeeper/testing'
import { createLab } from '../laws/lab'
import { conversationOf } from '../../src/state/conversations'
import { findTurn } from '../../src/state/turns'
import { settle, tabTest } from './setup'
import type { Tab, Tabs } from './setup'

/** One more tab; with `rehydrated` its state becomes what follows from one action. */
function openRehydrated(cause: UnknownAction, { clock, engine }: Tabs) {
  const keeper = createTurnkeeper({
    clock,
    environment: createManualEnvironment(),
    features: [tabs(engine.tab().connect)],
  })
  const restored = keeper.reducer(undefined, cause)
  const store = configureStore({
    reducer: {
      turnkeeper: (state: typeof restored | undefined, action: UnknownAction) =>
        action.type === 'rehydrated' ? restored : keeper.reducer(state, action),
    },
    middleware: (gDM) => gDM().prepend(keeper.middleware),
  })
  return { keeper, store }
}

const textOf = (tab: Tab, turnId: string): unknown =>
  conversationOf(tab.state().conversations, 'c1')?.texts.find((text) => text.turnId === turnId)?.input

describe('a tab that comes late', () => {
  tabTest(
    'is told what goes on, and nothing is checked again because of it',
    async ({ open, server, pass }) => {
      const a = await open('a')
      await a.submit('t1')
      await a.dispatch(
        signals.turnStarted({ turnId: 't1' }),
        signals.inputRequested({ turnId: 't1', requestId: 'q1', kind: 'approval' }),
      )
      await a.submit('t2')
      await settle()
      const b = await open('b')
      expect([b.live()?.turnId, b.live()?.runs, b.queue(), b.phase()]).toEqual([
        't1',
        ['r-t1'],
        ['t2'],
        'awaiting_input',
      ])
      expect([b.live()?.isUnverified, b.entry()?.checkAt]).toEqual([false, null])
      await pass(1_500)
      expect(server.checks).toEqual([])
      expect(b.told).toEqual([])
    },
  )

  tabTest(
    'does not show again what was withdrawn or edited while the leading tab was held up',
    async ({ open, sent }) => {
      const a = await open('a')
      a.hang()
      const b = await open('b')
      await b.submit('t1')
      await b.submit('t2')
      await b.submit('t3')
      b.hang()
      const c = await open('c')
      expect(c.queue()).toEqual([])
      // Before it hears that another one has come.
      await b.dispatch(b.keeper.removeQueued({ turnId: 't2' }), queuedEdited({ turnId: 't3', input: 'new' }))
      b.goOn()
      a.goOn()
      await settle()
      expect([a.queue(), b.queue(), c.queue()]).toEqual([['t3'], ['t3'], ['t3']])
      expect([a, b, c].map((tab) => textOf(tab, 't3'))).toEqual(['new', 'new', 'new'])
      expect(sent()).toEqual(['t1'])
    },
  )

  tabTest(
    'is told what goes on, and does not believe what a leading one was sure of that was held up and lost its claim',
    async ({ open, server, pass }) => {
      const [a, b] = [await open('a'), await open('b')]
      await a.submit('t1')
      await a.dispatch(signals.turnStarted({ turnId: 't1' }))
      a.hang()
      server.world['c1'] = { status: 'idle', last: { turnId: 't1', outcome: 'complete' } }
      await b.submit('t2')
      await pass(200_000)
      expect([a.role(), b.role()]).toEqual(['leading', 'leading'])
      const queued = [{ conversationId: 'c2', turnId: 't8', input: 'kept', hidden: false }]
      await b.dispatch(stateRestored({ queued }))
      const shown = () => [b.live('c1')?.turnId, b.queue('c2'), b.drafts(), b.record('t1')]
      const before = shown()
      const since = [a, b].map(({ recorder }) => recorder.actions.length)
      a.goOn()
      await settle()
      const heard = [a, b].map(({ recorder }, tab) =>
        recorder.actions.slice(since[tab]).filter(stateRestored.match).map(originOf),
      )
      expect([a.role(), heard, shown()]).toEqual(['following', [['b-1'], ['a-1']], before])
    },
  )

  tabTest(
    'learns from one that follows, as long as none leads, what has left of what it has kept',
    async (tabs) => {
      const [a, b] = [await tabs.open('a'), await tabs.open('b')]
      a.hang()
      await b.submit('t1')
      b.hang()
      const c = await tabs.open('c')
      await c.dispatch(
        stateRestored({ queued: [{ conversationId: 'c1', turnId: 't1', input: 'kept', hidden: false }] }),
      )
      expect([c.role(), c.queue()]).toEqual(['joining', ['t1']])
      b.goOn()
      await settle()
      expect([c.role(), c.queue(), c.live()?.turnId]).toEqual(['joining', [], 't1'])
    },
  )

  tabTest('brings what it has kept itself', async ({ open }) => {
    const a = await open('a')
    const b = await open('b')
    await b.dispatch({
      type: 'turnkeeper/stateRestored',
      payload: { queued: [{ conversationId: 'c1', turnId: 't9', input: 'kept', hidden: false }] },
    })
    b.close()
    const c = await open('c')
    await c.dispatch({
      type: 'turnkeeper/stateRestored',
      payload: { queued: [{ conversationId: 'c2', turnId: 't8', input: 'kept', hidden: false }] },
    })
    await settle()
    expect(a.turn('t8')?.conversationId).toBe('c2')
  })
})

describe('copies', () => {
  tabTest(
    'are marked with their origin, in its order, and ask for nothing',
    async ({ open, server, sent }) => {
      const [a, b] = [await open('a'), await open('b')]
      const before = b.recorder.actions.length
      await a.submit('t1')
      await a.submit('t2', 'c2')
      await a.dispatch(a.keeper.stopTurn({ turnId: 't1' }))
      await settle()
      const copies = b.recorder.actions.slice(before).filter((action) => originOf(action) !== null)
      const told = copies.map(({ type, payload }) => [
        type.replace(/.*\//, ''),
        (payload as { turnId: string }).turnId,
      ])
      expect(told).toEqual([
        ['turnSubmitted', 't1'],
        ['sendAccepted', 't1'],
        ['turnSubmitted', 't2'],
        ['sendAccepted', 't2'],
        ['stopRequested', 't1'],
        ['stopAcknowledged', 't1'],
      ])
      expect(new Set(copies.map(originOf))).toEqual(new Set(['a-1']))
      expect([sent(), server.stops]).toEqual([['t1', 't2'], ['a t1']])
    },
  )

  tabTest(
    'a prompt that left elsewhere does not leave here as well, even behind another',
    async ({ open, server, pass, sent }) => {
      const [a, b] = [await open('a'), await open('b')]
      server.answersSends = false
      // At the same time: neither knows of the other.
      const both = [a.submit('t1'), b.submit('t2')]
      await Promise.all(both)
      await settle()
      server.world['c1'] = { status: 'running', turnId: 't1' }
      await pass(30_000)
      expect([...sent()].sort()).toEqual(['t1', 't2'])
      expect([a.turn('t2')?.sendState, b.turn('t1')?.sendState]).not.toContain('unsent')
    },
  )

  tabTest('of a prompt that left past one that waits here: it is the turn that runs', async ({ open }) => {
    const a = await open('a')
    await a.dispatch(sendingGated({ open: false }))
    await a.submit('t1')
    await a.dispatch({
      ...turnSubmitted({
        conversationId: 'c1',
        turnId: 't2',
        input: 'x',
        sent: true,
        nonce: 'b-1:1',
      } as never),
      meta: { at: a.clock.now(), source: 'user', origin: 'b-1' },
    })
    expect([a.live()?.turnId, a.queue()]).toEqual(['t2', ['t1']])
  })
})

describe('users', () => {
  tabTest('different users share nothing', async ({ open, engine }) => {
    const [a, b] = [await open('a'), await open('b')]
    await a.dispatch(userChanged({ userId: 'ann' }))
    await b.dispatch(userChanged({ userId: 'bob' }))
    await settle()
    await a.submit('t1')
    await a.submit('t2')
    await settle()
    expect([a.role(), b.role()]).toEqual(['leading', 'leading'])
    expect([b.live(), b.queue()]).toEqual([null, []])
    const keys = [...engine.stored].filter(([, value]) => JSON.stringify(value).includes('text of'))
    expect(keys.map(([key]) => key).every((key) => key.includes('ann'))).toBe(true)
  })

  tabTest(
    'two changes at once are one: the tab that was closed then does not lead any more',
    async ({ open }) => {
      const a = await open('a')
      a.store.dispatch(userChanged({ userId: 'ann' }))
      a.store.dispatch(userChanged({ userId: 'bob' }))
      await settle()
      a.close()
      await settle()
      const b = await open('b')
      await b.dispatch(userChanged({ userId: 'bob' }))
      await settle()
      expect(b.role()).toBe('leading')
    },
  )

  tabTest('whose state is put back after the start belongs to its user', async (all) => {
    const a = await all.open('a')
    await a.dispatch(userChanged({ userId: 'ann' }))
    const { keeper, store } = openRehydrated(userChanged({ userId: 'ann' }), all)
    await settle()
    expect(store.getState().turnkeeper.tabs.role).toBe('leading')
    store.dispatch({ type: 'rehydrated' })
    await settle()
    expect(store.getState().turnkeeper.tabs.role).toBe('following')
    keeper.dispose()
  })

  tabTest('that follows, and whose state is put back, is told what has left since', async (all) => {
    const a = await all.open('a')
    const queued = [{ conversationId: 'c1', turnId: 't1', input: 'kept', hidden: false }]
    const { keeper, store } = openRehydrated(stateRestored({ queued }), all)
    await settle()
    await a.submit('t1')
    store.dispatch({ type: 'rehydrated' })
    expect(findTurn(store.getState().turnkeeper.turns, 't1')?.sendState).toBe('unsent')
    await settle()
    expect(findTurn(store.getState().turnkeeper.turns, 't1')?.sendState).toBe('unconfirmed')
    keeper.dispose()
  })

  tabTest('whose user changes leads the tabs of the last one no more', async ({ open }) => {
    const [a, b] = [await open('a'), await open('b')]
    expect([a.role(), b.role()]).toEqual(['leading', 'following'])
    await a.dispatch(userChanged({ userId: 'ann' }))
    await settle()
    expect([a.role(), b.role()]).toEqual(['leading', 'leading'])
  })

  tabTest('the same user again finds the others', async ({ open }) => {
    const [a, b] = [await open('a'), await open('b')]
    for (const tab of [a, b]) await tab.dispatch(userChanged({ userId: 'ann' }))
    await settle()
    await b.submit('t1')
    await settle()
    expect(a.live()?.turnId).toBe('t1')
  })

  tabTest('who signs out leaves nothing stored', async ({ open, engine }) => {
    const a = await open('a')
    await a.dispatch(userChanged({ userId: 'ann' }))
    await settle()
    await a.submit('t1')
    await a.submit('t2')
    await settle()
    expect(JSON.stringify([...engine.stored])).toContain('text of t2')
    await a.dispatch(userChanged({ userId: null }))
    await settle()
    expect(JSON.stringify([...engine.stored])).not.toContain('text of t2')
  })

  tabTest('who changes gives up the lead among the last one’s tabs', async ({ open, server, pass, sent }) => {
    const [a, b] = [await open('a'), await open('b')]
    for (const tab of [a, b]) await tab.dispatch(userChanged({ userId: 'ann' }))
    await settle()
    expect([a.role(), b.role()]).toEqual(['leading', 'following'])
    await a.dispatch(userChanged({ userId: 'bob' }))
    await settle()
    expect([a.role(), b.role()]).toEqual(['leading', 'leading'])
    await b.submit('t1')
    await b.submit('t2')
    server.world['c1'] = { status: 'idle', last: { turnId: 't1', outcome: 'complete' } }
    await b.checkStatus('c1')
    await pass(10_000)
    expect([sent(), a.turn('t1'), a.record('t1')]).toEqual([['t1', 't2'], undefined, undefined])
  })

  describe('what waited while nobody was signed in goes along with who is', () => {
    /** One turn runs, and one waits. */
    const oneWaits = async ({ open, server }: Tabs) => {
      const [a, b] = [await open('a'), await open('b')]
      await a.submit('t1')
      await a.submit('t2')
      await settle()
      expect([a.role(), b.queue()]).toEqual(['leading', ['t2']])
      server.world['c1'] = { status: 'idle', last: { turnId: 't1', outcome: 'complete' } }
      return [a, b] as const
    }
    const signIn = (tab: Tab) => tab.dispatch(userChanged({ userId: 'ann' }))

    tabTest('a leading tab that hung meanwhile does not send it once more', async (tabs) => {
      const [a, b] = await oneWaits(tabs)
      a.hang()
      await signIn(b)
      await tabs.pass(10_000)
      expect(tabs.sent()).toEqual(['t1', 't2'])
      a.goOn()
      await tabs.pass(60_000)
      expect([tabs.sent(), a.queue()]).toEqual([['t1', 't2'], []])
    })

    tabTest('a tab that leads those where nobody is, from then on, does not send it', async (tabs) => {
      const [a, b] = await oneWaits(tabs)
      await signIn(a)
      await tabs.pass(60_000)
      expect(b.role()).toBe('leading')
      expect(tabs.server.sends.map(({ tab, request }) => `${tab} ${request.turnId}`)).toEqual([
        'a t1',
        'a t2',
      ])
    })

    tabTest('what the leading tab was about to send is not sent by another', async (tabs) => {
      const [a, b] = await oneWaits(tabs)
      tabs.at = (moment) => {
        if (moment === 'stores' && a.turn('t2')!.notBefore > 0) a.hang()
      }
      await a.checkStatus('c1')
      await settle()
      tabs.at = () => undefined
      await signIn(b)
      await tabs.pass(60_000)
      expect([tabs.sent(), b.drafts()]).toEqual([['t1'], ['text of t2']])
    })

    tabTest('a tab that signs in later has it too, and sends it where the first is gone', async (tabs) => {
      const [a, b] = await oneWaits(tabs)
      tabs.server.world['c1'] = { status: 'running', turnId: 't1' }
      a.hang()
      await signIn(b)
      await settle()
      a.goOn()
      await signIn(a)
      await settle()
      expect([a.role(), a.queue(), b.queue()]).toEqual(['following', ['t2'], ['t2']])
      b.close()
      tabs.server.world['c1'] = { status: 'idle', last: { turnId: 't1', outcome: 'complete' } }
      await tabs.pass(60_000)
      expect(tabs.sent()).toEqual(['t1', 't2'])
    })

    tabTest('nothing of it stays stored for nobody', async (tabs) => {
      const [a, b] = await oneWaits(tabs)
      expect(JSON.stringify([...tabs.engine.stored])).toContain('text of t2')
      a.hang()
      await signIn(b)
      await settle()
      const keys = [...tabs.engine.stored].filter(([, value]) => JSON.stringify(value).includes('text of t2'))
      expect(keys.map(([key]) => key.includes('ann'))).toEqual([true])
    })

    tabTest('mirror: where nothing waits, nobody’s leading tab goes on to lead', async ({ open }) => {
      const [a, b] = [await open('a'), await open('b')]
      let isLost = false
      a.hang()
      await signIn(b)
      await settle()
      a.goOn()
      a.store.subscribe(() => (isLost ||= a.role() !== 'leading'))
      await settle()
      expect([a.role(), b.role(), isLost]).toEqual(['leading', 'leading', false])
    })
  })

  tabTest(
    'with waitForUser nothing is told before it is known who is signed in',
    async ({ open, engine }) => {
      const a = await open('a', { tabs: { waitForUser: true } })
      const b = await open('b', { tabs: { waitForUser: true } })
      await a.submit('t1')
      await settle()
      expect([a.role(), b.role(), b.live(), engine.stored.size]).toEqual(['alone', 'alone', null, 0])
      for (const tab of [a, b]) await tab.dispatch(userChanged({ userId: 'ann' }))
      await settle()
      expect([a.role(), b.role(), b.live()?.turnId]).toEqual(['leading', 'following', 't1'])
    },
  )
})

describe('another version', () => {
  tabTest('is ignored, and said once', async ({ open, engine }) => {
    const a = await open('a')
    const stranger = engine.tab().connect()
    const action = signals.turnStarted({ conversationId: 'c1', turnId: 't1' })
    for (const n of [1, 2])
      stranger.publish({ kind: 'action', n, action, protocol: 999, user: null, from: 'stranger' })
    await settle()
    expect(a.live()).toBeNull()
    expect(a.problems.map(({ kind }) => kind)).toEqual(['another version'])
  })
})

describe('without an engine', () => {
  const refused: Engine = () => {
    throw new Error('There are no Web Locks here.')
  }
  const never = new Promise<never>(() => undefined)
  const link: EngineLink = {
    claim: () => Promise.reject(new Error('denied')),
    publish: () => undefined,
    subscribe: () => undefined,
    load: () => never,
    save: () => never,
    close: () => undefined,
  }
  test.each<[string, Engine]>([
    ['there is none', refused],
    ['claims are denied', () => link],
  ])('where %s the tab works by itself, and says so once', async (_what, engine) => {
    const lab = createLab({}, { features: [tabs(engine)] })
    await settle()
    await lab.start()
    await lab.submit('t2')
    await lab.signalEnd({ runId: 'r-t1', reason: 'complete' })
    await lab.advance(1)
    expect([lab.sent(), lab.told.map(({ turnId }) => turnId)]).toEqual([['t1', 't2'], ['t1']])
    expect(lab.problems.map(({ kind }) => kind)).toEqual(['tabs'])
    await lab.advance(60_000)
    expect(lab.backend.of('status').length).toBeGreaterThan(0)
  })

  tabTest(
    'where it breaks down, what another tab had asked for is checked',
    async ({ open, server, pass }) => {
      let fail = (): void => undefined
      const broken: Engine = () => ({
        ...link,
        claim: (name) =>
          name.includes('leader')
            ? new Promise((_, reject) => (fail = () => reject(new Error('gone'))))
            : never,
      })
      const a = await open('a', { engine: broken })
      await a.dispatch({
        ...turnSubmitted({
          conversationId: 'c1',
          turnId: 't1',
          input: 'x',
          sent: true,
          nonce: 'b-1:1',
        } as never),
        meta: { at: a.clock.now(), source: 'user', origin: 'b-1' },
      })
      server.world['c1'] = { status: 'running', turnId: 't1' }
      expect([a.role(), a.live()?.sendState]).toEqual(['joining', 'sending'])
      fail()
      await settle()
      await pass(10_000)
      expect([a.role(), a.live()?.sendState, a.live()?.isUnverified]).toEqual(['alone', 'accepted', false])
    },
  )

  test('mirror: a wrong engine is named', () => {
    expect(() => tabs({} as never)).toThrow('tabs: it takes an engine')
  })
})

describe('seen', () => {
  tabTest('whichever tab a person looks at marks a conversation as seen in all', async ({ open }) => {
    const [a, b] = [await open('a'), await open('b')]
    a.environment.emit('hidden')
    await b.dispatch(conversationViewed({ conversationId: 'c1' }))
    await settle()
    const seen = [a, b].map(({ recorder }) => recorder.actions.filter(conversationSeen.match).length)
    expect(seen).toEqual([1, 1])
    await b.submit('t1')
    await b.dispatch(signals.turnEnded({ turnId: 't1', reason: 'complete' }))
    await settle()
    expect(a.recorder.actions.filter(conversationSeen.match)).toHaveLength(2)
  })

  tabTest(
    'what ended where nobody looked is seen in all tabs once it is seen in one',
    async ({ open, pass }) => {
      const [a, b] = [await open('a'), await open('b')]
      const attention = () =>
        [a, b].map((tab) => tab.keeper.selectors.selectAttention(tab.store.getState(), 'c1'))
      await a.submit('t1')
      for (const tab of [a, b])
        await tab.dispatch(signals.turnEnded({ turnId: 't1', reason: 'complete', conversationId: 'c1' }))
      await pass(1_000)
      expect(attention()).toEqual(['finished', 'finished'])
      await b.dispatch(conversationViewed({ conversationId: 'c1' }))
      await settle()
      expect(attention()).toEqual([null, null])
    },
  )

  tabTest('mirror: not one that nobody looks at', async ({ open }) => {
    const [a, b] = [await open('a'), await open('b')]
    b.environment.emit('hidden')
    await b.dispatch(conversationViewed({ conversationId: 'c1' }))
    await settle()
    expect(a.recorder.actions.filter(conversationSeen.match)).toEqual([])
  })
})
