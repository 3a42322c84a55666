/** What the answer to a send makes of its turn: accepted, refused, or lost (law 11). */
import type { SendAcceptedPayload, SendLostPayload, SendRefusedPayload } from '../actions'
import { without } from '../state/lists'
import { stopsOf } from '../state/stops'
import {
  activeOf,
  currentTurn,
  entryOf,
  findEnded,
  findTurn,
  findTurnByRun,
  isQueued,
  patchEntry,
  patchTurns,
  putTurn,
  removeTurn,
} from '../state/turns'
import type { EndedTurn, Turn, TurnError, TurnsState } from '../types'
import { requestCheck } from './checks'
import type { RuleContext } from './context'
import {
  checkConversation,
  endOf,
  inferredEnd,
  goOnWithout,
  promoteElsewhere,
  promoteNext,
  revoke,
  settle,
} from './ends'
import { bindRun } from './bindings'
import { adoptTurn, confirmRunning } from './evidence'
import { leaveOtherKeys, pointTo } from './otherKeys'
import { dropUnplacedRun, seeUnplacedRun } from './runs'
import { closeStops } from './stops'
import { amendTurn, changeTurn, checkBy, earliest, hasStarted, newTurn, nextCheckAt } from './turn'

/** The server has it. */
export function accept(ctx: RuleContext, turns: TurnsState, payload: SendAcceptedPayload): TurnsState {
  const turn = findTurn(turns, payload.turnId, payload.conversationId)
  if (!turn) return acceptLate(ctx, turns, payload)
  const runId = payload.runId ?? null
  return runId === null || turn.runs.includes(runId)
    ? accepted(ctx, turns, turn, payload.as, runId)
    : acceptWithRun(ctx, turns, turn, runId, payload.as)
}

/** The turn was given up meanwhile. An inferred end is taken back; and its run is its own, and nobody else's. */
function acceptLate(ctx: RuleContext, turns: TurnsState, payload: SendAcceptedPayload): TurnsState {
  const ended = findEnded(turns, payload.turnId)
  if (!ended) return turns
  // Accepted does not mean that it still runs: without a status check nothing would end it again.
  const mayRun = ctx.config.hasStatusChecks || ended.started === 'no'
  const revoked = mayRun ? revoke(ctx, turns, ended) : turns
  if (revoked !== turns) return accept(ctx, revoked, payload)
  const { runId = null } = payload
  if (runId === null || ended.runs.includes(runId)) return turns
  const other = findTurnByRun(turns, runId, ended.conversationId)
  if (other?.origin === 'remote' && other.runs.includes(runId)) return bringBack(ctx, turns, ended, other)
  const freed = other ? releaseRun(turns, other, runId) : turns
  return patchTurns(freed, {
    ended: freed.ended.map((record) =>
      record === ended ? { ...ended, runs: [...ended.runs, runId] } : record,
    ),
  })
}

/** What was taken for a turn from elsewhere, once the turn was given up, is the turn: it goes on, as one. */
function bringBack(ctx: RuleContext, turns: TurnsState, ended: EndedTurn, remote: Turn): TurnsState {
  const back = revoke(ctx, removeTurn(turns, remote), ended)
  const turn = findTurn(back, ended.turnId, remote.conversationId)
  return turn ? takeOver(ctx, back, turn, remote) : turns
}

/** What a turn has shown, where all of it turned out to be another's. */
const NOT_STARTED = { started: 'no', firstEvidenceAt: null, firstOutputAt: null } as const

/** A run that was taken for this turn's is another's: what it showed is not this turn's evidence. */
function releaseRun(turns: TurnsState, turn: Turn, runId: string): TurnsState {
  const runs = without(turn.runs, (run) => run === runId)
  // What had named the turn itself stays true.
  const isStartedByGuess = turn.guessedRun === runId && turn.started === 'unnamed'
  const isStartedByOther = runs.length === 0 && (isStartedByGuess || turn.runs.length > 0)
  return changeTurn(turns, turn, {
    runs,
    guessedRun: turn.guessedRun === runId ? null : turn.guessedRun,
    ...(isStartedByOther && NOT_STARTED),
    unconfirmedEnd: turn.unconfirmedEnd?.runId === runId ? null : turn.unconfirmedEnd,
  })
}

