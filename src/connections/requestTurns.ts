/** Turns that live in requests of their own: how they are stopped, and what becomes of them with the page. */
import { requestEnded, turnEnded } from '../actions/signals'
import type { SendResult, StopRequest, StopResult, Turn } from '../types'
import type { Bodies } from './bodies'
import { discard, jsonOf } from './http'
import type { Http } from './http'
import { isWaiting, turnOf } from './store'
import type { Store } from './store'

/** No stream comes back to tell that the server is there again: what runs is to be known within 15 s of that, ms. */
export const MAX_BACKOFF = 10_000

/** How a stop reaches the server. */
export interface StopOptions {
  readonly http: Http
  /** Where it is posted to. Left out: it closes the request. */
  readonly stopUrl: ((conversationId: string) => string) | undefined
  /** Called before the stop leaves: the turn may be over before its answer comes. Returns how to take that back. */
  mark?(request: StopRequest): () => void
}

/** Ends a turn that waits for a person, and for which nothing is at work: to stop it is to give its questions up. */
export function giveUpQuestions(
  store: Store,
  bodies: Bodies,
  { conversationId, turnId }: Pick<StopRequest, 'conversationId' | 'turnId'>,
): boolean {
  const turn = turnOf(store, turnId, conversationId)
  if (!turn || bodies.of(conversationId)?.turnId === turnId || !isWaiting(store, turn)) return false
  bodies.tell([turnEnded({ conversationId, turnId, reason: 'cancelled' })])
  return true
}

/** Makes the port `stopTurn` of one store. */
export const createStop =
  (store: Store, bodies: Bodies, { http, stopUrl, mark }: StopOptions) =>
  async (request: StopRequest, signal: AbortSignal): Promise<StopResult> => {
    const { conversationId } = request
    if (giveUpQuestions(store, bodies, request)) return { status: 'acknowledged' }
    const body = bodies.of(conversationId)
    if (!stopUrl) {
      if (!body) return { status: 'refused', reason: 'no_active_turn' }
      body.cancel()
      return { status: 'acknowledged' }
    }
    const takeBack = mark?.(request)
    const response = await http(stopUrl(conversationId), { method: 'POST', body: {}, signal })
    if (response.ok && !saysNotStopped(await jsonOf(response))) return { status: 'acknowledged' }
    discard(response)
    takeBack?.()
    return { status: 'refused', reason: 'no_active_turn' }
  }

const saysNotStopped = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && (answer as { stopped?: unknown }).stopped === false

/** The requests of turns that a reload has brought back went with the page, and nothing else will be heard of them. */
export function loseRequests(bodies: Bodies, turns: readonly Turn[]): void {
  for (const { conversationId, turnId } of turns)
    if (bodies.of(conversationId)?.turnId !== turnId)
      bodies.tell([requestEnded({ conversationId, turnId, how: 'failed' })])
}

/** Neither protocol takes a message into a turn that runs. */
export const STEER_REFUSED: SendResult = {
  status: 'refused',
  reason: 'error',
  error: {
    message: 'The running turn takes no message in. Its text is kept as a draft.',
    code: 'steer_refused',
  },
}
