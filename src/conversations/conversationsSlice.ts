/**
 * The `conversations` slice: what conversations have to say, beside what goes on in them. Texts until it is certain that the
 * server has them, drafts, questions, sessions, errors.
 *
 * A plain reducer, called after that of the turns. It is told what went on before the action and after it, so that whether
 * an end counts is decided once.
 */
import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../actions'
import { signals } from '../actions'
import { askerOf, resolveAddress } from '../state/address'
import { REMEMBERED } from '../state/config'
import type { RulesConfig } from '../state/config'
import {
  byConversation,
  conversationOf,
  initialConversations,
  keyOf,
  parentOf,
  questionsOf,
  rootOf,
} from '../state/conversations'
import { replaceItem, without } from '../state/lists'
import { BUSY_WORDS, isSessionMissing } from '../state/sessions'
import { rowsOf } from '../state/table'
import { backgroundRunAnswered, findStopped } from '../state/stops'
import {
  activeOf,
  entryOf,
  findAsker,
  findEnded,
  findTurn,
  hasLeft,
  headOf,
  isQueued,
  turnsIn,
} from '../state/turns'
import type {
  Conversation,
  ConversationsState,
  Draft,
  PendingText,
  QueueHold,
  TurnError,
  TurnsState,
} from '../types'
import {
  codeOf,
  editConversation,
  emptyConversation,
  withError,
  withHold,
  withLog,
  withoutError,
} from './conversation'
import * as answers from './answers'
import { followEnds } from './followEnds'
import { followTurnsWithTexts, rekeyConversation } from './keys'
import * as questions from './questions'
import * as sessions from './sessions'
import { restoreUnseen, seeEnds } from './unseen'
import {
  abandonRequests,
  abandonSent,
  acceptSteer,
  missingAmong,
  withDraft,
  withDrafts,
  withoutDraft,
  withoutText,
  withText,
  withTexts,
} from './texts'

/** What a case decides on, beside its own state. */
interface Change {
  readonly before: TurnsState
  readonly after: TurnsState
  readonly config: RulesConfig
  readonly at: number
}
type Case<Payload> = (state: ConversationsState, payload: Payload, change: Change) => ConversationsState

const cases = new Map<string, Case<never>>()
const on = <Payload>(creator: { type: string; (payload: Payload): unknown }, rule: Case<Payload>): void => {
  cases.set(creator.type, rule as Case<never>)
}

// ---------------------------------------------------------------- ends

/** The text, the questions and the error of the turn that ended. Whether the end counts, the turns reducer has judged. */
on(actions.endTurn, (state, _payload, { before, after, config }) => followEnds(state, before, after, config))

// ---------------------------------------------------------------- texts

