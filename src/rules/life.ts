import type { ProgressKind } from '../actions'
import type { Address, BasePhase, Ledger, LiveTurn, SideRun } from '../types'
import { addressee } from './address'
import type { RulesConfig } from './config'
import { revoke, supersede } from './ends'
import { hint } from './hints'
import {
  check,
  findEnded,
  findTurn,
  keyOf,
  lastEnded,
  ownerOf,
  patch,
  putTurn,
  questionKey,
  remember,
  replaceTurn,
  without,
} from './ledger'
import { touchSide } from './sides'
import { newTurn, stopAgain, watched } from './turn'
import { addTurn } from './turnList'

/** What a sign of life shows the turn to be doing; `null` where it does not say. */
export type Sign = Exclude<BasePhase, 'queued' | 'submitted'> | null

const SIGN_OF: ReadonlyMap<ProgressKind, Sign> = new Map<ProgressKind, Sign>([
  ['output', 'streaming'],
  ['reasoning', 'thinking'],
  ['tool_open', 'thinking'],
  ['tool_closed', 'thinking'],
  ['compaction_open', 'thinking'],
])

/** The phase that a kind of progress shows; the others leave it as it is. */
export const signOf = (kind: ProgressKind): Sign => SIGN_OF.get(kind) ?? null

export interface Life extends Address {
  readonly continues?: string | null
  readonly startedMsAgo?: number
  /** Only a word about the session: somebody is at work, which is no proof that an unanswered send arrived. */
  readonly word?: boolean
}

/**
 * A sign of life: of the turn it names, else of the one that owns the conversation, else of somebody new. One that
 * `opens` a turn (a start) does so where a mere sign of life only gives a reason to look.
 */
export function live(
  config: RulesConfig,
  ledger: Ledger,
  signal: Life,
  sign: Sign,
  at: number,
  opens = false,
): Ledger {
  if (signal.replayed) return ledger
  const to = addressee(ledger, signal)
  switch (to.kind) {
    case 'turn':
      return signal.runId == null || to.turn.runs.includes(signal.runId)
        ? alive(config, ledger, to.turn, sign, at)
        : alive(config, ...bindNamed(ledger, to.turn, signal.runId), sign, at)
    case 'ended': {
      const revived = revoke(ledger, to.ended, at)
      const turn = revived === ledger ? undefined : findTurn(revived, to.ended.turnId)
      return turn ? alive(config, revived, turn, sign, at) : ledger
    }
    case 'side':
      return beside(config, ledger, signal, to.runId, to.key, at)
    case 'conversation':
      return unnamed(config, ledger, to.key, signal, sign, at, opens)
    case 'unknown':
      return to.key === null ? ledger : stranger(config, ledger, to.key, signal, sign, at)
    case 'nobody':
      return ledger
  }
}

/** Evidence about this very turn. It feeds its deadline, verifies it, and lets a stop that came too early leave again. */
export function alive(config: RulesConfig, ledger: Ledger, turn: LiveTurn, sign: Sign, at: number): Ledger {
  let next = ledger
  const owner = turn.phase === 'queued' ? ownerOf(ledger, turn.conversationId) : undefined
  if (owner) next = supersede(config, next, owner, at)
  const now = findTurn(next, turn.turnId) ?? turn
  const fresh: Partial<LiveTurn> = {
    phase: now.questions.length > 0 ? 'awaiting_input' : (sign ?? (waits(now) ? 'thinking' : now.phase)),
    send: 'accepted',
    acceptedAt: now.acceptedAt ?? at,
    life: next.seq + 1,
    lifeAt: at,
    begun: true,
    stalled: false,
    unverified: false,
    suspect: false,
    rumour: null,
    stop: stopAgain(config, now, at),
  }
  return putTurn(next, now, watched(config, now, fresh, at))
}

const waits = (turn: LiveTurn): boolean =>
  turn.phase === 'submitted' || turn.phase === 'queued' || turn.phase === 'awaiting_input'

