/**
 * Which of our prompts a Codex turn answers: the turn's id went along as the `clientUserMessageId` of its message, and comes
 * back with it. So a prompt whose answer was lost is found again.
 */
import { sendAccepted } from '../actions/app'
import { readStatus } from '../adapters/codexAppServer'
import type { CodexItem, CodexMessage, CodexParams, CodexThread, CodexTurn } from '../adapters/codexAppServer'
import type { Signal } from '../adapters/signal'
import { fieldsOf, objectsOf, stringOf } from '../adapters/wire'
import type { Unchecked } from '../adapters/wire'
import { findEnded, findTurn, findTurnByRun } from '../state/turns'
import type { StatusAnswer, TurnsState } from '../types'
import type { RpcAnswer } from './jsonRpc'

/** A message of ours shows in the thread before the answer to its send has come, or after that was lost: its run is known. */
export function promptShown(
  { method, params }: CodexMessage,
  turns: TurnsState | undefined,
): readonly Signal[] {
  if (method !== 'item/started' || !turns) return []
  const { item, turnId: runId } = fieldsOf<CodexParams>(params)
  const turnId = clientIdOf(fieldsOf<CodexItem>(item))
  const turn = turnId === undefined ? undefined : findTurn(turns, turnId)
  return turn && typeof runId === 'string' && !turn.runs.includes(runId)
    ? [sendAccepted({ turnId: turn.turnId, runId })]
    : []
}

const clientIdOf = ({ type, clientId }: Unchecked<CodexItem>): string | undefined =>
  type === 'userMessage' ? stringOf(clientId) : undefined

/**
 * What a status check says of one thread: what runs, and which turn is over. Where one of ours is over that we still hold to
 * be running, it is that one, and not the newest.
 *
 * @param read The answer to `thread/read`.
 * @param listed The answer to `thread/turns/list`, the newest turn first.
 * @param turns What the keeper knows.
 */
export function statusOf(
  threadId: string,
  read: RpcAnswer,
  listed: RpcAnswer,
  turns: TurnsState,
): StatusAnswer {
  const { thread } = fieldsOf<{ thread: CodexThread }>(read.result)
  const { data } = fieldsOf<{ data: readonly CodexTurn[] }>(listed.result)
  const newestFirst = objectsOf<CodexTurn>(data) as readonly CodexTurn[]
  const statusWith = (shown: readonly CodexTurn[]): StatusAnswer =>
    readStatus(
      thread && newestFirst.length > 0
        ? { result: { thread: { ...(thread as CodexThread), turns: [...shown].reverse() } } }
        : read,
      threadId,
    )
  const status = statusWith(newestFirst)

  const ours = new Map<unknown, string>()
  for (const turn of newestFirst) {
    const clientId = objectsOf<CodexItem>(turn.items)
      .map(clientIdOf)
      .find((id) => id !== undefined)
    const isKnown = clientId !== undefined && (findTurn(turns, clientId) ?? findEnded(turns, clientId))
    if (isKnown) ours.set(turn.id, clientId)
  }
  const isLive = ({ id }: CodexTurn): boolean =>
    findTurn(turns, ours.get(id) ?? '') !== undefined || findTurnByRun(turns, id, threadId) !== undefined
  const over = newestFirst.findLast((turn) => turn.status !== 'inProgress' && isLive(turn))
  const { last } = over ? statusWith([over]) : status
  return {
    ...status,
    turnId: ours.get(status.runId),
    ...(last && { last: { ...last, turnId: ours.get(last.runId) } }),
  }
}
