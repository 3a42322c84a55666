/** Runs that are not the active turn's: of unknown origin (unplaced), or beside it (background). */
import { isAsking, parentOf, questionsOf } from '../state/conversations'
import { RUNS_PER_CONVERSATION } from '../state/config'
import { NONE, remember, replaceItem, without } from '../state/lists'
import {
  endedRunKey,
  entryOf,
  findAsker,
  findBackground,
  findTurnByRun,
  findUnplaced,
  patchEntry,
  patchTurns,
} from '../state/turns'
import type {
  BackgroundRun,
  BackgroundStop,
  StatusAnswer,
  StatusCheck,
  TurnsState,
  UnplacedRun,
} from '../types'
import type { RuleContext } from './context'
import { checkConversation, mayFollowForeign } from './ends'
import { changeTurn } from './turn'

/** Evidence of a run beside the turn, or of unknown origin, is written down this often at most, ms: it may stream. */
const EVIDENCE_INTERVAL = 1_000

/** Sequence number of the newest evidence of a run: a question that it asks counts at once. */
export const newestEvidenceOf = (
  { conversations }: RuleContext,
  key: string,
  run: Pick<UnplacedRun, 'runId' | 'evidenceSeq'>,
): number =>
  questionsOf(conversations, key).reduce(
    (newest, { askerId, seq }) => (askerId === run.runId ? Math.max(newest, seq) : newest),
    run.evidenceSeq,
  )

// ---------------------------------------------------------------- unplaced runs

export interface SeenRun {
  readonly runId: string | null
  readonly turnId: string | null
  readonly startedAt: number
  readonly source: string | null
}

/** A run of unknown origin shows that it runs. It has a next check of its own, which no other run moves. */
export function seeUnplacedRun(ctx: RuleContext, turns: TurnsState, key: string, seen: SeenRun): TurnsState {
  const { at } = ctx
  const entry = entryOf(turns, key)
  const known = findUnplaced(turns, key, seen.runId, seen.turnId)
  if (!known) {
    const name = seen.runId ?? seen.turnId ?? ''
    if (findBackground(turns, key, name)) return turns
    if (seen.runId !== null && findTurnByRun(turns, seen.runId, key)) return turns
    if (entry && entry.unplacedRuns.length >= RUNS_PER_CONVERSATION) return turns
    const run: UnplacedRun = {
      runId: name,
      turnId: seen.turnId,
      startedAt: seen.startedAt,
      createdSeq: turns.seq + 1,
      evidenceSeq: turns.seq + 1,
      lastEvidenceAt: at,
      checkAt: at,
      source: seen.source,
    }
    return patchEntry(turns, key, { unplacedRuns: [...(entry?.unplacedRuns ?? []), run] })
  }
  if (at - known.lastEvidenceAt < EVIDENCE_INTERVAL) return turns
  const fresh: UnplacedRun = {
    ...known,
    evidenceSeq: turns.seq + 1,
    lastEvidenceAt: at,
    // Nothing else is shown here: what this run is must be known soon.
    checkAt: entry?.active ? known.checkAt : Math.min(known.checkAt, at),
  }
  return patchEntry(turns, key, { unplacedRuns: replaceItem(entry!.unplacedRuns, known, fresh) })
}

/** The run has been placed, or is over. */
export const dropUnplacedRun = (turns: TurnsState, key: string, run: UnplacedRun): TurnsState =>
  patchEntry(turns, key, {
    unplacedRuns: without(entryOf(turns, key)?.unplacedRuns ?? [], ({ runId }) => runId === run.runId),
  })

/** The run is over, and a late signal of it does not open it again. */
export function endUnplacedRun(turns: TurnsState, key: string, run: UnplacedRun): TurnsState {
  const ended = patchTurns(turns, { endedRuns: remember(turns.endedRuns, endedRunKey(key, run.runId)) })
  return dropUnplacedRun(ended, key, run)
}

/** A status check that left after its newest evidence knows nothing of the run: it is no turn, but may go on beside one. */
export function demoteUnplacedRun(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  run: UnplacedRun,
): TurnsState {
  const beside: BackgroundRun = {
    runId: run.runId,
    conversationId: key,
    role: 'unlabelled',
    parent: null,
    startedAt: run.startedAt,
    evidenceSeq: run.evidenceSeq,
    expiresAt: ctx.at + ctx.config.backgroundRunExpiry,
    name: null,
    isPaused: false,
    stop: null,
  }
  const dropped = dropUnplacedRun(turns, key, run)
  return patchEntry(dropped, key, {
    backgroundRuns: [...(entryOf(dropped, key)?.backgroundRuns ?? []), beside],
  })
}

// ---------------------------------------------------------------- background runs

/** It shows life: a stop of it that was acknowledged some time ago was not heeded. */
const stopAfterLife = ({ config, at }: RuleContext, { stop }: BackgroundRun): BackgroundStop | null =>
  stop?.state === 'acknowledged' && at - stop.at >= config.recheckInterval
    ? { ...stop, state: 'unheeded' }
    : stop

export interface SeenBackgroundRun extends Pick<BackgroundRun, 'runId' | 'role' | 'parent'> {
  readonly name?: string | null | undefined
  readonly isPaused?: boolean | undefined
}

