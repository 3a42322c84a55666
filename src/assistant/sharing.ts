/**
 * The assistant of several tabs. The leading tab checks, starts and probes, and tells the others its state; they take it over.
 * They check themselves only what was asked for there, and tell the leading tab the answer. No token is ever told.
 */
import type { Reducer, UnknownAction } from '@reduxjs/toolkit'
import { woke } from '../actions'
import { originOf } from '../actions/event'
import { featureTold } from '../tabs/actions'
import {
  assistantAnswered,
  assistantAttached,
  assistantCheckRequested,
  assistantChecked,
  assistantDoubted,
  assistantVersionChosen,
} from './actions'
import { checkNow } from './checks'
import { tokenOf } from './connectionTokens'
import { isSame } from './inputs'
import { ASSISTANT } from './place'
import { malformed as malformedCommand } from './shape'
import { assistantReducer } from './slice'
import { initialAssistant, isSignedIn } from './transitions'
import type { AssistantConfig, AssistantInputs, AssistantSharing, AssistantState } from './types'

/** What the tabs tell each other. */
export type ToldOfAssistant = { readonly feature: typeof ASSISTANT } & (
  | {
      readonly kind: 'state'
      /** `null`: nobody is signed in there, and nothing is checked for the others. */
      readonly state: AssistantState | null
      readonly hasToken: boolean
    }
  /** The leading tab is asked for its state. */
  | { readonly kind: 'asked' }
  /** What was asked for in a tab that follows, or answered there, for this user. */
  | { readonly kind: 'command'; readonly command: UnknownAction; readonly inputs: AssistantInputs | null }
)

const NOTHING: AssistantSharing = { led: null, askedAt: null, toldSeq: null }

export const sharingOf = ({ sharing }: AssistantState): AssistantSharing => sharing ?? NOTHING

/** What the leading tab tells. */
export const toldOf = (state: AssistantState): ToldOfAssistant => ({
  feature: ASSISTANT,
  kind: 'state',
  state: isSignedIn(state) && !state.userChange ? { ...state, sharing: undefined } : null,
  hasToken: tokenOf(state.connection) !== null,
})

/** Acted on by the leading tab where a person or the app says them in another one. */
const COMMANDS = [
  assistantCheckRequested,
  assistantVersionChosen,
  assistantDoubted,
  assistantAnswered,
] as const
export const COMMAND_TYPES: readonly string[] = [...COMMANDS, assistantChecked].map(({ type }) => type)

/** What the leading tab is told of an action that was said in this one. */
export const commandOf = (action: UnknownAction, { inputs }: AssistantState): ToldOfAssistant => ({
  feature: ASSISTANT,
  kind: 'command',
  command: assistantChecked.match(action)
    ? { type: assistantAnswered.type, payload: { answer: action.payload.answer } }
    : { type: action.type, payload: action['payload'] },
  inputs,
})

/** What is wrong with what another tab tells, in words. */
export function malformedTold(action: UnknownAction): string | null {
  if (!featureTold.match(action)) return null
  const told = action.payload as Partial<ToldOfAssistant> | null
  if (told?.kind === 'asked') return null
  if (told?.kind === 'state' && (told.state === null || typeof told.state === 'object')) return null
  if (told?.kind !== 'command') return `${action.type} says nothing that is known.`
  const isCommand = COMMANDS.some(({ type }) => type === told.command?.type)
  return isCommand ? malformedCommand(told.command!) : `${action.type} tells a command that is not known.`
}

/** The reducer of the assistant in one of several tabs. By itself a tab does as it does without the others. */
export function sharedAssistantReducer(config: AssistantConfig): Reducer<AssistantState> {
  const reduce = assistantReducer(config)

  return (state = initialAssistant, action) => {
    if (!featureTold.match(action))
      return followed(state, withRequested(state, reduce(state, action), action), action)
    if (malformedTold(action) !== null) return state
    const told = action.payload as ToldOfAssistant
    const origin = originOf(action)
    const { at } = action.meta
    const counted = { ...state, seq: state.seq + 1 }
    if (told.kind === 'state') {
      if (origin === null) return { ...counted, sharing: { ...sharingOf(state), toldSeq: counted.seq } }
      const next = takenOver(config, state, told, origin, at)
      return isSame(next, state) ? state : { ...next, seq: counted.seq }
    }
    if (told.kind === 'asked') {
      if (origin === null) return { ...counted, sharing: { ...sharingOf(state), askedAt: at } }
      return sharingOf(state).led ? state : { ...counted, sharing: { ...sharingOf(state), toldSeq: null } }
    }
    if (origin === null || sharingOf(state).led || !isSame(told.inputs, state.inputs)) return state
    const next = reduce(state, { ...told.command, meta: action.meta })
    return next === state ? state : commanded(config, state, next, told.command, at)
  }
}

