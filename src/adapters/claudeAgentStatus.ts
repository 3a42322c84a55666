/** Claude Agent SDK: what a session's stored messages say, where its query is gone. */
import type { StatusAnswer } from '../types'
import { attempt, endOfFinish, errorOf, fieldsOf, objectsOf, stringOf } from './wire'
import type { Unchecked } from './wire'

/** What is read of a message of `getSessionMessages()`. */
export interface ClaudeAgentStoredMessage {
  readonly type: string
  readonly uuid: string
  readonly message?: unknown
  readonly parent_tool_use_id?: string | null
}

interface Answer {
  readonly model: string
  readonly stop_reason: string
  readonly content: unknown
}
type Stored = Unchecked<ClaudeAgentStoredMessage>

/** What the agent writes in the place of a prompt, where the person has stopped the turn. */
const INTERRUPTED = /^\[Request interrupted by user/
/** What it writes in the place of an answer: why there is none. */
const SYNTHETIC = '<synthetic>'
/** Written where a session goes on after a prompt that was not answered. */
const NO_ANSWER = 'No response requested.'

/** Stop reasons after which the agent goes on by itself. */
const STEPS: ReadonlySet<unknown> = new Set(['tool_use', 'pause_turn'])

/**
 * What a session's stored messages say of a session that no query serves any more: nothing runs there. The newest prompt is
 * told with its end, where its last answer has a stop reason; one that was cut off has none.
 *
 * @param messages The messages of the session, oldest first; `null` where there is no such session.
 * @returns `absent` where there is no session; `no_status` for what cannot be read.
 */
export const readStatus = (messages: readonly ClaudeAgentStoredMessage[] | null): StatusAnswer =>
  attempt(() => statusOf(messages), { status: 'no_status' })

function statusOf(messages: unknown): StatusAnswer {
  if (messages === null) return { status: 'absent' }
  if (!Array.isArray(messages)) return { status: 'no_status' }
  const stored = objectsOf<ClaudeAgentStoredMessage>(messages).filter(
    ({ parent_tool_use_id }) => parent_tool_use_id == null,
  )
  const at = stored.findLastIndex(isPrompt)
  const turnId = stringOf(stored[at]?.uuid)
  if (turnId === undefined) return { status: 'idle' }
  const after = stored.slice(at + 1)
  if (after.some(isInterruption)) return { status: 'idle', last: { turnId, outcome: 'cancelled' } }
  const last = after.findLast(({ type }) => type === 'assistant')
  const { model, stop_reason } = fieldsOf<Answer>(last?.message)
  if (model === SYNTHETIC) {
    const text = textOf(last)
    if (text === NO_ANSWER) return { status: 'idle' }
    return { status: 'idle', last: { turnId, outcome: 'error', error: errorOf(text) } }
  }
  // Cut off, as far as anybody can tell: nobody says so.
  if (stop_reason == null || STEPS.has(stop_reason)) return { status: 'idle' }
  const isDone = stop_reason === 'end_turn' || stop_reason === 'stop_sequence'
  const { reason, error } = isDone ? endOfFinish('stop') : endOfFinish(stop_reason)
  return { status: 'idle', last: { turnId, outcome: reason, error } }
}

/** A prompt of a person's: the results of tools are user messages too, and so is the mark of a stop. */
function isPrompt(stored: Stored): boolean {
  if (stored.type !== 'user' || isInterruption(stored)) return false
  const { content } = fieldsOf<Answer>(stored.message)
  return !objectsOf<{ type: string }>(content).some((block) => block.type === 'tool_result')
}

const isInterruption = (stored: Stored): boolean =>
  stored.type === 'user' && INTERRUPTED.test(textOf(stored) ?? '')

function textOf(stored: Stored | undefined): string | undefined {
  const { content } = fieldsOf<Answer>(stored?.message)
  return stringOf(content) ?? stringOf(objectsOf<{ text: string }>(content)[0]?.text)
}