/** An answer that names no run, or one that is bound already. */
function accepted(
  ctx: RuleContext,
  turns: TurnsState,
  turn: Turn,
  as: SendAcceptedPayload['as'],
  namedRun: string | null,
): TurnsState {
  const { config, at } = ctx
  const { guessedRun, unconfirmedEnd } = turn
  const endOfGuess = unconfirmedEnd?.runId != null ? unconfirmedEnd : null
  // An end that came without a start, of a run that the answer does not name, may be anybody's.
  const isDoubtful = endOfGuess !== null && namedRun === null && !hasStarted(turn)
  const isGuessRight = guessedRun !== null && !isDoubtful && (namedRun === null || namedRun === guessedRun)
  const waits = isQueued(turns, turn)
  const isHeld =
    as === 'queued' || (waits && turn.started === 'no' && activeOf(turns, turn.conversationId) !== null)
  const taken = amendTurn(turn, {
    sendState: isHeld ? 'server_queued' : 'accepted',
    sendNonce: null,
    acceptedAt: turn.acceptedAt ?? at,
    sentAt: turn.sentAt ?? at,
    lastEvidenceAt: Math.max(turn.lastEvidenceAt, at),
    runs: isGuessRight ? [...turn.runs, guessedRun] : turn.runs,
    guessedRun: null,
    started: isGuessRight && hasStarted(turn) ? 'named' : turn.started,
    unconfirmedEnd: isDoubtful && endOfGuess ? { ...endOfGuess, runId: null } : unconfirmedEnd,
  })
  const checkAt = waits ? null : isDoubtful ? at : nextCheckAt(config, taken, at)
  const next = putTurn(turns, turn, amendTurn(taken, { checkAt }))
  const now = findTurn(next, turn.turnId, turn.conversationId)
  if (endOfGuess && isGuessRight && now) return settle(ctx, next, now, { ...endOfGuess, grade: 'witnessed' })
  // It was said to be over while its request was open, and nothing else will tell.
  const told = !config.hasStatusChecks && !isDoubtful && now && hasStarted(now) ? now.unconfirmedEnd : null
  if (told && now) return settle(ctx, next, now, { ...told, grade: 'inferred' })
  const promoted = waits ? promoteNext(ctx, next, turn.conversationId) : next
  return isDoubtful ? requestCheck(ctx, promoted, turn.conversationId) : promoted
}

/** The answer names a run: nobody's yet, one that came in before the answer, or the active turn's (a merged prompt). */
function acceptWithRun(
  ctx: RuleContext,
  turns: TurnsState,
  turn: Turn,
  runId: string,
  as: SendAcceptedPayload['as'],
): TurnsState {
  const key = turn.conversationId
  if (turn.guessedRun === runId) return accepted(ctx, turns, turn, as, runId)
  const other = findTurnByRun(turns, runId, key)
  if (other && other.turnId !== turn.turnId && other.runs.includes(runId)) {
    // A run that was taken for a turn from elsewhere began after this prompt had left: it is this prompt's.
    const isOwn = other.origin === 'remote' && other.createdSeq > turn.createdSeq
    return isOwn ? takeOver(ctx, turns, turn, other) : merge(ctx, turns, turn, other)
  }
  const freed = other ? releaseRun(turns, other, runId) : turns
  const endOfOther = other?.unconfirmedEnd?.runId === runId ? other.unconfirmedEnd : null
  const unplaced = entryOf(freed, key)?.unplacedRuns.find((run) => run.runId === runId)
  const hasBeenSeen = (other !== undefined && hasStarted(other)) || unplaced !== undefined
  const cleared = unplaced ? dropUnplacedRun(freed, key, unplaced) : freed
  const guess = turn.guessedRun
  const released = guess === null ? cleared : releaseGuess(ctx, cleared, turn)
  const now = currentTurn(released, turn)
  const bound = bindRun(released, now, runId)
  const mine = findTurn(bound, turn.turnId, key) ?? now
  const next = accepted(ctx, bound, mine, as, runId)
  const after = findTurn(next, turn.turnId, key)
  if (!after) return next
  if (endOfOther) return settle(ctx, next, after, { ...endOfOther, grade: 'witnessed' })
  if (hasBeenSeen) return confirmRunning(ctx, next, after, null, 'named')
  const ended = findEnded(next, null, runId, key)
  return ended?.origin === 'remote' ? takeRecord(ctx, next, after, ended) : next
}

/** The guess was wrong: the run goes on as what it is, of unknown origin. */
function releaseGuess(ctx: RuleContext, turns: TurnsState, turn: Turn): TurnsState {
  const { guessedRun, unconfirmedEnd, lastEvidenceAt, source } = turn
  if (guessedRun === null) return turns
  const freed = releaseRun(turns, turn, guessedRun)
  const isOver = unconfirmedEnd?.runId === guessedRun
  if (isOver || !hasStarted(turn)) return freed
  const seen = { runId: guessedRun, turnId: null, startedAt: lastEvidenceAt, source }
  return seeUnplacedRun(ctx, freed, turn.conversationId, seen)
}