on(actions.turnSubmitted, (state, payload: actions.KeeperSubmitPayload, { before, after }) => {
  const { turnId, input, hidden = false, retryOf } = payload
  const key = keyOf(state, payload.conversationId)
  const turn = findTurn(after, turnId, key)
  if (!turn || turn.createdSeq <= before.seq) return state
  // Who writes there has seen what ended there.
  const seen = hidden || payload.shared ? state : seeEnds(state, key)
  return editConversation(seen, key, (conversation) => ({
    ...withText(conversation, { turnId, input, hidden, ...(retryOf !== undefined && { retryOf }) }),
    drafts:
      retryOf === undefined
        ? conversation.drafts
        : conversation.drafts.filter((draft) => draft.turnId !== retryOf),
    lastError: null,
    queueHold: null,
  }))
})
on(actions.turnSteered, (state, { conversationId, turnId: into, steerId, input, nonce }) =>
  editConversation(state, keyOf(state, conversationId), (conversation) => {
    const isTold = conversation.texts.some((text) => text.turnId === steerId && text.isSteer)
    const text = {
      turnId: steerId,
      input,
      hidden: false,
      isSteer: true,
      into,
      ...(nonce !== undefined && { nonce }),
    }
    const steered = isTold ? conversation : withText(withoutText(conversation, steerId), text)
    return withoutDraft(withoutError(steered), steerId)
  }),
)
on(actions.sendAccepted, (state, { turnId, conversationId, as }, { after, at }) => {
  const ended = findEnded(after, turnId)
  // That it was not delivered, the server has said itself.
  if (ended?.outcome === 'undelivered' && ended.grade === 'witnessed') return state
  // Accepted after it was given back: a text that may have arrived has arrived, unless it waits to be read.
  const hasArrived = (draft: Draft): boolean =>
    draft.turnId === turnId && draft.arrived === 'unknown' && !(draft.kind === 'steer' && as === 'queued')
  const isHere = ({ texts, drafts }: Conversation): boolean =>
    texts.some((text) => text.turnId === turnId) || drafts.some(hasArrived)
  const named = ended?.conversationId ?? conversationId
  const holder =
    named === undefined ? rowsOf(state.byId).find(isHere) : conversationOf(state, keyOf(state, named))
  if (!holder || !isHere(holder)) return state
  return editConversation(state, holder.conversationId, (conversation) => {
    const text = conversation.texts.find((other) => other.turnId === turnId)
    // A steer makes no turn: its text is safe once it is read.
    if (text?.isSteer && !findTurn(after, turnId, holder.conversationId))
      return acceptSteer(conversation, text, as === 'queued', after, at)
    const drafts = without(conversation.drafts, hasArrived)
    return drafts === conversation.drafts ? conversation : { ...conversation, drafts }
  })
})
on(signals.steerRead, (state, { conversationId, steerId }) => {
  const isRead = ({ turnId, isSteer }: PendingText): boolean => turnId === steerId && isSteer === true
  // It was given back meanwhile: what may have arrived has arrived.
  const isBack = ({ turnId, kind, arrived }: Draft): boolean =>
    turnId === steerId && kind === 'steer' && arrived === 'unknown'
  const isHere = ({ texts, drafts }: Conversation): boolean => texts.some(isRead) || drafts.some(isBack)
  const own = conversationId == null ? undefined : conversationOf(state, keyOf(state, conversationId))
  const holder = own && isHere(own) ? own : rowsOf(state.byId).find(isHere)
  return holder
    ? editConversation(state, holder.conversationId, (conversation) => ({
        ...conversation,
        texts: without(conversation.texts, isRead),
        drafts: without(conversation.drafts, isBack),
      }))
    : state
})
on(actions.steerRefused, (state, { conversationId, steerId, error, lost = false }, { at }) =>
  editConversation(state, keyOf(state, conversationId), (conversation) => {
    const text = conversation.texts.find(({ turnId }) => turnId === steerId)
    if (!text) return conversation
    // The server has it: that an answer was lost says nothing new.
    if (text.isUnread) return conversation
    const { input } = text
    const draft = { turnId: steerId, input, at, arrived: lost ? 'unknown' : 'no', kind: 'steer' } as const
    return withDraft(withoutText(withError(conversation, error, null), steerId), draft)
  }),
)
on(actions.sendRefused, (state, { turnId, conversationId }, { before }) => {
  // Refused after it was given up: its text certainly did not arrive.
  const ended = before.ended.findLast((record) => record.turnId === turnId)
  const key = keyOf(state, conversationId ?? ended?.conversationId ?? '')
  return ended
    ? editConversation(state, key, (conversation) =>
        conversation.drafts.some((draft) => draft.turnId === turnId && draft.arrived === 'unknown')
          ? {
              ...conversation,
              drafts: conversation.drafts.map((draft) =>
                draft.turnId === turnId ? { ...draft, arrived: 'no' as const } : draft,
              ),
            }
          : conversation,
      )
    : state
})
on(actions.queuedRemoved, (state, { turnId, elsewhere }, { before, after }) => {
  const turn = elsewhere ? findTurn(before, turnId) : undefined
  return turn && !findTurn(after, turnId, turn.conversationId)
    ? editConversation(state, turn.conversationId, (conversation) => withoutText(conversation, turnId))
    : state
})
on(actions.stateRestored, (state, kept, { before, after, at }) => {
  let next = restoreUnseen(state, kept.unseen)
  for (const [key, messages] of byConversation(state, [...(kept.live ?? []), ...(kept.queued ?? [])])) {
    const here = turnsIn(entryOf(after, key) ?? { active: null, queue: [] })
    const restored = new Set(here.filter((turn) => turn.createdSeq > before.seq).map(({ turnId }) => turnId))
    next = editConversation(next, key, (conversation) =>
      withTexts(
        conversation,
        messages
          .filter(({ turnId, input }) => input !== undefined && restored.has(turnId))
          .map(({ turnId, input, hidden = false }) => ({ turnId, input, hidden })),
      ),
    )
  }
  for (const [key, drafts] of byConversation(state, missingAmong(next, kept.drafts ?? [])))
    next = editConversation(next, key, (conversation) =>
      withDrafts(
        conversation,
        drafts.map(({ turnId, input, arrived = 'unknown', kind }) => ({
          turnId,
          input,
          at,
          arrived,
          ...(kind && { kind }),
        })),
      ),
    )
  for (const { conversationId, why, until } of kept.holds ?? []) {
    const key = keyOf(state, conversationId)
    // What waited here before is held, or not, as it was.
    if (!headOf(before, key) && headOf(after, key)) next = hold(next, key, { why, until: until ?? null })
  }
  for (const { conversationId, askerId, ...asked } of kept.questions ?? []) {
    const key = keyOf(state, conversationId)
    const asker = askerId == null ? activeOf(after, key)?.turnId : findAsker(after, key, askerId)
    if (asker === undefined) continue
    const place = questions.placeOf(after, key, asker)
    next = questions.openQuestion(next, place, { ...asked, askerId: asker }, at, before.seq)
  }
  return next
})
const hold = (
  state: ConversationsState,
  conversationId: string,
  queueHold: QueueHold | null,
): ConversationsState =>
  editConversation(state, keyOf(state, conversationId), (conversation) => withHold(conversation, queueHold))

