/** How the page is connected, and what the last look-up of each conversation came to. */
import { createSlice } from '@reduxjs/toolkit'
import type { PayloadAction } from '@reduxjs/toolkit'
import { lookUpAnswered, lookUpClaimed, lookUpClosed, streamDropped, streamOpened } from 'redux-turnkeeper'
import type { StatusAnswer } from 'redux-turnkeeper'
import type { FaultState } from '../../server/protocol'

export interface LastLook {
  readonly conversationId: string
  readonly at: number
  /** `null`: it failed. */
  readonly status: StatusAnswer['status'] | null
}

interface ConnectionState {
  readonly stream: 'connecting' | 'open' | 'down'
  readonly looks: readonly LastLook[]
  /** Look-ups under way, and whom they ask about. */
  readonly asking: readonly { readonly nonce: string; readonly conversationIds: readonly string[] }[]
  readonly faults: readonly FaultState[]
}

const initialState: ConnectionState = { stream: 'connecting', looks: [], asking: [], faults: [] }

const told = (looks: readonly LastLook[], look: LastLook): readonly LastLook[] => [
  ...looks.filter(({ conversationId }) => conversationId !== look.conversationId),
  look,
]

export const connection = createSlice({
  name: 'connection',
  initialState,
  reducers: {
    faultsTold: (state, { payload }: PayloadAction<readonly FaultState[]>) => ({ ...state, faults: payload }),
  },
  extraReducers: (builder) =>
    builder
      .addCase(streamOpened, (state): ConnectionState => ({ ...state, stream: 'open' }))
      .addCase(streamDropped, (state): ConnectionState => ({ ...state, stream: 'down' }))
      .addCase(lookUpClaimed, (state, { payload: { nonce, conversationIds } }): ConnectionState => ({
        ...state,
        asking: [...state.asking, { nonce, conversationIds }].slice(-8),
      }))
      .addCase(
        lookUpAnswered,
        (state, { payload: { conversationId, answer }, meta: { at } }): ConnectionState => ({
          ...state,
          looks: told(state.looks, { conversationId, at, status: answer.status }),
        }),
      )
      .addCase(lookUpClosed, (state, { payload: { nonce, failed }, meta: { at } }): ConnectionState => {
        const ids = failed ? (state.asking.find((ask) => ask.nonce === nonce)?.conversationIds ?? []) : []
        return {
          ...state,
          asking: state.asking.filter((ask) => ask.nonce !== nonce),
          looks: ids.reduce<readonly LastLook[]>(
            (looks, conversationId) => told(looks, { conversationId, at, status: null }),
            state.looks,
          ),
        }
      }),
})

export const { faultsTold } = connection.actions
