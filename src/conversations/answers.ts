/**
 * Answers: given once, and open again where they did not arrive. A text that was typed in place of one is kept until it is
 * known that it did (law 11).
 */
import { askerOf } from '../state/address'
import { questionsOf, rootOf } from '../state/conversations'
import { rowsOf } from '../state/table'
import type {
  Address,
  AnswerResult,
  Conversation,
  ConversationsState,
  Draft,
  Question,
  TurnError,
  TurnsState,
} from '../types'
import { editConversation, withError, withoutError } from './conversation'
import { closeQuestions, editQuestion, reopened } from './questions'
import { withDraft, withoutDraft, withoutText, withText } from './texts'
import { seeEnds } from './unseen'

/** What an answer is about. */
interface Reply {
  readonly conversationId: string
  readonly requestId: string
  readonly nonce?: string | undefined
}

/** The question that an answer was given to, unless that answer is not the one that is waited for. */
const answeredBy =
  ({ requestId, nonce }: Reply) =>
  (question: Question): boolean =>
    question.requestId === requestId && (nonce === undefined || question.nonce === nonce)

/** The text that was typed as this answer. */
const typedFor = ({ texts }: Conversation, { nonce }: Reply) =>
  nonce === undefined ? undefined : texts.find((text) => text.nonce === nonce)

/** The conversation where the question, or what was typed as its answer, stands by now. */
function placeOf(state: ConversationsState, reply: Reply): string {
  const key = rootOf(state, reply.conversationId)
  if (reply.nonce === undefined) return key
  const isThere = (row: Conversation): boolean =>
    row.questions.some(({ nonce }) => nonce === reply.nonce) || typedFor(row, reply) !== undefined
  const rows = rowsOf(state.byId)
  return (
    (rows.find((row) => row.conversationId === key && isThere(row)) ?? rows.find(isThere))?.conversationId ??
    key
  )
}

/** A person answers. What they have typed as a prompt goes along until it is known what became of it. */
export function claimAnswer(
  state: ConversationsState,
  {
    conversationId,
    requestId,
    nonce,
    typed,
  }: Reply & {
    readonly nonce: string
    readonly typed?: { readonly turnId: string; readonly input: unknown } | undefined
  },
): ConversationsState {
  const key = rootOf(state, conversationId)
  const claimed = editQuestion(
    state,
    key,
    (question) => question.requestId === requestId,
    (question) => (question.state === 'open' ? { ...question, state: 'answering', nonce } : question),
  )
  if (claimed === state || !typed) return claimed
  const { turnId, input } = typed
  const text = { turnId, input, hidden: false, answers: requestId, nonce }
  return editConversation(seeEnds(claimed, key), key, (conversation) =>
    withText(withoutDraft(withoutError(conversation), turnId), text),
  )
}

/** The text that was typed as the answer is with the agent (`null`), or given back. */
function settleTyped(
  state: ConversationsState,
  key: string,
  reply: Reply,
  arrived: Draft['arrived'] | null,
  at: number,
): ConversationsState {
  return editConversation(state, key, (conversation) => {
    const text = typedFor(conversation, reply)
    if (!text) return conversation
    const { turnId, input } = text
    const rest = withoutText(conversation, turnId)
    return arrived === null ? rest : withDraft(rest, { turnId, input, at, arrived, kind: 'answer' })
  })
}

/** It arrived. */
export function acceptAnswer(state: ConversationsState, reply: Reply, at: number): ConversationsState {
  const conversationId = placeOf(state, reply)
  return resolveQuestion(settleTyped(state, conversationId, reply, null, at), { ...reply, conversationId })
}

/** It was refused: where the question is not gone it waits again. */
export function refuseAnswer(
  state: ConversationsState,
  payload: Reply & Omit<Extract<AnswerResult, { readonly status: 'refused' }>, 'status'>,
  at: number,
): ConversationsState {
  const { reason } = payload
  const key = placeOf(state, payload)
  const settled = settleTyped(state, key, payload, 'no', at)
  const isMeant = answeredBy(payload)
  if (!questionsOf(settled, key).some(isMeant)) return settled
  if (reason === 'already_resolved') return resolveQuestion(settled, { ...payload, conversationId: key })
  const told: TurnError =
    reason === 'gone'
      ? { message: 'The question is gone: its asker is no longer there.', code: 'question_gone' }
      : { message: 'The answer was refused.', code: 'answer_refused' }
  const error = payload.error ? { ...payload.error, code: payload.error.code ?? told.code } : told
  const next =
    reason === 'gone'
      ? resolveQuestion(settled, { ...payload, conversationId: key })
      : editQuestion(settled, key, isMeant, reopened)
  return editConversation(next, key, (conversation) => withError(conversation, error, null))
}

/** Nobody knows whether it arrived: the question waits again. */
export function loseAnswer(
  state: ConversationsState,
  payload: Reply & { readonly error?: TurnError | undefined },
  at: number,
): ConversationsState {
  const key = placeOf(state, payload)
  const settled = settleTyped(state, key, payload, 'unknown', at)
  const isMeant = answeredBy(payload)
  if (!questionsOf(settled, key).some(isMeant)) return settled
  const { error } = payload
  const told: TurnError = {
    message: error?.message ?? 'It is not known whether the answer arrived.',
    code: error?.code ?? 'answer_lost',
  }
  return editConversation(editQuestion(settled, key, isMeant, reopened), key, (conversation) =>
    withError(conversation, told, null),
  )
}

/** A question is closed, by whomever: it does not open again. Without an id: whatever its asker had asked. */
export function resolveQuestion(
  state: ConversationsState,
  payload: Address & { readonly requestId?: string | null | undefined },
  after?: TurnsState,
): ConversationsState {
  const { requestId = null, conversationId } = payload
  const asker = after && askerOf(after, state, payload)
  const key = asker?.key ?? (conversationId == null ? null : rootOf(state, conversationId))
  if (key === null) {
    const holder = rowsOf(state.byId).find((row) =>
      row.questions.some((question) => question.requestId === requestId),
    )
    return holder
      ? closeQuestions(state, holder.conversationId, (other) => other.requestId === requestId)
      : state
  }
  return closeQuestions(state, key, (question) =>
    requestId === null ? question.askerId === asker?.askerId : question.requestId === requestId,
  )
}
