/**
 * Selectors of one fact about one conversation. They take the keeper's own state (`root.turnkeeper`); `keeper.selectors` are
 * the same, bound to the root state. Primitives where they can be, stable empty results, so that a signal in one
 * conversation renders no row of another.
 */
import { NONE } from '../state/lists'
import {
  conversationOf,
  isAsking,
  isOffered,
  isQueuePaused,
  keyOf,
  questionsOf,
  queueHoldOf,
  rootOf,
  unseenEndOf,
} from '../state/conversations'
import { activeOf, entryOf, hasLeft, headOf, lastEnded } from '../state/turns'
import { hasStarted, mayStop } from '../turns'
import type {
  Attention,
  BackgroundRunView,
  Conversation,
  ConversationPhase,
  Draft,
  EndedTurn,
  KeeperState,
  LogEntry,
  OpenTool,
  PendingText,
  Question,
  QueueState,
  Retry,
  ScheduledWork,
  Session,
  Turn,
  TurnError,
  TurnPhase,
} from '../types'
import { backgroundViews } from './backgroundViews'

const keyIn = ({ conversations }: KeeperState, conversationId: string): string =>
  keyOf(conversations, conversationId)

/** The one turn that runs in the conversation, or `null`. It changes with each evidence: prefer a narrower fact. */
export const selectActiveTurn = (state: KeeperState, conversationId: string): Turn | null =>
  activeOf(state.turns, keyIn(state, conversationId))

/** The id of the turn that runs in the conversation, or `null`. */
export const selectActiveTurnId = (state: KeeperState, conversationId: string): string | null =>
  selectActiveTurn(state, conversationId)?.turnId ?? null

/** Whether the queue of the conversation waits for something that will come by itself. */
const queueWaits = ({ turns, conversations }: KeeperState, conversationId: string): boolean => {
  const key = keyOf(conversations, conversationId)
  return headOf(turns, key) !== null && !isQueuePaused(conversations, key)
}

/** The working indicator: a turn runs here, or the next one is about to leave. */
export const selectIsBusy = (state: KeeperState, conversationId: string): boolean =>
  selectActiveTurn(state, conversationId) !== null || queueWaits(state, conversationId)

/** The phase of a turn that runs, as shown: `stopping` over whatever it does, while a stop stands. */
function phaseOf({ conversations }: KeeperState, turn: Turn): TurnPhase {
  if (turn.stop) return 'stopping'
  if (isAsking(conversations, rootOf(conversations, turn.conversationId), turn.turnId))
    return 'awaiting_input'
  return hasStarted(turn) ? turn.activity : 'submitted'
}

/** What the conversation is doing: the phase of its turn, `queued` while only its queue waits, or `idle`. */
export const selectPhase = (state: KeeperState, conversationId: string): ConversationPhase => {
  const turn = selectActiveTurn(state, conversationId)
  if (turn) return phaseOf(state, turn)
  return queueWaits(state, conversationId) ? 'queued' : 'idle'
}

/** Nothing was heard of the running turn for the stall time. */
export const selectIsStalled = (state: KeeperState, conversationId: string): boolean =>
  selectActiveTurn(state, conversationId)?.isStalled ?? false

/** Whether the turn still runs is not known: since a reload, a dropped stream, a new backend, a wake. It counts as busy. */
export const selectIsUnverified = (state: KeeperState, conversationId: string): boolean =>
  selectActiveTurn(state, conversationId)?.isUnverified ?? false

/** When the running turn began, ms since the epoch; elapsed time counts from here. `null` where none runs. */
export const selectStartedAt = (state: KeeperState, conversationId: string): number | null =>
  selectActiveTurn(state, conversationId)?.startedAt ?? null

/** When anything was last heard of the running turn, ms since the epoch. `null` where none runs. */
export const selectLastEvidenceAt = (state: KeeperState, conversationId: string): number | null =>
  selectActiveTurn(state, conversationId)?.lastEvidenceAt ?? null

