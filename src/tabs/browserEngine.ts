/** The engine of a browser: Web Locks, a broadcast channel, and IndexedDB. */
import type { Engine, EngineLink } from './engine'

/** Options of `browserEngine`. */
export interface BrowserEngineOptions {
  /** Tabs of the same origin that use the same name are one. Default `turnkeeper`. */
  readonly name?: string | undefined
}

/** Where values stand in the database, and the last number of each claim under its name. */
const TABLE = 'values'

/**
 * The engine of a browser, for the feature `tabs`: claims are Web Locks, messages go over a `BroadcastChannel`, and what waits
 * is stored in IndexedDB. A page that is frozen or put aside gives its claims back, and asks for them again when it is back.
 *
 * Nothing is touched before a store connects. Where one of these is missing, each tab acts for itself, and says so once.
 */
export function browserEngine({ name = 'turnkeeper' }: BrowserEngineOptions = {}): Engine {
  return () => connect(name)
}

function connect(name: string): EngineLink {
  const { navigator, BroadcastChannel, indexedDB, window } = globalThis as Partial<typeof globalThis>
  const locks = navigator?.locks as LockManager | undefined
  if (!locks || !BroadcastChannel || !indexedDB)
    throw new Error('browserEngine: it needs Web Locks (https), BroadcastChannel, IndexedDB.')
  const channel = new BroadcastChannel(name)
  const closed = new AbortController()
  /** Aborted while the page is put aside: frozen, or kept for "back". */
  let use = new AbortController()
  /** Asked for again once the page is back. */
  const waiting: (() => void)[] = []
  /** Those that are not over. */
  const transactions = new Set<IDBTransaction>()

  const on = (listener: () => void, ...types: readonly string[]): void => {
    for (const type of types)
      window?.addEventListener(type, listener, { capture: true, signal: closed.signal })
  }
  on(
    () => {
      use.abort()
      // One of a frozen page never ends, and those of all other pages wait for it.
      for (const transaction of transactions) {
        try {
          transaction.abort()
        } catch {
          // It has succeeded, and is over as soon as the page hears of it.
        }
      }
    },
    'freeze',
    'pagehide',
  )
  on(
    () => {
      if (!use.signal.aborted) return
      use = new AbortController()
      for (const ask of waiting.splice(0)) ask()
    },
    'resume',
    'pageshow',
  )

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
        const { result: database } = opening
        const transaction = database.transaction(TABLE, 'readwrite')
        transactions.add(transaction)
        const table = transaction.objectStore(TABLE)
        const request = table.get(key)
        let result: Result
        request.onsuccess = () => void (result = read(request.result, table))
        transaction.oncomplete = () => {
          transactions.delete(transaction)
          resolve(result)
        }
        transaction.onabort = () => {
          transactions.delete(transaction)
          reject(transaction.error)
        }
        // Closed once the transaction is over.
        database.close()
      }
    })

  return {
    claim: (claimed, { signal, fenced, steal }) =>
      new Promise((resolve, reject) => {
        const ask = (): void => {
          if (signal.aborted) return reject(signal.reason as Error)
          const used = use.signal
          if (used.aborted) return void waiting.push(ask)
          const held = new AbortController()
          const release = (): void => held.abort()
          let mayAskAgain = !steal
          const lost = new Promise<void>((over) => (held.signal.onabort = () => over()))
          for (const end of [signal, used]) end.addEventListener('abort', release, held)
          const hold = async (): Promise<void> => {
            const fence = fenced
              ? await transact(claimed, (last = 0, table) => {
                  const next = (last as number) + 1
                  table.put(next, claimed)
                  return next
                })
              : 0
            held.signal.throwIfAborted()
            mayAskAgain = false
            resolve({ name: claimed, fence, lost, release })
            await lost
          }
          // Taken by another, the promise of the lock rejects: also before the claim has its number.
          locks.request(`${name} ${claimed}`, steal ? { steal } : held, hold).catch((error: Error) => {
            release()
            if (mayAskAgain && (used.aborted || error.name === 'AbortError')) ask()
            else reject(error)
          })
        }
        ask()
      }),
    publish: (message) => channel.postMessage(message),
    subscribe(listener) {
      channel.onmessage = ({ data }) => listener(data)
    },
    load: (key) => transact(key, (value) => value),
    save: (key, value, { name: claimed, fence }) =>
      transact(claimed, (last, table) => {
        if (last !== fence) return false
        table.put(value, key)
        return true
      }),
    close() {
      closed.abort()
      use.abort()
      channel.close()
    },
  }
}
