/** The table of sessions, the processes behind conversations. In one that is active the turn of the scene runs. */
// prettier-ignore
import {
  ANOTHER_RUNS, CHECKED_OVER, CHECKED_RUNS, GUESS_ONLY, IDLE, OLD_OTHERS, OLD_OVER, OLD_RUNS, REFUSED,
  SESSION_STOP_ANSWERED,
} from './groups'
// prettier-ignore
import {
  ANOTHER_USER, ANSWER_ANSWERS, BEFORE, BEHIND, BOUND, ENVIRONMENT, GUESSED, HINTS, NAMED, QUESTIONS,
  QUEUE_ACTS, REPORTED, STOP_ANSWERS, TIME, UNKNOWN_RUN, UNKNOWN_TURN, UNNAMED, becomes, cannot, ignored,
  row,
} from './types'
import type { SessionState, Table } from './types'

const NOT_OF_IT = 'it says nothing of the session'
const NO_RUN = 'in this state no run is bound'
const NO_GUESS = 'in this state no run is guessed'
const NO_STOP = 'no stop of it is under way'
const SAME = 'it is told again'
const FOLLOWS = 'its turn goes on, and the session with it'

const SHOWS_TURN = [
  'start: it',
  'progress: it',
  'progress: turn and run',
  'retry: it',
  'pause: it',
  'question: it asks',
] as const
// prettier-ignore
const SEND = ['send: claimed', 'send: accepted', 'send: accepted, queued', 'send: accepted with a run',
  'send: lost'] as const
// prettier-ignore
const PERSON_ELSE = ['person: stops', 'person: withdraws', ...QUEUE_ACTS, 'person: retries', 'person: prompts again',
  'person: steers', 'person: answers', 'person: cancels question'] as const

// prettier-ignore
const never = row(
  ignored(NOT_OF_IT, ...BEFORE, 'end: unnamed', 'end: unknown run', 'end: unknown turn', 'helper opened',
    'question: resolved', ...HINTS, 'check: failed', ...STOP_ANSWERS, ...ANSWER_ANSWERS, 'time: silence',
    'time: hard limit', 'time: expiry', 'time: question over', 'time: wake', 'stream: dropped', 'stream: opened',
    'backend: restarted', ...PERSON_ELSE),
  cannot(NO_GUESS, ...GUESS_ONLY),
)
const gone = row(
  becomes('none', 'changeUser', 'user: another'),
  becomes('none', 'closeConversation', 'person: closes'),
)
const stops = becomes('being stopped', 'requestSessionStop', 'session stop: asked')

/** Nobody is at work in it, as far as is known: whoever shows to be makes it run. */
// prettier-ignore
const inactive = row(
  never, gone, stops,
  becomes('running', 'followTurns', ...SHOWS_TURN, 'start: unnamed', 'start: unknown run',
    'progress: unknown run', 'start: unknown turn', 'progress: unknown turn', 'start: older run',
    ...CHECKED_RUNS, ...ANOTHER_RUNS, 'check: unknown run runs', 'check: somebody runs',
    'check: another runs, it is over', 'restored'),
  becomes('running', 'stateSession', 'stated: running'),
  becomes('starting', 'stateSession', 'stated: starting'),
  cannot(NO_RUN, ...BOUND),
  cannot('no turn is in it', ...BEHIND),
  cannot(NO_STOP, ...SESSION_STOP_ANSWERED),
  ignored('a listing asks for those that are believed active', 'listing: without it'),
  ignored('nothing runs in it that could be over', 'end: it', 'end: it, undelivered', ...IDLE,
    'check: it is over', 'app: endTurn', 'app: endTurn unnamed'),
  ignored('it does not say who runs: a reason to check', 'progress: unnamed', 'question: unnamed'),
  ignored('the check left before the session was stated', ...OLD_RUNS, ...OLD_OTHERS, ...OLD_OVER),
  ignored('nobody here has sent anything into it', ...SEND, ...REFUSED),
  ignored(NOT_OF_IT, 'keeper: another'),
)

