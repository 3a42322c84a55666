import { statusAnswered, statusCheckEnded, statusCheckStarted } from '../actions'
import { mendedError } from '../actions/shape'
import type { RegisterListener } from '../middleware/types'
import { followedConversations } from '../middleware/statusChecks'
import type { StatusAnswer } from '../types'

/**
 * Poll reconciliation: asks the server what goes on, and hands each conversation's answer to the reducer, which judges it by
 * the check's departure. A check that leaves before a turn started, or before its newest evidence, says nothing about it.
 */
export const registerReconcile: RegisterListener = (context) => {
  const { options, statusChecks, requests } = context
  const { fetchStatus } = options.ports
  if (!fetchStatus) return

  context.startListening({
    actionCreator: statusCheckStarted,
    effect: async ({ payload: { nonce, conversationIds } }) => {
      const shows = context.read().turns.statusChecks.some((check) => check.nonce === nonce)
      if (!shows || !requests.take(nonce)) return
      let hasTold = false
      const tell = (conversationId: string, found: unknown): void => {
        const answer = mendedAnswer(found)
        if (!answer) return
        if (answer.status !== 'unreachable') hasTold = true
        // What was held back has come before this answer.
        context.flushProgress()
        context.dispatch(statusAnswered({ nonce, conversationId, answer }))
      }
      const reply = await context.request<void>({
        port: 'fetchStatus',
        nonce,
        timeoutMs: options.rules.statusTimeout,
        call: async (portContext) => {
          const answers = await fetchStatus(conversationIds, portContext)
          const told = (conversationId: string, found: unknown): void => {
            if (!portContext.signal.aborted) tell(conversationId, found)
          }
          // One that is slow, or fails, keeps no other back.
          const pending = conversationIds.map((conversationId) => {
            const found = answerOf(answers, conversationId)
            if (!isPromise(found)) return told(conversationId, found)
            return found.then(
              (answer) => told(conversationId, answer),
              () => told(conversationId, { status: 'unreachable' }),
            )
          })
          await Promise.all(pending)
        },
      })
      if (reply.kind === 'disposed') return
      const nextAt = statusChecks.ended(nonce, !hasTold)
      context.dispatch(statusCheckEnded({ nonce, failed: !hasTold, nextAt }))
      statusChecks.startDue()
    },
  })

  // A person who comes back to the page, or to the network, wants to know now.
  context.onDispose(
    options.environment.subscribe((event) => {
      if (event === 'hidden' || event === 'offline' || options.environment.hidden()) return
      statusChecks.renewBackoff()
      const ids = followedConversations(context.read().turns)
      if (ids.length > 0) statusChecks.start(ids)
    }),
  )
}

/** What the port has for a conversation; nothing, where the answers are none. */
const answerOf = (answers: unknown, conversationId: string): unknown =>
  answers instanceof Map
    ? answers.get(conversationId)
    : typeof answers === 'object' && answers !== null && Object.hasOwn(answers, conversationId)
      ? (answers as Readonly<Record<string, unknown>>)[conversationId]
      : undefined

const isPromise = (found: unknown): found is PromiseLike<unknown> =>
  typeof found === 'object' && found !== null && typeof (found as { then?: unknown }).then === 'function'

/** What was said of a conversation, mended where that is possible; nothing, where that is no answer. */
function mendedAnswer(found: unknown): StatusAnswer | undefined {
  if (typeof found !== 'object' || found === null) return undefined
  const answer = found as StatusAnswer
  const error = answer.last?.error
  return answer.last && error !== undefined && typeof error?.message !== 'string'
    ? { ...answer, last: { ...answer.last, error: mendedError(error) ?? undefined } }
    : answer
}
