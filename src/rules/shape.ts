import type { UnknownAction } from '@reduxjs/toolkit'
import { END_REASONS } from './ends'

/** What a field takes, and how that is said to whoever gave something else. */
interface Kind {
  readonly takes: (value: unknown) => boolean
  readonly name: string
}
type Fields = Readonly<Record<string, Kind>>
type Kinds = ReadonlyMap<string, Kind>

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text: Kind = { takes: (value) => typeof value === 'string', name: 'a string' }
const number: Kind = { takes: Number.isFinite, name: 'a finite number' }
const flag: Kind = { takes: (value) => typeof value === 'boolean', name: 'true or false' }
const oneOf = (...words: readonly string[]): Kind => ({
  takes: (value) => words.includes(value as string),
  name: `one of ${words.join(', ')}`,
})
const listOf = (kind: Kind, name: string): Kind => ({
  takes: (value) => Array.isArray(value) && value.every((item) => kind.takes(item)),
  name: `a list of ${name}`,
})
const record = (fields: Fields, required: readonly string[], name: string): Kind => {
  const of: Kinds = new Map(Object.entries(fields))
  return { takes: (value) => isObject(value) && wrongField(value, of, required) === null, name }
}
const named = (...names: readonly string[]): Fields => Object.fromEntries(names.map((name) => [name, text]))

const error = record(named('message'), ['message'], 'an object with a "message"')
const outcome = oneOf('complete', 'cancelled', 'error', 'interrupted', 'unknown', 'undelivered', 'merged')
const messages = (fields: Fields): Kind =>
  listOf(
    record({ ...named('conversationId', 'turnId'), ...fields }, ['conversationId', 'turnId'], ''),
    'objects with a "conversationId" and a "turnId"',
  )

/** The fields of all our actions: one name means one thing. What an app hands through (`input`, `prompt`) is not looked into. */
const FIELDS: Fields = {
  ...named('conversationId', 'turnId', 'runId', 'parent', 'boot', 'requestId', 'nonce', 'continues'),
  ...named('from', 'to', 'child', 'steerId', 'retryOf', 'callId', 'owner', 'resumeCursor'),
  ...named('kind', 'status', 'text', 'by'),
  startedMsAgo: number,
  attempt: number,
  inMs: number,
  count: number,
  life: number,
  nextAt: number,
  sleptMs: number,
  generation: number,
  deadline: number,
  replayed: flag,
  frame: flag,
  elsewhere: flag,
  explicit: flag,
  failed: flag,
  hidden: flag,
  shared: flag,
  open: flag,
  bound: flag,
  own: flag,
  role: oneOf('main', 'child', 'auxiliary'),
  mode: oneOf('queue', 'now'),
  how: oneOf('fulfilled', 'cancelled', 'clean_end', 'failed'),
  as: oneOf('started', 'queued'),
  resume: oneOf('live_only', 'replay', 'truncated'),
  grade: oneOf('witnessed', 'inferred'),
  outcome,
  error,
  conversationIds: listOf(text, 'strings'),
  last: record(
    { turnId: text, state: oneOf('complete', 'incomplete', 'user_only') },
    ['state'],
    'an object with a "turnId" and a "state"',
  ),
  answer: record(
    {
      status: oneOf('running', 'idle', 'awaiting_input', 'absent', 'no_status', 'unreachable'),
      ...named('turnId', 'runId', 'continues', 'inputId'),
      startedMsAgo: number,
      last: record({ ...named('turnId', 'runId'), outcome, error }, ['outcome'], ''),
    },
    ['status'],
    'a StatusAnswer',
  ),
  live: messages({ runs: listOf(text, 'strings'), startedAt: number, stopping: flag, begun: flag }),
  queued: messages({ hidden: flag }),
  drafts: messages({}),
}

/** Words that are an action's own. */
const OWN_FIELDS: Readonly<Record<string, Fields>> = {
  'turns/ended': { reason: oneOf(...END_REASONS) },
  'turns/sendRefused': { reason: oneOf('busy', 'gone', 'error') },
  'turns/stopRefused': { reason: oneOf('no_active_turn', 'unreachable', 'changed') },
  'turns/answerRefused': { reason: oneOf('gone', 'already_resolved', 'error') },
  ...Object.fromEntries(
    ['checked', 'hatched', 'retired', 'probed'].map((what) => [
      `assistant/${what}`,
      { answer: { takes: isObject, name: 'an object' } },
    ]),
  ),
  'conversations/sessionStatusChanged': {
    status: oneOf('starting', 'running', 'ready', 'interrupted', 'stopped', 'error'),
  },
}

