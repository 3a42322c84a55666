/**
 * The life of a turn, told with nothing but the package and RTK, which are handed in: sent, streaming, the stream drops, the
 * end is lost, and the status check finds it. Throws where the package does something else.
 */
export async function live({ createTurnkeeper, signals, turnSettled }, { configureStore }, options = {}) {
  const asked = []
  const keeper = createTurnkeeper({
    ports: {
      sendTurn: async ({ input }) => {
        asked.push(`send ${input}`)
        return { status: 'accepted', runId: 'r1' }
      },
      fetchStatus: async ([id]) => {
        asked.push(`status ${id}`)
        return { [id]: { status: 'idle', last: { runId: 'r1', outcome: 'complete' } } }
      },
    },
    ...options,
  })
  const ended = []
  const store = configureStore({
    reducer: {
      [keeper.reducerPath]: keeper.reducer,
      ended: (state = 0, action) => {
        if (turnSettled.match(action)) ended.push(action.payload.turn)
        return state
      },
    },
    middleware: (getDefault) => getDefault().prepend(keeper.middleware),
  })
  const phase = () => keeper.selectors.selectPhase(store.getState(), 'c1')
  const address = { conversationId: 'c1', runId: 'r1' }

  const phases = [phase()]
  store.dispatch(keeper.submitTurn({ conversationId: 'c1', input: 'hello' }))
  phases.push(phase())
  for (let i = 0; i < 10; i += 1) await undefined
  store.dispatch(signals.turnStarted(address))
  store.dispatch(signals.turnProgressed({ ...address, kind: 'output' }))
  phases.push(phase())
  store.dispatch(signals.streamDropped({}))
  const isUnverified = keeper.selectors.selectIsUnverified(store.getState(), 'c1')
  store.dispatch(signals.streamOpened({}))
  for (let i = 0; i < 1_000 && ended.length === 0; i += 1)
    await new Promise((resolve) => setTimeout(resolve, 5))
  phases.push(phase())
  keeper.dispose()

  const story = JSON.stringify({ phases, isUnverified, asked, ended: ended.map((turn) => turn.outcome) })
  const expected = JSON.stringify({
    phases: ['idle', 'submitted', 'streaming', 'idle'],
    isUnverified: true,
    asked: ['send hello', 'status c1'],
    ended: ['complete'],
  })
  if (story !== expected) throw new Error(`The turn lived ${story}, not ${expected}.`)
  return story
}
