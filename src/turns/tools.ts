/** What a turn is doing, as far as the wire says: its open tool calls, and a status text. */
import type { ProgressPayload } from '../actions'
import { resolveAddress } from '../state/address'
import { TOOLS_PER_TURN } from '../state/config'
import { activeOf } from '../state/turns'
import type { OpenTool, TurnsState } from '../types'
import type { RuleContext } from './context'
import { changeTurn } from './turn'

const OPENS: ReadonlySet<string> = new Set(['tool_open', 'compaction_open'])
const CLOSES: ReadonlySet<string> = new Set(['tool_closed', 'compaction_closed'])

export const isAboutTools = ({ kind, text, replayed }: ProgressPayload): boolean =>
  replayed !== true && (OPENS.has(kind) || CLOSES.has(kind) || (kind === 'status' && text !== undefined))

/** The tool calls and the status text of the turn that the signal is about. */
export function followTools(
  { conversations }: RuleContext,
  turns: TurnsState,
  payload: ProgressPayload,
): TurnsState {
  const target = resolveAddress(turns, conversations, payload)
  const turn =
    target.kind === 'turn' ? target.turn : target.kind === 'conversation' ? activeOf(turns, target.key) : null
  if (!turn) return turns
  const { kind, text = null } = payload
  const callId = payload.callId ?? kind.replace(/_(open|closed)$/, '')
  if (kind === 'status')
    return turn.statusText === text ? turns : changeTurn(turns, turn, { statusText: text })
  const openTools = OPENS.has(kind)
    ? opened(turn.openTools, { callId, text })
    : closed(turn.openTools, callId)
  return openTools === turn.openTools ? turns : changeTurn(turns, turn, { openTools })
}

const opened = (tools: readonly OpenTool[], tool: OpenTool): readonly OpenTool[] =>
  tools.length >= TOOLS_PER_TURN || tools.some(({ callId }) => callId === tool.callId)
    ? tools
    : [...tools, tool]

const closed = (tools: readonly OpenTool[], callId: string): readonly OpenTool[] =>
  tools.some((tool) => tool.callId === callId) ? tools.filter((tool) => tool.callId !== callId) : tools
