/** Parts that the tests of an assistant that several tabs share are made of. */
import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../../src/assistant/actions'
import { withoutToken } from '../../src/assistant/connectionTokens'
import { commandOf, sharedAssistantReducer, toldOf } from '../../src/assistant/sharing'
import { assistantReducer } from '../../src/assistant/slice'
import type {
  AssistantCheck,
  AssistantKind,
  AssistantSharing,
  AssistantState,
} from '../../src/assistant/types'
import { featureTold } from '../../src/tabs/actions'
import { assistantOf, config, meta, NOW } from './parts'
import { active } from './setup'

export const reduce = sharedAssistantReducer(config)
/** Without other tabs. */
export const reduceAlone = assistantReducer(config)

export const of = (kind: AssistantKind, change: Partial<AssistantState> = {}): AssistantState =>
  assistantOf(kind, { seq: 7, ...change })
export const up = of('active', { upSince: 9_000 })
export const connectionOf = (url = 'http://own') => withoutToken({ url, token: 'secret-token' })
/** It is up with a token. */
export const hosted = of('self_hosted', { upSince: 9_000, connection: connectionOf() })

export const led = { nextAt: null, needsToken: false }
/** In tab b, which tab a leads. */
export const ledTab = (
  state: AssistantState,
  change: Partial<NonNullable<AssistantSharing['led']>> = {},
): AssistantState => ({
  ...state,
  keeperId: 'a',
  sharing: { led: { ...led, ...change }, askedAt: null, toldSeq: null },
})

export const wanted = (at: number, anyId = false): AssistantCheck => ({ nonce: null, at, anyId })
export const inFlight: AssistantCheck = { nonce: 'n', at: NOW + 50, anyId: false }
export const retiring = { what: 'retire', nonce: 'r', at: NOW } as const
export const checkNow = actions.assistantCheckRequested({ retry: false }, meta)

/** Said in this tab, or heard from another one. */
export const told = (payload: object, origin?: string) => ({
  ...featureTold(payload),
  meta: { ...meta, source: 'keeper' as const, ...(origin !== undefined && { origin }) },
})
/** The state of tab a, which leads, as tab b hears it. */
export const heard = (state: AssistantState, leading: AssistantState) =>
  reduce(state, told(toldOf(leading), 'a'))
/** What was said in tab b, which follows, as tab a hears it. */
export const commanded = (state: AssistantState, action: UnknownAction, rules = config) =>
  sharedAssistantReducer(rules)(state, told(commandOf(action, state), 'b'))

export const answered = (result: unknown) => actions.assistantAnswered(result as never, meta)
/** The answer of the status check that is in flight. */
export const checked = (result: unknown) =>
  actions.assistantChecked({ nonce: 'n', generation: 4, answer: answered(result).payload.answer }, meta)
export const selfHosted = active('a1', { isLocal: true, connection: { url: 'http://own' } })