/** The attempt that the running turn waits for, after one that failed; `null` while it works. */
export const selectRetry = (state: KeeperState, conversationId: string): Retry | null =>
  selectActiveTurn(state, conversationId)?.retry ?? null

/** A Stop would do something: a turn runs, and no stop of it is under way, or the last one was not heeded. */
export const selectCanStop = (state: KeeperState, conversationId: string): boolean => {
  const turn = selectActiveTurn(state, conversationId)
  return turn !== null && mayStop(turn)
}

/** A prompt would leave at once. While false it queues. */
export const selectCanSend = (state: KeeperState, conversationId: string): boolean =>
  !selectIsBusy(state, conversationId)

/** Tool calls of the running turn that are open, oldest first. */
export const selectOpenTools = (state: KeeperState, conversationId: string): readonly OpenTool[] =>
  selectActiveTurn(state, conversationId)?.openTools ?? NONE

/** What the wire says that the running turn is doing; `null` where it says nothing. */
export const selectStatusText = (state: KeeperState, conversationId: string): string | null =>
  selectActiveTurn(state, conversationId)?.statusText ?? null

// ---------------------------------------------------------------- what conversations have to say

const conversationIn = (state: KeeperState, conversationId: string): Conversation | undefined =>
  conversationOf(state.conversations, keyIn(state, conversationId))

/** The last thing that went wrong here and was not dismissed, or `null`. */
export const selectLastError = (state: KeeperState, conversationId: string): TurnError | null =>
  conversationIn(state, conversationId)?.lastError ?? null

/** Texts given back to the user, oldest first. */
export const selectDrafts = (state: KeeperState, conversationId: string): readonly Draft[] =>
  conversationIn(state, conversationId)?.drafts ?? NONE

/** The session behind the conversation, or `null` where nobody has spoken of one. */
export const selectSession = (state: KeeperState, conversationId: string): Session | null =>
  conversationIn(state, conversationId)?.session ?? null

/** What went wrong in the conversation, oldest first; bounded. */
export const selectActivityLog = (state: KeeperState, conversationId: string): readonly LogEntry[] =>
  conversationIn(state, conversationId)?.log ?? NONE

/** The questions that wait for a person in this conversation, those of its helpers included, oldest first. */
export const selectPendingInputs = (state: KeeperState, conversationId: string): readonly Question[] =>
  offered(questionsOf(state.conversations, rootOf(state.conversations, conversationId)))

/** The last answer for questions of which some are over: the same array while they are the same. */
const offeredOf = new WeakMap<readonly Question[], readonly Question[]>()
function offered(questions: readonly Question[]): readonly Question[] {
  if (questions.every(isOffered)) return questions
  const answer = offeredOf.get(questions) ?? questions.filter(isOffered)
  offeredOf.set(questions, answer)
  return answer
}

/** The oldest question that waits for a person, or `null`. */
export const selectPendingInput = (state: KeeperState, conversationId: string): Question | null =>
  selectPendingInputs(state, conversationId)[0] ?? null

/** What asks for a person's attention in the conversation, or `null`: a question before an end that nobody has seen. */
export const selectAttention = (state: KeeperState, conversationId: string): Attention | null => {
  const isAsked = selectPendingInputs(state, conversationId).some((question) => question.state === 'open')
  return isAsked ? 'waiting' : (unseenEndOf(state.conversations, keyIn(state, conversationId))?.why ?? null)
}

const stands = (why: QueueState['why']): QueueState => ({ why, until: null })
const GATED = /* @__PURE__ */ stands('gated')
const RUNNING = /* @__PURE__ */ stands('running')
const STOPPING = /* @__PURE__ */ stands('stopping')
const NEXT = /* @__PURE__ */ stands('next')
const busyUntil = new WeakMap<Turn, QueueState>()

