/**
 * How the assistant goes from one kind to another: pure functions from state to state.
 *
 * Every change of kind passes through `enter`, which arms and clears the watchdog and replaces the status check: what was
 * in flight for the kind that is left is not applied to the next.
 */
import { pollPause, retryPause } from './pauses'
import type {
  AssistantAnswer,
  AssistantConfig,
  AssistantConnection,
  AssistantError,
  AssistantInputs,
  AssistantKind,
  AssistantState,
} from './types'

export const initialAssistant: AssistantState = {
  seq: 0,
  keeperId: null,
  kind: 'loading',
  since: 0,
  upSince: null,
  error: null,
  inputs: null,
  userChange: null,
  assistantId: null,
  connection: null,
  reachable: true,
  redirect: null,
  generation: 0,
  watchdogAt: null,
  watchdogLeft: null,
  check: null,
  operation: null,
  probe: null,
  absentSince: null,
  hatched: null,
  unsettledHatch: null,
  recovering: false,
  recoveries: 0,
  starts: 0,
  failedChecks: 0,
}

const NETWORK: AssistantError = {
  code: 'network',
  message: 'The assistant cannot be reached. Trying again.',
  transient: true,
}
export const TEXTS = {
  timeout:
    'Your assistant is taking longer than expected to start. Try again; if it happens again, contact support.',
  hatch_failed: 'Your assistant could not be started after several attempts. Try again in a while.',
  hatch_refused: 'Your assistant could not be started. Reload the page to try again.',
  at_capacity: 'There is no room for another assistant right now. Try again later.',
  check_failed: 'The status of your assistant could not be checked. Try again.',
  unexpected_status: 'Unexpected assistant status',
} as const

const isUpKind = (kind: AssistantKind): boolean => kind === 'active' || kind === 'self_hosted'
const isPolled = (kind: AssistantKind): boolean => kind === 'initializing' || kind === 'cleaning_up'

export const isUp = ({ kind }: AssistantState): boolean => isUpKind(kind)
/** Whether it is known who is signed in, so that something may be asked for them. */
export const isSignedIn = ({ inputs }: AssistantState): boolean =>
  inputs !== null && inputs.signedIn && !inputs.loading
/** Whether the platform answers for the assistant, and commands do anything yet. */
export const isReady = (state: AssistantState): boolean =>
  isSignedIn(state) && !state.inputs?.gatewayAuth && state.inputs?.platformSession === true

export const wanted = (at: number) => ({ nonce: null, at })
export const wantedCheck = (at: number, anyId = false) => ({ nonce: null, at, anyId })

/** Nothing that is in flight can be answered any more. */
export const escalate = ({ generation }: AssistantState) => ({
  generation: generation + 1,
  check: null,
  operation: null,
  probe: null,
})

/** Both budgets are given anew by an assistant that was up for a while. */
function renewBudgets({ stableAfter }: AssistantConfig, state: AssistantState, at: number): AssistantState {
  const { upSince } = state
  return upSince !== null && at - upSince >= stableAfter ? { ...state, recoveries: 0, starts: 0 } : state
}

/**
 * The one way between kinds. The watchdog is edge-triggered: entering `initializing` arms it, leaving clears it,
 * `initializing` again leaves it alone.
 */
export function enter(
  config: AssistantConfig,
  state: AssistantState,
  kind: AssistantKind,
  at: number,
  changes?: Partial<AssistantState>,
): AssistantState {
  const stays = kind === state.kind
  const isUpNext = isUpKind(kind)
  const deadline = stays ? state.watchdogAt : at + (state.watchdogLeft ?? config.initTimeout)
  const next: AssistantState = {
    ...(isUpNext ? state : renewBudgets(config, state, at)),
    kind,
    since: stays ? state.since : at,
    upSince: isUpNext ? (state.upSince ?? at) : null,
    connection: isUpNext ? state.connection : null,
    reachable: isUpNext ? state.reachable : true,
    probe: isUpNext ? state.probe : null,
    error: null,
    redirect: null,
    recovering: false,
    absentSince: null,
    watchdogAt: kind === 'initializing' ? deadline : null,
    watchdogLeft: null,
    check: null,
    ...changes,
  }
  if (!isPolled(kind) || changes?.check !== undefined) return next
  // An assistant that was accepted is polled at the interval; the wait for the next start may be longer.
  const pause = pollPause(config, next.assistantId === null ? next.starts : 0)
  return { ...next, check: wantedCheck(at + pause) }
}

