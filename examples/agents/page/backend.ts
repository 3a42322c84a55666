/** In the place of the chat app's module of this name: the keeper gets the connection of a real agent server. */
import type { AnswerRequest, PortContext, StatusAnswer, TurnkeeperOptions } from 'redux-turnkeeper'
import type * as Chat from '../../chat/web/backend'
import type { ThreadStatus } from '../../chat/server/protocol'
import { statusAnswered } from '../../chat/web/slices/connection'
import { agent } from './agent'

/** By the question's id: the answers that its choices stand for. */
const answers = new Map<string, Readonly<Record<string, unknown>>>()

const { connection } = agent
const { fetchStatus, answerInput } = connection.ports

type StatusAnswers = Readonly<Record<string, StatusAnswer>>

export const backend = {
  connection: {
    ...connection,
    ports: {
      ...connection.ports,
      ...(answerInput && {
        answerInput(request: AnswerRequest, context: PortContext) {
          const answer = answers.get(request.requestId)?.[String(request.answer)] ?? request.answer
          return answerInput({ ...request, answer }, context)
        },
      }),
      // The app shows what the last check said.
      ...(fetchStatus && {
        async fetchStatus(conversationIds: readonly string[], context: PortContext) {
          const told = Object.entries((await fetchStatus(conversationIds, context)) as StatusAnswers)
          const answers = await Promise.all(told.map(async ([id, answer]) => [id, await answer] as const))
          const threads = answers.map(([id, { status }]) => [id, { status } as ThreadStatus] as const)
          context.dispatch(statusAnswered({ conversationIds, threads: Object.fromEntries(threads) }))
          return Object.fromEntries(answers)
        },
      }),
    },
  },
} satisfies TurnkeeperOptions<string>

export const newConversationId: typeof Chat.newConversationId = async () => {
  const id = await agent.createConversation()
  const body = JSON.stringify({ id })
  await fetch('/threads', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return id
}

export const HINT: typeof Chat.HINT =
  'This is a real agent server. With the fake model, “say:medium” and “say:slow” are long answers, “say:tool” calls a tool and asks first, “say:err500”, “say:torn” and “say:hang” are what can go wrong there.'

export const interruptOf: typeof Chat.interruptOf = (question) => {
  const { message, choices } = agent.wordsOf(question)
  answers.set(question.requestId ?? '', choices)
  const names = Object.keys(choices)
  return { message, ...(names.length > 0 && { responseSchema: { enum: names } }) }
}
