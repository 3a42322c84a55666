/**
 * The types of the package. Every other module imports its types from here; this one imports nothing of ours but the table.
 *
 * Times are milliseconds since the epoch, read from the keeper's clock. Durations are milliseconds.
 * Ids are opaque strings: `__proto__`, `constructor`, `''` and `10` are just ids.
 */
import type { ThunkDispatch, UnknownAction } from '@reduxjs/toolkit'
import type { Table } from './state/table'

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
 * How sure an end is. `witnessed`: the agent server, or the user of this very turn, named the turn and said so. Final.
 * `inferred`: concluded from something else, and taken back by evidence that names the turn.
 */
export type Grade = 'witnessed' | 'inferred'

/** What went wrong, in words a person can read. Serialisable. */
export interface TurnError {
  readonly message: string
  /** Stable, for translations. Errors that this package words itself all have one; see `ErrorCode`. */
  readonly code?: string | undefined
}

/** The codes of the errors that this package words itself. */
export type ErrorCode =
  | 'turn_failed'
  | 'turn_undelivered'
  | 'backend_restarted'
  | 'hard_limit'
  | 'send_refused'
  | 'steer_refused'
  | 'session_gone'
  | 'session_failed'
  | 'session_reported_error'
  | 'agent_reported_error'
  | 'stop_unreachable'
  | 'stop_no_active_turn'
  | 'stop_failed'
  | 'question_gone'
  | 'answer_refused'
  | 'answer_lost'
  | 'queue_claim_failed'
  | 'request_failed'

/** What a turn used, as far as the wire says so. Cached and reasoning tokens are part of the other two. */
export interface Usage {
  readonly inputTokens?: number | undefined
  readonly outputTokens?: number | undefined
  readonly cachedInputTokens?: number | undefined
  readonly reasoningTokens?: number | undefined
}

// ---------------------------------------------------------------- addresses

/** Whose run a signal speaks of. Absent where the wire does not say. */
export type Role = 'main' | 'child' | 'auxiliary'

/**
 * Whom a signal names: a turn, a run, only a conversation, or nothing. A signal carries whatever ids its frame had;
 * an adapter never makes one up.
 */
export interface Address {
  readonly conversationId?: string | null | undefined
  readonly turnId?: string | null | undefined
  /** The server's own name for (part of) a turn. */
  readonly runId?: string | null | undefined
  readonly role?: Role | undefined
  /** The turn, run or conversation that a child run belongs to. */
  readonly parent?: string | null | undefined
  /** The backend that spoke, where an app has several. Each has generations of its own. */
  readonly source?: string | null | undefined
  /** The generation of the backend process that spoke. */
  readonly boot?: string | undefined
  /** The wire marks this frame as history. It is never evidence that something runs, and never opens anything. */
  readonly replayed?: boolean | undefined
}

// ---------------------------------------------------------------- turns

/** Phase of a turn as shown. */
export type TurnPhase = 'submitted' | 'queued' | 'thinking' | 'streaming' | 'awaiting_input' | 'stopping'
/** Phase of a conversation as shown: that of its active turn, `queued` while only its queue waits, or `idle`. */
export type ConversationPhase = TurnPhase | 'idle'

/** What a turn that has started was last seen doing. */
export type TurnActivity = 'thinking' | 'streaming'

/** An attempt of the agent's that failed and is made again, as the wire announced it. */
export interface Retry {
  /** Which attempt comes next, counted from 1; `null` where the wire does not say. */
  readonly attempt: number | null
  /** After how many attempts it gives up. */
  readonly limit: number | null
  readonly error: TurnError | null
}

/**
 * Where the send of a turn stands. `unsent`: not asked for yet. `sending`: its request is open. `accepted`: the server has
 * it. `server_queued`: the server has it, and holds it back. `unconfirmed`: the answer was lost, so nobody knows.
 * `refused`: the server did not take it, which ended the turn.
 */
export type SendState = 'unsent' | 'sending' | 'accepted' | 'server_queued' | 'unconfirmed' | 'refused'

/**
 * How it is known that a turn has started. `unnamed`: by evidence that named only its conversation, or a run that was bound
 * to it by guess. `named`: by evidence that named the turn, or a run that is certainly its own.
 */
export type Started = 'no' | 'unnamed' | 'named'

/**
 * The wish to stop a turn. `wanted`: to be asked for now. `requested`: its request is open. `acknowledged`: the server took
 * it, which is not stopped. `unheeded`: acknowledged, and the turn goes on all the same; a person may ask again.
 * `unconfirmed`: the answer was lost. `deferred`: there was nothing to stop; asked again when the turn starts or, where it had
 * started, when it turns out to run.
 */
