/** Rendering a page on a server, as often as it may be, leaves no timer and asks nothing. */
import { configureStore } from '@reduxjs/toolkit'
import { useState } from 'react'
import { renderToString } from 'react-dom/server'
import { Provider, useSelector } from 'react-redux'
import { createTurnkeeper, signals } from 'redux-turnkeeper'
import type { KeeperState } from 'redux-turnkeeper'
import { createManualClock } from 'redux-turnkeeper/testing'

/** A turn at work, as the server has stored it. */
const stored = (): { readonly turnkeeper: KeeperState } => {
  const { reducer } = createTurnkeeper()
  return {
    turnkeeper: reducer(undefined, signals.turnStarted({ conversationId: 'c1', turnId: 't1', runId: 'r1' })),
  }
}

function setUp(runWithoutPage: boolean) {
  const clock = createManualClock(1_000_000)
  const asked: string[][] = []
  const create = () => {
    const keeper = createTurnkeeper({
      clock,
      stallTimeout: 500,
      recheckInterval: 500,
      runWithoutPage,
      ports: {
        async fetchStatus(ids) {
          asked.push([...ids])
          return Object.fromEntries(ids.map((id) => [id, { status: 'running' as const }]))
        },
      },
    })
    const store = configureStore({
      reducer: { [keeper.reducerPath]: keeper.reducer },
      middleware: (gDM) => gDM().prepend(keeper.middleware),
      preloadedState: stored(),
    })
    return { keeper, store }
  }
  const Chat = ({ keeper }: { readonly keeper: ReturnType<typeof create>['keeper'] }) => (
    <p>{useSelector((state) => keeper.selectors.selectIsBusy(state, 'c1')) ? 'busy' : 'idle'}</p>
  )
  const Page = () => {
    const [{ keeper, store }] = useState(create)
    return (
      <Provider store={store}>
        <Chat keeper={keeper} />
      </Provider>
    )
  }
  return { clock, asked, render: () => renderToString(<Page />) }
}

test('fifty renders of a page with a turn at work', async () => {
  const { clock, asked, render } = setUp(false)
  for (let i = 0; i < 50; i++) expect(render()).toBe('<p>busy</p>')
  await clock.advanceAsync(60_000, 1_000)
  expect([clock.pending, asked]).toEqual([0, []])
})

test('mirror: a process that asks for it follows its turns', async () => {
  const { clock, asked, render } = setUp(true)
  render()
  await clock.advanceAsync(5_000, 500)
  expect([clock.pending, asked.length > 1]).toEqual([1, true])
})
