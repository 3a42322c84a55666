/** @jest-environment jsdom */
import { act, render, renderHook, screen } from '@testing-library/react'
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper, endTurn, signals } from 'redux-turnkeeper'
import type { Draft, PendingText, Ports } from 'redux-turnkeeper'
import {
  createElapsedHook,
  createFactHook,
  createTurnCommandsHook,
  TurnkeeperProvider,
  useDrafts,
  useElapsed,
  useIsBusy,
  useOpenTools,
  usePendingInputs,
  useQueue,
  useStatusText,
  useTurnCommands,
  useTurnPhase,
} from 'redux-turnkeeper/react'
import type { UseTurnCommands } from 'redux-turnkeeper/react'
import { createManualEnvironment } from 'redux-turnkeeper/testing'
import { createContext, startTransition, StrictMode, Suspense, use, useLayoutEffect } from 'react'
import { renderToString } from 'react-dom/server'
import { Provider } from 'react-redux'
import { createApp, dispatch, startTurn } from './app'

const Phase = ({ id, label }: { id: string; label: string }) => (
  <span data-testid={label}>{`${useTurnPhase(id)} ${useIsBusy(id)} ${useElapsed(id)}`}</span>
)
const shown = (label: string) => screen.getByTestId(label).textContent

describe('two stores in one process', () => {
  test('each with its own keeper: neither shows the turns of the other', async () => {
    const [one, two] = [createApp(), createApp()]
    render(<Phase id="c1" label="one" />, { wrapper: one.Providers })
    render(<Phase id="c1" label="two" />, { wrapper: two.Providers })
    await startTurn(one, 'c1')
    expect([shown('one'), shown('two')]).toEqual(['submitted true 0', 'idle false null'])
  })

  test('with one keeper for both: commands and facts are those of the store around them', async () => {
    const one = createApp()
    const two = createApp({}, one.keeper)
    const commandsOf = (app: typeof one) =>
      renderHook(() => useTurnCommands('c1'), { wrapper: app.Providers }).result.current
    render(<Phase id="c1" label="one" />, { wrapper: one.Providers })
    render(<Phase id="c1" label="two" />, { wrapper: two.Providers })
    const [first, second] = [commandsOf(one), commandsOf(two)]
    expect(first).not.toBe(second)
    await act(async () => second.send({ input: 'hello' }))
    expect([shown('one'), shown('two')]).toEqual(['idle false null', 'submitted true 0'])
    expect(one.recorder.types('turnkeeper/')).toEqual([])
  })

  test('rendered on the server at the same time, each page shows its own', async () => {
    const onServer = { environment: createManualEnvironment({ page: false }) }
    const apps = [createApp(onServer), createApp(onServer), createApp(onServer)]
    await dispatch(apps[1]!, signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
    const pages = apps.map((app) =>
      renderToString(
        <app.Providers>
          <Phase id="c1" label="page" />
        </app.Providers>,
      ),
    )
    expect(pages.map((page) => page.replace(/<[^>]*>/g, ''))).toEqual([
      'idle false null',
      'thinking true 0',
      'idle false null',
    ])
    expect(apps.map((app) => app.clock.pending)).toEqual([0, 0, 0])
    expect(apps.flatMap((app) => app.backend.requests)).toEqual([])
  })
})

describe('hook factories', () => {
  test('over a keeper, no provider of ours is needed', async () => {
    const app = createApp()
    const useTools = createFactHook('selectOpenTools', app.keeper)
    const useOwnElapsed = createElapsedHook(app.keeper)
    const useOwnCommands = createTurnCommandsHook(app.keeper)
    const { result } = renderHook(
      () => ({ tools: useTools('c1'), elapsed: useOwnElapsed('c1'), commands: useOwnCommands('c1') }),
      { wrapper: ({ children }) => <Provider store={app.store}>{children}</Provider> },
    )
    await act(async () => result.current.commands.send({ input: 'hello' }))
    expect(result.current).toMatchObject({ tools: [], elapsed: 0 })
  })

  test('over a selector of all conversations, the hook takes none', async () => {
    const app = createApp()
    const useBusyIds = createFactHook('selectBusyConversationIds')
    const { result } = renderHook(() => useBusyIds(), { wrapper: app.Providers })
    await startTurn(app, 'c1')
    expect(result.current).toEqual(['c1'])
  })

  test('over a context of their own', async () => {
    const app = createApp()
    const OwnContext = createContext<typeof app.keeper | null>(null)
    const useOwnIsBusy = createFactHook('selectIsBusy', OwnContext)
    const { result } = renderHook(() => useOwnIsBusy('c1'), {
      wrapper: ({ children }) => (
        <Provider store={app.store}>
          <OwnContext.Provider value={app.keeper}>{children}</OwnContext.Provider>
        </Provider>
      ),
    })
    await startTurn(app, 'c1')
    expect(result.current).toBe(true)
  })

  test('over a context of a keeper with its own input type and path', () => {
    const keeper = createTurnkeeper<{ readonly text: string }, 'agent'>({ reducerPath: 'agent' })
    const OwnContext = createContext<typeof keeper | null>(null)
    const useOwnPhase = createFactHook('selectPhase', OwnContext)
    const store = configureStore({ reducer: { [keeper.reducerPath]: keeper.reducer } })
    const { result } = renderHook(() => useOwnPhase('c1'), {
      wrapper: ({ children }) => (
        <Provider store={store}>
          <OwnContext.Provider value={keeper}>{children}</OwnContext.Provider>
        </Provider>
      ),
    })
    expect(result.current).toBe('idle')
  })

  test('withTypes gives the same hook under the app types', () => {
    interface AppInput {
      readonly text: string
    }
    const useAppCommands: UseTurnCommands<AppInput> = useTurnCommands.withTypes<AppInput>()
    const useAppDrafts = useDrafts.withTypes<readonly Draft<AppInput>[]>()
    const useAppQueue = useQueue.withTypes<readonly PendingText<AppInput>[]>()
    expect([useAppCommands, useAppDrafts, useAppQueue]).toEqual([useTurnCommands, useDrafts, useQueue])
  })

  test('over a keeper of the app’s own input type, wherever it is mounted', async () => {
    interface AppInput {
      readonly text: string
    }
    const sent: string[] = []
    const ports: Ports<AppInput> = {
      async sendTurn({ input }) {
        sent.push(input.text)
        return { status: 'accepted' }
      },
    }
    const keeper = createTurnkeeper<AppInput, 'agent'>({
      reducerPath: 'agent',
      ports,
      environment: createManualEnvironment(),
    })
    const store = configureStore({
      reducer: { [keeper.reducerPath]: keeper.reducer },
      middleware: (gDM) =>
        gDM({ serializableCheck: false, immutableCheck: false }).prepend(keeper.middleware),
    })
    const useAppCommands = createTurnCommandsHook(keeper)
    const { result } = renderHook(() => ({ commands: useAppCommands('c1'), phase: useTurnPhase('c1') }), {
      wrapper: ({ children }) => (
        <Provider store={store}>
          <TurnkeeperProvider keeper={keeper}>{children}</TurnkeeperProvider>
        </Provider>
      ),
    })
    const { send } = result.current.commands
    // @ts-expect-error The prompt is not the app's.
    const wrong: Parameters<typeof send>[0] = { input: 'hello' }
    expect(wrong.input).toBe('hello')
    await act(async () => send({ input: { text: 'hello' } }))
    expect([sent, result.current.phase]).toEqual([['hello'], 'submitted'])
    keeper.dispose()
  })

  test('over a selector of several facts: the questions, the open tools and the status text of a turn', async () => {
    const app = createApp()
    const { result } = renderHook(
      () => [usePendingInputs('c1').length, useOpenTools('c1').length, useStatusText('c1')],
      { wrapper: app.Providers },
    )
    expect(result.current).toEqual([0, 0, null])
    await startTurn(app, 'c1')
    const address = { conversationId: 'c1', runId: 'r-c1' }
    await dispatch(
      app,
      signals.turnProgressed({ ...address, kind: 'tool_open', callId: 'x', text: 'reading' }),
      signals.turnProgressed({ ...address, kind: 'status', text: 'thinking hard' }),
      signals.inputRequested({ ...address, requestId: 'q1' }),
      signals.inputRequested({ ...address, requestId: 'q2' }),
    )
    expect(result.current).toEqual([2, 1, 'thinking hard'])
    await dispatch(app, endTurn({ conversationId: 'c1', reason: 'complete' }))
    expect(result.current).toEqual([0, 0, null])
  })

  test('without a provider a hook says what is missing', () => {
    const { store } = createApp()
    const errors = jest.spyOn(console, 'error').mockImplementation(() => {})
    expect(() =>
      renderHook(() => useIsBusy('c1'), {
        wrapper: ({ children }) => <Provider store={store}>{children}</Provider>,
      }),
    ).toThrow('No <TurnkeeperProvider> above.')
    errors.mockRestore()
  })
})

describe('concurrent rendering', () => {
  test('strict mode renders without a complaint', async () => {
    const errors = jest.spyOn(console, 'error')
    const warnings = jest.spyOn(console, 'warn')
    const app = createApp()
    render(
      <StrictMode>
        <Phase id="c1" label="phase" />
      </StrictMode>,
      { wrapper: app.Providers },
    )
    await startTurn(app, 'c1')
    await dispatch(
      app,
      app.keeper.submitTurn({ conversationId: 'c1', input: 'next' }),
      endTurn({ conversationId: 'c1', reason: 'complete' }),
    )
    expect(shown('phase')).toBe('submitted true 0')
    expect(errors).not.toHaveBeenCalled()
    expect(warnings).not.toHaveBeenCalled()
  })

  test('no commit shows two phases of one turn, though a transition is suspended while the turn ends', async () => {
    const app = createApp()
    await startTurn(app, 'c1')
    const commits: string[][] = []
    let open!: () => void
    const gate = new Promise<void>((resolve) => (open = resolve))
    const Waits = () => {
      use(gate)
      return <Phase id="c1" label="late" />
    }
    const Page = ({ late }: { late: boolean }) => {
      useLayoutEffect(() => {
        commits.push(screen.queryAllByTestId(/early|late/).map((element) => element.textContent!))
      })
      useTurnPhase('c1')
      return (
        <Suspense fallback={null}>
          <Phase id="c1" label="early" />
          {late && <Waits />}
        </Suspense>
      )
    }
    const { rerender } = render(<Page late={false} />, { wrapper: app.Providers })
    await act(async () => startTransition(() => rerender(<Page late />)))
    await dispatch(app, endTurn({ conversationId: 'c1', reason: 'complete' }))
    await act(async () => open())
    expect(commits.at(-1)).toEqual(['idle false null', 'idle false null'])
    for (const texts of commits) expect(new Set(texts).size).toBeLessThanOrEqual(1)
  })
})
