/** AI SDK: the turns of one store, in the bodies that tell of them. */
import { createReader, readStatus } from '../adapters/aiSdk'
import type { AiSdkChunk } from '../adapters/aiSdk'
import type { CloseReason, Reader } from '../adapters/signal'
import { turnEnded } from '../actions/signals'
import type { PortContext, SendResult, StatusAnswer, Turn } from '../types'
import { createAnswers } from './answers'
import type { GivenAnswer } from './answers'
import { createBodies, eventsOf, readEvents } from './bodies'
import type { Body, EventOrigin } from './bodies'
import type { Http } from './http'
import { refusalOf } from './refusal'
import { readReplay } from './replay'
import type { Replay } from './replay'
import { createStop } from './requestTurns'
import { activeTurn, isWaiting } from './store'
import type { Store } from './store'

export interface ChatsOptions {
  readonly http: Http
  readonly api: string
  readonly resumeUrl: ((conversationId: string) => string) | undefined
  readonly stopUrl: ((conversationId: string) => string) | undefined
  readonly quietTime: number
  readonly timeLimit: number
  onEvent(chunk: AiSdkChunk, origin: EventOrigin): void
  /** `undefined`: the answers cannot be sent as they are. */
  answersBody(turn: Turn, answers: readonly GivenAnswer[], context: PortContext): object | undefined
}

const ENDS: ReadonlySet<unknown> = new Set(['finish', 'abort', 'error'])
const ACCEPT = { accept: 'text/event-stream' }

export function createChats(store: Store, options: ChatsOptions) {
  const { http, api, resumeUrl, stopUrl, onEvent, quietTime, timeLimit } = options
  const bodies = createBodies(store)

  const createListener =
    (body: Body, reader: Reader<AiSdkChunk>, origin: EventOrigin) => (chunk: AiSdkChunk) => {
      onEvent(chunk, origin)
      bodies.tell(reader.read(chunk))
      if (ENDS.has((chunk as Partial<AiSdkChunk> | null)?.type)) bodies.settle(body)
    }

  /** Sends a request of a turn. That it was answered with success says that the server took it. */
  async function start(
    address: Pick<Turn, 'conversationId' | 'turnId'>,
    input: object,
    resumes: boolean,
    context: PortContext,
  ): Promise<SendResult> {
    const { conversationId, turnId } = address
    const body = bodies.begin(conversationId, turnId)
    bodies.await(body)
    context.signal.addEventListener('abort', body.abort, { once: true })
    const reader = createReader({ conversationId, turnId }, { resumes })
    const lost = (how: CloseReason): void => {
      bodies.end(body)
      const signals = reader.close(body.isCancelled ? 'cancelled' : how)
      bodies.tell(signals)
      // The server itself broke off. What that makes of the turn counts where nothing runs any more.
      if (signals.length > 0 && how === 'clean_end' && resumeUrl)
        bodies.tell([turnEnded({ conversationId, reason: 'interrupted' })])
    }
    try {
      const response = await http(api, { body: input, signal: body.signal, headers: ACCEPT })
      if (!response.ok) {
        bodies.end(body)
        return await refusalOf(response)
      }
      const listen = createListener(body, reader, { conversationId, turnId, isReplay: false })
      void readEvents<AiSdkChunk>(eventsOf(response), listen).then(lost)
      return { status: 'accepted' }
    } catch (error) {
      // Where nothing else will be heard of it, the request is the turn.
      if (!resumeUrl || body.isCancelled) lost('failed')
      else bodies.end(body)
      throw error
    }
  }

  // ---------------------------------------------------------------- resume

  /** What resuming says of a conversation. Where its turn goes on, and no other body tells of it, it is followed from here. */
  async function check(conversationId: string, context: PortContext): Promise<StatusAnswer> {
    if (!resumeUrl) return { status: 'no_status' }
    const body = bodies.begin(conversationId, activeTurn(store, conversationId)?.turnId ?? null)
    context.signal.addEventListener('abort', body.abort, { once: true })
    const url = resumeUrl(conversationId)
    const replay = await readReplay<AiSdkChunk>(() => http(url, { signal: body.signal, headers: ACCEPT }), {
      clock: store.options.clock,
      quietTime,
      timeLimit,
    })
    const { state, events } = replay
    const isHeard = bodies.of(conversationId) !== undefined
    const told: StatusAnswer =
      state === 'none'
        ? { status: 'idle' }
        : state === 'failed'
          ? { status: 'unreachable' }
          : readStatus(events, { isOpen: state === 'open' })
    const answer = waitingAnswer(conversationId, told) ?? told
    const turnId = turnIdOf(conversationId, answer.runId ?? answer.last?.runId)
    if (!isHeard) for (const chunk of events) onEvent(chunk, { conversationId, turnId, isReplay: true })
    if (!isHeard && state === 'open' && answer.status === 'running')
      follow(body, replay, conversationId, turnId)
    else {
      body.abort()
      bodies.end(body)
    }
    return named(conversationId, answer, turnId)
  }

  /** A turn that waits for a person has no request: that nothing runs says nothing about it. */
  function waitingAnswer(conversationId: string, { status, last }: StatusAnswer): StatusAnswer | undefined {
    const turn = activeTurn(store, conversationId)
    const waits = status === 'idle' && !last && turn !== null && isWaiting(store, turn)
    return waits ? { status: 'awaiting_input', turnId: turn.turnId } : undefined
  }

  /** The turn that a message of the agent's belongs to. */
  function turnIdOf(conversationId: string, runId: string | null | undefined): string | null {
    const turn = activeTurn(store, conversationId)
    return turn && runId != null && turn.runs.includes(runId) ? turn.turnId : null
  }

  /** The answer with the turn, where its message is known. Else how it ended is told of the conversation alone. */
  function named(conversationId: string, answer: StatusAnswer, turnId: string | null): StatusAnswer {
    const { last } = answer
    if (turnId === null) {
      if (last && last.runId == null) {
        const { outcome, error } = last
        if (
          outcome === 'complete' ||
          outcome === 'cancelled' ||
          outcome === 'error' ||
          outcome === 'interrupted'
        )
          bodies.tell([turnEnded({ conversationId, reason: outcome, error })])
      }
      return answer
    }
    return { ...answer, ...(last ? { last: { ...last, turnId } } : { turnId }) }
  }

  /** Dispatches what the rest of a resumed body says. What came before is in the status answer. */
  function follow(
    body: Body,
    replay: Replay<AiSdkChunk>,
    conversationId: string,
    turnId: string | null,
  ): void {
    const reader = createReader(turnId === null ? { conversationId } : { conversationId, turnId })
    replay.events.forEach((chunk) => reader.read(chunk))
    bodies.await(body)
    const listen = createListener(body, reader, { conversationId, turnId, isReplay: false })
    void replay.follow(listen).then((how) => {
      bodies.end(body)
      bodies.tell(reader.close(body.isCancelled ? 'cancelled' : how))
    })
  }

  return {
    bodies,
    start,
    check,
    stop: createStop(store, bodies, { http, stopUrl }),
    answer: createAnswers(store, bodies, async (turn, answers, context) => {
      const body = options.answersBody(turn, answers, context)
      return body ? start(turn, body, true, context) : NO_MESSAGE
    }),
  }
}

const NO_MESSAGE: SendResult = {
  status: 'refused',
  reason: 'error',
  error: {
    message:
      'The answer must be the agent’s message with what was answered in it. Or make the body of the request in the option "createBody" of connectAiSdk.',
    code: 'answer_refused',
  },
}
