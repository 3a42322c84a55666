/**
 * The words of the package. Every other module imports its types from here; this one imports nothing of ours.
 *
 * Times are milliseconds since the epoch, read from the keeper's clock. Durations are milliseconds.
 * Ids are opaque strings: `__proto__`, `constructor`, `''` and `10` are just ids.
 */

// ---------------------------------------------------------------- ends

/** Which path ended a turn. There is no default. */
export type EndReason =
  | 'complete'
  | 'cancelled'
  | 'error'
  | 'session_error'
  | 'timeout'
  | 'rescued'
  | 'interrupted'
  | 'superseded'
  | 'undelivered'

/** What became of the turn. */
export type Outcome =
  'complete' | 'cancelled' | 'error' | 'interrupted' | 'unknown' | 'undelivered' | 'merged'

/**
 * How sure an end is. `witnessed`: said by the server or the user of this very turn, and final.
 * `inferred`: concluded, and taken back by witnessed life of the same turn.
 */
export type Grade = 'witnessed' | 'inferred'

/** What went wrong, in words a person can read. Serialisable. */
export interface TurnError {
  readonly message: string
  readonly code?: string
}

// ---------------------------------------------------------------- addresses

/** Whose run a signal speaks of. Absent where the wire does not say. */
export type Role = 'main' | 'child' | 'auxiliary'

/**
 * Whom a signal names: a turn, a run, only a conversation, or nothing. A frame carries whatever ids it had;
 * an adapter never makes one up.
 */
export interface Address {
  readonly conversationId?: string | null
  readonly turnId?: string | null
  /** The server's own name for (part of) a turn. */
  readonly runId?: string | null
  readonly role?: Role
  /** The turn, run or conversation that a child run belongs to. */
  readonly parent?: string | null
  /** The generation of the backend process that spoke. */
  readonly boot?: string
  /** The wire marks this frame as history. It is never life, and never opens anything. */
  readonly replayed?: boolean
}

// ---------------------------------------------------------------- live turns

/** Phase of a live turn as kept in the state; `stopping` is shown over it while a stop intent stands. */
export type BasePhase = 'submitted' | 'queued' | 'thinking' | 'streaming' | 'awaiting_input'
/** Phase of a live turn as shown. */
export type TurnPhase = BasePhase | 'stopping'
/** Phase of a conversation as shown: that of the turn that owns it, `queued` while only its queue waits, or `idle`. */
export type ConversationPhase = TurnPhase | 'idle'

/**
 * Where the send of a turn stands. `unsent`: not yet asked for. `in_flight`: claimed by `nonce`, no answer yet.
 * `accepted`, `held` (accepted, and queued by the server), `unknown` (the connection died before an answer).
 */
export type SendState = 'unsent' | 'in_flight' | 'accepted' | 'held' | 'unknown'

/**
 * The wish to stop a turn. `wanted`: to be asked for now. `in_flight`: claimed by `nonce`. `acknowledged`: the server took
 * it, which is not stopped. `unknown`: the answer was lost. `deferred`: there was nothing to stop yet; asked for again when
 * the turn first shows life.
 */
export interface StopIntent {
  readonly state: 'wanted' | 'in_flight' | 'acknowledged' | 'unknown' | 'deferred'
  readonly nonce: string | null
  readonly at: number
  /** Whether the turn had shown life when this stop left. One that had not is issued again when it does. */
  readonly sawLife: boolean
  /** How many answers to it were lost. */
  readonly lost: number
}

/** An end that named a run which is only believed to be this turn's, kept until the answer to the send tells. */
export interface ParkedEnd {
  readonly runId: string
  readonly reason: EndReason
  readonly outcome: Outcome
  readonly error: TurnError | null
}

