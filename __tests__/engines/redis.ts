/** A redis-server of the test's own: on this machine alone, with a port and a folder of its own. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

export interface RedisServer {
  readonly port: number
  connect(): Redis
  close(): void
}

/** @throws Error where there is no redis-server: `apt-get install redis-server`. */
export async function startRedis(): Promise<RedisServer> {
  execFileSync('redis-server', ['--version'])
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'turnkeeper-redis-'))
  const settings = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ]
  const server = spawn('redis-server', settings, { stdio: 'ignore' })
  const clients = new Set<Redis>()
  const connect = (): Redis => {
    const client = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 50, maxRetriesPerRequest: null })
    client.on('error', () => undefined)
    clients.add(client)
    return client
  }
  await connect().ping()
  return {
    port,
    connect,
    close() {
      for (const client of clients) client.disconnect()
      server.kill('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
