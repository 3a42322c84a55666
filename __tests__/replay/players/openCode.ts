import { signals } from 'redux-turnkeeper'
import { createReader, readStatus } from 'redux-turnkeeper/adapters/openCode'
import type { OpenCodeEvent, OpenCodeMessage, OpenCodeStatus } from 'redux-turnkeeper/adapters/openCode'
import type { StatusAnswer } from 'redux-turnkeeper'
import type { App, Exchange } from '../app'
import type { Line, Message } from '../recording'
import type { Player } from './player'

type Answered = (answer: Message) => void
type History = readonly { readonly info: OpenCodeMessage }[]
type Check = Exchange<Readonly<Record<string, StatusAnswer>>>

const PROMPT = /^POST \/(?:api\/)?session\/([^/]+)\/(prompt_async|prompt|message)$/
const HISTORY = /^GET \/session\/([^/]+)\/message$/
const STATUS = /^GET \/session\/status$/

/** An OpenCode server: commands over HTTP, one event stream for all sessions. */
export function playOpenCode(app: App, lines: readonly Line[]): Player {
  const waiting = new Map<string, Answered[]>()
  const streams = new Set<string>()
  /** Status checks that have their status and wait for the history that the client asks for next. */
  const half = new Map<string, Check>()
  let statuses: Readonly<Record<string, OpenCodeStatus>> = {}
  const reader = createReader()
  let dropped = false
  let generation = 0

  const asked = (request: string, answered: Answered): void => {
    waiting.set(request, [...(waiting.get(request) ?? []), answered])
  }
  const heard = (event: OpenCodeEvent): void => app.emit(reader.read(event))

  function sent({ number, msg }: Line): void {
    const { http = '', body, sse, stream = '' } = msg
    if (sse !== undefined) {
      if (/\/event$/.test(sse) && !sse.includes('/session/')) asked(`sse ${stream}`, () => opened(stream))
      return
    }
    const [, sessionID = '', verb] = PROMPT.exec(http) ?? []
    if (verb !== undefined) return prompt(http, sessionID, body as { messageID?: string })
    const aborted = /^POST \/session\/([^/]+)\/abort$/.exec(http)?.[1]
    if (aborted !== undefined) {
      const exchange = app.stop(aborted)
      return asked(http, ({ failed, body: stopped }) => {
        if (failed !== undefined) return exchange.reject()
        exchange.resolve(
          stopped === true ? { status: 'acknowledged' } : { status: 'refused', reason: 'no_active_turn' },
        )
      })
    }
    const [, asker, requestID] = /^POST \/session\/([^/]+)\/permissions\/([^/]+)$/.exec(http) ?? []
    if (requestID !== undefined) return app.answer(asker!, requestID, body)
    if (http === 'POST /session' || http === 'POST /api/session') {
      return asked(http, ({ body: session }) => {
        const { id, data } = (session ?? {}) as { id?: string; data?: { id?: string } }
        app.mention(id ?? data?.id)
      })
    }
    if (STATUS.test(http) || http === 'GET /api/session/active') return check(number, http)
    const session = HISTORY.exec(http)?.[1]
    if (session !== undefined) history(http, session)
  }

  function prompt(http: string, sessionID: string, body: { messageID?: string; parts?: unknown }): void {
    const chosen = body.messageID
    const turnId = chosen ?? app.newTurnId()
    const exchange = app.send(sessionID, turnId, body.parts ?? null)
    if (chosen === undefined) reader.promptSent(sessionID, turnId)
    asked(http, ({ failed, status, body: answer }) => {
      if (failed !== undefined) return exchange.reject()
      if (Number(status) >= 400) {
        const error = { message: `HTTP ${status}` }
        reader.promptRefused(turnId)
        return exchange.resolve({ status: 'refused', reason: status === 404 ? 'gone' : 'error', error })
      }
      const { info, data } = (answer || {}) as { info?: OpenCodeMessage; data?: { id?: string } }
      exchange.resolve({ status: 'accepted', runId: chosen ?? info?.parentID ?? data?.id ?? null })
      // The answer of the synchronous route is the assistant's message, as an event would bring it.
      if (info) heard({ type: 'message.updated', properties: { sessionID, info } })
    })
  }

  /** A status check is the status, and the history where the client goes on to fetch that. */
  function check(number: number, http: string): void {
    const next = nextRequest(number)
    const checks = [...app.conversations].map((id) => [id, app.checkStatus([id])] as const)
    asked(http, ({ failed, status, body }) => {
      const bad = failed !== undefined || Number(status) >= 400
      if (!bad) statuses = (body as { data?: typeof statuses }).data ?? (body as typeof statuses)
      for (const [id, one] of checks) {
        if (bad) one.reject()
        else if (next === id) half.set(id, one)
        else one.resolve({ [id]: readStatus(id, statuses) })
      }
    })
  }

  function history(http: string, sessionID: string): void {
    const begun = half.get(sessionID)
    half.delete(sessionID)
    const one = begun ?? app.checkStatus([sessionID])
    asked(http, ({ failed, body }) => {
      if (failed !== undefined || !Array.isArray(body)) return one.reject()
      const answer = readStatus(sessionID, begun ? statuses : {}, body as History)
      // On its own it tells what is over, not what runs.
      const told: StatusAnswer = begun || answer.last ? answer : { status: 'no_status' }
      one.resolve({ [sessionID]: told })
    })
  }

  /** The session whose history is what the client asks for next, if it is. */
  function nextRequest(number: number): string | undefined {
    const next = lines.find((line) => line.number > number && line.dir === 'out')
    return HISTORY.exec(next?.msg.http ?? '')?.[1]
  }

  function opened(stream: string): void {
    streams.add(stream)
    if (dropped) app.emit([signals.streamOpened({ resume: 'live_only' })])
    dropped = false
  }

  function came(msg: Message): void {
    if (msg.ev !== undefined) return heard(msg.ev as OpenCodeEvent)
    const request = msg.res ?? `sse ${msg.stream}`
    const [answered, ...rest] = waiting.get(request) ?? []
    waiting.set(request, rest)
    answered?.(msg)
  }

  return (line: Line) => {
    const { dir, msg } = line
    if (dir === 'out') return sent(line)
    if (dir === 'in') return came(msg)
    if (dir !== 'meta') return
    if (msg.ended !== undefined && streams.delete(msg.stream ?? '') && streams.size === 0) {
      dropped = true
      app.emit(reader.close('failed'))
    }
    if (msg.spawned !== undefined && ++generation > 1) app.emit([signals.backendRestarted({})])
  }
}
