/** The session of a conversation: as stated, as confirmed, or as it follows from what its turns do (laws 16 to 18). */
import type { SessionStatement } from '../actions'
import { keyOf, sessionOf } from '../state/conversations'
import {
  INACTIVE_WORDS,
  adoptedStatus,
  concludedStatus,
  isActiveSession,
  isGone,
  judgeStatement,
  unknownSession,
} from '../state/sessions'
import type { RulesConfig } from '../state/config'
import type { SessionChange } from '../state/sessions'
import { rowsOf } from '../state/table'
import { activeOf, changedEntries, diffEnded, entryOf, findTurn } from '../state/turns'
import type { ConversationsState, EndedTurn, Session, StatusCheck, TurnError, TurnsState } from '../types'
import { codeOf, editConversation, withError, withHold, withLog } from './conversation'

/** Writes what became of a session: news, from here on. */
export function putSession(
  state: ConversationsState,
  key: string,
  change: SessionChange,
  at: number,
  seq: number,
): ConversationsState {
  return editConversation(state, key, (conversation) => ({
    ...conversation,
    session: { ...(conversation.session ?? unknownSession(at, seq)), ...change, changedAt: at, seq },
  }))
}

/** Nothing new, but heard of: where a listing is awaited, that is newer than its question. */
const heard = (state: ConversationsState, key: string, seq: number): ConversationsState => {
  const session = sessionOf(state, key)
  return session && state.sessionListing && session.seq <= state.sessionListing.seq
    ? putSession(state, key, {}, session.changedAt, seq)
    : state
}

/** The app's own word about a session. Obeyed as it stands where it is news. */
export function stateSession(
  state: ConversationsState,
  statement: SessionStatement,
  before: TurnsState,
  after: TurnsState,
  at: number,
): ConversationsState {
  const key = keyOf(state, statement.conversationId)
  const known = sessionOf(state, key)
  const judgement = judgeStatement(known, statement)
  switch (judgement.kind) {
    case 'same':
      return heard(state, key, after.seq)
    case 'cursor':
      return putSession(state, key, judgement.change, known?.changedAt ?? at, after.seq)
    case 'during_stop':
      return putSession(state, key, judgement.change, at, after.seq)
    case 'news': {
      const { status, error } = statement
      const next = pauseIfGone(
        putSession(state, key, judgement.change, at, after.seq),
        key,
        after,
        isGone(status),
      )
      // Where no turn's record says what went wrong, the session does.
      return status === 'error' && error && before.ended === after.ended
        ? editConversation(next, key, (conversation) => {
            const line = { at, kind: 'session', message: error.message, ...codeOf(error), turnId: null }
            return withLog(withError(conversation, error, null), line)
          })
        : next
    }
  }
}

/** What waits here would start a session that is gone again: that is for a person to say. */
const pauseIfGone = (
  state: ConversationsState,
  key: string,
  turns: TurnsState,
  isSessionGone: boolean,
): ConversationsState =>
  isSessionGone && (entryOf(turns, key)?.queue.length ?? 0) > 0
    ? editConversation(state, key, (conversation) =>
        withHold(conversation, conversation.queueHold ?? { why: 'session', until: null }),
      )
    : state

/** A status frame of the wire: kept as reported, and adopted at once only where no status check can confirm it. */
export function reportSession(
  state: ConversationsState,
  key: string,
  word: string,
  turns: TurnsState,
  hasStatusChecks: boolean,
  at: number,
): ConversationsState {
  const known = sessionOf(state, key)
  // A conversation that no session was ever stated for needs none for the wire's every word.
  if (!known) return state
  const next =
    known.reported === word
      ? heard(state, key, turns.seq)
      : putSession(state, key, { reported: word }, at, turns.seq)
  return !hasStatusChecks && !activeOf(turns, key) ? adopt(next, key, word, turns, at) : next
}

function adopt(
  state: ConversationsState,
  key: string,
  word: string,
  turns: TurnsState,
  at: number,
): ConversationsState {
  const session = sessionOf(state, key)
  const status = session && adoptedStatus(session, word)
  if (!status) return state
  const isBound = session.isBound && status !== 'stopped'
  return putSession(state, key, { status, stop: null, isBound }, at, turns.seq)
}

/**
 * A status check left after what is known of the session, and found nothing running. What a frame had reported of it is
 * adopted. Else a session that was believed active, and has no turn, is not.
 */
export function concludeSession(
  state: ConversationsState,
  key: string,
  found: 'idle' | 'absent',
  check: StatusCheck,
  before: TurnsState,
  turns: TurnsState,
  config: RulesConfig,
  at: number,
): ConversationsState {
  const session = sessionOf(state, key)
  if (!session || session.seq > check.seq || activeOf(turns, key)) return state
  if (session.reported !== null && INACTIVE_WORDS.has(session.reported))
    return adopt(state, key, session.reported, turns, at)
  // Where a turn has ended just now, its end tells what the session is: that of its own conversation.
  if (activeOf(before, key)?.conversationId === key) return state
  switch (concludedStatus(session, found, check, config)) {
    case 'ready':
      return putSession(state, key, { status: 'ready', reported: null }, at, turns.seq)
    case 'stopped':
      return loseSession(state, key, turns, at)
    default:
      return state
  }
}

// ---------------------------------------------------------------- what turns mean for their session

/**
 * Carries over what an action did to turns: an active session whose turn has ended is `ready`, or `error` where the turn
 * failed; one whose turn is at work is `running`. Only sessions that are known, and that the action did not speak of itself.
 */