/** Why the first message that waits here has not left, and until when; `null` where none waits. */
export const selectQueueState = (state: KeeperState, conversationId: string): QueueState | null => {
  const { turns, conversations } = state
  const key = keyIn(state, conversationId)
  const entry = entryOf(turns, key)
  const first = entry?.queue.find((turn) => !hasLeft(turn))
  if (!entry || !first) return null
  const hold = queueHoldOf(conversations, key)
  if (hold) return hold
  if (!turns.isSendingAllowed) return GATED
  if (activeOf(turns, key)) return RUNNING
  if (entry.stopsInFlight.length > 0) return STOPPING
  if (first.refusals === 0) return NEXT
  const known = busyUntil.get(first)
  const busy: QueueState = known ?? { why: 'busy', until: first.notBefore }
  busyUntil.set(first, busy)
  return busy
}

/**
 * When it goes on by itself, ms since the epoch: the running turn with its next attempt; else the queue: the server was busy,
 * or a limit holds it; else what the server has scheduled. `null` where nothing waits for a time. Count down to it with `useTimeLeft`.
 */
export const selectResumesAt = (state: KeeperState, conversationId: string): number | null => {
  const active = selectActiveTurn(state, conversationId)
  if (active) return active.resumesAt
  const { until = null } = selectQueueState(state, conversationId) ?? {}
  return until ?? selectScheduled(state, conversationId)?.at ?? null
}

/** Whether the queue waits for `queueResumed` or the next prompt. */
export const selectIsQueuePaused = (state: KeeperState, conversationId: string): boolean =>
  isQueuePaused(state.conversations, keyIn(state, conversationId))

/** The newest record of the conversation, or `null`. */
export const selectLastEndedTurn = (state: KeeperState, conversationId: string): EndedTurn | null =>
  lastEnded(state.turns, keyIn(state, conversationId)) ?? null

/** How many helpers and other runs are open beside the turn. */
export const selectBackgroundCount = (state: KeeperState, conversationId: string): number => {
  const runs = entryOf(state.turns, rootOf(state.conversations, conversationId))?.backgroundRuns ?? NONE
  return runs.filter(({ role }) => role !== 'unlabelled').length
}

/**
 * The helpers and other runs that are open beside the turn, oldest first: name, since when, what each is doing. Stop one with
 * `keeper.stopBackgroundRun`. The same array while it is the same runs that show the same.
 */
export const selectBackgroundRuns = (
  { turns, conversations }: KeeperState,
  conversationId: string,
): readonly BackgroundRunView[] =>
  backgroundViews(
    conversations,
    entryOf(turns, rootOf(conversations, conversationId))?.backgroundRuns ?? NONE,
  )

/** When the conversation goes on by itself, and with what, as its server has announced it; `null` where nothing is. */
export const selectScheduled = (state: KeeperState, conversationId: string): ScheduledWork | null =>
  entryOf(state.turns, keyIn(state, conversationId))?.scheduled ?? null

interface QueueMemo {
  readonly queue: readonly Turn[]
  readonly texts: readonly PendingText[]
}
/** The last answer for the queue of one conversation: the same array while it is the same messages that wait. */
const queues = new WeakMap<readonly PendingText[], QueueMemo>()

/** The messages that wait, here or at the server, in order. */
export const selectQueue = (state: KeeperState, conversationId: string): readonly PendingText[] => {
  const key = keyIn(state, conversationId)
  const queue = entryOf(state.turns, key)?.queue ?? NONE
  if (queue.length === 0) return NONE
  const texts = conversationOf(state.conversations, key)?.texts ?? NONE
  const known = queues.get(texts)
  if (known?.queue === queue) return known.texts
  const waiting = queue.flatMap(({ turnId }) => texts.find((text) => text.turnId === turnId) ?? [])
  const isSame = known?.texts.length === waiting.length && known.texts.every((text, i) => text === waiting[i])
  const answer = isSame && known ? known.texts : waiting
  queues.set(texts, { queue, texts: answer })
  return answer
}
