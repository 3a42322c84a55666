/**
 * A server with the four routes of the README's example, and the built page: `node server.mjs dist`. The end of an answer to a
 * prompt with "lost" in it is never sent, as on a stream that drops at the wrong moment.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'

const [folder = 'dist', port = '0'] = process.argv.slice(2)
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
}
const WORDS = ['You ', 'said: ']

const streams = new Set()
const threads = new Map()
const threadOf = (id) => threads.get(id) ?? threads.set(id, { running: null, last: null }).get(id)
const tell = (event) => streams.forEach((stream) => stream.write(`data: ${JSON.stringify(event)}\n\n`))

function answer(thread, run, prompt) {
  const state = threadOf(thread)
  state.running = run
  tell({ type: 'start', thread, run })
  const words = [...WORDS, prompt]
  const say = () => {
    if (state.running !== run) return
    const text = words.shift()
    if (text !== undefined) {
      tell({ type: 'text', thread, run, text })
      return void setTimeout(say, 150)
    }
    Object.assign(state, { running: null, last: { run, failed: false } })
    if (!prompt.includes('lost')) tell({ type: 'end', thread, run })
  }
  setTimeout(say, 150)
}

const routes = {
  '/runs'({ key, text }, thread) {
    if (threadOf(thread).running) return [409, {}]
    const runId = `run-${key}`
    setTimeout(() => answer(thread, runId, text), 50)
    return [202, { runId }]
  },
  '/stop'({ runId }, thread) {
    const state = threadOf(thread)
    if (state.running !== runId) return [404, {}]
    Object.assign(state, { running: null, last: { run: runId, failed: false } })
    tell({ type: 'end', thread, run: runId })
    return [200, {}]
  },
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  const reply = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (pathname === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).write('\n')
    streams.add(response)
    return void request.on('close', () => streams.delete(response))
  }
  if (pathname === '/status') {
    const ids = searchParams.get('ids').split(',')
    return void reply(200, Object.fromEntries(ids.map((id) => [id, threadOf(id)])))
  }
  const [, thread, action] = /^\/threads\/([^/]+)(\/runs|\/stop)$/.exec(pathname) ?? []
  if (thread) {
    let body = ''
    for await (const chunk of request) body += chunk
    return void reply(...routes[action](JSON.parse(body), thread))
  }
  try {
    const file = join(folder, normalize(pathname === '/' ? '/index.html' : pathname))
    const body = readFileSync(file)
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(body)
  } catch {
    response.writeHead(404).end()
  }
})
server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
