/**
 * Two and five real tabs in Chromium: the leading one is closed, crashes or is frozen at each moment of a send, or all of them
 * sleep.
 */
import assert from 'node:assert/strict'
import { startAgent } from './agent'
import type { Agent } from './agent'
import type { AssistantSeen } from './assistantTab'
import { browser, sleep } from './browser'
import { pageOf } from './bundle'
import { rawContext } from './rawPages'
import type { RawPage } from './rawPages'
import type { Seen } from './store'
import { test, until } from './suite'
import type { EngineTest } from './suite'

type Loss = 'closed' | 'crashed' | 'frozen'
type Moment = 'waiting' | 'being stored' | 'claimed' | 'leaving' | 'arrived' | 'accepted'

let served: Promise<string> | undefined

const see = (page: RawPage): Promise<Seen> => page.evaluate('window.member?.see()')

const seeAssistant = (page: RawPage): Promise<AssistantSeen> => page.evaluate('window.assistant?.see()')

interface Open {
  readonly agent: Agent
  readonly pages: readonly RawPage[]
  openTab(): Promise<RawPage>
}

/** So many tabs of one browser. */
async function withTabs(count: number, body: (open: Open) => Promise<void>): Promise<void> {
  const agent = await startAgent(await (served ??= pageOf('page.ts')))
  const context = await rawContext(await browser())
  const pages: RawPage[] = []
  const openTab = async (): Promise<RawPage> => {
    const page = await context.open(agent.address)
    pages.push(page)
    const role = pages.length === 1 ? 'leading' : 'following'
    await until(`tab ${pages.length} is ${role}`, async () => (await see(page))?.role === role)
    return page
  }
  try {
    for (let i = 0; i < count; i += 1) await openTab()
    await body({ agent, pages, openTab })
  } finally {
    await context.close()
    agent.close()
  }
}

/** The first turn runs, sent by the last tab; the second was typed into the first tab, and waits in all. */
async function oneWaits({ agent, pages }: Open): Promise<void> {
  await pages.at(-1)!.evaluate("window.member.submit(\'t1\')")
  for (const page of pages)
    await until('all know of the first turn', async () => (await see(page)).live === 't1')
  await until('it has arrived', async () => agent.arrived.get('t1') === 1)
  await pages[0]!.evaluate("window.member.submit(\'t2\')")
  for (const page of pages)
    await until('the second waits in all', async () => (await see(page)).queue.join() === 't2')
}

async function lose(page: RawPage, loss: Loss): Promise<void> {
  if (loss === 'closed') await page.close()
  else if (loss === 'crashed') page.crash()
  else await page.setState('frozen')
}

async function settles(agent: Agent, rest: readonly RawPage[]): Promise<number> {
  let seen: readonly Seen[] = []
  await until(
    () => `what is left settles: ${JSON.stringify(seen)}, arrived ${JSON.stringify([...agent.arrived])}`,
    async () => {
      seen = await Promise.all(rest.map(see))
      const times = agent.arrived.get('t2') ?? 0
      return (
        seen.filter(({ role }) => role === 'leading').length === 1 &&
        seen.every(({ queue, isSure }) => queue.length === 0 && isSure) &&
        seen.every(({ live, drafts }) => (times === 1 ? live === 't2' : drafts.join() === 't2'))
      )
    },
  )
  return agent.arrived.get('t2') ?? 0
}

const lost = (count: number, loss: Loss, moment: Moment): EngineTest =>
  test(`Chromium, ${count} tabs: the leading one is ${loss}, the message is ${moment}`, () =>
    withTabs(count, async (open) => {
      const { agent, pages } = open
      const [leader, ...rest] = pages as [RawPage, ...RawPage[]]
      await oneWaits(open)
      if (moment === 'waiting') {
        await lose(leader, loss)
        agent.finish('t1')
      } else if (moment === 'arrived') {
        agent.holdsAnswers = true
        agent.finish('t1')
        await until('it has arrived', async () => agent.arrived.has('t2'))
        await lose(leader, loss)
        agent.holdsAnswers = false
      } else {
        await leader.evaluate(`window.moment = '${moment}'`)
        agent.finish('t1')
        await until(`it is ${moment}`, () => leader.evaluate<boolean>('window.reached'))
        await lose(leader, loss)
      }
      const times = await settles(agent, rest)
      assert.equal(times, moment === 'claimed' || moment === 'leaving' ? 0 : 1, 'how often it arrived')
      if (loss !== 'frozen') return
      await leader.setState('active')
      await leader.evaluate('window.goOn?.()')
      await until('the one that was frozen follows', async () => {
        const { role, queue } = await see(leader)
        return role === 'following' && queue.length === 0
      })
      const late = agent.arrived.get('t2') ?? 0
      assert.ok(late <= 1, 'it arrived once at most')
    }))

/** Longer than a leading tab is waited for, and than a claim that was confirmed is relied on, ms. */
const SLEEP = 8_000

