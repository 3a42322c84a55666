/** A LangGraph server, which keeps its threads in memory and writes them to a file now and then. */
import { connectLangGraph } from 'redux-turnkeeper/connections/langGraph'
import type { AgentServer, ServerContext, ServerKind, ServerTurn } from '../harness/server'
import { createRequestServer, versionOf } from './requestServer'

interface Run {
  readonly run_id: string
  readonly status: string
  readonly created_at: string
  readonly metadata?: { readonly turn_id?: string }
}
interface Thread {
  readonly status: string
  readonly interrupts?: Readonly<Record<string, readonly unknown[]>>
}

const OUTCOMES: Readonly<Record<string, ServerTurn['outcome']>> = {
  success: 'complete',
  error: 'error',
  timeout: 'error',
  interrupted: 'cancelled',
}

const isOver = ({ status }: Run): boolean => status !== 'running' && status !== 'pending'

function create(context: ServerContext): AgentServer {
  const server = createRequestServer(context, 'langGraphProcess.ts', '/ok')
  const asking = new Set<string>()
  /** By turn: the server lists runs without what they were asked. */
  const prompts = new Map<string, string>()
  /** Runs that ended with a question: the server calls them a success, also when another prompt has come after them. */
  const waited = new Set<string>()
  const ask = async <Body>(path: string, body?: object): Promise<Body | undefined> => {
    const response = await fetch(server.url + path, {
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
      signal: AbortSignal.timeout(20_000),
    })
    return response.ok ? ((await response.json()) as Body) : undefined
  }
  return {
    ...server,
    async createConversation(_connection, { asks }) {
      const id = crypto.randomUUID()
      if (asks) asking.add(id)
      return id
    },
    async deleteConversation(id) {
      await fetch(`${server.url}/threads/${id}`, { method: 'DELETE' })
    },
    async history(id) {
      // What the thread waits for is newer than the runs: it is of the last of them.
      const runs = (await ask<readonly Run[]>(`/threads/${id}/runs?limit=100`)) ?? []
      const thread = await ask<Thread>(`/threads/${id}`)
      if (!thread) return { isBusy: false, turns: null }
      const sorted = [...runs].sort((one, other) => one.created_at.localeCompare(other.created_at))
      const newest = new Map(sorted.map((run) => [run.metadata?.turn_id ?? run.run_id, run]))
      const waits = Object.values(thread.interrupts ?? {}).some(({ length }) => length > 0)
      const last = [...newest.values()].at(-1)
      if (waits && last && isOver(last)) waited.add(last.run_id)
      return {
        isBusy: !sorted.every(isOver),
        turns: [...newest].map(([turn, { run_id, status }]) => ({
          turn,
          prompt: prompts.get(turn) ?? '',
          outcome: waited.has(run_id) ? 'never' : (OUTCOMES[status] ?? 'open'),
        })),
      }
    },
    async promptByOther(id, text) {
      const turnId = crypto.randomUUID()
      prompts.set(turnId, text)
      const made = await ask(`/threads/${id}/runs`, {
        assistant_id: 'agent',
        input: { messages: [{ role: 'user', content: text }] },
        metadata: { turn_id: turnId },
        multitask_strategy: 'reject',
      })
      // While another run is at work it is refused: then it makes no difference.
      void made
    },
    async answerByOther(id) {
      const [run] = (await ask<readonly Run[]>(`/threads/${id}/runs?limit=1`)) ?? []
      await ask(`/threads/${id}/runs`, {
        assistant_id: 'agent',
        command: { resume: 'done' },
        metadata: run?.metadata ?? {},
        config: { configurable: { asks: true } },
      })
    },
    connect: ({ port, onEvent }) =>
      connectLangGraph({
        url: `http://127.0.0.1:${port}`,
        assistantId: 'agent',
        onEvent,
        createBody: (_body, { conversationId, turnId, input }) => {
          if (typeof input === 'string') prompts.set(turnId, input)
          return { config: { configurable: { asks: asking.has(conversationId) } } }
        },
      }),
  }
}

export const langGraph: ServerKind = {
  name: 'langgraph',
  version: () =>
    `LangGraph API ${versionOf('@langchain/langgraph-api')}, LangGraph ${versionOf('@langchain/langgraph')}`,
  create,
  hasPage: false,
  providers: ['openai'],
  isStream: (text) => /^(POST|GET) \S+\/runs\/(\S+\/)?stream /.test(text),
  streams: 'per turn',
  // The messages come without a mark at the end of each: the state's update is it.
  isLastWord: (event) => (event as { event?: string }).event === 'updates',
  yes: 'done',
  no: 'The user said no.',
  promptsWhileBusy: 'refuse',
  tellsOfOthers: false,
  lacks: {},
  cannotTell: {},
}