on(actions.draftTaken, (state, { conversationId, turnId }) =>
  editConversation(state, keyOf(state, conversationId), (conversation) =>
    conversation.drafts.some((draft) => draft.turnId === turnId)
      ? { ...conversation, drafts: conversation.drafts.filter((draft) => draft.turnId !== turnId) }
      : conversation,
  ),
)

// ---------------------------------------------------------------- errors, views, the queue

on(actions.errorDismissed, (state, { conversationId }) =>
  editConversation(state, keyOf(state, conversationId), withoutError),
)
on(signals.errorReported, (state, payload, { before, at }) => {
  const target = resolveAddress(before, state, payload)
  const key =
    target.kind === 'turn' ? target.turn.conversationId : target.kind === 'conversation' ? target.key : null
  const isKnown = key !== null && (entryOf(before, key) ?? conversationOf(state, key)) !== undefined
  if (!isKnown || payload.replayed) return state
  const error = payload.error ?? { message: 'The agent reported an error.', code: 'agent_reported_error' }
  const turnId = target.kind === 'turn' ? target.turn.turnId : (activeOf(before, key)?.turnId ?? null)
  return editConversation(state, key, (conversation) =>
    withLog(conversation, { at, kind: 'reported', message: error.message, ...codeOf(error), turnId }),
  )
})
const UNREACHABLE = {
  message: 'The agent could not be reached: it was not stopped.',
  code: 'stop_unreachable',
} satisfies TurnError

on(actions.stopRefused, (state, { turnId, nonce, reason, error }, { before, at }) => {
  // A stop that failed: the turn runs on, and a person is told.
  const turn = findStopped(before, turnId, nonce)
  const isQuiet = reason !== 'unreachable' && turn?.started === 'no'
  const isOther = nonce !== undefined && nonce !== turn?.stop?.nonce
  if (!turn || turn.stop?.state !== 'requested' || isQuiet || isOther) return state
  const told: TurnError =
    reason === 'unreachable'
      ? UNREACHABLE
      : { message: 'The agent found nothing to stop.', code: 'stop_no_active_turn' }
  const shown: TurnError = error ? { ...error, code: error.code ?? told.code } : told
  const { message } = shown
  return editConversation(state, turn.conversationId, (conversation) =>
    withLog(withError(conversation, shown, turn.turnId), {
      at,
      kind: 'stop',
      message,
      ...codeOf(shown),
      turnId: turn.turnId,
    }),
  )
})
on(actions.backgroundStopAnswered, (state, payload, { before, at }) => {
  // It could not be stopped: it goes on, and a person is told.
  const run = payload.status === 'unreachable' && backgroundRunAnswered(before, state, payload)
  if (!run) return state
  const { message, code } = payload.error ?? { message: UNREACHABLE.message }
  const shown: TurnError = { message, code: code ?? UNREACHABLE.code }
  return editConversation(state, run.conversationId, (conversation) =>
    withLog(withError(conversation, shown, null), { at, kind: 'stop', ...shown, turnId: null }),
  )
})
on(actions.conversationViewed, (state, { conversationId }) => {
  const viewedId = conversationId === null ? null : keyOf(state, conversationId)
  const seen = viewedId === null ? state : seeEnds(state, viewedId)
  return viewedId === seen.viewedId ? seen : { ...seen, viewedId }
})
on(actions.conversationSeen, (state, { conversationId }) => seeEnds(state, keyOf(state, conversationId)))
on(actions.queueResumed, (state, { conversationId }) => hold(state, conversationId, null))
on(actions.queuePaused, (state, { conversationId }, { after }) =>
  headOf(after, keyOf(state, conversationId))
    ? hold(state, conversationId, { why: 'person', until: null })
    : state,
)
on(actions.queuedSentNow, (state, { turnId }, { after }) => {
  const turn = findTurn(after, turnId)
  return turn && !hasLeft(turn) ? hold(state, turn.conversationId, null) : state
})
on(actions.sendClaimed, (state, { turnId, conversationId }, { after }) => {
  const turn = findTurn(after, turnId, conversationId)
  return turn && hasLeft(turn) ? hold(state, turn.conversationId, null) : state
})
on(actions.queuedEdited, (state, { turnId, input, accepted = false }, { after }) => {
  const turn = findTurn(after, turnId)
  if (!turn || !isQueued(after, turn) || hasLeft(turn) !== accepted) return state
  return editConversation(state, turn.conversationId, (conversation) =>
    conversation.texts.some((text) => text.turnId === turnId && text.input !== input)
      ? {
          ...conversation,
          texts: conversation.texts.map((text) => (text.turnId === turnId ? { ...text, input } : text)),
        }
      : conversation,
  )
})
on(actions.queueChangeRefused, (state, { conversationId, error }, { at }) =>
  editConversation(state, keyOf(state, conversationId), (conversation) =>
    withLog(withError(conversation, error, null), {
      at,
      kind: 'queue',
      message: error.message,
      ...codeOf(error),
      turnId: null,
    }),
  ),
)

