/** What a turn is doing, as far as the wire says: its open tool calls, a status text, what it waits for. */
import type { ProgressPayload, RetryPayload } from '../actions'
import { resolveAddress } from '../state/address'
import { TOOLS_PER_TURN } from '../state/config'
import { activeOf } from '../state/turns'
import type { Address, OpenTool, Turn, TurnsState } from '../types'
import type { RuleContext } from './context'
import { changeTurn } from './turn'

const OPENS: ReadonlySet<string> = new Set(['tool_open', 'compaction_open'])
const CLOSES: ReadonlySet<string> = new Set(['tool_closed', 'compaction_closed'])

export const isAboutWork = ({ kind, text, replayed }: ProgressPayload): boolean =>
  replayed !== true && (OPENS.has(kind) || CLOSES.has(kind) || (kind === 'status' && text !== undefined))

/** The turn that a signal of work is about: the one that it names, else the active one of its conversation. */
function turnAtWork({ conversations }: RuleContext, turns: TurnsState, signal: Address): Turn | null {
  const target = resolveAddress(turns, conversations, signal)
  if (target.kind === 'turn') return target.turn
  return target.kind === 'conversation' ? activeOf(turns, target.key) : null
}

/** The tool calls and the status text of the turn that the signal is about. */
export function followWork(ctx: RuleContext, turns: TurnsState, payload: ProgressPayload): TurnsState {
  const turn = turnAtWork(ctx, turns, payload)
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

/** The attempt that the turn waits for, and when it comes. */
export function followRetry(ctx: RuleContext, turns: TurnsState, payload: RetryPayload): TurnsState {
  const turn = payload.replayed ? null : turnAtWork(ctx, turns, payload)
  if (!turn) return turns
  const { attempt = null, limit = null, error = null, inMs, attemptAt } = payload
  const resumesAt = inMs === undefined ? (attemptAt ?? null) : ctx.at + Math.max(inMs, 0)
  return changeTurn(turns, turn, { retry: { attempt, limit, error }, resumesAt })
}
