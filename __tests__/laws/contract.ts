/**
 * The contract of all that goes on (law 7): each has a next check, a request in flight, or a person to wait for.
 *
 * Read from the state alone, so that it can be asked after every action.
 */
import type { ConversationTurns, KeeperState, Turn, TurnkeeperOptions } from 'redux-turnkeeper'
import { resolveOptions } from '../../src/options'
import { isQueuePaused } from '../../src/state/conversations'
import { isActiveSession } from '../../src/state/sessions'
import { rowsOf } from '../../src/state/table'
import { activeOf, entriesOf, entryOf, findAsker, hasLeft } from '../../src/state/turns'
import { sendableAt } from '../../src/turns'
import { mayFollowForeign } from '../../src/turns/ends'

/** Makes the check: what goes on in a state and has nothing that would bring it on, in words. */
export function createContract(options: TurnkeeperOptions) {
  const { rules: config, ports } = resolveOptions(options)
  const isTime = (at: number | null): boolean => at !== null && Number.isFinite(at)

  /** A turn that waits here has something in front, or is held back on purpose, or a time at which it leaves. */
  function waitsForSomething(state: KeeperState, entry: ConversationTurns, turn: Turn, now: number): boolean {
    const { turns, conversations } = state
    if (activeOf(turns, entry.conversationId) || entry.queue[0] !== turn) return true
    if (isQueuePaused(conversations, entry.conversationId) || !turns.isSendingAllowed) return true
    if (config.hasStatusChecks && (isTime(entry.checkAt) || entry.unplacedRuns.length > 0)) return true
    return sendableAt({ config, conversations, at: now }, turns, turn) !== null
  }

  let hasLimitEnded = false

  return function brokenIn(state: KeeperState, now: number): readonly string[] {
    const broken: string[] = []
    for (const entry of entriesOf(state.turns)) {
      const { active, queue, unplacedRuns, backgroundRuns, scheduled, stopsInFlight } = entry
      if (active && config.hasStatusChecks && !isTime(active.checkAt))
        broken.push(`active turn ${active.turnId} has no next check`)
      for (const turn of queue) {
        if (!hasLeft(turn)) {
          if (ports.sendTurn && !waitsForSomething(state, entry, turn, now))
            broken.push(`queued turn ${turn.turnId} waits for nothing`)
        } else if (!activeOf(state.turns, entry.conversationId))
          broken.push(`turn ${turn.turnId} is held by the server behind nobody`)
      }
      for (const { runId, checkAt } of unplacedRuns)
        if (!isTime(checkAt)) broken.push(`unplaced run ${runId} has no next check`)
      for (const { runId, expiresAt } of backgroundRuns)
        if (!isTime(expiresAt)) broken.push(`background run ${runId} never expires`)
      if (scheduled && !isTime(scheduled.checkAt)) broken.push('what is scheduled has no next check')
      for (const { stop, turnId } of active ? [active, ...queue] : queue) {
        if (stop?.state !== 'requested') continue
        if (!stopsInFlight.some(({ nonce }) => nonce === stop.nonce))
          broken.push(`the stop of ${turnId} is requested and not in flight`)
      }
    }
    hasLimitEnded ||= state.turns.ended.some(({ reason }) => reason === 'timeout')
    for (const { conversationId, session, questions } of rowsOf(state.conversations.byId)) {
      for (const { requestId, askerId } of questions)
        if (askerId === null || findAsker(state.turns, conversationId, askerId) === undefined)
          broken.push(`question ${requestId} is asked by nobody who is there: ${askerId}`)
      const isActive = session !== null && isActiveSession(session.status)
      const isFull = !entryOf(state.turns, conversationId) && !mayFollowForeign(state.turns)
      if (!config.hasStatusChecks || !isActive || isFull || activeOf(state.turns, conversationId)) continue
      // The app's own limit ended its turn, and says nothing of it: only the server and the app do.
      if (hasLimitEnded) continue
      const { checkAt = null, sessionCheckAt = null } = entryOf(state.turns, conversationId) ?? {}
      if (!isTime(checkAt) && !isTime(sessionCheckAt))
        broken.push(`session of ${conversationId} is ${session.status} and has no next check`)
    }
    return broken
  }
}
