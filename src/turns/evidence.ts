/** Evidence that something runs: of the turn that it names, of the active one, of a run beside it, or of somebody new. */
import type { ProgressKind } from '../actions'
import { resolveAddress } from '../state/address'
import {
  activeOf,
  currentTurn,
  entryOf,
  findEnded,
  findHelper,
  findTurn,
  findTurnByRun,
  isKnownTurn,
  isQueued,
  lastEnded,
  patchEntry,
  putTurn,
} from '../state/turns'
import { without } from '../state/lists'
import type { Address, Turn, TurnActivity, TurnsState } from '../types'
import type { RuleContext } from './context'
import { bindRun, forgetRun, isTaken } from './bindings'
import { requestCheck } from './checks'
import { checkConversation, mayFollowForeign, promoteElsewhere, revoke, stepBack, supersede } from './ends'
import { seeBackgroundRun, seeUnplacedRun } from './runs'
import { scheduledAfterStart } from './scheduled'
import {
  canBeRunOf,
  changeTurn,
  hasStarted,
  isDelivered,
  isUnanswered,
  isUnbound,
  limitFrom,
  newTurn,
  stopAfterEvidence,
  watchedTurn,
} from './turn'

/** What a kind of progress shows the turn to be doing; the others leave it as it is. */
const ACTIVITY_OF: ReadonlyMap<ProgressKind, TurnActivity> = new Map<ProgressKind, TurnActivity>([
  ['output', 'streaming'],
  ['reasoning', 'thinking'],
  ['tool_open', 'thinking'],
  ['tool_closed', 'thinking'],
  ['compaction_open', 'thinking'],
])
export const activityOf = (kind: ProgressKind): TurnActivity | null => ACTIVITY_OF.get(kind) ?? null

export interface Evidence extends Address {
  readonly continues?: string | null | undefined
  readonly startedMsAgo?: number | undefined
  readonly name?: string | undefined
  /** It does nothing until it is resumed. */
  readonly isPaused?: boolean | undefined
  /** Only a word about the session: somebody is at work, which is no proof that an unanswered send arrived. */
  readonly isSessionWord?: boolean | undefined
}

/** How long something has been running, as the server says; a number that is none was refused with its action. */
const elapsed = (ms = 0): number => Math.max(ms, 0)

/**
 * A signal shows that something runs. One that `opens` a turn (a start) does so where mere progress that names nobody only
 * gives a reason to check.
 */
export function showsRunning(
  ctx: RuleContext,
  turns: TurnsState,
  signal: Evidence,
  activity: TurnActivity | null,
  opens = false,
): TurnsState {
  if (signal.replayed) return turns
  const target = resolveAddress(turns, ctx.conversations, signal)
  switch (target.kind) {
    case 'turn':
      return confirmTurn(ctx, turns, target.turn, signal, activity)
    case 'ended': {
      const revoked = revoke(ctx, turns, target.ended)
      const turn =
        revoked === turns ? undefined : findTurn(revoked, target.ended.turnId, target.ended.conversationId)
      return turn ? confirmTurn(ctx, revoked, turn, signal, activity) : turns
    }
    case 'background': {
      if (target.isOver && !opens) return turns
      const { runId, key } = target
      const { role, parent = null, name, isPaused } = signal
      const told = role === 'child' || role === 'auxiliary' ? role : (target.run?.role ?? 'child')
      return seeBackgroundRun(ctx, turns, key, { runId, role: told, parent, name, isPaused })
    }
    case 'unplaced': {
      const { key, run } = target
      // Without a status check nothing else tells what it is: where nothing else runs, it is the turn.
      if (!ctx.config.hasStatusChecks && !activeOf(turns, key))
        return adoptTurn(ctx, turns, key, { ...signal, turnId: signal.turnId ?? run.turnId }, activity)
      return seeUnplacedRun(ctx, turns, key, { ...run, startedAt: ctx.at })
    }
    case 'conversation':
      return runsUnnamed(ctx, turns, target.key, signal, activity, opens)
    case 'unknown':
      return target.key === null ? turns : runsUnknown(ctx, turns, target.key, signal, activity)
    case 'unaddressed':
      return turns
  }
}

/** Evidence that names a turn, or a run that is bound to it. */
function confirmTurn(
  ctx: RuleContext,
  turns: TurnsState,
  turn: Turn,
  { turnId, runId, source }: Evidence,
  activity: TurnActivity | null,
): TurnsState {
  if (runId == null || turn.runs.includes(runId))
    return confirmRunning(ctx, turns, turn, activity, 'named', source)
  if (turnId == null) return confirmRunning(ctx, turns, turn, activity, 'unnamed', source)
  // The signal names both: it says whose run it is.
  const bound = bindRun(turns, turn, runId)
  return confirmRunning(ctx, bound, currentTurn(bound, turn), activity, 'named', source)
}

