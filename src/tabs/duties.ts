/** What is due here, is done by the leading store alone, and has not been done: that store is asked for it. */
import { firstDueAt } from '../middleware/due'
import type { DueAction, KeeperAndFeatureState, StoreContext } from '../middleware/types'
import { changedEntries, entriesOf, initialTurns } from '../state/turns'
import type { ConversationTurns, TurnsState } from '../types'
import { leaderAsked, leaderMissed, tabsOf } from './actions'

export interface Duties {
  /** The leading store is another one, or has answered: everything is looked at anew, and it has time again. */
  renew(): void
  due(state: KeeperAndFeatureState): readonly DueAction[]
}

/** `leads`: this store does everything itself. */
export function createDuties(context: StoreContext, leads: () => boolean): Duties {
  /** How long the leading store has for something that is due before it is asked for it, ms: at first, and at most. */
  const GRACE = 1_000
  const LONGEST_GRACE = 30_000
  /** A leading store that was asked and has not answered for this long is replaced, ms; up to half as much again, by chance. */
  const PATIENCE = 5_000
  /** Where this comes so much late, this store was held up itself, and the leading one is asked again, ms. */
  const LATE = 2_000
  const { now, options } = context
  const patience = PATIENCE * (1 + options.random() / 2)
  let seen: TurnsState = initialTurns
  /** Nothing is due before this time. */
  let earliest = now()
  /** Twice as long after each answer by which nothing was done: the leading store may know better. */
  let grace = GRACE

  const earliestOf = (state: KeeperAndFeatureState, entries: readonly ConversationTurns[]): number =>
    entries.reduce((first, entry) => Math.min(first, firstDueAt(context, state, entry)), Infinity)

  return {
    renew: () => void (earliest = now()),
    due(state) {
      if (leads()) return []
      const { after } = changedEntries(seen, state.turns)
      seen = state.turns
      if (earliest > now()) earliest = Math.min(earliest, earliestOf(state, after))
      const { askedAt } = tabsOf(state)
      const took: DueAction['took'] = (next) => tabsOf(next).askedAt !== askedAt
      if (askedAt !== null && now() <= askedAt + patience + LATE)
        return [{ at: askedAt + patience, create: () => leaderMissed({}), took }]
      const entries = entriesOf(state.turns)
      if (earliest + grace <= now()) {
        const next = earliestOf(state, entries)
        if (next > now()) {
          grace = GRACE
          earliest = next
        }
      }
      return [
        {
          at: earliest + grace,
          create() {
            grace = Math.min(2 * grace, LONGEST_GRACE)
            const due = entries.filter((entry) => firstDueAt(context, state, entry) <= now())
            return leaderAsked({ conversationIds: due.map(({ conversationId }) => conversationId) })
          },
          took,
        },
      ]
    },
  }
}
