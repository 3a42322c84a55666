/** What the official packages type is what the adapters take: it compiles, or it does not. */
import type { SDKMessage, SessionMessage } from '@anthropic-ai/claude-agent-sdk'
import type { Client, Run, StreamMode, Thread } from '@langchain/langgraph-sdk'
import type { ClaudeAgentMessage, ClaudeAgentStoredMessage } from 'redux-turnkeeper/adapters/claudeAgent'
import type { LangGraphEvent, LangGraphRun, LangGraphThread } from 'redux-turnkeeper/adapters/langGraph'

type Yielded<Stream> = Stream extends AsyncGenerator<infer Event> ? Event : never
/** Every event of a run's stream, of all modes and of subgraphs. */
export const streamAll = (client: Client, streamMode: StreamMode[]) =>
  client.runs.stream('thread', 'assistant', { streamMode, streamSubgraphs: true })
type StreamEvent = Yielded<ReturnType<typeof streamAll>>

export const langGraph: {
  event(event: StreamEvent): LangGraphEvent
  thread(thread: Thread): LangGraphThread
  run(run: Run): LangGraphRun
} = { event: (event) => event, thread: (thread) => thread, run: (run) => run }

export const claudeAgent: {
  message(message: SDKMessage): ClaudeAgentMessage
  stored(message: SessionMessage): ClaudeAgentStoredMessage
} = { message: (message) => message, stored: (message) => message }
