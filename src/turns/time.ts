/** What time does to turns: the deadlines of one turn, and time that nobody observed (laws 8 and 10). */
import { amendEntry, findTurn, hasLeft, isQueued } from '../state/turns'
import type { ConversationTurns, Turn, TurnsState } from '../types'
import type { RuleContext } from './context'
import { changeEntries } from './checks'
import { inferredEnd, isWaitingForPerson, settle, undelivered } from './ends'
import { amendTurn, changeTurn, hasStarted, nextCheckAt } from './turn'

/** When a turn is due for another reason than a status check: its hard limit or, without status checks, its silence. */
export function turnDueAt(hasStatusChecks: boolean, turn: Turn, isActive: boolean): number | null {
  const { limitAt } = turn
  const checkAt = hasStatusChecks || !isActive ? null : turn.checkAt
  return limitAt === null ? checkAt : Math.min(limitAt, checkAt ?? Infinity)
}

/** The hard limit or, without status checks, silence: carried out for the evidence that it was armed for. */
export function turnOverdue(
  ctx: RuleContext,
  turns: TurnsState,
  payload: { readonly turnId: string; readonly conversationId: string; readonly evidenceSeq: number },
): TurnsState {
  const { config, at } = ctx
  const turn = findTurn(turns, payload.turnId, payload.conversationId)
  if (!turn || turn.evidenceSeq !== payload.evidenceSeq) return turns
  if (turn.limitAt !== null && turn.limitAt <= at) {
    const message = 'The turn took longer than the hard limit allows.'
    return settle(ctx, turns, turn, inferredEnd('timeout', { message, code: 'hard_limit' }))
  }
  if (config.hasStatusChecks || turn.checkAt === null || turn.checkAt > at || isQueued(turns, turn))
    return turns
  if (turn.stop?.state === 'acknowledged') return settle(ctx, turns, turn, inferredEnd('cancelled'))
  const { unconfirmedEnd } = turn
  if (unconfirmedEnd && turn.sendState !== 'sending')
    return settle(ctx, turns, turn, { ...unconfirmedEnd, grade: 'inferred' })
  const silentFrom = (turn.resumesAt ?? 0) + config.stallTimeout
  if (silentFrom > at) return changeTurn(turns, turn, { checkAt: silentFrom })
  const isUnconfirmed = turn.sendState === 'unconfirmed' && !hasStarted(turn)
  if (isUnconfirmed && at - (turn.acceptedAt ?? turn.startedAt) >= config.registrationWindow)
    return settle(ctx, turns, turn, undelivered())
  return changeTurn(turns, turn, {
    isStalled: !isWaitingForPerson(ctx, turn),
    checkAt: isUnconfirmed ? nextCheckAt(config, turn, at) : null,
  })
}

/**
 * Time passed without observation, or the clock was set back: it counts for no deadline, and everything that runs is
 * checked first (laws 9 and 10).
 *
 * @param shiftMs How far the clock moved beyond what was observed. Negative where it was set back.
 */
export function wake({ config, at }: RuleContext, turns: TurnsState, shiftMs: number): TurnsState {
  return changeEntries(turns, (entry) => wakeEntry(entry, turns.seq + 1, at, shiftMs, config.hasStatusChecks))
}

/** The clock was set back since an entry was written down, where anything in it lies in the future: what waits is shifted. */
export function shiftUnsentIfSetBack({ at }: RuleContext, entry: ConversationTurns): ConversationTurns {
  const setBack = at - newestRecordOf(entry)
  if (setBack >= 0 || entry.queue.every(hasLeft)) return entry
  return amendEntry(entry, {
    queue: entry.queue.map((turn) => (hasLeft(turn) ? turn : shiftUnsent(turn, setBack, at))),
  })
}

