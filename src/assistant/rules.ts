/**
 * What becomes of the assistant: pure functions from state to state, read top to bottom.
 *
 * Every change of kind passes through `enter`, which arms and clears the watchdog and replaces the look-up: whatever was
 * in flight for the kind that is left is not applied to the next.
 */
import type {
  AssistantAnswer,
  AssistantConfig,
  AssistantError,
  AssistantInputs,
  AssistantKind,
  AssistantReply,
  AssistantState,
} from './types'

export const initialAssistant: AssistantState = {
  seq: 0,
  owner: null,
  kind: 'loading',
  since: 0,
  error: null,
  inputs: null,
  assistantId: null,
  connection: null,
  reachable: true,
  redirect: null,
  generation: 0,
  watchdogAt: null,
  watchdogLeft: null,
  check: null,
  work: null,
  probe: null,
  hatched: null,
  recovering: false,
  recoveries: 0,
  hatchFailures: 0,
  failures: 0,
}

const NETWORK: AssistantError = {
  code: 'network',
  message: 'The assistant cannot be reached. Trying again.',
  transient: true,
}
const TEXTS = {
  timeout:
    'Your assistant is taking longer than expected to start. Try again; if it happens again, contact support.',
  hatch_failed: 'Your assistant could not be started after several attempts. Try again in a while.',
  hatch_refused: 'Your assistant could not be started. Reload the page to try again.',
  at_capacity: 'There is no room for another assistant right now. Try again later.',
  check_failed: 'The status of your assistant could not be checked. Try again.',
  unexpected_status: 'Unexpected assistant status',
} as const

/** The longest pause between tries, and how many failed probes in a row mean "unreachable". */
const LONGEST_PAUSE = 30_000
const PROBES = 2

export const isUp = ({ kind }: AssistantState): boolean => kind === 'active' || kind === 'self_hosted'
const isPolled = (kind: AssistantKind): boolean => kind === 'initializing' || kind === 'cleaning_up'

/** Whether commands do anything yet. */
const isReady = ({ inputs }: AssistantState): boolean =>
  inputs !== null && inputs.signedIn && !inputs.loading && !inputs.gatewayAuth && inputs.platformSession

/** No answer, or trouble on the server's side: the same request may succeed later. */
const mayRecover = (answer: AssistantAnswer): boolean =>
  !answer.ok && (answer.status === null || answer.status >= 500)

/** 2, 4, 8 … 30 s. */
export const retryPause = (failures: number): number => Math.min(2_000 * 2 ** failures, LONGEST_PAUSE)

/** The poll interval, stretched by failed hatches where the back-off is set. */
export const pollPause = (config: AssistantConfig, hatchFailures: number): number => {
  const { assistantPollInterval: interval, assistantPollBackoff: backoff } = config
  const full = interval * backoff ** Math.max(hatchFailures - 1, 0)
  return Math.min(full, Math.max(interval, LONGEST_PAUSE))
}

const wanted = (at: number) => ({ nonce: null, at })

/** Nothing that is in flight can be answered any more. */
const escalated = (state: AssistantState) => ({
  generation: state.generation + 1,
  check: null,
  work: null,
  probe: null,
})

/**
 * The one door between kinds. The watchdog is edge-triggered: entering `initializing` arms it, leaving clears it,
 * `initializing` again leaves it alone.
 */
function enter(
  config: AssistantConfig,
  state: AssistantState,
  kind: AssistantKind,
  at: number,
  more?: Partial<AssistantState>,
): AssistantState {
  const stays = kind === state.kind
  return {
    ...state,
    kind,
    since: stays ? state.since : at,
    error: null,
    redirect: null,
    recovering: false,
    watchdogAt:
      kind !== 'initializing'
        ? null
        : stays
          ? state.watchdogAt
          : at + (state.watchdogLeft ?? config.initTimeout),
    watchdogLeft: null,
    check: isPolled(kind) ? wanted(at + pollPause(config, state.hatchFailures)) : null,
    ...more,
  }
}

