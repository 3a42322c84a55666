/**
 * What may stand in an action of ours. A malformed action changes nothing, and is reported in words (law 23). One bad field
 * beside a good end does not lose the end: `mended` leaves the field out.
 */
import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from './index'
import { signals } from './index'
import type { EndReason, TurnError } from '../types'

/** What a field takes, and how that is said to whoever gave something else. */
interface Kind {
  readonly takes: (value: unknown) => boolean
  readonly name: string
}
type Fields = Readonly<Record<string, Kind>>
type Kinds = ReadonlyMap<string, Kind>
type Values = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text: Kind = { takes: (value) => typeof value === 'string', name: 'a string' }
const number: Kind = { takes: Number.isFinite, name: 'a finite number' }
const flag: Kind = { takes: (value) => typeof value === 'boolean', name: 'true or false' }
const oneOf = (...words: readonly string[]): Kind => ({
  takes: (value) => typeof value === 'string' && words.includes(value),
  name: `one of ${words.join(', ')}`,
})
const listOf = (kind: Kind, name: string): Kind => ({
  takes: (value) => Array.isArray(value) && value.every((item) => kind.takes(item)),
  name: `a list of ${name}`,
})
const record = (fields: Fields, required: readonly string[], name: string): Kind => {
  const kinds: Kinds = new Map(Object.entries(fields))
  return { takes: (value) => isObject(value) && wrongField(value, kinds, required) === null, name }
}
const fieldsOf = (kind: Kind, names: string): Fields =>
  Object.fromEntries(names.split(' ').map((name) => [name, kind]))

const REASONS: readonly EndReason[] = [
  'complete',
  'cancelled',
  'error',
  'session_error',
  'timeout',
  'rescued',
  'interrupted',
  'superseded',
  'undelivered',
]
const plainError = record(fieldsOf(text, 'message code'), ['message'], 'an object with a "message"')
/** An `Error` has a message too, and may not stand in a state: it is mended. */
const error: Kind = {
  takes: (value) => plainError.takes(value) && !(value instanceof Error),
  name: plainError.name,
}
const usage = record(
  fieldsOf(number, 'inputTokens outputTokens cachedInputTokens reasoningTokens'),
  [],
  'an object with numbers of tokens',
)
const outcome = oneOf('complete', 'cancelled', 'error', 'interrupted', 'unknown', 'undelivered', 'merged')
const entries = (fields: Fields): Kind =>
  listOf(
    record({ ...fieldsOf(text, 'conversationId turnId'), ...fields }, ['conversationId', 'turnId'], ''),
    'objects with a "conversationId" and a "turnId"',
  )
const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** The fields of all our actions: one name means one thing. What an app hands through (`input`, `prompt`) is not looked into. */
const FIELDS: Fields = {
  ...fieldsOf(text, 'conversationId turnId runId parent source boot requestId nonce continues from to child'),
  ...fieldsOf(
    text,
    'steerId retryOf callId keeperId userId resumeCursor kind status text by finishReason before name',
  ),
  ...fieldsOf(
    number,
    'startedMsAgo attempt limit inMs attemptAt startsAt limitedUntil count evidenceSeq nextAt retryAt retryAfterMs shiftMs expiresInMs expiresAt',
  ),
  ...fieldsOf(
    flag,
    'replayed elsewhere explicit failed hidden shared sent open bound own lost correction granted accepted',
  ),
  role: oneOf('main', 'child', 'auxiliary'),
  mode: oneOf('queue', 'now'),
  whileAsking: oneOf('queue', 'answer', 'cancel'),
  typed: record({ turnId: text }, ['turnId'], 'an object with a "turnId"'),
  how: oneOf('fulfilled', 'cancelled', 'clean_end', 'failed'),
  as: oneOf('started', 'queued'),
  resume: oneOf('live_only', 'replay', 'truncated'),
  grade: oneOf('witnessed', 'inferred'),
  stamp: { takes: isScalar, name: 'a string or a number' },
  outcome,
  error,
  usage,
  conversationIds: listOf(text, 'strings'),
  last: record(
    { turnId: text, state: oneOf('complete', 'incomplete', 'user_only') },
    ['state'],
    'an object with a "turnId" and a "state"',
  ),
  answer: record(
    {
      status: oneOf('running', 'idle', 'awaiting_input', 'absent', 'no_status', 'unreachable'),
      ...fieldsOf(text, 'turnId runId continues inputId'),
      startedMsAgo: number,
      last: record(
        { ...fieldsOf(text, 'turnId runId finishReason'), outcome, error, usage },
        ['outcome'],
        '',
      ),
      questions: listOf(
        record(
          { ...fieldsOf(text, 'requestId kind asker'), ...fieldsOf(number, 'expiresInMs expiresAt') },
          [],
          '',
        ),
        'questions',
      ),
      backgroundRuns: listOf(
        record({ ...fieldsOf(text, 'runId name'), isPaused: flag }, ['runId'], ''),
        'runs with a "runId"',
      ),
      scheduled: record({ ...fieldsOf(number, 'inMs startsAt'), name: text }, [], 'a time'),
    },
    ['status'],
    'a StatusAnswer',
  ),
  live: entries({
    runs: listOf(text, 'strings'),
    ...fieldsOf(number, 'startedAt firstEvidenceAt firstOutputAt'),
    ...fieldsOf(flag, 'stopping begun hidden'),
  }),
  queued: entries({ hidden: flag }),
  unseen: entries({ why: oneOf('failed', 'finished') }),
  holds: listOf(
    record(
      { conversationId: text, why: oneOf('stop', 'error', 'limit', 'session', 'person'), until: number },
      ['conversationId', 'why'],
      '',
    ),
    'objects with a "conversationId" and a "why"',
  ),
  drafts: entries({ arrived: oneOf('no', 'unknown'), kind: oneOf('steer', 'answer') }),
  questions: listOf(
    record(
      { ...fieldsOf(text, 'conversationId requestId askerId kind'), expiresAt: number },
      ['conversationId', 'kind'],
      '',
    ),
    'questions',
  ),
}

