/** The table of status checks: whether, and when, the server is asked. Evidence comes after a second. */
// prettier-ignore
import {
  ACCEPTANCES, GUESS_ANSWERS, GUESS_ONLY, IDLE, REFUSED_OR_LOST, SESSION_STOP_ANSWERED,
} from './groups'
// prettier-ignore
import {
  ANSWER_ANSWERS, BEFORE, BOUND, HINTS, LISTING, NAMED, OLD_CHECKS, QUEUE_ACTS, STOP_ANSWERS, TIME,
  becomes, cannot, ignored, row,
} from './types'
import type { StatusCheckState, Table } from './types'

const NO_REASON = 'it is no reason to check, and settles none'
const NO_GUESS = 'in this state no run is guessed'
const SESSION_ENDED = 'the stop of the session has ended the turn'

// prettier-ignore
const SHOWS_TURN = ['start: it', 'progress: it', 'progress: turn and run', 'retry: it', 'pause: it', 'start: its run',
  'progress: its run', 'start: its guess', 'progress: its guess', 'start: unnamed', 'progress: unnamed',
  'question: it asks', 'question: unnamed', 'reported: busy'] as const
// prettier-ignore
const SHOWS_ANOTHER = ['start: unknown run', 'progress: unknown run', 'start: unknown turn',
  'progress: unknown turn', 'start: older run'] as const
const OTHERS_RUN = [
  'check: another turn runs',
  'check: another turn runs, late',
  'check: unknown run runs',
] as const
// prettier-ignore
const CHECKED_RUNNING = ['check: it runs', 'check: it waits', 'check: no question',
  'check: somebody runs'] as const
const STATED_INACTIVE = ['stated: ready', 'stated: interrupted', 'stated: stopped', 'stated: error'] as const
// prettier-ignore
const INFERRED_ENDS = [...STATED_INACTIVE, 'app: endTurn of its guess', 'session stop: asked', ...LISTING,
  'time: hard limit'] as const
// prettier-ignore
const WITNESSED_ENDS = ['end: it', 'end: it, undelivered', 'end: its run', 'app: endTurn',
  'app: endTurn unnamed'] as const
/** Something may have happened, and it is not said to whom. */
// prettier-ignore
const REASONS = ['end: unnamed', 'end: its guess', 'end: unknown run', 'end: unknown turn', ...HINTS,
  'reported: idle', 'reported: error'] as const
// prettier-ignore
const PERSON_ELSE = ['person: withdraws', ...QUEUE_ACTS, 'person: retries', 'person: prompts again', 'person: steers',
  'person: answers', 'person: cancels question'] as const

// prettier-ignore
const never = row(
  ignored(NO_REASON, ...BEFORE, 'end: turn behind', 'helper opened', 'question: resolved', 'stated: starting',
    'stated: running', 'send: claimed', ...REFUSED_OR_LOST, ...STOP_ANSWERS, ...ANSWER_ANSWERS,
    'time: expiry', 'time: question over', 'restored', ...PERSON_ELSE),
  cannot(SESSION_ENDED, ...SESSION_STOP_ANSWERED),
  becomes('not needed', 'changeUser', 'user: another'),
)
/** What a check tells that leaves, or has left, after the newest evidence. */
// prettier-ignore
const answered = row(
  becomes('scheduled', 'running', ...CHECKED_RUNNING, 'check: its guess runs', ...OTHERS_RUN,
    'check: another runs, it is over'),
  becomes('not needed', 'idle', ...IDLE, 'check: it is over', 'check: its guess is over'),
  becomes('scheduled', 'endCheck', 'check: failed'),
)

