/** A store on a connection of a protocol with one request to a turn, and a server that the test plays. */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import type { Connection, Persisted, Problem } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment, flushMicrotasks } from 'redux-turnkeeper/testing'
import type { ManualClock } from 'redux-turnkeeper/testing'
import { devChecks } from '../docs/runner'
import { createBody, createFakeFetch } from './fakes'
import type { FakeBody, FakeRequest } from './fakes'

export const conversationId = 'c1'

/** What a server answers a request with: a body of events that the test writes, or a response of its own. */
export type Route = (request: FakeRequest) => Response | Promise<Response> | undefined

export interface Exchange {
  readonly request: FakeRequest
  readonly body: FakeBody
}

/** A server whose bodies the test writes. `route` may answer in its place. */
export function createServer() {
  const { fetch, requests, server } = createFakeFetch()
  const exchanges: Exchange[] = []
  const routes: { route: Route } = { route: () => undefined }
  server.answer = (request) => {
    const routed = routes.route(request)
    if (routed) return routed
    const body = createBody(request.signal)
    exchanges.push({ request, body })
    return body.response
  }
  const matching = (path: string) => exchanges.filter(({ request }) => request.path.endsWith(path))
  return {
    fetch,
    requests,
    /** Answers in place of a body; `undefined`: a body as before. */
    answer: (route: Route) => void (routes.route = route),
    /** The newest body of a path. */
    last(path: string): FakeBody {
      const found = matching(path).at(-1)
      if (!found) throw new Error(`Nothing was asked of "${path}".`)
      return found.body
    },
    /** The requests to a path. */
    to: (path: string) => requests.filter((request) => request.path.endsWith(path)),
  }
}
export type Server = ReturnType<typeof createServer>

/** A page with a store. Another page on the same clock and server is a reload. */
export function openPage(connection: Connection, clock: ManualClock = createManualClock(1_000_000)) {
  const problems: Problem[] = []
  const errors: unknown[] = []
  let ids = 0
  const keeper = createTurnkeeper({
    connection,
    clock,
    environment: createManualEnvironment(),
    random: () => 0.5,
    createId: () => `id${++ids}`,
    onProblem: (problem) => void problems.push(problem),
    onError: (error) => void errors.push(error),
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (getDefault) => getDefault(devChecks).prepend(keeper.middleware),
  })
  const { selectors } = keeper
  const dispatch = async (action: unknown): Promise<void> => {
    store.dispatch(action as never)
    await flushMicrotasks()
  }
  return {
    keeper,
    store,
    clock,
    problems,
    errors,
    dispatch,
    submit: (turnId: string, where = conversationId) =>
      dispatch(keeper.submitTurn({ conversationId: where, turnId, input: `text of ${turnId}` })),
    stop: (where = conversationId) => dispatch(keeper.stopTurn({ conversationId: where })),
    /** Answers a question, and lets the requests leave. Gives what becomes of the answer. */
    async answer(requestId: string, answer: unknown) {
      const result = store.dispatch(keeper.answerInput({ conversationId, requestId, answer }))
      let settled: unknown = 'pending'
      void result.then((value) => (settled = value))
      await flushMicrotasks()
      return { result: () => settled }
    },
    phase: (where = conversationId) => selectors.selectPhase(store.getState(), where),
    isBusy: (where = conversationId) => selectors.selectIsBusy(store.getState(), where),
    isUnverified: (where = conversationId) => selectors.selectIsUnverified(store.getState(), where),
    ends: () =>
      selectors
        .selectHistory(store.getState())
        .map(({ turnId, reason, outcome, grade }) => `${turnId} ${reason} ${outcome} ${grade}`),
    errorsOfTurns: () => selectors.selectHistory(store.getState()).map(({ error }) => error?.code ?? null),
    questions: () =>
      selectors
        .selectPendingInputs(store.getState(), conversationId)
        .map(({ requestId, state }) => `${requestId} ${state}`),
    drafts: () => selectors.selectDrafts(store.getState(), conversationId).map(({ turnId }) => turnId),
    kept: (): Persisted =>
      JSON.parse(JSON.stringify(selectors.selectPersisted(store.getState()))) as Persisted,
    close: () => keeper.dispose(),
  }
}
export type Page = ReturnType<typeof openPage>