// prettier-ignore
export const sessionTable: Table<SessionState> = {
  // The turn runs, and nobody has spoken of its session.
  none: row(
    becomes('starting', 'stateSession', 'stated: starting'),
    becomes('running', 'stateSession', 'stated: running'),
    becomes('ready', 'stateSession', 'stated: ready'),
    becomes('interrupted', 'stateSession', 'stated: interrupted'),
    becomes('stopped', 'stateSession', 'stated: stopped'),
    becomes('error', 'stateSession', 'stated: error'),
    stops,
    cannot('no session is known', 'listing: without it', ...SESSION_STOP_ANSWERED),
    ignored('no session was ever spoken of', ...NAMED, ...BOUND, ...GUESSED, ...UNNAMED, ...BEFORE, ...BEHIND,
      ...UNKNOWN_RUN, ...UNKNOWN_TURN, 'progress: turn and run', 'retry: it', 'pause: it', 'end: it, undelivered',
      'helper opened', ...QUESTIONS, ...HINTS, ...REPORTED, ...CHECKED_RUNS, 'check: its guess runs',
      ...ANOTHER_RUNS, 'check: unknown run runs', 'check: somebody runs', ...IDLE, ...CHECKED_OVER,
      'check: its guess is over', 'check: failed', ...OLD_RUNS, ...OLD_OTHERS, ...OLD_OVER, ...SEND,
      ...REFUSED, 'send: accepted with its guess', 'send: accepted with another run',
      'app: endTurn of its guess', ...STOP_ANSWERS, ...ANSWER_ANSWERS, ...TIME, ...ENVIRONMENT,
      ...ANOTHER_USER, ...PERSON_ELSE, 'person: closes', 'app: endTurn', 'app: endTurn unnamed',
      'app: re-keys'),
  ),

  // The prompt is on its way into it.
  starting: row(
    never, gone, stops,
    becomes('running', 'followTurns', ...SHOWS_TURN, 'start: unnamed', 'progress: unnamed',
      'question: unnamed', 'start: unknown run', 'progress: unknown run', ...CHECKED_RUNS,
      'check: unknown run runs', ...OLD_RUNS, 'start: turn behind', 'progress: turn behind'),
    becomes('running', 'stateSession', 'stated: running'),
    becomes('ready', 'stateSession', 'stated: ready'),
    becomes('interrupted', 'stateSession', 'stated: interrupted'),
    becomes('stopped', 'stateSession', 'stated: stopped'),
    becomes('error', 'stateSession', 'stated: error'),
    becomes('ready', 'followEnd', 'end: it', 'end: it, undelivered', 'check: it is over', 'app: endTurn',
      'app: endTurn unnamed'),
    becomes('running', 'followTurns', 'check: another runs, it is over'),
    becomes('starting', 'reportSession', ...REPORTED),
    // A failed start shows; there is no binding that could be recovered.
    becomes('stopped', 'failSession', 'send: refused', 'send: refused as gone'),
    becomes('starting', 'rekeyConversation', 'app: re-keys'),
    cannot(NO_RUN, ...BOUND),
    cannot(NO_STOP, ...SESSION_STOP_ANSWERED),
    ignored(SAME, 'stated: starting'),
    ignored(NOT_OF_IT, 'end: turn behind'),
    ignored('its prompt may be what starts it', 'listing: without it'),
    ignored(FOLLOWS, 'start: unknown turn', 'progress: unknown turn', 'start: older run', ...SEND,
      'send: refused as busy', ...ANOTHER_RUNS, 'check: somebody runs', ...IDLE, ...OLD_OTHERS, ...OLD_OVER,
      'restored', 'keeper: another'),
  ),

  running: row(
    never, gone, stops,
    becomes('starting', 'stateSession', 'stated: starting'),
    becomes('ready', 'stateSession', 'stated: ready'),
    becomes('interrupted', 'stateSession', 'stated: interrupted'),
    becomes('stopped', 'stateSession', 'stated: stopped'),
    becomes('error', 'stateSession', 'stated: error'),
    // Its turn is over, and nothing else runs.
    becomes('ready', 'followEnd', 'end: it', 'end: it, undelivered', 'end: its run', ...IDLE,
      'check: it is over', 'app: endTurn', 'app: endTurn unnamed'),
    becomes('running', 'reportSession', ...REPORTED),
    becomes('stopped', 'loseSession', 'listing: without it'),
    becomes('running', 'rekeyConversation', 'app: re-keys'),
    cannot(NO_STOP, ...SESSION_STOP_ANSWERED),
    ignored(SAME, 'stated: running'),
    ignored(NOT_OF_IT, 'end: turn behind'),
    ignored(FOLLOWS, ...SHOWS_TURN, 'start: its run', 'progress: its run', 'start: unnamed',
      'progress: unnamed', 'question: unnamed', 'start: unknown run', 'progress: unknown run',
      'start: unknown turn', 'progress: unknown turn', 'start: older run', ...CHECKED_RUNS,
      'check: somebody runs', ...OLD_RUNS, ...OLD_OTHERS, ...OLD_OVER, ...SEND, ...REFUSED, 'restored',
      'keeper: another'),
    ignored('another turn runs in it now', 'start: turn behind', 'progress: turn behind', ...ANOTHER_RUNS,
      'check: unknown run runs', 'check: another runs, it is over'),
  ),

  ready: row(
    inactive,
    becomes('ready', 'reportSession', ...REPORTED),
    becomes('interrupted', 'stateSession', 'stated: interrupted'),
    becomes('stopped', 'stateSession', 'stated: stopped'),
    becomes('error', 'stateSession', 'stated: error'),
    becomes('ready', 'rekeyConversation', 'app: re-keys'),
    ignored(SAME, 'stated: ready'),
  ),
  interrupted: row(
    inactive,
    becomes('interrupted', 'reportSession', ...REPORTED),
    becomes('ready', 'stateSession', 'stated: ready'),
    becomes('stopped', 'stateSession', 'stated: stopped'),
    becomes('error', 'stateSession', 'stated: error'),
    becomes('interrupted', 'rekeyConversation', 'app: re-keys'),
    ignored(SAME, 'stated: interrupted'),
  ),
  stopped: row(
    inactive,
    becomes('stopped', 'reportSession', ...REPORTED),
    becomes('ready', 'stateSession', 'stated: ready'),
    becomes('interrupted', 'stateSession', 'stated: interrupted'),
    becomes('error', 'stateSession', 'stated: error'),
    becomes('stopped', 'rekeyConversation', 'app: re-keys'),
    ignored(SAME, 'stated: stopped'),
  ),
  error: row(
    inactive,
    becomes('error', 'reportSession', ...REPORTED),
    becomes('ready', 'stateSession', 'stated: ready'),
    becomes('interrupted', 'stateSession', 'stated: interrupted'),
    becomes('stopped', 'stateSession', 'stated: stopped'),
    becomes('error', 'rekeyConversation', 'app: re-keys'),
    ignored(SAME, 'stated: error'),
  ),

  // Shown as stopped at once; its turn was ended by it, which is no more than inferred.
  'being stopped': row(
    never, gone,
    becomes('stopped', 'sessionStopAnswered', 'session stop: confirmed'),
    becomes('running', 'takeStopBack', 'session stop: failed', 'keeper: another'),
    becomes('stopped', 'stateSession', 'stated: stopped'),
    becomes('error', 'stateSession', 'stated: error'),
    // What it is without the stop.
    becomes('being stopped', 'stateSession', 'stated: starting', 'stated: ready', 'stated: interrupted'),
    becomes('being stopped', 'reportSession', ...REPORTED),
    becomes('being stopped', 'followTurns', ...SHOWS_TURN, 'start: its run', 'progress: its run',
      'start: unnamed', 'start: unknown run', 'progress: unknown run', 'start: unknown turn',
      'progress: unknown turn', 'start: older run', 'start: turn behind', 'progress: turn behind',
      ...CHECKED_RUNS, ...ANOTHER_RUNS, 'check: unknown run runs', 'check: somebody runs',
      'check: another runs, it is over', 'send: accepted', 'send: accepted, queued',
      'send: accepted with a run'),
    becomes('being stopped', 'rekeyConversation', 'app: re-keys'),
    ignored('a stop is under way', 'session stop: asked'),
    ignored(NOT_OF_IT, 'end: turn behind'),
    ignored(SAME, 'stated: running'),
    ignored('it is shown as stopped already', 'listing: without it', 'end: it', 'end: it, undelivered',
      'end: its run', ...IDLE, 'check: it is over', 'app: endTurn', 'app: endTurn unnamed', 'restored'),
    ignored('it does not say who runs: a reason to check', 'progress: unnamed', 'question: unnamed'),
    ignored('the check left before the stop', ...OLD_RUNS, ...OLD_OTHERS, ...OLD_OVER),
    ignored('its turn is over', 'send: claimed', 'send: lost', ...REFUSED),
  ),
}
