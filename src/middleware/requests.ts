/** How many nonces that never showed in the state are remembered. */
const PENDING = 100

/**
 * Nonces that were given out and have not led to a request yet. A request starts when its nonce shows in the state, once:
 * a jump back to a state that shows it again starts nothing (law 21).
 */
export interface Requests {
  issue(): string
  /** True the first time that an issued nonce is seen. */
  take(nonce: string | null): boolean
}

export function createRequests(nonce: () => string): Requests {
  const pending = new Set<string>()
  return {
    issue() {
      const issued = nonce()
      pending.add(issued)
      if (pending.size > PENDING) for (const oldest of pending) return (pending.delete(oldest), issued)
      return issued
    },
    take: (seen) => seen !== null && pending.delete(seen),
  }
}
