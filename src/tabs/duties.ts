/** What is due here, is done by the leading store alone, and has not been done: that store is asked for it. */
import { dutyAt } from '../middleware/due'
import type { DueAction, KeeperAndFeatureState, StoreContext } from '../middleware/types'
import { changedEntries, entriesOf, initialTurns } from '../state/turns'
import type { ConversationTurns, TurnsState } from '../types'
import { leaderAsked, leaderMissed } from './actions'

/** How long the leading store has for something that is due before it is asked for it, ms. */
const GRACE = 1_000
/** A leading store that was asked and has not answered for this long is replaced, ms; up to half as much again, by chance. */
const PATIENCE = 5_000
/** A timer that comes so much late says nothing about the leading store: this one was held up itself, ms. */
const LATE = 2_000

export interface Duties {
  /** The role has changed. `leads`: this store does everything itself. */
  reset(leads: boolean): void
  /** The leading store was asked. */
  asked(): void
  /** It has answered, or is not waited for any more. Returns whether it was waited for. */
  answered(): boolean
  due(state: KeeperAndFeatureState): readonly DueAction[]
}

export function createDuties(context: StoreContext): Duties {
  const { now, options } = context
  let seen: TurnsState = initialTurns
  let leads = false
  /** Nothing is due before this time. */
  let earliest = -Infinity
  let notBefore = 0
  let askedAt: number | null = null
  let patience = PATIENCE

  const earliestOf = (state: KeeperAndFeatureState, entries: readonly ConversationTurns[]): number =>
    entries.reduce((first, entry) => Math.min(first, dutyAt(context, state, entry, now())), Infinity)
  const dueNow = (state: KeeperAndFeatureState): readonly string[] =>
    entriesOf(state.turns)
      .filter((entry) => dutyAt(context, state, entry, now()) <= now())
      .map(({ conversationId }) => conversationId)

  context.onChange((state) => {
    const { after } = changedEntries(seen, state.turns)
    seen = state.turns
    if (!leads && earliest > now()) earliest = Math.min(earliest, earliestOf(state, after))
  })

  return {
    reset(isLeading) {
      leads = isLeading
      earliest = -Infinity
      askedAt = null
    },
    asked() {
      askedAt = now()
      patience = PATIENCE * (1 + options.random() / 2)
    },
    answered() {
      const was = askedAt !== null
      askedAt = null
      notBefore = now() + GRACE
      return was
    },
    due(state) {
      const ask = () => leaderAsked({ conversationIds: dueNow(state) })
      if (askedAt !== null) {
        const since = askedAt
        const at = since + patience
        return [
          {
            at,
            create: () => (now() > at + LATE ? ask() : leaderMissed({})),
            took: () => askedAt !== since,
          },
        ]
      }
      if (earliest + GRACE <= now()) {
        const next = earliestOf(state, entriesOf(state.turns))
        // What is due still is so since then.
        if (next > now() || earliest === -Infinity) earliest = Math.max(next, now())
      }
      const at = Math.max(earliest + GRACE, notBefore)
      return at === Infinity ? [] : [{ at, create: ask, took: () => askedAt !== null }]
    },
  }
}
