import type { Ask, EndedTurn, Ledger, LiveTurn, Outcome, StatusAnswer } from '../types'
import type { RulesConfig } from './config'
import { correct, endOf, revoke, settle, supersede, undelivered } from './ends'
import type { End } from './ends'
import { adopt, alive, bind } from './life'
import {
  check,
  checkOf,
  findByRun,
  findEnded,
  findTurn,
  keyOf,
  lastEnded,
  ownerOf,
  patch,
  putTurn,
  questionKey,
  replaceTurn,
  uncheck,
  without,
} from './ledger'
import { amend, believesIdle, nextCheck, stopAgain } from './turn'

/** Whether a look at this conversation is due. */
export function isDue(ledger: Ledger, key: string, at: number): boolean {
  const owner = ownerOf(ledger, key)
  const dueAt = owner ? owner.checkAt : checkOf(ledger, key)?.at
  return dueAt !== undefined && dueAt !== null && dueAt <= at
}

/**
 * A look-up leaves: compare-and-set. Taken where at least one of its conversations is due, or it was asked for by name.
 * Silence shows from here on: the watchdog looks, it does not end (law 8).
 */
export function claimLookUp(
  config: RulesConfig,
  ledger: Ledger,
  payload: {
    readonly nonce: string
    readonly conversationIds: readonly string[]
    readonly explicit?: boolean
  },
  at: number,
): Ledger {
  const keys = payload.conversationIds.map((id) => keyOf(ledger, id))
  if (!payload.explicit && !keys.some((key) => isDue(ledger, key, at))) return ledger
  const asked = new Set(keys)
  const answerBy = at + config.lookUpTimeout + config.recheckAfter
  const live = ledger.live.map((turn) => {
    if (turn.phase === 'queued' || !asked.has(turn.conversationId)) return turn
    const silent = at - turn.lifeAt >= config.lookUpAfter && turn.phase !== 'awaiting_input'
    return amend(turn, { checkAt: answerBy, stalled: turn.stalled || silent })
  })
  const ask: Ask = { nonce: payload.nonce, conversationIds: keys, seq: ledger.seq + 1, at }
  return patch(ledger, {
    live,
    asks: [...ledger.asks, ask].slice(-32),
    checks: ledger.checks.map((entry) =>
      asked.has(entry.conversationId) ? { ...entry, at: answerBy } : entry,
    ),
  })
}

/** The look-up has told what it had to tell: those that it did not answer for are due again at `nextAt`. */
export function closeLookUp(
  ledger: Ledger,
  payload: { readonly nonce: string; readonly nextAt?: number },
): Ledger {
  const asked = ledger.asks.find((entry) => entry.nonce === payload.nonce)
  if (!asked) return ledger
  const { nextAt } = payload
  const unanswered = new Set(asked.conversationIds.map((id) => keyOf(ledger, id)))
  const next = patch(ledger, { asks: without(ledger.asks, (entry) => entry === asked) })
  if (nextAt === undefined || unanswered.size === 0) return next
  return patch(next, {
    live: next.live.map((turn) =>
      turn.phase !== 'queued' && unanswered.has(turn.conversationId)
        ? amend(turn, {
            checkAt: turn.hinted > asked.seq ? Math.min(turn.checkAt ?? nextAt, nextAt) : nextAt,
          })
        : turn,
    ),
    checks: next.checks.map((entry) =>
      unanswered.has(entry.conversationId) ? { ...entry, at: nextAt } : entry,
    ),
  })
}

/** What a look-up says of one conversation. It is as old as its departure (law 5). */
export function answerLookUp(
  config: RulesConfig,
  ledger: Ledger,
  payload: { readonly nonce: string; readonly conversationId: string; readonly answer: StatusAnswer },
  at: number,
): Ledger {
  const asked = ledger.asks.find((entry) => entry.nonce === payload.nonce)
  const key = keyOf(ledger, payload.conversationId)
  if (!asked?.conversationIds.some((id) => keyOf(ledger, id) === key)) return ledger
  const { answer } = payload
  if (answer.status === 'no_status' || answer.status === 'unreachable') return ledger
  const told = patch(ledger, {
    asks: ledger.asks.map((entry) =>
      entry === asked
        ? { ...asked, conversationIds: asked.conversationIds.filter((id) => keyOf(ledger, id) !== key) }
        : entry,
    ),
  })
  if (answer.status === 'idle' || answer.status === 'absent')
    return idle(config, told, key, answer, asked, at)
  return running(config, told, key, answer, asked, at)
}

