/**
 * Turns in an app without a status check: the evidence that means something else there than in `turnTable.ts`. All other
 * evidence means the same, which the tests show; answers of status checks there are none.
 *
 * The wire's last words end a turn that has started, since nothing can be asked; but only as an inference.
 */
import { ACCEPTANCES, GUESS_ANSWERS } from './groups'
import { GUESSED, UNKNOWN_RUN, becomes, cannot, ignored, row } from './types'
import type { Table, TurnState } from './types'

/** What differs. */
// prettier-ignore
export const UNCHECKED = [...GUESSED, 'end: unnamed', ...UNKNOWN_RUN, 'start: unknown turn',
  'progress: unknown turn', 'request ended', 'history: complete', 'reported: busy', 'reported: idle',
  'reported: error', 'send: accepted', 'send: accepted, queued', 'send: accepted with a run',
  'send: accepted with its guess', 'send: accepted with another run', 'stop: nothing to stop',
  'time: silence', 'app: endTurn of its guess'] as const
export type UncheckedEvidence = (typeof UNCHECKED)[number]

const OTHER = 'it is about another turn or run, and feeds that'
const NO_GUESS = 'no run is bound to it by guess'
const NOT_STARTED = 'it has not started: this may be about the turn before'
const NO_STOP = 'no stop of it stands'
const NO_CHECK = 'there is nothing that could be asked'

const SHOWS_ANOTHER_TURN = ['start: unknown turn', 'progress: unknown turn'] as const
// prettier-ignore
const SHOWS_ANOTHER = ['start: unknown run', 'progress: unknown run', ...SHOWS_ANOTHER_TURN] as const
const LAST_WORDS = ['end: unnamed', 'reported: idle', 'reported: error'] as const

/** It runs, and the server was heard to name it. */
// prettier-ignore
const atWork = <const State extends TurnState>(state: State) => row(
  becomes(state, 'confirmRunning', 'start: its guess', 'progress: its guess', 'reported: busy'),
  becomes(state, 'turnOverdue', 'time: silence'),
  becomes('ended (inferred)', 'supersede', ...SHOWS_ANOTHER),
  becomes('ended (inferred)', 'endUnnamed', ...LAST_WORDS),
  becomes('ended (inferred)', 'settle', 'request ended'),
  becomes('ended (inferred)', 'endByApp', 'app: endTurn of its guess'),
  becomes(state, 'accept', ...ACCEPTANCES),
  ignored(NO_CHECK, 'end: unknown run', 'history: complete'),
)

