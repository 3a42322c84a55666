/** The process of an AG-UI server: a CopilotKit runtime with an agent of the AI SDK. Arguments: port, model, file of the ledger. */
import { exec } from 'node:child_process'
import { BuiltInAgent, defineTool } from '@copilotkitnext/agent'
import { CopilotRuntime, InMemoryAgentRunner, createCopilotEndpoint } from '@copilotkitnext/runtime'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { z } from 'zod'
import { openLedger } from './ledger'
import { modelOf } from './languageModel'
import type { Provider } from '../harness/provider'

const [port = '0', provider = '', file = ''] = process.argv.slice(2)
const ledger = openLedger(file)
const model = modelOf(JSON.parse(provider) as Provider)

const bash = defineTool({
  name: 'bash',
  description: 'Runs a command',
  parameters: z.object({ command: z.string(), description: z.string().optional() }),
  execute: ({ command }) =>
    new Promise((resolve) => exec(command, (_error, output) => resolve(output.trim()))),
})

/** Writes down what becomes of each run, whoever listens. */
class RecordingRunner extends InMemoryAgentRunner {
  private readonly running = new Map<string, { turn: string; isStopped: boolean }>()

  override run(request: Parameters<InMemoryAgentRunner['run']>[0]) {
    const { threadId, input } = request
    const events = super.run(request)
    // The answers to a pause carry the turn of its first run on.
    const turn = input.runId.replace(/\.\d+$/, '')
    const run = { turn, isStopped: false }
    this.running.set(threadId, run)
    const prompt = input.messages.findLast(({ role }) => role === 'user')?.content
    ledger.begin(threadId, turn, String(prompt))
    const open = new Set<string>()
    events.subscribe((event) => {
      const { type, toolCallId = '' } = event as { type: string; toolCallId?: string }
      if (type === 'TOOL_CALL_START') open.add(toolCallId)
      else if (type === 'TOOL_CALL_RESULT') open.delete(toolCallId)
      else if (type === 'RUN_ERROR') ledger.end(threadId, turn, run.isStopped ? 'cancelled' : 'error')
      else if (type === 'RUN_FINISHED')
        // A call that the page is to answer: the turn goes on in another run, if anybody answers.
        ledger.end(threadId, turn, run.isStopped ? 'cancelled' : open.size > 0 ? 'never' : 'complete')
    })
    return events
  }

  override async stop(request: Parameters<InMemoryAgentRunner['stop']>[0]) {
    const run = this.running.get(request.threadId)
    const isStopped = await super.stop(request)
    if (isStopped && run) run.isStopped = true
    return isStopped
  }
}

const runner = new RecordingRunner()
const agent = new BuiltInAgent({
  model: model,
  maxRetries: 2,
  maxSteps: 4,
  tools: [bash as never],
})
const runtime = new CopilotRuntime({ agents: { chat: agent }, runner })
const app = new Hono()
app.get('/history/:id', async (context) => {
  const threadId = context.req.param('id')
  return context.json({ isBusy: await runner.isRunning({ threadId }), turns: ledger.turnsOf(threadId) })
})
app.route('/', createCopilotEndpoint({ runtime, basePath: '/api' }) as unknown as Hono)
serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' })
