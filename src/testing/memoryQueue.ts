import type { SharedMessage, SharedQueueEvent, SharedQueuePort } from '../types'

/** A stored queue of prompts that several keepers share, in memory. */
export interface MemoryQueue {
  /** The queue as one more tab sees it. */
  port(): SharedQueuePort
  /** What is stored, oldest first. */
  readonly messages: readonly SharedMessage[]
}

/**
 * Makes a stored queue that several keepers share, as tabs of one browser do: give each a feature of its own,
 * `sharedQueue(queue.port())`.
 *
 * A tab hears of the others' messages, not of its own; always later, never inside the call that caused it.
 * The first `claim` of a message takes it out for all others.
 */
export function createMemoryQueue(): MemoryQueue {
  const stored = new Map<string, SharedMessage & { readonly tab: object }>()
  /** By turn: the keeper that took it out, or null where it was withdrawn. */
  const takenBy = new Map<string, string | null>()
  const subscribers = new Set<{
    readonly tab: object
    readonly listener: (event: SharedQueueEvent) => void
  }>()

  const tell = (from: object, event: SharedQueueEvent): void => {
    const others = [...subscribers].filter(({ tab }) => tab !== from)
    queueMicrotask(() => {
      for (const one of others) if (subscribers.has(one)) one.listener(event)
    })
  }

  const message = ({ conversationId, turnId, input, hidden }: SharedMessage): SharedMessage => ({
    conversationId,
    turnId,
    input,
    hidden,
  })

  const remove = (tab: object, turnId: string, keeperId: string | null): void => {
    takenBy.set(turnId, keeperId)
    if (stored.delete(turnId)) tell(tab, { type: 'withdrawn', turnId, taken: keeperId !== null })
  }

  return {
    get messages() {
      return [...stored.values()].map(message)
    },
    port() {
      const tab = {}
      return {
        publish(published) {
          if (stored.has(published.turnId) || takenBy.has(published.turnId)) return
          stored.set(published.turnId, { ...message(published), tab })
          tell(tab, { type: 'published', message: message(published) })
        },
        withdraw(turnId) {
          if (!takenBy.has(turnId)) remove(tab, turnId, null)
        },
        async claim(turnId, keeperId) {
          if (!takenBy.has(turnId)) remove(tab, turnId, keeperId)
          return takenBy.get(turnId) === keeperId
        },
        subscribe(listener) {
          const subscriber = { tab, listener }
          const waiting = [...stored.values()].filter((one) => one.tab !== tab)
          queueMicrotask(() => {
            for (const one of waiting)
              if (subscribers.has(subscriber)) listener({ type: 'published', message: message(one) })
          })
          subscribers.add(subscriber)
          return () => void subscribers.delete(subscriber)
        },
      }
    },
  }
}
