/** redux-saga: a saga a turn, which races its progress and its end against a delay. */
import { legacy_createStore as createStore, applyMiddleware } from 'redux'
import createSagaMiddleware from 'redux-saga'
import { delay, fork, put, race, select, take } from 'redux-saga/effects'
import { STALL_AFTER } from '../trace/constants.mjs'
import { ended, progressed, readsOf, reducer, stalled, started } from './sparseReducer.mjs'

export default function create() {
  const middleware = createSagaMiddleware()
  const store = createStore(reducer, applyMiddleware(middleware))
  const task = middleware.run(root)

  function* root() {
    while (true) {
      const { conversationId, turnId } = yield take('started')
      yield fork(watch, conversationId, turnId)
    }
  }
  function* watch(conversationId, turnId) {
    const of = (type) => (action) => action.type === type && action.turnId === turnId
    const isLive = (state) => state.live[conversationId]?.turnId === turnId
    while (yield select(isLive)) {
      const { end, progress } = yield race({
        end: take(of('ended')),
        progress: take(of('progressed')),
        late: delay(STALL_AFTER),
      })
      if (end) return
      if (progress) continue
      yield put(stalled(conversationId, turnId))
      const next = yield race({ end: take(of('ended')), progress: take(of('progressed')) })
      if (next.end) return
    }
  }
  return {
    start: (id, turnId) => store.dispatch(started(id, turnId)),
    progress: (id, turnId) => store.dispatch(progressed(id, turnId)),
    end: (id, turnId, outcome) => store.dispatch(ended(id, turnId, outcome)),
    ...readsOf(store.getState),
    dispose: () => task.cancel(),
  }
}
