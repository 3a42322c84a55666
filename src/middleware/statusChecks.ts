/**
 * When status checks leave: one in flight for everything that goes on, none by routine while the page is hidden. Not a
 * listener, since it is the scheduler that asks; the request itself is `listeners/reconcile.ts`.
 */
import { statusCheckStarted } from '../actions'
import { entriesOf } from '../state/turns'
import { nextCheckOf } from '../turns'
import type { ConversationTurns, TurnsState } from '../types'
import type { Scheduler } from './scheduler'
import type { StoreContext } from './types'

type Context = Pick<
  StoreContext,
  'options' | 'requests' | 'claim' | 'flushProgress' | 'now' | 'read' | 'coordinator'
>

/** In a hidden page a reason to check is followed at most this often, ms. */
const HIDDEN_INTERVAL = 60_000

export interface StatusChecks {
  /** Lets a check leave where one is due and none is in flight. */
  startDue(): void
  /** Checks these conversations now. Asked for by name, it waits for no other. */
  start(conversationIds: readonly string[]): void
  /** A check has ended, and told something or nothing. Returns when what it did not answer for is due again. */
  ended(nonce: string, failed: boolean): number
  /** A person is back: the next check that fails is the first. */
  renewBackoff(): void
  /** What left before a sleep may never be answered: it must not hold the next one back. */
  renew(): void
}

export function createStatusChecks(context: Context, scheduler: Scheduler): StatusChecks {
  const { options, requests } = context
  const { recheckInterval } = options.rules
  const { maxBackoff, environment } = options
  let underWay: string | null = null
  let failures = 0
  let lastHiddenCheckAt = -Infinity

  /** Pause after checks that told nothing, ms. */
  const backoff = (): number => {
    const full = Math.min(recheckInterval * 2 ** Math.max(failures - 1, 0), maxBackoff)
    return full * (0.75 + options.random() / 4)
  }
  const isDue = (entry: ConversationTurns, now: number): boolean => {
    // In a hidden page silence is no reason.
    const at = environment.hidden() ? entry.checkAt : nextCheckOf(entry)
    return at !== null && at <= now
  }

  function leave(conversationIds: readonly string[], explicit: boolean): void {
    context.flushProgress()
    const nonce = requests.issue()
    if (!explicit) underWay = nonce
    const took = context.claim(
      statusCheckStarted({ nonce, conversationIds, ...(explicit && { explicit }) }),
      ({ turns }) => turns.statusChecks.some((check) => check.nonce === nonce),
    )
    if (!took && underWay === nonce) underWay = null
  }

  function startDue(): void {
    if (underWay !== null || !context.coordinator.leads()) return
    context.flushProgress()
    const now = context.now()
    const { turns } = context.read()
    if (!entriesOf(turns).some((entry) => isDue(entry, now))) return
    if (environment.hidden()) {
      // In the future: the clock has been set back since.
      const next = lastHiddenCheckAt > now ? now : lastHiddenCheckAt + HIDDEN_INTERVAL
      if (now < next) return scheduler.set('hidden', next, startDue)
      lastHiddenCheckAt = now
    }
    leave(followedConversations(turns), false)
  }

  return {
    startDue,
    start(conversationIds) {
      if (context.coordinator.leads()) leave(conversationIds, true)
      else context.coordinator.checkElsewhere(conversationIds)
    },
    ended(nonce, failed) {
      if (underWay === nonce) underWay = null
      failures = failed ? failures + 1 : 0
      return context.now() + (failed ? backoff() : recheckInterval)
    },
    renewBackoff: () => void (failures = 0),
    renew() {
      if (underWay !== null) requests.abort(underWay)
      underWay = null
      failures = 0
    },
  }
}

/** The conversations that a person who comes back to the page wants to know about. */
export const followedConversations = (turns: TurnsState): readonly string[] =>
  entriesOf(turns)
    .filter((entry) => nextCheckOf(entry) !== null)
    .map(({ conversationId }) => conversationId)
