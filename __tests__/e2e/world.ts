/** What one test lives in: a server of its own, a browser context of its own, and a watch over both. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core'
import type { Files } from '../../examples/chat/server/files'
import { createChatServer } from '../../examples/chat/server/http'
import { installRecorder } from './recorder'
import { createSkippingClock } from './time'
import type { SkippingClock } from './time'

export interface WorldOptions {
  /** The page's and the server's time are moved on together by the test. Else time is real. */
  readonly skipsTime?: boolean
  /** How many of the server's milliseconds pass in one of real time. Below 1 a turn outlasts a slow browser. */
  readonly serverPace?: number
  /** The test breaks the network, or has the server refuse: the browser may complain of that. */
  readonly breaks?: boolean
  readonly devtools?: boolean
  readonly context?: BrowserContextOptions
}

export interface World {
  readonly page: Page
  readonly context: BrowserContext
  readonly server: ReturnType<typeof createChatServer>
  readonly serverTime: SkippingClock
  readonly address: string
  readonly skipsTime: boolean
  readonly devtools: boolean
  /** Requests that have left the page, as "POST /run", oldest first. */
  readonly requests: readonly string[]
  /** What the page complained of. */
  readonly complaints: readonly string[]
  /** One more tab of the same browser. */
  openTab(): Promise<World>
  /** Keeps requests to this path from leaving until they are released. */
  holdBack(path: RegExp): Promise<{ count(): number; release(): void }>
  /**
   * Leaves the app while the browser is offline. Chromium ends its emulation in a page that goes away: this page hears that
   * it is online again. What it would send then does not leave.
   */
  leaveOffline(): Promise<void>
  /** Lets time pass for the page and the server, and what it caused arrive. */
  pass(ms: number): Promise<void>
  close(): Promise<void>
}

/** How long what is under way may take to arrive, real ms. A request that is never answered must not hold the test. */
const ARRIVES = 400

/** What the browser itself says of requests that fail. */
const NETWORK_TALK = /^Failed to load resource: |^net::ERR_/

export async function createWorld(browser: Browser, files: Files, options: WorldOptions): Promise<World> {
  const { skipsTime = false, serverPace, breaks = false, devtools = false } = options
  const serverTime = createSkippingClock(serverPace)
  const server = createChatServer({ clock: serverTime, files })
  const address = await server.listen(0)
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options.context })
  const complaints: string[] = []

  async function openTab(): Promise<World> {
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)

    const requests: string[] = []
    const underWay = new Set<Request>()
    const done = (request: Request) => underWay.delete(request)
    page.on('request', (request) => {
      const { pathname } = new URL(request.url())
      requests.push(`${request.method()} ${pathname}`)
      if (pathname !== '/events') underWay.add(request)
    })
    page.on('requestfinished', done)
    page.on('requestfailed', done)
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => {
      if (message.type() !== 'error') return
      if (!breaks || !NETWORK_TALK.test(message.text())) complaints.push(message.text())
    })

    // The functions that run in the page are compiled with a helper that names them.
    await page.addInitScript('globalThis.__name = (named) => named')
    await page.addInitScript(installRecorder)
    if (devtools) await page.addInitScript(() => localStorage.setItem('chat:devtools', 'on'))
    if (skipsTime) await page.clock.install()

    const arrive = async (): Promise<void> => {
      const until = Date.now() + ARRIVES
      do await pause(2)
      while (underWay.size > 0 && Date.now() < until)
    }

    return {
      page,
      context,
      server,
      serverTime,
      address,
      skipsTime,
      devtools,
      requests,
      complaints,
      openTab,
      async holdBack(path) {
        let count = 0
        let release = (): void => undefined
        const released = new Promise<void>((resolve) => (release = resolve))
        await page.route(path, async (route) => {
          count++
          await released
          // The page may have given up by now.
          await route.continue().catch(() => undefined)
        })
        return { count: () => count, release }
      },
      async leaveOffline() {
        await page.evaluate(() => {
          window.fetch = () => new Promise(() => undefined)
        })
        await page.goto('about:blank')
      },
      async pass(ms) {
        serverTime.skip(ms)
        await arrive()
        await page.clock.runFor(ms)
        await arrive()
      },
      async close() {
        await context.close()
        await server.close()
      },
    }
  }
  return openTab()
}
