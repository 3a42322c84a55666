/** Reasons to check, and status checks as they leave and close. What they tell is judged in `answers.ts`. */
import { keyOf } from '../state/conversations'
import { without } from '../state/lists'
import { mapRows } from '../state/table'
import { amendEntry, entryOf, hasLeft, patchTurns, turnsIn } from '../state/turns'
import type {
  ConversationTurns,
  ScheduledWork,
  StatusCheck,
  Turn,
  TurnError,
  TurnsState,
  UnconfirmedEnd,
} from '../types'
import type { RuleContext } from './context'
import { checkConversation, isWaitingForPerson } from './ends'
import { amendTurn, changeTurn, checkBy, isSilent } from './turn'

/**
 * How long a hint waits for the word that names the turn, ms: wires often say "idle" or "error" some milliseconds before the
 * named end, and a check that leaves in between is wasted.
 */
export const HINT_DELAY = 250

/** How many status checks may be in flight at once. */
const CHECKS_IN_FLIGHT = 64

/** What was said of a turn without naming it for certain. */
export interface Hearsay {
  readonly end?: UnconfirmedEnd | undefined
  readonly error?: TurnError | undefined
}

/**
 * Something may have happened in this conversation: a status check leaves now (law 4). What was said is kept, for the end
 * that the check may confirm without a word on how it came.
 */
export function requestCheck(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  { end, error }: Hearsay = {},
  delay = 0,
): TurnsState {
  const entry = entryOf(turns, key)
  if (!ctx.config.hasStatusChecks || !entry) return turns
  const { active } = entry
  if (!active) {
    return entry.queue.length > 0 || entry.unplacedRuns.length > 0
      ? checkConversation(ctx, turns, key)
      : turns
  }
  const told =
    (end && active.unconfirmedEnd?.runId == null) || error
      ? changeTurn(turns, active, {
          unconfirmedEnd: end && active.unconfirmedEnd?.runId == null ? end : active.unconfirmedEnd,
          reportedError: error ?? active.reportedError,
        })
      : turns
  return checkConversation(ctx, told, key, ctx.at + delay)
}

/** A hint that the turn may be over: where its named end follows at once, no status check leaves (law 4). */
export const hintCheck = (ctx: RuleContext, turns: TurnsState, key: string, said?: Hearsay): TurnsState =>
  requestCheck(ctx, turns, key, said, HINT_DELAY)

/** The same for every running turn: the wire did not say which it meant. */
export const hintCheckOfAll = (ctx: RuleContext, turns: TurnsState): TurnsState =>
  ctx.config.hasStatusChecks
    ? changeEntries(turns, (entry) => (entry.active ? withReason(entry, turns, ctx.at + HINT_DELAY) : entry))
    : turns

/** The entry with a reason to check it now. */
export const withReason = (entry: ConversationTurns, turns: TurnsState, at: number): ConversationTurns =>
  amendEntry(entry, {
    checkAt: checkBy(entry, at),
    checkReasonSeq: turns.seq + 1,
  })

/** Changes every entry that `change` has something for. */
export function changeEntries(
  turns: TurnsState,
  change: (entry: ConversationTurns) => ConversationTurns,
): TurnsState {
  const byConversation = mapRows(turns.byConversation, change)
  return byConversation === turns.byConversation ? turns : patchTurns(turns, { byConversation })
}

/** Changes every turn that has left. */
export function changeTurnsThatLeft(
  entry: ConversationTurns,
  change: (turn: Turn, isActive: boolean) => Turn,
): ConversationTurns {
  if (!turnsIn(entry).some(hasLeft)) return entry
  return amendEntry(entry, {
    active: entry.active && change(entry.active, true),
    queue: entry.queue.map((turn) => (hasLeft(turn) ? change(turn, false) : turn)),
  })
}

/** When the next status check of a conversation is due; `null` where nothing there needs one. */
export function nextCheckOf(entry: ConversationTurns): number | null {
  let at = entry.checkAt ?? Infinity
  if (entry.active === null) at = Math.min(at, entry.sessionCheckAt ?? Infinity)
  else if (entry.active.checkAt !== null) at = Math.min(at, entry.active.checkAt)
  for (const run of entry.unplacedRuns) at = Math.min(at, run.checkAt)
  if (entry.scheduled) at = Math.min(at, entry.scheduled.checkAt)
  return at === Infinity ? null : at
}

