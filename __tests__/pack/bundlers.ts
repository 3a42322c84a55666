/** Bundles for a page by webpack and esbuild, each run with the globals of a page and no `process`. */
import { build } from 'esbuild'
import { copyFileSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { check } from './checks'
import type { Packed } from './packed'
import { runBundle } from './runtime'
import { tools } from './tools'

const PAGE = {
  AbortController,
  document: { hidden: false, addEventListener: () => undefined, removeEventListener: () => undefined },
}
const asWindow = 'globalThis.window = globalThis'

export function copyLife(app: string): void {
  for (const name of ['life.mjs', 'bundled.mjs'])
    copyFileSync(join(import.meta.dirname, 'apps/life', name), join(app, name))
}

type Webpack = (
  options: object,
  done: (error: Error | null, stats?: { hasErrors(): boolean; toString(options: object): string }) => void,
) => void

function bundleWithWebpack(app: string): Promise<string> {
  const webpack = createRequire(join(tools(), 'webpack/package.json'))('webpack') as Webpack
  const output = { path: join(app, 'webpack'), filename: 'bundle.js' }
  const options = { context: app, entry: './bundled.mjs', mode: 'production', output, performance: false }
  return new Promise((resolve, reject) =>
    webpack(options, (error, stats) => {
      if (error) reject(error)
      else if (!stats || stats.hasErrors())
        reject(new Error(stats?.toString({ all: false, errors: true }) ?? 'webpack says nothing.'))
      else resolve(readFileSync(join(output.path, output.filename), 'utf8'))
    }),
  )
}

async function bundleWithEsbuild(app: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(app, 'bundled.mjs')],
    bundle: true,
    write: false,
    minify: true,
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  })
  return outputFiles[0]!.text
}

export async function bundlers({ app }: Packed): Promise<void> {
  copyLife(app)
  await check('webpack', async () => runBundle(await bundleWithWebpack(app), PAGE, asWindow))
  await check('esbuild', async () => runBundle(await bundleWithEsbuild(app), PAGE, asWindow))
}