/** An error that only a person ends. */
const fail = (
  config: AssistantConfig,
  state: AssistantState,
  code: Exclude<AssistantError['code'], 'network'>,
  at: number,
  message: string = TEXTS[code],
): AssistantState =>
  enter(config, state, 'error', at, {
    ...escalated(state),
    hatched: null,
    error: { code, message, transient: false },
  })

/** No answer: what is up keeps its surface, anything else is an error that tries again by itself. */
function lost(config: AssistantConfig, state: AssistantState, at: number): AssistantState {
  const again = { failures: state.failures + 1, check: wanted(at + retryPause(state.failures)) }
  if (isUp(state)) return { ...state, ...again, reachable: false }
  return enter(config, state, 'error', at, {
    ...again,
    error: NETWORK,
    recovering: state.recovering,
    watchdogLeft: state.watchdogAt === null ? state.watchdogLeft : Math.max(state.watchdogAt - at, 0),
  })
}

/** It is up: id and connection in one change, so that nobody sees the one without the other. */
function land(
  config: AssistantConfig,
  state: AssistantState,
  { id, isLocal, connection }: Extract<AssistantAnswer, { ok: true }>,
  at: number,
): AssistantState {
  const known = isUp(state) && state.assistantId === id
  return enter(config, state, isLocal ? 'self_hosted' : 'active', at, {
    assistantId: id,
    connection: isLocal ? connection : null,
    // Where there is a probe, its word on an unreachable assistant counts, and is asked for again.
    reachable: !(known && config.probes) || state.reachable,
    probe: !config.probes || (known && state.reachable) ? state.probe : { ...wanted(at), failures: 0 },
    work: null,
    hatched: null,
    recoveries: 0,
    hatchFailures: 0,
  })
}

/** Starts an assistant, within the budget. A fresh hatch has a fresh watchdog. */
function hatch(
  config: AssistantConfig,
  state: AssistantState,
  version: string | null,
  at: number,
): AssistantState {
  if (!config.hatches) return fail(config, state, 'hatch_refused', at)
  if (state.hatchFailures >= config.maxHatchFailures) return fail(config, state, 'hatch_failed', at)
  return enter(config, state, 'initializing', at, {
    watchdogAt: at + config.initTimeout,
    assistantId: null,
    connection: null,
    hatched: { version },
    work: { ...wanted(at), what: 'hatch' },
  })
}

const retire = (config: AssistantConfig, state: AssistantState, at: number): AssistantState =>
  config.retires
    ? enter(config, state, 'initializing', at, { check: null, work: { ...wanted(at), what: 'retire' } })
    : fail(config, state, 'timeout', at)

/** There is no assistant: who decides what happens now. */
function missing(config: AssistantConfig, state: AssistantState, at: number): AssistantState {
  const { retired, redirect, nonProduction } = state.inputs!
  const version = state.hatched?.version ?? null
  if (state.recovering) return hatch(config, state, version, at)
  if (retired) return enter(config, state, 'retired', at)
  if (redirect !== null) return enter(config, state, 'loading', at, { redirect })
  if (nonProduction && !state.hatched) return enter(config, state, 'awaiting_version_selection', at)
  return hatch(config, state, version, at)
}

function project(
  config: AssistantConfig,
  state: AssistantState,
  answer: AssistantAnswer,
  at: number,
): AssistantState {
  if (answer.ok) {
    const assistantId = answer.id
    if (answer.status === 'active') return land(config, state, answer, at)
    if (answer.status === 'initializing') {
      return state.recovering
        ? retire(config, { ...state, assistantId }, at)
        : enter(config, state, 'initializing', at, { assistantId })
    }
    if (answer.status === 'to_be_deleted') return enter(config, state, 'cleaning_up', at, { assistantId })
    return fail(config, state, 'unexpected_status', at, `${TEXTS.unexpected_status}: ${answer.status}`)
  }
  if (answer.status === 404) return missing(config, state, at)
  if (mayRecover(answer)) return lost(config, state, at)
  return fail(config, state, 'check_failed', at, answer.message ?? TEXTS.check_failed)
}

