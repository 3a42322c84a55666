/** Messages that were written offline: each waits for the network, and can be taken back until then. */
export interface HeldSends {
  /** Resolves to true when there is a network, to false when the message was taken back. Rejects when `signal` fires. */
  untilOnline(turnId: string, signal: AbortSignal): Promise<boolean>
  /** Takes a message back. Returns whether it was waiting. */
  takeBack(turnId: string): boolean
}

/** The code of the error of a message that was taken back. */
export const TAKEN_BACK = 'taken_back'

export function createHeldSends(): HeldSends {
  const waiting = new Map<string, () => void>()

  return {
    async untilOnline(turnId, signal) {
      const settled = new AbortController()
      const once = { signal: settled.signal }
      try {
        return await new Promise<boolean>((resolve, reject) => {
          window.addEventListener('online', () => resolve(true), once)
          signal.addEventListener('abort', () => reject(signal.reason), once)
          waiting.set(turnId, () => resolve(false))
        })
      } finally {
        settled.abort()
        waiting.delete(turnId)
      }
    },
    takeBack(turnId) {
      const resolve = waiting.get(turnId)
      resolve?.()
      return resolve !== undefined
    },
  }
}
