import type {
  AnswerRequest,
  AnswerResult,
  AnswersRequest,
  AnswersResult,
  PortContext,
  PortFunctions,
  QueueChangeRequest,
  QueueChangeResult,
  SendRequest,
  SendResult,
  StatusAnswer,
  StopBackgroundRunRequest,
  StopBackgroundRunResult,
  StopRequest,
  StopSessionRequest,
  StopSessionResult,
  StopResult,
  TurnError,
} from '../types'

/** What the ports are asked, and what they answer. */
export interface Exchanges {
  readonly send: { readonly request: SendRequest; readonly result: SendResult }
  readonly stop: { readonly request: StopRequest; readonly result: StopResult }
  readonly stopBackgroundRun: {
    readonly request: StopBackgroundRunRequest
    readonly result: StopBackgroundRunResult
  }
  readonly answer: { readonly request: AnswerRequest; readonly result: AnswerResult }
  readonly answers: { readonly request: AnswersRequest; readonly result: AnswersResult }
  readonly change: { readonly request: QueueChangeRequest; readonly result: QueueChangeResult }
  readonly status: {
    readonly request: readonly string[]
    readonly result: Readonly<Record<string, StatusAnswer>>
  }
  readonly open: { readonly request: { readonly why: 'dropped' | 'wake' }; readonly result: void }
  readonly stopSession: { readonly request: StopSessionRequest; readonly result: StopSessionResult }
  readonly listSessions: {
    readonly request: null
    readonly result: readonly { readonly conversationId: string }[]
  }
}

/** The ports that are scripted, by what they ask for. */
export type RequestKind = keyof Exchanges

/** A request as the backend received it. */
export type ScriptedRequest<K extends RequestKind = RequestKind> = {
  [Kind in K]: {
    readonly kind: Kind
    /** The turn of a send, stop or change, the run of a stop beside it, the question of an answer, those of several joined by commas, the conversations of a status check joined by commas. */
    readonly key: string
    readonly request: Exchanges[Kind]['request']
    readonly signal: AbortSignal
    /** What the port was called with beside its request: the signal, and the `dispatch` and `getState` of the store. */
    readonly context: PortContext
    readonly state: 'pending' | 'answered' | 'lost' | 'aborted'
  }
}[K]

/** Why the backend refuses. */
export type Refusal = {
  readonly reason?: string | undefined
  readonly error?: TurnError | undefined
  readonly retryAfterMs?: number | undefined
}

/** What `createScriptedBackend` makes: the ports of a keeper, and the answers that the test gives to their requests. */
export interface ScriptedBackend {
  /** For `createTurnkeeper({ ports: backend.ports })`. Leave out what the app under test would not have. */
  readonly ports: PortFunctions
  /** Everything that was asked, in order. */
  readonly requests: readonly ScriptedRequest[]
  /** Kinds that are answered (accepted) without being told to. At first: `status` and `open`. */
  readonly auto: Set<RequestKind>
  /** Those of one kind, or those among them that still wait. */
  of<K extends RequestKind>(kind: K, state?: ScriptedRequest['state']): readonly ScriptedRequest<K>[]
  /**
   * Answers the oldest waiting request of this kind (with `key`: of this kind and key). `details` are merged into the
   * answer: `{ runId }`, `{ as: 'queued' }`; for a status check they are what it reports, by conversation, instead of `world`.
   */
  accept<K extends RequestKind>(kind: K, details?: Partial<Exchanges[K]['result']>, key?: string): void
  /** Refuses it. Default reason: `error` for a send or answer, `no_active_turn` for a stop, `not_running` for that of a background run; a status check rejects. */
  refuse(kind: RequestKind, refusal?: Refusal, key?: string): void
  /** The connection dies before the answer. */
  lose(kind: RequestKind, key?: string): void
  /** What status checks say of this conversation from now on. One that was never described has no entry in the answer. */
  world(conversationId: string, answer: StatusAnswer | null): void
}

/** Why a request of this kind is refused where nothing else is said. */
const REFUSALS: ReadonlyMap<RequestKind, string> = new Map([
  ['stop', 'no_active_turn'],
  ['stopBackgroundRun', 'not_running'],
])

type Entry = ScriptedRequest & {
  state: ScriptedRequest['state']
  resolve(result: unknown): void
  reject(error: unknown): void
  forget(): void
}

