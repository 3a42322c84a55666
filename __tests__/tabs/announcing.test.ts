/** What the leading tab has not told any more when it was lost, the next one to lead tells; and nothing twice. */
import { endTurn, signals } from 'redux-turnkeeper'
import { settle, tabTest } from './setup'
import type { Tab, Tabs } from './setup'

const c1 = { conversationId: 'c1' }
const ask = signals.inputRequested({ ...c1, turnId: 't1', requestId: 'q1' })
const resolve = signals.inputResolved({ ...c1, turnId: 't1', requestId: 'q1' })
const rescue = endTurn({ turnId: 't1', reason: 'rescued' })
const output = signals.turnProgressed({ ...c1, turnId: 't1', runId: 'r-t1', kind: 'output' })

interface Two {
  readonly a: Tab
  readonly b: Tab
  /** What the app was told of questions, and by which tab. */
  readonly heard: readonly string[]
}

/** Two tabs, of which `a` leads, and a turn that runs. */
async function two({ open, server }: Tabs): Promise<Two> {
  const heard: string[] = []
  const options = (tab: string) => ({
    onInputOpened: () => void heard.push(`${tab} opened`),
    onInputClosed: () => void heard.push(`${tab} closed`),
  })
  const [a, b] = [await open('a', options('a')), await open('b', options('b'))]
  await b.submit('t1')
  await settle()
  server.world.c1 = { status: 'running', turnId: 't1' }
  return { a, b, heard }
}

/** The leading tab is lost, and the other one leads. */
async function lose(a: Tab, b: Tab): Promise<void> {
  a.crash()
  await settle()
  expect(b.role()).toBe('leading')
}

const outcomes = ({ told }: Tab) => told.map(({ turnId, revocations }) => [turnId, revocations])

describe('a question', () => {
  tabTest('that opened while the leading tab hung is told by the next, once', async (tabs) => {
    const { a, b, heard } = await two(tabs)
    a.hang()
    await b.dispatch(ask)
    expect(heard).toEqual([])
    await lose(a, b)
    expect(heard).toEqual(['b opened'])
    expect(b.recorder.types('turnkeeper/inputOpened')).toHaveLength(1)
    expect(b.recorder.types('turnkeeper/inputClosed')).toEqual([])
  })

  tabTest('likewise where its asker turned out to be the turn meanwhile', async (tabs) => {
    const { a, b, heard } = await two(tabs)
    a.hang()
    await b.dispatch(
      signals.inputRequested({ ...c1, runId: 'r2', requestId: 'q1' }),
      signals.turnProgressed({ ...c1, turnId: 't1', runId: 'r2', kind: 'output' }),
    )
    await lose(a, b)
    expect(heard).toEqual(['b opened'])
  })

  tabTest('that closes is told by the leading tab alone', async (tabs) => {
    const { b, heard } = await two(tabs)
    await b.dispatch(ask)
    await settle()
    await b.dispatch(resolve)
    await settle()
    expect(heard).toEqual(['a opened', 'a closed'])
  })
})

describe('an end', () => {
  tabTest('that the leading tab could not tell is told by the next, once', async (tabs) => {
    const { a, b } = await two(tabs)
    a.hang()
    await b.dispatch(rescue)
    expect(b.told).toEqual([])
    await lose(a, b)
    expect(outcomes(b)).toEqual([['t1', 0]])
  })

  tabTest('that was taken back meanwhile is not told', async (tabs) => {
    const { a, b } = await two(tabs)
    a.hang()
    await b.dispatch(rescue, output)
    expect(b.live()?.revocations).toBe(1)
    await lose(a, b)
    expect(b.told).toEqual([])
  })

  tabTest(
    'of a turn that came back is told, where the leading tab has only told the one before',
    async (tabs) => {
      const { a, b } = await two(tabs)
      // What `a` says is on its way while `b` hears how it went on.
      a.store.dispatch(rescue)
      b.store.dispatch(rescue)
      b.store.dispatch(output)
      b.store.dispatch(rescue)
      a.hang()
      await settle()
      expect([outcomes(a), outcomes(b)]).toEqual([[['t1', 0]], []])
      await lose(a, b)
      expect(outcomes(b)).toEqual([['t1', 1]])
    },
  )

  tabTest('is told by the next, also of a turn that came back after many others had', async (tabs) => {
    const [a, b] = [await tabs.open('a', { historySize: 2 }), await tabs.open('b', { historySize: 2 })]
    const end = (n: number) => b.dispatch(endTurn({ turnId: `t${n}`, reason: 'rescued' }))
    for (const n of [1, 2, 3, 4, 5]) await b.submit(`t${n}`, `c${n}`)
    await settle()
    for (const n of [1, 2, 3, 4]) {
      await end(n)
      await settle()
      if (n > 1) await b.progress(`t${n}`, `c${n}`)
    }
    expect(outcomes(a).map(([turnId]) => turnId)).toEqual(['t1', 't2', 't3', 't4'])
    a.hang()
    await b.progress('t1', 'c1')
    await end(1)
    await end(5)
    await lose(a, b)
    expect(outcomes(b)).toEqual([
      ['t1', 1],
      ['t5', 0],
    ])
  })
})
