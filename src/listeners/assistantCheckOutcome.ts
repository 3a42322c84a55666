import { userChanged } from '../actions'
import {
  assistantAnswered,
  assistantCheckRequested,
  assistantChecked,
  assistantInputsChanged,
  assistantOf,
  networkChanged,
  promiseOutcome,
} from '../assistant'
import type { AssistantKind } from '../assistant'
import type { RegisterListener } from '../middleware/types'

/** What may settle a status check that is awaited. */
const CAUSES = [assistantChecked, assistantAnswered, assistantInputsChanged, userChanged, networkChanged]

/** Tells who awaits `checkAssistant()` which kind its answer led to. */
export const registerAssistantCheckOutcome: RegisterListener = ({ startListening, read, now, onDispose }) => {
  const waiting = new Set<(kind: AssistantKind) => void>()

  const settle = (): void => {
    const { kind, check } = assistantOf(read())
    const isOpen = check !== null && (check.nonce !== null || check.anyId || check.at <= now())
    if (!isOpen) tell(kind)
  }
  const tell = (kind: AssistantKind): void => {
    for (const resolve of waiting) resolve(kind)
    waiting.clear()
  }

  startListening({
    actionCreator: assistantCheckRequested,
    effect: ({ payload }) => {
      promiseOutcome(payload, new Promise((resolve) => waiting.add(resolve)))
      settle()
    },
  })
  for (const actionCreator of CAUSES) startListening({ type: actionCreator.type, effect: settle })
  onDispose(() => tell(assistantOf(read()).kind))
}