/** A background run shows that it is there: it is remembered, and forgotten when it has been silent for long (law 14). */
export function seeBackgroundRun(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  { runId, role, parent, name, isPaused = false }: SeenBackgroundRun,
): TurnsState {
  const { at, config } = ctx
  const entry = entryOf(turns, key)
  const expiresAt = at + config.backgroundRunExpiry
  const known = findBackground(turns, key, runId)
  if (known) {
    const stop = isPaused ? known.stop : stopAfterLife(ctx, known)
    const called = name ?? known.name
    const named = known.role === 'unlabelled' ? role : known.role
    const isSame =
      stop === known.stop && called === known.name && named === known.role && isPaused === known.isPaused
    // Now and then is enough to keep it: a stream of output must not change the state each time.
    if (isSame && expiresAt - known.expiresAt < config.backgroundRunExpiry / 10) return turns
    const evidenceSeq = turns.seq + 1
    const fresh = { ...known, role: named, stop, name: called, isPaused, expiresAt, evidenceSeq }
    return patchEntry(turns, key, { backgroundRuns: replaceItem(entry!.backgroundRuns, known, fresh) })
  }
  if (entry ? entry.backgroundRuns.length >= RUNS_PER_CONVERSATION : !mayFollowForeign(turns)) return turns
  const holder = findTurnByRun(turns, runId, key)
  // It is certainly a turn's own, whatever this signal calls it. What was only guessed gives way.
  if (holder?.runs.includes(runId)) return turns
  const free = holder ? changeTurn(turns, holder, { guessedRun: null }) : turns
  const run: BackgroundRun = {
    runId,
    role,
    parent,
    conversationId: key,
    startedAt: at,
    evidenceSeq: turns.seq + 1,
    expiresAt,
    name: name ?? null,
    isPaused,
    stop: null,
  }
  return patchEntry(free, key, {
    backgroundRuns: [...(entry?.backgroundRuns ?? []), run],
    unplacedRuns: without(entry?.unplacedRuns ?? NONE, (other) => other.runId === runId),
  })
}

/**
 * A question is told of: who asks is there. Of a run that is not known here nothing else is said, and it goes on beside the
 * turn until a word or a status check ends it, and its question with it.
 */
export function seeAsker(ctx: RuleContext, turns: TurnsState, key: string, name: string): TurnsState {
  const isKnown = findAsker(turns, key, name) !== undefined
  if (isKnown || turns.endedRuns.includes(endedRunKey(key, name))) return turns
  const role = parentOf(ctx.conversations, name) ? 'child' : 'unlabelled'
  return seeBackgroundRun(ctx, turns, key, { runId: name, role, parent: null })
}

/** The background run is no more, as far as is known: any sign of it shows it again. */
export const forgetBackgroundRun = (
  turns: TurnsState,
  { conversationId: key, runId }: BackgroundRun,
): TurnsState =>
  patchEntry(turns, key, {
    backgroundRuns: without(entryOf(turns, key)?.backgroundRuns ?? NONE, (other) => other.runId === runId),
  })

/** The background run is over: a late sign of it does not open it again. */
export function endBackgroundRun(turns: TurnsState, run: BackgroundRun): TurnsState {
  const key = run.conversationId
  if (!entryOf(turns, key)) return turns
  const ended = patchTurns(turns, { endedRuns: remember(turns.endedRuns, endedRunKey(key, run.runId)) })
  return forgetBackgroundRun(ended, run)
}

/**
 * A status answer lists the background runs, all of them: those that were seen before it left, and are not in it, are over.
 * One whose question it lists is there. What a word has ended is not opened by it.
 */
export function listedRuns(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  { backgroundRuns: listed, questions = NONE }: StatusAnswer,
  check: StatusCheck,
): TurnsState {
  if (!listed) return turns
  const isOlder = (run: BackgroundRun) => newestEvidenceOf(ctx, key, run) <= check.seq
  const known = questionsOf(ctx.conversations, key)
  const asks = ({ runId }: BackgroundRun) =>
    questions.some(
      ({ asker, requestId }) =>
        asker === runId ||
        known.some((question) => question.askerId === runId && question.requestId === requestId),
    )
  let next = turns
  for (const run of entryOf(turns, key)?.backgroundRuns ?? [])
    if (isOlder(run) && !listed.some(({ runId }) => runId === run.runId) && !asks(run))
      next = forgetBackgroundRun(next, run)
  for (const { runId, name, isPaused } of listed) {
    const run = findBackground(next, key, runId)
    if (run ? !isOlder(run) : next.endedRuns.includes(endedRunKey(key, runId))) continue
    const { role = 'child', parent = null } = run ?? {}
    // What is listed as a helper is one.
    const label = role === 'unlabelled' ? 'child' : role
    next = seeBackgroundRun(ctx, next, key, { runId, role: label, parent, name, isPaused })
  }
  return next
}

/**
 * Background runs that have been silent for too long are forgotten; not one that is paused or waits for a person, which is
 * looked at again after the same time, and checked (contract, 3).
 */
export function expireBackgroundRuns(ctx: RuleContext, turns: TurnsState, key: string): TurnsState {
  const { at, conversations, config } = ctx
  let next = turns
  for (const run of entryOf(turns, key)?.backgroundRuns ?? []) {
    if (run.expiresAt > at) continue
    if (run.isPaused || isAsking(conversations, key, run.runId)) {
      const entry = entryOf(next, key)!
      const later = { ...run, expiresAt: at + config.backgroundRunExpiry }
      next = patchEntry(next, key, { backgroundRuns: replaceItem(entry.backgroundRuns, run, later) })
      if (config.hasStatusChecks) next = checkConversation(ctx, next, key)
    } else next = endBackgroundRun(next, run)
  }
  return next
}
