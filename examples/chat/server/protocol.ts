/**
 * What goes over the wire beside AG-UI's own events, for both sides. Types only.
 *
 * The client mints the id of a turn, and it is the runId of the turn's first run. A question ends that run with AG-UI's
 * `interrupt` outcome, which may carry several; when all are answered, a further run of the same turn starts. AG-UI's text and tool events carry no ids of their
 * thread or run, so every event carries them in `metadata`, which the protocol keeps free for such use.
 */
import type { BaseEvent, Interrupt } from '@ag-ui/core'

/** Whom a frame is about, in the `metadata` of each event. */
export interface FrameNames {
  readonly threadId: string
  readonly runId: string
  readonly turnId: string
}

export interface Frame extends BaseEvent {
  /** Frames about the connection name nothing; a `status` names its thread alone. */
  readonly metadata: Partial<FrameNames> & {
    /** Of text: its position in its message, so that a page that missed some notices. */
    readonly offset?: number
  }
}

/** Names of the CUSTOM events. */
export type CustomFrame =
  /** The first frame of a stream. */
  | { readonly name: 'hello'; readonly value: { readonly boot: string } }
  /** A prompt was added to a running turn. */
  | { readonly name: 'steered'; readonly value: Message }
  /** The status of a session. It names no run, so a late one says nothing about the run that is there now. */
  | { readonly name: 'status'; readonly value: { readonly status: 'idle' } }
  /** An attempt of the model failed, and is made again. */
  | {
      readonly name: 'retrying'
      readonly value: {
        readonly attempt: number
        readonly limit: number
        readonly inMs: number
        readonly message: string
      }
    }
  /** A task beside the turn. */
  | {
      readonly name: 'task'
      readonly value: Omit<TaskStatus, 'state'> & {
        readonly state: TaskStatus['state'] | 'completed' | 'stopped'
      }
    }
  /** The agent goes on by itself. */
  | { readonly name: 'scheduled'; readonly value: WakeUp }
  | { readonly name: 'faults'; readonly value: readonly FaultState[] }

export type Outcome = 'complete' | 'cancelled' | 'error' | 'interrupted'

export interface Message {
  readonly id: string
  readonly role: 'user' | 'assistant'
  readonly text: string
  readonly tools: readonly ToolUse[]
  /** The turn that it belongs to. */
  readonly turnId: string
}
export interface ToolUse {
  readonly id: string
  readonly name: string
  readonly args: string
  readonly result: string | null
}

/** Answer to `GET /transcript`: what was said. */
export interface Transcript {
  readonly messages: readonly Message[]
}

/** Answer to `POST /run`. */
export type Receipt =
  | { readonly status: 'accepted'; readonly runId: string; readonly as: 'started' }
  | {
      readonly status: 'refused'
      readonly reason: 'busy' | 'gone' | 'error'
      readonly error: { readonly message: string }
    }

/** Answer to `POST /stop`. */
export type StopReceipt =
  | { readonly status: 'acknowledged' }
  | {
      readonly status: 'refused'
      readonly reason: 'no_active_turn' | 'unreachable'
      readonly error: { readonly message: string }
    }

/** Answer to `POST /tasks/stop`. */
export type TaskReceipt =
  { readonly status: 'acknowledged' } | { readonly status: 'refused'; readonly reason: 'not_running' }

/** A task that runs beside the turns of its conversation. */
export interface TaskStatus {
  readonly id: string
  readonly name: string
  readonly state: 'running' | 'paused'
}
/** When the agent goes on by itself. */
export interface WakeUp {
  readonly inMs: number
  readonly name: string
}

/** Answer to `POST /answer`. */
export type AnswerReceipt =
  | { readonly status: 'accepted' }
  | {
      readonly status: 'refused'
      readonly reason: 'gone' | 'already_resolved'
      readonly error: { readonly message: string }
    }

/** One conversation in the answer to `GET /status`. */
export interface ThreadStatus {
  readonly status: 'running' | 'idle' | 'awaiting_input'
  readonly turnId?: string
  readonly runId?: string
  readonly startedMsAgo?: number
  /** Of a turn: all questions that wait for a person, in the words of the agent. */
  readonly questions?: readonly Interrupt[]
  /** Every task that runs beside it. */
  readonly tasks?: readonly TaskStatus[]
  /** `null`: it does not go on by itself. */
  readonly scheduled?: WakeUp | null
  readonly last: {
    readonly turnId: string
    readonly runId: string
    readonly outcome: Outcome
    readonly error?: { readonly message: string }
  } | null
}
export interface StatusReply {
  readonly boot: string
  readonly threads: Readonly<Record<string, ThreadStatus>>
}

export interface ThreadSummary {
  readonly id: string
  readonly title: string
}

export type FaultId =
  | 'lose_end'
  | 'drop_stream'
  | 'silent'
  | 'limit'
  | 'busy'
  | 'swallow'
  | 'hang'
  | 'cut_answer'
  | 'fail'
  | 'late_end'
  | 'refuse_stop'
  | 'restart'
  | 'elsewhere'
  | 'slow_assistant'
  | 'stuck_assistant'
  | 'dead_assistant'

export interface FaultState {
  readonly id: FaultId
  readonly label: string
  /** What the server will do wrong. */
  readonly what: string
  /** `next`: waits for the next turn. `now`: happens when it is pressed. */
  readonly when: 'next' | 'now'
  readonly armed: boolean
}

/** `GET /assistant`, `POST /assistant/hatch`. */
export interface AssistantReply {
  readonly id: string
  readonly status: 'active' | 'initializing'
}