/** Evidence about this very turn. It moves its deadline, verifies it, and lets a stop that came too early leave again. */
export function confirmRunning(
  ctx: RuleContext,
  turns: TurnsState,
  turn: Turn,
  activity: TurnActivity | null,
  how: 'named' | 'unnamed',
  source?: string | null,
): TurnsState {
  const { config, at } = ctx
  const isNamed = how === 'named'
  const next = isQueued(turns, turn) && isNamed ? moveToFront(ctx, turns, turn) : turns
  const now = currentTurn(next, turn)
  const { sendState } = now
  return putTurn(
    next,
    now,
    watchedTurn(
      config,
      now,
      {
        activity: activity ?? now.activity,
        sendState: isNamed ? 'accepted' : sendState,
        acceptedAt: now.acceptedAt ?? (isNamed ? at : null),
        evidenceSeq: next.seq + 1,
        lastEvidenceAt: at,
        started: isNamed || now.started === 'named' ? 'named' : 'unnamed',
        isStalled: false,
        isUnverified: false,
        backendRestarted: false,
        source: source ?? now.source,
        unconfirmedEnd: isNamed || now.unconfirmedEnd?.runId == null ? null : now.unconfirmedEnd,
        reportedError: null,
        stop: stopAfterEvidence(config, now, at),
        firstEvidenceAt: now.firstEvidenceAt ?? at,
        firstOutputAt: now.firstOutputAt ?? (activity === 'streaming' ? at : null),
        retry: null,
        resumesAt: null,
      },
      at,
    ),
  )
}

/**
 * A turn that waited behind another shows that it runs: the server has gone on to it. The one in front is over; but one
 * whose request is still open only lost its place.
 */
function moveToFront(ctx: RuleContext, turns: TurnsState, turn: Turn): TurnsState {
  const key = turn.conversationId
  const front = entryOf(turns, key)?.active
  let next = turns
  if (front) {
    next = isUnanswered(front) ? stepBack(ctx, next, front) : supersede(ctx, next, front)
  }
  const entry = entryOf(next, key)
  if (!entry || entry.active?.turnId === turn.turnId) return next
  const mine = entry.queue.find(({ turnId }) => turnId === turn.turnId)
  if (!mine) return next
  // The end of the one in front may have promoted another that had left: it goes back.
  const rest = without(entry.queue, (other) => other === mine)
  const queue = entry.active ? [entry.active, ...rest] : rest
  const moved = patchEntry(next, key, { active: mine, queue })
  return entry.active ? promoteElsewhere(ctx, moved, entry.active) : moved
}

/**
 * Something runs, and only its conversation is named. No turn there: a start opens one, unless it may be the echo of one
 * that has just ended; an unnamed "running" is a reason to check, not yet a turn.
 */
function runsUnnamed(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  signal: Evidence,
  activity: TurnActivity | null,
  opens: boolean,
): TurnsState {
  const { config, at } = ctx
  const active = activeOf(turns, key)
  if (active) {
    if (isDelivered(active) || hasStarted(active) || !signal.isSessionWord || !config.hasStatusChecks)
      return confirmRunning(ctx, turns, active, activity, 'unnamed', signal.source)
    // Somebody is at work here. Whether it is this turn, whose send has no answer yet, is not said.
    return changeTurn(turns, active, { lastEvidenceAt: at, isStalled: false })
  }
  const last = lastEnded(turns, key)
  const isEcho = last !== undefined && at - last.endedAt < config.registrationWindow
  if (opens && !(config.hasStatusChecks && isEcho)) return adoptTurn(ctx, turns, key, signal, activity)
  return config.hasStatusChecks ? checkConversation(ctx, turns, key) : turns
}

/** A turn or run that nobody here has heard of: a foreign turn, our own that is not bound yet, or a helper. */
function runsUnknown(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  signal: Evidence,
  activity: TurnActivity | null,
): TurnsState {
  const active = activeOf(turns, key)
  if (!active) return adoptTurn(ctx, turns, key, signal, activity)
  const runId = signal.runId ?? null
  const turnId = signal.turnId ?? null
  const startedAt = ctx.at - elapsed(signal.startedMsAgo)
  const carriesOn = signal.continues != null && active.runs.includes(signal.continues)
  // One of which no age is told begins now, whatever the clock says: it may have been set back since.
  const isOlder = signal.startedMsAgo !== undefined && !canBeRunOf(active, startedAt)
  if (runId !== null && turnId === null && !isOlder) {
    if (carriesOn || (isUnbound(active) && active.guessedRun === null))
      return bindStarted(ctx, turns, active, runId, activity, carriesOn, signal.source)
  }
  if (!ctx.config.hasStatusChecks && !isOlder && active.sendState !== 'sending')
    return takeConversation(ctx, supersede(ctx, turns, active), key, signal, activity)
  const source = signal.source ?? null
  // A run that is certainly another turn's is not said to be this one's.
  const isTaken = runId !== null && turnId !== null && findTurnByRun(turns, runId, key) !== undefined
  const seen = seeUnplacedRun(ctx, turns, key, { runId: isTaken ? null : runId, turnId, startedAt, source })
  return seen === turns ? turns : requestCheck(ctx, seen, key)
}

