/**
 * AG-UI, ready-made: a run is a POST request whose response body tells of it. With an agent of a CopilotKit runtime (or where
 * your server replays a thread and takes a stop) runs are followed over a lost body and a reload.
 *
 * Needs the optional peer `eventsource-parser`.
 */
import type { AgUiEvent } from '../adapters/agUi'
import { createOptionChecks } from '../options/optionChecks'
import type { Connection, PortContext, SendResult } from '../types'
import { answersBody, promptBody, runIdOfAnswers } from './agUiBodies'
import type { AgUiBody, AgUiRequest } from './agUiBodies'
import { createRuns } from './agUiRuns'
import type { AgUiEndpoints } from './agUiRuns'
import { createAnswers } from './answers'
import type { EventOrigin } from './bodies'
import { createHttp, takeHeaders } from './http'
import type { Fetch, RequestHeaders } from './http'
import { MAX_BACKOFF, STEER_REFUSED, createStop, loseRequests } from './requestTurns'
import { requiredText } from './requiredText'
import { perStore, reported } from './store'

export type { AgUiEvent } from '../adapters/agUi'
export type { AgUiBody, AgUiRequest } from './agUiBodies'
export type { GivenAnswer } from './answers'
export type { EventOrigin } from './bodies'
export type { Fetch, RequestHeaders } from './http'

/** What `connectAgUi` takes. Durations in ms. */
export interface ConnectAgUiOptions<Input = string> {
  /** With `agent`: where the CopilotKit runtime is mounted. Without: the URL of the agent, as `HttpAgent` takes it. */
  readonly url: string
  /** Name of the agent in a CopilotKit runtime: gives `connectUrl` and `stopUrl`. */
  readonly agent?: string | undefined
  /** Where a thread is replayed: the status check. Default: that of the agent, if `agent` is given, else none. */
  readonly connectUrl?: string | undefined
  /** Where the run of a thread is stopped. Default: that of the agent, if `agent` is given, else a stop closes the request. */
  readonly stopUrl?: ((threadId: string) => string) | undefined
  /** Headers that go with every request, or a function that gives them. */
  readonly headers?: RequestHeaders | undefined
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined
  /**
   * Makes the body of a run from the default one, which has the prompt, or the answers, alone. Give `messages` with the
   * thread so far, and `tools`, `state` and `context`, where your agent needs them.
   */
  readonly createBody?:
    | ((body: AgUiBody, request: AgUiRequest<Input>, context: PortContext) => Partial<AgUiBody> & object)
    | undefined
  /** Called with every event, for a transcript. */
  readonly onEvent?: ((event: AgUiEvent, origin: EventOrigin) => void) | undefined
  /** A replayed thread that tells nothing for this long goes on. Default 1 000. */
  readonly quietTime?: number | undefined
  /** A replay is not waited for longer than this. Default 4 000. */
  readonly connectTimeout?: number | undefined
}

const endpointsOf = ({ url, agent, connectUrl, stopUrl }: ConnectAgUiOptions<never>): AgUiEndpoints => {
  if (agent === undefined) return { run: url, connect: connectUrl, stop: stopUrl }
  const base = `${url.replace(/\/+$/, '')}/agent/${encodeURIComponent(agent)}`
  return {
    run: `${base}/run`,
    connect: connectUrl ?? `${base}/connect`,
    stop: stopUrl ?? ((threadId) => `${base}/stop/${encodeURIComponent(threadId)}`),
  }
}

/** Where the first event says that a run was taken, it is registered: "idle" needs no long window. */
const REGISTRATION_WINDOW = 5_000

/**
 * Makes the connection to an AG-UI agent.
 *
 * @example
 * createTurnkeeper({ connection: connectAgUi({ url: '/api/copilotkit', agent: 'default' }) })
 * createTurnkeeper({ connection: connectAgUi({ url: 'http://127.0.0.1:8000/agent' }) })
 * @throws TypeError for an option that is not what it should be, naming it.
 */
export function connectAgUi<Input = string>(options: ConnectAgUiOptions<Input>): Connection<Input> {
  const check = createOptionChecks(options, 'connectAgUi')
  const isString = (given: unknown) => typeof given === 'string'
  const url = requiredText(check, 'connectAgUi')('url', 'a URL', 'where the agent, or the runtime, is')
  const agent = check.take<string | undefined>('agent', undefined, 'the name of an agent', isString)
  const connectUrl = check.take<string | undefined>('connectUrl', undefined, 'a URL', isString)
  const stopUrl = check.fn<ConnectAgUiOptions['stopUrl']>('stopUrl', undefined)
  const headers = takeHeaders(check)
  const fetch = check.fn<Fetch | undefined>('fetch', undefined)
  const createBody = check.fn<ConnectAgUiOptions<Input>['createBody']>('createBody', undefined)
  const onEvent = check.fn<ConnectAgUiOptions['onEvent']>('onEvent', undefined)
  const quietTime = check.duration('quietTime', 1_000)
  const connectTimeout = check.duration('connectTimeout', 4_000)
  check.noOthers()

  const endpoints = endpointsOf({ url, agent, connectUrl, stopUrl })
  const http = createHttp({ baseUrl: '', fetch, headers })
  const bodyFor = (body: AgUiBody, request: AgUiRequest<Input>, context: PortContext): AgUiBody =>
    createBody ? { ...body, ...createBody(body, request, context) } : body

  const linkOf = perStore((store) => {
    const runs = createRuns(store, {
      http,
      endpoints,
      quietTime,
      connectTimeout,
      onEvent: reported(store, 'onEvent', onEvent),
    })
    const answer = createAnswers(store, runs.bodies, async (turn, answers, context): Promise<SendResult> => {
      const { conversationId, turnId } = turn
      const runId = runIdOfAnswers(turn)
      const body = answersBody(conversationId, runId, answers)
      const request = { conversationId, turnId, runId, answers }
      return runs.start(request, bodyFor(body, request, context), true, context)
    })

    const stop = createStop(store, runs.bodies, {
      http,
      stopUrl: endpoints.stop,
      mark: ({ turnId, runIds }) => runs.markStopped(runIds.at(-1) ?? turnId),
    })
    return { runs, answer, stop }
  })

  return {
    options: {
      registrationWindow: REGISTRATION_WINDOW,
      maxBackoff: MAX_BACKOFF,
      ...(endpoints.stop && { stopScope: 'conversation' }),
    },
    ports: {
      async sendTurn(request, context) {
        if (request.mode === 'steer') return STEER_REFUSED
        const { conversationId, turnId, input } = request
        const run = { conversationId, turnId, runId: turnId, input, answers: [] }
        return linkOf(context).runs.start(run, bodyFor(promptBody(request), run, context), false, context)
      },
      stopTurn: (request, context) => linkOf(context).stop(request, context.signal),
      answerInput: (request, context) => linkOf(context).answer(request, context),
      ...(endpoints.connect !== undefined && {
        fetchStatus: async (threadIds: readonly string[], context: PortContext) =>
          Object.fromEntries(threadIds.map((id) => [id, linkOf(context).runs.check(id, context)])),
      }),
    },
    ...(endpoints.connect === undefined && {
      turnsRestored: (turns, context) => loseRequests(linkOf(context).runs.bodies, turns),
    }),
  }
}