/** The turn from elsewhere was this prompt's all along: one turn, with what is known of both. */
export function takeOver(ctx: RuleContext, turns: TurnsState, turn: Turn, remote: Turn): TurnsState {
  const { turnId } = turn
  const key = remote.conversationId
  const stops = [...stopsOf(turns, turn), ...stopsOf(turns, remote)].map((stop) => ({ ...stop, turnId }))
  const gone = withoutStops(removeTurn(removeTurn(turns, turn), remote), turn, remote)
  const merged = amendTurn(turn, {
    conversationId: key,
    otherKeys: [...new Set([...turn.otherKeys, ...remote.otherKeys])].filter((other) => other !== key),
    runs: [...new Set([...turn.runs, ...remote.runs])],
    mergedTurnIds: [...turn.mergedTurnIds, ...remote.mergedTurnIds],
    guessedRun: null,
    sendState: turn.sendState === 'sending' && remote.started !== 'named' ? 'sending' : 'accepted',
    acceptedAt: turn.acceptedAt ?? ctx.at,
    activity: remote.activity,
    started: remote.started,
    evidenceSeq: Math.max(turn.evidenceSeq, remote.evidenceSeq),
    lastEvidenceAt: Math.max(turn.lastEvidenceAt, remote.lastEvidenceAt),
    isStalled: false,
    isUnverified: turn.isUnverified && remote.isUnverified,
    checkAt: remote.checkAt ?? nextCheckAt(ctx.config, turn, ctx.at),
    unconfirmedEnd: turn.unconfirmedEnd?.runId != null ? null : turn.unconfirmedEnd,
    stop: turn.stop ?? remote.stop,
    source: remote.source ?? turn.source,
    openTools: [...turn.openTools, ...remote.openTools],
    statusText: remote.statusText ?? turn.statusText,
    reportedError: remote.reportedError ?? turn.reportedError,
    firstEvidenceAt: earliest(turn.firstEvidenceAt, remote.firstEvidenceAt),
    firstOutputAt: earliest(turn.firstOutputAt, remote.firstOutputAt),
    retry: remote.retry,
    resumesAt: remote.resumesAt,
  })
  const left = entryOf(gone, key)
  // Where another turn is in front it waits behind that, as before.
  const placed = patchEntry(gone, key, {
    stopsInFlight: [...(left?.stopsInFlight ?? []), ...stops],
    // It has come back to where it was looked for under its other key.
    ...(left?.movedTurn?.turnId === turnId && { movedTurn: null }),
    ...(left?.active ? { queue: [amendTurn(merged, { checkAt: null }), ...left.queue] } : { active: merged }),
  })
  return promoteElsewhere(ctx, pointTo(placed, merged, remote.turnId), merged)
}

function withoutStops(turns: TurnsState, ...of: readonly Turn[]): TurnsState {
  let next = turns
  for (const { turnId, conversationId } of of) next = closeStops(next, conversationId, turnId, undefined)
  return next
}

/** The whole run came and went before the answer, and was taken for somebody else's. */
function takeRecord(ctx: RuleContext, turns: TurnsState, turn: Turn, ended: EndedTurn): TurnsState {
  const rest = patchTurns(turns, { ended: without(turns.ended, (record) => record === ended) })
  const { firstEvidenceAt, firstOutputAt } = ended
  const seen = changeTurn(rest, turn, { firstEvidenceAt, firstOutputAt })
  return settle(ctx, seen, currentTurn(seen, turn), ended)
}

/** A send that the server added to the running turn merges into it, and ends with it (law 11). */
export function merge(ctx: RuleContext, turns: TurnsState, turn: Turn, into: Turn): TurnsState {
  const rest = removeTurn(turns, turn)
  const host = currentTurn(rest, into)
  const merged = changeTurn(rest, host, {
    mergedTurnIds: [...host.mergedTurnIds, turn.turnId, ...turn.mergedTurnIds],
  })
  const left = leaveOtherKeys(merged, turn, (next, key) => goOnWithout(ctx, next, key))
  return promoteNext(ctx, left, turn.conversationId)
}

/** Pause before a send that was refused as busy is tried again, ms: 1 s, doubled each time, at most 8 s. */
const busyPause = (refusals: number): number => Math.min(1_000 * 2 ** (refusals - 1), 8_000)

/** The prompt was refused. That a turn which has shown by name that it runs was refused is contradicted, and not believed. */
export function refuse(ctx: RuleContext, turns: TurnsState, payload: SendRefusedPayload): TurnsState {
  const turn = findTurn(turns, payload.turnId, payload.conversationId)
  if (!turn || turn.started === 'named') return turns
  if (payload.nonce !== undefined && turn.sendNonce !== payload.nonce) return turns
  // What it was believed to have started by was another's: that goes on as what it is.
  const freed = asUnstarted(ctx, turns, turn)
  const now = currentTurn(freed, turn)
  const next =
    payload.reason === 'busy'
      ? refusedAsBusy(ctx, freed, now, payload)
      : refusedForGood(ctx, freed, now, payload)
  return showOther(ctx, next, turn)
}

