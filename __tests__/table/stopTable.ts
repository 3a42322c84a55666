/** The table of stops: a stop is an intent on the turn, and its answer is not the turn's end. */
// prettier-ignore
import {
  ACCEPTANCES, ANOTHER_RUNS, GUESS_ONLY, IDLE_LATER, OLD_OVER, OLD_RUNS, REFUSED_OR_LOST,
  SESSION_STOP_ANSWERED, STARTED_BEHIND, STATED_GONE,
} from './groups'
// prettier-ignore
import {
  ANOTHER_USER, ANSWER_ANSWERS, BEFORE, BEHIND, BOUND, HINTS, LISTING, NAMED, OLD_CHECKS, OTHER_SIGNALS,
  QUESTIONS, QUEUE_ACTS, REPORTED, STATED, STOP_ANSWERS, TIME, UNKNOWN_RUN, UNKNOWN_TURN, UNNAMED, becomes,
  cannot, ignored, row,
} from './types'
import type { StopState, Table } from './types'

const NO_GUESS = 'in this state no run is guessed'
const SESSION_ENDED = 'the stop of the session has ended the turn'
const NOT_OF_STOP = 'it says nothing of the stop'
const STANDS = 'the stop stands'

// prettier-ignore
const RUNS_ON = ['start: it', 'progress: it', 'progress: turn and run', 'retry: it', 'pause: it', 'start: its run',
  'progress: its run', 'start: its guess', 'progress: its guess', 'start: unnamed', 'progress: unnamed',
  'reported: busy', 'question: it asks', 'question: unnamed'] as const
const RUNS_CHECKED = ['check: it runs', 'check: its guess runs', 'check: no question'] as const

/** The turn is over, with its stop. */
// prettier-ignore
const ends = row(
  becomes('over', 'settle', 'end: it', 'end: its run', 'end: it, undelivered', 'check: it is over',
    'check: another runs, it is over', 'app: endTurn', 'app: endTurn of its guess', 'app: endTurn unnamed',
    'person: closes', ...STATED_GONE, 'session stop: asked', ...LISTING, ...IDLE_LATER, ...ANOTHER_RUNS,
    ...STARTED_BEHIND, 'time: hard limit'),
)
/** Of a turn that had started when it was asked to stop. */
// prettier-ignore
const endsStarted = row(
  ends,
  becomes('over', 'settle', 'stated: ready', 'check: idle early', 'check: unknown run runs'),
  ignored('it is about another run', ...UNKNOWN_RUN),
  ignored('it was at work already', 'stated: running'),
)
// prettier-ignore
const stopHears = row(
  ignored(NOT_OF_STOP, 'end: its guess', 'end: unnamed', ...BEFORE, 'end: turn behind', ...UNKNOWN_TURN,
    'helper opened', 'question: resolved', ...HINTS, 'reported: idle', 'reported: error', 'stated: starting',
    'check: failed', 'old check: another turn runs', 'old check: unknown run runs', 'old check: idle',
    'old check: absent', ...OLD_OVER, 'send: claimed', ...ACCEPTANCES, 'send: accepted with another run',
    ...REFUSED_OR_LOST, ...ANSWER_ANSWERS, 'time: silence', 'time: expiry', 'time: question over', 'time: wake', 'stream: dropped',
    'stream: opened', 'backend: restarted', 'restored', 'person: withdraws', ...QUEUE_ACTS, 'person: retries',
    'person: prompts again', 'person: steers', 'person: answers', 'person: cancels question', 'app: re-keys'),
  cannot(SESSION_ENDED, ...SESSION_STOP_ANSWERED),
)
const gone = becomes('none', 'changeUser', 'user: another')
/** A guess that turns out right does not end the turn, nor its stop. */
const guessProven = ignored(NOT_OF_STOP, 'send: accepted with its guess', 'check: its guess is over')

