/** Time, the network, and a change of keepers. */
import { checkNow } from './checks'
import { escalate, fail, isReady, isSignedIn, isUp, notAnswered, wanted, wantedCheck } from './transitions'
import type { AssistantConfig, AssistantState } from './types'

/** It has been starting for too long. A recovery checks first, also where the id is known: it may be up by now. */
export function initOverdue(
  config: AssistantConfig,
  state: AssistantState,
  { generation, deadline }: { readonly generation: number; readonly deadline: number },
  at: number,
): AssistantState {
  if (generation !== state.generation || deadline !== state.watchdogAt || at < deadline) return state
  if (state.recoveries >= config.maxRecoveries) return fail(config, state, 'timeout', at)
  return {
    ...state,
    ...escalate(state),
    recovering: true,
    recoveries: state.recoveries + 1,
    watchdogAt: at + config.initTimeout,
    check: wantedCheck(at),
  }
}

/** A reason to ask the assistant itself, whoever hosts it. Where it is asked already, that is enough. */
export function doubted(config: AssistantConfig, state: AssistantState, at: number): AssistantState {
  if (!config.canProbe || !isUp(state) || !isSignedIn(state) || state.probe) return state
  return { ...state, probe: { ...wanted(at), failures: 0 } }
}

/** The app says that a request to it failed. Without a probe, whoever hosts it is asked. */
export const doubtedByApp = (
  config: AssistantConfig,
  state: AssistantState,
  _payload: object,
  at: number,
): AssistantState => {
  if (config.canProbe) return doubted(config, state, at)
  return isUp(state) && isReady(state) && state.check === null ? checkNow(config, state, at) : state
}

/** A probe now: one in flight may never be answered. */
const probeAnew = (
  config: AssistantConfig,
  state: AssistantState,
  failures: number,
  at: number,
): AssistantState =>
  config.canProbe && isUp(state) && isSignedIn(state)
    ? { ...state, probe: { ...wanted(at), failures } }
    : state

export function networkChanged(
  config: AssistantConfig,
  state: AssistantState,
  { online }: { readonly online: boolean },
  at: number,
): AssistantState {
  if (!isSignedIn(state)) return state
  if (!isReady(state)) return gatewayNetworkChanged(config, state, online, at)
  if (online) {
    const waits = state.error?.transient || (isUp(state) && !state.reachable)
    return waits ? checkNow(config, probeAnew(config, { ...state, failedChecks: 0 }, 0, at), at) : state
  }
  const works = isUp(state)
    ? state.reachable
    : state.operation === null && ['loading', 'initializing', 'cleaning_up'].includes(state.kind)
  return works ? notAnswered(config, state, at, state.check?.anyId) : state
}

/** The platform says nothing of a gateway's assistant: it is probed, or taken to be back with the network. */
function gatewayNetworkChanged(
  config: AssistantConfig,
  state: AssistantState,
  online: boolean,
  at: number,
): AssistantState {
  if (!isUp(state) || online === state.reachable) return state
  if (!online) return { ...state, reachable: false }
  return config.canProbe ? probeAnew(config, state, 0, at) : { ...state, reachable: true }
}

const shift = (time: number | null, ms: number): number | null => (time === null ? null : time + ms)

/** Time asleep does not count; what was in flight may never be answered, so checks go first. A clock that was set back is the same. */
export function woke(
  config: AssistantConfig,
  state: AssistantState,
  { shiftMs }: { readonly shiftMs: number },
  at: number,
): AssistantState {
  const { watchdogAt, upSince, absentSince, check, operation } = state
  const seen = probeAnew(config, state, state.probe?.failures ?? 0, at)
  if (seen === state && watchdogAt === null && check === null && upSince === null) return state
  return {
    ...seen,
    watchdogAt: shift(watchdogAt, shiftMs),
    upSince: shift(upSince, shiftMs),
    absentSince: shift(absentSince, shiftMs),
    operation: operation && { ...operation, at: operation.at + shiftMs },
    check: check && wantedCheck(at, check.anyId),
  }
}

/** No later than `latest`: the clock may have been set back since it was written down. */
const atMost = (latest: number, time: number | null): number | null =>
  time === null ? null : Math.min(time, latest)

/** Another keeper takes over (a reload, an import): what that one knew and had in flight is checked anew. */
export function attached(
  config: AssistantConfig,
  state: AssistantState,
  { keeperId }: { readonly keeperId: string },
  at: number,
): AssistantState {
  if (state.keeperId === keeperId) return state
  const base = {
    ...state,
    ...escalate(state),
    keeperId,
    watchdogAt: atMost(at + config.initTimeout, state.watchdogAt),
    upSince: atMost(at, state.upSince),
    absentSince: atMost(at, state.absentSince),
  }
  return isReady(state) ? checkNow(config, base, at) : probeAnew(config, base, 0, at)
}
