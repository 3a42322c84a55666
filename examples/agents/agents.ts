/**
 * `npm run agents -- codex` (or `opencode`): starts the real server against a model of the example's own, and serves a page on it.
 * In a prompt `say:slow`, `say:tool`, `say:err500`, `say:hang` and so on choose what the model does: see `model.ts`.
 */
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import { openSite } from './harness/lab'
import { servers } from './servers'

const wanted = process.argv[2] ?? 'codex'
const kind = servers.find(({ name }) => name === wanted)
if (!kind) {
  console.error(`There is no server "${wanted}". Known are: ${servers.map(({ name }) => name).join(', ')}.`)
  process.exit(1)
}
const site = await openSite(kind)
const source = fileURLToPath(new URL('../../src', import.meta.url))
const page = await createServer({
  root: fileURLToPath(new URL('page', import.meta.url)),
  configFile: false,
  logLevel: 'error',
  resolve: {
    alias: [
      { find: /^redux-turnkeeper$/, replacement: `${source}/index.ts` },
      { find: /^redux-turnkeeper\/connections\/(.+)$/, replacement: `${source}/connections/$1.ts` },
    ],
  },
  server: {
    host: '127.0.0.1',
    fs: { allow: ['../../..'] },
    proxy: {
      '/agent': {
        target: `http://127.0.0.1:${site.proxy.port}`,
        ws: true,
        rewrite: (path) => path.slice('/agent'.length) || '/',
        configure: (proxy) => {
          // A server on loopback takes no page of another origin.
          proxy.on('proxyReqWs', (request) => request.removeHeader('origin'))
          proxy.on('proxyReq', (request) => request.removeHeader('origin'))
        },
      },
    },
  },
})
await page.listen(Number(process.env['PORT'] ?? 0) || undefined)
console.log(`${kind.version()} is at ${page.resolvedUrls?.local[0]}?server=${wanted} (Ctrl+C ends it)`)

for (const name of ['SIGTERM', 'SIGINT'] as const)
  process.once(name, () => void Promise.all([page.close(), site.close()]).then(() => process.exit(0)))