/** An error that only a person ends. */
export const fail = (
  config: AssistantConfig,
  state: AssistantState,
  code: Exclude<AssistantError['code'], 'network'>,
  at: number,
  message: string = TEXTS[code],
): AssistantState =>
  enter(config, state, 'error', at, {
    ...escalate(state),
    hatched: null,
    error: { code, message, transient: false },
  })

/** No answer: what is up keeps its surface, anything else is an error that tries again by itself. */
export function notAnswered(
  config: AssistantConfig,
  state: AssistantState,
  at: number,
  anyId = false,
): AssistantState {
  const again = {
    failedChecks: state.failedChecks + 1,
    check: wantedCheck(at + retryPause(state.failedChecks), anyId),
  }
  if (isUp(state)) return { ...state, ...again, reachable: false }
  return enter(config, state, 'error', at, {
    ...again,
    error: NETWORK,
    recovering: state.recovering,
    absentSince: state.absentSince,
    watchdogLeft: state.watchdogAt === null ? state.watchdogLeft : Math.max(state.watchdogAt - at, 0),
  })
}

/** It is up: id and connection in one change, so that nobody sees the one without the other. */
export function comeUp(
  config: AssistantConfig,
  state: AssistantState,
  kind: 'active' | 'self_hosted',
  assistantId: string | null,
  connection: AssistantConnection | null,
  at: number,
): AssistantState {
  const isKnown = isUp(state) && state.assistantId === assistantId
  // Another one that is up in its place has not been up for a while.
  const base = isKnown ? state : { ...renewBudgets(config, state, at), upSince: null }
  return enter(config, base, kind, at, {
    assistantId,
    connection,
    // Where there is a probe, its word on an unreachable assistant counts, and is asked for again.
    reachable: !(isKnown && config.canProbe) || state.reachable,
    probe: !config.canProbe || (isKnown && state.reachable) ? state.probe : { ...wanted(at), failures: 0 },
    operation: null,
    hatched: null,
    unsettledHatch: null,
  })
}

/** Starts an assistant. It is counted now, whatever it will answer. A fresh start has a fresh watchdog. */
export function hatch(
  config: AssistantConfig,
  state: AssistantState,
  version: string | null,
  at: number,
  isRecovery = false,
): AssistantState {
  if (!config.canHatch) return fail(config, state, 'hatch_refused', at)
  const base = renewBudgets(config, state, at)
  // A recovery was counted when it began.
  if (!isRecovery && base.starts >= config.maxHatchFailures) return fail(config, base, 'hatch_failed', at)
  return enter(config, { ...base, upSince: null }, 'initializing', at, {
    starts: isRecovery ? base.starts : base.starts + 1,
    watchdogAt: at + config.initTimeout,
    assistantId: null,
    absentSince: base.absentSince ?? at,
    hatched: { version },
    // Another version is another request: it is not to be taken for the one of which nobody knows what became.
    unsettledHatch: base.unsettledHatch?.version === version ? base.unsettledHatch : null,
    operation: { ...wanted(at), what: 'hatch' },
  })
}

/** Takes a stuck assistant away, where it is known which. */
export const retire = (config: AssistantConfig, state: AssistantState, at: number): AssistantState =>
  config.canRetire && state.assistantId !== null
    ? enter(config, state, 'initializing', at, { check: null, operation: { ...wanted(at), what: 'retire' } })
    : fail(config, state, 'timeout', at)

/** Nothing of what was known is left, but who is told what. */
export const reset = (state: AssistantState, inputs: AssistantInputs, at: number): AssistantState => ({
  ...initialAssistant,
  seq: state.seq,
  generation: state.generation + 1,
  since: at,
  inputs,
  userChange: state.userChange,
})

/** The kind that an answer shows which is up. */
export const upKind = ({ isLocal }: Extract<AssistantAnswer, { ok: true }>): 'active' | 'self_hosted' =>
  isLocal ? 'self_hosted' : 'active'