// prettier-ignore
export const uncheckedTable: Table<TurnState, UncheckedEvidence> = {
  none: row(
    cannot(NO_GUESS, ...GUESSED, ...GUESS_ANSWERS, 'app: endTurn of its guess'),
    ignored(OTHER, 'end: unnamed', ...UNKNOWN_RUN, ...SHOWS_ANOTHER_TURN, 'reported: busy', 'reported: idle',
      'reported: error'),
    ignored('nobody here has sent it', ...ACCEPTANCES),
    ignored('there is no such turn', 'request ended', 'history: complete', 'stop: nothing to stop',
      'time: silence'),
  ),
  unsent: row(
    cannot(NO_GUESS, ...GUESSED, ...GUESS_ANSWERS, 'app: endTurn of its guess'),
    ignored('it has not left: this is about the turn in front', 'end: unnamed', ...UNKNOWN_RUN,
      ...SHOWS_ANOTHER_TURN, 'reported: busy', 'reported: idle', 'reported: error'),
    becomes('accepted', 'accept', ...ACCEPTANCES),
    ignored('it keeps its place', 'request ended', 'history: complete', 'time: silence'),
    ignored(NO_STOP, 'stop: nothing to stop'),
  ),
  sending: row(
    becomes('accepted', 'accept', ...ACCEPTANCES),
    becomes('ended (inferred)', 'endByApp', 'app: endTurn of its guess'),
    becomes('running by guess', 'confirmRunning', 'start: its guess', 'progress: its guess',
      'reported: busy'),
    becomes('running by guess', 'bindStarted', 'start: unknown run', 'progress: unknown run'),
    becomes('sending', 'endOfGuess', 'end: its guess', 'end: unknown run'),
    becomes('sending', 'turnOverdue', 'time: silence'),
    becomes('ended (witnessed)', 'accept', 'send: accepted with its guess'),
    becomes('accepted', 'releaseGuess', 'send: accepted with another run'),
    becomes('ended (inferred)', 'settle', 'request ended'),
    ignored(NOT_STARTED, ...LAST_WORDS),
    ignored('it goes on beside the turn', ...SHOWS_ANOTHER_TURN),
    ignored(NO_STOP, 'stop: nothing to stop'),
    ignored(NO_CHECK, 'history: complete'),
  ),
  unconfirmed: row(
    becomes('accepted', 'accept', ...ACCEPTANCES),
    becomes('ended (inferred)', 'endByApp', 'app: endTurn of its guess'),
    becomes('running by guess', 'confirmRunning', 'start: its guess', 'progress: its guess',
      'reported: busy'),
    becomes('running by guess', 'bindStarted', 'start: unknown run', 'progress: unknown run'),
    becomes('ended (inferred)', 'endOfGuess', 'end: its guess', 'end: unknown run'),
    becomes('ended (inferred)', 'supersede', ...SHOWS_ANOTHER_TURN),
    becomes('ended (inferred)', 'turnOverdue', 'time: silence'),
    becomes('ended (witnessed)', 'accept', 'send: accepted with its guess'),
    becomes('accepted', 'releaseGuess', 'send: accepted with another run'),
    becomes('ended (inferred)', 'settle', 'request ended'),
    ignored(NOT_STARTED, ...LAST_WORDS),
    ignored(NO_STOP, 'stop: nothing to stop'),
    ignored(NO_CHECK, 'history: complete'),
  ),
  accepted: row(
    becomes('accepted', 'accept', ...ACCEPTANCES),
    becomes('running', 'confirmRunning', 'reported: busy'),
    becomes('running', 'bindStarted', 'start: unknown run', 'progress: unknown run'),
    becomes('accepted', 'turnOverdue', 'time: silence'),
    becomes('ended (inferred)', 'endOfGuess', 'end: unknown run'),
    becomes('ended (inferred)', 'supersede', ...SHOWS_ANOTHER_TURN),
    becomes('ended (inferred)', 'settle', 'request ended'),
    cannot('the end of a run that may be its own ends it, here', ...GUESSED, ...GUESS_ANSWERS,
      'app: endTurn of its guess'),
    ignored(NOT_STARTED, ...LAST_WORDS),
    ignored(NO_STOP, 'stop: nothing to stop'),
    ignored(NO_CHECK, 'history: complete'),
  ),
  'running by guess': row(
    becomes('running by guess', 'confirmRunning', 'start: its guess', 'progress: its guess',
      'reported: busy'),
    becomes('running by guess', 'endOfGuess', 'end: its guess'),
    becomes('running by guess', 'turnOverdue', 'time: silence'),
    becomes('running', 'accept', 'send: accepted', 'send: accepted, queued', 'send: accepted with its guess'),
    becomes('accepted', 'releaseGuess', 'send: accepted with a run', 'send: accepted with another run'),
    becomes('ended (inferred)', 'endByApp', 'app: endTurn of its guess'),
    // Its request is open: what was said is kept until the answer comes.
    becomes('running by guess', 'endUnnamed', ...LAST_WORDS),
    becomes('ended (inferred)', 'settle', 'request ended'),
    ignored('it goes on beside the turn', ...UNKNOWN_RUN, ...SHOWS_ANOTHER_TURN),
    ignored(NO_STOP, 'stop: nothing to stop'),
    ignored(NO_CHECK, 'history: complete'),
  ),
  running: row(
    atWork('running'),
    becomes('running', 'accept', ...GUESS_ANSWERS),
    becomes('ended (inferred)', 'endOfGuess', 'end: its guess'),
    ignored(NO_STOP, 'stop: nothing to stop'),
  ),
  waiting: row(
    atWork('waiting'),
    becomes('waiting', 'accept', 'send: accepted with its guess'),
    becomes('accepted', 'releaseGuess', 'send: accepted with another run'),
    becomes('waiting', 'endOfGuess', 'end: its guess'),
    ignored(NO_STOP, 'stop: nothing to stop'),
  ),
  'being stopped': row(
    atWork('being stopped'),
    becomes('being stopped', 'accept', ...GUESS_ANSWERS),
    becomes('being stopped', 'endOfGuess', 'end: its guess'),
    becomes('ended (inferred)', 'stopAnswered', 'stop: nothing to stop'),
  ),
  'ended (inferred)': row(
    cannot('a guess ends with its turn', ...GUESSED, ...GUESS_ANSWERS, 'app: endTurn of its guess'),
    ignored('only what names it takes its end back', 'end: unnamed', ...UNKNOWN_RUN, ...SHOWS_ANOTHER_TURN,
      'reported: busy', 'reported: idle', 'reported: error'),
    becomes('ended (inferred)', 'acceptLate', 'send: accepted with a run'),
    ignored('accepted does not mean that it still runs', 'send: accepted', 'send: accepted, queued'),
    ignored('it is over', 'request ended', 'history: complete', 'stop: nothing to stop', 'time: silence'),
  ),
  'ended (witnessed)': row(
    cannot('a guess ends with its turn', ...GUESSED, ...GUESS_ANSWERS, 'app: endTurn of its guess'),
    becomes('ended (witnessed)', 'acceptLate', 'send: accepted with a run'),
    ignored('a witnessed end is final', 'send: accepted', 'send: accepted, queued', 'end: unnamed',
      ...UNKNOWN_RUN, ...SHOWS_ANOTHER_TURN, 'reported: busy', 'reported: idle', 'reported: error',
      'request ended', 'history: complete', 'stop: nothing to stop', 'time: silence'),
  ),
}
