/** A turn by itself: how one is made and changed, and what follows from its own fields. */
import { hasLeft, putTurn } from '../state/turns'
import { NONE } from '../state/lists'
import type { RulesConfig } from '../state/config'
import type { StopIntent, Turn, TurnsState } from '../types'

type NewTurn = Pick<Turn, 'turnId' | 'conversationId' | 'origin' | 'sendState' | 'startedAt' | 'createdSeq'> &
  Partial<
    Pick<
      Turn,
      | 'runs'
      | 'activity'
      | 'sendNonce'
      | 'sentAt'
      | 'stop'
      | 'acceptedAt'
      | 'lastEvidenceAt'
      | 'started'
      | 'isUnverified'
      | 'source'
      | 'revocations'
      | 'checkAt'
      | 'limitAt'
      | 'firstEvidenceAt'
      | 'firstOutputAt'
    >
  >

/** A turn as it begins. Field by field: a spread over the defaults would take ten times as long. */
export const newTurn = (fields: NewTurn): Turn => ({
  turnId: fields.turnId,
  conversationId: fields.conversationId,
  otherKeys: NONE,
  origin: fields.origin,
  runs: fields.runs ?? NONE,
  guessedRun: null,
  activity: fields.activity ?? 'thinking',
  sendState: fields.sendState,
  sendNonce: fields.sendNonce ?? null,
  sentAt: fields.sentAt ?? null,
  refusals: 0,
  notBefore: 0,
  stop: fields.stop ?? null,
  startedAt: fields.startedAt,
  acceptedAt: fields.acceptedAt ?? null,
  createdSeq: fields.createdSeq,
  evidenceSeq: fields.createdSeq,
  lastEvidenceAt: fields.lastEvidenceAt ?? fields.startedAt,
  started: fields.started ?? 'no',
  isStalled: false,
  isUnverified: fields.isUnverified ?? false,
  backendRestarted: false,
  source: fields.source ?? null,
  revocations: fields.revocations ?? 0,
  checkAt: fields.checkAt ?? null,
  limitAt: fields.limitAt ?? null,
  mergedTurnIds: NONE,
  unconfirmedEnd: null,
  reportedError: null,
  openTools: NONE,
  statusText: null,
  firstEvidenceAt: fields.firstEvidenceAt ?? null,
  firstOutputAt: fields.firstOutputAt ?? null,
  retry: null,
  resumesAt: null,
})

/** The same turn with a change. Field by field, for the same reason. */
export const amendTurn = (turn: Turn, change: Partial<Turn>): Turn =>
  Object.assign(
    {
      turnId: turn.turnId,
      conversationId: turn.conversationId,
      otherKeys: turn.otherKeys,
      origin: turn.origin,
      runs: turn.runs,
      guessedRun: turn.guessedRun,
      activity: turn.activity,
      sendState: turn.sendState,
      sendNonce: turn.sendNonce,
      sentAt: turn.sentAt,
      refusals: turn.refusals,
      notBefore: turn.notBefore,
      stop: turn.stop,
      startedAt: turn.startedAt,
      acceptedAt: turn.acceptedAt,
      createdSeq: turn.createdSeq,
      evidenceSeq: turn.evidenceSeq,
      lastEvidenceAt: turn.lastEvidenceAt,
      started: turn.started,
      isStalled: turn.isStalled,
      isUnverified: turn.isUnverified,
      backendRestarted: turn.backendRestarted,
      source: turn.source,
      revocations: turn.revocations,
      checkAt: turn.checkAt,
      limitAt: turn.limitAt,
      mergedTurnIds: turn.mergedTurnIds,
      unconfirmedEnd: turn.unconfirmedEnd,
      reportedError: turn.reportedError,
      openTools: turn.openTools,
      statusText: turn.statusText,
      firstEvidenceAt: turn.firstEvidenceAt,
      firstOutputAt: turn.firstOutputAt,
      retry: turn.retry,
      resumesAt: turn.resumesAt,
    } satisfies Turn,
    change,
  )

/** Changes a turn where it stands. */
export const changeTurn = (turns: TurnsState, turn: Turn, change: Partial<Turn>): TurnsState =>
  putTurn(turns, turn, amendTurn(turn, change))

export const hasStarted = (turn: Turn): boolean => turn.started !== 'no'

/** Whether the server has the prompt: it accepted it, to start it or to hold it. */
export const isDelivered = ({ sendState }: Pick<Turn, 'sendState'>): boolean =>
  sendState === 'accepted' || sendState === 'server_queued'

/** Whether a run could still turn out to be this turn's: it has left, and none is bound to it. */
export const isUnbound = (turn: Turn): boolean => hasLeft(turn) && turn.runs.length === 0

