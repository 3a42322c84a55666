/** What becomes of turns when something is said of their session: an inactive one holds no turn (laws 16 to 18). */
import type { SessionStatement } from '../actions'
import { resolveAddress } from '../state/address'
import { keyOf, sessionOf } from '../state/conversations'
import {
  BUSY_WORDS,
  INACTIVE_WORDS,
  concludedStatus,
  isActiveSession,
  isGone,
  isSessionMissing,
  judgeStatement,
  needsOwnCheck,
} from '../state/sessions'
import { rowsOf } from '../state/table'
import { activeOf, entryOf, findEnded, findTurn, hasLeft, patchEntry, patchTurns } from '../state/turns'
import type { Address, Session, SessionStatus, TurnError, TurnsState } from '../types'
import type { RuleContext } from './context'
import { hintCheck, hintCheckOfAll } from './checks'
import { checkConversation, correct, endOf, inferredEnd, mayFollowForeign, revoke, settle } from './ends'
import { endUnnamed } from './endSignals'
import { confirmRunning, showsRunning } from './evidence'
import { endBackgroundRun, endUnplacedRun } from './runs'
import { checkOfAnswer, isTelling, nameConcludedEnd } from './statusAnswers'
import type { AnswerPayload } from './statusAnswers'
import { closeStops } from './stops'
import { hasStarted } from './turn'

/** Moves the sequence: something was said that is newer than what was asked before. */
const moved = (turns: TurnsState): TurnsState => patchTurns(turns, {})

/**
 * A session that became inactive holds no turn: `stopped` and `error` end what the server had queued too. The session's
 * word names no turn, so the end is inferred; and `ready` is none for a turn that has not started: the session is only
 * just up for it.
 */
export function endOfSession(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  status: SessionStatus,
  error: TurnError | null,
): TurnsState {
  const end =
    status === 'error'
      ? inferredEnd('session_error', error ?? { message: 'The session failed.', code: 'session_failed' })
      : inferredEnd('interrupted', error)
  const entry = entryOf(turns, key)
  if (!entry) return turns
  let next = turns
  // The queue first: what the server held must not be promoted by the end of the one in front.
  if (isGone(status))
    for (const turn of [...entry.queue].reverse()) if (hasLeft(turn)) next = settle(ctx, next, turn, end)
  const active = activeOf(next, key)
  const holds = active && (hasStarted(active) || status !== 'ready')
  return holds ? settle(ctx, next, active, end) : next
}

/** The app's own word about a session. */
export function sessionStated(ctx: RuleContext, turns: TurnsState, statement: SessionStatement): TurnsState {
  const { conversations } = ctx
  const key = keyOf(conversations, statement.conversationId)
  const known = sessionOf(conversations, key)
  const { status, error = null } = statement
  const { kind } = judgeStatement(known, statement)
  switch (kind) {
    case 'same':
      return known && known.seq <= (conversations.sessionListing?.seq ?? -1) ? moved(turns) : turns
    case 'cursor':
      return moved(turns)
    case 'during_stop':
      return moved(isActiveSession(status) ? turns : confirmStop(turns, known))
    case 'news':
      return moved(
        isActiveSession(status)
          ? acknowledge(ctx, turns, key, known, status)
          : setSessionCheck(ctx, endOfSession(ctx, confirmStop(turns, known), key, status, error), key, null),
      )
  }
}

/** The status that "a session or thread has started" means: in mid-turn that keeps the turn, and the session's `running`. */
export const startedStatus = (turns: TurnsState, key: string): SessionStatus => {
  const active = activeOf(turns, key)
  return active && hasStarted(active) ? 'running' : 'ready'
}

/**
 * A session that begins to run since the click runs what was submitted; where nothing was, that is a reason to check. One
 * that starts is checked when it has been silent for as long as a turn may be.
 */
function acknowledge(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  known: Session | null,
  status: SessionStatus,
): TurnsState {
  const isRunning = status === 'running'
  const isNews = isRunning && known?.status !== 'running'
  const active = activeOf(turns, key)
  if (!active)
    return isNews
      ? checkConversation(ctx, turns, key)
      : setSessionCheck(ctx, turns, key, ctx.at + ctx.config.stallTimeout)
  return !isNews || hasStarted(active) ? turns : confirmRunning(ctx, turns, active, null, 'unnamed')
}

/** When a session without a turn is checked next; `null` where that is not needed any more. */
function setSessionCheck(ctx: RuleContext, turns: TurnsState, key: string, at: number | null): TurnsState {
  const entry = entryOf(turns, key)
  if ((entry?.sessionCheckAt ?? null) === at || !ctx.config.hasStatusChecks) return turns
  return entry || mayFollowForeign(turns) ? patchEntry(turns, key, { sessionCheckAt: at }) : turns
}

