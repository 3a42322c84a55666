/** A scenario, as it is read: its steps, what is expected of them, and the configuration. */

/** The turn before, as a status answer or a stored transcript tells of it. */
export interface Last {
  readonly turn?: string | null
  readonly run?: string | null
  readonly outcome?: string
  readonly state?: 'complete' | 'incomplete' | 'user_only'
}

/** One thing that happens. `event` says what; which of the other fields it has depends on that. */
export interface Step {
  readonly at: number
  readonly event: string
  readonly tab?: string
  readonly conversation?: string | null
  readonly turn?: string | null
  readonly run?: string | null
  readonly message?: string
  readonly mode?: string
  readonly of?: string | number
  readonly hidden?: boolean
  readonly input?: string
  /** Of a status answer: the questions that are open, all of them. */
  readonly inputs?: readonly string[]
  /** Of a status answer: the turn or run that asks its questions. */
  readonly asker?: string
  readonly steer?: string
  readonly from?: string
  readonly to?: string
  readonly as?: 'started' | 'queued'
  readonly reason?: string
  readonly outcome?: string
  readonly text?: string
  readonly kind?: string
  readonly role?: 'main' | 'child' | 'auxiliary'
  readonly parent?: string | null
  readonly child?: string
  readonly replayed?: boolean
  readonly boot?: string
  readonly by?: string
  readonly error?: string
  readonly status?: string
  readonly last?: Last | null
  readonly continues?: string | null
  readonly started_ms_ago?: number
  readonly attempt?: number
  readonly limit?: number
  readonly in_ms?: number
  /** What a background run, or scheduled work, is called. */
  readonly name?: string
  /** The background runs that a status answer lists, by their ids. */
  readonly background?: readonly string[]
  readonly scheduled_in_ms?: number | null
  readonly before?: string
  readonly limited_for_ms?: number
  readonly retry_after_ms?: number
  readonly expires_in_ms?: number
  readonly finish_reason?: string
  readonly request?: string
  readonly resume?: 'live_only' | 'replay' | 'truncated'
  readonly ms?: number
  readonly persisted?: Readonly<Record<string, unknown>>
  /** Of a reload: the page finds what it had stored itself, `whole`: all of its state, or `kept`: what it means to keep. */
  readonly stored?: 'whole' | 'kept'
  /** Who is signed in from now on; `null`: nobody. */
  readonly user?: string | null
  /** Who was signed in for a moment before that, in the same task. */
  readonly through?: string | null
}

/** Which effects an assertion is about: those of that kind with these fields. */
export interface EffectPattern {
  readonly effect: string
  readonly conversation?: string
  readonly turn?: string
  readonly message?: string
}

/** What should be seen once step `after` has settled. */
export interface Assertion extends Partial<EffectPattern> {
  readonly after: number
  readonly assert: string
  readonly tab?: string
  readonly name?: string
  readonly value?: unknown
  readonly in?: readonly unknown[]
  readonly to?: readonly string[]
  readonly ms?: number
  readonly ms_ago?: number
  readonly step?: number
  readonly count?: number
  readonly min?: number
  readonly max?: number
  readonly distinct_keys?: number
  readonly across?: string
  readonly first?: EffectPattern
  readonly then?: EffectPattern
}

/** The configuration that a scenario assumes. */
export interface Policy {
  readonly on_user_stop?: 'hold_queue' | 'drain_queue'
  readonly on_error?: 'hold_queue' | 'drain_queue'
  readonly on_limit?: 'hold_queue' | 'drain_queue'
  readonly send_while_busy?: 'queue' | 'send'
  readonly on_text_while_asking?: 'queue' | 'answer' | 'cancel'
  readonly stop_scope?: 'turn' | 'conversation'
  readonly hold_send_while_stop_in_flight_ms?: number
  readonly shared_queue?: boolean
  /** The tabs of the page tell each other what they hear and do, and one of them leads. */
  readonly linked_tabs?: boolean
  /** `false`: the server cannot be asked how a conversation is. */
  readonly status_checks?: boolean
}

/** A story of something that went wrong, and what should have been seen instead. */
export interface Scenario {
  readonly id: string
  /** The kind of bug. */
  readonly family: string
  /** Where it was reported: issues of public repositories, or what it mirrors. */
  readonly source: string
  readonly whatUsersSaw: string
  readonly rootCause: string
  readonly policy: Policy
  readonly steps: readonly Step[]
  readonly expect: readonly Assertion[]
  /** Fields of steps that the format does not list. They are passed by, and told of. */
  readonly notes: readonly string[]
}

/** A scenario, or why it could not be read. */
export type Loaded =
  | { readonly id: string; readonly family: string; readonly scenario: Scenario }
  | { readonly id: string; readonly family: string; readonly error: string }