export interface StopIntent {
  readonly state: 'wanted' | 'requested' | 'acknowledged' | 'unheeded' | 'unconfirmed' | 'deferred'
  /** @internal */
  readonly nonce: string | null
  readonly at: number
  /** Whether the turn had started when this stop left. One that had not is asked for again when it does. */
  readonly turnHadStarted: boolean
  /** How many answers to it were lost. */
  readonly lostAnswers: number
  /** How often the server found nothing to stop, although the turn had shown that it runs. */
  readonly refusals: number
  /** It was pressed to send the message that waits first: that is not held back after it. */
  readonly sendsNext?: true | undefined
}

/** An end that was reported, and is not believed as it stands. Used if the next status check finds the turn over. */
export interface UnconfirmedEnd {
  readonly reason: EndReason
  readonly outcome: Outcome
  readonly error: TurnError | null
  readonly finishReason: string | null
  readonly usage: Usage | null
  readonly limitedUntil: number | null
  /** The run that it named, where that run was bound to the turn by guess. */
  readonly runId: string | null
}

/** A turn that has not ended. */
export interface Turn {
  readonly turnId: string
  /** The conversation where a person sees it. */
  readonly conversationId: string
  /** Other keys that the conversation goes by for this turn alone (a re-targeted send). */
  readonly otherKeys: readonly string[]
  /** `local`: submitted through this package. `remote`: came in from elsewhere and was adopted. */
  readonly origin: 'local' | 'remote'
  /** The runs that are certainly its own, oldest first. */
  readonly runs: readonly string[]
  /** A run that may be its own, bound before anything said so. It ends nothing for certain. */
  readonly guessedRun: string | null
  readonly activity: TurnActivity
  readonly sendState: SendState
  /** @internal */
  readonly sendNonce: string | null
  readonly sentAt: number | null
  /** How many times the send was refused as busy, or its place in a shared queue was not granted. */
  readonly refusals: number
  /** Not sent before this time. */
  readonly notBefore: number
  readonly stop: StopIntent | null
  /** When it was submitted, or (adopted) when the server says that it began. Elapsed time counts from here. */
  readonly startedAt: number
  /** When the server took it; the registration window counts from here. */
  readonly acceptedAt: number | null
  /** @internal Sequence number of its creation. */
  readonly createdSeq: number
  /** @internal Sequence number of its newest evidence. */
  readonly evidenceSeq: number
  /** When anything was last heard of it. */
  readonly lastEvidenceAt: number
  readonly started: Started
  /** Nothing was heard of it for the stall time; a status check is on its way. */
  readonly isStalled: boolean
  /** Whether it still runs is not known: since a reload, a dropped stream, a new backend, a wake. It counts as busy. */
  readonly isUnverified: boolean
  /** The backend was restarted under it: if it is over, it was interrupted. */
  readonly backendRestarted: boolean
  /** The backend that runs it, where signals say so. */
  readonly source: string | null
  /** How often an inferred end of this turn was taken back. */
  readonly revocations: number
  /** When silence about it becomes a reason to check; `null` while it waits in the queue. */
  readonly checkAt: number | null
  /** When the hard limit falls; `null` without one. */
  readonly limitAt: number | null
  /** Sends that the server merged into it. They end with it. */
  readonly mergedTurnIds: readonly string[]
  /** An end that was reported without naming it for certain. */
  readonly unconfirmedEnd: UnconfirmedEnd | null
  /** The last error that was reported without saying that it is the end. */
  readonly reportedError: TurnError | null
  /** Tool calls open, oldest first. */
  readonly openTools: readonly OpenTool[]
  /** What the wire says that it is doing, in words a person can read. */
  readonly statusText: string | null
  /** When it first showed that it runs, as seen here. */
  readonly firstEvidenceAt: number | null
  /** When its first text came, as seen here; `null` while none has come. */
  readonly firstOutputAt: number | null
  /** The attempt that it waits for, after one that failed. Over when it works again. */
  readonly retry: Retry | null
  /** When it goes on by itself: with the next attempt. Until then it is not silent. */
  readonly resumesAt: number | null
}

