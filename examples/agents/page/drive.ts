/** Uses the chat app on an agent server as a person would, in Chromium: an answer, a question, a reload, a stop. */
import { fileURLToPath } from 'node:url'
import { launch } from '../../../__tests__/e2e/browser'
import type { Site } from '../harness/lab'
import { serveChat } from './site'

const LIMIT = 45_000

/** @throws Where something that must show does not, or the page has thrown. */
export async function driveChat(site: Site): Promise<void> {
  site.proxy.pass()
  const { server, url } = await serveChat(site, {})
  const browser = await launch()
  const errors: unknown[] = []
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(LIMIT)
    page.on('pageerror', (error) => errors.push(error))
    const say = async (text: string) => {
      await page.fill('#composer', text)
      await page.press('#composer', 'Enter')
    }
    const shows = (selector: string) => page.waitForSelector(selector)
    const isOver = () => page.waitForSelector('.turn', { state: 'detached' })

    await page.goto(url)
    await say('Hello say:medium')
    await shows('.turn[data-phase="streaming"]')
    await isOver()
    await shows('.bubble[data-role="assistant"]:has-text("w39")')

    await say('A tool say:tool')
    await shows('.question')
    await page.screenshot({ path: fileURLToPath(new URL(`../dist/${site.kind.name}.png`, import.meta.url)) })
    const field = page.locator('.question input')
    if ((await field.count()) > 0) await field.fill('It printed: done')
    await page.locator('.question button').first().click()
    await page.waitForSelector('.question', { state: 'detached' })
    await isOver()

    await say('Stop me say:slow')
    await shows('.turn[data-phase="streaming"]')
    await page.reload()
    await shows('.turn .stop:enabled')
    await page.click('.turn .stop')
    await isOver()
    if (errors.length > 0) throw errors[0]
  } finally {
    await browser.close()
    await server.close()
  }
}