/** Makes a backend whose every answer is given by the test. A request that is aborted rejects, as `fetch` does. */
export function createScriptedBackend(): ScriptedBackend {
  const entries: Entry[] = []
  const auto = new Set<RequestKind>(['status', 'open'])
  const statuses = new Map<string, StatusAnswer>()

  const statusOf = (ids: readonly string[]): Readonly<Record<string, StatusAnswer>> =>
    Object.fromEntries(ids.filter((id) => statuses.has(id)).map((id) => [id, statuses.get(id)!]))

  const accepted = (entry: Entry, details?: object): unknown => {
    if (entry.kind === 'status') return details ?? statusOf(entry.request)
    if (entry.kind === 'open') return undefined
    if (entry.kind === 'listSessions') return details ?? []
    if (entry.kind === 'answers' && Array.isArray(details)) return details
    if (entry.kind === 'stopSession') return { status: 'stopped', ...details }
    const isStop = entry.kind === 'stop' || entry.kind === 'stopBackgroundRun'
    return { status: isStop ? 'acknowledged' : 'accepted', ...details }
  }

  const receive = <K extends RequestKind>(
    kind: K,
    key: string,
    request: Exchanges[K]['request'],
    context: PortContext,
  ): Promise<Exchanges[K]['result']> =>
    new Promise((resolve, reject) => {
      const { signal } = context
      const abort = (): void => settle(entry, 'aborted', () => reject(signal.reason))
      const forget = (): void => signal.removeEventListener('abort', abort)
      const entry = {
        kind,
        key,
        request,
        signal,
        context,
        state: 'pending',
        resolve,
        reject,
        forget,
      } as Entry
      entries.push(entry)
      if (signal.aborted) return abort()
      signal.addEventListener('abort', abort)
      if (auto.has(kind)) settle(entry, 'answered', () => entry.resolve(accepted(entry)))
    })

  const settle = (entry: Entry, state: ScriptedRequest['state'], answer: () => void): void => {
    entry.state = state
    entry.forget()
    answer()
  }

  const waiting = (kind: RequestKind, key: string | undefined): Entry => {
    const entry = entries.find(
      (e) => e.kind === kind && e.state === 'pending' && (key === undefined || e.key === key),
    )
    if (entry) return entry
    const seen = entries.map((e) => `${e.kind} ${e.key} (${e.state})`).join(', ') || 'nothing'
    throw new Error(
      `Scripted backend: no ${kind} request${key === undefined ? '' : ` for ${key}`} waits. It received: ${seen}`,
    )
  }

  return {
    requests: entries,
    auto,
    ports: {
      sendTurn: (request, context) => receive('send', request.turnId, request, context),
      stopTurn: (request, context) => receive('stop', request.turnId, request, context),
      stopBackgroundRun: (request, context) => receive('stopBackgroundRun', request.runId, request, context),
      answerInput: (request, context) => receive('answer', request.requestId, request, context),
      answerInputs: (request, context) =>
        receive('answers', request.answers.map(({ requestId }) => requestId).join(','), request, context),
      fetchStatus: (ids, context) => receive('status', ids.join(','), ids, context),
      openStream: (request, context) => receive('open', request.why, request, context),
      stopSession: (request, context) => receive('stopSession', request.conversationId, request, context),
      changeQueued: (request, context) => receive('change', request.turnId, request, context),
      listSessions: (context) => receive('listSessions', '', null, context),
    },
    of: <K extends RequestKind>(kind: K, state?: ScriptedRequest['state']) =>
      entries.filter(
        (e): e is Entry & ScriptedRequest<K> => e.kind === kind && (state === undefined || e.state === state),
      ),
    accept(kind, details, key) {
      const entry = waiting(kind, key)
      settle(entry, 'answered', () => entry.resolve(accepted(entry, details as object | undefined)))
    },
    refuse(kind, refusal, key) {
      const entry = waiting(kind, key)
      const reason = REFUSALS.get(kind) ?? 'error'
      settle(entry, 'answered', () =>
        kind === 'status' || kind === 'open' || kind === 'listSessions'
          ? entry.reject(new Error(refusal?.reason ?? 'refused'))
          : entry.resolve({ status: 'refused', reason, ...refusal }),
      )
    },
    lose(kind, key) {
      const entry = waiting(kind, key)
      settle(entry, 'lost', () => entry.reject(new TypeError('network error')))
    },
    world(conversationId, answer) {
      if (answer) statuses.set(conversationId, answer)
      else statuses.delete(conversationId)
    },
  }
}