/** Words that are an action's own. */
const OWN_FIELDS: ReadonlyMap<string, Fields> = new Map<string, Fields>([
  [actions.endTurn.type, { reason: oneOf(...REASONS) }],
  [signals.turnEnded.type, { reason: oneOf(...REASONS) }],
  [actions.sendRefused.type, { reason: oneOf('busy', 'gone', 'error') }],
  [
    actions.backgroundStopAnswered.type,
    { status: oneOf('acknowledged', 'not_running', 'unreachable', 'lost') },
  ],
  [actions.stopRefused.type, { reason: oneOf('no_active_turn', 'unreachable', 'changed') }],
  [actions.answerRefused.type, { reason: oneOf('gone', 'already_resolved', 'error') }],
  [
    actions.sessionStatusChanged.type,
    { status: oneOf('starting', 'running', 'ready', 'interrupted', 'stopped', 'error') },
  ],
])

/** Every action of ours, by what it cannot do without. */
const BY_REQUIRED: readonly (readonly [fields: string, ...creators: { readonly type: string }[]])[] = [
  ['', signals.turnStarted, signals.turnRetrying, signals.inputRequested, signals.inputResolved],
  ['', signals.runPaused, signals.workScheduled],
  ['', signals.errorReported, signals.streamDropped, signals.streamOpened, signals.backendRestarted],
  ['', actions.conversationViewed, actions.userChanged, actions.stateRestored, actions.stopRequested],
  ['conversationId', actions.conversationSeen],
  ['reason', actions.endTurn, signals.turnEnded],
  ['kind', signals.turnProgressed],
  ['how', signals.requestEnded],
  ['steerId', signals.steerRead],
  ['status', signals.sessionReported],
  ['child parent', signals.childOpened],
  ['from to', actions.conversationRekeyed],
  ['open', actions.sendingGated],
  ['shiftMs', actions.woke],
  ['keeperId', actions.keeperAttached],
  ['turn', actions.turnSettled],
  ['conversationId', signals.historyLoaded, actions.sessionStarted, actions.threadStarted],
  ['conversationId', actions.conversationClosed, actions.errorDismissed, actions.queueResumed],
  ['conversationId', actions.queuePaused, actions.queueCleared],
  ['conversationId', actions.sessionStopRequested, actions.backgroundRunsExpired, actions.inputsExpired],
  ['conversationId status', actions.sessionStatusChanged],
  ['conversationId question', actions.inputOpened, actions.inputClosed],
  ['conversationId runId nonce', actions.backgroundStopClaimed],
  ['conversationId runId nonce status', actions.backgroundStopAnswered],
  ['conversationId nonce', actions.sessionStopped],
  ['conversationId nonce kind', actions.claimShown],
  ['conversationId nonce error', actions.sessionStopRefused],
  ['conversationId error', actions.queueChangeRefused],
  ['conversationId nonce answer', actions.statusAnswered],
  ['conversationId steerId error', actions.steerRefused],
  ['conversationId requestId', actions.answerAccepted, actions.answerLost, actions.inputCancelled],
  ['conversationId requestId reason', actions.answerRefused],
  ['conversationId requestId nonce', actions.answerClaimed],
  ['turnId', actions.queuedEdited, actions.queuedMoved, actions.queuedSentNow],
  ['turnId', actions.queuedRemoved, actions.sendAccepted, actions.sendLost],
  ['turnId', actions.stopAcknowledged, actions.stopLost],
  ['turnId reason', actions.sendRefused, actions.stopRefused],
  ['turnId conversationId', actions.turnSubmitted, actions.workStarted, actions.draftTaken],
  ['turnId conversationId', actions.queueClaimFailed],
  ['turnId conversationId nonce', actions.sendClaimed, actions.stopClaimed],
  ['turnId conversationId steerId', actions.turnSteered],
  ['turnId conversationId retryAt', actions.queueClaimStarted],
  ['turnId conversationId evidenceSeq', actions.turnOverdue],
  ['nonce', actions.sessionsRequested, actions.sessionsListed],
  ['nonce', actions.streamOpenClaimed, actions.streamOpenEnded],
  ['nonce conversationIds', actions.statusCheckStarted],
  ['nonce failed', actions.statusCheckEnded],
]

