/** What is due here, is done by the leading store alone, and has not been done: that store is asked for it. */
import { dutyAt } from '../middleware/due'
import type { DueAction, KeeperAndFeatureState, StoreContext } from '../middleware/types'
import { changedEntries, entriesOf, initialTurns } from '../state/turns'
import type { ConversationTurns, TurnsState } from '../types'
import { leaderAsked, leaderMissed, tabsOf } from './actions'

/** How long the leading store has for something that is due before it is asked for it, ms: at first, and at most. */
const GRACE = 1_000
const LONGEST_GRACE = 30_000
/** A leading store that was asked and has not answered for this long is replaced, ms; up to half as much again, by chance. */
const PATIENCE = 5_000
/** A timer that comes so much late says nothing about the leading store: this one was held up itself, ms. */
const LATE = 2_000

export interface Duties {
  /** The leading store is another one, or has answered: everything is looked at anew, and it has time again. */
  renew(): void
  due(state: KeeperAndFeatureState): readonly DueAction[]
}

/** `leads`: this store does everything itself. */
export function createDuties(context: StoreContext, leads: () => boolean): Duties {
  const { now, options } = context
  const patience = PATIENCE * (1 + options.random() / 2)
  let seen: TurnsState = initialTurns
  /** Nothing is due before this time. */
  let earliest = -Infinity
  /** Twice as long after each answer by which nothing was done: the leading store may know better. */
  let grace = GRACE

  const dueAt = (state: KeeperAndFeatureState, entry: ConversationTurns): number =>
    dutyAt(context, state, entry, now())
  const earliestOf = (state: KeeperAndFeatureState, entries: readonly ConversationTurns[]): number =>
    entries.reduce((first, entry) => Math.min(first, dueAt(state, entry)), Infinity)

  context.onChange((state) => {
    const { after } = changedEntries(seen, state.turns)
    seen = state.turns
    if (!leads() && earliest > now()) earliest = Math.min(earliest, earliestOf(state, after))
  })

  return {
    renew: () => void (earliest = -Infinity),
    due(state) {
      if (leads()) return []
      const { askedAt } = tabsOf(state)
      const entries = entriesOf(state.turns)
      if (askedAt === null && earliest + grace <= now()) {
        const next = earliestOf(state, entries)
        if (next > now()) grace = GRACE
        // What is due still is so since then.
        if (next > now() || earliest === -Infinity) earliest = Math.max(next, now())
      }
      const at = askedAt === null ? earliest + grace : askedAt + patience
      const create = () => {
        if (askedAt !== null && now() <= at + LATE) return leaderMissed({})
        grace = Math.min(2 * grace, LONGEST_GRACE)
        const due = entries.filter((entry) => dueAt(state, entry) <= now())
        return leaderAsked({ conversationIds: due.map(({ conversationId }) => conversationId) })
      }
      return [{ at, create, took: (next) => tabsOf(next).askedAt !== askedAt }]
    },
  }
}
