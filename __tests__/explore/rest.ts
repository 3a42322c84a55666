/** Whether a position comes to rest: with a server on which nothing runs any more, and that says so, everything ends. */
import { sendAccepted, sendingGated, queueResumed, signals } from 'redux-turnkeeper'
import type { KeeperState } from 'redux-turnkeeper'
import {
  answerRefused,
  backgroundStopAnswered,
  sessionStopped,
  statusAnswered,
  statusCheckEnded,
  stopRefused,
} from '../../src/actions'
import { questionsOf } from '../../src/state/conversations'
import { entriesOf, turnsIn } from '../../src/state/turns'
import { rowsOf } from '../../src/state/table'
import type { Cast } from './moves'
import { nextDue, play } from './position'
import type { Move, Position } from './position'

const ROUNDS = 150

/** What goes on, in words. Helpers' runs are forgotten in their own time. */
function goesOn({ turns, conversations }: KeeperState): string[] {
  return entriesOf(turns).flatMap((entry) => [
    ...turnsIn(entry).map(({ turnId }) => `the turn ${turnId} never ends`),
    ...entry.unplacedRuns.map(({ runId }) => `the run ${runId} stays of unknown origin`),
    ...(entry.checkAt === null ? [] : [`${entry.conversationId} is checked for ever`]),
    ...(entry.scheduled === null ? [] : [`what ${entry.conversationId} has scheduled is never looked at`]),
    ...entry.stopsInFlight.map(({ nonce }) => `the stop ${nonce} is never answered`),
    ...questionsOf(conversations, entry.conversationId).map(
      ({ requestId }) => `the question ${requestId} is never closed`,
    ),
  ])
}

/** The server's answers to what is open: it takes each prompt, which then runs and is over at once, and knows of nothing else. */
function answers({ turns, conversations }: KeeperState): Move[] {
  const moves: Move[] = []
  const say = (name: string, ...actions: Move['actions']) => moves.push({ name, actions })
  for (const entry of entriesOf(turns)) {
    for (const { turnId, conversationId, sendNonce, sendState } of turnsIn(entry))
      if (sendState === 'sending' && sendNonce !== null)
        say('accepted', sendAccepted({ turnId, conversationId, nonce: sendNonce }))
    for (const { conversationId, runId, stop } of entry.backgroundRuns)
      if (stop?.nonce != null)
        say(
          'not running',
          backgroundStopAnswered({ conversationId, runId, nonce: stop.nonce, status: 'not_running' }),
        )
    for (const { turnId, nonce } of entry.stopsInFlight)
      if (turnId === null) say('stopped', sessionStopped({ conversationId: entry.conversationId, nonce }))
      else say('nothing to stop', stopRefused({ turnId, nonce, reason: 'no_active_turn' }))
  }
  for (const { nonce, conversationIds } of turns.statusChecks)
    say(
      'idle',
      ...conversationIds.map((conversationId) =>
        statusAnswered({ nonce, conversationId, answer: { status: 'idle', questions: [] } }),
      ),
      statusCheckEnded({ nonce, failed: false, nextAt: Infinity }),
    )
  for (const { conversationId, questions, queueHold } of rowsOf(conversations.byId)) {
    if (queueHold) say('resumed', queueResumed({ conversationId }))
    for (const { requestId, state, nonce } of questions)
      if (state === 'answering' && requestId !== null && nonce !== null)
        say('gone', answerRefused({ conversationId, requestId, nonce, reason: 'gone' }))
  }
  return moves
}

/** What would go on for ever, in words. */
export function rests(from: Position, { hasStatusChecks }: Cast): readonly string[] {
  // Without a status check nothing tells what became of a turn but its stream: a person ends it.
  if (!hasStatusChecks) return []
  let position = from
  const then = (move: Move): void => void (position = play(position, move, hasStatusChecks).position)
  then({ name: 'gate open', actions: [sendingGated({ open: true }), signals.streamOpened({})] })
  for (let round = 0; round < ROUNDS; round++) {
    const open = answers(position.state)
    for (const move of open) then(move)
    if (goesOn(position.state).length === 0) return []
    const due = nextDue(position, hasStatusChecks, `rest-${round}`)
    if (due) then(due)
    else if (open.length === 0) break
  }
  return goesOn(position.state)
}