/** When something is done next; `null` where a person is waited for. */
export function nextAtOf({ check, operation, probe, watchdogAt }: AssistantState): number | null {
  const times = [check?.at, operation?.at, probe?.at, watchdogAt].filter((at) => at != null)
  return times.length === 0 ? null : Math.min(...times)
}

const isSameConnection = (one: AssistantState, other: AssistantState): boolean =>
  one.connection !== null && one.connection.url === other.connection?.url

/** The state of the leading tab. What this tab has asked for itself, and a connection with its token, stay. */
function takenOver(
  config: AssistantConfig,
  state: AssistantState,
  { state: told, hasToken }: Extract<ToldOfAssistant, { kind: 'state' }>,
  origin: string,
  at: number,
): AssistantState {
  const sharing = sharingOf(state)
  // Signed in otherwise than here: each tab checks for itself.
  if (!told || !isSame(told.inputs, state.inputs))
    return sharing.led ? { ...state, sharing: { ...sharing, led: null, askedAt: null } } : state
  const needsToken = hasToken && !isSameConnection(told, state)
  const nextAt = nextAtOf(told)
  // One that is late has just been heard of: it has time again.
  const led = { nextAt: nextAt === null ? null : Math.max(nextAt, at), needsToken }
  const next = { keeperId: origin, sharing: { ...sharing, led, askedAt: null } }
  // What was due before another tab was heard of, and was not asked for here, is that tab's.
  const isOwn = sharing.led || state.check?.nonce != null || state.check?.requested
  const check = isOwn ? state.check : null
  // Up together with its token, and not before.
  if (needsToken) {
    // What the leading tab did about it until now is over: a check helps.
    const waiting = { ...state, ...next, check, operation: null }
    return check ? waiting : checkNow(config, waiting, at)
  }
  const { seq, generation, inputs, userChange } = state
  const connection = isSameConnection(told, state) ? state.connection : told.connection
  return { ...told, ...next, seq, generation, inputs, userChange, connection, check }
}

/** The leading tab does what was asked for in another one, and hears what was answered there. */
function commanded(
  config: AssistantConfig,
  state: AssistantState,
  next: AssistantState,
  command: UnknownAction,
  at: number,
): AssistantState {
  const inFlight = state.check?.nonce != null ? state.check : null
  // That tab checks; where it does not answer, this one does.
  if (command.type === assistantCheckRequested.type)
    return state.check ? { ...next, check: state.check } : checkNow(config, next, at + config.checkTimeout)
  if (command.type !== assistantAnswered.type) return next
  if (isSameConnection(next, state))
    return { ...next, connection: state.connection, check: inFlight ?? next.check }
  // What is up there may have a token, which was not told.
  if (next.connection) {
    const asking = inFlight ? state : checkNow(config, state, at)
    return asking === state ? state : { ...asking, seq: next.seq }
  }
  return { ...next, check: inFlight ?? next.check }
}

const isAnswer = (action: UnknownAction): boolean =>
  assistantChecked.match(action) || assistantAnswered.match(action)

/** A status check that was asked for in this tab, or takes the place of one, is made here. */
function withRequested(state: AssistantState, next: AssistantState, action: UnknownAction): AssistantState {
  if (next === state || !next.check) return next
  const isRequest = assistantCheckRequested.match(action) && originOf(action) === null
  const isRequested = isRequest || (state.check?.requested && !isAnswer(action))
  return isRequested ? { ...next, check: { ...next.check, requested: true } } : next
}

/** What becomes of a change in a tab that another one leads. */
function followed(state: AssistantState, next: AssistantState, action: UnknownAction): AssistantState {
  const sharing = sharingOf(state)
  // The clock was set back: when the other was asked is not known any more.
  if (woke.match(action) && sharing.askedAt !== null)
    return { ...next, seq: state.seq + 1, sharing: { ...sharing, askedAt: null } }
  if (next === state || !next.sharing) return next
  const own = { ...next, sharing: { ...sharing, led: null, askedAt: null } }
  if (assistantAttached.match(action)) return own
  // Told anew who is signed in, or how.
  if (!isSame(next.inputs, state.inputs)) return own
  const { led } = sharing
  return led ? { ...next, keeperId: state.keeperId, check: askedHere(state, next, action) } : next
}

/** A status check that this tab makes although another one leads: one that was asked for here. */
function askedHere(
  state: AssistantState,
  next: AssistantState,
  action: UnknownAction,
): AssistantState['check'] {
  if (originOf(action) !== null) return state.check
  // The next poll is the leading tab's.
  if (isAnswer(action)) return next.check?.anyId || sharingOf(state).led?.needsToken ? next.check : null
  if (state.check === null && !assistantCheckRequested.match(action)) return null
  return next.check ?? state.check
}
