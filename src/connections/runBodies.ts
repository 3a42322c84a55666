/** Runs with a name of the server's, in the bodies that tell of them: started by a request, and followed again by another. */
import type { CloseReason, Reader } from '../adapters/signal'
import { forgetOldest } from '../bounded'
import type { PortContext, SendResult, Turn } from '../types'
import { createBodies, eventsOf } from './bodies'
import type { Body, EventOrigin } from './bodies'
import { discard } from './http'
import { readServerSentEvents } from './serverSentEvents'
import type { ServerSentEvent } from './serverSentEvents'
import type { Store } from './store'

/** How the events of a wire are read. */
export interface RunWire<Event> {
  /** `undefined`: it is none. */
  eventOf(sent: ServerSentEvent): Event | undefined
  /** The run that an event names. */
  runIdOf(event: Event): string | null
  /** Where a stream can be read on after this event. */
  positionOf(event: Event, sent: ServerSentEvent): string | undefined
  /** Whether nothing more is expected after it. */
  isLast(event: Event): boolean
  onEvent(event: Event, origin: EventOrigin): void
}

/** A run, and the turn that it belongs to; `null` where that is not known. */
export interface RunAddress {
  readonly conversationId: string
  readonly turnId: string | null
  readonly runId: string
}

export interface StartedRun<Event> {
  readonly address: Pick<Turn, 'conversationId' | 'turnId'>
  /** Sends the request. */
  send(signal: AbortSignal): Promise<Response>
  /** The run, where the response itself names it. */
  runIdOf?(response: Response): string | null
  createReader(runId: string | null): Reader<Event>
  refusedBy(response: Response): Promise<SendResult>
}

export interface FollowedRun<Event> {
  readonly address: RunAddress
  /** Asks for the run's events: after a position, or (`undefined`) from its beginning. */
  send(signal: AbortSignal, position: string | undefined): Promise<Response>
  readonly reader: Reader<Event>
}

/** How many runs are remembered by where their stream can be read on. */
const REMEMBERED = 100

/** The runs of one store. */
export function createRunBodies<Event>(store: Store, wire: RunWire<Event>) {
  const bodies = createBodies(store)
  const positions = new Map<string, string>()

  function remember(runId: string | null, position: string | undefined): void {
    if (runId === null || position === undefined) return
    positions.delete(runId)
    positions.set(runId, position)
    forgetOldest(positions, REMEMBERED)
  }

  /** Reads a response to its end, and dispatches what its events say. Never rejects. */
  async function read(
    response: Response,
    body: Body,
    reader: Reader<Event>,
    run: { id: string | null; readonly isReplay: boolean; begun?(runId: string): void },
  ): Promise<void> {
    const { conversationId, turnId } = body
    let hasBegun = false
    const readOne = (sent: ServerSentEvent): void => {
      const event = wire.eventOf(sent)
      if (event === undefined) return
      hasBegun = true
      run.id = wire.runIdOf(event) ?? run.id
      if (run.id !== null) run.begun?.(run.id)
      remember(run.id, wire.positionOf(event, sent))
      wire.onEvent(event, { conversationId, turnId, isReplay: run.isReplay })
      bodies.tell(reader.read(event))
      if (wire.isLast(event)) bodies.settle(body)
    }
    let how: CloseReason
    try {
      await readServerSentEvents(response.body!, readOne)
      how = 'clean_end'
    } catch {
      how = body.isCancelled ? 'cancelled' : 'failed'
    }
    bodies.end(body)
    // One that breaks off at once would be followed again at once: it is left to the next check.
    if (hasBegun || how !== 'failed') bodies.tell(reader.close(how))
  }

  return {
    bodies,
    /** Starts a run. Resolves when its name is known: that it has one says that the server took it. */
    async start(started: StartedRun<Event>, context: PortContext): Promise<SendResult> {
      const { conversationId, turnId } = started.address
      const body = bodies.begin(conversationId, turnId)
      bodies.await(body)
      context.signal.addEventListener('abort', body.abort, { once: true })
      try {
        const response = await started.send(body.signal)
        if (!response.ok) {
          bodies.end(body)
          return await started.refusedBy(response)
        }
        const events = eventsOf(response)
        const runId = started.runIdOf?.(response) ?? null
        const reader = started.createReader(runId)
        return await new Promise((resolve, reject) => {
          const begun = (id: string) => resolve({ status: 'accepted', runId: id })
          if (runId !== null) begun(runId)
          const lost = () => reject(new Error('The response was cut before its first event.'))
          void read(events, body, reader, { id: runId, isReplay: false, begun }).then(lost)
        })
      } catch (error) {
        bodies.end(body)
        throw error
      }
    },
    /** Reads the events of a run on. Never rejects: one that cannot be followed is checked again. */
    async follow({ address, send, reader }: FollowedRun<Event>): Promise<void> {
      const { conversationId, turnId, runId } = address
      const body = bodies.begin(conversationId, turnId)
      bodies.await(body)
      const position = positions.get(runId)
      try {
        const response = await send(body.signal, position)
        if (!response.ok) {
          discard(response)
          return bodies.end(body)
        }
        await read(eventsOf(response), body, reader, { id: runId, isReplay: position === undefined })
      } catch {
        bodies.end(body)
      }
    },
  }
}
