/**
 * A new user's way, with nothing but the README: a fresh Vite app, the install line, and the files of the complete example as they
 * stand there. Built with the types of Vite's own template, and used in Chromium beside a small server.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { launch } from '../e2e/browser'
import { check } from './checks'
import { chat, serve, withPage } from './examples'
import { root, run } from './packed'
import type { Packed } from './packed'
import { tools } from './tools'

const readme = readFileSync(join(root, 'README.md'), 'utf8')

/** The blocks of code that begin with the name of their file. */
const files = [...readme.matchAll(/^```tsx?\n\/\/ ([\w-]+\.tsx?)\n([^]*?)^```$/gm)].map(
  ([, name = '', code = '']) => ({ name, code }),
)
/** What `npm install` is given, the comment's part too. */
const packages = (/^npm install (redux-turnkeeper .*)$/m.exec(readme)?.[1] ?? '')
  .replace(/#.*:/, '')
  .split(/\s+/)
  .filter(Boolean)

export async function newUser({ tarball }: Packed): Promise<void> {
  const base = dirname(tarball)
  const app = join(base, 'my-app')
  await check('new user: a Vite app from the README’s text', () => {
    if (files.length < 5 || packages.length < 4) throw new Error('The README has no complete example.')
    run(
      process.execPath,
      [join(tools(), 'create-vite/index.js'), 'my-app', '--template', 'react-ts', '--no-interactive'],
      base,
    )
    const wanted = packages.map((name) => (name === 'redux-turnkeeper' ? tarball : name))
    run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...wanted], app)
    for (const { name, code } of files) writeFileSync(join(app, 'src', name), code)
    run('npm', ['run', '--silent', 'build'], app)
  })
  await check('new user: a turn, and a turn whose end is lost', async () => {
    const browser = await launch()
    const server = await serve(app, [join(root, 'examples/minimal/server.mjs'), 'dist'])
    try {
      await withPage(browser, server.address, async (page) => {
        await chat(page)
        await page.getByText('You said: hello').waitFor()
      })
    } finally {
      server.stop()
      await browser.close()
    }
  })
}
