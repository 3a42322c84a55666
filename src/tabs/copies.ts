/** What of a store's actions is told to the others. A copy tells what became of it here, not what was asked for. */
import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../actions'
import * as signals from '../actions/signals'
import type { KeeperAndFeatureState } from '../middleware/types'
import { diffEnded, findTurn, hasLeft } from '../state/turns'
import { stopTarget } from '../turns'
import type { Address } from '../types'
import { featureTold, leaderAsked, tabRoleChanged, typesOf } from './actions'

/** Told as they stand. */
const FACTS = /* @__PURE__ */ typesOf(
  actions.turnSteered,
  actions.steerRefused,
  actions.sendAccepted,
  actions.sendRefused,
  actions.sendLost,
  actions.queuedRemoved,
  actions.queuedEdited,
  actions.queuedMoved,
  actions.queuedSentNow,
  actions.queueCleared,
  actions.queuePaused,
  actions.queueResumed,
  actions.queueChangeRefused,
  actions.stopClaimed,
  actions.stopAcknowledged,
  actions.stopRefused,
  actions.stopLost,
  actions.backgroundStopClaimed,
  actions.backgroundStopAnswered,
  actions.answerClaimed,
  actions.answerAccepted,
  actions.answerRefused,
  actions.answerLost,
  actions.inputCancelled,
  actions.sessionStopRequested,
  actions.sessionStopped,
  actions.sessionStopRefused,
  actions.statusAnswered,
  actions.statusCheckEnded,
  actions.draftTaken,
  actions.errorDismissed,
  actions.workStarted,
  actions.stateRestored,
  actions.conversationRekeyed,
  actions.conversationClosed,
  signals.childOpened,
  signals.workScheduled,
  signals.steerRead,
)

/** Told where they name a turn, a run or a question. Heard twice they change nothing; what names nobody might. */
const NAMED = /* @__PURE__ */ typesOf(
  signals.turnStarted,
  signals.turnEnded,
  signals.runPaused,
  signals.inputRequested,
  signals.inputResolved,
)

/** Told although they change no state here. */
const ANNOUNCEMENTS = /* @__PURE__ */ typesOf(
  actions.turnSettled,
  actions.inputOpened,
  actions.inputClosed,
  actions.conversationSeen,
  featureTold,
  leaderAsked,
)

const isUnchanged = (before: KeeperAndFeatureState, after: KeeperAndFeatureState): boolean =>
  before.turns === after.turns && before.conversations === after.conversations

/** The copy of an action for the other stores; `null` where it is not told. Progress and the stream stay where they are. */
export function copyOf(
  action: UnknownAction,
  before: KeeperAndFeatureState,
  after: KeeperAndFeatureState,
): UnknownAction | null {
  const { type } = action
  if (ANNOUNCEMENTS.has(type)) return action
  if (isUnchanged(before, after)) return null
  if (FACTS.has(type)) return action
  const payload = action.payload as Address & { readonly requestId?: string | null }
  if (NAMED.has(type)) return (payload.turnId ?? payload.runId ?? payload.requestId) == null ? null : action
  const more = whatBecame(action, before, after)
  return more ? { ...action, payload: { ...payload, ...more } } : null
}

/** What became here of what was asked for. */
function whatBecame(
  action: UnknownAction,
  before: KeeperAndFeatureState,
  after: KeeperAndFeatureState,
): object | null {
  if (actions.sendClaimed.match(action)) return { elsewhere: true }
  if (actions.statusCheckStarted.match(action)) return { explicit: true }
  if (actions.turnSubmitted.match(action)) {
    const turn = findTurn(after.turns, action.payload.turnId)
    return turn && hasLeft(turn) ? { sent: true } : { shared: true }
  }
  // Which turn was meant is decided once, here.
  const turn = actions.stopRequested.match(action)
    ? stopTarget(before.turns, before.conversations, action.payload)
    : actions.endTurn.match(action) && diffEnded(before.turns, after.turns).added[0]
  return turn ? { turnId: turn.turnId, conversationId: turn.conversationId } : null
}

/** They are about a whole conversation, or all tabs: heard again, they would mean what has come since too. */
const WIDE = /* @__PURE__ */ typesOf(actions.queueCleared, actions.conversationClosed, tabRoleChanged)

/** Whether a copy changed nothing, and is to be heard again once this store has been told what it is about. */
export const isEarly = (
  { type }: UnknownAction,
  before: KeeperAndFeatureState,
  after: KeeperAndFeatureState,
): boolean => isUnchanged(before, after) && !ANNOUNCEMENTS.has(type) && !WIDE.has(type)
