/** The types of the feature `assistant`. Times are ms since the epoch, durations are ms. */
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

/** How to reach an assistant that the platform does not host, as it stands in the state: without its token. */
export interface AssistantConnection {
  readonly url: string | null
}

/**
 * A connection as the app or a port gives it. The token does not enter the state, nor any action: the keeper keeps it, and
 * hands it out with `getConnectionToken` and to the assistant's ports.
 */
export interface ConnectionDetails {
  readonly url?: string | null | undefined
  readonly token?: string | null | undefined
}

// ---------------------------------------------------------------- inputs

/** What the app knows before the assistant can be asked for, as it stands in the state. */
export interface AssistantInputs {
  readonly signedIn: boolean
  /** It is not known yet who is signed in: nothing is concluded, and nothing is asked. */
  readonly loading: boolean
  /** Who is signed in; `null` where the app does not say. */
  readonly userId: string | null
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
export interface AssistantInputsPayload {
  /** `false`, while not `loading`: nobody is signed in, and everything of the last user goes. */
  readonly signedIn: boolean
  /** It is not known yet who is signed in. Keeps everything as it is, whatever else is said. Default false. */
  readonly loading?: boolean | undefined
  /** Another id than the one before, and everything of the last user goes. Left out: the same user, until one signs out. */
  readonly userId?: string | null | undefined
  readonly retired?: boolean | undefined
  readonly nonProduction?: boolean | undefined
  readonly platformSession?: boolean | undefined
  /** `assistantId` is `'self'` where left out. */
  readonly gatewayAuth?:
    | {
        readonly assistantId?: string | undefined
        readonly connection?: ConnectionDetails | null | undefined
      }
    | null
    | undefined
  readonly assistantId?: string | null | undefined
  readonly redirect?: string | null | undefined
  /** Evaluated once, as the action is made: its answer becomes `redirect`. */
  readonly resolveOnboardingRedirect?: (() => string | null) | undefined
}

// ---------------------------------------------------------------- ports

/** What the backend says of an assistant. */
export interface AssistantData {
  readonly id: string
  /** `active`, `initializing` or `to_be_deleted`; any other word is an error that names it. After a start: optional. */
  readonly status?: string | undefined
  readonly isLocal?: boolean | undefined
  readonly connection?: ConnectionDetails | null | undefined
}

/**
 * `status` is that of the HTTP answer; without one there was no answer, as when the promise is rejected.
 * 408, 425, 429 and 5xx may pass, and are tried again. Of `error`, `message` and `code` are read, or the whole where it is
 * a string.
 */
export type AssistantResult<Data = unknown> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly status?: number | undefined; readonly error?: unknown }

/** What the assistant's ports are called with, beside their request. */
export interface AssistantPortContext extends PortContext {
  /** The connection of the assistant that is up, with its token; `null` where the platform hosts it. */
  readonly connection: ConnectionDetails | null
}

/** What `hatchAssistant` is called with. */
export interface HatchRequest {
  /** Left out: the backend chooses. */
  readonly version?: string
  /**
   * The same for every attempt until it is known what became of the start. A backend that starts one assistant for a key
   * can be asked again after an answer was lost.
   */
  readonly idempotencyKey: string
}

/** The ports of the assistant, one function each. */
export interface AssistantPortFunctions {
  /** With `assistantId`: that assistant. Without: whichever the user has. 404 means that there is none. */
  getAssistant(
    request: { readonly assistantId?: string },
    context: AssistantPortContext,
  ): Promise<AssistantResult<AssistantData>>
  /** Starts an assistant. Without it a missing one is an error. */
  hatchAssistant(
    request: HatchRequest,
    context: AssistantPortContext,
  ): Promise<AssistantResult<AssistantData>>
  /** Takes a stuck assistant away; 404 counts as done. Without it a stuck one is an error. */
  retireAssistant(assistantId: string, context: AssistantPortContext): Promise<AssistantResult>
  /** Asks the assistant itself for a sign of life. 401 and 403 are one. `null`: its id is not known. */
  probeAssistant(assistantId: string | null, context: AssistantPortContext): Promise<AssistantResult>
}

/** The functions by which the package reaches whatever hosts the assistant. Without `getAssistant` nothing is gated. */
export type AssistantPorts = {
  readonly [Name in keyof AssistantPortFunctions]?: AssistantPortFunctions[Name] | undefined
}