interface Shape {
  readonly kinds: Kinds
  readonly required: readonly string[]
}
const COMMON: Kinds = new Map(Object.entries(FIELDS))
const SHAPES: ReadonlyMap<string, Shape> = new Map(
  BY_REQUIRED.flatMap(([fields, ...creators]) => {
    const required = fields.split(' ').filter(Boolean)
    return creators.map(({ type }) => {
      const own = OWN_FIELDS.get(type)
      return [type, { kinds: own ? new Map([...COMMON, ...Object.entries(own)]) : COMMON, required }] as const
    })
  }),
)

/** The types of all our actions. */
export const CORE_TYPES: readonly string[] = [...SHAPES.keys()]

/** The first field of `object` that is not what it should be, `null` where all are. A field may be absent, or null. */
function wrongField(object: object, kinds: Kinds, required: readonly string[]): string | null {
  const values = object as Values
  for (const field in values) {
    const value = values[field]
    if (value == null) continue
    const kind = kinds.get(field)
    // Most are texts, and most calls are for progress: the short way.
    if (kind === text ? typeof value !== 'string' : kind?.takes(value) === false) return field
  }
  for (const field of required) if (values[field] == null) return field
  return null
}

let lastAction: UnknownAction | undefined
let lastVerdict: string | null = null

/**
 * What is wrong with an action of ours, in words; `null` for a well-formed one (law 23), `undefined` for any other action.
 * Asked by the middleware and by the reducer in turn: the answer for the newest action is kept.
 */
export function malformed(action: UnknownAction): string | null | undefined {
  const shape = SHAPES.get(action.type)
  if (!shape) return undefined
  if (action === lastAction) return lastVerdict
  try {
    lastVerdict = wrongWith(action, shape)
  } catch {
    lastVerdict = `${action.type}: its payload cannot be read.`
  }
  lastAction = action
  return lastVerdict
}

function wrongWith({ type, payload }: UnknownAction, { kinds, required }: Shape): string | null {
  if (!isObject(payload)) return `${type} needs a payload.`
  const field = wrongField(payload, kinds, required)
  if (field === null) return null
  const given = payload[field]
  const said = typeof given === 'string' ? `"${given.slice(0, 40)}"` : typeof given
  const { name } = kinds.get(field) ?? { name: 'a value' }
  return given == null
    ? `${type} needs "${field}", ${name}.`
    : `${type}: "${field}" must be ${name}; it was given ${said}.`
}

// ---------------------------------------------------------------- mending

/** Fields that an action may do without, and that say nothing about whom it means. */
const DISPENSABLE: ReadonlySet<string> = new Set(
  'outcome grade startedMsAgo attempt limit inMs attemptAt limitedUntil usage finishReason count text name callId kind prompt by role code retryAfterMs expiresInMs expiresAt whileAsking'.split(
    ' ',
  ),
)

/** An error that was given as something else than `{ message }`, as one. */
export function mendedError(given: unknown): TurnError | null {
  if (typeof given === 'string' && given !== '') return { message: given }
  if (!isObject(given)) return null
  const { message, name, code }: Values = given
  const said =
    typeof message === 'string' && message !== '' ? message : typeof name === 'string' ? name : null
  if (said === null) return null
  return { message: said, ...(typeof code === 'string' && { code }) }
}

/**
 * The action without what is wrong with it, where what is left still says whom it means and what it wants to say; `null`
 * where it does not. An error that is a text or an `Error` becomes one with a message.
 */
export function mended(action: UnknownAction): UnknownAction | null {
  const shape = SHAPES.get(action.type)
  if (!shape || !isObject(action.payload)) return null
  const { kinds, required } = shape
  const payload: Record<string, unknown> = {}
  try {
    for (const [field, value] of Object.entries(action.payload)) {
      if (value == null || kinds.get(field)?.takes(value) !== false) payload[field] = value
      else if (field === 'error') payload[field] = mendedError(value)
      else if (!DISPENSABLE.has(field) || required.includes(field)) return null
    }
  } catch {
    return null
  }
  const next = { ...action, payload }
  return wrongWith(next, shape) === null ? next : null
}
