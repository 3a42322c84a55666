/** The tables of runs: of those that may be the turn's own, and of helpers. */
// prettier-ignore
import {
  ANOTHER_RUNS, CHECKED_OVER, GUESS_ONLY, IDLE, OLD_OVER, REFUSED, SESSION_STOP_ANSWERED, STARTED_BEHIND,
} from './groups'
// prettier-ignore
import {
  ANOTHER_USER, BEFORE, BEHIND, BOUND, ENVIRONMENT, HINTS, LISTING, QUEUE_ACTS, REPORTED, STATED,
  STOP_ANSWERS, UNKNOWN_RUN, UNKNOWN_TURN, UNNAMED, becomes, cannot, ignored, row,
} from './types'
import type { BackgroundRunState, RunState, Table } from './types'

const OTHER = 'it is about another turn or run, and feeds that'
const NO_RUN = 'in this state it is not bound'
const NO_GUESS = 'in this state it is not guessed'
const NEIGHBOUR = 'its neighbour ends, and takes nothing down with it'
const NOTHING_TO_SAY = 'says nothing of this run'
const NO_STOP_PENDING = 'the stop of a session has ended the turn of the scene'
const OWN_ONLY = 'the answer does not name it'

// prettier-ignore
const SHOWS_RUN = ['start: it', 'progress: it', 'retry: it', 'pause: it'] as const
// prettier-ignore
const TURN_IS_GONE = ['stated: ready', 'stated: interrupted', 'stated: stopped', 'stated: error',
  'session stop: asked', 'time: hard limit', 'app: endTurn unnamed'] as const

/** What is never about a run that is named by its own id. */
// prettier-ignore
const never = row(
  ignored(OTHER, ...UNNAMED, ...BEFORE, 'end: turn behind', ...UNKNOWN_RUN, ...UNKNOWN_TURN, 'helper opened',
    'question: unnamed', 'error: unnamed', 'history: complete', ...REPORTED, 'stated: starting',
    'stated: running'),
  ignored(NOTHING_TO_SAY, 'send: claimed', 'send: lost', ...STOP_ANSWERS, 'answer: already resolved',
    'answer: gone', 'answer: refused', 'answer: lost', 'stream: dropped', 'stream: opened', 'restored',
    'person: stops', 'person: withdraws', ...QUEUE_ACTS, 'person: retries', 'person: prompts again', 'person: steers'),
  cannot(NO_STOP_PENDING, ...SESSION_STOP_ANSWERED),
)
// prettier-ignore
const noQuestion = ignored('it has asked nothing', 'question: resolved', 'answer: accepted',
  'person: answers', 'person: cancels question', 'time: question over')
// prettier-ignore
const apart = row(
  ignored(NEIGHBOUR, ...TURN_IS_GONE, ...LISTING),
  ignored(NOTHING_TO_SAY, 'send: accepted', 'send: accepted, queued', ...REFUSED, 'keeper: another',
    'backend: restarted'),
  cannot(NO_RUN, ...BOUND),
  cannot(NO_GUESS, ...GUESS_ONLY),
)