const isDue = (turns: TurnsState, key: string, at: number): boolean => {
  const entry = entryOf(turns, key)
  const dueAt = entry && nextCheckOf(entry)
  return dueAt != null && dueAt <= at
}

/**
 * A status check leaves: compare-and-set. Taken where at least one of its conversations is due, or it was asked for by name.
 * Silence shows from here on: the watchdog checks, it does not end (law 8).
 */
export function startCheck(
  ctx: RuleContext,
  turns: TurnsState,
  payload: {
    readonly nonce: string
    readonly conversationIds: readonly string[]
    readonly explicit?: boolean | undefined
  },
): TurnsState {
  const { config, conversations, at } = ctx
  const keys = payload.conversationIds.map((id) => keyOf(conversations, id))
  if (!payload.explicit && !keys.some((key) => isDue(turns, key, at))) return turns
  const answerBy = at + config.statusTimeout + config.recheckInterval
  const asked = new Set(keys)
  const check = { nonce: payload.nonce, conversationIds: keys, seq: turns.seq + 1, at }
  const leaving = patchTurns(turns, {
    statusChecks: [...turns.statusChecks, check].slice(-CHECKS_IN_FLIGHT),
  })
  return changeEntries(leaving, (entry) => {
    if (!asked.has(entry.conversationId)) return entry
    const { active } = entry
    const isOverdue = entry.scheduled !== null && entry.scheduled.checkAt <= at
    const stalls = active !== null && isSilent(config, active, at) && !isWaitingForPerson(ctx, active)
    return amendEntry(entry, {
      active: active && amendTurn(active, { checkAt: answerBy, isStalled: active.isStalled || stalls }),
      unplacedRuns: entry.unplacedRuns.map((run) => ({ ...run, checkAt: answerBy })),
      scheduled: isOverdue ? { ...entry.scheduled, checkAt: answerBy } : entry.scheduled,
      checkAt: entry.checkAt === null ? null : answerBy,
      sessionCheckAt: entry.sessionCheckAt === null ? null : answerBy,
    })
  })
}

/** Whether the time of what was scheduled had passed when the check left. */
const isUntold = (scheduled: ScheduledWork | null, { seq, at }: StatusCheck): scheduled is ScheduledWork =>
  scheduled !== null && scheduled.seq < seq && scheduled.at <= at

/** The check has told what it had to tell: what it did not answer for is due again at `nextAt`. */
export function endCheck(
  { conversations }: RuleContext,
  turns: TurnsState,
  payload: { readonly nonce: string; readonly nextAt?: number | undefined },
): TurnsState {
  const check = turns.statusChecks.find(({ nonce }) => nonce === payload.nonce)
  if (!check) return turns
  const { nextAt } = payload
  const closed = patchTurns(turns, { statusChecks: without(turns.statusChecks, (other) => other === check) })
  if (nextAt === undefined || check.conversationIds.length === 0) return closed
  const unanswered = new Set(check.conversationIds.map((id) => keyOf(conversations, id)))
  return changeEntries(closed, (entry) => {
    if (!unanswered.has(entry.conversationId)) return entry
    const isNewReason = entry.checkReasonSeq > check.seq
    return amendEntry(entry, {
      active: entry.active && amendTurn(entry.active, { checkAt: nextAt }),
      unplacedRuns: entry.unplacedRuns.map((run) =>
        run.createdSeq > check.seq ? run : { ...run, checkAt: nextAt },
      ),
      scheduled: isUntold(entry.scheduled, check) ? { ...entry.scheduled, checkAt: nextAt } : entry.scheduled,
      checkAt: entry.checkAt === null ? null : isNewReason ? Math.min(entry.checkAt, nextAt) : nextAt,
      sessionCheckAt: entry.sessionCheckAt === null ? null : nextAt,
    })
  })
}
