/**
 * The state machine: one pure function that both reducers call, so that "is this end stale?" is written once.
 *
 * `createFold(config)` gives `fold(ledger, action)`. It returns the same ledger, to the reference, for whatever changes
 * nothing (law 23), and decides everything on the ledger that it is given (law 21).
 */
import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../actions'
import type { Address, Ledger, LiveTurn } from '../types'
import { addressee } from './address'
import * as closing from './closing'
import type { RulesConfig } from './config'
import * as deadlines from './deadlines'
import * as ends from './ends'
import { hint, hintAll } from './hints'
import { check, findTurn, headOf, keyOf, ownerOf, patch, without } from './ledger'
import * as life from './life'
import * as lookUps from './lookUps'
import { rekey } from './keys'
import * as restarts from './restarts'
import * as reloads from './restore'
import * as send from './send'
import * as stops from './stop'
import * as sessions from './sessions'
import { malformed } from './shape'
import { closeSide, sweep, touchSide } from './sides'

export type Fold = (ledger: Ledger, action: UnknownAction) => Ledger
type Rule<P> = (ledger: Ledger, payload: P, at: number) => Ledger

/** Session words that say "at work". Any other, known or not, is a reason to look. */
const BUSY_WORDS: ReadonlySet<string> = new Set(['running', 'retry', 'busy', 'active', 'working'])

/** What an unnamed session word would mean, if it meant the turn. */
const sessionEnd = (status: string): ends.End =>
  ends.endOf(
    status === 'error'
      ? { reason: 'session_error', grade: 'inferred', error: { message: 'The session reported an error.' } }
      : { reason: 'rescued' },
  )

