/** Selectors over the `assistant` slice, one fact each. */
import { isUp } from './rules'
import type { AssistantConnection, AssistantKind, AssistantState } from './types'

export interface AssistantSelectorState {
  readonly assistant: AssistantState
}

export const selectAssistantKind = ({ assistant }: AssistantSelectorState): AssistantKind => assistant.kind

/** Whether turns can go to it. One that cannot be reached keeps its surface, and is still up. */
export const selectIsAssistantUp = ({ assistant }: AssistantSelectorState): boolean => isUp(assistant)

export const selectIsAssistantReachable = ({ assistant }: AssistantSelectorState): boolean =>
  assistant.reachable

/** The id of the assistant that is up; `null` before, so that nothing is asked of one that is not. */
export const selectAssistantId = ({ assistant }: AssistantSelectorState): string | null =>
  isUp(assistant) ? assistant.assistantId : null

/** How to reach an assistant that the platform does not host. */
export const selectAssistantConnection = ({
  assistant,
}: AssistantSelectorState): AssistantConnection | null => assistant.connection

/** What to tell the user, and what to do about it. */
export const selectAssistantErrorText = ({ assistant }: AssistantSelectorState): string | null =>
  assistant.error?.message ?? null

/** When an error that tries again by itself will; `null` where a person has to. */
export const selectAssistantRetryAt = ({ assistant }: AssistantSelectorState): number | null =>
  assistant.error?.transient ? (assistant.check?.at ?? null) : null

/** Where the app is to go instead of starting an assistant. */
export const selectAssistantRedirect = ({ assistant }: AssistantSelectorState): string | null =>
  assistant.redirect

/** When the present kind was entered: what an elapsed time counts from. */
export const selectAssistantSince = ({ assistant }: AssistantSelectorState): number => assistant.since

/** How many recoveries were used up since it was last up. */
export const selectAssistantRecoveries = ({ assistant }: AssistantSelectorState): number =>
  assistant.recoveries
