import { assistantOf } from '../assistant'
import type { AssistantState } from '../assistant'
import type { DueAction } from '../middleware/types'

/** First pause before a view that lags behind is looked at again, ms; doubled each time, up to the longest. */
const PAUSE = 5_000
const LONGEST_PAUSE = 60_000
/** After so many looks claims are tried all the same: the history may have been cut. */
const LOOKS = 4
/** How many hidden claims are remembered. One that was refused never shows. */
const HIDDEN = 16

/** What a keeper has seen of the assistant in one store. */
export interface AssistantView {
  /** When a state that is older than one seen before is to be looked at again; `null` for the newest that was seen. */
  lookAgainAt(state: AssistantState, now: number): number | null
  /** This state is the newest there is, whatever was seen before. */
  accept(state: AssistantState): void
  /** Whether an older state was looked at so often that claims decide. */
  isPatienceOver(): boolean
  /** Where a claim shows that it took, the view is not frozen: what it shows is the newest there is. */
  trusting(due: DueAction): DueAction
  /** A claim was made that does not show: refused, or hidden by a frozen view. */
  hide(nonce: string): void
  isHidden(nonce: string): boolean
  /** It shows now. */
  forget(nonce: string): boolean
}

/**
 * Nothing happens because of time travel (law 21): a view that is older than one seen before leads to nothing. It is looked
 * at again, ever less often. Later claims are tried, and only they: the reducer refuses what is not due.
 */
export function createAssistantView(): AssistantView {
  let newest = 0
  let looks = 0
  let nextLook = 0
  const hidden = new Set<string>()
  const accept = ({ seq }: AssistantState): void => {
    newest = seq
    looks = nextLook = 0
  }

  return {
    accept,
    lookAgainAt(state, now) {
      if (state.seq >= newest) {
        accept(state)
        return null
      }
      if (nextLook <= now) nextLook = now + Math.min(PAUSE * 2 ** looks++, LONGEST_PAUSE)
      return nextLook
    },
    isPatienceOver: () => looks > LOOKS,
    trusting: (due) => ({
      ...due,
      took(next) {
        const took = due.took(next)
        if (took) accept(assistantOf(next))
        return took
      },
    }),
    hide(nonce) {
      if (hidden.size >= HIDDEN) hidden.clear()
      hidden.add(nonce)
    },
    isHidden: (nonce) => hidden.has(nonce),
    forget: (nonce) => hidden.delete(nonce),
  }
}
