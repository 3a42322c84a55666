/**
 * Everything that may happen in a position: every signal, answer, deadline and act of a person, about each turn, run and
 * question that is known and one that is not; also what the keeper has not asked for.
 */
import type { UnknownAction } from '@reduxjs/toolkit'
import {
  conversationClosed,
  conversationRekeyed,
  endTurn,
  queueResumed,
  sendAccepted,
  sendingGated,
  sendLost,
  sendRefused,
  sessionStatusChanged,
  signals,
  stateRestored,
  stopAcknowledged,
  stopLost,
  stopRefused,
  stopRequested,
  turnSubmitted,
  userChanged,
  workStarted,
} from 'redux-turnkeeper'
import type { Address, KeeperState, StatusAnswer } from 'redux-turnkeeper'
import * as internal from '../../src/actions'
import { rowsOf } from '../../src/state/table'
import { findTurn, isKnownTurn } from '../../src/state/turns'
import { answersBeside, besideMoves } from './besideMoves'
import { nextDue } from './position'
import type { Move, Position } from './position'

/** Who there is. */
export interface Cast {
  readonly hasStatusChecks: boolean
  readonly conversations: readonly string[]
  readonly turns: readonly string[]
  readonly runs: readonly string[]
  /** Conversations, and turns alone, get other keys. */
  readonly rekeys: boolean
}

const one = (name: string, action: UnknownAction, ms?: number): Move => ({
  name,
  actions: [action],
  ...(ms !== undefined && { ms }),
})

/** A turn or run as a signal may name it. */
interface Named {
  readonly name: string
  readonly address: Address
}

const SESSION_STATES = ['starting', 'running', 'ready', 'interrupted', 'stopped', 'error'] as const

const namesIn = (cast: Cast, key: string): readonly Named[] => [
  { name: key, address: { conversationId: key } },
  ...cast.turns.map((turnId) => ({ name: `${key}/${turnId}`, address: { conversationId: key, turnId } })),
  ...cast.runs.map((runId) => ({ name: `${key}/${runId}`, address: { conversationId: key, runId } })),
  ...cast.turns.slice(0, 1).flatMap((turnId) =>
    cast.runs.slice(0, 1).map((runId) => ({
      name: `${key}/${turnId} as ${runId}`,
      address: { conversationId: key, turnId, runId },
    })),
  ),
]

function signalMoves(cast: Cast, key: string): readonly Move[] {
  const named = namesIn(cast, key).flatMap(({ name, address }) => [
    one(`start of ${name}`, signals.turnStarted(address)),
    one(`progress of ${name}`, signals.turnProgressed({ ...address, kind: 'output' })),
    one(`end of ${name}`, signals.turnEnded({ ...address, reason: 'complete' })),
    one(`${name} asks q`, signals.inputRequested({ ...address, requestId: 'q' })),
    one(`${name} asks`, signals.inputRequested(address)),
    one(`the question of ${name} is resolved`, signals.inputResolved({ ...address, requestId: 'q' })),
    one(`the request of ${name} ended`, signals.requestEnded({ ...address, how: 'failed' })),
    one(`endTurn ${name}`, endTurn({ ...address, reason: 'error' })),
  ])
  const [run] = cast.runs
  const [turn] = cast.turns
  return [
    ...named,
    ...(run === undefined
      ? []
      : [
          one(
            `start of ${run}, which is old`,
            signals.turnStarted({ conversationId: key, runId: run, startedMsAgo: 3_000_000 }),
          ),
          one(
            `start of a helper ${run}`,
            signals.turnStarted({ conversationId: key, runId: run, role: 'child' }),
          ),
          one(
            `end of a helper ${run}`,
            signals.turnEnded({ conversationId: key, runId: run, role: 'child', reason: 'complete' }),
          ),
        ]),
    ...(turn === undefined
      ? []
      : [
          one(
            `${turn} was not delivered`,
            signals.turnEnded({ conversationId: key, turnId: turn, reason: 'undelivered' }),
          ),
          one(`work started: ${turn}`, workStarted({ conversationId: key, turnId: turn })),
        ]),
    one(`${key}: error reported`, signals.errorReported({ conversationId: key, error: { message: 'bad' } })),
    one(
      `${key}: history`,
      signals.historyLoaded({ conversationId: key, last: { turnId: turn ?? null, state: 'complete' } }),
    ),
    ...['busy', 'idle', 'error'].map((status) =>
      one(`${key}: session reported ${status}`, signals.sessionReported({ conversationId: key, status })),
    ),
    ...SESSION_STATES.map((status) =>
      one(`${key}: session stated ${status}`, sessionStatusChanged({ conversationId: key, status })),
    ),
  ]
}

