/**
 * LangGraph server, ready-made: a run is a POST request whose response body tells of it. It goes on without the page, is
 * followed again after a lost body and a reload, and its status is asked for by its name.
 *
 * Needs the optional peer `eventsource-parser`.
 */
import { TURN_ID } from '../adapters/langGraph'
import type { LangGraphEvent } from '../adapters/langGraph'
import { createOptionChecks } from '../options/optionChecks'
import type { Connection, PortContext } from '../types'
import { createAnswers } from './answers'
import type { GivenAnswer } from './answers'
import type { EventOrigin } from './bodies'
import { createHttp, takeHeaders } from './http'
import type { Fetch, RequestHeaders } from './http'
import { createRuns } from './langGraphRuns'
import { MAX_BACKOFF, STEER_REFUSED } from './requestTurns'
import { requiredText } from './requiredText'
import { perStore, reported } from './store'

export type { LangGraphEvent } from '../adapters/langGraph'
export type { GivenAnswer } from './answers'
export type { EventOrigin } from './bodies'
export type { Fetch, RequestHeaders } from './http'

/** What a run is asked for with, as `client.runs.stream()` does. */
export interface LangGraphBody {
  readonly assistant_id: string
  readonly input?: unknown
  readonly command?: unknown
  readonly metadata: Readonly<Record<string, unknown>>
  readonly stream_mode: readonly string[]
  readonly stream_resumable: boolean
  readonly on_disconnect: string
  readonly multitask_strategy: string
  readonly if_not_exists: string
}

/** What a body is made for: a prompt, or the answers to all that the turn had asked. */
export interface LangGraphRequest<Input = unknown> {
  readonly conversationId: string
  readonly turnId: string
  /** Of a prompt. */
  readonly input?: Input | undefined
  readonly answers: readonly GivenAnswer[]
}

/** What `connectLangGraph` takes. */
export interface ConnectLangGraphOptions<Input = string> {
  /** Where the server is: `http://127.0.0.1:2024`, or a path of your own server that passes requests on. */
  readonly url: string
  /** The assistant, or the graph, that answers. */
  readonly assistantId: string
  /** Headers that go with every request, or a function that gives them: `x-api-key`, for instance. */
  readonly headers?: RequestHeaders | undefined
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined
  /**
   * Makes the body of a run from the default one, which has the prompt as one message of the graph's state, or the answers in
   * `command.resume`. `metadata` has to keep the field that names the turn.
   */
  readonly createBody?:
    ((body: LangGraphBody, request: LangGraphRequest<Input>, context: PortContext) => object) | undefined
  /** Called with every event, for a transcript. */
  readonly onEvent?: ((event: LangGraphEvent, origin: EventOrigin) => void) | undefined
}

/** A run stands in the list of its thread before its request is answered: "idle" needs no long window. */
const REGISTRATION_WINDOW = 5_000

/** Messages piece by piece, and what shows pauses. */
const STREAM_MODE = ['messages-tuple', 'updates']

/**
 * Makes the connection to a LangGraph server. conversationId is the id of the thread, a UUID; one that the server does not
 * have is made with its first run.
 *
 * @example
 * createTurnkeeper({ connection: connectLangGraph({ url: 'http://127.0.0.1:2024', assistantId: 'agent' }) })
 * @throws TypeError for an option that is not what it should be, naming it.
 */
export function connectLangGraph<Input = string>(options: ConnectLangGraphOptions<Input>): Connection<Input> {
  const check = createOptionChecks(options, 'connectLangGraph')
  const text = requiredText(check, 'connectLangGraph')
  const url = text('url', 'a URL', 'where the server is')
  const assistantId = text(
    'assistantId',
    'the id of an assistant, or of a graph',
    'the assistant, or graph, that answers',
  )
  const headers = takeHeaders(check)
  const fetch = check.fn<Fetch | undefined>('fetch', undefined)
  const createBody = check.fn<ConnectLangGraphOptions<Input>['createBody']>('createBody', undefined)
  const onEvent = check.fn<ConnectLangGraphOptions<Input>['onEvent']>('onEvent', undefined)
  check.noOthers()

  const http = createHttp({ baseUrl: url, fetch, headers })
  const bodyFor = (
    task: Pick<LangGraphBody, 'input' | 'command'>,
    request: LangGraphRequest<Input>,
    context: PortContext,
  ): object => {
    const body: LangGraphBody = {
      assistant_id: assistantId,
      ...task,
      metadata: { [TURN_ID]: request.turnId },
      stream_mode: STREAM_MODE,
      stream_resumable: true,
      on_disconnect: 'continue',
      // The keeper has a queue of its own, and sends again what was refused as busy.
      multitask_strategy: 'reject',
      if_not_exists: 'create',
    }
    return createBody ? { ...body, ...createBody(body, request, context) } : body
  }

  const linkOf = perStore((store) => {
    const runs = createRuns(store, { http, onEvent: reported(store, 'onEvent', onEvent) })
    const answer = createAnswers(store, runs.bodies, async (turn, answers, context) => {
      const { conversationId, turnId } = turn
      const body = bodyFor(
        { command: { resume: resumeOf(answers) } },
        { conversationId, turnId, answers },
        context,
      )
      return runs.start(turn, body, true, context)
    })
    return { runs, answer }
  })

  return {
    options: { registrationWindow: REGISTRATION_WINDOW, maxBackoff: MAX_BACKOFF },
    ports: {
      async sendTurn(request, context) {
        if (request.mode === 'steer') return STEER_REFUSED
        const { conversationId, turnId, input } = request
        const prompt = { messages: [{ id: turnId, role: 'user', content: input }] }
        const body = bodyFor({ input: prompt }, { conversationId, turnId, input, answers: [] }, context)
        return linkOf(context).runs.start({ conversationId, turnId }, body, false, context)
      },
      stopTurn: (request, context) => linkOf(context).runs.stop(request, context.signal),
      answerInput: (request, context) => linkOf(context).answer(request, context),
      fetchStatus: async (threadIds, context) =>
        Object.fromEntries(threadIds.map((id) => [id, linkOf(context).runs.check(id, context)])),
    },
  }
}

/** One answer as it is; several by the ids of what was asked. */
const resumeOf = (answers: readonly GivenAnswer[]): unknown =>
  answers.length === 1
    ? answers[0]!.answer
    : Object.fromEntries(answers.map(({ requestId, answer }) => [requestId, answer]))