const again = (config: RulesConfig, turn: LiveTurn, asked: Ask, at: number): number | null =>
  turn.hinted > asked.seq ? turn.checkAt : nextCheck(config, turn, at)

// ---------------------------------------------------------------- running

function running(
  config: RulesConfig,
  ledger: Ledger,
  key: string,
  answer: StatusAnswer,
  asked: Ask,
  at: number,
): Ledger {
  const turnId = answer.turnId ?? null
  const runId = answer.runId ?? null
  const named =
    turnId !== null ? findTurn(ledger, turnId) : runId !== null ? findByRun(ledger, runId, key) : undefined
  if (named) return verify(config, ledger, named, answer, asked, at)
  const owner = ownerOf(ledger, key)
  const ended = findEnded(ledger, turnId, runId, key)
  if (owner) {
    if (turnId === null && runId === null) return verifyUnnamed(config, ledger, owner, answer, asked, at)
    return ended
      ? postpone(config, ledger, owner, asked, at)
      : another(config, ledger, owner, answer, asked, at)
  }
  if (ended) return reopened(config, ledger, ended, answer, asked, at)
  if (turnId === null && runId === null) return runsUnnamed(config, ledger, key, answer, asked, at)
  return adopt(config, ledger, key, signalOf(answer), phaseOf(answer), at)
}

const phaseOf = (answer: StatusAnswer) => (answer.status === 'awaiting_input' ? 'awaiting_input' : null)

const signalOf = (answer: StatusAnswer) => ({
  turnId: answer.turnId ?? null,
  runId: answer.runId ?? null,
  ...(answer.startedMsAgo !== undefined && { startedMsAgo: answer.startedMsAgo }),
})

const postpone = (config: RulesConfig, ledger: Ledger, turn: LiveTurn, asked: Ask, at: number): Ledger =>
  replaceTurn(ledger, turn, { checkAt: again(config, turn, asked, at) })

/** The server says that this very turn runs. A stop whose answer was lost, or that came too early, leaves again. */
function verify(
  config: RulesConfig,
  ledger: Ledger,
  turn: LiveTurn,
  answer: StatusAnswer,
  asked: Ask,
  at: number,
): Ledger {
  if (turn.phase === 'queued') return alive(config, ledger, turn, null, at)
  const seen = amend(turn, {
    ...withQuestion(ledger, turn, answer),
    unverified: false,
    suspect: false,
    begun: true,
    send: 'accepted',
    acceptedAt: turn.acceptedAt ?? at,
    life: Math.max(turn.life, asked.seq),
    stop: stopAgain(config, turn, at),
  })
  return putTurn(ledger, turn, amend(seen, { checkAt: again(config, seen, asked, at) }))
}

/** "Running", and nobody named: it holds for the turn that we know of, but is no proof that this one has begun. */
function verifyUnnamed(
  config: RulesConfig,
  ledger: Ledger,
  turn: LiveTurn,
  answer: StatusAnswer,
  asked: Ask,
  at: number,
): Ledger {
  const seen = amend(turn, {
    ...withQuestion(ledger, turn, answer),
    unverified: false,
    suspect: false,
    stop: turn.stop?.state === 'unknown' ? stopAgain(config, turn, at) : turn.stop,
  })
  return putTurn(ledger, turn, amend(seen, { checkAt: again(config, seen, asked, at) }))
}

function withQuestion(ledger: Ledger, turn: LiveTurn, answer: StatusAnswer): Partial<LiveTurn> {
  const id = answer.status === 'awaiting_input' ? answer.inputId : undefined
  if (id == null || ledger.closed.includes(questionKey(turn.turnId, id)) || turn.questions.includes(id))
    return {}
  return { questions: [...turn.questions, id], phase: 'awaiting_input' }
}

