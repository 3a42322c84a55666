/** What the app says: who is signed in, and what a person wants. */
import { checkNow } from './checks'
import { comeUp, enter, hatch, isReady, isUp, reset } from './transitions'
import type { AssistantConfig, AssistantInputs, AssistantState } from './types'

export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** Everything of the last user goes; the core is told so before anything is asked for the next. */
const changeUser = (state: AssistantState, inputs: AssistantInputs, at: number): AssistantState => ({
  ...reset(state, inputs, at),
  userChange: { userId: inputs.userId },
})

export function inputsChanged(
  config: AssistantConfig,
  state: AssistantState,
  given: AssistantInputs,
  at: number,
): AssistantState {
  const was = state.inputs
  const isOther = given.userId !== null && was !== null && was.userId !== null && given.userId !== was.userId
  const isSignedOut = !given.signedIn && !given.loading
  // An id that is left out is the one that was told before, until the user signs out.
  const userId = isSignedOut ? null : (given.userId ?? was?.userId ?? null)
  // While it is not known who is signed in, nothing else that is said counts.
  const inputs = given.loading && was && !isOther ? { ...was, loading: true, userId } : { ...given, userId }
  if (isSame(was, inputs)) return state
  if (isSignedOut) return signedOut(state, was, inputs, at)
  const base = isOther ? changeUser(state, inputs, at) : state
  return given.loading ? { ...base, inputs } : signedIn(config, base, was, inputs, at)
}

/** Nobody is signed in. Where that is no news, nobody leaves. */
function signedOut(
  state: AssistantState,
  was: AssistantInputs | null,
  inputs: AssistantInputs,
  at: number,
): AssistantState {
  const isNews = was === null || was.signedIn || was.loading
  return isNews ? changeUser(state, inputs, at) : { ...state, inputs }
}

function signedIn(
  config: AssistantConfig,
  state: AssistantState,
  was: AssistantInputs | null,
  inputs: AssistantInputs,
  at: number,
): AssistantState {
  const { gatewayAuth, assistantId, platformSession, retired, redirect } = inputs
  // Nobody can be asked; where the onboarding leads does not depend on that.
  if (!platformSession && !gatewayAuth)
    return { ...reset(state, inputs, at), redirect: retired ? null : redirect }
  const hasMoved = was !== null && !isSame([was.gatewayAuth, was.assistantId], [gatewayAuth, assistantId])
  const base = hasMoved ? reset(state, inputs, at) : { ...state, inputs }
  if (!gatewayAuth) return checkNow(config, base, at)
  return comeUp(config, base, 'active', gatewayAuth.assistantId, gatewayAuth.connection, at)
}

/** The core was told who is signed in: by this feature, or by the app itself. */
export function userChanged(
  config: AssistantConfig,
  state: AssistantState,
  { userId }: { readonly userId: string | null },
  at: number,
): AssistantState {
  const { inputs, userChange } = state
  const told = userChange ? { ...state, userChange: null } : state
  // What the app has said since is not taken back by it.
  if (userChange?.userId === userId) return told
  if (!inputs?.signedIn || inputs.userId === userId) return told
  if (userId === null) return reset(told, { ...inputs, signedIn: false, loading: false, userId }, at)
  const named = { ...inputs, userId }
  if (inputs.userId === null) return { ...told, inputs: named }
  return signedIn(config, reset(told, named, at), null, named, at)
}

export function checkRequested(
  config: AssistantConfig,
  state: AssistantState,
  { retry }: { readonly retry: boolean },
  at: number,
): AssistantState {
  if (!isReady(state)) return state
  if (!retry) return checkNow(config, state, at)
  const renewed = { ...state, recoveries: 0, starts: 0, failedChecks: 0 }
  return checkNow(config, state.kind === 'error' ? enter(config, renewed, 'loading', at) : renewed, at)
}

export function versionChosen(
  config: AssistantConfig,
  state: AssistantState,
  { version }: { readonly version: string | null },
  at: number,
): AssistantState {
  const isStarting = state.kind === 'initializing' && state.assistantId !== null
  if (!isReady(state) || state.operation || isStarting || isUp(state)) return state
  return hatch(config, { ...state, starts: 0, recoveries: 0 }, version, at)
}
