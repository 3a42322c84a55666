/** Telling the keeper's state from what another version of the package left in its place. */
import type { KeeperState } from '../types'
import { initialConversations } from './conversations'
import type { Table, TableRow } from './table'
import { initialTurns } from './turns'

const isTable = (value: Table<TableRow> | undefined): boolean => Array.isArray(value?.pages)

/** Whether it has each part that this version has. */
const isWhole = (value: object, initial: object): boolean =>
  Object.keys(initial).every((name) => Object.hasOwn(value, name))

/** States that were found to be whole: each is asked about by every action. */
const known = new WeakSet<object>()

/** Whether it is laid out as this version lays it out. */
export function isKeeperState(value: unknown): value is KeeperState {
  if (typeof value !== 'object' || value === null) return false
  if (known.has(value)) return true
  const { turns, conversations } = value as Partial<KeeperState>
  if (!isTable(turns?.byConversation) || !isTable(conversations?.byId)) return false
  if (!isWhole(turns!, initialTurns) || !isWhole(conversations!, initialConversations)) return false
  known.add(value)
  return true
}

/** Parts that the turns and the conversations have, or had in 0.1.0. */
const PARTS = { turns: ['byConversation', 'ledger'], conversations: ['byId', 'ledger'] } as const

/** Whether it is a keeper's, of a version that lays it out in another way. A slice of the app's own has no such parts. */
export function isOfAnotherVersion(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || isKeeperState(value)) return false
  return Object.entries(PARTS).every(([name, parts]) => {
    const part = (value as Readonly<Record<string, unknown>>)[name]
    return typeof part === 'object' && part !== null && parts.some((one) => one in part)
  })
}

const substitutes = new WeakSet<object>()

/** Marks what is read in the place of a state that cannot be: see `isSubstitute`. */
export function substituteOf<State extends KeeperState>(initial: State): State {
  const substitute = { ...initial }
  substitutes.add(substitute)
  return substitute
}

/** Whether this stands for a state of another version, and nothing has changed it since. */
export const isSubstitute = (state: object): boolean => substitutes.has(state)

/** Nothing at all. */
export const EMPTY_STATE: KeeperState = { turns: initialTurns, conversations: initialConversations }

/** What is read where a state of another version is mounted, until the reducer has put a state of its own there. */
export const UNREADABLE_STATE: KeeperState = /* @__PURE__ */ substituteOf(EMPTY_STATE)
