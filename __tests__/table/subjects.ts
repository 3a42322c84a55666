/** What each table is about, and how its state is read off the state of the keeper. */
import type { KeeperState, Turn } from 'redux-turnkeeper'
import {
  conversationOf,
  keyOf,
  questionKey,
  questionsOf,
  rootOf,
  sessionOf,
} from '../../src/state/conversations'
import {
  endedRunKey,
  entryOf,
  findBackground,
  findEnded,
  findTurn,
  findTurnByRun,
} from '../../src/state/turns'
import { nextCheckOf } from '../../src/turns'
import { HINT_DELAY } from '../../src/turns/checks'
import { backgroundRunStages, HELPER, questionStages, RUN, runStages, sessionStages } from './otherSituations'
import type { Scene } from './scene'
import { sendStages, statusCheckStages, stopStages, turnStages } from './situations'
import type { Stage } from './situations'
import type {
  BackgroundRunState,
  Evidence,
  QuestionState,
  RunState,
  SendState,
  SessionState,
  StatusCheckState,
  StopState,
  TurnState,
} from './types'

/** What is seen of a subject: the name of its state, and everything that must stay as it is where a cell is ignored. */
export interface Sight<State extends string> {
  readonly state: State
  readonly facts: unknown
}

export interface Subject<State extends string> {
  readonly stages: Readonly<Record<State, Stage>>
  readonly see: (state: KeeperState, scene: Scene, at: number) => Sight<State>
  /** Where evidence comes sooner than elsewhere, ms. */
  readonly soon?: number
}

const keyIn = ({ conversations }: KeeperState, { key }: Scene): string => keyOf(conversations, key)

const isAsking = ({ conversations }: KeeperState, key: string, askerId: string): boolean =>
  questionsOf(conversations, key).some(
    (question) => question.askerId === askerId && question.state !== 'expired',
  )

function stateOfTurn(state: KeeperState, turn: Turn): TurnState {
  if (turn.stop) return 'being stopped'
  if (isAsking(state, rootOf(state.conversations, turn.conversationId), turn.turnId)) return 'waiting'
  const isAnswered = turn.sendState === 'accepted' || turn.sendState === 'server_queued'
  if (turn.started !== 'no') return turn.started === 'named' || isAnswered ? 'running' : 'running by guess'
  if (isAnswered) return 'accepted'
  return turn.sendState === 'unsent' ? 'unsent' : turn.sendState === 'sending' ? 'sending' : 'unconfirmed'
}

export const turns: Subject<TurnState> = {
  stages: turnStages,
  see(state, { turnId }) {
    const turn = findTurn(state.turns, turnId)
    if (turn) return { state: stateOfTurn(state, turn), facts: turn }
    const record = findEnded(state.turns, turnId)
    return record ? { state: `ended (${record.grade})`, facts: record } : { state: 'none', facts: null }
  },
}

export const runs: Subject<RunState> = {
  stages: runStages,
  see(state, scene) {
    const key = keyIn(state, scene)
    const turn = findTurnByRun(state.turns, RUN, key)
    if (turn) return { state: turn.runs.includes(RUN) ? 'bound' : 'guessed', facts: turn.turnId }
    const entry = entryOf(state.turns, key)
    const unplaced = entry?.unplacedRuns.find(({ runId }) => runId === RUN)
    if (unplaced) return { state: 'unplaced', facts: unplaced }
    const beside = findBackground(state.turns, key, RUN)
    if (beside) return { state: 'beside', facts: beside }
    const isOver =
      findEnded(state.turns, null, RUN, key) !== undefined ||
      state.turns.endedRuns.includes(endedRunKey(key, RUN))
    return { state: isOver ? 'ended' : 'unknown', facts: null }
  },
}