// prettier-ignore
export const statusCheckTable: Table<StatusCheckState> = {
  // The turn has ended, witnessed, a moment ago.
  'not needed': row(
    becomes('due', 'runsUnnamed', 'start: unnamed', 'progress: unnamed', 'reported: busy',
      'question: unnamed'),
    becomes('due', 'acknowledge', 'stated: running'),
    // A session that starts, and has no turn.
    becomes('scheduled', 'acknowledge', 'stated: starting'),
    becomes('scheduled', 'adoptTurn', ...SHOWS_ANOTHER, ...OTHERS_RUN, 'check: another runs, it is over',
      'old check: another turn runs', 'old check: unknown run runs', 'old check: another runs, it is over'),
    // The server may lag behind.
    becomes('scheduled', 'runsUnnamed', 'check: somebody runs'),
    becomes('scheduled', 'submit', 'person: retries', 'person: prompts again'),
    cannot(NO_GUESS, ...GUESS_ONLY),
    cannot('a turn that waits behind it would run now', 'start: turn behind', 'progress: turn behind',
      'end: turn behind'),
    cannot('the turn has ended, and not by the stop of its session', ...SESSION_STOP_ANSWERED),
    ignored('nothing goes on', ...NAMED, ...BOUND, 'end: unnamed', ...BEFORE, 'end: unknown run',
      'end: unknown turn', 'progress: turn and run', 'retry: it', 'pause: it', 'end: it, undelivered', 'helper opened',
      'question: it asks', 'question: resolved', ...HINTS, 'reported: idle', 'reported: error',
      ...STATED_INACTIVE, 'session stop: asked', ...LISTING, 'check: it runs',
      'check: it waits', 'check: no question', ...IDLE, 'check: it is over', 'check: failed',
      'old check: it runs', 'old check: somebody runs', 'old check: it waits', 'old check: no question',
      'old check: idle', 'old check: absent', 'old check: it is over', 'send: claimed', ...ACCEPTANCES,
      ...REFUSED_OR_LOST, ...STOP_ANSWERS, ...ANSWER_ANSWERS, ...TIME, 'stream: dropped', 'stream: opened',
      'backend: restarted', 'keeper: another', 'restored', 'user: another', 'person: stops',
      'person: withdraws', ...QUEUE_ACTS, 'person: closes', 'person: steers', 'person: answers', 'person: cancels question',
      'app: endTurn', 'app: endTurn unnamed', 'app: re-keys'),
  ),

  // The turn runs, and silence about it would be a reason to check.
  scheduled: row(
    never, answered,
    becomes('scheduled', 'watchedTurn', ...SHOWS_TURN, 'start: turn behind', 'progress: turn behind'),
    becomes('scheduled', 'running', 'old check: it runs', 'old check: another turn runs',
      'old check: unknown run runs', 'old check: somebody runs', 'old check: it waits',
      'old check: no question', 'old check: another runs, it is over'),
    becomes('scheduled', 'idle', 'old check: idle', 'old check: absent', 'old check: it is over'),
    becomes('scheduled', 'accept', ...ACCEPTANCES, 'send: accepted with its guess'),
    becomes('due', 'releaseGuess', 'send: accepted with another run'),
    becomes('scheduled', 'requestStop', 'person: stops'),
    becomes('scheduled', 'streamDown', 'stream: dropped'),
    becomes('scheduled', 'rekeyTurns', 'app: re-keys'),
    becomes('due', 'requestCheck', ...REASONS, ...SHOWS_ANOTHER),
    becomes('due', 'streamUp', 'stream: opened'),
    becomes('due', 'suspectRestart', 'backend: restarted'),
    becomes('due', 'wakeEntry', 'time: wake'),
    becomes('due', 'attach', 'keeper: another'),
    becomes('in flight', 'startCheck', 'time: silence'),
    becomes('not needed', 'settle', ...WITNESSED_ENDS, ...INFERRED_ENDS, 'person: closes'),
  ),

  // There is a reason to check, and the turn runs.
  due: row(
    never, answered,
    becomes('in flight', 'startCheck', 'time: silence'),
    // A certain end answers what there was to check; an inferred one does not.
    becomes('not needed', 'settle', ...WITNESSED_ENDS, 'person: closes'),
    becomes('due', 'wakeEntry', 'time: wake'),
    becomes('due', 'rekeyTurns', 'app: re-keys'),
    ignored('the reason stands: evidence and older answers do not settle it', ...SHOWS_TURN,
      'start: turn behind', 'progress: turn behind', ...OLD_CHECKS, ...ACCEPTANCES, ...GUESS_ANSWERS,
      'person: stops', ...INFERRED_ENDS),
    ignored('it is due already', ...REASONS, ...SHOWS_ANOTHER, 'stream: dropped', 'stream: opened',
      'backend: restarted', 'keeper: another'),
  ),

  // It left after the newest evidence.
  'in flight': row(
    never, answered,
    becomes('in flight', 'watchedTurn', ...SHOWS_TURN, 'start: turn behind', 'progress: turn behind'),
    becomes('in flight', 'running', 'old check: it runs', 'old check: another turn runs',
      'old check: unknown run runs', 'old check: somebody runs', 'old check: it waits',
      'old check: no question', 'old check: another runs, it is over'),
    becomes('in flight', 'idle', 'old check: idle', 'old check: absent', 'old check: it is over'),
    becomes('in flight', 'accept', ...ACCEPTANCES, 'send: accepted with its guess'),
    becomes('due', 'releaseGuess', 'send: accepted with another run'),
    becomes('in flight', 'requestStop', 'person: stops'),
    becomes('in flight', 'streamDown', 'stream: dropped'),
    becomes('in flight', 'rekeyTurns', 'app: re-keys'),
    // A newer reason: the answer that is awaited does not settle it.
    becomes('due', 'requestCheck', ...REASONS, ...SHOWS_ANOTHER),
    becomes('due', 'streamUp', 'stream: opened'),
    becomes('due', 'suspectRestart', 'backend: restarted'),
    becomes('due', 'wakeEntry', 'time: wake'),
    // Nobody hears its answer any more.
    becomes('due', 'attach', 'keeper: another'),
    becomes('in flight', 'startCheck', 'time: silence'),
    // Its answer is of no use any more.
    becomes('in flight', 'settle', ...WITNESSED_ENDS, ...INFERRED_ENDS, 'person: closes'),
  ),
}
