/** AG-UI: the runs of one store, in the bodies that tell of them. */
import { createReader, readStatus } from '../adapters/agUi'
import type { AgUiEvent } from '../adapters/agUi'
import type { CloseReason, Reader, Signal } from '../adapters/signal'
import { inputRequested, requestEnded, turnEnded, turnStarted } from '../actions/signals'
import { forgetOldest } from '../bounded'
import { findEnded, findTurnByRun } from '../state/turns'
import type { PortContext, ReportedQuestion, SendResult, StatusAnswer } from '../types'
import { CUSTOM_INTERRUPT, emptyBody, turnIdOfRun } from './agUiBodies'
import type { AgUiBody } from './agUiBodies'
import { createBodies, eventsOf, readEvents } from './bodies'
import type { Body, EventOrigin } from './bodies'
import type { Http } from './http'
import { refusalOf } from './refusal'
import { readReplay } from './replay'
import type { Replay } from './replay'
import { turnOf } from './store'
import type { Store } from './store'

/** Where requests go. */
export interface AgUiEndpoints {
  readonly run: string
  readonly connect: string | undefined
  readonly stop: ((threadId: string) => string) | undefined
}

/** How many runs, and replays, are remembered. */
const REMEMBERED = 100

interface Run {
  readonly conversationId: string
  readonly turnId: string
  readonly runId: string
}

export interface RunsOptions {
  readonly http: Http
  readonly endpoints: AgUiEndpoints
  readonly quietTime: number
  readonly connectTimeout: number
  onEvent(event: AgUiEvent, origin: EventOrigin): void
}

const ACCEPT = { accept: 'text/event-stream' }

