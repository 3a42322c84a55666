/** The table of sends, with what becomes of their texts. */
// prettier-ignore
import {
  ACCEPTANCES, ANOTHER_RUNS, CHECKED_OVER, CHECKED_RUNS, GUESS_ONLY, IDLE, IDLE_LATER, OLD_OTHERS, OLD_OVER,
  OLD_RUNS, REFUSED_OR_LOST, SESSION_STOP_ANSWERED, SHOWS_IT, STARTED_BEHIND, STATED_GONE,
} from './groups'
// prettier-ignore
import {
  ANOTHER_USER, ANSWER_ANSWERS, BEFORE, BEHIND, BOUND, GUESSED, HINTS, LISTING, NAMED, OLD_CHECKS,
  OTHER_SIGNALS, QUESTIONS, QUEUE_ACTS, REPORTED, SESSION_STOP, STATED, STOP_ANSWERS, TIME, UNKNOWN_RUN,
  UNKNOWN_TURN, UNNAMED, becomes, cannot, ignored, row,
} from './types'
import type { SendState, Table } from './types'

const NOT_OF_IT = 'it says nothing of this send'
const NO_PROOF = 'it does not name the turn: no proof that the text arrived'
const CLOSED = 'the request is closed, or never left'
const NO_RUN = 'in this state no run is bound'
const NO_GUESS = 'in this state no run is guessed'
const IN_FRONT = 'it is about the turn in front'
const SESSION_ENDED = 'the stop of the session has ended the turn'

const SAID_OVER = ['end: it', ...CHECKED_OVER, 'app: endTurn'] as const

/** What no send hears. */
// prettier-ignore
const never = row(
  ignored(NOT_OF_IT, ...BEFORE, ...UNKNOWN_TURN, 'helper opened', 'end: turn behind', 'question: resolved',
    'error: unnamed', 'request ended', 'history: complete', ...REPORTED, 'stated: starting', ...STOP_ANSWERS,
    ...ANSWER_ANSWERS, 'check: failed', 'time: silence', 'time: expiry', 'time: question over', 'time: wake', 'stream: dropped',
    'stream: opened', 'backend: restarted', 'person: retries', 'person: prompts again',
    'person: steers', 'person: answers', 'person: cancels question', 'app: re-keys'),
  becomes('none', 'changeUser', 'user: another'),
)
/** That it has left is known already. */
const known = ignored(NOT_OF_IT, 'restored')

/** What a send in front hears of a session that goes, and of its turn's end without a word about it. */
// prettier-ignore
const interrupted = <const State extends SendState>(state: State) => row(
  becomes(state, 'endOfSession', ...STATED_GONE),
  becomes(state, 'requestSessionStop', 'session stop: asked'),
  becomes(state, 'turnOverdue', 'time: hard limit'),
  becomes(state, 'closeConversation', 'person: closes'),
  becomes(state, 'endByApp', 'app: endTurn of its guess'),
  cannot(SESSION_ENDED, ...SESSION_STOP_ANSWERED),
)

