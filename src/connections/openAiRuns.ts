/** OpenAI Responses: the responses of one store. */
import { createReader, readStatus } from '../adapters/openAiResponses'
import type { OpenAiEvent, OpenAiResponse } from '../adapters/openAiResponses'
import { turnEnded } from '../actions/signals'
import { fieldsOf, stringOf } from '../adapters/wire'
import type { PortContext, SendResult, StatusAnswer, StopRequest, StopResult, Turn } from '../types'
import type { EventOrigin } from './bodies'
import { discard, jsonOf, parseJson } from './http'
import type { Http } from './http'
import { refusalOf } from './refusal'
import { giveUpQuestions } from './requestTurns'
import { createRunBodies } from './runBodies'
import { activeTurn } from './store'
import type { Store } from './store'

export interface ResponsesOptions {
  readonly http: Http
  onEvent(event: OpenAiEvent, origin: EventOrigin): void
}

const ACCEPT = { accept: 'text/event-stream' }
const LAST = /^response\.(completed|incomplete|failed|cancelled)$/

const pathOf = (responseId: string): string => `/responses/${encodeURIComponent(responseId)}`

export function createResponses(store: Store, { http, onEvent }: ResponsesOptions) {
  const runs = createRunBodies<OpenAiEvent>(store, {
    eventOf: ({ data }) => parseJson(data) as OpenAiEvent | undefined,
    runIdOf: (event) => stringOf(fieldsOf<OpenAiResponse>(fieldsOf<OpenAiEvent>(event).response).id) ?? null,
    positionOf: (event) => {
      const { sequence_number: position } = fieldsOf<OpenAiEvent>(event)
      return typeof position === 'number' ? String(position) : undefined
    },
    isLast: (event) => LAST.test(`${stringOf(fieldsOf<OpenAiEvent>(event).type)}`),
    onEvent,
  })
  const { bodies } = runs

  const start = (
    { conversationId, turnId }: Pick<Turn, 'conversationId' | 'turnId'>,
    body: object,
    resumes: boolean,
    context: PortContext,
  ): Promise<SendResult> =>
    runs.start(
      {
        address: { conversationId, turnId },
        send: (signal) => http('/responses', { body, signal, headers: ACCEPT }),
        createReader: () => createReader({ conversationId, turnId }, { resumes }),
        refusedBy,
      },
      context,
    )

  // ---------------------------------------------------------------- status

  /** What the response of the active turn says. Where it runs, and no body tells of it, it is followed from here. */
  async function check(conversationId: string, { signal }: PortContext): Promise<StatusAnswer> {
    const turn = activeTurn(store, conversationId)
    const heard = bodies.of(conversationId)
    const runId = turn?.runs.at(-1)
    // A prompt whose answer was lost has no id to ask for: nothing more will be heard of it.
    if (!turn || runId === undefined) return { status: heard ? 'no_status' : 'idle' }
    const response = await http(pathOf(runId), { signal })
    // One that is not stored cannot be found while it runs.
    if (response.status === 404 && heard) {
      discard(response)
      return { status: 'no_status' }
    }
    if (!response.ok && response.status !== 404) {
      discard(response)
      return { status: 'unreachable' }
    }
    const told = response.ok ? await jsonOf(response) : (discard(response), null)
    const answer = readStatus(told as OpenAiResponse | null)
    if (answer.status === 'running' && !bodies.of(conversationId)) void follow(turn, runId)
    // It may be half-open: nothing that matters is expected of it.
    if (heard && answer.status !== 'running' && answer.status !== 'no_status') bodies.settle(heard)
    return answer
  }

  function follow({ conversationId, turnId }: Turn, runId: string): Promise<void> {
    const address = { conversationId, turnId, runId }
    return runs.follow({
      address,
      send: (signal, position) => {
        const after = position === undefined ? '' : `&starting_after=${position}`
        return http(`${pathOf(runId)}?stream=true${after}`, { signal, headers: ACCEPT })
      },
      reader: createReader(address),
    })
  }

  // ---------------------------------------------------------------- stop

  async function stop(
    { conversationId, turnId, runIds }: StopRequest,
    signal: AbortSignal,
  ): Promise<StopResult> {
    if (giveUpQuestions(store, bodies, { conversationId, turnId })) return { status: 'acknowledged' }
    const body = bodies.of(conversationId)
    const runId = runIds.at(-1)
    // Its response is not known yet: asked again when it starts.
    if (runId === undefined) return { status: 'refused', reason: 'no_active_turn' }
    const response = await http(`${pathOf(runId)}/cancel`, { method: 'POST', body: {}, signal })
    if (response.ok) {
      const { status } = fieldsOf<OpenAiResponse>(await jsonOf(response))
      if (status === 'cancelled')
        bodies.tell([turnEnded({ conversationId, turnId, runId, reason: 'cancelled' })])
      return { status: 'acknowledged' }
    }
    discard(response)
    // Not in the background: to close its request is the only stop.
    if (body?.turnId !== turnId) return { status: 'refused', reason: 'no_active_turn' }
    body.cancel()
    return { status: 'acknowledged' }
  }

  return { bodies, start, check, stop }
}

/** Another response of the same conversation is being written. */
const LOCKED = /conversation_locked/

async function refusedBy(response: Response): Promise<SendResult> {
  const { status, headers } = response
  const text = await response.text()
  if (LOCKED.test(text)) return { status: 'refused', reason: 'busy' }
  return refusalOf(new Response(text, { status, headers }))
}
