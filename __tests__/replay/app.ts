/**
 * The app that a recording is played into: a real store with a keeper on a manual clock. The player says what the client
 * sent (as commands), what came in (as signals), and what was answered (on the ports' promises).
 */
import { combineSlices, configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import type {
  EndedTurn,
  Ledger,
  LiveTurn,
  Outcome,
  SendResult,
  StatusAnswer,
  StopResult,
  TurnError,
} from 'redux-turnkeeper'
import * as actions from 'redux-turnkeeper'
import { createManualClock, flushMicrotasks } from 'redux-turnkeeper/testing'

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
  /** `null` while it lives. */
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

/** @param looks Whether the recorded client has a look-up at all. */
export function createApp({ looks }: { readonly looks: boolean }) {
  const epoch = Date.UTC(2026, 0, 1)
  const clock = createManualClock(epoch)
  const ends = new Map<string, number>()
  const problems: { kind: string; message: string }[] = []
  const sends = new Map<string, Pending<SendResult>>()
  const stops: (Pending<StopResult> & { readonly turnId: string })[] = []
  /** The recorded look-up that leaves just now. */
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
    // A look-up of the keeper's own: the recording can answer only for how the server was left.
    const answers = ids.filter((id) => known.has(id)).map((id) => [id, known.get(id)!] as const)
    return over && answers.length > 0 ? Promise.resolve(Object.fromEntries(answers)) : never()
  }
  const keeper = createTurnkeeper({
    clock,
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
      ...(looks && { fetchStatus }),
    },
  })
  const store = configureStore({
    reducer: combineSlices(...keeper.slices),
    middleware: (getDefault) => getDefault().prepend(keeper.middleware),
  })
  const { dispatch, getState } = store
  const conversations = new Set<string>()
  const order = new Map<string, { readonly conversationId: string }>()

  const live = (): readonly LiveTurn[] => getState().turns.ledger.live
  const note = (): void => {
    for (const turn of [...live(), ...getState().turns.ledger.settled]) {
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
  const liveTurnOf = (conversationId: string): LiveTurn | undefined =>
    live().find((turn) => turn.conversationId === conversationId && turn.phase !== 'queued')

  return {
    clock,
    conversations,
    liveTurnOf,
    /** The live turn that this run belongs to. */
    turnOf: (runId: string): LiveTurn | undefined => live().find((turn) => turn.runs.includes(runId)),
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
    /** A prompt is added to the turn that runs. Where none does, its text comes back as a draft. */
    steer(conversationId: string, input: unknown): Exchange<SendResult> {
      const exchange = pending<SendResult>()
      const steerId = `steer-${++minted}`
      const into = liveTurnOf(conversationId)
      if (into) {
        sends.set(steerId, exchange)
        dispatch(keeper.steerTurn({ conversationId, steerId, input }))
        return exchange
      }
      const error = { message: 'There is no turn to add to.' }
      dispatch(actions.steerRefused({ conversationId, steerId, input, error }))
      return exchange
    },
    /** Stop: of this turn, else of the conversation's. */
    stop(conversationId: string, turnId?: string): Exchange<StopResult> {
      const exchange = pending<StopResult>()
      const id = turnId ?? liveTurnOf(conversationId)?.turnId
      touch(conversationId)
      if (id !== undefined) {
        stops.push({ ...exchange, turnId: id })
        dispatch(keeper.stopTurn({ conversationId, turnId: id }))
      }
      return exchange
    },
    answer(conversationId: string, requestId: string, answer: unknown): void {
      const open = keeper.selectors.selectPendingInput(getState(), conversationId)
      if (open?.requestId === requestId)
        void dispatch(keeper.answerInput({ conversationId, requestId, answer }))
    },
    /** A recorded look-up leaves now. Its answer is kept for look-ups after the end, unless something happens meanwhile. */
    lookUp(conversationIds: readonly string[]): Exchange<Readonly<Record<string, StatusAnswer>>> {
      for (const id of conversationIds) conversations.add(id)
      const exchange = pending<Readonly<Record<string, StatusAnswer>>>()
      const left = ++moment
      leaving = exchange
      if (looks) dispatch(keeper.lookUp(conversationIds))
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
      const ledger: Ledger = state.turns.ledger
      const merged = new Set(ledger.live.flatMap((turn) => turn.merged))
      const report = (turnId: string, conversationId: string): TurnReport => {
        const ended = ledger.settled.find((record) => record.turnId === turnId)
        const turn = ended ?? ledger.live.find((entry) => entry.turnId === turnId)
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
