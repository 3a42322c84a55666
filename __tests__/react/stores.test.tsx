/** @jest-environment jsdom */
import { createManualEnvironment } from 'redux-turnkeeper/testing'
import { act, render, renderHook, screen } from '@testing-library/react'
import { endTurn } from 'redux-turnkeeper'
import type { Draft } from 'redux-turnkeeper'
import {
  createElapsedHook,
  createFactHook,
  createTurnCommandsHook,
  useDrafts,
  useElapsed,
  useIsBusy,
  useTurnCommands,
  useTurnPhase,
} from 'redux-turnkeeper/react'
import type { UseTurnCommands } from 'redux-turnkeeper/react'
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
    expect(one.recorder.types('turns/')).toEqual([])
  })

  test('rendered on the server at the same time, each page shows its own', async () => {
    const onServer = { environment: createManualEnvironment({ page: false }) }
    const apps = [createApp(onServer), createApp(onServer), createApp(onServer)]
    await startTurn(apps[1]!, 'c1')
    const pages = apps.map((app) =>
      renderToString(
        <app.Providers>
          <Phase id="c1" label="page" />
        </app.Providers>,
      ),
    )
    expect(pages.map((page) => page.replace(/<[^>]*>/g, ''))).toEqual([
      'idle false null',
      'submitted true 0',
      'idle false null',
    ])
    expect(apps.map((app) => app.clock.pending)).toEqual([0, 1, 0])
  })
})

describe('hook factories', () => {
  test('over a keeper, no provider of ours is needed', async () => {
    const app = createApp()
    const useActivity = createFactHook('selectActivity', app.keeper)
    const useOwnElapsed = createElapsedHook(app.keeper)
    const useOwnCommands = createTurnCommandsHook(app.keeper)
    const { result } = renderHook(
      () => ({ activity: useActivity('c1'), elapsed: useOwnElapsed('c1'), commands: useOwnCommands('c1') }),
      { wrapper: ({ children }) => <Provider store={app.store}>{children}</Provider> },
    )
    await act(async () => result.current.commands.send({ input: 'hello' }))
    expect(result.current).toMatchObject({ activity: { openTools: [] }, elapsed: 0 })
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

  test('withTypes gives the same hook under the app types', () => {
    interface AppInput {
      readonly text: string
    }
    const useAppCommands: UseTurnCommands<AppInput> = useTurnCommands.withTypes<AppInput>()
    const useAppDrafts = useDrafts.withTypes<readonly (Draft & { readonly input: AppInput })[]>()
    expect([useAppCommands, useAppDrafts]).toEqual([useTurnCommands, useDrafts])
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
