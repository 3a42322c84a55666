import type { Reducer, UnknownAction } from '@reduxjs/toolkit'
import { answerLost, sendLost, signals, statusCheckEnded, stopLost, userChanged, woke } from '../actions'
import * as actions from './actions'
import { answered, checked } from './checks'
import { checkRequested, inputsChanged, userChanged as toldOfUser, versionChosen } from './inputs'
import { checkClaimed, hatchClaimed, hatched, probeClaimed, probed, retireClaimed, retired } from './requests'
import { malformed } from './shape'
import { initialAssistant } from './transitions'
import type { AssistantConfig, AssistantState } from './types'
import * as watchdog from './watchdog'

type Rule<Payload> = (
  config: AssistantConfig,
  state: AssistantState,
  payload: Payload,
  at: number,
) => AssistantState

/** Rules by action type. */
function createTable() {
  const table = new Map<string, Rule<never>>()
  const on = <Payload>(
    creator: { readonly type: string; match(action: unknown): action is { payload: Payload; type: string } },
    rule: Rule<Payload>,
  ): void => void table.set(creator.type, rule)

  on(actions.assistantInputsChanged, inputsChanged)
  on(userChanged, toldOfUser)
  on(actions.assistantCheckRequested, checkRequested)
  on(actions.assistantVersionChosen, versionChosen)
  on(actions.assistantAnswered, answered)

  on(actions.assistantCheckClaimed, checkClaimed)
  on(actions.assistantChecked, checked)
  on(actions.assistantHatchClaimed, hatchClaimed)
  on(actions.assistantHatched, hatched)
  on(actions.assistantRetireClaimed, retireClaimed)
  on(actions.assistantRetired, retired)
  on(actions.assistantProbeClaimed, probeClaimed)
  on(actions.assistantProbed, probed)

  on(actions.assistantInitOverdue, watchdog.initOverdue)
  on(woke, watchdog.woke)
  on(actions.networkChanged, watchdog.networkChanged)
  on(actions.assistantAttached, watchdog.attached)
  on(actions.assistantDoubted, watchdog.doubtedByApp)

  // Requests of the core that were not answered: the assistant itself may be gone.
  const doubted: Rule<unknown> = (config, state, _payload, at) => watchdog.doubted(config, state, at)
  on(signals.streamDropped, doubted)
  on(sendLost, doubted)
  on(stopLost, doubted)
  on(answerLost, doubted)
  on(statusCheckEnded, (config, state, { failed }, at) =>
    failed ? watchdog.doubted(config, state, at) : state,
  )
  return table
}

/** The reducer of the assistant's life. What changes nothing returns the same state (law 23). */
export function assistantReducer(config: AssistantConfig): Reducer<AssistantState> {
  const table = createTable()
  return (state = initialAssistant, action: UnknownAction) => {
    const rule = table.get(action.type)
    if (!rule || malformed(action) !== null) return state
    const { payload, meta } = action as unknown as { payload: never; meta?: { at?: number } }
    const next = rule(config, state, payload, meta?.at ?? 0)
    return next === state ? state : { ...next, seq: state.seq + 1 }
  }
}
