/** @jest-environment jsdom */
import { act, renderHook } from '@testing-library/react'
import { assistantInputsChanged, retryAssistant } from 'redux-turnkeeper'
import { useAssistant } from 'redux-turnkeeper/react'
import { createApp, dispatch } from './app'

describe('useAssistant', () => {
  test('tells where the start of the assistant stands, and renders once for each such change', async () => {
    const app = createApp()
    let renders = 0
    const { result } = renderHook(
      () => {
        renders++
        return useAssistant()
      },
      { wrapper: app.Providers },
    )
    expect(result.current).toBe('loading')
    await dispatch(app, assistantInputsChanged({ signedIn: true, gatewayAuth: { assistantId: 'local' } }))
    expect([result.current, renders]).toEqual(['active', 2])
    await dispatch(app, assistantInputsChanged({ signedIn: true, gatewayAuth: { assistantId: 'other' } }))
    expect([result.current, renders]).toEqual(['active', 2])
  })

  test('commands before the inputs arrive change nothing, and nothing renders', () => {
    const app = createApp()
    let renders = 0
    renderHook(
      () => {
        renders++
        return useAssistant()
      },
      { wrapper: app.Providers },
    )
    act(() => void app.store.dispatch(retryAssistant()))
    expect(renders).toBe(1)
  })
})