function beside(
  config: RulesConfig,
  ledger: Ledger,
  signal: Life,
  runId: string,
  key: string | null,
  at: number,
): Ledger {
  if (key === null) return ledger
  const role = signal.role === 'auxiliary' ? 'auxiliary' : 'child'
  return touchSide(config, ledger, { runId, conversationId: key, role, parent: signal.parent ?? null }, at)
}

/**
 * Life that names only its conversation. Nobody there: a start opens a turn, unless it may be the echo of one that has
 * just ended; an unnamed "running" is a reason to look, not yet a turn.
 */
function unnamed(
  config: RulesConfig,
  ledger: Ledger,
  key: string,
  signal: Life,
  sign: Sign,
  at: number,
  opens: boolean,
): Ledger {
  const owner = ownerOf(ledger, key)
  if (owner) {
    if (owner.send === 'unsent') return ledger
    const answered = owner.send === 'accepted' || owner.send === 'held' || owner.begun
    if (answered || !signal.word || !config.looks) return alive(config, ledger, owner, sign, at)
    // Somebody is at work here. Whether it is this turn, whose send has no answer yet, is not said.
    return replaceTurn(ledger, owner, { phase: sign ?? owner.phase, lifeAt: at, stalled: false })
  }
  const last = lastEnded(ledger, key)
  const echo = last !== undefined && at - last.endedAt < config.registrationWindow
  if (opens && !(config.looks && echo)) return adopt(config, ledger, key, signal, sign, at)
  return config.looks ? check(ledger, key, at) : ledger
}

/** A turn or run that nobody here has heard of: a foreign turn, one's own not yet bound, or a helper. */
function stranger(
  config: RulesConfig,
  ledger: Ledger,
  key: string,
  signal: Life,
  sign: Sign,
  at: number,
): Ledger {
  const owner = ownerOf(ledger, key)
  if (!owner) return adopt(config, ledger, key, signal, sign, at)
  const runId = signal.runId ?? null
  const carriesOn = signal.continues != null && owner.runs.includes(signal.continues)
  if (
    runId !== null &&
    signal.turnId == null &&
    owner.send !== 'unsent' &&
    (owner.runs.length === 0 || carriesOn)
  ) {
    return alive(config, ...bind(ledger, owner, runId), sign, at)
  }
  if (!config.looks) {
    return adopt(config, supersede(config, ledger, owner, at), key, signal, sign, at)
  }
  const side = {
    runId: runId ?? signal.turnId ?? '',
    conversationId: key,
    role: 'unknown',
    parent: null,
  } as const
  return hint(config, touchSide(config, ledger, side, at), key, at)
}

/** Gives a run to a turn. Before the answer to its send that is only believed. */
export function bind(ledger: Ledger, turn: LiveTurn, runId: string): [Ledger, LiveTurn] {
  const tentative = turn.origin === 'local' && turn.send === 'in_flight'
  const next = replaceTurn(ledger, turn, {
    runs: [...turn.runs, runId],
    tentative: turn.tentative || tentative,
  })
  return [next, findTurn(next, turn.turnId) ?? turn]
}

/** A signal that names both says whose run it is. */
function bindNamed(ledger: Ledger, turn: LiveTurn, runId: string): [Ledger, LiveTurn] {
  const runs = turn.tentative ? [runId] : [...turn.runs, runId]
  const next = replaceTurn(ledger, turn, { runs, tentative: false, parked: null })
  return [next, findTurn(next, turn.turnId) ?? turn]
}

/** How long a turn has been running, as the server says; a number that is none counts as nothing. */
const elapsed = (ms: number | undefined): number => (ms !== undefined && ms > 0 && ms < Infinity ? ms : 0)

/** A turn that nobody has named goes by its run, unless that name is taken: another conversation may count alike. */
function nameFor(ledger: Ledger, key: string, runId: string | null): string {
  const name = `run:${runId}`
  const free = runId !== null && !findTurn(ledger, name) && !findEnded(ledger, name)
  return free ? name : `remote:${key}:${ledger.seq + 1}`
}