// prettier-ignore
export const runTable: Table<RunState> = {
  unknown: row(
    never, apart, noQuestion,
    becomes('unplaced', 'seeUnplacedRun', ...SHOWS_RUN, 'question: it asks'),
    becomes('bound', 'bindRun', 'progress: turn and run'),
    becomes('bound', 'adoptTurn', 'check: it runs', 'check: it waits'),
    becomes('bound', 'acceptWithRun', 'send: accepted with a run'),
    ignored('what is over opens nothing', 'end: it', 'end: it, undelivered', 'request ended',
      'check: it is over', 'check: another runs, it is over', ...OLD_OVER, 'app: endTurn'),
    ignored('the check left before the newest evidence of the turn', 'old check: it runs',
      'old check: it waits'),
    ignored(OWN_ONLY, ...ANOTHER_RUNS, 'check: unknown run runs', 'check: somebody runs',
      'check: no question', ...IDLE, 'check: failed', 'old check: another turn runs',
      'old check: unknown run runs', 'old check: somebody runs', 'old check: no question', 'old check: idle',
      'old check: absent'),
    ignored('nobody here has heard of it', 'time: silence', 'time: expiry', 'time: wake', ...STARTED_BEHIND,
      ...ANOTHER_USER, 'person: closes', 'app: re-keys'),
  ),

  guessed: row(
    never, noQuestion,
    becomes('guessed', 'confirmRunning', ...SHOWS_RUN, 'question: it asks', 'start: its guess',
      'progress: its guess'),
    // A guess gives no witnessed end: what is told of it is kept, until it is proven.
    becomes('guessed', 'endOfGuess', 'end: it', 'end: its guess', 'end: it, undelivered'),
    becomes('guessed', 'settleNamed', 'check: it is over', 'check: its guess is over',
      'check: another runs, it is over'),
    becomes('guessed', 'verify', 'check: it runs', 'check: its guess runs', 'check: it waits',
      'old check: it runs', 'old check: it waits'),
    becomes('bound', 'bindRun', 'progress: turn and run'),
    becomes('bound', 'accept', 'send: accepted', 'send: accepted, queued', 'send: accepted with a run',
      'send: accepted with its guess'),
    becomes('unplaced', 'releaseGuess', 'send: accepted with another run'),
    // Nothing else is shown there, and it is at work.
    becomes('bound', 'showOther', ...REFUSED),
    becomes('unknown', 'settle', ...TURN_IS_GONE, 'app: endTurn', 'app: endTurn of its guess',
      'person: closes'),
    becomes('unknown', 'changeUser', 'user: another'),
    becomes('guessed', 'rekeyTurns', 'app: re-keys'),
    cannot(NO_RUN, ...BOUND),
    ignored('its turn keeps it: nothing inferred ends a turn whose request is open', ...ANOTHER_RUNS,
      'check: unknown run runs', 'check: somebody runs', ...IDLE, 'check: failed', ...STARTED_BEHIND,
      ...LISTING),
    ignored('that the turn runs does not prove that it is its run', 'check: no question',
      'old check: no question'),
    ignored('the check left before the newest evidence', 'old check: another turn runs',
      'old check: unknown run runs', 'old check: somebody runs', 'old check: idle', 'old check: absent',
      'old check: it is over', 'old check: another runs, it is over'),
    ignored('its turn has the next check', 'request ended', 'time: silence', 'time: expiry', 'time: wake',
      'backend: restarted', 'keeper: another'),
  ),

  bound: row(
    never, noQuestion,
    becomes('bound', 'confirmRunning', ...SHOWS_RUN, 'progress: turn and run', 'question: it asks',
      'start: its run', 'progress: its run'),
    becomes('bound', 'verify', 'check: it runs', 'check: it waits', 'check: no question',
      'old check: it runs', 'old check: it waits', 'old check: no question'),
    becomes('ended', 'endBySignal', 'end: it', 'end: it, undelivered', 'end: its run'),
    becomes('ended', 'settleNamed', ...CHECKED_OVER),
    becomes('ended', 'concludedEnd', ...IDLE),
    becomes('ended', 'supersede', ...STARTED_BEHIND, ...ANOTHER_RUNS, 'check: unknown run runs'),
    becomes('ended', 'settle', ...TURN_IS_GONE, ...LISTING, 'app: endTurn', 'person: closes'),
    becomes('unknown', 'changeUser', 'user: another'),
    becomes('bound', 'rekeyTurns', 'app: re-keys'),
    cannot(NO_GUESS, ...GUESS_ONLY),
    ignored('it is bound already', 'send: accepted', 'send: accepted, queued', 'send: accepted with a run',
      ...REFUSED),
    ignored('the check left before the newest evidence', 'old check: another turn runs',
      'old check: unknown run runs', 'old check: somebody runs', 'old check: idle', 'old check: absent',
      'old check: it is over', 'old check: another runs, it is over'),
    ignored('its turn has the next check', 'request ended', 'check: somebody runs', 'check: failed',
      'time: silence', 'time: expiry', 'time: wake', 'backend: restarted', 'keeper: another'),
  ),

  unplaced: row(
    never, apart, noQuestion,
    becomes('unplaced', 'seeUnplacedRun', ...SHOWS_RUN, 'question: it asks'),
    becomes('bound', 'bindRun', 'progress: turn and run'),
    becomes('bound', 'adoptTurn', 'check: it runs', 'check: it waits', 'old check: it runs',
      'old check: it waits'),
    becomes('bound', 'acceptWithRun', 'send: accepted with a run'),
    // It began after the next prompt had left: most likely it is its run.
    becomes('guessed', 'promoteNext', ...STARTED_BEHIND),
    becomes('ended', 'endUnplacedRun', 'end: it', 'end: it, undelivered', ...CHECKED_OVER, 'app: endTurn'),
    becomes('beside', 'demoteUnplacedRun', ...IDLE),
    becomes('unplaced', 'placeOthers', ...ANOTHER_RUNS, 'check: unknown run runs', 'check: somebody runs',
      'check: no question', 'old check: another turn runs', 'old check: unknown run runs',
      'old check: somebody runs', 'old check: no question'),
    becomes('unplaced', 'endCheck', 'check: failed'),
    becomes('unplaced', 'reasonToCheck', 'request ended'),
    becomes('unplaced', 'startCheck', 'time: silence'),
    becomes('unplaced', 'wakeEntry', 'time: wake'),
    becomes('unplaced', 'rekeyTurns', 'app: re-keys'),
    becomes('unknown', 'closeConversation', 'person: closes'),
    becomes('unknown', 'changeUser', 'user: another'),
    becomes('unplaced', 'placeOthers', 'old check: another runs, it is over'),
    ignored('the check left before its newest evidence', 'old check: idle', 'old check: absent',
      'old check: it is over'),
    ignored('it has no expiry: a check places it', 'time: expiry'),
  ),

  beside: row(
    never, apart, noQuestion,
    becomes('beside', 'seeBackgroundRun', ...SHOWS_RUN, 'question: it asks'),
    becomes('bound', 'bindRun', 'progress: turn and run'),
    becomes('bound', 'adoptTurn', 'check: it runs', 'check: it waits'),
    becomes('bound', 'acceptWithRun', 'send: accepted with a run'),
    becomes('ended', 'endBackgroundRun', 'end: it', 'end: it, undelivered', ...CHECKED_OVER, 'app: endTurn'),
    becomes('ended', 'expireBackgroundRuns', 'time: expiry'),
    becomes('beside', 'wakeEntry', 'time: wake'),
    becomes('beside', 'rekeyTurns', 'app: re-keys'),
    becomes('unknown', 'closeConversation', 'person: closes'),
    becomes('unknown', 'changeUser', 'user: another'),
    ignored('the check left before the newest evidence', 'old check: it runs', 'old check: it waits',
      'old check: it is over', 'old check: another runs, it is over'),
    ignored('status checks tell of turns: it expires by itself', ...ANOTHER_RUNS, 'check: unknown run runs',
      'check: somebody runs', 'check: no question', ...IDLE, 'check: failed', 'old check: another turn runs',
      'old check: unknown run runs', 'old check: somebody runs', 'old check: no question', 'old check: idle',
      'old check: absent', 'request ended', 'time: silence', ...STARTED_BEHIND),
  ),

  ended: row(
    never, apart, noQuestion,
    // A new start of it opens it again; anything else may be late.
    becomes('beside', 'seeBackgroundRun', 'start: it'),
    becomes('bound', 'bindRun', 'progress: turn and run'),
    becomes('bound', 'adoptTurn', 'check: it runs', 'check: it waits'),
    becomes('bound', 'acceptWithRun', 'send: accepted with a run'),
    becomes('ended', 'rekeyTurns', 'app: re-keys'),
    becomes('unknown', 'changeUser', 'user: another'),
    ignored('it is over: a late signal does not open it again', 'progress: it', 'end: it',
      'end: it, undelivered', 'retry: it', 'pause: it', 'question: it asks', 'request ended', ...CHECKED_OVER,
      'old check: it is over', 'old check: another runs, it is over', 'app: endTurn'),
    ignored(OWN_ONLY, ...ANOTHER_RUNS, 'check: unknown run runs', 'check: somebody runs',
      'check: no question', ...IDLE, 'check: failed', 'old check: another turn runs',
      'old check: unknown run runs', 'old check: somebody runs', 'old check: no question', 'old check: idle',
      'old check: absent'),
    becomes('bound', 'adoptTurn', 'old check: it runs', 'old check: it waits'),
    ignored('it is over', 'time: silence', 'time: expiry', 'time: wake', ...STARTED_BEHIND, 'person: closes'),
  ),
}

