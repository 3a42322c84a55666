/** Where the keeper is mounted, and how many stores it serves, makes no difference to the feature. */
import { combineReducers, configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper } from '../../src/createTurnkeeper'
import {
  assistant,
  assistantInputsChanged,
  checkAssistant,
  createAssistantSelectors,
  selectAssistantKind,
} from '../../src/features/assistant'
import type { AssistantPortFunctions, AssistantState } from '../../src/features/assistant'
import { createManualClock, createManualEnvironment, flushMicrotasks } from '../../src/testing'
import type { KeeperState } from '../../src/types'

/** An app that keeps the keeper two levels down. */
interface Root {
  readonly ui: { readonly agent: KeeperState & { readonly assistant: AssistantState } }
}

/** A host whose assistant is up, and belongs to who asks. */
const hostOf = (id: string): Pick<AssistantPortFunctions, 'getAssistant'> => ({
  getAssistant: async () => ({
    ok: true,
    data: {
      id,
      status: 'active',
      isLocal: true,
      connection: { url: `http://${id}`, token: `secret of ${id}` },
    },
  }),
})
const signIn = assistantInputsChanged({ signedIn: true })

test('mounted elsewhere: selectors are made for the place, and the token is found there', async () => {
  const feature = assistant({ ports: hostOf('a1') })
  const keeper = createTurnkeeper({
    reducerPath: 'agent',
    selectState: (root: Root) => root.ui.agent,
    features: [feature],
    clock: createManualClock(),
    environment: createManualEnvironment(),
  })
  const store = configureStore({
    reducer: { ui: combineReducers({ agent: keeper.reducer }) },
    middleware: (getDefault) => getDefault().prepend(keeper.middleware),
    devTools: false,
  })
  const selectors = createAssistantSelectors((root: Root) => root.ui.agent.assistant)
  expect(selectors.selectAssistantKind(store.getState())).toBe('loading')
  store.dispatch(signIn)
  await flushMicrotasks()
  const root = store.getState()
  expect(
    Object.fromEntries(Object.entries(selectors).map(([name, select]) => [name, select(root)])),
  ).toMatchObject({
    selectAssistantKind: 'self_hosted',
    selectIsAssistantUp: true,
    selectIsAssistantReachable: true,
    selectAssistantId: 'a1',
    selectAssistantConnection: { url: 'http://a1' },
    selectAssistantErrorText: null,
    selectAssistantErrorCode: null,
    selectAssistantRetryAt: null,
    selectAssistantRedirect: null,
    selectAssistantRecoveries: 0,
  })
  expect(feature.getConnectionToken(store)).toBe('secret of a1')
  keeper.dispose()
})

test('one keeper, two stores: each has its own assistant, and its own token', async () => {
  let asked = 0
  const feature = assistant({
    ports: {
      getAssistant: (request, context) => hostOf(`a${++asked}`).getAssistant(request, context),
    },
  })
  const keeper = createTurnkeeper({
    features: [feature],
    clock: createManualClock(),
    environment: createManualEnvironment(),
  })
  const open = () =>
    configureStore({
      reducer: { turnkeeper: keeper.reducer },
      middleware: (getDefault) => getDefault().prepend(keeper.middleware),
      devTools: false,
    })
  const [one, other] = [open(), open()]
  one.dispatch(signIn)
  await flushMicrotasks()
  expect([selectAssistantKind(one.getState()), selectAssistantKind(other.getState())]).toEqual([
    'self_hosted',
    'loading',
  ])
  other.dispatch(signIn)
  await flushMicrotasks()
  expect([feature.getConnectionToken(one), feature.getConnectionToken(other)]).toEqual([
    'secret of a1',
    'secret of a2',
  ])
  keeper.dispose()
})

test('without a page nothing is asked, and nothing waits for an answer', async () => {
  const getAssistant = jest.fn(hostOf('a1').getAssistant)
  const clock = createManualClock()
  const keeper = createTurnkeeper({
    features: [assistant({ ports: { getAssistant } })],
    clock,
    environment: createManualEnvironment({ page: false }),
  })
  const store = configureStore({
    reducer: { turnkeeper: keeper.reducer },
    middleware: (getDefault) => getDefault().prepend(keeper.middleware),
    devTools: false,
  })
  store.dispatch(signIn)
  expect(await store.dispatch(checkAssistant())).toBe('loading')
  await clock.advanceAsync(600_000, 60_000)
  expect(getAssistant).not.toHaveBeenCalled()
  expect(clock.pending).toBe(0)
})
