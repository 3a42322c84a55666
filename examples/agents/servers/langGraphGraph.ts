/** The graph of the LangGraph server: a model that may call one tool, which asks a person first where the run says so. */
import { exec } from 'node:child_process'
import { ToolMessage } from '@langchain/core/messages'
import type { AIMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { END, MessagesAnnotation, START, StateGraph, interrupt } from '@langchain/langgraph'
import type { LangGraphRunnableConfig } from '@langchain/langgraph'
import { ChatOpenAI } from '@langchain/openai'
import type { Provider } from '../harness/provider'

const { baseUrl, key, model } = JSON.parse(process.env['GRAPH_PROVIDER'] ?? '{}') as Provider

const bash = tool(
  (input, { signal }: { signal?: AbortSignal }) =>
    new Promise<string>((resolve) =>
      exec((input as { command: string }).command, { ...(signal && { signal }) }, (_error, output) =>
        resolve(output.trim()),
      ),
    ),
  {
    name: 'bash',
    description: 'Runs a command',
    schema: { type: 'object', properties: { command: { type: 'string' }, description: { type: 'string' } } },
  },
)
const agent = new ChatOpenAI({
  model,
  apiKey: key,
  configuration: { baseURL: baseUrl },
  streaming: true,
  maxRetries: 1,
}).bindTools([bash])

type State = typeof MessagesAnnotation.State

async function callModel({ messages }: State, config: LangGraphRunnableConfig) {
  return { messages: [await agent.invoke(messages, config)] }
}

async function callTool({ messages }: State, config: LangGraphRunnableConfig<{ asks?: boolean }>) {
  const [call] = (messages.at(-1) as AIMessage).tool_calls ?? []
  if (!call) return { messages: [] }
  const answer = config.configurable?.asks ? (interrupt({ call }) as unknown) : 'done'
  const content =
    answer === 'done'
      ? await bash.invoke(call.args as never, config).then(String)
      : `The user said: ${String(answer)}`
  return { messages: [new ToolMessage({ tool_call_id: call.id ?? '', content })] }
}

const calls = ({ messages }: State) => ((messages.at(-1) as AIMessage).tool_calls?.length ? 'tool' : END)

export const graph = new StateGraph(MessagesAnnotation)
  .addNode('model', callModel)
  .addNode('tool', callTool)
  .addEdge(START, 'model')
  .addConditionalEdges('model', calls, ['tool', END])
  .addEdge('tool', 'model')
  .compile()
