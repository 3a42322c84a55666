/** What the runner drives: a subject, opened once for each tab. */
import type { Engine } from '../tabs/engine'
import type { Clock, Environment, PortContext, PortFunctions, SharedQueuePort } from '../types'
import type { EffectWord, FactWord, PhaseWord, TurnWord } from './format'
import type { Policy, Step } from './scenario'

/**
 * What a person sees of a conversation. Leave out what the subject has no notion of: an assertion about it then counts as
 * inexpressible, not as failed. A field is read only when an assertion asks for it, so getters are fine.
 */
export interface ConversationView {
  /** Whether the working indicator shows. */
  readonly busy: boolean
  /** What the working indicator says. */
  readonly phase?: PhaseWord | undefined
  /** The turn that is going on, and the server's names for it. */
  readonly liveTurn?: { readonly turn: string; readonly runs: readonly string[] } | null | undefined
  /** What became of the turn that ended last. */
  readonly lastEnded?: TurnWord | null | undefined
  /** Whether the Stop button is offered. */
  readonly canStop?: boolean | undefined
  /** Whether a message would leave at once. */
  readonly canSend?: boolean | undefined
  /** The error that is shown. */
  readonly lastError?: string | null | undefined
  /** How many helpers are shown as running beside the turn. */
  readonly background?: number | undefined
  /** The texts that wait for their turn, in order. */
  readonly queue?: readonly string[] | undefined
  /** The texts that were given back to the person. */
  readonly drafts?: readonly string[] | undefined
  /** The question that waits for an answer. */
  readonly pendingInput?: string | null | undefined
  /** What is asked for by name, beside the fields above. */
  readonly facts?: Readonly<Partial<Record<FactWord, unknown>>> | undefined
  /** Where the parts of the view contradict each other; empty where they agree. */
  readonly contradictions?: readonly string[] | undefined
}

/** What is known of one turn. Leave out what the subject has no notion of. */
export interface TurnView {
  /** How far it is, or what became of it; `none` for one that is not known. */
  readonly state?: TurnWord | 'none' | undefined
  /** How many records its ends have left, and how many of those that were told still stand. */
  readonly ends?: { readonly records: number; readonly told: number } | undefined
  /** Where its "working for" clock counts from, ms since 1970. */
  readonly startedAt?: number | null | undefined
}

/**
 * The ten functions. Each of the first seven takes what happens in one tab, and throws what {@link inexpressible} makes
 * where the subject has no way to be told so.
 */
export interface OpenSubject {
  /** The person submits `step.message` as turn `step.turn`: `step.mode` is `normal` (or absent), `queue`, `steer` or `retry`. */
  send(step: Step): void
  /** The person presses Stop. */
  stop(step: Step): void
  /** The person answers the question `step.input`. */
  answer(step: Step): void
  /** Another act of the person: `answer.all`, `stop_background`, `queue.remove` and the other words of the queue, `view`, `conversation.rekey`, `conversation.close`, `reconfigure`, or `user.changed`. */
  act(step: Step): void
  /** What the wire says: an event of a turn, a session, a stream or a history. */
  receive(step: Step): void
  /** Asks the server once, now, how that conversation is: a call of `fetchStatus`. */
  checkStatus(conversation: string): void
  /** Takes in what survived a reload, in the words of the format: before anything else, and where a step says so once more. */
  restore(persisted: Readonly<Record<string, unknown>>): void
  /** What a person sees of a conversation now; of one that is not known, too. */
  conversation(conversation: string): ConversationView
  /** What is known of a turn now. */
  turn(turn: string): TurnView
  /** The tab is closed: no timer may outlive it. Returns what must hold by then and does not. */
  close(): readonly string[]
  /**
   * Resolves once all has run that a step can set off. Optional: promise callbacks are waited for anyway; this is for a client
   * that puts work off by real timers.
   */
  settled?(): Promise<void>
  /** What of the subject's own must hold after each step, and does not. Optional: it is none of the ten. */
  problems?(): readonly string[]
  /**
   * What a page stores of it, as text: `whole`, all of its state, or `kept`, what it means to keep over a reload. Optional, with
   * `rehydrate`: for a client that has such a state of its own.
   */
  dehydrate?(what: 'whole' | 'kept'): string
  /** Takes back what `dehydrate` of the page before gave. Called once, in the place of `restore`. */
  rehydrate?(stored: string, what: 'whole' | 'kept'): void
  /** The tab is frozen, or goes on. Optional: its timers, answers and link stand still anyway; for what else it is reached by. */
  setFrozen?(isFrozen: boolean): void
}

/** How a subject reaches the scripted server. The requests and results are those of the package's ports. */
export type ConformancePorts = {
  readonly [
    Name in 'sendTurn' | 'stopTurn' | 'stopBackgroundRun' | 'answerInput' | 'fetchStatus' | 'openStream'
  ]: (
    request: Parameters<PortFunctions[Name]>[0],
    context: Pick<PortContext, 'signal'>,
  ) => ReturnType<PortFunctions[Name]>
}

/** What a tab has of the world. It may use no other clock, no other server, and no other source of ids. */
export interface Surroundings {
  /** The scripted server. A request stays open until the scenario answers it, or until its `signal` is aborted. */
  readonly ports: ConformancePorts
  /** The time, and timers. */
  readonly clock: Clock
  /** Whether the page is hidden, and its events. */
  readonly environment: Environment
  /** The configuration that the scenario assumes. */
  readonly policy: Policy
  /** The stored queue that all tabs share, in scenarios that have one. */
  readonly sharedQueue: SharedQueuePort | undefined
  /** What links the tabs of a page, in scenarios with linked tabs: claims that one of them holds, messages, a store. */
  readonly link: Engine | undefined
  /** Ends told in this tab that still stand, by turn; kept over reloads. */
  readonly told: Map<string, number>
  /** A fresh id, for what the scenario does not name. */
  createId(): string
  /** The turn that the person's message was submitted as. */
  turnOf(message: string): string | undefined
  /** How many requests of this tab are neither answered nor given up. */
  openRequests(): number
  /** Tells the person that the agent has finished. */
  notify(conversation: string, turn: string): void
}

/** What is under test: a client of an agent, made to be driven by a scenario. */
export interface Subject {
  /** For reports. */
  readonly name: string
  /** Effects that it never asks for: `poll` where it has no status check. Assertions about them are then inexpressible. */
  readonly lacks?: readonly EffectWord[] | undefined
  /** Opens it in a fresh tab. Throws what {@link inexpressible} makes where it cannot be had under `policy`. */
  open(surroundings: Surroundings): OpenSubject
}

/** A subject has no words for something: the scenario is then told of as such, and has not failed. */
export class InexpressibleError extends Error {
  constructor(what: string) {
    super(what)
    this.name = 'InexpressibleError'
  }
}

/** Throw it in a subject's function: `throw inexpressible('a queue')`. */
export const inexpressible = (what: string): InexpressibleError => new InexpressibleError(what)