const WORKS = ['start: it', 'progress: it', 'retry: it'] as const

/** Nothing that happens to the turn happens to the helper. */
// prettier-ignore
const beside = row(
  ignored(OTHER, ...BOUND, ...UNNAMED, ...BEFORE, ...BEHIND, ...UNKNOWN_RUN, ...UNKNOWN_TURN, 'helper opened',
    'progress: turn and run', 'question: unnamed', ...HINTS, ...REPORTED),
  ignored(NEIGHBOUR, ...STATED, 'session stop: asked', ...LISTING, 'time: hard limit', 'app: endTurn unnamed',
    ...ANOTHER_RUNS, 'check: unknown run runs', 'check: somebody runs', ...IDLE, 'check: failed',
    'old check: another turn runs', 'old check: unknown run runs', 'old check: somebody runs',
    'old check: no question', 'old check: idle', 'old check: absent', ...OLD_OVER),
  ignored(NOTHING_TO_SAY, 'send: claimed', 'send: accepted', 'send: accepted, queued',
    'send: accepted with a run', ...REFUSED, 'send: lost', ...STOP_ANSWERS, 'answer: already resolved',
    'answer: gone', 'answer: refused', 'answer: lost', 'time: silence', ...ENVIRONMENT, 'person: stops',
    'person: withdraws', ...QUEUE_ACTS, 'person: retries', 'person: prompts again', 'person: steers'),
  cannot(NO_GUESS, ...GUESS_ONLY),
  cannot(NO_STOP_PENDING, ...SESSION_STOP_ANSWERED),
)

