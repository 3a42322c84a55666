/**
 * OpenAI Responses, ready-made: a response is a POST request whose body tells of it. In the background it goes on without the
 * page, is followed again after a lost body and a reload, and is asked about by its id.
 *
 * Needs the optional peer `eventsource-parser`.
 */
import type { OpenAiEvent } from '../adapters/openAiResponses'
import { createOptionChecks } from '../options/optionChecks'
import type { Connection, PortContext } from '../types'
import { createAnswers } from './answers'
import type { GivenAnswer } from './answers'
import type { EventOrigin } from './bodies'
import { createHttp, takeHeaders } from './http'
import type { Fetch, RequestHeaders } from './http'
import { createResponses } from './openAiRuns'
import { MAX_BACKOFF, STEER_REFUSED } from './requestTurns'
import { requiredText } from './requiredText'
import { perStore, reported } from './store'

export type { OpenAiEvent } from '../adapters/openAiResponses'
export type { GivenAnswer } from './answers'
export type { EventOrigin } from './bodies'
export type { Fetch, RequestHeaders } from './http'

/** What a response is asked for with. */
export interface OpenAiBody {
  readonly model: string
  readonly conversation: string
  readonly input: unknown
  readonly stream: true
  readonly background: boolean
  readonly metadata: Readonly<Record<string, string>>
}

/** What a body is made for: a prompt, or the answers to all that the turn had asked. */
export interface OpenAiRequest<Input = unknown> {
  readonly conversationId: string
  readonly turnId: string
  /** Of a prompt. */
  readonly input?: Input | undefined
  readonly answers: readonly GivenAnswer[]
}

/** What `connectOpenAiResponses` takes. */
export interface ConnectOpenAiResponsesOptions<Input = string> {
  /** Where `/responses` is: a path of your own server, which has the key and passes requests on. */
  readonly url: string
  readonly model: string
  /** Whether responses go on without the page. Default `true`; `false` for servers that cannot. */
  readonly background?: boolean | undefined
  /** Headers that go with every request, or a function that gives them. */
  readonly headers?: RequestHeaders | undefined
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined
  /**
   * Makes the body of a request from the default one, which names the conversation by `conversation`. Give `tools` and
   * `instructions`; or `previous_response_id` and `conversation: undefined`.
   */
  readonly createBody?:
    ((body: OpenAiBody, request: OpenAiRequest<Input>, context: PortContext) => object) | undefined
  /** Called with every event, for a transcript. */
  readonly onEvent?: ((event: OpenAiEvent, origin: EventOrigin) => void) | undefined
}

/** A response can be asked about as soon as its id is known. */
const REGISTRATION_WINDOW = 5_000

/**
 * Makes the connection to the Responses API. conversationId is the id of a conversation of the API (`conv_…`), unless
 * `createBody` says otherwise.
 *
 * @example
 * createTurnkeeper({ connection: connectOpenAiResponses({ url: '/api/openai', model: 'gpt-6' }) })
 * @throws TypeError for an option that is not what it should be, naming it.
 */
export function connectOpenAiResponses<Input = string>(
  options: ConnectOpenAiResponsesOptions<Input>,
): Connection<Input> {
  const check = createOptionChecks(options, 'connectOpenAiResponses')
  const text = requiredText(check, 'connectOpenAiResponses')
  const url = text('url', 'a URL', 'where "/responses" is')
  const model = text('model', 'the name of a model', 'the model that answers')
  const background = check.take('background', true, 'true or false', (given) => typeof given === 'boolean')
  const headers = takeHeaders(check)
  const fetch = check.fn<Fetch | undefined>('fetch', undefined)
  const createBody = check.fn<ConnectOpenAiResponsesOptions<Input>['createBody']>('createBody', undefined)
  const onEvent = check.fn<ConnectOpenAiResponsesOptions<Input>['onEvent']>('onEvent', undefined)
  check.noOthers()

  const http = createHttp({ baseUrl: url, fetch, headers })
  const bodyFor = (input: unknown, request: OpenAiRequest<Input>, context: PortContext): object => {
    const { conversationId, turnId } = request
    const body: OpenAiBody = {
      model,
      conversation: conversationId,
      input,
      stream: true,
      background,
      metadata: { turn_id: turnId },
    }
    return createBody ? { ...body, ...createBody(body, request, context) } : body
  }

  const linkOf = perStore((store) => {
    const responses = createResponses(store, { http, onEvent: reported(store, 'onEvent', onEvent) })
    const answer = createAnswers(store, responses.bodies, async (turn, answers, context) => {
      const { conversationId, turnId } = turn
      const body = bodyFor(answers.map(itemOf), { conversationId, turnId, answers }, context)
      return responses.start(turn, body, true, context)
    })
    return { responses, answer }
  })

  return {
    options: { registrationWindow: REGISTRATION_WINDOW, maxBackoff: MAX_BACKOFF },
    ports: {
      async sendTurn(request, context) {
        if (request.mode === 'steer') return STEER_REFUSED
        const { conversationId, turnId, input } = request
        const body = bodyFor(input, { conversationId, turnId, input, answers: [] }, context)
        return linkOf(context).responses.start({ conversationId, turnId }, body, false, context)
      },
      stopTurn: (request, context) => linkOf(context).responses.stop(request, context.signal),
      answerInput: (request, context) => linkOf(context).answer(request, context),
      fetchStatus: async (ids, context) =>
        Object.fromEntries(ids.map((id) => [id, linkOf(context).responses.check(id, context)])),
    },
  }
}

/** An answer as an item of the next response's input. One that is an item already goes as it is. */
function itemOf({ requestId, kind, answer }: GivenAnswer): object {
  if (typeof answer === 'object' && answer !== null && 'type' in answer) return answer
  if (kind === 'mcp_approval_request')
    return { type: 'mcp_approval_response', approval_request_id: requestId, approve: answer === true }
  const isText = kind === 'function_call' || kind === 'custom_tool_call'
  const output = isText && typeof answer !== 'string' ? (JSON.stringify(answer) ?? '') : answer
  return { type: `${kind}_output`, call_id: requestId, output }
}