/** A turn that came in from elsewhere: shown, stoppable and ended like any other. */
export function adopt(
  config: RulesConfig,
  ledger: Ledger,
  key: string,
  signal: Life,
  sign: Sign,
  at: number,
): Ledger {
  const runId = signal.runId ?? null
  const turn = newTurn({
    turnId: signal.turnId ?? nameFor(ledger, key, runId),
    conversationId: key,
    origin: 'remote',
    runs: runId === null ? [] : [runId],
    phase: sign ?? 'thinking',
    send: 'accepted',
    startedAt: at - elapsed(signal.startedMsAgo),
    acceptedAt: at,
    born: ledger.seq + 1,
    lifeAt: at,
    begun: true,
    checkAt: at + config.lookUpAfter,
    limitAt: config.hardLimit === null ? null : at + config.hardLimit,
  })
  return patch(ledger, {
    live: addTurn(ledger.live, turn),
    checks: without(ledger.checks, (entry) => entry.conversationId === key),
    sides: without(
      ledger.sides,
      (side) => side.role === 'unknown' && side.runId === (runId ?? signal.turnId),
    ),
  })
}

// ---------------------------------------------------------------- questions

type Asker = LiveTurn | SideRun

const nameOf = (asker: Asker): string => ('turnId' in asker ? asker.turnId : asker.runId)

/** Who asked: the turn or side run that the signal names, else the owner of the conversation. */
export function askerOf(ledger: Ledger, signal: Address): Asker | undefined {
  const to = addressee(ledger, signal)
  if (to.kind === 'turn') return to.turn
  if (to.kind === 'side') return to.side
  return to.kind === 'conversation' ? ownerOf(ledger, to.key) : undefined
}

export function ask(
  config: RulesConfig,
  ledger: Ledger,
  signal: Life & { readonly requestId: string },
  at: number,
): Ledger {
  const { requestId } = signal
  const to = addressee(ledger, signal)
  if (to.kind === 'ended' && to.ended.grade === 'witnessed') return ledger
  // History is no life, but a question that it holds open is open, if its asker is.
  if (signal.replayed && to.kind !== 'turn') return ledger
  const before = askerOf(ledger, signal)
  if (before && ledger.closed.includes(questionKey(nameOf(before), requestId))) return ledger
  const next = live(config, ledger, signal, 'awaiting_input', at)
  const asker = askerOf(next, signal)
  if (!asker || asker.questions.includes(requestId)) return next
  const questions = [...asker.questions, requestId]
  if ('turnId' in asker) return replaceTurn(next, asker, { questions, phase: 'awaiting_input' })
  return patch(next, { sides: next.sides.map((side) => (side === asker ? { ...side, questions } : side)) })
}

/** Who asked this question, where it is open in the conversation; in any, where none is named. */
export function holderOf(
  ledger: Ledger,
  signal: Address & { readonly requestId: string },
): Asker | undefined {
  const named = askerOf(ledger, signal)
  if (named?.questions.includes(signal.requestId)) return named
  const key = signal.conversationId == null ? null : keyOf(ledger, signal.conversationId)
  const asks = (asker: Asker) =>
    asker.questions.includes(signal.requestId) && (key === null || asker.conversationId === key)
  return ledger.live.find(asks) ?? ledger.sides.find(asks)
}

/** A question is closed, by whomever: it does not open again. */
export function resolve(
  config: RulesConfig,
  ledger: Ledger,
  signal: Address & { readonly requestId: string },
  at: number,
): Ledger {
  const holder = holderOf(ledger, signal)
  if (!holder) return ledger
  const questions = holder.questions.filter((id) => id !== signal.requestId)
  const next = patch(ledger, {
    closed: remember(ledger.closed, questionKey(nameOf(holder), signal.requestId)),
  })
  if ('turnId' in holder) {
    const phase = holder.phase === 'awaiting_input' && questions.length === 0 ? 'thinking' : holder.phase
    return putTurn(next, holder, watched(config, holder, { questions, phase, lifeAt: at }, at))
  }
  return patch(next, { sides: next.sides.map((side) => (side === holder ? { ...side, questions } : side)) })
}
