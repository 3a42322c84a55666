/** What happens to the pages and their clocks: time, sleep, reloads, tabs that go, and the DevTools. */
import { signals } from 'redux-turnkeeper'
import type { Submitted } from 'redux-turnkeeper'
import type { Reload } from './client'
import { pageOf, pick } from './world'
import type { Take } from './world'

const RELOADS: readonly Reload[] = ['whole', 'kept', 'redux-persist']

const emitting =
  (event: 'hidden' | 'visible'): Take =>
  (world, a) => {
    pageOf(world, a)?.environment.emit(event)
    return world.client.clock.advanceAsync(0)
  }

export const PAGE_STEPS: Readonly<Record<string, Take>> = {
  'time passes': ({ client }, a) =>
    client.clock.advanceAsync([50, 1_000, 6_000, 21_000, 61_000][a % 5]!, 1_000),
  sleep: ({ client }, a) => {
    for (const page of client.pages) page.unlock()
    client.clock.jump(60_000 * (1 + (a % 10)))
    return client.clock.advanceAsync(0)
  },
  'clock set': ({ client }, a) => client.setClock(a % 2 === 0 ? -120_000 : 30_000),
  'page hidden': emitting('hidden'),
  'page visible': emitting('visible'),
  reload: async (world, a) => {
    const page = pageOf(world, a)
    if (page) await world.client.reload(page, RELOADS[a % 3]!)
  },
  /** The keeper is disposed of, and the app goes on for a while; then the page is loaded anew. */
  'disposed of': async (world, a) => {
    const { client, keys, server } = world
    const page = pageOf(world, a)
    if (!page) return
    page.goLive()
    page.keeper.dispose()
    await client.clock.advanceAsync(0)
    const asked = client.requests.length
    if (client.requests.some((request) => request.isOpen && request.page === page.name))
      client.broken.push('a disposed keeper leaves a request')
    const conversationId = pick(keys, a)!
    const { taken } = page.dispatch(page.keeper.submitTurn({ conversationId, input: 'late' })) as Submitted
    if (taken) client.broken.push('a disposed keeper takes a prompt')
    await client.dispatch(page, signals.streamOpened({ boot: server.boot }))
    await client.clock.advanceAsync(30_000, 10_000)
    if (client.requests.slice(asked).some((request) => request.page === page.name))
      client.broken.push('a disposed keeper makes a request')
    await client.reload(page, RELOADS[a % 3]!)
  },
}

const MOST_TABS = 3

export const TAB_STEPS: Readonly<Record<string, Take>> = {
  'tab opens': ({ client }) => (client.pages.length < MOST_TABS ? client.openTab() : undefined),
  'tab closes': async (world, a) => {
    const page = pageOf(world, a)
    if (page && world.client.pages.length > 1) await world.client.close(page, 'dispose')
  },
  'tab crashes': async ({ client }, a) => {
    const page = pick(client.pages, a)
    // One that has not heard who signed out cannot forget them.
    if (page && client.pages.length > 1 && page.missed.length === 0) await client.close(page, 'crash')
  },
  'tab hangs': (world, a) => {
    const page = pageOf(world, a)
    if (page) world.client.hang(page)
  },
  'tab goes on': async ({ client }, a) => {
    const page = pick(
      client.pages.filter(({ isHung }) => isHung),
      a,
    )
    if (page) await client.goOn(page)
  },
}

export const DEVTOOLS_STEPS: Readonly<Record<string, Take>> = {
  'DevTools: look back': (world, a, b) => {
    pageOf(world, a)?.lookBack(1 + a + b)
    return world.client.clock.advanceAsync(0)
  },
  /** Not after the clock was set, which may not have been noticed yet. */
  'DevTools: lock': (world, a) => (world.client.wasClockSet ? undefined : pageOf(world, a)?.lock()),
  'DevTools: go live': (world, a) => {
    pageOf(world, a)?.goLive()
    return world.client.clock.advanceAsync(0)
  },
}
