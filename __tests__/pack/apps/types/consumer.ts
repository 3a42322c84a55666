/** What an app writes, against the types of the package as published. An input that is not there may be `undefined`. */
import { combineSlices, configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper, endTurn, selectIsBusy, signals, turnSettled } from 'redux-turnkeeper'
import type {
  Address,
  EndedTurn,
  KeeperState,
  Ports,
  StatusAnswer,
  TurnkeeperOptions,
} from 'redux-turnkeeper'
import { createReader as createAgUiReader } from 'redux-turnkeeper/adapters/agUi'
import { createReader as createAiSdkReader } from 'redux-turnkeeper/adapters/aiSdk'
import { createReader as createCodexReader } from 'redux-turnkeeper/adapters/codexAppServer'
import { createReader as createOpenCodeReader } from 'redux-turnkeeper/adapters/openCode'
import { assistant, selectAssistantKind } from 'redux-turnkeeper/assistant'
import { devtoolsOptions } from 'redux-turnkeeper/devtools'
import { createFactHook, useIsBusy, useTurnCommands } from 'redux-turnkeeper/react'
import { sharedQueue } from 'redux-turnkeeper/sharedQueue'
import { createManualClock, createMemoryQueue } from 'redux-turnkeeper/testing'

type IsAny<T> = 0 extends 1 & T ? true : false
const isAny = <T>(_value: T, answer: IsAny<T>): IsAny<T> => answer

const id: string | undefined = Math.random() > 2 ? 'x' : undefined
const some: number | undefined = Math.random() > 2 ? 1 : undefined

const answer: StatusAnswer = { status: 'idle', runId: id, turnId: id, last: undefined }
const ports: Ports<string> = {
  sendTurn: async ({ input, turnId }, { signal, dispatch, getState }) => {
    isAny(input, false)
    dispatch(signals.turnStarted({ turnId, runId: id, conversationId: id, source: id, boot: id }))
    return signal.aborted || !getState()
      ? { status: 'refused', reason: 'busy', error: undefined }
      : { status: 'accepted', runId: id }
  },
  stopTurn: undefined,
  answerInput: undefined,
  openStream: undefined,
  fetchStatus: async (ids) => Object.fromEntries(ids.map((one) => [one, answer])),
}
const options: TurnkeeperOptions<string> = {
  ports,
  clock: some === undefined ? undefined : createManualClock(some),
  environment: undefined,
  onTurnEnded: undefined,
  onProblem: undefined,
  stallTimeout: some,
  historySize: some,
  reducerPath: undefined,
  random: undefined,
}
export const plain = createTurnkeeper(options)
const keeper = createTurnkeeper({
  ports,
  features: [assistant({ ports: undefined, initTimeout: some }), sharedQueue(createMemoryQueue().port())],
  hardLimit: some,
})
export const store = configureStore({
  reducer: { [keeper.reducerPath]: keeper.reducer },
  middleware: (getDefault) => getDefault().prepend(keeper.middleware),
  devTools: devtoolsOptions(),
})
isAny(store.getState(), false)
isAny(store.getState().turnkeeper, false)
const state: KeeperState = store.getState().turnkeeper
const named = combineSlices(plain)
isAny(
  configureStore({
    reducer: named,
    middleware: (getDefault) => getDefault().prepend(plain.middleware),
  }).getState(),
  false,
)

const { turnId, taken } = store.dispatch(
  keeper.submitTurn({
    conversationId: 'c1',
    input: 'hello',
    turnId: id,
    retryOf: id,
    hidden: undefined,
    mode: undefined,
  }),
)
const address: Address = { conversationId: id, turnId, runId: undefined, role: undefined }
store.dispatch(signals.turnEnded({ ...address, reason: 'error', error: undefined, outcome: undefined }))
store.dispatch(signals.turnProgressed({ ...address, kind: 'output' }, { source: undefined }))
store.dispatch(endTurn({ turnId, reason: 'cancelled', error: undefined }, { at: some }))
const settled: EndedTurn[] = []
const last = turnSettled({ turn: settled[0]!, correction: false })
const busy: boolean = selectIsBusy(state, 'c1') || taken
const kind: string = selectAssistantKind(store.getState())
const useQueueLength = createFactHook('selectQueue', keeper)

// @ts-expect-error The input of this keeper is a string.
keeper.submitTurn({ conversationId: 'c1', input: 7 })
// @ts-expect-error There is no such reason.
endTurn({ reason: 'because' })
// @ts-expect-error There is no such option.
createTurnkeeper({ stalTimeout: 5 })

export const used = {
  busy,
  kind,
  last,
  hooks: [useIsBusy, useTurnCommands, useQueueLength],
  readers: [createAgUiReader, createAiSdkReader, createCodexReader, createOpenCodeReader],
}
