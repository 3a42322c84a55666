/** What an action is about, by chance: mostly what goes on, with few names, so that many are about one thing. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { rowsOf } from '../../src/state/table'
import { entriesOf, turnsIn } from '../../src/state/turns'
import type { Address, KeeperState, StatusAnswer, Turn } from '../../src/types'

export const KEYS = ['c1', 'c1', 'c1', 'c2', 'c2', 'c3'] as const
export const RUNS = ['ra', 'rb', 'rc', 'rd'] as const
export const TURNS = ['t1', 't2', 't3', 'x1', 'x2'] as const
export const STATUSES = ['starting', 'running', 'ready', 'interrupted', 'stopped', 'error'] as const
export const WORDS = [...STATUSES, 'busy', 'idle', 'something'] as const
export const REASONS = [
  'complete',
  'complete',
  'cancelled',
  'error',
  'session_error',
  'timeout',
  'rescued',
  'interrupted',
  'superseded',
  'undelivered',
] as const
export const OUTCOMES = ['complete', 'cancelled', 'error', 'interrupted', 'unknown', 'undelivered'] as const
export const KINDS = [
  'output',
  'reasoning',
  'tool_open',
  'tool_closed',
  'message_done',
  'step_done',
  'compaction_open',
  'compaction_closed',
  'status',
] as const
export const error = { message: 'bad', code: 'bad_code' }

/** What is picked by chance, in one state at one time. */
export interface Draw {
  readonly state: KeeperState
  readonly at: number
  readonly random: () => number
  /** The conversations that are spoken of. */
  readonly keys: readonly string[]
}

export const pick = <Item>({ random }: Draw, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)]!
export const happens = ({ random }: Draw, share: number): boolean => random() < share
/** The value, for a share of the draws. */
export const often = <Value>(draw: Draw, share: number, make: () => Value): Value | undefined =>
  happens(draw, share) ? make() : undefined
/** One of those that there are, mostly; else one of any. */
export const oneOf = <Item>(draw: Draw, known: readonly Item[], others: readonly Item[]): Item =>
  known.length > 0 && happens(draw, 0.85) ? pick(draw, known) : pick(draw, others)
export const upTo = ({ random }: Draw, most: number): number => Math.floor(random() * (most + 1))

export const liveTurns = ({ state }: Draw): readonly Turn[] => entriesOf(state.turns).flatMap(turnsIn)
export const entries = ({ state }: Draw) => entriesOf(state.turns)
export const key = (draw: Draw): string => pick(draw, draw.keys)
export const turnId = (draw: Draw): string =>
  oneOf(
    draw,
    [
      ...liveTurns(draw).map((turn) => turn.turnId),
      ...draw.state.turns.ended.slice(-3).map((ended) => ended.turnId),
    ],
    TURNS,
  )
export const runId = (draw: Draw): string => pick(draw, RUNS)
/** The nonce that is waited for, another one, or none. */
export const nonceOr = (draw: Draw, known: string | null | undefined): string | undefined =>
  happens(draw, 0.1) ? 'other' : happens(draw, 0.1) ? undefined : (known ?? undefined)
export const freshNonce = ({ state }: Draw): string => `n${state.turns.seq}`

const anyAddress = (draw: Draw): Address => ({
  conversationId: often(draw, 0.85, () => (happens(draw, 0.1) ? 'kid' : key(draw))),
  turnId: often(draw, 0.3, () => turnId(draw)),
  runId: often(draw, 0.45, () => runId(draw)),
  role: often(draw, 0.12, () => pick(draw, ['main', 'child', 'auxiliary'] as const)),
  parent: often(draw, 0.05, () => pick(draw, [...KEYS, ...RUNS])),
  source: often(draw, 0.2, () => pick(draw, ['s1', 's2', null])),
  boot: often(draw, 0.06, () => pick(draw, ['b1', 'b2', 'b3'])),
  replayed: often(draw, 0.04, () => true),
})

