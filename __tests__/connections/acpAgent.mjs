/** An agent of the official library, over stdio. What it does is what the prompt says. */
import { RequestError, agent, methods, ndJsonStream } from '@agentclientprotocol/sdk'
import { randomUUID } from 'node:crypto'
import { Readable, Writable } from 'node:stream'

const { session } = methods.agent
/** The prompts that are open, by session: a cancel stops them. */
const open = new Map()
/** Sessions of earlier processes, as a store of the agent's would have them. */
const isKnown = (sessionId) => /^(kept-|[0-9a-f]{8}-)/.test(sessionId)

const text = (content) => ({ type: 'text', text: content })
const toolCall = { toolCallId: 'k1', title: 'rm -r build', kind: 'execute', status: 'pending' }
const permission = {
  toolCall: { toolCallId: 'k1' },
  options: [
    { optionId: 'yes', name: 'Allow', kind: 'allow_once' },
    { optionId: 'no', name: 'Reject', kind: 'reject_once' },
  ],
}

async function prompt({ params: { sessionId, prompt }, client }) {
  if (!isKnown(sessionId)) throw RequestError.resourceNotFound(sessionId)
  const said = prompt.map((block) => block.text).join(' ')
  const tell = (update) => client.notify(methods.client.session.update, { sessionId, update })
  const cancelled = new Promise((resolve) => open.set(sessionId, resolve)).then(() => 'cancelled')
  try {
    if (said === 'refuse') throw RequestError.invalidParams({}, 'no images')
    if (said === 'silent') return { stopReason: await cancelled }
    await tell({ sessionUpdate: 'agent_message_chunk', content: text('Hi') })
    if (said === 'fail') throw RequestError.internalError({}, 'no quota')
    if (said === 'exit') process.exit(1)
    if (said === 'hang') return { stopReason: await cancelled }
    if (said === 'long') return { stopReason: 'max_tokens' }
    if (said === 'read') {
      const { content } = await client.request(methods.client.fs.readTextFile, { sessionId, path: '/notes' })
      await tell({ sessionUpdate: 'agent_message_chunk', content: text(content) })
    }
    if (said === 'ask') {
      await tell({ sessionUpdate: 'tool_call', ...toolCall })
      const { outcome } = await client.request(methods.client.session.requestPermission, {
        sessionId,
        ...permission,
      })
      if (outcome.outcome === 'cancelled') return { stopReason: 'cancelled' }
      const status = outcome.optionId === 'yes' ? 'completed' : 'failed'
      await tell({ sessionUpdate: 'tool_call_update', toolCallId: 'k1', status })
    }
    return { stopReason: 'end_turn' }
  } finally {
    open.delete(sessionId)
  }
}

agent({ name: 'test-agent' })
  .onRequest(methods.agent.initialize, () => ({
    protocolVersion: 1,
    agentCapabilities: { loadSession: true },
  }))
  .onRequest(session.new, () => ({ sessionId: randomUUID() }))
  .onRequest(session.load, async ({ params: { sessionId }, client }) => {
    if (!isKnown(sessionId)) throw RequestError.resourceNotFound(sessionId)
    const update = { sessionUpdate: 'agent_message_chunk', content: text('of the past') }
    await client.notify(methods.client.session.update, { sessionId, update })
    return {}
  })
  .onRequest(session.prompt, prompt)
  .onNotification(session.cancel, ({ params }) => open.get(params.sessionId)?.())
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)))