/** What both slices know of a live turn. */
export interface LiveTurn {
  readonly turnId: string
  readonly conversationId: string
  /** Other keys that the same conversation goes by for this turn (a re-targeted send). */
  readonly keys: readonly string[]
  /** `local`: submitted through this package. `remote`: came in from elsewhere and was adopted. */
  readonly origin: 'local' | 'remote'
  readonly runs: readonly string[]
  /** The first run was bound by what came in before the answer to the send, and may turn out to be another's. */
  readonly tentative: boolean
  readonly phase: BasePhase
  readonly send: SendState
  readonly sendNonce: string | null
  readonly sendAt: number | null
  /** How many times the send was refused as busy. */
  readonly refusals: number
  /** Not sent before this time (a refused send that waits). */
  readonly notBefore: number
  readonly stop: StopIntent | null
  /** When it was submitted, or (adopted) when the server says that it began. Elapsed time counts from here. */
  readonly startedAt: number
  /** When the server took it; the registration window counts from here. */
  readonly acceptedAt: number | null
  /** Sequence number of its birth, its newest evidence, and when that was. */
  readonly born: number
  readonly life: number
  readonly lifeAt: number
  /** It has shown life, ever. */
  readonly begun: boolean
  /** Nothing was heard of it for the stall time; a look-up is on its way. */
  readonly stalled: boolean
  /** Known to be unknown: since a reload, a dropped stream, a new backend, a wake. Still busy. */
  readonly unverified: boolean
  /** The backend was restarted under it: if it is over, it was interrupted. */
  readonly suspect: boolean
  /** How many times an inferred end of it proved wrong. */
  readonly doubts: number
  /** Sequence number of the newest hint about it: a look-up that left earlier does not answer the hint. */
  readonly hinted: number
  /** When the next look at it is due; `null` while it waits in the local queue. */
  readonly checkAt: number | null
  /** When the hard limit falls; `null` without one. */
  readonly limitAt: number | null
  /** Open questions that it asked, oldest first. */
  readonly questions: readonly string[]
  /** Sends that were merged into it, and end with it. */
  readonly merged: readonly string[]
  readonly parked: ParkedEnd | null
  /** What an ending said that named only the conversation: not believed, but remembered until life contradicts it. */
  readonly rumour: { readonly outcome: Outcome; readonly error: TurnError | null } | null
}

/** The one record that a turn leaves. */
export interface EndedTurn {
  readonly turnId: string
  readonly conversationId: string
  readonly runs: readonly string[]
  readonly origin: 'local' | 'remote'
  readonly reason: EndReason
  readonly outcome: Outcome
  readonly grade: Grade
  readonly startedAt: number
  readonly endedAt: number
  readonly error: TurnError | null
  /** Sequence number of the end: a look-up that left before it says nothing about it. */
  readonly seq: number
  /** It had left, so that the server may know of it. */
  readonly sent: boolean
  /** It had shown life. */
  readonly begun: boolean
  readonly doubts: number
  /** The end was inferred first, and set right by a witnessed word. */
  readonly corrected: boolean
}

/** A run beside a turn: a child, an auxiliary one, or one that nobody here has heard of and no look-up has named yet. */
export interface SideRun {
  readonly runId: string
  readonly conversationId: string
  readonly role: 'child' | 'auxiliary' | 'unknown'
  readonly parent: string | null
  readonly startedAt: number
  /** It is forgotten then, unless it shows life. */
  readonly expiresAt: number
  readonly questions: readonly string[]
}

/** A look-up in flight. Its sequence number is its departure: what is newer than that it cannot contradict. */
export interface Ask {
  readonly nonce: string
  readonly conversationIds: readonly string[]
  readonly seq: number
  readonly at: number
}

/** A conversation without a live turn that is due a look. */
export interface Check {
  readonly conversationId: string
  readonly at: number
}

/** A stop request that is under way, kept by conversation since it may outlive the turn that it is about. */
export interface StopInFlight {
  readonly conversationId: string
  /** `null`: the stop of the whole session. */
  readonly turnId: string | null
  readonly nonce: string
  readonly at: number
}

/** The backend process or binding behind a conversation. Known from the first statement about it on, or a failed start. */
export interface Session {
  readonly conversationId: string
  /** As stated by the app, confirmed, or followed from its turns; while `stop` stands, as the stop will leave it. */
  readonly status: SessionStatus
  /** The wire's own last word, not adopted until it is confirmed. */
  readonly reported: string | null
  /** There is a binding that can be recovered. */
  readonly bound: boolean
  /** Opaque: what a new session needs to carry on from this one. Kept whatever becomes of the session. */
  readonly resumeCursor: string | null
  /** The server's own mark of the snapshot that this was told from. */
  readonly stamp: string | number | null
  readonly error: TurnError | null
  /** A stop that is not confirmed yet (`nonce`: asked for and not answered; `null`: there is no port to ask). */
  readonly stop: {
    readonly nonce: string | null
    /** What it was, and is again if the stop fails. `null`: not known at all. */
    readonly was: SessionStatus | null
    /** The turn that the stop ended. */
    readonly turnId: string | null
  } | null
  readonly changedAt: number
  /** Sequence number of its newest change: a question that left before says nothing about it. */
  readonly seq: number
}

