/** Selectors over the state of the assistant, one fact each. Of a keeper that is mounted at its usual place. */
import { isUp } from './transitions'
import type { AssistantConnection, AssistantKind, AssistantState } from './types'
import type * as unbound from './selectors'

/** The root state where the keeper is mounted at `turnkeeper`. Elsewhere: `createAssistantSelectors`. */
export interface AssistantRootState {
  readonly turnkeeper: { readonly assistant: AssistantState }
}

/** Where the start of the assistant stands: `loading`, `initializing`, `active`, … */
export const selectAssistantKind = ({ turnkeeper }: AssistantRootState): AssistantKind =>
  turnkeeper.assistant.kind

/** Whether turns can go to it. One that cannot be reached keeps its surface, and is still up. */
export const selectIsAssistantUp = ({ turnkeeper }: AssistantRootState): boolean => isUp(turnkeeper.assistant)

/** Whether it could be reached when it was last looked at. */
export const selectIsAssistantReachable = ({ turnkeeper }: AssistantRootState): boolean =>
  turnkeeper.assistant.reachable

/** The id of the assistant that is up; `null` before, so that nothing is asked of one that is not. */
export const selectAssistantId = ({ turnkeeper }: AssistantRootState): string | null =>
  isUp(turnkeeper.assistant) ? turnkeeper.assistant.assistantId : null

/** How to reach an assistant that the platform does not host. Its token is not in the state: `getConnectionToken`. */
export const selectAssistantConnection = ({ turnkeeper }: AssistantRootState): AssistantConnection | null =>
  turnkeeper.assistant.connection

/** What to tell the user, and what to do about it. */
export const selectAssistantErrorText = ({ turnkeeper }: AssistantRootState): string | null =>
  turnkeeper.assistant.error?.message ?? null

/** The stable code of the error, for translations. */
export const selectAssistantErrorCode = ({ turnkeeper }: AssistantRootState): string | null =>
  turnkeeper.assistant.error?.code ?? null

/** When an error that tries again by itself will, ms since the epoch; `null` where a person has to. */
export const selectAssistantRetryAt = ({ turnkeeper }: AssistantRootState): number | null =>
  turnkeeper.assistant.error?.transient ? (turnkeeper.assistant.check?.at ?? null) : null

/** Where the app is to go instead of starting an assistant. */
export const selectAssistantRedirect = ({ turnkeeper }: AssistantRootState): string | null =>
  turnkeeper.assistant.redirect

/** When the present kind was entered, ms since the epoch: what an elapsed time counts from. */
export const selectAssistantSince = ({ turnkeeper }: AssistantRootState): number => turnkeeper.assistant.since

/** How many recoveries were used up since one was last up for a while. */
export const selectAssistantRecoveries = ({ turnkeeper }: AssistantRootState): number =>
  turnkeeper.assistant.recoveries

/**
 * The assistant's selectors for a keeper that is mounted elsewhere.
 *
 * @param select Gives the assistant's state: `createAssistantSelectors((root: RootState) => root.my.keeper.assistant)`.
 */
export function createAssistantSelectors<Root>(
  select: (root: Root) => AssistantState,
): AssistantSelectors<Root> {
  const bind =
    <Result>(selector: (root: AssistantRootState) => Result) =>
    (root: Root): Result =>
      selector({ turnkeeper: { assistant: select(root) } })
  return {
    selectAssistantKind: bind(selectAssistantKind),
    selectIsAssistantUp: bind(selectIsAssistantUp),
    selectIsAssistantReachable: bind(selectIsAssistantReachable),
    selectAssistantId: bind(selectAssistantId),
    selectAssistantConnection: bind(selectAssistantConnection),
    selectAssistantErrorText: bind(selectAssistantErrorText),
    selectAssistantErrorCode: bind(selectAssistantErrorCode),
    selectAssistantRetryAt: bind(selectAssistantRetryAt),
    selectAssistantRedirect: bind(selectAssistantRedirect),
    selectAssistantSince: bind(selectAssistantSince),
    selectAssistantRecoveries: bind(selectAssistantRecoveries),
  }
}

/** The assistant's selectors, bound to the root state of an app. */
export type AssistantSelectors<Root> = {
  readonly [
    Name in keyof typeof unbound as Name extends `select${string}` ? Name : never
  ]: (typeof unbound)[Name] extends (root: AssistantRootState) => infer Result
    ? (root: Root) => Result
    : never
}
