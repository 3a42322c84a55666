/**
 * `npm run agents -- codex | opencode | agui | aisdk`: starts the real server, and opens the chat app on it. The model is one of
 * the example's own, in which `say:slow`, `say:tool`, `say:err500`, `say:hang` and so on choose what it does (see `model.ts`), or
 * that of a provider whose usual key is in the environment: see `harness/provider.ts`.
 */
import { openSite } from './harness/lab'
import { realProvider } from './harness/provider'
import { serveChat } from './page/site'
import { servers } from './servers'

const known = servers.filter(({ hasPage }) => hasPage)
const wanted = process.argv[2] ?? 'codex'
const kind = known.find(({ name }) => name === wanted)
if (!kind) {
  console.error(`There is no server "${wanted}". Known are: ${known.map(({ name }) => name).join(', ')}.`)
  process.exit(1)
}
const real = realProvider(process.env, kind.providers)
const site = await openSite(kind, real)
const page = await serveChat(site, {
  port: Number(process.env['PORT'] ?? 0) || undefined,
  open: process.stdout.isTTY && process.env['BROWSER'] !== 'none',
})
const model = real ? `${real.model} of ${real.name}` : 'a model that is none'
console.log(`${kind.version()} with ${model} is at ${page.url} (Ctrl+C ends it)`)

for (const name of ['SIGTERM', 'SIGINT'] as const)
  process.once(name, () => void Promise.all([page.server.close(), site.close()]).then(() => process.exit(0)))
