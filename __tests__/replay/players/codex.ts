import { signals } from 'redux-turnkeeper'
import { createReader, readStatus, sendResult, stopResult } from 'redux-turnkeeper/adapters/codexAppServer'
import type { CodexAnswer, CodexMessage } from 'redux-turnkeeper/adapters/codexAppServer'
import type { App } from '../app'
import type { Line, Message } from '../recording'
import type { Player } from './player'

/** What is done with the answer to a request, or (`null`) with the news that none will come. */
type Answered = (answer: CodexAnswer | null) => void

/** Codex app-server: stdio, or several WebSockets (`conn`) to one process. Request ids begin again on each. */
export function playCodex(app: App): Player {
  const waiting = new Map<string, Answered>()
  /** Connections that hear of threads; the one of stdio has no name. */
  const hearing = new Set<string>()
  let generation = 0
  const boot = () => `boot-${generation}`
  /** All connections lead to one process: one reader for it. */
  let reader = createReader({ boot: boot() })

  const asked = (msg: Message, answered: Answered) => waiting.set(`${msg.conn ?? ''}:${msg.id}`, answered)
  const giveUp = (prefix: string): void => {
    for (const [key, answered] of [...waiting]) {
      if (!key.startsWith(prefix)) continue
      waiting.delete(key)
      answered(null)
    }
  }
  const check = (msg: Message, ids: readonly string[]): void => {
    const exchange = app.checkStatus(ids)
    asked(msg, (answer) => {
      if (!answer) return exchange.reject()
      exchange.resolve(Object.fromEntries(ids.map((id) => [id, readStatus(answer, id)])))
    })
  }

  function sent(msg: Message): void {
    const { threadId = '', turnId = '', expectedTurnId = '', input } = msg.params ?? {}
    const text = input?.[0]?.text ?? null
    switch (msg.method) {
      case 'turn/start': {
        const exchange = app.send(threadId, app.newTurnId(), text)
        return void asked(msg, (answer) =>
          answer ? exchange.resolve(sendResult(answer)) : exchange.reject(),
        )
      }
      case 'turn/steer': {
        const exchange = app.steer(threadId, text, expectedTurnId)
        return void asked(msg, (answer) =>
          answer ? exchange.resolve(sendResult(answer)) : exchange.reject(),
        )
      }
      case 'turn/interrupt': {
        const exchange = app.stop(threadId, app.turnOf(turnId)?.turnId ?? turnId)
        return void asked(msg, (answer) =>
          answer ? exchange.resolve(stopResult(answer)) : exchange.reject(),
        )
      }
      case 'thread/start':
      case 'initialize':
        return void asked(msg, (answer) => opened(msg, answer))
      case 'thread/resume':
        if (hearing.size === 0) app.emit([signals.streamOpened({ boot: boot(), resume: 'live_only' })])
        hearing.add(msg.conn ?? '')
        return check(msg, [threadId])
      case 'thread/read':
      case 'thread/turns/list':
        return check(msg, [threadId])
      case 'thread/list':
        return check(msg, [...app.conversations])
    }
    if (msg.method === undefined && msg.id !== undefined) {
      for (const conversationId of app.conversations)
        app.answer(conversationId, `${boot()}:${JSON.stringify(msg.id)}`, msg.result)
    }
  }

  function opened(msg: Message, answer: CodexAnswer | null): void {
    const thread = (answer?.result as { thread?: { id: string } } | undefined)?.thread
    if (!thread) return
    app.mention(thread.id)
    if (hearing.size === 0) app.emit([signals.streamOpened({ boot: boot() })])
    hearing.add(msg.conn ?? '')
  }

  function came(msg: Message): void {
    if (msg.method !== undefined) return app.emit(reader.read(msg as CodexMessage))
    const key = `${msg.conn ?? ''}:${msg.id}`
    const answered = waiting.get(key)
    waiting.delete(key)
    answered?.(msg as CodexAnswer)
  }

  function drop(conn: string): void {
    giveUp(`${conn}:`)
    if (hearing.delete(conn) && hearing.size === 0) app.emit(reader.close('failed'))
  }

  return ({ dir, msg }: Line) => {
    if (dir === 'out') return sent(msg)
    if (dir === 'in') return came(msg)
    if (dir !== 'meta') return
    if (msg.closed !== undefined) return drop(msg.conn ?? '')
    if (msg.exit !== undefined) for (const conn of ['', ...hearing]) drop(conn)
    if (msg.spawned === undefined) return
    generation += 1
    reader = createReader({ boot: boot() })
    if (generation > 1) app.emit([signals.backendRestarted({ boot: boot() })])
  }
}
