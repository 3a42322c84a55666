/** @jest-environment jsdom */
import { render } from '@testing-library/react'
import { endTurn, signals } from 'redux-turnkeeper'
import {
  useCanSend,
  useCanStop,
  useDrafts,
  useElapsed,
  useIsBusy,
  useIsStalled,
  useIsUnverified,
  useLastEndedTurn,
  useLastError,
  useOpenTools,
  usePendingInput,
  usePendingInputs,
  useQueue,
  useStatusText,
  useTurn,
  useTurnCommands,
  useTurnPhase,
} from 'redux-turnkeeper/react'
import { memo } from 'react'
import { advance, createApp, createRenderCount, dispatch, startTurn } from './app'
import type { App } from './app'

const { Counted, take } = createRenderCount()
const conversations = Array.from({ length: 200 }, (_, index) => `c${index}`)

const Row = memo(function Row({ id }: { id: string }) {
  const busy = useIsBusy(id)
  const phase = useTurnPhase(id)
  const stalled = useIsStalled(id)
  const waits = usePendingInput(id) !== null
  return <li>{`${id} ${busy} ${phase} ${stalled} ${waits}`}</li>
})

const Chat = memo(function Chat({ id }: { id: string }) {
  const facts = [
    useTurn(id)?.evidenceSeq,
    useElapsed(id),
    useIsUnverified(id),
    useCanStop(id),
    useCanSend(id),
    useLastError(id)?.message,
    useLastEndedTurn(id)?.outcome,
    useQueue(id).length,
    useDrafts(id).length,
    usePendingInputs(id).length,
    useOpenTools(id).length,
    useStatusText(id),
  ]
  useTurnCommands(id)
  return <main>{facts.join(' ')}</main>
})

function mount(app: App, open: string) {
  render(
    <>
      <ul>
        {conversations.map((id) => (
          <Counted key={id} id={`row ${id}`}>
            <Row id={id} />
          </Counted>
        ))}
      </ul>
      <Counted id={`chat ${open}`}>
        <Chat id={open} />
      </Counted>
    </>,
    { wrapper: app.Providers },
  )
  expect(Object.keys(take())).toHaveLength(201)
}

const progress = (conversationId: string) =>
  signals.turnProgressed({ conversationId, runId: `r-${conversationId}`, kind: 'output' })
const end = (conversationId: string) => endTurn({ conversationId, reason: 'complete' })

describe('with 200 rows and a chat mounted', () => {
  let app: App
  beforeEach(async () => {
    app = createApp()
    mount(app, 'c5')
    await startTurn(app, 'c5')
    await startTurn(app, 'c9')
    await dispatch(app, progress('c5'), progress('c9'))
    take()
  })
  afterEach(() => app.keeper.dispose())

  test('an end in the open chat renders its row and the chat, once each', async () => {
    await dispatch(app, end('c5'))
    expect(take()).toEqual({ 'row c5': 1, 'chat c5': 1 })
  })

  test('an end in the background renders its row alone, once', async () => {
    await dispatch(app, end('c9'))
    expect(take()).toEqual({ 'row c9': 1 })
  })

  test('a submission in the background renders its row alone', async () => {
    await startTurn(app, 'c77')
    expect(Object.keys(take())).toEqual(['row c77'])
  })

  test('progress in the open chat renders the chat at most', async () => {
    for (let i = 0; i < 50; i += 1) {
      await advance(app, 100)
      await dispatch(app, progress('c5'))
    }
    const { 'chat c5': chat = 0, ...rows } = take()
    expect(rows).toEqual({})
    expect(chat).toBeGreaterThan(0)
    // 5 seconds tick by, and at most one signal a second is let through.
    expect(chat).toBeLessThanOrEqual(11)
  })

  test('progress in the background renders nothing, but for the seconds of the open chat', async () => {
    for (let i = 0; i < 9; i += 1) {
      await advance(app, 100)
      await dispatch(app, progress('c9'))
    }
    expect(take()).toEqual({})
    await advance(app, 100)
    await dispatch(app, progress('c9'))
    expect(take()).toEqual({ 'chat c5': 1 })
  })

  test('progress in the background renders nothing while prompts wait in the open chat', async () => {
    await dispatch(app, app.keeper.submitTurn({ conversationId: 'c5', input: 'next' }))
    expect(take()).toEqual({ 'chat c5': 1 })
    await advance(app, 999)
    await dispatch(app, progress('c9'), endTurn({ conversationId: 'c9', reason: 'complete' }))
    expect(take()).toEqual({ 'row c9': 1 })
  })

  test('a question renders the row and the chat of its conversation', async () => {
    await dispatch(
      app,
      signals.inputRequested({ conversationId: 'c5', runId: 'r-c5', requestId: 'q1', prompt: 'Sure?' }),
    )
    expect(take()).toEqual({ 'row c5': 1, 'chat c5': 1 })
  })

  test('what changes nothing renders nothing', async () => {
    await dispatch(app, endTurn({ conversationId: 'c100', reason: 'rescued' }), end('c101'), {
      type: 'app/typed',
    })
    expect(take()).toEqual({})
  })
})
