/** The other keys that a turn goes by, once it has moved to another conversation (law 15). */
import { entryOf, patchEntry } from '../state/turns'
import type { Turn, TurnsState } from '../types'

/** Under its other keys the turn is looked for where it is now, and by its own name. */
export function pointTo(
  turns: TurnsState,
  { turnId, conversationId, otherKeys }: Turn,
  formerId: string = turnId,
): TurnsState {
  let next = turns
  for (const key of otherKeys) {
    const known = entryOf(next, key)?.movedTurn?.turnId
    if (known === turnId || known === formerId)
      next = patchEntry(next, key, { movedTurn: { turnId, conversationId } })
  }
  return next
}

/** The turn goes by no other key any more. `goOn`: what waits under such a key goes on. */
export function leaveOtherKeys(
  turns: TurnsState,
  { turnId, otherKeys }: Turn,
  goOn: (turns: TurnsState, key: string) => TurnsState,
): TurnsState {
  let next = turns
  for (const key of otherKeys)
    if (entryOf(next, key)?.movedTurn?.turnId === turnId)
      next = goOn(patchEntry(next, key, { movedTurn: null }), key)
  return next
}
