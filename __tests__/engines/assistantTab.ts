/** A store with the assistant of several tabs, in a page. Its host keeps the assistant starting until the test says otherwise. */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import { assistantInputsChanged, checkAssistant } from 'redux-turnkeeper/assistant'
import type { AssistantKind } from 'redux-turnkeeper/assistant'
import { sharedAssistant } from 'redux-turnkeeper/sharedAssistant'
import { browserEngine, tabs } from 'redux-turnkeeper/tabs'
import type { TabRole } from 'redux-turnkeeper/tabs'

export interface AssistantSeen {
  readonly role: TabRole
  readonly kind: AssistantKind
  /** How many status checks have left from here. */
  readonly checks: number
}

export function openAssistant() {
  let checks = 0
  let status = 'initializing'
  const keeper = createTurnkeeper({
    features: [
      tabs(browserEngine({ name: 'assistant' })),
      sharedAssistant({
        pollInterval: 300,
        ports: {
          async getAssistant() {
            checks += 1
            return { ok: true, data: { id: 'a1', status } }
          },
        },
      }),
    ],
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (getDefault) => getDefault().prepend(keeper.middleware),
  })
  store.dispatch(assistantInputsChanged({ signedIn: true, userId: 'ann' }))
  return {
    /** From now on the host says so to this page. */
    says: (said: string) => void (status = said),
    check: () => store.dispatch(checkAssistant()),
    see(): AssistantSeen {
      const { tabs: shared, assistant } = store.getState().turnkeeper
      return { role: shared.role, kind: assistant.kind, checks }
    },
  }
}
