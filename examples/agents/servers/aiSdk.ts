/**
 * A chat server of the AI SDK that keeps the messages: one that resumes bodies and takes stops, and one where a turn is its
 * request and ends with it.
 */
import { connectAiSdk } from 'redux-turnkeeper/connections/aiSdk'
import type { AgentServer, ServerContext, ServerKind } from '../harness/server'
import { createRequestServer, isAsking, versionOf } from './requestServer'

function create(context: ServerContext, isTied: boolean): AgentServer {
  const server = createRequestServer(context, 'aiSdkProcess.ts')
  return {
    ...server,
    deleteConversation: () => Promise.reject(new Error('The wire has no deletion of conversations.')),
    async promptByOther(id, text) {
      const turnId = crypto.randomUUID()
      const messages = [{ id: turnId, role: 'user', parts: [{ type: 'text', text }] }]
      const response = await fetch(`${server.url}/chat`, {
        method: 'POST',
        body: JSON.stringify({ id, turnId, messages }),
      })
      await response.body?.cancel()
    },
    connect: ({ port, onEvent }) => {
      const base = `http://127.0.0.1:${port}`
      return connectAiSdk({
        api: `${base}/chat`,
        ...(!isTied && { resume: true, stopUrl: (id: string) => `${base}/stop/${id}` }),
        onEvent,
        createBody: (_body, { conversationId, turnId, answers }) => ({
          turnId,
          isTied,
          asks: isAsking(conversationId),
          outputs: answers.map(({ requestId, answer }) => ({ toolCallId: requestId, output: answer })),
        }),
      })
    },
  }
}

const OVER =
  'Resuming answers 204 once a turn is over, and does not say how it ended: the outcome is unknown, inferred.'

export const aiSdk: ServerKind = {
  name: 'aisdk',
  version: () => `AI SDK ${versionOf('ai')} on node:http`,
  create: (context) => create(context, false),
  hasPage: true,
  providers: ['openai', 'anthropic'],
  isStream: (text) => /^(POST \/chat|GET \/chat\/\S+\/stream) /.test(text),
  streams: 'per turn',
  isLastWord: (event) => (event as { type?: string }).type === 'text-end',
  yes: 'done',
  no: 'The user said no.',
  promptsWhileBusy: 'refuse',
  tellsOfOthers: false,
  lacks: {
    'a question is answered by another client': 'A tool of the page is its own page’s to answer.',
    'the session is deleted in mid-turn by another client': 'The wire has no deletion of conversations.',
  },
  cannotTell: {
    'stream down, and the end in the gap': OVER,
    'stream half-open, and the end in it': OVER,
    'reload in mid-turn, and the end in the gap': OVER,
  },
}

/** Without a server that resumes. */
export const aiSdkPlain: ServerKind = {
  ...aiSdk,
  name: 'aisdk-plain',
  version: () => `AI SDK ${versionOf('ai')} on node:http, without resuming and stopping`,
  create: (context) => create(context, true),
  hasPage: false,
  cannotTell: {
    'stream half-open, and the end in it':
      'Without a status check silence is only shown (`selectIsStalled`): the body may come to life. A stop ends the turn.',
  },
}
