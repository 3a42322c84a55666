import {
  assistantCheckClaimed,
  assistantChecked,
  assistantHatchClaimed,
  assistantHatched,
  assistantProbeClaimed,
  assistantProbed,
  assistantRetireClaimed,
  assistantRetired,
} from './actions'
import type {
  AssistantClaim,
  AssistantConfig,
  AssistantReply,
  AssistantRequest,
  AssistantState,
} from './types'

/** One kind of request: where it stands in the state, and the actions that claim and answer it. */
export interface RequestKind {
  /** Whether there is a port for it. */
  isPossible(config: AssistantConfig): boolean
  requestOf(state: AssistantState): AssistantRequest | null
  claimed(claim: AssistantClaim): ReturnType<typeof assistantCheckClaimed>
  answered(reply: AssistantReply): ReturnType<typeof assistantChecked>
}

const operation = ({ operation }: AssistantState, what: 'hatch' | 'retire') =>
  operation?.what === what ? operation : null

export const checkRequest: RequestKind = {
  isPossible: ({ canCheck }) => canCheck,
  requestOf: ({ check }) => check,
  claimed: (claim) => assistantCheckClaimed(claim),
  answered: (reply) => assistantChecked(reply),
}
export const hatchRequest: RequestKind = {
  isPossible: ({ canHatch }) => canHatch,
  requestOf: (state) => operation(state, 'hatch'),
  claimed: (claim) => assistantHatchClaimed(claim),
  answered: (reply) => assistantHatched(reply),
}
export const retireRequest: RequestKind = {
  isPossible: ({ canRetire }) => canRetire,
  requestOf: (state) => operation(state, 'retire'),
  claimed: (claim) => assistantRetireClaimed(claim),
  answered: (reply) => assistantRetired(reply),
}
export const probeRequest: RequestKind = {
  isPossible: ({ canProbe }) => canProbe,
  requestOf: ({ probe }) => probe,
  claimed: (claim) => assistantProbeClaimed(claim),
  answered: (reply) => assistantProbed(reply),
}

export const requestKinds = [checkRequest, hatchRequest, retireRequest, probeRequest] as const
