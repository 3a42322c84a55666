import type { PortContext, TurnError } from '../types'

/** Where the hosted agent stands that must be up before any turn. `active` and `self_hosted` are up. */
export type AssistantKind =
  | 'loading'
  | 'initializing'
  | 'active'
  | 'self_hosted'
  | 'cleaning_up'
  | 'retired'
  | 'awaiting_version_selection'
  | 'error'

/** How to reach an assistant that the platform does not host. It stands in the state, where DevTools show it. */
export interface AssistantConnection {
  readonly url: string | null
  readonly token?: string | null
}

// ---------------------------------------------------------------- inputs

/** What the app knows before the assistant can be asked for, as it stands in the state. */
export interface AssistantInputs {
  readonly signedIn: boolean
  /** It is not known yet who is signed in: nothing is concluded. */
  readonly loading: boolean
  /** The user has just retired the assistant: none is started in its place. */
  readonly retired: boolean
  /** A person chooses the version before one is started. */
  readonly nonProduction: boolean
  readonly platformSession: boolean
  /** The session came from a local gateway: its assistant is up, and the platform is not asked. */
  readonly gatewayAuth: {
    readonly assistantId: string
    readonly connection: AssistantConnection | null
  } | null
  /** The assistant that the user selected, where there are several. */
  readonly assistantId: string | null
  /** Where to go instead of starting an assistant. */
  readonly redirect: string | null
}

/** What `assistantInputsChanged` takes. Only `signedIn` is required; `platformSession` is true where left out. */
export interface AssistantInputsPayload extends Partial<Omit<AssistantInputs, 'gatewayAuth'>> {
  readonly signedIn: boolean
  /** `assistantId` is `'self'` where left out. */
  readonly gatewayAuth?: { readonly assistantId?: string; readonly connection?: AssistantConnection } | null
  /** Evaluated once, as the action is made: its answer becomes `redirect`. */
  readonly resolveOnboardingRedirect?: () => string | null
}

// ---------------------------------------------------------------- ports

/** What the backend says of an assistant. */
export interface AssistantData {
  readonly id: string
  /** `active`, `initializing` or `to_be_deleted`; any other word is an error that names it. After a hatch: optional. */
  readonly status?: string
  readonly isLocal?: boolean
  readonly connection?: AssistantConnection | null
}

/**
 * `status` is that of the HTTP answer; without one there was no answer, as when the promise is rejected.
 * Of `error`, `message` and `code` are read, or the whole where it is a string.
 */
export type AssistantResult<T = unknown> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly status?: number; readonly error?: unknown }

/** The functions by which the package reaches whatever hosts the assistant. Without `getAssistant` nothing is gated. */
export interface AssistantPorts {
  getAssistant?(
    request: { readonly assistantId?: string },
    context: PortContext,
  ): Promise<AssistantResult<AssistantData>>
  /** Starts an assistant. Without it a missing one is an error. */
  hatchAssistant?(
    request: { readonly version?: string },
    context: PortContext,
  ): Promise<AssistantResult<AssistantData>>
  /** Takes a stuck assistant away; 404 counts as done. Without it a stuck one is an error. */
  retireAssistant?(assistantId: string, context: PortContext): Promise<AssistantResult>
  /** Asks the assistant itself for a sign of life. 401 and 403 are one. */
  probeAssistant?(assistantId: string, context: PortContext): Promise<AssistantResult>
}

/** What is kept of a port's result: serialisable, and no more than the rules read. `status: null`: no answer. */
export type AssistantAnswer =
  | {
      readonly ok: true
      readonly id: string
      readonly status: string
      readonly isLocal: boolean
      readonly connection: AssistantConnection | null
    }
  | {
      readonly ok: false
      readonly status: number | null
      readonly message: string | null
      readonly code: string | null
    }

/** A request leaves: taken where it is wanted, and wanted by now. */
export interface AssistantClaim {
  readonly nonce: string
  readonly generation: number
  /** The keeper that makes it. */
  readonly owner: string
}
/** What came of it. */
export interface AssistantReply {
  readonly nonce: string
  readonly generation: number
  readonly answer: AssistantAnswer
}

// ---------------------------------------------------------------- state

/** Why the assistant is not up. A `transient` one tries again by itself. */
export interface AssistantError extends TurnError {
  readonly code:
    | 'network'
    | 'timeout'
    | 'hatch_failed'
    | 'hatch_refused'
    | 'at_capacity'
    | 'check_failed'
    | 'unexpected_status'
  readonly transient: boolean
}

/** A request: wanted from `at` on while `nonce` is `null`, then in flight, and given up at `at`. */
export interface AssistantRequest {
  readonly nonce: string | null
  readonly at: number
}

export interface AssistantState {
  /** Counts the changes. */
  readonly seq: number
  /** The keeper that answers for what is in flight. Another one, after a reload or an import, looks anew. */
  readonly owner: string | null
  readonly kind: AssistantKind
  /** When this kind was entered. */
  readonly since: number
  readonly error: AssistantError | null
  /** `null` until the app has spoken: no command does anything before. */
  readonly inputs: AssistantInputs | null
  /** The assistant that is up, or starting. */
  readonly assistantId: string | null
  readonly connection: AssistantConnection | null
  /** An assistant that is up keeps its surface while it cannot be reached. */
  readonly reachable: boolean
  /** Where the app is to go: no assistant is started for this user yet. */
  readonly redirect: string | null
  /** Raised by every escalation. An answer that left under an older one changes nothing. */
  readonly generation: number
  /** When `initializing` has lasted too long. */
  readonly watchdogAt: number | null
  /** What was left of that when the network went: an outage does not start the clock anew. */
  readonly watchdogLeft: number | null
  /** The look-up that is due or in flight. */
  readonly check: AssistantRequest | null
  /** What is being done about it: one thing at a time. */
  readonly work: (AssistantRequest & { readonly what: 'hatch' | 'retire' }) | null
  readonly probe: (AssistantRequest & { readonly failures: number }) | null
  /** The version that was asked for; `null` when none was started from here. */
  readonly hatched: { readonly version: string | null } | null
  /** A recovery has to look first. */
  readonly recovering: boolean
  readonly recoveries: number
  readonly hatchFailures: number
  /** Look-ups in a row that were not answered. */
  readonly failures: number
}

// ---------------------------------------------------------------- options

/** Options about the assistant. Durations in ms, all checked up front. */
export interface AssistantOptions {
  /** How long an assistant may take to start before a recovery. Time asleep does not count. Default 300 000. */
  readonly initTimeout?: number
  /** How many recoveries (retire, hatch again) before the time-out error. Default 3. */
  readonly maxRecoveries?: number
  /** How many failed hatches in a row before an error. Default 3. */
  readonly maxHatchFailures?: number
  /** Between look-ups while it starts or is cleaned up, and before the next hatch after a failed one. Default 3 000. */
  readonly assistantPollInterval?: number
  /** Each failed hatch in a row multiplies the wait for the next by this, up to 30 000. Default 1. */
  readonly assistantPollBackoff?: number
  /** A look-up or probe without an answer for this long counts as failed. Default 15 000. */
  readonly assistantCheckTimeout?: number
  /** Error codes that, on a 503 to a hatch, mean "at capacity". */
  readonly assistantCapacityCodes?: readonly string[]
}

/** The options as the rules use them, and which ports there are. */
export interface AssistantConfig extends Required<AssistantOptions> {
  readonly looks: boolean
  readonly hatches: boolean
  readonly retires: boolean
  readonly probes: boolean
}
