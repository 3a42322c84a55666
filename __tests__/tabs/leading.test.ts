/** One tab leads: it alone checks status, sends what waits, and tells of ends. */
import {
  conversationViewed,
  queueCleared,
  queuedEdited,
  queuedMoved,
  queuedSentNow,
  queuePaused,
  sendingGated,
  signals,
  stateRestored,
} from 'redux-turnkeeper'
import type { Connection } from 'redux-turnkeeper'
import { createTabs, settle, tabTest } from './setup'
import type { Tab, TabOptions, Tabs } from './setup'

tabTest('the first tab leads, the others follow', async ({ open }) => {
  const tabs = [await open('a'), await open('b'), await open('c')]
  expect(tabs.map((tab) => tab.role())).toEqual(['leading', 'following', 'following'])
})

tabTest('a prompt that was sent in one tab shows in all, with its answer', async ({ open, sent }) => {
  const [a, b, c] = [await open('a'), await open('b'), await open('c')]
  await b.submit('t1')
  await settle()
  expect([a, b, c].map((tab) => tab.live()?.sendState)).toEqual(['accepted', 'accepted', 'accepted'])
  expect([a, b, c].map((tab) => tab.live()?.runs)).toEqual([['r-t1'], ['r-t1'], ['r-t1']])
  expect(sent()).toEqual(['t1'])
})

test('the checks of five tabs are those of one', async () => {
  const checksOf = async (names: readonly string[]): Promise<number> => {
    const { open, pass, server, close } = createTabs()
    const tabs = []
    for (const name of names) tabs.push(await open(name))
    server.world['c1'] = { status: 'running', turnId: 't1' }
    await tabs.at(-1)!.submit('t1')
    await pass(120_000)
    expect(new Set(server.checks).size).toBe(1)
    close()
    return server.checks.length
  }
  const one = await checksOf(['a'])
  const five = await checksOf(['a', 'b', 'c', 'd', 'e'])
  expect(one).toBeGreaterThan(5)
  expect(Math.abs(five - one)).toBeLessThanOrEqual(1)
})

tabTest(
  'a leading tab that does not do what another takes as due is asked for it less and less often',
  async ({ open, pass, server, sent }) => {
    const [a, b] = [await open('a'), await open('b')]
    await b.submit('t1')
    await b.submit('t2')
    await settle()
    await a.dispatch(sendingGated({ open: false }))
    await b.dispatch(signals.turnEnded({ turnId: 't1', reason: 'complete' }))
    const asked = () => b.recorder.types('turnkeeper/tabs/leaderAsked').length
    const checks = server.checks.length
    await pass(60_000)
    expect(sent()).toEqual(['t1'])
    expect(asked()).toBeGreaterThan(2)
    expect(asked()).toBeLessThan(8)
    expect(server.checks.length - checks).toBeLessThan(8)
    // What it does then comes at once.
    await a.dispatch(sendingGated({ open: true }))
    await pass(1)
    expect(sent()).toEqual(['t1', 't2'])
  },
)

/** The leading tab has been asked for what is due, and has not answered yet. */
async function askHungLeader({ open, pass }: Tabs): Promise<{ readonly a: Tab; readonly b: Tab }> {
  const [a, b] = [await open('a'), await open('b')]
  await b.submit('t1')
  await b.submit('t2')
  await settle()
  a.hang()
  await b.dispatch(signals.turnEnded({ turnId: 't1', reason: 'complete' }))
  await pass(2_000)
  expect(askedBy(b)).toBe(1)
  return { a, b }
}
const askedBy = (tab: Tab): number => tab.recorder.types('turnkeeper/tabs/leaderAsked').length

tabTest('a leading tab that was asked before a sleep is asked again, and not replaced', async (tabs) => {
  const { a, b } = await askHungLeader(tabs)
  tabs.clock.jump(60_000)
  // Something happens before a timer has told of the sleep.
  await b.dispatch(conversationViewed({ conversationId: 'c1' }))
  await tabs.pass(3_000)
  expect([b.role(), askedBy(b)]).toEqual(['following', 2])
  a.goOn()
  await tabs.pass(10_000)
  expect([a.role(), b.role()]).toEqual(['leading', 'following'])
  expect(b.recorder.types('turnkeeper/tabs/leaderMissed')).toEqual([])
  expect(tabs.sent()).toEqual(['t1', 't2'])
})