/** A session that goes on without a turn has a next check (law 7). */
const keepChecking = (
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  session: Session | null,
  at: number,
): TurnsState => setSessionCheck(ctx, turns, key, needsOwnCheck(turns, session, key) ? at : null)

/** The same for all sessions, of which another keeper had the checks. */
export function checkSessions(ctx: RuleContext, turns: TurnsState): TurnsState {
  let next = turns
  for (const { conversationId, session } of rowsOf(ctx.conversations.byId))
    next = keepChecking(ctx, next, conversationId, session, ctx.at)
  return next
}

/** A status frame of the wire: evidence that something runs, an unnamed ending, or a reason to check. */
export function sessionReported(
  ctx: RuleContext,
  turns: TurnsState,
  payload: Address & { readonly status: string },
): TurnsState {
  const { config, conversations } = ctx
  const next = turnsOfReport(ctx, turns, payload)
  if (payload.conversationId == null || payload.replayed || !config.hasStatusChecks) return next
  const key = keyOf(conversations, payload.conversationId)
  const known = sessionOf(conversations, key)
  if (!known) return next
  const isInactive = INACTIVE_WORDS.has(payload.status)
  const checks = isInactive && !activeOf(next, key) && isActiveSession(known.status)
  return moved(checks ? checkConversation(ctx, next, key) : next)
}

function turnsOfReport(
  ctx: RuleContext,
  turns: TurnsState,
  payload: Address & { readonly status: string },
): TurnsState {
  const { status, replayed } = payload
  if (BUSY_WORDS.has(status))
    return showsRunning(ctx, expectIdle(ctx, turns, payload), { ...payload, isSessionWord: true }, null)
  if (status === 'starting' || replayed) return turns
  const target = resolveAddress(turns, ctx.conversations, payload)
  switch (target.kind) {
    case 'background':
      return target.run ? endBackgroundRun(turns, target.run) : turns
    case 'unplaced':
      return endUnplacedRun(turns, target.key, target.run)
    case 'conversation':
      return endUnnamed(ctx, turns, target.key, endOfWord(status))
    case 'turn':
      return hintCheck(ctx, turns, target.turn.conversationId)
    case 'unknown':
      return target.key === null ? turns : hintCheck(ctx, turns, target.key)
    case 'unaddressed':
      return hintCheckOfAll(ctx, turns)
    case 'ended':
      return turns
  }
}

/** What an unnamed session word would mean, if it meant the turn. */
const endOfWord = (status: string) =>
  status === 'error'
    ? inferredEnd('session_error', {
        message: 'The session reported an error.',
        code: 'session_reported_error',
      })
    : endOf({ reason: 'rescued' })

/** Without a status check: an unnamed "running" will be followed by an unnamed "idle", which belongs to the same turn. */
function expectIdle({ config, conversations }: RuleContext, turns: TurnsState, payload: Address): TurnsState {
  const { conversationId, turnId, runId } = payload
  if (config.hasStatusChecks || conversationId == null || turnId != null || runId != null) return turns
  const key = keyOf(conversations, conversationId)
  const expected = entryOf(turns, key)?.expectedIdles
  if (!activeOf(turns, key) || expected?.open) return turns
  return patchEntry(turns, key, { expectedIdles: { count: expected?.count ?? 0, open: true } })
}

/**
 * What a status check means for the session of its conversation. One that left after the session's own last word, and found
 * nothing running: the word tells how the turn ended. A session that is still believed active is checked again.
 */
export function sessionChecked(
  ctx: RuleContext,
  before: TurnsState,
  after: TurnsState,
  payload: AnswerPayload,
): TurnsState {
  const { conversations, config } = ctx
  const check = checkOfAnswer(before, ctx, payload)
  if (after === before || !check || !isTelling(payload.answer)) return after
  const { status } = payload.answer
  const key = keyOf(conversations, payload.conversationId)
  const session = sessionOf(conversations, key)
  if (!session || activeOf(after, key)) return after
  const hasFoundNothing = status === 'idle' || status === 'absent'
  const word = session.reported === null ? undefined : INACTIVE_WORDS.get(session.reported)
  const isNewer = session.seq > check.seq
  if (hasFoundNothing && word && isNewer)
    return isActiveSession(session.status) ? checkConversation(ctx, after, key) : after
  if (hasFoundNothing && (word || concludedStatus(session, status, check, config))) {
    const concluded = setSessionCheck(ctx, after, key, null)
    return word && word !== 'ready' ? nameConcludedEnd(before, concluded, key) : concluded
  }
  return keepChecking(ctx, after, key, session, ctx.at + config.recheckInterval)
}

// ---------------------------------------------------------------- stop

