/** Answers to what a turn has asked, held until all are there: the server takes them in one request. */
import { questionsOf, rootOf } from '../state/conversations'
import { findTurn } from '../state/turns'
import type { AnswerRequest, AnswerResult, PortContext, Question, SendResult, Turn } from '../types'
import type { Bodies } from './bodies'
import { turnOf } from './store'
import type { Store } from './store'

/** The answer to one question. */
export interface GivenAnswer {
  readonly requestId: string
  /** The wire's own word for what was asked, as on the question. */
  readonly kind: string
  /** What was asked, as the wire gave it. */
  readonly prompt: unknown
  readonly answer: unknown
}

interface Held {
  readonly given: GivenAnswer
  resolve(result: AnswerResult | Promise<AnswerResult>): void
}

/** Sends the answers. The turn goes on in the response. */
export type SendAnswers = (
  turn: Turn,
  answers: readonly GivenAnswer[],
  context: PortContext,
) => Promise<SendResult>

const GONE: AnswerResult = { status: 'refused', reason: 'gone' }

/** Makes the port `answerInput` of one store. */
export function createAnswers(store: Store, bodies: Bodies, send: SendAnswers) {
  /** By turn, the oldest first. */
  const held = new Map<string, Held[]>()

  const questionsAt = (conversationId: string): readonly Question[] => {
    const { conversations } = store.read()
    return questionsOf(conversations, rootOf(conversations, conversationId))
  }
  const take = (turnId: string): readonly Held[] => {
    const all = held.get(turnId) ?? []
    held.delete(turnId)
    return all
  }

  store.onChange(({ turns }) => {
    for (const turnId of held.keys())
      if (!findTurn(turns, turnId)) take(turnId).forEach(({ resolve }) => resolve(GONE))
  })

  /** Sends what is held, where nothing more is asked. */
  function sendWhenComplete(turnId: string, conversationId: string, context: PortContext): void {
    const asked = questionsAt(conversationId).filter(({ askerId }) => askerId === turnId)
    const turn = turnOf(store, turnId, conversationId)
    if (!turn || asked.length === 0) return take(turnId).forEach(({ resolve }) => resolve(GONE))
    if (asked.some(({ state, requestId }) => state === 'open' && requestId !== null)) return
    const all = take(turnId)
    if (all.length === 0) return
    const sent = send(
      turn,
      all.map(({ given }) => given),
      context,
    ).then(resultOf)
    all.forEach(({ resolve }) => resolve(sent))
  }

  return async ({ requestId, answer, conversationId }: AnswerRequest, context: PortContext) => {
    const question = questionsAt(conversationId).find((other) => other.requestId === requestId)
    const turn = question?.askerId != null ? turnOf(store, question.askerId, conversationId) : undefined
    if (!question || !turn) return GONE
    const { kind, prompt } = question
    const { turnId } = turn
    const result = new Promise<AnswerResult>((resolve) => {
      const others = (held.get(turnId) ?? []).filter(({ given }) => given.requestId !== requestId)
      held.set(turnId, [...others, { given: { requestId, kind, prompt, answer }, resolve }])
    })
    // The body that asks may ask for more before it ends, and the server takes the answers when it has.
    await bodies.whenOver(turn.conversationId)
    sendWhenComplete(turnId, conversationId, context)
    return result
  }
}

const resultOf = (sent: SendResult): AnswerResult =>
  sent.status === 'accepted' ? sent : { status: 'refused', reason: 'error', error: sent.error }