/** A tool call that is open. */
export interface OpenTool {
  readonly callId: string
  readonly text: string | null
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
  /** @internal Sequence number of the end: a status check that left before it says nothing about it. */
  readonly seq: number
  /** Where its send stood. Tells what became of its text. */
  readonly sendState: SendState
  readonly started: Started
  readonly revocations: number
  /** The end was inferred first, and set right by a witnessed word. */
  readonly corrected: boolean
  /** Why it stopped, in the wire's own word: `length`, `content_filter`, `max_turns`, `refusal`, … */
  readonly finishReason: string | null
  readonly usage: Usage | null
  /** It met a rate or usage limit that holds until then, where the wire says so. */
  readonly limitedUntil: number | null
  /** When it first showed that it runs, as seen here. */
  readonly firstEvidenceAt: number | null
  /** When its first text came, as seen here; `null`: no text came. */
  readonly firstOutputAt: number | null
}

/** A run of unknown origin: not the turn's that is live, not known as a helper. A status check tells what it is. */
export interface UnplacedRun {
  readonly runId: string
  /** The turn that it named, where it named one that is not known. */
  readonly turnId: string | null
  readonly startedAt: number
  /** @internal */
  readonly createdSeq: number
  /** @internal */
  readonly evidenceSeq: number
  readonly lastEvidenceAt: number
  /** When a status check about it is due. */
  readonly checkAt: number
  /** The backend that runs it, where its signals say so. */
  readonly source: string | null
}

/** A run beside the turn. `unlabelled`: an unplaced run of which a status check knew nothing, or one that is only known to ask. */
export interface BackgroundRun {
  readonly runId: string
  readonly conversationId: string
  readonly role: 'child' | 'auxiliary' | 'unlabelled'
  readonly parent: string | null
  readonly startedAt: number
  /** @internal */
  readonly evidenceSeq: number
  /** It is forgotten then, unless it shows that it runs, is paused or waits for a person. */
  readonly expiresAt: number
  /** What its own signals call it. That of a helper's conversation is told when that opens. */
  readonly name: string | null
  /** It does nothing until it is resumed. */
  readonly isPaused: boolean
  readonly stop: BackgroundStop | null
}

/**
 * The wish to stop a background run. `requested`: its request is open. `acknowledged`: it was taken, which is not stopped.
 * `unheeded`: acknowledged, and the run goes on all the same. `unconfirmed`: the answer was lost.
 */
export interface BackgroundStop {
  readonly state: 'requested' | 'acknowledged' | 'unheeded' | 'unconfirmed'
  /** @internal */
  readonly nonce: string | null
  readonly at: number
}

/** What a background run is doing, as shown. */
export type BackgroundPhase = 'running' | 'paused' | 'awaiting_input' | 'stopping'

/** A background run as a list shows it. */
export interface BackgroundRunView extends Pick<
  BackgroundRun,
  'runId' | 'conversationId' | 'role' | 'parent'
> {
  /** What the wire calls it, in words a person can read; `null` where it has no name. */
  readonly name: string | null
  /** When it was first seen, ms since the epoch. */
  readonly since: number
  readonly phase: BackgroundPhase
  /** A stop would be asked for: none is under way, or the last one was not heeded. */
  readonly canStop: boolean
}

/** Work that a conversation goes on with by itself, as its server has announced it. */
export interface ScheduledWork {
  /** When, ms since the epoch. */
  readonly at: number
  /** What it is, in words a person can read; `null` where the wire does not say. */
  readonly name: string | null
  /** @internal Sequence number of its announcement: a status check that left earlier says nothing about it. */
  readonly seq: number
  /** When a status check is due, where nothing has shown by then. */
  readonly checkAt: number
}

/** A stop request that is under way, kept by conversation since it may outlive the turn that it is about. */
export interface StopInFlight {
  /** `null`: the stop of the whole session. */
  readonly turnId: string | null
  /** @internal */
  readonly nonce: string
  readonly at: number
}

/** Everything that goes on in one conversation. A conversation where nothing goes on has no entry. */
export interface ConversationTurns {
  readonly conversationId: string
  /** The one turn that a person sees as running. */
  readonly active: Turn | null
  /** Turns that wait behind it, in order: here (`unsent`), or at the server. */
  readonly queue: readonly Turn[]
  readonly unplacedRuns: readonly UnplacedRun[]
  readonly backgroundRuns: readonly BackgroundRun[]
  /** When it goes on by itself, where the server has said so. */
  readonly scheduled: ScheduledWork | null
  readonly stopsInFlight: readonly StopInFlight[]
  /** When a status check of the conversation is due for another reason than the silence of its turn. */
  readonly checkAt: number | null
  /** @internal Sequence number of the newest reason to check: an answer that left earlier does not settle it. */
  readonly checkReasonSeq: number
  /** When a session that is believed active, and has no turn, is checked next. */
  readonly sessionCheckAt: number | null
  /** A turn that shows under this key although it belongs to another conversation (a re-targeted send). */
  readonly movedTurn: { readonly turnId: string; readonly conversationId: string } | null
  /** Unnamed endings that are due for turns that have ended already. Only where there is no status check. */
  readonly expectedIdles: { readonly count: number; readonly open: boolean } | null
}

