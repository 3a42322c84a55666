/** The option `connection`: its ports and options count where the app gives none, and it listens once a store. */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper, signals, stateRestored } from 'redux-turnkeeper'
import type { Connection, PortContext, TurnkeeperOptions } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment, flushMicrotasks } from 'redux-turnkeeper/testing'

const createStore = (options: TurnkeeperOptions<string>) => {
  const keeper = createTurnkeeper({
    clock: createManualClock(1_000),
    environment: createManualEnvironment(),
    ...options,
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (getDefault) => getDefault().prepend(keeper.middleware),
  })
  return { keeper, store }
}

function createConnection(): { connection: Connection<string>; opened: PortContext[]; sent: string[] } {
  const opened: PortContext[] = []
  const sent: string[] = []
  const connection: Connection<string> = {
    ports: {
      sendTurn: async ({ turnId }) => {
        sent.push(`connection ${turnId}`)
        return { status: 'accepted' }
      },
    },
    options: { createId: () => 'id-of-the-protocol' },
    open: (context) => void opened.push(context),
  }
  return { connection, opened, sent }
}

describe('option "connection"', () => {
  test('its ports are called, and its options hold', () => {
    const { connection, sent } = createConnection()
    const { keeper, store } = createStore({ connection })
    const { turnId } = store.dispatch(keeper.submitTurn({ conversationId: 'c1', input: 'hello' }))
    expect(turnId).toBe('id-of-the-protocol')
    expect(sent).toEqual(['connection id-of-the-protocol'])
  })

  test('a port and an option of the app win', () => {
    const { connection, sent } = createConnection()
    const { keeper, store } = createStore({
      connection,
      createId: () => 'id-of-the-app',
      ports: {
        sendTurn: async ({ turnId }) => {
          sent.push(`app ${turnId}`)
          return { status: 'accepted' }
        },
      },
    })
    store.dispatch(keeper.submitTurn({ conversationId: 'c1', input: 'hello' }))
    expect(sent).toEqual(['app id-of-the-app'])
  })

  test('an option that is given as undefined is left to the connection', () => {
    const { connection } = createConnection()
    const { keeper, store } = createStore({ connection, createId: undefined, ports: undefined })
    const { turnId } = store.dispatch(keeper.submitTurn({ conversationId: 'c1', input: 'hello' }))
    expect(turnId).toBe('id-of-the-protocol')
  })

  test('it listens once for each store, and its signal fires when the keeper is disposed of', async () => {
    const { connection, opened } = createConnection()
    const { keeper } = createStore({ connection })
    await Promise.resolve()
    expect(opened).toHaveLength(1)
    expect(opened[0]?.signal.aborted).toBe(false)
    keeper.dispose()
    expect(opened[0]?.signal.aborted).toBe(true)
  })

  test('it does not listen where there is no page', async () => {
    const { connection, opened } = createConnection()
    createStore({ connection, environment: { ...createManualEnvironment(), page: false } })
    await Promise.resolve()
    expect(opened).toHaveLength(0)
  })

  test('what it throws is reported, and the keeper works', async () => {
    const { connection, sent } = createConnection()
    const errors: unknown[] = []
    const { keeper, store } = createStore({
      connection: {
        ...connection,
        open() {
          throw new Error('no such server')
        },
      },
      onError: (error, { raisedBy }) => void errors.push([raisedBy, String(error)]),
    })
    store.dispatch(keeper.submitTurn({ conversationId: 'c1', input: 'hello' }))
    await Promise.resolve()
    expect(errors).toEqual([['connection', 'Error: no such server']])
    expect(sent).toEqual(['connection id-of-the-protocol'])
  })

  test('wrong ports of a connection are named', () => {
    const ports = { sendTurns: () => undefined }
    expect(() => createTurnkeeper({ connection: { ports } as never })).toThrow(
      'option "ports" has no port "sendTurns"',
    )
  })

  test('it is told of turns that came back, but of none that is its own or waits for a person', async () => {
    const { connection } = createConnection()
    const told: string[] = []
    const { keeper, store } = createStore({
      connection: {
        ...connection,
        turnsRestored: (turns, { dispatch }) => {
          told.push(...turns.map(({ turnId }) => turnId))
          dispatch(signals.requestEnded({ conversationId: 'c2', turnId: 't2', how: 'failed' }))
        },
      },
    })
    store.dispatch(keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: 'hello' }))
    store.dispatch(
      stateRestored({
        live: [
          { conversationId: 'c2', turnId: 't2', begun: true },
          { conversationId: 'c3', turnId: 't3', begun: true },
        ],
        queued: [{ conversationId: 'c2', turnId: 'q2', input: 'later', hidden: false }],
        questions: [{ conversationId: 'c3', requestId: 'q', askerId: 't3', kind: 'approval', prompt: null }],
      }),
    )
    await Promise.resolve()
    expect(told).toEqual(['t2'])
    const { selectHistory, selectIsBusy } = keeper.selectors
    expect(selectHistory(store.getState()).map(({ turnId, outcome }) => [turnId, outcome])).toEqual([
      ['t2', 'interrupted'],
    ])
    expect(selectIsBusy(store.getState(), 'c3')).toBe(true)
  })

  test('it is told once, also where nothing had been there, and silence is followed without a status check', async () => {
    const { connection } = createConnection()
    const told: string[] = []
    const turnsRestored: Connection['turnsRestored'] = (turns) =>
      void told.push(...turns.map(({ turnId }) => turnId))
    const { sendTurn } = connection.ports
    const { store } = createStore({ connection: { ports: { sendTurn }, turnsRestored } })
    store.dispatch(stateRestored({ live: [{ conversationId: 'c1', turnId: 't1', begun: true }] }))
    await Promise.resolve()
    expect(told).toEqual(['t1'])
  })

  test('mirror: it is not told where no turn came back', async () => {
    const { connection } = createConnection()
    const told: unknown[] = []
    const turnsRestored = (turns: readonly unknown[]) => void told.push(turns)
    const { store } = createStore({ connection: { ...connection, turnsRestored } })
    const queued = [{ conversationId: 'c1', turnId: 'q1', input: 'later', hidden: false }]
    store.dispatch(stateRestored({ live: [], queued }))
    await Promise.resolve()
    expect(told).toEqual([])
  })

  test('a state that another keeper has left is told in the same way', async () => {
    const { connection } = createConnection()
    const first = createStore({ connection })
    first.store.dispatch(first.keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: 'hello' }))
    const told: string[] = []
    const keeper = createTurnkeeper({
      connection: {
        ...connection,
        turnsRestored: (turns) => void told.push(...turns.map(({ turnId }) => turnId)),
      },
      createId: () => 'another',
      clock: createManualClock(1_000),
      environment: createManualEnvironment(),
    })
    configureStore({
      reducer: { [keeper.reducerPath]: keeper.reducer },
      middleware: (getDefault) => getDefault().prepend(keeper.middleware),
      preloadedState: first.store.getState(),
    })
    await flushMicrotasks()
    expect(told).toEqual(['t1'])
  })
})