tabTest('one that does not answer is replaced, also where the clock was set back since', async (tabs) => {
  const { b } = await askHungLeader(tabs)
  tabs.clock.shift(-600_000)
  await tabs.pass(20_000)
  expect([b.role(), askedBy(b)]).toEqual(['leading', 2])
})

tabTest(
  'what waits is sent once, by the leading tab, whichever it was typed in',
  async ({ open, pass, server }) => {
    const [a, b, c] = [await open('a'), await open('b'), await open('c')]
    await b.submit('t1')
    await c.submit('t2')
    await settle()
    expect([a, b, c].map((tab) => tab.queue())).toEqual([['t2'], ['t2'], ['t2']])
    await b.dispatch(signals.turnEnded({ turnId: 't1', reason: 'complete' }))
    await pass(1_000)
    expect(server.sends.map(({ tab, request }) => [tab, request.turnId])).toEqual([
      ['b', 't1'],
      ['a', 't2'],
    ])
    expect([a, b, c].map((tab) => tab.live()?.turnId)).toEqual(['t2', 't2', 't2'])
  },
)

tabTest('one tab tells of an end; all hear of it', async ({ open, pass }) => {
  const tabs = [await open('a'), await open('b'), await open('c')]
  await tabs[1]!.submit('t1')
  await settle()
  for (const tab of tabs) await tab.dispatch(signals.turnEnded({ turnId: 't1', reason: 'complete' }))
  await pass(1_000)
  expect(tabs.map(({ told }) => told.length)).toEqual([1, 0, 0])
  expect(tabs.map(({ recorder }) => recorder.types('turnkeeper/turnSettled').length)).toEqual([1, 1, 1])
})

tabTest(
  'one tab tells of a question; all hear of it, and the next to lead does not tell again',
  async ({ open, pass }) => {
    const heard: string[] = []
    const options = (tab: string) => ({
      onInputOpened: () => void heard.push(`${tab} opened`),
      onInputClosed: () => void heard.push(`${tab} closed`),
    })
    const tabs = [await open('a', options('a')), await open('b', options('b'))]
    await tabs[1]!.submit('t1')
    await settle()
    for (const tab of tabs)
      await tab.dispatch(signals.inputRequested({ conversationId: 'c1', turnId: 't1', requestId: 'q1' }))
    await pass(1_000)
    expect(heard).toEqual(['a opened'])
    expect(tabs.map(({ recorder }) => recorder.types('turnkeeper/inputOpened').length)).toEqual([1, 1])
    tabs[0]!.close()
    await pass(1_000)
    expect(heard).toEqual(['a opened'])
    await tabs[1]!.dispatch(signals.inputResolved({ conversationId: 'c1', turnId: 't1', requestId: 'q1' }))
    expect(heard).toEqual(['a opened', 'b closed'])
  },
)

tabTest(
  'a text that was typed as an answer in a tab that is gone is a draft in the others',
  async ({ open, pass, server }) => {
    const [a, b] = [await open('a'), await open('b', { onTextWhileAsking: 'answer' })]
    await b.submit('t1')
    await settle()
    await b.dispatch(signals.inputRequested({ conversationId: 'c1', turnId: 't1', requestId: 'q1' }))
    server.world.c1 = { status: 'awaiting_input', turnId: 't1', inputId: 'q1' }
    server.takesAnswers = false
    await b.dispatch(b.keeper.submitTurn({ conversationId: 'c1', turnId: 'p1', input: 'blue' }))
    await settle()
    expect(a.conversation()?.texts.map(({ input }) => input)).toContain('blue')
    b.crash()
    await pass(10_000)
    expect(a.conversation()?.drafts).toMatchObject([{ turnId: 'p1', arrived: 'unknown' }])
    expect(a.conversation()?.questions).toMatchObject([{ requestId: 'q1', state: 'open' }])
  },
)

