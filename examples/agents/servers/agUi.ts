/** An agent of a CopilotKit runtime, over AG-UI. */
import { connectAgUi } from 'redux-turnkeeper/connections/agUi'
import type { AgentServer, ServerContext, ServerKind } from '../harness/server'
import { createRequestServer, isAsking, versionOf } from './requestServer'

/** A tool of the page: a call of it is a question. The model takes it before any other. */
const pageTool = {
  name: 'exec_command',
  description: 'Asks the user to run a command',
  parameters: { type: 'object', properties: { cmd: { type: 'string' } } },
}

function create(context: ServerContext): AgentServer {
  const server = createRequestServer(context, 'agUiProcess.ts')
  /** As the app's transcript would have it: the prompt of each turn. */
  const prompts = new Map<string, object>()
  return {
    ...server,
    deleteConversation: () => Promise.reject(new Error('AG-UI has no deletion of threads.')),
    async promptByOther(threadId, text) {
      const response = await fetch(`${server.url}/api/agent/chat/run`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          threadId,
          runId: crypto.randomUUID(),
          messages: [{ id: crypto.randomUUID(), role: 'user', content: text }],
          state: {},
          tools: [],
          context: [],
          forwardedProps: {},
        }),
      })
      // The run goes on without its client.
      await response.body?.cancel()
    },
    connect: ({ port, onEvent }) =>
      connectAgUi({
        url: `http://127.0.0.1:${port}/api`,
        agent: 'chat',
        onEvent,
        createBody: (body, { conversationId, turnId, answers }) => {
          const [prompt] = body.messages
          if (answers.length === 0 && prompt) prompts.set(turnId, prompt)
          const calls = answers.map(({ requestId, prompt: call }) => ({
            id: requestId,
            type: 'function',
            function: { name: (call as { toolCallName: string }).toolCallName, arguments: '{}' },
          }))
          const asked = { id: `${turnId}-calls`, role: 'assistant', content: '', toolCalls: calls }
          return {
            ...(calls.length > 0 && { messages: [prompts.get(turnId)!, asked, ...body.messages] }),
            tools: isAsking(conversationId) ? [pageTool] : [],
          }
        },
      }),
  }
}

export const agUi: ServerKind = {
  name: 'agui',
  version: () => `CopilotKit runtime ${versionOf('@copilotkitnext/runtime')} (AG-UI)`,
  create,
  hasPage: true,
  providers: ['openai', 'anthropic'],
  isStream: (text) => /^POST \S+\/(run|connect) /.test(text),
  streams: 'per turn',
  isLastWord: (event) => (event as { type?: string }).type === 'TEXT_MESSAGE_END',
  yes: 'done',
  no: 'The user said no.',
  promptsWhileBusy: 'refuse',
  tellsOfOthers: false,
  lacks: {
    'a question is answered by another client': 'A tool of the page is its own page’s to answer.',
    'the session is deleted in mid-turn by another client': 'AG-UI has no deletion of threads.',
  },
  cannotTell: {},
}