/** The user stops a session: shown at once, which is no more than inferred until the server confirms it. */
export function requestSessionStop(
  ctx: RuleContext,
  turns: TurnsState,
  payload: { readonly conversationId: string; readonly nonce?: string | undefined },
): TurnsState {
  const key = keyOf(ctx.conversations, payload.conversationId)
  if (sessionOf(ctx.conversations, key)?.stop?.nonce != null) return turns
  const { nonce } = payload
  const settled = moved(endOfSession(ctx, turns, key, 'stopped', null))
  if (nonce === undefined) return settled
  const inFlight = entryOf(settled, key)?.stopsInFlight ?? []
  return patchEntry(settled, key, { stopsInFlight: [...inFlight, { turnId: null, nonce, at: ctx.at }] })
}

/** The answer to it. "No such session" counts as stopped; a real failure brings the turn back. */
export function sessionStopAnswered(
  ctx: RuleContext,
  turns: TurnsState,
  payload: { readonly conversationId: string; readonly nonce: string },
  wasStopped: boolean,
): TurnsState {
  const key = keyOf(ctx.conversations, payload.conversationId)
  const next = closeStops(turns, key, null, payload.nonce)
  const known = sessionOf(ctx.conversations, key)
  if (known?.stop?.nonce !== payload.nonce) return next
  if (!wasStopped) return takeStopBack(ctx, next, key, known)
  const { turnId } = known.stop
  const turn = turnId === null ? undefined : findTurn(next, turnId, key)
  return moved(turn ? settle(ctx, next, turn, endOf({ reason: 'interrupted' })) : confirmStop(next, known))
}

/** What the stop had only inferred about its turn is so. */
function confirmStop(turns: TurnsState, session: Session | null): TurnsState {
  const turnId = session?.stop?.turnId ?? null
  const ended = turnId === null ? undefined : findEnded(turns, turnId)
  return ended ? correct(turns, ended, endOf({ reason: 'interrupted' }), ended.started) : turns
}

/** The session was not stopped, as far as anybody knows: its turn goes on. */
function takeStopBack(ctx: RuleContext, turns: TurnsState, key: string, session: Session): TurnsState {
  const turnId = session.stop?.turnId ?? null
  const ended = turnId === null ? undefined : findEnded(turns, turnId)
  const next = ended ? revoke(ctx, turns, ended) : turns
  const taken: Session = { ...session, status: session.stop?.previousStatus ?? session.status }
  return moved(keepChecking(ctx, next, key, taken, ctx.at))
}

/** Another keeper asked for the stops of sessions that are still open, and will not hear the answers: they are lost. */
export function abandonSessionStops(ctx: RuleContext, turns: TurnsState): TurnsState {
  let next = turns
  for (const { conversationId, session } of rowsOf(ctx.conversations.byId))
    if (session?.stop?.nonce != null) next = takeStopBack(ctx, next, conversationId, session)
  return next
}

// ---------------------------------------------------------------- reconcile, close

export const SESSION_GONE: TurnError = {
  message: 'The session is gone, and its turn with it.',
  code: 'session_gone',
}

/** The sessions that live, or `null` for a listing that could not be read and changes nothing. */
export function sessionsListed(
  ctx: RuleContext,
  turns: TurnsState,
  payload: { readonly nonce: string; readonly conversationIds: readonly string[] | null },
): TurnsState {
  const { conversations } = ctx
  const listing = conversations.sessionListing
  if (listing?.nonce !== payload.nonce || payload.conversationIds == null) return turns
  const listed = new Set(payload.conversationIds.map((id) => keyOf(conversations, id)))
  let next = moved(turns)
  for (const { conversationId, session } of rowsOf(conversations.byId))
    if (isSessionMissing(turns, session, conversationId, listing, listed))
      next = endOfSession(ctx, next, conversationId, 'stopped', SESSION_GONE)
  return next
}

/** The conversation is gone: its turns are over for us, and nothing brings them back. */
export function closeConversation(ctx: RuleContext, turns: TurnsState, key: string): TurnsState {
  let next = turns
  // The queue first: it is withdrawn, not let on.
  for (const turn of [...(entryOf(turns, key)?.queue ?? [])].reverse())
    next = settle(ctx, next, turn, endOf({ reason: 'cancelled' }))
  const active = entryOf(next, key)?.active
  if (active) next = settle(ctx, next, active, endOf({ reason: 'interrupted' }))
  return entryOf(next, key)
    ? patchEntry(next, key, {
        unplacedRuns: [],
        backgroundRuns: [],
        scheduled: null,
        stopsInFlight: [],
        checkAt: null,
        sessionCheckAt: null,
        movedTurn: null,
        expectedIdles: null,
      })
    : next
}