/** A status check in flight. */
export interface StatusCheck {
  /** @internal */
  readonly nonce: string
  readonly conversationIds: readonly string[]
  /** @internal Sequence number of its departure: it says nothing about what is newer. */
  readonly seq: number
  /** When it left. */
  readonly at: number
}

/** The process generations of one backend. */
export interface BackendGenerations {
  /** `null`: the signals do not say which backend. */
  readonly source: string | null
  readonly boot: string
  readonly earlierBoots: readonly string[]
}

/** Where the event stream stands, as far as the keeper is told. */
export interface StreamState {
  readonly state: 'unknown' | 'open' | 'down' | 'opening'
  /** Openings in a row that did not last. */
  readonly failures: number
  readonly since: number
  /** When the port `openStream` is asked (again); `null` where nobody asks. */
  readonly openAt: number | null
  readonly why: 'dropped' | 'wake'
  /** @internal */
  readonly nonce: string | null
}

/** The state of the `turns` slice. */
export interface TurnsState {
  /** @internal The keeper that answers for what goes on. Another one's, after a reload or an import, makes it unverified. */
  readonly keeperId: string | null
  /** @internal Counts the changes: the order of events that arrive in one millisecond. */
  readonly seq: number
  readonly byConversation: Table<ConversationTurns>
  /** The records of ended turns, oldest first; bounded by the option `historySize`. */
  readonly ended: readonly EndedTurn[]
  readonly statusChecks: readonly StatusCheck[]
  /** Background runs that have ended, so that a late signal does not open them again. Bounded. */
  readonly endedRuns: readonly string[]
  readonly backends: readonly BackendGenerations[]
  readonly stream: StreamState
  /** Whether turns may leave at all: false while the assistant is not up. */
  readonly isSendingAllowed: boolean
  /** The user whose turns these are, where the app says so. */
  readonly userId: string | null
}

// ---------------------------------------------------------------- conversations

/** Status words of a session, the backend process or binding behind a conversation. */
export type SessionStatus = 'starting' | 'running' | 'ready' | 'interrupted' | 'stopped' | 'error'

/** The backend process or binding behind a conversation. Known from the first statement about it on, or a failed start. */
export interface Session {
  /** As stated by the app, confirmed, or followed from its turns; while `stop` stands, as the stop will leave it. */
  readonly status: SessionStatus
  /** The wire's own last word, not adopted until it is confirmed. */
  readonly reported: string | null
  /** There is a binding that can be recovered. */
  readonly isBound: boolean
  /** Opaque: what a new session needs to carry on from this one. Kept whatever becomes of the session. */
  readonly resumeCursor: string | null
  /** The server's own mark of the snapshot that this was told from. */
  readonly stamp: string | number | null
  readonly error: TurnError | null
  /** A stop that is not confirmed yet. */
  readonly stop: {
    /** @internal Of its request, while that is open; `null`: there is no port to ask. */
    readonly nonce: string | null
    /** What it was, and is again if the stop fails. `null`: not known at all. */
    readonly previousStatus: SessionStatus | null
    /** The turn that the stop ended. */
    readonly turnId: string | null
  } | null
  readonly changedAt: number
  /** @internal Sequence number of its newest change: a listing that was asked for earlier says nothing about it. */
  readonly seq: number
}

/** Text that goes with a turn until it is certain that the server has it. */
export interface PendingText<Input = unknown> {
  readonly turnId: string
  readonly input: Input
  readonly hidden: boolean
  /** The turn that this one tries again. */
  readonly retryOf?: string | undefined
  /** It was sent into the running turn, and makes none of its own. */
  readonly isSteer?: boolean | undefined
  /** Of a steer: the turn that it was sent into. */
  readonly into?: string | undefined
  /** Of a steer: the server has it, and the turn has not read it yet. */
  readonly isUnread?: true | undefined
  /** It was given as the answer to this question (its `requestId`), and makes no turn. */
  readonly answers?: string | undefined
  /** @internal Of the request by which the answer was given, or the text was added to the running turn. */
  readonly nonce?: string | undefined
}

