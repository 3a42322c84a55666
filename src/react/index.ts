/** Hooks over a keeper. One fact a hook: a component renders when what it shows has changed. */
import { createElapsedHook, createFactHook, createTimeLeftHook, createTurnCommandsHook } from './createHooks'

export { TurnkeeperContext, TurnkeeperProvider } from './createHooks'
export type { KeeperContext, KeeperSource } from './createHooks'
export { createElapsedHook, createFactHook, createTimeLeftHook, createTurnCommandsHook }
export type {
  AnyTurnkeeper,
  Fact,
  FactHook,
  FactName,
  MaybeId,
  Prompt,
  Selectors,
  TurnCommands,
  UiEvent,
  UseFact,
  UseGlobalFact,
  UseTurnCommands,
} from './types'

/** The turn that runs, or `null`. It changes with every piece of evidence: prefer a narrower fact. */
export const useTurn = /* @__PURE__ */ createFactHook('selectActiveTurn')
/** The working indicator: a turn runs, or the next one is about to leave. */
export const useIsBusy = /* @__PURE__ */ createFactHook('selectIsBusy')
/** What the conversation is doing: the phase of its turn, `queued` while only its queue waits, or `idle`. */
export const useTurnPhase = /* @__PURE__ */ createFactHook('selectPhase')
/** Nothing was heard of the running turn for a while; a status check is on its way. */
export const useIsStalled = /* @__PURE__ */ createFactHook('selectIsStalled')
/** Whether the turn still runs is not known: since a reload, a dropped stream, a wake. It counts as busy. */
export const useIsUnverified = /* @__PURE__ */ createFactHook('selectIsUnverified')
/** How long the turn has been running: whole seconds, in ms; `null` while none runs. See `createElapsedHook`. */
export const useElapsed = /* @__PURE__ */ createElapsedHook()
/** The attempt that the running turn waits for, after one that failed; `null` while it works. */
export const useRetry = /* @__PURE__ */ createFactHook('selectRetry')
/** When the turn, or the message that waits first, goes on by itself; count down with `useTimeLeft`. */
export const useResumesAt = /* @__PURE__ */ createFactHook('selectResumesAt')
/** How long it is until a time: whole seconds, in ms. See `createTimeLeftHook`. */
export const useTimeLeft = /* @__PURE__ */ createTimeLeftHook()
/** Tool calls of the running turn that are open, oldest first. */
export const useOpenTools = /* @__PURE__ */ createFactHook('selectOpenTools')
/** What the wire says that the running turn is doing, in words a person can read; `null` where it says nothing. */
export const useStatusText = /* @__PURE__ */ createFactHook('selectStatusText')
/** A Stop would do something. */
export const useCanStop = /* @__PURE__ */ createFactHook('selectCanStop')
/** A prompt would leave at once. While false it queues. */
export const useCanSend = /* @__PURE__ */ createFactHook('selectCanSend')
/** The last thing that went wrong and was not dismissed, or `null`. */
export const useLastError = /* @__PURE__ */ createFactHook('selectLastError')
/** The newest record of an ended turn, or `null`. */
export const useLastEndedTurn = /* @__PURE__ */ createFactHook('selectLastEndedTurn')
/** Prompts that wait for their turn, oldest first. */
export const useQueue = /* @__PURE__ */ createFactHook('selectQueue')
/** Why the first message that waits has not left, and until when; `null` where none waits. */
export const useQueueState = /* @__PURE__ */ createFactHook('selectQueueState')
/** What asks for attention in a conversation: `waiting`, `failed` or `finished`; `null`: nothing. For a row of a list. */
export const useAttention = /* @__PURE__ */ createFactHook('selectAttention')
/** The conversations that ask for attention. */
export const useAttentionIds = /* @__PURE__ */ createFactHook('selectAttentionIds')
/** What runs beside the turn, oldest first: name, since when, what each is doing. */
export const useBackgroundRuns = /* @__PURE__ */ createFactHook('selectBackgroundRuns')
/** When the conversation goes on by itself, and with what; `null` where nothing is scheduled. */
export const useScheduled = /* @__PURE__ */ createFactHook('selectScheduled')
/** Texts given back to the user. */
export const useDrafts = /* @__PURE__ */ createFactHook('selectDrafts')
/** The questions that wait for a person, those of helpers included, oldest first. */
export const usePendingInputs = /* @__PURE__ */ createFactHook('selectPendingInputs')
/** The oldest question that waits for a person, or `null`. */
export const usePendingInput = /* @__PURE__ */ createFactHook('selectPendingInput')
/** The commands of a conversation, dispatched, with `conversationId` filled in; see `TurnCommands`. */
export const useTurnCommands = /* @__PURE__ */ createTurnCommandsHook()
