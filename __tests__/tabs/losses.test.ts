/** The leading tab is lost at any moment of a send: nothing is sent twice, nothing is lost, nothing waits for ever. */
import { sendingGated, signals } from 'redux-turnkeeper'
import { settle, tabTest } from './setup'
import type { Moment, Tab, Tabs } from './setup'

type Loss = 'close' | 'crash' | 'hang'
type When = 'while it waits' | 'as it is claimed' | 'as it leaves' | 'when it has arrived'

const MOMENTS: Partial<Record<When, Moment>> = { 'as it is claimed': 'stores', 'as it leaves': 'sends' }

/** Two turns, the second of which waits in the leading tab, which is lost then. */
async function lose(
  tabs: Tabs,
  when: When,
  loss: Loss,
): Promise<{ readonly a: Tab; readonly rest: readonly Tab[] }> {
  const { open, pass, server } = tabs
  const a = await open('a')
  const rest = [await open('b'), await open('c')]
  await rest[0]!.submit('t1')
  await a.submit('t2')
  await settle()
  server.answersSends = when === 'when it has arrived'
  server.world['c1'] = { status: 'idle' }
  const moment = MOMENTS[when]
  let isClaimed = false
  tabs.at = (now, tab) => {
    if (now === 'sends') server.world['c1'] = { status: 'running', turnId: 't2' }
    if (tab !== 'a') return
    // The first that is stored once the first turn is over: that the second is about to leave.
    isClaimed ||= now === 'stores' && a.record('t1') !== undefined && a.turn('t2')!.notBefore > 0
    if (moment === now && (now === 'sends' || isClaimed)) a[loss]()
  }
  if (when === 'while it waits') a[loss]()
  for (const tab of when === 'while it waits' ? rest : [a, ...rest])
    await tab.dispatch(signals.turnEnded({ turnId: 't1', reason: 'complete' }))
  await settle()
  if (when === 'when it has arrived') a[loss]()
  await pass(120_000)
  return { a, rest }
}

const WHENS: readonly When[] = ['while it waits', 'as it is claimed', 'as it leaves', 'when it has arrived']
for (const loss of ['close', 'crash', 'hang'] as const) {
  for (const when of WHENS) {
    tabTest(`${loss} ${when}`, async (tabs) => {
      const { a, rest } = await lose(tabs, when, loss)
      const [b, c] = rest as [Tab, Tab]
      expect([b.role(), c.role()].sort()).toEqual(['following', 'leading'])
      const times = tabs.sent().filter((turnId) => turnId === 't2').length
      expect(times).toBe(when === 'as it is claimed' ? 0 : 1)
      for (const tab of rest) {
        expect(tab.queue()).toEqual([])
        // It runs at the server, or the person has it back.
        expect([tab.live()?.turnId ?? null, tab.drafts()]).toEqual(
          times === 1 ? ['t2', []] : [null, ['text of t2']],
        )
        expect(tab.live()?.isUnverified ?? false).toBe(false)
        expect(tab.conversation()?.drafts.map(({ arrived }) => arrived) ?? []).toEqual(
          times === 1 ? [] : ['unknown'],
        )
      }
      if (loss !== 'hang') return
      tabs.at = () => undefined
      a.goOn()
      await tabs.pass(60_000)
      expect(a.role()).toBe('following')
      expect(tabs.sent().filter((turnId) => turnId === 't2')).toHaveLength(times)
      expect([a.live()?.turnId, a.queue(), a.drafts()]).toEqual([b.live()?.turnId, b.queue(), b.drafts()])
    })
  }
}

describe('a claim that cannot be confirmed', () => {
  const cases: readonly (readonly [string, () => Promise<boolean>])[] = [
    ['refused', async () => false],
    ['rejected', () => Promise.reject(new Error('The database is full.'))],
    ['never answered', () => new Promise(() => undefined)],
  ]
  for (const [what, answer] of cases) {
    tabTest(`is asked for again where it is ${what}`, async ({ open, server, pass, sent, clock }) => {
      let refuses = true
      const a = await open('a', { saves: (save) => (refuses ? answer() : save()) })
      const b = await open('b')
      await b.submit('t1')
      await b.submit('t2')
      server.world['c1'] = { status: 'idle', last: { turnId: 't1', outcome: 'complete' } }
      await b.dispatch(signals.turnEnded({ turnId: 't1', reason: 'complete' }))
      await pass(3_000)
      expect(sent()).toEqual(['t1'])
      // It waits, for a time that is known.
      expect(a.turn('t2')!.notBefore).toBeGreaterThan(clock.now())
      refuses = false
      await pass(20_000)
      expect(sent()).toEqual(['t1', 't2'])
      expect([a.queue(), b.queue(), b.live()?.turnId]).toEqual([[], [], 't2'])
    })
  }
})

