/**
 * What a word about a session means, as pure functions of what is known of it. Both reducers ask them: one for the turns
 * that an inactive session cannot hold, the other for the session itself.
 */
import type { SessionStatement } from '../actions'
import type { Session, SessionStatus, Turn, TurnsState } from '../types'
import type { RulesConfig } from './config'
import { activeOf, entryOf, turnsIn } from './turns'

export const isActiveSession = (status: SessionStatus): boolean =>
  status === 'starting' || status === 'running'

/** A stopped or failed session does not come back by itself: what the server held for it is over too. */
export const isGone = (status: SessionStatus): boolean => status === 'stopped' || status === 'error'

const isBinding = (status: SessionStatus): boolean =>
  status === 'running' || status === 'ready' || status === 'interrupted'

/** Words of the wire that say "at work". Any other, known or not, is a reason to check. */
export const BUSY_WORDS: ReadonlySet<string> = new Set(['running', 'retry', 'busy', 'active', 'working'])

/** What a reported word comes to once it is confirmed that nothing runs. Other words say nothing. */
export const INACTIVE_WORDS: ReadonlyMap<string, SessionStatus> = new Map([
  ['idle', 'ready'],
  ['ready', 'ready'],
  ['interrupted', 'interrupted'],
  ['stopped', 'stopped'],
  ['error', 'error'],
])

export const unknownSession = (at: number, seq: number): Session => ({
  status: 'ready',
  reported: null,
  isBound: false,
  resumeCursor: null,
  stamp: null,
  error: null,
  stop: null,
  changedAt: at,
  seq,
})

/** What a statement changes of a session. Without `changedAt` and `seq`, which the change itself sets. */
export type SessionChange = Partial<Omit<Session, 'changedAt' | 'seq'>>

/**
 * Whether a statement about a session is news. `same`: the same snapshot told again, which changes nothing. `cursor`: only
 * its resume cursor is new. `during_stop`: what the session is without the stop that is on its way.
 */
export type StatementJudgement =
  | { readonly kind: 'same' }
  | { readonly kind: 'cursor' | 'news' | 'during_stop'; readonly change: SessionChange }

export function judgeStatement(known: Session | null, statement: SessionStatement): StatementJudgement {
  const {
    status,
    error = null,
    stamp = known?.stamp ?? null,
    resumeCursor = known?.resumeCursor ?? null,
  } = statement
  const isBound = status !== 'stopped' && (statement.bound ?? (known?.isBound || isBinding(status)))
  if (known?.stop?.nonce != null && !isGone(status)) {
    return known.stop.previousStatus === status
      ? { kind: 'same' }
      : { kind: 'during_stop', change: { stop: { ...known.stop, previousStatus: status } } }
  }
  const isSame = known?.status === status && !known.stop && known.isBound === isBound && known.stamp === stamp
  if (isSame && (error === null || error.message === known.error?.message)) {
    return known.resumeCursor === resumeCursor
      ? { kind: 'same' }
      : { kind: 'cursor', change: { resumeCursor } }
  }
  return {
    kind: 'news',
    change: { status, error, isBound, stamp, resumeCursor, reported: null, stop: null },
  }
}

/** The status that a reported word moves a session to: a frame makes it worse, or inactive, and turns no error back. */
export function adoptedStatus(session: Session, word: string): SessionStatus | null {
  const status = INACTIVE_WORDS.get(word)
  if (!status || session.status === status) return null
  const isWorse = status === 'stopped' || (status === 'error' && session.status !== 'stopped')
  return isActiveSession(session.status) || isWorse ? status : null
}

/** Whether a session is believed active, and no turn that is known runs in it: it is checked by itself. */
export const needsOwnCheck = (turns: TurnsState, session: Session | null, key: string): boolean =>
  session !== null && isActiveSession(session.status) && activeOf(turns, key) === null

/**
 * What a session without a turn is, where a status check left after its newest word and found nothing running; `null` where
 * that says nothing of it. One that starts is given the time that a prompt is given to register.
 */
export function concludedStatus(
  session: Session,
  found: 'idle' | 'absent',
  check: { readonly seq: number; readonly at: number },
  { registrationWindow }: Pick<RulesConfig, 'registrationWindow'>,
): SessionStatus | null {
  if (!isActiveSession(session.status) || session.seq > check.seq) return null
  if (session.status === 'starting' && check.at - session.changedAt < registrationWindow) return null
  return found === 'absent' ? 'stopped' : 'ready'
}

/** Whether a session that is believed active is missing from a listing of those that live (law 18). */
export function isSessionMissing(
  turns: TurnsState,
  session: Session | null,
  key: string,
  listing: { readonly seq: number; readonly at: number },
  listed: ReadonlySet<string>,
): boolean {
  if (!session || !isActiveSession(session.status) || session.seq > listing.seq || listed.has(key))
    return false
  const entry = entryOf(turns, key)
  // Something was heard of it, or sent into it, since the question was asked; or a prompt that may start it is on its way.
  const isAlive = ({ evidenceSeq, sentAt, sendState }: Turn): boolean =>
    evidenceSeq > listing.seq || (sentAt ?? 0) > listing.at || sendState === 'sending'
  return !(entry && turnsIn(entry).some(isAlive))
}
