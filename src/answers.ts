/** Answers to questions, as thunks. They go to the port alone, unless they were typed as a prompt. */
import * as actions from './actions'
import type { Command, SubmitArgs, Submitted } from './commands'
import type { CommandContext } from './middleware'
import { toError } from './middleware/errors'
import type { KeeperDispatch } from './middleware/types'
import type { ResolvedOptions } from './options'
import { keyOf, questionsOf, rootOf } from './state/conversations'
import { activeOf, findEnded, isKnownTurn } from './state/turns'
import type { AnswerResult, AnswersResult, KeeperState, Ports, Question } from './types'

/** The answer to one question. */
export interface Answer {
  /** The question's `requestId`. */
  readonly requestId: string
  readonly answer: unknown
}

/** An answer whose question this store has taken. */
interface Claimed extends Answer {
  readonly nonce: string
}

/** What a port said of an answer; `undefined`: its fate is not known, or it was not given. */
export type Answered = AnswerResult | undefined

export function createAnswerCommands(
  options: ResolvedOptions,
  contextOf: (dispatch: KeeperDispatch) => CommandContext,
  isOver: (context: CommandContext, port: keyof Ports) => boolean,
) {
  const { answerInput: giveOne, answerInputs: giveAll } = options.ports

  const questionOf = ({ conversations }: KeeperState, conversationId: string, requestId: string) =>
    questionsOf(conversations, rootOf(conversations, conversationId)).find(
      (question) => question.requestId === requestId,
    )

  /** Takes a question that is open, so that it is answered once. */
  function claim(
    dispatch: KeeperDispatch,
    context: CommandContext,
    conversationId: string,
    { requestId, answer }: Answer,
    typed?: { readonly turnId: string; readonly input: unknown },
  ): Claimed | undefined {
    if (questionOf(context.read(), conversationId, requestId)?.state !== 'open') {
      context.reportProblem('answer', `There is no open question "${requestId}" to answer.`)
      return undefined
    }
    const nonce = context.requests.issue()
    dispatch(actions.answerClaimed({ conversationId, requestId, nonce, ...(typed && { typed }) }))
    if (questionOf(context.read(), conversationId, requestId)?.nonce !== nonce) return undefined
    context.requests.take(nonce)
    return { requestId, answer, nonce }
  }

  /** Hands answers to one port, and tells of each question what came of it. */
  async function give(
    context: CommandContext,
    conversationId: string,
    claims: readonly [Claimed, ...Claimed[]],
  ): Promise<readonly Answered[]> {
    let results: readonly Answered[] = []
    const answers = claims.map(({ requestId, answer }) => ({ requestId, answer }))
    const call = claims.length === 1 && giveOne ? giveOne : undefined
    await context.callPort<AnswersResult>({
      port: call ? 'answerInput' : 'answerInputs',
      nonce: claims[0].nonce,
      call: (portContext) =>
        call
          ? call({ conversationId, ...answers[0]! }, portContext)
          : giveAll!({ conversationId, answers }, portContext),
      answered(result) {
        const all = claims.map((_, i) => (isList(result) ? result[i]! : result))
        const told = claims.map(({ requestId, nonce }, i) => {
          const about = { conversationId, requestId, nonce }
          const one = all[i]!
          return one.status === 'accepted'
            ? actions.answerAccepted(about)
            : actions.answerRefused({ ...about, reason: one.reason, error: one.error })
        })
        results = all
        return told
      },
      lost(error) {
        results = []
        return claims.map(({ requestId, nonce }) =>
          actions.answerLost({ conversationId, requestId, nonce, error: toError(error) }),
        )
      },
    })
    return results
  }

  const answerInputs =
    ({
      conversationId,
      answers,
    }: {
      readonly conversationId: string
      readonly answers: readonly Answer[]
    }): Command<Promise<readonly Answered[]>> =>
    async (dispatch) => {
      const context = contextOf(dispatch)
      const port = giveAll ? 'answerInputs' : 'answerInput'
      if (isOver(context, port)) return answers.map(() => undefined)
      if (!options.ports[port]) {
        context.reportProblem('answer', 'There is no port "answerInput" to answer with.')
        return answers.map(() => undefined)
      }
      // All are taken before the first is given: what asks for several waits for all of them.
      const claims = answers.map((given) => claim(dispatch, context, conversationId, given))
      const [first, ...others] = claims.filter((one) => one !== undefined)
      if (!first) return claims.map(() => undefined)
      const calls: readonly [Claimed, ...Claimed[]][] = giveAll
        ? [[first, ...others]]
        : [first, ...others].map((one) => [one])
      const results = (await Promise.all(calls.map((call) => give(context, conversationId, call)))).flatMap(
        (given, i) => (given.length > 0 ? given : calls[i]!.map(() => undefined)),
      )
      let taken = 0
      return claims.map((one) => (one ? results[taken++] : undefined))
    }

  const answerInput =
    ({
      conversationId,
      ...answer
    }: Answer & { readonly conversationId: string }): Command<Promise<Answered>> =>
    async (dispatch) =>
      (await dispatch(answerInputs({ conversationId, answers: [answer] })))[0]

  /** The one question of the turn that waits which takes a text, with the answer that the text is. */
  function questionFor(context: CommandContext, args: SubmitArgs): Answer | undefined {
    const { whileAsking = options.rules.onTextWhileAsking, mode, retryOf, hidden } = args
    if (whileAsking !== 'answer' || mode !== undefined || retryOf !== undefined || hidden) return undefined
    if (!giveOne && !giveAll) return undefined
    const { turns, conversations } = context.read()
    const active = activeOf(turns, keyOf(conversations, args.conversationId))
    if (!active) return undefined
    const asked = questionsOf(conversations, rootOf(conversations, active.conversationId)).filter(
      ({ askerId, state, kind }) => askerId === active.turnId && state === 'open' && kind !== 'secret',
    )
    const answers = asked.flatMap((question) => answersOf(context, args.input, question))
    return answers.length === 1 ? answers[0] : undefined
  }

  function answersOf(context: CommandContext, input: unknown, question: Question): readonly Answer[] {
    const { requestId } = question
    if (requestId === null) return []
    try {
      const answer = options.answerFromText(input, question)
      return answer === undefined ? [] : [{ requestId, answer }]
    } catch (error) {
      context.reportError(error, 'answerFromText')
      return []
    }
  }

  /** Gives a prompt as the answer to the question that it was typed for; `undefined` where it is none. */
  function answerWithText(
    dispatch: KeeperDispatch,
    context: CommandContext,
    args: SubmitArgs,
    turnId: string,
  ): Submitted | undefined {
    const { turns } = context.read()
    const answer = questionFor(context, args)
    if (!answer || isKnownTurn(turns, turnId) || findEnded(turns, turnId)) return undefined
    const { conversationId, input } = args
    const claimed = claim(dispatch, context, conversationId, answer, { turnId, input })
    if (claimed) void give(context, conversationId, [claimed])
    return { turnId, taken: claimed !== undefined, answers: answer.requestId }
  }

  return { answerInput, answerInputs, answerWithText }
}

const isList = (result: AnswersResult): result is readonly AnswerResult[] => Array.isArray(result)
