import type { LiveTurn } from '../types'
import type { RulesConfig } from './config'

type Birth = Pick<
  LiveTurn,
  'turnId' | 'conversationId' | 'origin' | 'phase' | 'send' | 'startedAt' | 'born'
> &
  Partial<
    Pick<
      LiveTurn,
      | 'runs'
      | 'sendNonce'
      | 'sendAt'
      | 'stop'
      | 'acceptedAt'
      | 'lifeAt'
      | 'begun'
      | 'unverified'
      | 'doubts'
      | 'checkAt'
      | 'limitAt'
    >
  >

const NONE: readonly never[] = Object.freeze([])

/** A turn as it begins. Field by field: a spread over the defaults would take ten times as long. */
export const newTurn = (birth: Birth): LiveTurn => ({
  turnId: birth.turnId,
  conversationId: birth.conversationId,
  keys: NONE,
  origin: birth.origin,
  runs: birth.runs ?? NONE,
  tentative: false,
  phase: birth.phase,
  send: birth.send,
  sendNonce: birth.sendNonce ?? null,
  sendAt: birth.sendAt ?? null,
  refusals: 0,
  notBefore: 0,
  stop: birth.stop ?? null,
  startedAt: birth.startedAt,
  acceptedAt: birth.acceptedAt ?? null,
  born: birth.born,
  life: birth.born,
  lifeAt: birth.lifeAt ?? birth.startedAt,
  begun: birth.begun ?? false,
  stalled: false,
  unverified: birth.unverified ?? false,
  suspect: false,
  doubts: birth.doubts ?? 0,
  hinted: 0,
  checkAt: birth.checkAt ?? null,
  limitAt: birth.limitAt ?? null,
  questions: NONE,
  merged: NONE,
  parked: null,
  rumour: null,
})

/** The same turn with a change. Field by field, for the same reason. */
export const amend = (turn: LiveTurn, change: Partial<LiveTurn>): LiveTurn =>
  Object.assign(
    {
      turnId: turn.turnId,
      conversationId: turn.conversationId,
      keys: turn.keys,
      origin: turn.origin,
      runs: turn.runs,
      tentative: turn.tentative,
      phase: turn.phase,
      send: turn.send,
      sendNonce: turn.sendNonce,
      sendAt: turn.sendAt,
      refusals: turn.refusals,
      notBefore: turn.notBefore,
      stop: turn.stop,
      startedAt: turn.startedAt,
      acceptedAt: turn.acceptedAt,
      born: turn.born,
      life: turn.life,
      lifeAt: turn.lifeAt,
      begun: turn.begun,
      stalled: turn.stalled,
      unverified: turn.unverified,
      suspect: turn.suspect,
      doubts: turn.doubts,
      hinted: turn.hinted,
      checkAt: turn.checkAt,
      limitAt: turn.limitAt,
      questions: turn.questions,
      merged: turn.merged,
      parked: turn.parked,
      rumour: turn.rumour,
    } satisfies LiveTurn,
    change,
  )

/** It has left, or is about to: the server may know of it. */
export const hasLeft = (turn: LiveTurn): boolean => turn.send !== 'unsent'

/** When the next look at a turn is due, counted from `at` (laws 7 and 8). */
export function nextCheck(config: RulesConfig, turn: LiveTurn, at: number): number {
  const pause = turn.unverified || turn.stop ? config.recheckAfter : config.lookUpAfter
  return at + (turn.send === 'in_flight' && !turn.begun ? config.ackTimeout : pause)
}

/** The turn with a change, and its next look counted from `at`. */
export function watched(
  config: RulesConfig,
  turn: LiveTurn,
  change: Partial<LiveTurn>,
  at: number,
): LiveTurn {
  const changed = amend(turn, change)
  return amend(changed, { checkAt: nextCheck(config, changed, at) })
}

/** Brings the next look forward to `at`. */
export const lookBy = (turn: LiveTurn, at: number): number =>
  turn.checkAt === null ? at : Math.min(turn.checkAt, at)

/**
 * Whether "idle" is believed of a turn that nobody named in the answer (law 5).
 *
 * One that has shown no life may not be registered yet: it is believed after the registration window, counted from its
 * acceptance. One of which an idle was believed before, and proved wrong, needs a silence of that length.
 */
export function believesIdle(
  config: RulesConfig,
  turn: LiveTurn,
  askedAt: number,
  departure: number,
): boolean {
  if (turn.life > departure || turn.born > departure) return false
  const { registrationWindow } = config
  if (turn.begun) return askedAt - turn.lifeAt >= Math.min(turn.doubts, 2) * registrationWindow
  if (turn.send === 'in_flight')
    return askedAt - (turn.sendAt ?? turn.startedAt) >= config.ackTimeout + registrationWindow
  return askedAt - (turn.acceptedAt ?? turn.startedAt) >= registrationWindow
}

/**
 * The stop of a turn that shows life: one that left before the turn had begun, or whose answer was lost, is wanted again
 * (law 12). Where answers go on being lost, no more often than it is looked.
 */
export function stopAgain(config: RulesConfig, turn: LiveTurn, at: number): LiveTurn['stop'] {
  const { stop } = turn
  if (!stop || stop.state === 'in_flight' || (stop.sawLife && stop.state !== 'unknown')) return stop
  if (stop.lost > 1 && at - stop.at < config.recheckAfter) return stop
  return { ...stop, state: 'wanted', nonce: null }
}