tabTest('an end that only one of the others heard of is told all the same', async ({ open, pass }) => {
  const [a, b] = [await open('a'), await open('b')]
  await b.submit('t1')
  await b.dispatch(signals.turnEnded({ runId: 'r-t1', conversationId: 'c1', reason: 'complete' }))
  await pass(500)
  expect([a.told, b.told].map((told) => told.map(({ turnId }) => turnId))).toEqual([['t1'], []])
})

tabTest('stop, answers and edits of the queue work from any tab', async ({ open, server }) => {
  const [a, b] = [await open('a'), await open('b')]
  await a.submit('t1')
  await a.dispatch(
    signals.turnStarted({ turnId: 't1' }),
    signals.inputRequested({ turnId: 't1', requestId: 'q1' }),
  )
  await a.submit('t2')
  await settle()
  expect(b.phase()).toBe('awaiting_input')
  await b.dispatch(b.keeper.answerInput({ conversationId: 'c1', requestId: 'q1', answer: 'yes' }))
  await b.dispatch(b.keeper.removeQueued({ turnId: 't2' }))
  await b.dispatch(b.keeper.stopTurn({ conversationId: 'c1' }))
  await settle()
  expect([server.answers, server.stops]).toEqual([['b q1'], ['b t1']])
  expect([a.queue(), b.queue(), a.drafts(), b.drafts()]).toEqual([[], [], ['text of t2'], ['text of t2']])
  expect([a.phase(), b.phase()]).toEqual(['stopping', 'stopping'])
})

tabTest('what the server holds is edited there once, whichever tab asks for it', async ({ open }) => {
  const changes: string[] = []
  const options = (tab: string): TabOptions => ({
    sendWhileBusy: 'send',
    ports: {
      sendTurn: async ({ turnId }) => ({ status: 'accepted', as: turnId === 't1' ? 'started' : 'queued' }),
      async changeQueued() {
        changes.push(tab)
        return { status: 'accepted' }
      },
    },
  })
  const [a, b] = [await open('a', options('a')), await open('b', options('b'))]
  await a.submit('t1')
  await a.dispatch(signals.turnStarted({ turnId: 't1' }))
  await a.submit('t2')
  await settle()
  await b.dispatch(queuedEdited({ turnId: 't2', input: 'edited' }))
  await settle()
  expect(changes).toEqual(['b'])
  for (const tab of [a, b]) {
    const waiting = tab.keeper.selectors.selectQueue(tab.store.getState(), 'c1')
    expect(waiting.map(({ input }) => input)).toEqual(['edited'])
  }
})

tabTest('turns that come back in one tab are followed by its connection alone', async ({ open }) => {
  const told: string[] = []
  const connection = (tab: string): Connection => ({
    ports: { sendTurn: async () => ({ status: 'accepted' }) },
    turnsRestored: (turns) => void told.push(...turns.map(({ turnId }) => `${tab} ${turnId}`)),
  })
  await open('a', { connection: connection('a'), ports: undefined })
  const b = await open('b', { connection: connection('b'), ports: undefined })
  await b.dispatch(stateRestored({ live: [{ conversationId: 'c1', turnId: 't1', begun: true }] }))
  await settle()
  expect(told).toEqual(['b t1'])
})

tabTest('what waits is edited, moved and held in all tabs, whichever it was done in', async ({ open }) => {
  const [a, b] = [await open('a'), await open('b')]
  await a.submit('t1')
  for (const turnId of ['t2', 't3', 't4']) await b.submit(turnId)
  await settle()
  await b.dispatch(
    queuedEdited({ turnId: 't3', input: 'edited' }),
    queuedMoved({ turnId: 't4', before: 't2' }),
    queuePaused({ conversationId: 'c1' }),
  )
  await settle()
  for (const tab of [a, b]) {
    const waiting = tab.keeper.selectors.selectQueue(tab.store.getState(), 'c1')
    expect(waiting.map(({ turnId, input }) => [turnId, input])).toEqual([
      ['t4', 'text of t4'],
      ['t2', 'text of t2'],
      ['t3', 'edited'],
    ])
    expect(tab.keeper.selectors.selectIsQueuePaused(tab.store.getState(), 'c1')).toBe(true)
  }
  await b.dispatch(queueCleared({ conversationId: 'c1' }))
  await settle()
  expect([a.queue(), b.queue()]).toEqual([[], []])
  expect(a.drafts()).toEqual(b.drafts())
  expect(a.drafts()).toHaveLength(3)
})