/** What is kept of a port's result: serialisable, no more than the rules read, and no secret. `status: null`: no answer. */
export type AssistantAnswer =
  | {
      readonly ok: true
      readonly id: string | null
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
  readonly keeperId: string
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

/** A request that is wanted or in flight. */
export interface AssistantRequest {
  /** @internal `null` while it is wanted, then that of the request. */
  readonly nonce: string | null
  /** Wanted from then on; once it has left, given up then. */
  readonly at: number
}
/** A status check. */
export interface AssistantCheck extends AssistantRequest {
  /** Asks whether the user has an assistant under any id, and not for the one that is known. */
  readonly anyId: boolean
  /** @internal Of `sharedAssistant`: it was asked for in this tab, which makes it also where another one leads. */
  readonly requested?: boolean | undefined
}
/** A start, or what is done about an assistant that is stuck. */
export interface AssistantOperation extends AssistantRequest {
  readonly what: 'hatch' | 'retire'
}
/** A request to the assistant itself for a sign of life. */
export interface AssistantProbe extends AssistantRequest {
  /** Probes in a row that failed. */
  readonly failures: number
}

/** The state of the feature, beside `turns` and `conversations`. */
export interface AssistantState {
  /** @internal Counts the changes. */
  readonly seq: number
  /** @internal The keeper that answers for what is in flight. Another one, after a reload or an import, checks anew. */
  readonly keeperId: string | null
  readonly kind: AssistantKind
  /** When this kind was entered. */
  readonly since: number
  /** When it came up; `null` while it is not. */
  readonly upSince: number | null
  readonly error: AssistantError | null
  /** `null` until the app has spoken: no command does anything before. */
  readonly inputs: AssistantInputs | null
  /** The last user has left, which the core has not been told yet: `userId` is who is there now. */
  readonly userChange: { readonly userId: string | null } | null
  /** The assistant that is up, or starting. */
  readonly assistantId: string | null
  readonly connection: AssistantConnection | null
  /** An assistant that is up keeps its surface while it cannot be reached. */
  readonly reachable: boolean
  /** Where the app is to go: no assistant is started for this user yet. */
  readonly redirect: string | null
  /** Raised by every escalation. An answer that left under an older one changes nothing. */
  readonly generation: number
  /** @internal When `initializing` has lasted too long. */
  readonly watchdogAt: number | null
  /** @internal What was left of that when the network went: an outage does not start the time anew. */
  readonly watchdogLeft: number | null
  /** The status check that is due or in flight. */
  readonly check: AssistantCheck | null
  /** What is being done about it: one thing at a time. */
  readonly operation: AssistantOperation | null
  readonly probe: AssistantProbe | null
  /** When a status check first said that there is none, and none has said otherwise since. */
  readonly absentSince: number | null
  /** The version that was asked for; `null` when none was started from here. */
  readonly hatched: { readonly version: string | null } | null
  /** @internal A start of which nobody knows what became. The next one of this version repeats its idempotency key. */
  readonly unsettledHatch: { readonly key: string; readonly version: string | null } | null
  /** A recovery checks first. */
  readonly recovering: boolean
  /** Recoveries, and starts outside of them, since an assistant was last up for a while. */
  readonly recoveries: number
  readonly starts: number
  /** Status checks in a row that were not answered. */
  readonly failedChecks: number
  /** @internal Of `sharedAssistant`: what it has told the other tabs, and who checks for this one. */
  readonly sharing?: AssistantSharing | undefined
}

/** What a tab has to do with the others. */
export interface AssistantSharing {
  /** The leading tab checks for this one; `null`: this one checks itself. */
  readonly led: {
    /** When that one does something next; `null`: it waits for a person. */
    readonly nextAt: number | null
    /** What is up there has a token, which is not told: this tab asks for its own. */
    readonly needsToken: boolean
  } | null
  /** Since when the leading tab has been asked how it is, and has not told. */
  readonly askedAt: number | null
  /** The `seq` of the state that was told last. */
  readonly toldSeq: number | null
}

// ---------------------------------------------------------------- options

/** Options of the feature. Durations in ms, all checked up front. */
export interface AssistantOptions {
  /** How long an assistant may take to start before a recovery. Time asleep does not count. Default 300 000. */
  readonly initTimeout?: number | undefined
  /** How many recoveries (check, retire, start again) before the time-out error. Default 3. */
  readonly maxRecoveries?: number | undefined
  /** How many starts outside of recoveries, whatever each answered, before an error. Default 3. */
  readonly maxHatchFailures?: number | undefined
  /** How long an assistant has to be up for both budgets to be given anew. Default 60 000. */
  readonly stableAfter?: number | undefined
  /** Between status checks while it starts or is cleaned up, and before the next start after a failed one. Default 3 000. */
  readonly pollInterval?: number | undefined
  /** Each failed start in a row multiplies the wait for the next by this, up to 30 000. Default 1. */
  readonly pollBackoff?: number | undefined
  /** A status check or probe without an answer for this long counts as failed. Default 15 000. */
  readonly checkTimeout?: number | undefined
  /** Error codes that, on a 503 to a start, mean "at capacity". Default `at_capacity`, `platform_hosted_disabled`. */
  readonly capacityCodes?: readonly string[] | undefined
}

/** The options as the rules use them, and which ports there are. */
export interface AssistantConfig {
  readonly initTimeout: number
  readonly maxRecoveries: number
  readonly maxHatchFailures: number
  readonly stableAfter: number
  readonly pollInterval: number
  readonly pollBackoff: number
  readonly checkTimeout: number
  readonly capacityCodes: readonly string[]
  readonly canCheck: boolean
  readonly canHatch: boolean
  readonly canRetire: boolean
  readonly canProbe: boolean
}