/** The question which sessions live, in flight. */
export interface SessionAsk {
  readonly nonce: string
  readonly seq: number
  readonly at: number
}

/**
 * What the two slices must never disagree about, folded by one function (`rules`) that both reducers call.
 * Arrays in order of arrival; only what is live is in it.
 */
export interface Ledger {
  /** The keeper that answers for what is live; another one's, after a reload or an import, makes it `unverified`. */
  readonly owner: string | null
  /** Counts the changes: the order of events that arrive in one millisecond. */
  readonly seq: number
  readonly live: readonly LiveTurn[]
  readonly settled: readonly EndedTurn[]
  readonly asks: readonly Ask[]
  readonly checks: readonly Check[]
  readonly sides: readonly SideRun[]
  readonly stops: readonly StopInFlight[]
  /** Conversations that are children of another, as once announced. */
  readonly children: readonly { readonly child: string; readonly parent: string }[]
  /** Old keys of conversations. */
  readonly aliases: readonly { readonly from: string; readonly to: string }[]
  /** Questions that were closed, so that a late copy does not open them again. */
  readonly closed: readonly string[]
  /** Conversations whose stop holds their queue (option `onUserStop: 'hold'`). */
  readonly held: readonly string[]
  /** Sessions that the app, or a failed start, has spoken of. */
  readonly sessions: readonly Session[]
  readonly sessionAsk: SessionAsk | null
  /** Conversations that announced work without naming a turn, and owe the idle that belongs to it. */
  readonly owed: readonly {
    readonly conversationId: string
    readonly count: number
    readonly open: boolean
  }[]
  /** The backend generation that speaks now, and earlier ones. */
  readonly boot: string | null
  readonly boots: readonly string[]
  /** Whether turns may leave at all: false while the assistant is not up. */
  readonly open: boolean
  /** The conversation that the user looks at. */
  readonly foreground: string | null
}

// ---------------------------------------------------------------- conversations

/** Status words of a session, the backend process or binding behind a conversation. */
export type SessionStatus = 'starting' | 'running' | 'ready' | 'interrupted' | 'stopped' | 'error'

/** Text that goes with a turn until it is certain that the server has it. */
export interface PendingText {
  readonly turnId: string
  readonly input: unknown
  readonly hidden: boolean
  /** The turn that this one tries again. */
  readonly retryOf?: string
}

/** Text given back to the user: it could not be delivered, or was withdrawn. */
export interface Draft {
  readonly turnId: string
  readonly input: unknown
  readonly at: number
}

/** A question that waits for a person. */
export interface InputRequest {
  readonly requestId: string
  /** The turn or run that asked; `null` where nobody said. It closes with its asker. */
  readonly asker: string | null
  readonly prompt: unknown
  /** `secret`: the answer goes to its port alone and never enters an action or the state. */
  readonly kind: string
  readonly state: 'open' | 'answering'
  readonly nonce: string | null
  readonly at: number
}

// ---------------------------------------------------------------- look-ups

/**
 * What a look-up says of one conversation. `absent`: a complete listing did not have it. `no_status`: an answer without
 * the field. `last` is the last turn that the server knows to be over.
 */
export interface StatusAnswer {
  readonly status: 'running' | 'idle' | 'awaiting_input' | 'absent' | 'no_status' | 'unreachable'
  readonly turnId?: string | null
  readonly runId?: string | null
  /** This run carries on that one: both belong to one turn. */
  readonly continues?: string | null
  /** Id of the question that is open. */
  readonly inputId?: string | null
  /** How long the running turn has been running, ms. */
  readonly startedMsAgo?: number
  readonly last?: {
    readonly turnId?: string | null
    readonly runId?: string | null
    readonly outcome: Outcome
    readonly error?: TurnError
  } | null
}

// ---------------------------------------------------------------- ports

export interface PortContext {
  /** Aborted when the keeper is disposed of, or the request has become pointless. */
  readonly signal: AbortSignal
}

export interface SendRequest {
  readonly conversationId: string
  /** The idempotency key of this send: the same for every attempt of one turn. */
  readonly turnId: string
  readonly input: unknown
  /** `steer`: add to the running turn `into`. */
  readonly mode: 'start' | 'steer'
  readonly into?: { readonly turnId: string; readonly runIds: readonly string[] }
  readonly retryOf?: string
  readonly hidden: boolean
  /** 1 for the first attempt. */
  readonly attempt: number
}