/** Text given back to the user. */
export interface Draft<Input = unknown> {
  readonly turnId: string
  readonly input: Input
  readonly at: number
  /** `no`: it certainly did not reach the server. `unknown`: it may have. */
  readonly arrived: 'no' | 'unknown'
  /** What it was to be. Left out: a turn of its own. */
  readonly kind?: DraftKind | undefined
}

/** `steer`: it was added to a turn, which did not take it, or ended before it was seen to read it. `answer`: to a question. */
export type DraftKind = 'steer' | 'answer'

/** A question that waits for a person: an approval, or input that the agent needs. */
export interface Question {
  /** `null`: the wire says that somebody is waited for, and not for what. */
  readonly requestId: string | null
  /** The turn or run that asked; `null` where nobody said. It closes with its asker. */
  readonly askerId: string | null
  readonly prompt: unknown
  /** `secret`: the answer goes to its port alone and never enters an action or the state. */
  readonly kind: string
  /** `expired`: its time is over, as the wire had announced it. It is not offered any more, and what asked is checked. */
  readonly state: 'open' | 'answering' | 'expired'
  /** @internal */
  readonly nonce: string | null
  /** Since when it waits. */
  readonly at: number
  /** Until when it can be answered; `null` where the wire does not say. */
  readonly expiresAt: number | null
  /** @internal Sequence number of its newest evidence: a status check that left earlier does not close it. */
  readonly seq: number
}

/** What is called when a question opens or closes, with the conversation where a person sees it. */
export type OnQuestion = (question: Question, context: { readonly conversationId: string }) => void

/**
 * Why the queue of a conversation is held: the turn in front was stopped, has failed or has met a limit, the session is gone,
 * or a person said so. It goes on at `until`, or (`null`) when a person lets it, by `queueResumed` or the next prompt.
 */
export interface QueueHold {
  readonly why: 'stop' | 'error' | 'limit' | 'session' | 'person'
  readonly until: number | null
}

/**
 * Why the first message of a queue has not left, beside a hold. `running`: a turn is in front. `busy`: the server refused it
 * for now. `stopping`: a stop in flight would hit it. `gated`: sending is not allowed. `next`: it is about to leave, after a
 * status check.
 */
export interface QueueState {
  readonly why: QueueHold['why'] | 'running' | 'busy' | 'stopping' | 'gated' | 'next'
  /** When it goes on by itself; `null` where that is not a matter of time. */
  readonly until: number | null
}

/** What the queue of a conversation does after a turn that did not end well. */
export interface QueuePolicy {
  /** After a stop by the user. */
  readonly onStop?: 'drain' | 'hold' | undefined
  /** After a turn that failed, was interrupted or did not arrive. */
  readonly onError?: 'drain' | 'hold' | undefined
  /** After a turn that met a rate or usage limit. `drain` goes on when the wire says that it may. */
  readonly onLimit?: 'drain' | 'hold' | undefined
}

/**
 * What a text does that is typed while its turn waits for a person. `queue`: it waits for the turn to end. `answer`: it is the
 * answer, where one question takes it. `cancel`: the turn is stopped, and the text is sent.
 */
export type TextWhileAsking = 'queue' | 'answer' | 'cancel'

/** What asks for a person's attention: a question that waits, a turn that failed or finished while nobody looked. */
export type Attention = 'waiting' | 'failed' | 'finished'

/** The last turn of a conversation ended while nobody looked at it. */
export interface UnseenEnd {
  readonly conversationId: string
  readonly turnId: string
  readonly why: 'failed' | 'finished'
}

/** An entry of a conversation's activity log: what went wrong, for people. */
export interface LogEntry {
  readonly at: number
  readonly kind: string
  readonly message: string
  readonly code?: string | undefined
  readonly turnId: string | null
}

/** What a conversation has to say. One that has nothing to say has no entry. */
export interface Conversation {
  readonly conversationId: string
  readonly session: Session | null
  readonly texts: readonly PendingText[]
  readonly drafts: readonly Draft[]
  /** Questions of its turns and background runs, oldest first. */
  readonly questions: readonly Question[]
  readonly lastError: (TurnError & { readonly turnId: string | null }) | null
  readonly log: readonly LogEntry[]
  /** Why what waits here does not leave when the conversation is free. */
  readonly queueHold: QueueHold | null
}

