/** What a connection keeps for each store, and reads of it. */
import { contextRequested } from '../middleware'
import type { CommandContext } from '../middleware'
import { isAsking, keyOf } from '../state/conversations'
import { activeOf, findTurn } from '../state/turns'
import type { PortContext, Turn } from '../types'

/** The store that asks: its state, its options, and `signal`, which fires when the keeper is disposed of. */
export type Store = Pick<
  CommandContext,
  'options' | 'read' | 'dispatch' | 'signal' | 'reportError' | 'onChange'
>

/** @throws Where the store has no keeper. */
export function storeOf({ dispatch }: Pick<PortContext, 'dispatch'>): Store {
  const context: unknown = dispatch(contextRequested())
  if (typeof context === 'object' && context !== null && 'read' in context) return context as Store
  throw new Error(
    'redux-turnkeeper: a port of a connection was called with the `dispatch` of a store that has no keeper middleware.',
  )
}

/** Something that is made once for each store, when it is first asked for. */
export function perStore<Value>(create: (store: Store) => Value): (context: PortContext) => Value {
  const made = new WeakMap<Store, Value>()
  return (context) => {
    const store = storeOf(context)
    const known = made.get(store)
    if (known !== undefined) return known
    const value = create(store)
    made.set(store, value)
    return value
  }
}

/** The active turn of a conversation. */
export function activeTurn(store: Store, conversationId: string): Turn | null {
  const { turns, conversations } = store.read()
  return activeOf(turns, keyOf(conversations, conversationId))
}

/** A turn that has not ended. */
export const turnOf = (store: Store, turnId: string, conversationId: string): Turn | undefined =>
  findTurn(store.read().turns, turnId, conversationId)

/** Whether a turn waits for a person. */
export const isWaiting = (store: Store, { turnId, conversationId }: Turn): boolean =>
  isAsking(store.read().conversations, conversationId, turnId)

/** A function of the app's, as a connection calls it: what it throws is told to the option `onError`, and stops nothing. */
export const reported =
  <Args extends readonly unknown[]>(store: Store, name: string, callback?: (...args: Args) => unknown) =>
  (...args: Args): void => {
    try {
      callback?.(...args)
    } catch (error) {
      store.reportError(error, name)
    }
  }
