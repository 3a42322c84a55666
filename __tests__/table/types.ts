/**
 * The words of the total table: what there is (states), what can happen (evidence), and what a cell says.
 *
 * Each table is a complete record of records. A state or a kind of evidence that is added here leaves holes in the tables,
 * and the compiler names them.
 */

// ---------------------------------------------------------------- states

/** `running by guess`: seen at work by evidence that did not name it, while its send is not answered. */
export type TurnState =
  | 'none'
  | 'unsent'
  | 'sending'
  | 'unconfirmed'
  | 'accepted'
  | 'running by guess'
  | 'running'
  | 'waiting'
  | 'being stopped'
  | 'ended (inferred)'
  | 'ended (witnessed)'

/** What the server calls (part of) a turn. `guessed`, `bound`: to our turn. `beside`: no turn's, as far as is known. */
export type RunState = 'unknown' | 'guessed' | 'bound' | 'unplaced' | 'beside' | 'ended'

/** A helper's run. */
export type BackgroundRunState = 'unknown' | 'running' | 'paused' | 'waiting' | 'ended'

export type QuestionState = 'none' | 'open' | 'answering' | 'expired' | 'closed'

/** A text on its way. `held`: the server queues it. `returned`: a draft again, which certainly, or perhaps, did not arrive. */
export type SendState =
  | 'none'
  | 'unsent'
  | 'sending'
  | 'unconfirmed'
  | 'accepted'
  | 'held'
  | 'delivered'
  | 'returned'
  | 'returned, perhaps arrived'

/** `over`: the turn has ended, with or without the stop. */
export type StopState =
  'none' | 'wanted' | 'requested' | 'acknowledged' | 'unheeded' | 'unconfirmed' | 'deferred' | 'over'

export type SessionState =
  'none' | 'starting' | 'running' | 'ready' | 'interrupted' | 'stopped' | 'error' | 'being stopped'

/** Whether the server is asked about the conversation: now (`due`), right now (`in flight`), later, or not at all. */
export type StatusCheckState = 'not needed' | 'scheduled' | 'due' | 'in flight'

// ---------------------------------------------------------------- evidence

const about = <const Who extends string>(who: Who) =>
  [`start: ${who}`, `progress: ${who}`, `end: ${who}`] as const

/** `it` is what the table is about: the turn, or in the tables of runs the run. */
export const NAMED = about('it')
/** A run that is bound to the turn for certain. */
export const BOUND = about('its run')
/** A run that is bound to the turn by guess. */
export const GUESSED = about('its guess')
/** Only the conversation is named. */
export const UNNAMED = about('unnamed')
/** The turn before it, in the same conversation. */
export const BEFORE = about('turn before')
/** The turn that waits behind it, in the same conversation. */
export const BEHIND = about('turn behind')
/** Runs and turns that nobody here has heard of. The older run began before the prompt was sent. */
export const UNKNOWN_RUN = about('unknown run')
export const UNKNOWN_TURN = [...about('unknown turn'), 'start: older run'] as const

export const QUESTIONS = ['question: it asks', 'question: unnamed', 'question: resolved'] as const
/** What is said of it, and is only a reason to check. */
export const HINTS = ['error: unnamed', 'request ended', 'history: complete'] as const
/** `turn and run`: both are named, in one signal. `undelivered`: the wire itself says so. */
export const OTHER_SIGNALS = [
  'progress: turn and run',
  'retry: it',
  'pause: it',
  'end: it, undelivered',
  'helper opened',
] as const

/** The wire's own word about the session. */
export const REPORTED = ['reported: busy', 'reported: idle', 'reported: error'] as const
/** The app's word about the session. */
export const STATED = [
  'stated: starting',
  'stated: running',
  'stated: ready',
  'stated: interrupted',
  'stated: stopped',
  'stated: error',
] as const
export const SESSION_STOP = [
  'session stop: asked',
  'session stop: confirmed',
  'session stop: failed',
] as const
export const LISTING = ['listing: without it'] as const

/**
 * Answers of a status check that left after the newest evidence: half a minute after it. `early`: within the registration
 * window. `late`: after the send timeout.
 */
export const CHECKS = [
  'check: it runs',
  'check: its guess runs',
  'check: another turn runs',
  'check: another turn runs, late',
  'check: unknown run runs',
  'check: somebody runs',
  'check: it waits',
  'check: no question',
  'check: idle early',
  'check: idle',
  'check: idle late',
  'check: absent',
  'check: it is over',
  'check: its guess is over',
  'check: another runs, it is over',
  'check: failed',
] as const
/** The same of one that left before the newest evidence. */
export const OLD_CHECKS = [
  'old check: it runs',
  'old check: another turn runs',
  'old check: unknown run runs',
  'old check: somebody runs',
  'old check: it waits',
  'old check: no question',
  'old check: idle',
  'old check: absent',
  'old check: it is over',
  'old check: another runs, it is over',
] as const

