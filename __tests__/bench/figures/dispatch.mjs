/** What one dispatch costs, against a bare one of the same app. */
import { bareStore, keeperStore, tick } from './app.mjs'
import { nanoseconds } from './timing.mjs'

const SUBSCRIBERS = 1_000

const bare = (options) => {
  const { dispatch } = bareStore(options)
  return () => dispatch(tick({ conversationId: 'c1', turnId: 't1', kind: 'output' }))
}
const unrelated = (options) => {
  const { store } = keeperStore({ inFlight: 10, ...options })
  return () => store.dispatch(tick({ conversationId: 'c1', turnId: 't1', kind: 'output' }))
}
const progress = (options) => keeperStore({ inFlight: 10, ...options }).progress

export default async function dispatch() {
  const ns = await nanoseconds({
    bare: bare(),
    idleSlices: bare({ slices: 3 }),
    progress: progress(),
    progressBehindListener: progress({ listener: true }),
    unrelated: unrelated(),
    startAndEnd: keeperStore({ inFlight: 10 }).startAndEnd,
  })
  const heard = await nanoseconds({
    bare: bare({ subscribers: SUBSCRIBERS }),
    progress: progress({ subscribers: SUBSCRIBERS }),
  })
  return {
    bareNs: ns.bare,
    progressNs: ns.progress,
    startAndEndNs: ns.startAndEnd,
    progress: ns.progress / ns.bare,
    progressBehindListener: ns.progressBehindListener / ns.bare,
    progressWithSubscribers: heard.progress / heard.bare,
    unrelated: ns.unrelated / ns.bare,
    idleSlices: ns.idleSlices / ns.bare,
    startAndEnd: ns.startAndEnd / (2 * ns.bare),
  }
}