export function followTurns(
  state: ConversationsState,
  before: TurnsState,
  after: TurnsState,
  at: number,
): ConversationsState {
  if (before.byConversation === after.byConversation || state.byId.size === 0) return state
  let next = state
  for (const ended of diffEnded(before, after).added)
    if (!ended.corrected && ended.outcome !== 'merged') next = followEnd(next, ended, before, after, at)
  for (const entry of changedEntries(before, after).after) {
    const { active } = entry
    if (!active || active.started === 'no') continue
    const key = entry.conversationId
    const session = sessionOf(next, key)
    if (!session || session.status === 'running' || session.seq > before.seq) continue
    const was = entryOf(before, key)?.active
    if (was?.turnId === active.turnId && was.started !== 'no') continue
    const change = { status: 'running', isBound: true, error: null, reported: null } as const
    next = putSession(next, key, change, at, after.seq)
  }
  return next
}

function followEnd(
  state: ConversationsState,
  ended: EndedTurn,
  before: TurnsState,
  after: TurnsState,
  at: number,
): ConversationsState {
  const key = ended.conversationId
  const wasActive = entryOf(before, key)?.active?.turnId === ended.turnId
  const isRefused = ended.sendState === 'refused'
  if (activeOf(after, key) || ended.reason === 'timeout') return state
  // The server refused a send. A turn that runs meanwhile in the same conversation keeps its session.
  if (isRefused && ended.error) return failSession(state, key, ended.error, at, after.seq)
  const session = sessionOf(state, key)
  if (!wasActive || !session || session.seq > before.seq) return state
  const hadStarted = findTurn(before, ended.turnId, key)?.started !== 'no'
  if (ended.outcome === 'error' && !hadStarted) return failSession(state, key, ended.error, at, after.seq)
  if (!isActiveSession(session.status)) return state
  const error = ended.outcome === 'error' ? ended.error : null
  const change = { status: error ? 'error' : 'ready', error, isBound: true, reported: null } as const
  return putSession(state, key, change, at, after.seq)
}

/**
 * A turn could not be started: `error` where there is a binding, which is kept for recovery, `stopped` where there is none
 * or it was stopped before. Never a session that only looks bound (law 17).
 */
function failSession(
  state: ConversationsState,
  key: string,
  error: TurnError | null,
  at: number,
  seq: number,
): ConversationsState {
  const session = sessionOf(state, key)
  const status = session?.isBound && session.status !== 'stopped' ? 'error' : 'stopped'
  return putSession(state, key, { status, error, reported: null }, at, seq)
}

// ---------------------------------------------------------------- stop

/** The user stops a session: shown at once. */
export function requestSessionStop(
  state: ConversationsState,
  key: string,
  nonce: string | null,
  before: TurnsState,
  after: TurnsState,
  at: number,
): ConversationsState {
  const known = sessionOf(state, key)
  if (known?.stop?.nonce != null) return state
  const active = activeOf(before, key)
  const stop = { nonce, previousStatus: known?.status ?? null, turnId: active?.turnId ?? null }
  const next = putSession(state, key, { status: 'stopped', stop }, at, after.seq)
  return pauseIfGone(next, key, after, true)
}

/** The answer to it. A turn that has started since runs in a session of its own. */
export function sessionStopAnswered(
  state: ConversationsState,
  payload: { readonly conversationId: string; readonly nonce: string; readonly error?: TurnError },
  wasStopped: boolean,
  turns: TurnsState,
  at: number,
): ConversationsState {
  const key = keyOf(state, payload.conversationId)
  const known = sessionOf(state, key)
  if (known?.stop?.nonce !== payload.nonce) return state
  if (wasStopped) {
    const active = activeOf(turns, key)
    const runs = active !== null && active.started !== 'no'
    const stopped = { status: 'stopped', isBound: false, error: null, reported: null, stop: null } as const
    return putSession(state, key, runs ? { ...known, stop: null } : stopped, at, turns.seq)
  }
  const next = takeStopBack(state, key, known, at, turns.seq)
  const { error } = payload
  if (!error) return next
  const { turnId } = known.stop
  const shown: TurnError = { ...error, code: error.code ?? 'stop_failed' }
  return editConversation(next, key, (conversation) =>
    withLog(withError(conversation, shown, turnId), {
      at,
      kind: 'stop',
      message: error.message,
      ...codeOf(shown),
      turnId,
    }),
  )
}

/** The session was not stopped, as far as anybody knows: it is what it was. */
function takeStopBack(
  state: ConversationsState,
  key: string,
  session: Session,
  at: number,
  seq: number,
): ConversationsState {
  const status = session.stop?.previousStatus ?? null
  return status === null
    ? editConversation(state, key, (conversation) => ({ ...conversation, session: null }))
    : putSession(state, key, { status, stop: null }, at, seq)
}

/** Another keeper asked for what is still open, and will not hear the answer. */
export function abandonSessions(
  state: ConversationsState,
  turns: TurnsState,
  at: number,
): ConversationsState {
  let next: ConversationsState = state.sessionListing ? { ...state, sessionListing: null } : state
  for (const { conversationId, session } of rowsOf(state.byId))
    if (session?.stop?.nonce != null) next = takeStopBack(next, conversationId, session, at, turns.seq)
  return next
}

// ---------------------------------------------------------------- reconcile

/** It is stopped: nobody has to be told that it could be recovered. */
export const loseSession = (
  state: ConversationsState,
  key: string,
  turns: TurnsState,
  at: number,
): ConversationsState =>
  pauseIfGone(
    putSession(state, key, { status: 'stopped', isBound: false, reported: null }, at, turns.seq),
    key,
    turns,
    true,
  )