// ---------------------------------------------------------------- questions

on(signals.inputRequested, (state, payload, { after, at }) => {
  if (payload.replayed && resolveAddress(after, state, payload).kind !== 'turn') return state
  const asker = askerOf(after, state, payload)
  if (!asker) return state
  const { requestId = null, kind, prompt } = payload
  return questions.openQuestion(
    state,
    asker.key,
    { requestId, askerId: asker.askerId, kind, prompt, expiresAt: questions.expiryOf(payload, at) },
    at,
    after.seq,
  )
})
on(signals.inputResolved, (state, payload, { after }) => answers.resolveQuestion(state, payload, after))
on(signals.turnProgressed, (state, payload, { after }) => {
  // What works again waits no more for what it never named.
  const key = payload.conversationId == null ? null : rootOf(state, payload.conversationId)
  if (
    key === null ||
    payload.replayed ||
    !questionsOf(state, key).some(({ requestId }) => requestId === null)
  )
    return state
  const asker = askerOf(after, state, payload)
  return questions.closeQuestions(
    state,
    key,
    ({ requestId, askerId }) => requestId === null && askerId === asker?.askerId,
  )
})
on(actions.answerClaimed, answers.claimAnswer)
on(actions.answerAccepted, (state, payload, { at }) => answers.acceptAnswer(state, payload, at))
on(actions.answerRefused, (state, payload, { at }) => answers.refuseAnswer(state, payload, at))
on(actions.answerLost, (state, payload, { at }) => answers.loseAnswer(state, payload, at))
on(actions.inputCancelled, (state, payload) => answers.resolveQuestion(state, payload))
on(actions.inputsExpired, (state, { conversationId }, { after, at }) =>
  questions.expireQuestions(state, rootOf(state, conversationId), at, after.seq),
)

// ---------------------------------------------------------------- sessions

on(actions.sessionStatusChanged, (state, payload, { before, after, at }) =>
  sessions.stateSession(state, payload, before, after, at),
)
const sessionIsUp: Case<Omit<actions.SessionStatement, 'status'>> = (
  state,
  payload,
  { before, after, at },
) => {
  const active = activeOf(before, keyOf(state, payload.conversationId))
  const status = active && active.started !== 'no' ? 'running' : 'ready'
  return sessions.stateSession(state, { ...payload, status }, before, after, at)
}
on(actions.sessionStarted, sessionIsUp)
on(actions.threadStarted, sessionIsUp)
on(signals.sessionReported, (state, payload, { before, after, config, at }) => {
  const { conversationId, status, replayed } = payload
  const { kind } = resolveAddress(before, state, payload)
  if (conversationId == null || replayed || (kind !== 'conversation' && kind !== 'turn')) return state
  const key = keyOf(state, conversationId)
  const isWork = BUSY_WORDS.has(status)
  return sessions.reportSession(state, key, status, after, config.hasStatusChecks || isWork, at)
})
on(actions.sessionStopRequested, (state, { conversationId, nonce = null }, { before, after, at }) =>
  sessions.requestSessionStop(state, keyOf(state, conversationId), nonce, before, after, at),
)
on(actions.sessionStopped, (state, payload, { after, at }) =>
  sessions.sessionStopAnswered(state, payload, true, after, at),
)
on(actions.sessionStopRefused, (state, payload, { after, at }) =>
  sessions.sessionStopAnswered(state, payload, false, after, at),
)
on(actions.sessionsRequested, (state, { nonce }, { after, at }) => ({
  ...state,
  sessionListing: { nonce, seq: after.seq, at },
}))
on(actions.sessionsListed, (state, { nonce, conversationIds }, { before, after, at }) => {
  const listing = state.sessionListing
  if (listing?.nonce !== nonce) return state
  let next: ConversationsState = { ...state, sessionListing: null }
  if (conversationIds == null) return next
  const listed = new Set(conversationIds.map((id) => keyOf(state, id)))
  for (const { conversationId: key, session } of rowsOf(state.byId))
    if (isSessionMissing(before, session, key, listing, listed))
      next = sessions.loseSession(next, key, after, at)
  return next
})