// prettier-ignore
export const sendTable: Table<SendState> = {
  none: row(
    becomes('accepted', 'adoptTurn', ...SHOWS_IT, 'question: it asks', ...CHECKED_RUNS, ...OLD_RUNS),
    becomes('accepted', 'restore', 'restored'),
    cannot(NO_RUN, ...BOUND),
    cannot(NO_GUESS, ...GUESS_ONLY),
    cannot('nothing waits behind a turn that is not there', ...BEHIND),
    ignored('nothing was sent', 'end: it', 'end: it, undelivered', ...UNNAMED, ...BEFORE, ...UNKNOWN_RUN,
      ...UNKNOWN_TURN, 'helper opened', 'question: unnamed', 'question: resolved', ...HINTS, ...REPORTED,
      ...STATED, ...SESSION_STOP, ...LISTING, ...ANOTHER_RUNS, 'check: unknown run runs',
      'check: somebody runs', ...IDLE, 'check: it is over', 'check: another runs, it is over',
      'check: failed', ...OLD_OTHERS, ...OLD_OVER, 'send: claimed', ...ACCEPTANCES, ...REFUSED_OR_LOST,
      ...STOP_ANSWERS, ...ANSWER_ANSWERS, ...TIME, 'stream: dropped', 'stream: opened', 'backend: restarted',
      'keeper: another', ...ANOTHER_USER, 'person: stops', 'person: withdraws', ...QUEUE_ACTS, 'person: closes',
      'person: retries', 'person: prompts again', 'person: steers', 'person: answers',
      'person: cancels question', 'app: endTurn', 'app: endTurn unnamed', 'app: re-keys'),
  ),

  unsent: row(
    never,
    becomes('sending', 'claimSend', 'send: claimed'),
    // It was sent from elsewhere: it does not leave again.
    becomes('unconfirmed', 'sentElsewhere', 'restored'),
    // It left through another keeper, or the app.
    becomes('accepted', 'moveToFront', ...SHOWS_IT, 'question: it asks', ...CHECKED_RUNS, ...OLD_RUNS),
    becomes('held', 'accept', ...ACCEPTANCES),
    becomes('delivered', 'settle', ...SAID_OVER),
    becomes('returned', 'settle', 'end: it, undelivered', 'person: withdraws', 'person: clears queue', 'person: stops',
      'person: closes'),
    cannot(NO_RUN, ...BOUND),
    cannot(NO_GUESS, ...GUESS_ONLY),
    ignored(IN_FRONT, ...UNNAMED, ...UNKNOWN_RUN, ...STARTED_BEHIND, 'question: unnamed', 'stated: running',
      'stated: ready', ...STATED_GONE, ...SESSION_STOP, ...LISTING, ...ANOTHER_RUNS,
      'check: unknown run runs', 'check: somebody runs', 'check: idle early', ...IDLE_LATER, ...OLD_OTHERS,
      'app: endTurn unnamed'),
    ignored('the check left before it was submitted', ...OLD_OVER),
    ignored(CLOSED, ...REFUSED_OR_LOST, 'keeper: another'),
    ignored('it has no limit before it leaves', 'time: hard limit'),
    ignored('it is first already; what is in front of it is stopped', 'person: sends now'),
    ignored('it waits, with whatever text', 'person: edits', 'person: moves', 'person: holds queue',
      'person: lets queue go on'),
  ),

  sending: row(
    never, known, interrupted('returned, perhaps arrived'),
    becomes('accepted', 'confirmRunning', 'start: it', 'progress: it', 'progress: turn and run', 'retry: it', 'pause: it',
      'question: it asks'),
    becomes('accepted', 'verify', 'check: it runs', 'check: it waits', 'check: no question', ...OLD_RUNS),
    becomes('accepted', 'accept', 'send: accepted', 'send: accepted with a run',
      'send: accepted with another run'),
    becomes('held', 'accept', 'send: accepted, queued'),
    becomes('delivered', 'accept', 'send: accepted with its guess'),
    becomes('unsent', 'refusedAsBusy', 'send: refused as busy'),
    becomes('returned', 'refusedForGood', 'send: refused', 'send: refused as gone'),
    becomes('unconfirmed', 'lose', 'send: lost'),
    becomes('unconfirmed', 'unconfirm', 'check: idle late', 'check: another turn runs, late'),
    becomes('unconfirmed', 'attach', 'keeper: another'),
    becomes('delivered', 'settle', ...SAID_OVER, 'app: endTurn unnamed'),
    becomes('returned, perhaps arrived', 'endBySignal', 'end: it, undelivered'),
    cannot(NO_RUN, ...BOUND),
    ignored(NO_PROOF, ...UNNAMED, ...GUESSED, ...UNKNOWN_RUN, ...STARTED_BEHIND, 'question: unnamed',
      'stated: running', 'check: somebody runs', 'check: unknown run runs', 'check: its guess is over'),
    becomes('sending', 'verify', 'check: its guess runs'),
    ignored('its request is open: nothing inferred ends it', 'check: another turn runs', 'check: idle early',
      'check: idle', 'check: absent', ...OLD_OTHERS, ...OLD_OVER, 'stated: ready', ...LISTING),
    ignored('it has left already', 'send: claimed', 'person: withdraws', ...QUEUE_ACTS, 'person: stops'),
  ),

  unconfirmed: row(
    never, known, interrupted('returned, perhaps arrived'),
    becomes('accepted', 'confirmRunning', 'start: it', 'progress: it', 'progress: turn and run', 'retry: it', 'pause: it',
      'question: it asks'),
    becomes('accepted', 'verify', 'check: it runs', 'check: it waits', 'check: no question',
      'check: its guess runs', ...OLD_RUNS),
    becomes('accepted', 'accept', 'send: accepted', 'send: accepted with a run',
      'send: accepted with another run'),
    becomes('held', 'accept', 'send: accepted, queued'),
    becomes('delivered', 'accept', 'send: accepted with its guess'),
    becomes('delivered', 'settle', ...SAID_OVER, 'app: endTurn unnamed'),
    becomes('returned, perhaps arrived', 'supersede', ...STARTED_BEHIND, ...ANOTHER_RUNS),
    becomes('returned, perhaps arrived', 'concludedEnd', ...IDLE_LATER),
    becomes('returned, perhaps arrived', 'settleNamed', 'check: its guess is over'),
    becomes('returned, perhaps arrived', 'endOfSession', ...LISTING),
    becomes('returned, perhaps arrived', 'endBySignal', 'end: it, undelivered'),
    cannot(NO_RUN, ...BOUND),
    ignored(NO_PROOF, ...UNNAMED, ...GUESSED, ...UNKNOWN_RUN, 'question: unnamed', 'stated: running',
      'check: somebody runs', 'check: unknown run runs'),
    ignored('it may not be registered yet', 'check: idle early', 'stated: ready'),
    ignored('the check left before it was submitted', ...OLD_OTHERS, ...OLD_OVER),
    ignored(CLOSED, ...REFUSED_OR_LOST, 'keeper: another'),
    ignored('it has left already', 'send: claimed', 'person: withdraws', ...QUEUE_ACTS, 'person: stops'),
  ),

  // Accepted and then over, however: it was delivered.
  accepted: row(
    never, known, interrupted('delivered'),
    becomes('delivered', 'settle', ...SAID_OVER, 'end: its run', 'app: endTurn unnamed'),
    becomes('delivered', 'accept', 'send: accepted with its guess'),
    becomes('delivered', 'supersede', ...STARTED_BEHIND, ...ANOTHER_RUNS),
    becomes('delivered', 'concludedEnd', ...IDLE_LATER),
    becomes('delivered', 'settleNamed', 'check: its guess is over'),
    becomes('delivered', 'endOfSession', ...LISTING),
    becomes('held', 'accept', 'send: accepted, queued'),
    becomes('returned, perhaps arrived', 'endBySignal', 'end: it, undelivered'),
    ignored('it is accepted', 'start: it', 'progress: it', 'progress: turn and run', 'retry: it', 'pause: it',
      'question: it asks', 'check: it runs', 'check: it waits', 'check: no question', ...OLD_RUNS,
      'start: its run', 'progress: its run', ...GUESSED, ...UNNAMED, ...UNKNOWN_RUN, 'question: unnamed',
      'stated: running', 'stated: ready', 'check: somebody runs', 'check: unknown run runs',
      'check: its guess runs', 'check: idle early', ...OLD_OTHERS, ...OLD_OVER, 'send: accepted',
      'send: accepted with a run', 'send: accepted with another run'),
    ignored(CLOSED, ...REFUSED_OR_LOST, 'keeper: another'),
    ignored('it has left already', 'send: claimed', 'person: withdraws', ...QUEUE_ACTS, 'person: stops'),
  ),

  // The server queues it behind the turn in front.
  held: row(
    ignored(NOT_OF_IT, 'start: turn before', 'progress: turn before', ...UNKNOWN_TURN, 'helper opened',
      'end: turn behind', 'question: resolved', 'error: unnamed', 'request ended', 'history: complete',
      ...REPORTED, 'stated: starting', ...STOP_ANSWERS, ...ANSWER_ANSWERS, 'check: failed', 'time: silence',
      'time: expiry', 'time: question over', 'time: wake', 'stream: dropped', 'stream: opened', 'backend: restarted', 'restored',
      'person: retries', 'person: prompts again', 'person: steers', 'person: answers',
      'person: cancels question', 'app: re-keys'),
    becomes('none', 'changeUser', 'user: another'),
    becomes('accepted', 'moveToFront', 'start: it', 'progress: it', 'progress: turn and run', 'retry: it', 'pause: it',
      'question: it asks', 'check: it runs', 'check: it waits', 'check: no question', ...OLD_RUNS,
      'start: its run', 'progress: its run'),
    becomes('accepted', 'bindStarted', 'check: unknown run runs'),
    // The turn in front is over: it is its turn.
    becomes('held', 'promoteNext', 'end: turn before', ...IDLE, ...ANOTHER_RUNS, 'stated: ready',
      'stated: interrupted', 'app: endTurn unnamed', ...STARTED_BEHIND, 'old check: another turn runs',
      'old check: unknown run runs', 'old check: idle', 'old check: absent', ...OLD_OVER),
    becomes('held', 'requestStop', 'person: stops', 'person: withdraws', 'person: clears queue'),
    ignored('the server holds it', 'person: edits', 'person: moves', 'person: sends now', 'person: holds queue',
      'person: lets queue go on'),
    becomes('held', 'accept', 'send: accepted with a run'),
    becomes('delivered', 'settle', ...SAID_OVER, 'end: its run'),
    becomes('returned, perhaps arrived', 'endOfSession', 'stated: stopped', 'stated: error',
      'session stop: asked', ...LISTING),
    becomes('returned, perhaps arrived', 'turnOverdue', 'time: hard limit'),
    becomes('returned, perhaps arrived', 'closeConversation', 'person: closes'),
    becomes('returned, perhaps arrived', 'endBySignal', 'end: it, undelivered'),
    cannot(NO_GUESS, ...GUESS_ONLY),
    cannot(SESSION_ENDED, ...SESSION_STOP_ANSWERED),
    ignored(IN_FRONT, ...UNNAMED, ...UNKNOWN_RUN, 'question: unnamed', 'stated: running',
      'check: somebody runs', 'old check: somebody runs'),
    ignored('it is held already', 'send: accepted', 'send: accepted, queued'),
    ignored(CLOSED, ...REFUSED_OR_LOST, 'keeper: another'),
    cannot('a turn is in front of it', 'send: claimed'),
  ),

  delivered: row(
    becomes('none', 'changeUser', 'user: another'),
    cannot(NO_GUESS, ...GUESS_ONLY),
    cannot('the turn has ended, and not by the stop of its session', ...SESSION_STOP_ANSWERED),
    ignored('it has arrived, and its turn is over', ...NAMED, ...BOUND, ...UNNAMED, ...BEFORE, ...BEHIND,
      ...UNKNOWN_RUN, ...UNKNOWN_TURN, ...OTHER_SIGNALS, ...QUESTIONS, ...HINTS, ...REPORTED, ...STATED,
      'session stop: asked', ...LISTING, 'check: it runs', 'check: it waits', 'check: no question',
      ...ANOTHER_RUNS, 'check: unknown run runs', 'check: somebody runs', ...IDLE, 'check: it is over',
      'check: another runs, it is over', 'check: failed', ...OLD_CHECKS, 'send: claimed', ...ACCEPTANCES,
      ...REFUSED_OR_LOST, ...STOP_ANSWERS, ...ANSWER_ANSWERS, ...TIME, 'stream: dropped', 'stream: opened',
      'backend: restarted', 'keeper: another', 'restored', 'person: stops', 'person: withdraws', ...QUEUE_ACTS,
      'person: closes', 'person: retries', 'person: prompts again', 'person: steers', 'person: answers',
      'person: cancels question', 'app: endTurn', 'app: endTurn unnamed', 'app: re-keys'),
  ),

  // A refusal may be a gateway's: what names the turn outweighs it.
  returned: row(
    becomes('accepted', 'revoke', ...SHOWS_IT, 'question: it asks', ...CHECKED_RUNS),
    becomes('unconfirmed', 'revoke', 'check: somebody runs'),
    becomes('accepted', 'acceptLate', 'send: accepted', 'send: accepted with a run'),
    becomes('held', 'acceptLate', 'send: accepted, queued'),
    becomes('delivered', 'correct', 'end: it', 'check: it is over', 'check: another runs, it is over',
      ...OLD_OVER),
    becomes('none', 'on(turnSubmitted)', 'person: retries'),
    becomes('none', 'changeUser', 'user: another'),
    cannot(NO_RUN, ...BOUND),
    cannot(NO_GUESS, ...GUESS_ONLY),
    cannot('the turn has ended, and not by the stop of its session', ...SESSION_STOP_ANSWERED),
    ignored('it is a draft', 'end: it, undelivered', ...UNNAMED, ...BEFORE, ...BEHIND, ...UNKNOWN_RUN,
      ...UNKNOWN_TURN, 'helper opened', 'question: unnamed', 'question: resolved', ...HINTS, ...REPORTED,
      ...STATED, 'session stop: asked', ...LISTING, ...ANOTHER_RUNS, 'check: unknown run runs', ...IDLE,
      'check: failed', ...OLD_RUNS, ...OLD_OTHERS, 'send: claimed', ...REFUSED_OR_LOST, ...STOP_ANSWERS,
      ...ANSWER_ANSWERS, ...TIME, 'stream: dropped', 'stream: opened', 'backend: restarted',
      'keeper: another', 'restored', 'person: stops', 'person: withdraws', ...QUEUE_ACTS, 'person: closes',
      'person: prompts again', 'person: steers', 'person: answers', 'person: cancels question',
      'app: endTurn', 'app: endTurn unnamed', 'app: re-keys'),
  ),

  'returned, perhaps arrived': row(
    becomes('accepted', 'revoke', ...SHOWS_IT, 'question: it asks', ...CHECKED_RUNS),
    becomes('unconfirmed', 'revoke', 'check: somebody runs', 'session stop: failed'),
    becomes('accepted', 'acceptLate', 'send: accepted', 'send: accepted with a run'),
    becomes('held', 'acceptLate', 'send: accepted, queued'),
    becomes('returned', 'on(sendRefused)', 'send: refused as busy', 'send: refused', 'send: refused as gone'),
    becomes('delivered', 'correct', 'end: it', 'check: it is over', 'check: another runs, it is over',
      ...OLD_OVER),
    becomes('none', 'on(turnSubmitted)', 'person: retries'),
    becomes('none', 'changeUser', 'user: another'),
    cannot(NO_RUN, ...BOUND),
    cannot(NO_GUESS, ...GUESS_ONLY),
    ignored('it is a draft', 'end: it, undelivered', ...UNNAMED, ...BEFORE, ...BEHIND, ...UNKNOWN_RUN,
      ...UNKNOWN_TURN, 'helper opened', 'question: unnamed', 'question: resolved', ...HINTS, ...REPORTED,
      ...STATED, 'session stop: asked', ...LISTING, ...ANOTHER_RUNS, 'check: unknown run runs', ...IDLE,
      'check: failed', ...OLD_RUNS, ...OLD_OTHERS, 'send: claimed', 'send: lost', ...STOP_ANSWERS,
      ...ANSWER_ANSWERS, ...TIME, 'stream: dropped', 'stream: opened', 'backend: restarted',
      'keeper: another', 'restored', 'person: stops', 'person: withdraws', ...QUEUE_ACTS, 'person: closes',
      'person: prompts again', 'person: steers', 'person: answers', 'person: cancels question',
      'app: endTurn', 'app: endTurn unnamed', 'app: re-keys'),
    // The stop of the session had ended it: that is so, and the text stays a draft.
    ignored('what became of the text is as unknown as before', 'session stop: confirmed'),
  ),
}
