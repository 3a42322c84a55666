/** What rows of the table of turns have in common. */
// prettier-ignore
import {
  ACCEPTANCES, ANOTHER_RUNS, CHECKED_OVER, IDLE, OLD_OVER, REFUSED_OR_LOST,
  SESSION_STOP_ANSWERED, SHOWS_IT, STARTED_BEHIND, STATED_GONE,
} from './groups'
// prettier-ignore
import {
  BEFORE, BOUND, QUEUE_ACTS, STOP_ANSWERS, UNKNOWN_RUN, UNKNOWN_TURN, becomes, cannot, ignored, row,
} from './types'
import type { TurnState } from './types'

export const OTHER = 'it is about another turn or run, and feeds that'
export const BESIDE = 'it goes on beside the turn, and has a next check of its own'
export const NO_REQUEST = 'its request is closed, or never left'
export const NO_RUN = 'no run is bound to it'
export const NO_QUESTION = 'it has asked nothing'

/** Any turn that has left, whatever it does: how it ends, and what leaves it alone. */
// prettier-ignore
export const left = row(
  becomes('ended (witnessed)', 'endBySignal', 'end: it', 'end: it, undelivered'),
  becomes('ended (witnessed)', 'settleNamed', ...CHECKED_OVER),
  becomes('ended (witnessed)', 'endByApp', 'app: endTurn', 'app: endTurn unnamed'),
  becomes('ended (witnessed)', 'closeConversation', 'person: closes'),
  becomes('ended (inferred)', 'endByApp', 'app: endTurn of its guess'),
  becomes('ended (inferred)', 'endOfSession', ...STATED_GONE),
  becomes('ended (inferred)', 'requestSessionStop', 'session stop: asked'),
  becomes('ended (inferred)', 'turnOverdue', 'time: hard limit'),
  becomes('none', 'changeUser', 'user: another'),
  ignored(OTHER, ...BEFORE, 'end: turn behind'),
  ignored(BESIDE, ...UNKNOWN_TURN, 'helper opened', 'time: expiry'),
  ignored('it is under way: a retry of it is the same send', 'person: retries'),
  ignored('it waits behind it', 'person: prompts again'),
  ignored('the text goes into it, and is followed by itself', 'person: steers'),
  ignored('it is known already', 'restored'),
  ignored('it has left: a stop is what ends it', 'person: withdraws', ...QUEUE_ACTS),
  ignored('it has left already', 'send: claimed'),
  ignored('no process is up yet', 'stated: starting'),
  ignored('no answer is on its way', 'answer: already resolved', 'answer: gone', 'answer: refused',
    'answer: lost'),
  cannot('the stop of the session has ended it', ...SESSION_STOP_ANSWERED),
)

/** It goes on as what it is, and only its next check moves. */
// prettier-ignore
export const goesOn = <const State extends TurnState>(state: State) => row(
  becomes(state, 'endUnnamed', 'end: unnamed', 'reported: idle', 'reported: error'),
  becomes(state, 'reasonToCheck', 'error: unnamed', 'request ended'),
  becomes(state, 'requestCheck', 'history: complete'),
  becomes(state, 'verifyUnnamed', 'check: somebody runs', 'old check: somebody runs'),
  becomes(state, 'postpone', 'old check: another turn runs', 'old check: unknown run runs', 'old check: idle',
    'old check: absent', ...OLD_OVER),
  becomes(state, 'endCheck', 'check: failed'),
  becomes(state, 'startCheck', 'time: silence'),
  becomes(state, 'wakeEntry', 'time: wake'),
  becomes(state, 'streamDown', 'stream: dropped'),
  becomes(state, 'suspectRestart', 'backend: restarted'),
  becomes(state, 'rekeyTurns', 'app: re-keys'),
)

export const stoppable = becomes('being stopped', 'requestStop', 'person: stops')
export const noStop = ignored('no stop of it stands', ...STOP_ANSWERS)
// prettier-ignore
export const noQuestion = ignored(NO_QUESTION, 'question: resolved', 'answer: accepted', 'person: answers',
  'person: cancels question', 'time: question over')

/** It has not shown that it runs. */
// prettier-ignore
export const notStarted = row(
  left, stoppable, noStop, noQuestion,
  becomes('waiting', 'openQuestion', 'question: it asks', 'question: unnamed', 'check: it waits',
    'old check: it waits'),
  ignored('the session is only just up for it', 'stated: ready'),
  ignored('it had not begun: nothing of it was missed', 'stream: opened'),
)

/** The same, and the server has not said that it took it. */
// prettier-ignore
export const notAnswered = row(
  notStarted,
  becomes('running', 'confirmRunning', ...SHOWS_IT),
  becomes('running by guess', 'confirmRunning', 'start: unnamed', 'progress: unnamed', 'start: its guess',
    'progress: its guess'),
  becomes('running by guess', 'acknowledge', 'stated: running'),
  becomes('running by guess', 'bindStarted', 'start: unknown run', 'progress: unknown run',
    'check: unknown run runs'),
  becomes('accepted', 'accept', ...ACCEPTANCES),
  becomes('ended (witnessed)', 'accept', 'send: accepted with its guess'),
  becomes('accepted', 'releaseGuess', 'send: accepted with another run'),
  cannot(NO_RUN, ...BOUND),
)

/** It has been named as the one that runs, or its run has. */
// prettier-ignore
export const named = <const State extends TurnState>(state: State) => row(
  left, goesOn(state),
  becomes(state, 'confirmRunning', ...SHOWS_IT, 'start: its run', 'progress: its run', 'start: its guess',
    'progress: its guess', 'start: unnamed', 'progress: unnamed', 'reported: busy'),
  becomes(state, 'verify', 'check: it runs', 'check: its guess runs', 'old check: it runs',
    'old check: no question'),
  becomes(state, 'endOfGuess', 'end: its guess'),
  becomes(state, 'accept', ...ACCEPTANCES, 'send: accepted with its guess'),
  becomes(state, 'attach', 'keeper: another'),
  becomes(state, 'streamUp', 'stream: opened'),
  becomes('ended (witnessed)', 'endBySignal', 'end: its run'),
  becomes('ended (inferred)', 'supersede', ...STARTED_BEHIND, ...ANOTHER_RUNS, 'check: unknown run runs'),
  becomes('ended (inferred)', 'concludedEnd', ...IDLE),
  becomes('ended (inferred)', 'endOfSession', 'stated: ready'),
  becomes('ended (inferred)', 'sessionsListed', 'listing: without it'),
  ignored('it has shown by name that it runs', ...REFUSED_OR_LOST),
  ignored(BESIDE, ...UNKNOWN_RUN),
  ignored('it is at work already', 'stated: running'),
)