function conversationMoves(state: KeeperState, key: string): readonly Move[] {
  const stop = internal.sessionStopRequested({ conversationId: key, nonce: 'halt' })
  const answer = { conversationId: key, requestId: 'q', nonce: 'answer' }
  return [
    one(`${key}: session stop`, stop),
    one(`${key}: session stopped`, internal.sessionStopped({ conversationId: key, nonce: 'halt' })),
    one(
      `${key}: session not stopped`,
      internal.sessionStopRefused({ conversationId: key, nonce: 'halt', error: { message: 'no' } }),
    ),
    one(`${key}: stop`, stopRequested({ conversationId: key, nonce: `stop-${state.turns.seq}` })),
    one(`${key}: closed`, conversationClosed({ conversationId: key })),
    one(`${key}: queue resumed`, queueResumed({ conversationId: key })),
    one(`${key}: helpers expire`, internal.backgroundRunsExpired({ conversationId: key })),
    one(`${key}: answers q`, internal.answerClaimed(answer)),
    one(`${key}: answer accepted`, internal.answerAccepted(answer)),
    one(`${key}: answer refused`, internal.answerRefused({ ...answer, reason: 'gone' })),
    one(`${key}: answer lost`, internal.answerLost(answer)),
    one(`${key}: q cancelled`, internal.inputCancelled({ conversationId: key, requestId: 'q' })),
  ]
}

/** The next prompt, in the order of the cast; and one of an id that is known, which changes nothing. */
function promptMoves(cast: Cast, { turns }: KeeperState, prompts: readonly string[]): readonly Move[] {
  const next = cast.turns.find((turnId) => !prompts.includes(turnId))
  if (next === undefined || isKnownTurn(turns, next)) return []
  return cast.conversations.flatMap((conversationId) => [
    one(
      `prompt ${next} in ${conversationId}`,
      turnSubmitted({ turnId: next, conversationId, input: next, nonce: `send-${next}` } as never),
    ),
    one(
      `prompt ${next} in ${conversationId}, now`,
      turnSubmitted({
        turnId: next,
        conversationId,
        input: next,
        mode: 'now',
        nonce: `send-${next}`,
      } as never),
    ),
    one(
      `prompt ${next} in ${conversationId}, shared`,
      turnSubmitted({ turnId: next, conversationId, input: next, shared: true } as never),
    ),
  ])
}

