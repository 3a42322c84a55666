/** Status checks: what is asked, and what an answer leads to. */
import { isNotFound, mayRecover } from './answers'
import { absencePause, pollPause } from './pauses'
import {
  TEXTS,
  comeUp,
  enter,
  fail,
  hatch,
  isReady,
  notAnswered,
  retire,
  upKind,
  wantedCheck,
} from './transitions'
import type {
  AssistantAnswer,
  AssistantConfig,
  AssistantReply,
  AssistantRequest,
  AssistantState,
} from './types'

/** The id of the user's assistant. Once another one is started in its place, the selected one is over. */
const knownId = ({ assistantId, hatched, inputs }: AssistantState): string | null =>
  assistantId ?? (hatched ? null : (inputs?.assistantId ?? null))

/** The id that a status check asks for; `null`: whichever the user has. */
export const checkedId = (state: AssistantState): string | null =>
  state.check?.anyId ? null : knownId(state)

/** A status check now. One in flight is older than the wish, and is let go. While a retire is under way none helps. */
export const checkNow = (config: AssistantConfig, state: AssistantState, at: number): AssistantState =>
  config.canCheck && state.operation?.what !== 'retire' ? { ...state, check: wantedCheck(at) } : state

/** Whether the reply is to the request that stands, of this generation. */
export const isReplyTo = (
  request: AssistantRequest | null,
  state: AssistantState,
  reply: AssistantReply,
): boolean => reply.generation === state.generation && request !== null && request.nonce === reply.nonce

/** A status check was answered, or given up. */
export const checked = (
  config: AssistantConfig,
  state: AssistantState,
  reply: AssistantReply,
  at: number,
): AssistantState =>
  isReplyTo(state.check, state, reply)
    ? apply(config, state, reply.answer, checkedId(state) !== null, at)
    : state

/** The app hands in the answer of its own poll. */
export function answered(
  config: AssistantConfig,
  state: AssistantState,
  { answer }: { readonly answer: AssistantAnswer },
  at: number,
): AssistantState {
  if (!isReady(state)) return state
  // It may have asked for the id that is known: where that can be checked, it is; once is enough.
  const askedById = config.canCheck && knownId(state) !== null
  if (askedById && isNotFound(answer) && state.check?.anyId) return state
  return apply(config, state, answer, askedById, at)
}

function apply(
  config: AssistantConfig,
  state: AssistantState,
  answer: AssistantAnswer,
  askedById: boolean,
  at: number,
): AssistantState {
  const { operation, check } = state
  const heard = { ...state, check: null, failedChecks: mayRecover(answer) ? state.failedChecks : 0 }
  if (!operation) {
    if (isNotFound(answer)) return notFound(config, heard, askedById, at)
    if (mayRecover(answer)) return notAnswered(config, heard, at, check?.anyId)
    return project(config, heard, answer, at)
  }
  // What is being started or taken away answers for itself; unless it is up after all.
  if (operation.what === 'hatch' && answer.ok && answer.status === 'active')
    return project(config, heard, answer, at)
  if (operation.what === 'retire') return check ? { ...state, check: null } : state
  return { ...heard, check: wantedCheck(at + pollPause(config, state.starts)) }
}

/** What an answer says that settles something. */
function project(
  config: AssistantConfig,
  state: AssistantState,
  answer: AssistantAnswer,
  at: number,
): AssistantState {
  if (!answer.ok) return fail(config, state, 'check_failed', at, answer.message ?? TEXTS.check_failed)
  const { id: assistantId, status } = answer
  // There is one: what became of a start of which nobody knew is known.
  const found = { ...state, unsettledHatch: null }
  if (status === 'active') {
    const kind = upKind(answer)
    return comeUp(config, found, kind, assistantId, kind === 'active' ? null : answer.connection, at)
  }
  if (status === 'initializing') {
    // Another one than that which did not come up has its own time to.
    const isStuck = state.recovering && (state.assistantId ?? assistantId) === assistantId
    return isStuck
      ? retire(config, { ...found, assistantId }, at)
      : initializing(config, found, assistantId, at)
  }
  if (status === 'to_be_deleted') return enter(config, found, 'cleaning_up', at, { assistantId })
  return fail(config, found, 'unexpected_status', at, `${TEXTS.unexpected_status}: ${status}`)
}

/** It starts. Where it had been gone, or was being taken away, the host has started it anew, which counts as a start. */
function initializing(
  config: AssistantConfig,
  state: AssistantState,
  assistantId: string | null,
  at: number,
): AssistantState {
  const wasGone =
    state.kind === 'cleaning_up' ||
    (state.kind === 'initializing' && state.assistantId !== null && state.absentSince !== null)
  const starts = wasGone ? state.starts + 1 : state.starts
  const allowed = 1 + config.maxHatchFailures + config.maxRecoveries
  if (starts > allowed) return fail(config, state, 'hatch_failed', at)
  return enter(config, state, 'initializing', at, { assistantId, starts })
}

/**
 * A 404. One alone proves nothing: a proxy may have given it, and the user may have an assistant under another id. It takes
 * two, a pause apart, of which the second asked for any id. Where it was to be expected, no pause is needed.
 */
function notFound(
  config: AssistantConfig,
  state: AssistantState,
  askedById: boolean,
  at: number,
): AssistantState {
  const { kind, inputs, recovering, keeperId } = state
  const absentSince = state.absentSince ?? at
  const isExpected = kind === 'cleaning_up' || (inputs?.retired === true && !recovering)
  const provenAt = isExpected ? at : absentSince + absencePause(keeperId)
  if (askedById || at < provenAt)
    return { ...state, absentSince, check: wantedCheck(Math.max(at, provenAt), true) }
  return missing(config, { ...state, absentSince }, at)
}

/** There is no assistant: who decides what happens now. */
function missing(config: AssistantConfig, state: AssistantState, at: number): AssistantState {
  const { inputs, hatched, recovering } = state
  const version = hatched?.version ?? null
  if (recovering) return hatch(config, state, version, at, true)
  if (inputs?.retired) return enter(config, state, 'retired', at)
  if (inputs && inputs.redirect !== null)
    return enter(config, state, 'loading', at, { redirect: inputs.redirect })
  if (inputs?.nonProduction && !hatched) return enter(config, state, 'awaiting_version_selection', at)
  return hatch(config, state, version, at)
}