tabTest(
  'what another tab had asked when it was lost is settled by the leading one',
  async ({ open, server, pass }) => {
    const [a, b] = [await open('a'), await open('b')]
    server.answersSends = false
    await b.submit('t1')
    await settle()
    expect(a.live()?.sendState).toBe('sending')
    b.crash()
    await settle()
    expect(a.live()?.sendState).toBe('unconfirmed')
    server.world['c1'] = { status: 'idle' }
    await pass(60_000)
    expect([a.busy(), a.drafts()]).toEqual([false, ['text of t1']])
  },
)

tabTest('a helper that a lost tab was stopping may be stopped again', async ({ open, server }) => {
  const [a, b] = [await open('a'), await open('b')]
  await b.submit('t1')
  await b.dispatch(
    signals.turnStarted({ turnId: 't1' }),
    signals.turnStarted({ conversationId: 'c1', runId: 'k1', role: 'child', parent: 'r-t1' }),
  )
  const stop = (tab: Tab) => tab.dispatch(tab.keeper.stopBackgroundRun({ conversationId: 'c1', runId: 'k1' }))
  await stop(b)
  await settle()
  const stateOf = (tab: Tab) => tab.entry()?.backgroundRuns[0]?.stop?.state
  expect(stateOf(a)).toBe('requested')
  b.crash()
  await settle()
  expect(stateOf(a)).toBe('unconfirmed')
  await stop(a)
  expect(server.stops).toEqual(['b k1', 'a k1'])
})

/** A prompt waits in a following tab, and the leading one hangs. */
async function waitBesideOneThatHangs({ open, server }: Tabs): Promise<readonly [Tab, Tab]> {
  const [a, b] = [await open('a'), await open('b')]
  server.world['c1'] = { status: 'idle' }
  await b.dispatch(sendingGated({ open: false }))
  a.hang()
  await b.submit('t1')
  return [a, b]
}

tabTest(
  'one that has just come takes the lead from one that hangs: what waits in another leaves',
  async (tabs) => {
    const [a] = await waitBesideOneThatHangs(tabs)
    const c = await tabs.open('c')
    await c.dispatch(c.keeper.checkStatus(['c2']))
    await tabs.pass(60_000)
    expect([c.role(), tabs.sent()]).toEqual(['leading', ['t1']])
    a.goOn()
    await tabs.pass(60_000)
    expect(tabs.sent()).toEqual(['t1'])
  },
)

tabTest('one that has just come knows what waits where no tab leads, and all others go', async (tabs) => {
  const [a, b] = await waitBesideOneThatHangs(tabs)
  const c = await tabs.open('c')
  expect([c.role(), c.queue()]).toEqual(['joining', ['t1']])
  b.close()
  a.crash()
  await tabs.pass(60_000)
  expect([c.role(), tabs.sent()]).toEqual(['leading', ['t1']])
})

tabTest(
  'what only a tab that hangs was told before the other one crashed leaves once it goes on',
  async (tabs) => {
    const [a, b] = await waitBesideOneThatHangs(tabs)
    b.crash()
    const c = await tabs.open('c')
    await c.dispatch(c.keeper.checkStatus(['c2']))
    await tabs.pass(60_000)
    expect([c.role(), c.queue()]).toEqual(['leading', []])
    a.goOn()
    await tabs.pass(60_000)
    expect([a.role(), tabs.sent()]).toEqual(['following', ['t1']])
  },
)

tabTest('where all tabs are gone, the next one finds what waited', async ({ open, server, pass, sent }) => {
  const a = await open('a')
  await a.submit('t1')
  await a.submit('t2')
  await settle()
  a.crash()
  server.world['c1'] = { status: 'idle', last: { turnId: 't1', outcome: 'complete' } }
  const b = await open('b')
  expect([b.live()?.turnId, b.queue()]).toEqual(['t1', ['t2']])
  await pass(10_000)
  expect(sent()).toEqual(['t1', 't2'])
  expect(b.ends()).toEqual(['t1 rescued complete witnessed'])
})

tabTest('what had been claimed when all tabs went is not sent again', async (tabs) => {
  const { open, server, pass, sent } = tabs
  const a = await open('a')
  await a.submit('t1')
  await a.submit('t2')
  await settle()
  server.answersSends = false
  tabs.at = (now) => (now === 'sends' ? a.crash() : undefined)
  await a.dispatch(signals.turnEnded({ turnId: 't1', reason: 'complete' }))
  tabs.at = () => undefined
  expect(sent()).toEqual(['t1', 't2'])
  const b = await open('b')
  expect([b.live()?.turnId, b.live()?.sendState]).toEqual(['t2', 'unconfirmed'])
  server.world['c1'] = { status: 'running', turnId: 't2' }
  await pass(60_000)
  expect([b.live()?.sendState, sent()]).toEqual(['accepted', ['t1', 't2']])
})
