import type { UnknownAction } from '@reduxjs/toolkit'
import {
  assistantCheckClaimed,
  assistantChecked,
  assistantHatchClaimed,
  assistantHatched,
  assistantProbeClaimed,
  assistantProbed,
  assistantRetireClaimed,
  assistantRetired,
} from '../../assistant'
import type {
  AssistantClaim,
  AssistantPorts,
  AssistantReply,
  AssistantRequest,
  AssistantState,
} from '../../assistant'
import { NO_ANSWER, readAnswer } from '../../assistant/answers'
import type { PortContext } from '../../types'
import type { PolicyContext } from '../types'

/** Does what is due about the assistant, and tells when it is to be called again at the latest. */
export type AssistantPart = (state: AssistantState, now: number) => number

/** One sort of request: where it stands in the state, what claims and answers it, and whom it asks. */
interface Errand {
  standing(state: AssistantState): AssistantRequest | null
  claimed(claim: AssistantClaim): UnknownAction
  answered(reply: AssistantReply): UnknownAction
  call(ports: AssistantPorts, state: AssistantState, context: PortContext): Promise<unknown> | undefined
  /** What an `ok` without a status word means. */
  readonly bare?: string
}

const doing = ({ work }: AssistantState, what: 'hatch' | 'retire') => (work?.what === what ? work : null)

const ERRANDS: readonly Errand[] = [
  {
    standing: ({ check }) => check,
    claimed: assistantCheckClaimed,
    answered: assistantChecked,
    call({ getAssistant }, { assistantId, inputs }, context) {
      const asked = assistantId ?? inputs?.assistantId
      return getAssistant?.(asked == null ? {} : { assistantId: asked }, context)
    },
  },
  {
    standing: (state) => doing(state, 'hatch'),
    claimed: assistantHatchClaimed,
    answered: assistantHatched,
    call({ hatchAssistant }, { hatched }, context) {
      const version = hatched?.version
      return hatchAssistant?.(version == null ? {} : { version }, context)
    },
    bare: 'initializing',
  },
  {
    standing: (state) => doing(state, 'retire'),
    claimed: assistantRetireClaimed,
    answered: assistantRetired,
    call: ({ retireAssistant }, { assistantId }, context) => retireAssistant?.(assistantId ?? '', context),
  },
  {
    standing: ({ probe }) => probe,
    claimed: assistantProbeClaimed,
    answered: assistantProbed,
    call: ({ probeAssistant }, { assistantId }, context) => probeAssistant?.(assistantId ?? '', context),
  },
]

/** A claim, as the conductor makes it. */
export type Claim = (action: UnknownAction, took: (state: AssistantState) => boolean) => void

/**
 * Carries the assistant's requests out: claimed when they are due, started when their nonce shows, aborted when it has
 * gone, and given up when their time is over.
 */
export function createErrands(
  context: PolicyContext,
  ports: AssistantPorts,
  claim: Claim,
  answer: (action: UnknownAction) => void,
): readonly AssistantPart[] {
  return ERRANDS.map(({ standing, claimed, answered, call, bare }): AssistantPart => {
    let underWay: { readonly nonce: string; readonly abort: () => void } | null = null

    const start = (nonce: string, state: AssistantState): void => {
      const controller = new AbortController()
      const abort = (): void => {
        context.signal.removeEventListener('abort', abort)
        controller.abort()
      }
      context.signal.addEventListener('abort', abort, { once: true })
      const reply = (result: unknown): void => {
        context.signal.removeEventListener('abort', abort)
        if (controller.signal.aborted) return
        underWay = null
        answer(answered({ nonce, generation: state.generation, answer: readAnswer(result, bare) }))
      }
      underWay = { nonce, abort }
      void context.request<unknown>(
        async () => call(ports, state, { signal: controller.signal }),
        reply,
        () => reply(null),
      )
    }

    return (state, now) => {
      const request = standing(state)
      const { generation } = state
      if (underWay && underWay.nonce !== request?.nonce) {
        underWay.abort()
        underWay = null
      }
      if (request === null) return Infinity
      const { nonce, at } = request
      if (nonce !== null && context.requests.take(nonce)) start(nonce, state)
      if (at > now) return at
      if (nonce !== null) {
        claim(answered({ nonce, generation, answer: NO_ANSWER }), (next) => standing(next)?.nonce !== nonce)
        return Infinity
      }
      const issued = context.requests.issue()
      claim(
        claimed({ nonce: issued, generation, owner: context.owner }),
        (next) => standing(next)?.nonce === issued,
      )
      return Infinity
    }
  })
}
