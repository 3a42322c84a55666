/** The example apps, installed from the tarball, built as their readers would, and used in Chromium. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launch } from '../e2e/browser'
import { check } from './checks'
import { root, run } from './packed'
import type { Packed } from './packed'

const INSTALL = ['install', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error']

/** A copy of an example with its dependencies, the package from the tarball. */
export function installExample({ tarball }: Packed, name: string, commands: readonly string[] = []): string {
  const app = join(dirname(tarball), `example-${name}`)
  cpSync(join(root, 'examples', name), app, {
    recursive: true,
    filter: (path) => !/node_modules|\.next/.test(path),
  })
  const path = join(app, 'package.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { dependencies: Record<string, string> }
  manifest.dependencies['redux-turnkeeper'] = `file:${tarball}`
  writeFileSync(path, JSON.stringify(manifest))
  run('npm', [...INSTALL, ...commands], app)
  return app
}

export interface Served {
  readonly address: string
  /** What it has printed. */
  printed(): string
  stop(): void
}

/** Starts a server, and waits until it prints its address. */
export function serve(cwd: string, command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Served> {
  const child: ChildProcess = spawn(process.execPath, command, { cwd, env: { ...process.env, ...env } })
  let printed = ''
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      printed += chunk.toString()
      const [address] = /http:\/\/(localhost|127\.0\.0\.1):\d+/.exec(printed) ?? []
      if (address) resolve({ address, printed: () => printed, stop: () => void child.kill() })
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.on('exit', (code) => reject(new Error(`The server ended with ${code}: ${printed}`)))
  })
}

/** Opens a page, does the work, and expects that nothing was complained of. */
export async function withPage(
  browser: Browser,
  address: string,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  try {
    // The page's time is moved on by the test.
    await page.clock.install()
    await page.goto(address)
    await work(page)
    if (complaints.length > 0) throw new Error(complaints.join('\n'))
  } finally {
    await page.close()
  }
}

/** Waits, while the page's time passes, until its status is this. */
export async function until(page: Page, status: RegExp | string, within = 60_000): Promise<void> {
  const found = page.getByRole('status').filter({ hasText: status })
  for (let passed = 0; passed < within; passed += 250) {
    if ((await found.count()) > 0) return
    await page.clock.runFor(250)
    await page.evaluate(() => fetch('/').then(() => undefined))
  }
  throw new Error(`The status is "${await page.getByRole('status').textContent()}", not ${String(status)}.`)
}

/** A turn that ends as it should, and one whose end is never sent. */
export async function chat(page: Page): Promise<void> {
  const prompt = page.getByRole('textbox', { name: 'Prompt' })
  const send = page.getByRole('button', { name: 'Send' })
  await prompt.fill('hello')
  await send.click()
  await until(page, /submitted|thinking|streaming/)
  await until(page, /^idle/)
  await prompt.fill('this one is lost')
  await send.click()
  await until(page, /submitted|thinking|streaming/)
  await until(page, /^idle/)
}

async function withServer(server: Promise<Served>, work: (served: Served) => Promise<void>): Promise<void> {
  const served = await server
  try {
    await work(served)
  } finally {
    served.stop()
  }
}

export async function examples(packed: Packed): Promise<void> {
  const browser = await launch()
  await check('examples/minimal: types, build, a turn, and a turn whose end is lost', async () => {
    const app = installExample(packed, 'minimal')
    run('npx', ['tsc', '-p', '.'], app)
    run('npx', ['vite', 'build', '--logLevel', 'warn'], app)
    await withServer(serve(app, ['server.mjs', 'dist']), ({ address }) => withPage(browser, address, chat))
  })
  await check('examples/page: no bundler, an import map', async () => {
    const app = packed.createApp('page')
    cpSync(join(root, 'examples/page/index.html'), join(app, 'index.html'))
    const server = join(root, 'examples/minimal/server.mjs')
    await withServer(serve(app, [server, '.']), ({ address }) =>
      withPage(browser, address, async (page) => {
        await page.getByRole('button', { name: 'Send' }).click()
        await until(page, 'idle, last: complete')
      }),
    )
  })
  await browser.close()
}

export async function next(packed: Packed): Promise<void> {
  let app = ''
  await check('examples/next: built', () => {
    app = installExample(packed, 'next')
    run('npx', ['next', 'build'], app)
  })
  await check(
    'examples/next: rendered on the server without a timer, hydrated, and the turn ended',
    async () => {
      const browser = await launch()
      const command = ['node_modules/next/dist/bin/next', 'start', '-p', '0', '-H', '127.0.0.1']
      const env = { NODE_OPTIONS: `--import=${join(import.meta.dirname, 'apps/timers.mjs')}` }
      await withServer(serve(app, command, env), async ({ address, printed }) => {
        const html = await (await fetch(address)).text()
        if (!/<p role="status">thinking, 0 ms<\/p>/.test(html)) throw new Error(`The server rendered ${html}`)
        await withPage(browser, address, (page) => until(page, 'idle, last: complete'))
        const timers = printed().match(/^TIMER .*/gm) ?? []
        if (timers.length > 0) throw new Error(timers.join('\n'))
      }).finally(() => browser.close())
    },
  )
}
