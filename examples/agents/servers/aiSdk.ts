/** A chat server of the AI SDK that keeps the messages, resumes bodies and takes stops. */
import { connectAiSdk } from 'redux-turnkeeper/connections/aiSdk'
import type { AgentServer, ServerContext, ServerKind } from '../harness/server'
import { createRequestServer, isAsking, versionOf } from './requestServer'

function create(context: ServerContext): AgentServer {
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
        resume: true,
        stopUrl: (id) => `${base}/stop/${id}`,
        onEvent,
        createBody: (_body, { conversationId, turnId, answers }) => ({
          turnId,
          asks: isAsking(conversationId),
          outputs: answers.map(({ requestId, answer }) => ({ toolCallId: requestId, output: answer })),
        }),
      })
    },
  }
}

const NO_PUSH =
  'The wire tells of a turn in the body of its own request: that of another client shows when a check asks.'

export const aiSdk: ServerKind = {
  name: 'aisdk',
  version: () => `AI SDK ${versionOf('ai')} on node:http`,
  create,
  isStream: (text) => /^(POST \/chat|GET \/chat\/\S+\/stream) /.test(text),
  yes: 'done',
  promptsWhileBusy: 'refuse',
  cannotTell: {
    'ours while another client’s runs': NO_PUSH,
    'the session is deleted in mid-turn by another client': 'The wire has no deletion of conversations.',
  },
}
