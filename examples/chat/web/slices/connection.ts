/** How the page is connected, and what the last status check of each conversation said. */
import { createSlice } from '@reduxjs/toolkit'
import type { PayloadAction } from '@reduxjs/toolkit'
import { signals } from 'redux-turnkeeper'
import type { FaultState, StatusReply, ThreadStatus } from '../../server/protocol'

export interface LastCheck {
  readonly conversationId: string
  readonly at: number
  /** `null`: it failed. */
  readonly status: ThreadStatus['status'] | null
}

interface ConnectionState {
  readonly stream: 'connecting' | 'open' | 'down'
  readonly checks: readonly LastCheck[]
  readonly faults: readonly FaultState[]
}

const initialState: ConnectionState = { stream: 'connecting', checks: [], faults: [] }

interface StatusAnswered {
  readonly conversationIds: readonly string[]
  /** `null`: the check failed. */
  readonly threads: StatusReply['threads'] | null
}

export const connection = createSlice({
  name: 'connection',
  initialState,
  reducers: {
    faultsLoaded: (state, { payload }: PayloadAction<readonly FaultState[]>) => ({
      ...state,
      faults: payload,
    }),
    /** Dispatched by the port `fetchStatus`. */
    statusAnswered: {
      prepare: (payload: StatusAnswered) => ({ payload, meta: { at: Date.now() } }),
      reducer(state, { payload, meta }: PayloadAction<StatusAnswered, string, { readonly at: number }>) {
        const { conversationIds, threads } = payload
        const others = state.checks.filter(({ conversationId }) => !conversationIds.includes(conversationId))
        const told = conversationIds.map((conversationId): LastCheck => {
          const status = threads?.[conversationId]?.status ?? null
          return { conversationId, at: meta.at, status }
        })
        return { ...state, checks: [...others, ...told] }
      },
    },
  },
  extraReducers: (builder) =>
    builder
      .addCase(signals.streamOpened, (state): ConnectionState => ({ ...state, stream: 'open' }))
      .addCase(signals.streamDropped, (state): ConnectionState => ({ ...state, stream: 'down' })),
})

export const { faultsLoaded, statusAnswered } = connection.actions
