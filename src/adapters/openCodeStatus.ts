/** OpenCode's status check: three bodies, read as one answer. */
import type { StatusAnswer } from '../types'
import { endOf, isOpen, isStep } from './openCodeWire'
import type {
  OpenCodeError,
  OpenCodeMessage,
  OpenCodeRequest,
  OpenCodeSession,
  OpenCodeStatus,
} from './openCodeWire'
import { attempt, errorOf, fieldsOf, objectsOf, stringOf } from './wire'
import type { Unchecked } from './wire'

/** What waits for a person. Both lists are needed to tell which questions a session's helpers have. */
export interface OpenCodeWaiting {
  /** The bodies of `GET /permission` and `GET /question`, in one list. */
  readonly requests: readonly OpenCodeRequest[]
  /** The body of `GET /session`, or of `GET /session/:id/children` for each helper. */
  readonly sessions: readonly OpenCodeSession[]
}

/** A body of the server's, or what it answers in its place when it fails. */
export type OpenCodeBody<Wanted> = Wanted | OpenCodeError

/**
 * What a status check says of one session.
 *
 * @param statuses The body of `GET /session/status`: it lists only the sessions at work, so a missing one is idle, or not
 *   registered yet.
 * @param history The body of `GET /session/:id/message`, where it was fetched after that. It names the last prompt that is
 *   over. An open message is no sign of work: it stays open for ever when the process dies.
 * @param waiting What waits for a person, where it was asked for: all open questions of the session and its helpers are told.
 * @returns `absent` where the history is answered with "not found"; `no_status` where the statuses cannot be read.
 */
export const readStatus = (
  sessionID: string,
  statuses: OpenCodeBody<Readonly<Record<string, OpenCodeStatus>>>,
  history: OpenCodeBody<readonly { readonly info: OpenCodeMessage }[]> = [],
  waiting?: OpenCodeWaiting,
): StatusAnswer => attempt(() => statusOf(sessionID, statuses, history, waiting), { status: 'no_status' })

function statusOf(sessionID: string, statuses: unknown, history: unknown, waiting: unknown): StatusAnswer {
  const { name, _tag } = fieldsOf<{ name: string; _tag: string }>(history)
  if (/NotFound/.test(`${stringOf(name)} ${stringOf(_tag)}`)) return { status: 'absent' }
  const messages = objectsOf<{ info: OpenCodeMessage }>(history).map(({ info }) =>
    fieldsOf<OpenCodeMessage>(info),
  )
  const answers = messages.filter(({ role }) => role === 'assistant')
  const newest = answers.at(-1)
  // The last message of a prompt tells of it: the earlier ones were steps.
  const over = answers.findLast(
    (message) =>
      endOf(message) && answers.findLast(({ parentID }) => parentID === message.parentID) === message,
  )
  const last = over && lastOf(over)
  const listed = fieldsOf<Record<string, OpenCodeStatus>>(statuses)
  const isReadable =
    typeof statuses === 'object' &&
    statuses !== null &&
    Object.values(listed).every((status) => typeof fieldsOf<OpenCodeStatus>(status).type === 'string')
  if (!isReadable) return { status: 'no_status', ...last }
  const status = Object.hasOwn(listed, sessionID) ? fieldsOf<OpenCodeStatus>(listed[sessionID]) : undefined
  const questions = questionsOf(sessionID, waiting, messages)
  if (!status || status.type === 'idle') return { status: 'idle', ...questions, ...last }
  const runId = (newest && isOpen(newest) && stringOf(newest.parentID)) || null
  const isAsking = questions?.questions?.some(({ asker }) => asker == null || asker === runId)
  return { status: isAsking ? 'awaiting_input' : 'running', runId, ...questions, ...last }
}

function lastOf(message: Unchecked<OpenCodeMessage>): Pick<StatusAnswer, 'last'> {
  const { reason, ...how } = endOf(message)!
  return { last: { runId: stringOf(message.parentID) ?? null, outcome: reason, ...how } }
}

/**
 * The prompt whose newest message is a step, after which another one was to follow. Where its session is idle after that, as it
 * is when the person refuses a tool, the prompt is over.
 */
export function endOfStep(
  history: readonly { readonly info: OpenCodeMessage }[],
): StatusAnswer['last'] | undefined {
  const newest = objectsOf<{ info: OpenCodeMessage }>(history)
    .map(({ info }) => fieldsOf<OpenCodeMessage>(info))
    .findLast(({ role }) => role === 'assistant')
  if (!newest || !isStep(newest)) return undefined
  const finishReason = stringOf(newest.finish)
  const error = errorOf('The agent did not go on after a step.', finishReason)
  return { runId: stringOf(newest.parentID) ?? null, outcome: 'interrupted', error, finishReason }
}

/** The open questions of a session and of its helpers, at any depth. */
function questionsOf(
  sessionID: string,
  waiting: unknown,
  messages: readonly Unchecked<OpenCodeMessage>[],
): Pick<StatusAnswer, 'questions'> | undefined {
  const { requests, sessions } = fieldsOf<OpenCodeWaiting>(waiting)
  if (!Array.isArray(requests) || !Array.isArray(sessions)) return undefined
  const parents = new Map(objectsOf<OpenCodeSession>(sessions).map(({ id, parentID }) => [id, parentID]))
  const isOurs = (id: unknown): boolean => {
    const seen = new Set<unknown>()
    for (let at = id; at != null && !seen.has(at); at = parents.get(at)) {
      if (at === sessionID) return true
      seen.add(at)
    }
    return false
  }
  const questions = objectsOf<OpenCodeRequest & { questions: unknown }>(requests)
    .filter((request) => isOurs(request.sessionID))
    .map((prompt) => {
      const { messageID } = fieldsOf<{ messageID: string }>(prompt.tool)
      const message = messages.find(({ id }) => id !== undefined && id === messageID)
      return {
        requestId: stringOf(prompt.id),
        kind: Array.isArray(prompt.questions) ? 'question.asked' : 'permission.asked',
        prompt,
        asker: stringOf(prompt.sessionID === sessionID ? message?.parentID : prompt.sessionID),
      }
    })
  return { questions }
}
