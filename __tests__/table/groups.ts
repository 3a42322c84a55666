/** Kinds of evidence that rows take together. A group is a shorthand: each of its cells has a test of its own. */
import { GUESSED } from './types'

export const SHOWS_IT = [
  'start: it',
  'progress: it',
  'progress: turn and run',
  'retry: it',
  'pause: it',
] as const

export const ACCEPTANCES = ['send: accepted', 'send: accepted, queued', 'send: accepted with a run'] as const
export const REFUSED = ['send: refused as busy', 'send: refused', 'send: refused as gone'] as const
export const REFUSED_OR_LOST = [...REFUSED, 'send: lost'] as const

export const GUESS_ANSWERS = ['send: accepted with its guess', 'send: accepted with another run'] as const
/** What needs a run that is bound by guess. */
export const GUESS_ONLY = [
  ...GUESSED,
  'check: its guess runs',
  'check: its guess is over',
  ...GUESS_ANSWERS,
  'app: endTurn of its guess',
] as const

export const CHECKED_RUNS = ['check: it runs', 'check: it waits', 'check: no question'] as const
export const ANOTHER_RUNS = ['check: another turn runs', 'check: another turn runs, late'] as const
/** Idle, and past the registration window. */
export const IDLE_LATER = ['check: idle', 'check: idle late', 'check: absent'] as const
export const IDLE = ['check: idle early', ...IDLE_LATER] as const
export const CHECKED_OVER = ['check: it is over', 'check: another runs, it is over'] as const

export const OLD_RUNS = ['old check: it runs', 'old check: it waits', 'old check: no question'] as const
/** Old answers that do not name it. */
export const OLD_OTHERS = [
  'old check: another turn runs',
  'old check: unknown run runs',
  'old check: somebody runs',
  'old check: idle',
  'old check: absent',
] as const
export const OLD_OVER = ['old check: it is over', 'old check: another runs, it is over'] as const

export const STATED_GONE = ['stated: interrupted', 'stated: stopped', 'stated: error'] as const
export const SESSION_STOP_ANSWERED = ['session stop: confirmed', 'session stop: failed'] as const

export const STARTED_BEHIND = ['start: turn behind', 'progress: turn behind'] as const
export const STREAM_AND_BACKEND = ['stream: dropped', 'stream: opened', 'backend: restarted'] as const
