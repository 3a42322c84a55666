/** @jest-environment jsdom */
/** The assistant is a feature: its selectors take the root state, and `useSelector` is all that a component needs. */
import { configureStore } from '@reduxjs/toolkit'
import { act, renderHook } from '@testing-library/react'
import { createTurnkeeper } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment } from 'redux-turnkeeper/testing'
import type { ReactNode } from 'react'
import { Provider, useSelector } from 'react-redux'
import {
  assistant,
  assistantInputsChanged,
  retryAssistant,
  selectAssistantKind,
} from 'redux-turnkeeper/assistant'

function createAssistantApp() {
  const keeper = createTurnkeeper({
    features: [assistant()],
    clock: createManualClock(),
    environment: createManualEnvironment(),
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (gDM) => gDM({ serializableCheck: false, immutableCheck: false }).prepend(keeper.middleware),
  })
  const Wrapper = ({ children }: { children?: ReactNode }) => (
    <Provider store={store} stabilityCheck="always">
      {children}
    </Provider>
  )
  let renders = 0
  const { result } = renderHook(
    () => {
      renders++
      return useSelector(selectAssistantKind)
    },
    { wrapper: Wrapper },
  )
  return { keeper, store, shown: () => [result.current, renders] }
}

describe('the assistant in a component', () => {
  test('tells where the start of the assistant stands, and renders once for each such change', () => {
    const { keeper, store, shown } = createAssistantApp()
    const inputs = (assistantId: string) =>
      act(() => void store.dispatch(assistantInputsChanged({ signedIn: true, gatewayAuth: { assistantId } })))
    expect(shown()).toEqual(['loading', 1])
    inputs('local')
    expect(shown()).toEqual(['active', 2])
    inputs('other')
    expect(shown()).toEqual(['active', 2])
    keeper.dispose()
  })

  test('commands before the inputs arrive change nothing, and nothing renders', async () => {
    const { keeper, store, shown } = createAssistantApp()
    await act(async () => void store.dispatch(retryAssistant()))
    expect(shown()).toEqual(['loading', 1])
    keeper.dispose()
  })
})
