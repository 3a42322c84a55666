/**
 * A store whose work can be counted, for law 24: no check of RTK's walks its state, and how often the rows that stand
 * there from the beginning are looked at is counted.
 */
import { configureStore } from '@reduxjs/toolkit'
import type { ThunkDispatch, UnknownAction } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import type { KeeperState } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment, createScriptedBackend } from 'redux-turnkeeper/testing'
import type { Table, TableRow } from '../../src/state/table'
import type { LabOptions } from './lab'

/** What changed from one table to the next: how many buckets were copied, and how many rows changed. */
function copied<Row extends TableRow>(before: Table<Row>, after: Table<Row>) {
  const old = new Set(before.pages.flat())
  const buckets = after.pages.flat().filter((bucket) => !old.has(bucket))
  const rows = new Set(before.pages.flat(2))
  return { buckets: buckets.length, rows: buckets.flat().filter((row) => !rows.has(row)).length }
}

/** The table with rows that count how often anything of them is looked at. */
function counting<Row extends TableRow>(table: Table<Row>, look: () => void): Table<Row> {
  const counted = (row: Row): Row => {
    const fields = Object.entries(row).map(([name, value]) => {
      const get = (): unknown => {
        look()
        return value
      }
      return [name, { enumerable: true, get }] as const
    })
    return Object.freeze(Object.defineProperties({}, Object.fromEntries(fields)) as Row)
  }
  return { size: table.size, pages: table.pages.map((page) => page.map((bucket) => bucket.map(counted))) }
}

/** @param left A state to go on from: its rows count how often they are looked at. */
export function createCountedStore(options: LabOptions = {}, left?: KeeperState) {
  const clock = createManualClock(1_000_000)
  const backend = createScriptedBackend()
  backend.auto.clear()
  let looks = 0
  let minted = 0
  const keeper = createTurnkeeper({
    ports: backend.ports,
    clock,
    environment: createManualEnvironment(),
    random: () => 0.5,
    createId: () => `k${++minted}`,
    onProblem: () => undefined,
    ...options,
  })
  const look = () => void looks++
  const preloaded = left && {
    ...left,
    // Signed by this keeper: one that takes over looks at everything that goes on, once.
    turns: { ...left.turns, keeperId: 'k1', byConversation: counting(left.turns.byConversation, look) },
    conversations: { ...left.conversations, byId: counting(left.conversations.byId, look) },
  }
  const configured = configureStore({
    reducer: { turnkeeper: keeper.reducer },
    middleware: (gDM) => gDM({ serializableCheck: false, immutableCheck: false }).prepend(keeper.middleware),
    devTools: false,
    ...(preloaded && { preloadedState: { turnkeeper: preloaded } }),
  })
  const store = configured as typeof configured & {
    readonly dispatch: ThunkDispatch<unknown, unknown, UnknownAction>
  }
  const state = () => store.getState().turnkeeper

  return {
    clock,
    backend,
    keeper,
    store,
    state,
    /** Dispatches, lets all that follows at once follow, and tells what it took. */
    async work(...actions: readonly unknown[]) {
      const before = state()
      looks = 0
      for (const action of actions) store.dispatch(action as never)
      await clock.advanceAsync(0)
      const after = state()
      return {
        turns: copied(before.turns.byConversation, after.turns.byConversation),
        conversations: copied(before.conversations.byId, after.conversations.byId),
        /** How often rows that stood there before were looked at. */
        looks,
      }
    },
  }
}

export type CountedStore = ReturnType<typeof createCountedStore>