// prettier-ignore
export const stopTable: Table<StopState> = {
  none: row(
    endsStarted, stopHears,
    becomes('requested', 'requestStop', 'person: stops'),
    becomes('over', 'settle', 'check: its guess is over'),
    ignored('no stop was asked for', ...RUNS_ON, ...RUNS_CHECKED, 'check: somebody runs', 'check: it waits',
      ...OLD_RUNS, 'old check: somebody runs', ...STOP_ANSWERS, 'send: accepted with its guess',
      'keeper: another', ...ANOTHER_USER),
  ),
  // It leaves as soon as somebody claims it.
  wanted: row(
    endsStarted, stopHears, gone, guessProven,
    becomes('requested', 'claimStop', 'stop: claimed'),
    ignored(STANDS, ...RUNS_ON, ...RUNS_CHECKED, 'check: somebody runs', 'check: it waits', ...OLD_RUNS,
      'old check: somebody runs', 'person: stops', 'keeper: another'),
    ignored('no request of it is open', 'stop: acknowledged', 'stop: nothing to stop', 'stop: unreachable',
      'stop: lost'),
  ),
  requested: row(
    endsStarted, stopHears, gone, guessProven,
    becomes('acknowledged', 'stopAnswered', 'stop: acknowledged'),
    becomes('deferred', 'stopAnswered', 'stop: nothing to stop'),
    becomes('none', 'stopAnswered', 'stop: unreachable'),
    becomes('unconfirmed', 'stopAnswered', 'stop: lost'),
    becomes('unconfirmed', 'attach', 'keeper: another'),
    ignored('its request is open', ...RUNS_ON, ...RUNS_CHECKED, 'check: somebody runs', 'check: it waits',
      ...OLD_RUNS, 'old check: somebody runs', 'person: stops', 'stop: claimed'),
  ),
  // Acknowledged is not stopped.
  acknowledged: row(
    endsStarted, stopHears, gone, guessProven,
    becomes('unheeded', 'stopAfterEvidence', ...RUNS_ON, ...RUNS_CHECKED),
    // It ends the wait for a person.
    becomes('over', 'verify', 'check: it waits'),
    becomes('requested', 'requestStop', 'person: stops'),
    ignored('the check left before, or too soon after, the answer', ...OLD_RUNS, 'old check: somebody runs'),
    ignored('it does not say who runs', 'check: somebody runs'),
    ignored('its request is closed', ...STOP_ANSWERS, 'keeper: another'),
  ),
  // A person may ask again.
  unheeded: row(
    endsStarted, stopHears, gone,
    becomes('requested', 'requestStop', 'person: stops'),
    becomes('over', 'settleNamed', 'check: its guess is over'),
    ignored('it says nothing of the stop', 'send: accepted with its guess'),
    ignored('the turn goes on, as it did', ...RUNS_ON, ...RUNS_CHECKED, 'check: somebody runs',
      'check: it waits', ...OLD_RUNS, 'old check: somebody runs'),
    ignored('its request is closed', ...STOP_ANSWERS, 'keeper: another'),
  ),
  // It leaves again where the turn shows that it runs.
  unconfirmed: row(
    endsStarted, stopHears, gone, guessProven,
    becomes('wanted', 'stopAfterEvidence', ...RUNS_ON, ...RUNS_CHECKED, 'check: somebody runs',
      'check: it waits', ...OLD_RUNS, 'old check: somebody runs'),
    becomes('requested', 'requestStop', 'person: stops'),
    ignored('its request is closed', ...STOP_ANSWERS, 'keeper: another'),
  ),
  // There was nothing to stop yet: it leaves again when the turn starts.
  deferred: row(
    ends, stopHears, gone,
    becomes('wanted', 'stopAfterEvidence', ...RUNS_ON, ...RUNS_CHECKED, 'check: it waits', ...OLD_RUNS,
      'start: unknown run', 'progress: unknown run', 'check: unknown run runs', 'stated: running'),
    becomes('over', 'accept', 'send: accepted with its guess'),
    becomes('over', 'settleNamed', 'check: its guess is over'),
    ignored('it does not say that this turn has started', 'check: somebody runs', 'old check: somebody runs',
      'end: unknown run', 'stated: ready', 'check: idle early'),
    ignored('it waits for the turn to start', 'person: stops'),
    ignored('its request is closed', ...STOP_ANSWERS, 'keeper: another'),
  ),
  over: row(
    becomes('none', 'changeUser', 'user: another'),
    cannot(NO_GUESS, ...GUESS_ONLY),
    cannot('the turn has ended, and not by the stop of its session', ...SESSION_STOP_ANSWERED),
    ignored('the turn is over', ...NAMED, ...BOUND, ...UNNAMED, ...BEFORE, ...BEHIND, ...UNKNOWN_RUN,
      ...UNKNOWN_TURN, ...OTHER_SIGNALS, ...QUESTIONS, ...HINTS, ...REPORTED, ...STATED,
      'session stop: asked', ...LISTING, 'check: it runs', 'check: it waits', 'check: no question',
      ...ANOTHER_RUNS, 'check: unknown run runs', 'check: somebody runs', 'check: idle early', ...IDLE_LATER,
      'check: it is over', 'check: another runs, it is over', 'check: failed', ...OLD_CHECKS, 'send: claimed',
      ...ACCEPTANCES, ...REFUSED_OR_LOST, ...STOP_ANSWERS, ...ANSWER_ANSWERS, ...TIME, 'stream: dropped',
      'stream: opened', 'backend: restarted', 'keeper: another', 'restored', 'person: stops',
      'person: withdraws', ...QUEUE_ACTS, 'person: closes', 'person: retries', 'person: prompts again', 'person: steers',
      'person: answers', 'person: cancels question', 'app: endTurn', 'app: endTurn unnamed', 'app: re-keys'),
  ),
}
