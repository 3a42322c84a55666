/** What the runner drives: one subject, opened once for each tab. */
import type { Clock, Environment, SharedQueuePort } from 'redux-turnkeeper'
import type { TabWire } from './backend'
import type { PhaseWord, Policy, Step, TurnWord } from './format'

/** What a person sees of one tab. */
export interface View {
  busy(conversation: string): boolean
  phase(conversation: string): PhaseWord
  /** The turn that owns the conversation, and the server's names for it. */
  liveTurn(conversation: string): { readonly turn: string; readonly runs: readonly string[] } | null
  turn(turn: string): TurnWord | 'none'
  /** How many records the turn has left, and how many ends of it were told that still stand. */
  ends(turn: string): { readonly records: number; readonly told: number }
  lastEnded(conversation: string): TurnWord | null
  startedAt(turn: string): number | null
  canStop(conversation: string): boolean
  canSend(conversation: string): boolean
  lastError(conversation: string): string | null
  background(conversation: string): number
  queue(conversation: string): readonly string[]
  drafts(conversation: string): readonly string[]
  pendingInput(conversation: string): string | null
  /** Where the parts of the view contradict each other; empty when they agree. */
  contradictions(conversation: string): readonly string[]
}

export interface Tab {
  readonly view: View
  /** A step of the user or of the stream. */
  feed(step: Step): void
  /** One look-up, now. */
  lookUp(conversation: string): void
  /** What survived a reload, in the words of the format. */
  restore(persisted: Readonly<Record<string, unknown>>): void
  /** What must hold after every step, and does not. */
  check(): readonly string[]
  /** What must hold once it is closed, and does not. */
  close(): readonly string[]
}

/** What a tab has of the world. */
export interface Surroundings {
  readonly wire: TabWire
  readonly clock: Clock
  readonly environment: Environment
  readonly policy: Policy
  readonly sharedQueue: SharedQueuePort | undefined
  /** Ends told in this tab that still stand, by turn; kept over reloads. */
  readonly told: Map<string, number>
  createId(): string
  /** The turn that the user's message was submitted as. */
  turnOf(message: string): string | undefined
}

export interface Subject {
  readonly name: string
  open(surroundings: Surroundings): Tab
}
