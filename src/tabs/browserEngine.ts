/** The engine of a browser: Web Locks, a broadcast channel, and IndexedDB. */
import type { Claim, Engine, EngineLink } from './engine'

/** Options of `browserEngine`. */
export interface BrowserEngineOptions {
  /** Tabs of the same origin that use the same name are one. Default `turnkeeper`. */
  readonly name?: string | undefined
}

/** Where values stand in the database. */
const TABLE = 'values'

/**
 * The engine of a browser, for the feature `tabs`: claims are Web Locks, messages go over a `BroadcastChannel`, and what waits
 * is stored in IndexedDB. A page that is frozen or put aside gives its claims back, and asks for them again when it is back.
 *
 * Nothing is touched before a store connects. Where one of these is missing, each tab acts for itself, and says so once.
 */
export function browserEngine({ name = 'turnkeeper' }: BrowserEngineOptions = {}): Engine {
  return () => {
    const { navigator } = globalThis as { readonly navigator?: Partial<Navigator> }
    if (!navigator?.locks || !globalThis.BroadcastChannel || !globalThis.indexedDB)
      throw new Error('browserEngine: it needs Web Locks (a secure context), BroadcastChannel and IndexedDB.')
    return connect(name)
  }
}

function connect(name: string): EngineLink {
  const { navigator, window } = globalThis
  const channel = new BroadcastChannel(name)
  /** Aborted while the page is put aside: frozen, or kept for "back". */
  let use = new AbortController()
  let inUse = Promise.resolve()
  let resume = (): void => undefined

  const putAside = (): void => {
    if (use.signal.aborted) return
    inUse = new Promise((resolve) => (resume = resolve))
    use.abort()
  }
  const putBack = (): void => {
    if (use.signal.aborted) use = new AbortController()
    resume()
  }
  const closed = new AbortController()
  for (const [type, listener] of [
    ['freeze', putAside],
    ['pagehide', putAside],
    ['resume', putBack],
    ['pageshow', putBack],
  ] as const)
    window?.addEventListener(type, listener, { capture: true, signal: closed.signal })

  /** Reads a value, and in the same transaction stores what follows from it. Resolves once that is stored. */
  const transact = <Result>(
    key: string,
    read: (value: unknown, table: IDBObjectStore) => Result,
  ): Promise<Result> =>
    new Promise((resolve, reject) => {
      const opening = indexedDB.open(name)
      opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE)
      opening.onerror = () => reject(opening.error)
      opening.onsuccess = () => {
        const transaction = opening.result.transaction(TABLE, 'readwrite')
        const table = transaction.objectStore(TABLE)
        const request = table.get(key)
        let result: Result
        request.onsuccess = () => (result = read(request.result, table))
        transaction.oncomplete = () => resolve(result)
        transaction.onabort = () => reject(transaction.error)
        // Closed once the transaction is over.
        opening.result.close()
      }
    })
  const fenceKey = (claimed: string): string => `fence ${claimed}`
  const nextFence = (claimed: string): Promise<number> =>
    transact(fenceKey(claimed), (last, table) => {
      const fence = ((last as number | undefined) ?? 0) + 1
      table.put(fence, fenceKey(claimed))
      return fence
    })

  /** Asks for a lock once. It is held until one of the signals fires. */
  const request = (
    claimed: string,
    fenced: boolean,
    steal: boolean,
    ends: readonly AbortSignal[],
  ): Promise<Claim> =>
    new Promise((resolve, reject) => {
      const held = new AbortController()
      const release = (): void => held.abort()
      const lost = new Promise<void>((over) => held.signal.addEventListener('abort', () => over()))
      for (const end of ends) end.addEventListener('abort', release, { signal: held.signal })
      const hold = async (): Promise<void> => {
        const fence = fenced ? await nextFence(claimed) : 0
        held.signal.throwIfAborted()
        resolve({ name: claimed, fence, lost, release })
        await lost
      }
      // Taken by another, the promise of the lock rejects.
      const over = (error: unknown): void => {
        release()
        reject(error)
      }
      navigator.locks
        .request(`${name} ${claimed}`, steal ? { steal } : { signal: held.signal }, hold)
        .then(over, over)
    })

  return {
    async claim(claimed, { signal, fenced = false, steal = false }) {
      for (;;) {
        await inUse
        signal.throwIfAborted()
        const used = use.signal
        try {
          return await request(claimed, fenced, steal, [signal, used])
        } catch (error) {
          if (signal.aborted || !used.aborted) throw error
        }
      }
    },
    publish: (message) => channel.postMessage(message),
    subscribe(listener) {
      channel.onmessage = ({ data }) => listener(data)
    },
    load: (key) => transact(key, (value) => value),
    save: (key, value, { name: claimed, fence }) =>
      transact(fenceKey(claimed), (last, table) => {
        if (last !== fence) return false
        table.put(value, key)
        return true
      }),
    close() {
      closed.abort()
      putAside()
      channel.close()
    },
  }
}
