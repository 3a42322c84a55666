/** The page's connection: what a user of the package writes, and the text of the answer out of the raw events. */
import type { Connection } from 'redux-turnkeeper'
import { connectCodex } from 'redux-turnkeeper/connections/codexAppServer'
import { connectOpenCode } from 'redux-turnkeeper/connections/openCode'

interface Opened {
  readonly connection: Connection<string>
  createConversation(): Promise<string>
  /** The answer that says yes to a question. */
  readonly yes: unknown
}

/** @param write Shows a piece of the answer's text. */
export function connectTo(server: string, write: (text: string) => void): Opened {
  if (server === 'opencode') {
    return {
      connection: connectOpenCode({
        baseUrl: '/agent',
        onEvent: ({ type, properties }) => {
          const { delta } = properties as { delta?: string }
          if (type === 'message.part.delta') write(delta ?? '')
        },
      }),
      async createConversation() {
        const headers = { 'content-type': 'application/json' }
        const response = await fetch('/agent/session', { method: 'POST', headers, body: '{}' })
        return ((await response.json()) as { id: string }).id
      },
      yes: { reply: 'once' },
    }
  }
  const codex = connectCodex({
    url: `ws://${location.host}/agent`,
    onEvent: ({ method, params }) => {
      const { delta } = params as { delta?: string }
      if (method === 'item/agentMessage/delta') write(delta ?? '')
    },
  })
  return {
    connection: codex,
    async createConversation() {
      const { thread } = (await codex.request('thread/start')) as { thread: { id: string } }
      return thread.id
    },
    yes: { decision: 'accept' },
  }
}
