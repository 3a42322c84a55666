/**
 * Sessions: the backend process or binding behind a conversation (laws 16 to 18).
 *
 * They stand in the ledger, since both slices must agree on whether a word about a session is news: the same snapshot told
 * again says nothing about a turn that was submitted after it.
 */
import type { Ledger, LiveTurn, Session, SessionStatus, StatusAnswer, TurnError } from '../types'
import type { SessionStatement } from '../actions'
import { addressee } from './address'
import type { RulesConfig } from './config'
import { endOfSession } from './closing'
import { correct, endOf, revoke, settle } from './ends'
import { check, findEnded, findTurn, keyOf, lastEnded, ownerOf, patch, without } from './ledger'
import { alive } from './life'
import { hasLeft } from './turn'
import { differing, turnsOf } from './turnList'

export const isActive = (status: SessionStatus): boolean => status === 'starting' || status === 'running'

/** What a reported word comes to once it is confirmed that nothing runs. Other words say nothing. */
const INACTIVE_WORDS: ReadonlyMap<string, SessionStatus> = new Map([
  ['idle', 'ready'],
  ['ready', 'ready'],
  ['interrupted', 'interrupted'],
  ['stopped', 'stopped'],
  ['error', 'error'],
])

export const sessionOf = (ledger: Ledger, key: string): Session | undefined =>
  ledger.sessions.find((session) => session.conversationId === key)

const unknownSession = (conversationId: string): Omit<Session, 'status' | 'changedAt' | 'seq'> => ({
  conversationId,
  reported: null,
  bound: false,
  resumeCursor: null,
  stamp: null,
  error: null,
  stop: null,
})

type Change = Partial<Session> & Pick<Session, 'status'>

/** Writes what became of a session: news, from here on. */
function put(ledger: Ledger, key: string, change: Change, at: number): Ledger {
  const known = sessionOf(ledger, key)
  const session: Session = {
    ...(known ?? unknownSession(key)),
    ...change,
    changedAt: at,
    seq: ledger.seq + 1,
  }
  return patch(ledger, {
    sessions: known
      ? ledger.sessions.map((other) => (other === known ? session : other))
      : [...ledger.sessions, session],
  })
}

/** Nothing new, but heard of: where a listing is awaited, that is newer than its question. */
const heard = (ledger: Ledger, session: Session): Ledger =>
  ledger.sessionAsk && session.seq <= ledger.sessionAsk.seq
    ? put(ledger, session.conversationId, session, session.changedAt)
    : ledger

// ---------------------------------------------------------------- statements

/**
 * The app's own word about a session. Obeyed as it stands where it is news; the same snapshot told again changes nothing.
 * An inactive session holds no turn (law 16).
 */
export function stated(config: RulesConfig, ledger: Ledger, statement: SessionStatement, at: number): Ledger {
  const key = keyOf(ledger, statement.conversationId)
  const known = sessionOf(ledger, key)
  const {
    status,
    error = null,
    stamp = known?.stamp ?? null,
    resumeCursor = known?.resumeCursor ?? null,
  } = statement
  const bound = status !== 'stopped' && (statement.bound ?? (known?.bound || isBinding(status)))
  if (known?.stop?.nonce != null && status !== 'stopped' && status !== 'error') {
    // A stop is on its way: what the session is without it shows again if the stop fails.
    if (known.stop.was === status) return heard(ledger, known)
    const over = isActive(status) ? ledger : confirmStop(ledger, known)
    return put(over, key, { ...known, stop: { ...known.stop, was: status } }, at)
  }
  const same = known?.status === status && !known.stop && known.bound === bound && known.stamp === stamp
  if (same && (error === null || error.message === known.error?.message)) {
    return known.resumeCursor === resumeCursor
      ? heard(ledger, known)
      : put(ledger, key, { ...known, resumeCursor }, known.changedAt)
  }
  const turns = isActive(status)
    ? acknowledge(config, ledger, key, known, status, at)
    : endOfSession(config, confirmStop(ledger, known), key, status, error, at)
  return put(turns, key, { status, error, bound, stamp, resumeCursor, reported: null, stop: null }, at)
}