export function createFold(config: RulesConfig): Fold {
  const rules = new Map<string, Rule<never>>()
  const on = <P>(creator: { type: string; (payload: P): unknown }, rule: Rule<P>): void => {
    rules.set(creator.type, rule as Rule<never>)
  }

  on(actions.endTurn, (ledger, payload, at) => ends.end(config, ledger, payload, at))

  // Frames: life, questions, hints
  on(actions.turnStarted, (ledger, payload, at) => life.live(config, ledger, payload, 'thinking', at, true))
  on(actions.workStarted, (ledger, payload, at) => {
    const key = keyOf(ledger, payload.conversationId)
    const known = addressee(ledger, payload).kind !== 'unknown'
    return known || ownerOf(ledger, key) ? ledger : life.adopt(config, ledger, key, payload, null, at)
  })
  on(actions.turnProgressed, (ledger, payload, at) =>
    life.live(config, ledger, payload, life.signOf(payload.kind), at),
  )
  on(actions.turnRetrying, (ledger, payload, at) => life.live(config, ledger, payload, null, at))
  on(actions.inputRequested, (ledger, payload, at) => life.ask(config, ledger, payload, at))
  on(actions.inputResolved, (ledger, payload, at) => life.resolve(config, ledger, payload, at))
  on(actions.errorReported, (ledger, payload, at) =>
    hintAt(ledger, payload, at, {
      outcome: 'error',
      error: payload.error ?? { message: 'The agent reported an error.' },
    }),
  )
  on(actions.requestEnded, (ledger, payload, at) => {
    const to = addressee(ledger, payload)
    if (config.looks || to.kind !== 'turn' || to.turn.phase === 'queued') return hintAt(ledger, payload, at)
    // Without a look-up this is the last that will ever be heard of the turn.
    const { turn } = to
    const { how, error } = payload
    if (turn.stop)
      return ends.settle(
        config,
        ledger,
        turn,
        { ...ends.endOf({ reason: 'cancelled' }), grade: 'inferred' },
        at,
      )
    if (!turn.begun && how !== 'cancelled') return ends.settle(config, ledger, turn, ends.undelivered(), at)
    const outcome = how === 'fulfilled' ? 'unknown' : 'interrupted'
    const verdict = ends.endOf({ reason: 'interrupted', outcome, grade: 'inferred', ...(error && { error }) })
    return ends.settle(config, ledger, turn, verdict, at)
  })
  on(actions.sessionReported, (ledger, payload, at) =>
    sessions.reported(config, ledger, hintOfSession(ledger, payload, at), payload, at),
  )
  function hintOfSession(ledger: Ledger, payload: Address & { readonly status: string }, at: number): Ledger {
    if (BUSY_WORDS.has(payload.status))
      return life.live(config, owing(ledger, payload), { ...payload, word: true }, null, at)
    if (payload.status === 'starting' || payload.replayed) return ledger
    const to = addressee(ledger, payload)
    if (to.kind === 'side') return closeSide(ledger, to.side)
    if (to.kind === 'conversation') {
      return ends.unnamedEnd(config, ledger, to.key, sessionEnd(payload.status), at)
    }
    return hintAt(ledger, payload, at)
  }
  on(actions.childOpened, (ledger, { child, parent, role = 'child' }, at) => {
    if (ledger.children.some((entry) => entry.child === child)) return ledger
    const known = patch(ledger, { children: [...ledger.children, { child, parent }].slice(-256) })
    return touchSide(config, known, { runId: child, conversationId: keyOf(ledger, parent), role, parent }, at)
  })
  on(actions.historyLoaded, (ledger, { conversationId, last }, at) => {
    const key = keyOf(ledger, conversationId)
    if (!last || !config.looks) return ledger
    if (ownerOf(ledger, key)) {
      return last.state === 'complete' && last.turnId !== null ? hint(config, ledger, key, at) : ledger
    }
    const to = last.turnId === null ? undefined : addressee(ledger, { conversationId, turnId: last.turnId })
    const settled = to?.kind === 'ended' && to.ended.grade === 'witnessed'
    return last.state === 'complete' || settled ? ledger : check(ledger, key, at)
  })
  on(actions.streamDropped, (ledger, payload, at) =>
    restarts.dropped(config, ledger, payload.conversationIds, at),
  )
  on(actions.streamOpened, (ledger, payload, at) => restarts.opened(ledger, payload.boot, at))
  on(actions.backendRestarted, (ledger, payload, at) => restarts.restarted(ledger, payload.boot, at))

  // Statements
  on(actions.sessionStatusChanged, (ledger, payload, at) => sessions.stated(config, ledger, payload, at))
  on(actions.sessionStarted, (ledger, payload, at) => sessions.started(config, ledger, payload, at))
  on(actions.threadStarted, (ledger, payload, at) => sessions.started(config, ledger, payload, at))
  on(actions.sessionStopRequested, (ledger, payload, at) => sessions.requestStop(config, ledger, payload, at))
  on(actions.sessionStopped, (ledger, payload, at) =>
    sessions.stopAnswered(config, ledger, payload, true, at),
  )
  on(actions.sessionStopRefused, (ledger, payload, at) =>
    sessions.stopAnswered(config, ledger, payload, false, at),
  )
  on(actions.sessionsAsked, (ledger, payload, at) => sessions.ask(ledger, payload.nonce, at))
  on(actions.sessionsListed, (ledger, payload, at) => sessions.listed(config, ledger, payload, at))
  on(actions.conversationViewed, (ledger, { conversationId }) => {
    const foreground = conversationId === null ? null : keyOf(ledger, conversationId)
    return foreground === ledger.foreground ? ledger : patch(ledger, { foreground })
  })
  on(actions.conversationRekeyed, (ledger, payload) =>
    payload.turnId === undefined
      ? sessions.moved(ledger, rekey(ledger, payload), payload)
      : rekey(ledger, payload),
  )
  on(actions.conversationClosed, (ledger, payload, at) =>
    sessions.closed(
      closing.close(config, ledger, keyOf(ledger, payload.conversationId), at),
      payload.conversationId,
    ),
  )
  on(actions.queueResumed, (ledger, payload) => {
    const key = keyOf(ledger, payload.conversationId)
    return ledger.held.includes(key)
      ? patch(ledger, { held: without(ledger.held, (id) => id === key) })
      : ledger
  })
  on(actions.sendingGated, (ledger, { open }) => (open === ledger.open ? ledger : patch(ledger, { open })))
  on(actions.stateRestored, (ledger, payload, at) => reloads.restore(config, ledger, payload, at))

  // Commands and the answers of ports
  on(actions.turnSubmitted, (ledger, payload, at) => send.submit(config, ledger, payload, at))
  on(actions.queuedRemoved, (ledger, payload, at) => send.withdraw(config, ledger, payload, at))
  on(actions.sendClaimed, (ledger, payload, at) => send.claimSend(config, ledger, payload, at))
  on(actions.sendAccepted, (ledger, payload, at) => send.accept(config, ledger, payload, at))
  on(actions.sendRefused, (ledger, payload, at) =>
    sessions.startFailed(ledger, send.refuse(config, ledger, payload, at), payload.turnId, at),
  )
  on(actions.sendLost, (ledger, payload, at) => send.lose(config, ledger, payload.turnId, at))
  on(actions.stopRequested, (ledger, payload, at) => stops.stop(config, ledger, payload, at))
  on(actions.stopClaimed, (ledger, payload, at) => stops.claimStop(ledger, payload, at))
  on(actions.stopAcknowledged, (ledger, payload, at) =>
    stops.stopAnswered(config, ledger, payload, { status: 'acknowledged' }, at),
  )
  on(actions.stopRefused, (ledger, payload, at) =>
    stops.stopAnswered(config, ledger, payload, { status: 'refused', reason: payload.reason }, at),
  )
  on(actions.stopLost, (ledger, payload, at) => stops.stopAnswered(config, ledger, payload, null, at))
  on(actions.answerAccepted, (ledger, payload, at) => life.resolve(config, ledger, payload, at))
  on(actions.answerRefused, (ledger, payload, at) => {
    if (payload.reason === 'error' || !life.holderOf(ledger, payload)) return ledger
    const key = keyOf(ledger, payload.conversationId)
    return hint(config, life.resolve(config, ledger, payload, at), key, at)
  })
  on(actions.answerLost, (ledger, payload, at) =>
    life.holderOf(ledger, payload) ? hint(config, ledger, keyOf(ledger, payload.conversationId), at) : ledger,
  )
  on(actions.inputCancelled, (ledger, payload, at) => {
    const asker = life.holderOf(ledger, payload)
    return asker && 'turnId' in asker
      ? ends.settle(config, ledger, asker, ends.endOf({ reason: 'cancelled' }), at)
      : life.resolve(config, ledger, payload, at)
  })

  // Look-ups and time
  on(actions.lookUpClaimed, (ledger, payload, at) => lookUps.claimLookUp(config, ledger, payload, at))
  on(actions.lookUpAnswered, (ledger, payload, at) =>
    sessions.confirmed(ledger, lookUps.answerLookUp(config, ledger, payload, at), payload, at),
  )
  on(actions.lookUpClosed, (ledger, payload) => lookUps.closeLookUp(ledger, payload))
  on(actions.checkDue, (ledger, payload, at) => deadlines.checkDue(config, ledger, payload, at))
  on(actions.woke, (ledger, payload, at) => deadlines.wake(ledger, payload.sleptMs, at))
  on(actions.keeperAttached, (ledger, payload, at) =>
    payload.own
      ? reloads.attach(config, ledger, payload, at)
      : reloads.attach(config, sessions.abandon(ledger, payload.owner, at), payload, at),
  )
  on(actions.swept, (ledger, _payload, at) => sweep(ledger, at))

  function hintAt(ledger: Ledger, payload: Address, at: number, rumour?: LiveTurn['rumour']): Ledger {
    if (payload.replayed) return ledger
    const to = addressee(ledger, payload)
    if (to.kind === 'turn') return hint(config, ledger, to.turn.conversationId, at, rumour)
    if (to.kind === 'conversation') return hint(config, ledger, to.key, at, rumour)
    if (to.kind === 'unknown') return to.key === null ? ledger : hint(config, ledger, to.key, at)
    return to.kind === 'nobody' ? hintAll(config, ledger, at) : ledger
  }

  /** Without a look-up: an unnamed "running" will be followed by an unnamed "idle", which belongs to the same turn. */
  function owing(ledger: Ledger, payload: Address): Ledger {
    const key = payload.conversationId == null ? null : keyOf(ledger, payload.conversationId)
    if (config.looks || key === null || payload.turnId != null || payload.runId != null) return ledger
    const owner = ownerOf(ledger, key)
    const known = ledger.owed.find((entry) => entry.conversationId === key)
    if (!owner || known?.open) return ledger
    const rest = without(ledger.owed, (entry) => entry === known)
    return patch(ledger, { owed: [...rest, { conversationId: key, count: known?.count ?? 0, open: true }] })
  }

  const fold: Fold = (ledger, action) => {
    const rule = rules.get(action.type)
    if (!rule || malformed(action) !== null) return ledger
    const { payload, meta } = action as unknown as { payload: never; meta?: { at?: number } }
    const { boot } = payload as { boot?: string }
    // What a replaced process was still saying is no life; that a turn of it has ended stays true.
    if (action.type !== actions.endTurn.type && restarts.isOutdated(ledger, boot)) return ledger
    const at = meta?.at ?? 0
    return sessions.follow(ledger, rule(ledger, payload, at), at)
  }
  return once(fold)
}

/**
 * The fast path, and nothing but that: both reducers fold the same ledger with the same action, so the second finds the
 * answer of the first, and the two slices go on sharing one record. A pure function of its arguments either way.
 */
function once(fold: Fold): Fold {
  let of: Ledger | undefined
  let by: UnknownAction | undefined
  let result: Ledger
  return (ledger, action) => {
    if (ledger === of && action === by) return result
    result = fold(ledger, action)
    of = ledger
    by = action
    return result
  }
}

export { addressee, findTurn, headOf, keyOf, ownerOf }
export { maySend } from './send'
export { isDue } from './lookUps'
export { emptyLedger, endedSince, isUnderWay, findEnded, questionKey, lastEnded, parentOf } from './ledger'
export { askerOf, holderOf } from './life'
export { sessionOf } from './sessions'
export { stopTarget } from './stop'
export { differing } from './turnList'
export { defaultRules } from './config'
export type { RulesConfig } from './config'
export { malformed } from './shape'
export { hasLeft } from './turn'
