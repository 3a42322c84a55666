/** What tabs of one browser share: a storage, channels, locks, a database. Each answers later, as in a browser. */

type Hear = (message: { readonly data: unknown }) => void
interface Channel {
  readonly name: string
  readonly hear: Set<Hear>
  onmessage: Hear | null
}
interface Held {
  readonly end: (error?: unknown) => void
}
interface Lock {
  held: Held | null
  readonly queue: (() => void)[]
}
type Work = () => unknown
interface LockOptions {
  readonly signal?: AbortSignal
  readonly steal?: boolean
}

function createLocks() {
  const locks = new Map<string, Lock>()
  const lockOf = (name: string): Lock => {
    const known = locks.get(name) ?? { held: null, queue: [] }
    locks.set(name, known)
    return known
  }
  const next = (lock: Lock): void => {
    if (!lock.held) lock.queue.shift()?.()
  }
  return {
    request<Result>(name: string, ...given: readonly (LockOptions | Work)[]): Promise<Result> {
      const work = given.at(-1) as Work
      const { signal, steal } = (given.length > 1 ? given[0] : {}) as LockOptions
      const lock = lockOf(name)
      return new Promise((resolve, reject) => {
        const grant = (): void => {
          let isOver = false
          const held: Held = {
            end(error) {
              if (isOver) return
              isOver = true
              if (lock.held === held) lock.held = null
              if (error !== undefined) reject(error)
              next(lock)
            },
          }
          lock.held = held
          signal?.removeEventListener('abort', giveUp)
          const done = Promise.resolve().then(work)
          done.then(
            (result) => {
              resolve(result as Result)
              held.end()
            },
            (error: unknown) => held.end(error),
          )
        }
        const giveUp = (): void => {
          const place = lock.queue.indexOf(grant)
          if (place >= 0) lock.queue.splice(place, 1)
          reject(signal!.reason as Error)
        }
        signal?.addEventListener('abort', giveUp, { once: true })
        if (steal) lock.queue.unshift(grant)
        else lock.queue.push(grant)
        if (steal) lock.held?.end(new DOMException('stolen', 'AbortError'))
        next(lock)
      })
    },
  }
}

interface Transaction {
  readonly error: null
  oncomplete?: () => void
  onabort?: () => void
  objectStore(): object
  abort(): void
}

/** As much of IndexedDB as one table of values needs; what an aborted transaction has put stays. */
function createDatabases() {
  const values = new Map<string, unknown>()
  const request = <Value>(value: () => Value) => {
    const asked: { result?: Value; onsuccess?: () => void; onupgradeneeded?: () => void } = {}
    queueMicrotask(() => {
      asked.result = value()
      asked.onupgradeneeded?.()
      asked.onsuccess?.()
    })
    return asked
  }
  const open = (name: string) => ({
    createObjectStore: () => undefined,
    close: () => undefined,
    transaction() {
      let isOver = false
      const transaction: Transaction = {
        error: null,
        objectStore: () => ({
          get: (key: string) => request(() => structuredClone(values.get(`${name} ${key}`))),
          put: (value: unknown, key: string) => void values.set(`${name} ${key}`, structuredClone(value)),
        }),
        abort() {
          if (isOver) throw new DOMException('It is over.', 'InvalidStateError')
          isOver = true
          setTimeout(() => transaction.onabort?.(), 0)
        },
      }
      setTimeout(() => {
        if (isOver) return
        isOver = true
        // What is over is told a little later.
        setTimeout(() => transaction.oncomplete?.(), 0)
      }, 0)
      return transaction
    },
  })
  return { values, indexedDB: { open: (name: string) => request(() => open(name)) } }
}

/** A browser: give each of its tabs what it has. */
export function createBrowser() {
  const items = new Map<string, string>()
  const channels = new Set<Channel>()
  const { values, indexedDB } = createDatabases()

  class FakeChannel {
    private readonly own: Channel
    constructor(name: string) {
      this.own = { name, hear: new Set(), onmessage: null }
      channels.add(this.own)
    }
    set onmessage(hear: Hear | null) {
      this.own.onmessage = hear
    }
    postMessage(given: unknown): void {
      const data = structuredClone(given)
      const others = [...channels].filter((one) => one.name === this.own.name && one !== this.own)
      queueMicrotask(() => {
        for (const other of others) {
          if (!channels.has(other)) continue
          for (const hear of other.hear) hear({ data })
          other.onmessage?.({ data })
        }
      })
    }
    addEventListener(_type: 'message', hear: Hear): void {
      this.own.hear.add(hear)
    }
    removeEventListener(_type: 'message', hear: Hear): void {
      this.own.hear.delete(hear)
    }
    close(): void {
      channels.delete(this.own)
    }
  }
  return {
    /** What is stored in the database. */
    values,
    BroadcastChannel: FakeChannel,
    indexedDB,
    localStorage: {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    },
    navigator: { locks: createLocks() },
  }
}
