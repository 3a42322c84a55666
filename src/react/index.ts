/** Hooks over a keeper. One fact a hook: a component renders when what it shows has changed. */
import { createElapsedHook, createFactHook, createTurnCommandsHook } from './createHooks'

export { TurnkeeperContext, TurnkeeperProvider, type KeeperSource } from './createHooks'
export { createElapsedHook, createFactHook, createTurnCommandsHook }
export type {
  Fact,
  FactHook,
  FactName,
  MaybeId,
  Prompt,
  TurnCommands,
  UseFact,
  UseGlobalFact,
  UseTurnCommands,
} from './types'

/** The live turn. It changes with every sign of life: prefer a narrower fact. */
export const useTurn = /* @__PURE__ */ createFactHook('selectLiveTurn')
export const useIsBusy = /* @__PURE__ */ createFactHook('selectIsBusy')
export const useTurnPhase = /* @__PURE__ */ createFactHook('selectPhase')
/** Nothing was heard of the live turn for a while; a look-up is on its way. */
export const useIsStalled = /* @__PURE__ */ createFactHook('selectIsStalled')
/** Whether the live turn still runs is not known: since a reload, a dropped stream, a wake. It counts as busy. */
export const useIsUnverified = /* @__PURE__ */ createFactHook('selectIsUnverified')
export const useElapsed = /* @__PURE__ */ createElapsedHook()
export const useCanStop = /* @__PURE__ */ createFactHook('selectCanStop')
export const useCanSend = /* @__PURE__ */ createFactHook('selectCanSend')
export const useLastError = /* @__PURE__ */ createFactHook('selectLastError')
export const useLastEndedTurn = /* @__PURE__ */ createFactHook('selectLastEndedTurn')
/** Prompts that wait for their turn, oldest first. */
export const useQueue = /* @__PURE__ */ createFactHook('selectQueue')
/** Texts given back to the user. */
export const useDrafts = /* @__PURE__ */ createFactHook('selectDrafts')
/** The oldest question that waits for a person. */
export const usePendingInput = /* @__PURE__ */ createFactHook('selectPendingInput')
/** Whether the assistant is up, and if not, where its start stands. */
export const useAssistant = /* @__PURE__ */ createFactHook('selectAssistantKind')
export const useTurnCommands = /* @__PURE__ */ createTurnCommandsHook()