const isBinding = (status: SessionStatus): boolean =>
  status === 'running' || status === 'ready' || status === 'interrupted'

/** A session or thread has started: in mid-turn that keeps both the turn and the session's `running`. */
export const started = (
  config: RulesConfig,
  ledger: Ledger,
  statement: Omit<SessionStatement, 'status'>,
  at: number,
): Ledger => {
  const status = ownerOf(ledger, keyOf(ledger, statement.conversationId))?.begun ? 'running' : 'ready'
  return stated(config, ledger, { ...statement, status }, at)
}

/** A session that begins to run since the click runs what was submitted; where nothing was, that is a reason to look. */
function acknowledge(
  config: RulesConfig,
  ledger: Ledger,
  key: string,
  known: Session | undefined,
  status: SessionStatus,
  at: number,
): Ledger {
  if (status !== 'running' || known?.status === 'running') return ledger
  const owner = ownerOf(ledger, key)
  if (!owner) return config.looks ? check(ledger, key, at) : ledger
  return hasLeft(owner) && !owner.begun ? alive(config, ledger, owner, null, at) : ledger
}

// ---------------------------------------------------------------- frames

/** A status frame: kept as reported, and adopted once a look-up confirms that nothing runs (law 4). */
export function reported(
  config: RulesConfig,
  before: Ledger,
  after: Ledger,
  frame: { readonly conversationId?: string | null; readonly status: string; readonly replayed?: boolean },
  at: number,
): Ledger {
  const to = addressee(before, frame)
  if (frame.conversationId == null || frame.replayed || (to.kind !== 'conversation' && to.kind !== 'turn'))
    return after
  const key = keyOf(after, frame.conversationId)
  const known = sessionOf(after, key)
  // A conversation that no session was ever stated for needs none for the wire's every word.
  if (!known) return after
  const status = INACTIVE_WORDS.get(frame.status)
  const next =
    known.reported === frame.status
      ? heard(after, known)
      : put(after, key, { ...known, reported: frame.status }, at)
  if (!status || ownerOf(next, key)) return next
  if (!config.looks) return adopt(next, key, status, at)
  return isActive(known.status) ? check(next, key, at) : next
}

/** A look-up has left after the frame, and found nothing running: the frame's word is adopted, also for what it ended. */
export function confirmed(
  before: Ledger,
  after: Ledger,
  payload: { readonly nonce: string; readonly conversationId: string; readonly answer: StatusAnswer },
  at: number,
): Ledger {
  const { status: found } = payload.answer
  if (after === before || (found !== 'idle' && found !== 'absent')) return after
  const key = keyOf(after, payload.conversationId)
  const session = sessionOf(after, key)
  const status = session?.reported == null ? undefined : INACTIVE_WORDS.get(session.reported)
  const asked = before.asks.find((ask) => ask.nonce === payload.nonce)
  if (!session || !status || !asked || ownerOf(after, key)) return after
  if (session.seq > asked.seq) return isActive(session.status) ? check(after, key, at) : after
  return adopt(nameEnd(before, after, key, status), key, status, at)
}

/** What the look-up ended without a word on how it came was interrupted, where the session says so. */
function nameEnd(before: Ledger, after: Ledger, key: string, status: SessionStatus): Ledger {
  const last = lastEnded(after, key)
  const unnamed = last && last.seq > before.seq && last.grade === 'inferred' && last.outcome === 'unknown'
  if (!unnamed || status === 'ready') return after
  const { reason, outcome } = endOf({ reason: 'interrupted' })
  const settled = after.settled.map((record) => (record === last ? { ...last, reason, outcome } : record))
  return patch(after, { settled })
}

/** A frame's word moves a session that was active, or makes it worse: it does not turn an error back. */
function adopt(ledger: Ledger, key: string, status: SessionStatus, at: number): Ledger {
  const session = sessionOf(ledger, key)
  if (!session || session.status === status) return ledger
  const worse = status === 'stopped' || (status === 'error' && session.status !== 'stopped')
  return isActive(session.status) || worse
    ? put(ledger, key, { ...session, status, stop: null, bound: session.bound && status !== 'stopped' }, at)
    : ledger
}

// ---------------------------------------------------------------- what turns mean for their session