export const SEND_ANSWERS = [
  'send: claimed',
  'send: accepted',
  'send: accepted, queued',
  'send: accepted with a run',
  'send: accepted with its guess',
  'send: accepted with another run',
  'send: refused as busy',
  'send: refused',
  'send: refused as gone',
  'send: lost',
] as const
export const STOP_ANSWERS = [
  'stop: claimed',
  'stop: acknowledged',
  'stop: nothing to stop',
  'stop: unreachable',
  'stop: lost',
] as const
export const ANSWER_ANSWERS = [
  'answer: accepted',
  'answer: already resolved',
  'answer: gone',
  'answer: refused',
  'answer: lost',
] as const

export const TIME = [
  'time: silence',
  'time: hard limit',
  'time: expiry',
  'time: question over',
  'time: wake',
] as const
export const ENVIRONMENT = [
  'stream: dropped',
  'stream: opened',
  'backend: restarted',
  'keeper: another',
  'restored',
] as const
export const ANOTHER_USER = ['user: another'] as const

/** What a person does to messages that wait. */
export const QUEUE_ACTS = [
  'person: edits',
  'person: moves',
  'person: sends now',
  'person: clears queue',
  'person: holds queue',
  'person: lets queue go on',
] as const
export const PERSON = [
  'person: stops',
  'person: withdraws',
  ...QUEUE_ACTS,
  'person: closes',
  'person: retries',
  'person: prompts again',
  'person: steers',
  'person: answers',
  'person: cancels question',
] as const
export const APP = [
  'app: endTurn',
  'app: endTurn of its guess',
  'app: endTurn unnamed',
  'app: re-keys',
] as const

/** Everything that can happen, in the order in which it is printed. */
export const ALL = [
  ...NAMED,
  ...BOUND,
  ...GUESSED,
  ...UNNAMED,
  ...BEFORE,
  ...BEHIND,
  ...UNKNOWN_RUN,
  ...UNKNOWN_TURN,
  ...OTHER_SIGNALS,
  ...QUESTIONS,
  ...HINTS,
  ...REPORTED,
  ...STATED,
  ...SESSION_STOP,
  ...LISTING,
  ...CHECKS,
  ...OLD_CHECKS,
  ...SEND_ANSWERS,
  ...STOP_ANSWERS,
  ...ANSWER_ANSWERS,
  ...TIME,
  ...ENVIRONMENT,
  ...ANOTHER_USER,
  ...PERSON,
  ...APP,
] as const

export type Evidence = (typeof ALL)[number]

// ---------------------------------------------------------------- cells

/** It becomes this (which may be what it was), by the rule of that name in `src`. Something changes, if only a deadline. */
export interface Becomes<State extends string = string> {
  readonly becomes: State
  readonly by: string
}
/** It stays as it is, down to its deadlines; the reason says why. What goes on beside it may change. */
export interface Ignored {
  readonly ignored: string
}
/** There is no such evidence in this state. */
export interface Impossible {
  readonly cannot: string
}
export type Cell<State extends string = string> = Becomes<State> | Ignored | Impossible

/** A table, complete: every state, and in each every kind of evidence. */
export type Table<State extends string, Kind extends string = Evidence> = Readonly<
  Record<State, Readonly<Record<Kind, Cell<State>>>>
>

const each = <Kind extends string, C>(kinds: readonly Kind[], cell: C): Readonly<Record<Kind, C>> =>
  Object.fromEntries(kinds.map((kind) => [kind, cell])) as Record<Kind, C>

export const becomes = <const State extends string, const Kind extends Evidence>(
  state: State,
  by: string,
  ...kinds: readonly Kind[]
) => each<Kind, Becomes<State>>(kinds, { becomes: state, by })

export const ignored = <const Kind extends Evidence>(reason: string, ...kinds: readonly Kind[]) =>
  each<Kind, Ignored>(kinds, { ignored: reason })

export const cannot = <const Kind extends Evidence>(reason: string, ...kinds: readonly Kind[]) =>
  each<Kind, Impossible>(kinds, { cannot: reason })

type KeysOf<Part> = Part extends Part ? keyof Part : never
type CellsOf<Part> = Part extends Part ? Part[keyof Part] : never

/**
 * One row of a table, from its parts.
 *
 * @throws Error where two parts have a cell for the same evidence.
 */
export function row<const Parts extends readonly object[]>(
  ...parts: Parts
): Readonly<Record<KeysOf<Parts[number]>, CellsOf<Parts[number]>>> {
  const cells: Record<string, unknown> = {}
  for (const part of parts) {
    for (const [kind, cell] of Object.entries(part)) {
      if (kind in cells) throw new Error(`Two cells for "${kind}": ${JSON.stringify([cells[kind], cell])}`)
      cells[kind] = cell
    }
  }
  return cells as Record<KeysOf<Parts[number]>, CellsOf<Parts[number]>>
}
