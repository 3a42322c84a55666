/** The engine of a browser: Web Locks, a broadcast channel, and IndexedDB. */
import type { Claim, Engine, EngineLink } from './engine'

/** Options of `browserEngine`. */
export interface BrowserEngineOptions {
  /** Tabs of the same origin that use the same name are one. Default `turnkeeper`. */
  readonly name?: string | undefined
}

/** Where values stand in the database. */
const TABLE = 'values'

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name)
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

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
  const { navigator, document, window } = globalThis
  const channel = new BroadcastChannel(name)
  const held = new Set<() => void>()
  const waiting = new Set<AbortController>()
  let database: Promise<IDBDatabase> | undefined
  /** Resolves when the page is in use; anew after each time that it was put aside. */
  let inUse = Promise.resolve()
  let resume = (): void => undefined
  let isInUse = true

  async function transact<Result>(
    mode: IDBTransactionMode,
    work: (table: IDBObjectStore, result: (value: Result) => void) => void,
  ): Promise<Result> {
    const transaction = (await (database ??= openDatabase(name))).transaction(TABLE, mode)
    return new Promise((resolve, reject) => {
      let value: Result
      work(transaction.objectStore(TABLE), (given) => (value = given))
      transaction.oncomplete = () => resolve(value)
      transaction.onabort = () => reject(transaction.error)
    })
  }
  const keyOfFence = (claim: string): string => `fence ${claim}`
  const nextFence = (claim: string): Promise<number> =>
    transact('readwrite', (table, result) => {
      const request = table.get(keyOfFence(claim)) as IDBRequest<number | undefined>
      request.onsuccess = () => {
        const fence = (request.result ?? 0) + 1
        table.put(fence, keyOfFence(claim))
        result(fence)
      }
    })

  const releaseAll = (): void => {
    for (const release of held) release()
    for (const attempt of waiting) attempt.abort()
  }
  const putAside = (): void => {
    if (!isInUse) return
    isInUse = false
    inUse = new Promise((resolve) => (resume = resolve))
    releaseAll()
  }
  const putBack = (): void => {
    isInUse = true
    resume()
  }
  const events = [
    [document, 'freeze', putAside],
    [window, 'pagehide', putAside],
    [document, 'resume', putBack],
    [window, 'pageshow', putBack],
  ] as const
  for (const [target, type, listener] of events) target?.addEventListener(type, listener)

  const claim: EngineLink['claim'] = async (claimed, { signal, fenced = false, steal = false }) => {
    for (;;) {
      await inUse
      signal.throwIfAborted()
      const attempt = new AbortController()
      const give = (): void => attempt.abort()
      waiting.add(attempt)
      signal.addEventListener('abort', give)
      try {
        return await request(claimed, attempt.signal, fenced, steal)
      } catch (error) {
        if (!attempt.signal.aborted || signal.aborted) throw error
      } finally {
        waiting.delete(attempt)
        signal.removeEventListener('abort', give)
      }
    }
  }

  const request = (claimed: string, signal: AbortSignal, fenced: boolean, steal: boolean): Promise<Claim> =>
    new Promise((resolve, reject) => {
      let release = (): void => undefined
      const lost = new Promise<void>((end) => (release = end))
      const hold = async (): Promise<void> => {
        held.add(release)
        const fence = fenced ? await nextFence(claimed) : 0
        if (signal.aborted) throw signal.reason
        resolve({ name: claimed, fence, lost, release })
        await lost
      }
      const over = (error: unknown): void => {
        held.delete(release)
        release()
        reject(error)
      }
      // Taken by another, the promise of the lock rejects.
      navigator.locks
        .request(`${name} ${claimed}`, steal ? { steal: true } : { signal }, hold)
        .then(over, over)
    })

  return {
    claim,
    publish: (message) => channel.postMessage(message),
    subscribe(listener) {
      channel.onmessage = ({ data }) => listener(data)
    },
    load: (key) =>
      transact('readonly', (table, result) => {
        const request = table.get(key) as IDBRequest<unknown>
        request.onsuccess = () => result(request.result)
      }),
    save: (key, value, { name: claimed, fence }) =>
      transact('readwrite', (table, result) => {
        const request = table.get(keyOfFence(claimed)) as IDBRequest<unknown>
        request.onsuccess = () => {
          const isHeld = request.result === fence
          if (isHeld) table.put(value, key)
          result(isHeld)
        }
      }),
    close() {
      for (const [target, type, listener] of events) target?.removeEventListener(type, listener)
      releaseAll()
      channel.close()
      void database?.then((opened) => opened.close()).catch(() => undefined)
    },
  }
}