/**
 * Carries over to sessions what an action did to turns: an active session whose turn has ended is `ready`, or `error`
 * where the turn failed; one whose turn is at work is `running`. Only sessions that are known, and that the action did
 * not speak of itself.
 */
export function follow(before: Ledger, after: Ledger, at: number): Ledger {
  if (before.live === after.live || after.sessions.length === 0) return after
  const [was, is] = differing(before.live, after.live)
  let next = after
  for (const turn of was) {
    if (turn.phase === 'queued' || findTurn(after, turn.turnId)) continue
    const ended = findEnded(after, turn.turnId, null)
    const key = ended?.conversationId ?? ''
    const session = sessionOf(next, key)
    if (!ended || !session || session.seq > before.seq || ownerOf(after, key) || ended.reason === 'timeout')
      continue
    if (ended.outcome === 'error' && !ended.begun) next = failed(next, key, ended.error, at)
    else if (isActive(session.status)) {
      const error = ended.outcome === 'error' ? ended.error : null
      next = put(next, key, { status: error ? 'error' : 'ready', error, bound: true, reported: null }, at)
    }
  }
  for (const turn of is) {
    if (!turn.begun || turn.phase === 'queued') continue
    const earlier = was.find((other) => other.turnId === turn.turnId)
    if (earlier?.begun && earlier.phase !== 'queued') continue
    const session = sessionOf(next, turn.conversationId)
    if (!session || session.status === 'running' || session.seq > before.seq) continue
    next = put(next, turn.conversationId, { status: 'running', bound: true, error: null, reported: null }, at)
  }
  return next
}

/**
 * A turn could not be started: `error` where there is a binding, which is kept for recovery, `stopped` where there is none
 * or it was stopped before. Never a session that only looks bound (law 17).
 */
function failed(ledger: Ledger, key: string, error: TurnError | null, at: number): Ledger {
  const session = sessionOf(ledger, key)
  const status = session?.bound && session.status !== 'stopped' ? 'error' : 'stopped'
  return put(ledger, key, { status, error, reported: null }, at)
}

/** The server refused a send. A turn that runs meanwhile in the same conversation keeps its session. */
export function startFailed(before: Ledger, after: Ledger, turnId: string, at: number): Ledger {
  const ended = after.live.length < before.live.length ? findEnded(after, turnId, null) : undefined
  if (!ended?.error || ended.seq <= before.seq || ownerOf(after, ended.conversationId)) return after
  return failed(after, ended.conversationId, ended.error, at)
}

// ---------------------------------------------------------------- stop

/** The user stops a session: shown at once, which is no more than inferred until the server confirms it. */
export function requestStop(
  config: RulesConfig,
  ledger: Ledger,
  payload: { readonly conversationId: string; readonly nonce?: string },
  at: number,
): Ledger {
  const key = keyOf(ledger, payload.conversationId)
  const known = sessionOf(ledger, key)
  if (known?.stop?.nonce != null) return ledger
  const owner = ownerOf(ledger, key)
  const turnId = owner && hasLeft(owner) ? owner.turnId : null
  const { nonce = null } = payload
  const settled = endOfSession(config, ledger, key, 'stopped', null, at, 'inferred')
  const next = put(
    settled,
    key,
    { status: 'stopped', stop: { nonce, was: known?.status ?? null, turnId } },
    at,
  )
  return nonce === null
    ? next
    : patch(next, { stops: [...next.stops, { conversationId: key, turnId: null, nonce, at }] })
}

/** The answer to it. "No such session" counts as stopped; a real failure brings the turn back. */
export function stopAnswered(
  config: RulesConfig,
  ledger: Ledger,
  payload: { readonly conversationId: string; readonly nonce: string },
  took: boolean,
  at: number,
): Ledger {
  const key = keyOf(ledger, payload.conversationId)
  const stops = without(ledger.stops, (stop) => stop.nonce === payload.nonce)
  const next = stops === ledger.stops ? ledger : patch(ledger, { stops })
  const known = sessionOf(next, key)
  if (known?.stop?.nonce !== payload.nonce) return next
  if (!took) return unstop(next, known, at)
  const turn = known.stop.turnId === null ? undefined : findTurn(next, known.stop.turnId)
  const over = turn
    ? settle(config, next, turn, endOf({ reason: 'interrupted' }), at)
    : confirmStop(next, known)
  // A turn that has begun since runs in a session of its own.
  if (ownerOf(over, key)?.begun) return put(over, key, { ...known, stop: null }, at)
  return put(over, key, { status: 'stopped', bound: false, error: null, reported: null, stop: null }, at)
}

