import type { UnknownAction } from '@reduxjs/toolkit'

const IDS: ReadonlySet<string> = new Set([
  'conversationId',
  'turnId',
  'runId',
  'parent',
  'boot',
  'requestId',
  'nonce',
  'continues',
])

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
    'conversations/sessionStopRefused': ['conversationId', 'nonce'],
    'conversations/sessionsAsked': ['nonce'],
    'conversations/sessionsListed': ['nonce'],
    'turns/adopted': ['conversationId', 'turnId'],
    'conversations/rekeyed': ['from', 'to'],
    'conversations/closed': ['conversationId'],
    'conversations/draftTaken': ['conversationId', 'turnId'],
    'conversations/errorDismissed': ['conversationId'],
    'conversations/queueResumed': ['conversationId'],
    'turns/submitted': ['turnId', 'conversationId'],
    'turns/steered': ['conversationId', 'steerId'],
    'turns/steerRefused': ['conversationId', 'steerId'],
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
  }),
)

const STATUSES: ReadonlySet<unknown> = new Set([
  'starting',
  'running',
  'ready',
  'interrupted',
  'stopped',
  'error',
])

let last: UnknownAction | undefined
let verdict: string | null = null

/**
 * What is wrong with an action of ours, in words; `null` for a well-formed one (law 23). Asked by the middleware and by
 * both reducers in turn: the answer for the newest action is kept.
 */
export function malformed(action: UnknownAction): string | null {
  if (action === last) return verdict
  verdict = wrongWith(action)
  last = action
  return verdict
}

function wrongWith(action: UnknownAction): string | null {
  const payload = action['payload'] as Readonly<Record<string, unknown>> | null | undefined
  if (typeof payload !== 'object' || payload === null) return `${action.type} needs a payload.`
  for (const field in payload) {
    const value = payload[field]
    if (typeof value !== 'string' && value != null && IDS.has(field)) {
      return `${action.type}: "${field}" must be a string or null; it was given ${typeof value}.`
    }
  }
  const required = REQUIRED.get(action.type)
  if (required) {
    for (const field of required) {
      if (typeof payload[field] !== 'string') return `${action.type} needs "${field}", a string.`
    }
  }
  if (action.type === 'conversations/sessionStatusChanged' && !STATUSES.has(payload['status'])) {
    return `${action.type}: "status" must be one of ${[...STATUSES].join(', ')}; it was given "${String(payload['status'])}".`
  }
  const listed = payload['conversationIds']
  if (listed != null && !(Array.isArray(listed) && listed.every((id) => typeof id === 'string'))) {
    return `${action.type}: "conversationIds" must be a list of strings.`
  }
  return null
}