// ---------------------------------------------------------------- status checks

on(actions.statusAnswered, (state, payload, { before, after, at, config }) => {
  const { conversationId, nonce, answer } = payload
  const check = before.statusChecks.find((other) => other.nonce === nonce)
  if (!check || before === after || answer.status === 'no_status' || answer.status === 'unreachable')
    return state
  const key = keyOf(state, conversationId)
  const asked = questions.questionsOfAnswer(state, after, key, answer, check, at)
  const { status } = answer
  return status === 'idle' || status === 'absent'
    ? sessions.concludeSession(asked, key, status, check, before, after, config, at)
    : asked
})
on(actions.woke, (state, { shiftMs }) => (shiftMs < 0 ? questions.shiftQuestions(state, shiftMs) : state))
on(actions.keeperAttached, (state, { own }, { before, after, at }) => {
  if (own || before.keeperId === after.keeperId) return state
  // The answers that were under way are lost: the questions wait again, and steers may have arrived.
  let next = sessions.abandonSessions(state, after, at)
  for (const { conversationId } of rowsOf(next.byId))
    next = editConversation(next, conversationId, (conversation) => abandonRequests(conversation, at))
  return next
})

// ---------------------------------------------------------------- keys, helpers, users

on(signals.childOpened, (state, { child, parent, role = 'child', name }) => {
  // A conversation that is announced as its own ancestor would hear nothing any more.
  const isRing = child === parent || rootOf(state, parent) === keyOf(state, child)
  if (isRing) return state
  const called = name === undefined ? {} : { name }
  const known = parentOf(state, child)
  if (!known)
    return { ...state, children: [...state.children, { child, parent, role, ...called }].slice(-REMEMBERED) }
  if (name === undefined || known.name === name) return state
  return { ...state, children: replaceItem(state.children, known, { ...known, name }) }
})
on(actions.conversationRekeyed, rekeyConversation)
on(actions.conversationClosed, (state, { conversationId }, { after, at }) =>
  editConversation(
    seeEnds(state, keyOf(state, conversationId)),
    keyOf(state, conversationId),
    (conversation) => ({
      ...emptyConversation(conversation.conversationId),
      ...abandonSent(conversation, at),
      // A turn that has moved to another conversation goes on there.
      texts: conversation.texts.filter(({ turnId }) => findTurn(after, turnId)),
    }),
  ),
)
on(actions.userChanged, (state, { userId }, { before }) => {
  const isOther = userId === null || (before.userId !== null && before.userId !== userId)
  const { byId, viewedId, sessionListing, ...lists } = state
  const hasNothing =
    byId.size === 0 &&
    viewedId === null &&
    sessionListing === null &&
    Object.values(lists).every(({ length }) => length === 0)
  return isOther && !hasNothing ? initialConversations : state
})

/**
 * The reducer of the `conversations` slice.
 *
 * @param state What conversations have to say.
 * @param action Any action; one that is not the keeper's costs one look at a table.
 * @param before The turns as they were before this action.
 * @param after The turns as this action leaves them.
 * @param config The options that the rules know.
 */
export function conversationsReducer(
  state: ConversationsState = initialConversations,
  action: UnknownAction,
  before: TurnsState,
  after: TurnsState,
  config: RulesConfig,
): ConversationsState {
  const rule = cases.get(action.type)
  if (!rule && before === after) return state
  const { payload, meta } = action as unknown as { payload: never; meta?: { at?: number } }
  const at = meta?.at ?? 0
  const change: Change = { before, after, config, at }
  // Whatever action ended turns, the same follows as from `endTurn`.
  const ended =
    before === after || action.type === actions.endTurn.type
      ? state
      : followEnds(state, before, after, config)
  const own = rule ? rule(ended, payload, change) : ended
  if (before === after) return own
  const moved = followTurnsWithTexts(own, before, after, at)
  return sessions.followTurns(questions.followAskers(moved, before, after), before, after, at)
}
