/** Claims of requests, and the answers of starts, retires and probes. */
import { isNotFound, mayRecover } from './answers'
import { isReplyTo } from './checks'
import { retryPause } from './pauses'
import { TEXTS, comeUp, enter, fail, hatch, upKind, wanted } from './transitions'
import type {
  AssistantClaim,
  AssistantConfig,
  AssistantReply,
  AssistantRequest,
  AssistantState,
} from './types'

/** How many failed probes in a row mean "unreachable". */
const PROBES = 2

/** Compare-and-set: taken where the request is wanted, and wanted by now. */
const takes = (
  request: AssistantRequest | null,
  state: AssistantState,
  { generation }: AssistantClaim,
  at: number,
): boolean =>
  generation === state.generation && request !== null && request.nonce === null && request.at <= at

export function checkClaimed(
  config: AssistantConfig,
  state: AssistantState,
  claim: AssistantClaim,
  at: number,
): AssistantState {
  const { check } = state
  if (!check || !takes(check, state, claim, at)) return state
  const { nonce, keeperId } = claim
  return { ...state, keeperId, check: { ...check, nonce, at: at + config.checkTimeout } }
}

export function probeClaimed(
  config: AssistantConfig,
  state: AssistantState,
  claim: AssistantClaim,
  at: number,
): AssistantState {
  const { probe } = state
  if (!probe || !takes(probe, state, claim, at)) return state
  const { nonce, keeperId } = claim
  return { ...state, keeperId, probe: { ...probe, nonce, at: at + config.checkTimeout } }
}

/** The nonce of the first attempt is the idempotency key, for as long as nobody knows what became of it. */
export function hatchClaimed(
  config: AssistantConfig,
  state: AssistantState,
  claim: AssistantClaim,
  at: number,
): AssistantState {
  const next = operationClaimed(config, state, 'hatch', claim, at)
  if (next === state) return state
  const version = state.hatched?.version ?? null
  return { ...next, unsettledHatch: state.unsettledHatch ?? { key: claim.nonce, version } }
}

export const retireClaimed = (
  config: AssistantConfig,
  state: AssistantState,
  claim: AssistantClaim,
  at: number,
): AssistantState => operationClaimed(config, state, 'retire', claim, at)

function operationClaimed(
  config: AssistantConfig,
  state: AssistantState,
  what: 'hatch' | 'retire',
  claim: AssistantClaim,
  at: number,
): AssistantState {
  const { operation } = state
  if (operation?.what !== what || !takes(operation, state, claim, at)) return state
  const { nonce, keeperId } = claim
  return { ...state, keeperId, operation: { what, nonce, at: at + config.initTimeout } }
}

/** A start was answered, or given up. It was counted when it was wanted. */
export function hatched(
  config: AssistantConfig,
  state: AssistantState,
  reply: AssistantReply,
  at: number,
): AssistantState {
  const { operation, absentSince } = state
  if (operation?.what !== 'hatch' || !isReplyTo(operation, state, reply)) return state
  const { answer } = reply
  const done: AssistantState = { ...state, operation: null }
  // The next poll sees that there is none, and starts it again, under the same key: it may have arrived.
  if (mayRecover(answer) && !isAtCapacity(config, reply))
    return enter(config, done, 'initializing', at, { absentSince })
  const settled = { ...done, unsettledHatch: null }
  if (!answer.ok) {
    if (isAtCapacity(config, reply)) return fail(config, settled, 'at_capacity', at)
    return fail(config, settled, 'hatch_refused', at, answer.message ?? TEXTS.hatch_refused)
  }
  // A status check that left before says nothing about it: `enter` replaces it by the first poll.
  if (answer.status !== 'active')
    return enter(config, settled, 'initializing', at, { assistantId: answer.id })
  const kind = upKind(answer)
  return comeUp(config, settled, kind, answer.id, kind === 'active' ? null : answer.connection, at)
}

const isAtCapacity = ({ capacityCodes }: AssistantConfig, { answer }: AssistantReply): boolean =>
  !answer.ok && answer.status === 503 && answer.code !== null && capacityCodes.includes(answer.code)

/** A stuck one was taken away, or was gone: the recovery starts another. */
export function retired(
  config: AssistantConfig,
  state: AssistantState,
  reply: AssistantReply,
  at: number,
): AssistantState {
  const { operation } = state
  if (operation?.what !== 'retire' || !isReplyTo(operation, state, reply)) return state
  const { answer } = reply
  if (!answer.ok && !isNotFound(answer)) return fail(config, state, 'timeout', at)
  return hatch(config, { ...state, operation: null }, state.hatched?.version ?? null, at, true)
}

export function probed(
  _config: AssistantConfig,
  state: AssistantState,
  reply: AssistantReply,
  at: number,
): AssistantState {
  const { probe } = state
  if (probe === null || !isReplyTo(probe, state, reply)) return state
  const { answer } = reply
  // Who refuses lives.
  if (answer.ok || answer.status === 401 || answer.status === 403)
    return { ...state, probe: null, reachable: true }
  const failures = probe.failures + 1
  return {
    ...state,
    reachable: state.reachable && failures < PROBES,
    probe: { ...wanted(at + retryPause(probe.failures)), failures },
  }
}
