/** A TCP proxy in the path of a connection: lets everything pass, drops, refuses or freezes it. */
import { createConnection, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** What a client has said is kept up to this length. */
const KEPT = 20_000

/** `stream`: only connections that carry the event stream. */
export type Scope = 'all' | 'stream'

export interface Proxy {
  readonly port: number
  /** Ends the connections that are open; `of`: only those whose client has said this text. */
  drop(scope?: Scope, of?: string): void
  /** Ends them, and every new one. */
  refuse(scope?: Scope): void
  /** Nothing comes through any more, and nothing says so. New connections fare alike. */
  freeze(scope?: Scope): void
  /** Lets everything pass again. What was frozen stays so. */
  pass(): void
  close(): Promise<void>
}

/**
 * @param target The port of the server.
 * @param isStream Whether a connection carries the event stream, by what the client sends.
 */
export async function startProxy(target: number, isStream: (text: string) => boolean): Promise<Proxy> {
  interface Pair {
    readonly client: Socket
    readonly server: Socket
    /** What the client has said, so far as it is kept. */
    said: string
    isStream: boolean
    isFrozen: boolean
  }
  const pairs = new Set<Pair>()
  let mode: { readonly kind: 'pass' | 'refuse' | 'freeze'; readonly scope: Scope } = {
    kind: 'pass',
    scope: 'all',
  }
  const isMeant = (pair: Pair, scope: Scope) => scope === 'all' || pair.isStream
  const end = (pair: Pair) => {
    pairs.delete(pair)
    pair.client.destroy()
    pair.server.destroy()
  }
  /** What the mode asks for. Returns whether bytes may pass. */
  const judge = (pair: Pair): boolean => {
    if (mode.kind !== 'pass' && isMeant(pair, mode.scope)) {
      if (mode.kind === 'refuse') end(pair)
      else pair.isFrozen = true
    }
    return pairs.has(pair) && !pair.isFrozen
  }
  const server = createServer((client) => {
    const pair: Pair = {
      client,
      server: createConnection(target, '127.0.0.1'),
      said: '',
      isStream: false,
      isFrozen: false,
    }
    pairs.add(pair)
    const gone = () => !pair.isFrozen && end(pair)
    for (const socket of [client, pair.server]) {
      socket.setNoDelay(true)
      socket.on('error', gone)
      socket.on('close', gone)
    }
    client.on('data', (bytes) => {
      const text = bytes.toString('latin1')
      if (isStream(text)) pair.isStream = true
      if (pair.said.length < KEPT) pair.said += text
      if (judge(pair)) pair.server.write(bytes)
    })
    pair.server.on('data', (bytes) => {
      if (pairs.has(pair) && !pair.isFrozen) client.write(bytes)
    })
    judge(pair)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const each = (scope: Scope, act: (pair: Pair) => void) =>
    [...pairs].filter((pair) => isMeant(pair, scope)).forEach(act)

  return {
    port: (server.address() as AddressInfo).port,
    drop: (scope = 'all', of = '') => each(scope, (pair) => void (pair.said.includes(of) && end(pair))),
    refuse(scope = 'all') {
      mode = { kind: 'refuse', scope }
      each(scope, end)
    },
    freeze(scope = 'all') {
      mode = { kind: 'freeze', scope }
      each(scope, (pair) => void (pair.isFrozen = true))
    },
    pass: () => void (mode = { kind: 'pass', scope: 'all' }),
    async close() {
      each('all', end)
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
