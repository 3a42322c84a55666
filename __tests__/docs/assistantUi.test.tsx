/** @jest-environment jsdom */
/** The page about assistant-ui does what it says, with its own components: they show our state and dispatch our commands. */
import { ReadableStream, TextDecoderStream, TransformStream, WritableStream } from 'node:stream/web'
import { act, fireEvent, render, screen } from '@testing-library/react'
import { Provider } from 'react-redux'
import type { ComponentType } from 'react'
import { signals } from 'redux-turnkeeper'
import { TurnkeeperProvider } from 'redux-turnkeeper/react'
import { conversationId, watch } from './app'
import type { Made } from './app'
import { openWorld } from './openWorld'

type Message = { readonly role: string; readonly text: string; readonly outcome?: string }
type Transcripts = Record<'textArrived' | 'toolCalled' | 'toolReturned', (payload: object) => object>

// What jsdom does not have.
Object.assign(globalThis, { ReadableStream, TransformStream, WritableStream, TextDecoderStream })
globalThis.ResizeObserver = class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
Element.prototype.scrollTo = () => undefined

async function open() {
  const world = openWorld()
  const runs = { status: 202 }
  world.server.answer = ({ path }) =>
    ({
      ok: runs.status < 300,
      status: runs.status,
      json: async () => (path.endsWith('/runs') ? { runId: 'r1' } : {}),
    }) as Response
  const made = await world.run<Made>('assistant-ui', 'store.ts')
  const { Thread } = await world.run<{ Thread: ComponentType<{ conversationId: string }> }>(
    'assistant-ui',
    'Thread.tsx',
  )
  const transcripts = await world.run<Transcripts>('transcripts', 'transcripts.ts')
  const app = watch(made)
  const dispatch = (action: unknown) => act(async () => app.dispatch(action))
  render(
    <Provider store={made.store as never}>
      <TurnkeeperProvider keeper={app.keeper}>
        <Thread conversationId={conversationId} />
      </TurnkeeperProvider>
    </Provider>,
  )
  async function send(text: string) {
    await act(async () =>
      fireEvent.change(screen.getByPlaceholderText('Message'), { target: { value: text } }),
    )
    await act(async () => fireEvent.click(screen.getByText('Send')))
  }
  const messages = () =>
    (app.store.getState() as { transcripts: Record<string, readonly Message[]> }).transcripts[conversationId]
  return { world, runs, app, dispatch, transcripts, send, messages }
}
const address = { conversationId, runId: 'r1' }

test('what is sent in its composer is a turn, and what is streamed shows in its messages', async () => {
  const { world, app, dispatch, transcripts, send } = await open()
  await send('hello')
  expect(world.requests).toMatchObject([{ path: '/threads/c1/runs', body: { text: 'hello' } }])
  expect(screen.getByText('hello')).toBeTruthy()
  expect(screen.getByText('Stop')).toBeTruthy()
  expect(screen.queryByText('Send')).toBeNull()

  const turnId = app.selectors.selectActiveTurnId(app.store.getState(), conversationId)
  const piece = { conversationId, turnId, messageId: 'm1' }
  await dispatch(signals.turnProgressed({ ...address, kind: 'output' }))
  await dispatch(transcripts.toolCalled({ ...piece, callId: 'k1', name: 'search', args: '{}' }))
  await dispatch(transcripts.textArrived({ ...piece, delta: 'Hi, ' }))
  await dispatch(transcripts.textArrived({ ...piece, delta: 'you.' }))
  await dispatch(transcripts.toolReturned({ ...piece, callId: 'k1', result: 'found' }))
  expect(screen.getByText('Hi, you.')).toBeTruthy()
  expect(screen.getByRole('status').textContent).toBe('streaming')

  await dispatch(signals.turnEnded({ ...address, reason: 'complete' }))
  expect(screen.getByText('Send')).toBeTruthy()
  expect(screen.queryByText('Stop')).toBeNull()
})

test('a stream that drops leaves it running; its Stop is the stop of the turn', async () => {
  const { world, app, dispatch, send } = await open()
  await send('hello')
  await dispatch(signals.streamDropped({}))
  expect(screen.getByText('Stop')).toBeTruthy()
  await act(async () => fireEvent.click(screen.getByText('Stop')))
  expect(world.requests.map(({ path }) => path)).toContain('/threads/c1/stop')
  expect(app.phase()).toBe('stopping')
})

test('a prompt that was refused, and one that was withdrawn, stay with what became of them', async () => {
  const { runs, app, dispatch, send, messages } = await open()
  runs.status = 400
  await send('refused')
  expect(messages()).toMatchObject([{ role: 'user', text: 'refused', outcome: 'error' }])
  expect(screen.getByText('refused')).toBeTruthy()
  runs.status = 202
  await send('first')
  await dispatch(app.keeper.submitTurn({ conversationId, turnId: 't2', input: 'withdrawn' }))
  await dispatch(app.keeper.removeQueued({ turnId: 't2' }))
  expect(messages()?.at(-1)).toMatchObject({ text: 'withdrawn', outcome: 'cancelled' })
  const drafts = app.selectors.selectDrafts(app.store.getState(), conversationId)
  expect(drafts.map(({ input }) => input)).toEqual(['refused', 'withdrawn'])
})