function turnMoves(cast: Cast, { turns, conversations }: KeeperState, turnId: string): readonly Move[] {
  const turn = findTurn(turns, turnId)
  const ended = turns.ended.some((record) => record.turnId === turnId)
  if (!turn && !ended) return []
  const nonce = turn?.sendNonce
  const send = { turnId, ...(nonce != null && { nonce }) }
  const answers = [
    one(`${turnId} accepted`, sendAccepted(send)),
    one(`${turnId} accepted, queued`, sendAccepted({ ...send, as: 'queued' })),
    ...cast.runs.map((runId) => one(`${turnId} accepted as ${runId}`, sendAccepted({ ...send, runId }))),
    ...(['busy', 'gone', 'error'] as const).map((reason) =>
      one(`${turnId} refused: ${reason}`, sendRefused({ ...send, reason })),
    ),
    one(`${turnId} lost`, sendLost(send)),
  ]
  if (!turn) return answers
  const { conversationId, evidenceSeq, stop } = turn
  const hasSteer = rowsOf(conversations.byId).some(({ texts, drafts }) =>
    [...texts, ...drafts].some((text) => text.turnId === `steer-${turnId}`),
  )
  const stopped = { turnId, ...(stop?.nonce != null && { nonce: stop.nonce }) }
  return [
    ...answers,
    one(`${turnId} claimed`, internal.sendClaimed({ turnId, conversationId, nonce: `send-${turnId}` })),
    one(
      `${turnId} claimed elsewhere`,
      internal.sendClaimed({ turnId, conversationId, nonce: '', elsewhere: true }),
    ),
    one(`${turnId} withdrawn`, internal.queuedRemoved({ turnId })),
    one(`${turnId} withdrawn elsewhere`, internal.queuedRemoved({ turnId, elsewhere: true })),
    one(`${turnId} not granted`, internal.queueClaimFailed({ turnId, conversationId })),
    one(`stop ${turnId}`, stopRequested({ turnId })),
    one(
      `stop ${turnId} claimed`,
      internal.stopClaimed({ turnId, conversationId, nonce: `stop-${turns.seq}` }),
    ),
    one(`stop of ${turnId} acknowledged`, stopAcknowledged(stopped)),
    one(`stop of ${turnId}: nothing to stop`, stopRefused({ ...stopped, reason: 'no_active_turn' })),
    one(`stop of ${turnId}: unreachable`, stopRefused({ ...stopped, reason: 'unreachable' })),
    one(`stop of ${turnId} lost`, stopLost(stopped)),
    one(`${turnId} overdue`, internal.turnOverdue({ turnId, conversationId, evidenceSeq })),
    one(
      `${turnId} overdue, after long`,
      internal.turnOverdue({ turnId, conversationId, evidenceSeq }),
      3_600_000,
    ),
    ...(hasSteer
      ? []
      : [
          one(
            `steer of ${turnId}`,
            internal.turnSteered({ conversationId, turnId, steerId: `steer-${turnId}`, input: 'steer' }),
          ),
        ]),
    one(`steer of ${turnId} accepted`, sendAccepted({ turnId: `steer-${turnId}`, conversationId })),
    one(
      `steer of ${turnId} refused`,
      internal.steerRefused({ conversationId, steerId: `steer-${turnId}`, error: { message: 'no' } }),
    ),
  ]
}

/** What a status check may answer about one conversation. */
const answersIn = (cast: Cast): readonly (readonly [string, StatusAnswer])[] => [
  ['idle', { status: 'idle' }],
  ['absent', { status: 'absent' }],
  ['idle, no questions', { status: 'idle', questions: [] }],
  ['running', { status: 'running' }],
  ['waiting', { status: 'awaiting_input' }],
  ['waiting for q', { status: 'awaiting_input', inputId: 'q' }],
  ['running, no questions', { status: 'running', questions: [] }],
  ['nothing', { status: 'no_status' }],
  ...answersBeside(cast),
  ...cast.turns.flatMap((turnId): (readonly [string, StatusAnswer])[] => [
    [`running ${turnId}`, { status: 'running', turnId }],
    [`${turnId} is over`, { status: 'idle', last: { turnId, outcome: 'complete' } }],
  ]),
  ...cast.runs.flatMap((runId): (readonly [string, StatusAnswer])[] => [
    [`running ${runId}`, { status: 'running', runId }],
    [`${runId} waits for q`, { status: 'awaiting_input', runId, inputId: 'q' }],
    [`${runId} is over`, { status: 'idle', last: { runId, outcome: 'complete' } }],
    [`another runs, ${runId} is over`, { status: 'running', last: { runId, outcome: 'error' } }],
  ]),
]

const LONG = 30_000

/** Checks that leave, answer and fail. Each answer that no check waits for is that of one that leaves and arrives now. */
function checkMoves(cast: Cast, { turns }: KeeperState, key: string): readonly Move[] {
  const open = turns.statusChecks.filter(({ conversationIds }) => conversationIds.includes(key))
  const nonce = `check-${turns.seq}`
  const leaves = internal.statusCheckStarted({ nonce, conversationIds: [key], explicit: true })
  const moves: Move[] = []
  if (open.length < 2) moves.push({ name: `${key}: a check leaves`, actions: [leaves] })
  for (const [name, answer] of answersIn(cast)) {
    const told = (of: string) => internal.statusAnswered({ nonce: of, conversationId: key, answer })
    if (open.length === 0) {
      moves.push({ name: `${key}: check: ${name}`, actions: [leaves, told(nonce)] })
      moves.push({ name: `${key}: check, later: ${name}`, actions: [leaves, told(nonce)], ms: LONG })
    }
    open.forEach((check, i) =>
      moves.push({ name: `${key}: check ${i} in flight: ${name}`, actions: [told(check.nonce)] }),
    )
  }
  open.forEach((check, i) =>
    moves.push(
      one(`${key}: check ${i} failed`, internal.statusCheckEnded({ nonce: check.nonce, failed: true })),
      one(`${key}: check ${i} ended`, internal.statusCheckEnded({ nonce: check.nonce, failed: false })),
    ),
  )
  return moves
}

