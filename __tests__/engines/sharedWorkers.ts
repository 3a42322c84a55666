/** A shared worker is one of the members, and leads: tabs come and go beside it, in real Chromium. */
import assert from 'node:assert/strict'
import { startAgent } from './agent'
import type { Agent } from './agent'
import { browser } from './browser'
import { pageOf, scriptOf } from './bundle'
import { rawContext } from './rawPages'
import type { RawPage } from './rawPages'
import type { Seen } from './store'
import { test, until } from './suite'
import type { EngineTest } from './suite'

interface Open {
  readonly agent: Agent
  openTab(): Promise<RawPage>
  /** Ends the worker, as where it crashes. */
  endWorker(): Promise<void>
}

let served: Promise<readonly [page: string, worker: string]> | undefined
const files = () =>
  (served ??= Promise.all([pageOf('sharedWorkerPage.ts'), scriptOf('sharedWorker.ts')] as const))

const see = (page: RawPage): Promise<Seen | undefined> => page.evaluate('window.member?.see()')
const ofWorker = (page: RawPage): Promise<Seen | undefined> => page.evaluate('window.ofWorker?.()')
const submit = (page: RawPage, turnId: string): Promise<void> =>
  page.evaluate(`window.member.submit('${turnId}')`)

async function besideWorker(body: (open: Open) => Promise<void>): Promise<void> {
  const agent = await startAgent(...(await files()))
  const context = await rawContext(await browser())
  try {
    await body({
      agent,
      async openTab() {
        const page = await context.open(agent.address)
        await until('the worker leads', async () => (await ofWorker(page))?.role === 'leading')
        await page.evaluate('window.join()')
        await until('the tab follows', async () => (await see(page))?.role === 'following')
        return page
      },
      endWorker: () => context.endWorkers(),
    })
  } finally {
    await context.close()
    agent.close()
  }
}

/** The first turn runs, and the second waits. */
async function oneWaits({ agent }: Open, from: RawPage, tabs: readonly RawPage[]): Promise<void> {
  await submit(from, 't1')
  await until('the first turn runs', async () => agent.arrived.get('t1') === 1)
  for (const tab of tabs) await until('all know of it', async () => (await see(tab))?.live === 't1')
  await submit(from, 't2')
  for (const tab of tabs)
    await until('the second waits in all', async () => (await see(tab))?.queue.join() === 't2')
}

const runs = (tab: RawPage, turnId: string): Promise<void> =>
  until(`${turnId} runs`, async () => {
    const seen = await see(tab)
    return seen?.live === turnId && seen.isSure && seen.queue.length === 0
  })

export const sharedWorkerTests: readonly EngineTest[] = [
  test('Chromium, a shared worker leads: what waits is sent by it, while tabs come and go', () =>
    besideWorker(async (open) => {
      const { agent, openTab } = open
      const [first, second] = [await openTab(), await openTab()]
      await oneWaits(open, first, [first, second])
      await first.close()
      const third = await openTab()
      await until('the tab that comes late knows what goes on', async () => {
        const seen = await see(third)
        return seen?.live === 't1' && seen.queue.join() === 't2'
      })
      agent.finish('t1')
      for (const tab of [second, third]) await runs(tab, 't2')
      assert.equal(agent.arrived.get('t2'), 1, 'how often it arrived')
      const worker = await ofWorker(third)
      assert.deepEqual([worker?.role, worker?.told], ['leading', ['t1']])
      for (const tab of [second, third]) assert.deepEqual((await see(tab))?.told, [])
    })),
  test('Chromium, a shared worker leads: it crashes, and a tab takes its place', () =>
    besideWorker(async (open) => {
      const { agent, openTab, endWorker } = open
      const tabs = [await openTab(), await openTab()]
      await oneWaits(open, tabs[0]!, tabs)
      await endWorker()
      await until('one of the tabs leads', async () => {
        const roles = (await Promise.all(tabs.map(see))).map((seen) => seen?.role)
        return roles.toSorted().join() === 'following,leading'
      })
      agent.finish('t1')
      for (const tab of tabs) await runs(tab, 't2')
      assert.equal(agent.arrived.get('t2'), 1, 'how often it arrived')
    })),
  test('Chromium, a shared worker leads: it ends with the last tab, and what waited is sent by the next', () =>
    besideWorker(async (open) => {
      const { agent, openTab } = open
      const first = await openTab()
      await oneWaits(open, first, [first])
      await until('it is stored', async () =>
        (await first.evaluate<string>('window.stored()')).includes('t2'),
      )
      await first.close()
      agent.finish('t1')
      const next = await openTab()
      await runs(next, 't2')
      assert.equal(agent.arrived.get('t2'), 1, 'how often it arrived')
    })),
]
