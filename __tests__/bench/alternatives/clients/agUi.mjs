/** The client of AG-UI, which keeps messages and the agent's state. */
import { HttpAgent } from '@ag-ui/client'
import { createFetch } from '../wire.mjs'

const fetch = createFetch('agUi')
export const createAgent = (threadId) => new HttpAgent({ url: 'http://server/agent', threadId, fetch })

export default {
  open(id, update) {
    const agent = createAgent(id)
    agent.subscribe({ onMessagesChanged: update, onRunInitialized: update, onRunFinalized: update })
    let count = 0
    return {
      isBusy: () => agent.isRunning,
      answer: () => agent.messages.at(-1).content,
      turn(content) {
        agent.addMessage({ id: `prompt-${++count}`, role: 'user', content })
        return agent.runAgent()
      },
    }
  },
}