const worldMoves = (cast: Cast, position: Position): readonly Move[] => {
  const { state } = position
  const due = nextDue(position, cast.hasStatusChecks, `due-${state.turns.seq}`)
  const [turnId, other] = cast.turns
  const [key] = cast.conversations
  return [
    ...(due ? [due] : []),
    { name: '5 s pass', actions: [], ms: 5_000 },
    { name: '30 s pass', actions: [], ms: 30_000 },
    one('the clock jumps ahead', internal.woke({ shiftMs: 60_000 }), 60_000),
    one('the clock is set back', internal.woke({ shiftMs: -60_000 }), -60_000),
    one('stream dropped', signals.streamDropped({})),
    one('stream opened', signals.streamOpened({})),
    one('end of nobody', signals.turnEnded({ reason: 'complete' })),
    one('backend restarted', signals.backendRestarted({})),
    one('another keeper', internal.keeperAttached({ keeperId: `keeper-${state.turns.seq}` })),
    one('another user', userChanged({ userId: state.turns.userId === 'user' ? 'other' : 'user' })),
    one('gate closed', sendingGated({ open: false })),
    one('gate open', sendingGated({ open: true })),
    ...(key !== undefined && turnId !== undefined
      ? [
          one(
            `restored ${turnId}`,
            stateRestored({
              live: [{ conversationId: key, turnId, runs: cast.runs.slice(0, 1), input: turnId }],
            }),
          ),
          ...cast.runs.slice(0, 1).map((askerId) =>
            one(
              `restored a question of ${askerId}`,
              stateRestored({
                questions: [{ conversationId: key, requestId: 'q', askerId, kind: 'question', prompt: null }],
              }),
            ),
          ),
          ...(other === undefined
            ? []
            : [
                one(
                  `restored ${other}, not begun`,
                  stateRestored({
                    live: [{ conversationId: key, turnId: other, begun: false, input: other }],
                  }),
                ),
              ]),
        ]
      : []),
    ...(key === undefined
      ? []
      : [one(`helper of ${key}`, signals.childOpened({ child: 'kid', parent: key }))]),
    one('kid asks', signals.inputRequested({ conversationId: 'kid', requestId: 'k' })),
    one('kid works', signals.turnProgressed({ conversationId: 'kid', kind: 'output' })),
    one('end of kid', signals.turnEnded({ conversationId: 'kid', reason: 'complete' })),
  ]
}

const rekeyMoves = ({ conversations, turns }: Cast): readonly Move[] =>
  conversations.flatMap((from) =>
    conversations
      .filter((to) => to !== from)
      .flatMap((to) => [
        one(`${from} is ${to} now`, conversationRekeyed({ from, to })),
        ...turns.map((turnId) =>
          one(`${turnId} moves from ${from} to ${to}`, conversationRekeyed({ from, to, turnId })),
        ),
      ]),
  )

/** The moves by what they are about. A walk picks a group first, and makes no others. */
export function groupsFrom(position: Position, cast: Cast): readonly (() => readonly Move[])[] {
  const { state, prompts } = position
  return [
    () => promptMoves(cast, state, prompts),
    ...cast.conversations.flatMap((key) => [
      () => signalMoves(cast, key),
      () => conversationMoves(state, key),
      () => besideMoves(cast, state, key),
      ...(cast.hasStatusChecks ? [() => checkMoves(cast, state, key)] : []),
    ]),
    ...cast.turns.map((turnId) => () => turnMoves(cast, state, turnId)),
    () => worldMoves(cast, position),
    ...(cast.rekeys ? [() => rekeyMoves(cast)] : []),
  ]
}

/** Everything that may happen in a position. */
export const movesFrom = (position: Position, cast: Cast): readonly Move[] =>
  groupsFrom(position, cast).flatMap((group) => group())
