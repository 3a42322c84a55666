/**
 * What a conversation goes on with by itself, as its server has announced it. It is no turn, and keeps nobody from sending.
 * When its time has passed and nothing has shown, a status check leaves (contract, 3).
 */
import { resolveAddress } from '../state/address'
import { entryOf, patchEntry } from '../state/turns'
import type {
  Address,
  ReportedSchedule,
  ScheduledWork,
  StatusAnswer,
  StatusCheck,
  TurnsState,
} from '../types'
import type { RuleContext } from './context'
import { mayFollowForeign } from './ends'

/** When it begins, by the keeper's clock; `null` where no time is told. */
const timeOf = ({ inMs, startsAt }: ReportedSchedule, at: number): number | null =>
  inMs !== undefined ? at + Math.max(inMs, 0) : (startsAt ?? null)

/** Writes down what was announced; without a time, that nothing is scheduled. */
function schedule(
  { config, at }: RuleContext,
  turns: TurnsState,
  key: string,
  told: ReportedSchedule,
): TurnsState {
  const entry = entryOf(turns, key)
  const known = entry?.scheduled ?? null
  const time = timeOf(told, at)
  if (time === null) return known ? patchEntry(turns, key, { scheduled: null }) : turns
  if (!entry && !mayFollowForeign(turns)) return turns
  const scheduled: ScheduledWork = {
    at: time,
    name: told.name ?? null,
    seq: turns.seq + 1,
    checkAt: Math.max(time, at) + config.recheckInterval,
  }
  return patchEntry(turns, key, { scheduled })
}

/** The wire announces it, by whatever name it knows the conversation, or the turn that has asked for it. */
export function workScheduled(
  ctx: RuleContext,
  turns: TurnsState,
  payload: Address & ReportedSchedule,
): TurnsState {
  if (payload.replayed) return turns
  const target = resolveAddress(turns, ctx.conversations, payload)
  switch (target.kind) {
    case 'turn':
      return schedule(ctx, turns, target.turn.conversationId, payload)
    case 'ended':
      return schedule(ctx, turns, target.ended.conversationId, payload)
    case 'conversation':
    case 'unplaced':
      return schedule(ctx, turns, target.key, payload)
    case 'unknown':
      return target.key === null ? turns : schedule(ctx, turns, target.key, payload)
    // A helper that goes on by itself is at work for its parent.
    case 'background':
    case 'unaddressed':
      return turns
  }
}

/** A turn begins by itself: where the time has come, it is what was scheduled. */
export const scheduledAfterStart = (
  { config, at }: RuleContext,
  scheduled: ScheduledWork | null,
): ScheduledWork | null => (scheduled && scheduled.at - at <= config.recheckInterval ? null : scheduled)

/**
 * A status answer that leaves it out says nothing before its time. After that, whatever runs or does not is what has become
 * of it.
 */
export function scheduledByAnswer(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  { scheduled: told }: StatusAnswer,
  check: StatusCheck,
): TurnsState {
  const known = entryOf(turns, key)?.scheduled
  if (known && known.seq > check.seq) return turns
  if (told !== undefined) return schedule(ctx, turns, key, told ?? {})
  return known && known.at <= check.at ? patchEntry(turns, key, { scheduled: null }) : turns
}

/** Without a status check nothing else tells: it is forgotten, as background runs are. */
export function expireScheduled({ config, at }: RuleContext, turns: TurnsState, key: string): TurnsState {
  const scheduled = entryOf(turns, key)?.scheduled
  return scheduled && !config.hasStatusChecks && scheduled.at + config.backgroundRunExpiry <= at
    ? patchEntry(turns, key, { scheduled: null })
    : turns
}
