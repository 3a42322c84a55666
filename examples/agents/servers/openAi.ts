/** OpenAI's Responses, of a service of the example's own; the judge and the other client speak to it by the official client. */
import OpenAI from 'openai'
import { connectOpenAiResponses } from 'redux-turnkeeper/connections/openAiResponses'
import type { AgentServer, ServerContext, ServerKind } from '../harness/server'
import { createRequestServer, versionOf } from './requestServer'

const pageTool = {
  type: 'function',
  name: 'exec_command',
  description: 'Asks the user to run a command',
  parameters: { type: 'object', properties: { cmd: { type: 'string' } } },
  strict: false,
} as const

function create(context: ServerContext): AgentServer {
  const server = createRequestServer(context, 'openAiProcess.ts')
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'fake', maxRetries: 0 })
  const asking = new Set<string>()
  const { model } = context.provider
  return {
    ...server,
    async createConversation(_connection, { asks }) {
      const { id } = await client.conversations.create()
      if (asks) asking.add(id)
      return id
    },
    deleteConversation: () => Promise.reject(new Error('A conversation is deleted without its responses.')),
    async promptByOther(conversation, input) {
      // While another response is written it is refused: then it makes no difference.
      await client.responses.create({ model, conversation, input, background: true }).catch(() => undefined)
    },
    connect: ({ port, onEvent }) =>
      connectOpenAiResponses({
        url: `http://127.0.0.1:${port}/v1`,
        model,
        createBody: (_body, { conversationId }) => (asking.has(conversationId) ? { tools: [pageTool] } : {}),
        onEvent,
      }),
  }
}

const OWN_TOOLS = 'The tools of this service would be OpenAI’s own: there are none here.'

export const openAi: ServerKind = {
  name: 'openai',
  version: () => `OpenAI Responses, a service of the example's own behind openai ${versionOf('openai')}`,
  create,
  hasPage: false,
  providers: ['openai'],
  isStream: (text) => /^(POST \S+\/responses |GET \S+\?stream=true)/.test(text),
  streams: 'per turn',
  isLastWord: (event) => (event as { type?: string }).type === 'response.output_text.done',
  yes: 'done',
  no: 'The user said no.',
  promptsWhileBusy: 'refuse',
  tellsOfOthers: false,
  lacks: {
    'a tool runs': OWN_TOOLS,
    'stop in a tool': OWN_TOOLS,
    'a question is answered by another client': 'A tool of the page is its own page’s to answer.',
    'the session is deleted in mid-turn by another client':
      'A conversation is deleted without its responses.',
  },
  cannotTell: {},
}
