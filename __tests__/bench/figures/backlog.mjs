/** What a start and an end cost beside what is idle: sessions, drafts, queued messages, and signals of strangers. */
import { sendingGated, sessionStatusChanged, signals, stateRestored, turnSubmitted } from 'redux-turnkeeper'
import { keeperStore } from './app.mjs'
import { nanoseconds } from './timing.mjs'

const times = (count, make) => Array.from({ length: count }, (_, i) => make(i))

/** A store with ten turns in flight and this many idle things beside them. */
function beside(fill) {
  const app = keeperStore({ inFlight: 10 })
  fill(app.store.dispatch)
  return app.startAndEnd
}

const sessions = (dispatch) => {
  for (let i = 0; i < 5_000; i++)
    dispatch(sessionStatusChanged({ conversationId: `session-${i}`, status: 'ready' }))
}
const drafts = (dispatch) =>
  dispatch(
    stateRestored({
      drafts: times(10_000, (i) => ({ conversationId: `draft-${i}`, turnId: `draft-${i}`, input: 'text' })),
    }),
  )
const queued = (dispatch) => {
  dispatch(sendingGated({ open: false }))
  for (let i = 0; i < 10_000; i++)
    dispatch(turnSubmitted({ conversationId: `queued-${i}`, turnId: `queued-${i}`, input: 'text' }))
}

/** The first signals for conversations that nobody knows, and those that come after 10,000 of them. */
async function strangers() {
  const flood = (already) => {
    const { store } = keeperStore({ inFlight: 10 })
    let minted = 0
    const one = () =>
      store.dispatch(
        signals.turnStarted({ conversationId: `unknown-${minted}`, turnId: `unknown-${minted++}` }),
      )
    for (let i = 0; i < already; i++) one()
    return one
  }
  const known = flood(10_000)
  const timed = (run, count) => {
    const from = process.cpuUsage()
    for (let i = 0; i < count; i++) run()
    const { user, system } = process.cpuUsage(from)
    return (user + system) / count
  }
  for (let i = 0; i < 3; i++) timed(flood(0), 400)
  const first = Math.min(...times(7, () => timed(flood(0), 400)))
  const late = Math.min(...times(7, () => timed(known, 400)))
  return late / first
}

const FILLS = { none: () => undefined, sessions, drafts, queued }

/** One of these in a process: a page has one store, and what is kept of the newest state would be that of another. */
export default async function backlog({ beside: what }) {
  if (what === 'strangers') return { lateStranger: await strangers() }
  const { startAndEnd } = await nanoseconds({ startAndEnd: beside(FILLS[what]) })
  return { [what]: startAndEnd }
}