/** The state of the `conversations` slice. */
export interface ConversationsState {
  readonly byId: Table<Conversation>
  /** Old keys of conversations. */
  readonly aliases: readonly { readonly from: string; readonly to: string }[]
  /** Conversations that are helpers of another, as announced. */
  readonly children: readonly {
    readonly child: string
    readonly parent: string
    readonly role: 'child' | 'auxiliary'
    readonly name?: string | undefined
  }[]
  /** Questions that were closed, so that a late copy does not open them again. Bounded. */
  readonly closedQuestions: readonly string[]
  /** The conversation that the user looks at. */
  readonly viewedId: string | null
  /** Conversations whose last turn ended while nobody looked, oldest first. Bounded. */
  readonly unseen: readonly UnseenEnd[]
  /** @internal The question which sessions live, in flight. */
  readonly sessionListing: { readonly nonce: string; readonly seq: number; readonly at: number } | null
}

/** The state that the keeper mounts at its `reducerPath`. Features add theirs under their own names. */
export interface KeeperState {
  readonly turns: TurnsState
  readonly conversations: ConversationsState
}

// ---------------------------------------------------------------- status checks

/** A question as a status answer tells of it. */
export interface ReportedQuestion {
  /** Left out where the wire does not say. */
  readonly requestId?: string | null | undefined
  readonly kind?: string | undefined
  readonly prompt?: unknown
  /** The turn or run that asks. Left out: the one that runs. */
  readonly asker?: string | null | undefined
  /** For how long it can still be answered, ms. */
  readonly expiresInMs?: number | undefined
  /** The same as a time, ms since the epoch by the server's clock, where the wire tells no duration. */
  readonly expiresAt?: number | undefined
}

/** A background run as a status answer tells of it. */
export interface ReportedRun {
  readonly runId: string
  readonly name?: string | undefined
  readonly isPaused?: boolean | undefined
}

/** When a conversation goes on by itself: how long from now, or a time of the server's clock. */
export interface ReportedSchedule {
  readonly inMs?: number | undefined
  /** Ms since the epoch by the server's clock, where it tells no duration. */
  readonly startsAt?: number | undefined
  /** What it is, in words a person can read. */
  readonly name?: string | undefined
}

/**
 * What a status check says of one conversation. `absent`: a complete listing did not have it. `no_status`: an answer
 * without the field. An answer may say that one turn runs and (`last`) that another is over: both count.
 */
export interface StatusAnswer {
  readonly status: 'running' | 'idle' | 'awaiting_input' | 'absent' | 'no_status' | 'unreachable'
  readonly turnId?: string | null | undefined
  readonly runId?: string | null | undefined
  /** This run carries on that one: both belong to one turn. */
  readonly continues?: string | null | undefined
  /** Id of the question that is open. */
  readonly inputId?: string | null | undefined
  /** The questions that are open: all of them where given. One that was asked before the check left, and is not here, is closed. */
  readonly questions?: readonly ReportedQuestion[] | undefined
  /** The background runs: all of them where given. One that was seen before the check left, and is not here, is over. */
  readonly backgroundRuns?: readonly ReportedRun[] | undefined
  /** When it goes on by itself; `null`: not at all. Left out where the server does not say. */
  readonly scheduled?: ReportedSchedule | null | undefined
  /** How long the running turn has been running, ms. */
  readonly startedMsAgo?: number | undefined
  /** The last turn that the server knows to be over. */
  readonly last?:
    | {
        readonly turnId?: string | null | undefined
        readonly runId?: string | null | undefined
        readonly outcome: Outcome
        readonly error?: TurnError | undefined
        /** Why it stopped, in the wire's own word. */
        readonly finishReason?: string | undefined
        readonly usage?: Usage | undefined
      }
    | null
    | undefined
}

/** Status answers by conversation, each as it is or as a promise. A rejected one counts as `unreachable`. */
export type StatusAnswers =
  | Readonly<Record<string, StatusAnswer | PromiseLike<StatusAnswer>>>
  | ReadonlyMap<string, StatusAnswer | PromiseLike<StatusAnswer>>

// ---------------------------------------------------------------- ports

/** What every port is called with, beside its request. */
export interface PortContext {
  /** Aborted when the keeper is disposed of, or the request has become pointless. */
  readonly signal: AbortSignal
  /** The `dispatch` of the store that asks. */
  readonly dispatch: ThunkDispatch<unknown, unknown, UnknownAction>
  /** The `getState` of the store that asks. */
  readonly getState: () => unknown
}

/** A prompt to be sent, for the port `sendTurn`. */
export interface SendRequest<Input = unknown> {
  readonly conversationId: string
  /** The idempotency key of this send: the same for every attempt of one turn. */
  readonly turnId: string
  readonly input: Input
  /** `steer`: add to the running turn `into`. */
  readonly mode: 'start' | 'steer'
  readonly into?: { readonly turnId: string; readonly runIds: readonly string[] } | undefined
  readonly retryOf?: string | undefined
  readonly hidden: boolean
  /** 1 for the first attempt. */
  readonly attempt: number
  /**
   * With the feature `tabs`, for a message that waited in the queue: the number of the claim that it is sent under. Each later
   * claim has a higher one, so a server that has seen a higher one can refuse a sender that has lost its claim.
   */
  readonly fence?: number | undefined
}