// prettier-ignore
export const backgroundRunTable: Table<BackgroundRunState> = {
  unknown: row(
    beside, noQuestion,
    becomes('running', 'seeBackgroundRun', ...WORKS),
    becomes('paused', 'seeBackgroundRun', 'pause: it'),
    becomes('waiting', 'openQuestion', 'question: it asks'),
    ignored('what is over opens nothing', 'end: it', 'end: it, undelivered', ...CHECKED_OVER, 'app: endTurn'),
    ignored('a status answer does not say that it is a helper', 'check: it runs', 'check: it waits',
      'check: no question', 'old check: it runs', 'old check: it waits'),
    ignored('nobody here has heard of it', 'time: expiry', 'time: wake', ...ANOTHER_USER, 'person: closes',
      'app: re-keys'),
  ),

  running: row(
    beside, noQuestion,
    becomes('running', 'seeBackgroundRun', ...WORKS, 'check: it runs'),
    becomes('paused', 'seeBackgroundRun', 'pause: it'),
    becomes('waiting', 'openQuestion', 'question: it asks', 'check: it waits', 'old check: it waits'),
    becomes('ended', 'endBackgroundRun', 'end: it', 'end: it, undelivered', ...CHECKED_OVER, 'app: endTurn'),
    becomes('ended', 'expireBackgroundRuns', 'time: expiry'),
    becomes('running', 'wakeEntry', 'time: wake'),
    becomes('running', 'rekeyTurns', 'app: re-keys'),
    becomes('unknown', 'closeConversation', 'person: closes'),
    becomes('unknown', 'changeUser', 'user: another'),
    ignored('it has asked nothing', 'check: no question'),
    ignored('the check left before its newest evidence', 'old check: it runs'),
  ),

  // Never swept while it is paused.
  paused: row(
    beside, noQuestion,
    becomes('running', 'seeBackgroundRun', ...WORKS, 'check: it runs'),
    becomes('paused', 'seeBackgroundRun', 'pause: it'),
    becomes('waiting', 'openQuestion', 'question: it asks', 'check: it waits', 'old check: it waits'),
    becomes('ended', 'endBackgroundRun', 'end: it', 'end: it, undelivered', ...CHECKED_OVER, 'app: endTurn'),
    becomes('paused', 'expireBackgroundRuns', 'time: expiry'),
    becomes('paused', 'wakeEntry', 'time: wake'),
    becomes('paused', 'rekeyTurns', 'app: re-keys'),
    becomes('unknown', 'closeConversation', 'person: closes'),
    becomes('unknown', 'changeUser', 'user: another'),
    ignored('it has asked nothing', 'check: no question'),
    ignored('the check left before its newest evidence', 'old check: it runs'),
  ),

  // Never swept while it waits for a person.
  waiting: row(
    beside,
    becomes('waiting', 'seeBackgroundRun', ...SHOWS_RUN, 'question: it asks', 'check: it runs',
      'check: it waits'),
    becomes('running', 'closeQuestions', 'question: resolved', 'answer: accepted', 'person: cancels question',
      'check: no question'),
    becomes('waiting', 'editQuestion', 'person: answers'),
    becomes('running', 'expireQuestions', 'time: question over'),
    becomes('ended', 'endBackgroundRun', 'end: it', 'end: it, undelivered', ...CHECKED_OVER, 'app: endTurn'),
    becomes('waiting', 'expireBackgroundRuns', 'time: expiry'),
    becomes('waiting', 'wakeEntry', 'time: wake'),
    becomes('waiting', 'rekeyTurns', 'app: re-keys'),
    becomes('unknown', 'closeConversation', 'person: closes'),
    becomes('unknown', 'changeUser', 'user: another'),
    ignored('the check left before its newest evidence', 'old check: it runs', 'old check: it waits'),
  ),

  ended: row(
    beside, noQuestion,
    // A new start of it opens it again; anything else may be late.
    becomes('running', 'seeBackgroundRun', 'start: it'),
    becomes('ended', 'rekeyTurns', 'app: re-keys'),
    becomes('unknown', 'changeUser', 'user: another'),
    ignored('it is over: a late signal does not open it again', 'progress: it', 'retry: it', 'pause: it', 'end: it',
      'end: it, undelivered', 'question: it asks', 'check: it runs', 'check: it waits', 'check: no question',
      'check: it is over', 'check: another runs, it is over', 'old check: it runs', 'old check: it waits',
      'app: endTurn', 'time: expiry', 'time: wake', 'person: closes'),
  ),
}
