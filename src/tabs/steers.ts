/** Messages that other stores have added to a running turn, until it is known whether they arrived. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { turnSteered } from '../actions'
import type { StoreContext } from '../middleware/types'
import { conversationOf } from '../state/conversations'

interface Steer {
  readonly steerId: string
  readonly conversationId: string
}

export function createSteers({ read }: Pick<StoreContext, 'read'>) {
  let open: readonly (Steer & { readonly origin: string })[] = []
  const isOpen = ({ steerId, conversationId }: Steer): boolean =>
    conversationOf(read().conversations, conversationId)?.texts.some(({ turnId }) => turnId === steerId) ===
    true

  return {
    /** Notes a copy before it is taken in. */
    note(action: UnknownAction, origin: string): void {
      if (!turnSteered.match(action)) return
      const { steerId, conversationId } = action.payload
      open = [...open.filter(isOpen), { steerId, conversationId, origin }]
    },
    /** Those of a store that is gone. */
    takeOf(origin: string): readonly Steer[] {
      const taken = open.filter((steer) => steer.origin === origin && isOpen(steer))
      open = open.filter((steer) => steer.origin !== origin)
      return taken.map(({ steerId, conversationId }) => ({ steerId, conversationId }))
    },
  }
}