/** A turn that goes on, by one of its names. */
function knownAddress(draw: Draw): Address | null {
  const turns = liveTurns(draw)
  if (turns.length === 0) return null
  const { conversationId, turnId, runs, guessedRun } = pick(draw, turns)
  const run = pick(draw, [...runs, ...(guessedRun === null ? [] : [guessedRun]), runId(draw)])
  return pick(draw, [
    { conversationId },
    { conversationId, turnId },
    { conversationId, runId: run },
    { conversationId, runId: run },
    { conversationId, turnId, runId: run },
  ])
}
export const address = (draw: Draw): Address =>
  (happens(draw, 0.55) ? knownAddress(draw) : null) ?? anyAddress(draw)

export const questions = ({ state }: Draw) =>
  rowsOf(state.conversations.byId).flatMap((row) =>
    row.questions.map((question) => ({ conversationId: row.conversationId, ...question })),
  )
export const question = (draw: Draw) => {
  const known = questions(draw)
  const asked = known.length > 0 ? pick(draw, known) : undefined
  return {
    conversationId: happens(draw, 0.9) ? (asked?.conversationId ?? key(draw)) : key(draw),
    requestId: asked?.requestId ?? pick(draw, ['q1', 'q2']),
    nonce: nonceOr(draw, asked?.nonce),
  }
}
export const ask = (draw: Draw) => ({
  requestId: often(draw, 0.8, () => pick(draw, ['q1', 'q2', null])),
  kind: often(draw, 0.3, () => 'approval'),
  prompt: often(draw, 0.3, () => pick(draw, ['one', 'other'])),
  expiresInMs: often(draw, 0.2, () => upTo(draw, 200)),
  expiresAt: often(draw, 0.1, () => draw.at + upTo(draw, 200)),
})

export const schedule = (draw: Draw) => ({
  inMs: often(draw, 0.6, () => upTo(draw, 60) - 5),
  startsAt: often(draw, 0.3, () => draw.at + upTo(draw, 60) - 20),
  name: often(draw, 0.3, () => 'wake-up'),
})

export const answer = (draw: Draw): StatusAnswer => ({
  status: pick(draw, [
    'running',
    'running',
    'running',
    'idle',
    'idle',
    'idle',
    'awaiting_input',
    'absent',
    'no_status',
    'unreachable',
  ] as const),
  turnId: often(draw, 0.25, () => turnId(draw)),
  runId: often(draw, 0.4, () => runId(draw)),
  continues: often(draw, 0.1, () => runId(draw)),
  inputId: often(draw, 0.1, () => pick(draw, ['q1', 'q2'])),
  startedMsAgo: often(draw, 0.3, () => upTo(draw, 300) - 10),
  last: often(draw, 0.25, () => ({
    turnId: often(draw, 0.5, () => turnId(draw)),
    runId: often(draw, 0.5, () => runId(draw)),
    outcome: pick(draw, OUTCOMES),
    error: often(draw, 0.2, () => error),
    finishReason: often(draw, 0.2, () => 'length'),
  })),
  questions: often(draw, 0.15, () =>
    Array.from({ length: upTo(draw, 2) }, () => ({
      ...ask(draw),
      asker: often(draw, 0.4, () => pick(draw, [...RUNS, ...TURNS])),
    })),
  ),
  backgroundRuns: often(draw, 0.15, () =>
    Array.from({ length: upTo(draw, 2) }, () => ({
      runId: runId(draw),
      name: often(draw, 0.3, () => pick(draw, ['one', 'other'])),
      isPaused: often(draw, 0.3, () => happens(draw, 0.5)),
    })),
  ),
  scheduled: often(draw, 0.15, () => (happens(draw, 0.4) ? null : schedule(draw))),
})

export const end = (draw: Draw) => ({
  ...address(draw),
  reason: pick(draw, REASONS),
  outcome: often(draw, 0.2, () => pick(draw, OUTCOMES)),
  error: often(draw, 0.2, () => error),
  finishReason: often(draw, 0.15, () => pick(draw, ['length', 'stop'])),
  usage: often(draw, 0.1, () => ({ inputTokens: 1 })),
  limitedUntil: often(draw, 0.05, () => draw.at + upTo(draw, 100)),
  grade: often(draw, 0.2, () => pick(draw, ['witnessed', 'inferred'] as const)),
})

