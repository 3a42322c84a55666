/** Serves the chat app on an agent server: its own routes, what can be made to go wrong, and the way to the agent. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { createServer } from 'vite'
import type { Plugin, ViteDevServer } from 'vite'
import type { Site } from '../harness/lab'
import { createFaults } from './faults'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const src = here('../../../src')
const chat = here('../../chat')

/** The app's modules that are replaced by those of this folder. */
const REPLACED: readonly string[] = ['backend', 'stream']

const replaceModules: Plugin = {
  name: 'agents-modules',
  enforce: 'pre',
  resolveId(source, importer) {
    if (!importer || !source.startsWith('.')) return null
    const path = resolve(dirname(importer.split('?')[0]!), source)
    const name = REPLACED.find((module) => path === `${chat}/web/${module}`)
    return name ? here(`${name}.ts`) : null
  },
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const piece of request) text += String(piece)
  return JSON.parse(text) as Record<string, unknown>
}

/** The routes of the chat app's own server that it needs here too. */
function createRoutes(site: Site): Plugin {
  const faults = createFaults(site)
  const threads: { id: string; title: string }[] = []
  const transcripts = new Map<string, unknown>()
  type Route = (request: IncomingMessage, url: URL) => unknown
  const routes: Readonly<Record<string, Route>> = {
    'GET /assistant': () => ({ id: 'assistant', status: 'active' }),
    'POST /assistant/hatch': () => ({ id: 'assistant', status: 'active' }),
    'GET /threads': () => threads,
    async 'POST /threads'(request) {
      const { id } = await readJson(request)
      threads.push({ id: String(id), title: 'New conversation' })
      return {}
    },
    'GET /transcript'(_request, url) {
      const id = url.searchParams.get('id') ?? ''
      const kept = transcripts.get(id)
      transcripts.delete(id)
      return kept
    },
    async 'POST /transcript'(request, url) {
      const id = url.searchParams.get('id') ?? ''
      const kept = await readJson(request)
      transcripts.set(id, kept)
      const thread = threads.find((other) => other.id === id)
      if (thread && typeof kept['title'] === 'string') thread.title = kept['title']
      return {}
    },
    'GET /faults': () => faults.list,
    async 'POST /faults'(request) {
      faults.act(String((await readJson(request))['id']))
      return faults.list
    },
  }
  const answer = async (request: IncomingMessage, response: ServerResponse, next: () => void) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const route = routes[`${request.method} ${url.pathname}`]
    if (!route) return next()
    const body = await route(request, url)
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? null))
  }
  return {
    name: 'agents-routes',
    configureServer: ({ middlewares }) =>
      void middlewares.use((request, response, next) => {
        answer(request, response, next).catch(() => response.destroy())
      }),
  }
}

/** @param open Whether the page is opened in a browser. */
export async function serveChat(
  site: Site,
  { port = 0, open = false }: { readonly port?: number | undefined; readonly open?: boolean },
): Promise<{ readonly server: ViteDevServer; readonly url: string }> {
  const server = await createServer({
    root: chat,
    configFile: false,
    logLevel: 'error',
    cacheDir: here('../node_modules/.vite'),
    plugins: [replaceModules, createRoutes(site), react()],
    define: { AGENT_SERVER: JSON.stringify(site.kind.name) },
    resolve: {
      alias: [
        { find: /^redux-turnkeeper$/, replacement: `${src}/index.ts` },
        { find: /^redux-turnkeeper\/(assistant|tabs)$/, replacement: `${src}/features/$1.ts` },
        { find: /^redux-turnkeeper\/([^/]+)$/, replacement: `${src}/$1/index.ts` },
        { find: /^redux-turnkeeper\/(adapters|connections)\/(.+)$/, replacement: `${src}/$1/$2.ts` },
      ],
    },
    server: {
      host: '127.0.0.1',
      port,
      open,
      fs: { allow: [here('../../..')] },
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
  await server.listen()
  return { server, url: server.resolvedUrls?.local[0] ?? '' }
}
