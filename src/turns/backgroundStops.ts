/** The stop of a background run: an intent, as that of a turn. Its answer is not the run's end (laws 12 and 14). */
import { replaceItem } from '../state/lists'
import { backgroundRunAnswered, backgroundRunNamed } from '../state/stops'
import type { RunName } from '../state/stops'
import { entryOf, patchEntry } from '../state/turns'
import type { BackgroundRun, BackgroundStop, TurnsState } from '../types'
import type { RuleContext } from './context'
import { checkConversation } from './ends'
import { forgetBackgroundRun } from './runs'

/** Whether a stop, pressed now, would be asked for (again). */
export const mayStopRun = ({ stop }: Pick<BackgroundRun, 'stop'>): boolean =>
  stop === null || stop.state === 'unconfirmed' || stop.state === 'unheeded'

const withStop = (turns: TurnsState, run: BackgroundRun, stop: BackgroundStop | null): TurnsState => {
  const { backgroundRuns } = entryOf(turns, run.conversationId)!
  return patchEntry(turns, run.conversationId, {
    backgroundRuns: replaceItem(backgroundRuns, run, { ...run, stop }),
  })
}

/** Compare-and-set: a stop is asked for where none is under way. */
export function claimBackgroundStop(
  { conversations, at }: RuleContext,
  turns: TurnsState,
  payload: RunName & { readonly nonce: string },
): TurnsState {
  const run = backgroundRunNamed(turns, conversations, payload)
  return run && mayStopRun(run)
    ? withStop(turns, run, { state: 'requested', nonce: payload.nonce, at })
    : turns
}

/**
 * The answer to the stop. `not_running`: the server has no such run; it is forgotten, and shows again where it shows life.
 */
export function backgroundStopAnswered(
  ctx: RuleContext,
  turns: TurnsState,
  payload: RunName & {
    readonly nonce: string
    readonly status: 'acknowledged' | 'not_running' | 'unreachable' | 'lost'
  },
): TurnsState {
  const run = backgroundRunAnswered(turns, ctx.conversations, payload)
  if (!run) return turns
  switch (payload.status) {
    case 'acknowledged':
      return withStop(turns, run, { state: 'acknowledged', nonce: null, at: ctx.at })
    case 'not_running':
      return forgetBackgroundRun(turns, run)
    case 'unreachable':
      return withStop(turns, run, null)
    case 'lost': {
      const lost = withStop(turns, run, { state: 'unconfirmed', nonce: null, at: ctx.at })
      return checkConversation(ctx, lost, run.conversationId)
    }
  }
}
