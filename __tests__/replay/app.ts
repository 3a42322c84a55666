/**
 * The app that a recording is played into: a real store with a keeper on a manual clock. The player says what the client
 * sent (as commands), what came in (as signals), and what was answered (on the ports' promises).
 */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import type {
  EndedTurn,
  Outcome,
  SendResult,
  StatusAnswer,
  StopResult,
  Turn,
  TurnError,
} from 'redux-turnkeeper'
import { createManualClock, flushMicrotasks } from 'redux-turnkeeper/testing'
import { steerRefused, turnSteered } from '../../src/actions'
import { entriesOf, findEnded, findTurn, turnsIn } from '../../src/state/turns'

/** A request of the recording, to be answered when its answer comes up. */
export interface Exchange<Result> {
  resolve(result: Result): void
  /** The connection died before an answer. */
  reject(): void
}

interface Pending<Result> extends Exchange<Result> {
  readonly promise: Promise<Result>
}

function pending<Result>(): Pending<Result> {
  let resolve!: (result: Result) => void
  let reject!: (error: Error) => void
  const promise = new Promise<Result>((yes, no) => {
    resolve = yes
    reject = no
  })
  promise.catch(() => undefined)
  return { promise, resolve, reject: () => reject(new TypeError('the connection died before an answer')) }
}

export interface TurnReport {
  readonly conversationId: string
  readonly turnId: string
  readonly runIds: readonly string[]
  readonly reason: EndedTurn['reason'] | null
  /** `null` while it runs. */
  readonly outcome: Outcome | null
  readonly grade: EndedTurn['grade'] | null
  /** How many ends were reported of it. A correction of an inferred one is no other end. */
  readonly ends: number
}
export interface Report {
  readonly conversations: Readonly<
    Record<string, { busy: boolean; phase: string; lastError: TurnError | null }>
  >
  /** In the order of their prompts. */
  readonly turns: readonly TurnReport[]
  readonly problems: readonly { readonly kind: string; readonly message: string }[]
}

/** How long the clock runs on after the last line, ms, and in what steps. */
const AFTERWARDS = 300_000
const STEP = 1_000

export type App = ReturnType<typeof createApp>