/** The server runs something else than the turn that we hold live. */
function another(
  config: RulesConfig,
  ledger: Ledger,
  owner: LiveTurn,
  answer: StatusAnswer,
  asked: Ask,
  at: number,
): Ledger {
  const runId = answer.runId ?? null
  const carriesOn = answer.continues != null && owner.runs.includes(answer.continues)
  const ours = runId !== null && answer.turnId == null && owner.born <= asked.seq && owner.send !== 'unsent'
  if (ours && (owner.runs.length === 0 || carriesOn)) {
    return alive(config, ...bind(ledger, owner, runId), phaseOf(answer), at)
  }
  const newer = owner.life > asked.seq || owner.born > asked.seq
  if (newer || (!owner.begun && !believesIdle(config, owner, asked.at, asked.seq))) {
    return postpone(config, ledger, owner, asked, at)
  }
  const key = owner.conversationId
  return adopt(config, supersede(config, ledger, owner, at), key, signalOf(answer), phaseOf(answer), at)
}

/** It names a turn that we hold to be over: a witnessed end outweighs it, an inferred one is taken back. */
function reopened(
  config: RulesConfig,
  ledger: Ledger,
  ended: EndedTurn,
  answer: StatusAnswer,
  asked: Ask,
  at: number,
): Ledger {
  const revived = asked.seq > ended.seq ? revoke(ledger, ended, at) : ledger
  const turn = revived === ledger ? undefined : findTurn(revived, ended.turnId)
  return turn ? verify(config, revived, turn, answer, asked, at) : uncheck(ledger, ended.conversationId)
}

/** Nothing is live here, and the server says "running" without a name. */
function runsUnnamed(
  config: RulesConfig,
  ledger: Ledger,
  key: string,
  answer: StatusAnswer,
  asked: Ask,
  at: number,
): Ledger {
  const last = lastEnded(ledger, key)
  if (last && asked.seq <= last.seq) return ledger
  if (last?.grade === 'inferred') return revoke(ledger, last, at)
  // A ledger that lags behind a witnessed end: asked again, and believed after the registration window.
  if (last && at - last.endedAt < config.registrationWindow)
    return check(uncheck(ledger, key), key, at + config.recheckAfter)
  return adopt(config, ledger, key, signalOf(answer), phaseOf(answer), at)
}

// ---------------------------------------------------------------- idle

function idle(
  config: RulesConfig,
  ledger: Ledger,
  key: string,
  answer: StatusAnswer,
  asked: Ask,
  at: number,
): Ledger {
  const last = answer.last ?? null
  const next = last ? settleNamed(config, ledger, key, last, asked, at) : ledger
  const owner = ownerOf(next, key)
  if (!owner) return uncheck(next, key)
  if (!believesIdle(config, owner, asked.at, asked.seq)) return postpone(config, next, owner, asked, at)
  return settle(config, next, owner, inferredEnd(owner), at)
}

/** The server names the turn that is over, and what became of it: that is its word about this very turn. */
function settleNamed(
  config: RulesConfig,
  ledger: Ledger,
  key: string,
  last: NonNullable<StatusAnswer['last']>,
  asked: Ask,
  at: number,
): Ledger {
  const turnId = last.turnId ?? null
  const runId = last.runId ?? null
  const verdict: End = {
    ...endOf({ reason: 'rescued', outcome: last.outcome, ...(last.error && { error: last.error }) }),
    grade: 'witnessed',
  }
  const turn =
    turnId !== null ? findTurn(ledger, turnId) : runId !== null ? findByRun(ledger, runId, key) : undefined
  if (turn) return turn.life <= asked.seq ? settle(config, ledger, turn, verdict, at) : ledger
  const ended = findEnded(ledger, turnId, runId, key)
  return ended ? correct(ledger, ended, verdict) : ledger
}

/** Over, and nobody said how: concluded from what is known of it. */
function inferredEnd(turn: LiveTurn): End {
  if (!turn.begun && turn.origin === 'local') return undelivered()
  if (turn.stop && turn.stop.state !== 'deferred')
    return { ...endOf({ reason: 'cancelled' }), grade: 'inferred' }
  if (turn.parked) return { ...turn.parked, grade: 'inferred' }
  if (turn.rumour) {
    return {
      ...endOf({ reason: 'rescued', outcome: turn.rumour.outcome }),
      grade: 'inferred',
      error: turn.rumour.error,
    }
  }
  if (turn.suspect) {
    const error = { message: 'The agent was restarted and the turn was interrupted.' }
    return { ...endOf({ reason: 'interrupted' }), grade: 'inferred', error }
  }
  const outcome: Outcome = 'unknown'
  return { ...endOf({ reason: 'rescued' }), outcome }
}
