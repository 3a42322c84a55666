/**
 * The entry `redux-turnkeeper/assistant`: the hosted agent that must be up before any turn.
 *
 * `createTurnkeeper({ features: [assistant({ ports })] })`. Turns that are submitted before it is up wait in their queue.
 */
import { assistantReducer } from '../assistant'
import { createAssistantDue } from './assistantDue'
import { createAssistantFeature } from './assistantFeature'
import type { AssistantFeature, AssistantFeatureOptions } from './assistantFeature'

/**
 * The feature that brings the assistant up and keeps it so: status checks, the init watchdog and its recoveries, starts,
 * probes; and holds turns back until it is up. One instance to a keeper.
 *
 * @throws TypeError for an option that is out of its range, naming the option and what it takes.
 */
export const assistant = (options: AssistantFeatureOptions = {}): AssistantFeature =>
  createAssistantFeature(options, assistantReducer, createAssistantDue)

export type { AssistantFeature, AssistantFeatureOptions, StoreHandle } from './assistantFeature'
export {
  assistantAnswered,
  assistantCheckRequested,
  assistantDoubted,
  assistantInitOverdue,
  assistantInputsChanged,
  assistantRecoveryStarted,
  assistantVersionChosen,
  checkAssistant,
  createAssistantSelectors,
  hatchVersion,
  networkChanged,
  retryAssistant,
  selectAssistantConnection,
  selectAssistantErrorCode,
  selectAssistantErrorText,
  selectAssistantId,
  selectAssistantKind,
  selectAssistantRecoveries,
  selectAssistantRedirect,
  selectAssistantRetryAt,
  selectAssistantSince,
  selectIsAssistantReachable,
  selectIsAssistantUp,
} from '../assistant'
export type {
  AssistantAnswer,
  AssistantCheck,
  AssistantCommand,
  AssistantConnection,
  AssistantData,
  AssistantError,
  AssistantInputs,
  AssistantInputsPayload,
  AssistantKind,
  AssistantOperation,
  AssistantOptions,
  AssistantPortContext,
  AssistantPortFunctions,
  AssistantPorts,
  AssistantProbe,
  AssistantRequest,
  AssistantResult,
  AssistantRootState,
  AssistantSelectors,
  AssistantSharing,
  AssistantState,
  ConnectionDetails,
  HatchRequest,
} from '../assistant'
