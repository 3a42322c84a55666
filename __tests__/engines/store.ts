/** A store as one of several: in a process, or in a page. Its times are short, for real time passes. */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import type { TurnkeeperOptions } from 'redux-turnkeeper'
import { browserEngine, tabs } from 'redux-turnkeeper/tabs'
import type { Engine, TabsState } from 'redux-turnkeeper/tabs'

/** What shows of a store. */
export interface Seen {
  readonly role: TabsState['role']
  readonly live: string | null
  readonly isSure: boolean
  readonly queue: readonly string[]
  readonly drafts: readonly string[]
  readonly told: readonly string[]
  readonly problems: readonly string[]
}

export const CONVERSATION = 'c1'

/** What the pages of a browser have stored. */
export const storedText = async (): Promise<string> => {
  const link = browserEngine({ name: 'engines' })()
  const stored = await link.load('["queue",1,null]')
  link.close()
  return JSON.stringify(stored) ?? ''
}

export function createMemberStore(engine: Engine, options: TurnkeeperOptions<string>) {
  const told: string[] = []
  const problems: string[] = []
  const keeper = createTurnkeeper({
    stallTimeout: 1_500,
    recheckInterval: 500,
    registrationWindow: 1_500,
    ackTimeout: 1_500,
    sendTimeout: 2_500,
    statusTimeout: 3_000,
    ...options,
    features: [tabs(engine)],
    onTurnEnded: ({ turnId }) => void told.push(turnId),
    onProblem: ({ message }) => void problems.push(message),
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (getDefault) => getDefault().prepend(keeper.middleware),
  })
  store.dispatch({ type: 'started' })
  const { selectors } = keeper
  return {
    submit: (turnId: string) =>
      void store.dispatch(keeper.submitTurn({ conversationId: CONVERSATION, turnId, input: turnId })),
    stop: () => void store.dispatch(keeper.stopTurn({ conversationId: CONVERSATION })),
    see(): Seen {
      const state = store.getState()
      const live = selectors.selectActiveTurn(state, CONVERSATION)
      return {
        role: state.turnkeeper.tabs.role,
        live: live?.turnId ?? null,
        isSure: live === null || (!live.isUnverified && live.sendState === 'accepted'),
        queue: selectors.selectQueue(state, CONVERSATION).map(({ turnId }) => turnId),
        drafts: selectors.selectDrafts(state, CONVERSATION).map(({ turnId }) => turnId),
        told,
        problems,
      }
    },
  }
}
