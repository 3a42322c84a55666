/**
 * Vercel AI SDK 5, 6 and 7, ready-made: a turn is a POST request whose response body tells of it, and goes on in the next one
 * where it had asked the page. Where your server resumes a body by GET it is followed over a lost body and a reload.
 *
 * Needs the optional peer `eventsource-parser`.
 */
import type { AiSdkChunk } from '../adapters/aiSdk'
import { createOptionChecks } from '../options/optionChecks'
import type { Connection, PortContext } from '../types'
import { createChats } from './aiSdkChats'
import type { GivenAnswer } from './answers'
import type { EventOrigin } from './bodies'
import { createHttp, takeHeaders } from './http'
import type { Fetch, RequestHeaders } from './http'
import { MAX_BACKOFF, STEER_REFUSED, loseRequests } from './requestTurns'
import { perStore, reported } from './store'

export type { AiSdkChunk } from '../adapters/aiSdk'
export type { GivenAnswer } from './answers'
export type { EventOrigin } from './bodies'
export type { Fetch, RequestHeaders } from './http'

/** What the server is asked with, as `DefaultChatTransport` does. */
export interface AiSdkBody {
  /** The conversation. */
  readonly id: string
  readonly messages: readonly object[]
  readonly trigger: string
}

/** What a body is made for: a prompt, or the answers to all that the turn had asked. */
export interface AiSdkRequest<Input = unknown> {
  readonly conversationId: string
  readonly turnId: string
  /** Of a prompt. */
  readonly input?: Input | undefined
  readonly answers: readonly GivenAnswer[]
}

/** What `connectAiSdk` takes. Durations in ms. */
export interface ConnectAiSdkOptions<Input = string> {
  /** Where prompts are posted to. Default `/api/chat`. */
  readonly api?: string | undefined
  /**
   * Whether the server resumes a body by GET, and where: `true` for `<api>/<conversation>/stream`. It is the status check.
   * Default: it does not.
   */
  readonly resume?: boolean | ((conversationId: string) => string) | undefined
  /** Where a turn is stopped at the server, by POST. Default: a stop closes the request. */
  readonly stopUrl?: ((conversationId: string) => string) | undefined
  /** Headers that go with every request, or a function that gives them. */
  readonly headers?: RequestHeaders | undefined
  /** Default: the platform's own. */
  readonly credentials?: RequestCredentials | undefined
  /** More fields of every body. */
  readonly body?: object | undefined
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined
  /**
   * Makes the body of a request from the default one. That has the prompt alone or, for answers, the last of them, which then
   * has to be the agent's message with what was answered in it. Give `messages` with the conversation so far where your
   * server keeps none.
   */
  readonly createBody?:
    ((body: AiSdkBody, request: AiSdkRequest<Input>, context: PortContext) => object) | undefined
  /** Called with every chunk, for a transcript. */
  readonly onEvent?: ((chunk: AiSdkChunk, origin: EventOrigin) => void) | undefined
  /** A resumed body that tells nothing for this long goes on. Default 1 000. */
  readonly quietTime?: number | undefined
  /** A resumed body is not waited for longer than this. Default 4 000. */
  readonly resumeTimeout?: number | undefined
}

/** What the server did not begin to tell within this time after it took a prompt, it does not work on. */
const REGISTRATION_WINDOW = 5_000

/**
 * Makes the connection to a chat endpoint of the AI SDK.
 *
 * @example
 * createTurnkeeper({ connection: connectAiSdk({ api: '/api/chat', resume: true }) })
 * @throws TypeError for an option that is not what it should be, naming it.
 */
export function connectAiSdk<Input = string>(options: ConnectAiSdkOptions<Input> = {}): Connection<Input> {
  const check = createOptionChecks(options, 'connectAiSdk')
  const isObject = (given: unknown) => typeof given === 'object' && given !== null
  const api = check.take('api', '/api/chat', 'a URL', (given) => typeof given === 'string')
  const resume = check.take<ConnectAiSdkOptions['resume']>(
    'resume',
    false,
    'true, false or a function that gives a URL',
    (given) => typeof given === 'boolean' || typeof given === 'function',
  )
  const stopUrl = check.fn<ConnectAiSdkOptions['stopUrl']>('stopUrl', undefined)
  const headers = takeHeaders(check)
  const credentials = check.take<RequestCredentials | undefined>(
    'credentials',
    undefined,
    "one of 'omit', 'same-origin', 'include'",
    (given) => given === 'omit' || given === 'same-origin' || given === 'include',
  )
  const more = check.take<object>('body', {}, 'an object', isObject)
  const fetch = check.fn<Fetch | undefined>('fetch', undefined)
  const createBody = check.fn<ConnectAiSdkOptions<Input>['createBody']>('createBody', undefined)
  const onEvent = check.fn<ConnectAiSdkOptions['onEvent']>('onEvent', undefined)
  const quietTime = check.duration('quietTime', 1_000)
  const resumeTimeout = check.duration('resumeTimeout', 4_000)
  check.noOthers()

  const send: Fetch = (url, init) =>
    (fetch ?? globalThis.fetch)(url, credentials === undefined ? init : { ...init, credentials })
  const resumeUrl =
    resume === true ? (id: string) => `${api}/${encodeURIComponent(id)}/stream` : resume || undefined
  const bodyFor = (
    messages: readonly object[],
    request: AiSdkRequest<Input>,
    context: PortContext,
  ): object => {
    const body = { ...more, id: request.conversationId, messages, trigger: 'submit-message' }
    return createBody ? { ...body, ...createBody(body, request, context) } : body
  }
  const chatsOf = perStore((store) =>
    createChats(store, {
      http: createHttp({ baseUrl: '', fetch: send, headers }),
      api,
      resumeUrl,
      stopUrl,
      quietTime,
      timeLimit: resumeTimeout,
      onEvent: reported(store, 'onEvent', onEvent),
      answersBody(turn, answers, context) {
        const { conversationId, turnId } = turn
        const last = answers.at(-1)?.answer
        // Without a message the body is the app's to make.
        if (!createBody && !isMessage(last)) return undefined
        return bodyFor(isMessage(last) ? [last] : [], { conversationId, turnId, answers }, context)
      },
    }),
  )

  return {
    options: {
      registrationWindow: REGISTRATION_WINDOW,
      maxBackoff: MAX_BACKOFF,
      ...(stopUrl && { stopScope: 'conversation' }),
    },
    ports: {
      async sendTurn(request, context) {
        if (request.mode === 'steer') return STEER_REFUSED
        const { conversationId, turnId, input } = request
        const message = { id: turnId, role: 'user', parts: [{ type: 'text', text: input }] }
        const body = bodyFor([message], { conversationId, turnId, input, answers: [] }, context)
        return chatsOf(context).start({ conversationId, turnId }, body, false, context)
      },
      stopTurn: (request, context) => chatsOf(context).stop(request, context.signal),
      answerInput: (request, context) => chatsOf(context).answer(request, context),
      ...(resumeUrl && {
        fetchStatus: async (ids: readonly string[], context: PortContext) =>
          Object.fromEntries(ids.map((id) => [id, chatsOf(context).check(id, context)])),
      }),
    },
    ...(!resumeUrl && {
      turnsRestored: (turns, context) => loseRequests(chatsOf(context).bodies, turns),
    }),
  }
}

/** Whether an answer is a message of the agent's, with what was answered in it. */
const isMessage = (answer: unknown): answer is object =>
  typeof answer === 'object' && answer !== null && 'role' in answer && 'parts' in answer
