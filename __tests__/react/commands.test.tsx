/** @jest-environment jsdom */
import { act, fireEvent, render, renderHook, screen } from '@testing-library/react'
import { endTurn, signals } from 'redux-turnkeeper'
import {
  useCanStop,
  useDrafts,
  usePendingInput,
  useQueue,
  useTurnCommands,
  useTurnPhase,
} from 'redux-turnkeeper/react'
import type { TurnCommands } from 'redux-turnkeeper/react'
import { StrictMode } from 'react'
import { createApp, dispatch, startTurn } from './app'

const useConversation = (id: string | null | undefined) => ({
  commands: useTurnCommands(id),
  queue: useQueue(id),
  drafts: useDrafts(id),
  question: usePendingInput(id),
  phase: useTurnPhase(id),
  canStop: useCanStop(id),
})

describe('useTurnCommands', () => {
  test('keeps its identity over renders, turns and strict mode, and gives others for another conversation', async () => {
    const app = createApp()
    const seen: TurnCommands[] = []
    const { rerender } = renderHook(({ id }) => seen.push(useConversation(id).commands), {
      wrapper: ({ children }) => (
        <StrictMode>
          <app.Providers>{children}</app.Providers>
        </StrictMode>
      ),
      initialProps: { id: 'c1' },
    })
    const first = seen.at(-1)
    await startTurn(app, 'c1')
    await dispatch(app, endTurn({ conversationId: 'c1', reason: 'complete' }))
    rerender({ id: 'c1' })
    expect(seen.at(-1)).toBe(first)
    rerender({ id: 'c2' })
    expect(seen.at(-1)).not.toBe(first)
  })

  test('a command goes to the conversation that it was given for, whatever is shown when it is worked off', async () => {
    const app = createApp()
    const { result, rerender } = renderHook(({ id }) => useTurnCommands(id), {
      wrapper: app.Providers,
      initialProps: { id: 'c1' },
    })
    const { send } = result.current
    rerender({ id: 'c2' })
    act(() => void send({ input: 'for c1' }))
    expect(app.backend.requests).toMatchObject([
      { kind: 'send', request: { conversationId: 'c1', input: 'for c1' } },
    ])
  })

  test('send, queue, remove, stop', async () => {
    const app = createApp()
    const { result } = renderHook(() => useConversation('c1'), { wrapper: app.Providers })
    const { commands } = result.current
    const submitted = await act(async () => commands.send({ input: 'first', turnId: 't1' }))
    expect(submitted).toEqual({ turnId: 't1', taken: true })
    await act(async () => app.backend.accept('send', { runId: 'r1' }))
    await act(async () => commands.send({ input: 'second', turnId: 't2' }))
    expect(result.current.queue).toMatchObject([{ turnId: 't2', input: 'second' }])
    await act(async () => commands.removeQueued({ turnId: 't2' }))
    expect(result.current.queue).toEqual([])
    expect(result.current.drafts).toMatchObject([{ turnId: 't2', input: 'second' }])
    expect(result.current.canStop).toBe(true)
    expect(await act(async () => commands.stop())).toBe(true)
    expect(result.current.phase).toBe('stopping')
    expect(app.backend.of('stop')).toMatchObject([
      { key: 't1', request: { conversationId: 'c1', runIds: ['r1'] } },
    ])
  })

  test('stop is an onClick as it stands: no event gets into an action', async () => {
    const app = createApp()
    await startTurn(app, 'c1')
    const Stop = () => <button onClick={useTurnCommands('c1').stop}>Stop</button>
    const errors = jest.spyOn(console, 'error').mockImplementation(() => {})
    render(<Stop />, { wrapper: app.Providers })
    await act(async () => void fireEvent.click(screen.getByText('Stop')))
    expect(errors).not.toHaveBeenCalled()
    errors.mockRestore()
    const stops = app.recorder.actions.filter((action) => action.type === 'turnkeeper/stopRequested')
    expect(stops.map((action) => Object.keys(action.payload as object).sort())).toEqual([
      ['conversationId', 'nonce'],
    ])
    expect(app.backend.of('stop')).toHaveLength(1)
  })

  test('stop with a turn stops that one only', async () => {
    const app = createApp()
    await startTurn(app, 'c1')
    const { result } = renderHook(() => useTurnCommands('c1'), { wrapper: app.Providers })
    expect(await act(async () => result.current.stop({ turnId: 'ended long ago' }))).toBe(false)
    expect(app.backend.of('stop')).toEqual([])
  })

  test('retry sends a draft once more as a new turn that knows the old one, and the draft is gone', async () => {
    const app = createApp()
    const { result } = renderHook(() => useConversation('c1'), { wrapper: app.Providers })
    await dispatch(app, app.keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: 'hello' }))
    await act(async () => app.backend.refuse('send', { reason: 'error', error: { message: 'no' } }))
    const [draft] = result.current.drafts
    expect(draft).toMatchObject({ turnId: 't1', input: 'hello' })
    await act(async () => result.current.commands.retry(draft!))
    expect(result.current.drafts).toEqual([])
    expect(app.backend.of('send')[1]?.request.input).toBe('hello')
    expect(
      app.recorder.actions.findLast((action) => action.type === 'turnkeeper/turnSubmitted')?.payload,
    ).toEqual({
      conversationId: 'c1',
      turnId: expect.any(String),
      nonce: expect.any(String),
      input: 'hello',
      retryOf: 't1',
    })
  })

  test('answer goes to the port alone', async () => {
    const app = createApp()
    await startTurn(app, 'c1')
    const { result } = renderHook(() => useConversation('c1'), { wrapper: app.Providers })
    await dispatch(
      app,
      signals.inputRequested({
        conversationId: 'c1',
        runId: 'r-c1',
        requestId: 'q1',
        kind: 'secret',
        prompt: 'Token?',
      }),
    )
    expect(result.current.question).toMatchObject({ requestId: 'q1', prompt: 'Token?' })
    const answered = await act(async () => {
      const answer = result.current.commands.answer({ requestId: 'q1', answer: 'hunter2' })
      app.backend.accept('answer')
      return answer
    })
    expect(answered).toEqual({ status: 'accepted' })
    expect(app.backend.of('answer')[0]?.request.answer).toBe('hunter2')
    expect(JSON.stringify([app.recorder.actions, app.store.getState()])).not.toContain('hunter2')
  })

  test('without a conversation facts are those of an idle one, and each command is a no-op', async () => {
    const app = createApp()
    await startTurn(app, 'null')
    await startTurn(app, 'undefined')
    app.recorder.clear()
    for (const id of [null, undefined]) {
      const { result } = renderHook(() => useConversation(id), { wrapper: app.Providers })
      expect(result.current).toMatchObject({
        queue: [],
        drafts: [],
        question: null,
        phase: 'idle',
        canStop: false,
      })
      const { commands } = result.current
      expect([
        commands.send({ input: 'x' }),
        commands.steer({ input: 'x' }),
        commands.stop(),
        commands.answer({ requestId: 'q1', answer: 'x' }),
        commands.retry({ turnId: 't1', input: 'x' }),
        commands.removeQueued({ turnId: 't1' }),
      ]).toEqual(Array(6).fill(undefined))
    }
    expect(app.recorder.types()).toEqual([])
  })

  test('ids that are names of object members are just ids', async () => {
    const app = createApp()
    for (const id of ['__proto__', 'constructor', '', '10']) {
      const { result } = renderHook(() => useConversation(id), { wrapper: app.Providers })
      expect(result.current.phase).toBe('idle')
      await act(async () => result.current.commands.send({ input: id, turnId: `t ${id}` }))
      expect(result.current.phase).toBe('submitted')
    }
  })
})
