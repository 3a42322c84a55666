/** The host of the assistant as it truly is: it has one at most, which starts, is up, or is taken away. */
import type { AssistantResult, HatchRequest } from 'redux-turnkeeper/assistant'

type Status = 'initializing' | 'active' | 'to_be_deleted'

const NOT_FOUND = { ok: false, status: 404 } as const

export function createHost() {
  let current: { readonly id: string; status: Status } | null = null
  const byKey = new Map<string, string>()
  let minted = 0

  const told = (): AssistantResult => (current ? { ok: true, data: { ...current } } : NOT_FOUND)

  return {
    get current() {
      return current
    },
    /** Nobody has one any more: another user is there. */
    forget() {
      current = null
      byKey.clear()
    },
    get: ({ assistantId }: { readonly assistantId?: string }): AssistantResult =>
      assistantId === undefined || assistantId === current?.id ? told() : NOT_FOUND,
    /** The same key is the same start; and there is one assistant at most. */
    hatch({ idempotencyKey }: HatchRequest): AssistantResult {
      if (!current) {
        if (byKey.has(idempotencyKey)) return { ok: true, data: { id: byKey.get(idempotencyKey)! } }
        current = { id: `a${++minted}`, status: 'initializing' }
        byKey.set(idempotencyKey, current.id)
      }
      return told()
    },
    retire(assistantId: string): AssistantResult {
      if (current?.id !== assistantId) return NOT_FOUND
      current.status = 'to_be_deleted'
      return { ok: true, data: {} }
    },
    /** What was begun is done: it is up, or gone. */
    proceed() {
      if (current?.status === 'initializing') current.status = 'active'
      else if (current?.status === 'to_be_deleted') current = null
    },
    vanish: () => void (current = null),
    restart() {
      if (current?.status === 'active') current.status = 'initializing'
    },
  }
}

export type Host = ReturnType<typeof createHost>