/** A turn that has not left, and waits as long as it was to wait when the clock is set back. */
const shiftUnsent = (turn: Turn, setBack: number, at: number): Turn =>
  amendTurn(turn, {
    notBefore: turn.notBefore > at ? turn.notBefore + setBack : turn.notBefore,
    startedAt: turn.startedAt + setBack,
    sentAt: turn.sentAt === null ? null : turn.sentAt + setBack,
    lastEvidenceAt: turn.lastEvidenceAt + setBack,
  })

/** The newest time that an entry says has passed. What is still to come, such as `notBefore`, is none. */
const newestRecordOf = ({ active, queue, unplacedRuns, stopsInFlight }: ConversationTurns): number =>
  Math.max(
    ...[...(active ? [active] : []), ...queue].map(
      ({ startedAt, sentAt, acceptedAt, lastEvidenceAt, stop }) =>
        Math.max(
          startedAt,
          sentAt ?? startedAt,
          acceptedAt ?? startedAt,
          lastEvidenceAt,
          stop?.at ?? startedAt,
        ),
    ),
    ...unplacedRuns.map(({ startedAt, lastEvidenceAt }) => Math.max(startedAt, lastEvidenceAt)),
    ...stopsInFlight.map((stop) => stop.at),
  )

function wakeEntry(
  entry: ConversationTurns,
  seq: number,
  at: number,
  shiftMs: number,
  hasStatusChecks: boolean,
): ConversationTurns {
  // What was written down by a clock that has been set back since is as long ago as it was.
  const setBack = Math.min(shiftMs, 0)
  const earlier = (time: number | null): number | null => (time === null ? null : time + setBack)
  const awake = (turn: Turn, isActive: boolean): Turn =>
    hasLeft(turn)
      ? amendTurn(turn, {
          isUnverified: true,
          checkAt: isActive ? at : null,
          limitAt: turn.limitAt === null ? null : turn.limitAt + shiftMs,
          startedAt: turn.startedAt + setBack,
          sentAt: earlier(turn.sentAt),
          acceptedAt: earlier(turn.acceptedAt),
          lastEvidenceAt: turn.lastEvidenceAt + setBack,
          firstEvidenceAt: earlier(turn.firstEvidenceAt),
          firstOutputAt: earlier(turn.firstOutputAt),
          resumesAt: earlier(turn.resumesAt),
          stop: turn.stop && { ...turn.stop, at: turn.stop.at + setBack },
        })
      : setBack === 0
        ? turn
        : shiftUnsent(turn, setBack, at)
  const needsCheck = hasStatusChecks && (entry.active !== null || entry.checkAt !== null)
  const changes =
    needsCheck ||
    entry.active !== null ||
    entry.sessionCheckAt !== null ||
    entry.unplacedRuns.length > 0 ||
    entry.backgroundRuns.length > 0 ||
    entry.scheduled !== null ||
    entry.stopsInFlight.length > 0 ||
    entry.queue.some((turn) => hasLeft(turn) || setBack < 0)
  if (!changes) return entry
  return amendEntry(entry, {
    active: entry.active && awake(entry.active, true),
    queue: entry.queue.map((turn) => awake(turn, false)),
    unplacedRuns: entry.unplacedRuns.map((run) => ({
      ...run,
      checkAt: at,
      startedAt: run.startedAt + setBack,
      lastEvidenceAt: run.lastEvidenceAt + setBack,
    })),
    backgroundRuns: entry.backgroundRuns.map((run) => ({
      ...run,
      startedAt: run.startedAt + setBack,
      expiresAt: run.expiresAt + shiftMs,
      stop: run.stop && { ...run.stop, at: run.stop.at + setBack },
    })),
    scheduled: entry.scheduled && {
      ...entry.scheduled,
      at: entry.scheduled.at + setBack,
      checkAt: entry.scheduled.checkAt + setBack,
    },
    stopsInFlight: entry.stopsInFlight.map((stop) => ({ ...stop, at: stop.at + setBack })),
    checkAt: needsCheck ? at : entry.checkAt,
    checkReasonSeq: needsCheck ? seq : entry.checkReasonSeq,
    sessionCheckAt: entry.sessionCheckAt === null ? null : at,
  })
}
