import { queueClaimFailed, queuedRemoved, sendClaimed, turnSubmitted } from '../actions'
import type { RegisterListener, StoreContext } from '../middleware/types'
import { conversationOf } from '../state/conversations'
import { changedEntries, findTurn, hasLeft, initialTurns, turnsIn } from '../state/turns'
import type { KeeperState, SharedMessage, SharedQueuePort, Turn, TurnsState } from '../types'
import { claimPlaces } from './claimPlaces'

/** How often a place that is not granted is asked for before the message is given back. */
const CLAIMS = 3
/** A claim without an answer for this long counts as not granted, ms. */
const CLAIM_TIMEOUT = 9_000

/**
 * One stored queue for all tabs: what waits here is published, what waits there is shown, and one of them sends it.
 *
 * Without it the queue is this tab's own, and needs no request: the reducer keeps it, and the scheduler claims the send of
 * the message that is next.
 */
export const registerQueue =
  (port: SharedQueuePort): RegisterListener =>
  (context) => {
    const published = new Set<string>()
    follow(context, port, published)
    askForPlaces(context, port)
    publish(context, port, published)
  }

/** What other tabs do with the queue. */
function follow(context: StoreContext, port: SharedQueuePort, published: Set<string>): void {
  const unsubscribe = port.subscribe((event) => {
    const { turns } = context.read()
    if (event.type === 'published') {
      const { message } = event
      if (findTurn(turns, message.turnId)) return
      published.add(message.turnId)
      context.dispatch(turnSubmitted({ ...message, mode: 'queue', shared: true } as SharedMessage))
      return
    }
    const { turnId } = event
    published.delete(turnId)
    const turn = findTurn(turns, turnId)
    if (!turn || hasLeft(turn)) return
    const { conversationId } = turn
    context.dispatch(
      event.taken
        ? sendClaimed({ turnId, conversationId, nonce: '', elsewhere: true })
        : queuedRemoved({ turnId, elsewhere: true }),
    )
  })
  context.onDispose(unsubscribe)
}

/** Asks for the place of the message that is next. One that is refused too often is given back. */
function askForPlaces(context: StoreContext, port: SharedQueuePort): void {
  const refused = new Map<string, number>()
  claimPlaces(context, async (turnId, conversationId) => {
    const reply = await context.request({
      port: 'sharedQueue',
      nonce: context.requests.issue(),
      timeoutMs: CLAIM_TIMEOUT,
      call: () => port.claim(turnId, context.keeperId),
    })
    const isAnswered = reply.kind === 'answered'
    const isGranted = isAnswered && reply.value === true
    const times = isAnswered && !isGranted ? (refused.get(turnId) ?? 0) + 1 : 0
    const hasFailed = times >= CLAIMS
    if (hasFailed || times === 0) refused.delete(turnId)
    else refused.set(turnId, times)
    if (hasFailed) context.dispatch(queueClaimFailed({ turnId, conversationId }))
    return isGranted
  })
}

/** Tells the other tabs what waits here, and what does not wait any more. */
function publish(context: StoreContext, port: SharedQueuePort, published: Set<string>): void {
  let seen: TurnsState = initialTurns
  context.onChange((state) => {
    const diff = changedEntries(seen, state.turns)
    seen = state.turns
    const waiting = new Set<string>()
    for (const turn of diff.after.flatMap(turnsIn)) {
      if (hasLeft(turn)) continue
      waiting.add(turn.turnId)
      if (turn.refusals > 0 || published.has(turn.turnId)) continue
      const message = messageOf(state, turn)
      if (!message) continue
      published.add(turn.turnId)
      port.publish(message)
    }
    for (const { turnId } of diff.before.flatMap(turnsIn))
      if (!waiting.has(turnId) && published.delete(turnId)) port.withdraw(turnId)
  })
}

function messageOf(
  { conversations }: KeeperState,
  { turnId, conversationId }: Turn,
): SharedMessage | undefined {
  const text = conversationOf(conversations, conversationId)?.texts.find((other) => other.turnId === turnId)
  return text && { conversationId, turnId, input: text.input, hidden: text.hidden }
}