/** What an action of ours cannot do without, by type. */
const REQUIRED: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'turns/ended': ['reason'],
    'turns/progressed': ['kind'],
    'turns/inputRequested': ['requestId'],
    'turns/inputResolved': ['requestId'],
    'turns/requestEnded': ['how'],
    'conversations/sessionReported': ['status'],
    'conversations/childOpened': ['child', 'parent'],
    'conversations/historyLoaded': ['conversationId'],
    'conversations/sessionStatusChanged': ['conversationId', 'status'],
    'conversations/sessionStarted': ['conversationId'],
    'conversations/threadStarted': ['conversationId'],
    'conversations/sessionStopRequested': ['conversationId'],
    'conversations/sessionStopped': ['conversationId', 'nonce'],
    'conversations/sessionStopRefused': ['conversationId', 'nonce', 'error'],
    'conversations/sessionsAsked': ['nonce'],
    'conversations/sessionsListed': ['nonce'],
    'turns/adopted': ['conversationId', 'turnId'],
    'conversations/rekeyed': ['from', 'to'],
    'conversations/closed': ['conversationId'],
    'conversations/draftTaken': ['conversationId', 'turnId'],
    'conversations/errorDismissed': ['conversationId'],
    'conversations/queueResumed': ['conversationId'],
    'turns/gated': ['open'],
    'turns/submitted': ['turnId', 'conversationId'],
    'turns/steered': ['conversationId', 'turnId', 'steerId'],
    'turns/steerRefused': ['conversationId', 'steerId', 'error'],
    'turns/withdrawn': ['turnId'],
    'turns/sendClaimed': ['turnId', 'nonce'],
    'turns/sendAccepted': ['turnId'],
    'turns/sendRefused': ['turnId', 'reason'],
    'turns/sendLost': ['turnId'],
    'turns/stopClaimed': ['turnId', 'nonce'],
    'turns/stopAcknowledged': ['turnId'],
    'turns/stopRefused': ['turnId', 'reason'],
    'turns/stopLost': ['turnId'],
    'turns/answered': ['conversationId', 'requestId', 'nonce'],
    'turns/answerAccepted': ['conversationId', 'requestId'],
    'turns/answerRefused': ['conversationId', 'requestId', 'reason'],
    'turns/answerLost': ['conversationId', 'requestId'],
    'turns/inputCancelled': ['conversationId', 'requestId'],
    'turns/lookUpClaimed': ['nonce', 'conversationIds'],
    'turns/lookUpAnswered': ['nonce', 'conversationId', 'answer'],
    'turns/lookUpClosed': ['nonce', 'failed'],
    'turns/checkDue': ['turnId', 'life'],
    'keeper/woke': ['sleptMs'],
    'keeper/attached': ['owner'],
  }),
)

interface Shape {
  readonly of: Kinds
  readonly required: readonly string[]
}
const anyShape: Shape = { of: new Map(Object.entries(FIELDS)), required: [] }
const shapes: ReadonlyMap<string, Shape> = new Map(
  [...REQUIRED.keys(), ...Object.keys(OWN_FIELDS)].map((type) => {
    const own = OWN_FIELDS[type]
    const of = own ? new Map(Object.entries({ ...FIELDS, ...own })) : anyShape.of
    return [type, { of, required: REQUIRED.get(type) ?? anyShape.required }]
  }),
)

/** The first field of `object` that is not what it should be, `null` where all are. A field may be absent, or null. */
function wrongField(object: object, of: Kinds, required: readonly string[]): string | null {
  const fields = object as Readonly<Record<string, unknown>>
  for (const field in fields) {
    const value = fields[field]
    if (value == null) continue
    const kind = of.get(field)
    // Most are texts, and most calls are for progress: the short way.
    if (kind === text ? typeof value !== 'string' : kind?.takes(value) === false) return field
  }
  for (const field of required) if (fields[field] == null) return field
  return null
}

let last: UnknownAction | undefined
let verdict: string | null = null

/**
 * What is wrong with an action of ours, in words; `null` for a well-formed one (law 23). Asked by the middleware and by
 * both reducers in turn: the answer for the newest action is kept.
 */
export function malformed(action: UnknownAction): string | null {
  if (action === last) return verdict
  try {
    verdict = wrongWith(action)
  } catch {
    verdict = `${action.type}: its payload cannot be read.`
  }
  last = action
  return verdict
}

function wrongWith({ type, payload }: UnknownAction): string | null {
  if (!isObject(payload)) return `${type} needs a payload.`
  const { of, required } = shapes.get(type) ?? anyShape
  const field = wrongField(payload, of, required)
  if (field === null) return null
  const given = payload[field]
  const said = typeof given === 'string' ? `"${given.slice(0, 40)}"` : typeof given
  return given == null
    ? `${type} needs "${field}", ${of.get(field)!.name}.`
    : `${type}: "${field}" must be ${of.get(field)!.name}; it was given ${said}.`
}
