/** What a server component gets: the names of the `./react` entry. A hook throws when it is called, not when it is made. */
import type * as client from './index'

const clientOnly = (): never => {
  throw new Error(
    "redux-turnkeeper/react works in client components: put 'use client' at the top of the file that calls it.",
  )
}
const hook = Object.assign(clientOnly, { withTypes: () => hook }) as never
const createHook = () => hook

export const TurnkeeperContext = {} as typeof client.TurnkeeperContext
export {
  clientOnly as TurnkeeperProvider,
  createHook as createElapsedHook,
  createHook as createFactHook,
  createHook as createTimeLeftHook,
  createHook as createTurnCommandsHook,
  hook as useTurn,
  hook as useIsBusy,
  hook as useTurnPhase,
  hook as useIsStalled,
  hook as useIsUnverified,
  hook as useElapsed,
  hook as useRetry,
  hook as useResumesAt,
  hook as useTimeLeft,
  hook as useOpenTools,
  hook as useStatusText,
  hook as useCanStop,
  hook as useCanSend,
  hook as useLastError,
  hook as useLastEndedTurn,
  hook as useQueue,
  hook as useQueueState,
  hook as useAttention,
  hook as useAttentionIds,
  hook as useBackgroundRuns,
  hook as useScheduled,
  hook as useDrafts,
  hook as usePendingInputs,
  hook as usePendingInput,
  hook as useTurnCommands,
}
