/**
 * What is due in one conversation, and when: it follows from the state alone. The scheduler dispatches it when its time has
 * come; listeners hear that, and carry out the requests.
 */
import { backgroundRunsExpired, sendClaimed, stopClaimed, turnOverdue } from '../actions'
import type { RulesConfig } from '../state/config'
import { entryOf, findTurn, hasLeft, turnsIn } from '../state/turns'
import { nextCheckOf, sendableAt, turnDueAt } from '../turns'
import type { ConversationTurns, KeeperState, Turn } from '../types'
import type { DueAction, StoreContext } from './types'

/** The state and the time that something is judged by. */
const rulesAt = ({ options }: StoreContext, { conversations }: KeeperState, at: number) => ({
  config: options.rules,
  conversations,
  at,
})

/** The turn that waits first, where it waits here: it leaves next. */
const nextUnsent = ({ queue }: ConversationTurns): Turn | undefined =>
  queue.length === 0 || hasLeft(queue[0]!) ? undefined : queue[0]

/** Everything that is due in a conversation, now or later. Status checks are not among them: one serves all conversations. */
export function dueIn(
  context: StoreContext,
  state: KeeperState,
  entry: ConversationTurns,
  now: number,
): readonly DueAction[] {
  const { options, requests } = context
  const { rules, ports } = options
  const { conversationId } = entry
  const leads = context.coordinator.leads()
  const due: DueAction[] = []
  const find = ({ turns }: KeeperState, turnId: string) => findTurn(turns, turnId, conversationId)

  for (const turn of turnsIn(entry)) {
    const { turnId, evidenceSeq } = turn
    if (leads && ports.stopTurn && turn.stop?.state === 'wanted') {
      let nonce: string | undefined
      due.push({
        at: now,
        create: () => stopClaimed({ turnId, conversationId, nonce: (nonce = requests.issue()) }),
        took: (after) => find(after, turnId)?.stop?.nonce === nonce,
      })
    }
    const at = turnDueAt(rules.hasStatusChecks, turn, turn === entry.active)
    if (at !== null) {
      due.push({
        at,
        create: () => turnOverdue({ turnId, conversationId, evidenceSeq }),
        took: (after) => find(after, turnId) !== turn,
      })
    }
  }
  const next = leads && ports.sendTurn && nextUnsent(entry)
  const sendAt = next ? sendableAt(rulesAt(context, state, now), state.turns, next) : null
  if (next && sendAt !== null) due.push(sendOf(context, next, sendAt, now))

  const expiresAt = expiryOf(rules, entry)
  if (expiresAt !== null)
    due.push({
      at: expiresAt,
      create: () => backgroundRunsExpired({ conversationId }),
      took: ({ turns }) => entryOf(turns, conversationId) !== entry,
    })
  return due
}

/** When something beside the turn is forgotten, or looked at again; `null` where nothing is. */
function expiryOf(
  { hasStatusChecks, backgroundRunExpiry }: RulesConfig,
  { backgroundRuns, scheduled }: ConversationTurns,
): number | null {
  const runs = Math.min(...backgroundRuns.map((run) => run.expiresAt))
  const at = hasStatusChecks || !scheduled ? runs : Math.min(runs, scheduled.at + backgroundRunExpiry)
  return at === Infinity ? null : at
}

/**
 * When the store that acts for all is to do something in this conversation: check its status, send what waits, ask for a stop
 * again; `Infinity` where it is not.
 */
export function dutyAt(
  context: StoreContext,
  state: KeeperState,
  entry: ConversationTurns,
  now: number,
): number {
  const { rules, ports, environment } = context.options
  if (ports.stopTurn && turnsIn(entry).some(({ stop }) => stop?.state === 'wanted')) return now
  // In a hidden page silence is no reason.
  const checkAt = environment.hidden() ? entry.checkAt : nextCheckOf(entry)
  const next = ports.sendTurn && nextUnsent(entry)
  const sendAt = next ? sendableAt(rulesAt(context, state, now), state.turns, next) : null
  return Math.min((rules.hasStatusChecks ? checkAt : null) ?? Infinity, sendAt ?? Infinity)
}

/** The send of a turn that waits here; or what a feature does first. */
function sendOf(context: StoreContext, turn: Turn, at: number, now: number): DueAction {
  const { requests, coordinator } = context
  const { turnId, conversationId } = turn
  const first = coordinator.beforeSend(turn, Math.max(at, now))
  if (first) return first
  let nonce: string | undefined
  return {
    at,
    create: () => sendClaimed({ turnId, conversationId, nonce: (nonce = requests.issue()) }),
    took: ({ turns }) => findTurn(turns, turnId, conversationId)?.sendNonce === nonce,
  }
}

/** Whether anything in this conversation can be due at all: most have only their next status check. */
export const mayBeDue = (entry: ConversationTurns, hasStatusChecks: boolean): boolean => {
  const { active, queue, backgroundRuns, scheduled } = entry
  if (queue.length > 0 || backgroundRuns.length > 0 || scheduled !== null) return true
  return active !== null && (active.stop !== null || active.limitAt !== null || !hasStatusChecks)
}
