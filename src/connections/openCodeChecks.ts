/** OpenCode's status check: what runs, what waits for a person, and each session's newest messages. */
import { readStatus } from '../adapters/openCode'
import { endOfStep } from '../adapters/openCodeStatus'
import type { OpenCodeMessage, OpenCodeRequest, OpenCodeSession, OpenCodeWaiting } from '../adapters/openCode'
import { fieldsOf, objectsOf, stringOf } from '../adapters/wire'
import { findTurnByRun } from '../state/turns'
import type { StatusAnswer, TurnsState } from '../types'
import { jsonOf } from './http'

type Get = (path: string, signal: AbortSignal) => Promise<Response>
type History = readonly { readonly info: OpenCodeMessage }[]

/** How many of a session's newest messages are read. */
const MESSAGES_READ = 100
/** How deep helpers may be nested. */
const DEPTH = 8

/** @returns Checks sessions. One that fails does not fail the others. */
export function createStatusChecks(get: Get) {
  const bodyOf = async (path: string, signal: AbortSignal): Promise<unknown> => {
    const response = await get(path, signal)
    const body = await jsonOf(response)
    return response.ok ? body : undefined
  }

  /** What waits for a person, with the sessions that it belongs to; `undefined` where it cannot be told. */
  async function waitingFor(
    sessionIDs: readonly string[],
    signal: AbortSignal,
  ): Promise<OpenCodeWaiting | undefined> {
    const lists = await Promise.all(
      ['/permission', '/question'].map((path) => bodyOf(path, signal).catch(() => undefined)),
    )
    if (!lists.every(Array.isArray)) return undefined
    const requests = lists.flat() as OpenCodeRequest[]
    const sessions = new Map<string, OpenCodeSession>()
    const asking = objectsOf<OpenCodeRequest>(requests).map(({ sessionID }) => stringOf(sessionID))
    for (const start of asking) {
      let id = start
      for (let depth = 0; id !== undefined && depth < DEPTH; depth++) {
        if (sessionIDs.includes(id) || sessions.has(id)) break
        const session = fieldsOf<OpenCodeSession>(
          await bodyOf(`/session/${encodeURIComponent(id)}`, signal).catch(() => undefined),
        )
        const parentID = stringOf(session.parentID)
        sessions.set(id, { id, ...(parentID !== undefined && { parentID }) })
        id = parentID
      }
    }
    return { requests, sessions: [...sessions.values()] }
  }

  async function checkSession(
    sessionID: string,
    statuses: unknown,
    waiting: OpenCodeWaiting | undefined,
    signal: AbortSignal,
    turns: TurnsState,
  ): Promise<StatusAnswer> {
    const path = `/session/${encodeURIComponent(sessionID)}/message?limit=${MESSAGES_READ}`
    const response = await get(path, signal)
    const history = await jsonOf(response)
    if (response.status === 404) return { status: 'absent' }
    if (!response.ok || !Array.isArray(history)) return { status: 'unreachable' }
    const statusWith = (shown: History) => readStatus(sessionID, statuses as never, shown, waiting)
    const status = statusWith(history as History)
    // Where a turn is over that the keeper still holds to be running, it is told of that one, and not of the newest.
    const isOfLive = ({ info }: History[number]): boolean =>
      info?.parentID !== undefined && findTurnByRun(turns, info.parentID, sessionID) !== undefined
    const ofLive = (history as History).filter(isOfLive)
    const { last = await endOfIdleStep(ofLive) } = statusWith(ofLive)
    return last ? { ...status, last } : status

    /** The statuses are older than the history: whether the session went on after its last step has to be asked again. */
    async function endOfIdleStep(shown: History): Promise<StatusAnswer['last']> {
      const step = status.status === 'idle' ? endOfStep(shown) : undefined
      if (!step) return undefined
      const now = readStatus(sessionID, (await bodyOf('/session/status', signal)) as never)
      return now.status === 'idle' ? step : undefined
    }
  }

  return async (
    sessionIDs: readonly string[],
    signal: AbortSignal,
    turns: TurnsState,
  ): Promise<Readonly<Record<string, StatusAnswer>>> => {
    // The histories are asked for after the statuses: they may know more, never less.
    const [statuses, waiting] = await Promise.all([
      bodyOf('/session/status', signal),
      waitingFor(sessionIDs, signal),
    ])
    const check = async (sessionID: string): Promise<readonly [string, StatusAnswer]> => [
      sessionID,
      await checkSession(sessionID, statuses, waiting, signal, turns).catch((): StatusAnswer => ({
        status: 'unreachable',
      })),
    ]
    return Object.fromEntries(await Promise.all(sessionIDs.map(check)))
  }
}