tabTest('sent now from a tab that follows: the leading one stops what runs, and sends it', async (tabs) => {
  const { open, server, sent, pass } = tabs
  const [a, b] = [await open('a'), await open('b')]
  await a.submit('t1')
  await a.dispatch(signals.turnStarted({ turnId: 't1' }))
  for (const turnId of ['t2', 't3']) await b.submit(turnId)
  await b.dispatch(queuedSentNow({ turnId: 't3' }))
  await settle()
  expect(server.stops).toEqual(['a t1'])
  for (const tab of [a, b]) await tab.dispatch(signals.turnEnded({ turnId: 't1', reason: 'cancelled' }))
  await pass(5_000)
  expect(sent()).toEqual(['t1', 't3'])
  expect([a.queue(), b.queue()]).toEqual([['t2'], ['t2']])
})

tabTest('progress stays in its tab', async ({ open }) => {
  const [a, b] = [await open('a'), await open('b')]
  await a.submit('t1')
  await a.dispatch(signals.turnStarted({ turnId: 't1' }))
  await settle()
  const before = b.recorder.actions.length
  for (const kind of ['output', 'tool_open', 'status'] as const) await a.progress('t1', 'c1', kind)
  await settle()
  expect(b.recorder.actions).toHaveLength(before)
})

tabTest('a helper, its pause and its stop, and what is scheduled, show in all tabs', async ({ open }) => {
  const asked: string[] = []
  const ports = {
    async stopBackgroundRun({ runId }: { readonly runId: string }) {
      asked.push(runId)
      return { status: 'acknowledged' } as const
    },
  }
  const tabs = [await open('a', { ports }), await open('b', { ports })]
  const [a, b] = tabs as [(typeof tabs)[0], (typeof tabs)[0]]
  const kid = { conversationId: 'c1', runId: 'kid', role: 'child' } as const
  const shown = () =>
    tabs.map(({ keeper, store }) =>
      keeper.selectors
        .selectBackgroundRuns(store.getState(), 'c1')
        .map(({ name, phase }) => `${name}: ${phase}`)
        .join(),
    )
  await a.dispatch(signals.turnStarted({ ...kid, name: 'Explore' }), signals.runPaused(kid))
  await settle()
  expect(shown()).toEqual(['Explore: paused', 'Explore: paused'])
  await b.dispatch(b.keeper.stopBackgroundRun({ conversationId: 'c1', runId: 'kid' }))
  await settle()
  expect([shown(), asked]).toEqual([['Explore: stopping', 'Explore: stopping'], ['kid']])
  await a.dispatch(signals.workScheduled({ conversationId: 'c1', inMs: 60_000, name: 'look again' }))
  await settle()
  const scheduled = tabs.map(({ keeper, store }) => keeper.selectors.selectScheduled(store.getState(), 'c1'))
  expect(scheduled.map((work) => work?.name)).toEqual(['look again', 'look again'])
})

tabTest(
  'what a tab has asked for is asked of a leading one that was not there yet',
  async ({ open, server, pass }) => {
    const seen: string[] = []
    for (const id of ['c8', 'c9'])
      Object.defineProperty(server.world, id, {
        get() {
          seen.push(id)
          return { status: 'idle' }
        },
      })
    const [a, b] = [await open('a'), await open('b')]
    a.hang()
    await b.checkStatus('c9')
    b.hang()
    const c = await open('c')
    await c.checkStatus('c8')
    await pass(10_000)
    expect([c.role(), new Set(seen)]).toEqual(['leading', new Set(['c8'])])
    b.goOn()
    await pass(1_000)
    expect([b.role(), c.role(), seen.includes('c9')]).toEqual(['following', 'leading', true])
  },
)
