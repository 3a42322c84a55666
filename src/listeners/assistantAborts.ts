import { userChanged, woke } from '../actions'
import {
  assistantAnswered,
  assistantAttached,
  assistantCheckRequested,
  assistantChecked,
  assistantHatched,
  assistantInitOverdue,
  assistantInputsChanged,
  assistantOf,
  assistantProbed,
  assistantRetired,
  assistantVersionChosen,
  networkChanged,
  requestKinds,
} from '../assistant'
import type { RegisterListener } from '../middleware/types'

/** What can make a request pointless: it stands in the state no more. */
const CAUSES = [
  assistantInputsChanged,
  userChanged,
  assistantCheckRequested,
  assistantVersionChosen,
  assistantAnswered,
  assistantChecked,
  assistantHatched,
  assistantRetired,
  assistantProbed,
  assistantInitOverdue,
  assistantAttached,
  networkChanged,
  woke,
]

/** Lets go of a request that an action has made pointless: its `AbortSignal` fires. */
export const registerAssistantAborts: RegisterListener = ({ startListening, options, requests, read }) => {
  for (const { type } of CAUSES) {
    startListening({
      type,
      effect: (_action, { getOriginalState }) => {
        const keeper = options.stateIn(getOriginalState())
        if (!keeper) return
        const before = assistantOf(keeper)
        const now = assistantOf(read())
        for (const { requestOf } of requestKinds) {
          const nonce = requestOf(before)?.nonce
          if (nonce != null && requestOf(now)?.nonce !== nonce) requests.abort(nonce)
        }
      },
    })
  }
}
