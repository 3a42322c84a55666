/** The core that CopilotKit's hooks stand on, with an agent of AG-UI. */
import { CopilotKitCore } from '@copilotkit/core'
import { createAgent } from './agUi.mjs'

export default {
  open(id, update) {
    const agent = createAgent(id)
    agent.agentId = 'default'
    const core = new CopilotKitCore({ agents__unsafe_dev_only: { default: agent } })
    const subscriber = { onMessagesChanged: update, onRunInitialized: update, onRunFinalized: update }
    const subscription = agent.subscribe(subscriber)
    let count = 0
    return {
      isBusy: () => agent.isRunning,
      answer: () => agent.messages.at(-1).content,
      turn(content) {
        agent.addMessage({ id: `prompt-${++count}`, role: 'user', content })
        return core.runAgent({ agent })
      },
      close: () => subscription.unsubscribe(),
    }
  },
}
