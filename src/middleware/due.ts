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
  leads = context.coordinator.leads(),
): readonly DueAction[] {
  const { options, requests } = context
  const { rules, ports } = options
  const { conversationId } = entry
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
  if (next && sendAt !== null)
    due.push(context.coordinator.beforeSend(next, Math.max(sendAt, now)) ?? sendOf(context, next, sendAt))

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

/** When something is due in this conversation, also what only the store that acts for all does; `Infinity` where nothing is. */
export function firstDueAt(context: StoreContext, state: KeeperState, entry: ConversationTurns): number {
  const { rules, environment } = context.options
  // In a hidden page silence is no reason to check.
  const checkAt = environment.hidden() ? entry.checkAt : nextCheckOf(entry)
  const due = dueIn(context, state, entry, context.now(), true)
  return Math.min((rules.hasStatusChecks ? checkAt : null) ?? Infinity, ...due.map(({ at }) => at))
}

/** The send of a turn that waits here. `granted`: it has its place in a queue that several stores share. */
export function sendOf(
  { requests }: StoreContext,
  { turnId, conversationId }: Pick<Turn, 'turnId' | 'conversationId'>,
  at: number,
  granted?: boolean,
): DueAction {
  let nonce: string | undefined
  return {
    at,
    create: () => sendClaimed({ turnId, conversationId, nonce: (nonce = requests.issue()), granted }),
    took: ({ turns }) => findTurn(turns, turnId, conversationId)?.sendNonce === nonce,
  }
}

/** Whether anything in this conversation can be due at all: most have only their next status check. */
export const mayBeDue = (entry: ConversationTurns, hasStatusChecks: boolean): boolean => {
  const { active, queue, backgroundRuns, scheduled } = entry
  if (queue.length > 0 || backgroundRuns.length > 0 || scheduled !== null) return true
  return active !== null && (active.stop !== null || active.limitAt !== null || !hasStatusChecks)
}