/**
 * A rejected promise is the third outcome: nobody knows whether it arrived. A steer that is accepted as `queued` is one that the
 * turn has yet to read: it is kept until `signals.steerRead`.
 */
export type SendResult =
  | {
      readonly status: 'accepted'
      readonly runId?: string | null | undefined
      readonly as?: 'started' | 'queued' | undefined
    }
  | {
      readonly status: 'refused'
      readonly reason: 'busy' | 'gone' | 'error'
      readonly error?: TurnError | undefined
      /** With `busy`: how long to wait before the next attempt, ms. */
      readonly retryAfterMs?: number | undefined
    }

/** A turn to be stopped, for the port `stopTurn`. */
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
      readonly error?: TurnError | undefined
    }

/** A background run to be stopped, for the port `stopBackgroundRun`. */
export interface StopBackgroundRunRequest {
  /** Where a person sees it. */
  readonly conversationId: string
  readonly runId: string
}

/** `not_running`: the server has no such run any more. A rejected promise means that the answer was lost. */
export type StopBackgroundRunResult =
  | { readonly status: 'acknowledged' }
  | {
      readonly status: 'refused'
      readonly reason: 'not_running' | 'unreachable'
      readonly error?: TurnError | undefined
    }

/** The answer to a question, for the port `answerInput`. */
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
      readonly error?: TurnError | undefined
    }

/** Answers that are given together, for the port `answerInputs`. */
export interface AnswersRequest {
  readonly conversationId: string
  readonly answers: readonly { readonly requestId: string; readonly answer: unknown }[]
}

/**
 * One result for all answers, or one for each, in their order. A rejected promise means that their fate is unknown; the
 * questions stay open.
 */
export type AnswersResult = AnswerResult | readonly AnswerResult[]

/** A message that the server holds is to be changed, for the port `changeQueued`. */
export interface QueueChangeRequest<Input = unknown> {
  readonly conversationId: string
  readonly turnId: string
  readonly runIds: readonly string[]
  readonly change:
    | { readonly kind: 'edit'; readonly input: Input }
    /** In front of that one; `null`: to the end. */
    | { readonly kind: 'move'; readonly before: string | null }
}

/** A rejected promise counts as refused: what the server holds is shown as it was, and checked. */
export type QueueChangeResult =
  { readonly status: 'accepted' } | { readonly status: 'refused'; readonly error?: TurnError | undefined }

/** A session to be stopped, for the port `stopSession`. */
export interface StopSessionRequest {
  readonly conversationId: string
}

/** `no_session` counts as stopped. A rejected promise counts as a failure: the turn is brought back, and checked. */
export type StopSessionResult =
  | { readonly status: 'stopped' }
  | {
      readonly status: 'refused'
      readonly reason: 'no_session' | 'error'
      readonly error?: TurnError | undefined
    }

/** One stored queue for all tabs, for the feature `sharedQueue`. */
export interface SharedQueuePort {
  /** Called when a message joins the local queue. */
  publish(message: SharedMessage): void
  /** Called when it has left: taken, withdrawn or ended. */
  withdraw(turnId: string): void
  /** Resolves to true for exactly one of the tabs that ask. */
  claim(turnId: string, keeperId: string): Promise<boolean>
  /** Messages of other tabs, those already stored first. Returns the unsubscribe function. */
  subscribe(listener: (event: SharedQueueEvent) => void): () => void
}
/** A message that waits in the shared queue. */
export interface SharedMessage {
  readonly conversationId: string
  readonly turnId: string
  readonly input: unknown
  readonly hidden: boolean
}
/** What another tab did to the shared queue. */
export type SharedQueueEvent =
  | { readonly type: 'published'; readonly message: SharedMessage }
  | { readonly type: 'withdrawn'; readonly turnId: string; readonly taken: boolean }

