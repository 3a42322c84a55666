/** The table of questions: one that the turn of the scene asks a person. */
import { GUESS_ONLY, IDLE, SESSION_STOP_ANSWERED } from './groups'
// prettier-ignore
import {
  ANOTHER_USER, ANSWER_ANSWERS, BEFORE, HINTS, LISTING, QUEUE_ACTS, REPORTED, STOP_ANSWERS, UNKNOWN_RUN,
  UNKNOWN_TURN, UNNAMED, becomes, cannot, ignored, row,
} from './types'
import type { QuestionState, Table } from './types'

const NOT_OF_IT = 'it says nothing of this question'
const NOTHING = 'nothing was asked'
const NO_GUESS = 'its asker is bound to its run for certain'
const SESSION_ENDED = 'the stop of the session has ended its asker'
const NEVER_SWEPT = 'no silence, stream or process closes it'
const OLD = 'the check left before it was asked'
const LATE_COPY = 'a late copy does not open it again'

// prettier-ignore
const SEND = ['send: claimed', 'send: accepted', 'send: accepted, queued', 'send: accepted with a run',
  'send: refused as busy', 'send: refused', 'send: refused as gone', 'send: lost'] as const
const OTHERS_RUN = [
  'check: another turn runs',
  'check: another turn runs, late',
  'check: unknown run runs',
] as const
const STATED_INACTIVE = ['stated: ready', 'stated: interrupted', 'stated: stopped', 'stated: error'] as const
const STATED_ACTIVE = ['stated: starting', 'stated: running'] as const
// prettier-ignore
const OLD_ANSWERS = ['old check: it runs', 'old check: another turn runs', 'old check: unknown run runs',
  'old check: somebody runs', 'old check: no question', 'old check: idle', 'old check: absent',
  'old check: it is over', 'old check: another runs, it is over'] as const
const PERSON_ELSE = [
  'person: withdraws',
  ...QUEUE_ACTS,
  'person: retries',
  'person: prompts again',
  'person: steers',
] as const

/** Whatever goes on, as long as its asker does. */
// prettier-ignore
const never = row(
  ignored(NOT_OF_IT, 'start: it', 'progress: it', 'progress: turn and run', 'retry: it', 'pause: it', 'start: its run',
    'progress: its run', ...UNNAMED, ...BEFORE, 'end: turn behind', ...UNKNOWN_RUN, ...UNKNOWN_TURN,
    'helper opened', ...HINTS, ...REPORTED, ...STATED_ACTIVE, 'check: it runs', 'check: somebody runs',
    'check: failed', ...SEND, ...STOP_ANSWERS, 'restored', 'person: stops', ...PERSON_ELSE),
  ignored(NEVER_SWEPT, 'time: silence', 'time: expiry', 'time: wake', 'stream: dropped', 'stream: opened',
    'backend: restarted'),
  cannot(NO_GUESS, ...GUESS_ONLY),
  cannot(SESSION_ENDED, ...SESSION_STOP_ANSWERED),
)

/** It waits for a person, or an answer to it is on its way. */
// prettier-ignore
const waits = row(
  never,
  becomes('closed', 'closeQuestions', 'question: resolved', 'check: no question', 'answer: accepted',
    'person: cancels question'),
  // It closes with its asker, for good where the end is witnessed.
  becomes('closed', 'followAskers', 'end: it', 'end: it, undelivered', 'end: its run', 'check: it is over',
    'check: another runs, it is over', 'app: endTurn', 'app: endTurn unnamed'),
  // Taken away with an inferred end, it may be asked again.
  becomes('none', 'takeAway', ...IDLE, ...OTHERS_RUN, 'start: turn behind', 'progress: turn behind',
    ...STATED_INACTIVE, 'session stop: asked', ...LISTING, 'time: hard limit'),
  becomes('none', 'closeConversation', 'person: closes'),
  becomes('none', 'changeUser', 'user: another'),
  ignored(OLD, ...OLD_ANSWERS, 'old check: it waits'),
)

// prettier-ignore
export const questionTable: Table<QuestionState> = {
  none: row(
    never,
    becomes('open', 'openQuestion', 'question: it asks', 'question: unnamed', 'check: it waits',
      'old check: it waits'),
    ignored(NOTHING, 'end: it', 'end: it, undelivered', 'end: its run', 'start: turn behind',
      'progress: turn behind', 'question: resolved', ...STATED_INACTIVE, 'session stop: asked', ...LISTING,
      ...OTHERS_RUN, 'check: no question', ...IDLE, 'check: it is over', 'check: another runs, it is over',
      ...OLD_ANSWERS, ...ANSWER_ANSWERS, 'time: hard limit', 'time: question over', 'keeper: another', ...ANOTHER_USER,
      'person: closes', 'person: answers', 'person: cancels question', 'app: endTurn', 'app: endTurn unnamed',
      'app: re-keys'),
  ),

  open: row(
    waits,
    becomes('open', 'openQuestion', 'question: it asks', 'question: unnamed', 'check: it waits'),
    becomes('answering', 'editQuestion', 'person: answers'),
    becomes('expired', 'expireQuestions', 'time: question over'),
    becomes('open', 'rekeyConversation', 'app: re-keys'),
    ignored('no answer to it is on its way', 'answer: already resolved', 'answer: gone', 'answer: refused',
      'answer: lost', 'keeper: another'),
  ),

  answering: row(
    waits,
    becomes('answering', 'openQuestion', 'question: it asks', 'question: unnamed', 'check: it waits'),
    becomes('closed', 'resolveQuestion', 'answer: already resolved', 'answer: gone'),
    // It waits again.
    becomes('open', 'reopened', 'answer: refused', 'answer: lost', 'keeper: another'),
    becomes('answering', 'rekeyConversation', 'app: re-keys'),
    ignored('an answer is on its way', 'person: answers', 'time: question over'),
  ),

  // It may be asked anew, for a new time; or a later check may find that it still waits.
  expired: row(
    waits,
    becomes('open', 'toldAgain', 'question: it asks', 'question: unnamed', 'check: it waits'),
    becomes('expired', 'rekeyConversation', 'app: re-keys'),
    ignored('it is not offered any more', 'person: answers', 'time: question over'),
    ignored('no answer to it is on its way', 'answer: already resolved', 'answer: gone', 'answer: refused',
      'answer: lost', 'keeper: another'),
  ),

  closed: row(
    never,
    becomes('none', 'changeUser', 'user: another'),
    ignored(LATE_COPY, 'question: it asks', 'question: unnamed', 'check: it waits', 'old check: it waits'),
    ignored('it is closed', 'end: it', 'end: it, undelivered', 'end: its run', 'start: turn behind',
      'progress: turn behind', 'question: resolved', ...STATED_INACTIVE, 'session stop: asked', ...LISTING,
      ...OTHERS_RUN, 'check: no question', ...IDLE, 'check: it is over', 'check: another runs, it is over',
      ...OLD_ANSWERS, ...ANSWER_ANSWERS, 'time: hard limit', 'time: question over', 'keeper: another', 'person: closes',
      'person: answers', 'person: cancels question', 'app: endTurn', 'app: endTurn unnamed', 'app: re-keys'),
  ),
}