// ---------------------------------------------------------------- what the app says

const reset = (state: AssistantState, inputs: AssistantInputs, at: number): AssistantState => ({
  ...initialAssistant,
  seq: state.seq,
  generation: state.generation + 1,
  since: at,
  inputs,
})

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

export function inputsChanged(
  config: AssistantConfig,
  state: AssistantState,
  inputs: AssistantInputs,
  at: number,
): AssistantState {
  const { signedIn, loading, platformSession, gatewayAuth, assistantId } = inputs
  const was = state.inputs
  if (same(was, inputs)) return state
  if (!signedIn || !(loading || platformSession || gatewayAuth)) return reset(state, inputs, at)
  if (loading) return { ...state, inputs }
  const moved = was && !same([was.gatewayAuth, was.assistantId], [gatewayAuth, assistantId])
  const base = moved ? reset(state, inputs, at) : { ...state, inputs }
  if (gatewayAuth)
    return enter(config, { ...base, ...escalated(base) }, 'active', at, { ...gatewayAuth, reachable: true })
  return look(config, base, at)
}

/** Wants a look-up now. One in flight is older than the wish, and is let go. While a retire is under way none helps. */
const look = (config: AssistantConfig, state: AssistantState, at: number): AssistantState =>
  config.looks && state.work?.what !== 'retire' ? { ...state, check: wanted(at) } : state

export function checkRequested(
  config: AssistantConfig,
  state: AssistantState,
  { retry }: { readonly retry: boolean },
  at: number,
): AssistantState {
  if (!isReady(state)) return state
  if (!retry) return look(config, state, at)
  const renewed = { ...state, recoveries: 0, hatchFailures: 0, failures: 0 }
  return look(config, state.kind === 'error' ? enter(config, renewed, 'loading', at) : renewed, at)
}

export function versionChosen(
  config: AssistantConfig,
  state: AssistantState,
  { version }: { readonly version: string | null },
  at: number,
): AssistantState {
  const starts = state.kind === 'initializing' && state.assistantId !== null
  if (!isReady(state) || state.work || starts || isUp(state)) return state
  return hatch(config, { ...state, hatchFailures: 0, recoveries: 0 }, version, at)
}

// ---------------------------------------------------------------- answers

/** Whether the reply is to the request that stands, of this generation. */
const isReply = (
  state: AssistantState,
  request: { nonce: string | null } | null,
  reply: AssistantReply,
): boolean => reply.generation === state.generation && request !== null && request.nonce === reply.nonce

export function checked(
  config: AssistantConfig,
  state: AssistantState,
  reply: AssistantReply,
  at: number,
): AssistantState {
  if (!isReply(state, state.check, reply)) return state
  const { answer } = reply
  const heard = { ...state, check: null, failures: mayRecover(answer) ? state.failures : 0 }
  if (!state.work) return project(config, heard, answer, at)
  // What is being started or taken away answers for itself; unless it is up after all.
  const up = state.work.what === 'hatch' && answer.ok && answer.status === 'active'
  return up
    ? land(config, heard, answer, at)
    : { ...heard, check: wanted(at + pollPause(config, state.hatchFailures)) }
}

export function hatched(
  config: AssistantConfig,
  state: AssistantState,
  reply: AssistantReply,
  at: number,
): AssistantState {
  if (state.work?.what !== 'hatch' || !isReply(state, state.work, reply)) return state
  const { answer } = reply
  const done: AssistantState = { ...state, work: null }
  if (answer.ok) {
    // A look-up that left before says nothing about it: `enter` replaces it by the first poll.
    const started = { ...done, hatchFailures: 0 }
    return answer.status === 'active'
      ? land(config, started, answer, at)
      : enter(config, started, 'initializing', at, { assistantId: answer.id })
  }
  const full =
    answer.status === 503 && answer.code !== null && config.assistantCapacityCodes.includes(answer.code)
  if (full) return fail(config, done, 'at_capacity', at)
  if (!mayRecover(answer))
    return fail(config, done, 'hatch_refused', at, answer.message ?? TEXTS.hatch_refused)
  // The next poll sees that there is none, and hatches again.
  return enter(config, { ...done, hatchFailures: state.hatchFailures + 1 }, 'initializing', at)
}

