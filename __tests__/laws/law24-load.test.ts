/** Law 24 under load: a hundred thousand turns leave nothing behind, and what ten thousand messages in one queue cost is stated. */
import { configureStore } from '@reduxjs/toolkit'
import type { ThunkDispatch, UnknownAction } from '@reduxjs/toolkit'
import { createTurnkeeper, signals, stateRestored } from 'redux-turnkeeper'
import type { KeeperState, Turn } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment } from 'redux-turnkeeper/testing'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { mapRows, rowsOf } from '../../src/state/table'
import { entryOf } from '../../src/state/turns'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** To freeze a state costs more than to make it. */
const { NODE_ENV } = process.env
beforeAll(() => void (process.env['NODE_ENV'] = 'production'))
afterAll(() => void (process.env['NODE_ENV'] = NODE_ENV))

function open(preloaded?: KeeperState) {
  const clock = createManualClock(1_000_000)
  const page = createManualEnvironment()
  const counts = { subscriptions: 0, openRequests: 0 }
  let minted = 0
  const keeper = createTurnkeeper({
    ports: {
      sendTurn: async () => ({ status: 'accepted' }),
      // Answered by nobody: each is taken back when its turn ends, or with the keeper.
      stopTurn: (_request, { signal }) => {
        counts.openRequests++
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            counts.openRequests--
            reject(signal.reason as Error)
          })
        })
      },
      fetchStatus: async () => ({}),
    },
    clock,
    environment: {
      ...page,
      subscribe(listener) {
        counts.subscriptions++
        const unsubscribe = page.subscribe(listener)
        return () => {
          counts.subscriptions--
          unsubscribe()
        }
      },
    },
    random: () => 0.5,
    createId: () => `k${++minted}`,
    onProblem: () => undefined,
  })
  const configured = configureStore({
    reducer: { turnkeeper: keeper.reducer },
    middleware: (gDM) => gDM({ serializableCheck: false, immutableCheck: false }).prepend(keeper.middleware),
    devTools: false,
    ...(preloaded && { preloadedState: { turnkeeper: preloaded } }),
  })
  const store = configured as typeof configured & {
    readonly dispatch: ThunkDispatch<unknown, unknown, UnknownAction>
  }
  return { clock, counts, keeper, store }
}

/** So many turns in a store of its own, of which a few are being stopped; then the keeper is disposed of. */
async function live(turns: number) {
  const { clock, counts, keeper, store } = open()
  for (let i = 0; i < turns; i++) {
    const address = { conversationId: `c${i % 1_000}`, turnId: `t${i}` }
    store.dispatch(keeper.submitTurn({ ...address, input: 'hello' }))
    if (i % 100 === 0) store.dispatch(keeper.stopTurn(address))
    store.dispatch(signals.turnStarted({ ...address, runId: `r${i}` }))
    store.dispatch(signals.turnEnded({ ...address, reason: 'complete' }))
    if (i % 1_000 === 999) await clock.advanceAsync(1_000)
  }
  const left = store.getState().turnkeeper.turns.byConversation.size
  // Something that goes on, so that there is something to take back.
  store.dispatch(keeper.submitTurn({ conversationId: 'last', turnId: 'last', input: 'hello' }))
  await clock.advanceAsync(0)
  store.dispatch(keeper.stopTurn({ conversationId: 'last' }))
  const before = { timers: clock.pending, ...counts }
  keeper.dispose()
  await clock.advanceAsync(0)
  return { left, before, after: { timers: clock.pending, ...counts } }
}

