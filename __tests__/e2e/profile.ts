/**
 * What the package costs on the main thread: `tsx __tests__/e2e/profile.ts`. Four conversations stream at 200 signals a
 * second each for twenty seconds. Printed are the long tasks, and whose the script time was. Informational, not a test.
 */
import { setInterval as ticks } from 'node:timers/promises'
import { availableParallelism, loadavg } from 'node:os'
import { launch } from './browser'
import { buildApp } from './build'
import { ARCHIVE, Chat, LISBON, MONDAYS, NOTES, idOf } from './chat'
import { OURS, readProfile } from './owners'
import { createWorld } from './world'
import type { World } from './world'

const RATE = 200
const SECONDS = 20
/** The script's own pace over a whole turn, with its thinking, words a second. */
const SPOKEN = 11.4
const TICK = 20
const TITLES = [LISBON, MONDAYS, NOTES, ARCHIVE]
const wordsIn = ({ server }: World): number =>
  TITLES.flatMap((title) => server.agent.transcript(idOf(title)).messages)
    .filter(({ role }) => role === 'assistant')
    .reduce((sum, { text }) => sum + text.split(' ').length, 0)

/** Has the server's time go so fast that each conversation is told `RATE` words a second. */
async function flood({ serverTime, server: { agent } }: World): Promise<void> {
  let turns = 0
  const until = Date.now() + SECONDS * 1_000
  let at = Date.now()
  for await (const _ of ticks(TICK)) {
    const now = Date.now()
    serverTime.skip((now - at) * (RATE / SPOKEN - 1))
    at = now
    // A conversation that is done carries on, as if from elsewhere, so that there is always one to stream.
    for (const id of TITLES.map(idOf)) {
      const prompt = 'a long one'
      const runId = `more-${++turns}`
      const messages = [{ id: runId, role: 'user' as const, content: prompt }]
      if (agent.status([id])[id]?.status === 'idle')
        agent.run({ threadId: id, runId, messages, tools: [], context: [] }, prompt)
    }
    if (now >= until) return
  }
}

const watchLongTasks = (): void => {
  const lengths: number[] = []
  new PerformanceObserver((list) =>
    lengths.push(...list.getEntries().map(({ duration }) => duration)),
  ).observe({
    type: 'longtask',
  })
  Object.assign(window, { lengths })
}

const files = await buildApp({ sourcemap: true })
const browser = await launch()
const world = await createWorld(browser, files, {})
try {
  const chat = new Chat(world)
  await chat.open()
  for (const title of TITLES) {
    await chat.switchTo(title)
    await chat.send('a long one')
  }
  await chat.saysOfTheTurn('Answering…')

  const cdp = await world.context.newCDPSession(world.page)
  await cdp.send('Profiler.enable')
  await cdp.send('Profiler.setSamplingInterval', { interval: 500 })
  await world.page.evaluate(watchLongTasks)
  const requests = world.requests.length
  const before = wordsIn(world)
  await cdp.send('Profiler.start')
  await flood(world)
  const { profile } = await cdp.send('Profiler.stop')
  const lengths = await world.page.evaluate(() => (window as unknown as { lengths: number[] }).lengths)

  const { total, byOwner, ours, stretches } = readProfile(profile, files)
  const percent = (ms: number): string => `${((ms / total) * 100).toFixed(2)} %`
  const load = loadavg().map((avg) => avg.toFixed(1))
  console.log(`${availableParallelism()} processors, load ${load.join(' ')}: times are of the wall`)
  console.log(
    `${Math.round((wordsIn(world) - before) / SECONDS / TITLES.length)} words a second, ${TITLES.length} conversations`,
  )
  console.log(
    `${lengths.length} long tasks of more than 50 ms${lengths.length ? `: ${lengths.join(', ')} ms` : ''}`,
  )
  console.log(`${Math.max(0, ...stretches).toFixed(1)} ms: the longest that ${OURS} was busy without a pause`)
  for (const [owner, ms] of byOwner) console.log(`${percent(ms).padStart(8)} of the main thread: ${owner}`)
  for (const [place, ms] of ours.slice(0, 12)) console.log(`${ms.toFixed(1).padStart(8)} ms: ${place}`)
  const asked = world.requests.slice(requests)
  for (const kind of new Set(asked))
    console.log(`${String(asked.filter((request) => request === kind).length).padStart(8)} × ${kind}`)
} finally {
  await world.close()
  await browser.close()
}