/** A rejected promise is the third outcome: unknown. */
export type SendResult =
  | { readonly status: 'accepted'; readonly runId?: string | null; readonly as?: 'started' | 'queued' }
  | { readonly status: 'refused'; readonly reason: 'busy' | 'gone' | 'error'; readonly error?: TurnError }

export interface StopRequest {
  readonly conversationId: string
  readonly turnId: string
  readonly runIds: readonly string[]
}

/** A rejected promise means that the answer was lost. */
export type StopResult =
  | { readonly status: 'acknowledged' }
  | {
      readonly status: 'refused'
      readonly reason: 'no_active_turn' | 'unreachable' | 'changed'
      readonly error?: TurnError
    }

export interface AnswerRequest {
  readonly conversationId: string
  readonly requestId: string
  readonly answer: unknown
}

/** A rejected promise means that the answer's fate is unknown; the question stays open. */
export type AnswerResult =
  | { readonly status: 'accepted' }
  | {
      readonly status: 'refused'
      readonly reason: 'gone' | 'already_resolved' | 'error'
      readonly error?: TurnError
    }

export interface StopSessionRequest {
  readonly conversationId: string
}

/** `no_session` counts as stopped. A rejected promise counts as a failure: the turn is brought back, and looked up. */
export type StopSessionResult =
  | { readonly status: 'stopped' }
  | { readonly status: 'refused'; readonly reason: 'no_session' | 'error'; readonly error?: TurnError }

/** One stored queue for all tabs. */
export interface SharedQueuePort {
  /** Called when a message joins the local queue. */
  publish(message: SharedMessage): void
  /** Called when it has left: taken, withdrawn or ended. */
  withdraw(turnId: string): void
  /** Resolves to true for exactly one of the tabs that ask. */
  claim(turnId: string, owner: string): Promise<boolean>
  /** Messages of other tabs, those already stored first. Returns the unsubscribe function. */
  subscribe(listener: (event: SharedQueueEvent) => void): () => void
}
export interface SharedMessage {
  readonly conversationId: string
  readonly turnId: string
  readonly input: unknown
  readonly hidden: boolean
}
export type SharedQueueEvent =
  | { readonly type: 'published'; readonly message: SharedMessage }
  | { readonly type: 'withdrawn'; readonly turnId: string; readonly taken: boolean }

/** The functions by which the package reaches the app's backend. All optional; each absence is a documented weaker mode. */
export interface Ports {
  sendTurn?(request: SendRequest, context: PortContext): Promise<SendResult>
  stopTurn?(request: StopRequest, context: PortContext): Promise<StopResult>
  answerInput?(request: AnswerRequest, context: PortContext): Promise<AnswerResult>
  /** One call for all conversations that are due. An id without an entry in the answer was not answered. */
  fetchStatus?(
    conversationIds: readonly string[],
    context: PortContext,
  ): Promise<Readonly<Record<string, StatusAnswer>> | ReadonlyMap<string, StatusAnswer>>
  /** The stream is down, or cannot be trusted any more: open a new one. */
  openStream?(request: { readonly why: 'dropped' | 'wake' }, context: PortContext): Promise<void> | void
  /** Stops the process behind a conversation. */
  stopSession?(request: StopSessionRequest, context: PortContext): Promise<StopSessionResult>
  /** Every session that lives, whatever it does. */
  listSessions?(context: PortContext): Promise<readonly { readonly conversationId: string }[]>
  sharedQueue?: SharedQueuePort
}

// ---------------------------------------------------------------- clock and environment

/** Time and timers, injected. */
export interface Clock {
  now(): number
  setTimeout(callback: () => void, ms: number): unknown
  clearTimeout(handle: unknown): void
}

/** What the page knows of itself, injected. The default reads `document` and `window` where they exist. */
export interface Environment {
  /** Whether there is a page at all, into which a persistence package may bring a state unseen; not on a server. */
  readonly page: boolean
  hidden(): boolean
  subscribe(listener: (event: 'visible' | 'hidden' | 'online' | 'offline') => void): () => void
}

/** Something that the app or its wire did wrong, reported once per kind; it changed nothing. */
export interface Problem {
  readonly kind: string
  readonly message: string
  readonly detail?: unknown
}