export const backgroundRuns: Subject<BackgroundRunState> = {
  stages: backgroundRunStages,
  see(state, scene) {
    const key = keyIn(state, scene)
    const run = findBackground(state.turns, key, HELPER)
    const isWaiting = isAsking(state, key, HELPER)
    if (run) return { state: isWaiting ? 'waiting' : run.isPaused ? 'paused' : 'running', facts: run }
    const isOver = state.turns.endedRuns.includes(endedRunKey(key, HELPER))
    return { state: isOver ? 'ended' : 'unknown', facts: null }
  },
}

export const questions: Subject<QuestionState> = {
  stages: questionStages,
  see(state, scene) {
    const { conversations } = state
    const question = questionsOf(conversations, keyIn(state, scene)).find(
      ({ requestId }) => requestId === 'q1',
    )
    if (question) return { state: question.state, facts: question }
    const isClosed = conversations.closedQuestions.includes(questionKey(scene.turnId, 'q1'))
    return { state: isClosed ? 'closed' : 'none', facts: null }
  },
}

const SEND_STATES = {
  unsent: 'unsent',
  sending: 'sending',
  unconfirmed: 'unconfirmed',
  accepted: 'accepted',
  server_queued: 'held',
  refused: 'returned',
} as const

export const sends: Subject<SendState> = {
  stages: sendStages,
  see(state, scene) {
    const { turnId } = scene
    const turn = findTurn(state.turns, turnId)
    if (turn) {
      const { sendState, sendNonce, refusals, notBefore, sentAt, acceptedAt } = turn
      return {
        state: SEND_STATES[sendState],
        facts: { sendState, sendNonce, refusals, notBefore, sentAt, acceptedAt },
      }
    }
    const draft = conversationOf(state.conversations, keyIn(state, scene))?.drafts.find(
      (other) => other.turnId === turnId,
    )
    if (draft)
      return { state: draft.arrived === 'no' ? 'returned' : 'returned, perhaps arrived', facts: draft }
    const record = findEnded(state.turns, turnId)
    const hasArrived =
      record?.started === 'named' ||
      record?.sendState === 'accepted' ||
      (record?.outcome === 'complete' && record.grade === 'witnessed')
    return { state: hasArrived ? 'delivered' : 'none', facts: null }
  },
}

export const stops: Subject<StopState> = {
  stages: stopStages,
  see(state, { turnId }) {
    const turn = findTurn(state.turns, turnId)
    if (turn) return { state: turn.stop?.state ?? 'none', facts: turn.stop }
    return { state: findEnded(state.turns, turnId) ? 'over' : 'none', facts: null }
  },
}

export const sessions: Subject<SessionState> = {
  stages: sessionStages,
  see(state, scene) {
    const session = sessionOf(state.conversations, keyIn(state, scene))
    if (!session) return { state: 'none', facts: null }
    return { state: session.stop?.nonce != null ? 'being stopped' : session.status, facts: session }
  },
}

export const statusChecks: Subject<StatusCheckState> = {
  stages: statusCheckStages,
  // Silence makes a check due by itself.
  soon: 1_000,
  see(state, scene, at) {
    const key = keyIn(state, scene)
    const entry = entryOf(state.turns, key)
    const next = entry ? nextCheckOf(entry) : null
    const inFlight = state.turns.statusChecks.filter(
      ({ nonce, conversationIds }) =>
        nonce !== 'old' && conversationIds.some((id) => keyOf(state.conversations, id) === key),
    )
    const facts = { next, inFlight }
    // A hint waits a moment for the named end.
    if (next !== null && next <= at + HINT_DELAY) return { state: 'due', facts }
    if (inFlight.length > 0) return { state: 'in flight', facts }
    return { state: next === null ? 'not needed' : 'scheduled', facts }
  },
}

/** Whether the evidence waits for time to pass, where it otherwise comes soon. */
export const comesAfter = (kind: Evidence, after: number, { soon }: Pick<Subject<string>, 'soon'>): number =>
  soon === undefined || kind === 'time: silence' || kind === 'time: hard limit'
    ? after
    : Math.min(soon, after)