/** Who is newer takes the conversation. The turn that the server held there has its run, or waits on behind it. */
function takeConversation(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  signal: Evidence,
  activity: TurnActivity | null,
): TurnsState {
  const active = activeOf(turns, key)
  if (!active) return adoptTurn(ctx, turns, key, signal, activity)
  const isItsRun = signal.turnId == null && isUnbound(active) && active.guessedRun === null
  if (isItsRun && signal.runId != null)
    return bindStarted(ctx, turns, active, signal.runId, activity, false, signal.source)
  // One that only shows here under another key of its keeps its place.
  const free = active.conversationId === key ? stepBack(ctx, turns, active) : turns
  return adoptTurn(ctx, free, key, signal, activity)
}

/** The first run that starts after a send is that send's: for certain once it was answered, before that by guess. */
export function bindStarted(
  ctx: RuleContext,
  turns: TurnsState,
  turn: Turn,
  runId: string,
  activity: TurnActivity | null,
  isCertain: boolean,
  source?: string | null,
): TurnsState {
  if (isCertain || isDelivered(turn) || turn.origin === 'remote') {
    const bound = bindRun(turns, turn, runId)
    const now = currentTurn(bound, turn)
    return confirmRunning(ctx, bound, now, activity, 'named', source)
  }
  if (isTaken(turns, turn, runId)) return turns
  const free = forgetRun(turns, turn.conversationId, runId)
  const guessed = changeTurn(free, turn, { guessedRun: runId })
  const now = currentTurn(guessed, turn)
  return confirmRunning(ctx, guessed, now, activity, 'unnamed', source)
}

/** Whether no turn has had this name: neither one that goes on, by itself or merged, nor one that has left a record. */
const isFreeName = (turns: TurnsState, turnId: string): boolean =>
  !isKnownTurn(turns, turnId) && !findEnded(turns, turnId)

/** A turn that nobody has named goes by its run, unless that name is taken: another conversation may count alike. */
function nameFor(turns: TurnsState, key: string, runId: string | null): string {
  const name = `run:${runId}`
  return runId !== null && isFreeName(turns, name) ? name : `remote:${key}:${turns.seq + 1}`
}

/** A turn that came in from elsewhere: shown, stoppable and ended like any other. */
export function adoptTurn(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  signal: Evidence,
  activity: TurnActivity | null,
): TurnsState {
  const { config, at } = ctx
  const entry = entryOf(turns, key)
  if (!entry && !mayFollowForeign(turns)) return turns
  const runId = signal.runId ?? null
  const turnId = signal.turnId ?? null
  // It was named before it was known here, and has been submitted or restored since.
  const known = turnId === null ? undefined : findTurn(turns, turnId, key)
  if (known) return confirmRunning(ctx, turns, known, activity, 'named', signal.source)
  const turn = newTurn({
    turnId: turnId !== null && isFreeName(turns, turnId) ? turnId : nameFor(turns, key, runId),
    conversationId: key,
    origin: 'remote',
    runs: runId === null || findHelper(turns, key, runId) ? [] : [runId],
    activity: activity ?? 'thinking',
    sendState: 'accepted',
    startedAt: at - elapsed(signal.startedMsAgo),
    acceptedAt: at,
    createdSeq: turns.seq + 1,
    lastEvidenceAt: at,
    started: runId === null && turnId === null ? 'unnamed' : 'named',
    source: signal.source ?? null,
    checkAt: at + config.stallTimeout,
    limitAt: limitFrom(config, at),
    firstEvidenceAt: at,
    firstOutputAt: activity === 'streaming' ? at : null,
  })
  const placed = runId === null ? turns : forgetRun(turns, key, runId)
  return patchEntry(placed, key, {
    active: turn,
    checkAt: null,
    scheduled: scheduledAfterStart(ctx, entry?.scheduled ?? null),
    unplacedRuns: without(
      entryOf(placed, key)?.unplacedRuns ?? [],
      (run) => turnId !== null && run.turnId === turnId,
    ),
  })
}

/** Silence about a turn counts anew: a person has just answered it. */
export const keepWatching = (
  config: RuleContext['config'],
  turns: TurnsState,
  turn: Turn,
  at: number,
): TurnsState =>
  isQueued(turns, turn) ? turns : putTurn(turns, turn, watchedTurn(config, turn, { lastEvidenceAt: at }, at))
