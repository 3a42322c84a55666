/**
 * Records the README's picture: `npm run picture`. The usual code and the keeper follow the same turn of the example's agent, whose
 * end is never sent; three moments are put on one page, and that is photographed.
 */
import { join, resolve } from 'node:path'
import { launch } from './browser'
import { buildApp } from './build'
import { createWorld } from './world'

const root = resolve(import.meta.dirname, '../..')
const target = join(root, 'examples/guide/lost-end.png')
const SIZE = { width: 760, height: 256 }
const MOMENTS = [
  { at: 5_000, caption: 'The agent answers.' },
  { at: 11_000, caption: 'It has finished. The event that says so was lost.' },
  { at: 40_000, caption: 'The keeper has asked the server. The flag waits until the page is reloaded.' },
]

const files = await buildApp({ rollupOptions: { input: join(root, 'examples/chat/compare.html') } })
const browser = await launch()
try {
  const context = { viewport: SIZE, deviceScaleFactor: 1.5, colorScheme: 'light' as const }
  const world = await createWorld(browser, files, { skipsTime: true, context })
  const { page, server, pass } = world
  server.faults.arm('lose_end', true)
  await page.goto(`${world.address}/compare.html`)
  await page.getByRole('heading', { name: 'redux-turnkeeper' }).waitFor()
  for (let ms = 0; ms < 2_000; ms += 250) await pass(250)
  await page.evaluate(() => (window as unknown as { send(): void }).send())

  const shots: string[] = []
  let passed = 0
  for (const { at, caption } of MOMENTS) {
    for (; passed < at; passed += 250) await pass(250)
    const shot = await page.screenshot({ animations: 'disabled' })
    console.log(`${at / 1_000} s: ${(await page.locator('.state').allTextContents()).join(' | ')}`)
    const src = `data:image/png;base64,${shot.toString('base64')}`
    shots.push(
      `<figure><figcaption><b>${at / 1_000} s</b> ${caption}</figcaption><img src="${src}" width="${SIZE.width}"></figure>`,
    )
  }
  const sheet = await browser.newPage({
    viewport: { width: SIZE.width + 24, height: 100 },
    deviceScaleFactor: 1.5,
  })
  await sheet.setContent(`<style>
    body { margin: 0; padding: 4px 12px 8px; background: #f5f4f0; font: 15px system-ui, 'DejaVu Sans', sans-serif; color: #22211e }
    figure { margin: 6px 0 0 } figcaption { padding: 4px 14px 0 } img { display: block }
  </style>${shots.join('')}`)
  await sheet.screenshot({ path: target, fullPage: true })
  await world.close()
} finally {
  await browser.close()
}
console.log(target)
