/** The official clients are what the connections take: it compiles, or it does not. */
import { getSessionMessages, query } from '@anthropic-ai/claude-agent-sdk'
import { connectClaudeAgent } from 'redux-turnkeeper/connections/claudeAgent'

export const claudeAgent = connectClaudeAgent({
  query: ({ prompt, options }) => query({ prompt, options: { ...options, cwd: '/project' } }),
  getSessionMessages: (id) => getSessionMessages(id),
})
