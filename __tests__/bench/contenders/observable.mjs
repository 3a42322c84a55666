/** redux-observable: one epic; a turn is a group of signals, its watchdog a switched timer. */
import { legacy_createStore as createStore, applyMiddleware } from 'redux'
import { createEpicMiddleware, ofType } from 'redux-observable'
import { filter, map, mergeMap, startWith, switchMap, takeUntil, timer } from 'rxjs'
import { STALL_AFTER } from '../trace/constants.mjs'
import { ended, progressed, readsOf, reducer, stalled, started } from './sparseReducer.mjs'

const watchdog = (action$) =>
  action$.pipe(
    ofType('started'),
    mergeMap(({ conversationId, turnId }) => {
      const of = (type) => action$.pipe(filter((action) => action.type === type && action.turnId === turnId))
      return of('progressed').pipe(
        startWith(null),
        switchMap(() => timer(STALL_AFTER)),
        map(() => stalled(conversationId, turnId)),
        takeUntil(of('ended')),
      )
    }),
  )

export default function create() {
  const middleware = createEpicMiddleware()
  const store = createStore(reducer, applyMiddleware(middleware))
  const live = new Map()
  middleware.run(watchdog)
  const end = (id, turnId, outcome) => {
    store.dispatch(ended(id, turnId, outcome))
    live.delete(turnId)
  }
  return {
    start(id, turnId) {
      live.set(turnId, id)
      store.dispatch(started(id, turnId))
    },
    progress: (id, turnId) => store.dispatch(progressed(id, turnId)),
    end,
    ...readsOf(store.getState),
    dispose: () => live.forEach((id, turnId) => end(id, turnId, 'cancelled')),
  }
}
