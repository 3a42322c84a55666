/**
 * One response body to a request, as these clients read their server: what the wire says of a turn arrives on the body of the
 * request that started it, and nowhere else.
 */
import { inexpressible } from 'redux-turnkeeper/conformance'
import type { Step, Surroundings } from 'redux-turnkeeper/conformance'

export type BodyEvent =
  | { readonly type: 'started' | 'text' | 'completed' | 'aborted' }
  | { readonly type: 'question'; readonly input: string }
  | { readonly type: 'failed'; readonly message: string }

export interface Body extends AsyncIterable<BodyEvent> {
  readonly turn: string
  /** The server's name for it, where it has told one. */
  readonly run: string | null
}

export interface Bodies {
  /** Sends a prompt; resolves with the body once the server has accepted it. An abort also tells the server to stop. */
  request(conversation: string, turn: string, message: string, signal: AbortSignal): Promise<Body>
  /** Asks whether a turn is running, and if so reads on. */
  reconnect(conversation: string, turn: string, signal: AbortSignal): Promise<Body | null>
  /** An event of a turn that was begun here. Once its body is closed, nobody hears it. */
  deliver(step: Step): void
  /** The connections break: those of one conversation, or all. */
  drop(conversation: string | null | undefined): void
}

interface OpenBody extends Body {
  run: string | null
  readonly conversation: string
  push(event: BodyEvent): void
  end(error?: Error): void
}

function createBody(conversation: string, turn: string): OpenBody {
  const waiting: BodyEvent[] = []
  let ended: { readonly error: Error | undefined } | null = null
  let wake: () => void = () => undefined
  return {
    conversation,
    turn,
    run: null,
    push(event) {
      if (!ended) waiting.push(event)
      wake()
    },
    end(error) {
      ended ??= { error }
      wake()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const next = waiting.shift()
        if (next) yield next
        else if (ended) {
          if (ended.error) throw ended.error
          return
        } else await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}

function eventOf(step: Step): BodyEvent | null {
  switch (step.event) {
    case 'turn.started':
      return { type: 'started' }
    case 'turn.output':
    case 'turn.activity':
      return { type: 'text' }
    case 'turn.input_requested':
      return { type: 'question', input: step.input! }
    case 'turn.completed':
      return { type: 'completed' }
    case 'turn.aborted':
      return { type: 'aborted' }
    case 'turn.failed':
      return { type: 'failed', message: step.error ?? step.message ?? 'The agent failed.' }
    default:
      throw inexpressible(`${step.event} on a response body`)
  }
}

export function createBodies({ ports }: Surroundings): Bodies {
  const bodies = new Set<OpenBody>()
  const stops = new AbortController()
  /** Turns and runs that a body was ever opened for. */
  const begun = new Set<string>()

  const open = (body: OpenBody, signal: AbortSignal): Body => {
    const abort = (): void => {
      body.end(new DOMException('The request was aborted.', 'AbortError'))
      bodies.delete(body)
    }
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    return body
  }

  return {
    async request(conversationId, turnId, input, signal) {
      const body = createBody(conversationId, turnId)
      begun.add(turnId)
      // What the server says before its answer is here stands first on the body.
      bodies.add(body)
      signal.addEventListener('abort', () => {
        const { run } = body
        const stop = { conversationId, turnId, runIds: run === null ? [] : [run] }
        ports.stopTurn(stop, { signal: stops.signal }).catch(() => undefined)
      })
      try {
        const send = { conversationId, turnId, input, mode: 'start', hidden: false, attempt: 1 } as const
        const result = await ports.sendTurn(send, { signal })
        if (result.status === 'refused') throw new Error(`The message was refused: ${result.reason}.`)
        body.run = result.runId ?? null
        if (body.run !== null) begun.add(body.run)
      } catch (error) {
        bodies.delete(body)
        throw error
      }
      return open(body, signal)
    },
    async reconnect(conversation, turn, signal) {
      const answers = await ports.fetchStatus([conversation], { signal })
      const answer = Object.entries(answers).find(([id]) => id === conversation)?.[1]
      if (answer?.status !== 'running') return null
      const body = createBody(conversation, answer.turnId ?? turn)
      body.run = answer.runId ?? null
      for (const id of [body.turn, body.run]) if (id !== null) begun.add(id)
      bodies.add(body)
      return open(body, signal)
    },
    deliver(step) {
      const { turn, run, role = 'main' } = step
      if (role !== 'main') throw inexpressible('an event of a helper')
      if (turn == null && run == null) throw inexpressible('an event that names no turn')
      if (![turn, run].some((id) => id != null && begun.has(id)))
        throw inexpressible('a turn that was not begun here')
      const event = eventOf(step)
      const body = [...bodies].find(
        (one) => (turn != null && one.turn === turn) || (run != null && one.run === run),
      )
      if (!body || !event) return
      body.push(event)
      if (event.type === 'text' || event.type === 'started' || event.type === 'question') return
      body.end()
      bodies.delete(body)
    },
    drop(conversation) {
      for (const body of bodies) {
        if (conversation != null && body.conversation !== conversation) continue
        body.end(new TypeError('network error'))
        bodies.delete(body)
      }
    },
  }
}