/**
 * Whether a run can be the one that this prompt started: a run that is older than the prompt is not its.
 *
 * @param runStartedAt When the run began, by the keeper's clock.
 */
export const canBeRunOf = (turn: Turn, runStartedAt: number): boolean =>
  turn.origin === 'remote' || runStartedAt >= (turn.sentAt ?? turn.startedAt)

/** When silence about a turn becomes a reason to check, counted from `at` (laws 7 and 8). */
export function nextCheckAt(config: RulesConfig, turn: Turn, at: number): number {
  const pause = turn.isUnverified || turn.stop ? config.recheckInterval : config.stallTimeout
  return at + (turn.sendState === 'sending' && !hasStarted(turn) ? config.ackTimeout : pause)
}

/** The turn with a change, and its next check counted from `at`. */
export function watchedTurn(config: RulesConfig, turn: Turn, change: Partial<Turn>, at: number): Turn {
  const changed = amendTurn(turn, change)
  return amendTurn(changed, { checkAt: nextCheckAt(config, changed, at) })
}

/** Whether nothing was heard of a turn for the stall time. One that has said when it goes on is not silent before that. */
export const isSilent = ({ stallTimeout }: RulesConfig, turn: Turn, at: number): boolean =>
  at - Math.max(turn.lastEvidenceAt, turn.resumesAt ?? 0) >= stallTimeout

/** When a turn that begins, or goes on, at `at` reaches the hard limit; `null` where there is none. */
export const limitFrom = ({ hardLimit }: RulesConfig, at: number): number | null =>
  hardLimit === null ? null : at + hardLimit

/** The earlier of two times that may not be known. */
export const earliest = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.min(one, other)

/** Brings the next check of a turn or a conversation forward to `at`. */
export const checkBy = ({ checkAt }: { readonly checkAt: number | null }, at: number): number =>
  checkAt === null ? at : Math.min(checkAt, at)

/** Whether the request of its send is still open. Nothing inferred ends such a turn. */
export const isSending = (turn: Turn): boolean => turn.sendState === 'sending'

/** The same, and its server has not named the turn either: nobody knows whether the prompt has arrived. */
export const isUnanswered = (turn: Turn): boolean => isSending(turn) && turn.started !== 'named'

/** The request of its send has been open for so long that it is not waited for, where a status check knows nothing of it. */
export const isSendOverdue = (config: RulesConfig, turn: Turn, check: { readonly at: number }): boolean =>
  isUnanswered(turn) && check.at - (turn.sentAt ?? turn.startedAt) >= config.sendTimeout

/**
 * Whether "idle" is believed of a turn that nobody named in the answer (law 5).
 *
 * One that has not started may not be registered yet: it is believed after the registration window, counted from its
 * acceptance; at once, where an error was reported since: two independent words are enough. One of which an idle was
 * believed before, and proved wrong, needs a silence of that length.
 */
export function isIdleBelieved(
  config: RulesConfig,
  turn: Turn,
  check: { readonly seq: number; readonly at: number },
): boolean {
  if (turn.evidenceSeq > check.seq || turn.createdSeq > check.seq) return false
  if (isUnanswered(turn)) return false
  const { registrationWindow } = config
  if (hasStarted(turn))
    return check.at - turn.lastEvidenceAt >= Math.min(turn.revocations, 2) * registrationWindow
  if (turn.reportedError !== null && turn.sendState === 'accepted') return true
  return check.at - (turn.acceptedAt ?? turn.startedAt) >= registrationWindow
}

/**
 * The stop of a turn that shows that it runs: one that left before the turn had started, or whose answer was lost, is
 * wanted again (law 12); where answers go on being lost, no more often than it is checked. So is one of which the server said
 * that there is nothing to stop: after the first time, as soon as a check finds the turn running. One that was acknowledged a
 * while ago was not heeded.
 */
export function stopAfterEvidence(
  config: RulesConfig,
  turn: Turn,
  at: number,
  isChecked = false,
): StopIntent | null {
  const { stop } = turn
  if (!stop || stop.state === 'requested' || stop.state === 'wanted') return stop
  const isSoon = at - stop.at < config.recheckInterval
  if (stop.state === 'acknowledged' && stop.turnHadStarted)
    return isSoon ? stop : { ...stop, state: 'unheeded' }
  const isRefused = stop.state === 'deferred' && stop.turnHadStarted
  if (stop.turnHadStarted && stop.state !== 'unconfirmed' && !isRefused) return stop
  const waits = isRefused ? !isChecked || stop.refusals > 1 : stop.lostAnswers > 1
  return isSoon && waits ? stop : { ...stop, state: 'wanted', nonce: null }
}
