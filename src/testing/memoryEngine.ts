import type { Claim, Engine, EngineLink } from '../tabs/engine'

/** A tab on a `MemoryEngine`: give its keeper the feature `tabs(tab.connect)`. */
export interface MemoryTab {
  readonly connect: Engine
  /** It is gone from one moment to the next: what it holds passes on, and nobody hears from it any more. */
  crash(): void
  /** It is held up: it keeps what it holds, hears nothing, and what it asks the engine is answered once it goes on. */
  hang(): void
  /** It goes on, and hears what it has missed. */
  goOn(): void
}

/** An engine in memory, that several keepers share. */
export interface MemoryEngine {
  /** One more tab. */
  tab(): MemoryTab
  /** What was stored, by key. */
  readonly stored: ReadonlyMap<string, unknown>
}

interface Waiting {
  grant(): void
}
interface Lock {
  release: (() => void) | null
  readonly queue: Waiting[]
  fence: number
}

const copyOf = (value: unknown): unknown => (value === undefined ? value : JSON.parse(JSON.stringify(value)))

/**
 * Makes an engine in memory: claims, messages and a store, as `browserEngine` has them. Everything comes later, in a microtask,
 * never inside the call that caused it.
 */
export function createMemoryEngine(): MemoryEngine {
  const locks = new Map<string, Lock>()
  const stored = new Map<string, unknown>()
  const listeners = new Set<{ readonly tab: object; hear(message: unknown): void }>()

  const lockOf = (name: string): Lock => {
    const known = locks.get(name)
    if (known) return known
    const lock: Lock = { release: null, queue: [], fence: 0 }
    locks.set(name, lock)
    return lock
  }
  const grantNext = (lock: Lock): void => {
    if (!lock.release) lock.queue.shift()?.grant()
  }

  function tab(): MemoryTab {
    const self = {}
    const releases = new Set<() => void>()
    const waitings = new Set<() => void>()
    let late: (() => void)[] = []
    let isHanging = false
    let isGone = false
    /** Runs in this tab, once that can. */
    const here = (run: () => void): void => {
      if (isHanging) late.push(run)
      else queueMicrotask(() => (isHanging ? void late.push(run) : isGone ? undefined : run()))
    }
    const answer = <Value>(value: () => Value): Promise<Value> =>
      new Promise((resolve) => {
        if (isGone) return
        const answered = value()
        here(() => resolve(answered))
      })

    const claim: EngineLink['claim'] = (name, { signal, fenced = false, steal = false }) =>
      new Promise((resolve, reject) => {
        if (isGone) return
        if (signal.aborted) return reject(signal.reason as Error)
        const lock = lockOf(name)
        const grant = (): void => {
          signal.removeEventListener('abort', giveUp)
          const abort = (): void => release()
          signal.addEventListener('abort', abort)
          waitings.delete(giveUp)
          if (fenced) lock.fence += 1
          let end = (): void => undefined
          const lost = new Promise<void>((over) => (end = () => here(over)))
          const release = (): void => {
            signal.removeEventListener('abort', abort)
            releases.delete(release)
            end()
            if (lock.release !== release) return
            lock.release = null
            grantNext(lock)
          }
          lock.release = release
          releases.add(release)
          const granted: Claim = { name, fence: fenced ? lock.fence : 0, lost, release }
          here(() => resolve(granted))
        }
        const waiting: Waiting = { grant }
        const giveUp = (): void => {
          const place = lock.queue.indexOf(waiting)
          if (place >= 0) lock.queue.splice(place, 1)
          waitings.delete(giveUp)
          here(() => reject(signal.reason as Error))
        }
        waitings.add(giveUp)
        signal.addEventListener('abort', giveUp, { once: true })
        if (steal) {
          const { release } = lock
          lock.queue.unshift(waiting)
          if (release) release()
          else grantNext(lock)
          return
        }
        lock.queue.push(waiting)
        grantNext(lock)
      })

    const disconnect = (): void => {
      for (const listener of listeners) if (listener.tab === self) listeners.delete(listener)
      for (const giveUp of waitings) giveUp()
      for (const release of releases) release()
    }

    const connect: Engine = () => ({
      claim,
      publish(message) {
        if (isGone) return
        const copy = copyOf(message)
        for (const listener of listeners) if (listener.tab !== self) listener.hear(copy)
      },
      subscribe(hear) {
        const listener = {
          tab: self,
          hear: (message: unknown) => here(() => (listeners.has(listener) ? hear(message) : undefined)),
        }
        listeners.add(listener)
      },
      load: (key) => answer(() => copyOf(stored.get(key))),
      save: (key, value, { name, fence }) =>
        answer(() => {
          if (lockOf(name).fence !== fence) return false
          stored.set(key, copyOf(value))
          return true
        }),
      close: disconnect,
    })

    return {
      connect,
      crash() {
        isGone = true
        late = []
        disconnect()
      },
      hang: () => void (isHanging = true),
      goOn() {
        isHanging = false
        const missed = late
        late = []
        for (const run of missed) here(run)
      },
    }
  }

  return { tab, stored }
}