/** A turn that goes on, with its nonces; or one that does not. */
export const someTurn = (draw: Draw) => {
  const turns = liveTurns(draw)
  const turn = turns.length > 0 && happens(draw, 0.9) ? pick(draw, turns) : undefined
  return { turn, turnId: turn?.turnId ?? turnId(draw), conversationId: turn?.conversationId ?? key(draw) }
}
export const send = (draw: Draw) => {
  const { turn, turnId, conversationId } = someTurn(draw)
  return {
    turnId,
    conversationId: often(draw, 0.7, () => conversationId),
    nonce: nonceOr(draw, turn?.sendNonce),
  }
}
export const stop = (draw: Draw) => {
  const { turn, turnId } = someTurn(draw)
  return { turnId, nonce: nonceOr(draw, turn?.stop?.nonce) }
}
export const sessionStop = (draw: Draw) => {
  const conversationId = key(draw)
  const row = rowsOf(draw.state.conversations.byId).find((other) => other.conversationId === conversationId)
  return { conversationId, nonce: nonceOr(draw, row?.session?.stop?.nonce) ?? 'other' }
}
export const helper = (draw: Draw) => {
  const runs = entries(draw).flatMap((entry) => entry.backgroundRuns)
  const run = runs.length > 0 ? pick(draw, runs) : undefined
  return {
    conversationId: run?.conversationId ?? key(draw),
    runId: run?.runId ?? runId(draw),
    nonce: run?.stop?.nonce ?? freshNonce(draw),
  }
}
export const statement = (draw: Draw) => ({
  conversationId: key(draw),
  error: often(draw, 0.2, () => error),
  bound: often(draw, 0.1, () => happens(draw, 0.5)),
  resumeCursor: often(draw, 0.15, () => pick(draw, ['one', 'other', null])),
  stamp: often(draw, 0.2, () => pick(draw, [1, 2, 'three'])),
})
export const fresh = (draw: Draw): string =>
  happens(draw, 0.9) ? `t${draw.state.turns.seq + 10}` : pick(draw, TURNS)
export const startOf = (draw: Draw) => ({
  startedMsAgo: often(draw, 0.15, () => upTo(draw, 300) - 10),
  continues: often(draw, 0.12, () => runId(draw)),
  name: often(draw, 0.1, () => 'helper'),
})

export const backend = (draw: Draw) => ({
  source: often(draw, 0.6, () => pick(draw, ['s1', 's2', null])),
  boot: often(draw, 0.7, () => pick(draw, ['b1', 'b2', 'b3'])),
})

export const persisted = (draw: Draw) => ({
  live: often(draw, 0.6, () =>
    Array.from({ length: 1 + upTo(draw, 1) }, () => ({
      conversationId: key(draw),
      turnId: happens(draw, 0.5) ? fresh(draw) : turnId(draw),
      runs: often(draw, 0.5, () => [runId(draw)]),
      startedAt: often(draw, 0.5, () => draw.at + 20 - upTo(draw, 100)),
      stopping: often(draw, 0.3, () => true),
      begun: often(draw, 0.5, () => happens(draw, 0.5)),
      firstEvidenceAt: often(draw, 0.3, () => draw.at - 10),
      firstOutputAt: often(draw, 0.3, () => draw.at - 5),
      input: often(draw, 0.7, () => 'kept'),
      hidden: often(draw, 0.2, () => true),
    })),
  ),
  queued: often(draw, 0.4, () => [
    { conversationId: key(draw), turnId: fresh(draw), input: 'kept', hidden: happens(draw, 0.3) },
  ]),
  drafts: often(draw, 0.2, () => [
    {
      conversationId: key(draw),
      turnId: fresh(draw),
      input: 'kept',
      arrived: often(draw, 0.5, () => pick(draw, ['no', 'unknown'] as const)),
      kind: often(draw, 0.3, () => pick(draw, ['steer', 'answer'] as const)),
    },
  ]),
  questions: often(draw, 0.3, () => [
    {
      conversationId: key(draw),
      requestId: pick(draw, ['q1', 'q2', null]),
      askerId: happens(draw, 0.2) ? null : turnId(draw),
      kind: 'approval',
      prompt: null,
      expiresAt: often(draw, 0.4, () => draw.at + 100),
    },
  ]),
})

/** How often an action is drawn, and how it is made. */
export type Weighted = readonly [weight: number, make: (draw: Draw) => UnknownAction]