test('law 24: 100,000 turns, then dispose: no timer, no listener, no request, and the heap within 2 MB', async () => {
  const heap = (): number => {
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  // What is compiled, and what V8 learns, is not counted.
  await live(5_000)
  const heapBefore = heap()
  const { left, before, after } = await live(100_000)
  expect(heap() - heapBefore).toBeLessThan(2 * 1024 * 1024)
  // Of the last thousand a few stops are still open, which nobody answers.
  expect(left).toBeLessThanOrEqual(10)
  expect(before.timers).toBe(1)
  expect(before.subscriptions).toBeGreaterThan(0)
  expect(before.openRequests).toBeGreaterThan(0)
  expect(after).toEqual({ timers: 0, subscriptions: 0, openRequests: 0 })
}, 240_000)

const QUEUED = 10_000
const c1 = { conversationId: 'c1' }

/** A turn at work, and messages behind it, each of which counts how often anything of it is looked at. */
function queueOf(count: number, look: () => void): KeeperState {
  const { reducer } = createTurnkeeper()
  const meta = { at: 1_000_000 }
  const started = reducer(undefined, signals.turnStarted({ ...c1, runId: 'r0' }, meta))
  const queued = [{ ...c1, turnId: 'q0', input: 'x', hidden: false }]
  const { turns, conversations } = reducer(started, stateRestored({ queued }, meta))
  const counted = (turn: Turn): Turn =>
    new Proxy(turn, {
      get(target, name) {
        look()
        return Reflect.get(target, name) as unknown
      },
    })
  const byConversation = mapRows(turns.byConversation, (entry) => ({
    ...entry,
    queue: Array.from({ length: count }, (_, i) => counted({ ...entry.queue[0]!, turnId: `q${i}` })),
  }))
  return { turns: { ...turns, keeperId: 'k1', byConversation }, conversations }
}

/** How many messages are made anew by an action, and how many looks at those that wait it takes. */
async function costs(count: number) {
  let looks = 0
  const { clock, keeper, store } = open(queueOf(count, () => looks++))
  const queue = () => entryOf(store.getState().turnkeeper.turns, 'c1')?.queue ?? []
  await clock.advanceAsync(0)
  async function cost(...actions: readonly unknown[]) {
    const before = new Set(queue())
    looks = 0
    for (const action of actions) store.dispatch(action as never)
    await clock.advanceAsync(0)
    return { anew: queue().filter((turn) => !before.has(turn)).length, looks }
  }
  // The index of turns is made when it is first asked.
  await cost(signals.turnStarted({ ...c1, runId: 'r0' }))
  const found = {
    'progress of the turn in front': await cost(
      signals.turnProgressed({ ...c1, runId: 'r0', kind: 'tool_open' }),
    ),
    'a prompt elsewhere': await cost(keeper.submitTurn({ conversationId: 'c2', input: 'x' })),
    'one more message': await cost(keeper.submitTurn({ ...c1, input: 'x' })),
    'a message is withdrawn': await cost(keeper.removeQueued({ turnId: 'q0' })),
    'the turn in front ends': await cost(signals.turnEnded({ ...c1, runId: 'r0', reason: 'complete' })),
  }
  keeper.dispose()
  return found
}

/** The most that an action looks at a message that waits in its conversation. */
const LOOKS = 60

test(`law 24: ${QUEUED} messages in one queue: an action looks at those of its own conversation, and makes none anew`, async () => {
  const few = await costs(10)
  const many = await costs(QUEUED)
  for (const [what, { anew, looks }] of Object.entries(many)) {
    expect({ what, anew }).toEqual({ what, anew: few[what as keyof typeof few].anew })
    expect({ what, tooMany: looks > LOOKS * (QUEUED + 1) && looks }).toEqual({ what, tooMany: false })
  }
  expect(many['a prompt elsewhere'].looks).toBe(0)
  expect(many['one more message'].anew).toBe(1)
}, 120_000)

test(`law 24: ${QUEUED} messages of one conversation are put back with so many looks at those that wait there`, () => {
  let looks = 0
  const { keeper } = open()
  const waiting = queueOf(QUEUED, () => looks++)
  const messages = (name: string) =>
    Array.from({ length: QUEUED }, (_, i) => ({ ...c1, turnId: `${name}${i}`, input: 'x', hidden: false }))
  const kept = {
    live: messages('live'),
    queued: [...messages('queued'), ...messages('q')],
    drafts: messages('draft'),
  }
  const { turns, conversations } = keeper.reducer(waiting, stateRestored(kept, { at: 1_000_001 }))
  expect(entryOf(turns, 'c1')?.queue).toHaveLength(3 * QUEUED)
  expect(rowsOf(conversations.byId)).toMatchObject([
    { texts: { length: 2 * QUEUED + 1 }, drafts: { length: QUEUED } },
  ])
  expect(looks).toBeGreaterThan(QUEUED)
  expect(looks).toBeLessThan(LOOKS * QUEUED)
})