/** @param hasStatusCheck Whether the recorded client has a status check at all. */
export function createApp({ hasStatusCheck }: { readonly hasStatusCheck: boolean }) {
  const epoch = Date.UTC(2026, 0, 1)
  const clock = createManualClock(epoch)
  const ends = new Map<string, number>()
  const problems: { kind: string; message: string }[] = []
  const sends = new Map<string, Pending<SendResult>>()
  const stops: (Pending<StopResult> & { readonly turnId: string })[] = []
  /** The recorded status check that leaves just now. */
  let leaving: Pending<Readonly<Record<string, StatusAnswer>>> | null = null
  /** What was answered last of each conversation, and asked after its newest event. */
  const known = new Map<string, StatusAnswer>()
  const touched = new Map<string, number>()
  let over = false
  let moment = 0
  let minted = 0

  const never = <Result>(): Promise<Result> => new Promise<Result>(() => undefined)

  const fetchStatus = (ids: readonly string[]): Promise<Readonly<Record<string, StatusAnswer>>> => {
    if (leaving) return leaving.promise
    // A status check of the keeper's own: the recording can answer only for how the server was left, and else tells nothing.
    const answers = over ? ids.filter((id) => known.has(id)).map((id) => [id, known.get(id)!] as const) : []
    return Promise.resolve(Object.fromEntries(answers))
  }
  const keeper = createTurnkeeper({
    clock,
    runWithoutPage: true,
    random: () => 0.5,
    createId: () => `id-${++minted}`,
    onTurnEnded: ({ turnId }, { correction }) => {
      if (!correction) ends.set(turnId, (ends.get(turnId) ?? 0) + 1)
    },
    onProblem: ({ kind, message }) => void problems.push({ kind, message }),
    ports: {
      // Sends and stops of the keeper's own that the recorded client never made stay unanswered.
      sendTurn: ({ turnId }) => sends.get(turnId)?.promise ?? never(),
      stopTurn: ({ turnId }) => {
        const index = stops.findIndex((stop) => stop.turnId === turnId)
        return index < 0 ? never() : stops.splice(index, 1)[0]!.promise
      },
      answerInput: () => Promise.resolve({ status: 'accepted' }),
      ...(hasStatusCheck && { fetchStatus }),
    },
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    // That a check of RTK's was slow is a matter of the machine, not of the recording.
    middleware: (getDefault) =>
      getDefault({
        serializableCheck: { warnAfter: Infinity },
        immutableCheck: { warnAfter: Infinity },
      }).prepend(keeper.middleware),
  })
  const { dispatch, getState } = store
  const conversations = new Set<string>()
  const order = new Map<string, { readonly conversationId: string }>()

  const turns = () => getState().turnkeeper.turns
  /** The turns that have not ended, oldest first. */
  const unended = (): readonly Turn[] =>
    entriesOf(turns())
      .flatMap(turnsIn)
      .sort((a, b) => a.createdSeq - b.createdSeq)
  const note = (): void => {
    for (const turn of [...unended(), ...turns().ended]) {
      if (!order.has(turn.turnId)) order.set(turn.turnId, turn)
      conversations.add(turn.conversationId)
    }
  }
  const touch = (conversationId: string | null | undefined): void => {
    if (conversationId == null) return
    conversations.add(conversationId)
    touched.set(conversationId, ++moment)
    known.delete(conversationId)
  }
  const activeTurnOf = (conversationId: string): Turn | null =>
    keeper.selectors.selectActiveTurn(getState(), conversationId)

  return {
    clock,
    conversations,
    activeTurnOf,
    /** The turn that has not ended and that this run belongs to. */
    turnOf: (runId: string): Turn | undefined => unended().find((turn) => turn.runs.includes(runId)),
    newTurnId: (): string => `turn-${order.size + 1}`,
    mention: (conversationId: string | null | undefined): void => {
      if (conversationId != null) conversations.add(conversationId)
    },

    /** Lets time pass up to this line of the recording. */
    async until(t: number): Promise<void> {
      const ms = epoch + t - clock.now()
      if (ms > 0) await clock.advanceAsync(ms, STEP)
    },
    settle: flushMicrotasks,

    /** A prompt leaves, whatever runs: the server of the recording decides what becomes of it. */
    send(conversationId: string, turnId: string, input: unknown): Exchange<SendResult> {
      const exchange = pending<SendResult>()
      touch(conversationId)
      if (!order.has(turnId)) sends.set(turnId, exchange)
      dispatch(keeper.submitTurn({ conversationId, turnId, input, mode: 'now' }))
      note()
      return exchange
    },
    /** A prompt is added to the turn that runs. Where none does, as the server says too, its text comes back as a draft. */
    steer(conversationId: string, input: unknown, runId: string): Exchange<SendResult> {
      const exchange = pending<SendResult>()
      const steerId = `steer-${++minted}`
      const into = activeTurnOf(conversationId)
      if (into) {
        sends.set(steerId, exchange)
        dispatch(keeper.steerTurn({ conversationId, steerId, input }))
        return exchange
      }
      const error = { message: 'There is no turn to add to.' }
      dispatch(turnSteered({ conversationId, turnId: runId, steerId, input }))
      dispatch(steerRefused({ conversationId, steerId, error }))
      return exchange
    },
    /** Stop: of this turn, else of the conversation's. */
    stop(conversationId: string, turnId?: string): Exchange<StopResult> {
      const exchange = pending<StopResult>()
      const id = turnId ?? activeTurnOf(conversationId)?.turnId
      touch(conversationId)
      if (id !== undefined) {
        stops.push({ ...exchange, turnId: id })
        dispatch(keeper.stopTurn({ conversationId, turnId: id }))
      }
      return exchange
    },
    answer(conversationId: string, requestId: string, answer: unknown): void {
      const questions = keeper.selectors.selectPendingInputs(getState(), conversationId)
      if (questions.some((question) => question.requestId === requestId && question.state === 'open'))
        void dispatch(keeper.answerInput({ conversationId, requestId, answer }))
    },
    /** A recorded status check leaves now. Its answer is kept for checks after the end, unless something happens meanwhile. */
    checkStatus(conversationIds: readonly string[]): Exchange<Readonly<Record<string, StatusAnswer>>> {
      for (const id of conversationIds) conversations.add(id)
      const exchange = pending<Readonly<Record<string, StatusAnswer>>>()
      const left = ++moment
      leaving = exchange
      if (hasStatusCheck) dispatch(keeper.checkStatus(conversationIds))
      leaving = null
      return {
        reject: exchange.reject,
        resolve(answers) {
          for (const [id, answer] of Object.entries(answers)) {
            if (left > (touched.get(id) ?? 0)) known.set(id, answer)
          }
          exchange.resolve(answers)
        },
      }
    },
    /** What an adapter made of an event, or what is known of the stream. */
    emit(signals: readonly { readonly type: string; readonly payload: object }[]): void {
      for (const signal of signals) {
        touch((signal.payload as { conversationId?: string }).conversationId)
        dispatch(signal)
        note()
      }
    },
    problem: (kind: string, message: string): void => void problems.push({ kind, message }),

    /** Nothing more comes: time runs on, so that what is due falls due. */
    async end(): Promise<void> {
      over = true
      await clock.advanceAsync(AFTERWARDS, STEP)
      note()
    },
    report(): Report {
      const state = getState()
      const merged = new Set(unended().flatMap((turn) => turn.mergedTurnIds))
      const report = (turnId: string, conversationId: string): TurnReport => {
        const ended = findEnded(turns(), turnId)
        const turn = ended ?? findTurn(turns(), turnId)
        return {
          conversationId: turn?.conversationId ?? conversationId,
          turnId,
          runIds: turn?.runs ?? [],
          reason: ended?.reason ?? null,
          outcome: ended?.outcome ?? (merged.has(turnId) ? 'merged' : null),
          grade: ended?.grade ?? null,
          ends: ends.get(turnId) ?? 0,
        }
      }
      const { selectIsBusy, selectPhase, selectLastError } = keeper.selectors
      const conversationOf = (id: string) => [
        id,
        {
          busy: selectIsBusy(state, id),
          phase: selectPhase(state, id),
          lastError: selectLastError(state, id),
        },
      ]
      return {
        conversations: Object.fromEntries([...conversations].map(conversationOf)),
        turns: [...order].map(([turnId, { conversationId }]) => report(turnId, conversationId)),
        problems,
      }
    },
    dispose: (): void => keeper.dispose(),
  }
}