/** What the stop had only inferred about its turn is so. */
function confirmStop(ledger: Ledger, session: Session | undefined): Ledger {
  const turnId = session?.stop?.turnId ?? null
  const ended = turnId === null ? undefined : findEnded(ledger, turnId, null)
  return ended ? correct(ledger, ended, endOf({ reason: 'interrupted' })) : ledger
}

/** The session was not stopped, as far as anybody knows: it is what it was, and so is its turn. */
function unstop(ledger: Ledger, session: Session, at: number): Ledger {
  const { was, turnId } = session.stop!
  const ended = turnId === null ? undefined : findEnded(ledger, turnId, null)
  const back = ended ? revoke(ledger, ended, at) : ledger
  if (was !== null) return put(back, session.conversationId, { ...session, status: was, stop: null }, at)
  return patch(back, { sessions: without(back.sessions, (other) => other === session) })
}

/** Another keeper asked for what is still open, and will not hear the answer: its stops are lost, and its question too. */
export function abandon(ledger: Ledger, owner: string, at: number): Ledger {
  if (ledger.owner === owner) return ledger
  let next = ledger.sessionAsk ? patch(ledger, { sessionAsk: null }) : ledger
  for (const session of ledger.sessions) if (session.stop?.nonce != null) next = unstop(next, session, at)
  return next
}

// ---------------------------------------------------------------- reconcile

/** Asks which sessions live. The sequence number is the question's departure. */
export const ask = (ledger: Ledger, nonce: string, at: number): Ledger =>
  patch(ledger, { sessionAsk: { nonce, seq: ledger.seq + 1, at } })

/**
 * The sessions that live, or `null` for a listing that could not be read and changes nothing. A session believed active
 * that is not among them is stopped, unless something was heard of it or its turn since the question was asked (law 18).
 */
export function listed(
  config: RulesConfig,
  ledger: Ledger,
  payload: { readonly nonce: string; readonly conversationIds: readonly string[] | null },
  at: number,
): Ledger {
  const asked = ledger.sessionAsk
  if (asked?.nonce !== payload.nonce) return ledger
  let next = patch(ledger, { sessionAsk: null })
  if (payload.conversationIds == null) return next
  const live = new Set(payload.conversationIds.map((id) => keyOf(ledger, id)))
  const newer = (turn: LiveTurn) => turn.life > asked.seq || (turn.sendAt ?? 0) > asked.at
  for (const session of ledger.sessions) {
    const key = session.conversationId
    if (!isActive(session.status) || session.seq > asked.seq || live.has(key)) continue
    if (turnsOf(ledger.live, key).some(newer)) continue
    const error = { message: 'The session is gone, and its turn with it.' }
    next = endOfSession(config, next, key, 'stopped', error, at, 'inferred')
    next = put(next, key, { status: 'stopped', bound: false, reported: null }, at)
  }
  return next
}

// ---------------------------------------------------------------- keys

/** The session goes with its conversation's key. */
export function moved(
  before: Ledger,
  after: Ledger,
  payload: { readonly from: string; readonly to: string },
): Ledger {
  const session = after === before ? undefined : sessionOf(before, keyOf(before, payload.from))
  if (!session) return after
  const key = keyOf(after, payload.to)
  const others = after.sessions.filter((other) => other !== session)
  const known = others.some((other) => other.conversationId === key)
  return patch(after, { sessions: known ? others : [...others, { ...session, conversationId: key }] })
}

export function closed(ledger: Ledger, conversationId: string): Ledger {
  const session = sessionOf(ledger, keyOf(ledger, conversationId))
  return session
    ? patch(ledger, { sessions: without(ledger.sessions, (other) => other === session) })
    : ledger
}