export function createRuns(store: Store, { http, endpoints, onEvent, ...times }: RunsOptions) {
  const bodies = createBodies(store)
  /** Runs for which a stop has left: they end in a plain `RUN_FINISHED`, as success does. */
  const stopped = new Set<string>()
  /** By conversation: how much of its thread was handed on as a replay. */
  const replayed = new Map<string, string>()

  /** Marked, or (after a reload) a stop of its turn had left. */
  function isStopped(conversationId: string, runId: string | null): boolean {
    if (runId === null) return false
    if (stopped.has(runId)) return true
    const { turns } = store.read()
    const turn =
      turnOf(store, turnIdOfRun(runId), conversationId) ?? findTurnByRun(turns, runId, conversationId)
    if (turn) return turn.stop !== null && turn.stop.state !== 'wanted' && turn.stop.state !== 'deferred'
    return findEnded(turns, null, runId, conversationId)?.reason === 'cancelled'
  }

  /** The turn that a run belongs to, as far as its name tells. */
  const turnIdOf = (conversationId: string, runId: string | null | undefined): string | null => {
    if (runId == null) return null
    const named = turnIdOfRun(runId)
    if (turnOf(store, named, conversationId)) return named
    const { turns } = store.read()
    return findTurnByRun(turns, runId, conversationId)?.turnId ?? findEnded(turns, named)?.turnId ?? null
  }

  // ---------------------------------------------------------------- reading

  /** Reads events for a body: what they say is dispatched, and the body settled with its run. */
  function createListener(body: Body, reader: Reader<AgUiEvent>) {
    return (event: AgUiEvent): void => {
      const signals = identified(reader.read(event))
      bodies.tell(signals)
      const isOver =
        (event.type === 'RUN_FINISHED' || event.type === 'RUN_ERROR') &&
        signals.some(
          (signal) =>
            (turnEnded.match(signal) || inputRequested.match(signal)) && signal.payload.role !== 'child',
        )
      if (isOver) bodies.settle(body)
    }
  }

  /** Starts a run. Its first event, and not the status 200, says that the server took it. */
  async function start(
    run: Run,
    input: AgUiBody,
    resumes: boolean,
    context: PortContext,
  ): Promise<SendResult> {
    const { conversationId, turnId, runId } = run
    const body = bodies.begin(conversationId, turnId)
    bodies.await(body)
    context.signal.addEventListener('abort', body.abort, { once: true })
    const reader = createReader(run, { isStopped: (id) => isStopped(conversationId, id), resumes })
    const listen = createListener(body, reader)
    const lost = (how: CloseReason): void => {
      bodies.end(body)
      bodies.tell(reader.close(body.isCancelled ? 'cancelled' : how))
    }
    let response: Response
    try {
      response = await http(endpoints.run, { body: input, signal: body.signal, headers: ACCEPT })
      if (response.ok) eventsOf(response)
    } catch (error) {
      // Where nothing else will be heard of it, the request is the turn.
      if (endpoints.connect === undefined || body.isCancelled) lost('failed')
      else bodies.end(body)
      throw error
    }
    if (!response.ok) {
      bodies.end(body)
      return refusalOf(response)
    }
    let first!: (how: 'event' | CloseReason) => void
    const begun = new Promise<'event' | CloseReason>((resolve) => (first = resolve))
    let hasBegun = false
    const origin = { conversationId, turnId, isReplay: false }
    void readEvents<AgUiEvent>(response, (event) => {
      hasBegun = true
      onEvent(event, origin)
      listen(event)
      first('event')
    }).then((how) => {
      if (hasBegun || body.isCancelled) lost(how)
      else bodies.end(body)
      first(how)
    })
    const how = await begun
    if (how === 'event') return { status: 'accepted', runId }
    if (how === 'failed') throw new Error('The response was cut before its first event.')
    return afterEmpty(run, context)
  }

  /** An empty body refuses a second run, unless the thread shows that this very run was begun. */
  async function afterEmpty(
    { conversationId, turnId, runId }: Run,
    context: PortContext,
  ): Promise<SendResult> {
    if (endpoints.connect === undefined) return { status: 'refused', reason: 'busy' }
    const { status, runId: running, last } = await check(conversationId, context)
    if (status === 'unreachable' || status === 'no_status')
      throw new Error('The response was empty, and what runs could not be asked.')
    if (running !== runId && last?.runId !== runId) return { status: 'refused', reason: 'busy' }
    const address = { conversationId, turnId, runId }
    bodies.tell([running === runId ? turnStarted(address) : requestEnded({ ...address, how: 'clean_end' })])
    return { status: 'accepted', runId }
  }

  // ---------------------------------------------------------------- status

  /** What `/connect` says of a thread. Where its run goes on, and no other body tells of it, it is followed from here. */
  async function check(conversationId: string, context: PortContext): Promise<StatusAnswer> {
    const { connect } = endpoints
    if (connect === undefined) return { status: 'no_status' }
    const body = bodies.begin(conversationId, null)
    context.signal.addEventListener('abort', body.abort, { once: true })
    const { createId, clock } = store.options
    const input = emptyBody(conversationId, createId())
    const replay = await readReplay<AgUiEvent>(
      () => http(connect, { body: input, signal: body.signal, headers: ACCEPT }),
      { clock, quietTime: times.quietTime, timeLimit: times.connectTimeout },
    )
    const { state, events } = replay
    const isOpen = state === 'open'
    const answer: StatusAnswer =
      state === 'failed' || state === 'none'
        ? { status: 'unreachable' }
        : readStatus(events, { isOpen, isStopped: (id) => isStopped(conversationId, id) })
    const isHeard = bodies.of(conversationId) !== undefined
    if (!isHeard) handOnReplay(conversationId, events)
    if (!isHeard && isOpen && answer.status === 'running')
      follow(body, replay, conversationId, answer.runId ?? null)
    else {
      body.abort()
      bodies.end(body)
    }
    return named(conversationId, answer)
  }

  /** Once for as much of the thread as there is. */
  function handOnReplay(conversationId: string, events: readonly AgUiEvent[]): void {
    const mark = `${events.length} ${String(events.findLast(({ runId }) => runId !== undefined)?.runId)}`
    if (events.length === 0 || replayed.get(conversationId) === mark) return
    replayed.delete(conversationId)
    replayed.set(conversationId, mark)
    forgetOldest(replayed, REMEMBERED)
    for (const event of events) {
      const turnId = turnIdOf(conversationId, event.runId)
      onEvent(event, { conversationId, turnId, isReplay: true })
    }
  }

  /** Dispatches what the rest of a replayed stream says. What came before is in the status answer. */
  function follow(body: Body, replay: Replay<AgUiEvent>, conversationId: string, runId: string | null): void {
    const turnId = turnIdOf(conversationId, runId)
    const address = turnId === null ? { conversationId } : { conversationId, turnId, runId }
    const reader = createReader(address, { isStopped: (id) => isStopped(conversationId, id) })
    replay.events.forEach((event) => reader.read(event))
    bodies.await(body)
    const listen = createListener(body, reader)
    void replay
      .follow((event) => {
        onEvent(event, { conversationId, turnId, isReplay: false })
        listen(event)
      })
      .then((how) => {
        bodies.end(body)
        bodies.tell(reader.close(how))
      })
  }

  /** The answer with the turn, where a run is named after one of ours. */
  function named(conversationId: string, answer: StatusAnswer): StatusAnswer {
    const turnId = turnIdOf(conversationId, answer.runId)
    const lastTurnId = turnIdOf(conversationId, answer.last?.runId)
    return {
      ...answer,
      ...(turnId !== null && { turnId }),
      ...(answer.last && lastTurnId !== null && { last: { ...answer.last, turnId: lastTurnId } }),
      ...(answer.questions && { questions: identifiedQuestions(answer.questions) }),
    }
  }

  return {
    bodies,
    start,
    check,
    /** To be said before the stop leaves: the run may be over before its answer comes. Returns how to take it back. */
    markStopped(runId: string): () => void {
      stopped.add(runId)
      forgetOldest(stopped, REMEMBERED)
      return () => void stopped.delete(runId)
    },
  }
}
export type Runs = ReturnType<typeof createRuns>

// ---------------------------------------------------------------- questions without an id

/** `CUSTOM on_interrupt` has no id, and an answer needs one: it is named after its run, by its place among them. */
const nameOfInterrupt = (runId: string | null | undefined, place: number): string =>
  `${runId ?? ''}#${place + 1}`

export function identified(signals: readonly Signal[]): readonly Signal[] {
  let place = 0
  return signals.map((signal) => {
    if (!inputRequested.match(signal)) return signal
    const { requestId, kind, runId } = signal.payload
    if (requestId != null || kind !== CUSTOM_INTERRUPT) return signal
    return inputRequested({ ...signal.payload, requestId: nameOfInterrupt(runId, place++) })
  })
}

function identifiedQuestions(questions: readonly ReportedQuestion[]): readonly ReportedQuestion[] {
  let place = 0
  return questions.map((question) =>
    question.requestId != null || question.kind !== CUSTOM_INTERRUPT
      ? question
      : { ...question, requestId: nameOfInterrupt(question.asker, place++) },
  )
}
