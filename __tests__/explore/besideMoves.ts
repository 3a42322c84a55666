/** What may happen beside turns: helpers that pause and are stopped, work that is scheduled, several questions at once. */
import { signals } from 'redux-turnkeeper'
import type { KeeperState, StatusAnswer } from 'redux-turnkeeper'
import * as internal from '../../src/actions'
import { questionsOf } from '../../src/state/conversations'
import { entryOf } from '../../src/state/turns'
import type { Cast } from './moves'
import type { Move } from './position'

const MINUTE = 60_000
const STOP_ANSWERS = ['acknowledged', 'not_running', 'unreachable', 'lost'] as const

/** A helper pauses; helpers that are known are stopped, and the stops are answered. */
function helperMoves({ runs }: Cast, { turns }: KeeperState, key: string): readonly Move[] {
  const [runId] = runs
  const known = entryOf(turns, key)?.backgroundRuns ?? []
  return [
    {
      name: `the helper ${runId} pauses`,
      actions: [signals.runPaused({ conversationId: key, runId, role: 'child' })],
    },
    ...known.flatMap(({ runId: helper, stop }): readonly Move[] => {
      const about = { conversationId: key, runId: helper }
      const nonce = stop?.nonce
      if (nonce == null)
        return [
          {
            name: `the stop of ${helper} leaves`,
            actions: [internal.backgroundStopClaimed({ ...about, nonce: `stop-${turns.seq}` })],
          },
        ]
      return STOP_ANSWERS.map((status) => ({
        name: `the stop of ${helper}: ${status}`,
        actions: [internal.backgroundStopAnswered({ ...about, nonce, status })],
      }))
    }),
  ]
}

const scheduleMoves = ({ turns: [turnId] }: Cast, key: string): readonly Move[] => [
  {
    name: `${key}: work in a minute`,
    actions: [signals.workScheduled({ conversationId: key, inMs: MINUTE })],
  },
  {
    name: `${key}: work of ${turnId} in a minute`,
    actions: [signals.workScheduled({ conversationId: key, turnId, inMs: MINUTE })],
  },
  { name: `${key}: nothing is scheduled`, actions: [signals.workScheduled({ conversationId: key })] },
]

/** Several questions are answered with one request, which tells of each what came of it. */
function answerMoves(
  { turns: [turnId] }: Cast,
  { conversations }: KeeperState,
  key: string,
): readonly Move[] {
  const questions = questionsOf(conversations, key).flatMap(({ requestId, state, nonce }) =>
    requestId === null ? [] : [{ requestId, state, nonce }],
  )
  const open = questions.filter(({ state }) => state === 'open')
  const answering = questions.flatMap(({ requestId, nonce }) =>
    nonce === null ? [] : [{ conversationId: key, requestId, nonce }],
  )
  const [first, ...others] = answering
  return [
    {
      name: `${turnId} asks q2`,
      actions: [signals.inputRequested({ conversationId: key, turnId, requestId: 'q2' })],
    },
    ...(open.length < 2
      ? []
      : [
          {
            name: `${key}: answers all together`,
            actions: open.map(({ requestId }, i) =>
              internal.answerClaimed({ conversationId: key, requestId, nonce: `all ${i}` }),
            ),
          },
        ]),
    ...(!first || others.length === 0
      ? []
      : [
          {
            name: `${key}: the first answer accepted, the others refused`,
            actions: [
              internal.answerAccepted(first),
              ...others.map((about) => internal.answerRefused({ ...about, reason: 'gone' })),
            ],
          },
          {
            name: `${key}: all answers lost`,
            actions: answering.map((about) => internal.answerLost(about)),
          },
        ]),
  ]
}

export const besideMoves = (cast: Cast, state: KeeperState, key: string): readonly Move[] => [
  ...helperMoves(cast, state, key),
  ...scheduleMoves(cast, key),
  ...answerMoves(cast, state, key),
]

/** What a status check may tell of it. */
export const answersBeside = ({ runs: [runId = ''] }: Cast): readonly (readonly [string, StatusAnswer])[] => [
  [`idle, with the helper ${runId}`, { status: 'idle', backgroundRuns: [{ runId }] }],
  [`idle, ${runId} is paused`, { status: 'idle', backgroundRuns: [{ runId, isPaused: true }] }],
  ['idle, no helpers', { status: 'idle', backgroundRuns: [] }],
  [`idle, ${runId} asks q`, { status: 'idle', questions: [{ requestId: 'q', asker: runId }] }],
  ['idle, work in a minute', { status: 'idle', scheduled: { inMs: MINUTE } }],
  ['idle, nothing is scheduled', { status: 'idle', scheduled: null }],
  [
    'waiting for q and q2',
    { status: 'awaiting_input', questions: [{ requestId: 'q' }, { requestId: 'q2' }] },
  ],
]