/** The machine sleeps, and the server goes on. Each tab is held up, and none is lost. */
const asleep = (moment: 'waiting' | 'claimed' | 'arrived'): EngineTest =>
  test(`Chromium, 2 tabs: the machine sleeps, the message is ${moment}`, () =>
    withTabs(2, async (open) => {
      const { agent, pages } = open
      const [leader] = pages as [RawPage, RawPage]
      await oneWaits(open)
      if (moment === 'waiting') await sleep(SLEEP, () => agent.finish('t1'))
      else if (moment === 'arrived') {
        agent.holdsAnswers = true
        agent.finish('t1')
        await until('it has arrived', async () => agent.arrived.has('t2'))
        await sleep(SLEEP, () => (agent.holdsAnswers = false))
      } else {
        const isClaimed = () => leader.evaluate<boolean>('window.reached')
        await leader.evaluate("window.moment = 'claimed'")
        agent.finish('t1')
        await until('it is claimed', isClaimed)
        await sleep(SLEEP, () => undefined)
        await leader.evaluate("void (window.reached = false, window.moment = 'claimed', window.goOn())")
        await until('it is claimed again', async () => agent.arrived.has('t2') || (await isClaimed()))
        assert.equal(agent.arrived.get('t2'), undefined, 'a claim from before the sleep is not relied on')
        await leader.evaluate('window.goOn()')
      }
      assert.equal(await settles(agent, pages), 1, 'how often it arrived')
      for (const page of pages) assert.deepEqual((await see(page)).problems, [])
    }))

const MOMENTS: readonly Moment[] = ['waiting', 'being stored', 'claimed', 'leaving', 'arrived', 'accepted']

export const tabTests: readonly EngineTest[] = [
  ...(['closed', 'crashed', 'frozen'] as const).flatMap((loss) =>
    MOMENTS.map((moment) => lost(2, loss, moment)),
  ),
  ...(['closed', 'crashed', 'frozen'] as const).map((loss) => lost(5, loss, 'arrived')),
  ...(['waiting', 'claimed', 'arrived'] as const).map(asleep),
  test('Chromium, five tabs: the checks are those of one, and one tells of the end', () =>
    withTabs(5, async ({ agent, pages }) => {
      await pages.at(-1)!.evaluate("window.member.submit('t1')")
      for (const page of pages) await until('all know of it', async () => (await see(page)).live === 't1')
      const checksOf = (page: RawPage): Promise<number> => page.evaluate('window.checks')
      await until('it was checked for a while', async () => (await checksOf(pages[0]!)) >= 4)
      agent.finish('t1')
      for (const page of pages) await until('it is over in all', async () => (await see(page)).live === null)
      const [ofLeader, ...ofOthers] = await Promise.all(pages.map(checksOf))
      assert.deepEqual([ofOthers, agent.checks()], [[0, 0, 0, 0], ofLeader])
      const told = (await Promise.all(pages.map(see))).map((seen) => seen.told.length)
      assert.deepEqual(told, [1, 0, 0, 0, 0])
    })),
  ...(['closed', 'crashed', 'frozen'] as const).map((loss) =>
    test(`Chromium, five tabs: one checks the assistant for all, and where it is ${loss} the next`, () =>
      withTabs(5, async ({ pages }) => {
        const [leader, ...rest] = pages as [RawPage, ...RawPage[]]
        for (const page of pages) {
          await page.evaluate('void (window.assistant = window.openAssistant())')
          const role = page === leader ? 'leading' : 'following'
          await until(`it is ${role}`, async () => (await seeAssistant(page))?.role === role)
        }
        await until('it was checked for a while', async () => (await seeAssistant(leader)).checks >= 5)
        const others = await Promise.all(rest.map(seeAssistant))
        assert.deepEqual(
          others.map(({ checks, kind }) => [checks, kind]),
          rest.map(() => [0, 'initializing']),
        )
        assert.equal(await rest[2]!.evaluate('window.assistant.check()'), 'initializing')
        const asked = await Promise.all(rest.map(seeAssistant))
        assert.deepEqual(
          asked.map(({ checks }) => checks),
          [0, 0, 1, 0],
        )
        await lose(leader, loss)
        await until('one of the others goes on', async () => {
          const seen = await Promise.all(rest.map(seeAssistant))
          return seen.filter(({ checks }) => checks >= 5).length === 1
        })
        for (const page of rest) await page.evaluate("window.assistant.says('active')")
        await until('it is up in all', async () =>
          (await Promise.all(rest.map(seeAssistant))).every(({ kind }) => kind === 'active'),
        )
        const seen = await Promise.all(rest.map(seeAssistant))
        assert.equal(seen.filter(({ checks }) => checks > 1).length, 1, 'one of them has checked')
      })),
  ),
  test('Chromium: where all tabs have crashed, the next one sends what waited, once', () =>
    withTabs(1, async (open) => {
      const { agent, pages, openTab } = open
      await pages[0]!.evaluate("window.member.submit(\'t1\')")
      await until('the first runs', async () => (await see(pages[0]!)).isSure)
      await pages[0]!.evaluate("window.member.submit(\'t2\')")
      await until('it is stored', async () =>
        (await pages[0]!.evaluate<string>('window.stored()')).includes('t2'),
      )
      await lose(pages[0]!, 'crashed')
      agent.finish('t1')
      ;(pages as RawPage[]).length = 0
      const page = await openTab()
      await until('the second runs', async () => (await see(page)).live === 't2' && (await see(page)).isSure)
      assert.equal(agent.arrived.get('t2'), 1)
    })),
]