export function retired(
  config: AssistantConfig,
  state: AssistantState,
  reply: AssistantReply,
  at: number,
): AssistantState {
  if (state.work?.what !== 'retire' || !isReply(state, state.work, reply)) return state
  const { answer } = reply
  if (!answer.ok && answer.status !== 404) return fail(config, state, 'timeout', at)
  return hatch(config, { ...state, work: null }, state.hatched?.version ?? null, at)
}

/** It has been starting for too long: look, retire, hatch again; within the budget. */
export function overdue(
  config: AssistantConfig,
  state: AssistantState,
  { generation, deadline }: { readonly generation: number; readonly deadline: number },
  at: number,
): AssistantState {
  if (generation !== state.generation || deadline !== state.watchdogAt || at < deadline) return state
  if (state.recoveries >= config.maxRecoveries) return fail(config, state, 'timeout', at)
  const next: AssistantState = {
    ...state,
    ...escalated(state),
    recoveries: state.recoveries + 1,
    watchdogAt: at + config.initTimeout,
  }
  return state.assistantId === null
    ? { ...next, recovering: true, check: wanted(at) }
    : retire(config, next, at)
}

// ---------------------------------------------------------------- reachability

export function probed(
  _: AssistantConfig,
  state: AssistantState,
  reply: AssistantReply,
  at: number,
): AssistantState {
  const { probe } = state
  if (probe === null || !isReply(state, probe, reply)) return state
  const { answer } = reply
  if (answer.ok || answer.status === 401 || answer.status === 403)
    return { ...state, probe: null, reachable: true }
  const failures = probe.failures + 1
  return {
    ...state,
    reachable: state.reachable && failures < PROBES,
    probe: { ...wanted(at + retryPause(probe.failures)), failures },
  }
}

/** A reason to ask the assistant itself. */
export const doubted = (config: AssistantConfig, state: AssistantState, at: number): AssistantState =>
  config.probes && isUp(state) && state.inputs?.gatewayAuth == null
    ? { ...state, probe: { ...wanted(at), failures: 0 } }
    : state

export function networkChanged(
  config: AssistantConfig,
  state: AssistantState,
  { online }: { readonly online: boolean },
  at: number,
): AssistantState {
  if (!isReady(state)) return state
  if (online) {
    const waits = state.error?.transient || (isUp(state) && !state.reachable)
    return waits ? look(config, doubted(config, { ...state, failures: 0 }, at), at) : state
  }
  const works = isUp(state)
    ? state.reachable
    : (state.kind === 'loading' || isPolled(state.kind)) && !state.work
  return works ? lost(config, state, at) : state
}

/** Time asleep does not count; what was in flight may never be answered, so look-ups go first. */
export function woke(
  config: AssistantConfig,
  state: AssistantState,
  { sleptMs }: { readonly sleptMs: number },
  at: number,
): AssistantState {
  const { watchdogAt, check, work } = state
  const seen = doubted(config, state, at)
  if (seen === state && watchdogAt === null && check === null) return state
  return {
    ...seen,
    watchdogAt: watchdogAt === null ? null : watchdogAt + sleptMs,
    work: work && { ...work, at: work.at + sleptMs },
    check: check && wanted(at),
  }
}

/** Another keeper takes over (a reload, an import): what that one knew and had in flight is looked at anew. */
export function attached(
  config: AssistantConfig,
  state: AssistantState,
  { owner }: { readonly owner: string },
  at: number,
): AssistantState {
  if (state.owner === owner) return state
  return { ...(isReady(state) ? look(config, { ...state, ...escalated(state) }, at) : state), owner }
}
