import { forgetOldest } from '../bounded'
import type { Requests } from './types'

/** How many nonces that never showed in the state are remembered. */
const PENDING = 100

export interface OpenRequests extends Requests {
  /** A fresh nonce that is not waited for. */
  mint(): string
  /** Whether this nonce was issued, and has led to no request yet. */
  isPending(nonce: string): boolean
  /** The signal of a request that starts now. */
  open(nonce: string): AbortSignal
  close(nonce: string): void
  /** Ends every request. */
  abortAll(): void
}

/** The nonces and open requests of one store. */
export function createRequests(keeperId: string): OpenRequests {
  const pending = new Set<string>()
  const open = new Map<string, AbortController>()
  let minted = 0
  const mint = (): string => `${keeperId}:${++minted}`

  return {
    mint,
    issue() {
      const nonce = mint()
      pending.add(nonce)
      forgetOldest(pending, PENDING)
      return nonce
    },
    isPending: (nonce) => pending.has(nonce),
    take: (nonce) => nonce !== null && pending.delete(nonce),
    open(nonce) {
      const controller = new AbortController()
      open.set(nonce, controller)
      return controller.signal
    },
    close: (nonce) => void open.delete(nonce),
    abort(nonce) {
      open.get(nonce)?.abort()
      open.delete(nonce)
    },
    abortAll() {
      for (const controller of open.values()) controller.abort()
      open.clear()
    },
  }
}