/** The ports, one function each. */
export interface PortFunctions<Input = unknown> {
  /** Sends a prompt. Without it the app sends by itself, and dispatches `sendAccepted`, `sendRefused` or `sendLost`. */
  sendTurn(request: SendRequest<Input>, context: PortContext): Promise<SendResult>
  /** Stops a turn. Without it the app does so by itself, and dispatches `stopAcknowledged`, `stopRefused` or `stopLost`. */
  stopTurn(request: StopRequest, context: PortContext): Promise<StopResult>
  /** Stops a run beside the turn. Without it `keeper.stopBackgroundRun` does nothing. */
  stopBackgroundRun(request: StopBackgroundRunRequest, context: PortContext): Promise<StopBackgroundRunResult>
  /** Hands the answer to a question to the agent. Without it `keeper.answerInput` does nothing. */
  answerInput(request: AnswerRequest, context: PortContext): Promise<AnswerResult>
  /** Hands several answers to the agent in one request. Without it each goes through `answerInput`. */
  answerInputs(request: AnswersRequest, context: PortContext): Promise<AnswersResult>
  /** Edits or moves a message that the server holds. Without it only messages that wait here can be. */
  changeQueued(request: QueueChangeRequest<Input>, context: PortContext): Promise<QueueChangeResult>
  /**
   * One call for all conversations that are due. An id without an entry in the answer was not answered. An entry may be a
   * promise, where each conversation is asked about by a request of its own: none waits for another.
   */
  fetchStatus(conversationIds: readonly string[], context: PortContext): Promise<StatusAnswers>
  /** The stream is down, or cannot be trusted any more: open a new one. */
  openStream(request: { readonly why: 'dropped' | 'wake' }, context: PortContext): Promise<void> | void
  /** Stops the process behind a conversation. */
  stopSession(request: StopSessionRequest, context: PortContext): Promise<StopSessionResult>
  /** Every session that lives, whatever it does. */
  listSessions(context: PortContext): Promise<readonly { readonly conversationId: string }[]>
}

/** The functions by which the package reaches the app's backend. All optional; each absence is a documented weaker mode. */
export type Ports<Input = unknown> = {
  readonly [Name in keyof PortFunctions<Input>]?: PortFunctions<Input>[Name] | undefined
}

/**
 * Ready-made ports and the wiring of the event stream, for one protocol:
 * `createTurnkeeper({ connection: connectCodex({ … }) })`.
 */
export interface Connection<Input = unknown> {
  /** What the keeper calls. A port of the same name in the option `ports` is called in its place. */
  readonly ports: Ports<Input>
  /** What the protocol asks for. An option of the same name given to `createTurnkeeper` wins. */
  readonly options?: ConnectionOptions | undefined
  /**
   * Begins to listen. Called once for each store, when its effects start: never where there is no page, unless the option
   * `runWithoutPage` is set. Stops when `signal` of the context fires, which `dispose()` does.
   */
  open?(context: PortContext): void
  /**
   * Called with the turns that came back unverified, from a reload or another keeper, and wait for no person. For a protocol
   * whose turns live in a request of the page's, and that has no status check: nothing else would be heard of them.
   */
  turnsRestored?(turns: readonly Turn[], context: PortContext): void
}

/** Options of `createTurnkeeper` that a protocol decides. */
export interface ConnectionOptions {
  /** Makes the ids of turns, in the form that the protocol wants. */
  readonly createId?: (() => string) | undefined
  readonly registrationWindow?: number | undefined
  /** Short where no stream comes back to tell that the server is there again. */
  readonly maxBackoff?: number | undefined
  readonly stopScope?: 'turn' | 'conversation' | undefined
  /** What a text is as the answer to a question, in the form that the protocol wants; `undefined`: it is none. */
  readonly answerFromText?: ((input: never, question: Question) => unknown) | undefined
}

// ---------------------------------------------------------------- clock and environment

/** Time and timers, injected. */
export interface Clock {
  /** The time, ms since the epoch. */
  now(): number
  /** Calls `callback` once, after `ms`; returns a handle for `clearTimeout`. */
  setTimeout(callback: () => void, ms: number): unknown
  /** Takes a timer back. One that has run, or is not known, is left alone. */
  clearTimeout(handle: unknown): void
}

/** What the page knows of itself, injected. The default reads `document` and `window` where they exist. */
export interface Environment {
  /** Whether there is a page (or an app on a device) at all. Without one, as on a server, no timer runs and nothing is asked. */
  readonly page: boolean
  /** Whether nobody can see it. */
  hidden(): boolean
  /** Tells when that changes, and when the network goes or is back. Returns the unsubscribe function. */
  subscribe(listener: (event: 'visible' | 'hidden' | 'online' | 'offline') => void): () => void
}

/** Something that the app or its wire did wrong, reported once per kind; it changed nothing. */
export interface Problem {
  readonly kind: string
  readonly message: string
  readonly detail?: unknown
}