/** The turn without what a run that is not its own, or nobody, has shown. */
function asUnstarted(ctx: RuleContext, turns: TurnsState, turn: Turn): TurnsState {
  const freed = releaseGuess(ctx, turns, turn)
  const now = findTurn(freed, turn.turnId, turn.conversationId)
  return now && now.started === 'unnamed' ? changeTurn(freed, now, NOT_STARTED) : freed
}

/** Somebody else was seen at work there, and nothing else is shown: it is. */
function showOther(ctx: RuleContext, turns: TurnsState, refused: Turn): TurnsState {
  const key = refused.conversationId
  if (refused.started !== 'unnamed' || activeOf(turns, key)) return turns
  const { guessedRun } = refused
  const run = entryOf(turns, key)?.unplacedRuns.find(({ runId }) => runId === guessedRun)
  if (run) {
    const signal = { conversationId: key, runId: run.runId, source: run.source }
    return adoptTurn(ctx, turns, key, signal, refused.activity)
  }
  return ctx.config.hasStatusChecks ? checkConversation(ctx, turns, key) : turns
}

function refusedAsBusy(
  ctx: RuleContext,
  turns: TurnsState,
  turn: Turn,
  payload: SendRefusedPayload,
): TurnsState {
  const { config, at } = ctx
  const key = turn.conversationId
  if (turn.stop) {
    const stopped = settle(ctx, turns, turn, endOf({ reason: 'cancelled' }))
    // Something else runs there: what that is, is not known.
    return config.hasStatusChecks && !activeOf(stopped, key) ? checkConversation(ctx, stopped, key) : stopped
  }
  const refusals = turn.refusals + 1
  // Nothing that was heard since it left was about it.
  const anew = newTurn({
    turnId: turn.turnId,
    conversationId: turn.conversationId,
    origin: turn.origin,
    sendState: 'unsent',
    sentAt: turn.sentAt,
    startedAt: turn.startedAt,
    createdSeq: turn.createdSeq,
    revocations: turn.revocations,
  })
  const waiting = amendTurn(anew, {
    otherKeys: turn.otherKeys,
    mergedTurnIds: turn.mergedTurnIds,
    refusals,
    notBefore: at + Math.max(payload.retryAfterMs ?? 0, busyPause(refusals)),
  })
  const rest = removeTurn(turns, turn)
  const queue = entryOf(rest, key)?.queue ?? []
  const behind = promoteElsewhere(ctx, patchEntry(rest, key, { queue: [waiting, ...queue] }), turn)
  const next = promoteNext(ctx, behind, key)
  return config.hasStatusChecks && !activeOf(next, key)
    ? checkConversation(ctx, next, key, waiting.notBefore)
    : next
}

/** Ended, inferred: the refusal may be a gateway's, and the agent may have taken the prompt all the same. */
function refusedForGood(
  ctx: RuleContext,
  turns: TurnsState,
  turn: Turn,
  payload: SendRefusedPayload,
): TurnsState {
  const { reason, error } = payload
  const told: TurnError = {
    message:
      error?.message ?? (reason === 'gone' ? 'The session is gone.' : 'The agent refused the message.'),
    code: error?.code ?? 'send_refused',
  }
  const refused = amendTurn(turn, { sendState: 'refused', sendNonce: null })
  return settle(ctx, turns, refused, inferredEnd(reason === 'gone' ? 'undelivered' : 'error', told))
}

/** The connection died before an answer: it may or may not have arrived. The key is kept, and nothing is sent again. */
export function lose(ctx: RuleContext, turns: TurnsState, payload: SendLostPayload): TurnsState {
  const turn = findTurn(turns, payload.turnId, payload.conversationId)
  if (!turn || (payload.nonce !== undefined && turn.sendNonce !== payload.nonce)) return turns
  if (turn.sendState !== 'sending') {
    return turn.sendNonce === null ? turns : changeTurn(turns, turn, { sendNonce: null })
  }
  // That is a reason to check, in a hidden page too; not before the server can have registered it.
  const { config, at } = ctx
  return checkConversation(ctx, unconfirm(ctx, turns, turn), turn.conversationId, at + config.recheckInterval)
}

/** Nobody waits for the answer to a send any more. */
export function unconfirm(ctx: RuleContext, turns: TurnsState, turn: Turn): TurnsState {
  const { config, at } = ctx
  const unconfirmed = changeTurn(turns, turn, {
    sendState: 'unconfirmed',
    sendNonce: null,
    acceptedAt: at,
    checkAt: isQueued(turns, turn) ? null : checkBy(turn, at + config.recheckInterval),
  })
  return promoteNext(ctx, unconfirmed, turn.conversationId)
}
