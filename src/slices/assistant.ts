import { createSlice } from '@reduxjs/toolkit'
import type { Reducer, UnknownAction } from '@reduxjs/toolkit'
import { streamDropped, woke } from '../actions'
import * as actions from '../assistant/actions'
import * as rules from '../assistant/rules'
import type { AssistantClaim, AssistantConfig, AssistantRequest, AssistantState } from '../assistant/types'
import { frozen } from './freeze'

export type { AssistantState } from '../assistant/types'

type Rule<P> = (config: AssistantConfig, state: AssistantState, payload: P, at: number) => AssistantState

const table = new Map<string, Rule<never>>()
const on = <P>(
  creator: { type: string; match(action: unknown): action is { payload: P; type: string } },
  rule: Rule<P>,
) => void table.set(creator.type, rule as Rule<never>)

/** Compare-and-set: taken where this request is wanted, and wanted by now. It is given up after its time. */
const claims =
  (
    wanted: (state: AssistantState) => AssistantRequest | null,
    taken: (claimed: AssistantRequest, state: AssistantState) => Partial<AssistantState>,
    timeout: (config: AssistantConfig) => number,
  ): Rule<AssistantClaim> =>
  (config, state, { nonce, generation, owner }, at) => {
    const request = wanted(state)
    const takes =
      generation === state.generation && request !== null && request.nonce === null && request.at <= at
    return takes ? { ...state, owner, ...taken({ nonce, at: at + timeout(config) }, state) } : state
  }

const checkTimeout = (config: AssistantConfig): number => config.assistantCheckTimeout
const initTimeout = (config: AssistantConfig): number => config.initTimeout
const doing = (what: 'hatch' | 'retire') =>
  claims(
    ({ work }) => (work?.what === what ? work : null),
    (claimed) => ({ work: { ...claimed, what } }),
    initTimeout,
  )

on(actions.assistantInputsChanged, rules.inputsChanged)
on(actions.assistantCheckRequested, rules.checkRequested)
on(actions.assistantVersionChosen, rules.versionChosen)

on(
  actions.assistantCheckClaimed,
  claims(
    ({ check }) => check,
    (check) => ({ check }),
    checkTimeout,
  ),
)
on(actions.assistantChecked, rules.checked)
on(actions.assistantHatchClaimed, doing('hatch'))
on(actions.assistantHatched, rules.hatched)
on(actions.assistantRetireClaimed, doing('retire'))
on(actions.assistantRetired, rules.retired)
on(
  actions.assistantProbeClaimed,
  claims(
    ({ probe }) => probe,
    (claimed, { probe }) => ({ probe: { ...claimed, failures: probe!.failures } }),
    checkTimeout,
  ),
)
on(actions.assistantProbed, rules.probed)

on(actions.assistantOverdue, rules.overdue)
on(actions.networkChanged, rules.networkChanged)
on(streamDropped, (config, state, _payload, at) => rules.doubted(config, state, at))
on(woke, rules.woke)
on(actions.assistantAttached, rules.attached)

/** The reducer of the assistant's life. What changes nothing returns the same state (law 23). */
export function assistantReducer(config: AssistantConfig): Reducer<AssistantState> {
  return (state = rules.initialAssistant, action: UnknownAction) => {
    const rule = table.get(action.type)
    if (!rule) return state
    const { payload, meta } = action as unknown as { payload: never; meta?: { at?: number } }
    const next = rule(config, state, payload, meta?.at ?? 0)
    return next === state ? state : frozen({ ...next, seq: state.seq + 1 })
  }
}

/** The `assistant` slice, of options that `resolveAssistantOptions` has checked. */
export function createAssistantSlice<Path extends string = 'assistant'>(
  config: AssistantConfig,
  reducerPath: Path = 'assistant' as Path,
) {
  const slice = createSlice({
    name: 'assistant',
    reducerPath,
    initialState: rules.initialAssistant,
    reducers: {},
  })
  return { ...slice, reducerPath, reducer: assistantReducer(config) }
}
